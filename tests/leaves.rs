//! Certificates of small random problems, each checked by rules that share nothing with the search but the problem.

mod problems;
#[path = "problems/damages.rs"]
mod damages;
#[path = "problems/tree.rs"]
mod tree;
#[path = "problems/beside.rs"]
mod beside;

use beside::{Beside, holds};
use damages::{damaged, overlooked};
use doorstep::coverage::merge;
use doorstep::siting::{
    Answer, BranchAndBound, Leaves, Method, Multipliers, Node, Problem, Rows, Watch, leaves, leaves_by_packing,
    leaves_by_vertices,
};
use problems::problems;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tree::{Part, walk};

/// The Lagrangian bound in a part, with the maximum taken over every choice there; `None` when there is none.
fn bound(problem: &Problem, proof: &Leaves, part: &Part, by: &Multipliers) -> Result<Option<u64>, String> {
    if by.parts.len() != problem.rows().len() || by.parts.iter().any(|p| *p > by.of) {
        return Err("a multiplier beyond its row's weight".to_owned());
    }
    let whole = |n: u64| i128::from(n);
    let q = whole(by.prices_of);
    let rows = problem.rows().iter().zip(&by.parts);
    let u: Vec<i128> = rows
        .map(|(row, part)| (2 * q * whole(row.weight) * whole(*part) + whole(by.of)) / (2 * whole(by.of)))
        .collect();
    let value =
        |s: u32| problem.rows().iter().zip(&u).filter(|(r, _)| r.sites.contains(&s)).map(|(_, u)| u).sum::<i128>();
    let beside = Beside::of(proof, part, by, u.len(), problem.sites)?;
    let values: Vec<i128> = (0..problem.sites as u32).map(|s| value(s) + beside.values[s as usize]).collect();
    let left = |r: usize| (q * whole(problem.rows()[r].weight) - u[r] - beside.earned[r]).max(0);
    let rest = beside.rest + (0..u.len()).map(left).sum::<i128>();
    let choices = part.choices(problem);
    let most = choices.iter().map(|c| rest + c.iter().map(|&s| values[s as usize]).sum::<i128>()).max();
    let divisor = (1..=1000).rev().find(|d| problem.rows().iter().all(|r| r.weight % d == 0)).unwrap_or(1);
    let above = |most: i128| most.div_euclid(q).div_euclid(i128::from(divisor)) * i128::from(divisor);
    Ok(most.map(|most| (i128::from(problem.base) + above(most)).max(0) as u64))
}

