//! The fewest sites that cover enough: set cover (Toregas et al. 1971) when enough is everything, partial cover else.
//! A file of its own because it minimises stations where the other methods are given their number.

use super::exchange;
use super::infeasible::{self, Infeasible};
use super::problem::{Choice, Problem};
use super::set_cover_bound::{self, Bound};
use super::set_cover_reduce::{Branch, Core, Residual};
use super::set_cover_search;
use super::watch::Watch;
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Rounds of the first bound, and of a later one, which starts from its parent's multipliers.
const ROUNDS: (usize, usize) = (600, 60);
/// Branches looked at side by side. A fixed number: the tree is the same on any number of threads.
const BATCH: usize = 8;

/// Choose as few sites as cover at least `least`.
///
/// `min sum_j x_j` subject to `z_i <= sum of x_j over the sites j of row i`, `sum_i w_i z_i >= least - base`, with the
/// problem's required and forbidden sites, county limits, spacing and budget. Its `choose` is not looked at.
///
/// 1. Reductions: rows that follow from others, sites that others replace, sites that alone cover a row.
/// 2. A bound by Lagrangian relaxation of the covers, computed in integers and rounded up to a whole site.
/// 3. Choices by greedy adding and local search with row weights (Gao, Weise and Li 2015).
/// 4. Branch and bound: on the sites of the row that has fewest, or, where not everything must be covered, on the most
///    undecided site. Reductions and reduced costs decide further sites in every branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fewest {
    /// Weight to cover, the problem's `base` included.
    pub least: u64,
    /// Pairs that the search may look at: a count, not a clock, so that runs repeat.
    pub work: usize,
}

/// The fewest sites found, and how few there could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FewestAnswer {
    /// Chosen sites, ascending.
    pub chosen: Vec<SiteIndex>,
    /// Weight they cover, `base` included.
    pub covered: u64,
    /// No choice of fewer sites than this covers `least` under the same conditions.
    pub bound: u64,
}

/// What a search for a choice of fewer than a given number of sites came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Searched {
    /// The best choice found, if any.
    pub chosen: Option<Vec<SiteIndex>>,
    /// No choice has fewer sites than this; at most the limit of the search.
    pub bound: usize,
    /// Work left over.
    pub left: usize,
}

impl Fewest {
    /// Solves the problem.
    ///
    /// # Errors
    /// The conditions that conflict when no choice meets them all, or [`Infeasible::NoneFound`] when the work ended
    /// before a choice was found.
    pub fn solve(&self, problem: &Problem) -> Result<FewestAnswer, Infeasible> {
        self.watched(problem, &Watch::default())
    }

    /// As [`Fewest::solve`], followed and ended early through `watch`.
    ///
    /// # Errors
    /// As [`Fewest::solve`].
    pub fn watched(&self, problem: &Problem, watch: &Watch) -> Result<FewestAnswer, Infeasible> {
        check(problem)?;
        let coverable = coverable(problem);
        if coverable < self.least {
            return Err(Infeasible::LeastOverCoverable { least: self.least, coverable });
        }
        let tell = |limit: usize, bound: usize| watch.tell_least(limit as u64, bound as u64);
        let found = self.search(problem, problem.sites + 1, 0, &tell, watch);
        match found.chosen {
            Some(chosen) => {
                let covered = problem.objective(&chosen);
                Ok(FewestAnswer { chosen, covered, bound: found.bound as u64 })
            }
            None if found.bound > problem.sites => Err(Infeasible::NotTogether),
            None => Err(Infeasible::NoneFound),
        }
    }

    /// Looks for a choice of fewer than `limit` sites, and stops at one of at most `enough`. The conditions must have been
    /// checked.
    /// `tell` hears of limit and bound, and says whether to stop.
    pub(super) fn search(
        &self,
        problem: &Problem,
        limit: usize,
        enough: usize,
        tell: &Tell<'_>,
        watch: &Watch,
    ) -> Searched {
        let core = Core::new(problem, self.least);
        let mut search = Search { core: &core, best: None, limit, left: self.work, tell, watch };
        let bound = search.run(enough);
        let chosen = search.best.map(|mut chosen| {
            chosen.sort_unstable();
            chosen
        });
        Searched { chosen, bound, left: search.left }
    }
}

