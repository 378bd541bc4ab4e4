//! What would convince someone who does not trust this program? A tree of branchings that ends in leaves, each closed by
//! something that a few lines of any language can recompute. A file of its own because it proves an answer that is there
//! already, by whatever means it was found: it shares no bound and no count with the search, only the multipliers that
//! subgradients suggest.

use super::problem::Problem;
use super::relaxed::{self, Effort};
use super::{Answer, follows};
use crate::coverage::MergedRow;
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Rounds of the first bound at most, and at least for it to be worth starting.
const ROOT_ROUNDS: (usize, usize) = (20, 3_000);
/// Rounds of a later bound, which starts from its parent's multipliers, and its first step.
const NODE: (usize, f64) = (80, 0.25);
/// Subgradient steps aim this part of the objective below it: aiming at the optimum itself they shorten too soon, and it
/// took ten times the nodes (1,112 against 121, 1,313 against 133 and 2,398 against 43 on three random plans).
const BELOW: u64 = 50;
/// Branches looked at side by side. A fixed number: the tree is the same on any number of threads.
const BATCH: usize = 8;
/// Denominators of multipliers, coarsest first: a leaf takes the first that closes it, so that most are two digits long.
const DENOMINATORS: [u64; 6] = [10, 100, 1_000, 10_000, 1_000_000, 1_000_000_000];
/// The denominator where none closes a branch.
const OPEN: u64 = 1_000_000;
/// Numbers in a certificate at most: beyond this nobody reads it and the open branches give the bound.
const MOST_NUMBERS: usize = 4_000_000;

/// The proof of an answer: no choice that meets the conditions covers more than `bound`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaves {
    /// The answer: chosen sites, ascending, and the weight they cover, `base` included.
    pub chosen: Vec<SiteIndex>,
    /// See `chosen`.
    pub objective: u64,
    /// What the leaves prove.
    pub bound: u64,
    /// Number of merged rows of the problem, each with a multiplier.
    pub rows: usize,
    /// Multipliers that nodes refer to.
    pub multipliers: Vec<Multipliers>,
    /// The tree: the root first, every other node after its parent and the child of exactly one.
    pub nodes: Vec<Node>,
}

/// Integer multipliers: that of row `i` is `weight_i * parts_i / of`, rounded to the nearest, half up; `parts_i <= of`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multipliers {
    /// Denominator.
    pub of: u64,
    /// Numerator per merged row.
    pub parts: Vec<u64>,
}

/// A part of the space of choices: those that take what is taken on the way from the root, and leave out what is left out.
///
/// Beyond that, every node leaves out what is forbidden and what stands too near a site that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Closed by multipliers: their Lagrangian bound, rounded down to `base` plus a multiple of the common divisor of
    /// the rows' weights, is at most the bound.
    Bound {
        /// Index into `Leaves::multipliers`.
        multipliers: usize,
    },
    /// Closed because counting shows that no choice here meets the conditions.
    Count,
    /// Closed because one choice is left at most: it breaks a condition, or covers no more than the bound.
    Choice,
    /// Sites decided by multipliers (reduced costs): with any one of `taken` left out, or any one of `left` taken, their
    /// Lagrangian bound closes the node as in [`Node::Bound`]. What remains is `then`.
    Fix {
        /// Index into `Leaves::multipliers`.
        multipliers: usize,
        /// Taken from here on.
        taken: Vec<SiteIndex>,
        /// Left out from here on.
        left: Vec<SiteIndex>,
        /// Index of the child.
        then: usize,
    },
    /// Two branches.
    Split {
        /// On this site.
        site: SiteIndex,
        /// Index of the child in which it is taken.
        taken: usize,
        /// Index of the child in which it is left out.
        left: usize,
    },
}

/// An open branch: its place in the tree, its part of the space, and the multipliers that bound it.
#[derive(Debug, Clone)]
struct Branch {
    at: usize,
    here: Problem,
    multipliers: usize,
    start: Vec<f64>,
    often: Vec<f64>,
}

/// What new multipliers make of a part of the space.
enum Bounded {
    Closed(Multipliers),
    Open { bound: u64, multipliers: Multipliers, start: Vec<f64>, often: Vec<f64> },
}

