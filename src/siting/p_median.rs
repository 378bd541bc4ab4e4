//! Least total travel: choose so many sites that the weighted cost of going to the nearest is least (Hakimi 1964).
//! A file of its own because it is one of several models behind one door.

use super::costs::{CostAnswer, Costs};
use super::infeasible::Infeasible;
use super::p_center;
use super::p_median_bound::{self, Branch, Effort};
use super::p_median_core::Core;
use super::p_median_swap::{greedy, interchange};
use super::watch::Watch;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Branches looked at side by side. A fixed number: the tree is the same on any number of threads.
const BATCH: usize = 8;
/// Suggestions of the first bound, and of a later one, that are improved by interchange, the last ones first.
const TRIED: (usize, usize) = (10, 1);

/// `min sum_i w_i min { c_ij : j chosen }` over choices of exactly `choose` sites that reach every demand point.
///
/// 1. A choice by greedy adding and fast interchange; where some pair is out of reach, from a set cover of all demand.
/// 2. A Lagrangian bound in integers, and choices that it suggests, improved by interchange.
///    Both keep county limits; spacing and budget are relaxed in the bound and kept by every choice.
/// 3. Branch and bound on the most undecided site: taken, or left out. Reduced costs decide further sites.
///
/// `work` is how many pairs the search may look at: a count, not a clock, so that runs repeat.
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
    let core = Core::new(costs)?;
    let mut left = work;
    let mut start = core.required.clone();
    let limited = core.conditions.is_some();
    if core.choose == 0 || limited || !core.complete() {
        start = p_center::reaching_all(costs, u64::MAX, &mut left, watch)?
            .into_iter()
            .map(|s| core.sites.binary_search(&s).expect("only usable sites are chosen") as u32)
            .collect();
    }
    if !limited {
        start = greedy(&core, &start);
    }
    let mut best = Incumbent {
        objective: core.total(&start).expect("the start reaches all demand, and more sites reach no less"),
        chosen: start.clone(),
    };
    best.improve(&core, &start);
    let from_scratch = greedy(&core, &core.required);
    match limited {
        true => best.complete(&core, &from_scratch),
        false => best.improve(&core, &from_scratch),
    }
    let bound = prove(&core, &mut best, left, watch);
    Ok(CostAnswer { chosen: core.names(&best.chosen), objective: best.objective, bound })
}

#[derive(Debug, Clone)]
struct Incumbent {
    objective: u64,
    chosen: Vec<u32>,
}

impl Incumbent {
    /// Improves a choice by interchange and keeps it if it costs less.
    fn improve(&mut self, core: &Core, start: &[u32]) {
        self.keep(core, interchange(core, start));
    }

    /// The same from sites that the conditions may not allow together: as many as they do, then any others.
    fn complete(&mut self, core: &Core, suggested: &[u32]) {
        if core.admits(suggested) {
            return self.improve(core, suggested);
        }
        let others = (0..core.sites.len() as u32).filter(|s| !suggested.contains(s));
        if let Some(start) = core.completed(suggested.iter().copied().chain(others)) {
            self.improve(core, &start);
        }
    }

    fn keep(&mut self, core: &Core, chosen: Vec<u32>) {
        if !core.admits(&chosen) {
            return;
        }
        if let Some(objective) = core.total(&chosen).filter(|total| *total < self.objective) {
            *self = Self { objective, chosen };
        }
    }
}

/// An open branch with what its bound came to.
struct Open {
    branch: Branch,
    often: Vec<f64>,
}

struct Looked {
    open: Option<(u64, Open)>,
    found: Incumbent,
    work: usize,
}

