//! Certificates of small random p-medians and p-centers, each checked by rules that share nothing with the search.

#[path = "problems/costs.rs"]
mod small;
#[path = "problems/tree.rs"]
mod tree;

use doorstep::siting::{
    CenterLeaves, CostAnswer, Costs, MedianLeaves, Prices, Problem, Rows, center_leaves, median_leaves, p_center,
    p_median,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use small::{costs, least_by_trying};
use tree::{Part, walk};

const WORK: usize = 1_000_000_000;

fn conditions(costs: &Costs) -> Problem {
    Problem {
        sites: costs.sites,
        demand: Rows::new(costs.sites, Vec::new()),
        choose: costs.choose,
        required: costs.required.clone(),
        forbidden: costs.forbidden.clone(),
        counties: costs.counties.clone(),
        county_of: if costs.county_of.is_empty() { vec![None; costs.sites] } else { costs.county_of.clone() },
        too_near: costs.too_near.clone(),
        budget: costs.budget.clone(),
        preference: vec![0; costs.sites],
        ..Problem::default()
    }
}

/// The Lagrangian bound in a part, with the minimum taken over every choice there; `None` when there is none.
fn bound(costs: &Costs, conditions: &Problem, part: &Part, prices: &Prices) -> Option<u64> {
    let pays = |d: usize| i128::from(costs.weights[d].max(1)) * i128::from(prices.parts[d]) * i128::from(prices.by);
    let saves = |d: usize, cost: u64| {
        (i128::from(costs.weights[d]) * i128::from(cost) * i128::from(prices.of) - pays(d)).min(0)
    };
    let all = |s: u32| -> i128 {
        let row = |d: usize| costs.costs[d].iter().filter(|p| p.0 == s).map(|p| saves(d, p.1)).sum::<i128>();
        (0..costs.costs.len()).map(row).sum()
    };
    let paid: i128 = (0..costs.costs.len()).map(pays).sum();
    let least = part.choices(conditions).iter().map(|c| paid + c.iter().map(|&s| all(s)).sum::<i128>()).min()?;
    let divisor = (1..100u64).rev().find(|d| costs.weights.iter().all(|w| w % d == 0)).unwrap_or(1);
    let divisor = if costs.weights.iter().all(|w| *w == 0) { 1 } else { divisor };
    let unit = i128::from(prices.of) * i128::from(divisor);
    Some(((least.max(0) + unit - 1) / unit) as u64 * divisor)
}

fn check_median(costs: &Costs, proof: &MedianLeaves) -> Result<(), String> {
    let total = |chosen: &[u32]| costs.total(chosen);
    if !costs.admits(&proof.chosen) || total(&proof.chosen) != Some(proof.objective.into()) {
        return Err("the choice is not what it is said to be".to_owned());
    }
    let conditions = conditions(costs);
    let open_to = |part: &Part, m: usize| -> Result<Option<u64>, String> {
        let prices = proof.prices.get(m).ok_or("no prices")?;
        if prices.parts.len() != costs.weights.len() || prices.by == 0 || prices.of == 0 {
            return Err("no prices".to_owned());
        }
        Ok(bound(costs, &conditions, part, prices).filter(|bound| *bound < proof.bound))
    };
    walk(&conditions, &proof.nodes, &open_to, &|c| total(c).is_some_and(|cost| cost < proof.bound.into()))
}

fn check_center(costs: &Costs, proof: &CenterLeaves) -> Result<(), String> {
    if !costs.admits(&proof.chosen) || costs.worst(&proof.chosen) != Some(proof.objective) {
        return Err("the choice is not what it is said to be".to_owned());
    }
    if proof.bound == 0 {
        return Ok(());
    }
    let (conditions, points) = (conditions(costs), costs.costs.len());
    let near = |d: usize, s: u32| {
        let usable = !costs.forbidden[s as usize];
        usable && costs.costs[d].iter().any(|&(site, cost)| site == s && cost < proof.bound)
    };
    let rows = proof.problem(costs);
    let missed = (0..points).any(|d| !(0..costs.sites as u32).any(|s| near(d, s)));
    let all = (rows.rows().len() + usize::from(missed)) as i128 * 1_000_000;
    let open_to = |part: &Part, m: usize| -> Result<Option<u64>, String> {
        let by = proof.below.multipliers.get(m).ok_or("no multipliers")?;
        let price = |r: usize| {
            (2 * i128::from(rows.rows()[r].weight) * i128::from(by.parts[r]) + i128::from(by.of))
                / (2 * i128::from(by.of))
        };
        let of_site =
            |s: u32| (0..rows.rows().len()).filter(|&r| rows.rows()[r].sites.contains(&s)).map(price).sum::<i128>();
        let left: i128 = (0..rows.rows().len()).map(|r| i128::from(rows.rows()[r].weight) - price(r)).sum();
        let choices = part.choices(&conditions);
        let most = choices.iter().map(|c| left + c.iter().map(|&s| of_site(s)).sum::<i128>()).max();
        let divisor = (1..100).rev().find(|d| rows.rows().iter().all(|r| r.weight % d == 0)).unwrap_or(1);
        let most = most.map(|m| m / i128::from(divisor) * i128::from(divisor));
        Ok(most.filter(|m| *m >= all).map(|m| m as u64))
    };
    let reached = |c: &[u32]| (0..costs.costs.len()).filter(|&d| c.iter().any(|&s| near(d, s))).count();
    walk(&conditions, &proof.below.nodes, &open_to, &|c| reached(c) == points)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, rng_seed: RngSeed::Fixed(17), ..ProptestConfig::default() })]

    #[test]
    fn the_certificate_of_every_small_median_proves_it(costs in costs()) {
        if let Ok(answer) = p_median::solve(&costs, WORK) {
            prop_assert_eq!(least_by_trying(&costs, |c| costs.total(c)), Some(answer.objective.into()));
            let proof = median_leaves(&costs, &answer, WORK);
            prop_assert_eq!(check_median(&costs, &proof), Ok(()));
            prop_assert_eq!(proof.bound, answer.objective, "proved to the optimum, nothing left open");
        }
    }

    #[test]
    fn the_certificate_of_every_small_center_proves_it(costs in costs()) {
        if let Ok(answer) = p_center::solve(&costs, WORK) {
            prop_assert_eq!(least_by_trying(&costs, |c| costs.worst(c)), Some(answer.objective));
            let proof = center_leaves(&costs, &answer);
            prop_assert_eq!(check_center(&costs, &proof), Ok(()));
            prop_assert_eq!(proof.bound, answer.objective, "proved to the optimum, nothing left open");
        }
    }

    #[test]
    fn a_certificate_of_a_median_with_little_work_proves_what_it_states(costs in costs(), work in 0usize..3000) {
        if let Ok(answer) = p_median::solve(&costs, WORK) {
            let proof = median_leaves(&costs, &answer, work);
            prop_assert_eq!(check_median(&costs, &proof), Ok(()));
            prop_assert!(proof.bound <= answer.objective);
        }
    }

    #[test]
    fn a_choice_that_is_not_the_best_is_never_certified_as_such(costs in costs(), worse in 1u64..50) {
        // A program that took a poorer choice for the best and believed it.
        let wrong = |best: CostAnswer| CostAnswer { bound: best.objective + worse, ..best };
        if let Ok(best) = p_median::solve(&costs, WORK) {
            let objective = best.objective;
            let proof = median_leaves(&costs, &wrong(best), WORK);
            prop_assert_eq!(check_median(&costs, &proof), Ok(()));
            prop_assert!(proof.bound <= objective, "{} proved, {} reached", proof.bound, objective);
        }
        if let Ok(best) = p_center::solve(&costs, WORK) {
            let objective = best.objective;
            let proof = center_leaves(&costs, &wrong(best));
            prop_assert_eq!(check_center(&costs, &proof), Ok(()));
            prop_assert!(proof.bound <= objective, "{} proved, {} reached", proof.bound, objective);
        }
    }

    #[test]
    fn small_certificates_that_are_damaged_are_refuted(costs in costs()) {
        if let Ok(answer) = p_median::solve(&costs, WORK) {
            let proof = median_leaves(&costs, &answer, WORK);
            let refuted = |damage: &dyn Fn(&mut MedianLeaves)| {
                let mut damaged = proof.clone();
                damage(&mut damaged);
                check_median(&costs, &damaged).is_err()
            };
            prop_assert!(refuted(&|p| p.objective += 1));
            prop_assert!(refuted(&|p| drop(p.nodes.pop())));
            // The optimum is a choice, so no leaves can prove more.
            prop_assert!(refuted(&|p| p.bound += 1));
        }
        if let Ok(answer) = p_center::solve(&costs, WORK) {
            let proof = center_leaves(&costs, &answer);
            let refuted = |damage: &dyn Fn(&mut CenterLeaves)| {
                let mut damaged = proof.clone();
                damage(&mut damaged);
                check_center(&costs, &damaged).is_err()
            };
            prop_assert!(refuted(&|p| p.objective += 1));
            prop_assert!(proof.bound == 0 || refuted(&|p| drop(p.below.nodes.pop())));
        }
    }
}
