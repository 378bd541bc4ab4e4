//! Road networks from small extracts: who may go where, how long it takes, what is damaged. One rule per test.

mod osm;

use doorstep::model::{Circle, Limit, Metres, Minutes, Mode, Position, RoadSpeeds, Season, TravelSettings};
use doorstep::travel::roads::{
    Flow, Ground, Island, Isochrones, Journeys, Keep, Measure, Placed, Profile, RoadError, RoadTravel, Roads, Speeds,
    UNREACHED,
};
use doorstep::travel::{Origin, Standard, TravelModel};
use geo::{Contains, Validation};
use osm::Extract;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A crossing, 0.01 degrees (1,112 m) between neighbours: 1 west, 2 middle, 3 east, 4 north, 5 south.
fn crossing() -> Extract {
    Extract::default()
        .node(1, 9.99, 0.0, "")
        .node(2, 10.0, 0.0, "")
        .node(3, 10.01, 0.0, "")
        .node(4, 10.0, 0.01, "")
        .node(5, 10.0, -0.01, "")
}

fn at(node: i64) -> Position {
    let (lon, lat) = match node {
        1 => (9.99, 0.0),
        2 => (10.0, 0.0),
        3 => (10.01, 0.0),
        4 => (10.0, 0.01),
        _ => (10.0, -0.01),
    };
    Position::new(lon, lat).expect("in range")
}

fn open(extract: &Extract) -> Roads {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("roads.osm.pbf");
    extract.write(&path);
    Roads::open(&path, Keep::Fresh).expect("the extract is read")
}

fn profile_of(roads: &Roads) -> Profile {
    profile(roads, Mode::Walk, Ground::Summer)
}

fn profile(roads: &Roads, mode: Mode, ground: Ground) -> Profile {
    let speeds = Speeds::new(mode, ground, &TravelSettings::default(), &RoadSpeeds::default());
    Profile::new(&roads.network, &speeds, Measure::Time)
}

/// Seconds from one position to another; `None` where there is no way.
fn seconds_between(roads: &Roads, mode: Mode, ground: Ground, from: Position, to: Position) -> Option<f64> {
    let profile = profile(roads, mode, ground);
    let ends = [[from], [to]];
    let snaps = [0, 1].map(|i| profile.snap(&roads.network, &ends[i], Metres(500.0)));
    let placed = |i: usize| Placed { positions: &ends[i], snaps: &snaps[i] };
    let to_sites =
        Journeys::new(&roads.network, &profile, Flow::ToSites, placed(1), placed(0)).of_all(UNREACHED - 1, true);
    let from_sites =
        Journeys::new(&roads.network, &profile, Flow::FromSites, placed(0), placed(1)).of_all(UNREACHED - 1, true);
    assert_eq!(to_sites, from_sites, "both directions of search tell of the same journey");
    to_sites[0].first().map(|j| f64::from(j.cost) / 1000.0)
}

fn seconds(extract: &Extract, mode: Mode, ground: Ground, from: i64, to: i64) -> Option<f64> {
    seconds_between(&open(extract), mode, ground, at(from), at(to))
}

fn summer(extract: &Extract, mode: Mode, from: i64, to: i64) -> Option<f64> {
    seconds(extract, mode, Ground::Summer, from, to)
}

fn reaches(extract: &Extract, mode: Mode, from: i64, to: i64) -> bool {
    summer(extract, mode, from, to).is_some()
}

/// Both modes over one way from 1 to 3 with these tags: there and back.
fn way(tags: &str, mode: Mode) -> [bool; 2] {
    let extract = crossing().way(10, &[1, 2, 3], tags);
    // A closed way would be no network at all, so there is one elsewhere that everybody may use.
    let extract = extract.node(90, 11.0, 0.0, "").node(91, 11.01, 0.0, "").way(11, &[90, 91], "highway=residential");
    [reaches(&extract, mode, 1, 3), reaches(&extract, mode, 3, 1)]
}

const BOTH: [bool; 2] = [true, true];
const NONE: [bool; 2] = [false, false];
const ALONG: [bool; 2] = [true, false];

#[test]
fn walking_has_one_speed_and_its_length_is_that_of_the_ellipsoid() {
    let extract = crossing().way(10, &[1, 2, 3], "highway=primary surface=mud maxspeed=100");
    // 0.02 degrees of the equator are 2226.390 m.
    let time = summer(&extract, Mode::Walk, 1, 3).expect("open");
    assert!((time - 2226.390 * 0.72).abs() < 0.01, "{time}");
    let winter = seconds(&extract, Mode::Walk, Ground::Winter, 1, 3).expect("open");
    assert!((winter - 2226.390 * 0.78).abs() < 0.01, "one minute more per kilometre: {winter}");
}

