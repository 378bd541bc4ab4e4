//! The planner's desk as a browser and an office network see it: what may be asked, by whom, how much of it, and what is kept.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

#[path = "../examples/generate_plan.rs"]
#[expect(dead_code, reason = "the example's own main is not called")]
mod generate_plan;
#[path = "desk/jobs.rs"]
mod jobs;
#[path = "desk/process.rs"]
mod process;
#[path = "desk/scenarios.rs"]
mod scenarios;
mod served;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use doorstep::desk::{Changes, WhatIf};
use doorstep::web::{Access, Desk, Hosts, router};
use serde_json::{Value, json};
use served::{Answer, OUTCOME, ROUTER, request, send};
use std::sync::{Arc, LazyLock};

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
