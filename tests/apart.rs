//! Parts that share nothing, solved apart and joined, against trying every choice and against the whole solved at once.

mod problems;

use doorstep::coverage::merge;
use doorstep::siting::{Apart, BranchAndBound, Infeasible, Method, Problem, Rows, Watch};
use problems::{most, problems};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::Arc;
use std::time::{Duration, Instant};

prop_compose! {
    /// Rows reach a few neighbouring sites only, so that most problems fall into parts.
    fn in_parts()(
        problem in problems(),
        spans in prop::collection::vec((0u32..13, 1u32..4, 0u64..1000), 0..25),
        counties in prop::bool::weighted(0.4),
    ) -> Problem {
        let n = problem.sites as u32;
        let sets: Vec<(Vec<u32>, u64)> =
            spans.iter().map(|&(from, long, w)| ((from % n..(from % n + long).min(n)).collect(), w)).collect();
        Problem {
            demand: Rows::new(problem.sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
            counties: if counties { problem.counties.clone() } else { Vec::new() },
            county_of: if counties { problem.county_of.clone() } else { vec![None; problem.sites] },
            budget: None,
            ..problem
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, rng_seed: RngSeed::Fixed(31), ..ProptestConfig::default() })]

    #[test]
    fn parts_solved_apart_are_the_best_of_the_whole(problem in prop_oneof![3 => in_parts(), 1 => problems()]) {
        match (Apart::default().solve(&problem, &[]), most(&problem)) {
            (Ok(answer), Some(best)) => {
                prop_assert!(problem.admits(&answer.chosen));
                prop_assert_eq!(problem.objective(&answer.chosen), answer.objective);
                prop_assert_eq!((answer.objective, answer.bound), (best, best));
            }
            (Err(why), None) => prop_assert_ne!(why, Infeasible::TooLarge),
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }

    #[test]
    fn parts_with_little_work_leave_a_true_bound(problem in in_parts(), work in 0usize..5_000) {
        if let (Ok(answer), Some(best)) = (Apart(BranchAndBound { work }).solve(&problem, &[]), most(&problem)) {
            prop_assert!(answer.objective <= best && best <= answer.bound, "{:?} but {}", answer, best);
        }
    }
}

/// So many towns of so many sites each, and so many rows of up to so many sites that stay within a town.
fn towns((towns, size): (u64, u64), (rows, each): (u64, usize), choose: usize) -> Problem {
    let mut state = 88_172_645_463_325_252u64;
    let mut draw = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) % below
    };
    let sets: Vec<(Vec<u32>, u64)> = (0..rows)
        .map(|i| {
            let town = i % towns * size;
            let set: std::collections::BTreeSet<u32> = (0..each).map(|_| (town + draw(size)) as u32).collect();
            (set.into_iter().collect(), 1 + draw(100))
        })
        .collect();
    let sites = (towns * size) as usize;
    Problem {
        sites,
        demand: Rows::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
        choose,
        forbidden: vec![false; sites],
        county_of: vec![None; sites],
        preference: vec![0; sites],
        ..Problem::default()
    }
}

#[test]
fn a_hundred_towns_are_split_the_same_on_any_number_of_threads() {
    let problem = towns((100, 10), (6000, 3), 130);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| Apart::default().solve(&problem, &[])).expect("nothing forbids a choice")
    };
    let answer = on(1);
    assert_eq!(answer.bound, answer.objective);
    assert_eq!(problem.objective(&answer.chosen), answer.objective);
    assert_eq!(on(4), answer);
}

#[test]
fn parts_hear_when_to_stop_and_answer_with_what_there_is() {
    // Each far too large for a proof within any patience.
    let problem = towns((2, 150), (4000, 6), 60);
    let watch = Arc::new(Watch::default());
    let clock = Arc::clone(&watch);
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(2));
        clock.stop();
    });
    let start = Instant::now();
    let answer =
        Apart(BranchAndBound { work: usize::MAX }).watched(&problem, &[], &watch).expect("nothing is forbidden");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(problem.objective(&answer.chosen), answer.objective);
    assert!(answer.objective < answer.bound && answer.bound <= problem.coverable(), "{answer:?}");
}