#[test]
fn a_place_in_the_middle_of_an_edge_walks_from_there_and_its_link_is_walked_too() {
    let roads = open(&crossing().way(10, &[1, 2, 3], "highway=residential"));
    let from = Position::new(9.995, 0.0009).expect("in range");
    let time = seconds_between(&roads, Mode::Drive, Ground::Summer, from, at(3)).expect("open");
    // 1669.79 m of road at 30 km/h, and a link of 99.52 m at 5 km/h.
    assert!((time - (1669.792 * 0.12 + 99.52 * 0.72)).abs() < 0.1, "{time}");
}

#[test]
fn access_tags_open_and_close_ways_the_more_special_one_wins() {
    use Mode::{Bike, Drive, Walk};
    for (tags, walk, bike, drive) in [
        ("highway=residential", BOTH, BOTH, BOTH),
        ("highway=residential access=no", NONE, NONE, NONE),
        ("highway=residential access=private foot=yes", BOTH, NONE, NONE),
        ("highway=residential access=no motor_vehicle=yes", NONE, NONE, BOTH),
        ("highway=residential motor_vehicle=no", BOTH, BOTH, NONE),
        ("highway=residential vehicle=no bicycle=yes", BOTH, BOTH, NONE),
        ("highway=residential motor_vehicle=destination", BOTH, BOTH, BOTH),
        ("highway=track motor_vehicle=agricultural", BOTH, BOTH, NONE),
        ("highway=motorway oneway=no", NONE, NONE, BOTH),
        ("highway=trunk", BOTH, BOTH, BOTH),
        ("highway=trunk motorroad=yes", NONE, NONE, BOTH),
        ("highway=footway", BOTH, NONE, NONE),
        ("highway=footway bicycle=yes", BOTH, BOTH, NONE),
        ("highway=footway bicycle=dismount", BOTH, NONE, NONE),
        ("highway=footway access=yes", BOTH, NONE, NONE),
        ("highway=steps motor_vehicle=yes", BOTH, NONE, NONE),
        ("highway=path", BOTH, BOTH, NONE),
        ("highway=cycleway", BOTH, BOTH, NONE),
        ("highway=cycleway foot=no", NONE, BOTH, NONE),
        ("highway=bridleway", NONE, NONE, NONE),
        ("highway=bridleway foot=yes", BOTH, NONE, NONE),
        ("highway=service service=emergency_access", BOTH, BOTH, NONE),
        ("highway=service service=parking_aisle", BOTH, BOTH, BOTH),
        ("highway=construction", NONE, NONE, NONE),
        ("highway=proposed", NONE, NONE, NONE),
        ("railway=platform", BOTH, NONE, NONE),
        ("route=ferry", BOTH, BOTH, BOTH),
        ("route=ferry foot=yes", BOTH, BOTH, NONE),
        ("route=ferry motor_vehicle=no", BOTH, BOTH, NONE),
        ("railway=rail", NONE, NONE, NONE),
        ("waterway=river", NONE, NONE, NONE),
    ] {
        assert_eq!([way(tags, Walk), way(tags, Bike), way(tags, Drive)], [walk, bike, drive], "{tags}");
    }
}

#[test]
fn one_ways_hold_for_wheels_with_their_exceptions_and_not_for_feet() {
    use Mode::{Bike, Drive, Walk};
    let against = [false, true];
    for (tags, walk, bike, drive) in [
        ("highway=residential oneway=yes", BOTH, ALONG, ALONG),
        ("highway=residential oneway=1", BOTH, ALONG, ALONG),
        ("highway=residential oneway=-1", BOTH, against, against),
        ("highway=residential oneway=no", BOTH, BOTH, BOTH),
        ("highway=residential oneway=reversible", BOTH, NONE, NONE),
        ("highway=residential oneway=yes oneway:bicycle=no", BOTH, BOTH, ALONG),
        ("highway=residential oneway=yes cycleway=opposite", BOTH, BOTH, ALONG),
        ("highway=residential oneway=yes cycleway:left=opposite_lane", BOTH, BOTH, ALONG),
        ("highway=residential oneway=yes oneway:motor_vehicle=no", BOTH, ALONG, BOTH),
        ("highway=residential junction=roundabout", BOTH, ALONG, ALONG),
        ("highway=motorway", NONE, NONE, ALONG),
        ("highway=motorway_link", NONE, NONE, BOTH),
        ("highway=footway oneway:foot=yes", ALONG, NONE, NONE),
        ("highway=residential motor_vehicle:backward=no", BOTH, BOTH, ALONG),
    ] {
        assert_eq!([way(tags, Walk), way(tags, Bike), way(tags, Drive)], [walk, bike, drive], "{tags}");
    }
}

