//! What do the columns of a table mean, and what does a row say? From a grid to rows, whatever file it came from.
//! A file of its own because every table asks it: which row holds the headings, which columns are the place, which the groups.

use super::{Broken, Cell, Grid, GridRow, Opened};
use crate::read::datum::Datum;
use crate::read::fault::{quoted, shown};
use crate::read::fault_words::Kind;
use crate::read::headings::{Field, Headings, Layer};
use crate::read::row::{Findings, Item, Property, Row, Typed, Value};
use crate::read::source::Finding;
use geojson::{GeometryValue, Position};
use rayon::prelude::*;
use std::borrow::Cow;

/// Rows among which the headings are looked for: titles and notes stand above them.
pub(super) const TITLE_ROWS: usize = 20;
/// Headings that make a row the heading row.
const ENOUGH: usize = 2;
/// What a row of sums calls itself.
const TOTALS: [&str; 7] = ["合计", "总计", "小计", "累计", "total", "sum", "totals"];
/// Rows that are typed at a time.
const PIECE: usize = 4096;

/// Which row holds the headings: the first that has two of the layer's.
pub(super) fn heading_row<'r, R: Iterator<Item = &'r str>>(
    rows: impl Iterator<Item = R>,
    opened: &Opened<'_>,
) -> Result<usize, Broken> {
    let mut first: Option<String> = None;
    let mut widest: Option<(usize, usize)> = None;
    for (i, row) in rows.take(TITLE_ROWS).enumerate() {
        let cells: Vec<&str> = row.collect();
        let filled = cells.iter().filter(|c| !c.trim().is_empty()).count();
        if filled > widest.map_or(1, |(_, most)| most) {
            widest = Some((i, filled));
        }
        let known = cells.iter().filter(|cell| opened.headings.column(cell).is_some()).count();
        if known >= ENOUGH {
            return Ok(i);
        }
        let listed = || cells.iter().filter(|c| !c.trim().is_empty()).map(|c| shown(c)).collect::<Vec<_>>().join(", ");
        first.get_or_insert_with(listed);
    }
    // Whoever only looks is shown the widest row: nobody has said yet what its headings mean.
    if let Some((row, _)) = widest.filter(|_| opened.headings.any) {
        return Ok(row);
    }
    let known = opened.layer.fields().iter().map(|f| f.name()).collect::<Vec<_>>().join(", ");
    Err(Box::new(Finding { value: first.map(|f| shown(&f)), ..Finding::of(Kind::NoHeadings { known }) }))
}

/// What each column is.
struct Columns<'g> {
    properties: Vec<(usize, &'g str)>,
    groups: Vec<(usize, &'g str, &'g str)>,
    lon: Option<usize>,
    lat: Option<usize>,
    text: Option<usize>,
    address: Option<usize>,
    id: Option<usize>,
}

/// The datum that the headings of the coordinates declare.
pub(in crate::read) fn datum_of_headings(grid: &Grid, headings: &Headings) -> Option<Datum> {
    grid.headings.iter().filter(|h| says_where(h, headings)).find_map(|h| Datum::of_heading(h))
}

/// Whether a table says where its rows are: by geometries or in a column.
pub(in crate::read) fn has_places(grid: &Grid, headings: &Headings) -> bool {
    grid.spatial || grid.headings.iter().any(|h| says_where(h, headings))
}

/// Whether a heading is one of coordinates.
pub(in crate::read) fn says_where(heading: &str, headings: &Headings) -> bool {
    matches!(headings.column(heading), Some(Field::Lon | Field::Lat | Field::Geometry))
}

