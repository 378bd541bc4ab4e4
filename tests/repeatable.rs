//! One run is byte for byte repeatable, whatever the order of features and the number of threads.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn sample() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/daxinganling")
}

fn plan(dir: &Path, out: &Path, threads: &str) -> BTreeMap<String, Vec<u8>> {
    Command::new(env!("CARGO_BIN_EXE_doorstep"))
        .args(["plan", "--quiet", "--date", "2026-01-31", "--threads", threads, "-o"])
        .args([out, dir])
        .assert()
        .code(0);
    fs::read_dir(out)
        .expect("outputs")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("readable"))
        })
        .collect()
}

/// Copies the sample with the features of every layer in reverse.
fn reversed(to: &Path) {
    for entry in fs::read_dir(sample()).expect("the sample") {
        let path = entry.expect("an entry").path();
        if !path.is_file() {
            continue;
        }
        let target = to.join(path.file_name().expect("a name"));
        let bytes = fs::read(&path).expect("readable");
        if path.extension().is_some_and(|e| e == "geojson") {
            let mut layer: Value = serde_json::from_slice(&bytes).expect("GeoJSON");
            layer["features"].as_array_mut().expect("features").reverse();
            fs::write(target, layer.to_string()).expect("writable");
        } else {
            fs::write(target, bytes).expect("writable");
        }
    }
}

#[test]
fn two_runs_on_one_and_on_four_threads_write_the_same_bytes() {
    let temporary = TempDir::new().expect("a temporary folder");
    let first = plan(&sample(), &temporary.path().join("a"), "1");
    let second = plan(&sample(), &temporary.path().join("b"), "4");
    assert_eq!(first.len(), 13);
    for (name, bytes) in &first {
        assert!(second[name] == *bytes, "{name} differs");
    }
}

#[test]
fn the_order_of_features_changes_nothing_but_the_hashes_of_the_inputs() {
    let temporary = TempDir::new().expect("a temporary folder");
    let other = temporary.path().join("reversed");
    fs::create_dir(&other).expect("a folder");
    reversed(&other);
    let first = plan(&sample(), &temporary.path().join("a"), "2");
    let second = plan(&other, &temporary.path().join("b"), "2");
    for (name, bytes) in &first {
        match name.as_str() {
            "summary.json" | "certificate.json" => {
                let bare = |bytes: &[u8]| {
                    let mut summary: Value = serde_json::from_slice(bytes).expect("JSON");
                    let inputs = summary["inputs"].as_array_mut().expect("inputs");
                    inputs.iter_mut().for_each(|i| i["sha256"] = Value::Null);
                    summary.to_string()
                };
                assert_eq!(bare(bytes), bare(&second[name]));
            }
            // They print the hashes of the inputs.
            "report.html" | "report.docx" | "gaps.xlsx" => {
                assert!(bytes.len().abs_diff(second[name].len()) < 200, "{name}")
            }
            _ => assert!(second[name] == *bytes, "{name} differs"),
        }
    }
}
