//! What a planner does at the desk: add, drag, undo, set, lock, optimise, cancel, save, compare, share a link. Numbers on the page are
//! held against the command line's for a plan folder edited the same way.

use crate::edited;
use crate::visit::{DESK, PHONE, Server, Visit, api, grouped, pixels};
use serde_json::{Value, json};

/// The page with its what-if open.
fn desk(lang: &str) -> Option<Visit> {
    let visit = Visit::pay(&format!("?lang={lang}"), DESK)?;
    visit.click("#tab-whatif");
    Some(visit)
}

/// The changes that the address holds: what a link would share.
fn changes(visit: &Visit) -> Value {
    visit.value("import('/page/changes/address.js').then(a => a.read(location.hash).changes)")
}

/// Until the answer to the changes shown is there.
fn answered(visit: &Visit) {
    visit.wait_for("import('/page/changes/plan.js').then(p => !p.plan.busy && p.plan.fault === null)");
}

fn go(visit: &Visit, lon: f64, lat: f64, zoom: f64) {
    visit.value(&format!("import('/page/state.js').then(s => s.go({{ centre: [{lon}, {lat}], zoom: {zoom} }}))"));
    visit.rest();
}

fn percent(share: &Value) -> String {
    format!("{:.1}%", share.as_f64().unwrap() * 100.0)
}

/// What the page shows is what the command line says of the plan with the same changes: all, and every county.
fn agrees_with_the_command_line(visit: &Visit, proposal: &Value) {
    answered(visit);
    let made = changes(visit);
    let stated = edited::summary(proposal, &made);
    assert_eq!(visit.text("#share-after"), percent(&stated["coverage"]["proposed"]["share"]), "after {made}");
    for row in stated["coverage"]["by_county"].as_array().unwrap() {
        let county = row["county"].as_str().unwrap();
        let shown = visit.text(&format!("#effects tr[data-county='{county}'] .after"));
        assert_eq!(shown, percent(&row["proposed"]["share"]), "{county} after {made}");
    }
    let gaps = visit.value("import('/page/changes/plan.js').then(p => p.plan.answer.gaps.count)");
    assert_eq!(gaps, stated["gaps"]["places"], "gaps after {made}");
}

#[test]
fn stations_added_dragged_and_removed_by_hand_show_the_numbers_of_the_edited_plan_and_undo_takes_each_back() {
    let Some(visit) = desk("en") else { return };
    let proposal = api(&visit, "proposal");
    let before = visit.text("#effects");
    go(&visit, 124.13, 50.42, 11.6);

    visit.click("#tool-add");
    visit.click_at(&visit.pixel(124.165, 50.4355));
    visit.wait_for("document.querySelector('.done[data-fate=added]') !== null");
    agrees_with_the_command_line(&visit, &proposal);
    let added = changes(&visit);
    assert_eq!(added["add"].as_array().unwrap().len(), 1);
    let gained = visit.value("import('/page/changes/plan.js').then(p => p.plan.answer.gained.people)");
    assert!(gained.as_f64().unwrap() > 0.0, "somebody is gained there");
    assert!(visit.text(".signs .gained strong").starts_with(&format!("+{} people", grouped(&gained))));
    visit.screenshot("en-added");
    visit.click("#tool-add");

    // A proposed station is dragged: its old place is lost.
    let first = &proposal["features"][0];
    let (lon, lat) =
        (first["geometry"]["coordinates"][0].as_f64().unwrap(), first["geometry"]["coordinates"][1].as_f64().unwrap());
    let (from, to) = (visit.pixel(lon, lat), visit.pixel(lon - 0.03, lat + 0.008));
    visit.drag(&from, &to);
    // The way there is shown too; what counts is where it was let go.
    visit.wait_for("import('/page/changes/address.js').then(a => a.read(location.hash).changes.move !== undefined)");
    agrees_with_the_command_line(&visit, &proposal);
    let id = first["properties"]["id"].as_str().unwrap();
    assert!(changes(&visit)["move"][id].is_array(), "the address holds the move");
    visit.screenshot("en-dragged");

    // Removed from the list, by its button.
    visit.value("document.querySelector('.part').open = true");
    visit.click("#station-list .done [data-act=act_remove]");
    visit.wait_for("document.querySelector('.done[data-fate=removed]') !== null");
    agrees_with_the_command_line(&visit, &proposal);
    let all = changes(&visit);

    // Back step by step, and forth again; a whole drag is one step.
    visit.control("z", false);
    visit.control("z", false);
    visit.wait_for("document.querySelector('.done[data-fate=moved], .done[data-fate=removed]') === null");
    answered(&visit);
    assert_eq!(changes(&visit), added);
    visit.click("#tool-undo");
    visit.wait_for("document.querySelector('#tool-undo').disabled");
    assert_eq!(visit.text("#effects"), before);
    assert_eq!(changes(&visit), json!({}));
    for _ in 0..3 {
        visit.control("z", true);
    }
    answered(&visit);
    assert_eq!(changes(&visit), all);
    visit.leave();
}