#[test]
fn a_bollard_stops_cars_and_a_locked_gate_stops_everybody() {
    use Mode::{Bike, Drive, Walk};
    for (tags, walk, bike, drive) in [
        ("barrier=bollard", true, true, false),
        ("barrier=bollard motor_vehicle=yes", true, true, true),
        ("barrier=gate", true, true, true),
        ("barrier=gate locked=yes", false, false, false),
        ("barrier=gate access=private", false, false, false),
        ("barrier=gate access=private foot=yes", true, false, false),
        ("barrier=stile", true, false, false),
        ("barrier=toll_booth", true, true, true),
        ("access=no", false, false, false),
    ] {
        let extract = Extract::default().node(1, 9.99, 0.0, "").node(2, 10.0, 0.0, tags).node(3, 10.01, 0.0, "").way(
            10,
            &[1, 2, 3],
            "highway=residential",
        );
        let found = [Walk, Bike, Drive].map(|mode| reaches(&extract, mode, 1, 3));
        assert_eq!(found, [walk, bike, drive], "{tags}");
        assert!(reaches(&extract, Drive, 1, 1));
    }
}

#[test]
fn up_to_a_barrier_the_road_is_still_a_road() {
    let extract = Extract::default()
        .node(1, 9.99, 0.0, "")
        .node(2, 10.0, 0.0, "barrier=bollard")
        .node(3, 10.01, 0.0, "")
        .way(10, &[1, 2, 3], "highway=residential");
    let roads = open(&extract);
    let (near, beyond) = (Position::new(9.999, 0.0).expect("in range"), Position::new(10.001, 0.0).expect("in range"));
    assert!(seconds_between(&roads, Mode::Drive, Ground::Summer, near, at(1)).is_some());
    assert!(seconds_between(&roads, Mode::Drive, Ground::Summer, near, beyond).is_none());
}

/// Roads in all four directions of the crossing.
fn four() -> Extract {
    crossing()
        .way(12, &[1, 2], "highway=residential")
        .way(23, &[2, 3], "highway=residential")
        .way(24, &[2, 4], "highway=residential")
        .way(25, &[2, 5], "highway=residential")
}

#[test]
fn a_turn_that_is_forbidden_is_not_driven_and_may_be_walked() {
    let no_left = four().relation(
        1,
        &[("way", 12, "from"), ("node", 2, "via"), ("way", 24, "to")],
        "type=restriction restriction=no_left_turn",
    );
    let direct = 2.0 * summer(&four(), Mode::Drive, 1, 2).expect("open");
    let found = summer(&no_left, Mode::Drive, 1, 4).expect("over a detour");
    // On to 3 (or 5), around, and then right: twice as far.
    assert!((found - 2.0 * direct).abs() < 5.0, "{found} for {direct}");
    assert_eq!(summer(&no_left, Mode::Walk, 1, 4), summer(&four(), Mode::Walk, 1, 4));
    assert_eq!(summer(&no_left, Mode::Drive, 3, 4), summer(&four(), Mode::Drive, 3, 4));
    assert_eq!(summer(&no_left, Mode::Drive, 4, 1), summer(&four(), Mode::Drive, 4, 1), "the way back is another turn");
}

#[test]
fn a_side_street_into_a_junction_of_restricted_arrivals_is_no_island() {
    // Every arrival at 2 but that from 6 is under a restriction, so only 6 leads to the state that remembers none.
    let mut extract = four().node(6, 10.0003, 0.0003, "").way(62, &[6, 2], "highway=residential oneway=yes");
    for (i, (from, to)) in [(12, 24), (23, 25), (24, 23), (25, 12)].into_iter().enumerate() {
        let members = [("way", from, "from"), ("node", 2, "via"), ("way", to, "to")];
        extract = extract.relation(1 + i as i64, &members, "type=restriction restriction=no_left_turn");
    }
    let roads = open(&extract);
    let profile = profile(&roads, Mode::Drive, Ground::Summer);
    let [six, beside] = [(10.0003, 0.0003), (10.0002, 0.00016)].map(|(x, y)| Position::new(x, y).expect("in range"));
    let snap = profile.snap(&roads.network, &[six, beside], Metres(500.0));
    assert!(snap.iter().all(|s| s.is_some_and(|s| s.island == Island::No && s.link_mm < 20_000)), "{snap:?}");
    let drive = |from, to| seconds_between(&roads, Mode::Drive, Ground::Summer, from, to);
    assert!(drive(six, at(3)).is_some() && drive(six, at(4)).is_some() && drive(at(3), six).is_none());
}

#[test]
fn an_only_restriction_closes_every_other_way_on() {
    let only = four().relation(
        1,
        &[("way", 12, "from"), ("node", 2, "via"), ("way", 23, "to")],
        "type=restriction restriction=only_straight_on",
    );
    let direct = summer(&four(), Mode::Drive, 1, 3).expect("open");
    assert_eq!(summer(&only, Mode::Drive, 1, 3), Some(direct));
    for to in [4, 5] {
        let found = summer(&only, Mode::Drive, 1, to).expect("over a detour");
        assert!((found - 2.0 * direct).abs() < 5.0, "{found} for {direct}");
    }
}

