//! What a change gains and loses is what the whole computation says, on random plans and random changes, and on the sample.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use doorstep::desk::{Added, Answer, Changes, DeskError, OfSettings, WhatIf};
use doorstep::job::{self, Outcome};
use doorstep::measure::{Change, GapReason};
use doorstep::model::*;
use doorstep::report::machine::{self, Format};
use doorstep::travel::{destination, geodesic};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const DATE: time::Date = time::macros::date!(2026 - 06 - 30);

fn at(east: f64, north: f64) -> Position {
    let centre = Position::new(124.12, 50.42).unwrap();
    destination(centre, east.atan2(north).to_degrees(), Metres(east.hypot(north)))
}

/// Numbers in [0, 1) that look like chance.
struct Chance(u64);

impl Chance {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    fn spot(&mut self) -> Position {
        at(9_000.0 * (self.unit() - 0.5), 9_000.0 * (self.unit() - 0.5))
    }
}

fn square(at: Position, side: f64) -> Shape {
    let corner = |x: f64, y: f64| geo::Coord { x: at.lon() + x * side, y: at.lat() + y * side };
    let ring = vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0), corner(0.0, 0.0)];
    Shape::Area(Box::new(geo::MultiPolygon::new(vec![geo::Polygon::new(geo::LineString::new(ring), Vec::new())])))
}

/// Ninety places of three counties, quarters among them, four stations, twelve candidates; limits of every kind.
fn folder(seed: u64) -> PlanFolder {
    let mut c = Chance::of(seed);
    let county = |x: f64| (x < 0.95).then(|| ["A", "B", "C"][(x * 3.0) as usize].into());
    let places: Vec<Place> = (0..90)
        .map(|i| {
            let spot = c.spot();
            let cluster = i >= 80;
            let groups = if i % 4 == 0 && !cluster {
                [("graduates".into(), 3.5), ("unemployed".into(), f64::from(i))].into()
            } else {
                BTreeMap::new()
            };
            Place {
                id: format!("{}{i:02}", if cluster { "K" } else { "R" }),
                layer: if cluster { PlaceLayer::Clusters } else { PlaceLayer::Residences },
                name: format!("{i}"),
                county: county(c.unit()),
                setting: [Some(Setting::Urban), Some(Setting::Rural), None][c.below(3)],
                kind: if cluster { PlaceKind::Industry } else { PlaceKind::Settlement },
                people: People(if i % 9 == 0 { 0.0 } else { (c.unit() * 900.0 * 4.0).round() / 4.0 }),
                groups,
                shape: if i % 6 == 1 { square(spot, 0.004 + 0.02 * c.unit()) } else { Shape::Point(spot) },
            }
        })
        .collect();
    let candidates: Vec<Candidate> = (0..12)
        .map(|i| Candidate {
            id: format!("C{i:02}"),
            name: format!("C{i:02}"),
            county: county(c.unit() * 0.9),
            host: String::new(),
            cost: Some((c.unit() * 50.0).round()),
            capacity: None,
            position: c.spot(),
            derived: false,
        })
        .collect();
    let stations: Vec<Station> = (0..4)
        .map(|i| Station {
            id: format!("S{i}"),
            name: format!("S{i}"),
            county: county(c.unit() * 0.9),
            status: [Status::Open, Status::Building, Status::Planned, Status::Closed][i],
            opened: None,
            kind: "standard".to_owned(),
            capacity: None,
            position: c.spot(),
        })
        .collect();
    let mut limits = Limits::default();
    if seed.is_multiple_of(2) {
        limits.spacing = Some(Metres(600.0));
        limits.forbidden = vec!["C03".to_owned()];
        limits.counties.insert("A".to_owned(), CountyLimit { min: 0, max: Some(3) });
    }
    if seed.is_multiple_of(3) {
        limits.budget = Some(260.0);
    }
    let circle = |setting, minutes, mode| Circle { setting, limit: Limit::Minutes(Minutes(minutes)), mode };
    let plan = Plan {
        name: "random".to_owned(),
        lang: Lang::En,
        target: 6,
        phases: vec![Phase { name: "end".to_owned(), stations: 6 }],
        circles: vec![
            circle(Some(Setting::Urban), 15.0, Mode::Walk),
            circle(Some(Setting::Rural), 4.0, Mode::Drive),
            Circle { setting: None, limit: Limit::Radius(Metres(1_200.0)), mode: Mode::Walk },
        ],
        travel: TravelSettings::default(),
        weights: Weights { residences: 1.0, clusters: 0.5, groups: BTreeMap::new(), kinds: BTreeMap::new() },
        objective: Objective::default(),
        limits,
        derive: false,
        notice: None,
        review_number: None,
        counties: Vec::new(),
    };
    PlanFolder {
        plan,
        places,
        stations,
        candidates: Some(candidates),
        boundaries: Vec::new(),
        travel: TravelInput::Circle,
        inputs: Vec::new(),
    }
}