#[test]
fn settings_change_the_answer_as_they_change_the_plan_and_a_link_shares_them() {
    let Some(visit) = desk("en") else { return };
    let proposal = api(&visit, "proposal");
    visit.value("document.querySelector('#settings').open = true");
    visit.fill("#set-minutes-urban", "20");
    agrees_with_the_command_line(&visit, &proposal);
    visit.fill("#set-walk_kmh", "4.5");
    agrees_with_the_command_line(&visit, &proposal);
    visit.fill("#set-season", "winter");
    agrees_with_the_command_line(&visit, &proposal);
    visit.fill("#set-target", "22");
    answered(&visit);
    let made = changes(&visit);
    assert_eq!(made, json!({"target": 22, "minutes": {"urban": 20}, "walk_kmh": 4.5, "season": "winter"}));
    let shown = visit.text("#share-after");

    // The link, opened anew: the same state, in the other language too.
    let hash = visit.value("location.hash");
    visit.tab.navigate_to("about:blank").unwrap();
    let address = format!("{}/?lang=zh{}", visit.origin, hash.as_str().unwrap());
    visit.tab.navigate_to(&address).unwrap();
    visit.wait_for("document.documentElement.dataset.map === 'ready'");
    visit.wait_for("document.querySelector('#share-after') !== null");
    assert_eq!(visit.text("#share-after"), shown);
    assert_eq!(changes(&visit), made);
    assert_eq!(visit.value("document.querySelector('#set-target').value"), "22");
    visit.click("[data-lang=en]");
    visit.wait_for("document.querySelector('#tab-whatif').textContent === 'What if'");
    assert_eq!(visit.text("#share-after"), shown);
    assert_eq!(changes(&visit), made);
    visit.leave();
}

#[test]
fn without_a_mouse_a_station_is_added_moved_and_removed_and_a_candidate_locked_and_forbidden() {
    let Some(visit) = desk("zh") else { return };
    let proposal = api(&visit, "proposal");
    go(&visit, 124.165, 50.4355, 12.5);
    visit.value("document.querySelector('.maplibregl-canvas').focus()");
    visit.tab.press_key("a").unwrap();
    visit.wait_for("document.querySelector('.done[data-fate=added]') !== null");
    agrees_with_the_command_line(&visit, &proposal);
    // The map moves with the arrow keys, the station to its middle with a button.
    visit.value("document.querySelector('.maplibregl-canvas').focus()");
    visit.tab.press_key("ArrowRight").unwrap();
    visit.rest();
    let before = changes(&visit)["add"][0]["lon"].as_f64().unwrap();
    visit.value("document.querySelector('.done[data-fate=added] [data-act=act_move]').focus()");
    visit.tab.press_key("Enter").unwrap();
    answered(&visit);
    assert!(changes(&visit)["add"][0]["lon"].as_f64().unwrap() > before + 0.001);
    assert_eq!(visit.value("document.activeElement.dataset.act"), "act_move", "the focus stays where it was");
    agrees_with_the_command_line(&visit, &proposal);

    visit.value("document.querySelector('#candidates summary').focus()");
    visit.tab.press_key("Enter").unwrap();
    visit.wait_for("document.querySelector('#candidate-list .done') !== null");
    visit.fill("#candidate-find", "C002");
    visit.click("#candidate-list [data-id=C002][data-act=act_lock]");
    visit.wait_for("document.querySelector('.done[data-fate=locked]') !== null");
    agrees_with_the_command_line(&visit, &proposal);
    let first = proposal["features"][0]["properties"]["id"].as_str().unwrap();
    visit.fill("#candidate-find", first);
    visit.click(&format!("#candidate-list [data-id={first}][data-act=act_forbid]"));
    visit.wait_for("document.querySelector('.done[data-fate=forbidden]') !== null");
    agrees_with_the_command_line(&visit, &proposal);
    let made = changes(&visit);
    assert_eq!((&made["lock"], &made["forbid"]), (&json!(["C002"]), &json!([first])));
    visit.leave();
}