#[test]
fn a_restriction_for_others_or_for_some_hours_does_not_hold() {
    for tags in [
        "type=restriction restriction=no_left_turn except=motorcar",
        "type=restriction restriction=no_left_turn hour_on=07:00 hour_off=09:00",
        "type=restriction restriction:hgv=no_left_turn",
        "type=multipolygon restriction=no_left_turn",
    ] {
        let extract = four().relation(1, &[("way", 12, "from"), ("node", 2, "via"), ("way", 24, "to")], tags);
        assert_eq!(summer(&extract, Mode::Drive, 1, 4), summer(&four(), Mode::Drive, 1, 4), "{tags}");
    }
}

#[test]
fn a_restriction_over_a_way_forbids_the_whole_sequence_and_nothing_else() {
    // Two carriageways joined by a link 2-6: no U-turn from 12 over 26 to 67.
    let double = Extract::default()
        .node(1, 9.99, 0.0, "")
        .node(2, 10.0, 0.0, "")
        .node(3, 10.01, 0.0, "")
        .node(6, 10.0, 0.001, "")
        .node(7, 9.99, 0.001, "")
        .node(8, 10.01, 0.001, "")
        .way(12, &[1, 2], "highway=primary oneway=yes")
        .way(23, &[2, 3], "highway=primary oneway=yes")
        .way(26, &[2, 6], "highway=primary_link")
        .way(67, &[6, 7], "highway=primary oneway=yes")
        .way(86, &[8, 6], "highway=primary oneway=yes")
        .way(38, &[3, 8], "highway=primary");
    let restricted = double.clone().relation(
        1,
        &[("way", 12, "from"), ("way", 26, "via"), ("way", 67, "to")],
        "type=restriction restriction=no_u_turn",
    );
    let to = Position::new(9.991, 0.001).expect("in range");
    let time = |extract: &Extract, from: Position| {
        seconds_between(&open(extract), Mode::Drive, Ground::Summer, from, to).expect("there is a way")
    };
    let (free, forced) = (time(&double, at(1)), time(&restricted, at(1)));
    // Over 3 and 8 it is two edges of 1,113 m more.
    assert!(forced - free > 100.0, "{free}, {forced}");
    // Who comes onto the link from elsewhere may go on.
    let from_link = Position::new(10.0, 0.0005).expect("in range");
    assert_eq!(time(&double, from_link), time(&restricted, from_link));
}

#[test]
fn seasons_open_and_close_ways() {
    use Ground::{Summer, Winter};
    for (tags, mode, summer, winter) in [
        ("highway=track ice_road=yes", Mode::Drive, false, true),
        ("highway=unclassified winter_road=yes", Mode::Walk, false, true),
        ("highway=track seasonal=winter", Mode::Drive, false, true),
        ("highway=track seasonal=summer", Mode::Drive, true, false),
        ("highway=secondary motor_vehicle:conditional=no__@__(Nov__1-Apr__30)", Mode::Drive, true, false),
        ("highway=secondary motor_vehicle:conditional=no__@__(Nov__1-Apr__30)", Mode::Walk, true, true),
        ("highway=path access:conditional=no__@__winter", Mode::Walk, true, false),
        ("highway=track snowplowing=no", Mode::Drive, true, false),
        ("highway=track access=no access:conditional=yes__@__(Dec-Feb)", Mode::Walk, false, true),
        ("highway=secondary motor_vehicle:conditional=no__@__(22:00-06:00)", Mode::Drive, true, true),
    ] {
        let extract = crossing().way(10, &[1, 2, 3], tags).way(11, &[4, 5], "highway=service");
        let found = [Summer, Winter].map(|ground| seconds(&extract, mode, ground, 1, 3).is_some());
        assert_eq!(found, [summer, winter], "{tags}");
    }
}

#[test]
fn a_ferry_takes_its_duration_whatever_its_length() {
    for (duration, minutes) in [("00:30", 30.0), ("30", 30.0), ("PT1H30M", 90.0), ("00:12:30", 12.5)] {
        let extract = crossing().way(10, &[1, 2, 3], &format!("route=ferry duration={duration}"));
        let time = summer(&extract, Mode::Drive, 1, 3).expect("open");
        assert!((time - minutes * 60.0).abs() < 0.2, "{duration}: {time}");
    }
}

#[test]
fn a_limit_and_a_surface_decide_how_fast_one_drives() {
    let kmh = |tags: &str| {
        let time = summer(&crossing().way(10, &[1, 2, 3], tags), Mode::Drive, 1, 3).expect("open");
        (2226.390 / time * 3.6 * 10.0).round() / 10.0
    };
    for (tags, expected) in [
        ("highway=primary", 65.0),
        ("highway=primary maxspeed=50", 45.0),
        ("highway=primary maxspeed=30__mph", 43.2),
        ("highway=primary maxspeed=CN:urban", 65.0),
        ("highway=primary maxspeed:forward=100 maxspeed:backward=20", 90.0),
        ("highway=primary surface=gravel", 30.0),
        ("highway=track", 15.0),
        ("highway=track tracktype=grade1", 40.0),
        ("highway=track tracktype=grade1 surface=mud", 10.0),
        ("highway=residential", 30.0),
        ("highway=primary junction=roundabout", 30.0),
    ] {
        assert_eq!(kmh(tags), expected, "{tags}");
    }
}

