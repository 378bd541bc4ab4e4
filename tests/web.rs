//! The server as a browser sees it: every path, the guards around them, and the same numbers as the files of `plan`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod served;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use doorstep::model::Lang;
use doorstep::report;
use doorstep::report::layers::Layer;
use doorstep::web::{Desk, Hosts, router};
use serde_json::Value;
use served::{Answer, OUTCOME, ROUTER, RUNTIME, request, send};
use std::sync::Arc;

const API: [&str; 8] = ["plan", "summary", "coverage", "proposal", "gaps", "circles", "stations", "counties"];
const DOWNLOADS: [&str; 11] = [
    "gaps.csv",
    "gaps.xlsx",
    "gaps.geojson",
    "proposal.geojson",
    "coverage.geojson",
    "circles.geojson",
    "summary.json",
    "report.html",
    "report.docx",
    "report.xlsx",
    "plan.gpkg",
];

fn get(path: &str) -> Answer {
    send(&ROUTER, request(Method::GET, path).body(Body::empty()).unwrap())
}

fn every_path() -> Vec<String> {
    let fixed = ["/", "/page/main.js", "/page/style.css", "/favicon.svg", "/fonts/OFL.txt", "/health", "/report.html"];
    let vendored = "/vendor/maplibre-gl-5.24.0/maplibre-gl-csp.js";
    fixed
        .iter()
        .map(|p| (*p).to_owned())
        .chain([vendored.to_owned(), "/map.svg".to_owned(), "/map.png".to_owned()])
        .chain(API.map(|t| format!("/api/{t}")))
        .chain(DOWNLOADS.map(|d| format!("/download/{d}")))
        .collect()
}

