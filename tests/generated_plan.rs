//! Generated plans are the same for the same flags, whole, and of the size that was asked for.

#[path = "../examples/generate_plan.rs"]
#[expect(dead_code, reason = "the example's own main is not called")]
mod generate_plan;

use generate_plan::{Size, generate};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const FILES: [&str; 5] =
    ["plan.toml", "residences.geojson", "clusters.geojson", "stations.geojson", "candidates.geojson"];

fn size(folder: &Path) -> Size {
    let folder = folder.to_owned();
    Size { folder, places: 3_000, candidates: 90, stations: 7, counties: 4, seed: 5, polygons: 0.2 }
}

fn written(size: &Size) -> Vec<String> {
    generate(size).expect("a folder that can be written");
    FILES.iter().map(|name| std::fs::read_to_string(size.folder.join(name)).expect("written")).collect()
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_another_does_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = written(&size(&folder.path().join("a")));
    assert!(first == written(&size(&folder.path().join("b"))));
    let other = written(&Size { seed: 6, ..size(&folder.path().join("c")) });
    assert!(first.iter().zip(&other).skip(1).all(|(a, b)| a != b));
}

#[test]
fn every_layer_has_the_size_asked_for_and_ids_of_its_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts = written(&size(folder.path()));
    for (text, count) in texts[1..].iter().zip([3_000, 15, 7, 90]) {
        let layer: Value = serde_json::from_str(text).expect("JSON");
        let features = layer["features"].as_array().expect("features");
        assert_eq!(features.len(), count);
        let ids: BTreeSet<_> = features.iter().map(|f| f["properties"]["id"].as_str()).collect();
        assert!(ids.len() == count && !ids.contains(&None));
    }
    let quarters = texts[1].matches("\"Polygon\"").count();
    assert!((200..800).contains(&quarters), "a fifth of the urban residences are quarters: {quarters}");
}

#[test]
fn the_target_fits_the_candidates_and_the_county_maxima() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (candidates, counties) in [(90, 4), (41, 30), (3, 2), (90, 1)] {
        let size = Size { candidates, counties, ..size(folder.path()) };
        let plan: toml::Table = written(&size)[0].parse().expect("TOML");
        let target = plan["target"].as_integer().expect("a target");
        assert_eq!(target, 7 + candidates.min(40) as i64);
        let last = plan["phase"].as_array().and_then(|p| p.last()).expect("a phase");
        assert_eq!(last["stations"].as_integer(), Some(target));
        let maxima = plan["limits"]["counties"].as_table().expect("limits");
        assert_eq!(maxima.len(), counties as usize);
        let room: i64 = maxima.values().map(|c| c["max"].as_integer().expect("a maximum")).sum();
        assert!(room >= target, "{room} stations are allowed, {target} wanted");
    }
}

#[test]
fn the_reader_finds_no_fault_and_the_plan_has_an_outcome() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    written(&size(folder.path()));
    let plan = doorstep::read::open(folder.path()).expect("no faults");
    let date = time::macros::date!(2025 - 01 - 01);
    let outcome = doorstep::job::run(plan, date, |_| {}).expect("the limits can be met");
    assert_eq!(outcome.proposals.len(), 40);
    assert!(outcome.shares.total.proposed.share() > outcome.shares.total.today.share());
}
