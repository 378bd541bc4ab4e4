//! Which points does a file name? Sites and places of `times` and `reach`, which have no plan around them: a table with id,
//! lon, lat, or GeoJSON points. A file of its own because it is the one table that may also be GeoJSON.

use super::sheet::{self, At, Cell, Column, Sheet};
use super::{Ids, each_row};
use crate::model::Position;
use crate::read::fault::{Fault, Faults, FeatureRef, quoted};
use crate::read::fault_words::Kind;
use serde_json::Value;
use std::path::Path;

/// Points with an id each, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct PointTable {
    /// Ids.
    pub ids: Ids,
    /// Where.
    pub positions: Vec<Position>,
    /// People at each, where the file says so; else 1.
    pub people: Vec<f64>,
}

impl PointTable {
    /// A table of one point.
    pub fn single(id: &str, position: Position) -> Self {
        let mut table = Self { positions: vec![position], people: vec![1.0], ..Self::default() };
        table.ids.push(id);
        table
    }
}

const COLUMNS: &[Column] = &[
    Column { names: &["id"], needed: true },
    Column { names: &["lon", "x", "lng", "longitude", "经度"], needed: true },
    Column { names: &["lat", "y", "latitude", "纬度"], needed: true },
    Column { names: &["population", "people", "weight", "人口"], needed: false },
];

/// Reads points of several files: `.csv` or `.parquet` with id, lon, lat and perhaps population, or `.geojson` with points.
///
/// # Errors
/// Every fault of every file, with row or feature, field, value and what to do.
pub fn points(paths: &[&Path]) -> Result<Vec<PointTable>, Faults> {
    let (tables, faults) = paths.iter().map(|path| one(path)).unzip();
    Faults::of(faults).map_or(Ok(tables), Err)
}

fn one(path: &Path) -> (PointTable, Vec<Fault>) {
    let suffix = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let mut table = PointTable::default();
    let mut faults = if matches!(suffix.as_str(), "geojson" | "json") {
        features(path, &mut table)
    } else {
        let mut sheet = each_row(path, COLUMNS, |sheet, at, cells| row(sheet, at, cells, &mut table));
        std::mem::take(&mut sheet.faults)
    };
    if table.ids.is_empty() && faults.is_empty() {
        faults.push(whole(path, Kind::NoRows));
    }
    (table, faults)
}

fn row(sheet: &mut Sheet, at: At, cells: &[Cell<'_>], table: &mut PointTable) {
    if let Some(id) = sheet.text(at, cells, 0)
        && let Some(first) = table.ids.push(&id)
    {
        sheet.fault(at, Some(0), Some(quoted(&id)), Kind::SameId { first: first as usize + 1 });
    }
    let lon = sheet.number(at, cells, 1, sheet::LONGITUDE);
    let lat = sheet.number(at, cells, 2, sheet::LATITUDE);
    table.positions.extend(lon.zip(lat).and_then(|(lon, lat)| Position::new(lon, lat)));
    table.people.push(sheet.maybe(at, cells, 3, sheet::NOT_NEGATIVE).unwrap_or(1.0));
}

fn whole(path: &Path, kind: Kind) -> Fault {
    let file = path.display().to_string();
    Fault { file, line: None, column: None, feature: None, field: None, value: None, kind }
}

fn features(path: &Path, table: &mut PointTable) -> Vec<Fault> {
    // A pipe would wait for ever and a device never ends, so both are refused before they are opened.
    let text = match std::fs::metadata(path) {
        Ok(data) if data.is_file() => std::fs::read(path),
        Ok(_) => return vec![whole(path, Kind::NotAFile)],
        Err(e) => Err(e),
    };
    let text = match text {
        Ok(text) => text,
        Err(e) => return vec![whole(path, Kind::Io { error: e.to_string() })],
    };
    let value: Value = match serde_json::from_slice(&text) {
        Ok(value) => value,
        Err(e) => return vec![whole(path, Kind::Json { error: e.to_string() })],
    };
    let Some(features) = value.get("features").and_then(Value::as_array) else {
        return vec![whole(path, Kind::NoFeatureList)];
    };
    let mut faults = Vec::new();
    for (index, feature) in features.iter().enumerate() {
        let property = |name: &str| feature.get("properties").and_then(|p| p.get(name));
        let id = property("id").or_else(|| property("编号")).or_else(|| feature.get("id"));
        let id = id.and_then(|id| id.as_str().map(str::to_owned).or_else(|| id.is_number().then(|| id.to_string())));
        let mut fault = |field: &str, value: Option<String>, kind: Kind| {
            let feature = Some(FeatureRef { index, id: id.clone(), row: None });
            let file = path.display().to_string();
            faults.push(Fault { file, line: None, column: None, feature, field: Some(field.to_owned()), value, kind });
        };
        match &id {
            None => fault("id", None, Kind::BadId),
            Some(id) => {
                if let Some(first) = table.ids.push(id) {
                    fault("id", Some(quoted(id)), Kind::DuplicateId { first: first as usize });
                }
            }
        }
        let geometry = feature.get("geometry");
        let is_point = geometry.and_then(|g| g.get("type")).and_then(Value::as_str) == Some("Point");
        let ordinate = |i: usize| geometry?.get("coordinates")?.get(i)?.as_f64();
        match (is_point, ordinate(0), ordinate(1)) {
            (false, ..) => fault("geometry", None, Kind::WrongGeometry { wanted: "Point" }),
            (true, Some(lon), Some(lat)) => match Position::new(lon, lat) {
                Some(position) => table.positions.push(position),
                None => fault("coordinates", Some(format!("{lon}, {lat}")), Kind::OutOfRange),
            },
            (true, ..) => fault("coordinates", None, Kind::NotANumber { bound: "-180 .. 180, -90 .. 90" }),
        }
        let people = ["population", "people", "weight", "人口"].iter().find_map(|name| property(name));
        let people = people.filter(|v| !v.is_null());
        let count = people.map_or(Some(1.0), Value::as_f64).filter(|n| (0.0..=1e15).contains(n));
        if count.is_none() {
            fault("population", people.map(Value::to_string), Kind::NotANumber { bound: ">= 0" });
        }
        table.people.push(count.unwrap_or(1.0));
    }
    faults
}
