//! Good plan folders as people have them, and what is read from them.

use doorstep::model::{Lang, Mode, PlaceKind, PlanFolder, Season, Setting, Shape, Status};
use doorstep::read;
use std::fs;
use std::path::Path;

fn write(dir: &Path, file: &str, text: &str) {
    fs::write(dir.join(file), text).expect("a temporary folder can be written");
}

fn opened(dir: &Path) -> PlanFolder {
    read::open(dir).map_err(|faults| faults.say(Lang::En)).expect("no fault")
}

/// A folder with everything in Chinese.
fn chinese() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(
        dir.path(),
        "plan.toml",
        r#"name = "试点"
target = 2
[[circle]]
minutes = 15
[layers.residences]
file = "居民点.geojson"
columns = { population = "2023年末人数" }
"#,
    );
    write(
        dir.path(),
        "居民点.geojson",
        "\u{feff}{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":[
{\"type\":\"Feature\",\"id\":9,\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[122.1,52.1],[122.2,52.1],[122.2,52.2],[122.1,52.2],[122.1,52.1]]]},\"properties\":{\"编号\":2,\"名称\":\"图强\",\"城乡\":\"城镇\",\"人口\":1,\"2023年末人数\":30.5,\"类型\":\"易地搬迁安置区\",\"groups\":{\"农民工\":4,\"青年\":null}}},
{\"type\":\"Feature\",\"id\":\"自有\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[124.5,52.5,300]},\"properties\":{\"2023年末人数\":7,\"城乡\":\"\",\"别的\":{\"深\":[1]}}}
]}",
    );
    write(
        dir.path(),
        "stations.geojson",
        r#"{"type":"FeatureCollection","features":[
{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[122.15,52.15]]},"properties":{"编号":"S1","状态":"在建","开业日期":"2025年3月1日","类型":"零工市场","容量":50}}]}"#,
    );
    write(
        dir.path(),
        "boundaries.geojson",
        r#"{"type":"FeatureCollection","features":[
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121,52],[124,52],[124,54],[121,54],[121,52]]]},"properties":{"name":"漠河市"}},
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[124,52],[126,52],[126,54],[124,54],[124,52]]]},"properties":{"县区":"塔河县"}}]}"#,
    );
    dir
}

#[test]
fn chinese_headings_words_mappings_and_a_byte_order_mark_are_understood() {
    let dir = chinese();
    let folder = opened(dir.path());
    let [a, b] = &folder.places[..] else { panic!("two places") };
    assert_eq!((a.id.as_str(), a.name.as_str(), a.people.0), ("2", "图强", 30.5));
    assert_eq!((a.setting, a.kind), (Some(Setting::Urban), PlaceKind::Relocation));
    assert_eq!(a.groups.iter().map(|(g, n)| (g.as_ref(), *n)).collect::<Vec<_>>(), [("migrant_workers", 4.0)]);
    assert!(matches!(a.shape, Shape::Area(_)));
    assert_eq!((b.id.as_str(), b.name.as_str(), b.setting), ("自有", "自有", None));
    let station = &folder.stations[0];
    assert_eq!((station.status, station.kind.as_str()), (Status::Building, "gig_market"));
    assert_eq!((station.opened, station.capacity), (Some(time::macros::date!(2025 - 03 - 01)), Some(50.0)));
}

#[test]
fn counties_are_filled_in_from_the_outlines() {
    let dir = chinese();
    let folder = opened(dir.path());
    let counties: Vec<Option<&str>> = folder.places.iter().map(|p| p.county.as_deref()).collect();
    assert_eq!(counties, [Some("漠河市"), Some("塔河县")]);
    assert_eq!(folder.stations[0].county.as_deref(), Some("漠河市"));
    let names: Vec<&str> = folder.boundaries.iter().map(|b| b.county.as_ref()).collect();
    assert_eq!(names, ["塔河县", "漠河市"], "sorted by name");
}

#[test]
fn a_plan_has_the_defaults_of_the_contract() {
    let dir = chinese();
    let plan = opened(dir.path()).plan;
    assert_eq!((plan.lang, plan.phases.len(), plan.phases[0].name.as_str()), (Lang::Zh, 1, "1"));
    assert_eq!((plan.circles[0].mode, plan.circles[0].setting), (Mode::Walk, None));
    let travel = &plan.travel;
    assert_eq!((travel.detour, travel.walk_kmh, travel.bike_kmh, travel.drive_kmh), (1.3, 5.0, 15.0, 40.0));
    assert_eq!((travel.season, plan.weights.residences, plan.weights.clusters), (Season::Summer, 1.0, 0.5));
}