/// Weight that all sites which may be used cover together.
fn coverable(problem: &Problem) -> u64 {
    let usable = |s: &SiteIndex| !problem.forbidden[*s as usize];
    let rows = problem.rows().iter().filter(|row| row.sites.iter().any(&usable));
    problem.base + rows.map(|row| row.weight).sum::<u64>()
}

/// What counting decides, for the number of sites that the conditions alone ask for.
fn check(problem: &Problem) -> Result<(), Infeasible> {
    let required = |c: usize| problem.required.iter().filter(|&&s| problem.county_of[s as usize] == Some(c)).count();
    let owed = problem.counties.iter().enumerate().map(|(c, rule)| rule.min.saturating_sub(required(c)));
    let choose = problem.required.len() + owed.sum::<usize>();
    infeasible::check(&Problem { choose, ..problem.clone() })
}

/// Hears of the limit and the bound, and says whether to stop.
pub(super) type Tell<'a> = dyn Fn(usize, usize) -> bool + Sync + 'a;

struct Search<'a> {
    core: &'a Core<'a>,
    tell: &'a Tell<'a>,
    watch: &'a Watch,
    best: Option<Vec<SiteIndex>>,
    /// Only choices of fewer sites count.
    limit: usize,
    left: usize,
}

/// An open branch with what its bound came to.
struct Open {
    branch: Branch,
    residual: Residual,
    often: Vec<f64>,
}

/// What a look at a branch gave.
struct Looked {
    open: Option<(usize, Open)>,
    found: Option<Vec<SiteIndex>>,
    work: usize,
}