/// Changes of every kind.
fn random_changes(c: &mut Chance, outcome: &Outcome) -> Changes {
    let mut changes = Changes::default();
    let pick = |c: &mut Chance, of: &[String]| of[c.below(of.len())].clone();
    let stations: Vec<String> =
        outcome.folder.stations.iter().filter(|s| s.status.counts()).map(|s| s.id.clone()).collect();
    let candidates: Vec<String> = outcome.candidates.iter().map(|s| s.id.clone()).collect();
    let spot = |c: &mut Chance| {
        let near = outcome.evidence.demand.points[c.below(outcome.evidence.demand.points.len())].origin.position;
        [near.lon() + 0.02 * (c.unit() - 0.5), near.lat() + 0.02 * (c.unit() - 0.5)]
    };
    for i in 0..c.below(3) {
        let [lon, lat] = spot(c);
        let county = (c.unit() < 0.3).then(|| "B".to_owned());
        changes.add.push(Added { id: format!("+{i}"), name: None, lon, lat, county });
    }
    for _ in 0..c.below(3) {
        let id = if c.unit() < 0.5 { pick(c, &stations) } else { pick(c, &candidates) };
        changes.moved.insert(id, spot(c));
    }
    for _ in 0..c.below(3) {
        changes.remove.push(if c.unit() < 0.5 { pick(c, &stations) } else { pick(c, &candidates) });
    }
    for list in [&mut changes.lock, &mut changes.open, &mut changes.forbid] {
        if c.unit() < 0.4 {
            list.push(pick(c, &candidates));
        }
    }
    let gone: Vec<String> = changes.remove.iter().chain(&changes.forbid).cloned().collect();
    changes.lock.retain(|id| !gone.contains(id));
    changes.open.retain(|id| !gone.contains(id));
    if c.unit() < 0.3 {
        changes.minutes = OfSettings { urban: Some(5.0 + 20.0 * c.unit()), rural: None, all: None };
    }
    if c.unit() < 0.2 {
        changes.minutes.all = Some(12.0);
    }
    if c.unit() < 0.2 {
        changes.walk_kmh = Some(4.2);
    }
    if c.unit() < 0.2 {
        changes.season = Some(Season::Winter);
    }
    if c.unit() < 0.2 {
        changes.target = Some(1 + c.below(12));
    }
    changes
}

