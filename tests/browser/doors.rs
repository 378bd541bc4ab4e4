//! What leadership and analysts do: look, slide, print; filter, sort, export. Numbers on the page are held against the command line's.
//! Contrast, names and widths of every door; and the pictures of all of them.

use crate::edited::run;
use crate::paper::{printed, sheets};
use crate::visit::{DESK, PHONE, Visit, api, colours, grouped, pixels, sample};
use headless_chrome::protocol::cdp::Browser::{SetDownloadBehavior, SetDownloadBehaviorBehaviorOption};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn percent(share: &Value) -> String {
    format!("{:.1}%", share.as_f64().unwrap() * 100.0)
}

/// `summary.json` as the command line writes it.
fn stated() -> Value {
    let folder = sample();
    let out = folder.path().join("out");
    run(&["plan", folder.path().to_str().unwrap(), "-o", out.to_str().unwrap(), "--json", "--quiet"])
}

#[test]
fn review_shows_one_number_per_county_a_slider_and_the_phases_of_the_command_line() {
    let Some(visit) = Visit::pay("review?lang=zh", DESK) else { return };
    let stated = stated();
    let coverage = &stated["coverage"];
    assert_eq!(visit.text("#headline .now strong"), percent(&coverage["today"]["share"]));
    assert_eq!(visit.text("#headline .then strong"), percent(&coverage["proposed"]["share"]));
    let counties = coverage["by_county"].as_array().unwrap();
    assert_eq!(visit.value("document.querySelectorAll('.county-number').length"), counties.len());
    for row in counties {
        let number = visit.text(&format!(".county-number[data-county='{}'] strong", row["county"].as_str().unwrap()));
        assert_eq!(number, percent(&row["proposed"]["share"]));
    }
    for (i, phase) in stated["phases"].as_array().unwrap().iter().enumerate() {
        let told = visit.text(&format!(".phase-list li:nth-child({})", i + 2));
        assert!(told.contains(&percent(&phase["share"])) && told.contains(&phase["stations"].to_string()), "{told}");
    }
    // Near enough to see the ground: a click on a county's number goes there.
    visit.click(".county-number[data-county='加格达奇区']");
    visit.wait_for(
        "new Promise(r => setTimeout(r, 1200)).then(() => import('/page/review/slider.js')).then(s => s.atRest())",
    );
    // The slider cuts: with today's side over all the map, nothing that only the proposal covers is drawn.
    let proposed = (0x56, 0xb4, 0xe9);
    let slide = |at: u32| {
        visit.value(&format!("import('/page/review/slider.js').then(s => s.setSlider({at}))"));
        std::thread::sleep(std::time::Duration::from_millis(300));
        pixels(&visit.screenshot(&format!("review-slider-{at}")), proposed)
    };
    let (after, before) = (slide(0), slide(100));
    assert!(after > before + 100, "{after} pixels of the proposal after, {before} before");
    // By keyboard too.
    visit.value("document.getElementById('slider').focus()");
    visit.tab.press_key("ArrowLeft").unwrap();
    assert_eq!(visit.value("document.getElementById('slider').value"), "99");
    visit.leave();
}

#[test]
fn review_prints_on_one_sheet_of_a4_or_a3_and_takes_what_a_link_changes() {
    let Some(visit) = Visit::pay("review?lang=en", DESK) else { return };
    for (paper, width, height) in [("a4", 842.0, 595.0), ("a3", 1191.0, 842.0)] {
        visit.value(&format!("document.documentElement.dataset.paper = '{paper}'"));
        let boxes = sheets(&printed(&visit));
        assert_eq!(boxes.len(), 1, "{paper} is one sheet: {boxes:?}");
        assert!((boxes[0][0] - width).abs() < 2.0 && (boxes[0][1] - height).abs() < 2.0, "{paper}: {boxes:?}");
    }
    // A link with changes: "after" is with them.
    let changes = json!({"minutes": {"urban": 20}});
    let answer = visit.value(&format!(
        "fetch('/api/what-if', {{method: 'POST', headers: {{'content-type': 'application/json'}}, body: JSON.stringify({changes})}}).then(a => a.json())"
    ));
    visit.value(&format!(
        "import('/page/changes/address.js').then(a => {{ location.hash = a.write({changes}, null); }})"
    ));
    visit.wait_for("document.querySelector('#with-changes') !== null");
    assert_eq!(visit.text("#headline .then strong"), percent(&answer["total"]["share_after"]));
    visit.leave();
}