#[test]
fn a_place_too_far_from_any_road_is_unsnapped_and_one_exactly_in_reach_is_not() {
    let roads = open(&crossing().way(10, &[1, 2, 3], "highway=residential"));
    let profile = profile(&roads, Mode::Walk, Ground::Summer);
    // 0.0045219 degrees of latitude at the equator are 500.0 m.
    let far = |degrees: f64| [Position::new(10.005, degrees).expect("in range")];
    assert!(profile.snap(&roads.network, &far(0.004530), Metres(500.0))[0].is_none());
    let near = profile.snap(&roads.network, &far(0.004515), Metres(500.0))[0].expect("within 500 m");
    assert!(near.link_mm > 499_000 && near.link_mm <= 500_000, "{near:?}");
}

#[test]
fn a_place_at_the_antimeridian_reaches_a_road_on_the_other_side_and_no_road_spans_the_map() {
    let extract = Extract::default()
        .node(1, 179.99, 0.0, "")
        .node(2, 179.9999, 0.0, "")
        .node(3, -179.9999, 0.0, "")
        .node(4, -179.99, 0.0, "")
        .way(10, &[1, 2], "highway=residential")
        .way(11, &[2, 3], "highway=residential")
        .way(12, &[3, 4], "highway=residential");
    let roads = open(&extract);
    let profile = profile(&roads, Mode::Walk, Ground::Summer);
    let at = |lon: f64, lat: f64| Position::new(lon, lat).expect("in range");
    let links = profile.snap(
        &roads.network,
        &[at(180.0, 0.0005), at(-180.0, 0.0005), at(179.99995, -0.0005), at(10.0, 0.0), at(179.995, 0.0005)],
        Metres(500.0),
    );
    let metres: Vec<Option<u32>> = links.iter().map(|s| s.map(|s| s.link_mm / 1000)).collect();
    // 55.3 m of latitude, and 11.1 or 5.6 m of longitude to the end of a road.
    assert_eq!(metres, [Some(56), Some(56), Some(55), None, Some(55)]);
    let walked = seconds_between(&roads, Mode::Walk, Ground::Summer, at(179.999, 0.0), at(-179.999, 0.0));
    assert!((walked.expect("over the antimeridian") - 222.64 / 5.0 * 3.6).abs() < 0.5, "{walked:?}");
    let over = Extract::default().node(1, 179.9999, 0.0, "").node(2, -179.98, 0.0, "");
    let other = open(&over.node(3, -179.97, 0.0, "").way(9, &[1, 2, 3], "highway=residential"));
    let near = profile_of(&other).snap(&other.network, &[at(179.9, 0.0), at(-179.975, 0.0001)], Metres(500.0));
    assert!(near[0].is_none() && near[1].is_some_and(|s| s.link_mm < 12_000), "{near:?}");
}

#[test]
fn an_island_of_road_is_passed_where_the_main_network_is_near_and_said_where_not() {
    let extract = crossing()
        .way(10, &[1, 2, 3], "highway=residential")
        .way(11, &[4, 2, 5], "highway=residential")
        // A car park 150 m north of the road, and another far from everything.
        .node(6, 10.004, 0.00135, "")
        .node(7, 10.0045, 0.00135, "")
        .way(12, &[6, 7], "highway=service")
        .node(8, 10.5, 0.0, "")
        .node(9, 10.5005, 0.0, "")
        .way(13, &[8, 9], "highway=service");
    let roads = open(&extract);
    let profile = profile(&roads, Mode::Drive, Ground::Summer);
    let places = [(10.00425, 0.0012), (10.5002, 0.0001), (10.004, 0.0001)]
        .map(|(lon, lat)| Position::new(lon, lat).expect("in range"));
    let islands =
        profile.snap(&roads.network, &places, Metres(500.0)).into_iter().map(|s| s.expect("near")).map(|s| s.island);
    assert_eq!(islands.collect::<Vec<_>>(), [Island::Passed, Island::On, Island::No]);
}

#[test]
fn a_place_exactly_at_the_limit_is_in_and_a_millisecond_less_is_not() {
    let roads = open(&four());
    let profile = profile(&roads, Mode::Drive, Ground::Summer);
    let (sites, places) = ([at(1)], [at(4), Position::new(10.003, -0.0002).expect("in range")]);
    let snaps = [&sites[..], &places[..]].map(|p| profile.snap(&roads.network, p, Metres(500.0)));
    let [sited, placed] =
        [(&sites[..], &snaps[0]), (&places[..], &snaps[1])].map(|(positions, snaps)| Placed { positions, snaps });
    let journeys = Journeys::new(&roads.network, &profile, Flow::ToSites, sited, placed);
    for journey in &journeys.of_all(UNREACHED - 1, false)[0] {
        let reached = |limit| journeys.of_all(limit, false)[0].iter().any(|j| j.place == journey.place);
        assert!(reached(journey.cost) && !reached(journey.cost - 1), "{journey:?}");
    }
}