/// The answer against shares, cover and gaps of the whole computation.
fn agrees(case: &str, base: &Outcome, whole: &Outcome, answer: &Answer) {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.abs().max(1.0);
    let row = |what: &str, row: &doorstep::desk::Row, before: &Change, after: &Change| {
        let [people, was, is] = row.people();
        assert!(near(people, after.proposed.people.0), "{case}: {what} people {people} {after:?}");
        assert!(near(was, before.proposed.covered.0), "{case}: {what} before {was} {before:?}");
        assert!(near(is, after.proposed.covered.0), "{case}: {what} after {is} {after:?}");
    };
    row("total", &answer.total, &base.shares.total, &whole.shares.total);
    row("clusters", &answer.clusters, &base.shares.clusters, &whole.shares.clusters);
    assert_eq!(answer.counties.len(), whole.shares.by_county.len(), "{case}");
    for (i, (county, change)) in whole.shares.by_county.iter().enumerate() {
        assert_eq!(answer.counties[i].county.as_deref(), county.as_deref(), "{case}");
        row("county", &answer.counties[i].row, &base.shares.by_county[i].1, change);
    }
    for (i, (setting, change)) in whole.shares.by_setting.iter().enumerate() {
        assert_eq!(answer.settings[i].setting, setting.map(Setting::name), "{case}");
        row("setting", &answer.settings[i].row, &base.shares.by_setting[i].1, change);
    }
    for (i, (group, change)) in whole.shares.by_group.iter().enumerate() {
        assert_eq!(answer.groups[i].group, **group, "{case}");
        row("group", &answer.groups[i].row, &base.shares.by_group[i].1, change);
    }
    let moved = answer.gained.places().chain(answer.lost.places()).map(|(i, a, b)| (i as usize, a, b));
    let moved: BTreeMap<usize, (f64, f64)> = moved.map(|(i, a, b)| (i, (a, b))).collect();
    for (i, (before, after)) in base.cover.iter().zip(&whole.cover).enumerate() {
        match moved.get(&i) {
            Some((a, b)) => {
                assert!(near(*a, before.proposed) && near(*b, after.proposed), "{case}: place {i}");
                assert!(a != b, "{case}: place {i}");
            }
            None => assert!(near(before.proposed, after.proposed), "{case}: place {i} {before:?} {after:?}"),
        }
    }
    for side in [&answer.gained, &answer.lost] {
        let people = |(i, a, b): (u32, f64, f64)| whole.folder.places[i as usize].people.0 * (b - a).abs();
        let (shown, all): (f64, f64) = (side.signs().map(|s| s[2]).sum(), side.places().map(people).sum());
        assert!((shown - all).abs() <= 1e-3 * all.max(1.0) && side.signs().count() <= 225, "{case}: {shown} {all}");
    }
    assert_eq!(answer.gaps.count, whole.gaps.len(), "{case}");
    assert_eq!(answer.gaps.top.len(), whole.gaps.len().min(50), "{case}");
    for (listed, gap) in answer.gaps.top.iter().zip(&whole.gaps) {
        let json = serde_json::to_value(listed).unwrap();
        let reason = match gap.reason {
            GapReason::NoRoad => "no road near",
            GapReason::NoCandidate => "no candidate within reach",
            GapReason::CutByTarget => "cut by the target",
            GapReason::CutByLimit(_) => "cut by a limit",
        };
        assert_eq!((listed.index, listed.reason), (gap.place, reason), "{case}: {json} {gap:?}");
        assert!(near(json["people"].as_f64().unwrap(), gap.people.0), "{case}: {json} {gap:?}");
    }
}

#[test]
fn answers_agree_with_the_whole_computation_on_random_plans_and_changes() {
    let (mut asked, mut gained, mut lost) = (0, 0, 0);
    for seed in 1..=12 {
        let Ok(outcome) = job::run(folder(seed), DATE, |_| {}) else { continue };
        let desk = WhatIf::new(Arc::new(outcome)).unwrap();
        let mut c = Chance::of(seed + 1_000);
        for round in 0..25 {
            let changes = random_changes(&mut c, desk.outcome());
            let case = format!("seed {seed} round {round}: {}", serde_json::to_string(&changes).unwrap());
            let answer = desk.answer(&changes).unwrap_or_else(|e| panic!("{case}: {e}"));
            let whole = desk.recount(&changes).unwrap();
            agrees(&case, desk.outcome(), &whole, &answer);
            let shares = desk.shares(&changes).unwrap();
            assert!(shares.iter().zip(&whole.cover).all(|(a, b)| (a - b.proposed).abs() < 1e-9), "{case}");
            asked += 1;
            gained += usize::from(answer.gained.places().next().is_some());
            lost += usize::from(answer.lost.places().next().is_some());
        }
    }
    assert!(asked >= 200 && gained >= 60 && lost >= 60, "{asked} asked, {gained} gained, {lost} lost");
}

