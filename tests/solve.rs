//! `doorstep solve` as a person or a program drives it: small tables against brute force, every condition, every bad input.

use assert_cmd::Command;
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::Value;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// Tables in a folder of their own, and the arguments of one question.
struct Case {
    dir: TempDir,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        for (name, text) in files {
            fs::write(dir.path().join(name), text).expect("a table");
        }
        Self { dir }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, arguments: &str) -> assert_cmd::assert::Assert {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorstep"));
        command.current_dir(self.dir.path()).arg("solve").args(arguments.split_whitespace()).assert()
    }

    /// The answer as JSON, without what the clock says.
    fn answer(&self, arguments: &str, code: i32) -> Value {
        let run = self.run(&format!("{arguments} --json --lang en")).code(code);
        let mut answer: Value = serde_json::from_slice(&run.get_output().stdout).expect("JSON and nothing else");
        if let Some(object) = answer.as_object_mut() {
            object.remove("seconds");
        }
        answer
    }

    /// What stderr says of bad input.
    fn refused(&self, arguments: &str) -> String {
        let run = self.run(&format!("{arguments} --lang en")).code(2);
        assert!(run.get_output().stdout.is_empty());
        String::from_utf8(run.get_output().stderr.clone()).expect("UTF-8")
    }
}

const MCLP: &str = "mclp --demand demand.csv --sites sites.csv --metric planar";
const DEMAND: &str = "id,x,y,weight\na,0,0,5\nb,1,0,7\nc,4,0,11\nd,5,0,2\ne,9,9,100\n";
const SITES: &str = "id,x,y,cost,county\ns0,0,0,10,west\ns1,1,0,30,west\ns4,4,0,20,east\ns5,5,1,5,east\n";

fn small() -> Case {
    Case::new(&[("demand.csv", DEMAND), ("sites.csv", SITES)])
}

/// Numbers that look like chance.
fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % below
    }
}

#[test]
fn a_small_problem_is_answered_as_the_contract_says() {
    let answer = small().answer(&format!("{MCLP} --stations 2 --within 1"), 0);
    let expected = serde_json::json!({
        "model": "mclp", "status": "optimal", "objective": 25, "bound": 25, "gap": 0.0, "stations": ["s0", "s4"],
        "covered": { "weight": 25, "share": 0.2 },
        "problem": { "demand": 5, "sites": 4, "rows": 3, "columns": 4 },
        "plans": [],
    });
    assert_eq!(answer["stations"].as_array().map(Vec::len), Some(2));
    let mut answer = answer;
    // s0 and s1 cover the same.
    if answer["stations"][0] == "s1" {
        answer["stations"][0] = "s0".into();
    }
    assert_eq!(answer, expected);
}

#[test]
fn people_are_answered_in_their_language() {
    let case = small();
    for (lang, words) in [
        ("zh", ["覆盖 25，共 125（20.00%）", "站点（2）", "最优"]),
        ("en", ["Covered 25 of 125 (20.00%)", "Stations (2)", "optimal"]),
    ] {
        let run = case.run(&format!("{MCLP} --stations 2 --within 1 --lang {lang}")).code(0);
        let said = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
        assert!(words.iter().all(|w| said.contains(w)), "{said}");
    }
}

#[test]
fn random_problems_are_solved_to_the_value_of_brute_force_whatever_the_order_and_the_threads() {
    for seed in 1..=12 {
        let mut next = random(seed);
        let sites: Vec<(u64, u64, u64)> = (0..9).map(|_| (next(12), next(12), next(20))).collect();
        let demand: Vec<(u64, u64, u64)> = (0..40).map(|_| (next(12), next(12), next(50))).collect();
        let (within, stations) = (2 + next(3), 2 + next(3) as u32);
        let budget = 15 + next(40);
        let covers = |d: &(u64, u64, u64), s: &(u64, u64, u64)| {
            d.0.abs_diff(s.0).pow(2) + d.1.abs_diff(s.1).pow(2) <= within * within
        };
        let best = |admits: &dyn Fn(u32) -> bool| {
            (0u32..1 << sites.len())
                .filter(|mask| mask.count_ones() == stations && admits(*mask))
                .map(|mask| {
                    let reached = |d: &&(u64, u64, u64)| (0..9).any(|s| mask >> s & 1 == 1 && covers(d, &sites[s]));
                    demand.iter().filter(reached).map(|d| d.2).sum::<u64>()
                })
                .max()
        };
        let cost = |mask: u32| (0..9).filter(|s| mask >> s & 1 == 1).map(|s| sites[s].2).sum::<u64>();
        let table = |rows: &mut dyn Iterator<Item = String>| {
            rows.fold(String::new(), |mut t, row| {
                t += &row;
                t
            })
        };
        let sites_text = table(&mut sites.iter().enumerate().map(|(i, s)| format!("s{i},{},{},{}\n", s.0, s.1, s.2)));
        let demand_text = table(&mut demand.iter().enumerate().map(|(i, d)| format!("d{i},{},{},{}\n", d.0, d.1, d.2)));
        let backwards = |text: &str| text.lines().rev().fold(String::new(), |t, line| t + line + "\n");
        let case = Case::new(&[
            ("demand.csv", &format!("id,x,y,weight\n{demand_text}")),
            ("sites.csv", &format!("id,x,y,cost\n{sites_text}")),
            ("demand2.csv", &format!("id,x,y,weight\n{}", backwards(&demand_text))),
            ("sites2.csv", &format!("id,x,y,cost\n{}", backwards(&sites_text))),
        ]);
        let ask = format!("{MCLP} --stations {stations} --within {within}");
        let plain = case.answer(&ask, 0);
        assert_eq!(
            (plain["objective"].as_u64(), &plain["status"]),
            (best(&|_| true), &"optimal".into()),
            "seed {seed}"
        );
        let other = ask.replace("demand.csv", "demand2.csv").replace("sites.csv", "sites2.csv");
        assert_eq!(case.answer(&format!("{other} --threads 1"), 0), plain, "seed {seed}");
        let kept = case.answer(&format!("{ask} --open s3 --forbid s1,s4"), 0);
        assert_eq!(kept["objective"].as_u64(), best(&|m| m & 0b1000 != 0 && m & 0b10010 == 0), "seed {seed}");
        let Some(affordable) = best(&|m| cost(m) <= budget) else { continue };
        let bought = case.answer(&format!("{ask} --budget {budget}"), 0);
        assert_eq!(bought["objective"].as_u64(), Some(affordable), "seed {seed}, budget {budget}");
    }
}

