//! The abstract test suite of OGC API - Features, Part 1 (OGC 17-069r4, Annex A), turned into tests: its sections A.2 (core),
//! A.3 (GeoJSON), A.4 (HTML) and A.5 (OpenAPI 3.0), in its order and under its names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod served;

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::Value;
use served::{Answer, OUTCOME, ROUTER, request, send};
use std::collections::BTreeSet;

const COLLECTIONS: [&str; 7] = ["places", "stations", "proposal", "candidates", "circles", "gaps", "counties"];
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

fn ask(path: &str, accept: &str) -> Answer {
    let path = path.strip_prefix("http://127.0.0.1:8040").unwrap_or(path);
    send(&ROUTER, request(Method::GET, path).header(header::ACCEPT, accept).body(Body::empty()).unwrap())
}

fn get(path: &str) -> Answer {
    ask(path, "*/*")
}

fn items(query: &str) -> Value {
    get(&format!("/ogc/collections/{query}")).json()
}

fn link(document: &Value, rel: &str, kind: &str) -> Option<String> {
    let links = document["links"].as_array().unwrap();
    let found = links.iter().find(|l| l["rel"] == rel && l["type"] == kind);
    found.map(|l| l["href"].as_str().unwrap().to_owned())
}

fn ids(page: &Value) -> Vec<String> {
    page["features"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_2_2_landing_page_has_the_links_that_lead_to_everything_else() {
    for path in ["/ogc", "/ogc/"] {
        let landing = get(path).json();
        let api = "application/vnd.oai.openapi+json;version=3.0";
        for (rel, kind) in [
            ("self", "application/json"),
            ("alternate", "text/html"),
            ("service-desc", api),
            ("service-doc", "text/html"),
            ("conformance", "application/json"),
            ("data", "application/json"),
        ] {
            let href = link(&landing, rel, kind).unwrap_or_else(|| panic!("{rel} in {landing}"));
            let answer = get(&href);
            assert_eq!(answer.status, 200, "{href}");
            assert!(
                answer.header(header::CONTENT_TYPE).starts_with(kind),
                "{href}: {}",
                answer.header(header::CONTENT_TYPE)
            );
        }
    }
}

#[test]
fn a_2_3_the_api_definition_names_the_classes_that_conformance_declares() {
    let conformance = get("/ogc/conformance").json();
    let class = |name: &str| format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}");
    assert_eq!(conformance["conformsTo"], serde_json::json!(["core", "oas30", "geojson", "html"].map(class)));
    let api = get("/openapi.json").json();
    for path in ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/{collection}/items/{feature}"] {
        assert!(api["paths"][path]["get"].is_object(), "{path}");
    }
}

#[test]
fn a_2_4_collections_are_listed_with_their_extent_and_lead_to_their_items() {
    let list = get("/ogc/collections").json();
    assert!(link(&list, "self", "application/json").is_some() && link(&list, "alternate", "text/html").is_some());
    let all = list["collections"].as_array().unwrap();
    assert_eq!(all.iter().map(|c| c["id"].as_str().unwrap()).collect::<Vec<_>>(), COLLECTIONS);
    for described in all {
        let id = described["id"].as_str().unwrap();
        // The list and the single document say the same.
        assert_eq!(*described, get(&format!("/ogc/collections/{id}")).json(), "{id}");
        assert!(described["crs"].as_array().unwrap().iter().any(|c| c == CRS84));
        let features = link(described, "items", "application/geo+json").unwrap();
        let page = get(&features).json();
        assert!(link(described, "items", "text/html").is_some(), "{id}");
        let bbox = &described["extent"]["spatial"]["bbox"][0];
        assert_eq!(bbox.is_array(), page["numberMatched"] != 0, "{id}");
        assert!(described["title"].is_string() && described["description"].is_string());
    }
}

#[test]
fn a_2_5_unknown_collections_and_features_are_not_found() {
    for path in ["/ogc/collections/roads", "/ogc/collections/roads/items", "/ogc/collections/places/items/none"] {
        let answer = get(path);
        assert_eq!(
            (answer.status.as_u16(), answer.header(header::CONTENT_TYPE)),
            (404, "application/problem+json"),
            "{path}"
        );
    }
}

