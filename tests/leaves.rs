//! Certificates of small random problems, each checked by rules that share nothing with the search but the problem.

mod problems;

use doorstep::siting::{Answer, BranchAndBound, Leaves, Method, Multipliers, Node, Problem, leaves};
use problems::problems;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;

/// A part of the space of choices.
#[derive(Clone)]
struct Part {
    taken: BTreeSet<u32>,
    out: BTreeSet<u32>,
}

impl Part {
    fn taking(&self, problem: &Problem, site: u32) -> Self {
        let mut part = self.clone();
        part.taken.insert(site);
        part.out.extend(problem.too_near.get(site as usize).into_iter().flatten());
        part
    }

    fn leaving(&self, site: u32) -> Self {
        let mut part = self.clone();
        part.out.insert(site);
        part
    }

    /// Choices of the right number that keep to this part and to the counties, by trying all: spacing and budget aside.
    fn choices(&self, problem: &Problem) -> Vec<Vec<u32>> {
        let keeps = |mask: &u32| {
            let has = |s: &u32| mask >> s & 1 == 1;
            let counties = problem.counties.iter().enumerate().all(|(c, rule)| {
                let of = |s: &u32| has(s) && problem.county_of[*s as usize] == Some(c);
                let n = (0..problem.sites as u32).filter(of).count();
                (rule.min..=rule.max).contains(&n)
            });
            mask.count_ones() as usize == problem.choose
                && self.taken.iter().all(has)
                && !self.out.iter().any(has)
                && counties
        };
        let sites = |mask: u32| (0..problem.sites as u32).filter(|s| mask >> s & 1 == 1).collect();
        (0u32..1 << problem.sites).filter(keeps).map(sites).collect()
    }
}

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
    let mut whole = Part { taken: BTreeSet::new(), out: BTreeSet::new() };
    whole.out.extend((0..problem.sites as u32).filter(|&s| problem.forbidden[s as usize]));
    for &s in &problem.required {
        whole = whole.taking(problem, s);
    }
    node(problem, proof, 0, &whole)
}

fn node(problem: &Problem, proof: &Leaves, at: usize, part: &Part) -> Result<(), String> {
    let child = |then: usize| (at < then).then_some(then).ok_or(format!("node {at} has no child"));
    let closes = |part: &Part, m: usize| {
        let multipliers = proof.multipliers.get(m).ok_or("no multipliers")?;
        match bound(problem, part, multipliers)? {
            Some(bound) if bound > proof.bound => Err(format!("node {at}: {bound} is above {}", proof.bound)),
            _ => Ok(()),
        }
    };
    match proof.nodes.get(at).ok_or("a node is missing")? {
        Node::Bound { multipliers } => closes(part, *multipliers),
        Node::Count => {
            let cost = |c: &Vec<u32>| problem.budget.as_ref().map_or(0, |b| c.iter().map(|&s| b.0[s as usize]).sum());
            let cheapest = part.choices(problem).iter().map(cost).min();
            let affordable = cheapest.is_some_and(|c: u64| problem.budget.as_ref().is_none_or(|b| c <= b.1));
            if affordable { Err(format!("node {at} is not at its end")) } else { Ok(()) }
        }
        Node::Choice => {
            let choices = part.choices(problem);
            let above = |c: &Vec<u32>| problem.admits(c) && problem.objective(c) > proof.bound;
            if choices.len() > 1 || choices.iter().any(above) { Err(format!("node {at} holds more")) } else { Ok(()) }
        }
        Node::Fix { multipliers, taken, left, then } => {
            let mut rest = part.clone();
            for &s in taken {
                closes(&part.leaving(s), *multipliers)?;
                rest = rest.taking(problem, s);
            }
            for &s in left {
                closes(&part.taking(problem, s), *multipliers)?;
                rest = rest.leaving(s);
            }
            node(problem, proof, child(*then)?, &rest)
        }
        Node::Split { site, taken, left } => {
            node(problem, proof, child(*taken)?, &part.taking(problem, *site))?;
            node(problem, proof, child(*left)?, &part.leaving(*site))
        }
    }
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
        let refuted = |damage: &dyn Fn(&mut Leaves)| {
            let mut damaged = proof.clone();
            damage(&mut damaged);
            check(&problem, &damaged).is_err()
        };
        prop_assert!(refuted(&|p| p.objective += 1));
        prop_assert!(refuted(&|p| drop(p.nodes.pop())));
        if let Some(weight) = problem.rows().iter().map(|r| r.weight).max() {
            // The optimum is a choice, so no leaves can prove less.
            prop_assert!(weight == 0 || proof.objective == 0 || refuted(&|p| p.bound = p.objective - 1));
        }
        if let Some(at) = proof.multipliers.iter().position(|m| !m.parts.is_empty()) {
            prop_assert!(refuted(&|p| p.multipliers[at].parts[0] = p.multipliers[at].of + 1));
        }
    }
}
