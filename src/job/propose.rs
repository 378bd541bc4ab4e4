//! What is proposed, and what else could be? The final choice with everything that is re-solved around it. A file of its own
//! because the search starts over where it meets something better on the way.

use super::Stage;
use crate::siting::{
    self, Answer, Apart, BranchAndBound, Feasible, Infeasible, Method, NearPlans, Nearness, Problem, Refusal, Step,
};
use crate::travel::SiteIndex;
use std::collections::BTreeSet;

/// Times the search may start over because refusing a site led to a better choice.
const MOST_RESTARTS: usize = 12;

/// Plans within one percent of the best are near; of more than twenty the best twenty are listed.
pub(super) const NEARNESS: Nearness = Nearness { within: 0.01, plans: 20, work: 200_000_000 };
/// Numbers of stations on the curve at most.
const CURVE_POINTS: usize = 60;

/// The final choice and what there is to negotiate about it.
pub(super) struct Proposed {
    pub(super) answer: Answer,
    pub(super) refusals: Vec<Refusal>,
    pub(super) curve: siting::Curve,
    pub(super) near: NearPlans,
}

/// The final choice, what refusing each site costs, and what else could be done. A plan met on the way that covers more
/// than the choice itself and meets every condition becomes the choice: then the search had missed it, and no loss is
/// reported below zero.
pub(super) fn propose(
    problem: &Problem,
    start: Vec<Vec<SiteIndex>>,
    progress: &mut impl FnMut(Stage),
) -> Result<Proposed, Infeasible> {
    let main = Apart::default();
    let quick = BranchAndBound { work: 0 };
    let mut answer = from_any_start(problem, &start, |start| main.solve(problem, start))?;
    progress(Stage::Refuse);
    for _ in 0..MOST_RESTARTS {
        let refusals = siting::refusals(&quick, problem, &answer.chosen);
        let Some(better) = best_admitted(problem, &answer, plans_of(&refusals)) else { break };
        answer = Answer { bound: answer.bound, ..quick.solve(problem, &[better])? };
    }
    // The numbers that are reported come from a search with more effort, as much as the size of the problem allows.
    let thorough = BranchAndBound { work: main.0.work / (10 * answer.chosen.len().max(1)) };
    let mut refusals = siting::refusals(&thorough, problem, &answer.chosen);
    let mut better = best_admitted(problem, &answer, plans_of(&refusals));
    let mut restarts = 0;
    loop {
        if let Some(better) = better.take() {
            answer = Answer { bound: answer.bound, ..quick.solve(problem, &[better])? };
            refusals = siting::refusals(&quick, problem, &answer.chosen);
        }
        progress(Stage::Negotiate);
        let curve = curve(problem, &answer);
        let known: Vec<Vec<SiteIndex>> = plans_of(&refusals).map(<[SiteIndex]>::to_vec).collect();
        let near = siting::near(problem, &answer, &known, NEARNESS);
        let met = near.plans.iter().map(|p| &p.chosen[..]).chain(curve.points.iter().map(|p| &p.chosen[..]));
        better = best_admitted(problem, &answer, met);
        restarts += 1;
        if better.is_none() || restarts == MOST_RESTARTS {
            return Ok(Proposed { answer, refusals, curve, near });
        }
    }
}

/// Solves from these starts, or from any choice that meets the conditions where none of them leads to one.
pub(super) fn from_any_start(
    problem: &Problem,
    starts: &[Vec<SiteIndex>],
    solve: impl Fn(&[Vec<SiteIndex>]) -> Result<Answer, Infeasible>,
) -> Result<Answer, Infeasible> {
    match solve(starts) {
        // Greedy adding may lose its way among spacing and budget where a search does not.
        Err(Infeasible::NoneFound) => match siting::feasible(problem) {
            Feasible::Yes(start) => solve(&[start]),
            _ => Err(Infeasible::NoneFound),
        },
        solved => solved,
    }
}

/// From no new station to sixty, or ten more than proposed, each with its share of the work.
fn curve(problem: &Problem, answer: &Answer) -> siting::Curve {
    let most = (answer.chosen.len() + 10).max(CURVE_POINTS).min(problem.sites);
    let side = BranchAndBound { work: BranchAndBound::default().work / (10 * most.clamp(1, CURVE_POINTS)) };
    siting::curve(&side, problem, answer, most, CURVE_POINTS)
}

/// Every site of any plan that is measured.
pub(super) fn spoken_of(
    steps: &[Step],
    refusals: &[Refusal],
    curve: &siting::Curve,
    near: &NearPlans,
) -> BTreeSet<SiteIndex> {
    let planned = steps.iter().flat_map(|s| [&s.sites[..], &s.alone.chosen]);
    let other = curve.points.iter().map(|p| &p.chosen[..]).chain(near.plans.iter().map(|p| &p.chosen[..]));
    planned.chain(plans_of(refusals)).chain(other).flatten().copied().collect()
}

fn plans_of(refusals: &[Refusal]) -> impl Iterator<Item = &[SiteIndex]> {
    refusals.iter().filter_map(|r| r.without.as_ref().ok()).map(|w| &w.chosen[..])
}

/// The plan that covers most, if more than the answer, of those that meet every condition, required sites included.
fn best_admitted<'a>(
    problem: &Problem,
    answer: &Answer,
    plans: impl Iterator<Item = &'a [SiteIndex]>,
) -> Option<Vec<SiteIndex>> {
    let valued = plans.map(|chosen| (problem.objective(chosen), chosen));
    let better = valued.filter(|(objective, chosen)| *objective > answer.objective && problem.admits(chosen));
    better.max_by_key(|(objective, _)| *objective).map(|(_, chosen)| chosen.to_vec())
}
