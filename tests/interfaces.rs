//! The open interfaces beside layers: a description that says what the router does, counts, and files that become a plan folder.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

#[path = "interfaces/description.rs"]
mod description;
mod served;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use doorstep::web::{Desk, router};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use served::{Answer, OUTCOME, ROUTER, request, send};
use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::sync::{Arc, Mutex};

/// One import at a time is the rule, also among tests.
static TURN: Mutex<()> = Mutex::new(());

fn get(path: &str) -> Answer {
    send(&ROUTER, request(Method::GET, path).body(Body::empty()).unwrap())
}

#[test]
fn metrics_count_requests_by_path_and_status_and_never_by_what_somebody_typed() {
    let router = router(Desk::new(Arc::clone(&OUTCOME)));
    let ask = |path: &str| send(&router, request(Method::GET, path).body(Body::empty()).unwrap());
    for path in ["/health", "/health", "/ogc/collections/none/items", "/made/up/1", "/made/up/2"] {
        ask(path);
    }
    let answer = ask("/metrics");
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/plain; version=0.0.4; charset=utf-8");
    let text = String::from_utf8(answer.body).unwrap();
    for line in [
        "doorstep_requests_total{path=\"/health\",status=\"200\"} 2",
        "doorstep_requests_total{path=\"/ogc/collections/{collection}/items\",status=\"404\"} 1",
        "doorstep_requests_total{path=\"other\",status=\"404\"} 2",
        "doorstep_request_duration_seconds_count{path=\"/health\"} 2",
        "doorstep_jobs_running 0",
        "doorstep_jobs_queued 0",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
    }
    assert!(text.contains("doorstep_uptime_seconds ") && !text.contains("made"));
}

/// A workbook with titles above its headings, in GCJ-02: residences on one sheet, stations on another.
fn workbook(population: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("居民点").unwrap();
    sheet.write(0, 0, "某县居民点汇总表").unwrap();
    for (column, heading) in
        ["编号", "小区", "所属县区", "城乡", population, "失业人员", "高德经度", "高德纬度"].into_iter().enumerate()
    {
        sheet.write(1, u16::try_from(column).unwrap(), heading).unwrap();
    }
    for i in 0..12u32 {
        let row = 2 + i;
        sheet.write(row, 0, format!("R{i:02}")).unwrap();
        sheet.write(row, 1, format!("第{i}小区")).unwrap();
        sheet.write(row, 2, "漠河市").unwrap();
        sheet.write(row, 3, "城镇").unwrap();
        sheet.write(row, 4, 100 + i * 10).unwrap();
        sheet.write(row, 5, i).unwrap();
        sheet.write(row, 6, 122.52 + f64::from(i) * 0.004).unwrap();
        sheet.write(row, 7, 52.97).unwrap();
    }
    let sheet = book.add_worksheet().set_name("站点").unwrap();
    for (column, heading) in
        ["编号", "名称", "县区", "状态", "经度（GCJ-02）", "纬度（GCJ-02）"].into_iter().enumerate()
    {
        sheet.write(0, u16::try_from(column).unwrap(), heading).unwrap();
    }
    for (column, value) in ["S1", "西林吉服务站", "漠河市", "开放"].into_iter().enumerate() {
        sheet.write(1, u16::try_from(column).unwrap(), value).unwrap();
    }
    sheet.write(1, 4, 122.53).unwrap();
    sheet.write(1, 5, 52.971).unwrap();
    book.save_to_buffer().unwrap()
}

fn look(name: &str, more: &str, bytes: Vec<u8>) -> Answer {
    let encoded: String = name.bytes().map(|b| format!("%{b:02X}")).collect();
    let path = format!("/api/import/look?name={encoded}{more}");
    send(&ROUTER, request(Method::POST, &path).body(Body::from(bytes)).unwrap())
}

const BOUNDARY: &str = "a-boundary-that-no-file-holds";

