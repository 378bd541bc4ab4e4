//! Every format out and in again is the same plan, to the byte of `summary.json` but for file names, hashes and dates.

mod shapefiles;

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/daxinganling");

fn doorstep(args: &[&str]) -> String {
    let out = Command::cargo_bin("doorstep").expect("the program").args(args).output().expect("it runs");
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8")
}

/// `summary.json` of a folder, without what names files.
fn summary(dir: &Path) -> serde_json::Value {
    let text = doorstep(&[
        "plan",
        dir.to_str().expect("UTF-8"),
        "-o",
        dir.join("out").to_str().expect("UTF-8"),
        "--json",
        "--date",
        "2026-06-30",
        "--force",
    ]);
    let mut summary: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for input in summary["inputs"].as_array_mut().expect("inputs") {
        let input = input.as_object_mut().expect("an object");
        for key in ["file", "sha256"] {
            input.remove(key).expect(key);
        }
    }
    summary
}

/// A copy of the sample that has areas, several groups, hostile names and every layer.
fn folder(dir: &Path) {
    for entry in fs::read_dir(SAMPLE).expect("the sample") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            fs::copy(&path, dir.join(path.file_name().expect("a name"))).expect("copied");
        }
    }
    let residences = fs::read_to_string(dir.join("residences.geojson")).expect("residences");
    let more = r#"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[124.10001,50.40002],[124.13,50.4],[124.13,50.43],[124.10001,50.40002]],[[124.12,50.405],[124.125,50.405],[124.125,50.41],[124.12,50.405]]]},"properties":{"id":"=Q1","name":"片区, \"引号\"\n换行","county":"加格达奇区","setting":"urban","population":1234.5,"groups":{"新就业形态":12.25,"unemployed":3}}},
{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[122.0,52.0],[122.01,52.0],[122.0,52.01],[122.0,52.0]]],[[[122.1,52.0],[122.11,52.0],[122.1,52.01],[122.1,52.0]]]]},"properties":{"id":"007","county":"漠河市","setting":"rural","population":7}},
"#;
    let at = residences
        .find("{\"type\":\"Feature\",")
        .or_else(|| residences.find("{ \"type\": \"Feature\""))
        .expect("a feature");
    let (head, tail) = residences.split_at(at);
    fs::write(dir.join("residences.geojson"), format!("{head}{more}{tail}")).expect("written");
    let outline = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[100,40],[140,40],[140,60],[100,60],[100,40]]]},"properties":{"county":"范围"}}]}"#;
    fs::write(dir.join("boundaries.geojson"), outline).expect("written");
    let plan = fs::read_to_string(dir.join("plan.toml")).expect("plan.toml");
    let counties =
        "counties = [\"漠河市\", \"塔河县\", \"呼玛县\", \"加格达奇区\", \"松岭区\", \"新林区\", \"呼中区\"]\n";
    let plan = if plan.contains("\ncounties") { plan } else { counties.to_owned() + &plan };
    fs::write(dir.join("plan.toml"), plan).expect("written");
}

#[test]
fn every_format_out_and_in_again_is_the_same_plan() {
    let work = tempfile::tempdir().expect("a temporary folder");
    let first = work.path().join("first");
    fs::create_dir(&first).expect("made");
    folder(&first);
    let expected = summary(&first);
    for format in ["geojson", "csv", "xlsx", "gpkg", "parquet"] {
        let dir = work.path().join(format);
        let (from, to) = (first.to_str().expect("UTF-8"), dir.to_str().expect("UTF-8"));
        doorstep(&["convert", from, "-o", to, "--to", format, "--quiet"]);
        assert!(dir.join(format!("residences.{format}")).is_file());
        let again = summary(&dir);
        assert_eq!(again.to_string(), expected.to_string(), "{format}");
    }
}

/// Text tables lose their mark or gain one on the way through other programs, and Excel in China writes GB18030.
#[test]
fn a_text_table_with_a_mark_without_one_and_in_the_encoding_of_excel_is_the_same_plan() {
    let work = tempfile::tempdir().expect("a temporary folder");
    let (first, dir) = (work.path().join("first"), work.path().join("csv"));
    fs::create_dir(&first).expect("made");
    folder(&first);
    let expected = summary(&first);
    doorstep(&[
        "convert",
        first.to_str().expect("UTF-8"),
        "-o",
        dir.to_str().expect("UTF-8"),
        "--to",
        "csv",
        "--quiet",
    ]);
    const MARK: &str = "\u{feff}";
    let tables: Vec<_> = ["residences", "clusters", "stations", "candidates", "boundaries"]
        .map(|layer| (layer, fs::read_to_string(dir.join(format!("{layer}.csv"))).expect("a table")))
        .into_iter()
        .map(|(layer, text)| (layer, text.trim_start_matches(MARK).to_owned()))
        .collect();
    let write = |bytes: &dyn Fn(&str) -> Vec<u8>| {
        for (layer, text) in &tables {
            fs::write(dir.join(format!("{layer}.csv")), bytes(text)).expect("written");
        }
    };
    write(&|text| text.as_bytes().to_vec());
    assert_eq!(summary(&dir).to_string(), expected.to_string(), "without a mark");
    write(&|text| format!("{MARK}{text}").into_bytes());
    assert_eq!(summary(&dir).to_string(), expected.to_string(), "with a mark");
    write(&|text| encoding_rs::GB18030.encode(text).0.into_owned());
    let plan = fs::read_to_string(dir.join("plan.toml")).expect("plan.toml");
    let declared: String =
        tables.iter().map(|(layer, _)| format!("\n[layers.{layer}]\nencoding = \"gb18030\"\n")).collect();
    fs::write(dir.join("plan.toml"), plan + &declared).expect("written");
    assert_eq!(summary(&dir).to_string(), expected.to_string(), "in GB18030");
}

/// The program reads Shapefiles and writes none, so they come from a writer of the test's own. One holds points or areas, not both.
#[test]
fn a_plan_of_shapefiles_is_the_plan_of_their_geojson() {
    let work = tempfile::tempdir().expect("a temporary folder");
    let (first, dir) = (work.path().join("first"), work.path().join("shp"));
    fs::create_dir(&first).expect("made");
    fs::create_dir(&dir).expect("made");
    folder(&first);
    fs::copy(first.join("plan.toml"), dir.join("plan.toml")).expect("copied");
    for layer in ["residences", "clusters", "stations", "candidates", "boundaries"] {
        let file = first.join(format!("{layer}.geojson"));
        let mut content: serde_json::Value = serde_json::from_slice(&fs::read(&file).expect("a layer")).expect("JSON");
        let features = content["features"].as_array_mut().expect("features");
        // Of the residences the areas alone, which have holes and parts; elsewhere all are of one kind.
        features.retain(|f| layer != "residences" || f["geometry"]["type"] != "Point");
        // Columns of numbers that a group needs are longer than a heading of dBase: the object stands in one cell as text.
        shapefiles::write(&dir, layer, features);
        fs::write(&file, content.to_string()).expect("written");
    }
    assert_eq!(summary(&dir).to_string(), summary(&first).to_string());
}
