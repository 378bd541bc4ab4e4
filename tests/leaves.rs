//! Certificates of small random problems, each checked by rules that share nothing with the search but the problem.

mod problems;
#[path = "problems/damages.rs"]
mod damages;
#[path = "problems/tree.rs"]
mod tree;

use damages::{damaged, overlooked};
use doorstep::siting::{Answer, BranchAndBound, Leaves, Method, Multipliers, Problem, leaves};
use problems::problems;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tree::{Part, walk};

/// The Lagrangian bound in a part, with the maximum taken over every choice there; `None` when there is none.
fn bound(problem: &Problem, part: &Part, multipliers: &Multipliers) -> Result<Option<u64>, String> {
    if multipliers.parts.len() != problem.rows().len() || multipliers.parts.iter().any(|p| *p > multipliers.of) {
        return Err("a multiplier beyond its row's weight".to_owned());
    }
    let u: Vec<u64> = problem
        .rows()
        .iter()
        .zip(&multipliers.parts)
        .map(|(row, part)| (2 * row.weight * part + multipliers.of) / (2 * multipliers.of))
        .collect();
    let value =
        |s: u32| problem.rows().iter().zip(&u).filter(|(r, _)| r.sites.contains(&s)).map(|(_, u)| u).sum::<u64>();
    let slack: u64 = problem.rows().iter().zip(&u).map(|(r, u)| r.weight - u).sum();
    let choices = part.choices(problem);
    let most = choices.iter().map(|c| slack + c.iter().map(|&s| value(s)).sum::<u64>()).max();
    let divisor = (1..=1000).rev().find(|d| problem.rows().iter().all(|r| r.weight % d == 0)).unwrap_or(1);
    Ok(most.map(|m| problem.base + m / divisor * divisor))
}

/// Whether a certificate proves what it says.
fn check(problem: &Problem, proof: &Leaves) -> Result<(), String> {
    if !problem.admits(&proof.chosen) || problem.objective(&proof.chosen) != proof.objective {
        return Err("the choice is not what it is said to be".to_owned());
    }
    let open_to = |part: &Part, m: usize| -> Result<Option<u64>, String> {
        let multipliers = proof.multipliers.get(m).ok_or("no multipliers")?;
        Ok(bound(problem, part, multipliers)?.filter(|bound| *bound > proof.bound))
    };
    walk(problem, &proof.nodes, &open_to, &|choice| problem.objective(choice) > proof.bound)
}

fn solved(problem: &Problem) -> Option<Answer> {
    BranchAndBound::default().solve(problem, &[]).ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]
    #[test]
    fn the_certificate_of_every_small_optimum_proves_it(problem in problems()) {
        if let Some(answer) = solved(&problem) {
            prop_assert_eq!(problems::most(&problem), Some(answer.objective));
            let proof = leaves(&problem, &answer, BranchAndBound::default().work);
            prop_assert_eq!(check(&problem, &proof), Ok(()));
            prop_assert_eq!(proof.bound, answer.objective, "proved to the optimum, nothing left open");
        }
    }

    #[test]
    fn a_certificate_with_little_work_proves_the_bound_that_it_states(problem in problems(), work in 0usize..8_000) {
        if let Some(answer) = solved(&problem) {
            let proof = leaves(&problem, &answer, work);
            prop_assert_eq!(check(&problem, &proof), Ok(()));
            prop_assert!(proof.bound >= answer.objective);
        }
    }

    #[test]
    fn a_choice_that_is_not_the_best_is_never_certified_as_such(problem in problems(), worse in 1u64..50) {
        if let Some(best) = solved(&problem) {
            // A program that took a poorer choice for the best and believed it.
            let wrong = Answer { bound: best.objective.saturating_sub(worse), ..best.clone() };
            let proof = leaves(&problem, &wrong, BranchAndBound::default().work);
            prop_assert_eq!(check(&problem, &proof), Ok(()));
            prop_assert!(proof.bound >= best.objective, "{} proved, {} reached", proof.bound, best.objective);
        }
    }

    #[test]
    fn small_certificates_that_are_damaged_are_refuted(problem in problems()) {
        let Some(answer) = solved(&problem) else { return Ok(()) };
        let proof = leaves(&problem, &answer, BranchAndBound::default().work);
        prop_assert_eq!(overlooked(&proof, |p| check(&problem, p)), Vec::<&str>::new());
        let refuted = |damage: &dyn Fn(&mut Leaves)| check(&problem, &damaged(&proof, damage)).is_err();
        if let Some(weight) = problem.rows().iter().map(|r| r.weight).max() {
            // The optimum is a choice, so no leaves can prove less.
            prop_assert!(weight == 0 || proof.objective == 0 || refuted(&|p| p.bound = p.objective - 1));
        }
    }
}