#[test]
fn the_popup_of_a_station_is_whole_on_the_map_offers_to_forbid_it_and_closes_with_escape() {
    for size in [DESK, PHONE] {
        let Some(visit) = Visit::pay("?lang=zh", size) else { return };
        visit.click("#tab-whatif");
        let proposal = api(&visit, "proposal");
        let first = &proposal["features"][0];
        let at = &first["geometry"]["coordinates"];
        let (lon, lat) = (at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
        go(&visit, lon, lat, 13.0);
        visit.value("scrollTo(0, 0)");
        visit.click_at(&visit.pixel(lon, lat));
        visit.wait_for("document.querySelector('.maplibregl-popup [data-act=act_forbid]') !== null");
        visit.rest();
        // How far it hangs over the map's upper and lower edge.
        let over = "(() => { const [p, f] = ['.maplibregl-popup', '#map'].map((s) => document.querySelector(s).getBoundingClientRect()); \
            return Math.max(f.top - p.top, p.bottom - f.bottom); })()";
        assert!(visit.value(over).as_f64().unwrap() <= 0.0, "the popup is cut at {size:?}");
        visit.tab.press_key("Escape").unwrap();
        assert_eq!(visit.value("document.querySelector('.maplibregl-popup')"), Value::Null);
        visit.click_at(&visit.pixel(lon, lat));
        visit.wait_for("document.querySelector('.maplibregl-popup [data-act=act_forbid]') !== null");
        visit.rest();
        visit.click(".maplibregl-popup [data-act=act_forbid]");
        answered(&visit);
        assert_eq!(changes(&visit), json!({"forbid": [first["properties"]["id"]]}));
        visit.leave();
    }
}

#[test]
fn an_optimisation_finds_what_the_command_line_finds_and_its_plan_is_one_step() {
    let Some(visit) = desk("en") else { return };
    let proposal = api(&visit, "proposal");
    visit.value("document.querySelector('#settings').open = true");
    visit.fill("#set-target", "22");
    answered(&visit);
    visit.fill("#optimise-seconds", "60");
    visit.click("#optimise_start");
    visit.wait_for("document.querySelector('#job-state')?.dataset.state === 'done'");
    let certificate = visit.value("import('/page/panels/optimise.js').then(o => o.told().answer.answer.certificate)");
    let stated = edited::sited_for(22)["certificate"].clone();
    assert_eq!(certificate["status"], stated["status"]);
    let objective = |c: &Value| c["objective"].as_f64().unwrap();
    assert!((objective(&certificate) - objective(&stated)).abs() < 1e-3, "{certificate} is not {stated}");
    assert_eq!(visit.value("document.querySelectorAll('.chart path.incumbent').length"), 1);
    let shown = visit.text("#job-answer");
    assert!(shown.contains(&grouped(&certificate["objective"])), "{shown}");
    let lines = "(() => { const e = document.getElementById('job-state'); return e.clientHeight / parseFloat(getComputedStyle(e).lineHeight); })()";
    assert!(visit.value(lines).as_f64().unwrap() < 1.5, "how the job ended stands on one line");
    visit.screenshot("en-optimised");
    visit.click("#optimise_apply");
    answered(&visit);
    agrees_with_the_command_line(&visit, &proposal);
    assert_eq!(visit.value("import('/page/changes/plan.js').then(p => p.plan.answer.stations)"), 22);
    visit.click("#tool-undo");
    answered(&visit);
    assert_eq!(changes(&visit), json!({"target": 22}));
    visit.leave();
}

#[test]
fn on_a_large_plan_tiles_follow_the_changes_and_a_long_search_is_cancelled_and_its_best_taken() {
    let Some(visit) = Visit::pay_to(Server::large, "?lang=en", DESK) else { return };
    visit.click("#tab-whatif");
    // The same what-if over tiles: places come to the map by their index, not one by one.
    assert_eq!(
        visit.value("import('/page/state.js').then(s => [s.state.data.large, s.state.data.coverage])"),
        json!([true, null])
    );
    let gap = visit.value("fetch('/api/gaps').then(a => a.json()).then(g => g.features[0].geometry.coordinates)");
    go(&visit, gap[0].as_f64().unwrap(), gap[1].as_f64().unwrap(), 12.2);
    visit.click("#tool-add-here");
    answered(&visit);
    visit.rest();
    let asked = format!(
        "fetch('/api/what-if', {{method: 'POST', headers: {{'content-type': 'application/json'}}, body: JSON.stringify({})}}).then(a => a.json())",
        changes(&visit)
    );
    let answer = visit.value(&asked);
    assert_eq!(visit.text("#share-after"), percent(&answer["total"]["share_after"]));
    assert!(!answer["gained"]["places"].as_array().unwrap().is_empty(), "the largest gap is gained");
    let picture = visit.screenshot("en-large");
    assert!(pixels(&picture, (0x00, 0x9e, 0x73)) > 20, "places that are gained are drawn in their colour");
    visit.click("#tool-undo");
    answered(&visit);

    visit.value("document.querySelector('#settings').open = true");
    visit.fill("#set-target", "150");
    answered(&visit);
    visit.fill("#optimise-seconds", "120");
    visit.click("#optimise_start");
    visit.wait_for("document.querySelector('.chart path.incumbent') !== null");
    visit.click("#optimise_cancel");
    visit.wait_for("document.querySelector('#job-state')?.dataset.state === 'cancelled'");
    assert_eq!(changes(&visit), json!({"target": 150}), "what was cancelled changes nothing");

    visit.click("#optimise_start");
    visit.wait_for(
        "import('/page/panels/optimise.js').then(o => o.told().state === 'running' && o.told().told.length > 0)",
    );
    visit.screenshot("en-searching");
    visit.click("#optimise_take");
    visit.wait_for("document.querySelector('#job-state')?.dataset.state === 'done'");
    visit.wait_for("import('/page/changes/plan.js').then(p => p.plan.answer?.stations === 150 && !p.plan.busy)");
    let proof = visit.value("import('/page/panels/optimise.js').then(o => o.told().answer.answer.certificate)");
    let number = |key: &str| proof[key].as_f64().unwrap();
    assert_eq!(proof["status"], "feasible", "a search that was ended has proved nothing more");
    assert!(number("bound") > number("objective"), "and its bound holds: {proof}");
    visit.leave();
}

#[test]
fn scenarios_are_saved_compared_opened_and_exchanged_and_nobody_overwrites_another() {
    let Some(visit) = desk("zh") else { return };
    let proposal = api(&visit, "proposal");
    go(&visit, 124.165, 50.4355, 12.5);
    visit.click("#tool-add-here");
    answered(&visit);
    let first = changes(&visit);
    visit.click("#tab-scenarios");
    let save = |name: &str, note: &str| {
        visit.fill("#scenario-name", name);
        visit.fill("#scenario-note", note);
        visit.click("#scenario-save");
        visit.wait_for(&format!(
            "[...document.querySelectorAll('.scenario')].some(s => s.dataset.id === {})",
            json!(name)
        ));
    };
    save("方案甲", "东边加一站");
    visit.click("#tab-whatif");
    visit.value("document.querySelectorAll('.part')[0].open = true");
    visit.click("#station-list .done [data-act=act_remove]");
    answered(&visit);
    let second = changes(&visit);
    visit.click("#tab-scenarios");
    save("方案乙", "");

    visit.value("(() => { for (const [id, name] of [['compare-a', '方案甲'], ['compare-b', '方案乙']]) { const box = document.getElementById(id); box.value = name; box.dispatchEvent(new Event('change')); } })()");
    visit.click("#compare");
    visit.wait_for("document.querySelector('#compare-table') !== null");
    assert_eq!(visit.value("document.documentElement.scrollHeight"), DESK.1, "the panel scrolls, the page does not");
    let (a, b) = (edited::summary(&proposal, &first), edited::summary(&proposal, &second));
    let cell = |county: &str, column: u32| {
        visit.text(&format!("#compare-table tr[data-county='{county}'] td:nth-of-type({column})"))
    };
    let share = |summary: &Value| percent(&summary["coverage"]["proposed"]["share"]);
    assert_eq!((cell("*", 1), cell("*", 2)), (share(&a), share(&b)));
    for (row, other) in
        a["coverage"]["by_county"].as_array().unwrap().iter().zip(b["coverage"]["by_county"].as_array().unwrap())
    {
        let county = row["county"].as_str().unwrap();
        assert_eq!(
            (cell(county, 1), cell(county, 2)),
            (percent(&row["proposed"]["share"]), percent(&other["proposed"]["share"])),
            "{county}"
        );
    }
    let removed = second["remove"][0].as_str().unwrap();
    assert!(visit.text("[data-only=a]").contains(removed), "the station that was removed is only in the first");
    visit.screenshot("zh-compared");

    // Somebody else saves the second meanwhile: nothing is lost, one chooses.
    let other = "fetch('/api/scenarios/' + encodeURIComponent('方案乙'), {method: 'PUT', headers: {'if-match': '\"1\"', 'content-type': \
                 'application/json'}, body: JSON.stringify({changes: {}, note: '同事的版本'})}).then(a => a.status)";
    assert_eq!(visit.value(other), 200);
    visit.click("#scenario-save");
    visit.wait_for("document.querySelector('#conflict') !== null");
    assert!(visit.text("#conflict").contains("同事的版本") && visit.text("#conflict").contains("第 2 版"));
    visit.screenshot("zh-conflict");
    visit.click("#conflict_keep_mine");
    visit.wait_for("document.querySelector('#conflict') === null && document.querySelector('#scenario-said')?.textContent.includes('第 3 版')");
    let kept = visit.value("fetch('/api/scenarios/' + encodeURIComponent('方案乙')).then(a => a.json())");
    assert_eq!((&kept["changes"], &kept["revision"]), (&second, &json!(3)));

    // The first one again, and the file for others.
    visit.click(".scenario[data-id='方案甲'] [data-act=scenario_open]");
    visit.wait_for("document.querySelector('#scenario-name').value === '方案甲'");
    answered(&visit);
    assert_eq!(changes(&visit), first);
    let file = visit.value(
        "fetch('/api/scenarios.gpkg').then(a => a.arrayBuffer()).then(b => new TextDecoder().decode(b.slice(0, 15)))",
    );
    assert_eq!(file, "SQLite format 3");
    // The browser itself tells the console of the refusal that this test brings about.
    visit.leave_having_said(|line| line.contains("412"));
}

#[test]
fn a_link_that_holds_nonsense_is_told_and_changes_nothing() {
    let Some(visit) = Visit::pay("?lang=en#s=eyJldmlsIjoiPGltZz4ifQ&view=whatif", DESK) else { return };
    visit.wait_for("document.querySelector('#effects .fault') !== null");
    assert!(visit.text("#effects .fault").contains("unknown key evil"));
    assert_eq!(changes(&visit), json!({}));
    assert_eq!(visit.value("document.querySelector('#share-after')"), Value::Null);
    visit.leave();
}