#[test]
fn the_fewest_stations_are_as_few_as_brute_force_finds() {
    for seed in 21..=28 {
        let mut next = random(seed);
        let sites: Vec<(u64, u64)> = (0..9).map(|_| (next(12), next(12))).collect();
        let demand: Vec<(u64, u64, u64)> = (0..30).map(|_| (next(12), next(12), 1 + next(50))).collect();
        let within = 3 + next(3);
        let covered = |mask: u32| {
            let near = |d: &(u64, u64, u64), s: &(u64, u64)| {
                d.0.abs_diff(s.0).pow(2) + d.1.abs_diff(s.1).pow(2) <= within.pow(2)
            };
            let reached = |d: &&(u64, u64, u64)| (0..9).any(|s| mask >> s & 1 == 1 && near(d, &sites[s]));
            demand.iter().filter(reached).map(|d| d.2).sum::<u64>()
        };
        let fewest = |least: u64| (0u32..512).filter(|m| covered(*m) >= least).map(u32::count_ones).min();
        let rows = |of: &mut dyn Iterator<Item = String>| of.fold(String::new(), |t, row| t + &row);
        let case = Case::new(&[
            (
                "sites.csv",
                &format!(
                    "id,x,y\n{}",
                    rows(&mut sites.iter().enumerate().map(|(i, s)| format!("s{i},{},{}\n", s.0, s.1)))
                ),
            ),
            (
                "demand.csv",
                &format!(
                    "id,x,y,weight\n{}",
                    rows(&mut demand.iter().enumerate().map(|(i, d)| format!("d{i},{},{},{}\n", d.0, d.1, d.2)))
                ),
            ),
        ]);
        let ask =
            |model: &str| format!("{model} --demand demand.csv --sites sites.csv --metric planar --within {within}");
        let all = case.answer(&ask("set-cover"), 0);
        assert_eq!(
            (all["objective"].as_u64(), &all["status"]),
            (fewest(covered(511)).map(u64::from), &"optimal".into()),
            "seed {seed}"
        );
        assert_eq!(all["covered"]["weight"].as_u64(), Some(covered(511)), "seed {seed}");
        let total: u64 = demand.iter().map(|d| d.2).sum();
        let most = covered(511) * 10 / total;
        let part = case.answer(&ask(&format!("partial-cover --share 0.{}", most.min(9))), 0);
        let least = (most.min(9) * total).div_ceil(10);
        assert_eq!(part["objective"].as_u64(), fewest(least).map(u64::from), "seed {seed}");
        if covered(511) < total {
            let none = case.answer(&ask("partial-cover --share 1"), 1);
            assert!(none["why"].as_str().is_some_and(|why| why.contains(&covered(511).to_string())), "{none}");
        }
    }
}

#[test]
fn travel_is_as_short_as_brute_force_finds() {
    for seed in 31..=36 {
        let mut next = random(seed);
        let times: Vec<Vec<Option<u64>>> =
            (0..12).map(|_| (0..7).map(|_| Some(1 + next(40)).filter(|_| next(8) > 0)).collect()).collect();
        let weights: Vec<u64> = (0..12).map(|_| 1 + next(9)).collect();
        let (mut demand, mut pairs) = ("id,weight\n".to_owned(), "site,demand,cost\n".to_owned());
        for (d, row) in times.iter().enumerate() {
            writeln!(demand, "d{d},{}", weights[d]).expect("text");
            for (s, cost) in row.iter().enumerate() {
                cost.iter().for_each(|cost| writeln!(pairs, "s{s},d{d},{cost}").expect("text"));
            }
        }
        let sites = (0..7).fold("id\n".to_owned(), |t, s| t + &format!("s{s}\n"));
        let case = Case::new(&[("demand.csv", &demand), ("sites.csv", &sites), ("times.csv", &pairs)]);
        let nearest = |mask: u32, d: usize| (0..7).filter(|s| mask >> s & 1 == 1).filter_map(|s| times[d][s]).min();
        let best = |value: &dyn Fn(u32) -> Option<u64>| {
            (0u32..128).filter(|m| m.count_ones() == 3 && m & 0b101 == 0b100).filter_map(value).min()
        };
        let ask = "--demand demand.csv --sites sites.csv --times times.csv --stations 3 --open s2 --forbid s0";
        let total = best(&|m| (0..12).map(|d| nearest(m, d).map(|c| c * weights[d])).sum());
        let worst = best(&|m| (0..12).map(|d| nearest(m, d)).try_fold(0, |w, c| c.map(|c| w.max(c))));
        for (model, best) in [("p-median", total), ("p-center", worst)] {
            let answer = case.answer(&format!("{model} {ask}"), i32::from(best.is_none()));
            let status = if best.is_some() { "optimal" } else { "infeasible" };
            assert_eq!(
                (answer["objective"].as_u64(), &answer["status"]),
                (best, &status.into()),
                "{model}, seed {seed}"
            );
        }
        let short = case.answer(&format!("p-center {ask} --within 0.5"), 1);
        assert!(short["why"].as_str().is_some_and(|why| why.contains("demand point d0")), "{short}");
    }
}