fn form(path: &str, plan: &Value, files: &[(&str, &str, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    let mut part = |head: &str, bytes: &[u8]| {
        body.extend_from_slice(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    };
    part("name=\"plan\"", plan.to_string().as_bytes());
    for (name, file, bytes) in files {
        part(&format!("name=\"{name}\"; filename=\"{file}\""), bytes);
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    request(Method::POST, path).header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap()
}

fn plan() -> Value {
    json!({"name": "漠河“家门口”试点", "lang": "zh", "target": 3, "minutes": {"urban": 15, "rural": 15}, "layers": {
        "residences": {"file": "0", "sheet": "居民点", "datum": "gcj02", "columns": {"population": "户籍人数", "name": "小区"}},
        "stations": {"file": "0", "sheet": "站点"},
    }})
}

#[test]
fn a_workbook_is_looked_at_and_its_headings_are_guessed() {
    let _turn = TURN.lock();
    let answer = look("上报.xlsx", "", workbook("户籍人数"));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let seen = answer.json();
    assert_eq!(seen["file"], "上报.xlsx");
    assert_eq!(seen["sheets"], json!(["居民点", "站点"]));
    assert_eq!((&seen["sheet"], &seen["layer"]), (&json!("居民点"), &json!("residences")));
    assert_eq!(seen["datum"]["stated"], "gcj02");
    assert_eq!((seen["rows"].as_u64(), seen["first_row"].as_u64()), (Some(12), Some(3)));
    let column = |heading: &str| seen["columns"].as_array().unwrap().iter().find(|c| c["heading"] == heading).unwrap();
    assert_eq!(column("所属县区")["meaning"]["residences"], "county");
    assert_eq!(column("高德经度")["meaning"]["residences"], "lon");
    assert_eq!(column("失业人员")["group"], "unemployed");
    assert_eq!(column("户籍人数")["meaning"], json!({}));
    assert_eq!(seen["sample"][0][1], "第0小区");
    let other = look("上报.xlsx", "&sheet=%E7%AB%99%E7%82%B9", workbook("人口")).json();
    assert_eq!((&other["layer"], &other["rows"]), (&json!("stations"), &json!(1)));
}

#[test]
fn files_that_cannot_be_read_are_refused_with_a_fault_in_both_languages() {
    let _turn = TURN.lock();
    for (name, bytes) in [
        ("x.xlsx", b"not a workbook".to_vec()),
        ("x.xlsx", b"\xd0\xcf\x11\xe0old".to_vec()),
        ("x.csv", Vec::new()),
        ("x.csv", b"\xff\xfe\x00\x01".to_vec()),
        ("x.geojson", b"[]".to_vec()),
    ] {
        let answer = look(name, "", bytes);
        assert!(answer.is_problem(422), "{name}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        let fault = answer.json()["faults"][0].clone();
        assert_eq!(fault["file"], name);
        for text in ["problem", "remedy"] {
            assert!(fault[text]["zh"].as_str().is_some_and(|t| !t.is_empty()) && fault[text]["en"].is_string());
        }
    }
    assert!(look("x.kml", "", b"<kml/>".to_vec()).is_problem(415));
    assert!(look("x.csv", "&encoding=latin1", b"a,b\n".to_vec()).is_problem(400));
}

#[test]
fn a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_read() {
    use std::io::Write;
    let _turn = TURN.lock();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![0u8; 1 << 20];
    for _ in 0..600 {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 2 << 20);
    let answer = look("bomb.xlsx", "", bomb);
    assert!(answer.is_problem(422));
    assert_eq!(answer.json()["by_kind"][0]["count"], 1);
    assert!(answer.json()["detail"].as_str().unwrap().contains("bomb.xlsx"));
}

#[test]
fn the_check_lists_every_fault_by_row_and_takes_nothing() {
    let _turn = TURN.lock();
    let mut wrong = plan();
    wrong["layers"]["residences"]["columns"] = json!({"name": "小区"});
    let book = workbook("户籍人数");
    let answer = send(&ROUTER, form("/api/import/check", &wrong, &[("0", "上报.xlsx", &book)]));
    let said = answer.json();
    assert_eq!((answer.status.as_u16(), said["ok"].as_bool()), (200, Some(false)), "{said}");
    assert_eq!(said["total"], 12);
    let rows: Vec<u64> =
        said["faults"].as_array().unwrap().iter().map(|f| f["feature"]["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, (3..15).collect::<Vec<u64>>());
    assert!(said["faults"].as_array().unwrap().iter().all(|f| f["file"] == "上报.xlsx" && f["field"] == "population"));
    let refused = send(&ROUTER, form("/api/import/take", &wrong, &[("0", "上报.xlsx", &book)]));
    assert!(refused.is_problem(422));
    assert_eq!(refused.json()["total"], 12);
}

#[test]
fn a_clean_import_is_a_zip_whose_folder_reads_as_the_files_did() {
    let _turn = TURN.lock();
    let book = workbook("户籍人数");
    let checked = send(&ROUTER, form("/api/import/check", &plan(), &[("0", "上报.xlsx", &book)])).json();
    assert_eq!(checked["ok"], true, "{checked}");
    assert_eq!(checked["people"], (0..12).map(|i| 100.0 + f64::from(i) * 10.0).sum::<f64>());
    let taken = send(&ROUTER, form("/api/import/take", &plan(), &[("0", "上报.xlsx", &book)]));
    assert_eq!((taken.status.as_u16(), taken.header(header::CONTENT_TYPE)), (200, "application/zip"));
    assert!(taken.header(header::CONTENT_DISPOSITION).contains("filename*=UTF-8''"));
    let again = send(&ROUTER, form("/api/import/take", &plan(), &[("0", "上报.xlsx", &book)]));
    assert_eq!(taken.body, again.body, "the same files give the same bytes");
    let dir = tempfile::tempdir().unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(taken.body)).unwrap();
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        let (folder, file) = name.split_once('/').unwrap();
        assert_eq!(folder, "漠河_家门口_试点");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        std::fs::write(dir.path().join(file), bytes).unwrap();
    }
    assert_eq!(std::fs::read(dir.path().join("上报.xlsx")).unwrap(), book, "the file itself, byte by byte");
    let folder = doorstep::read::open(dir.path()).unwrap();
    assert_eq!((folder.places.len(), folder.stations.len(), folder.plan.target), (12, 1, 3));
    assert_eq!(folder.plan.name, "漠河“家门口”试点");
    // GCJ-02 was converted: hundreds of metres off the numbers of the file.
    let doorstep::model::Shape::Point(first) = &folder.places[0].shape else { panic!("a point") };
    assert!((first.lon() - 122.52).abs() > 0.002 && (first.lon() - 122.52).abs() < 0.02);
    assert_eq!(folder.inputs.iter().find(|i| i.layer == "residences").unwrap().datum.as_deref(), Some("gcj02"));
}

#[test]
fn a_folder_is_made_only_where_the_server_was_told_to_and_never_over_another() {
    let _turn = TURN.lock();
    let book = workbook("户籍人数");
    let ask =
        |router: &Router| send(router, form("/api/import/take?into=folder", &plan(), &[("0", "上报.xlsx", &book)]));
    assert!(ask(&ROUTER).is_problem(403));
    let dir = tempfile::tempdir().unwrap();
    let keeping = router(Desk::new(Arc::clone(&OUTCOME)).importing_into(dir.path()));
    let made = ask(&keeping);
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    assert_eq!(made.json(), json!({"folder": "漠河_家门口_试点", "files": ["plan.toml", "上报.xlsx"]}));
    assert!(doorstep::read::open(&dir.path().join("漠河_家门口_试点")).is_ok());
    assert!(ask(&keeping).is_problem(409));
}

#[test]
fn requests_that_make_no_sense_are_refused_in_words() {
    let _turn = TURN.lock();
    let book = workbook("人口");
    let mut unknown = plan();
    unknown["layers"]["roads"] = json!({"file": "0"});
    let mut extra = plan();
    extra["wrong"] = json!(1);
    let mut missing = plan();
    missing["layers"]["stations"]["file"] = json!("7");
    for plan in [unknown, extra, missing, json!({"name": "x"}), json!([])] {
        let answer = send(&ROUTER, form("/api/import/check", &plan, &[("0", "a.xlsx", &book)]));
        assert!(answer.is_problem(400), "{plan}: {}", String::from_utf8_lossy(&answer.body));
    }
    assert!(
        send(&ROUTER, form("/api/import/check", &plan(), &[("0", "a.xlsx", &book), ("1", "b.csv", b"x")]))
            .is_problem(400)
    );
    assert!(send(&ROUTER, form("/api/import/take?into=elsewhere", &plan(), &[("0", "a.xlsx", &book)])).is_problem(400));
    let no_form = request(Method::POST, "/api/import/check").body(Body::from("{}")).unwrap();
    assert!((400..500).contains(&send(&ROUTER, no_form).status.as_u16()));
    // Quotation marks and line breaks in a name stay in the name.
    let mut quoted = plan();
    quoted["name"] = json!("a\"\ntarget = 99\n\u{7f}");
    let said = send(&ROUTER, form("/api/import/check", &quoted, &[("0", "a.xlsx", &workbook("户籍人数"))])).json();
    assert_eq!(said["faults"].as_array().map(|f| f.iter().any(|f| f["field"] == "target")), Some(false), "{said}");
}

#[test]
fn another_sites_page_cannot_send_files_here() {
    let _turn = TURN.lock();
    let path = "/api/import/look?name=x.csv";
    let from = |origin: &str| {
        let asked =
            request(Method::POST, path).header(header::ORIGIN, origin).body(Body::from("编号,名称\n1,2\n")).unwrap();
        send(&ROUTER, asked).status.as_u16()
    };
    assert_eq!(from("http://127.0.0.1:8040"), 200);
    assert_eq!(from("http://evil.example"), 403);
    assert_eq!(from("null"), 403);
}

#[test]
fn a_body_beyond_the_limit_is_cut_off_on_import_and_far_earlier_elsewhere() {
    let _turn = TURN.lock();
    let sized = |path: &str, bytes: usize| {
        let asked = request(Method::POST, path)
            .header(header::CONTENT_LENGTH, bytes)
            .body(Body::from(vec![b'x'; bytes]))
            .unwrap();
        send(&ROUTER, asked)
    };
    assert!(sized("/api/import/look?name=x.csv", (64 << 20) + 1).is_problem(413));
    assert!(sized("/health", 17 * 1024).is_problem(413));
    assert_ne!(sized("/api/import/look?name=x.csv", 1 << 20).status, 413);
}

fn posted(path: &str, body: &Value) -> Answer {
    let request = request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
    send(&ROUTER, request.body(Body::from(body.to_string())).unwrap())
}

/// The schema of an operation's body.
fn body_schema(api: &Value, path: &str, kind: &str) -> Value {
    api["paths"][path]["post"]["requestBody"]["content"][kind]["schema"].clone()
}

#[test]
fn an_export_is_described_as_what_it_is() {
    let api = get("/openapi.json").json();
    let described = &api["paths"]["/api/export"]["post"]["responses"]["200"]["content"];
    assert_eq!(described["application/geo+json"]["schema"]["$ref"], "#/components/schemas/FeatureCollection");
    let answer = posted("/api/export?format=geojson", &json!({}));
    assert_eq!((answer.status.as_u16(), answer.header(header::CONTENT_TYPE)), (200, "application/geo+json"));
    assert_eq!(answer.json()["type"], "FeatureCollection");
    // A table without columns is none.
    let columns = &body_schema(&api, "/api/export", "application/json")["properties"]["columns"];
    assert_eq!(columns["minItems"], 1);
    assert!(posted("/api/export?format=csv", &json!({"columns": []})).is_problem(422));
    // Nor is one with two columns of one name: a GeoPackage cannot hold it.
    assert_eq!(columns["uniqueItems"], true);
    for format in ["csv", "gpkg"] {
        let twice = posted(&format!("/api/export?format={format}"), &json!({"columns": ["id", "people", "id"]}));
        assert!(twice.is_problem(422), "{format}: {}", twice.status);
    }
}

#[test]
fn a_list_is_no_object_and_null_is_as_if_it_were_not_there() {
    let lists = [
        json!({"weights": [null, null]}),
        json!({"minutes": [12, 12, 12]}),
        json!({"add": [["+1", null, 124.1, 50.4]]}),
        json!([[], {}, [], []]),
    ];
    for list in lists {
        assert!(posted("/api/what-if", &list).is_problem(400), "{list}");
        for path in ["/api/what-if/gaps", "/api/jobs", "/api/export?format=csv"] {
            assert!(posted(path, &json!({"changes": list})).is_problem(400), "{path} {list}");
        }
    }
    let nothing = json!({"target": null, "season": null, "walk_kmh": null, "minutes": {"urban": null}, "weights": {"residences": null}});
    assert_eq!(posted("/api/what-if", &nothing).json()["changes"], json!({}));
    let changes = &get("/openapi.json").json()["components"]["schemas"]["Changes"]["properties"];
    for key in ["target", "season", "walk_kmh"] {
        assert_eq!(changes[key]["nullable"], true, "{key}");
    }
}

#[test]
fn bodies_are_described_with_every_member_that_is_read_and_no_other() {
    let api = get("/openapi.json").json();
    for path in ["/api/what-if/gaps", "/api/jobs", "/api/export"] {
        let schema = body_schema(&api, path, "application/json");
        assert_eq!(schema["additionalProperties"], false, "{path}");
        // The server names what it reads when it is given something else.
        let query = if path == "/api/export" { "?format=csv" } else { "" };
        let refused = posted(&format!("{path}{query}"), &json!({"nothing": 1}));
        let said = refused.json()["detail"].as_str().unwrap().to_owned();
        let read: BTreeSet<String> = said.split('`').skip(3).step_by(2).map(str::to_owned).collect();
        let described: BTreeSet<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(described, read, "{path}: {said}");
    }
}

#[test]
fn what_a_revision_a_size_and_a_time_may_be_is_what_is_described() {
    for (tag, status) in [("0", 400), ("\"x\"", 400), ("\"1", 400), ("\"1\"", 404)] {
        let request = request(Method::DELETE, "/api/scenarios/none").header(header::IF_MATCH, tag);
        assert!(send(&ROUTER, request.body(Body::empty()).unwrap()).is_problem(status), "{tag}");
    }
    for (size, status) in [("479x480", 400), ("4001x480", 400), ("480x480", 200), ("1000x700", 200)] {
        assert_eq!(get(&format!("/map.svg?size={size}")).status, status, "{size}");
    }
    let size = get("/openapi.json").json()["components"]["parameters"]["size"]["schema"]["pattern"].clone();
    let part = "(4[89][0-9]|[5-9][0-9]{2}|[1-3][0-9]{3}|4000)";
    assert_eq!(size, format!("^(a3|a4|{part}x{part})$"));
    for (time, status) in [("0", 400), ("2024-05-01T00:00:00Z", 200), ("../2024-05-01T00:00:00Z", 200)] {
        assert_eq!(get(&format!("/ogc/collections/stations/items?datetime={time}")).status, status, "{time}");
    }
}
