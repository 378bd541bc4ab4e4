//! What a branch of the search for fewest sites still has to decide: rows and sites that are left after reductions.
//! A file of its own because reductions shrink a problem by much more than the search could.

use super::problem::{Choice, Problem};
use crate::travel::SiteIndex;

/// The problem as the search sees it.
pub(super) struct Core<'a> {
    pub problem: &'a Problem,
    /// Weight to cover, `base` included.
    pub least: u64,
    /// Whether every row must be covered.
    pub full: bool,
    /// Whether sites can stand in for each other: no county limits, no spacing, no budget.
    pub plain: bool,
}

/// A branch: sites taken, sites left out, and the multipliers to start from.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    /// Sites taken, in the order in which they were.
    pub taken: Vec<SiteIndex>,
    /// Sites that are not taken here, by site.
    pub out: Vec<bool>,
    /// Multiplier per row of the problem, in sites.
    pub multipliers: Vec<f64>,
}

/// Rows still to be covered and sites still to be decided, numbered anew.
#[derive(Debug, Clone)]
pub(super) struct Residual {
    /// Row of the problem, by new number.
    pub rows: Vec<u32>,
    /// Site of the problem, by new number, ascending.
    pub sites: Vec<SiteIndex>,
    /// New site numbers per new row, ascending.
    pub of_row: Vec<Vec<u32>>,
    /// New row numbers per new site, ascending.
    pub of_site: Vec<Vec<u32>>,
    /// Weight per new row.
    pub weight: Vec<u64>,
    /// Weight of these rows that must be covered.
    pub need: u64,
}

impl<'a> Core<'a> {
    pub fn new(problem: &'a Problem, least: u64) -> Self {
        let usable = |s: &SiteIndex| !problem.forbidden[*s as usize];
        let reached = problem.rows().iter().filter(|row| row.sites.iter().any(&usable));
        let full = problem.base + reached.map(|row| row.weight).sum::<u64>() <= least;
        let limited = problem.counties.iter().any(|c| c.min > 0 || c.max < problem.sites);
        let plain = !limited && problem.budget.is_none() && problem.too_near.iter().all(Vec::is_empty);
        Self { problem, least, full, plain }
    }

    /// Sites of a county that still owes stations; at least one of them must be taken.
    pub fn owing(&self, branch: &Branch) -> Vec<SiteIndex> {
        let choice = Choice::of(self.problem, &branch.taken);
        let owes = |c: usize| choice.per_county[c] < self.problem.counties[c].min;
        let county = (0..self.problem.counties.len()).find(|&c| owes(c));
        let free = (0..self.problem.sites as SiteIndex).filter(|&s| !branch.out[s as usize] && choice.admits(s));
        free.filter(|&s| county.is_some() && self.problem.county_of[s as usize] == county).collect()
    }

    /// What is left of a branch; `None` when no choice in it can cover enough. Sites that must be taken are, sites that
    /// need not be are left out.
    ///
    /// 1. A row that only one site can cover: that site is taken (everything must be covered).
    /// 2. A row whose sites include all sites of another follows from it (everything must be covered).
    /// 3. A site whose rows another covers as well is left out (sites can stand in for each other).
    pub fn reduce(&self, branch: &mut Branch) -> Option<Residual> {
        loop {
            let mut residual = self.residual(branch)?;
            if residual.need == 0 || !(self.full || self.plain) {
                return Some(residual);
            }
            if self.full {
                if let Some(row) = residual.of_row.iter().find(|row| row.len() == 1) {
                    let site = residual.sites[row[0] as usize];
                    if !branch.with(self, site) {
                        return None;
                    }
                    continue;
                }
                residual.drop_implied_rows();
            }
            if !self.plain {
                return Some(residual);
            }
            let dominated = residual.dominated_sites();
            if dominated.is_empty() {
                return Some(residual);
            }
            dominated.iter().for_each(|&s| branch.out[residual.sites[s as usize] as usize] = true);
        }
    }

    fn residual(&self, branch: &mut Branch) -> Option<Residual> {
        let problem = self.problem;
        let choice = Choice::of(problem, &branch.taken);
        let mut covered = vec![false; problem.rows().len()];
        for &s in &branch.taken {
            problem.rows_of()[s as usize].iter().for_each(|&r| covered[r as usize] = true);
        }
        let mut number = vec![u32::MAX; problem.sites];
        let mut sites = Vec::new();
        for s in 0..problem.sites as SiteIndex {
            if !branch.out[s as usize] && !choice.open[s as usize] {
                if choice.admits(s) {
                    number[s as usize] = sites.len() as u32;
                    sites.push(s);
                } else {
                    branch.out[s as usize] = true;
                }
            }
        }
        let owes = |c: usize| problem.counties[c].min.saturating_sub(choice.per_county[c]);
        let free = |c: usize| sites.iter().filter(|&&s| problem.county_of[s as usize] == Some(c)).count();
        if (0..problem.counties.len()).any(|c| owes(c) > 0 && owes(c) > free(c)) {
            return None;
        }
        let (mut rows, mut of_row, mut weight) = (Vec::new(), Vec::new(), Vec::new());
        let (mut done, mut possible) = (problem.base, 0);
        for (r, row) in (0u32..).zip(problem.rows()) {
            if covered[r as usize] {
                done += row.weight;
                continue;
            }
            let free: Vec<u32> = row.sites.iter().map(|&s| number[s as usize]).filter(|&n| n != u32::MAX).collect();
            if !free.is_empty() {
                possible += row.weight;
                rows.push(r);
                of_row.push(free);
                weight.push(row.weight);
            }
        }
        let need = self.least.saturating_sub(done);
        if need > possible {
            return None;
        }
        let mut residual = Residual { rows, of_site: vec![Vec::new(); sites.len()], sites, of_row, weight, need };
        residual.lay_out_by_site();
        Some(residual)
    }
}