#[test]
fn given_travel_costs_are_used_instead_of_coordinates() {
    let case = Case::new(&[
        ("demand.csv", "id,weight\na,5\nb,7\nc,1\n"),
        ("sites.csv", "id\nnear\nfar\n"),
        ("times.csv", "site,demand,seconds\nnear,a,300\nnear,b,901\nfar,b,900\nfar,c,10\n"),
    ]);
    let ask = "mclp --demand demand.csv --sites sites.csv --times times.csv --stations 1 --within";
    let at = |within: &str| case.answer(&format!("{ask} {within}"), 0);
    assert_eq!((&at("900")["objective"], &at("900")["stations"][0]), (&8.into(), &"far".into()));
    assert_eq!((&at("901")["objective"], &at("901")["stations"][0]), (&12.into(), &"near".into()));
    assert_eq!(at("0")["objective"], 0);
}

#[test]
fn degrees_are_measured_on_the_ellipsoid() {
    // One degree of latitude at the equator is 110,574 m, of longitude 111,319 m.
    let case = Case::new(&[
        ("demand.csv", "\u{feff}id,lon,lat,weight\r\nn,10,1,1\r\ne,11,0,2\r\n"),
        ("sites.csv", "id,lon,lat\ns,10,0\n"),
    ]);
    let at = |r: &str| {
        case.answer(&format!("mclp --demand demand.csv --sites sites.csv --stations 1 --within {r}"), 0)["objective"]
            .clone()
    };
    assert_eq!([at("110574"), at("110575"), at("111320")], [0, 1, 3].map(Value::from));
}

#[test]
fn weights_with_decimals_are_counted_exactly() {
    let case = Case::new(&[
        ("demand.csv", "id,x,y,weight\na,0,0,0.1\nb,0,0,0.2\nc,9,9,1e-3\n"),
        ("sites.csv", "id,x,y\ns,0,0\n"),
    ]);
    let answer = case.answer(&format!("{MCLP} --stations 1 --within 1"), 0);
    assert_eq!((answer["objective"].as_f64(), &answer["status"]), (Some(0.3), &"optimal".into()));
}

#[test]
fn counties_and_spacing_are_kept_and_existing_stations_cost_nothing_and_may_stand_close() {
    let case = small();
    fs::write(case.file("counties.csv"), "county,min,max\nwest,2,\neast,,1\n").expect("a table");
    let ask = |more: &str| format!("{MCLP} --within 1 {more}");
    let answer = case.answer(&ask("--stations 3 --counties counties.csv"), 0);
    assert_eq!(answer["stations"], serde_json::json!(["s0", "s1", "s4"]));
    let spaced = case.answer(&ask("--stations 2 --spacing 2 --forbid s4"), 0);
    assert_eq!((&spaced["objective"], &spaced["stations"][1]), (&14.into(), &"s5".into()));
    let close = case.answer(&ask("--stations 2 --spacing 2 --open s0,s1 --budget 0"), 0);
    assert_eq!((&close["objective"], &close["status"]), (&12.into(), &"optimal".into()));
    let poor = case.answer(&ask("--stations 2 --open s1 --budget 5"), 0);
    assert_eq!(poor["stations"], serde_json::json!(["s1", "s5"]));
}

#[test]
fn conditions_that_conflict_are_explained_with_exit_code_1() {
    let case = small();
    fs::write(case.file("counties.csv"), "county,min,max\nwest,2,2\neast,2,2\n").expect("a table");
    for (more, why) in [
        ("--stations 5", "only 4"),
        ("--stations 3 --forbid s0,s1", "only 2"),
        ("--stations 3 --counties counties.csv", "4 new stations"),
        ("--stations 2 --budget 14.99", "15.00"),
        ("--stations 1 --open s0,s1", "2 new stations"),
    ] {
        let answer = case.answer(&format!("{MCLP} --within 1 {more}"), 1);
        assert_eq!((&answer["status"], &answer["objective"]), (&"infeasible".into(), &Value::Null), "{more}");
        let said = answer["why"].as_str().expect("a reason");
        assert!(said.contains(why), "{more}: {said}");
        let run = case.run(&format!("{MCLP} --within 1 {more} --lang zh")).code(1);
        assert!(run.get_output().stdout.is_empty());
        assert!(String::from_utf8_lossy(&run.get_output().stderr).starts_with("没有可行方案："));
    }
}

