//! The planner's desk as a browser and an office network see it: what may be asked, by whom, how much of it, and what is kept.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod served;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use doorstep::desk::scenarios::{Condition, Draft, Store, StoreError};
use doorstep::desk::{Changes, JobLimits, WhatIf};
use doorstep::job::Outcome;
use doorstep::web::{Access, Desk, Hosts, Limits, Planning, router};
use serde_json::{Value, json};
use served::{Answer, OUTCOME, ROUTER, request, send};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

static WHAT_IF: LazyLock<WhatIf> = LazyLock::new(|| WhatIf::new(Arc::clone(&OUTCOME)).unwrap());

fn sent(router: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let elsewhere = headers.iter().any(|(name, _)| *name == "host");
    let mut request = if elsewhere { Request::builder().method(method).uri(path) } else { request(method, path) };
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(router, request.body(body.into()).unwrap())
}

const JSON: (&str, &str) = ("content-type", "application/json");

fn post(router: &Router, path: &str, body: &Value) -> Answer {
    sent(router, Method::POST, path, &[JSON], body.to_string())
}

fn get(router: &Router, path: &str) -> Answer {
    sent(router, Method::GET, path, &[], Body::empty())
}

fn proposed() -> Vec<String> {
    OUTCOME.proposals.iter().map(|p| OUTCOME.candidates[p.candidate].id.clone()).collect()
}

#[test]
fn changes_are_answered_over_http_as_the_desk_answers_them() {
    let changes =
        json!({"remove": [proposed()[0]], "add": [{"id": "+1", "lon": 124.1, "lat": 50.4}], "minutes": {"urban": 12}});
    let answer = post(&ROUTER, "/api/what-if", &changes);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let mut given = answer.json();
    assert!(given["milliseconds"].as_f64().is_some_and(|ms| ms >= 0.0));
    given.as_object_mut().unwrap().remove("milliseconds");
    let parsed: Changes = serde_json::from_value(changes).unwrap();
    assert_eq!(given, serde_json::to_value(WHAT_IF.answer(&parsed).unwrap()).unwrap());
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(given["counties"].as_array().unwrap().len(), OUTCOME.shares.by_county.len());
}