#[test]
fn a_2_7_features_are_those_of_the_layer_with_its_properties() {
    use doorstep::model::Lang;
    use doorstep::report::layers::Layer;
    for (collection, layer) in [
        ("places", Layer::Coverage),
        ("stations", Layer::Stations),
        ("proposal", Layer::Proposal),
        ("candidates", Layer::Candidates),
        ("circles", Layer::Circles),
        ("gaps", Layer::Gaps),
        ("counties", Layer::Counties),
    ] {
        let page = items(&format!("{collection}/items?limit=10000"));
        let file: Value = serde_json::from_slice(&layer.bytes(&OUTCOME, Lang::Zh)).unwrap();
        let plain = |f: &Value| serde_json::json!({"geometry": f["geometry"], "properties": f["properties"]});
        let of = |v: &Value| v["features"].as_array().unwrap().iter().map(plain).collect::<Vec<_>>();
        assert_eq!(of(&page), of(&file), "{collection}");
        let ids = ids(&page);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{collection}: ids are unique");
        assert_eq!(page["numberMatched"], page["numberReturned"]);
    }
}

#[test]
fn a_2_7_1_limit_bounds_a_page_and_pages_follow_each_other_without_gap_or_repetition() {
    for query in
        ["places/items?limit=7", "gaps/items?limit=50&county=%E6%BC%A0%E6%B2%B3%E5%B8%82", "circles/items?limit=1"]
    {
        let mut at = format!("/ogc/collections/{query}");
        let (mut seen, mut pages, mut matched) = (Vec::new(), 0, None);
        loop {
            let page = get(&at).json();
            let number = page["numberReturned"].as_u64().unwrap();
            assert_eq!(number, page["features"].as_array().unwrap().len() as u64);
            assert_eq!(*matched.get_or_insert(page["numberMatched"].clone()), page["numberMatched"]);
            assert!(link(&page, "self", "application/geo+json").is_some());
            seen.extend(ids(&page));
            pages += 1;
            assert_eq!(link(&page, "prev", "application/geo+json").is_some(), pages > 1);
            match link(&page, "next", "application/geo+json") {
                Some(next) => at = next,
                None => break,
            }
        }
        assert_eq!(Some(Value::from(seen.len())), matched, "{query}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{query}");
    }
    assert_eq!(items("places/items?limit=99999999999")["numberReturned"], OUTCOME.folder.places.len().min(10_000));
    assert_eq!(items("places/items")["numberReturned"], OUTCOME.folder.places.len().min(100));
    assert_eq!(items("places/items?offset=100000")["numberReturned"], 0);
    for wrong in ["limit=0", "limit=-1", "limit=ten", "offset=-1", "offset=x", "limit="] {
        assert!(get(&format!("/ogc/collections/places/items?{wrong}")).is_problem(400), "{wrong}");
    }
}

/// Bounds of a feature's geometry, by looking at every number of it.
fn bounds(geometry: &Value) -> [f64; 4] {
    fn walk(value: &Value, all: &mut [f64; 4]) {
        let list = value.as_array().unwrap();
        match (list[0].as_f64(), list.get(1).and_then(Value::as_f64)) {
            (Some(x), Some(y)) => *all = [all[0].min(x), all[1].min(y), all[2].max(x), all[3].max(y)],
            _ => list.iter().for_each(|v| walk(v, all)),
        }
    }
    let mut all = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    walk(&geometry["coordinates"], &mut all);
    all
}