impl<'g> Columns<'g> {
    fn of(grid: &'g Grid, headings: &Headings, layer: Layer, findings: &mut Vec<Finding>) -> Self {
        let mut columns = Self {
            properties: Vec::new(),
            groups: Vec::new(),
            lon: None,
            lat: None,
            text: None,
            address: None,
            id: None,
        };
        for (i, heading) in grid.headings.iter().enumerate() {
            let place = match headings.column(heading) {
                Some(Field::Lon) => &mut columns.lon,
                Some(Field::Lat) => &mut columns.lat,
                Some(Field::Geometry) => &mut columns.text,
                Some(Field::Address) => &mut columns.address,
                Some(field) => {
                    if field == Field::Id {
                        columns.id = columns.id.or(Some(i));
                    }
                    columns.properties.push((i, heading));
                    continue;
                }
                None => {
                    if let Some(group) = headings.group(layer, heading) {
                        columns.groups.push((i, heading, group));
                    }
                    continue;
                }
            };
            if place.is_some() && !grid.spatial {
                findings.push(Finding { field: Some(shown(heading)), ..Finding::of(Kind::ColumnTwice) });
            }
            *place = place.or(Some(i));
        }
        if columns.id.is_none()
            && let Some(i) = grid.headings.iter().position(|h| matches!(h.trim(), "序号" | "fid" | "No." | "no"))
        {
            // A list that is only numbered has the numbers for ids.
            columns.id = Some(i);
            columns.properties.push((i, "id"));
        }
        if layer != Layer::Progress
            && !grid.spatial
            && columns.text.is_none()
            && (columns.lon.is_none() || columns.lat.is_none())
        {
            let known =
                grid.headings.iter().filter(|h| !h.trim().is_empty()).map(|h| shown(h)).collect::<Vec<_>>().join(", ");
            let kind = match columns.address {
                Some(i) => Kind::OnlyAddresses { column: shown(&grid.headings[i]) },
                None => Kind::NoPlaceColumns { known },
            };
            findings.push(Finding::of(kind));
        }
        columns
    }
}

/// Turns a grid into whatever the layer holds, in parallel and in file order.
pub(in crate::read) fn rows<T: Send>(
    grid: &Grid,
    headings: &Headings,
    layer: Layer,
    datum: &Datum,
    make: impl Fn(Row<'_>, &mut Findings) -> Option<T> + Sync,
) -> Typed<T> {
    let mut findings = grid.findings.clone();
    let columns = Columns::of(grid, headings, layer, &mut findings);
    // Without a place every row would say so again.
    let blind = !findings.is_empty();
    let piece = |(number, rows): (usize, &[GridRow])| {
        let mut typed = Typed { items: Vec::new(), refused: Vec::new(), complete: true, findings: Vec::new() };
        for (i, grid_row) in rows.iter().enumerate() {
            let index = number * PIECE + i;
            let mut found = Findings::of_row(index, grid_row.number);
            if is_total(grid_row, &columns) {
                found.feature(Kind::TotalRow);
            }
            let made = found.list.is_empty().then(|| row(grid, grid_row, &columns, datum, &mut found)).flatten();
            match made.and_then(|row| if blind { None } else { make(row, &mut found) }) {
                Some(value) if found.list.is_empty() => {
                    typed.items.push(Item { index, byte: None, row: Some(grid_row.number), value });
                }
                _ => {
                    let (feature, list) = found.finish();
                    typed.refused.push(feature);
                    typed.findings.extend(if blind { Vec::new() } else { list });
                }
            }
        }
        typed
    };
    let pieces: Vec<Typed<T>> = grid.rows.par_chunks(PIECE).enumerate().map(piece).collect();
    for (number, kind) in &grid.bad_rows {
        let mut found = Findings::of_row(*number, *number);
        found.feature(kind.clone());
        findings.extend(found.finish().1);
    }
    let mut typed =
        Typed { items: Vec::new(), refused: Vec::new(), complete: !blind && grid.bad_rows.is_empty(), findings };
    for piece in pieces {
        typed.items.extend(piece.items);
        typed.refused.extend(piece.refused);
        typed.findings.extend(piece.findings);
    }
    typed
}

/// Whether a row is the sum of those above it, as sheets end with one.
fn is_total(row: &GridRow, columns: &Columns<'_>) -> bool {
    let word = |i: usize| row.cells.get(i).map_or("", |c| c.shown()).trim().to_lowercase();
    let is_word = |i: usize| TOTALS.contains(&word(i).replace([' ', '\u{3000}'], "").as_str());
    let no_id = columns.id.is_none_or(|i| word(i).is_empty() || is_word(i));
    no_id && (0..row.cells.len().min(4)).any(is_word)
}

fn value(cell: &Cell) -> Value<'_> {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => Value::Cell(text),
        Cell::Number(n, raw) => Value::Number(*n, raw),
        Cell::Bool(b) => Value::Bool(*b),
        Cell::Error(error) => Value::CellError(error),
    }
}

