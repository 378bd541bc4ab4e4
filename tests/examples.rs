//! The examples run, as their headers say, and show what they promise.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Cargo builds examples with the tests and puts them beside them.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let profile = test.ancestors().nth(2).expect("target/profile/deps/test");
    profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION)
}

fn run(name: &str, arguments: &[&str]) -> Output {
    let output = Command::new(example(name))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn plan_folder_prints_thirteen_stations_and_the_proof() {
    let said = said(&run("plan_folder", &["data/daxinganling"]));
    assert_eq!(said.lines().count(), 14, "{said}");
    assert!(said.lines().last().expect("a line").starts_with("optimal: "), "{said}");
}

#[test]
fn coverage_of_points_counts_on_foot_and_by_car() {
    let said = said(&run("coverage_of_points", &[]));
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("walk within 15 minutes (962 m) of 7 seats: "), "{said}");
    assert!(lines[1].starts_with("drive within 15 minutes (7692 m) of 7 seats: "), "{said}");
}

/// What a map says, in order. Coordinates may differ in the last digit between machines, words may not.
fn words(svg: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(svg).unwrap_or_else(|e| panic!("{}: {e}", svg.display()));
    let words: Vec<String> =
        text.split('>').filter_map(|part| part.split('<').next()).map(|w| w.trim().to_owned()).collect();
    assert!(words.iter().any(|w| w.contains("60.2%")), "the map shows the share");
    words
}

#[test]
fn render_map_makes_the_committed_maps_again() {
    let temporary = TempDir::new().expect("a temporary folder");
    let out = temporary.path().join("daxinganling");
    run("render_map", &["data/daxinganling", out.to_str().expect("UTF-8"), "2026-06-30"]);
    for file in ["daxinganling.zh.svg", "daxinganling.en.svg"] {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps").join(file);
        assert!(
            words(&committed) == words(&temporary.path().join(file)),
            "maps/{file} is out of date: cargo run --release --example render_map -- data/daxinganling maps/daxinganling 2026-06-30"
        );
    }
}

#[test]
fn generate_plan_makes_a_folder_that_plans() {
    let temporary = TempDir::new().expect("a temporary folder");
    let dir = temporary.path().join("made");
    let dir = dir.to_str().expect("UTF-8");
    run("generate_plan", &[dir, "--places", "2000", "--candidates", "100", "--stations", "5", "--counties", "3"]);
    let said = said(&run("plan_folder", &[dir]));
    assert!(said.contains("optimal: ") || said.contains("feasible: "), "{said}");
}
