//! What does a map ask for? `/tiles.json` and single tiles. A file of its own because queries and paths are understood here.

use super::draw::{MOST_BYTES, MOST_FEATURES};
use super::grid::{DEEPEST, Tile};
use crate::model::Lang;
use crate::web::asked::{Asked, InLang};
use crate::web::desk::Desk;
use crate::web::features::{Holds, OpenLayer};
use crate::web::origin::Origin;
use crate::web::prepared::Prepared;
use crate::web::problem::Problem;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Query of `/tiles.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfLayer {
    layer: Option<String>,
    lang: Option<String>,
}

/// `/tiles.json?layer=places`
pub(super) async fn tilejson(
    State(desk): State<Desk>,
    origin: Origin,
    headers: HeaderMap,
    Asked(asked): Asked<OfLayer>,
) -> Result<Response, Problem> {
    let lang = desk.language(asked.lang.as_deref())?;
    let names = || OpenLayer::ALL.map(OpenLayer::name).join(", ");
    let name = asked.layer.ok_or_else(|| Problem::bad_query(format!("layer is one of {}", names())))?;
    let layer = OpenLayer::named(&name).ok_or_else(|| Problem::bad_query(format!("layer is one of {}", names())))?;
    let features = desk.features(layer, lang).await?;
    let ground = desk.tiles().ground(&desk, layer, lang).await?;
    let mut fields = Map::new();
    for (column, holds) in &features.columns {
        let kind = match holds {
            Holds::Number => "Number",
            Holds::Flag => "Boolean",
            Holds::Text | Holds::List | Holds::Nothing => "String",
        };
        fields.insert(column.clone(), Value::from(kind));
    }
    fields.insert("index".to_owned(), Value::from("Number"));
    fields.insert("count".to_owned(), Value::from("Number"));
    // Whoever asks for a language gets tiles in it.
    let query = asked.lang.map(|lang| format!("?lang={lang}")).unwrap_or_default();
    let [west, south, east, north] = features.extent.unwrap_or([-180.0, -85.051_129, 180.0, 85.051_129]);
    let body = json!({
        "tilejson": "3.0.0",
        "name": layer.title(lang),
        "description": description(layer, ground.detail, lang),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [format!("{}/tiles/{}/{{z}}/{{x}}/{{y}}.mvt{query}", origin.0, layer.name())],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "detail_zoom": ground.detail,
        "bounds": [west, south, east, north],
        "center": [f64::midpoint(west, east), f64::midpoint(south, north), ground.detail.min(DEEPEST)],
        "vector_layers": [{
            "id": layer.name(),
            "description": layer.description(lang),
            "minzoom": 0,
            "maxzoom": DEEPEST,
            "fields": fields,
        }],
    });
    debug_assert!(ground.columns().len() == features.columns.len());
    Ok(Prepared::json(body.to_string()).respond(&headers))
}

/// What becomes of features where there is no room for all of them.
fn description(layer: OpenLayer, detail: u8, lang: Lang) -> String {
    let what = layer.description(lang);
    if detail == 0 {
        return lang.pick(format!("{what}。每级缩放都显示全部要素。"), format!("{what}. Every feature at every zoom."));
    }
    lang.pick(
        format!(
            "{what}。缩放级别 {detail} 以下，一格（瓦片边长的 1/32）里的要素合并为一个点：count 为个数，people 为人数合计，covered_today、covered 按人数加权，各状态为个数。每块瓦片至多约 {MOST_FEATURES} 个要素、{MOST_BYTES} 字节（压缩前）。"
        ),
        format!(
            "{what}. Below zoom {detail} the features of one cell (1/32 of a tile's side) are one point: count is their number, people their sum, covered_today and covered are weighted by people, each status is a number. A tile has some {MOST_FEATURES} features and {MOST_BYTES} bytes (before packing) at most."
        ),
    )
}

/// `/tiles/{layer}/{z}/{x}/{y}.mvt`
pub(super) async fn tile(
    State(desk): State<Desk>,
    path: Result<Path<(String, String, String, String)>, PathRejection>,
    headers: HeaderMap,
    Asked(asked): Asked<InLang>,
) -> Result<Response, Problem> {
    let absent = || {
        Problem::absent(format!(
            "there is no such tile: /tiles/{{layer}}/{{z}}/{{x}}/{{y}}.mvt with z of at most {DEEPEST}"
        ))
    };
    let Path((layer, z, x, y)) = path.map_err(|_| absent())?;
    let lang = asked.of(&desk)?;
    let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).ok_or_else(absent)?;
    let layer = OpenLayer::named(&layer).ok_or_else(absent)?;
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| n.to_string() == text).ok_or_else(absent);
    let z = u8::try_from(number(&z)?).map_err(|_| absent())?;
    let tile = Tile::new(z, number(&x)?, number(y)?).ok_or_else(absent)?;
    Ok(match desk.tiles().tile(&desk, layer, lang, tile).await? {
        Some(packed) => packed.respond(&headers),
        None => (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-cache")]).into_response(),
    })
}
