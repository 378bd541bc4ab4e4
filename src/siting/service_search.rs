//! The method for problems that ask for more than covering: room for people, a second station, least amounts.
//! A file of its own because plain covering has a faster one; this one branches on the problem as it stands.

use super::joined::{Joined, joined};
use super::part::Part;
use super::problem::{Choice, Problem};
use super::relaxed::Effort;
use super::service::Service;
use super::service_bound::{self, Bounded};
use super::{Answer, Infeasible, Watch, infeasible, leaves_by_vertices};
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rounds of the first bound at most, and at least for it to be worth starting.
const ROOT_ROUNDS: (usize, usize) = (20, 500);
/// Rounds of a later bound, which starts from its parent's prices, and its first step.
const PART: (usize, f64) = (40, 0.25);
/// Branches looked at side by side. A fixed number: the tree is the same on any number of threads.
const BATCH: usize = 8;
/// Suggestions of the first bound that are improved by swaps, the last ones first.
const TRIED: usize = 6;
/// How often vertices are asked at most, once more after every better choice.
const AGAIN: usize = 3;

/// The best choice so far.
#[derive(Debug, Clone)]
struct Incumbent {
    objective: u64,
    chosen: Vec<SiteIndex>,
}

/// A part that may hold a better choice.
struct Open {
    bound: u64,
    part: Part,
    multipliers: Arc<[f64]>,
    site: SiteIndex,
}

/// What looking at a part gave.
#[derive(Default)]
struct Looked {
    open: Option<Open>,
    found: Option<Incumbent>,
    /// The bound of a part that was closed though its bound is above the incumbent by less than rounding.
    rounding: u64,
    rounds: usize,
}

/// The choice that serves most.
///
/// 0. Where sites fall into small components, these are listed whole and joined ([`joined`]): nothing is left to search.
/// 1. Greedy adding and best swaps, in which falling short of a least amount counts before weight.
/// 2. Lagrangian bounds ([`service_bound`]); what their prices suggest is improved by swaps, what they decide is decided.
/// 3. Branch and bound on the most undecided site, largest bound first, until bounds meet the incumbent or the work is used up.
/// 4. What is open then is bounded by vertices and cuts ([`leaves_by_vertices`]), with half as much work.
///
/// Bounds relax spacing and budget; branches go on until those are met as well.
///
/// # Errors
/// The conditions that conflict; [`Infeasible::NoneFound`] when the work ended before a choice was found.
pub(super) fn solve(
    problem: &Problem,
    service: &Service,
    starts: &[Vec<SiteIndex>],
    work: usize,
    watch: &Watch,
) -> Result<Answer, Infeasible> {
    infeasible::check(problem)?;
    match joined(problem) {
        Some(Joined::Best(answer)) => Ok(answer),
        Some(Joined::Nothing) => Err(none(service)),
        None => searched(problem, service, starts, work, watch),
    }
}

/// The search alone, for problems that do not fall into small components.
fn searched(
    problem: &Problem,
    service: &Service,
    starts: &[Vec<SiteIndex>],
    work: usize,
    watch: &Watch,
) -> Result<Answer, Infeasible> {
    let mut search = Search::new(problem, service, work, watch);
    starts.iter().for_each(|start| search.improve(start));
    if search.best.is_none() {
        grown(problem).iter().for_each(|start| search.improve(start));
    }
    let bound = search.prove();
    match (search.best, bound) {
        (Some(mut best), bound) => {
            best.chosen.sort_unstable();
            let bound = bound.unwrap_or(best.objective);
            assert!(bound >= best.objective, "a bound below a choice that meets every condition cannot be");
            let answer = Answer { chosen: best.chosen, objective: best.objective, bound };
            Ok(if answer.proved() || watch.stopped() { answer } else { lowered(problem, answer, work / 2, watch) })
        }
        (None, Some(_)) => Err(Infeasible::NoneFound),
        (None, None) => Err(none(service)),
    }
}

/// The bound by vertices and cuts, where it is lower; a better choice that they meet is the answer then, and they look once more.
fn lowered(problem: &Problem, mut answer: Answer, work: usize, watch: &Watch) -> Answer {
    for _ in 0..AGAIN {
        let told = Answer { bound: answer.objective, ..answer.clone() };
        let Some(proof) = leaves_by_vertices(problem, &told, work / AGAIN, watch) else { break };
        answer.bound = proof.bound.clamp(answer.objective, answer.bound);
        let Some(better) = proof.better else { break };
        answer = Answer { objective: problem.objective(&better), chosen: better, ..answer };
        if answer.proved() {
            break;
        }
    }
    answer
}

/// Solves a problem with service by the search alone, never by joining components: so that tests hold both against brute force.
///
/// # Errors
/// As [`super::Method::solve`].
pub fn search_alone(problem: &Problem, work: usize) -> Result<Answer, Infeasible> {
    let Some(service) = &problem.service else { unreachable!("only problems with service are searched here") };
    infeasible::check(problem)?;
    searched(problem, service, &[], work, &Watch::default())
}