impl Search<'_> {
    fn run(&mut self, enough: usize) -> usize {
        let core = self.core;
        let Some(root) = Branch::root(core) else { return self.limit };
        let looked = self.look(root, ROUNDS.0);
        self.take(looked.found);
        self.left = self.left.saturating_sub(looked.work);
        let Some((bound, open)) = looked.open else { return self.limit };
        self.local_search(&open, bound.max(enough), enough == 0);
        // Least bound first, then the deeper branch, then the older one.
        let mut queue = BTreeMap::from([((bound, 0usize, 0usize), open)]);
        let mut born = 0;
        while let Some((&(bound, ..), _)) = queue.first_key_value() {
            if bound >= self.limit {
                return self.limit;
            }
            if self.left == 0 || (self.best.is_some() && self.limit <= enough) || (self.tell)(self.limit, bound) {
                return bound;
            }
            let batch: Vec<_> = (0..BATCH).filter_map(|_| queue.pop_first()).collect();
            let children: Vec<(usize, Branch)> =
                batch.into_iter().flat_map(|((bound, ..), open)| self.split(open, bound)).collect();
            let looked: Vec<(usize, Looked)> =
                children.into_par_iter().map(|(parent, branch)| (parent, self.look(branch, ROUNDS.1))).collect();
            for (parent, looked) in looked {
                self.left = self.left.saturating_sub(looked.work);
                self.take(looked.found);
                if let Some((bound, open)) = looked.open {
                    born += 1;
                    queue.insert((bound.max(parent), usize::MAX - open.branch.taken.len(), born), open);
                }
            }
        }
        self.limit
    }

    fn take(&mut self, found: Option<Vec<SiteIndex>>) {
        if let Some(found) = found.filter(|f| f.len() < self.limit) {
            self.limit = found.len();
            self.best = Some(found);
        }
    }

    /// Improves the best choice, or any that the branch can be completed to.
    fn local_search(&mut self, open: &Open, enough: usize, longer: bool) {
        let core = self.core;
        let complete = || set_cover_search::complete(core, &open.branch, &open.residual, &[]);
        let Some(start) = self.best.clone().or_else(complete) else { return };
        if start.len() <= enough {
            return;
        }
        if core.full && core.plain {
            let ends = set_cover_search::Ends { enough, longer, work: self.left, watch: self.watch };
            let (found, work) = set_cover_search::row_weighting(&open.residual, &open.branch.taken, &start, ends);
            self.left = self.left.saturating_sub(work);
            self.take(Some(found));
        } else {
            self.take(fewer_by_exchange(core, &start));
        }
    }

    /// Reduces a branch, bounds it and looks for a choice in it.
    fn look(&self, mut branch: Branch, mut rounds: usize) -> Looked {
        let core = self.core;
        let pairs = |r: &Residual| r.of_row.iter().map(Vec::len).sum::<usize>() + r.sites.len();
        let (mut work, mut limit, mut found) = (0, self.limit, None);
        let open = loop {
            let Some(residual) = core.reduce(&mut branch) else { break None };
            work += 4 * pairs(&residual) + core.problem.sites;
            let owed = Choice::of(core.problem, &branch.taken).owed();
            if residual.need == 0 && owed == 0 {
                if branch.taken.len() < limit {
                    found = Some(branch.taken);
                }
                break None;
            }
            if branch.taken.len() + owed.max(usize::from(residual.need > 0)) >= limit {
                break None;
            }
            let mut complete = |suggestion: &[u32], limit: &mut usize| {
                let choice = set_cover_search::complete(core, &branch, &residual, suggestion);
                if let Some(choice) = choice.filter(|c| c.len() < *limit) {
                    *limit = choice.len();
                    found = Some(choice);
                }
            };
            if limit > core.problem.sites {
                // Without any choice the steps of the bound would have no aim.
                complete(&[], &mut limit);
            }
            let bound = set_cover_bound::bound(core, &branch, &residual, limit, rounds, self.watch);
            work += 2 * bound.rounds * pairs(&residual);
            if bound.bound >= limit {
                break None;
            }
            complete(&bound.suggestion, &mut limit);
            set_cover_bound::remember(&mut branch, &residual, &bound);
            let Bound { bound, take, leave, often, .. } = bound;
            if take.is_empty() && leave.is_empty() {
                break Some((bound, Open { branch, residual, often }));
            }
            rounds = rounds.min(ROUNDS.1);
            leave.iter().for_each(|&s| branch.out[s as usize] = true);
            if !take.iter().all(|&s| branch.with(core, s)) {
                break None;
            }
        };
        Looked { open, found, work }
    }

    /// The branches of a branch, each with the bound it inherits.
    fn split(&self, open: Open, bound: usize) -> Vec<(usize, Branch)> {
        let Open { branch, residual, often } = open;
        let at_least_one_of: Vec<SiteIndex> = if residual.need == 0 {
            // Everything is covered: only county minima are still owed.
            self.core.owing(&branch)
        } else if self.core.full {
            residual.shortest_row(&often)
        } else {
            let site = residual.undecided(&often);
            let (mut taken, mut left) = (branch.clone(), branch);
            left.out[site as usize] = true;
            let taken = taken.with(self.core, site).then_some(taken);
            return taken.into_iter().chain([left]).map(|b| (bound, b)).collect();
        };
        let mut rest = branch;
        let mut children = Vec::new();
        for site in at_least_one_of {
            let mut child = rest.clone();
            if child.with(self.core, site) {
                children.push((bound, child));
            }
            rest.out[site as usize] = true;
        }
        children
    }
}

/// Takes the site out whose loss is least and swaps until enough is covered again, as long as that goes.
fn fewer_by_exchange(core: &Core<'_>, start: &[SiteIndex]) -> Option<Vec<SiteIndex>> {
    let (mut best, mut now) = (None, start.to_vec());
    loop {
        let may_go: Vec<usize> = (0..now.len()).filter(|&k| !core.problem.required.contains(&now[k])).collect();
        let without = |k: usize| {
            let mut rest = now.clone();
            rest.remove(k);
            rest
        };
        let problem = Problem { choose: now.len().saturating_sub(1), ..core.problem.clone() };
        let kept = may_go.into_iter().map(without).filter(|rest| problem.admits(rest));
        let Some(rest) = kept.max_by_key(|rest| (problem.objective(rest), std::cmp::Reverse(rest.clone()))) else {
            return best;
        };
        let Some(open) = super::core::Core::of(&problem) else { return best };
        now = exchange::exchange(&problem, &open, &rest, &mut 0);
        if problem.objective(&now) < core.least || !problem.admits(&now) {
            return best;
        }
        best = Some(now.clone());
    }
}
