//! Every layer says what the contract promises, in a form that GIS programs read.

use super::*;
use crate::model::Position;
use crate::report::fixture::{HOSTILE, outcome};
use geojson::{GeoJson, GeometryValue};

const LAYERS: [Layer; 5] = [Layer::Proposal, Layer::Coverage, Layer::Circles, Layer::Gaps, Layer::Stations];

fn parsed(layer: Layer, outcome: &Outcome) -> FeatureCollection {
    let text = String::from_utf8(layer.bytes(outcome, Lang::Zh)).expect("UTF-8");
    match text.parse::<GeoJson>().expect("GeoJSON") {
        GeoJson::FeatureCollection(collection) => collection,
        other => panic!("{other}"),
    }
}

fn property<'a>(feature: &'a Feature, key: &str) -> &'a Value {
    feature.property(key).unwrap_or_else(|| panic!("no {key} in {feature}"))
}

#[test]
fn the_file_and_the_collection_are_the_same() {
    let o = outcome();
    for layer in LAYERS {
        assert_eq!(parsed(layer, &o), layer.collection(&o, Lang::Zh), "{layer:?}");
    }
}

#[test]
fn a_file_holds_one_feature_per_line_with_properties_in_the_contracts_order() {
    let o = outcome();
    let order = |layer: Layer, keys: &str| {
        let text = String::from_utf8(layer.bytes(&o, Lang::Zh)).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), layer.collection(&o, Lang::Zh).features.len() + 2);
        for line in &lines[1..lines.len() - 1] {
            let mut at = 0;
            for key in keys.split(' ') {
                let found = line[at..].find(&format!("\"{key}\":"));
                at += found.unwrap_or_else(|| panic!("{key} not where the contract puts it: {line}"));
            }
        }
    };
    order(Layer::Proposal, "id name county phase rank covered gain loss_if_refused alternatives");
    order(Layer::Coverage, "id layer people covered_today covered minutes station");
    order(
        Layer::Gaps,
        "id name layer county setting people minutes nearest_station nearest_minutes reason closes_with phase_or_outreach minutes_by_circle minutes_by_road",
    );
}

#[test]
fn a_place_says_how_it_is_covered() {
    let coverage = coverage(&outcome(), Lang::Zh);
    let status: Vec<_> = coverage.features.iter().map(|f| property(f, "status").as_str().expect("text")).collect();
    assert_eq!(status, ["today", "partial", "gap", "proposed", "gap", "gap", "proposed"]);
    assert_eq!(property(&coverage.features[1], "covered_today"), 0.25);
    assert_eq!(property(&coverage.features[1], "covered"), 0.5);
    assert_eq!(property(&coverage.features[1], "station"), "C1");
    assert_eq!(property(&coverage.features[0], "people"), 1000);
    assert!(property(&coverage.features[4], "minutes").is_null());
    assert!(property(&coverage.features[4], "county").is_null());
}

#[test]
fn a_proposal_names_its_phase_and_alternatives() {
    let proposal = proposal(&outcome(), Lang::En);
    let (first, second) = (&proposal.features[0], &proposal.features[1]);
    assert_eq!(property(first, "id"), "C1");
    assert_eq!(property(first, "phase"), "2025");
    assert_eq!(property(first, "alternatives"), &serde_json::json!(["C4"]));
    assert_eq!(property(first, "loss_if_refused"), 150);
    assert!(property(second, "loss_if_refused").is_null());
    assert_eq!(property(second, "name"), HOSTILE, "a name passes through as text");
}

#[test]
fn reasons_are_the_same_in_both_languages_and_remedies_are_not() {
    let o = outcome();
    let column = |lang, key: &str| -> Vec<String> {
        gaps(&o, lang).features.iter().map(|f| property(f, key).as_str().expect("text").to_owned()).collect()
    };
    let reasons = ["cut by a limit", "cut by the target", "no candidate within reach", "no candidate within reach"];
    assert_eq!(column(Lang::Zh, "reason"), reasons);
    assert_eq!(column(Lang::En, "reason"), reasons);
    assert_eq!(
        column(Lang::En, "phase_or_outreach"),
        ["when the limit is lifted: forbidden", "after 2026: station +1", "outreach", "outreach"]
    );
    assert_eq!(
        column(Lang::Zh, "phase_or_outreach"),
        ["限制解除后：列为不可用", "2026之后：增设第1站", "流动服务", "流动服务"]
    );
}

#[test]
fn every_counted_and_proposed_station_has_a_circle_per_standard_and_closed_ones_none() {
    let o = outcome();
    let circles = circles(&o, Lang::Zh);
    let of: Vec<_> = circles.features.iter().map(|f| property(f, "station").as_str().expect("text")).collect();
    assert_eq!(of, ["S1", "S1", "S2", "S2", "C1", "C1", "C2", "C2"]);
    assert_eq!(property(&circles.features[1], "radius_m"), 5000);
    assert_eq!(property(&circles.features[4], "status"), "proposed");
    assert_eq!(property(&circles.features[4], "phase"), "2025");
}

#[test]
fn a_circle_over_the_antimeridian_is_a_multipolygon() {
    let mut o = outcome();
    o.folder.stations[0].position = Position::new(179.99, 65.0).expect("in range");
    let circles = circles(&o, Lang::Zh);
    let kind = |i: usize| circles.features[i].geometry.as_ref().expect("a geometry").value.type_name();
    assert_eq!((kind(0), kind(2)), ("MultiPolygon", "Polygon"));
}

#[test]
fn polygons_are_written_counterclockwise_whatever_the_input() {
    let coverage = coverage(&outcome(), Lang::Zh);
    let GeometryValue::Polygon { coordinates } = &coverage.features[1].geometry.as_ref().expect("a geometry").value
    else {
        panic!("one polygon stays a Polygon")
    };
    let ring = &coordinates[0];
    let twice: f64 = ring.windows(2).map(|w| w[0][0] * w[1][1] - w[1][0] * w[0][1]).sum();
    assert!(twice > 0.0 && ring.first() == ring.last());
}

#[test]
fn coordinates_have_seven_decimals() {
    let mut o = outcome();
    o.folder.stations[0].position = Position::new(122.123_456_789_12, 52.987_654_321_98).expect("in range");
    let stations = stations(&o, Lang::Zh);
    let value = &stations.features[0].geometry.as_ref().expect("a geometry").value;
    assert_eq!(value, &GeometryValue::Point { coordinates: [122.123_456_8, 52.987_654_3].into() });
}

#[test]
fn an_empty_layer_is_a_valid_collection() {
    let mut o = outcome();
    o.proposals.clear();
    assert_eq!(Layer::Proposal.bytes(&o, Lang::Zh), b"{\"type\":\"FeatureCollection\",\"features\":[]}\n");
    assert!(parsed(Layer::Proposal, &o).features.is_empty());
}

#[test]
fn what_is_not_finite_is_null_and_the_file_still_parses() {
    let mut o = outcome();
    o.folder.places[0].people = crate::model::People(f64::NAN);
    o.cover[0].proposed = f64::INFINITY;
    let coverage = parsed(Layer::Coverage, &o);
    assert!(property(&coverage.features[0], "people").is_null());
    assert!(property(&coverage.features[0], "covered").is_null());
}
