//! The built program as a person drives it: every command, its files, its exit codes, its words.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const FILES: [&str; 13] = [
    "summary.json",
    "certificate.json",
    "proposal.geojson",
    "coverage.geojson",
    "circles.geojson",
    "gaps.geojson",
    "gaps.csv",
    "gaps.xlsx",
    "map.png",
    "map.svg",
    "report.html",
    "report.docx",
    "plan.gpkg",
];

fn doorstep(arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorstep"));
    command.args(arguments).assert()
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/daxinganling")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a UTF-8 path")
}

/// A new folder with the layers of `doorstep init`, inside a temporary one.
fn started(lang: &str) -> (TempDir, PathBuf) {
    let temporary = TempDir::new().expect("a temporary folder");
    let dir = temporary.path().join("plan");
    doorstep(&["init", text(&dir), "--lang", lang]).code(0);
    (temporary, dir)
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON and nothing else")
}

#[test]
fn init_makes_a_folder_that_checks_and_plans_in_both_languages() {
    for (lang, words) in [("zh", ["站点：", "证明：", "缺口："]), ("en", ["Stations:", "Proof:", "Gaps:"])] {
        let (_temporary, dir) = started(lang);
        doorstep(&["check", text(&dir)]).code(0);
        let planned = doorstep(&["plan", text(&dir)]).code(0);
        let said = String::from_utf8_lossy(&planned.get_output().stdout).into_owned();
        assert!(words.iter().all(|w| said.contains(w)), "{said}");
        for file in FILES {
            assert!(fs::metadata(dir.join("out").join(file)).is_ok_and(|m| m.len() > 0), "{file}");
        }
        assert_eq!(fs::read_dir(dir.join("out")).expect("out").count(), FILES.len());
    }
}

#[test]
fn init_leaves_a_folder_that_holds_something_alone() {
    let (_temporary, dir) = started("en");
    let again = doorstep(&["init", text(&dir), "--lang", "en"]).code(2);
    assert!(String::from_utf8_lossy(&again.get_output().stderr).contains("is not empty"));
}

#[test]
fn plan_with_json_prints_the_summary_that_it_writes_and_nothing_else() {
    let temporary = TempDir::new().expect("a temporary folder");
    let out = temporary.path().join("out");
    let run = doorstep(&["plan", text(&sample()), "-o", text(&out), "--json"]).code(0);
    let summary = json(&run.get_output().stdout);
    assert_eq!(summary, json(&fs::read(out.join("summary.json")).expect("summary.json")));
    assert_eq!(summary["existing"], 7);
    assert_eq!(summary["proposed"], 13);
    assert!(run.get_output().stderr.is_empty(), "progress only on a terminal");
}

#[test]
fn the_samples_coverage_grows_and_its_certificate_is_true() {
    let temporary = TempDir::new().expect("a temporary folder");
    let run = doorstep(&["plan", text(&sample()), "-o", text(&temporary.path().join("out")), "--json"]).code(0);
    let summary = json(&run.get_output().stdout);
    let share = |when: &str| summary["coverage"][when]["share"].as_f64().expect("there are people");
    assert!(share("proposed") > share("today") + 0.3);
    let certificate = &summary["certificate"];
    let number = |key: &str| certificate[key].as_f64().expect("a number");
    assert!(number("bound") >= number("objective"));
    assert_eq!(certificate["status"] == "optimal", number("gap") <= 1e-9);
    let phases = summary["phases"].as_array().expect("phases");
    for pair in phases.windows(2) {
        let sites = |i: usize| pair[i]["sites"].as_array().expect("sites").clone();
        assert!(sites(1).starts_with(&sites(0)), "phases are nested");
    }
    for phase in phases {
        let of = |key: &str| phase[key].as_f64().expect("a number");
        assert!(of("best_alone_objective") >= of("objective") - 1e-6);
    }
}

#[test]
fn an_existing_output_stays_without_force_and_goes_with_it() {
    let (_temporary, dir) = started("en");
    doorstep(&["plan", text(&dir)]).code(0);
    let before = fs::read(dir.join("out/summary.json")).expect("summary");
    fs::write(dir.join("out/gaps.csv"), "mine").expect("writable");
    let refused = doorstep(&["plan", text(&dir)]).code(2);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("--force"));
    assert_eq!(fs::read(dir.join("out/gaps.csv")).expect("still there"), b"mine");
    doorstep(&["plan", text(&dir), "--force"]).code(0);
    assert_ne!(fs::read(dir.join("out/gaps.csv")).expect("new"), b"mine");
    assert_eq!(fs::read(dir.join("out/summary.json")).expect("summary"), before);
}

#[test]
fn faults_end_with_2_list_everything_and_leave_earlier_outputs_as_they_were() {
    let (_temporary, dir) = started("en");
    doorstep(&["plan", text(&dir)]).code(0);
    let before = fs::read(dir.join("out/summary.json")).expect("summary");
    let residences = fs::read_to_string(dir.join("residences.geojson")).expect("residences");
    let broken =
        residences.replace("\"population\": 5200", "\"population\": \"many\"").replace("\"rural\"", "\"rual\"");
    fs::write(dir.join("residences.geojson"), broken).expect("writable");
    let failed = doorstep(&["plan", text(&dir), "--force"]).code(2);
    let said = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(said.contains("residences.geojson") && said.contains("R01") && said.contains("population"), "{said}");
    assert!(said.matches("setting").count() >= 3, "every fault is listed: {said}");
    assert_eq!(fs::read(dir.join("out/summary.json")).expect("summary"), before);
    let checked = doorstep(&["check", text(&dir), "--json"]).code(2);
    let answer = json(&checked.get_output().stdout);
    assert_eq!(answer["ok"], false);
    assert!(answer["faults"].as_array().expect("faults").len() >= 4);
}

