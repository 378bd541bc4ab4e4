//! What would convince someone who does not trust this program? A tree of branchings that ends in leaves, each closed by
//! something that a few lines of any language can recompute. A file of its own because it proves an answer that is there
//! already, by whatever means it was found: it shares no bound and no count with the search, only the multipliers that
//! subgradients suggest.

use super::leaf_packing::{leaves_by_packing, lightest_of_all_needed};
use super::leaf_prices::Rules;
use super::leaf_tree::{Leaves, Multipliers, Node};
use super::leaf_vertices::leaves_by_vertices;
use super::problem::{CountyRule, Problem};
use super::relaxed::{self, Effort};
use super::service::{Rule, Service, ServiceRow};
use super::{Answer, Watch, follows, meets};
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Rounds of the first bound at most, and at least for it to be worth starting.
const ROOT_ROUNDS: (usize, usize) = (20, 3_000);
/// Rounds of the first bound at most where more than covering is asked.
const SERVICE_ROUNDS: usize = 500;
/// A number of stations of a group is undecided where it is no farther from the middle of two whole numbers than this.
const DOUBT: f64 = 0.495;
/// Rounds of a later bound, which starts from its parent's multipliers, and its first step.
const NODE: (usize, f64) = (80, 0.25);
/// Subgradient steps aim this part of the objective below it: aiming at the optimum itself they shorten too soon, and it
/// took ten times the nodes (1,112 against 121, 1,313 against 133 and 2,398 against 43 on three random plans).
const BELOW: u64 = 50;
/// Part of the work that goes into a first tree of subgradients alone, and how much at most.
const QUICK: (usize, usize) = (6, 250_000_000);
/// The work of a last one at most.
const AFTER: usize = 1_500_000_000;
/// Branches looked at side by side. A fixed number: the tree is the same on any number of threads.
pub(super) const BATCH: usize = 8;
/// Denominators of multipliers, coarsest first: a leaf takes the first that closes it, so that most are two digits long.
pub(super) const DENOMINATORS: [u64; 6] = [10, 100, 1_000, 10_000, 1_000_000, 1_000_000_000];
/// The denominator where none closes a branch.
pub(super) const OPEN: u64 = 1_000_000;
/// Numbers in a certificate at most: beyond this nobody reads it and the open branches give the bound.
pub(super) const MOST_NUMBERS: usize = 4_000_000;

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

/// A search for a tree.
struct Search<'a> {
    rules: Rules<'a>,
    proof: Leaves,
    answer: &'a Answer,
    /// Whether a choice above the bound must cover every row.
    all_needed: bool,
}

/// Proves an answer: searches for a tree whose leaves are closed at the answer's own bound, with at most `work` pairs
/// looked at, as in [`super::BranchAndBound`]. Where that is too little, open branches are leaves and the bound is the
/// largest of theirs.
pub fn leaves(problem: &Problem, answer: &Answer, work: usize) -> Leaves {
    leaves_watched(problem, answer, work, &Watch::default())
}

/// The same, followed and ended early through `watch` once it takes long.
///
/// Subgradients alone get a little of the work; then come rows that share no site, where nothing may be left uncovered, and
/// vertices of the relaxation. Where all of that leaves something open, subgradients go on.
pub fn leaves_watched(problem: &Problem, answer: &Answer, work: usize, watch: &Watch) -> Leaves {
    if problem.service.as_ref().is_some_and(|service| service.capacity.is_some()) {
        return by_subgradients(problem, answer, work).0;
    }
    let little = (work / QUICK.0).min(QUICK.1);
    let (first, ended) = by_subgradients(problem, answer, little);
    if ended {
        return first;
    }
    if let Some(closed) = leaves_by_packing(problem, answer, little) {
        return closed;
    }
    let second = leaves_by_vertices(problem, answer, work - little, watch);
    let better = |best: Leaves, other: Leaves| if other.bound < best.bound { other } else { best };
    let best = second.into_iter().fold(first, better);
    match !meets(answer.bound, best.bound) && !watch.stopped() {
        true => better(best, by_subgradients(problem, answer, work.min(AFTER)).0),
        false => best,
    }
}