#[test]
fn every_path_answers_to_get_and_to_head_with_the_same_headers_and_no_body() {
    for path in every_path() {
        let (full, head) = (get(&path), send(&ROUTER, request(Method::HEAD, &path).body(Body::empty()).unwrap()));
        assert_eq!(full.status, 200, "{path}: {}", String::from_utf8_lossy(&full.body));
        assert!(!full.body.is_empty(), "{path}");
        assert_eq!(head.status, 200, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in [header::CONTENT_TYPE, header::ETAG, header::CONTENT_SECURITY_POLICY] {
            assert_eq!(full.headers.get(&name), head.headers.get(&name), "{path} {name}");
        }
    }
}

#[test]
fn every_answer_is_guarded_those_of_faults_too() {
    let mut answers: Vec<(String, Answer)> = every_path().into_iter().map(|p| (p.clone(), get(&p))).collect();
    answers.push(("404".to_owned(), get("/nothing/here")));
    answers.push(("400".to_owned(), get("/api/summary?lang=fr")));
    answers.push(("405".to_owned(), send(&ROUTER, request(Method::POST, "/api/summary").body(Body::empty()).unwrap())));
    let foreign = Request::get("/").header(header::HOST, "evil.example").body(Body::empty()).unwrap();
    answers.push(("421".to_owned(), send(&ROUTER, foreign)));
    for (path, answer) in answers {
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(answer.header(header::X_FRAME_OPTIONS), "DENY", "{path}");
        assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.starts_with("default-src 'self'") || policy.starts_with("default-src 'none'"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-eval"), "{path}: {policy}");
        assert!(answer.headers.get("access-control-allow-origin").is_none(), "{path}");
        let own_styles = ["/report.html", "/download/report.html", "/map.svg"].contains(&path.as_str());
        assert_eq!(policy.contains("'unsafe-inline'"), own_styles, "{path}: {policy}");
        assert_eq!(policy.contains("sandbox"), own_styles, "{path}: {policy}");
    }
}

#[test]
fn answers_are_the_bytes_that_plan_writes() {
    for lang in [Lang::Zh, Lang::En] {
        let at = |path: &str| get(&format!("{path}?lang={}", lang.code())).body;
        assert_eq!(at("/api/summary"), report::summary_text(&OUTCOME).into_bytes());
        for (name, layer) in [
            ("coverage", Layer::Coverage),
            ("proposal", Layer::Proposal),
            ("gaps", Layer::Gaps),
            ("circles", Layer::Circles),
        ] {
            let file = layer.bytes(&OUTCOME, lang);
            assert_eq!(at(&format!("/api/{name}")), file, "{name}");
            assert_eq!(at(&format!("/download/{name}.geojson")), file, "{name}");
        }
        assert_eq!(at("/download/gaps.csv"), report::gap_table::csv(&OUTCOME, lang, true).unwrap());
        assert_eq!(at("/download/gaps.xlsx"), report::gap_table::xlsx(&OUTCOME, lang).unwrap());
        let document = report::document::report(&OUTCOME, lang).unwrap();
        assert_eq!(at("/download/report.docx"), document.docx().unwrap());
        assert_eq!(at("/download/report.xlsx"), document.xlsx().unwrap());
        assert_eq!(at("/download/plan.gpkg"), report::machine::geopackage(&OUTCOME, lang).unwrap());
        let options = report::map::MapOptions { lang, ..Default::default() };
        let svg = report::map::svg(&OUTCOME, &options).unwrap();
        assert_eq!(at("/map.png"), report::map::png(&svg).unwrap());
        assert_eq!(at("/report.html"), report::page::html(&OUTCOME, lang, &svg).into_bytes());
        assert_eq!(at("/map.svg"), svg.into_bytes());
    }
}

#[test]
fn counties_have_the_shares_of_the_summary_and_somewhere_to_fly() {
    let (summary, counties) = (get("/api/summary").json(), get("/api/counties").json());
    let (rows, shares) = (counties["counties"].as_array().unwrap(), &summary["coverage"]["by_county"]);
    assert_eq!(rows.len(), shares.as_array().unwrap().len());
    let mut stations = 0;
    for (row, share) in rows.iter().zip(shares.as_array().unwrap()) {
        for key in ["county", "today", "proposed"] {
            assert_eq!(row[key], share[key]);
        }
        let extent: Vec<f64> = serde_json::from_value(row["extent"].clone()).unwrap();
        assert!(extent[0] <= extent[2] && extent[1] <= extent[3]);
        assert!((120.0..128.0).contains(&extent[0]) && (50.0..54.0).contains(&extent[3]), "{extent:?}");
        assert!(!row["towns"].as_array().unwrap().is_empty());
        stations += row["stations"]["existing"].as_u64().unwrap() + row["stations"]["proposed"].as_u64().unwrap();
    }
    assert_eq!(stations, summary["target"].as_u64().unwrap());
    assert_eq!(counties["outlines"]["features"], serde_json::json!([]), "the sample has no outlines");
}

#[test]
fn outlines_are_answered_where_the_plan_has_them() {
    let mut outcome = (**OUTCOME).clone();
    let square = geo::Rect::new((124.0, 50.0), (125.0, 51.0)).to_polygon();
    let outline = geo::MultiPolygon::new(vec![square]);
    outcome.folder.boundaries = vec![doorstep::model::Boundary { county: "加格达奇区".into(), outline }];
    let router = router(Desk::new(Arc::new(outcome)));
    let answer = send(&router, request(Method::GET, "/api/counties").body(Body::empty()).unwrap()).json();
    let feature = &answer["outlines"]["features"][0];
    assert_eq!(feature["properties"]["county"], "加格达奇区");
    assert_eq!(feature["geometry"]["coordinates"][0][0].as_array().unwrap().len(), 5);
}

#[test]
fn a_reader_who_has_the_answer_already_gets_304_and_the_page_is_never_stale() {
    for path in ["/", "/api/coverage", "/map.svg", "/page/main.js"] {
        let first = get(path);
        assert_eq!(first.header(header::CACHE_CONTROL), "no-cache", "{path}");
        let tag = first.header(header::ETAG);
        let again = request(Method::GET, path).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
        let again = send(&ROUTER, again);
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header(header::ETAG), tag, "{path}");
    }
    assert!(get("/vendor/maplibre-gl-5.24.0/maplibre-gl.css").header(header::CACHE_CONTROL).contains("immutable"));
}

#[test]
fn text_is_sent_compressed_to_those_who_can_read_it_and_fonts_are_not() {
    let zipped = |path: &str| {
        let request = request(Method::GET, path).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
        send(&ROUTER, request)
    };
    let coverage = zipped("/api/coverage");
    assert_eq!(coverage.header(header::CONTENT_ENCODING), "gzip");
    assert!(coverage.body.len() * 3 < get("/api/coverage").body.len());
    assert_eq!(zipped("/fonts/noto-sans-sc-gb2312-400.woff2").header(header::CONTENT_ENCODING), "");
    assert_eq!(zipped("/download/gaps.xlsx").header(header::CONTENT_ENCODING), "");
}

#[test]
fn nothing_but_the_table_of_files_can_be_reached() {
    for path in [
        "/page/../Cargo.toml",
        "/page/..%2f..%2fCargo.toml",
        "/page/%2e%2e/%2e%2e/Cargo.toml",
        "/vendor//etc/passwd",
        "/page/main.js%00",
        "/page/MAIN.JS",
        "/page/",
        "/fonts/../page/main.js",
        "/download/../../plan.toml",
        "/vendor/README.md",
        "/page/index.html",
        "/api/",
        "/api/summary/",
        "/download/plan.toml",
    ] {
        let answer = get(path);
        assert!(answer.is_problem(404), "{path}: {}", answer.status);
    }
}

#[test]
fn a_query_that_cannot_be_understood_is_refused_with_what_is_wrong() {
    for path in [
        "/api/summary?lang=fr",
        "/api/summary?lang=",
        "/api/gaps?county=x",
        "/api/plan?lang=zh&lang=en",
        "/map.png?size=9",
        "/map.png?size=99999x99999",
        "/map.svg?size=-1x5",
        "/map.png?size=8000x8000",
        "/map.png?x=1",
        "/download/gaps.csv?lang=%ff",
    ] {
        let answer = get(path);
        assert!(answer.is_problem(400), "{path}: {}", answer.status);
    }
    assert!(get("/map.png?county=%E6%97%A0%E6%AD%A4%E5%8E%BF").is_problem(404));
}

#[test]
fn a_county_can_be_drawn_at_a_size_and_its_sheet_differs_from_the_whole() {
    let county = get("/map.svg?county=%E6%BC%A0%E6%B2%B3%E5%B8%82&size=1200x900&lang=en");
    assert_eq!((county.status.as_u16(), county.header(header::CONTENT_TYPE)), (200, "image/svg+xml"));
    assert_ne!(county.body, get("/map.svg?lang=en").body);
    assert!(get("/map.png").body.starts_with(b"\x89PNG"));
}

#[test]
fn only_get_and_head_are_answered() {
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        for path in ["/", "/api/summary", "/map.png", "/health", "/download/gaps.csv"] {
            let answer = send(&ROUTER, request(method.clone(), path).body(Body::empty()).unwrap());
            assert!(answer.is_problem(405), "{method} {path}: {}", answer.status);
            assert_eq!(answer.header(header::ALLOW), "GET,HEAD", "{method} {path}");
        }
    }
}