/// That no choice meets the conditions: proved by search.
fn none(service: &Service) -> Infeasible {
    if service.rules.is_empty() {
        return Infeasible::NotTogether;
    }
    Infeasible::AmountsNotReached { names: service.rules.iter().map(|r| r.name.clone()).collect() }
}

struct Search<'a> {
    problem: &'a Problem,
    service: &'a Service,
    watch: &'a Watch,
    best: Option<Incumbent>,
    /// Looks at every pair that are left.
    left: usize,
    /// Swaps that may still be tried.
    swaps: usize,
    /// Nothing weighs anything: any choice that meets the rules is as good as any other.
    any: bool,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem, service: &'a Service, work: usize, watch: &'a Watch) -> Self {
        let pairs = service.of_site.iter().map(Vec::len).sum::<usize>();
        // Sorting what room is filled with, and prices that rules move, cost more than a look at every pair.
        let (dear, evaluations) = if service.capacity.is_some() { (32, 3_000) } else { (8, 20_000) };
        let left = work / (dear * (2 * pairs + service.rows.len())).max(1);
        let any = service.rows.iter().all(|row| row.first == 0 && row.second == 0);
        // Where room is short, one round of swaps is tried at least: what pieces serve is remembered.
        let least = if service.capacity.is_some() { 1 } else { 300 };
        Self { problem, service, watch, best: None, left, swaps: left.clamp(least, evaluations), any }
    }

    fn keep(&mut self, chosen: &[SiteIndex]) {
        if self.problem.admits(chosen) {
            let objective = self.service.objective(chosen);
            if self.best.as_ref().is_none_or(|b| objective > b.objective) {
                self.best = Some(Incumbent { objective, chosen: chosen.to_vec() });
            }
        }
    }

    /// Best swaps from a choice that may still fall short of a rule but meets everything else.
    fn improve(&mut self, start: &[SiteIndex]) {
        let plain = Problem { service: None, ..self.problem.clone() };
        if !plain.admits(start) {
            return;
        }
        let worth = |chosen: &[SiteIndex]| (self.service.shortfall(chosen), self.service.objective(chosen));
        let better = |a: &(f64, u64), b: &(f64, u64)| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)).is_lt();
        let mut chosen = start.to_vec();
        let mut now = worth(&chosen);
        let useful: Vec<SiteIndex> = (0..plain.sites as SiteIndex).filter(|&s| !plain.forbidden[s as usize]).collect();
        while self.swaps > 0 && !self.watch.stopped() {
            let swaps: Vec<(usize, SiteIndex)> = (0..chosen.len())
                .filter(|&at| plain.required.binary_search(&chosen[at]).is_err())
                .flat_map(|at| useful.iter().map(move |&s| (at, s)))
                .collect();
            self.swaps = self.swaps.saturating_sub(1 + swaps.len());
            let tried = swaps.par_iter().filter_map(|&(at, s)| {
                let mut other = chosen.clone();
                other[at] = s;
                let fine = !chosen.contains(&s) && plain.admits(&other);
                fine.then(|| (worth(&other), at, s))
            });
            let best = tried.reduce_with(|a, b| {
                // Of equal swaps the first, so that threads change nothing.
                if better(&b.0, &a.0) || (!better(&a.0, &b.0) && (b.1, b.2) < (a.1, a.2)) { b } else { a }
            });
            match best.filter(|b| better(&b.0, &now)) {
                Some((value, at, s)) => (chosen[at], now) = (s, value),
                None => break,
            }
        }
        self.keep(&chosen);
    }

    /// Improves the incumbent; a bound on every choice, `None` when every part was looked at and none is better.
    fn prove(&mut self) -> Option<u64> {
        let coverable = self.problem.coverable();
        if self.any && self.best.is_some() {
            return None;
        }
        if self.left < ROOT_ROUNDS.0 || self.tell(coverable) {
            return Some(coverable);
        }
        let rounds = (self.left / 3).clamp(ROOT_ROUNDS.0, ROOT_ROUNDS.1);
        let root = self.look(Part::whole(self.problem), Effort { from: None, rounds, step: 1.0 }, true);
        let mut rounding = 0;
        let mut open: BTreeMap<(Reverse<u64>, usize), Open> = BTreeMap::new();
        let mut born = 0;
        self.left = self.left.saturating_sub(root.rounds);
        self.best = root.found.or(self.best.take());
        rounding = root.rounding.max(rounding);
        root.open.into_iter().for_each(|o| drop(open.insert((Reverse(o.bound), born), o)));
        while let Some((&(Reverse(bound), _), _)) = open.first_key_value() {
            if self.closed(bound) {
                rounding = rounding.max(bound);
                break;
            }
            if self.left == 0 || self.tell(bound) {
                return Some(bound.max(rounding));
            }
            let batch: Vec<Open> = (0..BATCH).filter_map(|_| open.pop_first().map(|(_, o)| o)).collect();
            let mut children: Vec<(Part, Arc<[f64]>, u64)> = Vec::new();
            for Open { part, multipliers, site, bound } in batch {
                children.extend(part.clone().take(self.problem, site).map(|part| (part, multipliers.clone(), bound)));
                children.push((part.leave(site), multipliers, bound));
            }
            let this = &*self;
            let looked: Vec<(u64, Looked)> = children
                .into_par_iter()
                .map(|(part, from, bound)| {
                    (bound, this.look(part, Effort { from: Some(&from), rounds: PART.0, step: PART.1 }, false))
                })
                .collect();
            for (parent, looked) in looked {
                self.left = self.left.saturating_sub(looked.rounds.max(1));
                rounding = rounding.max(looked.rounding);
                if let Some(found) = looked.found
                    && self.best.as_ref().is_none_or(|b| found.objective > b.objective)
                {
                    self.best = Some(found);
                }
                if let Some(mut o) = looked.open {
                    born += 1;
                    o.bound = o.bound.min(parent);
                    open.insert((Reverse(o.bound), born), o);
                }
            }
        }
        let best = self.best.as_ref().filter(|_| !self.any)?;
        Some(best.objective.max(rounding.min(best.objective + self.grain(best.objective))))
    }

    /// What rounding may hide: where people of different weight share room, sums of parts are rounded.
    fn grain(&self, objective: u64) -> u64 {
        if self.service.capacity.is_some() { (objective as f64 * 5e-10) as u64 } else { 0 }
    }

    /// Whether a part of this bound holds nothing better.
    fn closed(&self, bound: u64) -> bool {
        self.best.as_ref().is_some_and(|b| self.any || bound <= b.objective + self.grain(b.objective))
    }

    fn tell(&self, bound: u64) -> bool {
        match &self.best {
            Some(best) => self.watch.tell(best.objective, bound),
            None => self.watch.stopped(),
        }
    }

    fn look(&self, part: Part, effort: Effort<'_>, root: bool) -> Looked {
        let mut looked = Looked::default();
        let mut here = self.problem.clone();
        part.narrow(&mut here);
        if infeasible::check(&here).is_err() {
            return looked;
        }
        let mut own = Self { best: self.best.clone(), ..*self };
        let usable = part.usable();
        if usable.len() == here.choose || part.required.len() == here.choose {
            own.keep(if usable.len() == here.choose { &usable } else { &part.required });
            looked.found = own.best;
            return looked;
        }
        let goal = own.best.as_ref().map(|b| b.objective + self.grain(b.objective));
        let Bounded { bound, multipliers, suggestions, often, rounds } =
            service_bound::bound(&here, self.service, goal, effort);
        looked.rounds = rounds;
        let Some(bound) = bound else { return looked };
        if own.closed(bound) {
            looked.rounding = bound;
            return looked;
        }
        for chosen in suggestions.iter().rev().take(if root { TRIED } else { 1 }) {
            if root { own.improve(chosen) } else { own.keep(chosen) }
        }
        let goal = own.best.as_ref().map(|b| b.objective + self.grain(b.objective));
        let (take, leave) = service_bound::decided(&here, self.service, &multipliers, goal);
        // What is decided here is closed at the goal.
        looked.rounding = goal.filter(|_| !(take.is_empty() && leave.is_empty())).unwrap_or(0);
        looked.found = own.best.clone();
        let part = leave.iter().fold(part, |part, &s| part.leave(s));
        let Some(part) = take.iter().try_fold(part, |part, &s| part.take(self.problem, s)) else { return looked };
        let undecided = |s: SiteIndex| (often[s as usize] - 0.5).abs();
        let weighs = |s: SiteIndex| Reverse(self.problem.preference[s as usize]);
        let split = usable
            .into_iter()
            .filter(|&s| part.is_open(s))
            .min_by(|&a, &b| undecided(a).total_cmp(&undecided(b)).then(weighs(a).cmp(&weighs(b))).then(a.cmp(&b)));
        let Some(site) = split else {
            own.keep(&part.required);
            looked.found = own.best;
            return looked;
        };
        looked.open = Some(Open { bound, part, multipliers: multipliers.into(), site });
        looked
    }
}

/// A choice grown by the site that closes most of what is short, then adds most weight; `None` where it got stuck.
fn grown(problem: &Problem) -> Option<Vec<SiteIndex>> {
    let service = problem.service.as_ref()?;
    let mut choice = Choice::of(problem, &problem.required);
    while choice.chosen.len() < problem.choose {
        let may = (0..problem.sites as SiteIndex).filter(|&s| choice.admits(s) && choice.leaves_room(s));
        let tried: Vec<(f64, Reverse<u64>, Reverse<u64>, SiteIndex)> = may
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|s| {
                let mut more = choice.chosen.clone();
                more.push(s);
                let weighs = Reverse(problem.preference[s as usize]);
                (service.shortfall(&more), Reverse(service.objective(&more)), weighs, s)
            })
            .collect();
        let best = tried.into_iter().min_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))))?;
        choice.add(best.3);
    }
    Some(choice.chosen)
}
