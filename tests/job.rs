//! Whole plans in memory, against counting by hand and by force.

use doorstep::job::{self, Outcome, Remark};
use doorstep::measure::{Extent, GapReason, LimitKind, Remedy};
use doorstep::model::*;
use doorstep::siting::Proof;
use doorstep::travel::{destination, geodesic};
use std::collections::BTreeMap;

const CENTRE: (f64, f64) = (124.12, 50.42);

/// A point some metres east and north of the centre.
fn at(east: f64, north: f64) -> Position {
    let centre = Position::new(CENTRE.0, CENTRE.1).expect("in range");
    let azimuth = east.atan2(north).to_degrees();
    destination(centre, azimuth, Metres(east.hypot(north)))
}

fn place(id: &str, position: Position, people: f64) -> Place {
    Place {
        id: id.into(),
        layer: PlaceLayer::Residences,
        name: id.into(),
        county: Some("A".into()),
        setting: Some(Setting::Urban),
        kind: PlaceKind::Settlement,
        people: People(people),
        groups: BTreeMap::new(),
        shape: Shape::Point(position),
    }
}

fn station(id: &str, position: Position, status: Status) -> Station {
    let (id, name, county) = (id.to_owned(), id.to_owned(), Some("A".into()));
    Station { id, name, county, status, opened: None, kind: "standard".into(), capacity: None, position }
}

fn candidate(id: &str, position: Position) -> Candidate {
    let (id, name, county) = (id.to_owned(), id.to_owned(), Some("A".into()));
    Candidate { id, name, county, host: String::new(), cost: None, capacity: None, position, derived: false }
}

/// Residents only, a circle of exactly 1,000 m, one phase.
fn folder(target: usize, places: Vec<Place>, stations: Vec<Station>, candidates: Option<Vec<Candidate>>) -> PlanFolder {
    let travel = TravelSettings::default();
    let circle = Circle { setting: None, limit: Limit::Radius(Metres(1000.0)), mode: Mode::Walk };
    let weights = Weights { residences: 1.0, clusters: 0.5, groups: BTreeMap::new(), kinds: BTreeMap::new() };
    let plan = Plan {
        name: "test".into(),
        lang: Lang::En,
        target,
        phases: vec![Phase { name: "only".into(), stations: target }],
        circles: vec![circle],
        travel,
        weights,
        objective: Objective::default(),
        limits: Limits::default(),
        derive: false,
        notice: None,
        review_number: None,
        counties: Vec::new(),
    };
    PlanFolder {
        plan,
        places,
        stations,
        candidates,
        boundaries: Vec::new(),
        travel: TravelInput::Circle,
        inputs: Vec::new(),
    }
}

fn run(folder: PlanFolder) -> Outcome {
    job::run(folder, time::macros::date!(2026 - 01 - 01), |_| {}).expect("the conditions can be met")
}

