//! Vector tiles read back by another reader: everything is on them, nothing is lost where features are summed, sizes are bounded,
//! bytes repeat.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod served;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, header};
use doorstep::job::Outcome;
use doorstep::model::{People, Place, PlaceKind, PlaceLayer, Position, Setting, Shape};
use doorstep::web::{Desk, router};
use fast_mvt::{MvtReaderRef, MvtValue};
use serde_json::Value;
use served::{Answer, OUTCOME, ROUTER, request, send};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// Thirty thousand places crowded into a few towns.
static CROWD: LazyLock<Router> = LazyLock::new(|| router(Desk::new(Arc::new(crowded(30_000)))));

fn crowded(count: usize) -> Outcome {
    let mut outcome = (**OUTCOME).clone();
    let (mut places, mut cover) = (Vec::new(), Vec::new());
    let mut state = 11u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 31)
    };
    for i in 0..count {
        let town = (i % 7) as f64;
        let position =
            Position::new(122.0 + town * 0.6 + random() * 0.05, 50.5 + town * 0.4 + random() * 0.05).unwrap();
        places.push(Place {
            id: format!("P{i:06}"),
            layer: PlaceLayer::Residences,
            name: format!("第{i}居民点"),
            county: Some(["甲县", "乙县", "丙县"][i % 3].into()),
            setting: Some(Setting::Urban),
            kind: PlaceKind::Settlement,
            people: People((i % 97) as f64),
            groups: BTreeMap::new(),
            shape: Shape::Point(position),
        });
        cover.push(OUTCOME.cover[i % OUTCOME.cover.len()]);
    }
    (outcome.folder.places, outcome.cover) = (places, cover);
    outcome.gaps.clear();
    outcome
}

fn ask(router: &Router, path: &str, encoding: &str) -> Answer {
    send(router, request(Method::GET, path).header(header::ACCEPT_ENCODING, encoding).body(Body::empty()).unwrap())
}

/// What a feature says: its properties as JSON, its id, and its first corner on the world of zoom 0 to 1.
struct Seen {
    id: Option<u64>,
    properties: BTreeMap<String, Value>,
    is_point: bool,
    inside: bool,
}

fn tile(router: &Router, layer: &str, (z, x, y): (u8, u32, u32)) -> Vec<Seen> {
    let answer = ask(router, &format!("/tiles/{layer}/{z}/{x}/{y}.mvt"), "identity");
    if answer.status == 204 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/vnd.mapbox-vector-tile");
    let tile = MvtReaderRef::new(&answer.body).unwrap().to_tile().unwrap();
    assert_eq!(tile.layers.len(), 1);
    assert_eq!(tile.layers[0].name(), layer);
    let value = |v: &MvtValue| match v {
        MvtValue::String(text) => Value::from(text.clone()),
        MvtValue::Double(n) => Value::from(*n),
        MvtValue::Float(n) => Value::from(*n),
        MvtValue::Int(n) | MvtValue::SInt(n) => Value::from(*n),
        MvtValue::UInt(n) => Value::from(*n),
        MvtValue::Bool(b) => Value::from(*b),
        MvtValue::Null => Value::Null,
    };
    let features = tile.layers[0].features.iter();
    features
        .map(|f| {
            let point = match &f.geometry {
                geo::Geometry::Point(p) => Some(p.0),
                _ => None,
            };
            let on = |v: i32| (0..4096).contains(&v);
            Seen {
                id: f.id,
                properties: f.properties.iter().map(|(k, v)| (k.clone(), value(v))).collect(),
                is_point: point.is_some(),
                inside: point.is_some_and(|p| on(p.x) && on(p.y)),
            }
        })
        .collect()
}

/// The tiles of a zoom that the sample lies on.
fn tiles(z: u8, bounds: [f64; 4]) -> Vec<(u8, u32, u32)> {
    let at = |lon: f64, lat: f64| {
        let n = f64::from(1u32 << z);
        let sin = lat.to_radians().sin();
        let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI);
        (((lon / 360.0 + 0.5) * n) as u32, (y * n) as u32)
    };
    let (low, high) = (at(bounds[0], bounds[3]), at(bounds[2], bounds[1]));
    (low.0..=high.0).flat_map(|x| (low.1..=high.1).map(move |y| (z, x, y))).collect()
}

