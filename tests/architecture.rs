//! The house holds: rooms stand in reading order and use only rooms above them; files stay small.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms in the order in which data walks through them.
const ROOMS: [&str; 11] =
    ["model", "read", "travel", "coverage", "siting", "measure", "job", "report", "desk", "web", "cli"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder of the crate") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn files() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    rust_files(&src(), &mut paths);
    paths.sort();
    assert!(paths.len() > 40, "the crate has files");
    let name = |p: &PathBuf| p.strip_prefix(src()).expect("under src").to_string_lossy().replace('\\', "/");
    paths.iter().map(|p| (name(p), fs::read_to_string(p).expect("UTF-8"))).collect()
}

fn room_of(file: &str) -> Option<usize> {
    let first = file.split('/').next().unwrap_or(file).trim_end_matches(".rs");
    ROOMS.iter().position(|r| *r == first)
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    let mut wrong = Vec::new();
    for (file, text) in files() {
        let Some(room) = room_of(&file) else { continue };
        for below in &ROOMS[room + 1..] {
            if text.contains(&format!("crate::{below}::")) || text.contains(&format!("crate::{below};")) {
                wrong.push(format!("{file} uses {below}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn lib_rs_lists_every_room_in_order() {
    let lib = fs::read_to_string(src().join("lib.rs")).expect("lib.rs");
    let listed: Vec<&str> =
        lib.lines().filter_map(|l| l.strip_prefix("pub mod ")).map(|l| l.trim_end_matches(';')).collect();
    assert_eq!(listed, ROOMS);
}

#[test]
fn every_file_says_what_it_answers_and_a_long_one_why_it_is_long() {
    for (file, text) in files() {
        assert!(text.starts_with("//!"), "{file} opens with what it answers");
        let header: String = text.lines().take_while(|l| l.starts_with("//!")).collect();
        let lines = text.lines().count();
        assert!(lines <= 400 || header.contains("long"), "{file} has {lines} lines and does not say why it is long");
    }
}

#[test]
fn folders_are_at_most_two_levels_deep_and_have_names_of_their_own() {
    for (file, _) in files() {
        assert!(file.matches('/').count() <= 2, "{file} lies too deep");
        for part in file.trim_end_matches(".rs").split('/') {
            assert!(!["util", "utils", "common", "misc", "helper", "helpers", "prelude"].contains(&part), "{file}");
        }
    }
}

#[test]
fn a_foreign_library_appears_in_one_room_or_file() {
    // Library, and the only files or folders that may name it.
    let homes: [(&str, &[&str]); 19] = [
        ("h3o", &["coverage/cells.rs"]),
        ("rstar", &["travel/circle.rs", "travel/catchment.rs", "read/"]),
        ("geographiclib_rs", &["travel/earth.rs"]),
        ("flate2", &["travel/osm/blob.rs", "web/tiles/packed.rs"]),
        ("fast_mvt", &["web/tiles/draw.rs"]),
        ("memmap2", &["travel/roads/columns.rs"]),
        ("twox_hash", &["travel/roads/cache.rs"]),
        ("axum", &["web/"]),
        ("plotters", &["report/map/", "report/font/"]),
        ("resvg", &["report/map/png.rs"]),
        ("rust_xlsxwriter", &["report/"]),
        ("indicatif", &["cli/progress.rs"]),
        ("toml", &["read/"]),
        ("calamine", &["read/format/xlsx.rs", "report/"]),
        ("zip", &["read/format/xlsx.rs", "report/document/docx.rs", "web/import/folder.rs"]),
        ("rusqlite", &["read/format/geopackage.rs", "report/machine/geopackage.rs", "desk/scenarios/"]),
        ("proj4rs", &["read/projection.rs"]),
        ("crs_definitions", &["read/projection.rs"]),
        ("encoding_rs", &["read/encoding.rs"]),
    ];
    for (file, text) in files() {
        for (library, allowed) in homes {
            let used = text.contains(&format!("use {library}::")) || text.contains(&format!(" {library}::"));
            assert!(!used || allowed.iter().any(|a| file.starts_with(a)), "{file} uses {library}");
        }
    }
}
