//! What is a proof made of? A tree of branchings, and multipliers that close its leaves. A file of its own because two searches
//! grow such trees and certificates are written from them.

use super::Answer;
use super::cut::Cut;
use crate::travel::SiteIndex;

/// The proof of an answer: no choice that meets the conditions covers more than `bound`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaves {
    /// The answer: chosen sites, ascending, and the weight they cover, `base` included.
    pub chosen: Vec<SiteIndex>,
    /// See `chosen`.
    pub objective: u64,
    /// A choice above the answer and above what else its leaves prove, if one was met on the way.
    pub better: Option<Vec<SiteIndex>>,
    /// What the leaves prove.
    pub bound: u64,
    /// Number of rows of the problem, each with a multiplier: merged rows, or rows of service where more than covering is asked.
    pub rows: usize,
    /// Sites of no county rule that [`Node::Number`] counts together: nearest to one least amount each.
    pub groups: Vec<Vec<SiteIndex>>,
    /// Inequalities that every choice meets, for multipliers to price; of rows and sites as the problem numbers them.
    pub cuts: Vec<Cut>,
    /// Multipliers that nodes refer to.
    pub multipliers: Vec<Multipliers>,
    /// The tree: the root first, every other node after its parent and the child of exactly one.
    pub nodes: Vec<Node>,
}

/// Integer multipliers: that of row `i` is `worth_i * parts_i / of`, rounded to the nearest, half up; `parts_i <= of`. The worth
/// of a row is its weight and what least amounts pay for it: `amounts_g / prices_of` per unit that they count, all of it in
/// units of `1 / prices_of`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Multipliers {
    /// Denominator.
    pub of: u64,
    /// Numerator per row.
    pub parts: Vec<u64>,
    /// Denominator of prices.
    pub prices_of: u64,
    /// Numerator of the price of each least amount; most problems have none.
    pub amounts: Vec<u64>,
    /// Indices into [`Leaves::cuts`] and numerators of their prices.
    pub cuts: Vec<(usize, u64)>,
    /// Prices of what was said on the way.
    pub demands: Vec<Demand>,
}

/// The price of what one branch of a [`Node::Among`] demands. It closes nothing but parts of that branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Index of the node.
    pub node: usize,
    /// Which of its branches.
    pub more: bool,
    /// Numerator.
    pub price: u64,
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
    /// Two branches by how many sites of one group are chosen: those that fall under one county rule, or that
    /// [`Leaves::groups`] lists together.
    Number {
        /// A site of the group.
        group_of: SiteIndex,
        /// In the first branch so many of the group at most, in the other more.
        most: usize,
        /// Index of the first child.
        fewer: usize,
        /// Index of the other child.
        more: usize,
    },
    /// Two branches by how many of some sites are chosen. What a branch says of that counts through [`Demand`] alone.
    Among {
        /// The sites, ascending.
        sites: Vec<SiteIndex>,
        /// In the first branch so many of them at most, in the other more.
        most: usize,
        /// Index of the first child.
        fewer: usize,
        /// Index of the other child.
        more: usize,
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

impl Leaves {
    /// A tree without nodes for an answer.
    pub(super) fn of(answer: &Answer, rows: usize) -> Self {
        let mut chosen = answer.chosen.clone();
        chosen.sort_unstable();
        let (objective, bound) = (answer.objective, answer.bound);
        Self { chosen, objective, bound, rows, ..Self::default() }
    }

    /// Adds a leaf closed by new multipliers.
    pub(super) fn close(&mut self, multipliers: Multipliers) -> usize {
        self.nodes.push(Node::Count);
        self.reclose(self.nodes.len() - 1, multipliers);
        self.nodes.len() - 1
    }

    /// Closes a leaf by new multipliers.
    pub(super) fn reclose(&mut self, at: usize, multipliers: Multipliers) {
        self.multipliers.push(multipliers);
        self.nodes[at] = Node::Bound { multipliers: self.multipliers.len() - 1 };
    }

    /// Drops multipliers that no node refers to, and cuts that none of the others price: a branch leaves its own behind when
    /// they decided nothing.
    pub(super) fn without_unused(mut self) -> Self {
        let mut multipliers = Kept::of(std::mem::take(&mut self.multipliers));
        for node in &mut self.nodes {
            if let Node::Bound { multipliers: at } | Node::Fix { multipliers: at, .. } = node {
                *at = multipliers.keep(*at);
            }
        }
        let mut cuts = Kept::of(std::mem::take(&mut self.cuts));
        for (cut, _) in multipliers.kept.iter_mut().flat_map(|m| &mut m.cuts) {
            *cut = cuts.keep(*cut);
        }
        (self.multipliers, self.cuts) = (multipliers.kept, cuts.kept);
        self
    }
}

/// Of a list what is referred to, in the order in which it is.
struct Kept<T> {
    all: Vec<T>,
    new: Vec<Option<usize>>,
    kept: Vec<T>,
}

impl<T: Clone> Kept<T> {
    fn of(all: Vec<T>) -> Self {
        Self { new: vec![None; all.len()], all, kept: Vec::new() }
    }

    /// Where it is now.
    fn keep(&mut self, at: usize) -> usize {
        *self.new[at].get_or_insert_with(|| {
            self.kept.push(self.all[at].clone());
            self.kept.len() - 1
        })
    }
}
