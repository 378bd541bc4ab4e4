//! What does the command line say to the same changes? The sample plan edited as files: stations of the proposal written as planned
//! ones, what was added, moved or taken away likewise, settings in `plan.toml`; then `doorstep plan --json` counts. A file of its own
//! because it is the oracle of every test of the planner's desk, and shares nothing with the desk but the plan.

use crate::visit::sample;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

fn features(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    value["features"].as_array().unwrap().clone()
}

fn id(feature: &Value) -> &str {
    feature["properties"]["id"].as_str().unwrap()
}

fn has(list: &Value, id: &str) -> bool {
    list.as_array().is_some_and(|l| l.iter().any(|v| v == id))
}

/// Runs the program; stdout as JSON.
pub(crate) fn run(args: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_doorstep")).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `plan.toml` of the sample with the settings of the changes; without limits and phases where stations are given.
fn settings(text: &str, changes: &Value, target: usize, free: bool) -> String {
    let mut plan: toml::Table = text.parse().unwrap();
    plan.insert("target".into(), i64::try_from(target).unwrap().into());
    plan.remove("phase");
    if free {
        plan.remove("limits");
    }
    for circle in plan["circle"].as_array_mut().unwrap() {
        let setting = circle["setting"].as_str().unwrap().to_owned();
        if let Some(minutes) = changes["minutes"][&setting].as_f64() {
            circle.as_table_mut().unwrap().insert("minutes".into(), minutes.into());
        }
    }
    let travel = plan["travel"].as_table_mut().unwrap();
    for key in ["walk_kmh", "drive_kmh"] {
        if let Some(speed) = changes[key].as_f64() {
            travel.insert(key.into(), speed.into());
        }
    }
    if let Some(season) = changes["season"].as_str() {
        travel.insert("season".into(), season.into());
    }
    plan.to_string()
}

/// The stations that stand after changes, as the features of a `stations.geojson`.
fn stations(proposal: &Value, changes: &Value) -> Vec<Value> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/daxinganling");
    let planned = |feature: &Value| {
        let mut feature = feature.clone();
        let (id, name, county) =
            (id(&feature).to_owned(), feature["properties"]["name"].clone(), feature["properties"]["county"].clone());
        feature["properties"] = json!({"id": id, "name": name, "county": county, "status": "planned"});
        feature
    };
    let given = features(&data.join("stations.geojson"));
    let candidates = features(&data.join("candidates.geojson"));
    let proposed: Vec<Value> = proposal["features"].as_array().unwrap().iter().map(planned).collect();
    let known: Vec<String> = proposed.iter().map(|f| id(f).to_owned()).collect();
    let opened = candidates.iter().filter(|c| {
        (has(&changes["lock"], id(c)) || has(&changes["open"], id(c))) && !known.iter().any(|k| k == id(c))
    });
    let added = changes["add"].as_array().into_iter().flatten().map(|s| {
        json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [s["lon"], s["lat"]]},
               "properties": {"id": s["id"], "name": s["id"], "status": "planned", "county": "加格达奇区"}})
    });
    let all = given.into_iter().chain(proposed).chain(opened.map(planned)).chain(added);
    let stays = all.filter(|f| !has(&changes["remove"], id(f)) && !has(&changes["forbid"], id(f)));
    let moved = stays.map(|mut f| {
        if let Some(to) = changes["move"].get(id(&f)).filter(|to| to.is_array()) {
            f["geometry"]["coordinates"] = to.clone();
        }
        f
    });
    moved.collect()
}

/// `summary.json` of the sample with these changes: the stations are given, nothing more is proposed.
pub(crate) fn summary(proposal: &Value, changes: &Value) -> Value {
    let folder = sample();
    let at = |name: &str| folder.path().join(name);
    let stations = stations(proposal, changes);
    let standing = stations.iter().filter(|f| f["properties"]["status"] != "closed").count();
    let text = std::fs::read_to_string(at("plan.toml")).unwrap();
    std::fs::write(at("plan.toml"), settings(&text, changes, standing, true)).unwrap();
    let layer = json!({"type": "FeatureCollection", "features": stations});
    std::fs::write(at("stations.geojson"), layer.to_string()).unwrap();
    run(&["plan", folder.path().to_str().unwrap(), "-o", at("out").to_str().unwrap(), "--json", "--quiet"])
}

/// `summary.json` of the sample sited anew for another target, with every limit of the plan.
pub(crate) fn sited_for(target: usize) -> Value {
    let folder = sample();
    let at = |name: &str| folder.path().join(name);
    let text = std::fs::read_to_string(at("plan.toml")).unwrap();
    std::fs::write(at("plan.toml"), settings(&text, &json!({}), target, false)).unwrap();
    run(&["plan", folder.path().to_str().unwrap(), "-o", at("out").to_str().unwrap(), "--json", "--quiet"])
}