/// Proves an answer: searches for a tree whose leaves are closed at the answer's own bound, with at most `work` pairs
/// looked at, as in [`super::BranchAndBound`]. Where that is too little, open branches are leaves and the bound is the
/// largest of theirs. Where more than covering is asked, no tree is written: nodes stay empty.
pub fn leaves(problem: &Problem, answer: &Answer, work: usize) -> Leaves {
    let mut proof = Leaves {
        chosen: answer.chosen.clone(),
        objective: answer.objective,
        bound: answer.bound,
        rows: problem.rows().len(),
        multipliers: Vec::new(),
        nodes: Vec::new(),
    };
    proof.chosen.sort_unstable();
    if problem.service.is_some() {
        // The rules that leaves are checked by know plain covering only: the claim stands without a tree.
        return proof;
    }
    let round = (2 * problem.rows_of().iter().map(Vec::len).sum::<usize>() + problem.rows().len()).max(1);
    let rounds = (work / round).min(ROOT_ROUNDS.1);
    let here = follows::inside(problem);
    let nothing = Multipliers { of: 1, parts: vec![0; problem.rows().len()] };
    if let Some(leaf) = end(&here, &mut proof.bound) {
        proof.nodes.push(leaf);
    } else if problem.coverable() <= answer.bound || rounds < ROOT_ROUNDS.0 {
        proof.bound = proof.bound.max(problem.coverable());
        proof.close(nothing);
    } else {
        let effort = Effort { from: None, rounds, step: 1.0 };
        let numbers = MOST_NUMBERS / problem.rows().len().max(1);
        let left = ((work / round).saturating_sub(rounds) / NODE.0).min(numbers);
        match bound(&here, answer, effort) {
            Bounded::Open { bound, .. } if bound >= problem.coverable() && left < 2 * BATCH => {
                proof.bound = problem.coverable();
                proof.close(nothing);
            }
            Bounded::Open { bound, multipliers, start, often } => {
                let at = proof.close(multipliers);
                let branch = Branch { at, here, multipliers: 0, start, often };
                proof.search(answer, branch, bound, left);
            }
            Bounded::Closed(multipliers) => {
                proof.close(multipliers);
            }
        }
    }
    proof.without_unused()
}

impl Leaves {
    /// Adds a leaf closed by new multipliers.
    fn close(&mut self, multipliers: Multipliers) -> usize {
        self.multipliers.push(multipliers);
        self.nodes.push(Node::Bound { multipliers: self.multipliers.len() - 1 });
        self.nodes.len() - 1
    }

    /// Splits the branch with the largest bound again and again, until all are closed or the work is used up.
    fn search(&mut self, answer: &Answer, root: Branch, bound: u64, mut left: usize) {
        let mut open = BTreeMap::from([((Reverse(bound), root.at), root)]);
        while !open.is_empty() {
            if left < 2 * BATCH {
                let largest = open.first_key_value().map_or(0, |((Reverse(bound), _), _)| *bound);
                self.bound = self.bound.max(largest);
                return;
            }
            let batch: Vec<Branch> = (0..BATCH).filter_map(|_| open.pop_first().map(|(_, branch)| branch)).collect();
            let mut children: Vec<Branch> = Vec::new();
            for branch in batch {
                self.split(branch, answer, &mut children);
            }
            left -= children.len().min(left);
            let known = &self.multipliers;
            let looked: Vec<Option<Bounded>> =
                children.par_iter().map(|child| look(child, &known[child.multipliers], answer)).collect();
            for (mut child, bounded) in children.into_iter().zip(looked) {
                match bounded {
                    None => {}
                    Some(Bounded::Closed(multipliers)) => self.reclose(child.at, multipliers),
                    Some(Bounded::Open { bound, multipliers, start, often }) => {
                        self.reclose(child.at, multipliers);
                        (child.multipliers, child.start, child.often) = (self.multipliers.len() - 1, start, often);
                        open.insert((Reverse(bound), child.at), child);
                    }
                }
            }
        }
    }

    fn reclose(&mut self, at: usize, multipliers: Multipliers) {
        self.multipliers.push(multipliers);
        self.nodes[at] = Node::Bound { multipliers: self.multipliers.len() - 1 };
    }