impl Branch {
    /// Nothing decided but what is required and forbidden; `None` when that conflicts.
    pub fn root(core: &Core<'_>) -> Option<Self> {
        let problem = core.problem;
        let mut of_site = vec![0u64; problem.sites];
        for row in problem.rows() {
            let part = if core.full { 1 } else { row.weight };
            row.sites.iter().for_each(|&s| of_site[s as usize] += part);
        }
        // Feasible for the dual: no site's rows are worth more than a site.
        let start = |row: &crate::coverage::MergedRow| {
            let part = if core.full { 1 } else { row.weight };
            let most = row.sites.iter().map(|&s| of_site[s as usize]).max().unwrap_or(1).max(1);
            part as f64 / most as f64
        };
        let multipliers = problem.rows().iter().map(start).collect();
        let mut branch = Self { taken: Vec::new(), out: problem.forbidden.clone(), multipliers };
        problem.required.iter().all(|&s| branch.with(core, s)).then_some(branch)
    }

    /// Takes a site; `false` when it may not join those taken.
    pub fn with(&mut self, core: &Core<'_>, site: SiteIndex) -> bool {
        if self.taken.contains(&site) {
            return true;
        }
        let may = !self.out[site as usize] && Choice::of(core.problem, &self.taken).admits(site);
        if may {
            self.taken.push(site);
        }
        may
    }
}

impl Residual {
    /// Per site its rows, from the rows.
    fn lay_out_by_site(&mut self) {
        self.of_site.iter_mut().for_each(Vec::clear);
        for (r, row) in (0u32..).zip(&self.of_row) {
            row.iter().for_each(|&s| self.of_site[s as usize].push(r));
        }
    }

    /// Drops rows that are covered whenever another is. The need becomes the weight of those that stay.
    fn drop_implied_rows(&mut self) {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|&a, &b| self.of_row[a].len().cmp(&self.of_row[b].len()).then(a.cmp(&b)));
        let mut kept_by_site: Vec<Vec<usize>> = vec![Vec::new(); self.sites.len()];
        let mut seen = vec![usize::MAX; self.sites.len()];
        let mut keep = vec![false; self.rows.len()];
        for i in order {
            self.of_row[i].iter().for_each(|&s| seen[s as usize] = i);
            let inside = |k: &usize| self.of_row[*k].iter().all(|&s| seen[s as usize] == i);
            if self.of_row[i].iter().any(|&s| kept_by_site[s as usize].iter().any(&inside)) {
                continue;
            }
            keep[i] = true;
            let rarest = self.of_row[i].iter().min_by_key(|&&s| self.of_site[s as usize].len());
            if let Some(&s) = rarest {
                kept_by_site[s as usize].push(i);
            }
        }
        let mut flags = keep.iter();
        self.rows.retain(|_| flags.next().is_some_and(|k| *k));
        let mut flags = keep.iter();
        self.of_row.retain(|_| flags.next().is_some_and(|k| *k));
        let mut flags = keep.iter();
        self.weight.retain(|_| flags.next().is_some_and(|k| *k));
        self.need = self.weight.iter().sum();
        self.lay_out_by_site();
    }

    /// Sites whose rows are all covered by another site that stays; of equals the first stays.
    fn dominated_sites(&self) -> Vec<u32> {
        let words = self.rows.len().div_ceil(64);
        let mut bits = vec![0u64; words * self.sites.len()];
        for (s, rows) in self.of_site.iter().enumerate() {
            rows.iter().for_each(|&r| bits[s * words + r as usize / 64] |= 1 << (r % 64));
        }
        let mut stays = vec![true; self.sites.len()];
        for (j, rows) in self.of_site.iter().enumerate() {
            let Some(&rarest) = rows.iter().min_by_key(|&&r| self.of_row[r as usize].len()) else {
                stays[j] = false;
                continue;
            };
            let replaces = |k: usize| {
                let more = self.of_site[k].len();
                k != j
                    && stays[k]
                    && (more > rows.len() || (more == rows.len() && k < j))
                    && rows.iter().all(|&r| bits[k * words + r as usize / 64] >> (r % 64) & 1 == 1)
            };
            stays[j] = !self.of_row[rarest as usize].iter().any(|&k| replaces(k as usize));
        }
        (0..self.sites.len() as u32).filter(|&s| !stays[s as usize]).collect()
    }

    /// Sites of the row that fewest cover, likeliest first.
    pub fn shortest_row(&self, often: &[f64]) -> Vec<SiteIndex> {
        let reach = |r: usize| self.of_row[r].iter().map(|&s| self.of_site[s as usize].len()).sum::<usize>();
        let best = (0..self.rows.len()).min_by_key(|&r| (self.of_row[r].len(), std::cmp::Reverse(reach(r)), r));
        let mut sites = best.map(|r| self.of_row[r].clone()).unwrap_or_default();
        sites.sort_by(|&a, &b| often[b as usize].total_cmp(&often[a as usize]).then(a.cmp(&b)));
        sites.into_iter().map(|s| self.sites[s as usize]).collect()
    }

    /// The site that the bound can least make up its mind about.
    pub fn undecided(&self, often: &[f64]) -> SiteIndex {
        let doubt = |s: usize| (often[s] - 0.5).abs();
        let best = (0..self.sites.len()).min_by(|&a, &b| {
            let size = |s: usize| std::cmp::Reverse(self.of_site[s].len());
            doubt(a).total_cmp(&doubt(b)).then(size(a).cmp(&size(b))).then(a.cmp(&b))
        });
        self.sites[best.expect("weight that must be covered can be covered, so a site is left")]
    }
}