#[test]
fn sites_over_roads_that_are_no_longer_wanted_are_left_within_a_search_per_thread() {
    let roads = open(&crossing().way(10, &[1, 2, 3], "highway=residential").way(11, &[4, 2, 5], "highway=residential"));
    let settings = TravelSettings { season: Season::Both, ..TravelSettings::default() };
    let on_foot = Circle { setting: None, limit: Limit::Minutes(Minutes(15.0)), mode: Mode::Walk };
    let standards = [Standard::new(&on_foot, &settings)];
    let origins: Vec<_> = (1..=5).map(|n| Origin { index: n as usize - 1, position: at(n), standard: 0 }).collect();
    let left = RoadTravel::new_while(&roads, &settings, &standards, origins.clone(), &|| false);
    assert!(left.expect("no fault").is_none());
    let travel = RoadTravel::new(&roads, &settings, &standards, origins).expect("open to people on foot");
    let sites: Vec<Position> = (0..1000).map(|n| at(n % 5 + 1)).collect();
    let asked = AtomicUsize::new(0);
    let wanted = || asked.fetch_add(1, Ordering::Relaxed) < 5;
    assert!(travel.to_while(&sites, &wanted).is_none());
    let asked = asked.into_inner();
    assert!(asked <= 6 + rayon::current_num_threads(), "asked {asked} times");
    let mut reached = Vec::new();
    travel.to(&sites).reach(&Origin { index: 1, position: at(2), standard: 0 }, &mut reached);
    assert_eq!(reached.len(), 1000);
}

#[test]
fn nodes_beyond_the_extract_cut_a_way_and_are_counted() {
    let extract =
        crossing().way(10, &[1, 2, 77, 78, 3], "highway=residential").way(11, &[4, 2, 5], "highway=residential");
    let roads = open(&extract);
    assert_eq!(roads.network.tally.missing_nodes, 2);
    assert!(reaches(&extract, Mode::Walk, 1, 4));
    assert!(!reaches(&extract, Mode::Walk, 1, 3));
}

#[test]
fn a_file_that_is_no_pbf_is_refused_in_both_languages() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("roads.osm.pbf");
    for content in [&b""[..], b"<osm version='0.6'>", b"PK\x03\x04", &[0; 400], b"\x1f\x8b\x08\x00abcdefgh"] {
        std::fs::write(&path, content).expect("written");
        let error = Roads::open(&path, Keep::Fresh).expect_err("no PBF");
        let said = error.say(doorstep::model::Lang::En);
        assert!(said.contains("not an OSM PBF file") && said.contains("roads.osm.pbf"), "{said}");
        assert!(error.say(doorstep::model::Lang::Zh).contains("不是 OSM PBF 文件"));
    }
    assert!(matches!(Roads::open(dir.path(), Keep::Fresh), Err(RoadError::File { .. })));
    assert!(matches!(Roads::open(Path::new("no such file"), Keep::Fresh), Err(RoadError::File { .. })));
}

#[test]
fn a_file_without_a_way_for_anybody_has_no_roads() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("roads.osm.pbf");
    crossing().way(10, &[1, 2, 3], "waterway=river").write(&path);
    let error = Roads::open(&path, Keep::Fresh).expect_err("a river is no road");
    assert!(matches!(error, RoadError::NoRoads { mode: None, .. }), "{error}");
    let roads = open(&crossing().way(10, &[1, 2, 3], "highway=footway"));
    let speeds = Speeds::new(Mode::Drive, Ground::Summer, &TravelSettings::default(), &RoadSpeeds::default());
    let error = roads.profile(&speeds, Measure::Time).expect_err("a footway is no road for cars");
    assert!(error.to_string().contains("no road that is open to cars"), "{error}");
}

#[test]
fn a_truncated_or_damaged_file_is_an_error_at_every_byte_and_never_a_panic() {
    let whole = four()
        .relation(
            1,
            &[("way", 12, "from"), ("node", 2, "via"), ("way", 24, "to")],
            "type=restriction restriction=no_left_turn",
        )
        .bytes();
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("roads.osm.pbf");
    let mut cut = 0;
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).expect("written");
        // Only between two blobs does a shorter file look whole.
        match Roads::open(&path, Keep::Fresh) {
            Err(RoadError::File { .. }) => cut += 1,
            Err(RoadError::NoRoads { .. }) | Ok(_) => {}
            Err(other) => panic!("{length}: {other}"),
        }
    }
    assert!(cut + 4 >= whole.len(), "{cut} of {}", whole.len());
    let mut seed = 3u64;
    for _ in 0..4000 {
        let mut damaged = whole.clone();
        for _ in 0..1 + seed % 3 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 20) as usize % damaged.len();
            damaged[at] = (seed >> 56) as u8;
        }
        std::fs::write(&path, &damaged).expect("written");
        // Whatever comes out, it comes out; a network is sound.
        if let Ok(roads) = Roads::open(&path, Keep::Fresh) {
            assert!(roads.network.is_sound());
            let _profile = profile(&roads, Mode::Drive, Ground::Summer);
        }
    }
}

