//! Makes the sample plan `data/helsinki` from the OpenStreetMap extract in it; the same bytes every time.
//!
//! Streets, buildings, libraries and halls are OpenStreetMap's; how many people live in a building is estimated from its footprint
//! and levels, and which library is a station already is made up: `data/README.md` says what is what. Run with
//! `cargo run --release --example make_helsinki`.

use doorstep::travel::osm::{Blobs, Block, Tags};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::Path;

/// Square metres of a floor that one resident takes, walls and stairs included.
const FLOOR_PER_PERSON: f64 = 60.0;
/// Levels of a building that does not say.
const LEVELS: f64 = 5.0;
/// Buildings on a smaller footprint are sheds.
const LEAST_FOOTPRINT: f64 = 150.0;
/// Share of the floors of a building without a stated use that are homes: the extract is the middle of the city.
const HOMES: f64 = 0.25;

/// A thing on the map: where, and what it says of itself.
struct Thing {
    id: String,
    corners: Vec<(f64, f64)>,
    tags: BTreeMap<String, String>,
}

impl Thing {
    fn tag(&self, key: &str) -> &str {
        self.tags.get(key).map_or("", String::as_str)
    }

    /// The mean of its corners.
    fn middle(&self) -> (f64, f64) {
        let n = self.corners.len() as f64;
        let sum = self.corners.iter().fold((0.0, 0.0), |s, c| (s.0 + c.0, s.1 + c.1));
        (sum.0 / n, sum.1 / n)
    }

    /// Footprint in square metres.
    fn footprint(&self) -> f64 {
        let (lon, lat) = self.middle();
        let flat: Vec<(f64, f64)> = self
            .corners
            .iter()
            .map(|c| ((c.0 - lon) * 111_320.0 * lat.to_radians().cos(), (c.1 - lat) * 111_320.0))
            .collect();
        flat.windows(2).map(|w| w[0].0 * w[1].1 - w[1].0 * w[0].1).sum::<f64>().abs() / 2.0
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/helsinki");
    for (name, text) in plan_folder(&folder.join("roads.osm.pbf"))? {
        std::fs::write(folder.join(name), text)?;
        eprintln!("{}", folder.join(name).display());
    }
    Ok(())
}

/// The files of the plan folder that are made: name and text.
pub fn plan_folder(roads: &Path) -> Result<[(&'static str, String); 3], Box<dyn Error>> {
    let things = things(roads)?;
    let homes: Vec<Value> = things.iter().filter_map(home).collect();
    let mut hosts: Vec<Value> = things.iter().filter_map(host).collect();
    let station = hosts.iter().position(|h| h["properties"]["host"] == "library").ok_or("no library")?;
    let mut station = hosts.remove(station);
    if let Some(properties) = station["properties"].as_object_mut() {
        properties.remove("host");
        properties.insert("status".to_owned(), json!("open"));
    }
    Ok([
        ("residences.geojson", layer(&homes)),
        ("candidates.geojson", layer(&hosts)),
        ("stations.geojson", layer(&[station])),
    ])
}

/// A building with homes, as a residence.
fn home(thing: &Thing) -> Option<Value> {
    let share = match thing.tag("building") {
        "apartments" | "residential" | "house" | "block" => 1.0,
        "yes" if ["amenity", "office", "tourism", "shop", "historic"].iter().all(|key| thing.tag(key).is_empty()) => {
            HOMES
        }
        _ => return None,
    };
    let footprint = thing.footprint();
    if footprint < LEAST_FOOTPRINT {
        return None;
    }
    let levels: f64 = thing.tag("building:levels").parse().unwrap_or(LEVELS);
    let people = (footprint * levels * share / FLOOR_PER_PERSON).round();
    let street = [thing.tag("addr:street"), thing.tag("addr:housenumber")].join(" ").trim().to_owned();
    let name = if street.is_empty() { format!("building {}", thing.id) } else { street };
    Some(feature(thing, json!({ "id": thing.id, "name": name, "setting": "urban", "population": people })))
}

/// What could house a station.
fn host(thing: &Thing) -> Option<Value> {
    let host = match (thing.tag("amenity"), thing.tag("office")) {
        (kind @ ("library" | "community_centre" | "social_facility" | "townhall" | "post_office"), _) => kind,
        (_, kind @ ("government" | "administrative" | "ngo" | "association")) => kind,
        _ => return None,
    };
    let name = thing.tag("name");
    let name = if name.is_empty() { &thing.id } else { name };
    Some(feature(thing, json!({ "id": thing.id, "name": name, "host": host })))
}

fn feature(thing: &Thing, properties: Value) -> Value {
    let (lon, lat) = thing.middle();
    let rounded = |v: f64| (v * 1e6).round() / 1e6;
    json!({
        "type": "Feature", "properties": properties,
        "geometry": { "type": "Point", "coordinates": [rounded(lon), rounded(lat)] },
    })
}

fn layer(features: &[Value]) -> String {
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"))
}

/// Everything in the extract that could be a home or a host, by id.
fn things(roads: &Path) -> Result<Vec<Thing>, Box<dyn Error>> {
    let keys = ["building", "amenity", "office"];
    let mut blobs = Blobs::open(roads)?;
    let packed = blobs.read(0..blobs.len())?;
    let blocks: Vec<Vec<u8>> = packed.iter().enumerate().map(|(i, p)| blobs.unpack(i, p)).collect::<Result<_, _>>()?;
    let malformed = |_| "malformed block";
    let owned = |tags: Tags<'_, '_>| -> BTreeMap<String, String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        tags.iter().map(|(key, value)| (text(key), text(value))).collect()
    };
    let (mut places, mut things, mut ways) = (HashMap::new(), Vec::new(), Vec::new());
    for bytes in &blocks {
        let block = Block::new(bytes).map_err(malformed)?;
        let read = block.nodes(&keys, |node| {
            let at = (f64::from(node.at.0) * 1e-7, f64::from(node.at.1) * 1e-7);
            places.insert(node.id, at);
            if keys.iter().any(|key| node.tags.value(key).is_some()) {
                things.push(Thing { id: format!("n{}", node.id), corners: vec![at], tags: owned(node.tags) });
            }
        });
        read.map_err(malformed)?;
        let read = block.ways(&keys, |way| ways.push((way.id, way.nodes.to_vec(), owned(way.tags))));
        read.map_err(malformed)?;
    }
    for (id, nodes, tags) in ways {
        let corners: Vec<(f64, f64)> = nodes.iter().filter_map(|n| places.get(n).copied()).collect();
        // A building that the extract cuts has no footprint.
        if corners.len() == nodes.len() && corners.len() > 3 && corners.first() == corners.last() {
            things.push(Thing { id: format!("w{id}"), corners, tags });
        }
    }
    things.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(things)
}
