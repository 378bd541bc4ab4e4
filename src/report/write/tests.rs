//! An output folder is whole, repeats byte for byte, and survives a run that fails.

use super::*;
use crate::report::fixture::{HOSTILE, outcome};
use crate::report::replace::tests::full_for;
use std::collections::BTreeMap;
use std::fs;

fn content(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).expect("a folder").map(|entry| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read(path).expect("a file"))
    });
    entries.collect()
}

#[test]
fn a_plan_writes_every_file_of_the_contract_and_nothing_else() {
    let room = tempfile::tempdir().expect("a temporary folder");
    let out = room.path().join("out");
    let written = write_plan(&outcome(), Lang::Zh, &out, false).expect("written");
    assert_eq!(written, FILES.map(|name| out.join(name)));
    let content = content(&out);
    let mut names = FILES;
    names.sort_unstable();
    assert!(content.keys().eq(names.iter()), "{:?}", content.keys());
    assert!(content.values().all(|bytes| !bytes.is_empty()));
    assert!(content["map.png"].starts_with(b"\x89PNG"));
    assert!(String::from_utf8_lossy(&content["report.html"]).contains("<figure class=\"map\"><svg"));
}

#[test]
fn hostile_names_reach_no_file_as_markup() {
    let mut o = outcome();
    o.folder.plan.name = HOSTILE.into();
    for place in &mut o.folder.places {
        place.name = HOSTILE.into();
    }
    let room = tempfile::tempdir().expect("a temporary folder");
    let out = room.path().join("out");
    write_plan(&o, Lang::Zh, &out, false).expect("written");
    let content = content(&out);
    for name in ["report.html", "map.svg"] {
        let text = String::from_utf8_lossy(&content[name]);
        assert!(!text.contains("<script") && text.contains("&lt;script"), "{name}");
    }
}

#[test]
fn a_run_repeats_byte_for_byte_on_any_number_of_threads() {
    let room = tempfile::tempdir().expect("a temporary folder");
    let mut runs = Vec::new();
    for threads in [1, 2, 5] {
        let out = room.path().join(threads.to_string());
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| write_plan(&outcome(), Lang::Zh, &out, false)).expect("written");
        runs.push(content(&out));
    }
    for (name, bytes) in &runs[0] {
        assert!(runs.iter().all(|run| &run[name] == bytes), "{name} differs");
    }
}

#[test]
fn a_run_that_fails_halfway_leaves_the_earlier_outputs_and_no_litter() {
    let room = tempfile::tempdir().expect("a temporary folder");
    let out = room.path().join("out");
    write_plan(&outcome(), Lang::Zh, &out, false).expect("written");
    let before = content(&out);
    let mut broken = outcome();
    // Too long for Excel: the workbook is refused after most files are written.
    broken.folder.places[2].name = "长".repeat(40_000);
    let error = write_plan(&broken, Lang::Zh, &out, true).expect_err("the workbook is refused");
    assert!(matches!(error, ReportError::TextTooLong { .. }), "{error}");
    assert!(before == content(&out));
    assert_eq!(fs::read_dir(room.path()).expect("a folder").count(), 1);
}

#[test]
fn a_disk_that_is_full_for_any_one_file_leaves_the_old_folder_as_it_was() {
    let room = tempfile::tempdir().expect("a temporary folder");
    let out = room.path().join("out");
    write_plan(&outcome(), Lang::Zh, &out, false).expect("written");
    let old = content(&out);
    for name in FILES {
        full_for(Some((room.path(), name)));
        let failed = write_plan(&outcome(), Lang::En, &out, true).expect_err(name);
        full_for(None);
        assert!(failed.to_string().contains(name), "{failed}");
        assert!(content(&out) == old, "{name}");
        assert_eq!(fs::read_dir(room.path()).expect("there").count(), 1, "{name} leaves no litter");
    }
    // A folder in another format, and the documents of a quarter, which go by one file each.
    let to = room.path().join("xlsx");
    full_for(Some((room.path(), "b.xlsx")));
    let failed = replace::write_folder(&to, &[("a.xlsx", b"1"), ("b.xlsx", b"2")]);
    full_for(None);
    assert!(failed.is_err() && !to.exists());
}
