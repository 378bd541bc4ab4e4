//! Nothing lost, nothing let in: outputs survive whatever stops a run, and no file brings the program down.

use assert_cmd::Command;
use doorstep::model::Lang;
use doorstep::read;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

const PLAN: &str = "name = \"试点方案\"\ntarget = 2\n[[circle]]\nminutes = 15\nmode = \"walk\"\n";
const RESIDENCES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[122.53,52.97]},"properties":{"id":"R1","population":120}},{"type":"Feature","geometry":{"type":"Point","coordinates":[122.63,52.97]},"properties":{"id":"R2","population":80}}]}"#;

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("plan.toml"), PLAN).expect("written");
    fs::write(dir.path().join("residences.geojson"), RESIDENCES).expect("written");
    dir
}

fn program() -> PathBuf {
    assert_cmd::cargo::cargo_bin("doorstep")
}

fn plan(dir: &Path, more: &[&str]) -> Command {
    let mut command = Command::cargo_bin("doorstep").expect("the program");
    command.arg("plan").arg(dir).args(["--quiet", "--date", "2026-06-30"]).args(more);
    command
}

/// Every file of a folder with its bytes; what is not there is empty.
fn content(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(dir)
        .map(|entries| entries.map(|e| e.expect("an entry").path()).collect())
        .unwrap_or_else(|_| Vec::<PathBuf>::new())
        .into_iter()
        .filter(|path| path.is_file())
        .map(|path| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("readable"))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_run_that_is_killed_leaves_the_old_output_or_the_new_one_whole() {
    let dir = folder();
    plan(dir.path(), &[]).assert().success();
    let out = dir.path().join("out");
    let old = content(&out);
    let start = Instant::now();
    plan(dir.path(), &["--force", "--lang", "en"]).assert().success();
    let (whole, new) = (start.elapsed(), content(&out));
    assert_ne!(old, new);
    plan(dir.path(), &["--force"]).assert().success();
    for step in 1..=20u32 {
        let mut child = std::process::Command::new(program())
            .args([
                "plan",
                dir.path().to_str().expect("UTF-8"),
                "--quiet",
                "--force",
                "--lang",
                "en",
                "--date",
                "2026-06-30",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(whole * step / 18);
        let _ = child.kill();
        child.wait().expect("it ends");
        let now = content(&out);
        assert!(now == old || now == new, "killed after {step}/18 of a run");
    }
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_at_any_file_leaves_the_old_output_and_says_so() {
    let dir = folder();
    plan(dir.path(), &[]).assert().success();
    let out = dir.path().join("out");
    let old = content(&out);
    let mut refused = 0;
    // Blocks of 512 or 1,024 bytes; with the signal ignored a write past the limit fails as on a full disk.
    for blocks in [0, 1, 2, 4, 8, 16, 32, 64, 128] {
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec '{}' plan '{}' --quiet --force --lang en --date 2026-06-30",
            program().display(),
            dir.path().display()
        );
        let ran = std::process::Command::new("sh").args(["-c", &script]).output().expect("a shell");
        if ran.status.success() {
            break;
        }
        refused += 1;
        assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stderr));
        assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot"), "{}", String::from_utf8_lossy(&ran.stderr));
        assert!(content(&out) == old, "{blocks} blocks");
    }
    assert!(refused >= 4, "{refused}");
    let left: Vec<_> = fs::read_dir(dir.path()).expect("there").map(|e| e.expect("an entry").file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".doorstep-")), "{left:?}");
}

#[test]
fn two_runs_at_once_leave_one_whole_output() {
    let dir = folder();
    let start = |lang: &str| {
        std::process::Command::new(program())
            .args([
                "plan",
                dir.path().to_str().expect("UTF-8"),
                "--quiet",
                "--force",
                "--lang",
                lang,
                "--date",
                "2026-06-30",
            ])
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts")
    };
    for _ in 0..3 {
        let both = [start("zh"), start("en")];
        let codes: Vec<_> = both.into_iter().map(|mut c| c.wait().expect("it ends").code()).collect();
        assert!(codes.contains(&Some(0)), "{codes:?}");
    }
    let last = content(&dir.path().join("out"));
    let alone = |lang: &str| {
        let out = dir.path().join(lang);
        plan(dir.path(), &["--lang", lang, "-o", out.to_str().expect("UTF-8")]).assert().success();
        content(&out)
    };
    assert!(last == alone("zh") || last == alone("en"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_an_error_and_nothing_changes() {
    let dir = folder();
    // Below a file there can be no folder, whoever asks.
    let file = dir.path().join("file");
    fs::write(&file, "x").expect("written");
    let out = file.join("out");
    plan(dir.path(), &["-o", out.to_str().expect("UTF-8")]).assert().failure();
    assert_eq!(fs::read(&file).expect("there"), b"x");
}

/// A workbook whose sheet unpacks to `bytes` blanks.
fn bomb(path: &Path, bytes: u64) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).expect("made"));
    let options = zip::write::SimpleFileOptions::default().large_file(true);
    zip.start_file("xl/worksheets/sheet1.xml", options).expect("started");
    let blank = vec![b' '; 1 << 20];
    for _ in 0..bytes >> 20 {
        zip.write_all(&blank).expect("written");
    }
    zip.finish().expect("finished");
}

