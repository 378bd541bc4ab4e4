//! What is in a file of which nobody has said anything yet? Its columns, some rows, and what they seem to mean, so that a person
//! can say it. A file of its own because this is the only reader that guesses: nothing here is taken into a plan.

use super::datum::Datum;
use super::encoding::Encoding;
use super::fault::Fault;
use super::fault_words::Kind;
use super::folder::Limits;
use super::format::{self, FileDatum, Grid, Opened};
use super::geojson;
use super::headings::{Headings, Layer};
use super::row::{Row, Value};
use super::source::{self, Finding, Source};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Layers that a file may be.
const LAYERS: [Layer; 5] = [Layer::Residences, Layer::Clusters, Layer::Stations, Layer::Candidates, Layer::Boundaries];
/// Rows that are shown.
const SHOWN_ROWS: usize = 10;
/// Characters of a cell that are shown.
const SHOWN_CHARS: usize = 80;
/// Features in which properties are looked for: every feature of a layer has nearly the same.
const LOOKED_AT: usize = 2_000;

/// How a file is looked at, where a person has said it.
#[derive(Debug, Clone, Default)]
pub struct LookAs {
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Encoding of text.
    pub encoding: Option<Encoding>,
    /// How much it may hold.
    pub limits: Limits,
}

/// What is in a file.
#[derive(Debug, Serialize)]
pub struct Look {
    /// Its name.
    pub file: String,
    /// `geojson`, `xlsx` or `csv`.
    pub format: &'static str,
    /// Sheets that hold anything; only workbooks have them.
    pub sheets: Vec<String>,
    /// The sheet looked at.
    pub sheet: Option<String>,
    /// The layer that it seems to be.
    pub layer: Option<&'static str>,
    /// Encoding of its text; workbooks have none.
    pub encoding: Option<SeemsEncoding>,
    /// Datum of its coordinates.
    pub datum: SeemsDatum,
    /// Columns in their order.
    pub columns: Vec<Column>,
    /// Rows or features.
    pub rows: usize,
    /// Row of the table in which the first of `sample` stands, from 1.
    pub first_row: Option<usize>,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
}

/// An encoding and whether the file leaves a doubt.
#[derive(Debug, Serialize)]
pub struct SeemsEncoding {
    /// `utf-8`, `gb18030` or `big5`.
    pub guess: String,
    /// False where the bytes would be text in another encoding too.
    pub certain: bool,
}

/// A datum that the file states, if it does: it is never guessed from numbers.
#[derive(Debug, Serialize)]
pub struct SeemsDatum {
    /// By its headings, or its format.
    pub stated: Option<String>,
    /// What a person may choose.
    pub choices: [&'static str; 4],
    /// Whether columns of coordinates, or geometries, were found.
    pub placed: bool,
}

/// A column.
#[derive(Debug, Serialize)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// The property that it means, by layer.
    pub meaning: BTreeMap<&'static str, &'static str>,
    /// The group that it counts, in residences.
    pub group: Option<String>,
    /// Some of its values.
    pub samples: Vec<String>,
}

/// Looks at a file of a folder.
///
/// # Errors
/// A fault where it cannot be read at all: not such a format, a password, a bomb, no text.
pub fn look(dir: &Path, file: &str, asked: &LookAs) -> Result<Look, Box<Fault>> {
    match format::suffix(Path::new(file)).as_str() {
        "geojson" | "json" => features(dir, file, asked),
        suffix @ ("csv" | "xlsx") => {
            let format = if suffix == "csv" { "csv" } else { "xlsx" };
            table(dir, file, asked, format).map_err(|finding| Box::new(finding.in_file(file)))
        }
        other => {
            let kind = Kind::OtherFormat { found: super::fault::shown(other) };
            Err(Box::new(Finding::of(kind).in_file(file)))
        }
    }
}

