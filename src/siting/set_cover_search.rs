//! Choices of few sites that cover enough. A file of its own because a bound proves nothing without a choice to meet it.

use super::problem::Choice;
use super::set_cover_reduce::{Branch, Core, Residual};
use super::watch::Watch;
use crate::travel::SiteIndex;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Looks at pairs that the local search may spend: so many per pair of the problem, and at most; and how many times more where the
/// fewest sites are asked for, not just whether a number of them is enough.
const WORK: (usize, usize) = (1_000, 200_000_000);
const LONGER: usize = 4;

/// Rows of a residual problem as sites join and leave.
struct Cover<'a> {
    residual: &'a Residual,
    count: Vec<u32>,
    covered: u64,
}

impl<'a> Cover<'a> {
    fn new(residual: &'a Residual) -> Self {
        Self { residual, count: vec![0; residual.rows.len()], covered: 0 }
    }

    fn gain(&self, s: u32) -> u64 {
        let open = self.residual.of_site[s as usize].iter().filter(|&&r| self.count[r as usize] == 0);
        open.map(|&r| self.residual.weight[r as usize]).sum()
    }

    fn add(&mut self, s: u32) {
        self.covered += self.gain(s);
        self.residual.of_site[s as usize].iter().for_each(|&r| self.count[r as usize] += 1);
    }

    fn remove(&mut self, s: u32) {
        self.residual.of_site[s as usize].iter().for_each(|&r| self.count[r as usize] -= 1);
        self.covered -= self.gain(s);
    }
}

/// Completes what a branch has taken to a choice that covers enough: the best of what the bound suggests, then the best of
/// the rest, then what county minima ask for; sites that are not needed go again. `None` when conditions get in the way.
pub(super) fn complete(
    core: &Core<'_>,
    branch: &Branch,
    residual: &Residual,
    suggestion: &[u32],
) -> Option<Vec<SiteIndex>> {
    let mut choice = Choice::of(core.problem, &branch.taken);
    let mut cover = Cover::new(residual);
    let mut added: Vec<u32> = Vec::new();
    let all: Vec<u32> = (0..residual.sites.len() as u32).collect();
    let site = |s: u32| residual.sites[s as usize];
    for pool in [suggestion, &all] {
        // Gains only shrink, so an outdated one that is not the largest need not be looked at again (Minoux 1978).
        let mut heap: BinaryHeap<(u64, Reverse<u32>)> = pool.iter().map(|&s| (cover.gain(s), Reverse(s))).collect();
        while cover.covered < residual.need
            && let Some((old, Reverse(s))) = heap.pop()
        {
            let gain = cover.gain(s);
            if gain == 0 || !choice.admits(site(s)) {
                continue;
            }
            if gain < old {
                heap.push((gain, Reverse(s)));
                continue;
            }
            cover.add(s);
            choice.add(site(s));
            added.push(s);
        }
    }
    let owes = |choice: &Choice<'_>, s: SiteIndex| {
        let county = core.problem.county_of[s as usize];
        county.is_some_and(|c| choice.per_county[c] < core.problem.counties[c].min)
    };
    for &s in &all {
        if owes(&choice, site(s)) && choice.admits(site(s)) {
            cover.add(s);
            choice.add(site(s));
            added.push(s);
        }
    }
    added.sort_by_key(|&s| (residual.of_site[s as usize].len(), s));
    for s in added {
        cover.remove(s);
        choice.remove(site(s));
        if cover.covered < residual.need || owes(&choice, site(s)) {
            cover.add(s);
            choice.add(site(s));
        }
    }
    (cover.covered >= residual.need && choice.owed() == 0).then_some(choice.chosen)
}

/// What ends a local search: a choice of at most `enough` sites, so many looks at pairs (`longer`: more than for one number of
/// sites of many), or whoever waits for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends<'a> {
    pub enough: usize,
    pub longer: bool,
    pub work: usize,
    pub watch: &'a Watch,
}