#[test]
fn a_whole_plan_is_read() {
    let dir = chinese();
    write(
        dir.path(),
        "plan.toml",
        r#"name = "全"
lang = "en"
target = 20
notice = "样例"
review_number = "黑S(2024)1号"
counties = ["呼玛县"]
[[phase]]
name = "2024"
stations = 7
[[phase]]
name = "2026"
stations = 20
[[circle]]
setting = "urban"
minutes = 15
mode = "walk"
[[circle]]
kilometres = 5
mode = "drive"
[travel]
model = "circle"
detour = 1.4
season = "both"
walk_kmh = 4.5
bike_kmh = 12
drive_kmh = 35.0
[weights]
residences = 2.0
clusters = 0
groups = { "失业人员" = 1.0 }
kinds = { relocation = 1.5 }
[limits]
counties = { "漠河市" = { min = 2, max = 5 }, "呼玛县" = { max = 1 } }
spacing_km = 1.5
[layers.residences]
file = "./居民点.geojson"
datum = "CGCS2000"
encoding = "UTF-8"
columns = { population = "2023年末人数" }
"#,
    );
    let plan = opened(dir.path()).plan;
    assert_eq!((plan.lang, plan.target, plan.phases.len(), plan.circles.len()), (Lang::En, 20, 2, 2));
    assert_eq!((plan.notice, plan.review_number.as_deref()), (Some("样例".into()), Some("黑S(2024)1号")));
    assert_eq!(plan.circles[1].limit, doorstep::model::Limit::Radius(doorstep::model::Metres(5000.0)));
    assert_eq!((plan.travel.season, plan.travel.bike_kmh), (Season::Both, 12.0));
    assert_eq!(plan.weights.groups.get("unemployed"), Some(&1.0));
    assert_eq!(plan.limits.spacing, Some(doorstep::model::Metres(1500.0)));
    let mohe = plan.limits.counties["漠河市"];
    assert_eq!((mohe.min, mohe.max), (2, Some(5)));
}

#[test]
fn a_notice_in_both_languages_is_said_in_each_and_one_alone_in_both() {
    let said = |notice: &str| {
        let dir = chinese();
        let text = fs::read_to_string(dir.path().join("plan.toml")).expect("it is there");
        let text = format!("{notice}\n{text}");
        write(dir.path(), "plan.toml", &text);
        read::open(dir.path()).map(|f| f.plan.notice.map(|n| (n.say(Lang::Zh).to_owned(), n.say(Lang::En).to_owned())))
    };
    let both = |zh: &str, en: &str| Some((zh.to_owned(), en.to_owned()));
    assert_eq!(said("notice.zh = \"甲\"\nnotice.en = \"A\"").expect("it is right"), both("甲", "A"));
    for one in ["notice = \"A\"", "notice = { zh = \"A\" }", "notice.en = \"A\""] {
        assert_eq!(said(one).expect("it is right"), both("A", "A"), "{one}");
    }
    assert_eq!(said("").expect("it may be left out"), None);
    for (wrong, named) in [
        ("notice = {}", "notice"),
        ("notice.fr = \"B\"", "notice.fr"),
        ("notice.zh = 1", "notice.zh"),
        ("notice = 1", "notice"),
    ] {
        let faults = said(wrong).expect_err("it is wrong").to_string();
        assert!(faults.contains(named), "{wrong}: {faults}");
    }
}

#[test]
fn every_spelling_of_wgs84_and_cgcs2000_is_accepted() {
    for crs in [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "OGC:1.3:CRS84",
        "OGC:CRS84",
        "EPSG:4326",
        "epsg:4490",
        "urn:ogc:def:crs:EPSG::4326",
        "urn:ogc:def:crs:EPSG:6.18.3:4490",
    ] {
        let dir = chinese();
        let text = fs::read_to_string(dir.path().join("居民点.geojson")).expect("it is there");
        write(dir.path(), "居民点.geojson", &text.replace("urn:ogc:def:crs:OGC:1.3:CRS84", crs));
        assert!(read::open(dir.path()).is_ok(), "{crs}");
    }
}

#[test]
fn the_order_of_features_changes_nothing() {
    let order = |reverse: bool| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        write(dir.path(), "plan.toml", "name = \"x\"\ntarget = 2\n[[circle]]\nminutes = 15\n");
        for layer in ["residences", "candidates"] {
            let mut features: Vec<String> = (0..200)
                .map(|i| {
                    let (lon, lat) = (122.0 + f64::from(i) / 1000.0, 52.0);
                    format!("{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{lon},{lat}]}},\"properties\":{{\"id\":\"{i}\",\"population\":{i},\"county\":\"c{}\",\"groups\":{{\"b\":1,\"a\":2}}}}}}", i % 3)
                })
                .collect();
            if reverse {
                features.reverse();
            }
            let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","));
            write(dir.path(), &format!("{layer}.geojson"), &text);
        }
        let folder = opened(dir.path());
        format!("{:?}{:?}", folder.places, folder.candidates)
    };
    assert_eq!(order(false), order(true));
}
