//! Which path leads where, and which guards stand around all of them? A file of its own so that the whole surface of
//! the server is one screen.

use super::desk::Desk;
use super::downloads::Download;
use super::topics::Topic;
use super::{
    access, answers, assets, export, guards, import, jobs, metrics, ogc, openapi, problem, scenarios, tiles, what_if,
};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::get;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, DefaultPredicate};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// The longest a request may take; drawing a large sheet takes about a second.
const LONGEST: Duration = Duration::from_secs(30);
/// The largest body a request may announce; nothing here reads one.
const LARGEST_BODY: usize = 16 * 1024;

/// Every path of the page and the API, with limits and headers, for one outcome.
///
/// | path | answer |
/// | --- | --- |
/// | `/`, `/review`, `/analyse`, `/page/…`, `/vendor/…`, `/fonts/…` | the page with its doors |
/// | `/api/plan`, `/api/summary`, `/api/{coverage,proposal,gaps,circles,stations}`, `/api/counties` | JSON, GeoJSON; `lang` |
/// | `/map.png`, `/map.svg` | the sheet; `lang`, `county`, `size` |
/// | `/report.html` | the report, to read and print; `lang` |
/// | `/download/…` | the files `plan` writes, to keep; `lang` |
/// | `/ogc/…` | OGC API - Features: every layer for QGIS and the like |
/// | `/tiles.json`, `/tiles/{layer}/{z}/{x}/{y}.mvt` | vector tiles and what describes them |
/// | `/import`, `/api/import/{look,check,take}` | files dropped on the page become a plan folder |
/// | `/openapi.json`, `/metrics` | the API for programs; counts for Prometheus |
/// | `/api/what-if`, `/api/what-if/gaps`, `/api/export` | POST: what changes come to, and files of it |
/// | `/api/jobs…` | searches for a better plan, with events |
/// | `/api/scenarios…` | changes that are kept, compared, exchanged |
/// | `/api/session`, `/login` | who may do what |
/// | `/health` | `{"status":"ok"}` |
pub fn router(desk: Desk) -> Router {
    let mut paths = Router::new()
        .route("/", get(assets::file))
        .route("/review", get(assets::file))
        .route("/analyse", get(assets::file))
        .route("/page/{*path}", get(assets::file))
        .route("/vendor/{*path}", get(assets::file))
        .route("/fonts/{*path}", get(assets::file))
        .route("/favicon.svg", get(assets::file))
        .route("/map.png", get(answers::map_png))
        .route("/map.svg", get(answers::map_svg))
        .route("/report.html", get(answers::report))
        .route("/health", get(answers::health))
        .merge(ogc::paths())
        .merge(tiles::paths())
        .merge(openapi::paths())
        .route("/import", get(assets::file));
    for topic in Topic::ALL {
        let handler = move |desk, headers, query| answers::topic(topic, desk, headers, query);
        paths = paths.route(&format!("/api/{}", topic.name()), get(handler));
    }
    for download in Download::ALL {
        let handler = move |desk, headers, query| answers::download(download, desk, headers, query);
        paths = paths.route(&format!("/download/{}", download.name()), get(handler));
    }
    // Fonts and workbooks are compressed already.
    let worth_compressing = DefaultPredicate::new()
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/vnd.openxml"))
        .and(NotForContentType::const_new("application/vnd.mapbox"))
        .and(NotForContentType::const_new("application/zip"));
    // The last layer stands outermost: every answer is marked, those of the guards too.
    paths
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        // Paths with a limit of their own come after the one that bounds all others.
        .merge(what_if::paths())
        .merge(jobs::paths())
        .merge(scenarios::paths())
        .merge(export::paths())
        .merge(import::paths())
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST))
        .layer(from_fn_with_state(desk.clone(), access::only_those_who_may))
        .layer(from_fn_with_state(desk.clone(), guards::only_own_names))
        .layer(CatchPanicLayer::custom(problem::of_panic))
        .layer(CompressionLayer::new().gzip(true).compress_when(worth_compressing))
        .layer(map_response(problem::speak_json))
        .layer(map_response(guards::mark))
        .layer(from_fn_with_state(desk.clone(), metrics::count))
        .with_state(desk)
}