fn row<'a>(
    grid: &'a Grid,
    row: &'a GridRow,
    columns: &Columns<'a>,
    datum: &Datum,
    found: &mut Findings,
) -> Option<Row<'a>> {
    let cell = |i: usize| row.cells.get(i).unwrap_or(&Cell::Empty);
    // Findings quote the id, so it is looked up first.
    found.feature.id = columns.id.map(|i| cell(i).shown().trim().to_owned()).filter(|id| !id.is_empty());
    let mut properties: Vec<Property<'a>> = columns
        .properties
        .iter()
        .map(|(i, name)| Property { name: Cow::Borrowed(*name), value: value(cell(*i)), byte: None })
        .collect();
    let counts: Vec<(&'a str, &'a str, Value<'a>)> =
        columns.groups.iter().map(|(i, heading, group)| (*heading, *group, value(cell(*i)))).collect();
    if !counts.is_empty() {
        properties.push(Property { name: Cow::Borrowed("groups"), value: Value::Counts(counts), byte: None });
    }
    let placed = grid.spatial || columns.lon.is_some() || columns.text.is_some();
    let geometry = if placed { geometry(grid, row, columns, found) } else { None };
    let geometry = geometry.and_then(|mut geometry| match datum.convert(&mut geometry) {
        Ok(()) => Some(geometry),
        Err((x, y)) => {
            found.field("coordinates", Some(format!("[{x}, {y}]")), None, Kind::NotInProjection { name: datum.name() });
            None
        }
    });
    Some(Row { id: None, properties, geometry })
}

fn geometry(grid: &Grid, row: &GridRow, columns: &Columns<'_>, found: &mut Findings) -> Option<GeometryValue> {
    if grid.spatial {
        return match &row.geometry {
            Some(Ok(geometry)) => Some(geometry.clone()),
            Some(Err(kind)) => {
                found.field("geometry", None, None, kind.clone());
                None
            }
            None => {
                found.field("geometry", None, None, Kind::NoGeometry);
                None
            }
        };
    }
    let cell = |column: Option<usize>| column.and_then(|i| row.cells.get(i)).filter(|c| **c != Cell::Empty);
    if let (Some(column), Some(Cell::Text(text))) = (columns.text, cell(columns.text)) {
        return super::wkt::read(text)
            .map_err(|kind| found.field(&grid.headings[column], Some(quoted(text)), None, kind))
            .ok();
    }
    let name = |column: Option<usize>, own: &str| column.map_or(own.to_owned(), |i| grid.headings[i].clone());
    match (cell(columns.lon), cell(columns.lat)) {
        (None, None) => {
            match cell(columns.address) {
                Some(address) => {
                    let field = name(columns.address, "address");
                    found.field(&field, Some(quoted(address.shown())), None, Kind::AddressWithoutPlace);
                }
                None => found.field(&name(columns.lon, "lon"), None, None, Kind::NoCoordinates),
            }
            None
        }
        (lon, lat) => {
            let lon = degrees(lon, &name(columns.lon, "lon"), found);
            let lat = degrees(lat, &name(columns.lat, "lat"), found);
            Some(GeometryValue::Point { coordinates: Position::from([lon?, lat?]) })
        }
    }
}

fn degrees(cell: Option<&Cell>, field: &str, found: &mut Findings) -> Option<f64> {
    let kind = match cell {
        None => Kind::NoCoordinates,
        Some(Cell::Number(n, _)) if n.is_finite() => return Some(*n),
        Some(Cell::Error(error)) => Kind::CellError { error: error.clone() },
        Some(other) => match other.shown().trim().parse::<f64>() {
            Ok(n) if n.is_finite() => return Some(n),
            _ => Kind::NotDegrees,
        },
    };
    found.field(field, cell.map(|c| quoted(c.shown())), None, kind);
    None
}
