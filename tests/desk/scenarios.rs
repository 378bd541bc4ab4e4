//! Scenarios over HTTP: kept, replaced, handed on. A file of its own because each test has a file of scenarios.

use crate::served::OUTCOME;
use crate::{JSON, WHAT_IF, get, post, proposed, sent};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, header};
use doorstep::desk::Changes;
use doorstep::desk::scenarios::{Condition, Draft, Store, StoreError};
use doorstep::web::{Desk, Planning, router};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

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
