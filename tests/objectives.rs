//! What a plan may ask to be best at, each on whole plans against trying every choice; and sites derived beside given candidates.

use doorstep::job::{self, Outcome, Remark};
use doorstep::model::*;
use doorstep::siting::Proof;
use doorstep::travel::{destination, geodesic};
use std::collections::BTreeMap;

const REACH: f64 = 1000.0;

fn at(east: f64, north: f64) -> Position {
    let centre = Position::new(124.12, 50.42).expect("in range");
    destination(centre, east.atan2(north).to_degrees(), Metres(east.hypot(north)))
}

/// Numbers in [0, 1) that look like chance.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Thirty places of three counties, nine candidates, one station that stands; three or four more are to come.
fn folder(seed: u64) -> PlanFolder {
    let mut r = random(seed);
    let county = |x: f64| Some(["A", "B", "C"][(x * 3.0) as usize].into());
    let places = (0..30).map(|i| {
        let (x, y) = (r(), r());
        Place {
            id: format!("R{i:02}"),
            layer: if i % 7 == 0 { PlaceLayer::Clusters } else { PlaceLayer::Residences },
            name: format!("R{i:02}"),
            county: county(x),
            setting: None,
            kind: PlaceKind::Settlement,
            people: People((90.0 * r()).ceil() + 10.0),
            groups: BTreeMap::new(),
            shape: Shape::Point(at(5000.0 * x, 4000.0 * y)),
        }
    });
    let places: Vec<Place> = places.collect();
    let candidates = (0..9).map(|i| {
        let (x, y) = (r(), r());
        Candidate {
            id: format!("C{i}"),
            name: format!("C{i}"),
            county: county(x),
            host: String::new(),
            cost: Some((r() * 50.0).round()),
            capacity: (i % 3 > 0).then(|| (r() * 250.0).round()),
            position: at(5000.0 * x, 4000.0 * y),
            derived: false,
        }
    });
    let candidates: Vec<Candidate> = candidates.collect();
    let station = Station {
        id: "S0".into(),
        name: "S0".into(),
        county: Some("B".into()),
        status: Status::Open,
        opened: None,
        kind: "standard".into(),
        capacity: Some(150.0),
        position: at(2500.0, 2000.0),
    };
    let target = 4 + (seed % 2) as usize;
    let plan = Plan {
        name: "test".into(),
        lang: Lang::En,
        target,
        phases: vec![Phase { name: "first".into(), stations: 2 }, Phase { name: "last".into(), stations: target }],
        circles: vec![Circle { setting: None, limit: Limit::Radius(Metres(REACH)), mode: Mode::Walk }],
        travel: TravelSettings::default(),
        weights: Weights { residences: 1.0, clusters: 0.5, groups: BTreeMap::new(), kinds: BTreeMap::new() },
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
        stations: vec![station],
        candidates: Some(candidates),
        boundaries: Vec::new(),
        inputs: Vec::new(),
        travel: TravelInput::default(),
    }
}

fn run(folder: PlanFolder) -> Outcome {
    job::run(folder, time::macros::date!(2026 - 06 - 30), |_| {}).expect("conditions that can be met")
}

fn position(place: &Place) -> Position {
    match place.shape {
        Shape::Point(at) => at,
        Shape::Area(_) => unreachable!("places here are points"),
    }
}

fn weight(place: &Place) -> f64 {
    place.people.0 * if place.layer == PlaceLayer::Clusters { 0.5 } else { 1.0 }
}

/// Choices of so many candidates.
fn choices(folder: &PlanFolder, new: u32) -> impl Iterator<Item = u32> + use<> {
    let n = folder.candidates.as_ref().map_or(0, Vec::len);
    (0u32..1 << n).filter(move |mask| mask.count_ones() == new)
}

/// How many stations, the standing one included, are at most so far from a place.
fn within(folder: &PlanFolder, mask: u32, place: &Place, reach: f64) -> usize {
    let candidates = folder.candidates.as_deref().expect("given");
    let chosen = candidates.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1).map(|(_, c)| c.position);
    let all = chosen.chain(folder.stations.iter().map(|s| s.position));
    all.filter(|&s| geodesic(position(place), s).0 <= reach).count()
}

/// Weighted people inside a circle.
fn covered(folder: &PlanFolder, mask: u32) -> f64 {
    folder.places.iter().filter(|p| within(folder, mask, p, REACH) > 0).map(weight).sum()
}

/// The share of residents in the worst county.
fn worst(folder: &PlanFolder, mask: u32) -> f64 {
    let share = |county: &str| {
        let here =
            folder.places.iter().filter(|p| p.layer == PlaceLayer::Residences && p.county.as_deref() == Some(county));
        let (inside, all) = here.fold((0.0, 0.0), |(inside, all), p| {
            (inside + if within(folder, mask, p, REACH) > 0 { p.people.0 } else { 0.0 }, all + p.people.0)
        });
        if all > 0.0 { inside / all } else { 1.0 }
    };
    ["A", "B", "C"].map(share).into_iter().fold(1.0, f64::min)
}

