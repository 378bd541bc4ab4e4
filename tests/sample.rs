//! The committed sample plan keeps its promises: real totals, real names, and it is what its program writes.
//! But for the last two tests it reads the files as plain JSON, so that a fault of the reader cannot hide one of the sample.

#[path = "../examples/make_daxinganling/main.rs"]
#[expect(dead_code, reason = "the example's own main is not called")]
mod make_daxinganling;

use doorstep::measure::GapReason;
use doorstep::model::Lang;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn features(layer: &str) -> Vec<Value> {
    let path = data().join("daxinganling").join(layer).with_extension("geojson");
    let text = std::fs::read_to_string(&path).expect("the layer is committed");
    let mut collection: Value = serde_json::from_str(&text).expect("the layer is JSON");
    assert_eq!(collection["type"], "FeatureCollection");
    assert!(collection["notice"].as_str().is_some_and(|n| n.contains("示意")), "{layer} says what it is");
    match collection["features"].take() {
        Value::Array(features) => features,
        other => panic!("features of {layer}: {other}"),
    }
}

fn text<'a>(feature: &'a Value, property: &str) -> &'a str {
    feature["properties"][property].as_str().unwrap_or_else(|| panic!("{property} of {feature}"))
}

fn number(feature: &Value, property: &str) -> u64 {
    feature["properties"][property].as_u64().unwrap_or_else(|| panic!("{property} of {feature}"))
}

fn positions(feature: &Value) -> Vec<[f64; 2]> {
    let coordinates = &feature["geometry"]["coordinates"];
    let position = |p: &Value| [p[0].as_f64().expect("lon"), p[1].as_f64().expect("lat")];
    match feature["geometry"]["type"].as_str() {
        Some("Point") => vec![position(coordinates)],
        Some("Polygon") => coordinates[0].as_array().expect("a ring").iter().map(position).collect(),
        other => panic!("geometry {other:?}"),
    }
}

const LAYERS: [&str; 4] = ["residences", "clusters", "stations", "candidates"];

#[test]
fn the_program_writes_the_committed_bytes() {
    for (name, text) in make_daxinganling::plan_folder().expect("the source tables are read") {
        let committed = std::fs::read_to_string(data().join("daxinganling").join(name)).expect("committed");
        assert!(text == committed, "{name} differs: run `cargo run --release --example make_daxinganling`");
    }
}

#[test]
fn county_totals_are_the_census_to_the_person() {
    let mut totals: BTreeMap<String, u64> = BTreeMap::new();
    for residence in features("residences") {
        *totals.entry(text(&residence, "county").to_owned()).or_default() += number(&residence, "population");
    }
    let census = [
        ("漠河市", 54_036),
        ("呼玛县", 36_362),
        ("塔河县", 51_056),
        ("加格达奇区", 137_105),
        ("松岭区", 15_996),
        ("新林区", 20_362),
        ("呼中区", 16_359),
    ];
    assert_eq!(totals, census.map(|(county, people)| (county.to_owned(), people)).into());
    assert_eq!(totals.values().sum::<u64>(), 331_276);
}

#[test]
fn every_listed_village_and_community_is_there_and_whatever_else_is_labelled() {
    let mut listed = BTreeMap::new();
    for row in
        csv::Reader::from_path(data().join("source/daxinganling/villages_nbs2023.csv")).expect("source").records()
    {
        let row = row.expect("a row");
        listed.insert(row[0].to_owned(), row[1].to_owned());
    }
    assert_eq!(listed.len(), 135);
    for residence in features("residences") {
        let name = text(&residence, "name");
        match residence["properties"]["code"].as_str() {
            Some(code) => {
                let published = listed.remove(code).unwrap_or_else(|| panic!("{code} {name} is listed once"));
                assert!(name.ends_with(&published), "{name} is {published}");
            }
            None => assert!(name.ends_with("（示意）"), "{name} is not in the list and does not say so"),
        }
    }
    assert_eq!(listed, BTreeMap::new());
}

#[test]
fn every_township_has_people_in_it() {
    let settled: BTreeSet<(String, String)> = features("residences")
        .iter()
        .filter(|r| number(r, "population") > 0)
        .map(|r| (text(r, "county").to_owned(), text(r, "township").to_owned()))
        .collect();
    let source = data().join("source/daxinganling/townships.csv");
    let townships: BTreeSet<(String, String)> = csv::Reader::from_path(source)
        .expect("source")
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| (row[3].to_owned(), row[1].to_owned()))
        .collect();
    assert_eq!(townships.len(), 43);
    assert_eq!(settled, townships);
}

#[test]
fn communities_are_urban_and_larger_than_the_villages_beside_them() {
    let residences = features("residences");
    for community in residences.iter().filter(|r| text(r, "setting") == "urban" && text(r, "kind") == "settlement") {
        for village in residences.iter().filter(|r| text(r, "setting") == "rural") {
            if text(community, "township") == text(village, "township") {
                assert!(number(community, "population") > number(village, "population"), "{community} {village}");
            }
        }
    }
    let of_kind = |kind| residences.iter().filter(|r| text(r, "kind") == kind).count();
    assert!(of_kind("relocation") >= 2 && of_kind("college") >= 1);
}