#[test]
fn every_fault_of_every_table_is_listed_with_file_line_column_and_value() {
    let case = Case::new(&[
        ("demand.csv", "id,x,y,weight\na,0,0,-1\na,1,nan,2\n,1,1,1e400\nb,here,1\n\"c\",1,1,\n"),
        ("sites.csv", "id,x,cost,x\ns,0,1,2\n"),
    ]);
    let said = case.refused(&format!("{MCLP} --stations 1 --within 1"));
    for fault in [
        "demand.csv: line 2, field weight = \"-1\": the number is not allowed here",
        "demand.csv: line 3, field id = \"a\": data row 1 has the same id",
        "demand.csv: line 3, field y = \"nan\": the number is not allowed here",
        "demand.csv: line 4, field id: it is empty",
        "demand.csv: line 4, field weight = \"1e400\": the number is not allowed here",
        "demand.csv: line 5, \"b\": the row has 3 fields but there are 4 headings",
        "demand.csv: line 6, field weight = \"\": not a number",
        "sites.csv: field y: the column is missing",
        "sites.csv: field x: two columns have this name or meaning",
    ] {
        assert!(said.contains(fault), "{fault}\nis not in\n{said}");
    }
    let json = case.answer(&format!("{MCLP} --stations 1 --within 1"), 2);
    assert_eq!((&json["ok"], json["faults"].as_array().map(Vec::len)), (&false.into(), Some(said.lines().count())));
}

#[test]
fn travel_costs_and_counties_must_fit_the_other_tables() {
    let case = small();
    let times = "site,demand,cost\ns0,a,1\ns9,a,1\ns0,z,1\ns1,a,-2\ns1,b,inf\ns0,a,3\n";
    fs::write(case.file("times.csv"), times).expect("a table");
    fs::write(case.file("counties.csv"), "county,min,max\nwest,3,2\nwset,0,1\nwest,1,1.5\n").expect("a table");
    let ask = "mclp --demand demand.csv --sites sites.csv --stations 1 --within 1";
    let said = case.refused(&format!("{ask} --times times.csv --counties counties.csv"));
    for fault in [
        "times.csv: line 3, field site = \"s9\": sites.csv has no such id",
        "times.csv: line 4, field demand = \"z\": demand.csv has no such id",
        "times.csv: line 5, field cost = \"-2\": the number is not allowed here",
        "times.csv: line 6, field cost = \"inf\": the number is not allowed here",
        "times.csv: line 7, field site = \"s0\", \"a\": data row 1 is about the same pair",
        "counties.csv: line 2, field min = 3: the minimum exceeds the maximum of 2",
        "counties.csv: line 3, field county = \"wset\": no site is in this county",
        "Did you mean \"west\"?",
        "counties.csv: line 4, field max = \"1.5\": the number is not allowed here",
        "counties.csv: line 4, field county = \"west\": data row 1 has the same id",
    ] {
        assert!(said.contains(fault), "{fault}\nis not in\n{said}");
    }
}

#[test]
fn files_that_are_no_tables_are_refused_by_name() {
    let case = small();
    fs::write(case.file("empty.csv"), "").expect("a table");
    fs::write(case.file("headings.csv"), "id,x,y,weight\n").expect("a table");
    fs::write(case.file("wide.csv"), b"\xff\xfei\0d\0").expect("a table");
    fs::write(case.file("gbk.csv"), b"id,x,y,weight\n\xb4\xf3,0,0,1\n").expect("a table");
    fs::write(case.file("demand.xls"), "id").expect("a table");
    fs::create_dir(case.file("folder.csv")).expect("a folder");
    for (name, fault) in [
        ("empty.csv", "no rows"),
        ("headings.csv", "no rows"),
        ("wide.csv", "UTF-16"),
        ("gbk.csv", "not UTF-8"),
        ("demand.xls", "unknown kind of table"),
        ("folder.csv", "not a regular file"),
        ("nowhere.csv", "cannot be read"),
    ] {
        let said = case.refused(&format!("{MCLP} --stations 1 --within 1").replace("demand.csv", name));
        assert!(said.starts_with(name) && said.contains(fault), "{name}: {said}");
    }
    let far = Case::new(&[("demand.csv", "id,x,y,weight\na,50.4,124.1,1\n"), ("sites.csv", SITES)]);
    let said = far.refused("mclp --demand demand.csv --sites sites.csv --stations 1 --within 1");
    assert!(said.contains("line 2, field y = \"124.1\""), "{said}");
}

