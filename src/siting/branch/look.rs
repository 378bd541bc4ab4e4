//! What does one branch hold? Reduced, bounded, and searched for a better choice.
//! A file of its own because the tree above asks this of every branch, and exact searches over a few good choices ask it of theirs.

use super::super::core::Core;
use super::super::lagrangian::{self, Bound, Effort, Scale};
use super::super::problem::Problem;
use super::super::saddle::{self, Point};
use super::super::{Watch, dominance, exchange, iterate, separate};
use super::{Branch, Incumbent, Looked};
use crate::travel::SiteIndex;
use std::cmp::Reverse;

/// Passes over the root at most, each bound being followed by reductions; rounds of a pass; and the share of the gap
/// that a pass must close for another one to follow.
const ROOT: (usize, usize, f64) = (12, 250, 0.02);
/// The same within a branch, whose bounds start from the parent's multipliers.
const BRANCH: (usize, usize, f64) = (3, 60, 0.10);
/// First steps of a bound by subgradients at the root and within a branch.
const STEPS: (f64, f64) = (1.0, 0.2);
/// Rounds of a bound by primal-dual steps, which only a root has.
const SADDLE: usize = 6_000;
/// Times cuts are added at the root.
const CUT_ROUNDS: usize = 40;
/// Cuts go on while a round closes more than one part in so many of what is open.
const CUT_GAIN: u64 = 150;
/// Suggestions of a bound at the root, and within a branch, that are improved by exchange, the last ones first.
const TRIED: (usize, usize) = (6, 1);
/// Share of all work for a better choice at the root, one part in so many, and no more than this many times what was used so far:
/// where the tree is small it should not wait, and where it is not more follows.
const BETTER: usize = 6;
const AT_FIRST: usize = 1;
/// Doubt that is granted to every site, so that weight decides among those of which the relaxation is sure.
const LEAST_DOUBT: f64 = 0.02;

/// What every branch needs to know.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) problem: &'a Problem,
    pub(super) scale: Scale,
    pub(super) coverable: u64,
    pub(super) watch: &'a Watch,
    /// Whether subgradients alone bound branches.
    pub(super) quick: bool,
    /// Whether this is a search of a part, whose bounds say nothing of the whole.
    pub(super) part: bool,
}

