//! What would convince someone that no choice means less travel? A tree as in [`super::leaves`], whose leaves are closed by
//! prices of demand. A file of its own because it proves an answer that is there already, by whatever means it was found:
//! of the search it shares only the prices that subgradients suggest.

use super::costs::{CostAnswer, Costs};
use super::follows;
use super::leaf_tree::Node;
use super::p_median_bound::{self, Effort};
use super::p_median_core::Core;
use super::problem::Problem;
use super::watch::Watch;
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Branches looked at side by side. A fixed number: the tree is the same on any number of threads.
const BATCH: usize = 8;
/// Significant digits of the dearest price, fewest first: a leaf takes the first that closes it.
const DIGITS: [u32; 6] = [2, 3, 4, 6, 9, 13];
/// Numbers in a certificate at most: beyond this nobody reads it and the open branches give the bound.
const MOST_NUMBERS: usize = 4_000_000;

/// The proof of a p-median: no choice that meets the conditions costs less than `bound`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MedianLeaves {
    /// The answer: chosen sites, ascending, and what they cost.
    pub chosen: Vec<SiteIndex>,
    /// See `chosen`.
    pub objective: u64,
    /// What the leaves prove.
    pub bound: u64,
    /// Prices that nodes refer to, by [`Node::Bound`] and [`Node::Fix`].
    pub prices: Vec<Prices>,
    /// The tree: the root first, every other node after its parent and the child of exactly one.
    pub nodes: Vec<Node>,
}

/// What demand would pay to be served: `p_i = parts_i * by / of` a unit of weight, in units of cost.
///
/// With `m_i = max(1, w_i)` no choice costs less than `sum_i m_i p_i + min { sum_j rho_j x_j }`, where
/// `rho_j = sum_i min(0, w_i c_ij - m_i p_i)` over the demand that reaches `j`, and the minimum is over the choices that keep
/// number and counties. It is rounded up to a multiple of the common divisor of the weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    /// Factor.
    pub by: u64,
    /// Denominator.
    pub of: u64,
    /// A number per demand point, as [`Costs`] lists them.
    pub parts: Vec<u64>,
}

/// Prices per merged row of demand: all that a bound needs.
#[derive(Debug, Clone)]
struct Priced {
    by: u64,
    of: u64,
    parts: Vec<u64>,
}

/// An open branch: its place in the tree, its part of the space, and what bounds it.
#[derive(Debug, Clone)]
struct Branch {
    at: usize,
    here: Problem,
    prices: usize,
    start: Vec<f64>,
    often: Vec<f64>,
}

/// What new prices make of a part of the space.
enum Bounded {
    Closed(Priced),
    Open { bound: u64, prices: Priced, start: Vec<f64>, often: Vec<f64> },
}

/// What prices come to in a part of the space, in parts of a unit of cost.
struct Value {
    /// The bound, not yet rounded up, in this part of a unit.
    total: i128,
    of: u64,
    /// Per site, not positive.
    rho: Vec<i128>,
    /// The choice that takes the minimum.
    chosen: Vec<SiteIndex>,
}

/// The search for a tree.
struct Search<'a> {
    core: Core,
    /// Common divisor of the weights.
    divisor: u64,
    costs: &'a Costs,
    goal: u64,
    objective: u64,
    bound: u64,
    prices: Vec<Priced>,
    nodes: Vec<Node>,
}

/// Proves an answer to [`super::p_median`] at the answer's own bound, with at most `work` pairs looked at. Where that is too
/// little, open branches are leaves and the bound is the least of theirs.
pub fn median_leaves(costs: &Costs, answer: &CostAnswer, work: usize) -> MedianLeaves {
    let mut chosen = answer.chosen.clone();
    chosen.sort_unstable();
    let proof = MedianLeaves { chosen, objective: answer.objective, bound: 0, prices: Vec::new(), nodes: Vec::new() };
    let Ok(mut core) = Core::new(costs) else { return proof };
    let divisor = costs.weights.iter().fold(0, |d, w| gcd(d, *w)).max(1);
    // Who checks this may measure a length otherwise in its last unit, so only weights say what totals are possible.
    core.divisor = divisor;
    let mut search = Search {
        core,
        divisor,
        costs,
        goal: answer.bound,
        objective: answer.objective,
        bound: answer.bound,
        prices: Vec::new(),
        nodes: Vec::new(),
    };
    search.run(work);
    let Search { bound, nodes, prices, core, .. } = search;
    let prices = prices.into_iter().map(|prices| prices.of_demand(&core, costs)).collect();
    MedianLeaves { bound, prices, nodes, ..proof }.without_unused()
}