#[test]
fn what_a_link_opens_is_on_the_map_of_review_and_a_link_that_is_wrong_says_so() {
    let Some(visit) = Visit::pay("review?lang=en", DESK) else { return };
    let go = |changes: Value| {
        visit.value(&format!(
            "import('/page/changes/address.js').then(a => {{ location.hash = a.write({changes}, null); }})"
        ));
    };
    let proposed = api(&visit, "proposal");
    let is_free = |id: &&str| proposed["features"].as_array().unwrap().iter().all(|f| f["properties"]["id"] != *id);
    let free = ["C040", "C041", "C042"].iter().find(|id| is_free(id)).unwrap();
    go(json!({"open": [free]}));
    let opened = "import('/page/review/slider.js').then(s => s.drawn('station').some(p => p.icon === 'edit-opened'))";
    visit.wait_for(opened);
    assert_eq!(visit.value("document.getElementById('fault').hidden"), true);
    go(json!({"lock": ["nobody"]}));
    visit.wait_for("document.getElementById('fault').textContent.includes('nobody')");
    visit.leave_having_said(|line| line.contains("422"));
}

#[test]
fn on_a_telephone_review_fits_and_nothing_scrolls_sideways() {
    for lang in ["zh", "en"] {
        let Some(visit) = Visit::pay(&format!("review?lang={lang}"), PHONE) else { return };
        let width = visit.value("document.documentElement.scrollWidth").as_u64().unwrap();
        assert!(width <= 390, "review in {lang} is {width} wide");
        let small = "[...document.querySelectorAll('.county-number')].filter(b => b.getBoundingClientRect().height < 40).length";
        assert_eq!(visit.value(small), 0, "a finger hits every county");
        visit.leave();
    }
}

fn downloads(visit: &Visit, folder: &Path) {
    let how = SetDownloadBehavior {
        behavior: SetDownloadBehaviorBehaviorOption::Allow,
        browser_context_id: None,
        download_path: Some(folder.to_string_lossy().into_owned()),
        events_enabled: None,
    };
    visit.tab.call_method(how).unwrap();
}

