//! The method that proves: greedy, exchange, and branch and bound over Lagrangian bounds and cuts.
//! A file of its own because it is one of several methods behind one interface.

use super::core::Core;
use super::cut;
use super::lagrangian::{self, Bound, Effort, Scale};
use super::problem::Problem;
use super::saddle::{self, Point};
use super::{Answer, Infeasible, Method, Watch, dominance, exchange, greedy, infeasible, iterate, service_search};
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Passes over the root at most, each bound being followed by reductions; rounds of a pass; and the share of the gap
/// that a pass must close for another one to follow.
const ROOT: (usize, usize, f64) = (12, 250, 0.02);
/// The same within a branch, whose bounds start from the parent's multipliers.
const BRANCH: (usize, usize, f64) = (3, 60, 0.10);
/// First steps of a bound by subgradients at the root and within a branch.
const STEPS: (f64, f64) = (1.0, 0.2);
/// Work of a first search by subgradients alone: as a multiple of that at its root, and as a share of all work.
const QUICK: (usize, usize) = (20, 6);
/// Rounds of a bound by primal-dual steps at the root and within a branch.
const SADDLE: (usize, usize) = (6_000, 400);
/// Times cuts are added at the root.
const CUT_ROUNDS: usize = 12;
/// Cuts go on while a round closes more than one part in so many of what is open.
const CUT_GAIN: u64 = 60;
/// Branches looked at side by side. A fixed number: the tree is the same on any number of threads.
const BATCH: usize = 8;
/// Suggestions of a bound at the root, and within a branch, that are improved by exchange, the last ones first.
const TRIED: (usize, usize) = (6, 1);
/// Work of iterated search at the root: as a multiple of the work so far, and as a share of all work.
const ITERATED: (usize, usize) = (6, 5);
/// Doubt that is granted to every site, so that weight decides among those of which the relaxation is sure.
const LEAST_DOUBT: f64 = 0.02;
/// Work that must be allowed for a first bound to be worth starting, in looks at every pair.
const LEAST_LOOKS: usize = 20;
/// Pairs that open branches may hold before the youngest go first, which keeps their number small.
const MOST_HELD: usize = 200_000_000;

/// Greedy adding, best swaps, and best swaps from what Lagrangian multipliers suggest; then branching on a site that the
/// relaxation cannot decide, until the bounds of all open branches meet the incumbent or the work is used up.
///
/// 1. Incumbent: greedy and the given starts, improved by exchange.
/// 2. Dominated sites go. Bound at the root by subgradients, with improved suggestions as incumbents; what reduced costs
///    decide is decided, and the bound goes on over what is left. Where that stalls, a local search with chance in it looks for
///    a better incumbent, primal-dual steps finish the bound, and cuts that the relaxed choice breaks lower it.
/// 3. The open branch with the largest bound is split on a weighty undecided site: taken, or left out. A branch is laid
///    out anew without what is decided in it, reduced and bounded like the root, from its parent's multipliers.
/// 4. A branch ends when no better choice can be in it, or when it holds one choice only.
/// 5. All of this runs first with subgradients alone and little work, which is quickest where they converge; only what
///    that leaves open is searched again with primal-dual steps and cuts.
///
/// With spacing or a budget, which bounds relax, branches go on until conditions are met, so the proof holds for them too.
#[derive(Debug, Clone, Copy)]
pub struct BranchAndBound {
    /// Pairs that the search for bounds may look at: a count, not a clock, so that runs repeat. Where it is too little for
    /// one bound there is none but what all sites together cover.
    pub work: usize,
}

impl Default for BranchAndBound {
    fn default() -> Self {
        Self { work: 1_500_000_000 }
    }
}

/// An open branch: what is left of it, and the site to split it on.
#[derive(Debug)]
struct Branch {
    bound: u64,
    core: Core,
    multipliers: Vec<i64>,
    point: Point,
    site: u32,
}

/// The best choice so far.
#[derive(Debug, Clone)]
struct Incumbent {
    objective: u64,
    chosen: Vec<SiteIndex>,
}

/// What looking at a branch gave.
#[derive(Debug)]
struct Looked {
    /// What is left with its bound; `None` when the branch is at its end.
    open: Option<Branch>,
    found: Incumbent,
    work: usize,
}

impl Method for BranchAndBound {
    fn name(&self) -> &'static str {
        "greedy + exchange, Lagrangian branch and bound"
    }

    fn solve(&self, problem: &Problem, starts: &[Vec<SiteIndex>]) -> Result<Answer, Infeasible> {
        self.watched(problem, starts, &Watch::default())
    }
}

