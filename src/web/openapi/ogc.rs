//! How are the layers described: OGC API and tiles? A file of its own beside the rooms that answer.

use super::words::{Paths, bytes, content, get, parameter, responses, schema};
use crate::web::ogc::COMMON_PROPERTIES;
use serde_json::{Value, json};

pub(super) fn paths() -> Paths {
    let both = |kind: &str, name: &str| {
        let mut all = content(kind, schema(name));
        all["text/html"] = json!({"schema": {"type": "string"}});
        all
    };
    let common = [parameter("f"), parameter("lang")];
    let with = |own: &[&str]| -> Vec<Value> { own.iter().map(|p| parameter(p)).chain(common.clone()).collect() };
    let mut items = get(
        "items",
        "Features of a collection, page by page; any property may be asked for by name",
        &with(&["collection", "limit", "offset", "bbox", "datetime"]),
        both("application/geo+json", "FeatureCollection"),
    );
    // Properties differ by collection, so that they are one parameter whose members stand in the query.
    let properties: serde_json::Map<String, Value> =
        COMMON_PROPERTIES.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    let free = json!({
        "name": "properties", "in": "query", "required": false, "style": "form", "explode": true,
        "description": "county=…, status=…: features whose property has exactly this value",
        "schema": {"type": "object", "properties": properties, "additionalProperties": false},
    });
    if let Some(parameters) = items["get"]["parameters"].as_array_mut() {
        parameters.push(free);
    }
    let tile = json!({"get": {
        "operationId": "tile",
        "summary": "A vector tile",
        "parameters": [parameter("layerInPath"), parameter("z"), parameter("x"), parameter("y"), parameter("lang")],
        "responses": responses([
            ("200", json!({"description": "the tile", "content": bytes("application/vnd.mapbox-vector-tile")})),
            ("204", json!({"description": "nothing is on this tile"})),
        ]),
    }});
    let landing = get("landing", "Landing page of OGC API - Features", &common, both("application/json", "Landing"));
    let mut again = landing.clone();
    again["get"]["operationId"] = json!("landingWithSlash");
    [
        ("/ogc", landing),
        ("/ogc/", again),
        (
            "/ogc/conformance",
            get("conformance", "What is conformed to", &common, both("application/json", "Conformance")),
        ),
        (
            "/ogc/collections",
            get("collections", "The layers of the plan", &common, both("application/json", "Collections")),
        ),
        (
            "/ogc/collections/{collection}",
            get("collection", "One layer", &with(&["collection"]), both("application/json", "Collection")),
        ),
        ("/ogc/collections/{collection}/items", items),
        (
            "/ogc/collections/{collection}/items/{feature}",
            get("item", "One feature", &with(&["collection", "feature"]), both("application/geo+json", "Feature")),
        ),
        (
            "/tiles.json",
            get(
                "tilejson",
                "TileJSON 3.0 of a layer",
                &[parameter("layer"), parameter("lang")],
                content("application/json", schema("TileJson")),
            ),
        ),
        ("/tiles/{layer}/{z}/{x}/{y}.mvt", tile),
    ]
    .map(|(path, described)| (path.to_owned(), described))
    .into()
}