    /// Fixes what the branch's multipliers decide, then splits it on its most undecided site.
    fn split(&mut self, mut branch: Branch, answer: &Answer, children: &mut Vec<Branch>) {
        let units = units(branch.here.rows(), &self.multipliers[branch.multipliers]);
        let (taken, left) = follows::decided(&branch.here, &units, answer.bound);
        if !(taken.is_empty() && left.is_empty()) {
            taken.iter().for_each(|&s| follows::take(&mut branch.here, s));
            left.iter().for_each(|&s| branch.here.forbidden[s as usize] = true);
            let then = self.nodes.len();
            self.nodes[branch.at] = Node::Fix { multipliers: branch.multipliers, taken, left, then };
            self.nodes.push(Node::Bound { multipliers: branch.multipliers });
            branch.at = then;
            if let Some(leaf) = end(&branch.here, &mut self.bound) {
                self.nodes[then] = leaf;
                return;
            }
        }
        let here = &branch.here;
        let free = |s: &usize| !here.forbidden[*s] && here.required.binary_search(&(*s as SiteIndex)).is_err();
        let undecided = |s: usize| (branch.often[s] - 0.5).abs();
        let weigh = |s: usize| Reverse(here.preference[s]);
        let most = |&a: &usize, &b: &usize| {
            undecided(a).total_cmp(&undecided(b)).then(weigh(a).cmp(&weigh(b))).then(a.cmp(&b))
        };
        let site = (0..here.sites).filter(free).min_by(most).expect("a branch that has not ended has a free site");
        let (taken, left) = (self.nodes.len(), self.nodes.len() + 1);
        self.nodes[branch.at] = Node::Split { site: site as SiteIndex, taken, left };
        // An open branch is a leaf whose multipliers give its bound, so the tree is whole at any time.
        self.nodes.extend([taken, left].map(|_| Node::Bound { multipliers: branch.multipliers }));
        let mut with = Branch { at: taken, ..branch.clone() };
        follows::take(&mut with.here, site as SiteIndex);
        let mut without = Branch { at: left, ..branch };
        without.here.forbidden[site] = true;
        for child in [with, without] {
            match end(&child.here, &mut self.bound) {
                Some(leaf) => self.nodes[child.at] = leaf,
                None => children.push(child),
            }
        }
    }

    /// Drops multipliers that no node refers to: a branch leaves its own behind when they decided nothing.
    fn without_unused(mut self) -> Self {
        let mut new = vec![None; self.multipliers.len()];
        let mut kept = Vec::new();
        for node in &mut self.nodes {
            if let Node::Bound { multipliers } | Node::Fix { multipliers, .. } = node {
                let all = &self.multipliers;
                *multipliers = *new[*multipliers].get_or_insert_with(|| {
                    kept.push(all[*multipliers].clone());
                    kept.len() - 1
                });
            }
        }
        self.multipliers = kept;
        self
    }
}

/// The leaf that a part of the space is on its own; raises the bound where a single choice covers more.
fn end(here: &Problem, bound: &mut u64) -> Option<Node> {
    if follows::nothing_is_left(here) {
        return Some(Node::Count);
    }
    let only = follows::only_choice(here)?;
    if here.admits(&only) {
        *bound = (*bound).max(here.objective(&only));
    }
    Some(Node::Choice)
}

/// Bounds a branch by better multipliers than its parent's; `None` where those close it.
fn look(child: &Branch, inherited: &Multipliers, answer: &Answer) -> Option<Bounded> {
    let effort = Effort { from: Some(&child.start), rounds: NODE.0, step: NODE.1 };
    let closed = follows::bound(&child.here, &units(child.here.rows(), inherited)) <= answer.bound;
    (!closed).then(|| bound(&child.here, answer, effort))
}

fn bound(here: &Problem, answer: &Answer, effort: Effort<'_>) -> Bounded {
    let found = relaxed::bound(here, answer.objective - answer.objective / BELOW, effort);
    for of in DENOMINATORS {
        let rounded = rounded(&found.multipliers, of);
        if follows::bound(here, &units(here.rows(), &rounded)) <= answer.bound {
            return Bounded::Closed(rounded);
        }
    }
    let rounded = rounded(&found.multipliers, OPEN);
    let bound = follows::bound(here, &units(here.rows(), &rounded));
    Bounded::Open { bound, multipliers: rounded, start: found.multipliers, often: found.often }
}

fn rounded(shares: &[f64], of: u64) -> Multipliers {
    Multipliers { of, parts: shares.iter().map(|v| ((v * of as f64).round() as u64).min(of)).collect() }
}

/// The multiplier of every row.
fn units(rows: &[MergedRow], multipliers: &Multipliers) -> Vec<u64> {
    let unit = |(row, part): (&MergedRow, &u64)| {
        let of = u128::from(multipliers.of);
        ((2 * u128::from(row.weight) * u128::from(*part) + of) / (2 * of)) as u64
    };
    rows.iter().zip(&multipliers.parts).map(unit).collect()
}