impl BranchAndBound {
    /// As [`Method::solve`], followed and ended early through `watch`.
    ///
    /// # Errors
    /// The conditions that conflict when no choice meets them all.
    pub fn watched(&self, problem: &Problem, starts: &[Vec<SiteIndex>], watch: &Watch) -> Result<Answer, Infeasible> {
        if let Some(service) = &problem.service {
            return service_search::solve(problem, service, starts, self.work, watch);
        }
        infeasible::check(problem)?;
        let whole = Core::of(problem).ok_or(Infeasible::NoneFound)?;
        let mut best = None;
        for start in greedy::greedy(problem).iter().chain(starts).filter(|start| problem.admits(start)) {
            let chosen = exchange::exchange(problem, &whole, start, &mut 0);
            let objective = problem.objective(&chosen);
            if best.as_ref().is_none_or(|b: &Incumbent| objective > b.objective) {
                best = Some(Incumbent { objective, chosen });
            }
        }
        let Some(best) = best else { return Err(Infeasible::NoneFound) };
        let (mut best, bound) = self.prove(problem, whole, best, watch);
        best.chosen.sort_unstable();
        assert!(bound >= best.objective, "a bound below a choice that meets every condition cannot be");
        Ok(Answer { chosen: best.chosen, objective: best.objective, bound })
    }

    /// Improves the incumbent and finds a bound on every choice.
    fn prove(&self, problem: &Problem, whole: Core, best: Incumbent, watch: &Watch) -> (Incumbent, u64) {
        let coverable = problem.coverable();
        let look = 2 * whole.pairs() + whole.weights.len() + whole.sites.len();
        let (Some(scale), true) = (Scale::of(problem), self.work / look.max(1) >= LEAST_LOOKS) else {
            return (best, coverable);
        };
        if watch.tell(best.objective, coverable) {
            return (best, coverable);
        }
        let mut search = Search { problem, scale, coverable, watch, quick: true };
        let (best, bound, done) = self.branch(&search, whole.clone(), best, coverable, self.work / QUICK.1);
        if done {
            return (best, bound);
        }
        search.quick = false;
        let (best, other, _) = self.branch(&search, whole, best, bound, self.work - self.work / QUICK.1);
        (best, bound.min(other).max(search.problem.base))
    }

    /// One search, within `most` work: the best choice, a bound, and whether nothing is left to look for.
    fn branch(
        &self,
        search: &Search<'_>,
        whole: Core,
        best: Incumbent,
        before: u64,
        most: usize,
    ) -> (Incumbent, u64, bool) {
        let watch = search.watch;
        let multipliers = lagrangian::even(&whole, search.scale);
        let looked = search.look(whole, multipliers, None, best, None, most);
        let most = if search.quick { most.min(QUICK.0 * looked.work) } else { most };
        let (mut best, mut work) = (looked.found, looked.work);
        // Largest bound first, then the older branch.
        let mut open: BTreeMap<(Reverse<u64>, usize), Branch> = BTreeMap::new();
        let mut born = 0;
        let mut held = 0;
        looked.open.into_iter().for_each(|branch| {
            held += branch.core.pairs();
            open.insert((Reverse(branch.bound), born), branch);
        });
        while let Some((&(Reverse(bound), _), _)) = open.first_key_value() {
            if bound <= best.objective {
                break;
            }
            let told = watch.tell(best.objective, bound.min(before));
            if work >= most || told {
                return (best, bound, told);
            }
            let batch: Vec<Branch> = (0..BATCH).filter_map(|_| next(&mut open, held > MOST_HELD)).collect();
            held -= batch.iter().map(|b| b.core.pairs()).sum::<usize>();
            let children: Vec<(&Branch, bool)> = batch.iter().flat_map(|b| [(b, true), (b, false)]).collect();
            let left = (most - work) / children.len();
            let looked: Vec<Looked> = children
                .into_par_iter()
                .filter_map(|(branch, take)| search.child(branch, take, best.clone(), left))
                .collect();
            for looked in &looked {
                work += looked.work;
                if looked.found.objective > best.objective {
                    best.clone_from(&looked.found);
                }
            }
            for branch in looked.into_iter().filter_map(|l| l.open).filter(|b| b.bound > best.objective) {
                born += 1;
                held += branch.core.pairs();
                open.insert((Reverse(branch.bound), born), branch);
            }
        }
        let bound = best.objective;
        (best, bound, true)
    }
}

/// The branch to split next.
fn next(open: &mut BTreeMap<(Reverse<u64>, usize), Branch>, youngest: bool) -> Option<Branch> {
    if youngest {
        let key = open.keys().max_by_key(|k| k.1).copied()?;
        return open.remove(&key);
    }
    open.pop_first().map(|(_, branch)| branch)
}

