//! `/openapi.json`: what the server answers to, for programs (OpenAPI 3.0.3, the version that OGC API names).
//!
//! A file here for each part of the server; a test asks the router for its paths and finds each of them described, and nothing
//! else. To add a path: describe it in the file of its part, in the words of the code that answers it.

mod import;
mod ogc;
mod pages;
mod planner;
mod words;

use super::access::PLANNERS_OWN;
use super::desk::Desk;
use super::origin::Origin;
use super::prepared::Prepared;
use super::problem::{PROBLEM_JSON, Problem};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};

/// `/openapi.json`, and `/metrics` which stands beside it.
pub(super) fn paths() -> Router<Desk> {
    Router::new().route("/openapi.json", get(openapi)).route("/metrics", get(super::metrics::metrics))
}

async fn openapi(
    State(desk): State<Desk>,
    Origin(origin): Origin,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    if query.is_some_and(|q| !q.is_empty()) {
        return Err(Problem::bad_query("the description takes no parameters"));
    }
    let name = &desk.outcome().folder.plan.name;
    let text = document(name, &origin, desk.access().asks()).to_string();
    Ok(Prepared::new(text, super::ogc::OPENAPI).respond(&headers))
}

/// The description of the whole server, which may ask for a token.
fn document(plan: &str, origin: &str, asks: bool) -> Value {
    let parts = [pages::paths(), planner::paths(), ogc::paths(), import::paths()];
    let mut paths: Map<String, Value> = parts.into_iter().flatten().collect();
    for (path, methods) in &mut paths {
        let own = PLANNERS_OWN.iter().any(|start| path.starts_with(start));
        let guarded = methods.as_object_mut().into_iter().flatten().filter(|(method, _)| own || *method != "get");
        guarded.for_each(|(_, operation)| guard(operation, asks));
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": format!("doorstep: {plan}"),
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A plan of service stations: numbers, layers, maps, files. Faults are application/problem+json (RFC 9457) everywhere. Every GET answers HEAD too, with ETag and gzip.",
            "license": {"name": "MIT OR Apache-2.0", "url": "https://spdx.org/licenses/MIT.html"},
        },
        "servers": [{"url": origin}],
        "paths": paths,
        "components": words::components(),
    })
}

/// What only those may who change and compute: with the token, where this server asks for one.
fn guard(operation: &mut Value, asks: bool) {
    let refused = |description: &str| json!({"description": description, "content": words::content(PROBLEM_JSON, words::schema("Problem"))});
    operation["responses"]["401"] = refused("a token is needed beyond this machine");
    operation["responses"]["403"] = refused("another site sent this");
    if asks {
        operation["security"] = json!([{"bearer": []}, {"cookie": []}]);
    }
}