/// Whether a certificate proves what it says.
fn check(problem: &Problem, proof: &Leaves) -> Result<(), String> {
    if !problem.admits(&proof.chosen) || problem.objective(&proof.chosen) != proof.objective {
        return Err("the choice is not what it is said to be".to_owned());
    }
    let covers: Vec<&[u32]> = problem.rows().iter().map(|row| &row.sites[..]).collect();
    if let Some(cut) = proof.cuts.iter().find(|cut| !holds(problem.sites, &covers, cut)) {
        return Err(format!("a choice breaks {cut:?}"));
    }
    let open_to = |part: &Part, m: usize| -> Result<Option<u64>, String> {
        let multipliers = proof.multipliers.get(m).ok_or("no multipliers")?;
        Ok(bound(problem, proof, part, multipliers)?.filter(|bound| *bound > proof.bound))
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

    #[test]
    fn that_all_cannot_be_covered_is_proved_by_rows_that_share_no_site_and_only_where_it_is_true(problem in problems()) {
        let lightest = problem.rows().iter().map(|r| r.weight).min();
        if let (Some(best), Some(lightest)) = (solved(&problem), lightest) {
            let told = Answer { bound: problem.coverable().saturating_sub(lightest), ..best.clone() };
            let proof = leaves_by_packing(&problem, &told, usize::MAX);
            prop_assert_eq!(proof.is_some(), best.objective <= told.bound);
            if let Some(proof) = proof {
                prop_assert_eq!(check(&problem, &proof), Ok(()));
                prop_assert_eq!(proof.bound, told.bound);
            }
        }
    }

    #[test]
    fn proofs_by_vertices_prove_what_they_state_whatever_they_were_told_and_however_little_they_may_cost(
        problem in problems(),
        worse in 0u64..3,
        work in prop_oneof![Just(usize::MAX / 2), 0usize..400_000],
    ) {
        if let Some(best) = solved(&problem) {
            let told = Answer { bound: best.objective.saturating_sub(worse * 7), ..best.clone() };
            let proof = leaves_by_vertices(&problem, &told, work, &Watch::default());
            prop_assert!(proof.is_some() || work < 400_000, "plain covering");
            let Some(proof) = proof else { return Ok(()) };
            prop_assert_eq!(check(&problem, &proof), Ok(()));
            prop_assert!(proof.bound >= best.objective, "{} proved, {} reached", proof.bound, best.objective);
            prop_assert!(work < 400_000 || worse > 0 || proof.bound == best.objective, "{} left open", proof.bound);
        }
    }
}

/// Rows of two sites and some of three: the relaxation takes halves, so that proofs need cuts and branches.
fn of_pairs(draw: &mut impl FnMut(usize) -> usize) -> Problem {
    let sites = 9 + draw(4);
    let sets: Vec<(Vec<u32>, u64)> = (0..4 * sites)
        .map(|_| {
            let set: std::collections::BTreeSet<u32> = (0..2 + draw(2)).map(|_| draw(sites) as u32).collect();
            (set.into_iter().collect(), 1 + draw(40) as u64)
        })
        .collect();
    Problem {
        sites,
        demand: Rows::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
        choose: 3 + draw(3),
        forbidden: vec![false; sites],
        county_of: vec![None; sites],
        preference: vec![0; sites],
        ..Problem::default()
    }
}

#[test]
fn proofs_by_vertices_hold_with_their_cuts_and_demands_and_not_with_others() {
    let mut state = 88_172_645_463_325_252u64;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let (mut cut, mut among, mut priced) = (0, 0, 0);
    for case in 0..300 {
        let problem = of_pairs(&mut draw);
        let best = solved(&problem).expect("nothing is forbidden");
        // Cuts alone prove most of these; told that less is the best, the search goes on to areas.
        let less = best.objective * [0, 1, 2][case % 3] / 20;
        let answer = Answer { bound: best.objective - less, ..best.clone() };
        let proof = leaves_by_vertices(&problem, &answer, usize::MAX / 2, &Watch::default()).expect("plain covering");
        assert_eq!(check(&problem, &proof), Ok(()), "case {case}");
        assert!(proof.bound >= best.objective && (less > 0 || proof.bound == best.objective), "case {case}");
        let again = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads");
        let again = again
            .install(|| leaves_by_vertices(&problem, &answer, usize::MAX / 2, &Watch::default()))
            .expect("plain covering");
        assert_eq!(again, proof, "case {case}: on other threads");
        cut += usize::from(!proof.cuts.is_empty());
        among += usize::from(proof.nodes.iter().any(|n| matches!(n, Node::Among { .. })));
        let refuted = |damage: &dyn Fn(&mut Leaves)| check(&problem, &damaged(&proof, damage)).is_err();
        if !proof.cuts.is_empty() {
            assert!(refuted(&|p| p.cuts[0].sites.clear()), "case {case}: a cut whose sites pay nothing");
        }
        if let Some(at) = proof.multipliers.iter().position(|m| !m.demands.is_empty()) {
            priced += 1;
            let other = |p: &mut Leaves| p.multipliers[at].demands[0].more ^= true;
            assert!(refuted(&other), "case {case}: a demand of the other branch");
        }
    }
    assert!(cut > 100 && among > 5 && priced > 5, "{cut} with cuts, {among} with areas, {priced} with their prices");
}