/// Writes a Parquet file: a schema, and per column its values, `None` for null.
fn parquet(path: &Path, schema: &str, write: impl Fn(usize, &mut SerializedColumnWriter<'_>)) {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let codec = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let file = File::create(path).expect("a file");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(codec)).expect("a writer");
    for _ in 0..2 {
        let mut group = writer.next_row_group().expect("a row group");
        let mut index = 0;
        while let Some(mut column) = group.next_column().expect("a column") {
            write(index, &mut column);
            column.close().expect("a whole column");
            index += 1;
        }
        group.close().expect("a whole group");
        if path.ends_with("demand.parquet") {
            break;
        }
    }
    writer.close().expect("a whole file");
}

#[test]
fn parquet_tables_say_the_same_as_csv_and_their_faults_name_the_row() {
    let case = small();
    let schema = "message t { REQUIRED INT64 id; OPTIONAL DOUBLE x; REQUIRED FLOAT y; OPTIONAL INT32 weight; \
                  REQUIRED BYTE_ARRAY note (UTF8); }";
    let write = |nulls: bool| {
        move |index: usize, column: &mut SerializedColumnWriter<'_>| {
            let levels: &[i16] = if nulls { &[1, 0, 1] } else { &[1, 1, 1] };
            let (x, weight): (&[f64], &[i32]) =
                if nulls { (&[0.0, 4.0], &[5, -7]) } else { (&[0.0, 1.0, 4.0], &[5, 7, 11]) };
            let written = match index {
                0 => column.typed::<Int64Type>().write_batch(&[1, 2, 3], None, None),
                1 => column.typed::<DoubleType>().write_batch(x, Some(levels), None),
                2 => column.typed::<FloatType>().write_batch(&[0.0, 0.0, 0.0], None, None),
                3 => column.typed::<Int32Type>().write_batch(weight, Some(levels), None),
                _ => column.typed::<ByteArrayType>().write_batch(&["a".into(), "b".into(), "c".into()], None, None),
            };
            written.expect("values");
        }
    };
    parquet(&case.file("demand.parquet"), schema, write(false));
    let ask = |demand: &str| format!("{MCLP} --stations 2 --within 1").replace("demand.csv", demand);
    let answer = case.answer(&ask("demand.parquet"), 0);
    assert_eq!((&answer["objective"], &answer["problem"]["demand"]), (&23.into(), &3.into()));

    parquet(&case.file("twice.parquet"), schema, write(true));
    let said = case.refused(&ask("twice.parquet"));
    for fault in [
        "twice.parquet: feature 1, field x: not a number",
        "twice.parquet: feature 2, field weight = -7: the number is not allowed here",
        "twice.parquet: feature 3, field id = \"1\": data row 1 has the same id",
    ] {
        assert!(said.contains(fault), "{fault}\nis not in\n{said}");
    }
    fs::write(case.file("broken.parquet"), "PAR1 and no more").expect("a file");
    assert!(case.refused(&ask("broken.parquet")).contains("cannot be read as a table"));
    let dates =
        "message t { REQUIRED INT32 id (DATE); REQUIRED DOUBLE x; REQUIRED DOUBLE y; REQUIRED BOOLEAN weight; }";
    parquet(&case.file("dates.parquet"), dates, |index, column| {
        match index {
            0 => column.typed::<Int32Type>().write_batch(&[1], None, None),
            3 => column.typed::<BoolType>().write_batch(&[true], None, None),
            _ => column.typed::<DoubleType>().write_batch(&[1.0], None, None),
        }
        .expect("values");
    });
    let said = case.refused(&ask("dates.parquet"));
    assert!(
        said.contains("field id: the column is of type INT32")
            && said.contains("field weight: the column is of type BOOLEAN"),
        "{said}"
    );
}

#[test]
fn a_wrong_command_line_ends_with_exit_code_2() {
    let case = small();
    for more in [
        "--stations 1 --within -1",
        "--stations 1 --within nan",
        "--stations x --within 1",
        "--within 1",
        "--stations 1",
        "--stations 1 --within 1 --gap -1",
        "--stations 1 --within 1 --open s0 --forbid s0",
        "--stations 1 --within 1 --times times.csv --spacing 1",
    ] {
        case.refused(&format!("{MCLP} {more}"));
    }
    let said = case.refused(&format!("{MCLP} --stations 1 --within 1 --open s0,s7 --forbid x"));
    assert!(said.contains("s7, x"), "{said}");
}

#[test]
fn a_search_that_the_clock_ends_says_feasible_with_a_bound_that_holds_or_optimal() {
    let mut next = random(99);
    let mut point = || format!("{}.{:03},{}.{:03}", next(30), next(1000), next(30), next(1000));
    let (mut demand, mut sites) = ("id,x,y,weight\n".to_owned(), "id,x,y\n".to_owned());
    for i in 0..3000 {
        writeln!(demand, "d{i},{},{}", point(), i % 97 + 1).expect("text");
    }
    for i in 0..300 {
        writeln!(sites, "s{i},{}", point()).expect("text");
    }
    let case = Case::new(&[("demand.csv", &demand), ("sites.csv", &sites)]);
    let ask = format!("{MCLP} --stations 12 --within 4");
    let stopped = case.answer(&format!("{ask} --time-limit 0"), 0);
    let (objective, bound) = (stopped["objective"].as_u64().expect("units"), stopped["bound"].as_u64().expect("units"));
    assert!(objective > 0 && bound >= objective);
    assert_eq!(stopped["status"] == "optimal", bound == objective);
    let near = case.answer(&format!("{ask} --gap 0.2"), 0);
    assert!(near["gap"].as_f64().is_some_and(|gap| gap <= 0.2));
    assert!(near["bound"].as_u64() >= Some(objective), "a bound holds for every choice");
    assert_eq!(case.answer(&format!("{ask} --gap 0.2 --threads 1"), 0), near);
}

/// Tables, sites with x, y and room, demand with x, y and weight.
type Crowd = (Case, Vec<(u64, u64, Option<u64>)>, Vec<(u64, u64, u64)>);

