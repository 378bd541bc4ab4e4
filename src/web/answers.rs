//! How does a question become an answer? The handlers: query to key, key to the shelf, shelf to the response.

use super::asked::{Asked, InLang};
use super::desk::Desk;
use super::downloads::{self, Download};
use super::problem::Problem;
use super::sheets::{Format, Sheet, SheetKey};
use super::topics::Topic;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Query of a sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfSheet {
    lang: Option<String>,
    county: Option<String>,
    size: Option<String>,
}

/// `/api/{topic}`
pub(super) async fn topic(
    topic: Topic,
    State(desk): State<Desk>,
    headers: HeaderMap,
    Asked(asked): Asked<InLang>,
) -> Result<Response, Problem> {
    let lang = asked.of(&desk)?;
    let outcome = Arc::clone(desk.outcome());
    let answer = desk.topics().take((topic, lang), move || topic.prepare(&outcome, lang)).await?;
    Ok(answer.respond(&headers))
}

/// `/download/{name}`
pub(super) async fn download(
    download: Download,
    State(desk): State<Desk>,
    headers: HeaderMap,
    Asked(asked): Asked<InLang>,
) -> Result<Response, Problem> {
    let lang = asked.of(&desk)?;
    let outcome = Arc::clone(desk.outcome());
    let answer = desk.downloads().take((download, lang), move || download.prepare(&outcome, lang)).await?;
    Ok(answer.respond(&headers))
}

/// `/report.html`
pub(super) async fn report(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Asked(asked): Asked<InLang>,
) -> Result<Response, Problem> {
    let lang = asked.of(&desk)?;
    let outcome = Arc::clone(desk.outcome());
    let key = SheetKey::report(lang);
    let answer = desk.sheets().take(key, move || downloads::report(&outcome, lang)).await?;
    Ok(answer.respond(&headers))
}

/// `/map.png`
pub(super) async fn map_png(desk: State<Desk>, headers: HeaderMap, asked: Asked<OfSheet>) -> Result<Response, Problem> {
    map(Format::Png, desk, headers, asked).await
}

/// `/map.svg`
pub(super) async fn map_svg(desk: State<Desk>, headers: HeaderMap, asked: Asked<OfSheet>) -> Result<Response, Problem> {
    map(Format::Svg, desk, headers, asked).await
}

async fn map(
    format: Format,
    State(desk): State<Desk>,
    headers: HeaderMap,
    Asked(asked): Asked<OfSheet>,
) -> Result<Response, Problem> {
    let lang = desk.language(asked.lang.as_deref())?;
    let sheet = Sheet::asked_for(desk.outcome(), asked.county.as_deref(), asked.size.as_deref())?;
    let outcome = Arc::clone(desk.outcome());
    let key = SheetKey::new(format, lang, &sheet);
    let answer = desk.sheets().take(key, move || sheet.prepare(format, &outcome, lang)).await?;
    Ok(answer.respond(&headers))
}

/// `/health`
pub(super) async fn health() -> Response {
    let body = concat!("{\"status\":\"ok\",\"doorstep\":\"", env!("CARGO_PKG_VERSION"), "\"}\n");
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