#[test]
fn groups_are_counted_and_never_more_than_the_people() {
    for residence in features("residences") {
        let groups = residence["properties"]["groups"].as_object().expect("groups");
        assert_eq!(groups.len(), 4);
        let counted: u64 = groups.values().map(|n| n.as_u64().expect("a count")).sum();
        assert!(counted <= number(&residence, "population"), "{residence}");
    }
}

#[test]
fn the_layers_have_the_promised_sizes() {
    assert!((20..=30).contains(&features("clusters").len()));
    assert!((140..=160).contains(&features("candidates").len()));
    let stations = features("stations");
    let with = |status: &str| stations.iter().filter(|s| text(s, "status") == status).count();
    assert_eq!(with("open") + with("building") + with("planned"), 7);
    assert!(with("building") >= 1 && with("planned") >= 1, "today is less than what counts towards the target");
    assert_eq!(with("closed"), 1);
    assert!(stations.iter().all(|s| (text(s, "status") == "open") == s["properties"]["opened"].is_string()));
}

#[test]
fn ids_are_unique_in_their_layer() {
    for layer in LAYERS {
        let features = features(layer);
        let ids: BTreeSet<&str> = features.iter().map(|f| text(f, "id")).collect();
        assert_eq!(ids.len(), features.len(), "{layer}");
    }
}

#[test]
fn everything_lies_in_the_prefecture_and_nothing_on_top_of_another() {
    for layer in LAYERS {
        let features = features(layer);
        let mut seen = BTreeSet::new();
        for feature in &features {
            for [lon, lat] in positions(feature) {
                assert!((121.0..=127.2).contains(&lon) && (50.1..=53.6).contains(&lat), "{layer}: {feature}");
            }
            assert!(seen.insert(format!("{:?}", positions(feature)[0])), "{layer}: two at {feature}");
        }
    }
}

#[test]
fn quarters_are_closed_rings_that_turn_left() {
    let residences = features("residences");
    let rings: Vec<Vec<[f64; 2]>> = residences.iter().map(positions).filter(|p| p.len() > 1).collect();
    assert!(rings.len() >= 4, "the sample shows polygons as well as points");
    for ring in rings {
        assert!(ring.len() >= 4 && ring.first() == ring.last(), "{ring:?}");
        let twice_area: f64 = ring.windows(2).map(|p| p[0][0] * p[1][1] - p[1][0] * p[0][1]).sum();
        assert!(twice_area > 0.0, "RFC 7946: outer rings are counter-clockwise: {ring:?}");
    }
}

#[test]
fn the_plan_names_candidates_that_exist() {
    let plan = std::fs::read_to_string(data().join("daxinganling/plan.toml")).expect("committed");
    let plan: toml::Table = plan.parse().expect("TOML");
    assert_eq!(plan["target"].as_integer(), Some(20));
    let phases = plan["phase"].as_array().expect("phases");
    let totals: Vec<_> = phases.iter().map(|p| p["stations"].as_integer().expect("a total")).collect();
    assert_eq!(totals, [7, 14, 20]);
    let candidates = features("candidates");
    for list in ["required", "forbidden"] {
        for id in plan["limits"][list].as_array().expect("a list") {
            assert!(candidates.iter().any(|c| Some(text(c, "id")) == id.as_str()), "{list}: {id}");
        }
    }
}

#[test]
fn the_reader_finds_no_fault_and_the_notice_is_carried() {
    let folder = doorstep::read::open(&data().join("daxinganling")).expect("no faults");
    assert_eq!(folder.places.len(), features("residences").len() + features("clusters").len());
    let notice = folder.plan.notice.expect("it is stated");
    for (lang, made_up) in [(Lang::Zh, "示意"), (Lang::En, "made up")] {
        let said = notice.say(lang);
        assert!(said.contains(made_up) && said.contains("GeoNames") && said.contains("CC BY 4.0"), "{said}");
    }
}

#[test]
fn the_proposal_reaches_twenty_and_leaves_gaps_of_every_reason() {
    let folder = doorstep::read::open(&data().join("daxinganling")).expect("no faults");
    let date = time::macros::date!(2025 - 01 - 01);
    let outcome = doorstep::job::run(folder, date, |_| {}).expect("the limits can be met");
    assert_eq!(outcome.existing() + outcome.proposals.len(), 20);
    let total = outcome.shares.total;
    let (today, after) = (total.today.share().expect("people"), total.proposed.share().expect("people"));
    assert!(after > today + 0.2 && after < 0.9, "from {today} to {after}");
    let because = |fits: fn(GapReason) -> bool| outcome.gaps.iter().any(|g| fits(g.reason));
    assert!(because(|r| r == GapReason::NoCandidate));
    assert!(because(|r| r == GapReason::CutByTarget));
    assert!(because(|r| matches!(r, GapReason::CutByLimit(_))));
}