fn sample() -> Arc<Outcome> {
    let folder = doorstep::read::open(Path::new("data/daxinganling")).unwrap();
    Arc::new(job::run(folder, DATE, |_| {}).unwrap())
}

fn bytes(answer: &Answer) -> String {
    serde_json::to_string(answer).unwrap()
}

#[test]
fn the_sample_agrees_and_undoing_everything_gives_the_same_bytes_again() {
    let outcome = sample();
    let desk = WhatIf::new(Arc::clone(&outcome)).unwrap();
    let nothing = bytes(&desk.answer(&Changes::default()).unwrap());
    let mut c = Chance::of(5);
    for round in 0..40 {
        let changes = random_changes(&mut c, &outcome);
        let case = format!("round {round}: {}", serde_json::to_string(&changes).unwrap());
        match desk.answer(&changes) {
            Ok(answer) => {
                let again = desk.answer(&changes).unwrap();
                assert_eq!(bytes(&answer), bytes(&again), "{case}");
                if round % 4 == 0 {
                    agrees(&case, &outcome, &desk.recount(&changes).unwrap(), &answer);
                }
            }
            Err(DeskError::Changes(faults)) => panic!("{case}: {faults:?}"),
            Err(e) => panic!("{case}: {e}"),
        }
        assert_eq!(bytes(&desk.answer(&Changes::default()).unwrap()), nothing, "{case}");
    }
    let base = desk.answer(&Changes::default()).unwrap();
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let [people, before, after] = base.total.people();
    assert!(near(people, outcome.shares.total.proposed.people.0) && near(before, after));
    assert!(near(after, outcome.shares.total.proposed.covered.0));
    assert_eq!((base.stations, base.target), (20, 20));
    assert_eq!(base.gaps.count, outcome.gaps.len());
}

#[test]
fn the_order_in_which_changes_are_written_changes_nothing() {
    let outcome = sample();
    let desk = WhatIf::new(Arc::clone(&outcome)).unwrap();
    let proposed: Vec<String> = outcome.proposals.iter().map(|p| outcome.candidates[p.candidate].id.clone()).collect();
    let forth = Changes { remove: proposed[..3].to_vec(), forbid: proposed[3..5].to_vec(), ..Changes::default() };
    let mut back = forth.clone();
    back.remove.reverse();
    back.forbid.reverse();
    back.forbid.extend(forth.forbid.clone());
    assert_eq!(bytes(&desk.answer(&forth).unwrap()), bytes(&desk.answer(&back).unwrap()));
}

