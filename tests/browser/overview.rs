//! What does the overview say while changes are shown? Their figures, against the plan; without them the plan's own again. A file of its own because
//! the overview belongs to leadership, and the changes to whoever plans.

use crate::edited;
use crate::visit::{DESK, Visit, api, grouped};
use serde_json::{Value, json};

fn percent(share: &Value) -> String {
    format!("{:.1}%", share.as_f64().unwrap() * 100.0)
}

#[test]
fn the_overview_follows_the_changes_and_returns_when_they_are_undone() {
    for (lang, by_kind, changed) in [("en", "Urban residents", "With changes"), ("zh", "城镇居民", "推演后")] {
        let Some(visit) = Visit::pay(&format!("?lang={lang}"), DESK) else { return };
        let overview = || visit.text("#view-summary");
        let planned = overview();
        let proposal = api(&visit, "proposal");
        let refused = proposal["features"][0]["properties"]["id"].clone();
        let made = json!({"add": [{"id": "+1", "name": "x", "lon": 124.165, "lat": 50.4355}], "remove": [refused], "target": 21});
        visit.value(&format!("import('/page/changes/plan.js').then(p => p.commit({made}))"));
        visit.wait_for("document.querySelector('#changed-note') !== null");

        let stated = edited::summary(&proposal, &made);
        let after = &stated["coverage"]["proposed"];
        assert_eq!(visit.text("#view-summary .figure.then strong"), percent(&after["share"]));
        let before = api(&visit, "summary")["coverage"]["proposed"].clone();
        assert_eq!(visit.text("#view-summary .figure.before strong"), percent(&before["share"]));
        assert!(visit.text("#view-summary .people").contains(&grouped(&after["covered"])));
        // Gained and lost come to what the total has more or less.
        let moved = visit.value(
            "import('/page/changes/plan.js').then(p => [p.plan.answer.gained.people, p.plan.answer.lost.people])",
        );
        for (kind, people) in [("gained", &moved[0]), ("lost", &moved[1])] {
            let told = visit.text(&format!("#view-summary .signs .{kind} strong"));
            assert!(told.contains(&grouped(people)), "{kind}: {told}");
        }
        let count = |n: u32| visit.text(&format!("#view-summary .counted div:nth-of-type({n}) strong"));
        assert_eq!((count(1), count(2), count(3)), ("7".into(), "13".into(), "21".into()));
        let row = |name: &str, column: u32| {
            let found = format!(
                "[...document.querySelectorAll('#view-summary tbody tr')].find(r => r.cells[0].textContent === {}).cells[{column}].textContent",
                json!(name)
            );
            visit.value(&found)
        };
        let urban = |summary: &Value| {
            let rows = summary["coverage"]["by_setting"].as_array().unwrap();
            percent(&rows.iter().find(|r| r["setting"] == "urban").unwrap()["proposed"]["share"])
        };
        assert_eq!((row(by_kind, 1), row(by_kind, 2)), (json!(urban(&api(&visit, "summary"))), json!(urban(&stated))));
        assert!(
            overview().contains(changed)
                && visit.value("document.querySelector('#view-summary .proof')") == Value::Null
        );
        visit.screenshot(&format!("{lang}-overview-changed"));

        visit.control("z", false);
        visit.wait_for("document.querySelector('#changed-note') === null");
        assert_eq!(overview(), planned);
        visit.leave();
    }
}

#[test]
fn what_is_taken_away_and_what_is_lost_is_marked_beside_the_figures_of_the_rings() {
    let Some(visit) = Visit::pay("?lang=zh", DESK) else { return };
    let changes = json!({"remove": ["S001", "S002", "S003", "S004"]});
    visit.value(&format!(
        "import('/page/changes/address.js').then(a => {{ location.hash = a.write({changes}, 'whatif'); }})"
    ));
    visit.wait_for("import('/page/map.js').then(m => m.drawn(['edit-station']).length === 4 && m.drawn(['difference']).length > 4)");
    visit.rest();
    for layer in ["edit-station", "difference"] {
        assert_eq!(
            visit.value(&format!("import('/page/map.js').then(m => m.covered('{layer}'))")),
            json!([]),
            "{layer}"
        );
    }
    visit.leave();
}