/// Local search with row weights (Gao, Weise and Li 2015): from a cover a site is taken out; as long as rows are open, the
/// site of least loss leaves, the best site of an open row joins, and open rows weigh more. Only where everything must be
/// covered and sites can stand in for each other.
///
/// From any cover `start`, `taken` included, returns the least found and the pairs looked at; stops at `enough`.
pub(super) fn row_weighting(
    residual: &Residual,
    taken: &[SiteIndex],
    start: &[SiteIndex],
    ends: Ends<'_>,
) -> (Vec<SiteIndex>, usize) {
    let Ends { enough, longer, work, watch } = ends;
    let pairs = residual.of_row.iter().map(Vec::len).sum::<usize>();
    let most = (if longer { LONGER } else { 1 } * (WORK.0 * pairs).min(WORK.1)).min(work);
    let mut search = Weighting::new(residual);
    for s in (0..residual.sites.len()).filter(|&s| start.contains(&residual.sites[s])) {
        search.flip(s);
    }
    let mut best = start.to_vec();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut last = None;
    while search.work < most && !watch.stopped() {
        while search.open.is_empty() {
            let chosen: Vec<SiteIndex> =
                (0..residual.sites.len()).filter(|&s| search.inside[s]).map(|s| residual.sites[s]).collect();
            if taken.len() + chosen.len() < best.len() {
                best = taken.iter().copied().chain(chosen).collect();
            }
            if best.len() <= enough.max(taken.len()) {
                return (best, search.work);
            }
            let Some(s) = search.least_loss(None) else { return (best, search.work) };
            search.flip(s);
        }
        if let Some(s) = search.least_loss(last) {
            search.flip(s);
            search.may_join[s] = false;
        }
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let row = search.open[(random % search.open.len() as u64) as usize];
        let Some(s) = search.best_of_row(row) else { return (best, search.work) };
        search.flip(s);
        last = Some(s);
        search.raise();
    }
    (best, search.work)
}

/// What flipping each site in or out is worth in row weights, kept up to date row by row.
struct Weighting<'a> {
    residual: &'a Residual,
    weight: Vec<i64>,
    count: Vec<u32>,
    /// Per site what it would newly cover, or, once inside, what only it covers.
    score: Vec<i64>,
    inside: Vec<bool>,
    /// A site that left may come back once a neighbour has changed.
    may_join: Vec<bool>,
    /// Step of the last flip: older first among equals.
    flipped: Vec<usize>,
    open: Vec<u32>,
    /// Place of a row in `open`.
    at: Vec<usize>,
    steps: usize,
    work: usize,
}

impl<'a> Weighting<'a> {
    fn new(residual: &'a Residual) -> Self {
        let (rows, sites) = (residual.rows.len(), residual.sites.len());
        Self {
            residual,
            weight: vec![1; rows],
            count: vec![0; rows],
            score: residual.of_site.iter().map(|rows| rows.len() as i64).collect(),
            inside: vec![false; sites],
            may_join: vec![true; sites],
            flipped: vec![0; sites],
            open: (0..rows as u32).collect(),
            at: (0..rows).collect(),
            steps: 0,
            work: 0,
        }
    }

    fn flip(&mut self, s: usize) {
        let residual = self.residual;
        let joins = !self.inside[s];
        self.inside[s] = joins;
        self.steps += 1;
        self.flipped[s] = self.steps;
        for &row in &residual.of_site[s] {
            let r = row as usize;
            let w = self.weight[r];
            let others = if joins { self.count[r] } else { self.count[r] - 1 };
            self.count[r] = others + u32::from(joins);
            let sites = &residual.of_row[r];
            self.work += if others <= 1 { sites.len() } else { 1 };
            match others {
                0 => {
                    for &t in sites.iter().filter(|&&t| t as usize != s) {
                        self.score[t as usize] += if joins { -w } else { w };
                        self.may_join[t as usize] = true;
                    }
                    if joins {
                        self.close(row);
                    } else {
                        self.at[r] = self.open.len();
                        self.open.push(row);
                    }
                }
                1 => {
                    let owner = sites.iter().find(|&&t| t as usize != s && self.inside[t as usize]);
                    if let Some(&t) = owner {
                        self.score[t as usize] += if joins { -w } else { w };
                    }
                }
                _ => {}
            }
        }
        self.score[s] = residual.of_site[s]
            .iter()
            .filter(|&&r| self.count[r as usize] == u32::from(joins))
            .map(|&r| self.weight[r as usize])
            .sum();
    }

    fn close(&mut self, row: u32) {
        let at = self.at[row as usize];
        self.open.swap_remove(at);
        if let Some(&moved) = self.open.get(at) {
            self.at[moved as usize] = at;
        }
    }

    fn least_loss(&mut self, but: Option<usize>) -> Option<usize> {
        self.work += self.inside.len() / 8;
        let inside = (0..self.inside.len()).filter(|&s| self.inside[s] && Some(s) != but);
        inside.min_by_key(|&s| (self.score[s], self.flipped[s], s))
    }

    fn best_of_row(&self, row: u32) -> Option<usize> {
        let sites = self.residual.of_row[row as usize].iter().map(|&s| s as usize);
        sites.max_by_key(|&s| (self.may_join[s], self.score[s], Reverse(self.flipped[s]), Reverse(s)))
    }

    fn raise(&mut self) {
        for &row in &self.open {
            let r = row as usize;
            self.weight[r] += 1;
            self.residual.of_row[r].iter().for_each(|&t| self.score[t as usize] += 1);
            self.work += self.residual.of_row[r].len();
        }
    }
}
