//! The import page in a real browser: a planner drops a Chinese workbook from Amap, sees what is wrong row by row, corrects it,
//! takes the folder, and `doorstep plan` on it gives the numbers that the workbook holds. A file of its own
//! because the import is a page of its own.
use crate::visit::{DESK, LONGEST, PHONE, Visit};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Checks what was given, and what the page then says.
fn check(visit: &Visit) -> String {
    visit.press("#check");
    visit.wait_for("document.querySelector('#said').className !== ''");
    visit.text("#said")
}

/// Where GCJ-02 puts a WGS84 position: the formula that everybody uses, written again here as an oracle.
fn amap(lon: f64, lat: f64) -> (f64, f64) {
    use std::f64::consts::PI;
    let (x, y) = (lon - 105.0, lat - 35.0);
    let sum = |a: f64, b: f64, c: f64, d: f64| (a * (b * PI).sin() + c * (d * PI).sin()) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let mut dy = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root;
    let mut dx = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root;
    let waves = sum(20.0, 6.0 * x, 20.0, 2.0 * x);
    dy += waves + sum(20.0, y, 40.0, y / 3.0) + sum(160.0, y / 12.0, 320.0, y / 30.0);
    dx += waves + sum(20.0, x, 40.0, x / 3.0) + sum(150.0, x / 12.0, 300.0, x / 30.0);
    let (axis, ee) = (6_378_245.0, 0.006_693_421_622_965_943);
    let sin = lat.to_radians().sin();
    let magic = 1.0 - ee * sin * sin;
    let dy = dy * 180.0 / (axis * (1.0 - ee) / (magic * magic.sqrt()) * PI);
    let dx = dx * 180.0 / (axis / magic.sqrt() * lat.to_radians().cos() * PI);
    (lon + dx, lat + dy)
}

/// Ten households of a quarter within 300 m of each other, two villages far away: WGS84 and people.
fn households() -> Vec<(f64, f64, u32)> {
    let near = (0..10u32).map(|i| (122.520 + f64::from(i) * 0.0003, 52.970, 100 + i));
    near.chain([(122.9, 52.7, 31), (123.3, 52.5, 17)]).collect()
}

/// The workbook as an office has it: a title, numbers from Amap, one count in words and one number twice, unless corrected.
fn workbook(path: &Path, corrected: bool) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("居民点清单").unwrap();
    sheet.write(0, 0, "西林吉镇居民点清单（高德坐标）").unwrap();
    for (column, heading) in
        ["编号", "名称", "所属县区", "城乡", "户籍人数", "失业人员", "经度", "纬度"].into_iter().enumerate()
    {
        sheet.write(1, u16::try_from(column).unwrap(), heading).unwrap();
    }
    for (i, (lon, lat, people)) in households().into_iter().enumerate() {
        let row = u32::try_from(i).unwrap() + 2;
        let (x, y) = amap(lon, lat);
        let id = if i == 7 && !corrected { 6 } else { i };
        sheet.write(row, 0, format!("R{id:02}")).unwrap();
        sheet.write(row, 1, format!("第{i}居民点")).unwrap();
        sheet.write(row, 2, "漠河市").unwrap();
        sheet.write(row, 3, "城镇").unwrap();
        if i == 3 && !corrected {
            sheet.write(row, 4, "一百零三").unwrap();
        } else {
            sheet.write(row, 4, people).unwrap();
        }
        sheet.write(row, 5, i as u32).unwrap();
        sheet.write(row, 6, x).unwrap();
        sheet.write(row, 7, y).unwrap();
    }
    book.save(path).unwrap();
}