/// A tree by subgradients alone, and whether all of it is closed, though it may be by a choice above the answer.
fn by_subgradients(problem: &Problem, answer: &Answer, work: usize) -> (Leaves, bool) {
    let rows = problem.service.as_ref().map_or(problem.rows().len(), |service| service.rows.len());
    let (grouped, groups) = grouped(problem);
    let priced = within_budget(&grouped);
    let rules = Rules::of(&priced);
    let proof = Leaves { groups, ..Leaves::of(answer, rows) };
    let (dear, most) = match &problem.service {
        None => (1, ROOT_ROUNDS.1),
        // Filling rooms and moving prices cost more than a look at every pair.
        Some(service) => (if service.capacity.is_some() { 32 } else { 8 }, SERVICE_ROUNDS),
    };
    let rounds_left = work / (dear * (2 * rules.pairs() + rules.rows())).max(1);
    let all_needed = lightest_of_all_needed(problem, answer.bound).is_some();
    let mut search = Search { rules, proof, answer, all_needed };
    let ended = search.run(&priced, rounds_left, most);
    (search.proof.without_unused(), ended)
}

impl Search<'_> {
    /// Whether all of the tree is closed, though it may be by a choice above the answer.
    fn run(&mut self, problem: &Problem, rounds_left: usize, most: usize) -> bool {
        let rounds = rounds_left.min(most);
        let here = follows::inside(problem);
        if let Some(leaf) = end(&here, &mut self.proof) {
            self.proof.nodes.push(leaf);
            return true;
        }
        let nothing = self.rules.nothing();
        let all = self.bound_by(&here, &nothing);
        if all <= self.answer.bound || rounds < ROOT_ROUNDS.0 {
            self.proof.bound = self.proof.bound.max(all);
            self.proof.close(nothing);
            return all <= self.answer.bound;
        }
        let effort = Effort { from: None, rounds, step: 1.0 };
        let numbers = MOST_NUMBERS / self.rules.rows().max(1);
        let left = (rounds_left.saturating_sub(rounds) / NODE.0).min(numbers);
        match self.bounded(&here, effort) {
            Bounded::Open { bound, .. } if bound >= all && left < 2 * BATCH => {
                self.proof.bound = all;
                self.proof.close(nothing);
                false
            }
            Bounded::Open { bound, multipliers, start, often } => {
                let at = self.proof.close(multipliers);
                let branch = Branch { at, here, multipliers: 0, start, often };
                self.branch(branch, bound, left)
            }
            Bounded::Closed(multipliers) => {
                self.proof.close(multipliers);
                true
            }
        }
    }

    /// Splits the branch with the largest bound again and again, until all are closed or the work is used up.
    fn branch(&mut self, root: Branch, bound: u64, mut left: usize) -> bool {
        let mut open = BTreeMap::from([((Reverse(bound), root.at), root)]);
        while !open.is_empty() {
            if left < 2 * BATCH {
                let largest = open.first_key_value().map_or(0, |((Reverse(bound), _), _)| *bound);
                self.proof.bound = self.proof.bound.max(largest);
                return false;
            }
            let batch: Vec<Branch> = (0..BATCH).filter_map(|_| open.pop_first().map(|(_, branch)| branch)).collect();
            let mut children: Vec<Branch> = Vec::new();
            for branch in batch {
                self.split(branch, &mut children);
            }
            left -= children.len().min(left);
            let looked: Vec<Option<Bounded>> = children.par_iter().map(|child| self.look(child)).collect();
            for (mut child, bounded) in children.into_iter().zip(looked) {
                match bounded {
                    None => {}
                    Some(Bounded::Closed(multipliers)) => self.proof.reclose(child.at, multipliers),
                    Some(Bounded::Open { bound, multipliers, start, often }) => {
                        self.proof.reclose(child.at, multipliers);
                        (child.multipliers, child.start, child.often) =
                            (self.proof.multipliers.len() - 1, start, often);
                        open.insert((Reverse(bound), child.at), child);
                    }
                }
            }
        }
        true
    }

    /// Fixes what the branch's multipliers decide, then splits it on its most undecided number or site.
    fn split(&mut self, mut branch: Branch, children: &mut Vec<Branch>) {
        let priced = self.rules.priced(&self.proof.multipliers[branch.multipliers], &self.proof);
        let (taken, left) = self.rules.decided(&branch.here, &priced, self.answer.bound);
        if !(taken.is_empty() && left.is_empty()) {
            taken.iter().for_each(|&s| follows::take(&mut branch.here, s));
            left.iter().for_each(|&s| branch.here.forbidden[s as usize] = true);
            let then = self.proof.nodes.len();
            self.proof.nodes[branch.at] = Node::Fix { multipliers: branch.multipliers, taken, left, then };
            self.proof.nodes.push(Node::Bound { multipliers: branch.multipliers });
            branch.at = then;
            if let Some(leaf) = end(&branch.here, &mut self.proof) {
                self.proof.nodes[then] = leaf;
                return;
            }
        }
        let [with, without] = self.halves(branch);
        for child in [with, without] {
            match end(&child.here, &mut self.proof) {
                Some(leaf) => self.proof.nodes[child.at] = leaf,
                None => children.push(child),
            }
        }
    }

    /// The two halves of a branch.
    fn halves(&mut self, branch: Branch) -> [Branch; 2] {
        let nodes = &mut self.proof.nodes;
        let (first, second) = (nodes.len(), nodes.len() + 1);
        // An open branch is a leaf whose multipliers give its bound, so the tree is whole at any time.
        nodes.extend([first, second].map(|_| Node::Bound { multipliers: branch.multipliers }));
        if let Some((group_of, group, most)) = undecided_number(&branch.here, &branch.often) {
            nodes[branch.at] = Node::Number { group_of, most, fewer: first, more: second };
            let mut fewer = Branch { at: first, ..branch.clone() };
            fewer.here.counties[group].max = most;
            let mut more = Branch { at: second, ..branch };
            more.here.counties[group].min = most + 1;
            return [fewer, more];
        }
        let here = &branch.here;
        let free = |s: &usize| !here.forbidden[*s] && here.required.binary_search(&(*s as SiteIndex)).is_err();
        let undecided = |s: usize| (branch.often[s] - 0.5).abs();
        let weigh = |s: usize| Reverse(here.preference[s]);
        let most = |&a: &usize, &b: &usize| {
            undecided(a).total_cmp(&undecided(b)).then(weigh(a).cmp(&weigh(b))).then(a.cmp(&b))
        };
        let scarce = self.all_needed.then(|| scarcest(here, &branch.often)).flatten();
        let site = scarce.or_else(|| (0..here.sites).filter(free).min_by(most));
        let site = site.expect("a branch that has not ended has a free site");
        nodes[branch.at] = Node::Split { site: site as SiteIndex, taken: first, left: second };
        let mut with = Branch { at: first, ..branch.clone() };
        follows::take(&mut with.here, site as SiteIndex);
        let mut without = Branch { at: second, ..branch };
        without.here.forbidden[site] = true;
        [with, without]
    }

    /// Bounds a branch by better multipliers than its parent's; `None` where those close it.
    fn look(&self, child: &Branch) -> Option<Bounded> {
        let effort = Effort { from: Some(&child.start), rounds: NODE.0, step: NODE.1 };
        let closed = self.bound_by(&child.here, &self.proof.multipliers[child.multipliers]) <= self.answer.bound;
        (!closed).then(|| self.bounded(&child.here, effort))
    }

    fn bounded(&self, here: &Problem, effort: Effort<'_>) -> Bounded {
        let answer = self.answer;
        let found = relaxed::bound(here, answer.objective - answer.objective / BELOW, effort);
        for of in DENOMINATORS {
            let rounded = self.rules.rounded(&found.multipliers, of, of);
            if self.bound_by(here, &rounded) <= answer.bound {
                return Bounded::Closed(rounded);
            }
        }
        let rounded = self.rules.rounded(&found.multipliers, OPEN, OPEN);
        let bound = self.bound_by(here, &rounded);
        Bounded::Open { bound, multipliers: rounded, start: found.multipliers, often: found.often }
    }

    fn bound_by(&self, here: &Problem, multipliers: &Multipliers) -> u64 {
        self.rules.bound(here, &self.rules.priced(multipliers, &self.proof))
    }
}

