//! How does exactly what is shown become a file? The rows of the gap list that the page shows, in its order and columns. A file of
//! its own because the page decides what is shown and `report` how a file looks.

use super::asked::Asked;
use super::desk::Desk;
use super::planner::{Limits, json, of_desk};
use super::problem::Problem;
use crate::desk::{Changes, object};
use crate::report::machine::{self, Format};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use tower_http::limit::RequestBodyLimitLayer;

/// Ids of a hundred thousand rows fit.
const LARGEST: usize = 16 << 20;

pub(super) fn paths() -> Router<Desk> {
    let limit = LARGEST.max(Limits::default().body);
    Router::new()
        .route("/api/export", post(export))
        .layer(DefaultBodyLimit::max(limit))
        .layer(RequestBodyLimitLayer::new(limit))
}

/// Query of an export.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct As {
    format: String,
}

/// Body of an export.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    #[serde(default, deserialize_with = "object")]
    changes: Changes,
    columns: Option<Vec<String>>,
    ids: Option<Vec<Named>>,
    lang: Option<String>,
}

/// A row by its id, with its layer where ids are only unique in theirs.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Named {
    Alone(String),
    InLayer { layer: String, id: String },
}

/// `POST /api/export`
async fn export(
    State(desk): State<Desk>,
    Asked(asked): Asked<As>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let shown: Shown = json(&headers, &body)?;
    let lang = desk.language(shown.lang.as_deref())?;
    let (format, kind) = match asked.format.as_str() {
        "xlsx" => (Format::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "csv" => (Format::Csv { mark: true }, "text/csv; charset=utf-8"),
        "geojson" => (Format::Geojson, "application/geo+json"),
        "gpkg" => (Format::Geopackage, "application/geopackage+sqlite3"),
        _ => return Err(Problem::bad_query("format: xlsx, csv, geojson or gpkg")),
    };
    let work = move |desk: &crate::desk::WhatIf| {
        let outcome = desk.recounted(&shown.changes).map_err(|e| of_desk(&e, lang))?;
        let ids: Option<Vec<(Option<String>, String)>> = shown.ids.map(|ids| {
            let pair = |named| match named {
                Named::Alone(id) => (None, id),
                Named::InLayer { layer, id } => (Some(layer), id),
            };
            ids.into_iter().map(pair).collect()
        });
        let rows = machine::Shown { columns: shown.columns.as_deref(), ids: ids.as_deref() };
        machine::shown_gaps(&outcome, lang, format, &rows).map_err(|e| match e {
            machine::ShownError::Unknown(what) => Problem::unprocessable(what),
            machine::ShownError::Report(e) => Problem::failed(e),
        })
    };
    let bytes = desk.planner().compute(true, lang, work).await?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = format!("attachment; filename=\"gaps.{}\"", format.suffix());
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(Problem::failed)?);
    Ok(response)
}
