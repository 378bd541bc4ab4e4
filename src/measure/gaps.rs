//! Who is still outside, why, and what would help? A file of its own because analysts take this list into the field.

use super::outcome::{Gap, GapReason, Remedy};
use crate::coverage::{Demand, Relation};
use crate::model::{People, Place};
use crate::siting::{Choice, LimitKind, Problem, Question, further};
use crate::travel::SiteIndex;
use rayon::prelude::*;

/// Lists every place that is not wholly covered after the proposal, most people first, then by layer and id.
///
/// A place that several reasons fit is `cut by the target` when any admissible candidate reaches any uncovered part of
/// it, else `cut by a limit` when an excluded one does, else out of reach. What closes it is the further station
/// that reaches it first, when stations go on being added where they add most.
pub fn gaps(
    places: &[Place],
    demand: &Demand,
    relation: &Relation,
    covered: &[bool],
    question: &Question,
    chosen: &[SiteIndex],
    no_road: &(dyn Fn(usize) -> bool + Sync),
) -> Vec<Gap> {
    let problem = &question.problem;
    let choice = Choice::of(problem, chosen);
    let mut rank = vec![None; problem.sites];
    for (i, s) in further(problem, chosen).into_iter().enumerate() {
        rank[s as usize] = Some(i + 1);
    }
    let gap = |(p, place): (usize, &Place)| {
        let points = demand.starts[p]..demand.starts[p + 1];
        let open = points.clone().filter(|&i| !covered[i]);
        let share: f64 = match open.clone().count() {
            0 => return None,
            n if n == points.len() => 1.0,
            _ => open.clone().map(|i| demand.points[i].share).sum(),
        };
        let stranded = open.clone().all(no_road);
        let sites = open.flat_map(|i| relation.sites(i).iter().copied());
        let (reason, remedy) = match explain(question, &choice, sites, &rank) {
            (GapReason::NoCandidate, remedy) if stranded => (GapReason::NoRoad, remedy),
            explained => explained,
        };
        Some(Gap { place: p, people: People(place.people.0 * share), reason, remedy })
    };
    let mut gaps: Vec<Gap> = places.par_iter().enumerate().filter_map(gap).collect();
    gaps.par_sort_by(|a, b| b.people.0.total_cmp(&a.people.0).then(a.place.cmp(&b.place)));
    gaps
}

/// Why the sites that reach a place are not among the chosen, and which of them would help. A site may come twice.
fn explain(
    question: &Question,
    choice: &Choice<'_>,
    sites: impl Iterator<Item = SiteIndex> + Clone,
    rank: &[Option<usize>],
) -> (GapReason, Remedy) {
    let problem = &question.problem;
    // What reaches most people first, so that one candidate speaks for several gaps alike.
    let weight = |s: &SiteIndex| (problem.preference[*s as usize], std::cmp::Reverse(*s));
    if let Some((extra, s)) = sites.clone().filter_map(|s| rank[s as usize].map(|extra| (extra, s))).min() {
        return (GapReason::CutByTarget, Remedy::Extra { candidate: s as usize, extra });
    }
    if let Some(s) = sites.clone().filter(|&s| choice.admits(s)).max_by_key(weight) {
        // It adds nothing that counts, or stands too near a further station: it comes after all of them.
        let extra = rank.iter().flatten().count() + 1;
        return (GapReason::CutByTarget, Remedy::Extra { candidate: s as usize, extra });
    }
    match sites.max_by_key(weight) {
        Some(s) => {
            let limit = question.excluded[s as usize].unwrap_or_else(|| limit_now(problem, choice, s));
            (GapReason::CutByLimit(limit), Remedy::Lift { candidate: s as usize, limit })
        }
        None => (GapReason::NoCandidate, Remedy::Outreach),
    }
}

/// Which limit keeps a site out of the choice as it stands.
fn limit_now(problem: &Problem, choice: &Choice<'_>, s: SiteIndex) -> LimitKind {
    let full = |c: usize| choice.per_county[c] >= problem.counties[c].max;
    let near = |n: &[SiteIndex]| n.iter().any(|&n| choice.open[n as usize]);
    if problem.county_of[s as usize].is_some_and(full) {
        LimitKind::CountyMax
    } else if problem.too_near.get(s as usize).is_some_and(|n| near(n)) {
        LimitKind::Spacing
    } else {
        LimitKind::Budget
    }
}
