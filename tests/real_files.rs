//! The files that people have: a table of bad ones with what each must say, and the path of a planner who has no GeoJSON.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const PLAN: &str = "name = \"试点方案\"\nlang = \"zh\"\ntarget = 2\n[[circle]]\nminutes = 15\nmode = \"walk\"\n";
const RESIDENCES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[122.53,52.97]},"properties":{"id":"R1","population":120}}]}"#;

fn doorstep(args: &[&str]) -> (Option<i32>, String, String) {
    let out = Command::cargo_bin("doorstep").expect("the program").args(args).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (out.status.code(), text(out.stdout), text(out.stderr))
}

fn done(args: &[&str]) -> String {
    let (code, out, err) = doorstep(args);
    assert_eq!(code, Some(0), "{args:?}: {err}");
    out
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Puts a file of the table, and those that belong to it, into a folder under the name it has there.
fn place(from: &Path, dir: &Path, name: &str) {
    fs::copy(from, dir.join(name)).expect("copied");
    for suffix in ["dbf", "prj", "cpg"] {
        let beside = from.with_extension(suffix);
        if from.extension().is_some_and(|e| e == "shp") && beside.is_file() {
            fs::copy(beside, dir.join(name).with_extension(suffix)).expect("copied");
        }
    }
}

#[test]
fn every_bad_file_of_the_table_says_what_the_table_says_with_its_exit_code() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_input");
    let table = fs::read_to_string(here.join("cases.tsv")).expect("the table");
    let (mut wrong, mut cases) = (Vec::new(), 0);
    for line in table.lines().skip(1) {
        let [file, name, plan, exit, says] = line.split('\t').collect::<Vec<_>>().try_into().expect("five columns");
        cases += 1;
        let dir = tempfile::tempdir().expect("a temporary folder");
        let plan = format!("{PLAN}\n{}\n", plan.replace("\\n", "\n"));
        fs::write(dir.path().join("plan.toml"), plan).expect("written");
        if !name.starts_with("residences") {
            fs::write(dir.path().join("residences.geojson"), RESIDENCES).expect("written");
        }
        place(&here.join("files").join(file), dir.path(), name);
        let (code, out, err) = doorstep(&["check", path(dir.path()), "--lang", "en"]);
        let missing: Vec<&str> = says.split('|').filter(|words| !err.contains(words)).collect();
        let faults = err.lines().count();
        if code != exit.parse().ok() || !missing.is_empty() || faults != 1 || !out.is_empty() {
            wrong.push(format!("{file}: exit {code:?}, {faults} faults, missing {missing:?} in: {err}"));
        }
        let (code, _, zh) = doorstep(&["check", path(dir.path()), "--lang", "zh", "--json"]);
        if code != exit.parse().ok() || !zh.chars().any(|c| c > '\u{4e00}') {
            wrong.push(format!("{file}: not said in Chinese: {zh}"));
        }
    }
    assert!(cases >= 60, "{cases}");
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A workbook as a township sends it: a title, Chinese headings, Amap's coordinates, a sheet per layer.
fn workbook(file: &Path) {
    use rust_xlsxwriter::{Workbook, Worksheet};
    fn sheet<'b>(book: &'b mut Workbook, name: &str, title: &str, headings: &[&str]) -> &'b mut Worksheet {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        sheet.merge_range(0, 0, 0, 5, title, &rust_xlsxwriter::Format::new()).expect("merged");
        for (column, heading) in (0..).zip(headings) {
            sheet.write_string(2, column, *heading).expect("written");
        }
        sheet
    }
    let mut book = Workbook::new();
    let residences = sheet(
        &mut book,
        "居民点",
        "漠河市居民点统计表",
        &["编号", "名称", "县区", "城乡", "常住人口", "失业人员", "高德经度", "高德纬度"],
    );
    for (i, (name, people, lon, lat)) in [
        ("西林吉社区", 3200.0, 122.5395, 52.9735),
        ("图强社区", 1800.0, 122.7700, 52.9420),
        ("北极村", 900.0, 122.3640, 53.4870),
    ]
    .into_iter()
    .enumerate()
    {
        let row = 3 + i as u32;
        residences.write_string(row, 0, format!("{:03}", i + 1)).expect("written");
        residences.write_string(row, 1, name).expect("written");
        residences.write_string(row, 2, "232701").expect("written");
        residences.write_string(row, 3, "城镇").expect("written");
        residences.write_number(row, 4, people).expect("written");
        // Numbers that were typed as text are common.
        residences.write_string(row, 5, "12").expect("written");
        residences.write_number(row, 6, lon).expect("written");
        residences.write_number(row, 7, lat).expect("written");
    }
    let stations =
        sheet(&mut book, "站点", "站点清单", &["编号", "名称", "县区", "状态", "启用日期", "高德经度", "高德纬度"]);
    for (column, text) in (0..).zip(["S1", "西林吉就业服务站", "漠河市", "已运营", "2024年5月9日"]) {
        stations.write_string(3, column, text).expect("written");
    }
    stations.write_number(3, 5, 122.5400).expect("written");
    stations.write_number(3, 6, 52.9740).expect("written");
    book.save(file).expect("saved");
}