/// The problem with a rule without limits for the sites that count most for one least amount, where no county rule holds for
/// them: so that branches can say how many of these are chosen.
fn grouped(problem: &Problem) -> (Problem, Vec<Vec<SiteIndex>>) {
    let mut grouped = problem.clone();
    let mut groups = Vec::new();
    let Some(service) = problem.service.as_ref().filter(|service| service.rules.len() > 1) else {
        return (grouped, groups);
    };
    let mut counts = vec![vec![0u64; service.rules.len()]; problem.sites];
    for (g, rule) in service.rules.iter().enumerate() {
        for &(r, counted) in &rule.rows {
            service.rows[r as usize].sites.iter().for_each(|&s| counts[s as usize][g] += counted);
        }
    }
    for g in (0..service.rules.len()).filter(|&g| service.rules[g].least > 0) {
        let most = |s: &usize| {
            let counts = &counts[*s];
            counts[g] > 0 && (0..counts.len()).all(|o| (counts[o], Reverse(o)) <= (counts[g], Reverse(g)))
        };
        let of: Vec<usize> = (0..problem.sites).filter(|&s| problem.county_of[s].is_none()).filter(most).collect();
        if of.len() > 1 {
            of.iter().for_each(|&s| grouped.county_of[s] = Some(grouped.counties.len()));
            grouped.counties.push(CountyRule { county: service.rules[g].name.clone(), min: 0, max: usize::MAX });
            groups.push(of.into_iter().map(|s| s as SiteIndex).collect());
        }
    }
    (grouped, groups)
}