impl Search<'_> {
    /// Tells incumbent and bound; `true` when the search should stop.
    pub(super) fn tell(&self, objective: u64, bound: u64) -> bool {
        if self.part { self.watch.stopped() } else { self.watch.tell(objective, bound) }
    }

    /// One of the two branches on the site that a branch is split on.
    pub(super) fn child(&self, parent: &Branch, take: bool, best: Incumbent, work: usize) -> Looked<Branch> {
        let (site, none) = (&[parent.site][..], &[][..]);
        let (taken, left) = if take { (site, none) } else { (none, site) };
        let Some((core, multipliers)) = parent.core.decide(self.problem, taken, left, &parent.multipliers) else {
            return Looked::end(best);
        };
        self.look(core, multipliers, best, Some(parent.bound), work)
    }

    /// Reduces and bounds a branch and looks for a better choice in it; `parent` is the bound of its parent, `None` at
    /// the root.
    pub(super) fn look(
        &self,
        mut core: Core,
        mut u: Vec<i64>,
        best: Incumbent,
        parent: Option<u64>,
        work: usize,
    ) -> Looked<Branch> {
        let root = parent.is_none();
        let (passes, rounds, share) = if root { ROOT } else { BRANCH };
        let mut looked = Looked::end(best);
        let mut before = parent.unwrap_or(self.coverable);
        let mut point = None;
        let (mut pass, mut round, mut uncut, mut ready) = (0, 0, before, false);
        loop {
            let gone = dominance::dominated(self.problem, &core);
            if !gone.is_empty() {
                let Some(reduced) = self.reduce(&core, &mut point, &[], &gone, &u) else { return looked };
                (core, u) = reduced;
            }
            if core.is_decided() {
                let all: Vec<u32> = if core.choose == 0 { Vec::new() } else { (0..core.sites.len() as u32).collect() };
                self.keep(core.whole(&all), &mut looked.found);
                return looked;
            }
            let incumbent = looked.found.objective;
            let bound = match &mut point {
                Some(point) => saddle::bound(&core, self.scale, incumbent, point, SADDLE, self.watch),
                None => {
                    let step = if root { STEPS.0 } else { STEPS.1 };
                    let step = if pass == 0 { step } else { step / 2.0 };
                    lagrangian::bound(&core, self.scale, incumbent, u, Effort { rounds, step, watch: self.watch })
                }
            };
            looked.work += bound.work;
            self.try_suggestions(&core, &bound, if root { TRIED.0 } else { TRIED.1 }, &mut looked);
            let worth = self.scale.reachable(bound.worth).min(before);
            if worth <= looked.found.objective {
                return looked;
            }
            let closed = (before - worth) as f64 / (before - looked.found.objective).max(1) as f64;
            before = worth;
            let (mut take, mut leave) =
                lagrangian::decided(&core, self.scale, &bound.multipliers, looked.found.objective);
            pass += 1;
            let enough = closed < share && (take.len() + leave.len()) * 20 < core.sites.len();
            let told = root && self.tell(looked.found.objective, worth);
            let over = told || looked.work >= work;
            match &point {
                None if self.quick && root && !over && !ready && (pass >= passes || enough) => {
                    // Before branching: a better incumbent decides more, here and in every branch.
                    ready = true;
                    self.better(&core, &mut looked, work);
                    (take, leave) = lagrangian::decided(&core, self.scale, &bound.multipliers, looked.found.objective);
                    pass = passes.saturating_sub(1);
                }
                None if !self.quick && !over && (pass >= passes || enough) => {
                    // Subgradients are through. A better incumbent decides more, here and in every branch.
                    self.better(&core, &mut looked, work);
                    (take, leave) = lagrangian::decided(&core, self.scale, &bound.multipliers, looked.found.objective);
                    let price = bound.multipliers.iter().map(|&u| self.scale.weight(u)).collect();
                    point = Some(Point { taken: bound.often.clone(), price, ..Point::even(&core) });
                    pass = 0;
                }
                Some(at) if !over && !ready && (pass >= passes || enough) => {
                    let worthwhile = round == 0 || (uncut - worth) * CUT_GAIN > worth - looked.found.objective;
                    let cutting = worthwhile && round < CUT_ROUNDS && self.scale.room_for_cuts();
                    let cuts = if cutting { separate::broken(&core, &at.taken, &mut looked.work) } else { Vec::new() };
                    (round, uncut) = (round + 1, worth);
                    if !cuts.is_empty() {
                        let (busy, values) = core.without_idle_cuts(bound.multipliers);
                        let (with, values) = busy.with_cuts(cuts, &values);
                        // A bound for these cuts, and one for what it decides.
                        pass = passes.saturating_sub(2);
                        let Some(reduced) = self.reduce(&with, &mut point, &take, &leave, &values) else {
                            return looked;
                        };
                        (core, u) = reduced;
                        continue;
                    }
                    // Before branching: a better incumbent decides more, here and in every branch.
                    ready = true;
                    self.better(&core, &mut looked, work);
                    (take, leave) = lagrangian::decided(&core, self.scale, &bound.multipliers, looked.found.objective);
                    pass = passes.saturating_sub(1);
                }
                _ if over || pass >= passes || enough => {
                    let site = most_undecided(self.problem, &core, &bound.often);
                    looked.open = Some(Branch { bound: worth, core, multipliers: bound.multipliers, point, site });
                    return looked;
                }
                _ => {}
            }
            let Some(reduced) = self.reduce(&core, &mut point, &take, &leave, &bound.multipliers) else {
                return looked;
            };
            (core, u) = reduced;
        }
    }

    /// Decides sites, and carries the point over.
    fn reduce(
        &self,
        core: &Core,
        point: &mut Option<Point>,
        take: &[u32],
        leave: &[u32],
        multipliers: &[i64],
    ) -> Option<(Core, Vec<i64>)> {
        let (reduced, multipliers) = core.decide(self.problem, take, leave, multipliers)?;
        if let Some(point) = point {
            *point = point.within(core, &reduced, self.scale, &multipliers);
        }
        Some((reduced, multipliers))
    }

    /// Improves the last suggestions of a bound.
    fn try_suggestions(&self, core: &Core, bound: &Bound, tried: usize, looked: &mut Looked<Branch>) {
        bound.suggestions.iter().rev().take(tried).for_each(|choice| self.improve(core, choice, looked));
    }

    /// Improves a choice of open sites by swaps.
    pub(super) fn improve<B>(&self, core: &Core, choice: &[u32], looked: &mut Looked<B>) {
        let start = core.whole(choice);
        if self.problem.admits(&start) {
            let better = exchange::exchange(self.problem, core, &start, &mut looked.work);
            self.keep(better, &mut looked.found);
        }
    }

    /// Looks for a better choice at the root: by shaking the one there is in the quick search, by annealing many in the other.
    fn better(&self, core: &Core, looked: &mut Looked<Branch>, work: usize) {
        if self.quick {
            let most = looked.work.min(work / BETTER);
            let better = iterate::iterate(self.problem, core, &looked.found.chosen, most, &mut looked.work);
            self.keep(better, &mut looked.found);
        } else {
            let seed = looked.work as u64;
            let most = (work / BETTER).min(AT_FIRST * looked.work);
            looked.work += self.better_by_chance(core, &mut looked.found, seed, most);
        }
    }

    pub(super) fn keep(&self, chosen: Vec<SiteIndex>, best: &mut Incumbent) {
        if self.problem.admits(&chosen) {
            let objective = self.problem.objective(&chosen);
            if objective > best.objective {
                *best = Incumbent { objective, chosen };
            }
        }
    }
}

/// The open site that matters most: what it covers, times how undecided the relaxation is about it. Ties go to the larger
/// preference, then the lower number.
fn most_undecided(problem: &Problem, core: &Core, often: &[f64]) -> u32 {
    let key = |s: u32| {
        let i = s as usize;
        let covers = core.own[i] + core.rows_of(i).iter().map(|&r| core.weights[r as usize]).sum::<u64>();
        let matters = (often[i].min(1.0 - often[i]) + LEAST_DOUBT) * covers as f64;
        (matters, problem.preference[core.sites[i] as usize], Reverse(s))
    };
    let by_doubt = |a: &(f64, u64, Reverse<u32>), b: &(f64, u64, Reverse<u32>)| {
        a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2))
    };
    let most = (0..core.sites.len() as u32).map(key).max_by(by_doubt);
    most.expect("an undecided branch has a site").2.0
}