fn planners_folder(dir: &Path) {
    workbook(&dir.join("上报.xlsx"));
    let plan = format!(
        "counties = [\"漠河市\"]\n{PLAN}\n[layers.residences]\nfile = \"上报.xlsx\"\n[layers.stations]\nfile = \"上报.xlsx\"\n"
    );
    fs::write(dir.join("plan.toml"), plan).expect("written");
}

#[test]
fn an_excel_sheet_with_chinese_headings_and_amap_coordinates_becomes_a_word_report() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    planners_folder(dir.path());
    let out = dir.path().join("out");
    let summary = done(&["plan", path(dir.path()), "-o", path(&out), "--json", "--date", "2026-06-30"]);
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
    assert_eq!(summary["inputs"][1]["datum"], "gcj02");
    assert_eq!(
        summary["coverage"]["by_county"][0]["county"], "漠河市",
        "the code with two meanings is decided by the plan"
    );
    assert_eq!(summary["coverage"]["today"]["covered"], 3200);
    // The positions are WGS84 now: some 500 m from where Amap has them.
    let coverage: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("coverage.geojson")).expect("written")).expect("JSON");
    let at = &coverage["features"][0]["geometry"]["coordinates"];
    let (lon, lat) = (at[0].as_f64().expect("a number"), at[1].as_f64().expect("a number"));
    let east = (122.5395 - lon) * 111_320.0 * lat.to_radians().cos();
    let moved = east.hypot((52.9735 - lat) * 111_320.0);
    assert!((475.0..623.0).contains(&moved), "{moved} m");
    assert_eq!(coverage["features"][0]["properties"]["id"], "001", "codes stay text");

    let docx = fs::read(out.join("report.docx")).expect("written with the rest");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(docx)).expect("a zip");
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("word/document.xml").expect("the text"), &mut xml).expect("UTF-8");
    for words in ["试点方案", "公平性", "换一个标准会怎样", "gcj02", "上报.xlsx", "图强社区"] {
        assert!(xml.contains(words), "{words}");
    }
    for file in ["r.docx", "r.xlsx", "r.html"] {
        done(&["report", path(dir.path()), "-o", path(&dir.path().join(file)), "--lang", "en", "--quiet"]);
    }
    let page = fs::read_to_string(dir.path().join("r.html")).expect("written");
    assert!(page.contains("Gini of minutes") && page.contains("Winter speeds"));
}

#[test]
fn the_work_report_of_a_quarter_follows_the_log_and_flags_what_is_late() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    planners_folder(dir.path());
    fs::write(
        dir.path().join("progress.csv"),
        "站点编号,日期,状态,计划完成日期,服务人数,存在问题,下一步\nS1,2026-02-01,在建,2026-06-30,,,\nS1,2026-08-10,,,35,供暖未通,9月通暖\n",
    )
    .expect("written");
    let page = |period: &[&str]| {
        let file = dir.path().join("q.html");
        let mut args = vec!["report", path(dir.path()), "-o", path(&file), "--force", "--quiet"];
        args.extend(period);
        done(&args);
        fs::read_to_string(&file).expect("written")
    };
    let third = page(&["--quarter", "2026Q3"]);
    for words in ["2026年第3季度", "附件1", "附件2", "逾期", "供暖未通", "9月通暖", "35"] {
        assert!(third.contains(words), "{words}");
    }
    let first = page(&["--quarter", "2026Q1"]);
    assert!(!first.contains("供暖未通") && first.contains("逾期站点") == third.contains("没有逾期"));
    assert!(page(&["--month", "2026-08"]).contains("供暖未通"));
    assert!(page(&["--year", "2026"]).contains("2026年"));
    for suffix in ["docx", "xlsx"] {
        let file = dir.path().join(format!("q.{suffix}"));
        done(&["report", path(dir.path()), "-o", path(&file), "--quarter", "2026Q3", "--quiet"]);
        assert!(fs::metadata(file).expect("written").len() > 2000);
    }
    fs::write(dir.path().join("progress.csv"), "站点编号,日期,状态\nS9,2026-02-01,在建\nS1,近日,在建\n")
        .expect("written");
    let (code, _, err) = doorstep(&[
        "report",
        path(dir.path()),
        "-o",
        path(&dir.path().join("x.html")),
        "--quarter",
        "2026Q3",
        "--lang",
        "en",
    ]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("row 2, field 站点编号 = \"S9\": stations has no such id")
            && err.contains("row 3, field 日期 = \"近日\": not a date"),
        "{err}"
    );
}