const SAMPLE: [f64; 4] = [121.9, 50.3, 127.0, 53.6];

#[test]
fn every_feature_of_every_layer_is_on_some_tile_of_every_zoom_with_its_properties() {
    for layer in ["places", "stations", "proposal", "candidates", "circles", "gaps"] {
        let answer = ask(&ROUTER, &format!("/ogc/collections/{layer}/items?limit=10000"), "identity");
        let page: Value = serde_json::from_slice(&answer.body).unwrap();
        let features = page["features"].as_array().unwrap();
        for z in [0, 4, 7, 9] {
            let mut seen = BTreeSet::new();
            for at in tiles(z, SAMPLE) {
                for feature in tile(&ROUTER, layer, at) {
                    let index = feature.properties["index"].as_u64().unwrap();
                    assert_eq!(feature.id, Some(index));
                    let own = features[usize::try_from(index).unwrap()]["properties"].as_object().unwrap();
                    for (name, value) in own {
                        match value {
                            Value::Null => assert!(!feature.properties.contains_key(name), "{layer} {name}"),
                            Value::Array(_) => assert_eq!(feature.properties[name], value.to_string(), "{layer}"),
                            Value::Number(n) => {
                                assert_eq!(feature.properties[name].as_f64(), n.as_f64(), "{layer} {name}")
                            }
                            other => assert_eq!(feature.properties[name], *other, "{layer} {name}"),
                        }
                    }
                    seen.insert(index);
                }
            }
            assert_eq!(seen.len(), features.len(), "{layer} at zoom {z}");
        }
    }
}

#[test]
fn sums_of_crowded_tiles_lose_nobody_and_from_the_zoom_of_detail_on_everybody_stands_alone() {
    let json = ask(&CROWD, "/tiles.json?layer=places&lang=en", "identity");
    let json: Value = serde_json::from_slice(&json.body).unwrap();
    let detail = u8::try_from(json["detail_zoom"].as_u64().unwrap()).unwrap();
    assert!((1..=14).contains(&detail), "{json}");
    assert!(json["description"].as_str().unwrap().contains(&format!("Below zoom {detail}")));
    let people: f64 = (0..30_000).map(|i| f64::from(i % 97)).sum();
    let covered: f64 = (0..30_000usize)
        .map(|i| (i % 97) as f64 * (OUTCOME.cover[i % OUTCOME.cover.len()].proposed * 1e6).round() / 1e6)
        .sum();
    for z in [0, 3, 6, detail - 1, detail] {
        let (mut count, mut sum, mut reached, mut alone) = (0, 0.0, 0.0, 0);
        for at in tiles(z, [121.9, 50.3, 126.0, 53.1]) {
            let seen = tile(&CROWD, "places", at);
            assert!(seen.len() <= 3 * 4096, "{at:?}: {}", seen.len());
            // Each stands on one tile; beyond its edges it is only drawn again.
            for feature in seen.iter().filter(|f| f.inside) {
                assert!(feature.is_point);
                let number = |name: &str| feature.properties.get(name).and_then(Value::as_f64);
                let many = number("count").unwrap_or(1.0);
                count += many as usize;
                alone += usize::from(!feature.properties.contains_key("count"));
                assert_eq!(feature.properties.contains_key("count"), !feature.properties.contains_key("index"));
                sum += number("people").unwrap();
                reached += number("people").unwrap() * number("covered").unwrap_or(0.0);
                if many > 1.0 {
                    let statuses =
                        ["today", "proposed", "partial", "gap"].iter().filter_map(|s| number(s)).sum::<f64>();
                    assert!((statuses - many).abs() < 1e-9);
                }
            }
        }
        assert_eq!(count, 30_000, "zoom {z}");
        assert!((sum - people).abs() < 1e-3, "zoom {z}: {sum} instead of {people}");
        assert!((reached - covered).abs() < 30.0, "zoom {z}: {reached} instead of {covered}");
        assert_eq!(alone == 30_000, z >= detail, "zoom {z}: {alone} alone");
    }
}

