//! How are scenarios kept and exchanged over HTTP? A file of its own because a save says which revision it was made from, in the
//! words that HTTP has for that.

use super::asked::{Asked, InLang};
use super::desk::Desk;
use super::planner::{Limits, json, of_desk, of_store, plain};
use super::problem::Problem;
use super::what_if::fresh;
use crate::desk::scenarios::{Condition, Draft};
use crate::desk::{Changes, object};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;
use tower_http::limit::RequestBodyLimitLayer;

const GEOPACKAGE: &str = "application/geopackage+sqlite3";

pub(super) fn paths() -> Router<Desk> {
    let Limits { body, file, .. } = Limits::default();
    let small = Router::new()
        .route("/api/scenarios", get(list))
        .route("/api/scenarios/compare", get(compare))
        .route("/api/scenarios/{name}", get(one).put(save).delete(delete))
        .layer(DefaultBodyLimit::max(body))
        .layer(RequestBodyLimitLayer::new(body));
    let large = Router::new()
        .route("/api/scenarios.gpkg", get(download).post(import))
        .layer(DefaultBodyLimit::max(file))
        .layer(RequestBodyLimitLayer::new(file));
    small.merge(large)
}

/// `GET /api/scenarios`
async fn list(State(desk): State<Desk>, Asked(query): Asked<InLang>) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let store = desk.planner().store()?;
    let all = on_disk(move || store.list().map_err(|e| of_store(&e, lang))).await?;
    Ok(fresh(StatusCode::OK, json!(all).to_string()))
}

/// `GET /api/scenarios/{name}`
async fn one(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    Asked(query): Asked<InLang>,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let store = desk.planner().store()?;
    let found = on_disk(move || store.get(&name).map_err(|e| of_store(&e, lang))).await?;
    let mut response = fresh(StatusCode::OK, json!(found).to_string());
    response.headers_mut().insert(header::ETAG, tag(found.summary.revision));
    Ok(response)
}

/// Body of `PUT /api/scenarios/{name}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(deserialize_with = "object")]
    changes: Changes,
    #[serde(default)]
    note: String,
}

/// `PUT /api/scenarios/{name}`
async fn save(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    Asked(query): Asked<InLang>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let Kept { changes, note } = json(&headers, &body)?;
    let condition = condition(&headers)?.ok_or_else(|| {
        let detail =
            "say what is expected: If-None-Match: * for a new scenario, If-Match with the revision for a new revision";
        Problem::with(StatusCode::PRECONDITION_REQUIRED, detail)
    })?;
    let store = desk.planner().store()?;
    let work = move |desk: &crate::desk::WhatIf| {
        let draft = Draft::new(desk, &name, &note, &changes).map_err(|e| of_store(&e, lang))?;
        let revision = store.put(&[(draft, condition)]).map_err(|e| of_store(&e, lang))?[0];
        store.get(&name).map(|kept| (kept, revision)).map_err(|e| of_store(&e, lang))
    };
    let (kept, revision) = desk.planner().compute(true, lang, work).await?;
    let status = if condition == Condition::New { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = fresh(status, json!(kept.summary).to_string());
    response.headers_mut().insert(header::ETAG, tag(revision));
    Ok(response)
}

/// `DELETE /api/scenarios/{name}`
async fn delete(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    Asked(query): Asked<InLang>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let condition = condition(&headers)?.unwrap_or(Condition::Any);
    let store = desk.planner().store()?;
    on_disk(move || store.delete(&name, condition).map_err(|e| of_store(&e, lang))).await?;
    Ok(fresh(StatusCode::OK, "{\"deleted\":true}"))
}

/// Query of a comparison.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Two {
    a: String,
    b: String,
    lang: Option<String>,
}

/// `GET /api/scenarios/compare`
async fn compare(State(desk): State<Desk>, Asked(two): Asked<Two>) -> Result<Response, Problem> {
    let lang = desk.language(two.lang.as_deref())?;
    let store = desk.planner().store();
    let work = move |desk: &crate::desk::WhatIf| {
        let changes = |name: &str| match name {
            "plan" => Ok(Changes::default()),
            _ => store.clone()?.get(name).map(|s| s.changes).map_err(|e| of_store(&e, lang)),
        };
        let (a, b) = (changes(&two.a)?, changes(&two.b)?);
        let compared = desk.compare((&two.a, &a), (&two.b, &b)).map_err(|e| of_desk(&e, lang))?;
        serde_json::to_vec(&compared).map_err(Problem::failed)
    };
    Ok(fresh(StatusCode::OK, desk.planner().compute(true, lang, work).await?))
}

/// `GET /api/scenarios.gpkg`
async fn download(State(desk): State<Desk>, Asked(query): Asked<InLang>) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let store = desk.planner().store()?;
    let bytes = on_disk(move || store.bytes().map_err(|e| of_store(&e, lang))).await?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(GEOPACKAGE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = HeaderValue::from_static("attachment; filename=\"scenarios.gpkg\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Query of an import.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Import {
    #[serde(default)]
    replace: bool,
    lang: Option<String>,
}

/// `POST /api/scenarios.gpkg`
async fn import(
    State(desk): State<Desk>,
    Asked(import): Asked<Import>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let lang = desk.language(import.lang.as_deref())?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if ![GEOPACKAGE, "application/octet-stream", "application/x-sqlite3"].contains(&kind) {
        let detail = "the body must be a GeoPackage: Content-Type: application/geopackage+sqlite3";
        return Err(Problem::with(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    plain(&headers)?;
    let store = desk.planner().store()?;
    let work =
        move |desk: &crate::desk::WhatIf| store.import(desk, &body, import.replace).map_err(|e| of_store(&e, lang));
    let report = desk.planner().compute(true, lang, work).await?;
    Ok(fresh(StatusCode::OK, json!(report).to_string()))
}

/// What a request expects to find; `None` when it says nothing.
fn condition(headers: &HeaderMap) -> Result<Option<Condition>, Problem> {
    let text = |name| headers.get(name).map(|v: &HeaderValue| v.to_str().unwrap_or_default().trim().to_owned());
    match (text(header::IF_NONE_MATCH), text(header::IF_MATCH)) {
        (None, None) => Ok(None),
        (Some(any), None) if any == "*" => Ok(Some(Condition::New)),
        (None, Some(tag)) => {
            let quoted = tag.trim_start_matches("W/");
            let bare = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            let revision = bare.and_then(|digits| digits.parse().ok());
            let revision =
                revision.ok_or_else(|| Problem::bad_query("If-Match: the ETag of the scenario, such as \"3\""))?;
            Ok(Some(Condition::Revision(revision)))
        }
        _ => Err(Problem::bad_query("If-None-Match: * or If-Match: \"revision\", one of the two")),
    }
}

fn tag(revision: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{revision}\"")).expect("digits are header text")
}

/// Waits for the disk away from those who only listen.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    let failed = |_| Err(Problem::failed("an internal fault; the server goes on"));
    tokio::task::spawn_blocking(work).await.unwrap_or_else(failed)
}
