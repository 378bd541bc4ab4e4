//! Where are a county's people, so that the page can fly there? Extent and towns from the places themselves, because
//! most plans have no outlines; outlines too where the plan gives them. A file of its own because nothing else needs
//! towns: they are a way to move about, not a measure.

use crate::job::Outcome;
use crate::model::{Position, Shape};
use crate::report::summary;
use geo::{BoundingRect, Coord, Rect};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Height of a cell in degrees, about 6 km: a town and its quarters fall into a cell and its neighbours.
const CELL: f64 = 0.055;
/// Towns listed per county: those with most people, and every one with a station.
const TOWNS: usize = 6;

/// `{"counties": [{county, today, proposed, extent, stations, gap_people, towns}], "outlines": FeatureCollection}`.
///
/// `extent` is `[west, south, east, north]` in degrees, null where a county has neither place nor station; `stations`
/// counts `existing` and `proposed`; `towns` are `{name, extent, people, places, stations}`, most people first, named
/// after their largest place.
pub(super) fn counties(outcome: &Outcome) -> Value {
    let mut ground = ground(outcome);
    let mut summary = summary(outcome);
    let rows = summary["coverage"]["by_county"].take();
    let rows: Vec<Value> = rows.as_array().cloned().unwrap_or_default();
    let counties: Vec<Value> = rows
        .into_iter()
        .map(|mut row| {
            let name = row["county"].as_str().map(str::to_owned);
            let county = ground.remove(&name).unwrap_or_default();
            row["extent"] = county.extent.map_or(Value::Null, bounds);
            row["stations"] = json!({"existing": county.existing, "proposed": county.proposed});
            row["gap_people"] = json!(county.gap_people);
            row["towns"] = Value::Array(county.towns());
            row
        })
        .collect();
    let outlines: Vec<Value> = outcome
        .folder
        .boundaries
        .iter()
        .map(|b| {
            let ring = |line: &geo::LineString<f64>| line.coords().map(|c| [c.x, c.y]).collect::<Vec<_>>();
            let rings = |p: &geo::Polygon<f64>| std::iter::once(p.exterior()).chain(p.interiors()).map(ring).collect();
            let coordinates: Vec<Vec<_>> = b.outline.iter().map(rings).collect();
            let geometry = json!({"type": "MultiPolygon", "coordinates": coordinates});
            json!({"type": "Feature", "properties": {"county": &*b.county}, "geometry": geometry})
        })
        .collect();
    json!({"counties": counties, "outlines": {"type": "FeatureCollection", "features": outlines}})
}

#[derive(Default)]
struct Ground {
    extent: Option<Rect<f64>>,
    existing: usize,
    proposed: usize,
    gap_people: f64,
    cells: HashMap<(i64, i64), Cell>,
}

/// What stands in a cell of the grid.
struct Cell {
    extent: Rect<f64>,
    people: f64,
    stations: usize,
    /// Places in it.
    places: usize,
    /// People and name of its largest place or, without one, of a station.
    name: (f64, String),
}

fn ground(outcome: &Outcome) -> BTreeMap<Option<String>, Ground> {
    let mut all: BTreeMap<Option<String>, Ground> = BTreeMap::new();
    for place in &outcome.folder.places {
        let ground = all.entry(place.county.as_deref().map(str::to_owned)).or_default();
        ground.add(extent(&place.shape), place.people.0, &place.name, 0);
    }
    for station in outcome.folder.stations.iter().filter(|s| s.status.counts()) {
        let ground = all.entry(station.county.as_deref().map(str::to_owned)).or_default();
        ground.existing += 1;
        ground.add(point(station.position), 0.0, &station.name, 1);
    }
    for proposal in &outcome.proposals {
        let site = &outcome.candidates[proposal.candidate];
        let ground = all.entry(site.county.as_deref().map(str::to_owned)).or_default();
        ground.proposed += 1;
        ground.add(point(site.position), 0.0, &site.name, 1);
    }
    for gap in &outcome.gaps {
        let place = &outcome.folder.places[gap.place];
        if place.layer == crate::model::PlaceLayer::Residences {
            let ground = all.entry(place.county.as_deref().map(str::to_owned)).or_default();
            ground.gap_people += gap.people.0;
        }
    }
    all
}

impl Ground {
    fn add(&mut self, extent: Rect<f64>, people: f64, name: &str, stations: usize) {
        self.extent = Some(self.extent.map_or(extent, |e| around(e, extent)));
        let new = || Cell { extent, people: 0.0, stations: 0, places: 0, name: (-1.0, String::new()) };
        let cell = self.cells.entry(key(extent.center())).or_insert_with(new);
        cell.extent = around(cell.extent, extent);
        cell.people += people;
        cell.stations += stations;
        cell.places += usize::from(stations == 0);
        if people > cell.name.0 {
            cell.name = (people, name.to_owned());
        }
    }

    /// Cells with most people first, each with the neighbours nobody took before it.
    fn towns(mut self) -> Vec<Value> {
        let mut order: Vec<_> = self.cells.iter().map(|(k, c)| (c.people, *k)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut towns = Vec::new();
        for (_, at) in order {
            let Some(mut town) = self.cells.remove(&at) else { continue };
            for (dx, dy) in [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)] {
                if let Some(next) = self.cells.remove(&(at.0 + dx, at.1 + dy)) {
                    town.extent = around(town.extent, next.extent);
                    town.people += next.people;
                    town.stations += next.stations;
                    town.places += next.places;
                    if next.name.0 > town.name.0 {
                        town.name = next.name;
                    }
                }
            }
            towns.push(town);
        }
        towns.sort_by(|a, b| b.people.total_cmp(&a.people).then_with(|| a.name.1.cmp(&b.name.1)));
        let listed = towns.into_iter().enumerate().filter(|(i, t)| *i < TOWNS || t.stations > 0);
        listed
            .map(|(_, t)| {
                let Cell { extent, people, stations, places, name: (_, name) } = t;
                json!({"name": name, "extent": bounds(extent), "people": people, "places": places, "stations": stations})
            })
            .collect()
    }
}

/// The cell of the grid; columns are as wide as rows are high, on the ground.
fn key(at: Coord<f64>) -> (i64, i64) {
    let row = (at.y / CELL).floor();
    let width = CELL / (row * CELL).to_radians().cos().max(0.01);
    #[expect(clippy::cast_possible_truncation, reason = "degrees over a cell are a few thousand")]
    ((at.x / width).floor() as i64, row as i64)
}

fn extent(shape: &Shape) -> Rect<f64> {
    match shape {
        Shape::Point(position) => point(*position),
        Shape::Area(area) => area.bounding_rect().expect("a polygon that was read has corners"),
    }
}

fn point(position: Position) -> Rect<f64> {
    let at = Coord { x: position.lon(), y: position.lat() };
    Rect::new(at, at)
}

fn around(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    Rect::new(
        Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
        Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
    )
}

fn bounds(rect: Rect<f64>) -> Value {
    let places = |degrees: f64| (degrees * 1e6).round() / 1e6;
    json!([places(rect.min().x), places(rect.min().y), places(rect.max().x), places(rect.max().y)])
}
