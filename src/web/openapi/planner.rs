//! How is the planner's desk described: what-if, jobs, scenarios, export, who may do what? A file of its own beside the rooms
//! that answer. What changes may hold is said where they are read, in the room `desk`.

use super::words::{Paths, bytes, content, get, parameter, responses, schema};
use serde_json::{Value, json};

/// The revision of a scenario as a condition.
const REVISION: &str = r#"^"[0-9]+"$"#;
/// Media types of exports.
const EXPORTED: [&str; 4] = [
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
    "application/geo+json",
    "application/geopackage+sqlite3",
];

/// What a planner did to the plan; every key optional, unknown ones refused.
pub(super) fn changes_schema() -> Value {
    let ids = || json!({"type": "array", "items": {"type": "string"}});
    let above_zero = || json!({"type": "number", "minimum": 0.1, "maximum": 600});
    let weight = || json!({"type": "number", "minimum": 0, "maximum": 1_000_000});
    let weights = || json!({"type": "object", "additionalProperties": weight()});
    let object = |properties: Value| json!({"type": "object", "additionalProperties": false, "properties": properties});
    let mut added = object(json!({
        "id": {"type": "string", "pattern": "^[+].+$"}, "name": {"type": "string"}, "county": {"type": "string"},
        "lon": {"type": "number", "minimum": -180, "maximum": 180}, "lat": {"type": "number", "minimum": -90, "maximum": 90},
    }));
    added["required"] = json!(["id", "lon", "lat"]);
    let pair = json!({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2});
    object(json!({
        "add": {"type": "array", "items": added},
        "move": {"type": "object", "additionalProperties": pair},
        "remove": ids(), "lock": ids(), "open": ids(), "forbid": ids(),
        "target": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "minutes": object(json!({"urban": above_zero(), "rural": above_zero(), "all": above_zero()})),
        "walk_kmh": above_zero(), "bike_kmh": above_zero(), "drive_kmh": above_zero(),
        "season": {"type": "string", "enum": ["summer", "winter", "both"]},
        "weights": object(json!({"residences": weight(), "clusters": weight(), "groups": weights(), "kinds": weights()})),
    }))
}

pub(super) fn paths() -> Paths {
    let text = || json!({"type": "string"});
    let object = || content("application/json", json!({"type": "object"}));
    let list = || content("application/json", json!({"type": "array", "items": {"type": "object"}}));
    let query = |name: &str, required: bool, description: &str| json!({"name": name, "in": "query", "required": required, "description": description, "schema": {"type": "string"}});
    let in_path = |name: &str, description: &str| json!({"name": name, "in": "path", "required": true, "description": description, "schema": {"type": "string"}});
    let if_match = |name: &str, pattern: &str| json!({"name": name, "in": "header", "required": false, "schema": {"type": "string", "pattern": pattern}});
    let problem = |description: &str| json!({"description": description, "content": content("application/problem+json", schema("Problem"))});
    let body = |kind: &str, schema: Value| json!({"required": true, "content": content(kind, schema)});
    let changes = || body("application/json", json!({"type": "object", "properties": {"changes": schema("Changes")}}));
    let answer = |content: Value| json!({"description": "the answer", "content": content});
    let act =
        |id: &str, summary: &str, parameters: Vec<Value>, body: Option<Value>, own: Vec<(&'static str, Value)>| {
            let mut all = responses(own.into_iter().chain([
                ("401", problem("a token is needed beyond this machine")),
                ("403", problem("another site sent this")),
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
    let lang = || vec![parameter("lang")];
    let id = || in_path("id", "Which job");
    let name = || in_path("name", "Which scenario");
    let none = || ("204", json!({"description": "done"}));
    let asked =
        |id: &str, summary: &str, parameters: &[Value], ok: Value| get(id, summary, parameters, ok)["get"].clone();
    let saved = body(
        "application/json",
        json!({"type": "object", "required": ["changes"], "properties": {"changes": schema("Changes"), "note": text()}}),
    );
    let mut files = json!({});
    for kind in EXPORTED {
        files[kind] = bytes(kind)[kind].clone();
    }
    let all: Vec<(&str, Value)> = vec![
        ("/review", get("reviewPage", "The page for leadership", &[], content("text/html", text()))),
        ("/analyse", get("analysePage", "The page for analysts", &[], content("text/html", text()))),
        ("/api/session", get("session", "Who may do what here, and the limits", &[], object())),
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
            json!({"post": act("whatIf", "What changes come to: shares, gained, lost, gaps", lang(), Some(body("application/json", schema("Changes"))), vec![("200", answer(object()))])}),
        ),
        (
            "/api/what-if/gaps",
            json!({"post": act("whatIfGaps", "The gap list after changes, page by page", lang(), Some(changes()), vec![("200", answer(object()))])}),
        ),
        (
            "/api/jobs",
            json!({"post": act("submit", "A search for a better plan", lang(), Some(changes()), vec![("202", answer(object()))])}),
        ),
        (
            "/api/jobs/{id}",
            json!({
                "get": asked("job", "How a job stands", &[id(), parameter("lang")], object()),
                "delete": act("cancelJob", "Ends a job", vec![id()], None, vec![("200", answer(object())), none()]),
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
            json!({"post": act("takeJob", "Stops a job and keeps the best so far", vec![id()], None, vec![("200", answer(object()))])}),
        ),
        ("/api/scenarios", get("scenarios", "Scenarios that are kept", &lang(), list())),
        (
            "/api/scenarios/compare",
            get(
                "compareScenarios",
                "Two scenarios side by side; `plan` is the plan itself",
                &[query("a", true, "One"), query("b", true, "The other"), parameter("lang")],
                object(),
            ),
        ),
        (
            "/api/scenarios/{name}",
            json!({
                "get": asked("scenario", "A scenario, with its revision as ETag", &[name()], object()),
                "put": act("saveScenario", "Keeps a scenario: If-None-Match: * makes one, If-Match replaces that revision", vec![name(), if_match("If-Match", REVISION), if_match("If-None-Match", "^[*]$")], Some(saved), vec![
                    ("200", answer(object())), ("201", answer(object())), ("412", problem("somebody else has saved meanwhile")), ("428", problem("neither If-Match nor If-None-Match")),
                ]),
                "delete": act("deleteScenario", "Removes a scenario", vec![name(), if_match("If-Match", REVISION)], None, vec![("200", answer(object())), none(), ("412", problem("somebody else has saved meanwhile"))]),
            }),
        ),
        (
            "/api/scenarios.gpkg",
            json!({
                "get": asked("downloadScenarios", "All scenarios as a GeoPackage that QGIS opens", &[], bytes("application/geopackage+sqlite3")),
                "post": act("importScenarios", "Takes scenarios in from such a file", vec![query("replace", false, "true gives those of the same name a new revision")], Some(json!({"required": true, "content": bytes("application/geopackage+sqlite3")})), vec![("200", answer(object()))]),
            }),
        ),
        (
            "/api/export",
            json!({"post": act("export", "What is shown, as a file", vec![json!({"name": "format", "in": "query", "required": true, "schema": {"type": "string", "enum": ["xlsx", "csv", "geojson", "gpkg"]}})], Some(changes()), vec![("200", answer(files))])}),
        ),
    ];
    all.into_iter().map(|(path, described)| (path.to_owned(), described)).collect()
}
