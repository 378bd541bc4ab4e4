//! OGC API - Features, Part 1: Core (OGC 17-069r4): every layer for QGIS, GDAL and whatever else reads it, live.
//!
//! Classes of conformance: core, OpenAPI 3.0, GeoJSON, HTML. Coordinates are CRS84, and only these. A layer's text properties
//! and numbers may be asked for by name (`county=…`); any other parameter is refused, as the standard wants it.
//! Pages are cut by `offset`, which names the same features as long as the server runs, because an outcome never changes.
//!
//! `query.rs` understands what is asked, `documents.rs` describes, `items.rs` finds features, `html.rs` is the same for people.

mod documents;
mod html;
mod items;
mod query;

use super::desk::Desk;
use super::features::{Features, OpenLayer};
use super::origin::Origin;
use super::prepared::Prepared;
use super::problem::Problem;
use crate::model::Lang;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use query::{Common, Form, Items};
use std::sync::Arc;

/// Media type of the description of the API.
pub(super) use query::COMMON_PROPERTIES;

pub(super) const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
/// Media type of features.
const GEOJSON: &str = "application/geo+json";
/// Media type of what describes them.
const JSON: &str = "application/json";
/// Media type of pages.
const HTML: &str = "text/html";

/// Everything under `/ogc`.
pub(super) fn paths() -> Router<Desk> {
    Router::new()
        .route("/ogc", get(landing))
        .route("/ogc/", get(landing))
        .route("/ogc/conformance", get(conformance))
        .route("/ogc/collections", get(collections))
        .route("/ogc/collections/{collection}", get(collection))
        .route("/ogc/collections/{collection}/items", get(items))
        .route("/ogc/collections/{collection}/items/{feature}", get(item))
}

/// Who is asked what, in which language, and how the answer is wanted.
struct Asked {
    desk: Desk,
    /// `http://HOST/ogc`
    root: String,
    lang: Lang,
    form: Form,
    /// `lang=…` as it was asked for, to go on in links.
    spoken: Option<Lang>,
}

impl Asked {
    fn new(desk: Desk, Origin(origin): Origin, headers: &HeaderMap, common: Common) -> Result<Self, Problem> {
        let lang = desk.language(common.lang.as_deref())?;
        let spoken = common.lang.as_ref().map(|_| lang);
        Ok(Self { desk, root: format!("{origin}/ogc"), lang, form: common.form(headers), spoken })
    }

    /// A link to a path under the root, with its query.
    fn href(&self, path: &str, query: &[(&str, &str)]) -> String {
        let mut parts: Vec<String> = query.iter().map(|(k, v)| format!("{}={}", escaped(k), escaped(v))).collect();
        parts.extend(self.spoken.map(|lang| format!("lang={}", lang.code())));
        let query = if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) };
        format!("{}{path}{query}", self.root)
    }

    async fn layer(&self, name: &str) -> Result<(OpenLayer, Arc<Features>), Problem> {
        let layer = OpenLayer::named(name).ok_or_else(|| {
            let known = OpenLayer::ALL.map(OpenLayer::name).join(", ");
            Problem::absent(format!("there is no such collection; there are {known}"))
        })?;
        Ok((layer, self.desk.features(layer, self.lang).await?))
    }

    fn respond(&self, document: &serde_json::Value, headers: &HeaderMap) -> Response {
        match self.form {
            Form::Json => Prepared::json(document.to_string()).respond(headers),
            Form::Html => html::page(document, self.lang).respond(headers),
        }
    }
}

/// Percent-encodes what is not plain in a query or a segment of a path.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b',') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

type Answer = Result<Response, Problem>;

async fn landing(State(desk): State<Desk>, origin: Origin, headers: HeaderMap, RawQuery(query): RawQuery) -> Answer {
    let asked = Asked::new(desk, origin, &headers, Common::only(query.as_deref())?)?;
    Ok(asked.respond(&documents::landing(&asked), &headers))
}

async fn conformance(
    State(desk): State<Desk>,
    origin: Origin,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let asked = Asked::new(desk, origin, &headers, Common::only(query.as_deref())?)?;
    Ok(asked.respond(&documents::conformance(), &headers))
}

async fn collections(
    State(desk): State<Desk>,
    origin: Origin,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let asked = Asked::new(desk, origin, &headers, Common::only(query.as_deref())?)?;
    let mut all = Vec::new();
    for layer in OpenLayer::ALL {
        all.push(asked.desk.features(layer, asked.lang).await?);
    }
    Ok(asked.respond(&documents::collections(&asked, &all), &headers))
}

async fn collection(
    State(desk): State<Desk>,
    origin: Origin,
    headers: HeaderMap,
    Path(collection): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let asked = Asked::new(desk, origin, &headers, Common::only(query.as_deref())?)?;
    let (_, features) = asked.layer(&collection).await?;
    Ok(asked.respond(&documents::collection(&asked, &features), &headers))
}

async fn items(
    State(desk): State<Desk>,
    origin: Origin,
    headers: HeaderMap,
    Path(collection): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let pairs = query::pairs(query.as_deref())?;
    let common = Common::of(&pairs)?;
    let asked = Asked::new(desk, origin, &headers, common)?;
    let (_, features) = asked.layer(&collection).await?;
    let wanted = Items::of(&pairs, &features)?;
    let form = asked.form;
    let page = move || items::page(&asked, &features, &wanted);
    // Looking through a hundred thousand features takes milliseconds: not on the threads that talk.
    let text = tokio::task::spawn_blocking(page).await.map_err(|_| Problem::failed("an internal fault"))?;
    Ok(match form {
        Form::Json => Prepared::geojson(text.into_bytes()).respond(&headers),
        Form::Html => html::page(&parsed(&text), Lang::default()).respond(&headers),
    })
}

async fn item(
    State(desk): State<Desk>,
    origin: Origin,
    headers: HeaderMap,
    Path((collection, feature)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let asked = Asked::new(desk, origin, &headers, Common::only(query.as_deref())?)?;
    let (_, features) = asked.layer(&collection).await?;
    let at = features.position(&feature).ok_or_else(|| Problem::absent("the collection has no such feature"))?;
    let text = items::single(&asked, &features, at);
    Ok(match asked.form {
        Form::Json => Prepared::geojson(text.into_bytes()).respond(&headers),
        Form::Html => html::page(&parsed(&text), asked.lang).respond(&headers),
    })
}

fn parsed(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("what this program has written it can read")
}
