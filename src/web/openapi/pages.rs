//! How are the page, its answers, maps and downloads described? A file of its own beside the handlers of the same name.

use super::words::{Paths, bytes, content, get, parameter, schema};
use crate::web::downloads::Download;
use crate::web::topics::Topic;
use serde_json::{Value, json};

pub(super) fn paths() -> Paths {
    let lang = [parameter("lang")];
    let text = |kind: &str| content(kind, json!({"type": "string"}));
    let file = |id: &str, summary: &str, example: &str, kinds: &[&str]| {
        let path = json!({"name": "path", "in": "path", "required": true, "description": "a file of the page", "schema": {"type": "string"}, "example": example});
        let kinds: serde_json::Map<String, Value> =
            kinds.iter().map(|k| ((*k).to_owned(), json!({"schema": {"type": "string"}}))).collect();
        get(id, summary, &[path], Value::Object(kinds))
    };
    let mut all: Paths = Vec::new();
    let mut add = |path: &str, described: Value| all.push((path.to_owned(), described));
    add("/", get("page", "The page", &[], text("text/html")));
    add("/review", get("reviewPage", "The page for leadership", &[], text("text/html")));
    add("/analyse", get("analysePage", "The page for analysts", &[], text("text/html")));
    add("/import", get("importPage", "The page that takes files in", &[], text("text/html")));
    add("/page/{path}", file("pageFile", "A file of the page", "style.css", &["text/javascript", "text/css"]));
    add(
        "/vendor/{path}",
        file(
            "vendorFile",
            "A file of a library that the page uses",
            "maplibre-gl-5.24.0/maplibre-gl.css",
            &["text/javascript", "text/css", "text/plain"],
        ),
    );
    add("/fonts/{path}", file("fontFile", "A font", "OFL.txt", &["font/woff2", "text/plain"]));
    add("/favicon.svg", get("icon", "The page's icon", &[], text("image/svg+xml")));
    let sheet = [parameter("lang"), parameter("county"), parameter("size")];
    add("/map.png", get("mapPng", "The coverage map as pixels", &sheet, bytes("image/png")));
    add("/map.svg", get("mapSvg", "The coverage map as a drawing", &sheet, text("image/svg+xml")));
    add("/report.html", get("report", "The report, to read and print", &lang, text("text/html")));
    let health = content(
        "application/json",
        json!({"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}),
    );
    add("/health", get("health", "Whether the server answers", &[], health));
    add("/metrics", get("metrics", "Counts and times, for Prometheus", &[], text("text/plain")));
    let api = content("application/vnd.oai.openapi+json;version=3.0", json!({"type": "object"}));
    add("/openapi.json", get("openapi", "This description", &[], api));
    for topic in Topic::ALL {
        let layer = matches!(topic, Topic::Coverage | Topic::Proposal | Topic::Gaps | Topic::Circles | Topic::Stations);
        let body = if layer {
            content("application/geo+json", schema("FeatureCollection"))
        } else {
            content("application/json", json!({"type": "object"}))
        };
        let name = topic.name();
        add(&format!("/api/{name}"), get(name, about(topic), &lang, body));
    }
    for download in Download::ALL {
        let name = download.name();
        let id = format!("download.{name}");
        let body = match kind(download) {
            "application/geo+json" => content("application/geo+json", schema("FeatureCollection")),
            "application/json" => content("application/json", json!({"type": "object"})),
            other => bytes(other),
        };
        add(
            &format!("/download/{name}"),
            get(&id, &format!("{name} as `doorstep plan` writes it, to keep"), &lang, body),
        );
    }
    all
}

fn about(topic: Topic) -> &'static str {
    match topic {
        Topic::Plan => "What is planned: name, phases, date, remarks",
        Topic::Summary => "The numbers, as in summary.json (`doorstep schema` describes them)",
        Topic::Coverage => "Every place and how it is covered",
        Topic::Proposal => "The proposed stations",
        Topic::Gaps => "Places not wholly covered after the proposal",
        Topic::Circles => "The ground within each station's standard",
        Topic::Stations => "Existing stations",
        Topic::Counties => "Shares, extents and towns by county; outlines where the plan gives them",
    }
}

fn kind(download: Download) -> &'static str {
    match download {
        Download::GapsCsv => "text/csv",
        Download::GapsXlsx | Download::ReportXlsx => {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        }
        Download::GapsGeojson | Download::ProposalGeojson | Download::CoverageGeojson | Download::CirclesGeojson => {
            "application/geo+json"
        }
        Download::SummaryJson => "application/json",
        Download::ReportHtml => "text/html",
        Download::ReportDocx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Download::PlanGpkg => "application/geopackage+sqlite3",
    }
}
