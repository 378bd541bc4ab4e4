//! The method that proves: greedy, exchange, and branch and bound over Lagrangian bounds and cuts.
//! A file of its own because it is one of several methods behind one interface.

mod anneal;
mod elite;
mod look;
mod parts;
mod vertices;

use super::core::Core;
use super::lagrangian::{self, Scale};
use super::problem::Problem;
use super::saddle::Point;
use super::{Answer, Infeasible, Method, Watch, exchange, greedy, infeasible, service_search};
use crate::travel::SiteIndex;
use look::Search;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Work of a first search by subgradients alone: as a multiple of that at its root, and as a share of all work.
const QUICK: (usize, usize) = (20, 6);
/// Branches looked at side by side. A fixed number: the tree is the same on any number of threads.
const BATCH: usize = 8;
/// Work that must be allowed for a first bound to be worth starting, in looks at every pair.
const LEAST_LOOKS: usize = 20;
/// Pairs that open branches may hold before the youngest go first, which keeps their number small.
const MOST_HELD: usize = 200_000_000;

/// Greedy adding, best swaps, and best swaps from what Lagrangian multipliers suggest; then branching on a site that the
/// relaxation cannot decide, until the bounds of all open branches meet the incumbent or the work is used up.
///
/// 1. Incumbent: greedy and the given starts, improved by exchange.
/// 2. Dominated sites go. Bound at the root by subgradients, with improved suggestions as incumbents; what reduced costs
///    decide is decided, and the bound goes on over what is left. Where that stalls, annealing looks for a better
///    incumbent, primal-dual steps finish the bound, and cuts that the relaxed choice breaks lower it.
/// 3. The open branch with the largest bound is split on a weighty undecided site: taken, or left out. A branch is laid
///    out anew without what is decided in it, reduced and bounded like the root, from its parent's multipliers.
/// 4. A branch ends when no better choice can be in it, or when it holds one choice only.
/// 5. All of this runs first with subgradients alone and little work, which is quickest where they converge; only what
///    that leaves open is searched again with primal-dual steps and cuts, and then by vertices of the linear relaxation, see
///    [`vertices`].
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
    /// Where primal-dual steps ended, at a root that had some.
    point: Option<Point>,
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
struct Looked<B> {
    /// What is left with its bound; `None` when the branch is at its end.
    open: Option<B>,
    found: Incumbent,
    work: usize,
}

impl<B> Looked<B> {
    /// A branch without a choice, so far.
    fn end(found: Incumbent) -> Self {
        Self { open: None, found, work: 0 }
    }
}

/// A branch that can be split in two, as the loop over branches sees it.
trait Open: Send + Sync {
    /// No choice in it covers more.
    fn bound(&self) -> u64;

    /// Numbers that it holds.
    fn size(&self) -> usize;
}

impl Open for Branch {
    fn bound(&self) -> u64 {
        self.bound
    }

    fn size(&self) -> usize {
        self.core.pairs()
    }
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
        match &problem.service {
            Some(service) => service_search::solve(problem, service, starts, self.work, watch),
            None => self.counted(problem, starts, watch).map(|(answer, _)| answer),
        }
    }

    /// The same for plain covering, with the pairs that were looked at.
    ///
    /// # Errors
    /// As [`BranchAndBound::watched`].
    pub(super) fn counted(
        &self,
        problem: &Problem,
        starts: &[Vec<SiteIndex>],
        watch: &Watch,
    ) -> Result<(Answer, usize), Infeasible> {
        infeasible::check(problem)?;
        let whole = Core::of(problem).ok_or(Infeasible::NoneFound)?;
        let (mut best, mut work) = (None, 0);
        for start in greedy::greedy(problem).iter().chain(starts).filter(|start| problem.admits(start)) {
            let chosen = exchange::exchange(problem, &whole, start, &mut work);
            let objective = problem.objective(&chosen);
            if best.as_ref().is_none_or(|b: &Incumbent| objective > b.objective) {
                best = Some(Incumbent { objective, chosen });
            }
        }
        let Some(best) = best else { return Err(Infeasible::NoneFound) };
        let (mut best, bound) = self.prove(problem, whole, best, &mut work, watch);
        best.chosen.sort_unstable();
        assert!(bound >= best.objective, "a bound below a choice that meets every condition cannot be");
        Ok((Answer { chosen: best.chosen, objective: best.objective, bound }, work))
    }

    /// Improves the incumbent and finds a bound on every choice.
    fn prove(
        &self,
        problem: &Problem,
        whole: Core,
        best: Incumbent,
        work: &mut usize,
        watch: &Watch,
    ) -> (Incumbent, u64) {
        let coverable = problem.coverable();
        let look = 2 * whole.pairs() + whole.weights.len() + whole.sites.len();
        let (Some(scale), true) = (Scale::of(problem), self.work / look.max(1) >= LEAST_LOOKS) else {
            return (best, coverable);
        };
        if watch.tell(best.objective, coverable) {
            return (best, coverable);
        }
        let mut search = Search { problem, scale, coverable, watch, quick: true, part: false };
        let first = search.branch(whole.clone(), best, coverable, self.work / QUICK.1);
        *work += first.work;
        if first.done {
            return (first.best, first.bound);
        }
        search.quick = false;
        let second = search.branch(whole, first.best, first.bound, self.work - self.work / QUICK.1);
        *work += second.work;
        (second.best, first.bound.min(second.bound))
    }
}