#[test]
fn a_2_7_2_a_box_selects_what_touches_it_and_nothing_else() {
    let all = items("places/items?limit=10000");
    let [w, s, e, n] = [122.4, 52.9, 122.6, 53.1];
    let found = ids(&items(&format!("places/items?limit=10000&bbox={w},{s},{e},{n}")));
    let by_hand: Vec<String> = all["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| {
            let b = bounds(&f["geometry"]);
            b[0] <= e && b[2] >= w && b[1] <= n && b[3] >= s
        })
        .map(|f| f["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(!found.is_empty() && found.len() < OUTCOME.folder.places.len());
    // Bounds may touch where a polygon does not: never the other way round.
    assert!(found.iter().all(|id| by_hand.contains(id)));
    assert_eq!(
        ids(&items(&format!("stations/items?bbox={w},{s},0,{e},{n},9999"))),
        ids(&items(&format!("stations/items?bbox={w},{s},{e},{n}")))
    );
    assert_eq!(items("places/items?bbox=-180,-90,180,90")["numberMatched"], all["numberMatched"]);
    assert_eq!(items("places/items?bbox=0,0,1,1")["numberMatched"], 0);
    // Across the antimeridian: from 120 east to 0 the long way round holds everything, from 170 to -170 nothing.
    assert_eq!(items("places/items?bbox=120,40,0,60")["numberMatched"], all["numberMatched"]);
    assert_eq!(items("places/items?bbox=170,40,-170,60")["numberMatched"], 0);
    for wrong in ["1,2,3", "a,b,c,d", "1,2,3,4,5", "10,50,20,40", "", "1,2,3,4,5,6,7", "190,0,200,10"] {
        assert!(get(&format!("/ogc/collections/places/items?bbox={wrong}")).is_problem(400), "{wrong}");
    }
}

#[test]
fn a_2_7_2_a_polygon_whose_bounds_but_not_whose_ground_touch_a_box_is_left_out() {
    // The corner between a circle and the square around it.
    let circle = &items("circles/items?limit=1")["features"][0];
    let [west, south, east, north] = bounds(&circle["geometry"]);
    let (dx, dy) = ((east - west) * 0.02, (north - south) * 0.02);
    let id = circle["id"].as_str().unwrap();
    let corner = items(&format!("circles/items?limit=1000&bbox={west},{south},{},{}", west + dx, south + dy));
    assert!(!ids(&corner).iter().any(|found| found == id));
    let middle = ((west + east) / 2.0, (south + north) / 2.0);
    let inside =
        items(&format!("circles/items?limit=1000&bbox={},{},{},{}", middle.0, middle.1, middle.0 + dx, middle.1 + dy));
    assert!(ids(&inside).iter().any(|found| found == id));
}

#[test]
fn a_2_7_3_a_time_selects_stations_by_their_opening_and_leaves_what_has_no_time() {
    let all = items("stations/items?limit=1000");
    let opened = |f: &&Value| f["properties"]["opened"].as_str().map(str::to_owned);
    let features = all["features"].as_array().unwrap();
    assert!(features.iter().any(|f| opened(&f).is_some()), "the sample states when stations opened");
    let expected =
        |keep: &dyn Fn(&str) -> bool| features.iter().filter(|f| opened(f).is_none_or(|day| keep(&day))).count();
    for (query, count) in [
        ("2024-06-30T00:00:00Z/..", expected(&|day| day >= "2024-06-30")),
        ("../2024-06-30T23:59:59Z", expected(&|day| day <= "2024-06-30")),
        ("2024-01-01T00:00:00Z/2024-12-31T00:00:00Z", expected(&|day| ("2024-01-01"..="2024-12-31").contains(&day))),
        ("1999-01-01T00:00:00Z", expected(&|_| false)),
    ] {
        assert_eq!(items(&format!("stations/items?datetime={query}"))["numberMatched"], count, "{query}");
    }
    assert_eq!(items("places/items?datetime=1999-01-01T00:00:00Z")["numberMatched"], OUTCOME.folder.places.len());
    for wrong in ["yesterday", "2024-13-01T00:00:00Z", "..", "2025-01-01T00:00:00Z/2024-01-01T00:00:00Z"] {
        assert!(get(&format!("/ogc/collections/stations/items?datetime={wrong}")).is_problem(400), "{wrong}");
    }
}

#[test]
fn a_2_7_4_properties_select_by_equal_value_and_combine() {
    let all = items("places/items?limit=10000");
    let count = |keep: &dyn Fn(&Value) -> bool| {
        all["features"].as_array().unwrap().iter().filter(|f| keep(&f["properties"])).count()
    };
    let county = "漠河市";
    let escaped = "%E6%BC%A0%E6%B2%B3%E5%B8%82";
    let here = items(&format!("places/items?county={escaped}&limit=10000"));
    assert_eq!(here["numberMatched"], count(&|p| p["county"] == county));
    let both = items(&format!("places/items?county={escaped}&status=gap"));
    assert_eq!(both["numberMatched"], count(&|p| p["county"] == county && p["status"] == "gap"));
    let people = all["features"][0]["properties"]["people"].as_f64().unwrap();
    let same = items(&format!("places/items?people={people:.1}"));
    assert_eq!(same["numberMatched"], count(&|p| p["people"].as_f64() == Some(people)));
    assert_eq!(items("candidates/items?proposed=true")["numberMatched"], OUTCOME.proposals.len());
    // What is described for every collection is asked of those too that have no such property: nothing has the value.
    assert_eq!(items("counties/items?county=x&id=y")["numberMatched"], 0);
    for wrong in ["people=many", "proposed=maybe"] {
        let collection = if wrong.starts_with("people") { "places" } else { "candidates" };
        assert!(get(&format!("/ogc/collections/{collection}/items?{wrong}")).is_problem(400), "{wrong}");
    }
}

#[test]
fn a_2_7_5_unknown_parameters_are_refused_everywhere() {
    for path in [
        "/ogc?a=1",
        "/ogc/conformance?a=1",
        "/ogc/collections?limit=1",
        "/ogc/collections/places?bbox=1,2,3,4",
        "/ogc/collections/places/items?unknown=1",
        "/ogc/collections/stations/items?people=1",
        "/ogc/collections/places/items/residences.R001?limit=1",
        "/ogc/collections/places/items?limit=1&limit=2",
        "/ogc/collections/places/items?f=xml",
        "/ogc/collections/places/items?lang=fr",
    ] {
        assert!(get(path).is_problem(400), "{path}");
    }
}

#[test]
fn a_2_8_a_single_feature_is_the_one_of_its_page_with_links_home() {
    for collection in COLLECTIONS {
        let page = items(&format!("{collection}/items?limit=3"));
        for feature in page["features"].as_array().unwrap() {
            let id = feature["id"].as_str().unwrap();
            let encoded: String = id.bytes().map(|b| format!("%{b:02X}")).collect();
            let answer = get(&format!("/ogc/collections/{collection}/items/{encoded}"));
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/geo+json");
            let single = answer.json();
            for member in ["type", "id", "geometry", "properties"] {
                assert_eq!(single[member], feature[member], "{collection} {id}");
            }
            assert!(get(&link(&single, "self", "application/geo+json").unwrap()).status == 200);
            assert!(link(&single, "collection", "application/json").is_some());
        }
    }
}

#[test]
fn a_3_features_come_as_geojson_and_documents_as_json() {
    let page = get("/ogc/collections/places/items?f=json");
    assert_eq!(page.header(header::CONTENT_TYPE), "application/geo+json");
    let page = page.json();
    assert_eq!(page["type"], "FeatureCollection");
    for feature in page["features"].as_array().unwrap() {
        assert_eq!(feature["type"], "Feature");
        assert!(feature["geometry"]["coordinates"].is_array() && feature["properties"].is_object());
    }
    assert_eq!(get("/ogc/collections").header(header::CONTENT_TYPE), "application/json");
    assert_eq!(
        ask("/ogc/collections/places/items", "application/geo+json").header(header::CONTENT_TYPE),
        "application/geo+json"
    );
}

#[test]
fn a_4_every_document_is_also_a_page_for_people() {
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for path in
        ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/gaps", "/ogc/collections/gaps/items?limit=2"]
    {
        let page = ask(path, browser);
        assert_eq!(
            (page.status.as_u16(), page.header(header::CONTENT_TYPE)),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        let text = String::from_utf8(page.body).unwrap();
        assert!(text.starts_with("<!doctype html>") && !text.contains("<script"), "{path}");
        assert_eq!(ask(&format!("{path}{}f=json", if path.contains('?') { "&" } else { "?" }), browser).status, 200);
    }
}

#[test]
fn answers_have_a_tag_and_the_same_question_the_same_bytes() {
    for path in [
        "/ogc",
        "/ogc/collections",
        "/ogc/collections/places/items?limit=20",
        "/openapi.json",
        "/tiles.json?layer=places",
    ] {
        let (first, second) = (get(path), get(path));
        assert_eq!(first.body, second.body, "{path}");
        let tag = first.headers[header::ETAG].clone();
        let request = request(Method::GET, path).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
        assert_eq!(send(&ROUTER, request).status, 304, "{path}");
    }
}

#[test]
fn text_follows_the_language_asked_for_and_links_keep_it() {
    let zh = items("gaps/items?lang=zh&limit=1");
    let en = items("gaps/items?lang=en&limit=1");
    assert_ne!(
        zh["features"][0]["properties"]["phase_or_outreach"],
        en["features"][0]["properties"]["phase_or_outreach"]
    );
    assert!(link(&en, "next", "application/geo+json").unwrap().contains("lang=en"));
    assert_eq!(get("/ogc/collections/gaps?lang=en").json()["title"], "Gaps");
}
