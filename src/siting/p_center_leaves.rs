//! What would convince someone that no choice makes the worst travel shorter? A file of its own because it turns the question
//! into one that a covering tree answers: below a cost, so many sites leave somebody out.

use super::Answer;
use super::branch::BranchAndBound;
use super::costs::{CostAnswer, Costs};
use super::leaf_tree::Leaves;
use super::leaves::leaves;
use super::problem::{Problem, Rows};
use crate::coverage::{MergedRow, merge};
use crate::travel::SiteIndex;

/// Costs that are claimed to be out of question, each half way below the one before, until one is proved; the last resort
/// is the farthest of the nearest sites, which needs no tree.
const CLAIMS: usize = 4;
/// Weight of a demand point in the covering problem: multipliers are whole parts of it, so it must be large.
const WEIGHT: u64 = 1_000_000;

/// The proof of a p-center: its tree shows, in the terms of a covering problem, that sites cheaper than `bound` do not reach
/// all demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterLeaves {
    /// The answer: chosen sites, ascending, and the worst cost of a nearest one.
    pub chosen: Vec<SiteIndex>,
    /// See `chosen`.
    pub objective: u64,
    /// No choice that meets the conditions has a smaller worst cost. 0 is no claim, and has no tree.
    pub bound: u64,
    /// A tree over the problem whose rows are, of one weight each, the sets of usable sites that some demand point reaches at a
    /// cost below `bound` and that contain no other such set: it proves that a choice covers fewer than there are, demand that
    /// no such site reaches counted as one more.
    pub below: Leaves,
}

/// Proves an answer to [`super::p_center`]. Where its bound does not come out within the work of a search, a smaller one is stated.
pub fn center_leaves(costs: &Costs, answer: &CostAnswer) -> CenterLeaves {
    let mut distinct: Vec<u64> = costs.costs.iter().flatten().map(|(_, cost)| *cost).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let usable = |row: &Vec<(SiteIndex, u64)>| row.iter().filter(|(s, _)| costs.usable(*s)).map(|(_, c)| *c).min();
    // Whoever has no site below this cost has none, whatever is chosen.
    let least = costs.costs.iter().filter_map(usable).max().unwrap_or(0).min(answer.bound);
    let proof = |bound: u64, below: Leaves| {
        let (mut chosen, objective) = (answer.chosen.clone(), answer.objective);
        chosen.sort_unstable();
        CenterLeaves { chosen, objective, bound, below }
    };
    let mut claim = answer.bound;
    for _ in 0..CLAIMS {
        if claim <= least {
            break;
        }
        if let Some(below) = out_of_question(costs, claim) {
            return proof(claim, below);
        }
        let (from, to) = (distinct.partition_point(|c| *c < least), distinct.partition_point(|c| *c < claim));
        claim = distinct.get(from + (to - from) / 2).copied().filter(|c| *c < claim).unwrap_or(least);
    }
    match out_of_question(costs, least).filter(|_| least > 0) {
        Some(below) => proof(least, below),
        None => proof(0, Leaves::default()),
    }
}

/// A tree that shows that sites cheaper than `cost` do not reach all demand; `None` when none comes out.
fn out_of_question(costs: &Costs, cost: u64) -> Option<Leaves> {
    let (problem, missed) = below(costs, cost);
    let all = (problem.rows().len() + usize::from(missed)) as u64 * WEIGHT;
    let but_one = all.checked_sub(WEIGHT)?;
    let short = Answer { chosen: Vec::new(), objective: but_one, bound: but_one };
    let tree = leaves(&problem, &short, BranchAndBound::default().work);
    (tree.bound < all).then_some(tree)
}

/// The covering problem of those sites that a demand point reaches at less than `cost`, and whether some point reaches none.
fn below(costs: &Costs, cost: u64) -> (Problem, bool) {
    let near = |row: &Vec<(SiteIndex, u64)>| -> Vec<SiteIndex> {
        row.iter().filter(|(s, c)| *c < cost && costs.usable(*s)).map(|(s, _)| *s).collect()
    };
    let sets: Vec<Vec<SiteIndex>> = costs.costs.iter().map(near).collect();
    let merged = merge(sets.iter().map(|set| (&set[..], WEIGHT)));
    let rows = least_sets(costs.sites, merged).into_iter().map(|row| MergedRow { weight: WEIGHT, ..row }).collect();
    (Problem { demand: Rows::new(costs.sites, rows), ..costs.conditions() }, sets.iter().any(Vec::is_empty))
}

/// Rows without those that contain another: whoever reaches the other reaches them too. In the order given.
fn least_sets(sites: usize, rows: Vec<MergedRow>) -> Vec<MergedRow> {
    let mut by_length: Vec<usize> = (0..rows.len()).collect();
    by_length.sort_by_key(|&r| rows[r].sites.len());
    // Kept rows by their first site: it is in every row that contains one of them.
    let mut kept: Vec<Vec<usize>> = vec![Vec::new(); sites];
    let mut least = vec![false; rows.len()];
    for r in by_length {
        let here = &rows[r].sites;
        let within = |&k: &usize| rows[k].sites.iter().all(|s| here.binary_search(s).is_ok());
        if !here.iter().flat_map(|&s| &kept[s as usize]).any(within) {
            least[r] = true;
            kept[here[0] as usize].push(r);
        }
    }
    let mut least = least.into_iter();
    rows.into_iter().filter(|_| least.next().unwrap_or(false)).collect()
}

impl CenterLeaves {
    /// Rebuilds the covering problem that the tree speaks of, for those who check it.
    pub fn problem(&self, costs: &Costs) -> Problem {
        below(costs, self.bound).0
    }
}