/// Numbers in [0, 1) that repeat.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut s = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        s ^= s << 13;
        s ^= s >> 7;
        s ^= s << 17;
        (s >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Six towns along a line, 5 km apart, with a candidate in each.
fn towns(target: usize) -> PlanFolder {
    let people = [600.0, 500.0, 400.0, 300.0, 200.0, 100.0];
    let places = (0..6).map(|i| place(&format!("R{i}"), at(5000.0 * i as f64, 0.0), people[i])).collect();
    let candidates = (0..6).map(|i| candidate(&format!("C{i}"), at(5000.0 * i as f64, 300.0))).collect();
    folder(target, places, Vec::new(), Some(candidates))
}

fn chosen(outcome: &Outcome) -> Vec<&str> {
    outcome.proposals.iter().map(|p| outcome.candidates[p.candidate].id.as_str()).collect()
}

#[test]
fn only_open_stations_cover_today_and_closed_ones_never() {
    let places = (0..4).map(|i| place(&format!("R{i}"), at(5000.0 * f64::from(i), 0.0), 100.0)).collect();
    let statuses = [Status::Open, Status::Building, Status::Planned, Status::Closed];
    let stations = (0..4).map(|i| station(&format!("S{i}"), at(5000.0 * i as f64, 200.0), statuses[i])).collect();
    let outcome = run(folder(3, places, stations, None));
    assert_eq!(outcome.existing(), 3);
    assert_eq!(outcome.shares.total.today.covered, People(100.0));
    assert_eq!(outcome.shares.total.proposed.covered, People(300.0));
    assert_eq!(outcome.remarks, [Remark::TargetReached]);
    assert!(outcome.proposals.is_empty());
}

#[test]
fn a_place_exactly_on_the_limit_is_covered() {
    let (here, there) = (at(0.0, 0.0), at(700.0, 700.0));
    let mut plan = folder(1, vec![place("R", there, 10.0)], vec![station("S", here, Status::Open)], None);
    plan.plan.circles[0].limit = Limit::Radius(geodesic(there, here));
    assert_eq!(run(plan.clone()).shares.total.today.covered, People(10.0));
    plan.plan.circles[0].limit = Limit::Radius(Metres(geodesic(there, here).0 - 1e-6));
    assert_eq!(run(plan).shares.total.today.covered, People(0.0));
}

#[test]
fn half_of_a_quarter_counts_half() {
    // A square of 400 m whose western half lies in the circle of a station 1,000 m west of its middle.
    let corners = [(-200.0, -200.0), (200.0, -200.0), (200.0, 200.0), (-200.0, 200.0), (-200.0, -200.0)];
    let ring: Vec<(f64, f64)> = corners.iter().map(|&(e, n)| (at(e, n).lon(), at(e, n).lat())).collect();
    let area = geo::MultiPolygon::new(vec![geo::Polygon::new(ring.into(), Vec::new())]);
    let quarter = Place { shape: Shape::Area(Box::new(area)), ..place("R", at(0.0, 0.0), 1000.0) };
    let outcome = run(folder(1, vec![quarter], vec![station("S", at(-1000.0, 0.0), Status::Open)], None));
    let covered = outcome.shares.total.today.covered.0;
    assert!((450.0..550.0).contains(&covered), "{covered}");
    assert_eq!(outcome.gaps.len(), 1);
    assert!((outcome.gaps[0].people.0 - (1000.0 - covered)).abs() < 1e-9);
}

#[test]
fn the_best_towns_are_proposed_in_order_and_proved() {
    let outcome = run(towns(3));
    assert_eq!(chosen(&outcome), ["C0", "C1", "C2"]);
    assert_eq!(outcome.certificate.proof, Proof::Optimal);
    assert_eq!(outcome.certificate.objective, 1500.0);
    let gains: Vec<f64> = outcome.proposals.iter().map(|p| p.gain.0).collect();
    assert_eq!(gains, [600.0, 500.0, 400.0]);
    // Without one of them the fourth town stands in: 300 people instead.
    let losses: Vec<Option<People>> = outcome.proposals.iter().map(|p| p.loss_if_refused).collect();
    assert_eq!(losses, [Some(People(300.0)), Some(People(200.0)), Some(People(100.0))]);
    assert!(outcome.proposals.iter().all(|p| p.alternatives == [3]));
    let extra: Vec<Remedy> = outcome.gaps.iter().map(|g| g.remedy).collect();
    let further = |candidate, extra| Remedy::Extra { candidate, extra };
    assert_eq!(extra, [further(3, 1), further(4, 2), further(5, 3)]);
    assert!(outcome.gaps.iter().all(|g| g.reason == GapReason::CutByTarget));
}

#[test]
fn phases_are_nested_and_their_price_is_told() {
    // One site in the middle reaches both towns' halves; two sites reach the towns whole. Alone, the middle is best
    // first; on the way to two it is not on the path.
    let places = vec![
        place("R0", at(-1200.0, 0.0), 50.0),
        place("R1", at(-700.0, 0.0), 60.0),
        place("R2", at(700.0, 0.0), 60.0),
        place("R3", at(1200.0, 0.0), 50.0),
    ];
    let candidates =
        vec![candidate("CW", at(-1000.0, 0.0)), candidate("CM", at(0.0, 0.0)), candidate("CE", at(1000.0, 0.0))];
    let mut plan = folder(2, places, Vec::new(), Some(candidates));
    plan.plan.phases.insert(0, Phase { name: "first".into(), stations: 1 });
    let outcome = run(plan);
    let [first, last] = &outcome.phases[..] else { panic!("two phases") };
    assert_eq!((first.reach.covered.0, first.best_alone.0), (110.0, 120.0));
    assert_eq!(last.reach.covered.0, 220.0);
    assert!(last.sites.starts_with(&first.sites));
}

#[test]
fn required_forbidden_and_county_limits_are_honoured() {
    let mut plan = towns(3);
    plan.plan.limits.required = vec!["C5".into()];
    plan.plan.limits.forbidden = vec!["C0".into()];
    let outcome = run(plan);
    let mut ids = chosen(&outcome);
    ids.sort_unstable();
    assert_eq!(ids, ["C1", "C2", "C5"]);
    let reason = |id: &str| {
        let gap = outcome.gaps.iter().find(|g| outcome.folder.places[g.place].id == id).expect("a gap");
        (gap.reason, gap.remedy)
    };
    let lift = Remedy::Lift { candidate: 0, limit: LimitKind::Forbidden };
    assert_eq!(reason("R0"), (GapReason::CutByLimit(LimitKind::Forbidden), lift));
    assert_eq!(reason("R3").0, GapReason::CutByTarget);

    let mut plan = towns(3);
    for (i, c) in plan.candidates.as_mut().expect("given").iter_mut().enumerate() {
        c.county = Some(if i < 3 { "A" } else { "B" }.into());
    }
    plan.plan.limits.counties.insert("A".into(), CountyLimit { min: 0, max: Some(1) });
    let outcome = run(plan);
    assert_eq!(chosen(&outcome), ["C0", "C3", "C4"]);
    let limit = GapReason::CutByLimit(LimitKind::CountyMax);
    assert_eq!(outcome.gaps.iter().filter(|g| g.reason == limit).count(), 2);
}

#[test]
fn spacing_and_budget_are_honoured_and_named() {
    let mut plan = towns(2);
    plan.plan.limits.spacing = Some(Metres(5500.0));
    let outcome = run(plan);
    assert_eq!(chosen(&outcome), ["C0", "C2"]);
    assert_eq!(outcome.gaps[0].reason, GapReason::CutByLimit(LimitKind::Spacing));

    let mut plan = towns(2);
    let costs = [90.0, 20.0, 20.0, 20.0, 20.0, 20.0];
    for (c, cost) in plan.candidates.as_mut().expect("given").iter_mut().zip(costs) {
        c.cost = Some(cost);
    }
    plan.plan.limits.budget = Some(100.0);
    let outcome = run(plan);
    assert_eq!(chosen(&outcome), ["C1", "C2"]);
    assert_eq!(outcome.gaps[0].reason, GapReason::CutByLimit(LimitKind::Budget));
}

#[test]
fn a_place_that_no_candidate_reaches_needs_outreach() {
    let mut plan = towns(3);
    plan.places.push(place("R9", at(0.0, 60_000.0), 50.0));
    let outcome = run(plan);
    let gap = outcome.gaps.iter().find(|g| outcome.folder.places[g.place].id == "R9").expect("a gap");
    assert_eq!((gap.reason, gap.remedy), (GapReason::NoCandidate, Remedy::Outreach));
}

#[test]
fn conditions_that_conflict_are_named() {
    let conflict = |change: fn(&mut Plan)| {
        let mut plan = towns(3);
        change(&mut plan.plan);
        job::run(plan, time::macros::date!(2026 - 01 - 01), |_| {}).expect_err("no answer").say(Lang::En)
    };
    assert!(conflict(|p| p.target = 9).contains("9 new stations are wanted but only 6"));
    assert!(conflict(|p| p.limits.forbidden = (0..4).map(|i| format!("C{i}")).collect()).contains("only 2"));
    assert!(
        conflict(|p| p.limits.counties = [("A".into(), CountyLimit { min: 4, max: None })].into())
            .contains("ask for 4")
    );
    assert!(
        conflict(|p| p.limits.counties = [("A".into(), CountyLimit { min: 0, max: Some(2) })].into())
            .contains("only 2")
    );
    assert!(conflict(|p| p.limits.spacing = Some(Metres(20_000.0))).contains("spacing"));
}

#[test]
fn the_smallest_set_of_conflicting_conditions_is_named_as_the_plan_writes_it() {
    let conflict = |change: fn(&mut Plan), lang: Lang| {
        let mut plan = towns(3);
        change(&mut plan.plan);
        let error = job::run(plan, time::macros::date!(2026 - 01 - 01), |_| {}).expect_err("no answer");
        assert_eq!(error.to_string(), error.say(Lang::En));
        error.say(lang)
    };
    // Four in a county of six, with three ruled out: spacing and required have no part in it, nor need the minimum.
    let crowded: fn(&mut Plan) = |p| {
        p.target = 4;
        p.limits.spacing = Some(Metres(500.0));
        p.limits.required = vec!["C5".into()];
        p.limits.counties = [("A".into(), CountyLimit { min: 4, max: None })].into();
        p.limits.forbidden = vec!["C0".into(), "C1".into(), "C2".into()];
    };
    let said = conflict(crowded, Lang::En);
    assert!(said.contains("4 new stations are wanted but only 3") && said.contains("target = 4"), "{said}");
    assert!((0..3).all(|i| said.contains(&format!("\"C{i}\" in forbidden"))), "{said}");
    assert!(!said.contains("spacing_km") && !said.contains("required") && !said.contains("min ="), "{said}");
    // Six towns 5 km apart with 9 km between stations: three fit, four do not.
    let spaced: fn(&mut Plan) = |p| {
        p.target = 4;
        p.limits.spacing = Some(Metres(9_000.0));
        p.limits.forbidden = vec!["C5".into()];
        p.limits.budget = Some(1.0);
    };
    let said = conflict(spaced, Lang::Zh);
    assert!(said.contains("spacing_km = 9") && said.contains("target = 4（已有 0 站，还需新建 4 站）"), "{said}");
    assert!(said.contains("放宽其中任何一条即可") && !said.contains("C5") && !said.contains("budget"), "{said}");
    let alone = conflict(|p| p.target = 7, Lang::En);
    assert!(alone.contains("alone") && alone.contains("target = 7"), "{alone}");
    let two = conflict(
        |p| {
            p.limits.spacing = Some(Metres(6_000.0));
            p.limits.required = vec!["C1".into(), "C2".into()];
        },
        Lang::En,
    );
    assert!(two.contains("\"C1\" in required; \"C2\" in required; spacing_km = 6."), "{two}");
}

#[test]
fn what_is_negotiated_agrees_with_the_proposal() {
    let outcome = run(towns(3));
    let numbers: Vec<(usize, f64)> = outcome.curve.points.iter().map(|p| (p.stations, p.objective)).collect();
    let expected = [0.0, 600.0, 1100.0, 1500.0, 1800.0, 2000.0, 2100.0];
    assert_eq!(numbers, expected.into_iter().enumerate().collect::<Vec<_>>());
    assert!(outcome.curve.points.iter().all(|p| p.proved && p.covered == People(p.objective)));
    let fewest: Vec<_> = outcome.curve.fewest.iter().map(|f| (f.enough, f.needed)).collect();
    assert_eq!(fewest, [(Some(4), Some(4)), (Some(5), Some(5)), (Some(5), Some(5))]);
    assert_eq!((outcome.near.plans.len(), outcome.near.extent), (1, Extent::All));
    assert_eq!(outcome.near.fixed, [0, 1, 2]);
    assert!(outcome.proposals.iter().all(|p| p.loss_proved));
    // The last two towns bring nearly the same.
    let mut plan = towns(5);
    plan.places[5].people = People(199.0);
    let outcome = run(plan);
    assert_eq!(outcome.near.plans.iter().map(|p| &p.sites[..]).collect::<Vec<_>>(), [[0, 1, 2, 3, 4], [0, 1, 2, 3, 5]]);
    assert_eq!((&outcome.near.fixed[..], &outcome.near.exchangeable[..]), (&[0, 1, 2, 3][..], &[4][..]));
}

#[test]
fn one_more_station_never_covers_less() {
    let mut r = random(11);
    let places: Vec<Place> =
        (0..60).map(|i| place(&format!("R{i:02}"), at(8000.0 * r(), 8000.0 * r()), (100.0 * r()).round())).collect();
    let candidates: Vec<Candidate> =
        (0..25).map(|i| candidate(&format!("C{i:02}"), at(8000.0 * r(), 8000.0 * r()))).collect();
    let mut before = (0.0, 0.0);
    for target in 1..=25 {
        let outcome = run(folder(target, places.clone(), Vec::new(), Some(candidates.clone())));
        let now = (outcome.certificate.objective, outcome.certificate.bound);
        assert!(now.0 >= before.0, "{target} stations cover {now:?}, one fewer {before:?}");
        assert!(outcome.proposals.iter().all(|p| p.loss_weighted.is_none_or(|l| l >= 0.0)));
        before = now;
    }
}

#[test]
fn without_candidates_no_point_of_the_plane_covers_more_than_the_best_derived_one() {
    for seed in 1..=8 {
        let mut r = random(seed);
        let places: Vec<Place> =
            (0..25).map(|i| place(&format!("R{i:02}"), at(5000.0 * r(), 5000.0 * r()), (99.0 * r()).ceil())).collect();
        let outcome = run(folder(1, places.clone(), Vec::new(), None));
        assert_eq!(outcome.remarks, [Remark::CandidatesDerived, Remark::WholePlane]);
        let best = outcome.certificate.objective;
        let covers = |p: Position| {
            let near = |place: &&Place| matches!(place.shape, Shape::Point(q) if geodesic(q, p) <= Metres(1000.0));
            places.iter().filter(near).map(|place| place.people.0).sum::<f64>()
        };
        for i in 0..100 {
            for j in 0..100 {
                let sum = covers(at(50.0 * f64::from(i), 50.0 * f64::from(j)));
                assert!(sum <= best, "seed {seed}: a point covers {sum}, the best candidate {best}");
            }
        }
    }
}

#[test]
fn groups_kinds_and_clusters_weigh_as_the_plan_says() {
    let mut plan = towns(1);
    plan.places[5].groups.insert("unemployed".into(), 30.0);
    plan.plan.weights.groups.insert("unemployed".into(), 10.0);
    plan.places[4].kind = PlaceKind::Relocation;
    plan.plan.weights.kinds.insert("relocation".into(), 1.5);
    plan.places.push(Place { layer: PlaceLayer::Clusters, ..place("K0", at(10_000.0, 0.0), 100.0) });
    let objective = |only: &str| {
        let mut plan = plan.clone();
        plan.plan.limits.required = vec![only.into()];
        run(plan).certificate.objective
    };
    assert_eq!(objective("C5"), 100.0 + 300.0);
    assert_eq!(objective("C4"), 200.0 * 1.5);
    assert_eq!(objective("C2"), 400.0 + 50.0);
    let outcome = run(plan);
    assert_eq!(outcome.shares.by_group[0].1.today.people, People(30.0));
    assert_eq!(outcome.shares.clusters.today.people, People(100.0));
}