/// The problem with its budget as one more least amount, where more than covering is asked: of what the chosen sites would cost
/// at the price of the dearest one so much must be saved. So multipliers can price money, which best choices leave aside.
pub(super) fn within_budget(problem: &Problem) -> Problem {
    let (Some(service), Some((cost, most))) = (&problem.service, &problem.budget) else { return problem.clone() };
    let dearest = cost.iter().copied().max().unwrap_or(0);
    let mut service = Service::clone(service);
    let rows = service.rows.len() as u32;
    for s in 0..problem.sites as SiteIndex {
        service.of_site[s as usize].push(rows + s);
        service.rows.push(ServiceRow { sites: vec![s], ..ServiceRow::default() });
    }
    let saved = (0..).zip(cost).map(|(s, cost)| (rows + s, dearest - cost)).collect();
    let least = (dearest.saturating_mul(problem.choose as u64)).saturating_sub(*most);
    service.rules.push(Rule { name: "budget".to_owned(), rows: saved, least });
    Problem { service: Some(service.into()), ..problem.clone() }
}

/// The group whose number is most undecided, a site of it, and the number that it lies above; only where least amounts are asked.
fn undecided_number(here: &Problem, often: &[f64]) -> Option<(SiteIndex, usize, usize)> {
    let service = here.service.as_ref()?;
    if service.rules.is_empty() {
        return None;
    }
    let number = |c: usize| {
        let of = (0..here.sites).filter(|&s| here.county_of[s] == Some(c));
        let number: f64 = of.clone().map(|s| often[s]).sum();
        let most = number.floor() as usize;
        let doubt = (number - most as f64 - 0.5).abs();
        let open = most >= here.counties[c].min && most < here.counties[c].max && most < here.choose;
        let first = of.into_iter().next()?;
        (open && doubt < DOUBT).then_some((doubt, first as SiteIndex, c, most))
    };
    let found = (0..here.counties.len()).filter_map(number).min_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)))?;
    Some((found.1, found.2, found.3))
}

/// Of the row that fewest sites can still cover the site that was chosen most often: one of them must be taken, so that branches
/// end where they are used up.
fn scarcest(here: &Problem, often: &[f64]) -> Option<usize> {
    let taken = |s: &SiteIndex| here.required.binary_search(s).is_ok();
    let free = |s: &&SiteIndex| !here.forbidden[**s as usize];
    let open = here.rows().iter().filter(|row| !row.sites.iter().any(taken));
    let counted = open.map(|row| (row.sites.iter().filter(free).count(), row)).filter(|(n, _)| *n > 0);
    let (_, row) = counted.min_by_key(|(n, _)| *n)?;
    let sites = row.sites.iter().filter(free).map(|&s| s as usize);
    sites.max_by(|&a, &b| often[a].total_cmp(&often[b]).then(b.cmp(&a)))
}

/// The leaf that a part of the space is on its own; raises the bound of the proof where a single choice covers more.
pub(super) fn end(here: &Problem, proof: &mut Leaves) -> Option<Node> {
    if follows::nothing_is_left(here) {
        return Some(Node::Count);
    }
    let only = follows::only_choice(here)?;
    if here.admits(&only) {
        let worth = here.objective(&only);
        if worth > proof.bound.max(proof.objective) {
            proof.better = Some(only);
        }
        proof.bound = proof.bound.max(worth);
    }
    Some(Node::Choice)
}
