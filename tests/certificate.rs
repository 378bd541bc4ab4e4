//! `certificate.json` before a checker that shares no code with the program: true ones are confirmed, damaged ones refuted.
//!
//! The checker needs Python 3.11. Where there is none these tests say so and pass; in CI (`CI=true`) they fail.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

#[path = "../examples/generate_plan.rs"]
#[expect(dead_code, reason = "the example's own main is not called")]
mod generate_plan;
mod shapefiles;

use doorstep::{job, read, report};
use generate_plan::{Size, generate};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Something done to a certificate.
type Damage = Box<dyn Fn(&mut Value)>;

fn at_home(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Whether there is a Python that can run the checker.
fn python() -> bool {
    let asked = Command::new("python3").args(["-c", "import tomllib"]).output();
    let there = asked.is_ok_and(|a| a.status.success());
    if !there {
        assert!(std::env::var("CI").is_err(), "CI needs python3, 3.11 or later");
        eprintln!("no python3 with tomllib (3.11 or later): certificates are not checked");
    }
    there
}

fn outcome_of(dir: &Path) -> job::Outcome {
    let folder = read::open(dir).unwrap_or_else(|f| panic!("{}", f.say(doorstep::model::Lang::En)));
    job::run(folder, time::macros::date!(2026 - 06 - 30), |_| {}).unwrap()
}

fn certificate_of(dir: &Path) -> Value {
    serde_json::from_str(&report::certificate(&outcome_of(dir))).unwrap()
}

/// Exit status and words of the checker.
fn verdict(dir: &Path, certificate: &Value) -> (Option<i32>, String) {
    let room = TempDir::new().unwrap();
    let file = room.path().join("certificate.json");
    fs::write(&file, certificate.to_string()).unwrap();
    let run = Command::new("python3").arg(at_home("tests/peers/check_certificate.py")).args([dir, &file]).output();
    let run = run.unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    (run.status.code(), said)
}

fn confirmed(dir: &Path, certificate: &Value) -> String {
    let (status, said) = verdict(dir, certificate);
    assert!(status == Some(0) && said.contains("confirmed: "), "{status:?} {said}");
    said
}

fn sample() -> PathBuf {
    at_home("data/daxinganling")
}

static SAMPLE: LazyLock<Value> = LazyLock::new(|| certificate_of(&sample()));

/// A folder of its own with the sample's files.
fn copied() -> TempDir {
    let room = TempDir::new().unwrap();
    for entry in fs::read_dir(sample()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, room.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    room
}

fn edit(dir: &Path, file: &str, change: impl Fn(String) -> String) {
    let path = dir.join(file);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

#[test]
fn the_samples_certificate_is_small_and_confirmed_as_what_the_summary_says() {
    let folder = read::open(&sample()).unwrap();
    let outcome = job::run(folder, time::macros::date!(2026 - 06 - 30), |_| {}).unwrap();
    assert_eq!(SAMPLE["status"], outcome.certificate.proof.name());
    let units = outcome.evidence.units_per_person;
    assert_eq!(SAMPLE["objective"].as_f64().unwrap() / units, outcome.certificate.objective);
    assert_eq!(SAMPLE["bound"].as_f64().unwrap() / units, outcome.certificate.bound);
    // Pieces of polygons take most of it: they cannot be had in plain Python.
    let mut proof = SAMPLE.clone();
    proof["pieces"] = json!([]);
    assert!(proof.to_string().len() < 10_000, "{} bytes", proof.to_string().len());
    assert!(SAMPLE.to_string().len() < 600_000, "{} bytes", SAMPLE.to_string().len());
    if python() {
        let said = confirmed(&sample(), &SAMPLE);
        assert!(said.contains(&format!("confirmed: {}", outcome.certificate.proof.name())), "{said}");
    }
}

#[test]
fn damaged_certificates_are_refuted() {
    if !python() {
        return;
    }
    let chosen = |c: &Value, id: &str| c["chosen"].as_array().unwrap().iter().any(|s| s == id);
    let other = SAMPLE["candidates"].as_array().unwrap().iter().find(|id| !chosen(&SAMPLE, id.as_str().unwrap()));
    let other = other.unwrap().clone();
    let add = |c: &mut Value, key: &str, by: i64| c[key] = json!(c[key].as_i64().unwrap() + by);
    let damages: Vec<(&str, Damage)> = vec![
        ("another site is chosen", Box::new(move |c| c["chosen"][3] = other.clone())),
        ("a site is left away", Box::new(|c| drop(c["chosen"].as_array_mut().unwrap().pop()))),
        ("a site is chosen twice", Box::new(|c| c["chosen"][1] = c["chosen"][0].clone())),
        ("a larger objective", Box::new(move |c| add(c, "objective", 1_000_000))),
        ("a lower bound", Box::new(move |c| add(c, "bound", -1_000_000))),
        ("both lower", Box::new(move |c| ["objective", "bound"].iter().for_each(|k| add(c, k, -1_000_000)))),
        (
            "a multiplier beyond its weight",
            Box::new(|c| {
                let m = &mut c["multipliers"][0];
                m["parts"][0] = json!(m["of"].as_i64().unwrap() + 1);
            }),
        ),
        ("a negative multiplier", Box::new(|c| c["multipliers"][0]["parts"][0] = json!(-1))),
        (
            "multipliers that close nothing",
            Box::new(|c| {
                let parts = c["multipliers"][0]["parts"].as_array_mut().unwrap();
                parts.iter_mut().for_each(|p| *p = json!(0));
            }),
        ),
        ("a leaf is dropped", Box::new(|c| drop(c["nodes"].as_array_mut().unwrap().pop()))),
        ("the root says that nothing is there", Box::new(|c| c["nodes"][0] = json!({ "close": "count" }))),
        ("the root says that one choice is left", Box::new(|c| c["nodes"][0] = json!({ "close": "choice" }))),
        (
            "a tree that goes in circles",
            Box::new(|c| {
                c["nodes"][0] = json!({ "fix": 0, "taken": [], "left": [], "then": 0 });
            }),
        ),
        ("a longer reach", Box::new(|c| c["standards"][0]["radius_m"] = json!(1500.0))),
        ("a coarser unit", Box::new(|c| c["units_per_person"] = json!(1000.0))),
        ("fewer rows", Box::new(|c| c["rows"] = json!(c["rows"].as_i64().unwrap() - 1))),
        ("an unknown candidate", Box::new(|c| c["candidates"][5] = json!("C999"))),
        (
            "another status",
            Box::new(|c| {
                c["status"] = json!(if c["status"] == "optimal" { "feasible" } else { "optimal" });
            }),
        ),
        (
            "an input that is not listed",
            Box::new(|c| {
                c["inputs"].as_array_mut().unwrap().retain(|i| i["layer"] != "clusters");
            }),
        ),
        ("a key that is missing", Box::new(|c| drop(c.as_object_mut().unwrap().remove("nodes")))),
    ];
    for (what, damage) in damages {
        let mut damaged = SAMPLE.clone();
        damage(&mut damaged);
        let (status, said) = verdict(&sample(), &damaged);
        assert!(status == Some(1) && said.contains("refuted: "), "{what}: {status:?} {said}");
    }
}

#[test]
fn a_certificate_of_other_inputs_is_refuted() {
    if !python() {
        return;
    }
    for (file, from, to) in [
        ("residences.geojson", "\"population\":", "\"population\": 1"),
        ("plan.toml", "budget = 3_000_000.0", "budget = 2_999_999.0"),
        ("candidates.geojson", "[12", "[13"),
    ] {
        let room = copied();
        edit(room.path(), file, |text| text.replacen(from, to, 1));
        let (status, said) = verdict(room.path(), &SAMPLE);
        assert!(status == Some(1) && said.contains(file) && said.contains("sha256"), "{file}: {status:?} {said}");
    }
}

#[test]
fn a_certificate_for_easier_conditions_is_refuted_even_where_its_hashes_are_made_to_fit() {
    if !python() {
        return;
    }
    for (from, to) in [
        ("spacing_km = 0.5", "spacing_km = 3.0"),
        ("budget = 3_000_000.0", "budget = 100_000.0"),
        ("required = [\"C119\"]", "required = [\"C119\", \"C001\", \"C002\", \"C003\", \"C004\"]"),
        ("walk_kmh = 5.0", "walk_kmh = 4.0"),
        ("clusters = 0.5", "clusters = 0.4"),
        ("target = 20", "target = 19"),
    ] {
        let room = copied();
        edit(room.path(), "plan.toml", |text| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        let mut forged = SAMPLE.clone();
        let sha256 = Sha256::digest(fs::read(room.path().join("plan.toml")).unwrap());
        let hex: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        forged["inputs"][0]["sha256"] = json!(hex);
        let (status, said) = verdict(room.path(), &forged);
        assert!(status == Some(1) && said.contains("refuted: ") && !said.contains("sha256"), "{to}: {status:?} {said}");
    }
}

#[test]
fn derived_candidates_polygons_and_words_in_chinese_are_confirmed() {
    if !python() {
        return;
    }
    for lang in ["zh", "en"] {
        let room = TempDir::new().unwrap();
        let dir = room.path().join("plan");
        let made = Command::new(env!("CARGO_BIN_EXE_doorstep")).arg("init").arg(&dir).args(["--lang", lang]).output();
        assert!(made.unwrap().status.success());
        confirmed(&dir, &certificate_of(&dir));
        fs::remove_file(dir.join("candidates.geojson")).unwrap();
        edit(&dir, "plan.toml", |text| {
            let kept = |line: &&str| !line.starts_with("required") && !line.starts_with("forbidden");
            text.lines().filter(kept).map(|line| format!("{line}\n")).collect()
        });
        let said = confirmed(&dir, &certificate_of(&dir));
        assert!(said.contains("derived by the program"), "{said}");
    }
}

#[test]
fn folders_of_tables_in_any_datum_are_confirmed_too() {
    if !python() {
        return;
    }
    let room = TempDir::new().unwrap();
    for format in ["csv", "xlsx"] {
        let dir = room.path().join(format);
        let mut convert = Command::new(env!("CARGO_BIN_EXE_doorstep"));
        convert.arg("convert").arg(sample()).arg("-o").arg(&dir).args(["--to", format, "--quiet"]);
        assert!(convert.status().unwrap().success());
        let certificate = certificate_of(&dir);
        confirmed(&dir, &certificate);
        // The same numbers under another datum are another plan, which the checker must find out by itself.
        let heading = |text: String| text.replace("lon_wgs84,lat_wgs84", "经度（GCJ-02）,纬度（GCJ-02）");
        if format == "csv" {
            ["stations.csv", "candidates.csv"].iter().for_each(|file| edit(&dir, file, heading));
        } else {
            edit(&dir, "plan.toml", |text| {
                text + "\n[layers.stations]\ndatum = \"bd09\"\n[layers.candidates]\ndatum = \"bd09\"\n"
            });
        }
        confirmed(&dir, &certificate_of(&dir));
        let mut damaged = certificate_of(&dir);
        damaged["objective"] = json!(damaged["objective"].as_u64().unwrap() + 1);
        let (status, said) = verdict(&dir, &damaged);
        assert!(status == Some(1) && said.contains("refuted: "), "{status:?} {said}");
    }
}

#[test]
fn folders_of_gis_files_are_confirmed_too() {
    if !python() {
        return;
    }
    let packages = Command::new("python3").args(["-c", "import pyarrow.parquet"]).output();
    let columns = packages.is_ok_and(|p| p.status.success());
    let room = TempDir::new().unwrap();
    for format in ["gpkg", "parquet", "shp"] {
        let dir = room.path().join(format);
        let mut convert = Command::new(env!("CARGO_BIN_EXE_doorstep"));
        let written = if format == "shp" { "geojson" } else { format };
        convert.arg("convert").arg(sample()).arg("-o").arg(&dir).args(["--to", written, "--quiet"]);
        assert!(convert.status().unwrap().success());
        if format == "shp" {
            for layer in ["residences", "clusters", "stations", "candidates"] {
                let file = dir.join(format!("{layer}.geojson"));
                let content: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
                let points = content["features"].as_array().unwrap().iter();
                let points: Vec<Value> = points.filter(|f| f["geometry"]["type"] == "Point").cloned().collect();
                shapefiles::write(&dir, layer, &points);
                fs::remove_file(file).unwrap();
            }
        }
        let certificate = certificate_of(&dir);
        if format == "parquet" && !columns {
            // Plain Python has no reader for it: the checker says what it needs, and .ci/foreign runs it with that.
            let (status, said) = verdict(&dir, &certificate);
            assert!(status == Some(2) && said.contains("pyarrow"), "{status:?} {said}");
            continue;
        }
        confirmed(&dir, &certificate);
        let mut damaged = certificate.clone();
        damaged["objective"] = json!(damaged["objective"].as_u64().unwrap() + 1);
        let (status, said) = verdict(&dir, &damaged);
        assert!(status == Some(1) && said.contains("refuted: "), "{format}: {status:?} {said}");
        if format == "shp" {
            // What belongs to a Shapefile counts as much as the shapes.
            edit(&dir, "residences.cpg", |text| text + "\n");
            let (status, said) = verdict(&dir, &certificate);
            assert!(status == Some(1) && said.contains("sha256"), "{status:?} {said}");
        }
    }
}

#[test]
fn counties_given_as_codes_are_confirmed_too_and_those_of_other_counties_refuted() {
    if !python() {
        return;
    }
    let room = copied();
    let layers = ["residences", "clusters", "stations", "candidates"];
    for layer in layers {
        edit(room.path(), &format!("{layer}.geojson"), |text| {
            // Alone, in a column of its own, of a village, and one that only the plan can tell: 232701 has been two counties.
            text.replace("\"county\":\"塔河县\"", "\"county\":\"232722\"")
                .replace("\"county\":\"呼玛县\"", "\"区划代码\":\"232721100003\"")
                .replace("\"county\":\"漠河市\"", "\"county\":\"232701\"")
        });
    }
    edit(room.path(), "plan.toml", |text| text + "\n[aliases]\n\"232701\" = \"漠河市\"\n");
    let certificate = certificate_of(room.path());
    assert_eq!(certificate["chosen"], SAMPLE["chosen"]);
    let said = confirmed(room.path(), &certificate);
    assert!(said.contains("GB/T 2260"), "{said}");
    // The same sites under other counties break the counties' limits, even where the hash is made to fit.
    edit(room.path(), "candidates.geojson", |text| text.replace("\"232722\"", "\"232701\""));
    let mut forged = certificate;
    let sha256 = Sha256::digest(fs::read(room.path().join("candidates.geojson")).unwrap());
    let hex: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let inputs = forged["inputs"].as_array_mut().unwrap();
    inputs.iter_mut().find(|i| i["layer"] == "candidates").unwrap()["sha256"] = json!(hex);
    let (status, said) = verdict(room.path(), &forged);
    assert!(status == Some(1) && said.contains("a county has too few"), "{status:?} {said}");
}

/// A generated folder whose circles overlap so much, and whose conditions are so tight, that one bound is not enough.
fn tight(seed: u64, kilometres: f64) -> TempDir {
    let room = TempDir::new().unwrap();
    let folder = room.path().to_owned();
    generate(&Size { folder, places: 500, candidates: 50, stations: 3, counties: 3, seed, polygons: 0.1 }).unwrap();
    edit(room.path(), "plan.toml", |text| {
        let counties = text.split_once("[limits.counties]").unwrap().1;
        let spacing = kilometres * 0.6;
        format!(
            "name = \"tight\"\ntarget = 11\n[[circle]]\nmode = \"drive\"\nkilometres = {kilometres}\n\
             [limits]\nspacing_km = {spacing}\nbudget = 600_000.0\n[limits.counties]{counties}"
        )
    });
    room
}

#[test]
fn proofs_that_branch_are_confirmed_and_refuted_without_one_of_their_nodes() {
    if !python() {
        return;
    }
    let mut branched = 0;
    for (seed, kilometres) in [(1, 12.0), (2, 12.0), (3, 20.0), (4, 20.0), (5, 30.0)] {
        let room = tight(seed, kilometres);
        let certificate = certificate_of(room.path());
        confirmed(room.path(), &certificate);
        let nodes = certificate["nodes"].as_array().unwrap();
        branched += usize::from(nodes.len() > 3);
        // Nodes are in the order of their making, so that one at the end is a leaf.
        let mut damaged = certificate.clone();
        damaged["nodes"].as_array_mut().unwrap().pop();
        let (status, said) = verdict(room.path(), &damaged);
        assert!(status == Some(1) && said.contains("refuted: "), "{status:?} {said}");
        for (at, node) in nodes.iter().enumerate().filter(|(_, n)| n["close"] == "bound").take(5) {
            let mut damaged = certificate.clone();
            damaged["nodes"][at] = json!({ "close": "count" });
            let (status, said) = verdict(room.path(), &damaged);
            assert!(status == Some(1) && said.contains("refuted: "), "{node} {status:?} {said}");
        }
    }
    assert!(branched >= 2, "{branched} of 5 branched");
}

/// Tables of a bare problem that one bound does not close, and the certificate of an answer to it.
fn bare(more: &str) -> (TempDir, Value) {
    asked(&format!("mclp --stations 7 {more}"))
}

/// A folder with tables of demand and sites.
fn tables(demand: &str, sites: &str) -> TempDir {
    let room = TempDir::new().unwrap();
    fs::write(room.path().join("demand.csv"), demand).unwrap();
    fs::write(room.path().join("sites.csv"), sites).unwrap();
    room
}

/// The same tables and the certificate of any model's answer.
fn asked(model: &str) -> (TempDir, Value) {
    let mut state = 88_172_645_463_325_252u64;
    let mut draw = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) % below
    };
    let mut degrees = move || format!("124.{:05},50.{:05}", draw(30_000), draw(20_000));
    let line = |i: u64, at: String, rest: String| format!("{i:03},{at},{rest}\n");
    let demand: String = (0..500).map(|i| line(i, degrees(), (i % 89 + 1).to_string())).collect();
    let sites: String = (0..40)
        .map(|i| line(i, degrees(), format!("{},{},{}", i % 7 + 1, ["A", "B"][i as usize % 2], i % 5 * 700 + 900)))
        .collect();
    let room = tables(&format!("id,lon,lat,weight\n{demand}"), &format!("id,lon,lat,cost,county,capacity\n{sites}"));
    fs::write(room.path().join("counties.csv"), "county,min,max\nA,2,4\nB,,6\n").unwrap();
    with_times(room.path());
    let certificate = certified(room.path(), model);
    (room, certificate)
}

/// The certificate of an answer to the tables in a folder.
fn certified(room: &Path, model: &str) -> Value {
    let ask = format!("solve {model} --demand demand.csv --sites sites.csv --certificate c.json --quiet --force");
    let made =
        Command::new(env!("CARGO_BIN_EXE_doorstep")).current_dir(room).args(ask.split_whitespace()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    serde_json::from_slice(&fs::read(room.join("c.json")).unwrap()).unwrap()
}

#[test]
fn certificates_of_bare_problems_are_confirmed_and_refuted_when_damaged() {
    if !python() {
        return;
    }
    for more in [
        "--within 2500",
        "--within 0.03 --metric planar --spacing 0.02",
        "--within 3000 --counties counties.csv --budget 25 --spacing 1500 --open 003,011 --forbid 005",
        "--within 1500 --fade 3000:0.5,4000:0.25",
        "--within 2500 --capacity",
        "--within 2500 --backup 0.5 --counties counties.csv",
    ] {
        let (room, certificate) = bare(more);
        let said = confirmed(room.path(), &certificate);
        assert!(said.contains("confirmed: optimal") && said.contains("question: "), "{more}: {said}");
        let add = |c: &mut Value, key: &str, by: i64| c[key] = json!(c[key].as_i64().unwrap() + by);
        let damages: Vec<(&str, Damage)> = vec![
            ("a larger objective", Box::new(move |c| add(c, "objective", 1))),
            ("a lower bound", Box::new(move |c| add(c, "bound", -1))),
            ("a site is chosen twice", Box::new(|c| c["chosen"][1] = c["chosen"][0].clone())),
            ("an unknown site", Box::new(|c| c["chosen"][1] = json!("x"))),
            ("fewer stations were asked for", Box::new(|c| c["question"]["stations"] = json!(6))),
            (
                "a longer reach",
                Box::new(|c| {
                    c["question"]["within"] = json!(c["question"]["within"].as_f64().unwrap() * 1.1);
                }),
            ),
            ("a forbidden site is used", Box::new(|c| c["question"]["forbid"] = json!([c["chosen"][3].clone()]))),
            ("a smaller unit", Box::new(|c| c["units_per_weight"] = json!(0.1))),
            ("other parts", Box::new(|c| c["parts"] = json!([9, 1]))),
            ("a missing table", Box::new(|c| drop(c["inputs"].as_array_mut().unwrap().pop()))),
            ("a leaf is dropped", Box::new(|c| drop(c["nodes"].as_array_mut().unwrap().pop()))),
            (
                "multipliers that close nothing",
                Box::new(|c| {
                    for m in c["multipliers"].as_array_mut().unwrap() {
                        m["parts"].as_array_mut().unwrap().iter_mut().for_each(|p| *p = json!(0));
                    }
                }),
            ),
        ];
        for (what, damage) in damages {
            let mut damaged = certificate.clone();
            damage(&mut damaged);
            let (status, said) = verdict(room.path(), &damaged);
            assert!(status == Some(1) && said.contains("refuted: "), "{more}, {what}: {status:?} {said}");
        }
        edit(room.path(), "demand.csv", |text| text.replacen("124.", "125.", 1));
        let (status, said) = verdict(room.path(), &certificate);
        assert!(status == Some(1) && said.contains("sha256"), "{status:?} {said}");
    }
}

/// Triangles of sites with demand amid their sides: the relaxation takes half of each site, one of each and some over cover
/// less, and only a cut over the three rows of a triangle says so.
fn triangles() -> (TempDir, Value) {
    let (mut demand, mut sites) = ("id,x,y,weight\n".to_owned(), "id,x,y\n".to_owned());
    for t in 0..30 {
        let corners = [(0.0, 0.0), (2.0, 0.0), (1.0, 1.7)].map(|(x, y)| (x + 10.0 * f64::from(t), y));
        for (k, (x, y)) in corners.into_iter().enumerate() {
            let (u, v) = corners[(k + 1) % 3];
            sites += &format!("s{t:02}{k},{x},{y}\n");
            demand += &format!("d{t:02}{k},{},{},{}\n", (x + u) / 2.0, (y + v) / 2.0, 50 + (t * 7 + k as i32 * 3) % 11);
        }
    }
    let room = tables(&demand, &sites);
    let certificate = certified(room.path(), "mclp --stations 45 --within 1.1 --metric planar");
    (room, certificate)
}

#[test]
fn proofs_that_need_cuts_are_confirmed_and_refuted_when_a_cut_or_a_demand_is_not_true() {
    if !python() {
        return;
    }
    let (room, certificate) = triangles();
    assert!(certificate["cuts"].as_array().unwrap().len() > 10, "{}", certificate["cuts"]);
    assert!(confirmed(room.path(), &certificate).contains("confirmed: optimal"));
    // The first leaf, cut in two by how many of the first triangle are taken: closed by what closed it whole.
    let leaf = certificate["nodes"].as_array().unwrap().iter().position(|n| n["close"] == "bound").unwrap();
    let halved = |side: &str, price: u64| {
        let mut c = certificate.clone();
        let (by, nodes) = (c["nodes"][leaf]["by"].clone(), c["nodes"].as_array_mut().unwrap());
        let end = nodes.len();
        nodes[leaf] = json!({ "among": ["s000", "s001", "s002"], "most": 1, "fewer": end, "more": end + 1 });
        let more = c["multipliers"].as_array().unwrap().len();
        let whole = c["multipliers"][by.as_u64().unwrap() as usize].clone();
        c["multipliers"].as_array_mut().unwrap().push(whole);
        c["multipliers"][more]["demands"] = json!([[leaf, side, price]]);
        c["nodes"]
            .as_array_mut()
            .unwrap()
            .extend([json!({"close": "bound", "by": more}), json!({"close": "bound", "by": by})]);
        c
    };
    assert!(confirmed(room.path(), &halved("fewer", 0)).contains("confirmed: optimal"));
    let damages: Vec<(&str, Value, &str)> = vec![
        ("what the other branch demands", halved("more", 0), "priced where nothing demands it"),
        ("a demand below nothing", halved("fewer", u64::MAX), "refuted: "),
    ];
    for (what, damaged, why) in damages {
        let (status, said) = verdict(room.path(), &damaged);
        assert!(status == Some(1) && said.contains(why), "{what}: {status:?} {said}");
    }
    let damages: Vec<(&str, Damage, &str)> = vec![
        ("sites pay nothing", Box::new(|c| c["cuts"][0]["sites"] = json!([])), "is broken by a choice"),
        ("more is needed", Box::new(|c| c["cuts"][0]["need"] = json!(3)), "is broken by a choice"),
        (
            "a row is missing",
            Box::new(|c| drop(c["cuts"][0]["rows"].as_array_mut().unwrap().pop())),
            "is broken by a choice",
        ),
        ("a site pays less than nothing", Box::new(|c| c["cuts"][0]["sites"][0][1] = json!(-1)), "below 0"),
        (
            "a site is named twice",
            Box::new(|c| c["cuts"][0]["sites"][0] = c["cuts"][0]["sites"][1].clone()),
            "a site twice",
        ),
        ("no such rows", Box::new(|c| c["cuts"][0]["rows"][0] = json!(1000)), "of no rows"),
        ("no cuts", Box::new(|c| c["cuts"] = json!([])), "that is not there"),
        ("prices of nothing", Box::new(|c| c["multipliers"][0]["prices_of"] = json!(0)), "no parts of a unit"),
        ("a price below nothing", Box::new(|c| c["multipliers"][0]["cuts"][0][1] = json!(-1)), "not a number of parts"),
        (
            "a cut without its price",
            Box::new(|c| drop(c["multipliers"][0]["cuts"].as_array_mut().unwrap().pop())),
            "leave room",
        ),
        ("a lower bound", Box::new(|c| c["bound"] = json!(c["bound"].as_i64().unwrap() - 1)), "refuted: "),
    ];
    for (what, damage, why) in damages {
        let mut damaged = certificate.clone();
        damage(&mut damaged);
        let (status, said) = verdict(room.path(), &damaged);
        assert!(status == Some(1) && said.contains(why), "{what}: {status:?} {said}");
    }
}

#[test]
fn certificates_of_fewest_stations_are_confirmed_and_refuted_when_damaged() {
    if !python() {
        return;
    }
    for model in [
        "set-cover --within 4000",
        "set-cover --within 0.05 --metric planar --open 003 --forbid 005,011",
        "partial-cover --share 0.8 --within 3000",
        "partial-cover --share 0.5 --within 2500 --open 001,002",
    ] {
        let (room, certificate) = asked(model);
        let said = confirmed(room.path(), &certificate);
        assert!(said.contains("confirmed: optimal") && said.contains("question: "), "{model}: {said}");
        let damages: Vec<(&str, Damage)> = vec![
            ("more is said to be covered", Box::new(|c| c["objective"] = json!(c["objective"].as_i64().unwrap() + 1))),
            ("less was asked for", Box::new(|c| c["question"]["least"] = json!(1))),
            ("more stations are said to be needed", Box::new(|c| c["question"]["fewest"] = json!(99))),
            ("the claim is withdrawn but not the status", Box::new(|c| c["question"]["fewest"] = json!(0))),
            ("a station is left out", Box::new(|c| drop(c["chosen"].as_array_mut().unwrap().pop()))),
            ("a site is chosen twice", Box::new(|c| c["chosen"][1] = c["chosen"][0].clone())),
            ("the bound proves nothing", Box::new(|c| c["bound"] = c["question"]["least"].clone())),
            ("a leaf is dropped", Box::new(|c| drop(c["nodes"].as_array_mut().unwrap().pop()))),
            ("a condition that is not proved", Box::new(|c| c["question"]["budget"] = json!(1e9))),
            (
                "multipliers that close nothing",
                Box::new(|c| {
                    for m in c["multipliers"].as_array_mut().unwrap() {
                        m["parts"].as_array_mut().unwrap().iter_mut().for_each(|p| *p = json!(0));
                    }
                }),
            ),
        ];
        for (what, damage) in damages {
            let mut damaged = certificate.clone();
            damage(&mut damaged);
            let (status, said) = verdict(room.path(), &damaged);
            assert!(status == Some(1) && said.contains("refuted: "), "{model}, {what}: {status:?} {said}");
        }
    }
}

#[test]
fn plans_whose_coverage_fades_are_confirmed_and_of_phases_the_last_one() {
    if !python() {
        return;
    }
    let with = |objective: &str| {
        let room = copied();
        edit(room.path(), "plan.toml", |text| format!("{text}\n[objective]\n{objective}\n"));
        let certificate = certificate_of(room.path());
        (room, certificate)
    };
    let (room, certificate) = with("fade = [{ times = 1.5, part = 0.5 }, { times = 2.0, part = 0.25 }]");
    confirmed(room.path(), &certificate);
    let mut damaged = certificate.clone();
    damaged["objective"] = json!(certificate["objective"].as_i64().unwrap() + 1);
    assert_eq!(verdict(room.path(), &damaged).0, Some(1));
    let (room, certificate) = with("phases = [1.0, 1.0, 1.0]");
    let said = confirmed(room.path(), &certificate);
    assert!(said.contains("the last phase on its own"), "{said}");
}

/// A folder as `init` makes it, with room for few at every second station, or one with the sample's files.
fn plain_folder(sample: bool) -> TempDir {
    if sample {
        return copied();
    }
    let room = TempDir::new().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_doorstep")).arg("init").arg(room.path().join("plan")).output().unwrap();
    assert!(made.status.success());
    for entry in fs::read_dir(room.path().join("plan")).unwrap() {
        let from = entry.unwrap().path();
        fs::rename(&from, room.path().join(from.file_name().unwrap())).unwrap();
    }
    for (file, capacity) in [("stations.geojson", 300), ("candidates.geojson", 450)] {
        edit(room.path(), file, |text| {
            let lines = text.lines().enumerate().map(|(i, line)| match i % 2 {
                0 => format!("{line}\n"),
                _ => line.replace("\"properties\": {", &format!("\"properties\": {{\"capacity\": {capacity}, ")) + "\n",
            });
            lines.collect()
        });
    }
    room
}

#[test]
fn plans_that_ask_for_more_than_covering_are_confirmed_and_refuted_when_damaged() {
    if !python() {
        return;
    }
    let mut demanded = 0;
    for more in [
        "second_station = 0.5",
        "each_county = 0.1",
        "each_county = 0.4",
        "each_county = 0.4\nsecond_station = 0.25",
        "each_county = 0.2\nfade = [{ times = 1.5, part = 0.5 }]",
        "first = \"worst_county\"",
        "first = \"worst_county\"\nsecond_station = 0.5",
        "capacity = true",
    ] {
        for sample in [false, true] {
            let room = plain_folder(sample);
            let dir = room.path().to_path_buf();
            edit(&dir, "plan.toml", |text| format!("{text}\n[objective]\n{more}\n"));
            let certificate = certificate_of(&dir);
            let said = confirmed(&dir, &certificate);
            let two = more.contains('\n');
            assert!(sample && two || said.contains("confirmed: optimal"), "{more}: {said}");
            let units = |c: &mut Value, key: &str, by: i64| c[key] = json!(c[key].as_i64().unwrap() + by);
            let mut damages: Vec<(&str, Damage)> = vec![
                ("more is said to be served", Box::new(move |c| units(c, "objective", 1_000_000))),
                ("both lower", Box::new(move |c| ["objective", "bound"].iter().for_each(|k| units(c, k, -1_000_000)))),
                ("a leaf is dropped", Box::new(|c| drop(c["nodes"].as_array_mut().unwrap().pop()))),
                ("no tree", Box::new(|c| c["nodes"] = json!([]))),
                ("fewer rows", Box::new(move |c| units(c, "rows", -1))),
                ("a site is left away", Box::new(|c| drop(c["chosen"].as_array_mut().unwrap().pop()))),
                (
                    "a bound below what is served",
                    Box::new(move |c| c["bound"] = json!(c["objective"].as_i64().unwrap() - 1)),
                ),
                (
                    "another status",
                    Box::new(|c| c["status"] = json!(["optimal", "feasible"][usize::from(c["status"] == "optimal")])),
                ),
                ("the root says that nothing is there", Box::new(|c| c["nodes"][0] = json!({ "close": "count" }))),
            ];
            if more.contains("county") {
                damages.push((
                    "a county that must reach more",
                    Box::new(|c| c["amounts"][0]["least"] = json!(1_u64 << 50)),
                ));
                damages.push(("a county less", Box::new(|c| drop(c["amounts"].as_array_mut().unwrap().pop()))));
            }
            if more.contains("each_county") {
                damages.push((
                    "another amount",
                    Box::new(|c| {
                        let least = c["amounts"][0]["least"].as_u64().unwrap();
                        c["amounts"][0]["least"] = json!(if least > 0 { least - 1 } else { 1 });
                    }),
                ));
            }
            if more.contains("first") {
                damages.push((
                    "the worst county is not spoken of",
                    Box::new(|c| drop(c.as_object_mut().unwrap().remove("worst"))),
                ));
                damages.push((
                    "amounts beyond all reach",
                    Box::new(|c| {
                        c["worst"]["more"].as_array_mut().unwrap().iter_mut().for_each(|m| *m = json!(1_u64 << 50));
                        c["worst"]["nodes"] = json!([{ "close": "count" }]);
                    }),
                ));
            }
            let demand = |m: &Value| m["demands"].as_array().is_some_and(|demands| !demands.is_empty());
            if let Some(at) = certificate["multipliers"].as_array().unwrap().iter().position(demand) {
                demanded += 1;
                damages.push((
                    "a demand of the other branch",
                    Box::new(move |c| {
                        let side = &mut c["multipliers"][at]["demands"][0][1];
                        *side = json!(["more", "fewer"][usize::from(*side == "more")]);
                    }),
                ));
                damages.push((
                    "amounts in other parts than what branches demand",
                    Box::new(move |c| c["multipliers"][at]["prices_of"] = json!(3)),
                ));
            }
            for (what, damage) in damages {
                let mut damaged = certificate.clone();
                damage(&mut damaged);
                let (status, said) = verdict(&dir, &damaged);
                assert!(status == Some(1) && said.contains("refuted: "), "{more}, {what}: {status:?} {said}");
            }
            // Another plan is another question, even where the hash is made to fit.
            let other = if more.starts_with("second") { "each_county = 0.1" } else { "second_station = 0.75" };
            edit(&dir, "plan.toml", |text| text.replace(more, other));
            let mut forged = certificate.clone();
            let sha256 = Sha256::digest(fs::read(dir.join("plan.toml")).unwrap());
            let hex: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
            forged["inputs"][0]["sha256"] = json!(hex);
            let (status, said) = verdict(&dir, &forged);
            assert!(status == Some(1) && !said.contains("sha256"), "{more}: {status:?} {said}");
        }
    }
    assert!(demanded > 0, "no tree of these priced what a branch demands");
}

/// Something done to a certificate of a model that sends everybody to a station, and what it is called.
fn damages_of_travel(median: bool) -> Vec<(&'static str, Damage)> {
    let add = |c: &mut Value, key: &str, share: f64| {
        let value = c[key].as_i64().unwrap();
        c[key] = json!(value + (value as f64 * share) as i64);
    };
    let prices = if median { "prices" } else { "multipliers" };
    let mut damages: Vec<(&str, Damage)> = vec![
        ("a smaller objective", Box::new(move |c| add(c, "objective", -0.001))),
        ("a larger objective", Box::new(move |c| add(c, "objective", 0.001))),
        ("both smaller", Box::new(move |c| ["objective", "bound"].iter().for_each(|k| add(c, k, -0.001)))),
        ("both larger", Box::new(move |c| ["objective", "bound"].iter().for_each(|k| add(c, k, 0.001)))),
        ("a bound that is lower than the status says", Box::new(move |c| add(c, "bound", -0.1))),
        ("another status", Box::new(|c| c["status"] = json!("feasible"))),
        ("a site is chosen twice", Box::new(|c| c["chosen"][1] = c["chosen"][0].clone())),
        ("an unknown site", Box::new(|c| c["chosen"][1] = json!("x"))),
        ("a site is left away", Box::new(|c| drop(c["chosen"].as_array_mut().unwrap().pop()))),
        ("one station more was asked for", Box::new(|c| c["question"]["stations"] = json!(99))),
        ("a forbidden site is used", Box::new(|c| c["question"]["forbid"] = json!([c["chosen"][1].clone()]))),
        ("nobody may go so far", Box::new(|c| c["question"]["within"] = json!(0.001))),
        ("a coarser unit", Box::new(|c| c["units_per_cost"] = json!(c["units_per_cost"].as_f64().unwrap() / 10.0))),
        ("a missing table", Box::new(|c| drop(c["inputs"].as_array_mut().unwrap().pop()))),
        ("a leaf is dropped", Box::new(|c| drop(c["nodes"].as_array_mut().unwrap().pop()))),
        ("the root says that nothing is there", Box::new(|c| c["nodes"][0] = json!({ "close": "count" }))),
        ("the root says that one choice is left", Box::new(|c| c["nodes"][0] = json!({ "close": "choice" }))),
        ("a tree that goes in circles", {
            Box::new(|c| c["nodes"][0] = json!({ "fix": 0, "taken": [], "left": [], "then": 0 }))
        }),
        ("a negative number", Box::new(move |c| c[prices][0]["parts"][0] = json!(-1))),
        ("a number is missing", Box::new(move |c| drop(c[prices][0]["parts"].as_array_mut().unwrap().pop()))),
    ];
    if median {
        damages.push(("another unit of weight", Box::new(|c| c["units_per_weight"] = json!(10.0))));
        // Of a center it may be no damage: multipliers of nothing prove that somebody has no site so near.
        damages.push(("prices of nothing", {
            Box::new(|c| {
                for m in c["prices"].as_array_mut().unwrap() {
                    m["parts"].as_array_mut().unwrap().iter_mut().for_each(|p| *p = json!(0));
                }
            })
        }));
        damages.push(("a denominator of nothing", Box::new(|c| c["prices"][0]["of"] = json!(0))));
    } else {
        damages.push(("fewer rows", Box::new(|c| c["rows"] = json!(c["rows"].as_i64().unwrap() - 1))));
    }
    damages
}

/// Given travel costs beside the tables: whole ones along a road, a tenth of the pairs out of reach.
fn with_times(room: &Path) {
    let along = |i: u64, times: u64| i * times % 9_973;
    let pairs = (0..500u64).flat_map(|d| (0..40u64).map(move |s| (d, s)));
    let cost = |(d, s): (u64, u64)| along(d + 1, 7_919).abs_diff(along(s + 1, 6_271)) / 10 + 5;
    let reached = pairs.filter(|(d, s)| !(d * 3 + s).is_multiple_of(10));
    let rows: String = reached.map(|(d, s)| format!("{s:03},{d:03},{}\n", cost((d, s)))).collect();
    fs::write(room.join("times.csv"), format!("site,demand,cost\n{rows}")).unwrap();
}

#[test]
fn certificates_of_medians_and_centers_are_confirmed_and_refuted_when_damaged() {
    if !python() {
        return;
    }
    for (more, damaged_too) in [
        ("p-median --stations 5", true),
        ("p-center --stations 5", true),
        ("p-median --stations 6 --metric planar", false),
        ("p-center --stations 6 --metric planar", true),
        ("p-median --stations 7 --counties counties.csv --budget 25 --spacing 1500 --open 003,011 --forbid 005", true),
        ("p-center --stations 7 --counties counties.csv --budget 25 --spacing 1500 --open 003,011 --forbid 005", false),
        ("p-median --stations 9 --times times.csv --within 900", false),
        ("p-center --stations 9 --times times.csv --within 900", false),
    ] {
        let (room, certificate) = asked(more);
        let said = confirmed(room.path(), &certificate);
        assert!(said.contains("confirmed: optimal") && said.contains("question: "), "{more}: {said}");
        if !damaged_too {
            continue;
        }
        for (what, damage) in damages_of_travel(more.starts_with("p-median")) {
            let mut damaged = certificate.clone();
            damage(&mut damaged);
            let (status, said) = verdict(room.path(), &damaged);
            assert!(status == Some(1) && said.contains("refuted: "), "{more}, {what}: {status:?} {said}");
        }
    }
}

/// 500 points and 100 sites of a plane.
fn of_500_by_100() -> TempDir {
    let at = |i: u64, times: u64| format!("{},{}", i * times % 9_973, i * (times + 271) % 9_967);
    let demand: String = (0..500).map(|i| format!("{i},{},1\n", at(i + 1, 7_919))).collect();
    let sites: String = (0..100).map(|i| format!("{i:02},{}\n", at(i + 1, 6_271))).collect();
    tables(&format!("id,x,y,weight\n{demand}"), &format!("id,x,y\n{sites}"))
}

#[test]
fn a_median_of_500_points_and_100_sites_is_closed_to_the_last_unit() {
    if !python() {
        return;
    }
    let room = of_500_by_100();
    let certificate = certified(room.path(), "p-median --stations 10 --metric planar");
    assert_eq!(certificate["bound"], certificate["objective"]);
    assert!(confirmed(room.path(), &certificate).contains("confirmed: optimal"));
}

#[test]
fn a_center_of_500_points_and_100_sites_has_a_short_tree_that_is_confirmed() {
    if !python() {
        return;
    }
    let room = of_500_by_100();
    let certificate = certified(room.path(), "p-center --stations 10 --metric planar");
    assert!(confirmed(room.path(), &certificate).contains("confirmed: optimal"));
    assert!(certificate["nodes"].as_array().unwrap().len() < 1000);
}
