//! What do changes come to, over HTTP? The answer, the whole gap list, and who is asking. A file of its own because these are the
//! paths that a page asks at every move of a hand.

use super::asked::{Asked, InLang};
use super::desk::Desk;
use super::planner::{Limits, json, most_features, of_desk};
use super::problem::Problem;
use crate::desk::{Changes, object};
use crate::report::gap_table;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::time::Instant;
use tower_http::limit::RequestBodyLimitLayer;

/// Rows of the gap list in one answer.
const MOST_ROWS: usize = 5_000;

pub(super) fn paths() -> Router<Desk> {
    let limit = Limits::default().body;
    Router::new()
        .route("/api/what-if", post(what_if))
        .route("/api/what-if/gaps", post(gaps))
        .route("/api/session", get(session))
        .route("/login", get(login))
        .layer(DefaultBodyLimit::max(limit))
        .layer(RequestBodyLimitLayer::new(limit))
}

/// JSON that no cache keeps.
pub(super) fn fresh(status: StatusCode, body: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `POST /api/what-if`
async fn what_if(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Asked(query): Asked<InLang>,
    body: Bytes,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Timed<'a> {
        #[serde(flatten)]
        answer: &'a crate::desk::Answer,
        milliseconds: f64,
    }
    let lang = query.of(&desk)?;
    let changes: Changes = json(&headers, &body)?;
    let clock = Instant::now();
    let answer = desk.planner().answer(changes, lang).await?;
    let milliseconds = (clock.elapsed().as_secs_f64() * 1e5).round() / 100.0;
    let text = serde_json::to_vec(&Timed { answer: &answer, milliseconds }).map_err(Problem::failed)?;
    Ok(fresh(StatusCode::OK, text))
}

/// Body of `POST /api/what-if/gaps`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedGaps {
    #[serde(default, deserialize_with = "object")]
    changes: Changes,
    #[serde(default)]
    offset: u32,
    limit: Option<u32>,
    sort: Option<String>,
    order: Option<String>,
    #[serde(default, deserialize_with = "object")]
    filter: Filter,
}

/// Which rows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Filter {
    county: Option<String>,
    reason: Option<String>,
    layer: Option<String>,
    setting: Option<String>,
    text: Option<String>,
}

/// `POST /api/what-if/gaps`
async fn gaps(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Asked(query): Asked<InLang>,
    body: Bytes,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let asked: AskedGaps = json(&headers, &body)?;
    let work = move |desk: &crate::desk::WhatIf| {
        let outcome = desk.recounted(&asked.changes).map_err(|e| of_desk(&e, lang))?;
        let rows = gap_table::rows(&outcome, lang).zip(&outcome.gaps).map(|(row, gap)| {
            let mut row = serde_json::to_value(&row).unwrap_or_default();
            let at = outcome.evidence.demand.centres[gap.place].position;
            row["index"] = json!(gap.place);
            row["lon"] = json!(at.lon());
            row["lat"] = json!(at.lat());
            row
        });
        let mut rows: Vec<Value> = rows.filter(|row| asked.filter.takes(row)).collect();
        sort(&mut rows, asked.sort.as_deref().unwrap_or("people"), asked.order.as_deref())?;
        let people: f64 = rows.iter().filter_map(|r| r["people"].as_f64()).sum();
        let total = rows.len();
        let limit = asked.limit.map_or(100, |rows| rows as usize).min(MOST_ROWS);
        let page: Vec<Value> = rows.into_iter().skip(asked.offset as usize).take(limit).collect();
        Ok(json!({ "total": total, "people": people, "rows": page }).to_string())
    };
    Ok(fresh(StatusCode::OK, desk.planner().compute(true, lang, work).await?))
}

impl Filter {
    fn takes(&self, row: &Value) -> bool {
        let is = |key: &str, wanted: &Option<String>| wanted.as_deref().is_none_or(|w| row[key].as_str() == Some(w));
        let says = |wanted: &str| {
            let wanted = wanted.to_lowercase();
            ["id", "name", "county", "nearest_station", "closes_with"]
                .iter()
                .any(|key| row[*key].as_str().is_some_and(|text| text.to_lowercase().contains(&wanted)))
        };
        is("county", &self.county)
            && is("reason", &self.reason)
            && is("layer", &self.layer)
            && is("setting", &self.setting)
            && self.text.as_deref().is_none_or(says)
    }
}

/// Sorts rows by a column, those that are equal by layer and id; most people first unless told otherwise.
fn sort(rows: &mut [Value], column: &str, order: Option<&str>) -> Result<(), Problem> {
    if !gap_table::COLUMNS.contains(&column) {
        return Err(Problem::bad_query(format!("sort: one of {}", gap_table::COLUMNS.join(", "))));
    }
    let down = match order {
        None => column == "people",
        Some("asc") => false,
        Some("desc") => true,
        Some(_) => return Err(Problem::bad_query("order: asc or desc")),
    };
    let by = |a: &Value, b: &Value| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.as_str().cmp(&b.as_str()),
    };
    rows.sort_by(|a, b| {
        // What is not stated comes last either way.
        let stated = a[column].is_null().cmp(&b[column].is_null());
        let first = by(&a[column], &b[column]);
        let first = if down { first.reverse() } else { first };
        let rest = || a["index"].as_u64().cmp(&b["index"].as_u64());
        [stated, first].into_iter().find(|o| *o != Ordering::Equal).unwrap_or_else(rest)
    });
    Ok(())
}

/// `GET /api/session`
async fn session(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    let (planner, limits) = (desk.planner(), desk.planner().limits());
    let body = json!({
        "may_change": desk.access().allows(desk.hosts(), &headers),
        "lang": desk.outcome().folder.plan.lang.code(),
        "scenarios": planner.keeps_scenarios(),
        "limits": {
            "body_bytes": limits.body,
            "file_bytes": limits.file,
            "features": most_features(),
            "rows": MOST_ROWS,
            "queue": limits.jobs.queue,
            "jobs_per_client": limits.jobs.per_client,
            "seconds": limits.jobs.longest.as_secs_f64(),
        },
    });
    fresh(StatusCode::OK, body.to_string())
}

/// Query of `/login`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    token: String,
}

/// `GET /login?token=…`: gives the browser its cookie and goes on to the page.
async fn login(State(desk): State<Desk>, Asked(login): Asked<Login>) -> Result<Response, Problem> {
    let wrong = || Problem::with(StatusCode::UNAUTHORIZED, "this is not the token · 口令不对");
    let cookie = desk.access().cookie(&login.token).ok_or_else(wrong)?;
    let mut response = (StatusCode::SEE_OTHER, "").into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static("/"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::SET_COOKIE, HeaderValue::from_str(&cookie).map_err(Problem::failed)?);
    Ok(response)
}
