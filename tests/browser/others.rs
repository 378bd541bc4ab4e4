//! What a planner meets who is not alone: scenarios that come from elsewhere, and a server whose queue is full. A file of its own
//! because here others do something first.

use crate::visit::{DESK, RUNTIME, Server, Visit};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::PathBuf;

fn saved(visit: &Visit, name: &str, changes: &Value, note: &str) -> Value {
    let (path, body) = (json!(name), json!({"changes": changes, "note": note}));
    visit.value(&format!(
        "fetch('/api/scenarios/' + encodeURIComponent({path}), {{method: 'PUT', headers: {{'if-none-match': '*', \
         'content-type': 'application/json'}}, body: JSON.stringify({body})}}).then(a => a.json())"
    ))
}

fn downloaded(visit: &Visit, name: &str) -> PathBuf {
    let file = visit.downloads().join(name);
    let start = std::time::Instant::now();
    while !file.exists() {
        assert!(start.elapsed().as_secs() < 60, "{name} was not handed over");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    file
}

#[test]
fn scenarios_exported_by_one_are_imported_by_another_who_keeps_what_was_there_unless_told_otherwise() {
    let changes = json!({"add": [{"id": "+1", "name": "学校", "lon": 124.165, "lat": 50.4355}]});
    let dir = tempfile::tempdir().unwrap();
    let kept = dir.path().join("scenarios.gpkg");
    let (first, second);
    {
        let Some(visit) = Visit::pay("?lang=zh&view=scenarios", DESK) else { return };
        (first, second) = (saved(&visit, "东区", &changes, "银行不借"), saved(&visit, "西区", &json!({}), ""));
        visit.click("#tab-scenarios");
        visit.wait_for("document.querySelectorAll('.scenario').length === 2");
        visit.click("#scenario-export");
        std::fs::copy(downloaded(&visit, "scenarios.gpkg"), &kept).unwrap();
        visit.leave();
    }
    // Another plan folder, in which one of the names is taken.
    let Some(visit) = Visit::pay("?lang=zh", DESK) else { return };
    saved(&visit, "西区", &json!({"target": 21}), "本地");
    visit.click("#tab-scenarios");
    visit.give("#scenario-file", &kept);
    visit.wait_for("document.querySelector('#scenario-said') !== null");
    let said = visit.text("#scenario-said");
    assert!(said.contains("已导入 1 个方案") && said.contains("西区"), "{said}");
    let one = |name: &str| {
        visit.value(&format!("fetch('/api/scenarios/' + encodeURIComponent({})).then(a => a.json())", json!(name)))
    };
    for key in ["changes", "note", "total"] {
        let theirs = if key == "changes" { &changes } else { &first[key] };
        assert_eq!(&one("东区")[key], theirs, "{key}");
    }
    assert_eq!((&one("西区")["note"], &one("西区")["revision"]), (&json!("本地"), &json!(1)));
    // The same file again, this time as new revisions.
    visit.click("#scenario-replace");
    visit.give("#scenario-file", &kept);
    visit.wait_for("document.querySelector('#scenario-said').textContent.includes('已导入 2 个方案')");
    assert_eq!((&one("西区")["changes"], &one("西区")["revision"]), (&json!({}), &json!(2)));
    assert_eq!(one("西区")["total"], second["total"]);
    // What came in opens like what was saved here.
    visit.click(".scenario[data-id='东区'] [data-act=scenario_open]");
    visit.wait_for("document.querySelector('#scenario-name').value === '东区'");
    visit.wait_for(
        "import('/page/changes/plan.js').then(p => p.plan.answer?.changes.add?.length === 1 && !p.plan.busy)",
    );
    // A file that is none is told in words, and nothing is lost.
    let none = dir.path().join("none.gpkg");
    std::fs::write(&none, "PK\u{3}\u{4} no database").unwrap();
    visit.give("#scenario-file", &none);
    visit.wait_for("document.querySelector('#scenario-said').textContent.startsWith('方案库：')");
    assert_eq!(visit.value("document.querySelectorAll('.scenario').length"), 2);
    visit.screenshot("zh-imported");
    visit.leave_having_said(|line| line.contains("422"));
}

/// A request from another address of this machine: another client.
fn ask(origin: &str, client: u8, body: &str) -> String {
    let server: std::net::SocketAddr = origin.strip_prefix("http://").unwrap().parse().unwrap();
    let mut stream = RUNTIME.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, client], 0).into()).unwrap();
        socket.connect(server).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    let head = format!(
        "POST /api/jobs HTTP/1.1\r\nhost: {server}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn where_the_queue_is_full_the_page_says_when_to_ask_again_and_then_it_works() {
    let Some(visit) = Visit::pay_to(Server::large, "?lang=en", DESK) else { return };
    visit.click("#tab-whatif");
    // One search at work and eight that wait: three from each of three colleagues.
    let body = json!({"changes": {"target": 150}, "seconds": 60}).to_string();
    let mut jobs = Vec::new();
    for client in [2, 3, 4] {
        for _ in 0..3 {
            let answer = ask(&visit.origin, client, &body);
            assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
            let told = answer.split("\r\n\r\n").nth(1).unwrap();
            let id = told[told.find("\"job\":\"").unwrap() + 7..].split('"').next().unwrap().to_owned();
            jobs.push(id);
        }
    }
    visit.click("#optimise_start");
    visit.wait_for("document.querySelector('#job-state')?.dataset.state === 'failed'");
    assert_eq!(visit.text("#job-state"), "The server's queue is full; try again in 5 s.");
    // Whoever only looks does not wait for the others.
    let waited = visit.value("(async () => { const t = performance.now(); const a = await fetch('/health'); return [a.status, performance.now() - t]; })()");
    assert!(waited[0] == 200 && waited[1].as_f64().unwrap() < 1000.0, "{waited}");
    visit.screenshot("en-queue-full");
    for job in &jobs {
        assert_eq!(visit.value(&format!("fetch('/api/jobs/{job}', {{method: 'DELETE'}}).then(a => a.status)")), 200);
    }
    // A search that does not come to its end by itself.
    visit.value("document.querySelector('#settings').open = true");
    visit.fill("#set-target", "150");
    visit.wait_for("import('/page/changes/plan.js').then(p => p.plan.changes.target === 150 && !p.plan.busy)");
    visit.fill("#optimise-seconds", "300");
    visit.click("#optimise_start");
    visit.wait_for("['queued', 'running'].includes(document.querySelector('#job-state')?.dataset.state) && !!document.querySelector('#optimise_cancel')");
    // No button moves when the first choice comes in: whoever reaches for one must not press the other.
    let cancel = "(() => { const [b, all] = ['#optimise_cancel', '#job-acts'].map(s => document.querySelector(s).getBoundingClientRect()); return [b.x - all.x, b.y - all.y]; })()";
    let before = visit.value(cancel);
    visit.wait_for("!document.querySelector('#optimise_take').disabled");
    assert_eq!(visit.value(cancel), before);
    visit.click("#optimise_cancel");
    visit.wait_for("document.querySelector('#job-state')?.dataset.state === 'cancelled'");
    visit.leave_having_said(|line| line.contains("503"));
}

