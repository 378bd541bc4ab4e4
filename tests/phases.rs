//! Nested phases: the weighted sum over all of them against brute force, on small random problems with every side condition.

mod problems;
#[path = "problems/wide.rs"]
mod wide;

use doorstep::siting::{BranchAndBound, Method, PhaseSum, Problem, nest};
use problems::{every, most, problems};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use wide::wide;

/// The best sum over nested plans, by trying all: of every choice of the last phase its subsets, and theirs.
fn best(problem: &Problem, news: &[usize], parts: &[u64]) -> Option<u64> {
    every(problem).map(|last| within(problem, &last, news, parts)).max()
}

/// What `set` is worth in the last of these phases, and the best of its subsets before.
fn within(problem: &Problem, set: &[u32], news: &[usize], parts: &[u64]) -> u64 {
    let (phase, before) = (news.len() - 1, news.len().checked_sub(2));
    let own = parts[phase] * problem.objective(set);
    let earlier = before.map_or(0, |t| {
        let subsets = (0u32..1 << set.len()).filter(|mask| mask.count_ones() as usize == news[t]);
        let subset = |mask: u32| set.iter().enumerate().filter(move |(i, _)| mask >> i & 1 == 1).map(|(_, &s)| s);
        subsets
            .map(|mask| within(problem, &subset(mask).collect::<Vec<u32>>(), &news[..=t], parts))
            .max()
            .expect("the number is no larger")
    });
    own + earlier
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    #[test]
    fn the_weighted_sum_over_nested_phases_is_solved_to_the_optimum_and_proved(
        problem in problems(),
        earlier in prop::collection::vec(0usize..9, 0..3),
        weights in prop::collection::vec(prop::sample::select(vec![0.0, 0.5, 1.0, 1.0, 2.0, 4.0]), 3),
        last in prop::sample::select(vec![0.5, 1.0, 4.0]),
    ) {
        let mut news: Vec<usize> = earlier.into_iter().map(|n| n.min(problem.choose)).collect();
        news.sort_unstable();
        news.push(problem.choose);
        let mut weights = weights[..news.len()].to_vec();
        weights[news.len() - 1] = last;
        let Ok(alone) = BranchAndBound::default().solve(&problem, &[]) else { return Ok(()) };
        let found = PhaseSum { problem: &problem, news: &news, weights: &weights }.solve(&alone.chosen, BranchAndBound::default().work);
        let found = found.expect("the last phase can be met");
        prop_assert_eq!(Some(alone.objective), most(&problem), "the last phase alone");
        let heaviest = weights.iter().copied().fold(0.0, f64::max);
        let parts: Vec<u64> = weights.iter().map(|w| (w / heaviest * found.parts as f64).round() as u64).collect();
        prop_assert_eq!(Some(found.objective), best(&problem, &news, &parts));
        prop_assert_eq!(found.bound, found.objective);
        let sum: u64 = found.sets.iter().zip(&parts).map(|(set, part)| part * problem.objective(set)).sum();
        prop_assert_eq!(sum, found.objective);
        prop_assert!(problem.admits(found.sets.last().expect("there is a last phase")));
        for (set, choose) in found.sets.iter().zip(&news) {
            prop_assert_eq!(set.len(), *choose);
        }
        for pair in found.sets.windows(2) {
            prop_assert!(pair[0].iter().all(|s| pair[1].contains(s)), "{:?} is not within {:?}", &pair[0], &pair[1]);
        }
    }

    #[test]
    fn a_sum_over_phases_that_is_not_searched_to_the_end_leaves_a_true_bound(
        problem in problems(),
        work in 0usize..30_000,
    ) {
        let news = [problem.choose / 2, problem.choose];
        let Ok(alone) = BranchAndBound::default().solve(&problem, &[]) else { return Ok(()) };
        let found = PhaseSum { problem: &problem, news: &news, weights: &[1.0, 1.0] }.solve(&alone.chosen, work);
        let Ok(found) = found else { return Ok(()) };
        let most = best(&problem, &news, &[found.parts; 2]).expect("the last phase can be met");
        prop_assert!(found.objective <= most && most <= found.bound);
    }
}

#[test]
fn a_plan_over_phases_is_the_same_on_any_number_of_threads_and_no_worse_than_one_from_the_end() {
    let (problem, news) = (wide(60, 400, 6, 12), [3, 7, 12]);
    let alone = BranchAndBound::default().solve(&problem, &[]).expect("nothing is in the way");
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| {
            PhaseSum { problem: &problem, news: &news, weights: &[1.0; 3] }.solve(&alone.chosen, 100_000_000)
        })
    };
    let one = on(1).expect("nothing is in the way");
    assert_eq!(one, on(3).expect("nothing is in the way"));
    let from_the_end = nest(&BranchAndBound::default(), &problem, &alone, &news).expect("nothing is in the way");
    let sum: u64 = from_the_end.iter().map(|step| one.parts * step.objective).sum();
    assert!(one.objective >= sum, "{} where {sum} was at hand", one.objective);
}
