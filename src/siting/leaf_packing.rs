//! How is it proved that nothing can be left uncovered where every row is needed? By rows that no two of which share a site: so
//! many of them as there are stations left, and one more. A file of its own because its leaves need no multipliers that
//! somebody had to look for, so that its trees may be large where every other one is small.

use super::leaf_prices::{Priced, Rules};
use super::leaf_tree::{Leaves, Multipliers, Node};
use super::leaves::{MOST_NUMBERS, end};
use super::problem::Problem;
use super::{Answer, follows};
use crate::travel::SiteIndex;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Nodes at most.
const NODES: usize = 400_000;

/// Proves that no choice covers all that can be covered, which is all that is above the answer's bound; `None` where a choice
/// does, where less would be above it as well, or where no such tree comes out within `work` pairs looked at.
///
/// 1. A branch is closed by rows of which no two share a site that may still be taken: with any of them uncovered too little is
///    covered, and a station covers one of them at most. They are gathered from the row that fewest sites can cover on.
/// 2. Otherwise one of the sites of that first row is taken or left out: the one that covers most of what is uncovered.
pub fn leaves_by_packing(problem: &Problem, answer: &Answer, work: usize) -> Option<Leaves> {
    let lightest = lightest_of_all_needed(problem, answer.bound)?;
    let rules = Rules::of(problem);
    let mut tree = Tree {
        problem,
        goal: answer.bound,
        lightest,
        known: HashMap::new(),
        proof: Leaves::of(answer, rules.rows()),
        rules,
    };
    tree.grow(work)?;
    Some(tree.proof)
}

/// The weight of the lightest row where a choice above a bound must cover every row that can be covered; `None` elsewhere.
pub(super) fn lightest_of_all_needed(problem: &Problem, bound: u64) -> Option<u64> {
    let lightest = problem.rows().iter().map(|row| row.weight).min()?;
    (problem.service.is_none() && problem.coverable().saturating_sub(lightest) <= bound).then_some(lightest)
}

/// A tree that grows depth first.
struct Tree<'a> {
    rules: Rules<'a>,
    problem: &'a Problem,
    goal: u64,
    lightest: u64,
    /// Multipliers that are there already, by the rows that they speak of.
    known: HashMap<Vec<usize>, (usize, Priced)>,
    proof: Leaves,
}

impl Tree<'_> {
    fn grow(&mut self, work: usize) -> Option<()> {
        let most = work / self.rules.pairs().max(1);
        self.proof.nodes.push(Node::Count);
        let mut open = vec![(0, follows::inside(self.problem))];
        while let Some((at, here)) = open.pop() {
            if let Some(leaf) = end(&here, &mut self.proof) {
                if self.proof.bound > self.goal {
                    return None;
                }
                self.proof.nodes[at] = leaf;
                continue;
            }
            let rows = self.uncovered(&here);
            if let Some(packing) = apart(&rows, here.choose - here.required.len()) {
                let multipliers = self.close(&here, packing)?;
                self.proof.nodes[at] = Node::Bound { multipliers };
                continue;
            }
            // Where all is covered it is for spacing or money to say that nothing is left.
            let free = |s: &SiteIndex| !here.forbidden[*s as usize] && here.required.binary_search(s).is_err();
            let site = busiest(&rows).or_else(|| (0..here.sites as SiteIndex).find(free))?;
            let first = self.proof.nodes.len();
            if first + 2 > NODES.min(most) {
                return None;
            }
            self.proof.nodes[at] = Node::Split { site, taken: first, left: first + 1 };
            self.proof.nodes.extend([Node::Count, Node::Count]);
            let (mut with, mut without) = (here.clone(), here);
            follows::take(&mut with, site);
            without.forbidden[site as usize] = true;
            open.extend([(first + 1, without), (first, with)]);
        }
        Some(())
    }

    /// Rows that no taken site covers, and what can still cover them; those that fewest can, first.
    fn uncovered(&self, here: &Problem) -> Vec<(usize, Vec<SiteIndex>)> {
        let taken = |s: &SiteIndex| here.required.binary_search(s).is_ok();
        let open = self.problem.rows().iter().enumerate().filter(|(_, row)| !row.sites.iter().any(taken));
        // Of rows that nothing ever covered nobody speaks.
        let ever = open.filter(|(_, row)| row.sites.iter().any(|&s| !self.problem.forbidden[s as usize]));
        let free = |&&s: &&SiteIndex| !here.forbidden[s as usize];
        let mut rows: Vec<(usize, Vec<SiteIndex>)> =
            ever.map(|(r, row)| (r, row.sites.iter().filter(free).copied().collect())).collect();
        rows.sort_by_key(|(r, sites)| (sites.len(), *r));
        rows
    }

    /// Multipliers of rows that close a part: the weight of the lightest row each; `None` where they do not, or there is no room for more.
    fn close(&mut self, here: &Problem, mut packing: Vec<usize>) -> Option<usize> {
        packing.sort_unstable();
        if !self.known.contains_key(&packing) {
            let all = self.rules.rows();
            if (self.proof.multipliers.len() + 1) * all > MOST_NUMBERS {
                return None;
            }
            let rows = self.problem.rows();
            let heaviest = rows.iter().map(|row| row.weight).max().unwrap_or(0);
            // Fine enough for every part to come back as that weight when it is rounded.
            let of = if heaviest == self.lightest { 1 } else { heaviest.checked_mul(2)? };
            let mut multipliers = Multipliers { of, ..self.rules.nothing() };
            let part = |weight: u64| {
                let (weight, of, lightest) = (u128::from(weight), u128::from(of), u128::from(self.lightest));
                ((2 * lightest * of + weight) / (2 * weight)) as u64
            };
            packing.iter().for_each(|&r| multipliers.parts[r] = part(rows[r].weight));
            let never = |r: &usize| rows[*r].sites.iter().all(|&s| self.problem.forbidden[s as usize]);
            (0..all).filter(never).for_each(|r| multipliers.parts[r] = of);
            let priced = self.rules.priced(&multipliers, &self.proof);
            self.known.insert(packing.clone(), (self.proof.multipliers.len(), priced));
            self.proof.multipliers.push(multipliers);
        }
        let (at, priced) = &self.known[&packing];
        (self.rules.bound(here, priced) <= self.goal).then_some(*at)
    }
}

/// Rows no two of which share a site, one more than there are stations left; a row that nothing can cover alone.
fn apart(rows: &[(usize, Vec<SiteIndex>)], stations: usize) -> Option<Vec<usize>> {
    let mut used: Vec<SiteIndex> = Vec::new();
    let mut found = Vec::new();
    for (r, sites) in rows {
        if sites.is_empty() {
            return Some(vec![*r]);
        }
        if sites.iter().all(|s| !used.contains(s)) {
            used.extend(sites);
            found.push(*r);
            if found.len() > stations {
                return Some(found);
            }
        }
    }
    None
}

/// Of the sites of the first row that which covers most rows; `None` where no row is left.
fn busiest(rows: &[(usize, Vec<SiteIndex>)]) -> Option<SiteIndex> {
    let covers = |s: SiteIndex| rows.iter().filter(|(_, sites)| sites.binary_search(&s).is_ok()).count();
    rows.first()?.1.iter().copied().max_by_key(|&s| (covers(s), Reverse(s)))
}