#[test]
fn an_output_that_has_no_folder_is_refused_with_2_and_says_which() {
    let (_temporary, dir) = started("en");
    for (command, suffix) in [("gaps", "csv"), ("map", "svg"), ("report", "html")] {
        let nowhere = dir.join(format!("none/x.{suffix}"));
        let failed = doorstep(&[command, text(&dir), "-o", text(&nowhere)]).code(2);
        let said = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
        assert!(said.contains("none: there is no such folder to write x."), "{said}");
    }
    assert!(!dir.join("none").exists(), "nothing half-written");
}

#[test]
fn conditions_that_conflict_end_with_1_and_say_which() {
    let (_temporary, dir) = started("en");
    let plan = fs::read_to_string(dir.join("plan.toml")).expect("plan.toml");
    let short = plan.replace("target = 4 ", "target = 40 ").replace("stations = 4", "stations = 40");
    fs::write(dir.join("plan.toml"), short).expect("writable");
    let failed = doorstep(&["plan", text(&dir)]).code(1);
    let said = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(said.contains("39 new stations are wanted"), "{said}");
    assert!(!dir.join("out").exists(), "nothing half-written");
}

#[test]
fn single_outputs_follow_their_suffix_and_text_goes_to_stdout() {
    let (_temporary, dir) = started("zh");
    for file in [
        "gaps.csv",
        "gaps.xlsx",
        "gaps.geojson",
        "gaps.gpkg",
        "gaps.parquet",
        "map.png",
        "map.svg",
        "report.html",
        "report.docx",
        "report.xlsx",
    ] {
        let command = file.split('.').next().expect("a name");
        let path = dir.join(file);
        doorstep(&[command, text(&dir), "-o", text(&path)]).code(0);
        assert!(fs::metadata(&path).expect("written").len() > 0, "{file}");
        doorstep(&[command, text(&dir), "-o", text(&path)]).code(2);
        doorstep(&[command, text(&dir), "-o", text(&path), "--force"]).code(0);
    }
    let csv = doorstep(&["gaps", text(&dir), "-o", "-"]).code(0);
    assert!(String::from_utf8_lossy(&csv.get_output().stdout).contains("closes_with"));
    let svg = doorstep(&["map", text(&dir), "-o", "-", "--county", "乙县", "--size", "1600x1200"]).code(0);
    assert!(svg.get_output().stdout.starts_with(b"<svg") || svg.get_output().stdout.starts_with(b"<?xml"));
}

#[test]
fn what_cannot_be_asked_ends_with_2_and_says_what_can() {
    let dir = sample();
    let said = |arguments: &[&str]| {
        let failed = doorstep(arguments).code(2);
        String::from_utf8_lossy(&failed.get_output().stderr).into_owned()
    };
    assert!(said(&["gaps", text(&dir), "-o", "gaps.doc", "--lang", "en"]).contains(".csv .xlsx .geojson"));
    assert!(said(&["map", text(&dir), "-o", "-", "--county", "Nowhere", "--lang", "en"]).contains("漠河市"));
    assert!(said(&["map", text(&dir), "-o", "-", "--size", "huge", "--lang", "en"]).contains("1600x1200"));
    assert!(said(&["plan", "no/such/folder", "--lang", "en"]).contains("no/such/folder"));
    assert!(said(&["plan"]).contains("<DIR>"));
    assert!(said(&["plan", text(&dir), "--threads", "0"]).contains("--threads"));
}

#[test]
fn stdout_holds_one_thing_or_the_command_says_that_it_cannot() {
    let (_temporary, dir) = started("en");
    for command in ["gaps", "map", "report"] {
        let refused = doorstep(&[command, text(&dir), "-o", "-", "--json"]).code(2);
        assert_eq!(json(&refused.get_output().stdout)["ok"], false, "{command}");
        let plain = doorstep(&[command, text(&dir), "-o", "-"]).code(0);
        assert!(!plain.get_output().stdout.is_empty(), "{command}");
    }
    let refused = doorstep(&["plan", text(&dir), "-o", "-"]).code(2);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("--json"));
    assert!(!Path::new("-").exists(), "a folder named - was made");
}

#[test]
fn a_plan_without_phases_has_one_that_is_called_one() {
    let (_temporary, dir) = started("en");
    let plan = fs::read_to_string(dir.join("plan.toml")).expect("plan.toml");
    let without: String = {
        let mut skip = false;
        let keep = |line: &&str| {
            if line.starts_with('[') {
                skip = line.starts_with("[[phase]]");
            }
            !skip
        };
        plan.lines().filter(keep).map(|line| format!("{line}\n")).collect()
    };
    fs::write(dir.join("plan.toml"), without).expect("written");
    let planned = doorstep(&["plan", text(&dir), "--json"]).code(0);
    let phases = &json(&planned.get_output().stdout)["phases"];
    assert_eq!((phases.as_array().map(Vec::len), phases[0]["name"].as_str()), (Some(1), Some("1")));
}