#[test]
fn the_numbers_are_those_of_the_command_line_for_an_edited_plan_folder() {
    let outcome = sample();
    let desk = WhatIf::new(Arc::clone(&outcome)).unwrap();
    let first = &outcome.candidates[outcome.proposals[0].candidate];
    let second = &outcome.candidates[outcome.proposals[1].candidate];
    let changes = Changes {
        add: vec![Added {
            id: "+1".to_owned(), name: Some("学校".to_owned()), lon: 124.13, lat: 50.41, county: None
        }],
        moved: [(first.id.clone(), [first.position.lon() + 0.01, first.position.lat()])].into(),
        remove: vec![second.id.clone(), outcome.folder.stations[0].id.clone()],
        minutes: OfSettings { urban: Some(12.0), rural: Some(20.0), all: None },
        ..Changes::default()
    };
    let answer = desk.answer(&changes).unwrap();

    // The folder with the changes in it: what stands is a station, and nothing is left to propose.
    let (mut folder, chosen) = desk.edited(&changes).unwrap();
    let candidates = folder.candidates.take().unwrap();
    for c in chosen.iter().map(|&c| &candidates[c as usize]) {
        folder.stations.push(Station {
            id: c.id.clone(),
            name: c.name.clone(),
            county: c.county.clone(),
            status: Status::Planned,
            opened: None,
            kind: "standard".to_owned(),
            capacity: None,
            position: c.position,
        });
    }
    folder.candidates = Some(
        candidates.into_iter().enumerate().filter(|(i, _)| !chosen.contains(&(*i as u32))).map(|(_, c)| c).collect(),
    );
    let stations = folder.stations.iter().filter(|s| s.status.counts()).count();
    assert_eq!(stations, answer.stations);
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in machine::folder(&folder, Format::Geojson, DATE).unwrap() {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    let plan = format!(
        "name = \"edited\"\ntarget = {stations}\n[[circle]]\nsetting = \"urban\"\nminutes = 12\nmode = \"walk\"\n[[circle]]\nsetting = \"rural\"\nminutes = 20\nmode = \"drive\"\n{}",
        travel_table(&outcome.folder.plan.travel)
    );
    std::fs::write(dir.path().join("plan.toml"), plan).unwrap();
    let run = assert_cmd::Command::cargo_bin("doorstep")
        .unwrap()
        .args(["plan", "--json", "--quiet", "-o"])
        .arg(dir.path().join("out"))
        .arg(dir.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let answer = serde_json::to_value(&answer).unwrap();
    assert_eq!(answer["total"]["after"], summary["coverage"]["proposed"]["covered"]);
    assert_eq!(answer["total"]["share_after"], summary["coverage"]["proposed"]["share"]);
    let counties = summary["coverage"]["by_county"].as_array().unwrap();
    assert_eq!(answer["counties"].as_array().unwrap().len(), counties.len());
    for (mine, theirs) in answer["counties"].as_array().unwrap().iter().zip(counties) {
        assert_eq!((&mine["county"], &mine["after"]), (&theirs["county"], &theirs["proposed"]["covered"]));
    }
    for (mine, theirs) in
        answer["groups"].as_array().unwrap().iter().zip(summary["coverage"]["by_group"].as_array().unwrap())
    {
        assert_eq!((&mine["group"], &mine["after"]), (&theirs["group"], &theirs["proposed"]["covered"]));
    }
    assert_eq!(answer["clusters"]["after"], summary["coverage"]["clusters"]["proposed"]["covered"]);
}

fn travel_table(travel: &TravelSettings) -> String {
    let season = match travel.season {
        Season::Summer => "summer",
        Season::Winter => "winter",
        Season::Both => "both",
    };
    format!(
        "[travel]\ndetour = {:?}\nseason = \"{season}\"\nwalk_kmh = {:?}\ndrive_kmh = {:?}\n",
        travel.detour, travel.walk_kmh, travel.drive_kmh
    )
}

#[test]
fn every_fault_of_the_changes_is_named_at_once() {
    let desk = WhatIf::new(sample()).unwrap();
    let station = desk.outcome().folder.stations[0].id.clone();
    let candidate = desk.outcome().candidates[0].id.clone();
    let added = |id: &str, lon: f64| Added { id: id.to_owned(), name: None, lon, lat: 50.0, county: None };
    let changes = Changes {
        add: vec![added("1", 124.0), added("+2", 999.0), added("+3", f64::NAN), added("+4", 124.0), added("+4", 124.0)],
        remove: vec!["no such".to_owned()],
        lock: vec![station, candidate.clone()],
        forbid: vec![candidate],
        target: Some(0),
        walk_kmh: Some(-1.0),
        minutes: OfSettings { all: Some(f64::INFINITY), ..OfSettings::default() },
        ..Changes::default()
    };
    let Err(DeskError::Changes(faults)) = desk.answer(&changes) else { panic!("refused") };
    let keys: BTreeSet<&str> = faults.iter().map(|f| f.key).collect();
    assert_eq!(keys, BTreeSet::from(["add", "remove", "lock", "target", "walk_kmh", "minutes"]), "{faults:?}");
    assert!(faults.len() >= 9, "{faults:?}");
    for lang in [Lang::Zh, Lang::En] {
        assert!(DeskError::Changes(faults.clone()).say(lang).contains("no such"));
    }
    let many = Changes { remove: (0..6_000).map(|i| i.to_string()).collect(), ..Changes::default() };
    assert!(matches!(desk.answer(&many), Err(DeskError::Changes(f)) if f[0].key == "changes"));
}

#[test]
fn a_plan_that_travels_by_given_times_says_that_new_sites_have_none() {
    let mut folder = folder(1);
    folder.plan.travel.model = Model::Times;
    let mut given = GivenTimes::default();
    let sites: Vec<(String, Position)> = folder
        .stations
        .iter()
        .map(|s| (s.id.clone(), s.position))
        .chain(folder.candidates.iter().flatten().map(|c| (c.id.clone(), c.position)))
        .collect();
    for (id, position) in sites {
        let times = folder.places.iter().enumerate().filter_map(|(i, p)| match &p.shape {
            Shape::Point(at) => Some((i as u32, geodesic(*at, position).0 * 0.4)),
            Shape::Area(_) => None,
        });
        given.of_site.insert(id, times.collect());
    }
    folder.travel = TravelInput::Times(given);
    let desk = WhatIf::new(Arc::new(job::run(folder, DATE, |_| {}).unwrap())).unwrap();
    let mut c = Chance::of(77);
    let (mut answered, mut refused) = (0, 0);
    for round in 0..40 {
        let mut changes = random_changes(&mut c, desk.outcome());
        if round % 2 == 0 {
            changes.add.clear();
            changes.moved.clear();
        }
        let case = format!("round {round}: {}", serde_json::to_string(&changes).unwrap());
        let asks_elsewhere = !changes.add.is_empty() || !changes.moved.is_empty();
        match desk.answer(&changes) {
            Ok(answer) => {
                answered += 1;
                assert!(!asks_elsewhere, "{case}");
                agrees(&case, desk.outcome(), &desk.recount(&changes).unwrap(), &answer);
            }
            Err(DeskError::NoTimes(sites)) => {
                refused += 1;
                assert!(asks_elsewhere && !sites.is_empty(), "{case}");
            }
            Err(e) => panic!("{case}: {e}"),
        }
    }
    assert!(answered > 3 && refused > 10, "{answered} {refused}");
}

/// The middle of Helsinki over its streets, in a folder of its own, so that nothing is written beside the data.
fn over_roads() -> (tempfile::TempDir, Arc<Outcome>) {
    let dir = tempfile::tempdir().unwrap();
    for file in ["residences.geojson", "candidates.geojson", "stations.geojson", "roads.osm.pbf", "plan.toml"] {
        std::fs::copy(Path::new("data/helsinki").join(file), dir.path().join(file)).unwrap();
    }
    let folder = doorstep::read::open(dir.path()).unwrap();
    let outcome = Arc::new(job::run(folder, DATE, |_| {}).unwrap());
    (dir, outcome)
}

#[test]
fn over_roads_answers_agree_with_the_whole_computation_in_every_season() {
    let (_dir, outcome) = over_roads();
    let desk = WhatIf::new(Arc::clone(&outcome)).unwrap();
    let nothing = bytes(&desk.answer(&Changes::default()).unwrap());
    agrees(
        "nothing",
        &outcome,
        &desk.recount(&Changes::default()).unwrap(),
        &desk.answer(&Changes::default()).unwrap(),
    );
    let mut c = Chance::of(31);
    let (mut added, mut gained, mut lost, mut wintry) = (0, 0, 0, 0);
    for round in 0..24 {
        let mut changes = random_changes(&mut c, &outcome);
        // The plan has one circle for everybody.
        changes.minutes = OfSettings { all: changes.minutes.urban.map(|m| m / 4.0), ..OfSettings::default() };
        changes.season = [None, Some(Season::Winter), Some(Season::Summer), Some(Season::Both)][round % 4];
        let case = format!("round {round}: {}", serde_json::to_string(&changes).unwrap());
        let answer = desk.answer(&changes).unwrap_or_else(|e| panic!("{case}: {e}"));
        let whole = desk.recount(&changes).unwrap();
        agrees(&case, &outcome, &whole, &answer);
        let shares = desk.shares(&changes).unwrap();
        assert!(shares.iter().zip(&whole.cover).all(|(a, b)| (a - b.proposed).abs() < 1e-9), "{case}");
        added += usize::from(!changes.add.is_empty() || !changes.moved.is_empty());
        gained += usize::from(answer.gained.places().next().is_some());
        lost += usize::from(answer.lost.places().next().is_some());
        wintry += usize::from(changes.season == Some(Season::Winter));
        assert_eq!(bytes(&desk.answer(&Changes::default()).unwrap()), nothing, "{case}");
    }
    assert!(added > 12 && gained > 6 && lost > 6 && wintry == 6, "{added} {gained} {lost} {wintry}");
}

#[test]
fn over_roads_a_station_is_added_moved_and_taken_away_and_each_step_is_taken_back() {
    let (_dir, outcome) = over_roads();
    let desk = WhatIf::new(Arc::clone(&outcome)).unwrap();
    let after = |changes: &Changes| {
        let answer = desk.answer(changes).unwrap();
        let whole = desk.recount(changes).unwrap();
        let [_, before, after] = answer.total.people();
        assert!((after - whole.shares.total.proposed.covered.0).abs() < 1e-6);
        assert!((after - before - answer.gained.people() + answer.lost.people()).abs() < 1e-6);
        (answer.stations, after)
    };
    let plan = after(&Changes::default());
    // Where most people stay outside, a station at their door serves them.
    let gap = &desk.answer(&Changes::default()).unwrap().gaps.top[0];
    let at = desk.outcome().evidence.demand.centres[gap.index].position;
    let new = Added { id: "+1".to_owned(), name: None, lon: at.lon(), lat: at.lat(), county: None };
    let added = after(&Changes { add: vec![new.clone()], ..Changes::default() });
    assert!(added.0 == plan.0 + 1 && added.1 > plan.1, "{plan:?} {added:?}");
    // Out at sea no road is near: the same station serves nobody.
    let at_sea = Added { lon: 24.90, lat: 60.10, ..new };
    assert_eq!(after(&Changes { add: vec![at_sea], ..Changes::default() }), (plan.0 + 1, plan.1));
    let first = outcome.candidates[outcome.proposals[0].candidate].id.clone();
    let removed = after(&Changes { remove: vec![first.clone()], ..Changes::default() });
    assert!(removed.0 == plan.0 - 1 && removed.1 < plan.1, "{plan:?} {removed:?}");
    // Moved out to sea it serves as many as removed, moved to where it stands as many as before.
    let moved = |to: [f64; 2]| after(&Changes { moved: [(first.clone(), to)].into(), ..Changes::default() });
    let home = outcome.candidates[outcome.proposals[0].candidate].position;
    assert_eq!(moved([24.90, 60.10]), (plan.0, removed.1));
    assert_eq!(moved([home.lon(), home.lat()]), plan);
    // A season that counts alone covers no fewer than both at once.
    for season in [Season::Summer, Season::Winter] {
        assert!(after(&Changes { season: Some(season), ..Changes::default() }).1 >= plan.1);
    }
    assert_eq!(after(&Changes::default()), plan);
}
