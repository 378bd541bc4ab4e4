//! Which share can every county reach? The worst county first: its share is made as large as it can be before anything else
//! counts. A file of its own because it asks the same question many times over, each time with a larger share.

use super::problem::Problem;
use super::service::Service;
use super::setup::Amount;
use super::{Answer, Infeasible, Leaves, Watch, leaves, service_search};
use crate::travel::SiteIndex;
use std::sync::Arc;

/// Shares tried between the best found and the least denied; then the question is whether anything better is left at all.
const HALVINGS: usize = 12;

/// The share that the worst county reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Worst {
    /// Every county reaches at least this share of its residents, in [0, 1].
    pub share: f64,
    /// No choice lets every county reach more than this.
    pub bound: f64,
    /// Whether `share` is the largest: proved.
    pub proved: bool,
    /// A choice that reaches it.
    pub chosen: Vec<SiteIndex>,
}

/// The proof that no choice brings every county beyond the worst share of the one that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoneBetter {
    /// Per county what it would have to reach on top of what is covered anyway: the least that is a larger share.
    pub more: Vec<u64>,
    /// A tree over the problem in which nothing weighs anything, one unit is covered anyway, and least amounts are `more`: at
    /// bound 0 it proves that no choice meets them. Without nodes where that is not proved.
    pub tree: Leaves,
}

/// Proves the worst share of a choice, as [`leaves()`] proves an objective; shares are compared exactly.
pub fn none_better(problem: &Problem, amounts: &[Amount], chosen: &[SiteIndex], work: usize) -> NoneBetter {
    let Some(service) = &problem.service else { unreachable!("counties are asked about only with least amounts") };
    let near = service.counts(chosen);
    let share = |(a, rule): (&Amount, &super::service::Rule)| {
        (u128::from(a.covered + rule.reached(&near)), u128::from(a.total))
    };
    let shares = amounts.iter().zip(&service.rules).map(share);
    let (has, total) = shares.min_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1))).unwrap_or((1, 1));
    let least = |a: &Amount| (has * u128::from(a.total) / total + 1) as u64;
    let more: Vec<u64> = amounts.iter().map(|a| least(a).saturating_sub(a.covered)).collect();
    let asked = beyond(problem, service, 1, &more);
    let none = Answer { chosen: Vec::new(), objective: 0, bound: 0 };
    let mut tree = leaves(&asked, &none, work);
    if tree.bound > 0 {
        (tree.nodes, tree.multipliers) = (Vec::new(), Vec::new());
    }
    NoneBetter { more, tree }
}

/// The problem in which only least amounts count.
fn beyond(problem: &Problem, service: &Service, base: u64, least: &[u64]) -> Problem {
    let mut service = service.clone();
    service.base = base;
    service.rows.iter_mut().for_each(|row| (row.first, row.second) = (0, 0));
    service.rules.iter_mut().zip(least).for_each(|(rule, least)| rule.least = *least);
    Problem { base, service: Some(Arc::new(service)), ..problem.clone() }
}

/// The largest share that all counties of `amounts` reach together: the problem with least amounts for it, and the share.
///
/// 1. Any choice; then, at shares halfway between the best found and the least denied, whether one reaches them.
/// 2. Last, whether any choice is better than the best found in every county: exact, in units. What is denied is proved.
///
/// `work` is what each of these questions may cost, as in [`super::BranchAndBound`].
///
/// # Errors
/// The conditions that conflict.
pub fn worst_first(problem: &Problem, amounts: &[Amount], work: usize) -> Result<(Problem, Worst), Infeasible> {
    let Some(service) = &problem.service else { unreachable!("counties are asked about only with least amounts") };
    let any = ask(problem, service, &vec![0; amounts.len()], work)?;
    let (mut best, mut low) = (any.clone(), worst(service, amounts, &any));
    let could = |(a, rule): (&Amount, &super::service::Rule)| {
        (a.covered + rule.rows.iter().map(|(_, counted)| counted).sum::<u64>()) as f64 / a.total as f64
    };
    let mut high = amounts.iter().zip(&service.rules).map(could).fold(1.0, f64::min);
    let mut proved = false;
    for halving in 0..=HALVINGS {
        let last = halving == HALVINGS;
        let least: Vec<u64> = if last || high - low < 1e-9 {
            amounts.iter().map(|a| above(a, low)).collect()
        } else {
            amounts.iter().map(|a| a.least((low + high) / 2.0)).collect()
        };
        match ask(problem, service, &least, work) {
            Ok(chosen) => (low, best) = (worst(service, amounts, &chosen), chosen),
            Err(Infeasible::AmountsNotReached { .. }) if last || high - low < 1e-9 => {
                (proved, high) = (true, low);
                break;
            }
            Err(Infeasible::AmountsNotReached { .. }) => high = (low + high) / 2.0,
            Err(_) => break,
        }
    }
    // Further small steps up, where the last question was answered with something better.
    while !proved && high > low {
        let least: Vec<u64> = amounts.iter().map(|a| above(a, low)).collect();
        match ask(problem, service, &least, work) {
            Ok(chosen) => (low, best) = (worst(service, amounts, &chosen), chosen),
            Err(Infeasible::AmountsNotReached { .. }) => (proved, high) = (true, low),
            Err(_) => break,
        }
    }
    let mut service = Service::clone(service);
    service.rules.iter_mut().zip(amounts).for_each(|(rule, a)| rule.least = a.least(low));
    let problem = Problem { service: Some(Arc::new(service)), ..problem.clone() };
    Ok((problem, Worst { share: low, bound: high.max(low), proved: proved || high <= low, chosen: best }))
}

/// The least that is a larger share than `share`.
fn above(amount: &Amount, share: f64) -> u64 {
    ((share * amount.total as f64 * (1.0 + 1e-12)).floor() as u64 + 1).saturating_sub(amount.covered)
}

/// The least share of any county.
fn worst(service: &Service, amounts: &[Amount], chosen: &[SiteIndex]) -> f64 {
    let near = service.counts(chosen);
    let share = |(a, rule): (&Amount, &super::service::Rule)| (a.covered + rule.reached(&near)) as f64 / a.total as f64;
    amounts.iter().zip(&service.rules).map(share).fold(1.0, f64::min)
}

/// A choice that reaches these amounts, whatever it weighs.
fn ask(problem: &Problem, service: &Service, least: &[u64], work: usize) -> Result<Vec<SiteIndex>, Infeasible> {
    let asked = beyond(problem, service, 0, least);
    let service = asked.service.clone().unwrap_or_default();
    service_search::solve(&asked, &service, &[], work, &Watch::default()).map(|answer| answer.chosen)
}
