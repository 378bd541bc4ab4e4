//! How is the planner's desk described: what-if, jobs, scenarios, export, who may do what? A file of its own beside the rooms
//! that answer. What changes may hold is said where they are read, in the room `desk`.

use super::words::{Paths, bytes, content, get, parameter, responses, schema};
use crate::report::gap_table::COLUMNS;
use serde_json::{Value, json};

/// The revision of a scenario as a condition.
const REVISION: &str = r#"^"[0-9]{1,18}"$"#;
/// Media types of exports.
const EXPORTED: [&str; 4] = [
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
    "application/geo+json",
    "application/geopackage+sqlite3",
];

/// An object of these members and no others.
fn object(properties: Value) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

/// What a planner did to the plan; every key optional, unknown ones refused.
pub(super) fn changes_schema() -> Value {
    let ids = || json!({"type": "array", "items": {"type": "string"}});
    // What is null is as if it were not there.
    let above_zero = || json!({"type": "number", "minimum": 0.1, "maximum": 600, "nullable": true});
    let weight = || json!({"type": "number", "minimum": 0, "maximum": 1_000_000});
    let or_none = |mut schema: Value| {
        schema["nullable"] = json!(true);
        schema
    };
    let weights = || json!({"type": "object", "additionalProperties": weight()});
    let mut added = object(json!({
        "id": {"type": "string", "pattern": "^[+].+$"}, "name": {"type": "string", "nullable": true}, "county": {"type": "string", "nullable": true},
        "lon": {"type": "number", "minimum": -180, "maximum": 180}, "lat": {"type": "number", "minimum": -90, "maximum": 90},
    }));
    added["required"] = json!(["id", "lon", "lat"]);
    let pair = json!({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2});
    object(json!({
        "add": {"type": "array", "items": added},
        "move": {"type": "object", "additionalProperties": pair},
        "remove": ids(), "lock": ids(), "open": ids(), "forbid": ids(),
        "target": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "nullable": true},
        "minutes": object(json!({"urban": above_zero(), "rural": above_zero(), "all": above_zero()})),
        "walk_kmh": above_zero(), "bike_kmh": above_zero(), "drive_kmh": above_zero(),
        "season": {"type": "string", "enum": ["summer", "winter", "both", null], "nullable": true},
        "weights": object(json!({"residences": or_none(weight()), "clusters": or_none(weight()), "groups": weights(), "kinds": weights()})),
    }))
}

