//! Every siting method against brute force on small random problems with every side condition.

mod problems;
#[path = "problems/wide.rs"]
mod wide;

use doorstep::coverage::merge;
use doorstep::siting::{BranchAndBound, CountyRule, Infeasible, Method, Problem, Rows};
use problems::{most, problems};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use wide::wide;

prop_compose! {
    /// Sites of unequal reach along a line, under county limits only: most of them are dominated by a neighbour.
    fn lines()(sites in 4usize..14)(
        sites in Just(sites),
        places in prop::collection::vec((0i32..60, 0i32..25), sites),
        demand in prop::collection::vec((0i32..60, 0u64..100), 1..80),
        choose in 1usize..=sites / 2,
        county_of in prop::collection::vec(prop::option::weighted(0.7, 0usize..3), sites),
        limits in prop::collection::vec((prop::sample::select(vec![0usize, 0, 1, 2]), 0usize..4), 3),
        forbidden in prop::collection::vec(prop::bool::weighted(0.1), sites),
        required in prop::collection::btree_set(0..sites as u32, 0..2),
        preference in prop::collection::vec(0u64..3, sites),
        unit in prop::sample::select(vec![1u64, 7, 1 << 40]),
    ) -> Problem {
        let reached = |at: i32| -> Vec<u32> {
            (0..).zip(&places).filter(|(_, (x, reach))| (x - at).abs() <= *reach).map(|(s, _)| s).collect()
        };
        let sets: Vec<(Vec<u32>, u64)> = demand.iter().map(|&(at, weight)| (reached(at), weight * unit)).collect();
        Problem {
            sites,
            demand: Rows::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
            choose,
            required: required.into_iter().collect(),
            forbidden,
            counties: limits.iter().enumerate()
                .map(|(i, &(min, max))| CountyRule { county: format!("county {i}"), min: min.min(max), max }).collect(),
            county_of,
            preference,
            ..Problem::default()
        }
    }
}

prop_compose! {
    /// Every row has two or three sites: relaxed choices take halves of them, so that cuts and branches decide.
    fn halves()(sites in 6usize..14)(
        sites in Just(sites),
        rows in prop::collection::vec((0..sites as u32, 0..sites as u32, prop::option::weighted(0.2, 0..sites as u32), 1u64..50), 10..90),
        choose in 2usize..=sites / 2,
        county_of in prop::collection::vec(prop::option::weighted(0.3, 0usize..2), sites),
        limits in prop::collection::vec((0usize..2, 1usize..6), 2),
        required in prop::collection::btree_set(0..sites as u32, 0..2),
        forbidden in prop::collection::vec(prop::bool::weighted(0.1), sites),
        unit in prop::sample::select(vec![1u64, 1 << 20, 1 << 44]),
    ) -> Problem {
        let set = |&(a, b, c, _): &(u32, u32, Option<u32>, u64)| {
            let set: std::collections::BTreeSet<u32> = [Some(a), Some(b), c].into_iter().flatten().collect();
            set.into_iter().collect::<Vec<u32>>()
        };
        let sets: Vec<(Vec<u32>, u64)> = rows.iter().map(|row| (set(row), row.3 * unit)).collect();
        Problem {
            sites,
            demand: Rows::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
            choose,
            required: required.into_iter().collect(),
            forbidden,
            counties: limits.iter().enumerate()
                .map(|(i, &(min, max))| CountyRule { county: format!("county {i}"), min, max }).collect(),
            county_of,
            preference: vec![0; sites],
            ..Problem::default()
        }
    }
}

#[test]
fn most_random_problems_have_an_answer_so_that_the_comparison_means_something() {
    let mut runner = TestRunner::new(ProptestConfig { rng_seed: RngSeed::Fixed(5), ..ProptestConfig::default() });
    let mut drawn = || problems().new_tree(&mut runner).expect("no filters").current();
    let feasible = (0..300).filter(|_| most(&drawn()).is_some()).count();
    assert!((80..290).contains(&feasible), "{feasible} of 300");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]
    #[test]
    fn a_proposal_meets_every_condition_and_the_optimum_lies_between_it_and_its_bound(problem in problems()) {
        match (BranchAndBound::default().solve(&problem, &[]), most(&problem)) {
            (Ok(answer), Some(best)) => {
                prop_assert!(problem.admits(&answer.chosen));
                prop_assert_eq!(problem.objective(&answer.chosen), answer.objective);
                prop_assert!(answer.objective <= best, "covers {} but {} is the most", answer.objective, best);
                prop_assert!(answer.bound >= best, "bound {} below the optimum {}", answer.bound, best);
            }
            (Err(_), None) => {}
            (Err(Infeasible::NoneFound), Some(_)) => prop_assert!(false, "a choice exists in so small a problem"),
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }

    #[test]
    fn every_small_problem_is_solved_to_the_optimum_and_proved(problem in problems()) {
        if let (Ok(answer), Some(best)) = (BranchAndBound::default().solve(&problem, &[]), most(&problem)) {
            prop_assert_eq!((answer.objective, answer.bound), (best, best));
        }
    }

    #[test]
    fn dominated_sites_may_go_without_losing_the_optimum_whatever_the_county_limits(problem in lines()) {
        match (BranchAndBound::default().solve(&problem, &[]), most(&problem)) {
            (Ok(answer), Some(best)) => {
                prop_assert!(problem.admits(&answer.chosen));
                prop_assert_eq!(problem.objective(&answer.chosen), best);
                prop_assert_eq!((answer.objective, answer.bound), (best, best));
            }
            (Err(_), None) => {}
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }

    #[test]
    fn relaxed_choices_that_take_halves_are_cut_and_branched_to_the_optimum(problem in halves()) {
        match (BranchAndBound::default().solve(&problem, &[]), most(&problem)) {
            (Ok(answer), Some(best)) => {
                prop_assert!(problem.admits(&answer.chosen));
                prop_assert_eq!((answer.objective, answer.bound), (best, best));
            }
            (Err(_), None) => {}
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }

    #[test]
    fn work_that_ends_early_leaves_a_true_bound(problem in problems(), work in 0usize..20_000) {
        if let (Ok(answer), Some(best)) = (BranchAndBound { work }.solve(&problem, &[]), most(&problem)) {
            prop_assert!(answer.objective <= best && best <= answer.bound, "{answer:?} but {best}");
        }
    }
}

#[test]
fn a_search_of_many_branches_proves_the_optimum_and_is_the_same_on_any_number_of_threads() {
    let problem = wide(20, 120, 4, 6);
    let solve = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads");
        pool.install(|| BranchAndBound::default().solve(&problem, &[])).expect("nothing forbids a choice")
    };
    let alone = solve(1);
    assert_eq!(most(&problem), Some(alone.objective));
    assert_eq!(alone.bound, alone.objective);
    assert_eq!(alone, solve(3));
    // A search that is cut off early says the same on any number of threads as well.
    let cut = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads");
        let problem = wide(60, 600, 5, 12);
        pool.install(|| BranchAndBound { work: 2_000_000 }.solve(&problem, &[])).expect("nothing forbids a choice")
    };
    assert!(cut(1).bound > cut(1).objective, "{:?}", cut(1));
    assert_eq!(cut(1), cut(4));
}