fn table(dir: &Path, file: &str, asked: &LookAs, name: &'static str) -> Result<Look, Box<Finding>> {
    let bytes = source::bytes(dir, file).map_err(|fault| Box::new(Finding::of(fault.kind)))?;
    let encoding = if name == "csv" { Some(encoding(&bytes, asked.encoding)?) } else { None };
    let headings = Headings::of_any_layer();
    let mut opened = Opened {
        path: dir.join(file),
        bytes,
        headings: &headings,
        layer: Layer::Residences,
        sheet: None,
        encoding: encoding.as_ref().map(|(encoding, _)| *encoding),
        limits: asked.limits,
    };
    let sheets = format::sheets(&opened)?;
    let after = |sheet: &&String| LAYERS.iter().any(|layer| is_named(layer, sheet));
    let sheet = asked.sheet.clone().or_else(|| sheets.iter().find(after).or(sheets.first()).cloned());
    opened.sheet = sheet.as_deref();
    let grid = format::read(&opened)?;
    let stated = match &grid.says {
        FileDatum::Says(datum) => Some(datum.name()),
        _ => format::datum_of_headings(&grid, &headings).map(|d| d.name()),
    };
    let mut columns = columns(&grid.headings);
    for (i, column) in columns.iter_mut().enumerate() {
        let cells = grid.rows.iter().filter_map(|row| row.cells.get(i)).map(|cell| short(cell.shown()));
        column.samples = cells.filter(|text| !text.is_empty()).take(3).collect();
    }
    let placed = columns.iter().any(|c| c.meaning.values().any(|m| matches!(*m, "lon" | "geometry")));
    let layer = guess(&columns, &[file, sheet.as_deref().unwrap_or_default()]);
    Ok(Look {
        file: file.to_owned(),
        format: name,
        sheets: sheets.clone(),
        sheet: sheet.clone(),
        layer,
        encoding: encoding.map(|(_, seems)| seems),
        datum: SeemsDatum { stated, choices: CHOICES, placed },
        rows: grid.rows.len(),
        first_row: grid.rows.first().map(|row| row.number),
        sample: sample(&grid),
        columns,
    })
}

/// What a person may choose; projections are for the command line, where their codes can be explained.
const CHOICES: [&str; 4] = ["gcj02", "bd09", "wgs84", "cgcs2000"];

fn sample(grid: &Grid) -> Vec<Vec<String>> {
    let row = |row: &format::GridRow| {
        (0..grid.headings.len()).map(|i| row.cells.get(i).map_or_else(String::new, |c| short(c.shown()))).collect()
    };
    grid.rows.iter().take(SHOWN_ROWS).map(row).collect()
}

fn features(dir: &Path, file: &str, asked: &LookAs) -> Result<Look, Box<Fault>> {
    let source = Source::open_as(dir, file, asked.encoding)?;
    let typed = geojson::read(&source, |row: Row<'_>, found| {
        let seen = found.feature.index < LOOKED_AT;
        let plain = |p: &super::row::Property<'_>| (p.name.clone().into_owned(), short(&shown(&p.value)));
        Some(if seen { row.properties.iter().map(plain).collect::<Vec<_>>() } else { Vec::new() })
    });
    if typed.items.is_empty()
        && let Some(finding) = typed.findings.into_iter().next()
    {
        return Err(Box::new(source.fault(finding)));
    }
    if typed.items.len() > asked.limits.rows {
        return Err(Box::new(Finding::of(Kind::TooMuch { most: "500,000 rows" }).in_file(file)));
    }
    let mut names: Vec<String> = Vec::new();
    for (name, _) in typed.items.iter().take(LOOKED_AT).flat_map(|item| &item.value) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let of = |row: &[(String, String)], name: &str| {
        row.iter().find(|(own, _)| own == name).map_or_else(String::new, |(_, value)| value.clone())
    };
    let mut columns = columns(&names);
    for column in &mut columns {
        let values = typed.items.iter().take(LOOKED_AT).map(|item| of(&item.value, &column.heading));
        column.samples = values.filter(|text| !text.is_empty()).take(3).collect();
        // Where features have geometries, columns of coordinates are other people's.
        column.meaning.retain(|_, meaning| !matches!(*meaning, "lon" | "lat" | "geometry" | "address"));
    }
    let row = |row: &[(String, String)]| names.iter().map(|name| of(row, name)).collect();
    Ok(Look {
        file: file.to_owned(),
        format: "geojson",
        sheets: Vec::new(),
        sheet: None,
        layer: guess(&columns, &[file]),
        encoding: None,
        datum: SeemsDatum { stated: Some(Datum::Wgs84.name()), choices: CHOICES, placed: true },
        rows: typed.items.len(),
        first_row: None,
        sample: typed.items.iter().take(SHOWN_ROWS).map(|item| row(&item.value)).collect(),
        columns,
    })
}

/// The encoding that was declared, or the one that the bytes allow; the fault of UTF-8 where they allow none.
fn encoding(bytes: &[u8], declared: Option<Encoding>) -> Result<(Encoding, SeemsEncoding), Box<Finding>> {
    let seems = |encoding: Encoding, certain| (encoding, SeemsEncoding { guess: encoding.name(), certain });
    if let Some(encoding) = declared {
        return Ok(seems(encoding, true));
    }
    match Encoding::UTF8.decode(bytes) {
        Ok(_) => Ok(seems(Encoding::UTF8, true)),
        Err(kind) => match Encoding::parse("gb18030").filter(|gb| gb.decode(bytes).is_ok()) {
            Some(gb) => Ok(seems(gb, false)),
            None => Err(Box::new(Finding::of(kind))),
        },
    }
}

