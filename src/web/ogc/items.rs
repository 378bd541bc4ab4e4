//! Which features answer a query, and how do they stand on a page? A file of its own because this is the part that grows with
//! the plan: everything else only describes.

use super::query::Items;
use super::{Asked, GEOJSON, HTML, JSON, escaped};
use crate::web::features::{Feature, Features, OpenLayer};
use geo::{Coord, Intersects, Rect};
use geojson::GeometryValue;
use serde_json::{Value, json};

/// A page of features, as GeoJSON.
pub(super) fn page(asked: &Asked, features: &Features, wanted: &Items) -> String {
    let path = format!("/collections/{}/items", features.layer.name());
    let found: Vec<&Feature> = features.all.iter().filter(|f| is_wanted(f, features.layer, wanted)).collect();
    let page = found.iter().skip(wanted.offset).take(wanted.limit);
    let returned = page.len();
    let at = |offset: usize, form: &str| {
        let offset = offset.to_string();
        let mut query: Vec<(&str, &str)> = wanted.pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        query.retain(|(name, _)| *name != "f");
        if offset != "0" {
            query.push(("offset", &offset));
        }
        query.push(("f", form));
        asked.href(&path, &query)
    };
    let link = |rel: &str, kind: &str, href: String, title: &str| json!({"rel": rel, "type": kind, "href": href, "title": title});
    let mut links = vec![
        link("self", GEOJSON, at(wanted.offset, "json"), "this page"),
        link("alternate", HTML, at(wanted.offset, "html"), "this page in HTML"),
        link("collection", JSON, asked.href(&format!("/collections/{}", features.layer.name()), &[]), "the collection"),
    ];
    let end = wanted.offset.saturating_add(returned);
    if end < found.len() && returned > 0 {
        links.push(link("next", GEOJSON, at(end, "json"), "the next page"));
    }
    if wanted.offset > 0 {
        links.push(link("prev", GEOJSON, at(wanted.offset.saturating_sub(wanted.limit), "json"), "the page before"));
    }
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for (i, feature) in page.enumerate() {
        text.push_str(if i == 0 { "\n" } else { ",\n" });
        write(&mut text, feature);
        text.push('}');
    }
    let rest = json!({"numberMatched": found.len(), "numberReturned": returned, "links": links}).to_string();
    text.push_str("\n],");
    text.push_str(&rest[1..]);
    text
}

/// One feature.
pub(super) fn single(asked: &Asked, features: &Features, at: usize) -> String {
    let feature = &features.all[at];
    let collection = format!("/collections/{}", features.layer.name());
    let path = format!("{collection}/items/{}", escaped(&feature.id));
    let links: Value = json!([
        {"rel": "self", "type": GEOJSON, "href": asked.href(&path, &[("f", "json")]), "title": "this feature"},
        {"rel": "alternate", "type": HTML, "href": asked.href(&path, &[("f", "html")]), "title": "this feature in HTML"},
        {"rel": "collection", "type": JSON, "href": asked.href(&collection, &[]), "title": "the collection"},
    ]);
    let mut text = String::new();
    write(&mut text, feature);
    text.push_str(&format!(",\"links\":{links}}}"));
    text
}

/// A feature without its closing brace.
fn write(text: &mut String, feature: &Feature) {
    let id = serde_json::to_string(&feature.id).expect("text serializes");
    text.push_str("{\"type\":\"Feature\",\"id\":");
    text.push_str(&id);
    text.push_str(",\"geometry\":");
    text.push_str(&feature.geometry);
    text.push_str(",\"properties\":");
    text.push_str(&feature.properties);
}

fn is_wanted(feature: &Feature, layer: OpenLayer, wanted: &Items) -> bool {
    let in_time = |feature: &Feature| match (&wanted.during, opened(feature, layer)) {
        (Some(during), Some(day)) => during.holds(day),
        // What has no time is of every time.
        _ => true,
    };
    (wanted.boxes.is_empty() || wanted.boxes.iter().any(|b| touches(feature, b)))
        && wanted.equal.iter().all(|equal| states(&feature.properties, equal))
        && in_time(feature)
}

/// Whether a JSON object has a member, both as this program writes them. Quotation marks within text are escaped, so the
/// member cannot be found anywhere else.
fn states(properties: &str, member: &str) -> bool {
    properties
        .match_indices(member)
        .any(|(at, _)| matches!(properties.as_bytes().get(at + member.len()), Some(b',' | b'}')))
}

/// The day on which a station opened.
fn opened(feature: &Feature, layer: OpenLayer) -> Option<&str> {
    if layer != OpenLayer::Stations {
        return None;
    }
    let (_, rest) = feature.properties.split_once("\"opened\":\"")?;
    rest.split('"').next()
}

/// Whether a feature, not only its bounds, touches a box.
fn touches(feature: &Feature, &[west, south, east, north]: &[f64; 4]) -> bool {
    let [w, s, e, n] = feature.bounds;
    if e < west || w > east || n < south || s > north {
        return false;
    }
    if feature.is_point() || (w >= west && e <= east && s >= south && n <= north) {
        return true;
    }
    let rect = Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
    let polygon = |rings: &Vec<Vec<geojson::Position>>| {
        let mut rings = rings.iter().map(|ring| ring.iter().map(|p| Coord { x: p[0], y: p[1] }).collect());
        let outer = rings.next().unwrap_or_else(|| geo::LineString::new(Vec::new()));
        geo::Polygon::new(outer, rings.collect()).intersects(&rect)
    };
    match feature.shape().value {
        GeometryValue::Polygon { coordinates } => polygon(&coordinates),
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().any(polygon),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_as_a_whole_and_never_inside_of_text() {
        let properties = r#"{"id":"a","name":"x \"county\":\"b\", y","people":12,"county":"ab"}"#;
        assert!(states(properties, r#""people":12"#));
        assert!(!states(properties, r#""people":1"#));
        assert!(states(properties, r#""county":"ab""#));
        assert!(!states(properties, r#""county":"b""#));
    }
}