#[test]
fn a_cache_is_used_and_one_that_is_stale_or_damaged_is_rebuilt() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("roads.osm.pbf");
    let caches = || {
        let files = std::fs::read_dir(dir.path()).expect("a folder").map(|f| f.expect("a file").path());
        files.filter(|p| p.extension().is_some_and(|e| e == "net")).collect::<Vec<_>>()
    };
    four()
        .relation(
            1,
            &[("way", 12, "from"), ("node", 2, "via"), ("way", 24, "to")],
            "type=restriction restriction=no_left_turn",
        )
        .write(&path);
    let time = |roads: &Roads| seconds_between(roads, Mode::Drive, Ground::Summer, at(1), at(4));
    let first = Roads::open(&path, Keep::Cached).expect("read");
    let again = Roads::open(&path, Keep::Cached).expect("mapped");
    assert_eq!([first.from_cache, again.from_cache], [false, true]);
    assert_eq!(time(&first), time(&again));
    assert_eq!(first.network.tally, again.network.tally);
    let cache = caches().pop().expect("a cache beside the file");
    let whole = std::fs::read(&cache).expect("readable");
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        std::fs::write(&cache, &damaged).expect("written");
        let roads = Roads::open(&path, Keep::Cached).expect("read");
        assert!(!roads.from_cache || (184..256).contains(&at), "byte {at} is not checked");
        assert_eq!(time(&roads), time(&first));
    }
    std::fs::write(&cache, &whole[..whole.len() / 2]).expect("written");
    assert!(!Roads::open(&path, Keep::Cached).expect("read").from_cache);
    // Other roads, other hash: the cache of the old ones is not even looked at.
    four().write(&path);
    let other = Roads::open(&path, Keep::Cached).expect("read");
    assert!(!other.from_cache);
    assert_ne!(time(&other), time(&first));
}

#[test]
fn the_order_of_blocks_and_threads_changes_nothing() {
    let extract = four().way(30, &[1, 4, 3, 5, 1], "highway=tertiary");
    let of = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let roads = open(&extract);
            [1, 2, 3, 4, 5].map(|from| seconds_between(&roads, Mode::Drive, Ground::Summer, at(from), at(3)))
        })
    };
    assert_eq!(of(1), of(3));
}

/// A town of streets with a river through it: a grid with one bridge.
fn town() -> Extract {
    let mut extract = Extract::default();
    let id = |column: i64, row: i64| 100 + 20 * row + column;
    for row in 0..16 {
        for column in 0..16 {
            extract = extract.node(id(column, row), 10.0 + 0.001 * column as f64, 45.0 + 0.001 * row as f64, "");
        }
    }
    for row in 0..16 {
        let nodes: Vec<i64> = (0..16).map(|column| id(column, row)).collect();
        extract = extract.way(1000 + row, &nodes, "highway=residential");
    }
    for column in 0..16 {
        // Between rows 7 and 8 flows the river; the bridge is in column 0.
        let (south, north): (Vec<i64>, Vec<i64>) =
            ((0..8).map(|r| id(column, r)).collect(), (8..16).map(|r| id(column, r)).collect());
        extract =
            extract.way(2000 + column, &south, "highway=residential").way(3000 + column, &north, "highway=residential");
    }
    extract.way(4000, &[id(0, 7), id(0, 8)], "highway=residential bridge=yes")
}