fn mask_of(outcome: &Outcome) -> u32 {
    outcome.proposals.iter().map(|p| 1u32 << p.candidate).sum()
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-4
}

fn best(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn the_worst_county_comes_first_and_then_as_many_people_as_possible() {
    for seed in 1..=12 {
        let mut plan = folder(seed);
        plan.plan.objective.worst_county_first = true;
        let new = plan.plan.target as u32 - 1;
        let top = best(choices(&plan, new).map(|m| worst(&plan, m)));
        let most = best(choices(&plan, new).filter(|&m| worst(&plan, m) >= top - 1e-9).map(|m| covered(&plan, m)));
        let outcome = run(plan.clone());
        let found = outcome.worst.as_ref().expect("asked");
        assert!(found.proved && same(found.share, top) && same(found.bound, top), "seed {seed}: {found:?} but {top}");
        assert_eq!(outcome.certificate.proof, Proof::Optimal, "seed {seed}");
        assert!(same(outcome.certificate.objective, most), "seed {seed}: {:?} but {most}", outcome.certificate);
        assert!(same(worst(&plan, mask_of(&outcome)), top) && same(covered(&plan, mask_of(&outcome)), most));
        assert!(outcome.remarks.contains(&Remark::WorstCountyFirst));
    }
}

#[test]
fn every_county_reaches_the_share_or_it_is_said_that_none_can() {
    let (mut met, mut refused) = (0, 0);
    for seed in 1..=16 {
        let mut plan = folder(seed);
        let share = [0.1, 0.2, 0.3, 0.5][seed as usize % 4];
        plan.plan.objective.each_county = Some(share);
        let fine = |m: &u32| worst(&plan, *m) >= share - 1e-12;
        let all: Vec<u32> = choices(&plan, plan.plan.target as u32 - 1).filter(fine).collect();
        match job::run(plan.clone(), time::macros::date!(2026 - 06 - 30), |_| {}) {
            Ok(outcome) => {
                met += 1;
                let most = best(all.iter().map(|&m| covered(&plan, m)));
                assert!(same(outcome.certificate.objective, most), "seed {seed}");
                assert_eq!(outcome.certificate.proof, Proof::Optimal);
            }
            Err(why) => {
                refused += 1;
                assert!(all.is_empty(), "seed {seed}: {why}");
                assert!(why.say(Lang::En).contains("reaches the share") && why.say(Lang::Zh).contains("份额"), "{why}");
            }
        }
    }
    assert!(met > 2 && refused > 2, "{met} met, {refused} refused");
}

#[test]
fn second_stations_and_rings_count_as_the_plan_says() {
    for seed in 1..=8 {
        let mut plan = folder(seed);
        let new = plan.plan.target as u32 - 1;
        plan.plan.objective.second_station = 0.25;
        let value = |m: u32| {
            let worth = |p: &Place| weight(p) * [0.0, 1.0, 1.25][within(&plan, m, p, REACH).min(2)];
            plan.places.iter().map(worth).sum::<f64>()
        };
        let most = best(choices(&plan, new).map(value));
        let outcome = run(plan.clone());
        assert!(same(outcome.certificate.objective, most), "seed {seed}: {} but {most}", outcome.certificate.objective);
        assert_eq!(outcome.certificate.proof, Proof::Optimal);

        plan.plan.objective = Objective {
            fade: vec![Fade { times: 1.5, part: 0.5 }, Fade { times: 2.5, part: 0.125 }],
            ..Objective::default()
        };
        let value = |m: u32| {
            let near = |p: &Place, times: f64| within(&plan, m, p, REACH * times) > 0;
            let worth = |p: &Place| match () {
                () if near(p, 1.0) => weight(p),
                () if near(p, 1.5) => weight(p) * 0.5,
                () if near(p, 2.5) => weight(p) * 0.125,
                () => 0.0,
            };
            plan.places.iter().map(worth).sum::<f64>()
        };
        let most = best(choices(&plan, new).map(value));
        let outcome = run(plan.clone());
        assert!(same(outcome.certificate.objective, most), "seed {seed}: {} but {most}", outcome.certificate.objective);
        assert_eq!(outcome.certificate.proof, Proof::Optimal);
    }
}

#[test]
fn stations_take_in_no_more_people_than_they_have_room_for() {
    for seed in 1..=8 {
        let mut plan = folder(seed);
        plan.plan.objective.capacity = true;
        let new = plan.plan.target as u32 - 1;
        let candidates = plan.candidates.clone().expect("given");
        // The smallest cut, over which stations are full; residents weigh most, so they are served first.
        let value = |m: u32| {
            let mut rooms: Vec<(Position, f64)> =
                plan.stations.iter().map(|s| (s.position, s.capacity.unwrap_or(1e9))).collect();
            let chosen = candidates.iter().enumerate().filter(|(i, _)| m >> i & 1 == 1);
            rooms.extend(chosen.map(|(_, c)| (c.position, c.capacity.unwrap_or(1e9))));
            let through = |residents_only: bool| {
                let here = plan.places.iter().filter(|p| !residents_only || p.layer == PlaceLayer::Residences);
                let reach = |p: &Place| {
                    (0..rooms.len())
                        .filter(|&k| geodesic(position(p), rooms[k].0).0 <= REACH)
                        .fold(0u32, |b, k| b | 1 << k)
                };
                let here: Vec<(u32, f64)> = here.map(|p| (reach(p), p.people.0)).collect();
                let cut = |full: u32| {
                    let rooms =
                        rooms.iter().enumerate().filter(|(k, _)| full >> k & 1 == 1).map(|(_, r)| r.1).sum::<f64>();
                    rooms + here.iter().filter(|(reach, _)| reach & !full != 0).map(|(_, people)| people).sum::<f64>()
                };
                (0u32..1 << rooms.len()).map(cut).fold(f64::INFINITY, f64::min)
            };
            0.5 * through(true) + 0.5 * through(false)
        };
        let most = best(choices(&plan, new).map(value));
        let outcome = run(plan.clone());
        assert!(same(outcome.certificate.objective, most), "seed {seed}: {} but {most}", outcome.certificate.objective);
        assert_eq!(outcome.certificate.proof, Proof::Optimal, "seed {seed}");
        assert!(same(value(mask_of(&outcome)), most));
    }
}

#[test]
fn the_weighted_sum_over_phases_is_the_best_of_all_nested_plans() {
    for seed in 1..=8 {
        let mut plan = folder(seed);
        plan.plan.objective.phases = vec![2.0, 0.5];
        if seed % 2 == 0 {
            plan.plan.limits.required = vec!["C3".into()];
            plan.plan.limits.counties.insert("A".into(), CountyLimit { min: 1, max: Some(2) });
            plan.plan.limits.budget = Some(120.0);
        }
        let candidates = plan.candidates.clone().expect("given");
        let fine = |m: &u32| {
            let chosen = || candidates.iter().enumerate().filter(|(i, _)| m >> i & 1 == 1).map(|(_, c)| c);
            let here = chosen().filter(|c| c.county.as_deref() == Some("A")).count();
            seed % 2 == 1
                || (m >> 3 & 1 == 1 && (1..=2).contains(&here) && chosen().filter_map(|c| c.cost).sum::<f64>() <= 120.0)
        };
        let last: Vec<u32> = choices(&plan, plan.plan.target as u32 - 1).filter(fine).collect();
        if last.is_empty() {
            assert!(job::run(plan, time::macros::date!(2026 - 06 - 30), |_| {}).is_err());
            continue;
        }
        let first = |m: u32| best(choices(&plan, 1).filter(|f| f & m == *f).map(|f| covered(&plan, f)));
        let most = best(last.iter().map(|&m| 2.0 * first(m) + 0.5 * covered(&plan, m)));
        let outcome = run(plan.clone());
        assert!(same(outcome.certificate.objective, most), "seed {seed}: {} but {most}", outcome.certificate.objective);
        assert_eq!(outcome.certificate.proof, Proof::Optimal);
        let path = 2.0 * outcome.phases[0].objective + 0.5 * outcome.phases[1].objective;
        assert!(same(path, most), "seed {seed}: the phases add up to {path}");
        assert!(outcome.phases.iter().all(|p| p.best_alone_objective >= p.objective - 1e-9));
    }
}

#[test]
fn sites_derived_beside_given_candidates_say_how_near_those_are() {
    let mut plan = folder(3);
    plan.plan.derive = true;
    let outcome = run(plan.clone());
    let given = plan.candidates.as_deref().expect("given");
    assert!(outcome.candidates.iter().all(|c| c.derived));
    assert_eq!(outcome.buildable.len(), outcome.proposals.len());
    for (proposal, near) in outcome.proposals.iter().zip(&outcome.buildable) {
        let here = outcome.candidates[proposal.candidate].position;
        let least = given.iter().map(|c| geodesic(here, c.position).0).fold(f64::INFINITY, f64::min);
        assert!(same(near.distance.0, least) && same(geodesic(here, given[near.candidate].position).0, least));
    }
    let given_only = run(PlanFolder { plan: Plan { derive: false, ..plan.plan.clone() }, ..plan.clone() });
    assert!(outcome.certificate.objective >= given_only.certificate.objective);
    assert!(given_only.buildable.is_empty());
    assert_eq!(outcome.remarks, [Remark::CandidatesDerived, Remark::WholePlane]);
    // With spacing or counties a site that was left out as dominated may be the one that counts: nothing is said of the plane.
    plan.plan.limits.spacing = Some(Metres(100.0));
    assert_eq!(run(plan).remarks, [Remark::CandidatesDerived]);
}
