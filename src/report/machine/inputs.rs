//! How does a plan folder's own layer stand in a table? A file of its own because it writes what `read` reads: the same names,
//! every digit of a coordinate, the groups in columns of their own.

use super::{Row, Table};
use crate::model::{Place, PlaceLayer, PlanFolder, Position, Shape};
use geojson::GeometryValue;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every layer that the folder has, in reading order.
pub(super) fn tables(folder: &PlanFolder) -> Vec<Table> {
    let mut tables = vec![places(folder, PlaceLayer::Residences)];
    if folder.places.iter().any(|p| p.layer == PlaceLayer::Clusters) {
        tables.push(places(folder, PlaceLayer::Clusters));
    }
    if !folder.stations.is_empty() {
        tables.push(stations(folder));
    }
    tables.extend(candidates(folder));
    if !folder.boundaries.is_empty() {
        let row = |b: &crate::model::Boundary| Row { geometry: area(&b.outline), cells: vec![json!(&*b.county)] };
        let rows = folder.boundaries.iter().map(row).collect();
        tables.push(Table { name: "boundaries", columns: vec!["county".into()], rows });
    }
    tables
}

fn places(folder: &PlanFolder, layer: PlaceLayer) -> Table {
    let places: Vec<&Place> = folder.places.iter().filter(|p| p.layer == layer).collect();
    let groups: BTreeSet<&str> = places.iter().flat_map(|p| p.groups.keys().map(AsRef::as_ref)).collect();
    let people = if layer == PlaceLayer::Residences { "population" } else { "people" };
    let mut columns: Vec<String> = ["id", "name", "county", "setting", "kind", people].map(str::to_owned).to_vec();
    // With this head a column counts a group whatever its name.
    columns.extend(groups.iter().map(|group| format!("groups.{group}")));
    let row = |place: &&Place| {
        let mut cells = vec![
            json!(place.id),
            json!(place.name),
            json!(place.county.as_deref()),
            json!(place.setting.map(crate::model::Setting::name)),
            json!(place.kind.name()),
            number(place.people.0),
        ];
        cells.extend(groups.iter().map(|group| place.groups.get(*group).map_or(Value::Null, |n| number(*n))));
        let geometry = match &place.shape {
            Shape::Point(position) => point(*position),
            Shape::Area(outline) => area(outline),
        };
        Row { geometry, cells }
    };
    let rows = places.iter().map(row).collect();
    Table { name: layer.name(), columns, rows }
}

fn stations(folder: &PlanFolder) -> Table {
    let columns = ["id", "name", "county", "status", "opened", "kind", "capacity"].map(str::to_owned).to_vec();
    let row = |s: &crate::model::Station| Row {
        geometry: point(s.position),
        cells: vec![
            json!(s.id),
            json!(s.name),
            json!(s.county.as_deref()),
            json!(s.status.name()),
            json!(s.opened.map(|d| d.to_string())),
            json!(s.kind),
            s.capacity.map_or(Value::Null, number),
        ],
    };
    Table { name: "stations", columns, rows: folder.stations.iter().map(row).collect() }
}

fn candidates(folder: &PlanFolder) -> Option<Table> {
    let columns = ["id", "name", "county", "host", "cost", "capacity"].map(str::to_owned).to_vec();
    let row = |c: &crate::model::Candidate| Row {
        geometry: point(c.position),
        cells: vec![
            json!(c.id),
            json!(c.name),
            json!(c.county.as_deref()),
            Some(&c.host).filter(|h| !h.is_empty()).map_or(Value::Null, |h| json!(h)),
            c.cost.map_or(Value::Null, number),
            c.capacity.map_or(Value::Null, number),
        ],
    };
    let rows = folder.candidates.as_ref()?.iter().map(row).collect();
    Some(Table { name: "candidates", columns, rows })
}

/// Whole numbers without a point, others with every digit.
fn number(n: f64) -> Value {
    if n.fract() == 0.0 && n.abs() < 9e15 { json!(n as i64) } else { json!(n) }
}

fn point(position: Position) -> GeometryValue {
    GeometryValue::Point { coordinates: [position.lon(), position.lat()].into() }
}

fn area(outline: &geo::MultiPolygon<f64>) -> GeometryValue {
    let ring = |line: &geo::LineString<f64>| line.coords().map(|c| [c.x, c.y].into()).collect();
    let mut parts: Vec<Vec<Vec<geojson::Position>>> = outline
        .iter()
        .map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect())
        .collect();
    match parts.len() {
        1 => GeometryValue::Polygon { coordinates: parts.remove(0) },
        _ => GeometryValue::MultiPolygon { coordinates: parts },
    }
}