/// What a search over branches gave.
struct Searched {
    best: Incumbent,
    /// No choice in the core covers more.
    bound: u64,
    /// Whether nothing is left to look for.
    done: bool,
    work: usize,
}

impl Search<'_> {
    /// Branches on a core within `most` work; `before` is a bound that is known already.
    fn branch(&self, whole: Core, best: Incumbent, before: u64, most: usize) -> Searched {
        let multipliers = lagrangian::even(&whole, self.scale);
        let looked = self.look(whole, multipliers, best, None, most);
        let most = if self.quick { most.min(QUICK.0 * looked.work) } else { most };
        if let Some(root) = &looked.open
            && let Some(point) = &root.point
        {
            let searched = self.by_vertices(root, point, looked.found, before, most.saturating_sub(looked.work));
            return Searched { work: looked.work + searched.work, ..searched };
        }
        let half = |branch: &Branch, take, best, work| self.child(branch, take, best, work);
        self.halve(looked, before, most, half, |_, _| 0)
    }

    /// Splits the open branch with the largest bound, some side by side, until none is left that may hold a better choice or
    /// `most` work is used up, that at the root included. `half` looks at one of the two halves of a branch; `meanwhile`, told how
    /// much work was used, may look for a better choice and says what that cost.
    fn halve<B: Open>(
        &self,
        root: Looked<B>,
        before: u64,
        most: usize,
        half: impl Fn(&B, bool, Incumbent, usize) -> Looked<B> + Sync,
        mut meanwhile: impl FnMut(&mut Incumbent, usize) -> usize,
    ) -> Searched {
        let (mut best, mut work) = (root.found, root.work);
        // Largest bound first, then the older branch.
        let mut open: BTreeMap<(Reverse<u64>, usize), B> = BTreeMap::new();
        let (mut born, mut held) = (0, 0);
        root.open.into_iter().for_each(|branch| {
            held += branch.size();
            open.insert((Reverse(branch.bound()), born), branch);
        });
        while let Some((&(Reverse(bound), _), _)) = open.first_key_value() {
            work += meanwhile(&mut best, work);
            if bound <= best.objective {
                break;
            }
            let done = self.tell(best.objective, bound.min(before));
            if work >= most || done {
                return Searched { best, bound, done, work };
            }
            let batch: Vec<B> = (0..BATCH).filter_map(|_| next(&mut open, held > MOST_HELD)).collect();
            held -= batch.iter().map(B::size).sum::<usize>();
            let halves: Vec<(&B, bool)> = batch.iter().flat_map(|b| [(b, true), (b, false)]).collect();
            let left = (most - work) / halves.len();
            // Where somebody asks to stop, halves that are not begun stay as they are.
            let goes_on = || !self.watch.stopped();
            let looked: Vec<Option<Looked<B>>> = halves
                .into_par_iter()
                .map(|(branch, take)| goes_on().then(|| half(branch, take, best.clone(), left)))
                .collect();
            let all = looked.iter().all(Option::is_some);
            let looked: Vec<Looked<B>> = looked.into_iter().flatten().collect();
            for looked in &looked {
                work += looked.work;
                if looked.found.objective > best.objective {
                    best.clone_from(&looked.found);
                }
            }
            if !all {
                // No branch of the batch has a larger bound than its first.
                return Searched { bound: bound.min(before).max(best.objective), best, done: true, work };
            }
            for branch in looked.into_iter().filter_map(|l| l.open).filter(|b| b.bound() > best.objective) {
                born += 1;
                held += branch.size();
                open.insert((Reverse(branch.bound()), born), branch);
            }
        }
        Searched { bound: best.objective, best, done: true, work }
    }
}

/// The branch to split next.
fn next<B>(open: &mut BTreeMap<(Reverse<u64>, usize), B>, youngest: bool) -> Option<B> {
    if youngest {
        let key = open.keys().max_by_key(|k| k.1).copied()?;
        return open.remove(&key);
    }
    open.pop_first().map(|(_, branch)| branch)
}