impl Search<'_> {
    fn run(&mut self, work: usize) {
        let here = follows::inside(&self.costs.conditions());
        self.nodes.push(Node::Count);
        if let Some(leaf) = self.end(&here) {
            self.nodes[0] = leaf;
            return;
        }
        let nothing = Priced { by: 1, of: 1, parts: vec![0; self.core.rows.len()] };
        let mut root = Branch { at: 0, here, prices: 0, start: self.second_nearest(), often: Vec::new() };
        // No total is less than nothing.
        if self.goal == 0 || work == 0 {
            self.bound = 0;
            self.close(0, nothing);
            return;
        }
        let (bounded, used) = self.bounded(&root, Effort::Root);
        match bounded {
            Bounded::Closed(prices) => self.close(0, prices),
            Bounded::Open { bound, prices, start, often } => {
                self.close(0, prices);
                (root.start, root.often) = (start, often);
                self.branch(root, bound, work.saturating_sub(used));
            }
        }
    }

    /// A row would pay as much as its second nearest site costs.
    fn second_nearest(&self) -> Vec<f64> {
        let second = |row: &Vec<(u32, u64)>| row.get(1).or(row.first()).map_or(0.0, |(_, cost)| *cost as f64);
        self.core.rows.iter().map(second).collect()
    }

    /// Closes a node by new prices.
    fn close(&mut self, at: usize, prices: Priced) {
        self.prices.push(prices);
        self.nodes[at] = Node::Bound { multipliers: self.prices.len() - 1 };
    }

    /// Splits the branch with the least bound again and again, until all are closed or the work is used up.
    fn branch(&mut self, root: Branch, bound: u64, mut left: usize) {
        let most = (MOST_NUMBERS / self.costs.weights.len().max(1)).max(2 * BATCH);
        let mut open = BTreeMap::from([((bound, root.at), root)]);
        while !open.is_empty() {
            if left == 0 || self.prices.len() + 2 * BATCH > most {
                let least = open.first_key_value().map_or(u64::MAX, |((bound, _), _)| *bound);
                self.bound = self.bound.min(least);
                return;
            }
            let batch: Vec<Branch> = (0..BATCH).filter_map(|_| open.pop_first().map(|(_, branch)| branch)).collect();
            let mut children: Vec<Branch> = Vec::new();
            for branch in batch {
                self.split(branch, &mut children);
            }
            let looked: Vec<Option<(Bounded, usize)>> = children.par_iter().map(|child| self.look(child)).collect();
            for (mut child, looked) in children.into_iter().zip(looked) {
                left = left.saturating_sub(self.costs.sites);
                let Some((bounded, used)) = looked else { continue };
                left = left.saturating_sub(used);
                match bounded {
                    Bounded::Closed(prices) => self.close(child.at, prices),
                    Bounded::Open { bound, prices, start, often } => {
                        self.close(child.at, prices);
                        (child.prices, child.start, child.often) = (self.prices.len() - 1, start, often);
                        open.insert((bound, child.at), child);
                    }
                }
            }
        }
    }

    /// Fixes what the branch's prices decide, then splits it on its most undecided site.
    fn split(&mut self, mut branch: Branch, children: &mut Vec<Branch>) {
        let (taken, left) = self.decided(&branch.here, &self.prices[branch.prices]);
        if !(taken.is_empty() && left.is_empty()) {
            taken.iter().for_each(|&s| follows::take(&mut branch.here, s));
            left.iter().for_each(|&s| branch.here.forbidden[s as usize] = true);
            let then = self.nodes.len();
            self.nodes[branch.at] = Node::Fix { multipliers: branch.prices, taken, left, then };
            self.nodes.push(Node::Bound { multipliers: branch.prices });
            branch.at = then;
            if let Some(leaf) = self.end(&branch.here) {
                self.nodes[then] = leaf;
                return;
            }
        }
        let doubt = |s: SiteIndex| (branch.often[s as usize] - 0.5).abs();
        let least = |a: &SiteIndex, b: &SiteIndex| doubt(*a).total_cmp(&doubt(*b)).then(a.cmp(b));
        let site = free(&branch.here).min_by(least).expect("a branch that has not ended has a free site");
        let (taken, left) = (self.nodes.len(), self.nodes.len() + 1);
        self.nodes[branch.at] = Node::Split { site, taken, left };
        // An open branch is a leaf whose prices give its bound, so the tree is whole at any time.
        self.nodes.extend([taken, left].map(|_| Node::Bound { multipliers: branch.prices }));
        let mut with = Branch { at: taken, ..branch.clone() };
        follows::take(&mut with.here, site);
        let mut without = Branch { at: left, ..branch };
        without.here.forbidden[site as usize] = true;
        for child in [with, without] {
            match self.end(&child.here) {
                Some(leaf) => self.nodes[child.at] = leaf,
                None => children.push(child),
            }
        }
    }

    /// The leaf that a part of the space is on its own; lowers the bound where a single choice costs less.
    fn end(&mut self, here: &Problem) -> Option<Node> {
        if follows::nothing_is_left(here) {
            return Some(Node::Count);
        }
        let only = follows::only_choice(here)?;
        if here.admits(&only)
            && let Some(total) = self.costs.total(&only)
        {
            self.bound = self.bound.min(u64::try_from(total).unwrap_or(u64::MAX));
        }
        Some(Node::Choice)
    }

    /// Bounds a branch by better prices than its parent's; `None` where those close it.
    fn look(&self, child: &Branch) -> Option<(Bounded, usize)> {
        let closed = self.proved(&self.value(&child.here, &self.prices[child.prices])) >= self.goal;
        (!closed).then(|| self.bounded(child, Effort::Branch))
    }

    fn bounded(&self, branch: &Branch, effort: Effort) -> (Bounded, usize) {
        let here = &branch.here;
        if let Some(prices) = self.unreached(here) {
            return (Bounded::Closed(prices), 0);
        }
        let number = |s: SiteIndex| self.core.sites.binary_search(&s).expect("only usable sites are taken") as u32;
        let inside = p_median_bound::Branch {
            taken: here.required.iter().map(|&s| number(s)).collect(),
            out: self.core.sites.iter().map(|&s| here.forbidden[s as usize]).collect(),
            multipliers: branch.start.clone(),
        };
        let found = p_median_bound::bound(&self.core, &inside, self.objective, effort, &Watch::default());
        let mut often = vec![0.0; self.costs.sites];
        self.core.sites.iter().zip(&found.often).for_each(|(&s, o)| often[s as usize] = *o);
        let mut best = None;
        for digits in DIGITS {
            let prices = self.rounded(&found.multipliers, digits);
            let bound = self.proved(&self.value(here, &prices));
            if bound >= self.goal {
                return (Bounded::Closed(prices), found.work);
            }
            best = Some((bound, prices));
        }
        let (bound, prices) = best.expect("there are digits");
        (Bounded::Open { bound, prices, start: found.multipliers, often }, found.work)
    }

    /// Prices that close a part of the space in which somebody reaches no site any more: he would pay any price.
    fn unreached(&self, here: &Problem) -> Option<Priced> {
        let cut_off =
            |row: &Vec<(u32, u64)>| row.iter().all(|(s, _)| here.forbidden[self.core.sites[*s as usize] as usize]);
        let row = self.core.rows.iter().position(cut_off)?;
        let mut parts = vec![0; self.core.rows.len()];
        parts[row] = self.goal.div_ceil(self.core.weight[row].max(1));
        Some(Priced { by: 1, of: 1, parts })
    }

    /// Multipliers of rows as prices of so many digits.
    fn rounded(&self, multipliers: &[f64], digits: u32) -> Priced {
        let price = |(u, w): (&f64, &u64)| u.max(0.0) / (*w).max(1) as f64;
        let prices = || multipliers.iter().zip(&self.core.weight).map(price);
        let dearest = prices().fold(0.0, f64::max);
        let spare = dearest.max(1.0).log10().floor() as i32 + 1 - digits as i32;
        let (by, of) = (10u64.pow(spare.max(0) as u32), 10u64.pow((-spare).max(0) as u32));
        Priced { by, of, parts: prices().map(|p| (p * of as f64 / by as f64).round() as u64).collect() }
    }

    /// What prices come to, exactly.
    fn value(&self, here: &Problem, prices: &Priced) -> Value {
        let (mut rho, mut total) = (vec![0i128; self.costs.sites], 0);
        for ((row, weight), part) in self.core.rows.iter().zip(&self.core.weight).zip(&prices.parts) {
            let pays = i128::from((*weight).max(1)) * i128::from(*part) * i128::from(prices.by);
            total += pays;
            for &(s, cost) in row {
                let saved = i128::from(cost) * i128::from(prices.of) - pays;
                if saved >= 0 {
                    break;
                }
                rho[self.core.sites[s as usize] as usize] += saved;
            }
        }
        let saved: Vec<i128> = rho.iter().map(|r| -r).collect();
        let chosen = follows::best(here, &saved);
        total += chosen.iter().map(|&s| rho[s as usize]).sum::<i128>();
        Value { total, of: prices.of, rho, chosen }
    }

    /// A total rounded up to one that a choice can have at all.
    fn whole(&self, total: i128, of: u64) -> u64 {
        let multiples = (total.max(0) as u128).div_ceil(u128::from(of) * u128::from(self.divisor));
        u64::try_from(multiples * u128::from(self.divisor)).unwrap_or(u64::MAX)
    }

    fn proved(&self, value: &Value) -> u64 {
        self.whole(value.total, value.of)
    }

    /// Sites that prices decide: with one of the first left out, or one of the second taken, they close the branch. The
    /// exact bound is never below what is used here (the exchange property of matroid bases).
    fn decided(&self, here: &Problem, prices: &Priced) -> (Vec<SiteIndex>, Vec<SiteIndex>) {
        let Value { total, of, rho, chosen } = self.value(here, prices);
        let mut inside = vec![false; self.costs.sites];
        chosen.iter().for_each(|&s| inside[s as usize] = true);
        let of_chosen = |inside: &[bool], wanted: bool| -> Vec<SiteIndex> {
            free(here).filter(|&s| inside[s as usize] == wanted).collect()
        };
        let (may_leave, may_join) = (of_chosen(&inside, true), of_chosen(&inside, false));
        let value = |s: &SiteIndex| rho[*s as usize];
        let (Some(dearest), Some(next)) = (may_leave.iter().map(value).max(), may_join.iter().map(value).min()) else {
            return (Vec::new(), Vec::new());
        };
        let closed = |total: i128| self.whole(total, of) >= self.goal;
        let taken = may_leave.iter().copied().filter(|s| closed(total - value(s) + next)).collect();
        let left = may_join.iter().copied().filter(|s| closed(total + value(s) - dearest)).collect();
        (taken, left)
    }
}