/// Improves the incumbent and returns a bound on every choice.
fn prove(core: &Core, best: &mut Incumbent, mut left: usize, watch: &Watch) -> u64 {
    // A row would pay as much as its second nearest site costs.
    let second = |row: &Vec<(u32, u64)>| row.get(1).or(row.first()).map_or(0.0, |(_, cost)| *cost as f64);
    let mut root = Branch {
        taken: Vec::new(),
        out: vec![false; core.sites.len()],
        multipliers: core.rows.iter().map(second).collect(),
    };
    if left == 0 || watch.tell_least(best.objective, 0) {
        return 0;
    }
    if !core.required.iter().all(|&s| root.take(core, s)) {
        return best.objective;
    }
    let looked = look(core, root, best, Effort::Root, watch);
    left = left.saturating_sub(looked.work);
    *best = looked.found;
    // Least bound first, then the older branch.
    let mut queue: BTreeMap<(u64, usize), Open> =
        looked.open.into_iter().map(|(bound, open)| ((bound, 0), open)).collect();
    let mut born = 0;
    while let Some((&(bound, _), _)) = queue.first_key_value() {
        if bound >= best.objective {
            break;
        }
        if left == 0 || watch.tell_least(best.objective, bound) {
            return bound;
        }
        let batch: Vec<_> = (0..BATCH).filter_map(|_| queue.pop_first()).collect();
        let children: Vec<(u64, Branch)> =
            batch.into_iter().flat_map(|((bound, _), open)| split(core, open, bound)).collect();
        let looked: Vec<(u64, Looked)> = children
            .into_par_iter()
            .map(|(parent, branch)| (parent, look(core, branch, best, Effort::Branch, watch)))
            .collect();
        for (parent, looked) in looked {
            left = left.saturating_sub(looked.work);
            if looked.found.objective < best.objective {
                *best = looked.found;
            }
            if let Some((bound, open)) = looked.open {
                born += 1;
                queue.insert((bound.max(parent), born), open);
            }
        }
    }
    best.objective
}

/// Bounds a branch, decides what the bound decides and looks for a better choice.
fn look(core: &Core, mut branch: Branch, best: &Incumbent, mut effort: Effort, watch: &Watch) -> Looked {
    let (mut found, mut work) = (best.clone(), 0);
    let open = loop {
        let free = branch.free();
        if branch.taken.len() == core.choose || branch.taken.len() + free.len() == core.choose {
            // One choice is left.
            let all = branch.taken.len() == core.choose || free.iter().all(|&s| branch.take(core, s));
            if all {
                found.keep(core, branch.taken);
            }
            break None;
        }
        if branch.taken.len() > core.choose || branch.taken.len() + free.len() < core.choose {
            break None;
        }
        let bound = p_median_bound::bound(core, &branch, found.objective, effort, watch);
        work += bound.work;
        if bound.bound >= found.objective {
            break None;
        }
        branch.multipliers = bound.multipliers;
        let before = found.objective;
        let tried = if effort == Effort::Root { TRIED.0 } else { TRIED.1 };
        for start in bound.suggestions.iter().rev().take(tried) {
            found.complete(core, start);
        }
        if bound.take.is_empty() && bound.leave.is_empty() && found.objective == before {
            break Some((bound.bound, Open { branch, often: bound.often }));
        }
        bound.leave.iter().for_each(|&s| branch.out[s as usize] = true);
        if !bound.take.iter().all(|&s| branch.take(core, s)) {
            break None;
        }
        effort = Effort::Branch;
    };
    Looked { open, found, work }
}

/// Two branches on the most undecided site, each with the bound it inherits.
fn split(core: &Core, open: Open, bound: u64) -> Vec<(u64, Branch)> {
    let Open { branch, often } = open;
    let doubt = |s: u32| (often[s as usize] - 0.5).abs();
    let free = branch.free();
    let site = free.into_iter().min_by(|&a, &b| doubt(a).total_cmp(&doubt(b)).then(a.cmp(&b)));
    let site = site.expect("a branch with nothing left to decide is not kept open");
    let (mut taken, mut left) = (branch.clone(), branch);
    left.out[site as usize] = true;
    let taken = taken.take(core, site).then_some(taken);
    taken.into_iter().chain([left]).map(|branch| (bound, branch)).collect()
}