/// Seven sites and a dozen places on a small grid, with capacities; and what is served by any choice, by cuts.
fn crowded(seed: u64) -> Crowd {
    let mut next = random(seed);
    let sites: Vec<(u64, u64, Option<u64>)> =
        (0..7).map(|i| (next(10), next(10), (i % 4 > 0).then(|| next(60)))).collect();
    let demand: Vec<(u64, u64, u64)> = (0..14).map(|_| (next(10), next(10), 1 + next(30))).collect();
    let mut tables = ("id,x,y,capacity\n".to_owned(), "id,x,y,weight\n".to_owned());
    for (i, (x, y, room)) in sites.iter().enumerate() {
        writeln!(tables.0, "s{i},{x},{y},{}", room.map_or(String::new(), |r| r.to_string())).expect("text");
    }
    for (i, (x, y, weight)) in demand.iter().enumerate() {
        writeln!(tables.1, "d{i},{x},{y},{weight}").expect("text");
    }
    (Case::new(&[("sites.csv", &tables.0), ("demand.csv", &tables.1)]), sites, demand)
}

fn near(a: (u64, u64), b: (u64, u64), reach: u64) -> bool {
    a.0.abs_diff(b.0).pow(2) + a.1.abs_diff(b.1).pow(2) <= reach * reach
}

#[test]
fn room_second_stations_and_farther_reaches_count_as_brute_force_says() {
    for seed in 41..=48 {
        let (case, sites, demand) = crowded(seed);
        let stations: Vec<u32> = (0u32..128).filter(|m| m.count_ones() == 3).collect();
        let reached = |mask: u32, d: &(u64, u64, u64), reach: u64| {
            (0..7)
                .filter(|&s| mask >> s & 1 == 1 && near((d.0, d.1), (sites[s].0, sites[s].1), reach))
                .collect::<Vec<_>>()
        };
        let served = |mask: u32| {
            let chosen: Vec<usize> = (0..7).filter(|s| mask >> s & 1 == 1).collect();
            let cut = |full: u32| {
                let is_full = |s: usize| full >> s & 1 == 1;
                let rooms: u64 = chosen.iter().filter(|&&s| is_full(s)).map(|&s| sites[s].2.unwrap_or(1 << 30)).sum();
                let rest = demand.iter().filter(|d| reached(mask, d, 4).iter().any(|&s| !is_full(s)));
                rooms + rest.map(|d| d.2).sum::<u64>()
            };
            (0u32..128).filter(|full| full & !mask == 0).map(cut).min().expect("the empty cut")
        };
        let twice = |mask: u32| demand.iter().map(|d| d.2 * [0, 4, 5][reached(mask, d, 4).len().min(2)]).sum::<u64>();
        let faded = |mask: u32| {
            let part = |d: &(u64, u64, u64)| match () {
                () if !reached(mask, d, 3).is_empty() => 4,
                () if !reached(mask, d, 5).is_empty() => 2,
                () if !reached(mask, d, 7).is_empty() => 1,
                () => 0,
            };
            demand.iter().map(|d| d.2 * part(d)).sum::<u64>()
        };
        let best = |value: &dyn Fn(u32) -> u64| stations.iter().map(|&m| value(m)).max().map(|v| v as f64);
        let ask = |more: &str| case.answer(&format!("{MCLP} --stations 3 {more}"), 0);
        let full = ask("--within 4 --capacity");
        assert_eq!((full["objective"].as_f64(), &full["status"]), (best(&served), &"optimal".into()), "seed {seed}");
        assert!(full["covered"]["weight"].as_f64() >= full["objective"].as_f64(), "{full}");
        let backed = ask("--within 4 --backup 0.25");
        assert_eq!(backed["objective"].as_f64(), best(&twice).map(|v| v / 4.0), "seed {seed}");
        let fading = ask("--within 3 --fade 5:0.5,7:0.25");
        assert_eq!(fading["objective"].as_f64(), best(&faded).map(|v| v / 4.0), "seed {seed}");
        assert_eq!([&backed["status"], &fading["status"]], ["optimal", "optimal"], "seed {seed}");
        assert_eq!(case.answer(&format!("{MCLP} --stations 3 --within 4 --capacity --threads 1"), 0), full);
    }
}

#[test]
fn near_plans_fixed_points_and_replacements_are_listed() {
    let (case, sites, demand) = crowded(51);
    let covered = |mask: u32| {
        let reached =
            |d: &&(u64, u64, u64)| (0..7).any(|s| mask >> s & 1 == 1 && near((d.0, d.1), (sites[s].0, sites[s].1), 3));
        demand.iter().filter(reached).map(|d| d.2).sum::<u64>()
    };
    let choices: Vec<u32> = (0u32..128).filter(|m| m.count_ones() == 3).collect();
    let best = choices.iter().map(|&m| covered(m)).max().expect("choices");
    let close: Vec<u32> = choices.iter().copied().filter(|&m| covered(m) as f64 >= best as f64 * 0.85).collect();
    let answer = case.answer(&format!("{MCLP} --stations 3 --within 3 --near 0.15 --plans 50"), 0);
    let plans = answer["plans"].as_array().expect("plans");
    assert_eq!((plans.len(), &answer["near"]["extent"]), (close.len(), &"all".into()), "{answer}");
    assert_eq!(plans[0]["objective"].as_u64(), Some(best));
    for site in answer["stations"].as_array().expect("stations") {
        let number: u32 = site.as_str().expect("an id")[1..].parse().expect("a number");
        let fixed = close.iter().all(|m| m >> number & 1 == 1);
        let listed = &answer["near"][if fixed { "fixed" } else { "exchangeable" }];
        assert!(listed.as_array().expect("ids").contains(site), "{site}: {answer}");
        let without = choices.iter().filter(|m| *m >> number & 1 == 0).map(|&m| covered(m)).max().expect("others");
        let refused = answer["near"]["refused"].as_array().expect("a list");
        let loss = refused.iter().find(|r| r["station"] == *site).expect("every station")["loss"].as_u64();
        assert_eq!(loss, Some(best - without), "{site}");
    }
    let few = case.answer(&format!("{MCLP} --stations 3 --within 3 --near 0.15 --plans 1"), 0);
    assert_eq!(few["plans"].as_array().map(Vec::len), Some(1));
    for (lang, words) in [("zh", ["固定点", "相差 15% 以内"]), ("en", ["Fixed:", "Plans within 15%"])] {
        let run = case.run(&format!("{MCLP} --stations 3 --within 3 --near 0.15 --lang {lang}")).code(0);
        let said = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
        assert!(words.iter().all(|w| said.contains(w)), "{said}");
    }
}

