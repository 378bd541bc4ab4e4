//! How is a search for a better plan followed over HTTP? Taken, seen, listened to, ended. A file of its own because events flow for
//! as long as the search does, and end it when nobody listens any more.

use super::asked::{Asked, InLang};
use super::desk::Desk;
use super::planner::{Limits, json, of_desk};
use super::problem::Problem;
use super::what_if::fresh;
use crate::desk::{Changes, Listener, Refused, Seen, object};
use crate::model::Lang;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream::{Stream, unfold};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;
use tower_http::limit::RequestBodyLimitLayer;

/// How often a search is looked at for those who listen.
const LOOK: Duration = Duration::from_millis(100);
/// Seconds of a search that says nothing.
const SECONDS: f64 = 10.0;

pub(super) fn paths() -> Router<Desk> {
    let limit = Limits::default().body;
    Router::new()
        .route("/api/jobs", post(submit))
        .route("/api/jobs/{id}", get(see).delete(cancel))
        .route("/api/jobs/{id}/events", get(events))
        .route("/api/jobs/{id}/take", post(take))
        .layer(DefaultBodyLimit::max(limit))
        .layer(RequestBodyLimitLayer::new(limit))
}

/// Body of `POST /api/jobs`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    #[serde(default, deserialize_with = "object")]
    changes: Changes,
    seconds: Option<f64>,
    /// Where the search starts: `proposal`, the only start there is.
    seed: Option<String>,
}

/// Whose job it is: the address it comes from.
#[derive(Debug, Clone)]
struct Client(String);

impl<S: Sync> axum::extract::FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Infallible> {
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(from.map_or_else(|| "unknown".to_owned(), |c| c.0.ip().to_string())))
    }
}

/// `POST /api/jobs`
async fn submit(
    State(desk): State<Desk>,
    client: Client,
    Asked(query): Asked<InLang>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let asked: Search = json(&headers, &body)?;
    if asked.seed.as_deref().is_some_and(|s| s != "proposal") {
        return Err(Problem::bad_query("seed: proposal"));
    }
    let planner = desk.planner().clone();
    if !planner.is_laid_out() {
        planner.compute(true, lang, |_| Ok(())).await?;
    }
    let submitted = tokio::task::spawn_blocking(move || {
        let what_if = planner.what_if().map_err(Refused::Wrong)?;
        planner.jobs().submit(&client.0, &what_if, &asked.changes, asked.seconds.unwrap_or(SECONDS))
    });
    let submitted = submitted.await.map_err(|_| Problem::failed("an internal fault; the server goes on"))?;
    match submitted {
        Ok(job) => {
            let body = json!({ "job": job, "events": format!("/api/jobs/{job}/events") }).to_string();
            let mut response = fresh(StatusCode::ACCEPTED, body);
            let at = HeaderValue::from_str(&format!("/api/jobs/{job}")).map_err(Problem::failed)?;
            response.headers_mut().insert(header::LOCATION, at);
            Ok(response)
        }
        Err(Refused::Wrong(error)) => Err(of_desk(&error, lang)),
        Err(refused) => {
            let status = match refused {
                Refused::TooMany => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            Err(Problem::with(status, refused.say(lang)))
        }
    }
}

fn absent() -> Problem {
    Problem::absent("there is no such job, or it was long ago · 没有这个任务")
}

/// `GET /api/jobs/{id}`
async fn see(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Asked(query): Asked<InLang>,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let seen = desk.planner().jobs().see(&id).ok_or_else(absent)?;
    Ok(fresh(StatusCode::OK, whole(&seen, lang).to_string()))
}

/// `DELETE /api/jobs/{id}`
async fn cancel(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Asked(query): Asked<InLang>,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    desk.planner().jobs().cancel(&id).ok_or_else(absent)?;
    let seen = desk.planner().jobs().see(&id).ok_or_else(absent)?;
    Ok(fresh(StatusCode::OK, whole(&seen, lang).to_string()))
}

/// `POST /api/jobs/{id}/take`
async fn take(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Asked(query): Asked<InLang>,
    _request: Request,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let taken = desk.planner().jobs().take(&id).ok_or_else(absent)?;
    taken.map_err(|none| Problem::with(StatusCode::CONFLICT, none.say(lang)))?;
    let seen = desk.planner().jobs().see(&id).ok_or_else(absent)?;
    Ok(fresh(StatusCode::OK, whole(&seen, lang).to_string()))
}

/// `GET /api/jobs/{id}/events`
async fn events(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Asked(query): Asked<InLang>,
) -> Result<Response, Problem> {
    let lang = query.of(&desk)?;
    let listener = desk.planner().jobs().listen(&id).ok_or_else(absent)?;
    let told = Sse::new(stream(listener, lang)).keep_alive(KeepAlive::new().interval(Duration::from_secs(5)));
    let mut response = told.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What has been sent last.
#[derive(PartialEq, Clone, Copy)]
struct Told(Option<(f64, f64)>, Option<usize>, &'static str);

/// Progress whenever there is any, then one end.
fn stream(listener: Listener, lang: Lang) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(Some((listener, None::<Told>)), move |state| async move {
        let (listener, last) = state?;
        loop {
            let seen = listener.see()?;
            if seen.state.is_over() {
                return Some((Ok(Event::default().event("end").data(whole(&seen, lang).to_string())), None));
            }
            let now = Told(seen.told, seen.position, seen.state.name());
            if last != Some(now) {
                let event = Event::default().event("progress").data(progress(&seen).to_string());
                return Some((Ok(event), Some((listener, Some(now)))));
            }
            tokio::time::sleep(LOOK).await;
        }
    })
}

fn progress(seen: &Seen) -> Value {
    let gap = |(incumbent, bound): (f64, f64)| if bound > 0.0 { (bound - incumbent).max(0.0) / bound } else { 0.0 };
    json!({
        "state": seen.state.name(),
        "position": seen.position,
        "seconds": (seen.seconds * 1000.0).round() / 1000.0,
        "incumbent": seen.told.map(|t| t.0),
        "bound": seen.told.map(|t| t.1),
        "gap": seen.told.map(gap),
    })
}

fn whole(seen: &Seen, lang: Lang) -> Value {
    let mut answer = progress(seen);
    answer["job"] = json!(seen.id);
    answer["answer"] = Value::Null;
    if let Some(better) = &seen.better {
        let proof = &better.certificate;
        answer["incumbent"] = json!(proof.objective);
        answer["bound"] = json!(proof.bound);
        answer["gap"] = json!(proof.gap);
        answer["answer"] = json!({
            "sites": better.sites,
            "phases": better.phases.iter().map(|(name, sites)| json!({"name": name, "sites": sites})).collect::<Vec<_>>(),
            "changes": better.changes,
            "remarks": better.remarks.iter().map(|r| r.say(lang)).collect::<Vec<_>>(),
            "certificate": {
                "status": proof.proof.name(),
                "objective": proof.objective,
                "bound": proof.bound,
                "gap": proof.gap,
                "method": proof.method,
                "seconds": (proof.seconds * 1000.0).round() / 1000.0,
                "seed": proof.seed,
            },
        });
    }
    if let Some(error) = &seen.error {
        answer["error"] = json!(error.say(lang));
    }
    answer
}