fn columns(headings: &[String]) -> Vec<Column> {
    let none = BTreeMap::new();
    let known: Vec<(Layer, Headings)> = LAYERS.into_iter().map(|layer| (layer, Headings::of(layer, &none))).collect();
    let column = |heading: &String| Column {
        heading: heading.clone(),
        meaning: known.iter().filter_map(|(l, h)| Some((l.name(), h.column(heading)?.name()))).collect(),
        group: known[0].1.group(Layer::Residences, heading).map(str::to_owned),
        samples: Vec::new(),
    };
    headings.iter().map(column).collect()
}

/// The layer whose headings it has most of; a name that says it counts for three.
fn guess(columns: &[Column], names: &[&str]) -> Option<&'static str> {
    let score = |layer: &Layer| {
        let meant = columns.iter().filter(|c| c.meaning.contains_key(layer.name())).count();
        let groups = columns.iter().filter(|c| *layer == Layer::Residences && c.group.is_some()).count();
        meant + groups + if names.iter().any(|name| is_named(layer, name)) { 3 } else { 0 }
    };
    // An outline is a name and a shape: anything looks like one.
    let layers = LAYERS.iter().filter(|layer| **layer != Layer::Boundaries || names.iter().any(|n| is_named(layer, n)));
    let best = layers.rev().max_by_key(|layer| score(layer))?;
    (score(best) >= 3).then(|| best.name())
}

/// The layer that a file's name says it is.
pub fn layer_named(file: &str) -> Option<&'static str> {
    LAYERS.iter().find(|layer| is_named(layer, file)).map(|layer| layer.name())
}

fn is_named(layer: &Layer, name: &str) -> bool {
    let name = name.to_lowercase();
    layer.names().iter().any(|known| name.contains(known))
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone().into_owned(),
        Value::Cell(text) | Value::Number(_, text) => (*text).to_owned(),
        other => other.shown(),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(file: &str, bytes: &[u8]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join(file), bytes).expect("written");
        dir
    }

    #[test]
    fn a_chinese_table_in_gb18030_is_shown_as_text_and_asks_whether_that_is_so() {
        let text = "居民点汇总表,,,,\n编号,名称,常住人口,经度（GCJ-02）,纬度（GCJ-02）\nA1,漠河社区,120,122.5,52.9\n";
        let bytes = Encoding::parse("gb18030").expect("known").encode(text);
        let dir = folder("上报.csv", &bytes);
        let look = look(dir.path(), "上报.csv", &LookAs::default()).expect("readable");
        let encoding = look.encoding.expect("of text");
        assert_eq!((encoding.guess.as_str(), encoding.certain), ("gb18030", false));
        assert_eq!((look.layer, look.rows, look.first_row), (Some("residences"), 1, Some(3)));
        assert_eq!(look.datum.stated.as_deref(), Some("gcj02"));
        assert_eq!(look.columns[2].meaning["residences"], "population");
        assert_eq!(look.sample[0][1], "漠河社区");
    }

    #[test]
    fn headings_that_nobody_knows_are_shown_too() {
        let dir = folder("x.csv", "Ort,Leute,Rechts,Hoch\nA,5,1,2\nB,6,3,4\n".as_bytes());
        let look = look(dir.path(), "x.csv", &LookAs::default()).expect("readable");
        assert_eq!(look.layer, None);
        assert_eq!(
            look.columns.iter().map(|c| c.heading.as_str()).collect::<Vec<_>>(),
            ["Ort", "Leute", "Rechts", "Hoch"]
        );
        assert!(!look.datum.placed && look.datum.stated.is_none());
        assert_eq!(look.columns[1].samples, ["5", "6"]);
    }

    #[test]
    fn features_show_their_properties_and_a_file_that_is_none_its_fault() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"id":"S1","status":"open","name":"站"}}]}"#;
        let dir = folder("stations.geojson", text.as_bytes());
        let found = look(dir.path(), "stations.geojson", &LookAs::default()).expect("readable");
        assert_eq!((found.layer, found.rows), (Some("stations"), 1));
        assert_eq!(found.sample, [["S1", "open", "站"]]);
        let dir = folder("x.geojson", b"{\"type\":");
        assert!(look(dir.path(), "x.geojson", &LookAs::default()).is_err());
        let dir = folder("x.kml", b"<kml/>");
        assert!(look(dir.path(), "x.kml", &LookAs::default()).is_err());
    }
}
