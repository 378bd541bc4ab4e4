//! The whole map, from the sample plan and from plans that are odd: nothing is lost, nothing breaks, nothing changes.

use super::scene::scene;
use super::sheet::frames;
use super::sheet_size::Canvas;
use super::*;
use crate::job;
use crate::measure::SiteRef;
use crate::model::{Boundary, Position, Status};
use crate::report::fixture::{self, HOSTILE};
use std::path::Path;
use std::sync::LazyLock;

static SAMPLE: LazyLock<Outcome> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/daxinganling");
    let folder = crate::read::open(&folder).expect("the sample is read");
    let date = time::Date::from_calendar_date(2024, time::Month::December, 31).expect("a day");
    job::run(folder, date, |_| ()).expect("the sample has an answer")
});

const SIZES: [SheetSize; 5] = [
    SheetSize::A3,
    SheetSize::A4,
    SheetSize::Pixels(1600, 1200),
    SheetSize::Pixels(900, 1400),
    SheetSize::Pixels(640, 640),
];

fn options(lang: Lang, size: SheetSize) -> MapOptions {
    MapOptions { lang, size, county: None }
}

fn drawn(outcome: &Outcome) -> String {
    let svg = svg(outcome, &options(Lang::Zh, SheetSize::A4)).expect("drawn");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "a number is none");
    svg
}

/// An outcome whose places and stations are moved; the numbers stay.
fn moved(by: impl Fn(Position) -> Position) -> Outcome {
    let mut outcome = SAMPLE.clone();
    for place in &mut outcome.folder.places {
        let centre = match &place.shape {
            crate::model::Shape::Point(p) => *p,
            crate::model::Shape::Area(a) => {
                let c = a.0[0].exterior().0[0];
                Position::new(c.x, c.y).expect("in range")
            }
        };
        place.shape = crate::model::Shape::Point(by(centre));
    }
    outcome.folder.stations.iter_mut().for_each(|s| s.position = by(s.position));
    outcome.candidates.iter_mut().for_each(|c| c.position = by(c.position));
    outcome
}

#[test]
fn every_station_is_drawn_in_some_frame() {
    for size in SIZES {
        for county in [None, Some("加格达奇区"), Some("呼中区")] {
            let scene = scene(&SAMPLE, county).expect("the county is known");
            let canvas = Canvas::new(size);
            let room = super::paper::Rect::new(220.0, 700.0, canvas.width - 3000.0, canvas.height - 900.0);
            let frames = frames(&scene, &room, &canvas);
            for pin in &scene.pins {
                let shown =
                    contents::shown_in(&frames.insets, pin) || contents::shown_in_overview(&frames.overview, pin);
                assert!(shown, "{} is nowhere at {size:?} {county:?}", pin.name);
            }
        }
    }
}

#[test]
fn a_map_says_what_leadership_asks_for() {
    let zh = drawn(&SAMPLE);
    let total = crate::report::number::percent(SAMPLE.shares.total.proposed.share());
    for text in ["内部工作用图", "图例", "2024-12-31", "合计", "加格达奇区", "331,276", total.as_str(), "1:"]
    {
        assert!(zh.contains(text), "{text} is missing");
    }
    let en = svg(&SAMPLE, &options(Lang::En, SheetSize::A4)).expect("drawn");
    for text in ["Internal working map", "Legend", "Total", "Drawn 2024-12-31"] {
        assert!(en.contains(text), "{text} is missing");
    }
}

#[test]
fn the_same_outcome_gives_the_same_bytes() {
    let first = drawn(&SAMPLE);
    assert_eq!(first, drawn(&SAMPLE));
    assert_eq!(png(&first).expect("painted"), png(&first).expect("painted"));
}

#[test]
fn names_cannot_break_out_of_the_picture() {
    let mut outcome = SAMPLE.clone();
    let hostile = format!("{HOSTILE}\u{0}\u{1b}\u{ffff}<![CDATA[");
    outcome.folder.plan.name = hostile.clone();
    outcome.folder.plan.notice = Some(hostile.as_str().into());
    outcome.folder.plan.review_number = Some("GS(2024)<b>1</b>号".to_owned());
    for place in &mut outcome.folder.places {
        place.name = hostile.clone();
        place.county = Some(hostile.as_str().into());
    }
    outcome.folder.stations.iter_mut().for_each(|s| s.name = hostile.clone());
    let svg = drawn(&outcome);
    assert!(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains("<![CDATA["));
    assert!(svg.contains("&lt;script"));
    assert!(!svg.contains(['\u{0}', '\u{1b}', '\u{ffff}', '\u{202e}']));
    png(&svg).expect("it is still SVG");
}

#[test]
fn an_unknown_county_is_refused_with_those_there_are() {
    let wrong = MapOptions { county: Some("漠河县".to_owned()), ..MapOptions::default() };
    let error = svg(&SAMPLE, &wrong).expect_err("there is none").to_string();
    assert!(error.contains("漠河县") && error.contains("漠河市") && error.contains("加格达奇区"), "{error}");
}