impl Priced {
    /// A price for every demand point: rows of weight 0 count once, so only the first point of such a row pays.
    fn of_demand(self, core: &Core, costs: &Costs) -> Prices {
        let mut parts = vec![0; costs.weights.len()];
        for ((demand, &weight), &part) in core.demand.iter().zip(&core.weight).zip(&self.parts) {
            let pays = |d: &&u32| costs.weights[**d as usize] > 0;
            let paying = demand.iter().filter(pays).chain(demand.iter().take(usize::from(weight == 0)));
            paying.for_each(|&d| parts[d as usize] = part);
        }
        Prices { by: self.by, of: self.of, parts }
    }
}

impl MedianLeaves {
    /// Drops prices that no node refers to: a branch leaves its own behind when they decided nothing.
    fn without_unused(mut self) -> Self {
        let mut new = vec![None; self.prices.len()];
        let mut kept = Vec::new();
        for node in &mut self.nodes {
            if let Node::Bound { multipliers } | Node::Fix { multipliers, .. } = node {
                let all = &self.prices;
                *multipliers = *new[*multipliers].get_or_insert_with(|| {
                    kept.push(all[*multipliers].clone());
                    kept.len() - 1
                });
            }
        }
        self.prices = kept;
        self
    }
}

/// Sites that are neither taken nor left out, ascending.
fn free(here: &Problem) -> impl Iterator<Item = SiteIndex> {
    let open = |s: &SiteIndex| !here.forbidden[*s as usize] && here.required.binary_search(s).is_err();
    (0..here.sites as SiteIndex).filter(open)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