#[test]
fn every_model_stops_by_the_clock_and_at_a_gap_with_a_bound_that_holds() {
    let mut next = random(7);
    let mut point = || format!("{}.{:03},{}.{:03}", next(30), next(1000), next(30), next(1000));
    let (mut demand, mut sites) = ("id,x,y,weight\n".to_owned(), "id,x,y\n".to_owned());
    for i in 0..400 {
        writeln!(demand, "d{i},{},{}", point(), i % 97 + 1).expect("text");
    }
    for i in 0..60 {
        writeln!(sites, "s{i},{}", point()).expect("text");
    }
    let case = Case::new(&[("demand.csv", &demand), ("sites.csv", &sites)]);
    let tables = "--demand demand.csv --sites sites.csv --metric planar";
    for model in [
        "p-median --stations 6",
        "p-center --stations 6",
        "set-cover --within 6",
        "partial-cover --within 5 --share 0.8",
        "mclp --stations 6 --within 4 --backup 0.5",
    ] {
        let whole = case.answer(&format!("{model} {tables}"), 0);
        assert_eq!(whole["status"], "optimal", "{model}");
        let best = whole["objective"].as_f64().expect("a number");
        let near = case.answer(&format!("{model} {tables} --gap 0.2"), 0);
        assert!(near["gap"].as_f64().is_some_and(|gap| gap <= 0.2), "{model}: {near}");
        let run = case.run(&format!("{model} {tables} --time-limit 0 --json --lang en"));
        let stopped: Value = serde_json::from_slice(&run.get_output().stdout).expect("JSON");
        let most = model.starts_with("mclp");
        for answer in [&near, &stopped] {
            // A search that is stopped before it has a choice says so.
            if answer["status"] == "infeasible" {
                assert!(answer["why"].as_str().is_some_and(|why| why.contains("not exhaustive")), "{model}: {answer}");
                continue;
            }
            let (objective, bound) =
                (answer["objective"].as_f64().expect("a number"), answer["bound"].as_f64().expect("a number"));
            let (low, high) = if most { (objective, bound) } else { (bound, objective) };
            assert!(low <= best + 1e-6 && best <= high + 1e-6, "{model}: {low} {best} {high}");
        }
    }
}

#[test]
fn what_one_model_cannot_keep_or_two_wishes_that_do_not_go_together_are_refused() {
    let case = small();
    let tables = "--demand demand.csv --sites sites.csv --metric planar";
    for ask in [
        format!("set-cover {tables} --within 1 --certificate c.json --budget 9"),
        format!("partial-cover {tables} --within 1 --share 0.5 --certificate c.json --spacing 1"),
        format!("p-center {tables} --stations 1 --budget -1"),
        format!("p-median {tables} --stations 1 --spacing far"),
        format!("p-median {tables} --stations 1 --within nan"),
        format!("p-median {tables} --stations -1"),
        format!("p-center {tables} --stations 1 --forbid nobody"),
        format!("p-median {tables} --stations 1 --counties nowhere.csv"),
        format!("set-cover {tables} --within 1 --capacity"),
        format!("partial-cover {tables} --within 1 --share 0.5 --backup 0.5"),
        format!("mclp {tables} --within 1 --stations 1 --capacity --backup 0.5"),
        format!("mclp {tables} --within 1 --stations 1 --capacity --fade 2:0.5"),
        format!("mclp {tables} --within 1 --stations 1 --fade 0.5:0.5"),
        format!("mclp {tables} --within 1 --stations 1 --fade 2:0.5,3:0.6"),
        format!("mclp {tables} --within 1 --stations 1 --fade 2:1"),
        format!("mclp {tables} --within 1 --stations 1 --fade two"),
        format!("mclp {tables} --within 1 --stations 1 --backup 1.5"),
        format!("mclp {tables} --within 1 --stations 1 --near -0.1"),
        format!("mclp {tables} --within 1 --stations 1 --near 0.1 --plans 0"),
        format!("mclp {tables} --within 1 --stations 1 --plans 3"),
    ] {
        assert!(!case.refused(&ask).is_empty(), "{ask}");
    }
}

