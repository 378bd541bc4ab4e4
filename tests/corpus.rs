//! What the fuzzers have found, kept and replayed: no reader falls over any of it. `fuzz/README.md` says how it came about.

mod readers;

use readers::READERS;
use std::fs;
use std::path::{Path, PathBuf};

fn kept(name: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
    let entries = fs::read_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn every_reader_has_a_corpus_and_a_target_and_none_falls_over_it() {
    for (name, _) in READERS {
        let files = kept(name);
        assert!(files.len() >= 10, "{name}: {}", files.len());
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz/fuzz_targets/{name}.rs"));
        assert!(target.is_file(), "{}", target.display());
        for file in files {
            let bytes = fs::read(&file).expect("readable");
            let read = std::panic::catch_unwind(|| readers::read(name, &bytes));
            assert!(read.is_ok(), "{}", file.display());
        }
    }
}