#[test]
fn a_zip_bomb_is_refused_in_a_moment_and_in_little_memory() {
    let dir = folder();
    fs::remove_file(dir.path().join("residences.geojson")).expect("removed");
    bomb(&dir.path().join("residences.xlsx"), 3 << 30);
    let start = Instant::now();
    let faults = read::open(dir.path()).expect_err("refused");
    assert_eq!(faults.list()[0].kind.code(), "bomb", "{}", faults.say(Lang::En));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_million_faults_in_one_table_are_all_listed() {
    let dir = folder();
    fs::remove_file(dir.path().join("residences.geojson")).expect("removed");
    let mut text = String::from("id,population,lon_wgs84,lat_wgs84\n");
    for i in 0..1_000_000 {
        text += &format!("R{i},-1,122.5,52.9\n");
    }
    fs::write(dir.path().join("residences.csv"), text).expect("written");
    let start = Instant::now();
    let faults = read::open(dir.path()).expect_err("a million of them");
    assert_eq!(faults.list().len(), 1_000_000);
    assert_eq!(faults.list()[999_999].feature.as_ref().and_then(|f| f.row), Some(1_000_001));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn scripts_and_formulas_in_names_stay_text_in_every_output() {
    let dir = folder();
    let hostile = "=HYPERLINK(\\\"http://x\\\")<script>alert(1)</script>";
    let text = RESIDENCES.replacen("\"id\":\"R1\"", &format!("\"id\":\"R1\",\"name\":\"{hostile}\""), 1);
    fs::write(dir.path().join("residences.geojson"), text).expect("written");
    // With a target of one the other place stays a gap, and is listed.
    fs::write(dir.path().join("plan.toml"), PLAN.replace("target = 2", "target = 1")).expect("written");
    plan(dir.path(), &[]).assert().success();
    for (name, bytes) in content(&dir.path().join("out")) {
        let text = String::from_utf8_lossy(&bytes);
        if name.ends_with(".html") || name.ends_with(".svg") {
            assert!(!text.contains("<script"), "{name}");
        }
        if name.ends_with(".csv") {
            assert!(text.split([',', '\n']).all(|cell| !cell.starts_with('=') && !cell.starts_with("\"=")), "{name}");
        }
    }
}

/// xorshift with a fixed seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Seeds of a reader: good files in its format, and the bad ones of the table.
fn seeds(suffix: &str) -> Vec<Vec<u8>> {
    let dir = folder();
    let good = dir.path().join("good");
    Command::cargo_bin("doorstep")
        .expect("the program")
        .args(["convert", dir.path().to_str().expect("UTF-8"), "-o", good.to_str().expect("UTF-8"), "--quiet", "--to"])
        .arg(if suffix == "shp" { "geojson" } else { suffix })
        .assert()
        .success();
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_input/files");
    let mut files: Vec<PathBuf> = [good, table]
        .iter()
        .flat_map(|d| fs::read_dir(d).expect("there").map(|e| e.expect("an entry").path()))
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == suffix));
    files.sort();
    files.into_iter().map(|path| fs::read(path).expect("readable")).filter(|b| b.len() < 200_000).collect()
}