#[test]
fn far_out_a_large_plan_is_drawn_as_few_sums_that_hold_every_place_and_signs_wait_for_a_change() {
    let Some(visit) = Visit::pay_to(Server::large, "?lang=en", DESK) else { return };
    visit.rest();
    let places =
        "import('/page/map.js').then(m => m.drawn(['tile-sum', 'tile-place']).map(p => [p.count ?? 1, p.people ?? 0]))";
    let drawn: Vec<(u64, f64)> = serde_json::from_value(visit.value(places)).unwrap();
    let summary = visit.value("fetch('/api/summary').then(a => a.json())");
    let layers = summary["inputs"].as_array().unwrap();
    let of = |name: &str| layers.iter().find(|l| l["layer"] == name).map_or(0, |l| l["features"].as_u64().unwrap());
    assert_eq!(drawn.iter().map(|d| d.0).sum::<u64>(), of("residences") + of("clusters"), "nobody is left out");
    // What a software renderer can keep up with: one symbol to 16 by 16 pixels at most, whole extent and nearer.
    let most = visit.value("import('/page/map.js').then(() => { const c = document.querySelector('.maplibregl-canvas'); return (c.clientWidth / 16 + 2) * (c.clientHeight / 16 + 2); })");
    let zoom = |z: u8| {
        let centre = "const c = m.view().free";
        visit.value(&format!("import('/page/map.js').then(async m => {{ {centre}; (await import('/page/state.js')).go({{ centre: c, zoom: {z} }}); }})"));
        visit.rest();
        visit.value(places).as_array().unwrap().len()
    };
    assert!((drawn.len() as f64) < most.as_f64().unwrap(), "{} of {most}", drawn.len());
    let near = zoom(8);
    assert!(near > 100 && (near as f64) < most.as_f64().unwrap(), "{near} of {most}");
    let signs = "import('/page/map.js').then(m => m.isVisible('tile-plus') || m.isVisible('tile-minus'))";
    assert_eq!(visit.value(signs), false);
    visit.leave();
}
