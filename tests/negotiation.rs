//! What planners negotiate with, against brute force on small random problems with every side condition.

use doorstep::coverage::merge;
use doorstep::siting::{
    Answer, BranchAndBound, CountyRule, CurveEnd, Extent, Feasible, Infeasible, Method, Nearness, Problem, Rows,
    Standing, curve, feasible, near, refusals, standings,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Every choice of exactly `choose` sites that meets the conditions, with what it covers.
fn every(problem: &Problem) -> Vec<(u64, Vec<u32>)> {
    (0u32..1 << problem.sites)
        .filter(|mask| mask.count_ones() as usize == problem.choose)
        .map(|mask| (0..problem.sites as u32).filter(|s| mask >> s & 1 == 1).collect::<Vec<_>>())
        .filter(|chosen| problem.admits(chosen))
        .map(|chosen| (problem.objective(&chosen), chosen))
        .collect()
}

/// The most that at most `new` sites cover when nothing but forbidden sites and spacing holds.
fn at_most(problem: &Problem, new: usize) -> u64 {
    let county_of = vec![None; problem.sites];
    let loose = Problem { required: Vec::new(), counties: Vec::new(), county_of, budget: None, ..problem.clone() };
    let best = |choose| every(&Problem { choose, ..loose.clone() }).into_iter().map(|(o, _)| o).max();
    (0..=new).filter_map(best).max().expect("no site at all is a choice")
}

prop_compose! {
    fn problems()(sites in 3usize..10)(
        sites in Just(sites),
        rows in prop::collection::vec((0u32..1 << sites, 0u64..1000), 0..30),
        base in 0u64..500,
        choose in 0usize..=sites * 2 / 3,
        required in prop::collection::btree_set(0..sites as u32, 0..2),
        forbidden in prop::collection::vec(prop::bool::weighted(0.15), sites),
        county_of in prop::collection::vec(prop::option::of(0usize..3), sites),
        limits in prop::collection::vec((prop::sample::select(vec![0usize, 0, 0, 1, 2]), 1usize..6), 3),
        too_near in prop::collection::vec((0..sites as u32, 0..sites as u32), 0..4),
        cost in prop::collection::vec(1u64..100, sites),
        budget in prop::option::weighted(0.3, 100u64..600),
        preference in prop::collection::vec(0u64..5, sites),
        spaced in any::<bool>(),
    ) -> Problem {
        let sets: Vec<(Vec<u32>, u64)> = rows
            .iter()
            .map(|(mask, weight)| ((0..sites as u32).filter(|s| mask >> s & 1 == 1).collect(), *weight))
            .collect();
        let mut near = vec![Vec::new(); if spaced { sites } else { 0 }];
        for &(a, b) in too_near.iter().filter(|(a, b)| spaced && a != b) {
            near[a as usize].push(b);
            near[b as usize].push(a);
        }
        near.iter_mut().for_each(|n| { n.sort_unstable(); n.dedup(); });
        Problem {
            sites,
            demand: Rows::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
            base,
            choose,
            required: required.into_iter().collect(),
            forbidden,
            counties: limits.iter().enumerate()
                .map(|(i, &(min, max))| CountyRule { county: format!("county {i}"), min, max }).collect(),
            county_of,
            too_near: near,
            budget: budget.map(|most| (cost, most)),
            preference,
            ..Problem::default()
        }
    }
}

fn solved(problem: &Problem) -> Option<Answer> {
    BranchAndBound::default().solve(problem, &[]).ok()
}

const WORK: usize = 100_000_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    #[test]
    fn near_plans_are_all_there_are_or_the_best_of_more(
        problem in problems(), within in 0.0f64..0.3, plans in 1usize..30,
    ) {
        let Some(answer) = solved(&problem) else { return Ok(()) };
        let found = near(&problem, &answer, &[], Nearness { within, plans, work: WORK });
        let mut all = every(&problem);
        all.retain(|(objective, _)| *objective >= found.least);
        all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let listed: Vec<(u64, Vec<u32>)> = found.plans.iter().map(|p| (p.objective.0, p.chosen.clone())).collect();
        if all.len() <= plans {
            prop_assert_eq!(found.extent, Extent::All);
            prop_assert_eq!(listed, all);
        } else {
            prop_assert_eq!(found.extent, Extent::Best);
            let best: Vec<u64> = all.iter().take(plans).map(|(o, _)| *o).collect();
            prop_assert_eq!(listed.iter().map(|(o, _)| *o).collect::<Vec<_>>(), best);
            prop_assert!(listed.iter().all(|plan| all.contains(plan)));
        }
    }

    #[test]
    fn known_plans_change_nothing_but_the_effort(problem in problems(), within in 0.0f64..0.3) {
        let Some(answer) = solved(&problem) else { return Ok(()) };
        let ask = Nearness { within, plans: 200, work: WORK };
        let known: Vec<Vec<u32>> = every(&problem).into_iter().step_by(3).map(|(_, chosen)| chosen).collect();
        prop_assert_eq!(near(&problem, &answer, &known, ask), near(&problem, &answer, &[], ask));
    }

    #[test]
    fn a_fixed_point_is_in_every_near_plan_and_an_exchangeable_site_is_not(
        problem in problems(), within in 0.0f64..0.3, plans in 1usize..30, work in prop::sample::select(vec![0usize, 20_000, WORK]),
    ) {
        let Some(answer) = solved(&problem) else { return Ok(()) };
        let found = near(&problem, &answer, &[], Nearness { within, plans, work });
        let refused = refusals(&BranchAndBound::default(), &problem, &answer.chosen);
        let all: Vec<Vec<u32>> =
            every(&problem).into_iter().filter(|(objective, _)| *objective >= found.least).map(|(_, c)| c).collect();
        prop_assert!(found.extent != Extent::All || all.len() == found.plans.len());
        for (site, standing) in answer.chosen.iter().zip(standings(&problem, &answer, &found, &refused)) {
            let fixed = all.iter().all(|chosen| chosen.contains(site));
            let expected = if fixed { Standing::Fixed } else { Standing::Exchangeable };
            // Only where no plan without the site was found, and none was proved not to be, may it stay open.
            let open = refused.iter().any(|r| r.site == *site && r.without == Err(Infeasible::NoneFound));
            prop_assert!(standing == expected || (open && standing == Standing::Undecided), "{site}: {standing:?}");
        }
    }

    #[test]
    fn a_search_for_any_choice_finds_one_where_there_is_one_and_proves_it_where_not(problem in problems()) {
        let exists = !every(&problem).is_empty();
        match feasible(&problem) {
            Feasible::Yes(chosen) => prop_assert!(problem.admits(&chosen)),
            Feasible::No => prop_assert!(!exists),
            Feasible::Unknown => prop_assert!(false, "so small a problem is searched to the end"),
        }
    }

    #[test]
    fn a_search_that_is_cut_off_never_claims_to_be_whole(problem in problems(), work in 0usize..60_000) {
        let Some(answer) = solved(&problem) else { return Ok(()) };
        let found = near(&problem, &answer, &[], Nearness { within: 0.1, plans: 5, work });
        let near = every(&problem).into_iter().filter(|(objective, _)| *objective >= found.least).count();
        match found.extent {
            Extent::All => prop_assert_eq!(found.plans.len(), near),
            Extent::Best => prop_assert!(near > 5 && found.plans.len() == 5),
            Extent::Found => prop_assert!(found.plans.len() <= near),
        }
        prop_assert!(found.plans.iter().all(|p| problem.admits(&p.chosen) && p.objective.0 >= found.least));
    }

    #[test]
    fn every_point_of_the_curve_is_the_best_of_its_number_and_proved(problem in problems()) {
        let Some(answer) = solved(&problem) else { return Ok(()) };
        let drawn = curve(&BranchAndBound::default(), &problem, &answer, problem.sites, problem.sites);
        for point in &drawn.points {
            let best = at_most(&problem, point.new);
            prop_assert!(point.bound >= best && point.objective <= best, "{point:?} but {best}");
            prop_assert!(point.chosen.len() <= point.new && problem.objective(&point.chosen) == point.objective);
            prop_assert_eq!(point.objective, best);
            prop_assert_eq!(point.bound, best);
        }
        let last = drawn.points.last().expect("begins with none");
        match drawn.end {
            CurveEnd::Everything => prop_assert_eq!(last.objective, problem.coverable()),
            CurveEnd::NoMore => prop_assert_eq!(last.objective, at_most(&problem, problem.sites)),
            CurveEnd::Enough => prop_assert_eq!(last.new, problem.sites),
            CurveEnd::NoneFound => {}
        }
    }

    #[test]
    fn the_fewest_stations_for_a_share_hold_whatever_the_effort_and_the_spacing_of_points(
        problem in problems(), share in 0.0f64..1.2, work in prop::sample::select(vec![0usize, 5_000, 1_000_000]), points in 1usize..10,
    ) {
        let Some(answer) = solved(&problem) else { return Ok(()) };
        let drawn = curve(&BranchAndBound { work }, &problem, &answer, problem.sites, points);
        prop_assert!(drawn.points.windows(2).all(|w| w[0].objective <= w[1].objective && w[0].bound <= w[1].bound));
        prop_assert!(drawn.points.windows(2).all(|w| w[0].new < w[1].new));
        let weight = (problem.coverable() as f64 * share).ceil() as u64;
        let fewest = drawn.fewest(weight, problem.coverable());
        let truth = (0..=problem.sites).find(|&new| at_most(&problem, new) >= weight);
        match (fewest.needed, truth) {
            (Some(needed), Some(truth)) => prop_assert!(needed <= truth),
            (None, Some(truth)) => prop_assert!(false, "{truth} stations do it"),
            _ => {}
        }
        if let Some(enough) = fewest.enough {
            prop_assert!(truth.is_some_and(|truth| truth <= enough), "{fewest:?} but {truth:?}");
        }
        if points >= problem.sites && work == 1_000_000 && fewest.enough.is_some() {
            prop_assert_eq!(fewest.enough, fewest.needed);
        }
    }
}