fn mutate(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let pieces: [&[u8]; 10] =
        [b"\"", b",", b"\n", b"1e999", b"NaN", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"=", b"((("];
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(6) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            2 if at < bytes.len() => bytes[at] = chance.below(256) as u8,
            3 => {
                let end = (at + chance.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 if bytes.len() > 8 => {
                let (from, len) = (chance.below(bytes.len() - 8), 4 + chance.below(4));
                let piece = bytes[from..from + len].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let piece = pieces[chance.below(pieces.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
}

/// Unpacks a workbook, spoils one part of it, and packs it again: else every change would only break the zip.
fn mutate_inside(bytes: &[u8], chance: &mut Chance) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    let spoilt = chance.below(archive.len());
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).ok()?;
        let name = part.name().ok()?.into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut content).ok()?;
        if i == spoilt {
            mutate(&mut content, chance);
        }
        zip.start_file(name, zip::write::SimpleFileOptions::default()).ok()?;
        zip.write_all(&content).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

/// Spoils files of one format for a while; a panic keeps its file in `tests/bad_input/crashes`.
fn fuzz(suffix: &str, seed: u64) {
    let seconds = std::env::var("DOORSTEP_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2);
    let rounds = if seconds > 2 { usize::MAX } else { 3_000 };
    let seeds = seeds(suffix);
    assert!(!seeds.is_empty(), "{suffix}");
    let dir = folder();
    fs::remove_file(dir.path().join("residences.geojson")).expect("removed");
    let encodings = [
        "",
        "\n[layers.residences]\ndatum = \"gcj02\"\n",
        "\n[layers.residences]\ndatum = \"epsg:4527\"\nencoding = \"gb18030\"\n",
    ];
    let file = dir.path().join(format!("residences.{suffix}"));
    if suffix == "shp" {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_input/files");
        for beside in ["dbf", "prj", "cpg"] {
            fs::copy(here.join("cut_off").with_extension(beside), file.with_extension(beside)).expect("copied");
        }
    }
    let good_dbf = (suffix == "shp").then(|| fs::read(file.with_extension("dbf")).expect("there"));
    let good_prj = (suffix == "shp").then(|| fs::read(file.with_extension("prj")).expect("there"));
    let (mut chance, start, mut round) = (Chance(seed), Instant::now(), 0usize);
    while round < rounds && start.elapsed() < Duration::from_secs(seconds) {
        round += 1;
        fs::write(dir.path().join("plan.toml"), format!("{PLAN}{}", encodings[chance.below(3)])).expect("written");
        let mut bytes = seeds[chance.below(seeds.len())].clone();
        if suffix == "xlsx" && chance.below(4) > 0 {
            bytes = mutate_inside(&bytes, &mut chance).unwrap_or(bytes);
        } else {
            mutate(&mut bytes, &mut chance);
        }
        for (good, beside) in [(&good_dbf, "dbf"), (&good_prj, "prj")] {
            if let Some(good) = good {
                let mut spoilt = good.clone();
                if chance.below(2) == 0 {
                    mutate(&mut spoilt, &mut chance);
                }
                fs::write(file.with_extension(beside), spoilt).expect("written");
            }
        }
        fs::write(&file, &bytes).expect("written");
        let began = Instant::now();
        let read = std::panic::catch_unwind(|| {
            if let Err(faults) = read::open(dir.path()) {
                assert!(!faults.say(Lang::Zh).is_empty() && !faults.say(Lang::En).is_empty());
            }
        });
        let slow = began.elapsed() > Duration::from_secs(20);
        if read.is_err() || slow {
            let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_input/crashes");
            fs::create_dir_all(&kept).expect("made");
            let kept = kept.join(format!("{suffix}-{seed}-{round}.{suffix}"));
            fs::copy(&file, &kept).expect("kept");
            panic!("round {round}: {} ({})", kept.display(), if slow { "slow" } else { "panic" });
        }
    }
    // Shown with --nocapture: how far a longer run has come.
    let _ = writeln!(std::io::stderr(), "{suffix}: {round} files in {:?}", start.elapsed());
}

#[test]
fn no_spoilt_csv_brings_the_reader_down() {
    fuzz("csv", 1);
}

#[test]
fn no_spoilt_workbook_brings_the_reader_down() {
    fuzz("xlsx", 2);
}

#[test]
fn no_spoilt_geopackage_brings_the_reader_down() {
    fuzz("gpkg", 3);
}

#[test]
fn no_spoilt_geoparquet_brings_the_reader_down() {
    fuzz("parquet", 4);
}

#[test]
fn no_spoilt_shapefile_brings_the_reader_down() {
    fuzz("shp", 5);
}

#[test]
fn no_spoilt_geojson_brings_the_reader_down() {
    fuzz("geojson", 6);
}