pub(super) fn paths() -> Paths {
    let text = || json!({"type": "string"});
    let whatever = || content("application/json", json!({"type": "object"}));
    let word = |words: &[&str]| json!({"type": "string", "enum": words.iter().map(|w| json!(w)).chain([Value::Null]).collect::<Vec<_>>(), "nullable": true});
    let maybe = || json!({"type": "string", "nullable": true});
    let list = || content("application/json", json!({"type": "array", "items": {"type": "object"}}));
    let query = |name: &str, required: bool, description: &str| json!({"name": name, "in": "query", "required": required, "description": description, "schema": {"type": "string"}});
    let pick = |name: &str, description: &str| {
        let mut given = query(name, true, description);
        given["example"] = json!("plan");
        given
    };
    let in_path = |name: &str, description: &str| json!({"name": name, "in": "path", "required": true, "description": description, "schema": {"type": "string"}});
    let if_match = |name: &str, pattern: &str| json!({"name": name, "in": "header", "required": false, "schema": {"type": "string", "pattern": pattern}});
    let problem = |description: &str| json!({"description": description, "content": content("application/problem+json", schema("Problem"))});
    let body = |kind: &str, schema: Value| json!({"required": true, "content": content(kind, schema)});
    let search = body(
        "application/json",
        object(
            json!({"changes": schema("Changes"), "seconds": {"type": "number", "nullable": true}, "seed": word(&["proposal"])}),
        ),
    );
    let whole = || json!({"type": "integer", "minimum": 0, "maximum": u32::MAX});
    let mut limit = whole();
    limit["nullable"] = json!(true);
    let filter =
        object(json!({"county": maybe(), "reason": maybe(), "layer": maybe(), "setting": maybe(), "text": maybe()}));
    let gaps = body(
        "application/json",
        object(json!({
            "changes": schema("Changes"), "offset": whole(), "limit": limit, "sort": word(&COLUMNS), "order": word(&["asc", "desc"]), "filter": filter,
        })),
    );
    let row = json!({"oneOf": [text(), {"type": "object", "required": ["layer", "id"], "properties": {"layer": text(), "id": text()}}]});
    let shown = body(
        "application/json",
        object(json!({
            "changes": schema("Changes"), "lang": word(&["zh", "en"]),
            "columns": {"type": "array", "items": {"type": "string", "enum": COLUMNS}, "minItems": 1, "uniqueItems": true, "nullable": true},
            "ids": {"type": "array", "items": row, "nullable": true},
        })),
    );
    let answer = |content: Value| json!({"description": "the answer", "content": content});
    let act =
        |id: &str, summary: &str, parameters: Vec<Value>, body: Option<Value>, own: Vec<(&'static str, Value)>| {
            let mut all = responses(own.into_iter().chain([
                ("413", problem("more than this path takes")),
                ("415", problem("not of the media type that is read here")),
                ("422", problem("the changes are wrong: every fault in words")),
                ("429", problem("too many from one client: Retry-After says when to ask again")),
                ("503", problem("the queue is full: Retry-After says when to ask again")),
            ]));
            all.remove("304");
            let mut described =
                json!({"operationId": id, "summary": summary, "parameters": parameters, "responses": all});
            if let Some(body) = body {
                described["requestBody"] = body;
            }
            described
        };
    // What an answer is good for next.
    let onward = |mut answer: Value, name: &str, value: &str, operations: &[&str]| {
        for operation in operations {
            answer["links"][*operation] = json!({"operationId": operation, "parameters": {name: value}});
        }
        answer
    };
    let with_tag = |mut answer: Value| {
        answer["headers"] = json!({"ETag": {"description": "its revision", "required": true, "schema": {"type": "string", "pattern": REVISION}}});
        answer
    };
    let lang = || vec![parameter("lang")];
    let id = || in_path("id", "Which job");
    let name = || in_path("name", "Which scenario");
    let asked =
        |id: &str, summary: &str, parameters: &[Value], ok: Value| get(id, summary, parameters, ok)["get"].clone();
    let saved = body(
        "application/json",
        json!({"type": "object", "required": ["changes"], "additionalProperties": false, "properties": {"changes": schema("Changes"), "note": text()}}),
    );
    let mut packed = bytes("application/geopackage+sqlite3");
    packed["application/octet-stream"] = bytes("application/octet-stream")["application/octet-stream"].clone();
    let mut files = json!({});
    for kind in EXPORTED {
        files[kind] = bytes(kind)[kind].clone();
    }
    files["application/geo+json"] = json!({"schema": schema("FeatureCollection")});
    let mut taken = onward(answer(whatever()), "id", "$response.body#/job", &["job", "cancelJob", "takeJob"]);
    taken["headers"] = json!({"Location": {"description": "where it can be seen", "required": true, "schema": text()}});
    let kept = || with_tag(onward(answer(whatever()), "name", "$request.path.name", &["scenario", "deleteScenario"]));
    let all: Vec<(&str, Value)> = vec![
        ("/api/session", get("session", "Who may do what here, and the limits", &[], whatever())),
        (
            "/login",
            get(
                "login",
                "Takes a token and keeps it as a cookie",
                &[query("token", true, "The token that the server printed")],
                content("text/html", text()),
            ),
        ),
        (
            "/api/what-if",
            json!({"post": act("whatIf", "What changes come to: shares, gained, lost, gaps", lang(), Some(body("application/json", schema("Changes"))), vec![("200", answer(whatever()))])}),
        ),
        (
            "/api/what-if/gaps",
            json!({"post": act("whatIfGaps", "The gap list after changes, page by page", lang(), Some(gaps), vec![("200", answer(whatever()))])}),
        ),
        (
            "/api/jobs",
            json!({"post": act("submit", "A search for a better plan", lang(), Some(search), vec![("202", taken)])}),
        ),
        (
            "/api/jobs/{id}",
            json!({
                "get": asked("job", "How a job stands", &[id(), parameter("lang")], whatever()),
                "delete": act("cancelJob", "Ends a job", vec![id(), parameter("lang")], None, vec![("200", answer(whatever()))]),
            }),
        ),
        (
            "/api/jobs/{id}/events",
            get(
                "jobEvents",
                "How a job goes, as events `progress` and one `end`",
                &[id(), parameter("lang")],
                content("text/event-stream", text()),
            ),
        ),
        (
            "/api/jobs/{id}/take",
            json!({"post": act("takeJob", "Stops a job and keeps the best so far", vec![id(), parameter("lang")], None, vec![("200", answer(whatever())), ("409", problem("there is no choice yet; the job goes on"))])}),
        ),
        ("/api/scenarios", get("scenarios", "Scenarios that are kept", &lang(), list())),
        (
            "/api/scenarios/compare",
            get(
                "compareScenarios",
                "Two scenarios side by side; `plan` is the plan itself",
                &[pick("a", "One"), pick("b", "The other"), parameter("lang")],
                whatever(),
            ),
        ),
        (
            "/api/scenarios/{name}",
            json!({
                "get": asked("scenario", "A scenario, with its revision as ETag", &[name(), parameter("lang")], whatever()),
                "put": act("saveScenario", "Keeps a scenario: If-None-Match: * makes one, If-Match replaces that revision", vec![name(), if_match("If-Match", REVISION), if_match("If-None-Match", "^[*]$"), parameter("lang")], Some(saved), vec![
                    ("200", kept()), ("201", kept()), ("412", problem("somebody else has saved meanwhile")), ("428", problem("neither If-Match nor If-None-Match")),
                ]),
                "delete": act("deleteScenario", "Removes a scenario", vec![name(), if_match("If-Match", REVISION), parameter("lang")], None, vec![("200", answer(whatever())), ("412", problem("somebody else has saved meanwhile"))]),
            }),
        ),
        (
            "/api/scenarios.gpkg",
            json!({
                "get": asked("downloadScenarios", "All scenarios as a GeoPackage that QGIS opens", &lang(), bytes("application/geopackage+sqlite3")),
                "post": act("importScenarios", "Takes scenarios in from such a file", vec![json!({"name": "replace", "in": "query", "required": false, "description": "true gives those of the same name a new revision", "schema": {"type": "boolean"}}), parameter("lang")], Some(json!({"required": true, "content": packed})), vec![("200", answer(whatever()))]),
            }),
        ),
        (
            "/api/export",
            json!({"post": act("export", "What is shown, as a file", vec![json!({"name": "format", "in": "query", "required": true, "schema": {"type": "string", "enum": ["xlsx", "csv", "geojson", "gpkg"]}})], Some(shown), vec![("200", answer(files))])}),
        ),
    ];
    all.into_iter().map(|(path, described)| (path.to_owned(), described)).collect()
}