#[test]
fn a_tile_is_bounded_in_size_and_its_bytes_repeat() {
    let again = router(Desk::new(Arc::new(crowded(30_000))));
    for at in [(0u8, 0u32, 0u32), (5, 26, 10), (8, 215, 84), (9, 430, 168)] {
        let path = format!("/tiles/places/{}/{}/{}.mvt", at.0, at.1, at.2);
        let plain = ask(&CROWD, &path, "identity");
        assert!(plain.body.len() <= 500_000, "{path}: {}", plain.body.len());
        let packed = ask(&CROWD, &path, "gzip, br");
        assert_eq!(plain.body, ask(&again, &path, "identity").body, "{path}");
        assert_eq!(packed.body, ask(&again, &path, "gzip").body, "{path}");
        if plain.status == 200 {
            assert_eq!(packed.header(header::CONTENT_ENCODING), "gzip");
            assert_eq!(packed.header(header::ETAG), plain.header(header::ETAG));
            assert!(packed.body.len() < plain.body.len());
        }
    }
}

#[test]
fn a_map_that_has_a_tile_is_told_so() {
    let first = ask(&ROUTER, "/tiles/places/0/0/0.mvt", "gzip");
    let tag = first.header(header::ETAG);
    let again = request(Method::GET, "/tiles/places/0/0/0.mvt").header(header::IF_NONE_MATCH, tag);
    assert_eq!(send(&ROUTER, again.body(Body::empty()).unwrap()).status, 304);
}

#[test]
fn where_nothing_is_there_is_no_content_and_where_no_tile_is_there_is_none() {
    assert_eq!(ask(&ROUTER, "/tiles/places/9/0/0.mvt", "gzip").status, 204);
    assert_eq!(ask(&ROUTER, "/tiles/counties/0/0/0.mvt", "gzip").status, 204);
    for path in [
        "places/15/0/0.mvt",
        "places/3/8/0.mvt",
        "places/3/0/0.png",
        "places/03/0/0.mvt",
        "roads/0/0/0.mvt",
        "places/-1/0/0.mvt",
    ] {
        let answer = ask(&ROUTER, &format!("/tiles/{path}"), "identity");
        assert!(answer.is_problem(404), "{path}");
    }
    assert_eq!(ask(&ROUTER, "/tiles/places/0/0/0.mvt?a=1", "gzip").status, 400);
    assert_eq!(ask(&ROUTER, "/tiles.json", "gzip").status, 400);
    assert_eq!(ask(&ROUTER, "/tiles.json?layer=roads", "gzip").status, 400);
}

#[test]
fn tilejson_names_tiles_that_exist_and_the_fields_that_they_have() {
    for layer in ["places", "stations", "proposal", "candidates", "circles", "gaps", "counties"] {
        let answer = ask(&ROUTER, &format!("/tiles.json?layer={layer}"), "identity");
        let json = answer.json();
        assert_eq!(json["tilejson"], "3.0.0");
        assert_eq!(json["vector_layers"][0]["id"], layer);
        let url = json["tiles"][0].as_str().unwrap();
        let first = url.replace("{z}", "0").replace("{x}", "0").replace("{y}", "0");
        let path = first.strip_prefix("http://127.0.0.1:8040").unwrap();
        let status = ask(&ROUTER, path, "gzip").status.as_u16();
        assert_eq!(status, if layer == "counties" { 204 } else { 200 }, "{path}");
        let fields = json["vector_layers"][0]["fields"].as_object().unwrap();
        for feature in tile(&ROUTER, layer, (0, 0, 0)) {
            assert!(feature.properties.keys().all(|name| fields.contains_key(name)), "{layer}");
        }
    }
}