fn arrived(path: &Path) -> Vec<u8> {
    let start = std::time::Instant::now();
    loop {
        if let Some(bytes) = std::fs::read(path).ok().filter(|b| !b.is_empty()) {
            return bytes;
        }
        assert!(start.elapsed() < std::time::Duration::from_secs(60), "{} did not arrive", path.display());
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn analysts_filter_sort_choose_columns_and_export_exactly_what_is_shown() {
    let Some(visit) = Visit::pay("analyse?lang=zh", DESK) else { return };
    let folder = sample();
    let list = folder.path().join("all.csv");
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_doorstep"))
        .args([
            "gaps",
            folder.path().to_str().unwrap(),
            "-o",
            list.to_str().unwrap(),
            "--lang",
            "zh",
            "--quiet",
            "--no-bom",
        ])
        .status()
        .unwrap();
    assert!(done.success());
    let mut reader = csv::Reader::from_path(&list).unwrap();
    let heads: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let column = |name: &str| heads.iter().position(|h| h == name).unwrap_or_else(|| panic!("{name} in {heads:?}"));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    visit.wait_for(&format!(
        "document.getElementById('gap-grid').getAttribute('aria-rowcount') === '{}'",
        rows.len() + 1
    ));

    // Filtered to a county, sorted by name, a column less and one more.
    visit.value("(() => { const box = document.getElementById('filter-county'); box.value = '加格达奇区'; box.dispatchEvent(new Event('change')); })()");
    let expected: Vec<&csv::StringRecord> = rows.iter().filter(|r| &r[column("county")] == "加格达奇区").collect();
    visit.wait_for(&format!(
        "document.getElementById('gap-grid').getAttribute('aria-rowcount') === '{}'",
        expected.len() + 1
    ));
    visit.click("[data-sort=people]");
    visit.wait_for("document.querySelector('[aria-sort=ascending]') !== null");
    let people: f64 = expected.iter().map(|r| r[column("people")].parse::<f64>().unwrap()).sum();
    assert!(visit.text("#told").contains(&grouped(&json!(people))), "{}", visit.text("#told"));
    visit.value("document.querySelector('.menu').open = true");
    visit.click("#column-setting");
    visit.click("#column-nearest_station");
    visit.value("document.querySelector('.menu').open = false");
    visit.screenshot("zh-analyse-filtered");

    let files = tempfile::tempdir().unwrap();
    downloads(&visit, files.path());
    visit.click("#export-csv");
    let text = String::from_utf8(arrived(&files.path().join("gaps.csv"))).unwrap();
    let mut shown = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    // Every file of a list says where its rows are, beside the columns that are shown.
    let heads: Vec<String> =
        shown.headers().unwrap().iter().filter(|h| !h.starts_with("geometry")).map(str::to_owned).collect();
    assert_eq!(heads.len(), 8, "the columns that are shown: {heads:?}");
    let shown: Vec<csv::StringRecord> = shown.records().map(Result::unwrap).collect();
    assert_eq!(shown.len(), expected.len());
    let names: Vec<String> = serde_json::from_value(visit.value(
        "[...document.querySelectorAll('.grid-row')].map(r => r.querySelector('[data-column=name]').textContent)",
    ))
    .unwrap();
    for (row, name) in shown.iter().zip(&names) {
        assert!(row.iter().any(|cell| cell == name), "{name} is in {row:?}");
    }
    for format in ["xlsx", "geojson", "gpkg"] {
        visit.click(&format!("#export-{format}"));
        let bytes = arrived(&files.path().join(format!("gaps.{format}")));
        match format {
            "xlsx" => assert!(bytes.starts_with(b"PK")),
            "gpkg" => assert!(bytes.starts_with(b"SQLite format 3")),
            _ => {
                let layer: Value = serde_json::from_slice(&bytes).unwrap();
                let first = &layer["features"][0]["properties"];
                assert_eq!(layer["features"].as_array().unwrap().len(), expected.len());
                assert!(first.as_object().unwrap().values().any(|v| v == names[0].as_str()), "{first} is {}", names[0]);
            }
        }
    }

    // With the keyboard: the first row is chosen, and Enter shows it on the map.
    visit.value("document.getElementById('gap-grid').focus()");
    visit.tab.press_key("ArrowDown").unwrap();
    visit.wait_for("document.querySelector('.grid-row[aria-selected=true]')?.id === 'row-0'");
    visit.tab.press_key("Enter").unwrap();
    visit.leave();
}

#[test]
fn a_hundred_thousand_rows_are_a_few_elements_on_the_page() {
    let Some(visit) = Visit::pay("analyse?lang=en", DESK) else { return };
    visit.wait_for("document.querySelectorAll('.grid-row').length > 10");
    // The same table over rows that are made up: what is drawn does not grow with what is there.
    let script = "import('/page/analyse/table.js').then(({table}) => { const t = table({chosen() {}, sorted() {}}); \
         t.element.id = 'large'; document.getElementById('table').replaceChildren(t.element); \
         const row = (i) => ({id: `R${i}`, name: `place ${i}`, county: '', people: i}); \
         t.show({total: 100000, people: null, row, want: async () => false, all: async () => []}, ['name', 'people'], {sort: 'people', order: 'asc'}); \
         t.element.scrollTop = 34 * 99990; return new Promise(done => setTimeout(done, 300)); })";
    visit.value(script);
    assert!(visit.value("document.querySelectorAll('#large .grid-row').length").as_u64().unwrap() < 60);
    assert_eq!(visit.text("#large .grid-row:last-child [data-column=name]"), "place 99999");
    visit.leave();
}

/// Every text that is seen, with the contrast of its colour on what lies behind it, where that is below WCAG AA.
const POOR: &str = "(() => { \
    const parse = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number); \
    const light = ([r, g, b]) => { const f = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); }; \
    const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)); }; \
    const behind = (e) => { const found = []; for (let at = e; at; at = at.parentElement) { const c = parse(getComputedStyle(at).backgroundColor); if ((c[3] ?? 1) > 0) { found.push(c); if ((c[3] ?? 1) === 1) break; } } return found.reverse().reduce((below, top) => over(top, below), [255, 255, 255]); }; \
    const poor = []; \
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); \
    while (walk.nextNode()) { const e = walk.currentNode.parentElement; const style = getComputedStyle(e); \
      if (!walk.currentNode.textContent.trim() || !e.checkVisibility({visibilityProperty: true}) || e.closest('.unseen, [aria-hidden=true], .skip, :disabled, .maplibregl-control-container, option')) continue; \
      const svg = e.namespaceURI.endsWith('svg'); const back = behind(e); const front = over(parse(svg ? style.fill : style.color), back); \
      const [a, b] = [light(front), light(back)].sort((x, y) => y - x); const ratio = (a + 0.05) / (b + 0.05); \
      const size = parseFloat(style.fontSize); const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 600); \
      if (ratio < (large ? 3 : 4.5)) poor.push(`${e.tagName}.${e.className.baseVal ?? e.className} ${walk.currentNode.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`); } \
    return [...new Set(poor)]; })()";

#[test]
fn every_text_of_every_door_has_the_contrast_of_wcag_aa_and_every_control_a_name() {
    for path in ["", "review", "analyse"] {
        let Some(visit) = Visit::pay(&format!("{path}?lang=en"), DESK) else { return };
        let views: &[&str] = if path.is_empty() {
            &["summary", "whatif", "counties", "stations", "gaps", "scenarios", "files"]
        } else {
            &["-"]
        };
        for view in views {
            if path.is_empty() {
                visit.click(&format!("#tab-{view}"));
                if *view == "whatif" {
                    visit.value("document.querySelectorAll('details.part').forEach(d => { d.open = true; })");
                    visit.click("#tool-add-here");
                    visit.wait_for("document.querySelector('#share-after') !== null");
                }
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
            assert_eq!(visit.value(POOR), json!([]), "/{path} {view}");
            let nameless = "[...document.querySelectorAll('button, a, input, select')].filter(c => !(c.getAttribute('aria-label') || \
                            c.textContent.trim() || c.labels?.[0]?.textContent.trim())).map(c => c.outerHTML)";
            assert_eq!(visit.value(nameless), json!([]), "/{path} {view}");
        }
        // A word missing from the tables would be shown as its key, and English would show Chinese.
        let keys = "[...document.body.innerText.matchAll(/\\b(tab|key|layer|file|status|group|setting|reason|col|fate|analyse|review|scenario|optimise|job|tool|set)_\\w+/g)].map(String)";
        assert_eq!(visit.value(keys), json!([]), "/{path}");
        visit.leave();
    }
}

#[test]
fn names_are_text_on_every_door_whatever_they_hold() {
    const HOSTILE: &str = "<img src=x onerror=\"window.hit=1\"><script>window.hit=2</script>";
    let changes = json!({"add": [{"id": "+1", "name": HOSTILE, "lon": 124.165, "lat": 50.4355}]});
    let Some(visit) = Visit::pay("?lang=en", DESK) else { return };
    visit.value(&format!("import('/page/changes/plan.js').then(p => p.commit({changes}))"));
    visit.click("#tab-whatif");
    visit.wait_for("document.querySelector('.done[data-fate=added]') !== null");
    assert_eq!(visit.text(".done[data-fate=added] .name"), HOSTILE);
    for path in ["review", "analyse"] {
        let address = visit.value(&format!("document.querySelector('[data-door=\"/{path}\"]').href"));
        visit.tab.navigate_to(address.as_str().unwrap()).unwrap();
        visit.wait_for("document.documentElement.dataset.map === 'ready'");
        assert_eq!(visit.value("window.hit ?? null"), Value::Null);
        assert_eq!(visit.value("document.querySelectorAll('img, body script').length"), 0);
        visit
            .tab
            .navigate_to(&format!("{}/?lang=en{}", visit.origin, visit.value("location.hash").as_str().unwrap()))
            .unwrap();
        visit.wait_for("document.documentElement.dataset.map === 'ready'");
    }
    visit.leave();
}

/// Labels of the degrees that lie under a sign or a button of the map.
const COVERED: &str = "(() => { const box = (e) => e.getBoundingClientRect(); \
    const over = [...document.querySelectorAll('.side, .maplibregl-ctrl-group')].map(box); \
    return [...document.querySelectorAll('.degrees span')].filter((label) => { const l = box(label); \
        return over.some((o) => l.left < o.right && o.left < l.right && l.top < o.bottom && o.top < l.bottom); \
    }).map((label) => label.textContent); })()";

#[test]
fn the_degrees_of_every_door_are_free_of_signs_and_buttons() {
    for (door, size) in [("", DESK), ("review", DESK), ("review", PHONE), ("analyse", DESK), ("analyse", PHONE)] {
        let Some(visit) = Visit::pay(&format!("{door}?lang=en"), size) else { return };
        visit.wait_for("document.documentElement.dataset.map === 'ready'");
        let labels = visit.value("document.querySelectorAll('.degrees span').length").as_u64().unwrap();
        assert!(labels > 0, "{door} at {size:?} names no degrees");
        assert_eq!(visit.value(COVERED), json!([]), "/{door} at {size:?}");
        visit.leave();
    }
}

#[test]
fn on_a_telephone_laid_on_its_side_review_keeps_its_map_and_cuts_no_number() {
    let Some(visit) = Visit::pay("review?lang=en", (844, 390)) else { return };
    visit.wait_for("document.documentElement.dataset.map === 'ready'");
    let height = visit.value("document.getElementById('stage').clientHeight").as_u64().unwrap();
    assert!(height >= 250, "the map is {height} high");
    let cut = "(() => { const e = document.getElementById('headline'); return e.scrollWidth - e.clientWidth; })()";
    assert_eq!(visit.value(cut), 0, "the headline fits");
    let sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(visit.value(sideways), 0, "nothing scrolls sideways");
    visit.leave();
}

/// Where the pictures go: `target/screens`, or what `DOORSTEP_SCREENS` names.
fn screens() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join(std::env::var("DOORSTEP_SCREENS").unwrap_or_else(|_| "target/screens".to_owned()))
}

#[test]
fn screens_of_the_three_doors_in_both_languages_on_desk_and_telephone() {
    std::fs::create_dir_all(screens()).unwrap();
    // The plan's door with something done, so that a picture shows what it is for.
    for (door, path) in [("plan", ""), ("review", "review"), ("analyse", "analyse")] {
        for lang in ["zh", "en"] {
            for (width, height) in [DESK, PHONE] {
                let Some(visit) = Visit::pay(&format!("{path}?lang={lang}"), (width, height)) else { return };
                if door == "plan" {
                    visit.value("import('/page/state.js').then(s => s.go({centre: [124.13, 50.425], zoom: 11.3}))");
                    visit.click("#tab-whatif");
                    let first = api(&visit, "proposal")["features"][0].clone();
                    let id = &first["properties"]["id"];
                    let made = json!({"add": [{"id": "+1", "name": if lang == "zh" { "新站 1" } else { "New station 1" }, "lon": 124.165, "lat": 50.4355}], "remove": [id]});
                    visit.value(&format!("import('/page/changes/plan.js').then(p => p.commit({made}))"));
                    visit.wait_for("document.querySelector('#share-after') !== null");
                    visit.value("scrollTo(0, 0)");
                    visit.rest();
                }
                std::thread::sleep(std::time::Duration::from_millis(600));
                let name = format!("{door}.{lang}.{width}x{height}");
                let picture = visit.screenshot(&name);
                assert_eq!((picture.width(), picture.height()), (width, height), "{name}");
                assert!(colours(&picture) > 100, "{name} shows something");
                let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens").join(format!("{name}.png"));
                let to = screens().join(format!("{name}.png"));
                if from != to {
                    std::fs::copy(&from, &to).unwrap();
                }
                visit.leave();
            }
        }
    }
}