#[test]
fn travel_keeps_budget_spacing_and_counties_or_says_what_conflicts() {
    let case = small();
    fs::write(case.file("counties.csv"), "county,min,max\nwest,0,0\n").expect("a table");
    fs::write(case.file("many.csv"), "county,min,max\nwest,2,2\neast,2,2\n").expect("a table");
    for model in ["p-median", "p-center"] {
        let ask = format!("{model} --demand demand.csv --sites sites.csv --metric planar");
        for (more, stations) in [
            ("--stations 2 --budget 15", ["s0", "s5"]),
            ("--stations 2 --spacing 5", ["s0", "s5"]),
            ("--stations 2 --counties counties.csv", ["s4", "s5"]),
            ("--stations 2 --budget 5 --open s0", ["s0", "s5"]),
            ("--stations 2 --spacing 3 --open s4,s5", ["s4", "s5"]),
        ] {
            let answer = case.answer(&format!("{ask} {more}"), 0);
            assert_eq!(answer["stations"], serde_json::json!(stations), "{model} {more}");
            assert_eq!(answer["status"], "optimal", "{model} {more}");
        }
        for (more, why) in [
            ("--stations 5", "only 4"),
            ("--stations 2 --budget 14.99", "15.00"),
            ("--stations 3 --spacing 4", ""),
            ("--stations 3 --counties many.csv", "4 new stations"),
            ("--stations 1 --open s0,s1", "2 new stations"),
            ("--stations 3 --within 2", "e reaches no site"),
        ] {
            let answer = case.answer(&format!("{ask} {more}"), 1);
            assert_eq!(answer["status"], "infeasible", "{model} {more}");
            let said = answer["why"].as_str().expect("a reason");
            assert!(!said.is_empty() && said.contains(why), "{model} {more}: {said}");
        }
    }
}

#[test]
fn sites_that_cover_nothing_and_costs_that_are_no_money_are_met_with_an_answer_or_a_fault() {
    let case = Case::new(&[
        ("demand.csv", "id,x,y,weight\na,0,0,5\nb,1,0,0\n"),
        ("sites.csv", "id,x,y,cost\ns,90,90,-3\nt,80,80,inf\n"),
        ("free.csv", "id,x,y\ns,90,90\nt,80,80\n"),
    ]);
    for model in
        ["mclp --stations 1 --within 1", "set-cover --within 1", "p-median --stations 1", "p-center --stations 1"]
    {
        let said = case.refused(&format!("{model} --demand demand.csv --sites sites.csv --metric planar --budget 9"));
        assert!(said.contains("sites.csv: line 2, field cost = \"-3\""), "{model}: {said}");
        assert!(said.contains("sites.csv: line 3, field cost = \"inf\""), "{model}: {said}");
    }
    let nothing = case.answer("mclp --stations 1 --within 1 --demand demand.csv --sites free.csv --metric planar", 0);
    assert_eq!((&nothing["objective"], &nothing["status"]), (&0.into(), &"optimal".into()));
    let nothing = case.answer("set-cover --within 1 --demand demand.csv --sites free.csv --metric planar", 0);
    assert_eq!((&nothing["objective"], &nothing["stations"]), (&0.into(), &serde_json::json!([])));
}

#[test]
fn demand_that_no_site_reaches_is_nothing_in_one_model_and_a_reason_in_another() {
    let case = Case::new(&[
        ("demand.csv", "id,x,y,weight\na,0,0,5\nb,1,0,7\n"),
        ("sites.csv", "id,x,y,capacity\ns,9,9,3\nt,8,8,\n"),
    ]);
    let tables = "--demand demand.csv --sites sites.csv --metric planar --within 1";
    for more in ["", "--capacity", "--backup 0.5", "--fade 2:0.5", "--near 0.1"] {
        let answer = case.answer(&format!("mclp {tables} --stations 1 {more}"), 0);
        assert_eq!((&answer["objective"], &answer["status"]), (&0.into(), &"optimal".into()), "{more}");
    }
    assert_eq!(case.answer(&format!("set-cover {tables}"), 0)["objective"], 0);
    for model in ["partial-cover --share 0.5", "p-median --stations 1", "p-center --stations 1"] {
        let answer = case.answer(&format!("{model} {tables}"), 1);
        assert_eq!(answer["status"], "infeasible", "{model}");
        assert!(answer["why"].as_str().is_some_and(|why| why.len() > 20), "{model}: {answer}");
    }
    for model in ["mclp --within 1", "p-median", "p-center"] {
        let ask = format!("{model} --demand demand.csv --sites sites.csv --metric planar --stations 3");
        let why = case.answer(&ask, 1)["why"].to_string();
        assert!(why.contains("only 2"), "{model}: {why}");
    }
    for (column, value) in [("weight", "-1"), ("weight", "inf"), ("weight", "NaN")] {
        fs::write(case.file("bad.csv"), format!("id,x,y,weight\na,0,0,{value}\n")).expect("a table");
        for model in [
            "mclp --stations 1",
            "set-cover",
            "partial-cover --share 0.5",
            "p-median --stations 1",
            "p-center --stations 1",
        ] {
            let said = case.refused(&format!("{model} {}", tables.replace("demand.csv", "bad.csv")));
            assert!(said.contains(column) && said.contains("bad.csv: line 2"), "{model}: {said}");
        }
    }
    for (column, value) in [("cost", "-1"), ("cost", "inf"), ("capacity", "-3"), ("capacity", "nan")] {
        fs::write(case.file("bad.csv"), format!("id,x,y,{column}\ns,0,0,{value}\n")).expect("a table");
        let said = case.refused(&format!("mclp --stations 1 {}", tables.replace("sites.csv", "bad.csv")));
        assert!(said.contains(column) && said.contains("bad.csv: line 2"), "{said}");
    }
}
