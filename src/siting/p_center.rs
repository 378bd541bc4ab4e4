//! Least worst travel: choose so many sites that nobody's cost of going to the nearest is larger than need be.
//! A file of its own because it is a search over set covers: within which cost can so few sites reach everybody?

use super::Answer;
use super::branch::BranchAndBound;
use super::costs::{CostAnswer, Costs};
use super::feasible::{Feasible, feasible};
use super::infeasible::Infeasible;
use super::p_median_core::Core;
use super::p_median_swap::greedy;
use super::problem::{Problem, Rows};
use super::set_cover::Fewest;
use super::watch::Watch;
use crate::coverage::merge;
use crate::travel::SiteIndex;

/// `min max_i min { c_ij : j chosen }` over choices of exactly `choose` sites that reach every demand point; weights do not
/// count (Minieka 1970: a search over set covers at the distinct costs).
///
/// 1. Every distinct cost is a threshold; none below the worst of the nearest usable sites can do.
/// 2. Bisection: at a threshold, can `choose` sites reach everybody? A set cover that stops at `choose` sites answers, and its
///    bound most often denies it without a search. A choice found shows how much lower its own worst cost is.
///    Under county limits, spacing or a budget the choice that covers the most answers instead: it keeps the number exactly.
/// 3. Sites to spare are filled up with those that lower the weighted cost most.
///
/// `work` is how many pairs the search may look at. A threshold that the work does not decide ends the search: the bound is
/// the least threshold that was not denied.
///
/// # Errors
/// The conditions that conflict, or [`Infeasible::NoneFound`] when the work ended before a choice was found.
pub fn solve(costs: &Costs, work: usize) -> Result<CostAnswer, Infeasible> {
    watched(costs, work, &Watch::default())
}

/// As [`solve`], followed and ended early through `watch`.
///
/// # Errors
/// As [`solve`].
pub fn watched(costs: &Costs, work: usize, watch: &Watch) -> Result<CostAnswer, Infeasible> {
    costs.check()?;
    let mut left = work;
    let mut best = reaching_all(costs, u64::MAX, &mut left, watch)?;
    let mut objective = costs.worst(&best).expect("the choice reaches all demand");
    let usable = |row: &Vec<(SiteIndex, u64)>| row.iter().filter(|(s, _)| costs.usable(*s)).map(|(_, c)| *c).min();
    let least = costs.costs.iter().filter_map(usable).max().unwrap_or(0);
    let mut distinct: Vec<u64> = costs.costs.iter().flatten().map(|(_, c)| *c).filter(|c| *c >= least).collect();
    distinct.sort_unstable();
    distinct.dedup();
    // Below `low` no threshold does.
    let (mut low, mut high) = (0, distinct.partition_point(|c| *c < objective));
    while low < high && !watch.tell_least(objective, distinct[low]) {
        let middle = low + (high - low) / 2;
        match reaching_all(costs, distinct[middle], &mut left, watch) {
            Ok(chosen) => {
                objective = costs.worst(&chosen).expect("the choice reaches all demand");
                high = distinct.partition_point(|c| *c < objective);
                best = chosen;
            }
            Err(Infeasible::NoneFound) => break,
            Err(_) => low = middle + 1,
        }
    }
    let bound = distinct.get(low).copied().unwrap_or(objective).min(objective);
    let chosen = if costs.plain() { filled(costs, best) } else { best };
    let objective = costs.worst(&chosen).expect("more sites reach no less");
    Ok(CostAnswer { chosen, objective, bound: bound.min(objective) })
}

/// At most `choose` sites, required ones among them, that reach all demand at a cost of at most `within` each.
pub(super) fn reaching_all(
    costs: &Costs,
    within: u64,
    left: &mut usize,
    watch: &Watch,
) -> Result<Vec<SiteIndex>, Infeasible> {
    let reach = |row: &Vec<(SiteIndex, u64)>| -> Vec<SiteIndex> {
        row.iter().filter(|(s, c)| *c <= within && costs.usable(*s)).map(|(s, _)| *s).collect()
    };
    let sets: Vec<Vec<SiteIndex>> = costs.costs.iter().map(reach).collect();
    if let Some(demand) = sets.iter().position(Vec::is_empty) {
        return Err(Infeasible::Unreached { demand });
    }
    let rows = merge(sets.iter().map(|set| (&set[..], 1)));
    let problem = Problem { demand: Rows::new(costs.sites, rows), ..costs.conditions() };
    if !costs.plain() {
        return reaching_all_within_conditions(costs, &problem, left, watch);
    }
    let search = Fewest { least: problem.coverable(), work: *left };
    let found = search.search(&problem, costs.choose + 1, costs.choose, &|_, _| watch.stopped(), watch);
    *left = found.left;
    match found.chosen {
        Some(chosen) => Ok(chosen),
        None if found.bound > costs.choose => {
            Err(Infeasible::NotAllReached { choose: costs.choose, fewest: found.bound })
        }
        None => Err(Infeasible::NoneFound),
    }
}

/// Exactly `choose` sites that reach all demand and meet county limits, spacing and budget: a choice that covers the most rows
/// covers all of them, or none does.
fn reaching_all_within_conditions(
    costs: &Costs,
    problem: &Problem,
    left: &mut usize,
    watch: &Watch,
) -> Result<Vec<SiteIndex>, Infeasible> {
    let method = BranchAndBound { work: *left };
    let watch = &watch.inner();
    let solved = match method.watched(problem, &[], watch) {
        // Greedy adding may lose its way among spacing and budget where a search does not.
        Err(Infeasible::NoneFound) => match feasible(problem) {
            Feasible::Yes(start) => method.watched(problem, &[start], watch)?,
            Feasible::No => return Err(Infeasible::NotTogether),
            Feasible::Unknown => return Err(Infeasible::NoneFound),
        },
        solved => solved?,
    };
    let pairs = problem.rows_of().iter().map(Vec::len).sum::<usize>();
    *left = left.saturating_sub(10 * pairs);
    match solved {
        Answer { objective, chosen, .. } if objective == problem.coverable() => Ok(chosen),
        Answer { bound, .. } if bound < problem.coverable() => {
            Err(Infeasible::NotAllReached { choose: costs.choose, fewest: costs.choose + 1 })
        }
        _ => Err(Infeasible::NoneFound),
    }
}

/// Fills a choice up to the number.
fn filled(costs: &Costs, chosen: Vec<SiteIndex>) -> Vec<SiteIndex> {
    let Ok(core) = Core::new(costs) else {
        // Costs too large to be summed: any site will do.
        let more = costs.usable_sites().into_iter().filter(|s| !chosen.contains(s));
        let mut chosen: Vec<SiteIndex> = chosen.iter().copied().chain(more).take(costs.choose).collect();
        chosen.sort_unstable();
        return chosen;
    };
    let number = |s: &SiteIndex| core.sites.binary_search(s).expect("only usable sites are chosen") as u32;
    core.names(&greedy(&core, &chosen.iter().map(number).collect::<Vec<_>>()))
}
