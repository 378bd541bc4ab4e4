//! What describes the data? Landing page, conformance, collections. A file of its own because link relations and titles are
//! read side by side with the standard's tables.

use super::query::MOST_LIMIT;
use super::{Asked, GEOJSON, HTML, JSON, OPENAPI};
use crate::web::features::{Features, OpenLayer};
use serde_json::{Value, json};
use std::sync::Arc;

/// The only system of coordinates: longitude and latitude on WGS84.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// The calendar of times.
const GREGORIAN: &str = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian";
/// What is conformed to.
const CLASSES: [&str; 4] = ["core", "oas30", "geojson", "html"];

/// `/ogc`
pub(super) fn landing(asked: &Asked) -> Value {
    let plan = &asked.desk.outcome().folder.plan;
    let origin = asked.root.trim_end_matches("/ogc");
    json!({
        "title": plan.name,
        "description": asked.lang.pick(
            "doorstep 方案的全部图层，WGS84（CRS84）经纬度",
            "Every layer of this doorstep plan, in longitude and latitude on WGS84 (CRS84)",
        ),
        "links": [
            link("self", JSON, &asked.href("", &[("f", "json")]), "this document"),
            link("alternate", HTML, &asked.href("", &[("f", "html")]), "this document in HTML"),
            link("service-desc", OPENAPI, &format!("{origin}/openapi.json"), "the API in OpenAPI 3.0"),
            link("service-doc", HTML, &asked.href("", &[("f", "html")]), "the API, to read"),
            link("conformance", JSON, &asked.href("/conformance", &[]), "what this server conforms to"),
            link("data", JSON, &asked.href("/collections", &[]), "the collections"),
        ],
    })
}

/// `/ogc/conformance`
pub(super) fn conformance() -> Value {
    let class = |name| format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}");
    json!({ "conformsTo": CLASSES.map(class) })
}

/// `/ogc/collections`
pub(super) fn collections(asked: &Asked, all: &[Arc<Features>]) -> Value {
    json!({
        "links": [
            link("self", JSON, &asked.href("/collections", &[("f", "json")]), "this document"),
            link("alternate", HTML, &asked.href("/collections", &[("f", "html")]), "this document in HTML"),
        ],
        "collections": all.iter().map(|features| collection(asked, features)).collect::<Vec<_>>(),
    })
}

/// `/ogc/collections/{collection}`
pub(super) fn collection(asked: &Asked, features: &Features) -> Value {
    let layer = features.layer;
    let path = format!("/collections/{}", layer.name());
    let items = format!("{path}/items");
    let mut extent = json!({});
    if let Some(bounds) = features.extent {
        extent["spatial"] = json!({"bbox": [bounds], "crs": CRS84});
    }
    if layer == OpenLayer::Stations {
        extent["temporal"] = json!({"interval": [[null, null]], "trs": GREGORIAN});
    }
    json!({
        "id": layer.name(),
        "title": layer.title(asked.lang),
        "description": layer.description(asked.lang),
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            link("self", JSON, &asked.href(&path, &[("f", "json")]), "this document"),
            link("alternate", HTML, &asked.href(&path, &[("f", "html")]), "this document in HTML"),
            link("items", GEOJSON, &asked.href(&items, &[("f", "json")]), &format!("features, at most {MOST_LIMIT} a page")),
            link("items", HTML, &asked.href(&items, &[("f", "html")]), "features in HTML"),
        ],
    })
}

fn link(rel: &str, kind: &str, href: &str, title: &str) -> Value {
    json!({"rel": rel, "type": kind, "href": href, "title": title})
}
