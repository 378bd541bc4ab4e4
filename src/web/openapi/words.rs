//! What do all descriptions share? Parameters, schemas, and the form of an operation. A file of its own so that a path is
//! described in a line or two.

use serde_json::{Map, Value, json};

/// Paths and what they answer to.
pub(super) type Paths = Vec<(String, Value)>;

/// Pixels along a side of a map, 480 to 4000.
const SIDE: &str = "(4[89][0-9]|[5-9][0-9]{2}|[1-3][0-9]{3}|4000)";
/// A time as RFC 3339 has it, and an interval of two of which one may be open.
const TIME: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";

/// A reference to a shared parameter.
pub(super) fn parameter(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

/// A reference to a shared schema.
pub(super) fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// An answer of one media type.
pub(super) fn content(kind: &str, schema: Value) -> Value {
    json!({kind: {"schema": schema}})
}

/// Bytes of a media type.
pub(super) fn bytes(kind: &str) -> Value {
    content(kind, json!({"type": "string", "format": "binary"}))
}

/// What may be asked with GET: 200 with this content, 304, or a problem.
pub(super) fn get(id: &str, summary: &str, parameters: &[Value], ok: Value) -> Value {
    json!({"get": {
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": responses([("200", json!({"description": "the answer", "content": ok}))]),
    }})
}

/// Responses with those that every path may give.
pub(super) fn responses(own: impl IntoIterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    let mut all: Map<String, Value> = own.into_iter().map(|(status, answer)| (status.to_owned(), answer)).collect();
    all.entry("304").or_insert(json!({"description": "the reader has this version (If-None-Match)"}));
    for (status, name) in [("400", "the query cannot be understood"), ("404", "there is no such thing")] {
        all.entry(status).or_insert(json!({"$ref": format!("#/components/responses/{}", if status == "400" { "BadRequest" } else { "NotFound" }), "description": name}));
    }
    all.insert("default".to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    // A reference stands alone.
    for answer in all.values_mut() {
        if answer.get("$ref").is_some()
            && let Some(members) = answer.as_object_mut()
        {
            members.retain(|name, _| name == "$ref");
        }
    }
    all
}

/// `components` of the document.
pub(super) fn components() -> Value {
    let problem = |description: &str| json!({"description": description, "content": content("application/problem+json", schema("Problem"))});
    let query = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema});
    let path = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "path", "required": true, "description": description, "schema": schema});
    let layers = json!({"type": "string", "enum": crate::web::features::OpenLayer::ALL.map(|l| l.name())});
    let text = json!({"type": "string"});
    json!({
        "parameters": {
            "lang": query("lang", "Language; the plan's own unless stated", json!({"type": "string", "enum": ["zh", "en"]})),
            "f": query("f", "Form: json or html; otherwise by the Accept header", json!({"type": "string", "enum": ["json", "html"]})),
            "limit": query("limit", "Features of a page at most", json!({"type": "integer", "minimum": 1, "maximum": 10000, "default": 100})),
            "offset": query("offset", "Features that are passed over", json!({"type": "integer", "minimum": 0, "default": 0})),
            "bbox": {
                "name": "bbox", "in": "query", "required": false, "style": "form", "explode": false,
                "description": "west,south,east,north in CRS84; six numbers with heights; west above east crosses the antimeridian",
                "schema": {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}], "items": {"type": "number"}},
            },
            "datetime": {
                "name": "datetime", "in": "query", "required": false, "style": "form", "explode": false,
                "description": "A time or an interval (RFC 3339; .. is open). Stations are asked when they opened; what has no time always answers.",
                "schema": {"type": "string", "pattern": format!("^({TIME}|{TIME}/[.][.]|[.][.]/{TIME})$")},
            },
            "layer": {"name": "layer", "in": "query", "required": true, "description": "Which layer", "schema": layers},
            "layerInPath": path("layer", "Which layer", layers.clone()),
            "collection": path("collection", "Which collection", layers.clone()),
            "feature": path("feature", "Id of a feature", text.clone()),
            "z": path("z", "Zoom", json!({"type": "integer", "minimum": 0, "maximum": 14})),
            "x": path("x", "Column", json!({"type": "integer", "minimum": 0})),
            "y": path("y", "Row, from the north", json!({"type": "integer", "minimum": 0})),
            "county": query("county", "Only this county, by its name in the plan", text.clone()),
            "size": query("size", "a3, a4 or WIDTHxHEIGHT in pixels, 480 to 4000 each", json!({"type": "string", "pattern": format!("^(a3|a4|{SIDE}x{SIDE})$")})),
        },
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "description": "The token that the server printed"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": crate::web::access::COOKIE, "description": "What /login gave"},
        },
        "responses": {
            "BadRequest": problem("The query cannot be understood"),
            "NotFound": problem("There is no such thing"),
            "Problem": problem("Any other fault"),
        },
        "schemas": {
            "Problem": {
                "type": "object", "description": "RFC 9457", "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": text, "title": text, "status": {"type": "integer"},
                    "detail": {"type": "string", "description": "What was wrong, and what to do"},
                },
            },
            "Changes": super::planner::changes_schema(),
            "Link": {
                "type": "object", "required": ["href", "rel"],
                "properties": {"href": text, "rel": text, "type": text, "title": text, "hreflang": text},
            },
            "Landing": {
                "type": "object", "required": ["links"],
                "properties": {"title": text, "description": text, "links": {"type": "array", "items": schema("Link")}},
            },
            "Conformance": {
                "type": "object", "required": ["conformsTo"],
                "properties": {"conformsTo": {"type": "array", "items": text}},
            },
            "Collection": {
                "type": "object", "required": ["id", "links"],
                "properties": {
                    "id": text, "title": text, "description": text, "itemType": text,
                    "crs": {"type": "array", "items": text}, "extent": {"type": "object"},
                    "links": {"type": "array", "items": schema("Link")},
                },
            },
            "Collections": {
                "type": "object", "required": ["links", "collections"],
                "properties": {
                    "links": {"type": "array", "items": schema("Link")},
                    "collections": {"type": "array", "items": schema("Collection")},
                },
            },
            "Feature": {
                "type": "object", "required": ["type", "geometry", "properties"],
                "properties": {
                    "type": {"type": "string", "enum": ["Feature"]}, "id": text,
                    "geometry": {"type": "object"}, "properties": {"type": "object"},
                    "links": {"type": "array", "items": schema("Link")},
                },
            },
            "FeatureCollection": {
                "type": "object", "required": ["type", "features"],
                "properties": {
                    "type": {"type": "string", "enum": ["FeatureCollection"]},
                    "features": {"type": "array", "items": schema("Feature")},
                    "numberMatched": {"type": "integer", "minimum": 0},
                    "numberReturned": {"type": "integer", "minimum": 0},
                    "links": {"type": "array", "items": schema("Link")},
                },
            },
            "TileJson": {
                "type": "object", "required": ["tilejson", "tiles", "vector_layers"],
                "properties": {
                    "tilejson": {"type": "string", "enum": ["3.0.0"]}, "tiles": {"type": "array", "items": text},
                    "vector_layers": {"type": "array", "items": {"type": "object"}},
                    "minzoom": {"type": "integer"}, "maxzoom": {"type": "integer"},
                    "detail_zoom": {"type": "integer", "description": "From here on every feature stands on its own"},
                    "bounds": {"type": "array", "items": {"type": "number"}},
                },
            },
            "Fault": {
                "type": "object", "required": ["file", "kind", "problem", "remedy"],
                "properties": {
                    "file": text, "line": {"type": "integer", "nullable": true}, "column": {"type": "integer", "nullable": true},
                    "feature": {"type": "object", "nullable": true}, "field": {"type": "string", "nullable": true},
                    "value": {"type": "string", "nullable": true}, "kind": text,
                    "problem": schema("Words"), "remedy": schema("Words"),
                },
            },
            "Words": {"type": "object", "required": ["zh", "en"], "properties": {"zh": text, "en": text}},
            "Refused": {
                "type": "object", "description": "A problem with the faults of what was sent", "required": ["status", "faults", "total"],
                "properties": {
                    "type": text, "title": text, "status": {"type": "integer"}, "detail": text,
                    "faults": {"type": "array", "items": schema("Fault")}, "total": {"type": "integer"},
                },
            },
            "Look": {
                "type": "object", "required": ["file", "format", "columns", "rows", "sample"],
                "properties": {
                    "file": text, "format": {"type": "string", "enum": ["geojson", "xlsx", "csv"]},
                    "sheets": {"type": "array", "items": text}, "sheet": {"type": "string", "nullable": true},
                    "layer": {"type": "string", "nullable": true}, "encoding": {"type": "object", "nullable": true},
                    "datum": {"type": "object"}, "columns": {"type": "array", "items": {"type": "object"}},
                    "rows": {"type": "integer"}, "first_row": {"type": "integer", "nullable": true},
                    "sample": {"type": "array", "items": {"type": "array", "items": text}},
                },
            },
            "Checked": {
                "type": "object", "required": ["ok", "faults", "total", "by_kind", "doubts", "layers"],
                "properties": {
                    "ok": {"type": "boolean"}, "faults": {"type": "array", "items": schema("Fault")},
                    "total": {"type": "integer"}, "by_kind": {"type": "array", "items": {"type": "object"}},
                    "doubts": {"type": "array", "items": schema("Words")}, "layers": {"type": "array", "items": {"type": "object"}},
                    "people": {"type": "number", "nullable": true},
                },
            },
            "PlanAsked": {
                "type": "object", "required": ["name", "target", "layers"], "additionalProperties": false,
                "properties": {
                    "name": text, "lang": {"type": "string", "enum": ["zh", "en"]}, "target": {"type": "integer", "minimum": 0},
                    "minutes": {"type": "object", "properties": {"urban": {"type": "number"}, "rural": {"type": "number"}}},
                    "layers": {
                        "type": "object", "description": "By layer: residences, clusters, stations, candidates, boundaries",
                        "additionalProperties": schema("LayerAsked"),
                    },
                },
            },
            "LayerAsked": {
                "type": "object", "required": ["file"], "additionalProperties": false,
                "properties": {
                    "file": {"type": "string", "description": "Name of the part that is the file"}, "sheet": text,
                    "datum": {"type": "string", "description": "gcj02, bd09, wgs84, cgcs2000, epsg:4527 and the like"}, "encoding": text,
                    "columns": {"type": "object", "description": "Headings by property", "additionalProperties": text},
                    "groups": {"type": "array", "items": text},
                },
            },
        },
    })
}