#[test]
fn points_in_the_wrong_datum_raise_a_doubt_and_those_in_the_right_one_do_not() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    // Twenty villages some kilometres apart, and a candidate in each: the same numbers.
    let rows: String = (0..20u32)
        .map(|i| format!("P{i},5,{:.6},{:.6}\n", 122.0 + f64::from(i * 7 % 20) * 0.08, 52.0 + f64::from(i) * 0.05))
        .collect();
    let write = |datum: &str| {
        let plan =
            format!("{PLAN}\n[layers.residences]\ndatum = \"gcj02\"\n[layers.candidates]\ndatum = \"{datum}\"\n");
        fs::write(dir.path().join("plan.toml"), plan).expect("written");
    };
    fs::write(dir.path().join("residences.csv"), format!("id,population,lon,lat\n{rows}")).expect("written");
    fs::write(dir.path().join("candidates.csv"), format!("id,cost,lon,lat\n{rows}")).expect("written");
    write("gcj02");
    let right = done(&["check", path(dir.path()), "--lang", "en"]);
    assert!(!right.contains("look like"), "{right}");
    write("wgs84");
    let wrong = done(&["check", path(dir.path()), "--lang", "en"]);
    let says = "candidates: declared as wgs84, but these look like gcj02: median shift ";
    let shift = wrong.split(says).nth(1).unwrap_or_else(|| panic!("{wrong}")).split(' ').next().expect("a number");
    assert!((475.0..640.0).contains(&shift.parse::<f64>().expect("metres")), "{wrong}");
    // An outline that the numbers as they stand would leave: it decides for the residences too.
    let ring = |west: f64| {
        format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{west},51],[126,51],[126,54],[{west},54],[{west},51]]]}},\"properties\":{{\"county\":\"甲县\"}}}}]}}"
        )
    };
    fs::remove_file(dir.path().join("candidates.csv")).expect("removed");
    let edge: String = (0..12u32).map(|i| format!("E{i},5,甲县,122.0,{:.4}\n", 51.5 + f64::from(i) * 0.1)).collect();
    fs::write(dir.path().join("residences.csv"), format!("id,population,county,lon,lat\n{edge}")).expect("written");
    fs::write(dir.path().join("boundaries.geojson"), ring(121.999)).expect("written");
    let outside = done(&["check", path(dir.path()), "--lang", "en"]);
    assert!(
        outside.contains("residences: declared as gcj02, but these look like")
            && outside.contains("fit the boundaries"),
        "{outside}"
    );
    fs::write(dir.path().join("boundaries.geojson"), ring(121.9)).expect("written");
    assert!(!done(&["check", path(dir.path()), "--lang", "en"]).contains("look like"));
}

#[test]
fn a_table_in_gb18030_is_read_when_the_command_line_says_so() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("plan.toml"), PLAN.replace("target = 2", "target = 1")).expect("written");
    let head = "id,population,lon_wgs84,lat_wgs84,name\r\nR1,5,122.5,52.9,";
    let bytes = [head.as_bytes(), b"\xc4\xae\xba\xd3\xca\xd0\r\n"].concat();
    fs::write(dir.path().join("residences.csv"), bytes).expect("written");
    let gaps = dir.path().join("gaps.csv");
    done(&["gaps", path(dir.path()), "-o", path(&gaps), "--encoding", "gbk", "--no-bom", "--quiet"]);
    let text = fs::read(&gaps).expect("written");
    assert!(!text.starts_with(b"\xef\xbb\xbf"), "no mark where none is wanted");
    done(&["gaps", path(dir.path()), "-o", path(&gaps), "--encoding", "gbk", "--force", "--quiet"]);
    assert!(fs::read(&gaps).expect("written").starts_with(b"\xef\xbb\xbfid,name"));
    assert_eq!(doorstep(&["check", path(dir.path())]).0, Some(2), "without it the file is refused");
}

/// One run says it all: a missing datum does not keep the other columns from being judged.
#[test]
fn a_table_without_a_datum_says_what_else_is_wrong_with_it() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("plan.toml"), PLAN).expect("written");
    let table = "编号,人口,经度,纬度\nR1,1e999,122.5,52.9\nR2,很多,122.5,\nR3,5,122.5,52.9\n";
    fs::write(dir.path().join("residences.csv"), table).expect("written");
    let (code, _, err) = doorstep(&["check", path(dir.path()), "--lang", "en"]);
    assert_eq!(code, Some(2), "{err}");
    let said = ["nothing says which datum", "R1", "R2"];
    assert!(said.iter().all(|words| err.contains(words)) && err.lines().count() == 3, "{err}");
}