#[test]
fn what_is_no_plain_json_or_too_much_of_it_is_refused() {
    let to = |headers: &[(&str, &str)], body: String| sent(&ROUTER, Method::POST, "/api/what-if", headers, body);
    assert!(to(&[], "{}".to_owned()).is_problem(415), "a form of another site says no JSON");
    assert!(to(&[("content-type", "text/plain")], "{}".to_owned()).is_problem(415));
    assert!(to(&[JSON, ("content-encoding", "gzip")], "{}".to_owned()).is_problem(415));
    assert!(to(&[JSON], "{".to_owned()).is_problem(400));
    assert!(to(&[JSON], "{\"unknown\":1}".to_owned()).is_problem(400));
    assert!(to(&[JSON], format!("{{\"weights\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000))).is_problem(400));
    assert!(to(&[JSON], format!("{{\"remove\":[\"{}\"]}}", "x".repeat(600_000))).is_problem(413));
    let many: Vec<String> = (0..6_000).map(|i| format!("x{i}")).collect();
    assert!(to(&[JSON], json!({ "remove": many }).to_string()).is_problem(413));
    let wrong = to(&[JSON], json!({"remove": ["nobody"], "target": 0}).to_string());
    assert!(wrong.is_problem(422));
    let detail = wrong.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("nobody") && detail.contains("target"), "{detail}");
    assert!(post(&ROUTER, "/api/what-if?lang=fr", &json!({})).is_problem(400));
    assert_eq!(get(&ROUTER, "/api/what-if").status, 405);
}

#[test]
fn on_a_network_the_review_is_open_and_changing_needs_the_token() {
    let network =
        router(Desk::new(Arc::clone(&OUTCOME)).named(Hosts::Any).guarded(Access::by_token("secret-secret-1")));
    let with = |method: Method, path: &str, headers: &[(&str, &str)]| {
        let headers = [headers, &[JSON, ("host", "planning.example")]].concat();
        sent(&network, method, path, &headers, "{}")
    };
    for path in ["/", "/api/summary", "/api/coverage", "/api/plan", "/health", "/api/session"] {
        assert_eq!(with(Method::GET, path, &[]).status, 200, "{path}");
    }
    assert_eq!(with(Method::GET, "/api/session", &[]).json()["may_change"], false);
    let token = ("authorization", "Bearer secret-secret-1");
    assert_eq!(with(Method::GET, "/api/session", &[token]).json()["may_change"], true);
    for (method, path) in [
        (Method::POST, "/api/what-if"),
        (Method::POST, "/api/what-if/gaps"),
        (Method::POST, "/api/export?format=csv"),
        (Method::POST, "/api/jobs"),
        (Method::GET, "/api/jobs/j1"),
        (Method::GET, "/api/scenarios"),
        (Method::GET, "/api/scenarios/compare?a=plan&b=plan"),
        (Method::PUT, "/api/scenarios/x"),
        (Method::DELETE, "/api/scenarios/x"),
        (Method::GET, "/api/scenarios.gpkg"),
        (Method::POST, "/api/scenarios.gpkg"),
    ] {
        let refused = with(method.clone(), path, &[]);
        assert!(refused.is_problem(401), "{method} {path}: {}", refused.status);
        let wrong = with(method.clone(), path, &[("authorization", "Bearer secret-secret-2")]);
        assert!(wrong.is_problem(401), "{method} {path}: {}", wrong.status);
        assert_ne!(with(method.clone(), path, &[token]).status, 401, "{method} {path}");
    }
    assert_eq!(with(Method::POST, "/api/what-if", &[token]).status, 200);
    assert!(with(Method::GET, "/login?token=wrong", &[]).is_problem(401));
    let login = with(Method::GET, "/login?token=secret-secret-1", &[]);
    assert_eq!((login.status.as_u16(), login.header(header::LOCATION)), (303, "/"));
    let cookie = login.header(header::SET_COOKIE);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let kept = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(with(Method::POST, "/api/what-if", &[("cookie", &kept)]).status, 200);
    // A network without a token at all lets nobody change.
    let closed = router(Desk::new(Arc::clone(&OUTCOME)).named(Hosts::Any));
    assert!(post(&closed, "/api/what-if", &json!({})).is_problem(401));
}

#[test]
fn a_request_that_another_site_sends_changes_nothing_on_loopback_either() {
    let from = |headers: &[(&str, &str)]| {
        sent(&ROUTER, Method::POST, "/api/what-if", &[headers, &[JSON]].concat(), "{}").status.as_u16()
    };
    assert_eq!(from(&[("origin", "http://127.0.0.1:8040"), ("sec-fetch-site", "same-origin")]), 200);
    assert_eq!(from(&[("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")]), 403);
    assert_eq!(from(&[("origin", "http://127.0.0.1:9999")]), 403);
    assert_eq!(from(&[("sec-fetch-site", "same-site")]), 403);
    assert_eq!(from(&[("origin", "null")]), 403);
}

/// Name, people and id of every row below the headings of a workbook's first sheet.
fn workbook_rows(bytes: Vec<u8>) -> Vec<(String, f64, String)> {
    use calamine::{DataType, Reader, Xlsx};
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let name = book.sheet_names()[0].clone();
    let sheet = book.worksheet_range(&name).unwrap();
    let rows = sheet.rows().skip(1).filter(|r| r[2].get_string().is_some());
    rows.map(|r| (r[0].as_string().unwrap(), r[1].as_f64().unwrap(), r[2].as_string().unwrap())).collect()
}

/// The same of a GeoPackage's first layer.
fn geopackage_rows(bytes: &[u8]) -> Vec<(String, f64, String)> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let database = rusqlite::Connection::open(file.path()).unwrap();
    let first = "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY rowid LIMIT 1";
    let table: String = database.query_row(first, [], |row| row.get(0)).unwrap();
    let mut all = database.prepare(&format!("SELECT name, people, id FROM \"{table}\" ORDER BY fid")).unwrap();
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn the_gap_list_is_filtered_sorted_and_paged_and_exported_exactly_as_shown() {
    let first = post(&ROUTER, "/api/what-if/gaps?lang=en", &json!({"limit": 7})).json();
    assert_eq!(first["total"], OUTCOME.gaps.len());
    let rows = first["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 7);
    assert_eq!(rows[0]["id"], OUTCOME.folder.places[OUTCOME.gaps[0].place].id.as_str());
    assert!(rows[0]["lon"].is_number() && rows[0]["index"] == OUTCOME.gaps[0].place);
    let county = rows[0]["county"].as_str().unwrap().to_owned();
    let asked = json!({"filter": {"county": county}, "sort": "name", "order": "asc", "limit": 5000});
    let filtered = post(&ROUTER, "/api/what-if/gaps?lang=en", &asked).json();
    let shown = filtered["rows"].as_array().unwrap();
    assert!(shown.iter().all(|r| r["county"] == county.as_str()) && filtered["total"] == shown.len());
    assert!(shown.windows(2).all(|w| w[0]["name"].as_str() <= w[1]["name"].as_str()));
    assert!(post(&ROUTER, "/api/what-if/gaps", &json!({"sort": "secret"})).is_problem(400));

    let ids: Vec<Value> = shown.iter().take(4).rev().map(|r| json!({"layer": r["layer"], "id": r["id"]})).collect();
    let asked = json!({"ids": ids, "columns": ["name", "people", "id"], "lang": "en"});
    let csv = post(&ROUTER, "/api/export?format=csv", &asked);
    assert_eq!(csv.status, 200, "{}", String::from_utf8_lossy(&csv.body));
    let text = String::from_utf8(csv.body).unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert!(lines[0].starts_with("name,people,id,"), "{}", lines[0]);
    assert_eq!(lines.len(), 5);
    for (line, row) in lines[1..].iter().zip(shown.iter().take(4).rev()) {
        assert!(
            line.starts_with(row["name"].as_str().unwrap()) && line.contains(row["id"].as_str().unwrap()),
            "{line} {row}"
        );
    }
    let file = |format: &str| {
        let file = post(&ROUTER, &format!("/api/export?format={format}"), &asked);
        assert_eq!(file.status, 200, "{format}: {}", String::from_utf8_lossy(&file.body));
        file.body
    };
    // Name, people, id, as asked for and in the order asked for.
    let wanted: Vec<(String, f64, String)> = shown
        .iter()
        .take(4)
        .rev()
        .map(|r| {
            (
                r["name"].as_str().unwrap().to_owned(),
                r["people"].as_f64().unwrap(),
                r["id"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let written: Value = serde_json::from_slice(&file("geojson")).unwrap();
    let found: Vec<(String, f64, String)> = written["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            serde_json::from_value(json!([f["properties"]["name"], f["properties"]["people"], f["properties"]["id"]]))
        })
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(found, wanted);
    let keys = written["features"][0]["properties"].as_object().unwrap();
    assert!(keys.len() < first["rows"][0].as_object().unwrap().len() && !keys.contains_key("reason"), "{keys:?}");
    assert_eq!(workbook_rows(file("xlsx")), wanted);
    assert_eq!(geopackage_rows(&file("gpkg")), wanted);
    assert!(post(&ROUTER, "/api/export?format=csv", &json!({"columns": ["password"]})).is_problem(422));
    assert!(post(&ROUTER, "/api/export?format=csv", &json!({"ids": ["nobody"]})).is_problem(422));
    assert!(post(&ROUTER, "/api/export?format=exe", &json!({})).is_problem(400));
}

/// Waits for a job to be over.
fn over(router: &Router, job: &str) -> Value {
    let start = Instant::now();
    loop {
        let seen = get(router, &format!("/api/jobs/{job}")).json();
        if ["done", "cancelled", "failed"].contains(&seen["state"].as_str().unwrap()) {
            return seen;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "{seen}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_job_tells_its_progress_and_ends_with_changes_that_give_its_objective() {
    let three = proposed()[..3].to_vec();
    let changes = json!({"forbid": [three[0]], "lock": [three[1]], "remove": [three[2]], "target": 21});
    let taken = post(&ROUTER, "/api/jobs", &json!({"changes": changes, "seconds": 60}));
    assert_eq!(taken.status, 202, "{}", String::from_utf8_lossy(&taken.body));
    let taken = taken.json();
    let told = get(&ROUTER, taken["events"].as_str().unwrap());
    assert_eq!(told.header(header::CONTENT_TYPE), "text/event-stream");
    let text = String::from_utf8(told.body).unwrap();
    let (progress, end) = text.rsplit_once("event: end\n").expect("an end");
    assert!(progress.contains("event: progress\n"), "{text}");
    let end: Value = serde_json::from_str(end.trim().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(end["state"], "done", "{end}");
    let sites: Vec<String> = serde_json::from_value(end["answer"]["sites"].clone()).unwrap();
    assert!(sites.contains(&three[1]) && !sites.contains(&three[0]), "{sites:?}");
    assert_eq!(sites.len(), 21 - OUTCOME.existing());
    let proof = &end["answer"]["certificate"];
    assert!(proof["bound"].as_f64() >= proof["objective"].as_f64(), "{proof}");
    let found: Changes = serde_json::from_value(end["answer"]["changes"].clone()).unwrap();
    let (folder, chosen) = WHAT_IF.edited(&found).unwrap();
    let standing: Vec<String> =
        chosen.iter().map(|&c| folder.candidates.as_ref().unwrap()[c as usize].id.clone()).collect();
    assert_eq!(standing, sites, "the changes lead to the answer");
    let worth = WHAT_IF.recount(&found).unwrap().certificate.objective;
    assert!((worth - proof["objective"].as_f64().unwrap()).abs() < 1e-3, "{worth} {proof}");
    assert_eq!(over(&ROUTER, taken["job"].as_str().unwrap()), end);
}

#[test]
fn a_job_whose_conditions_conflict_fails_in_words_and_wrong_changes_are_none() {
    let all: Vec<String> = OUTCOME.candidates.iter().map(|c| c.id.clone()).collect();
    let taken = post(&ROUTER, "/api/jobs?lang=en", &json!({"changes": {"forbid": all[1..], "target": 25}})).json();
    let end = over(&ROUTER, taken["job"].as_str().unwrap());
    assert!(end["state"] == "failed" && end["error"].as_str().is_some_and(|e| !e.is_empty()), "{end}");
    assert!(post(&ROUTER, "/api/jobs", &json!({"changes": {"lock": ["nobody"]}})).is_problem(422));
    assert!(get(&ROUTER, "/api/jobs/j999999").is_problem(404));
}

/// A plan that takes a search of some seconds, with room for little.
fn crowded(grace: Duration) -> Router {
    let jobs = JobLimits { workers: 1, queue: 2, per_client: 100, longest: Duration::from_secs(60), grace };
    let planning = Planning { limits: Limits { jobs, ..Limits::default() }, ..Planning::default() };
    router(Desk::new(large()).planning(planning))
}

#[path = "../examples/generate_plan.rs"]
#[expect(dead_code, reason = "the example's own main is not called")]
mod generate_plan;

/// Six thousand places and 300 candidates.
fn large() -> Arc<Outcome> {
    static LARGE: LazyLock<Arc<Outcome>> = LazyLock::new(|| {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_owned();
        let size = generate_plan::Size {
            folder,
            places: 6_000,
            candidates: 300,
            stations: 12,
            counties: 5,
            seed: 3,
            polygons: 0.1,
        };
        generate_plan::generate(&size).unwrap();
        let folder = doorstep::read::open(dir.path()).unwrap();
        let chosen: Vec<u32> = (0..40).map(|i| i * 7).collect();
        Arc::new(doorstep::job::recount(folder, chosen, time::macros::date!(2026 - 01 - 01)).unwrap())
    });
    Arc::clone(&LARGE)
}

#[test]
fn a_burst_past_the_queue_is_turned_away_while_the_server_goes_on_answering() {
    let router = crowded(Duration::from_secs(60));
    post(&router, "/api/what-if", &json!({}));
    let submit = || post(&router, "/api/jobs", &json!({"seconds": 20}));
    let taken: Vec<Answer> = (0..12).map(|_| submit()).collect();
    let accepted: Vec<Value> = taken.iter().filter(|a| a.status == 202).map(Answer::json).collect();
    let turned_away: Vec<&Answer> = taken.iter().filter(|a| a.status != 202).collect();
    assert!((2..=6).contains(&accepted.len()), "{} taken", accepted.len());
    assert!(turned_away.iter().all(|a| a.is_problem(503) && a.header(header::RETRY_AFTER) == "5"));
    // The search is at work, and more are turned away: whoever only looks does not wait for any of them.
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        submit();
        let clock = Instant::now();
        assert_eq!(get(&router, "/health").status, 200);
        slowest = slowest.max(clock.elapsed());
    }
    assert!(slowest < Duration::from_millis(50), "/health took {slowest:?}");
    assert_eq!(post(&router, "/api/what-if", &json!({})).status, 200);
    for job in &accepted {
        let path = format!("/api/jobs/{}", job["job"].as_str().unwrap());
        // What is ended is over with the answer that says so, however long its search goes on.
        let end = sent(&router, Method::DELETE, &path, &[], Body::empty());
        assert_eq!(end.status, 200);
        assert!(["cancelled", "done"].contains(&end.json()["state"].as_str().unwrap()), "{}", end.json());
    }
}

#[test]
fn a_search_over_weighted_phases_finds_and_proves_the_plan_that_the_command_line_writes() {
    let mut folder = OUTCOME.folder.clone();
    folder.plan.objective.phases = vec![1.0; folder.plan.phases.len()];
    let planned = doorstep::job::run(folder.clone(), OUTCOME.date, |_| {}).unwrap();
    // The search starts from the best last phase, which is another choice.
    let mut chosen: Vec<u32> = OUTCOME.proposals.iter().map(|p| p.candidate as u32).collect();
    chosen.sort_unstable();
    let ids = |sites: &mut dyn Iterator<Item = usize>| {
        let mut ids: Vec<String> = sites.map(|site| planned.candidates[site].id.clone()).collect();
        ids.sort_unstable();
        ids
    };
    let best = ids(&mut planned.proposals.iter().map(|p| p.candidate));
    assert_ne!(best, ids(&mut chosen.iter().map(|site| *site as usize)));
    let outcome = doorstep::job::recount(folder, chosen, OUTCOME.date).unwrap();
    let router = router(Desk::new(Arc::new(outcome)));
    let job = post(&router, "/api/jobs", &json!({"seconds": 60})).json();
    let end = over(&router, job["job"].as_str().unwrap());
    let answer = &end["answer"];
    assert_eq!(answer["sites"], json!(best), "{end}");
    let (proof, theirs) = (&answer["certificate"], &planned.certificate);
    assert_eq!((&proof["status"], theirs.proof.name()), (&json!("optimal"), "optimal"));
    assert_eq!(proof["objective"].as_f64(), Some(theirs.objective));
    assert_eq!((&end["incumbent"], &end["bound"]), (&proof["objective"], &proof["bound"]));
    let opened = planned.folder.plan.phases.iter().enumerate().map(|(t, phase)| {
        let mut new = planned.proposals.iter().filter(|p| p.phase == t).map(|p| p.candidate);
        json!({"name": phase.name, "sites": ids(&mut new)})
    });
    assert_eq!(answer["phases"], opened.collect::<Value>());
    assert!(answer["remarks"][0].as_str().unwrap().contains("加权和"), "{end}");
    let plain = post(&ROUTER, "/api/jobs", &json!({"seconds": 30})).json();
    let plain = over(&ROUTER, plain["job"].as_str().unwrap());
    assert_eq!((&plain["answer"]["remarks"], &plain["answer"]["phases"]), (&json!([]), &json!([])));
}

#[test]
fn a_search_over_weighted_phases_that_is_ended_early_has_a_whole_plan_and_a_bound_above_it() {
    let mut folder = large().folder.clone();
    let last = folder.plan.phases.pop().unwrap();
    folder.plan.phases =
        [(20, "1"), (30, "2")].map(|(stations, name)| doorstep::model::Phase { name: name.into(), stations }).into();
    folder.plan.phases.push(last);
    folder.plan.objective.phases = vec![1.0; 3];
    let chosen = (0..40).map(|i| i * 7).collect();
    let outcome = doorstep::job::recount(folder, chosen, large().date).unwrap();
    let router = router(Desk::new(Arc::new(outcome)));
    let job = post(&router, "/api/jobs", &json!({"seconds": 2})).json();
    let job = job["job"].as_str().unwrap();
    let clock = Instant::now();
    let end = over(&router, job);
    assert!(clock.elapsed() < Duration::from_secs(20), "it was told to stop after two seconds");
    let answer = &end["answer"];
    assert_eq!(answer["sites"].as_array().unwrap().len(), 40, "{end}");
    let (objective, bound) = (answer["certificate"]["objective"].as_f64(), answer["certificate"]["bound"].as_f64());
    assert!(objective.unwrap() > 0.0 && bound >= objective, "{end}");
    let opened: usize = answer["phases"].as_array().unwrap().iter().map(|p| p["sites"].as_array().unwrap().len()).sum();
    assert_eq!(opened, 40);
}

#[test]
fn one_client_may_have_so_many_jobs_and_no_more() {
    let router = router(Desk::new(large()));
    let taken: Vec<u16> = (0..5).map(|_| post(&router, "/api/jobs", &json!({"seconds": 30})).status.as_u16()).collect();
    assert_eq!(taken[..3], [202; 3], "{taken:?}");
    assert!(taken[3..].iter().all(|s| *s == 429 || *s == 202), "{taken:?}");
}

#[test]
fn a_job_that_nobody_listens_to_any_more_ends() {
    let router = crowded(Duration::from_millis(300));
    let submit = || post(&router, "/api/jobs", &json!({"seconds": 60})).json()["job"].as_str().unwrap().to_owned();
    let jobs = [submit(), submit(), submit()];
    std::thread::sleep(Duration::from_secs(3));
    let state = |job: &str| get(&router, &format!("/api/jobs/{job}")).json()["state"].as_str().unwrap().to_owned();
    assert_eq!(state(&jobs[2]), "cancelled", "it waited and nobody asked for it");
    over(&router, &jobs[0]);
}

#[test]
fn the_best_so_far_can_be_taken_and_is_a_whole_plan() {
    let router = crowded(Duration::from_secs(60));
    let taken = post(&router, "/api/jobs", &json!({"seconds": 60})).json();
    let job = taken["job"].as_str().unwrap();
    let start = Instant::now();
    while get(&router, &format!("/api/jobs/{job}")).json()["incumbent"].is_null() && start.elapsed().as_secs() < 60 {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(post(&router, &format!("/api/jobs/{job}/take"), &json!({})).status, 200);
    let end = over(&router, job);
    assert_eq!(end["state"], "done", "{end}");
    assert_eq!(end["answer"]["sites"].as_array().unwrap().len(), 40);
}

fn keeping(dir: &Path) -> Router {
    let planning = Planning { scenarios: Some(dir.join("scenarios.gpkg")), ..Planning::default() };
    router(Desk::new(Arc::clone(&OUTCOME)).planning(planning))
}

#[test]
fn scenarios_are_kept_replaced_only_by_who_has_seen_them_and_every_revision_stays() {
    let dir = tempfile::tempdir().unwrap();
    let router = keeping(dir.path());
    assert_eq!(get(&router, "/api/scenarios").json(), json!([]));
    assert!(!dir.path().join("scenarios.gpkg").exists(), "looking makes no file");
    let put = |name: &str, condition: (&str, &str), changes: Value| {
        let body = json!({"changes": changes, "note": "与学校商量"}).to_string();
        sent(&router, Method::PUT, &format!("/api/scenarios/{name}"), &[JSON, condition], body)
    };
    let first = put("%E5%AD%A6%E6%A0%A1", ("if-none-match", "*"), json!({"remove": [proposed()[0]]}));
    assert_eq!((first.status.as_u16(), first.header(header::ETAG)), (201, "\"1\""));
    assert!(put("%E5%AD%A6%E6%A0%A1", ("if-none-match", "*"), json!({})).is_problem(412));
    let second = put("%E5%AD%A6%E6%A0%A1", ("if-match", "\"1\""), json!({"remove": [proposed()[1]]}));
    assert_eq!((second.status.as_u16(), second.header(header::ETAG)), (200, "\"2\""));
    assert!(put("%E5%AD%A6%E6%A0%A1", ("if-match", "\"1\""), json!({})).is_problem(412));
    assert!(put("x", ("if-match", "\"1\""), json!({})).is_problem(412), "there is none to replace");
    let unsaid = sent(&router, Method::PUT, "/api/scenarios/x", &[JSON], json!({"changes": {}}).to_string());
    assert!(unsaid.is_problem(428));
    for name in ["plan", "%20x", "a%0Ab", "a%2Fb"] {
        let refused = put(name, ("if-none-match", "*"), json!({}));
        assert!(refused.is_problem(422), "{name}: {}", refused.status);
    }
    let one = get(&router, "/api/scenarios/%E5%AD%A6%E6%A0%A1");
    assert_eq!(one.header(header::ETAG), "\"2\"");
    assert_eq!(one.json()["changes"], json!({"remove": [proposed()[1]]}));
    assert_eq!((&one.json()["note"], &one.json()["stations"]), (&json!("与学校商量"), &json!(19)));
    let answer = post(&router, "/api/what-if", &json!({"remove": [proposed()[1]]})).json();
    assert_eq!(one.json()["total"]["after"].as_f64(), answer["total"]["after"].as_f64());

    let compared = get(&router, "/api/scenarios/compare?a=plan&b=%E5%AD%A6%E6%A0%A1").json();
    assert_eq!(compared["b"]["total"], answer["total"]);
    assert_eq!(compared["only_a"].as_array().unwrap().len(), 1);
    assert_eq!((&compared["only_a"][0]["id"], &compared["only_b"]), (&json!(proposed()[1]), &json!([])));
    assert_eq!(compared["places"], answer["lost"]["places"]);
    assert!(get(&router, "/api/scenarios/compare?a=plan&b=nobody").is_problem(404));

    let path = "/api/scenarios/%E5%AD%A6%E6%A0%A1";
    assert!(sent(&router, Method::DELETE, path, &[("if-match", "\"1\"")], Body::empty()).is_problem(412));
    assert_eq!(sent(&router, Method::DELETE, path, &[("if-match", "\"2\"")], Body::empty()).status, 200);
    assert!(get(&router, path).is_problem(404));
    let third = put("%E5%AD%A6%E6%A0%A1", ("if-none-match", "*"), json!({}));
    assert_eq!(third.header(header::ETAG), "\"4\"", "a number is never used twice, a deletion has one too");
    let db = rusqlite::Connection::open(dir.path().join("scenarios.gpkg")).unwrap();
    let revisions: Vec<(i64, bool)> = db
        .prepare("SELECT revision, deleted FROM revisions ORDER BY revision")
        .unwrap()
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(revisions, [(1, false), (2, false), (3, true), (4, false)]);
}

#[test]
fn scenarios_go_out_as_a_geopackage_and_come_in_elsewhere() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (router, other) = (keeping(here.path()), keeping(there.path()));
    let put = |router: &Router, name: &str, changes: Value| {
        let body = json!({ "changes": changes }).to_string();
        let path = format!("/api/scenarios/{name}");
        assert_eq!(sent(router, Method::PUT, &path, &[JSON, ("if-none-match", "*")], body).status, 201);
    };
    put(&router, "one", json!({"remove": [proposed()[0]]}));
    put(&router, "two", json!({"add": [{"id": "+1", "name": "银行", "lon": 124.1, "lat": 50.4}]}));
    put(&other, "two", json!({}));
    let file = get(&router, "/api/scenarios.gpkg");
    assert!(
        file.body.starts_with(b"SQLite format 3\0")
            && file.header(header::CONTENT_DISPOSITION).contains("scenarios.gpkg")
    );
    let kind = ("content-type", "application/geopackage+sqlite3");
    let import = |query: &str, bytes: Vec<u8>| {
        sent(&other, Method::POST, &format!("/api/scenarios.gpkg{query}"), &[kind], bytes)
    };
    let report = import("", file.body.clone()).json();
    assert_eq!(report, json!({"imported": ["one"], "skipped": ["two"], "refused": []}));
    assert_eq!(get(&other, "/api/scenarios/two").json()["revision"], 1);
    let report = import("?replace=true", file.body.clone()).json();
    assert_eq!(report["imported"], json!(["one", "two"]));
    assert_eq!(get(&other, "/api/scenarios/two").json()["revision"], 2);
    assert_eq!(
        get(&other, "/api/scenarios/two").json()["changes"],
        get(&router, "/api/scenarios/two").json()["changes"]
    );
    assert!(import("", b"not a database".to_vec()).is_problem(422));
    let mut broken = file.body.clone();
    broken.truncate(5_000);
    assert!(import("", broken).is_problem(422));
    assert!(post(&other, "/api/scenarios.gpkg", &json!({})).is_problem(415));

    // What GIS programs look for.
    let saved = there.path().join("copy.gpkg");
    std::fs::write(&saved, &file.body).unwrap();
    let db = rusqlite::Connection::open(&saved).unwrap();
    let id: i64 = db.query_row("PRAGMA application_id", [], |r| r.get(0)).unwrap();
    assert_eq!(id, 1_196_444_487);
    let layers: i64 = db.query_row("SELECT count(*) FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name) WHERE c.data_type = 'features'", [], |r| r.get(0)).unwrap();
    assert_eq!(layers, 2);
    let blob: Vec<u8> = db.query_row("SELECT geom FROM stations WHERE id = '+1'", [], |r| r.get(0)).unwrap();
    assert!(blob.starts_with(b"GP"));
    let stations: i64 = db.query_row("SELECT count(*) FROM stations WHERE scenario = 'one'", [], |r| r.get(0)).unwrap();
    assert_eq!(stations, 19);
}

#[test]
fn many_who_save_at_once_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("scenarios.gpkg");
    const PEOPLE: usize = 6;
    const SAVES: usize = 5;
    let save = |store: &Store, who: usize, n: usize| loop {
        // Everybody adds a line to what is there: read, change, save what was read.
        let (before, condition) = match store.get("shared") {
            Ok(found) => (found.summary.note, Condition::Revision(found.summary.revision)),
            Err(StoreError::Absent) => (String::new(), Condition::New),
            Err(e) => panic!("{e}"),
        };
        let draft = Draft::new(&WHAT_IF, "shared", &format!("{before}{who}:{n};"), &Changes::default()).unwrap();
        match store.put(&[(draft, condition)]) {
            Ok(_) => return,
            Err(StoreError::Changed(_)) => {}
            Err(e) => panic!("{e}"),
        }
    };
    std::thread::scope(|scope| {
        for who in 0..PEOPLE {
            // A connection each, as two servers on one folder have.
            let store = Store::at(&path);
            scope.spawn(move || (0..SAVES).for_each(|n| save(&store, who, n)));
        }
    });
    let kept = Store::at(&path).get("shared").unwrap();
    assert_eq!(kept.summary.revision, (PEOPLE * SAVES) as i64);
    for (who, n) in (0..PEOPLE).flat_map(|who| (0..SAVES).map(move |n| (who, n))) {
        assert!(kept.summary.note.contains(&format!("{who}:{n};")), "{}", kept.summary.note);
    }
}

/// The program serving a small plan; killed when dropped.
struct Served {
    child: Child,
    address: SocketAddr,
    token: Option<String>,
}

impl Served {
    fn start(dir: &Path, more: &[&str]) -> Self {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("doorstep"))
            .args(["serve", dir.to_str().unwrap(), "--port", "0", "--json"])
            .args(more)
            .env_remove("DOORSTEP_TOKEN")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let url = said["url"].as_str().unwrap().trim_start_matches("http://").trim_end_matches('/').to_owned();
        let port = url.rsplit_once(':').unwrap().1;
        let address = format!("127.0.0.1:{port}").parse().unwrap();
        Self { child, address, token: said["token"].as_str().map(str::to_owned) }
    }

    fn ask(&self, head: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let length = body.len();
        write!(
            stream,
            "{head}\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn small_folder() -> tempfile::TempDir {
    const PLAN: &str = "name = \"p\"\ntarget = 2\n[[circle]]\nminutes = 15\nmode = \"walk\"\n";
    let feature = |id: usize| {
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{},52.97]}},"properties":{{"id":"R{id}","population":120}}}}"#,
            122.5 + id as f64 * 0.02
        )
    };
    let features: Vec<String> = (0..9).map(feature).collect();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("plan.toml"), PLAN).unwrap();
    let layer = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    std::fs::write(dir.path().join("residences.geojson"), layer).unwrap();
    dir
}

#[test]
fn a_server_killed_during_a_save_has_lost_nothing_saved_before() {
    let dir = small_folder();
    let path = dir.path().join("scenarios.gpkg");
    let mut acknowledged = 0i64;
    for round in 0..6u64 {
        let mut served = Served::start(dir.path(), &[]);
        let address = served.address;
        let start = acknowledged;
        let saver = std::thread::spawn(move || {
            let mut revision = start;
            loop {
                let condition =
                    if revision == 0 { "If-None-Match: *".to_owned() } else { format!("If-Match: \"{revision}\"") };
                let body = format!(
                    r#"{{"changes":{{"add":[{{"id":"+{revision}","lon":122.6,"lat":52.97}}]}},"note":"{}"}}"#,
                    revision + 1
                );
                let sent = (|| -> std::io::Result<String> {
                    let mut stream = TcpStream::connect(address)?;
                    let length = body.len();
                    write!(
                        stream,
                        "PUT /api/scenarios/s HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{condition}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
                    )?;
                    let mut answer = String::new();
                    stream.read_to_string(&mut answer)?;
                    Ok(answer)
                })();
                match sent {
                    Ok(answer) if answer.starts_with("HTTP/1.1 20") => revision += 1,
                    Ok(answer) if !answer.is_empty() => panic!("{answer}"),
                    _ => return revision,
                }
            }
        });
        std::thread::sleep(Duration::from_millis(400 + 137 * round));
        // SIGKILL on Unix: nothing is tidied up.
        served.child.kill().unwrap();
        served.child.wait().unwrap();
        let told = saver.join().unwrap();
        let store = Store::at(&path);
        let found = store.get("s").map(|s| (s.summary.revision, s.summary.note)).unwrap_or((0, "0".to_owned()));
        assert!(found.0 == told || found.0 == told + 1, "told {told}, found {found:?}");
        assert_eq!(found.0.to_string(), found.1, "the last revision is whole");
        acknowledged = found.0;
    }
    assert!(acknowledged > 6, "{acknowledged} saves in all");
    let db = rusqlite::Connection::open(&path).unwrap();
    let (count, last): (i64, i64) =
        db.query_row("SELECT count(*), max(revision) FROM revisions", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    assert_eq!((count, last), (acknowledged, acknowledged), "every revision is there");
    let whole: String = db.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(whole, "ok");
    // A plan folder with scenarios in it is still a plan folder.
    assert!(doorstep::read::open(dir.path()).is_ok());
}

#[test]
fn beyond_this_machine_a_token_is_made_up_and_asked_for() {
    let dir = small_folder();
    let served = Served::start(dir.path(), &["--listen", "0.0.0.0:0"]);
    let token = served.token.clone().expect("a token");
    assert!(token.len() >= 32, "{token}");
    assert!(served.ask("GET /api/summary HTTP/1.1", "").unwrap().starts_with("HTTP/1.1 200"));
    assert!(served.ask("POST /api/what-if HTTP/1.1", "{}").unwrap().starts_with("HTTP/1.1 401"));
    let with = format!("POST /api/what-if HTTP/1.1\r\nAuthorization: Bearer {token}");
    assert!(served.ask(&with, "{}").unwrap().starts_with("HTTP/1.1 200"));
    assert!(Served::start(dir.path(), &[]).token.is_none(), "on this machine none is needed");
}

#[test]
fn slow_and_oversized_requests_are_cut_off_and_others_are_answered_meanwhile() {
    let dir = small_folder();
    let served = Served::start(dir.path(), &[]);
    let slow: Vec<TcpStream> = (0..60)
        .map(|_| {
            let mut stream = TcpStream::connect(served.address).unwrap();
            stream.write_all(b"GET /health HTTP/1.1\r\nHost: 127.0").unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
            stream
        })
        .collect();
    let answered = |head: &str| served.ask(head, "").unwrap();
    assert!(answered("GET /health HTTP/1.1").starts_with("HTTP/1.1 200"));
    let start = Instant::now();
    for mut stream in slow {
        let mut rest = Vec::new();
        // Closed or reset, either is the end of it.
        let _ = stream.read_to_end(&mut rest);
        assert!(!String::from_utf8_lossy(&rest).starts_with("HTTP/1.1 200"));
    }
    assert!(start.elapsed() < Duration::from_secs(35), "{:?}", start.elapsed());

    let mut large = TcpStream::connect(served.address).unwrap();
    write!(
        large,
        "POST /api/what-if HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 500000000\r\n\r\n",
        served.address
    )
    .unwrap();
    let mut first = [0u8; 12];
    large.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 413", "refused before it is sent");
    let mut endless = TcpStream::connect(served.address).unwrap();
    let _ = write!(endless, "GET / HTTP/1.1\r\nHost: {}\r\n", served.address);
    let header = format!("X-Filler: {}\r\n", "x".repeat(8_000));
    let sent = (0..20).take_while(|_| endless.write_all(header.as_bytes()).is_ok()).count();
    let mut rest = String::new();
    let _ = endless.read_to_string(&mut rest);
    assert!(sent < 20 || rest.starts_with("HTTP/1.1 431") || rest.is_empty(), "{rest}");
    assert!(answered("GET /health HTTP/1.1").starts_with("HTTP/1.1 200"));
}
