//! Does any choice meet every condition? A file of its own because it asks nothing about coverage: it is what remains to be
//! said when there is no plan, and a last resort when greedy adding finds none.

use super::part::Part;
use super::problem::Problem;
use super::{infeasible, relaxed};
use crate::travel::SiteIndex;

/// Sites looked at before the search is cut off: a count, so that runs repeat.
const MOST_LOOKS: usize = 20_000_000;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feasible {
    /// This choice does, sites ascending.
    Yes(Vec<SiteIndex>),
    /// None does: proved.
    No,
    /// The search was cut off.
    Unknown,
}

/// Searches for a choice that meets every condition.
///
/// 1. Of each part of the choices the cheapest is taken that keeps number, required sites and county conditions: exact. Above the
///    budget, the part ends; with every two of its sites far enough apart, it is the answer.
/// 2. Otherwise two of its sites stand too near: the part is cut in two, with one of them and without it.
pub fn feasible(problem: &Problem) -> Feasible {
    if infeasible::check(problem).is_err() {
        return Feasible::No;
    }
    let neighbours = |s: usize| problem.too_near.get(s).map_or(&[][..], Vec::as_slice);
    let price = |s: usize| match &problem.budget {
        Some((cost, _)) => cost[s],
        None => neighbours(s).len() as u64,
    };
    let top = (0..problem.sites).map(price).max().unwrap_or(0);
    let thrift: Vec<u64> = (0..problem.sites).map(|s| top - price(s)).collect();
    let whole = problem.required.iter().try_fold(Part::whole(problem), |part, &s| part.take(problem, s));
    let mut stack: Vec<Part> = whole.into_iter().collect();
    let mut here = problem.clone();
    let mut left = MOST_LOOKS / problem.sites.max(1);
    while let Some(part) = stack.pop() {
        if left == 0 {
            return Feasible::Unknown;
        }
        left -= 1;
        part.narrow(&mut here);
        if infeasible::check(&here).is_err() {
            continue;
        }
        let chosen = relaxed::best_choice(&here, &thrift);
        let over = |(cost, most): &(Vec<u64>, u64)| chosen.iter().map(|&s| cost[s as usize]).sum::<u64>() > *most;
        if problem.budget.as_ref().is_some_and(over) {
            continue;
        }
        let near = |a: SiteIndex| neighbours(a as usize).iter().find(|b| chosen.binary_search(b).is_ok());
        let clash = chosen.iter().find_map(|&a| near(a).map(|&b| if part.is_open(a) { a } else { b }));
        let Some(site) = clash else { return Feasible::Yes(chosen) };
        let with = part.clone().take(problem, site);
        stack.push(part.leave(site));
        stack.extend(with);
    }
    Feasible::No
}