#[test]
fn an_isochrone_holds_who_reaches_the_site_in_time_and_nobody_across_the_river() {
    let roads = open(&town());
    let profile = profile(&roads, Mode::Walk, Ground::Summer);
    let origin = [Position::new(10.012, 45.004).expect("in range")];
    let snap = profile.snap(&roads.network, &origin, Metres(500.0));
    let isochrones = Isochrones::new(&roads.network, &profile, Flow::ToSites, Metres(10.0), Metres(80.0));
    let limits = [300_000, 600_000];
    let found = isochrones.around(&snap[0].expect("on a road"), &limits, &mut isochrones.search());
    assert!(found[0].area_km2 < found[1].area_km2);
    for isochrone in &found {
        assert!(isochrone.area.is_valid());
    }
    let mut seed = 17u64;
    let mut chance = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1u64 << 53) as f64
    };
    // Each place and four beside it, two steps of the lattice away: where they disagree the lattice cannot tell.
    let beside = [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)];
    let places: Vec<Position> = (0..4000)
        .map(|_| (9.999 + 0.017 * chance(), 44.999 + 0.017 * chance()))
        .flat_map(|(lon, lat)| beside.map(|(x, y)| (lon + x * 2.6e-4, lat + y * 1.8e-4)))
        .map(|(lon, lat)| Position::new(lon, lat).expect("in range"))
        .collect();
    let snaps = profile.snap(&roads.network, &places, Metres(80.0));
    let journeys = Journeys::new(
        &roads.network,
        &profile,
        Flow::ToSites,
        Placed { positions: &origin, snaps: &snap },
        Placed { positions: &places, snaps: &snaps },
    );
    let mut cost = vec![UNREACHED; places.len()];
    journeys.of_all(UNREACHED - 1, false)[0].iter().for_each(|j| cost[j.place as usize] = j.cost);
    let mut compared = 0;
    for (isochrone, limit) in found.iter().zip(limits) {
        for (place, costs) in places.iter().step_by(5).zip(cost.chunks(5)) {
            let inside = isochrone.area.contains(&geo::Point::new(place.lon(), place.lat()));
            if costs.iter().all(|c| *c <= limit) {
                assert!(inside, "{place:?} at {costs:?} of {limit}");
                compared += 1;
            } else if costs.iter().all(|c| *c > limit) {
                assert!(!inside, "{place:?} at {costs:?} of {limit}");
                compared += 1;
            }
        }
    }
    assert!(compared > 4000);
    // Straight across the river it is 400 m; over the bridge it is 2.4 km.
    assert!(!found[1].area.contains(&geo::Point::new(10.012, 45.0085)));
}

#[test]
fn ground_that_only_one_season_reaches_is_in_no_isochrone_of_both() {
    // Over the ice in the winter, and over a pass that is closed then.
    let extract = Extract::default()
        .node(1, 10.0, 45.0, "")
        .node(2, 10.005, 45.0, "")
        .node(3, 10.01, 45.0, "")
        .node(4, 10.005, 45.005, "")
        .node(5, 10.005, 44.995, "")
        .way(10, &[1, 2, 3], "highway=residential")
        .way(11, &[2, 4], "highway=track ice_road=yes")
        .way(12, &[2, 5], "highway=track seasonal=summer");
    let roads = open(&extract);
    let profiles = Ground::ALL.map(|ground| profile(&roads, Mode::Walk, ground));
    let origin = [Position::new(10.001, 45.0).expect("in range")];
    let grounds =
        profiles.each_ref().map(|p| Isochrones::new(&roads.network, p, Flow::ToSites, Metres(10.0), Metres(50.0)));
    let snaps = profiles.each_ref().map(|p| p.snap(&roads.network, &origin, Metres(500.0))[0].expect("on a road"));
    let mut searches = grounds.each_ref().map(Isochrones::search);
    let limit = [1_200_000];
    let alone = [0, 1].map(|i| grounds[i].around(&snaps[i], &limit, &mut searches[i]).remove(0).area);
    let each: Vec<_> = grounds.iter().zip(&snaps).collect();
    let both = Isochrones::in_each(&each, &limit, &mut searches).remove(0).area;
    let [ice, pass, street] = [(10.005, 45.004), (10.005, 44.996), (10.009, 45.0)].map(|(x, y)| geo::Point::new(x, y));
    let holds = |area: &geo::MultiPolygon<f64>| [&ice, &pass, &street].map(|p| area.contains(p));
    assert_eq!(alone.each_ref().map(holds), [[false, true, true], [true, false, true]]);
    assert_eq!(holds(&both), [false, false, true]);
    assert!(both.is_valid());
    // The order of the seasons is of no account.
    let turned: Vec<_> = each.iter().rev().copied().collect();
    searches.reverse();
    let other = Isochrones::in_each(&turned, &limit, &mut searches).remove(0);
    assert_eq!((holds(&other.area), other.area_km2 > 0.0), ([false, false, true], true));
}

#[test]
fn a_ring_of_road_around_a_lake_has_a_hole() {
    let mut extract = Extract::default();
    let count = 48;
    for i in 0..count {
        let angle = std::f64::consts::TAU * i as f64 / count as f64;
        extract = extract.node(i + 1, 10.0 + 0.006 * angle.cos(), 0.006 * angle.sin(), "");
    }
    let mut nodes: Vec<i64> = (1..=count).collect();
    nodes.push(1);
    let roads = open(&extract.way(10, &nodes, "highway=residential"));
    let profile = profile(&roads, Mode::Walk, Ground::Summer);
    let snap = profile.snap(&roads.network, &[Position::new(10.006, 0.0).expect("in range")], Metres(500.0))[0];
    let isochrones = Isochrones::new(&roads.network, &profile, Flow::FromSites, Metres(20.0), Metres(100.0));
    let found = isochrones.around(&snap.expect("near"), &[3_600_000], &mut isochrones.search());
    assert_eq!((found[0].area.0.len(), found[0].area.0[0].interiors().len()), (1, 1));
    // A ring of 4,197 m, 200 m wide.
    assert!((found[0].area_km2 - 0.84).abs() < 0.02, "{}", found[0].area_km2);
}