#[test]
fn one_county_shows_its_own_stations_only() {
    let scene = scene(&SAMPLE, Some("呼玛县")).expect("known");
    assert!(!scene.pins.is_empty() && scene.pins.len() < SAMPLE.folder.stations.len() + SAMPLE.proposals.len());
    assert!(scene.pins.iter().all(|p| p.county == Some("呼玛县")));
    assert!(scene.spots.iter().all(|s| s.county == Some("呼玛县")));
}

#[test]
fn a_plan_across_the_antimeridian_looks_like_the_same_plan_elsewhere() {
    let turned = moved(|p| {
        let lon = p.lon() + 56.0;
        Position::new(if lon > 180.0 { lon - 360.0 } else { lon }, p.lat()).expect("in range")
    });
    let here = moved(|p| p);
    let scale = |outcome: &Outcome| {
        let scene = scene(outcome, None).expect("all");
        let canvas = Canvas::new(SheetSize::A4);
        let room = super::paper::Rect::new(0.0, 0.0, 8000.0, 6000.0);
        frames(&scene, &room, &canvas).overview.scale
    };
    assert!((scale(&turned) / scale(&here) - 1.0).abs() < 1e-6);
    drawn(&turned);
}

#[test]
fn a_plan_at_a_single_point_and_one_around_the_globe_are_drawn() {
    drawn(&moved(|_| Position::new(0.0, 0.0).expect("in range")));
    drawn(&moved(|_| Position::new(180.0, 90.0).expect("in range")));
    drawn(&moved(|p| Position::new((p.lon() - 124.0) * 50.0, (p.lat() - 51.5) * 40.0).expect("in range")));
}

#[test]
fn a_plan_with_nothing_in_it_is_drawn() {
    let mut outcome = SAMPLE.clone();
    outcome.folder.places.clear();
    outcome.cover.clear();
    outcome.folder.stations.clear();
    outcome.proposals.clear();
    outcome.shares = crate::measure::Shares::default();
    for size in SIZES {
        let svg = svg(&outcome, &options(Lang::Zh, size)).expect("drawn");
        assert!(!svg.contains("NaN"));
        png(&svg).expect("painted");
    }
}

#[test]
fn every_kind_of_thing_in_the_rooms_fixture_is_drawn() {
    let outcome = fixture::outcome();
    for size in SIZES {
        png(&svg(&outcome, &options(Lang::En, size)).expect("drawn")).expect("painted");
    }
}

#[test]
fn boundaries_are_drawn_only_where_the_plan_has_them() {
    let mut outcome = SAMPLE.clone();
    let before = drawn(&outcome);
    outcome.folder.boundaries.push(Boundary {
        county: "漠河市".into(),
        outline: geo::MultiPolygon::new(vec![geo::Polygon::new(
            geo::LineString::from(vec![(121.9, 52.6), (124.2, 52.6), (124.0, 53.5), (121.5, 53.3), (121.9, 52.6)]),
            vec![],
        )]),
    });
    assert_ne!(before, drawn(&outcome));
}

#[test]
fn a_closed_station_is_shown_and_counts_for_nothing() {
    let scene = scene(&SAMPLE, None).expect("all");
    let closed = SAMPLE.folder.stations.iter().filter(|s| s.status == Status::Closed).count();
    assert!(closed > 0);
    assert_eq!(scene.pins.iter().filter(|p| !p.kind.serves()).count(), closed);
    assert!(SAMPLE.cover.iter().filter_map(|c| c.nearest).all(|n| match n.site {
        SiteRef::Station(i) => SAMPLE.folder.stations[i].status != Status::Closed,
        SiteRef::Candidate(_) => true,
    }));
}

#[test]
fn no_quarter_county_or_circle_is_cut_at_the_border_of_a_single_frame() {
    let square = |lon: f64, lat: f64, side: f64| {
        let area = geo::Rect::new((lon, lat), (lon + side, lat + side));
        geo::MultiPolygon::new(vec![area.to_polygon()])
    };
    let mut outcome = SAMPLE.clone();
    outcome.folder.places.truncate(2);
    outcome.cover.truncate(2);
    outcome.proposals.truncate(1);
    outcome.folder.stations.clear();
    for (i, place) in outcome.folder.places.iter_mut().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "0 and 1")]
        let lon = 124.0 + 0.08 * i as f64;
        place.shape = crate::model::Shape::Area(Box::new(square(lon, 50.0, 0.01)));
    }
    let site = outcome.proposals[0].candidate;
    outcome.candidates[site].position = Position::new(124.04, 50.03).expect("in range");
    let county = outcome.folder.places[0].county.clone().expect("the sample states counties");
    outcome.folder.boundaries = vec![Boundary { county, outline: square(123.98, 49.96, 0.15) }];
    let scene = scene(&outcome, None).expect("a scene");
    let canvas = Canvas::new(SheetSize::A4);
    let room = super::paper::Rect::new(220.0, 700.0, canvas.width - 3000.0, canvas.height - 900.0);
    let frame = frames(&scene, &room, &canvas).overview;
    for (lon, lat) in [(123.98, 49.96), (123.98, 50.11), (124.13, 49.96), (124.13, 50.11), (124.09, 50.01)] {
        assert!(frame.holds(Position::new(lon, lat).expect("in range"), 0.0), "{lon}, {lat} is cut off");
    }
}
