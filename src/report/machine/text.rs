//! How does a table stand as text, in a sheet or as GeoJSON? A file of its own because these have no type for geometry: points are
//! two columns, areas well-known text, and the headings say the datum.

use super::{Holds, Row, Table, plain};
use crate::read::write_wkt;
use crate::report::error::ReportError;
use crate::report::gap_table::harmless;
use crate::report::workbook::{About, Cell, Sheet};
use geojson::GeometryValue;
use serde_json::{Value, json};
use std::path::Path;

/// Headings of a place, which declare the datum wherever the file goes.
const POINT: [&str; 2] = ["lon_wgs84", "lat_wgs84"];
const AREA: &str = "geometry_wgs84";

fn headings(table: &Table) -> Vec<&str> {
    let mut all: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    if table.is_points() {
        all.extend(POINT)
    } else {
        all.push(AREA)
    }
    all
}

/// Longitude and latitude of a point.
fn position(row: &Row) -> [f64; 2] {
    match &row.geometry {
        GeometryValue::Point { coordinates } => [coordinates.as_slice()[0], coordinates.as_slice()[1]],
        _ => [f64::NAN; 2],
    }
}

/// UTF-8, commas, CRLF; what a spreadsheet would take for a formula stands behind an apostrophe.
pub(super) fn csv(table: &Table, mark: bool) -> Result<Vec<u8>, ReportError> {
    let written = || -> std::io::Result<Vec<u8>> {
        let start = if mark { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(start);
        writer.write_record(headings(table))?;
        let points = table.is_points();
        for row in &table.rows {
            let cell = |value: &Value| match value {
                Value::Number(n) => n.to_string(),
                other => harmless(&plain(other)).into_owned(),
            };
            let mut cells: Vec<String> = row.cells.iter().map(cell).collect();
            if points {
                cells.extend(position(row).map(|n| n.to_string()));
            } else {
                cells.push(write_wkt(&row.geometry));
            }
            writer.write_record(cells)?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    };
    written().map_err(ReportError::io("write", Path::new(table.name)))
}

/// What the workbook says about itself.
pub(super) fn about(table: &Table, date: time::Date) -> About<'_> {
    About { title: table.name, date, font: None }
}

/// The table as a sheet.
pub(super) fn sheet(table: &Table) -> Sheet<'_> {
    let points = table.is_points();
    let kinds: Vec<Holds> = (0..table.columns.len()).map(|c| table.holds(c)).collect();
    let rows = table.rows.iter().map(move |row| {
        let cell = |(value, kind): (&Value, &Holds)| match (value, kind) {
            (Value::Null, _) => Cell::Empty,
            (Value::Number(n), Holds::Real) => Cell::Exact(n.as_f64().unwrap_or(f64::NAN)),
            (value, _) => Cell::Text(plain(value)),
        };
        let mut cells: Vec<Cell> = row.cells.iter().zip(&kinds).map(cell).collect();
        if points {
            cells.extend(position(row).map(Cell::Exact));
        } else {
            cells.push(Cell::Text(write_wkt(&row.geometry)));
        }
        cells
    });
    Sheet { name: table.name, columns: headings(table), rows: Box::new(rows) }
}

/// RFC 7946, one feature a line; counts by group are an object as the contract has it.
pub(super) fn geojson(table: &Table) -> Result<Vec<u8>, ReportError> {
    let mut out = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for (i, row) in table.rows.iter().enumerate() {
        let (mut properties, mut groups) = (serde_json::Map::new(), serde_json::Map::new());
        for (column, value) in table.columns.iter().zip(&row.cells).filter(|(_, v)| !v.is_null()) {
            match column.strip_prefix("groups.") {
                Some(group) => drop(groups.insert(group.to_owned(), value.clone())),
                None => drop(properties.insert(column.clone(), value.clone())),
            }
        }
        if !groups.is_empty() {
            properties.insert("groups".into(), Value::Object(groups));
        }
        let geometry = geojson::Geometry::new(row.geometry.clone());
        let feature = json!({ "type": "Feature", "geometry": geometry, "properties": properties });
        out += if i == 0 { "\n" } else { ",\n" };
        out += &feature.to_string();
    }
    out += "\n]}\n";
    Ok(out.into_bytes())
}