/// What every branch needs to know.
struct Search<'a> {
    problem: &'a Problem,
    scale: Scale,
    coverable: u64,
    watch: &'a Watch,
    /// Whether subgradients alone bound branches.
    quick: bool,
}

impl Search<'_> {
    /// One of the two branches on the site that a branch is split on; `None` when it holds no choice.
    fn child(&self, parent: &Branch, take: bool, best: Incumbent, work: usize) -> Option<Looked> {
        let (site, none) = (&[parent.site][..], &[][..]);
        let (taken, left) = if take { (site, none) } else { (none, site) };
        let (core, multipliers) = parent.core.decide(self.problem, taken, left, &parent.multipliers)?;
        let point = (!self.quick).then(|| parent.point.within(&parent.core, &core, self.scale, &multipliers));
        Some(self.look(core, multipliers, point, best, Some(parent.bound), work))
    }

    /// Reduces and bounds a branch and looks for a better choice in it; `parent` is the bound of its parent, `None` at
    /// the root.
    fn look(
        &self,
        mut core: Core,
        mut u: Vec<i64>,
        mut point: Option<Point>,
        best: Incumbent,
        parent: Option<u64>,
        work: usize,
    ) -> Looked {
        let root = parent.is_none();
        let (passes, rounds, share) = if root { ROOT } else { BRANCH };
        let mut looked = Looked { open: None, found: best, work: 0 };
        let mut before = parent.unwrap_or(self.coverable);
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
                Some(point) => {
                    let rounds = if root { SADDLE.0 } else { SADDLE.1 };
                    saddle::bound(&core, self.scale, incumbent, point, rounds)
                }
                None => {
                    let step = if root { STEPS.0 } else { STEPS.1 };
                    let step = if pass == 0 { step } else { step / 2.0 };
                    lagrangian::bound(&core, self.scale, incumbent, u, Effort { rounds, step })
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
            let told = root && self.watch.tell(looked.found.objective, worth);
            let over = told || looked.work >= work;
            match &point {
                None if self.quick && root && !over && !ready && (pass >= passes || enough) => {
                    // Before branching: a better incumbent decides more, here and in every branch.
                    ready = true;
                    self.iterate(&core, &mut looked, work);
                    (take, leave) = lagrangian::decided(&core, self.scale, &bound.multipliers, looked.found.objective);
                    pass = passes.saturating_sub(1);
                }
                None if !self.quick && !over && (pass >= passes || enough) => {
                    // Subgradients are through. A better incumbent decides more, here and in every branch.
                    self.iterate(&core, &mut looked, work);
                    (take, leave) = lagrangian::decided(&core, self.scale, &bound.multipliers, looked.found.objective);
                    let price = bound.multipliers.iter().map(|&u| self.scale.weight(u)).collect();
                    point = Some(Point { taken: bound.often.clone(), price, ..Point::even(&core) });
                    pass = 0;
                }
                Some(at) if root && !over && !ready && (pass >= passes || enough) => {
                    let worthwhile = round == 0 || (uncut - worth) * CUT_GAIN > worth - looked.found.objective;
                    let cutting = worthwhile && round < CUT_ROUNDS && self.scale.room_for_cuts();
                    let cuts = if cutting { cut::broken(&core, &at.taken) } else { Vec::new() };
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
                    self.iterate(&core, &mut looked, work);
                    (take, leave) = lagrangian::decided(&core, self.scale, &bound.multipliers, looked.found.objective);
                    pass = passes.saturating_sub(1);
                }
                _ if over || pass >= passes || enough => {
                    let point = point.unwrap_or_else(|| Point::even(&core));
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
    fn try_suggestions(&self, core: &Core, bound: &Bound, tried: usize, looked: &mut Looked) {
        for start in bound.suggestions.iter().rev().take(tried).map(|s| core.whole(s)) {
            if self.problem.admits(&start) {
                let better = exchange::exchange(self.problem, core, &start, &mut looked.work);
                self.keep(better, &mut looked.found);
            }
        }
    }

    /// Searches on from the best choice so far.
    fn iterate(&self, core: &Core, looked: &mut Looked, work: usize) {
        let times = if self.quick { 1 } else { ITERATED.0 };
        let most = (times * looked.work).min(work / ITERATED.1);
        let better = iterate::iterate(self.problem, core, &looked.found.chosen, most, &mut looked.work);
        self.keep(better, &mut looked.found);
    }

    fn keep(&self, chosen: Vec<SiteIndex>, best: &mut Incumbent) {
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