#[test]
fn a_planner_imports_a_chinese_workbook_from_amap_and_the_command_line_gives_its_numbers() {
    let Some(visit) = Visit::pay("import?lang=zh", DESK) else { return };
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (dir.path().join("西林吉.xlsx"), dir.path().join("西林吉（改）.xlsx"));
    workbook(&first, false);
    workbook(&second, true);

    // What the file seems to hold is shown; the datum is asked, never guessed.
    visit.give("#files", &first);
    visit.wait_for("!!document.querySelector('.entry table.sample')");
    assert_eq!(visit.value("document.querySelector('#layer-0').value"), "residences");
    assert_eq!(visit.value("document.querySelector('#datum-0').value"), "");
    assert_eq!(visit.value("document.querySelector('[data-property=population]').value"), "");
    assert_eq!(visit.value("document.querySelector('[data-property=county]').value"), "所属县区");
    assert_eq!(visit.value("document.querySelector('.sample tbody tr').children[1].textContent"), "第0居民点");
    visit.screenshot("import-zh-look");
    let said = check(&visit);
    // Besides the datum, no row has its number of people yet.
    assert!(said.contains(&format!("{} 处问题", households().len() + 1)), "{said}");
    assert!(visit.text("#faults").contains("坐标基准"), "{}", visit.text("#faults"));

    // With datum and column chosen, what is left is wrong in the rows themselves.
    visit.choose("#datum-0", "gcj02");
    visit.choose("[data-property=population]", "户籍人数");
    assert_eq!(visit.value("document.querySelector('#take').disabled"), true);
    let said = check(&visit);
    assert!(said.contains("2 处问题"), "{said}: {}", visit.text("#faults"));
    let rows = visit.value(
        "[...document.querySelectorAll('.faults tbody tr')].map(tr => [...tr.children].map(td => td.textContent))",
    );
    let row = |number: &str| {
        rows.as_array().unwrap().iter().find(|r| r[1] == number).unwrap_or_else(|| panic!("{rows}")).clone()
    };
    assert_eq!((&row("6")[0], &row("6")[2]), (&json!("西林吉.xlsx"), &json!("户籍人数")));
    assert!(row("6")[3].as_str().unwrap().contains("一百零三"));
    assert!(rows.to_string().contains("R06"), "{rows}");
    visit.value("document.querySelector('#step-check').scrollIntoView()");
    visit.screenshot("import-zh-faults");

    // The same in English, without asking again.
    visit.press("[data-lang=en]");
    visit.wait_for("document.documentElement.lang === 'en'");
    assert!(visit.text("#said").contains("2 faults"), "{}", visit.text("#said"));
    assert_eq!(visit.value("document.querySelector('[data-property=population]').value"), "户籍人数");
    visit.value("document.querySelector('#step-check').scrollIntoView()");
    visit.screenshot("import-en-faults");
    visit.press("[data-lang=zh]");
    visit.wait_for("document.documentElement.lang === 'zh-CN'");

    // The corrected file takes the old one's place; what was chosen stays.
    visit.give("#replace-0", &second);
    visit.wait_for("document.querySelector('.entry h3').textContent.includes('（改）')");
    assert_eq!(visit.value("document.querySelector('#datum-0').value"), "gcj02");
    visit.value("(() => { const t = document.querySelector('#plan-target'); t.value = 1; t.dispatchEvent(new Event('input')); })()");
    visit.value("(() => { const t = document.querySelector('#plan-name'); t.value = '西林吉试点'; t.dispatchEvent(new Event('input')); })()");
    let people: u32 = households().iter().map(|h| h.2).sum();
    let said = check(&visit);
    assert!(said.contains("没有发现问题") && said.contains(&format!("1,{:03}", people - 1000)), "{said}");
    visit.screenshot("import-zh-clean");

    // The folder is downloaded, and the command line says what the workbook holds.
    visit.press("#take");
    let zip = visit.downloads().join("西林吉试点.zip");
    let start = Instant::now();
    while !zip.exists() {
        assert!(start.elapsed() < LONGEST, "no download; the page says {}", visit.text("#said"));
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(visit.text("#said").contains("西林吉试点.zip"));
    let folder = unpacked(&zip, dir.path());
    let answer = Command::new(env!("CARGO_BIN_EXE_doorstep"))
        .arg("plan")
        .arg(&folder)
        .args(["--json", "--quiet"])
        .output()
        .unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let summary: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let quarter: u32 = households().iter().take(10).map(|h| h.2).sum();
    assert_eq!(summary["plan"], "西林吉试点");
    assert_eq!(summary["coverage"]["today"]["people"], people);
    assert_eq!(summary["coverage"]["today"]["covered"], 0);
    assert_eq!((&summary["proposed"], &summary["coverage"]["proposed"]["covered"]), (&json!(1), &json!(quarter)));
    let coverage: Value = serde_json::from_slice(&std::fs::read(folder.join("out/coverage.geojson")).unwrap()).unwrap();
    for (feature, (lon, lat, _)) in coverage["features"].as_array().unwrap().iter().zip(households()) {
        let at = |i: usize| feature["geometry"]["coordinates"][i].as_f64().unwrap();
        assert!((at(0) - lon).abs() < 1e-6 && (at(1) - lat).abs() < 1e-6, "{feature} is not at {lon} {lat}");
    }
    visit.leave();
}

#[test]
fn a_file_that_is_none_is_told_in_words_and_every_control_can_be_reached_by_keyboard_on_a_phone_too() {
    let Some(visit) = Visit::pay("import?lang=en", PHONE) else { return };
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("stations.geojson");
    std::fs::write(&file, "{\"type\": \"FeatureColl").unwrap();
    visit.give("#files", &file);
    visit.wait_for("!!document.querySelector('.entry [role=alert]')");
    assert!(visit.text(".entry [role=alert]").starts_with("stations.geojson cannot be read"));
    let point = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[122.5,52.9]},"properties":{"id":"S1","name":"<img src=x onerror=alert(1)>","status":"open"}}]}"#;
    std::fs::write(&file, point).unwrap();
    visit.give("#replace-0", &file);
    visit.wait_for("!!document.querySelector('.entry table.sample')");
    assert_eq!(visit.value("document.querySelector('#layer-0').value"), "stations");
    assert_eq!(visit.value("document.querySelectorAll('#list img').length"), 0, "text from a file is text");
    let said = check(&visit);
    assert!(said.contains("Residences are missing"), "{said}");
    let unreachable = visit.value(
        "[...document.querySelectorAll('button, select, input, a')].filter(e => e.tabIndex < 0 && !e.classList.contains('unseen')).length",
    );
    assert_eq!(unreachable, 0);
    let unnamed = visit.value(
        "[...document.querySelectorAll('select, input:not(.unseen)')].filter(e => !e.labels.length).map(e => e.id)",
    );
    assert_eq!(unnamed, json!([]));
    let wide = visit.value("document.documentElement.scrollWidth <= window.innerWidth");
    visit.screenshot("import-en-phone");
    assert_eq!(wide, true, "nothing runs out of the screen");
    // Only the refused file is told of.
    visit.leave_having_said(|said| said.contains("422"));
}

fn unpacked(zip: &Path, into: &Path) -> PathBuf {
    let mut archive = zip::ZipArchive::new(Cursor::new(std::fs::read(zip).unwrap())).unwrap();
    let mut folder = None;
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        let to = into.join(&name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        std::fs::write(&to, bytes).unwrap();
        folder = to.parent().map(Path::to_path_buf);
    }
    folder.unwrap()
}