#[test]
fn a_large_body_is_refused_before_it_is_read() {
    let large = request(Method::GET, "/api/summary")
        .header(header::CONTENT_LENGTH, "1000000000")
        .body(Body::from(vec![b'x'; 20_000]))
        .unwrap();
    assert!(send(&ROUTER, large).is_problem(413));
}

#[test]
fn on_loopback_only_own_names_are_answered_and_on_a_network_any() {
    let named = |router: &Router, host: Option<&str>| {
        let mut request = Request::get("/api/summary");
        if let Some(host) = host {
            request = request.header(header::HOST, host);
        }
        send(router, request.body(Body::empty()).unwrap())
    };
    for host in ["localhost", "localhost:8040", "127.0.0.1:9", "[::1]:8040"] {
        assert_eq!(named(&ROUTER, Some(host)).status, 200, "{host}");
    }
    for host in [None, Some("rebound.example:8040"), Some("127.0.0.1.rebound.example"), Some("10.0.0.7")] {
        let answer = named(&ROUTER, host);
        assert!(answer.is_problem(421), "{host:?}: {}", answer.status);
        assert!(!String::from_utf8_lossy(&answer.body).contains("coverage"));
    }
    let open = router(Desk::new(Arc::clone(&OUTCOME)).named(Hosts::Any));
    assert_eq!(named(&open, Some("planning.example")).status, 200);
}

#[test]
fn hostile_names_stay_text_in_every_answer() {
    const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;\u{202e}=1+1";
    let mut outcome = (**OUTCOME).clone();
    outcome.folder.plan.name = HOSTILE.to_owned();
    outcome.folder.plan.notice = Some(HOSTILE.into());
    let gap = outcome.gaps[0].place;
    outcome.folder.places[gap].name = HOSTILE.to_owned();
    outcome.folder.stations[0].name = HOSTILE.to_owned();
    for proposal in &outcome.proposals {
        outcome.candidates[proposal.candidate].name = HOSTILE.to_owned();
    }
    let router = router(Desk::new(Arc::new(outcome)));
    let at = |path: &str| send(&router, request(Method::GET, path).body(Body::empty()).unwrap());
    for topic in ["proposal", "stations", "gaps", "coverage", "circles"] {
        let answer = at(&format!("/api/{topic}"));
        assert!(answer.header(header::CONTENT_TYPE).ends_with("json"));
        let names: Vec<Value> =
            answer.json()["features"].as_array().unwrap().iter().map(|f| f["properties"]["name"].clone()).collect();
        assert!(names.contains(&Value::from(HOSTILE)), "{topic} keeps the name as it is");
    }
    assert_eq!(at("/api/plan").json()["name"], HOSTILE);
    assert_eq!(at("/api/summary").json()["plan"], HOSTILE);
    for path in ["/report.html", "/map.svg", "/"] {
        let text = String::from_utf8(at(path).body).unwrap();
        assert!(!text.contains("<script>") && !text.contains("<img src=x"), "{path}");
    }
    let csv = String::from_utf8(at("/download/gaps.csv").body).unwrap();
    assert!(csv.contains("alert(1)") && !csv.contains("\n="), "the csv keeps the name and starts no formula");
}

#[test]
fn the_server_answers_over_a_socket_on_any_free_port() {
    use std::io::{Read, Write};
    let listener = RUNTIME.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let server = RUNTIME.spawn(doorstep::web::serve(listener, Desk::new(Arc::clone(&OUTCOME))));
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("{\"status\":\"ok\""), "{answer}");
    server.abort();
}
