//! The models beside covering with a given number of stations, each against brute force on small random problems.

use doorstep::coverage::merge;
use doorstep::siting::{
    BranchAndBound, CostAnswer, Costs, CountyRule, Fading, Fewest, Infeasible, Method, Problem, Rows, p_center,
    p_median, stepwise,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[path = "problems/costs.rs"]
mod small;

use small::{costs, least_by_trying};

const WORK: usize = 1_000_000_000;

fn subsets(sites: usize) -> impl Iterator<Item = Vec<u32>> {
    (0u32..1 << sites).map(move |mask| (0..sites as u32).filter(|s| mask >> s & 1 == 1).collect())
}

/// Fewest sites of a choice that covers `least` and meets every condition, by trying all.
fn fewest_by_trying(problem: &Problem, least: u64) -> Option<usize> {
    let enough = |chosen: &Vec<u32>| {
        problem.objective(chosen) >= least && Problem { choose: chosen.len(), ..problem.clone() }.admits(chosen)
    };
    subsets(problem.sites).filter(enough).map(|chosen| chosen.len()).min()
}

prop_compose! {
    fn problems()(sites in 3usize..11)(
        sites in Just(sites),
        rows in prop::collection::vec((1u32..1 << sites, 0u32..1 << sites, 0u64..1000), 0..40),
        base in 0u64..500,
        required in prop::collection::btree_set(0..sites as u32, 0..2),
        forbidden in prop::collection::vec(prop::bool::weighted(0.1), sites),
        county_of in prop::collection::vec(prop::option::of(0usize..3), sites),
        limits in prop::collection::vec((prop::sample::select(vec![0usize, 0, 0, 1, 2]), 1usize..6), 3),
        too_near in prop::collection::vec((0..sites as u32, 0..sites as u32), 0..4),
        cost in prop::collection::vec(1u64..100, sites),
        budget in prop::option::weighted(0.4, 100u64..600),
        conditions in prop::bool::weighted(0.6),
        spaced in any::<bool>(),
        // Of what all sites together cover, the share that is asked for, in thousandths; often all.
        share in prop::sample::select(vec![1000u64, 1000, 1000, 999, 950, 900, 800, 500, 0, 1001]),
    ) -> (Problem, u64) {
        let sets: Vec<(Vec<u32>, u64)> = rows
            .iter()
            .map(|(a, b, weight)| ((0..sites as u32).filter(|s| a & b >> s & 1 == 1).collect(), *weight))
            .collect();
        let mut near = vec![Vec::new(); if spaced && conditions { sites } else { 0 }];
        for &(a, b) in too_near.iter().filter(|(a, b)| spaced && conditions && a != b) {
            near[a as usize].push(b);
            near[b as usize].push(a);
        }
        near.iter_mut().for_each(|n| { n.sort_unstable(); n.dedup(); });
        let counties = limits.iter().enumerate()
            .map(|(i, &(min, max))| CountyRule { county: format!("county {i}"), min, max });
        let problem = Problem {
            sites,
            demand: Rows::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
            base,
            choose: 0,
            required: required.into_iter().collect(),
            forbidden,
            counties: if conditions { counties.collect() } else { Vec::new() },
            county_of: if conditions { county_of } else { vec![None; sites] },
            too_near: near,
            budget: budget.filter(|_| conditions).map(|most| (cost, most)),
            preference: vec![0; sites],
            ..Problem::default()
        };
        let usable: Vec<u32> = (0..sites as u32).filter(|&s| !problem.forbidden[s as usize]).collect();
        let least = (u128::from(problem.objective(&usable)) * u128::from(share)).div_ceil(1000) as u64;
        (problem, least)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    #[test]
    fn the_fewest_sites_that_cover_enough_are_found_and_proved((problem, least) in problems()) {
        match (Fewest { least, work: WORK }.solve(&problem), fewest_by_trying(&problem, least)) {
            (Ok(answer), Some(best)) => {
                let of_that_many = Problem { choose: answer.chosen.len(), ..problem.clone() };
                prop_assert!(of_that_many.admits(&answer.chosen));
                prop_assert_eq!(problem.objective(&answer.chosen), answer.covered);
                prop_assert!(answer.covered >= least);
                prop_assert_eq!((answer.chosen.len(), answer.bound), (best, best as u64));
            }
            (Err(why), None) => prop_assert_ne!(why, Infeasible::NoneFound),
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }

    #[test]
    fn a_search_for_fewest_that_is_cut_short_leaves_a_true_bound((problem, least) in problems(), work in 0usize..3000) {
        match (Fewest { least, work }.solve(&problem), fewest_by_trying(&problem, least)) {
            (Ok(answer), Some(best)) => {
                prop_assert!(answer.covered >= least);
                prop_assert!(answer.bound <= best as u64 && best <= answer.chosen.len(), "{answer:?} but {best}");
            }
            (Err(_), None) | (Err(Infeasible::NoneFound), Some(_)) => {}
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }
}

fn permuted(costs: &Costs) -> Costs {
    let turn = |n: usize| (0..n).map(move |i| (i * 7 + 3) % n.max(1)).collect::<Vec<_>>();
    let n = costs.costs.len();
    // Seven has no factor in common with the lengths it turns; for the others the order is reversed.
    let order = if n.is_multiple_of(7) { (0..n).rev().collect() } else { turn(n) };
    Costs {
        weights: order.iter().map(|&i| costs.weights[i]).collect(),
        costs: order.iter().map(|&i| costs.costs[i].clone()).collect(),
        ..costs.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, rng_seed: RngSeed::Fixed(12), ..ProptestConfig::default() })]

    #[test]
    fn the_p_median_is_found_and_proved(costs in costs()) {
        let best = least_by_trying(&costs, |chosen| costs.total(chosen));
        match (p_median::solve(&costs, WORK), best) {
            (Ok(answer), Some(best)) => {
                prop_assert!(costs.admits(&answer.chosen));
                prop_assert_eq!(costs.total(&answer.chosen), Some(u128::from(answer.objective)));
                prop_assert_eq!((u128::from(answer.objective), u128::from(answer.bound)), (best, best));
                prop_assert_eq!(p_median::solve(&permuted(&costs), WORK), Ok(answer));
            }
            (Err(why), None) => prop_assert_ne!(why, Infeasible::NoneFound),
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }

    #[test]
    fn the_p_center_is_found_and_proved(costs in costs()) {
        let best = least_by_trying(&costs, |chosen| costs.worst(chosen));
        match (p_center::solve(&costs, WORK), best) {
            (Ok(answer), Some(best)) => {
                prop_assert!(costs.admits(&answer.chosen));
                prop_assert_eq!(costs.worst(&answer.chosen), Some(answer.objective));
                prop_assert_eq!((answer.objective, answer.bound), (best, best));
                prop_assert_eq!(p_center::solve(&permuted(&costs), WORK), Ok(answer));
            }
            (Err(why), None) => prop_assert_ne!(why, Infeasible::NoneFound),
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }

    #[test]
    fn searches_for_median_and_center_that_are_cut_short_leave_true_bounds(costs in costs(), work in 0usize..2000) {
        let median = least_by_trying(&costs, |chosen| costs.total(chosen));
        match (p_median::solve(&costs, work), median) {
            (Ok(answer), Some(best)) => {
                prop_assert!(u128::from(answer.bound) <= best && best <= u128::from(answer.objective), "{answer:?} but {best}");
            }
            (Err(_), None) | (Err(Infeasible::NoneFound), Some(_)) => {}
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
        let center = least_by_trying(&costs, |chosen| costs.worst(chosen));
        match (p_center::solve(&costs, work), center) {
            (Ok(answer), Some(best)) => {
                prop_assert!(answer.bound <= best && best <= answer.objective, "{answer:?} but {best}");
            }
            (Err(_), None) | (Err(Infeasible::NoneFound), Some(_)) => {}
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }
}

#[test]
fn costs_too_large_to_be_summed_are_refused_for_the_total_and_fine_for_the_worst() {
    let costs = Costs {
        sites: 2,
        weights: vec![u64::MAX, 3],
        costs: vec![vec![(0, u64::MAX), (1, 5)], vec![(0, 1), (1, u64::MAX)]],
        choose: 1,
        required: Vec::new(),
        forbidden: vec![false; 2],
        ..Costs::default()
    };
    assert_eq!(p_median::solve(&costs, WORK), Err(Infeasible::TooLarge));
    let worst = CostAnswer { chosen: vec![0], objective: u64::MAX, bound: u64::MAX };
    assert_eq!(p_center::solve(&costs, WORK), Ok(worst));
}

#[test]
fn no_demand_costs_nothing() {
    let costs = Costs { sites: 3, choose: 2, forbidden: vec![true, false, false], ..Costs::default() };
    let nothing = CostAnswer { chosen: vec![1, 2], objective: 0, bound: 0 };
    assert_eq!(p_median::solve(&costs, WORK), Ok(nothing.clone()));
    assert_eq!(p_center::solve(&costs, WORK), Ok(nothing));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, rng_seed: RngSeed::Fixed(13), ..ProptestConfig::default() })]

    #[test]
    fn stepwise_decay_is_worth_full_weight_near_and_a_part_farther_off(
        points in prop::collection::vec((0u64..100, 0u32..256, 0u32..256, 0u32..256), 0..30),
        parts in prop::collection::vec(0u64..4, 3),
        choose in 1usize..5,
    ) {
        let sets = |masks: [u32; 3]| masks.map(|m| (0..8u32).filter(|s| m >> s & 1 == 1).collect::<Vec<_>>());
        let points: Vec<(u64, [Vec<u32>; 3])> =
            points.into_iter().map(|(w, a, b, c)| (w, sets([a & b & c, b & c, c]))).collect();
        let slices: Vec<(u64, [&[u32]; 3])> = points.iter().map(|(w, s)| (*w, [&s[0][..], &s[1], &s[2]])).collect();
        let fading = slices.iter().map(|(weight, within)| Fading { weight: *weight, within });
        let rows = stepwise(fading, &parts).expect("small weights");
        let problem = Problem {
            sites: 8,
            demand: Rows::new(8, rows),
            choose,
            forbidden: vec![false; 8],
            county_of: vec![None; 8],
            preference: vec![0; 8],
            ..Problem::default()
        };
        // By definition: the shortest reach within which a chosen site stands decides what a point is worth.
        let worth = |chosen: &[u32]| points.iter().map(|(w, sets)| {
            let reach = sets.iter().position(|set| set.iter().any(|s| chosen.contains(s)));
            w * reach.map_or(0, |k| parts[k..].iter().sum())
        }).sum::<u64>();
        let best = subsets(8).filter(|c| c.len() == choose).map(|c| worth(&c)).max();
        let answer = BranchAndBound::default().solve(&problem, &[]).expect("no conditions");
        prop_assert_eq!(worth(&answer.chosen), answer.objective);
        prop_assert_eq!((Some(answer.objective), answer.bound), (best, answer.objective));
    }

    #[test]
    fn the_number_of_threads_changes_no_answer((problem, least) in problems(), costs in costs()) {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| {
                let fewest = Fewest { least, work: WORK }.solve(&problem);
                (fewest, p_median::solve(&costs, WORK), p_center::solve(&costs, WORK))
            })
        };
        prop_assert_eq!(on(1), on(3));
    }
}

/// Points in a square with integer costs, large enough for the searches to branch.
fn scattered(demand: u64, sites: u64, choose: usize) -> Costs {
    let mut state = 88_172_645_463_325_252_u64;
    let mut draw = |most: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % most
    };
    let places: Vec<(u64, u64)> = (0..sites).map(|_| (draw(1000), draw(1000))).collect();
    let mut far = || {
        let (x, y) = (draw(1000), draw(1000));
        (0..).zip(&places).map(|(s, p)| (s, p.0.abs_diff(x) + p.1.abs_diff(y))).collect::<Vec<(u32, u64)>>()
    };
    let costs: Vec<_> = (0..demand).map(|_| far()).collect();
    let weights = (0..demand).map(|_| 1 + draw(20)).collect();
    Costs { sites: sites as usize, weights, costs, choose, required: vec![3], ..Costs::default() }
}

#[test]
fn middling_problems_are_proved_the_same_on_any_number_of_threads_and_in_any_order_of_demand() {
    let costs = scattered(200, 40, 5);
    let on = |threads: usize, costs: &Costs| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| (p_median::solve(costs, WORK), p_center::solve(costs, WORK)))
    };
    let (median, center) = on(1, &costs);
    let (m, c) = (median.clone().expect("reached"), center.clone().expect("reached"));
    assert_eq!((m.objective, c.objective), (m.bound, c.bound));
    assert!(costs.worst(&m.chosen) >= Some(c.objective) && costs.total(&c.chosen) >= costs.total(&m.chosen));
    assert_eq!(on(4, &costs), (median.clone(), center.clone()));
    assert_eq!(on(2, &permuted(&costs)), (median, center));
}
