//! What is asked of a siting method: demand rows, sites, how many to choose, and the side conditions.
//! A file of its own because every method reads it and none changes it.

use super::service::Service;
use crate::coverage::MergedRow;
use crate::travel::SiteIndex;
use std::sync::Arc;

/// Side condition on the sites of one county: how many *new* stations it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyRule {
    /// County name, for messages.
    pub county: String,
    /// At least this many.
    pub min: usize,
    /// At most this many.
    pub max: usize,
}

/// The demand side of a problem, shared by all its variants.
#[derive(Debug, Default)]
pub struct Rows {
    /// Merged demand, weights as integers so that sums and bounds are exact.
    pub rows: Vec<MergedRow>,
    /// Per site the rows it covers, ascending.
    pub of_site: Vec<Vec<u32>>,
}

impl Rows {
    /// Lays rows out by site as well.
    pub fn new(sites: usize, rows: Vec<MergedRow>) -> Arc<Self> {
        let mut of_site = vec![Vec::new(); sites];
        for (r, row) in (0..).zip(&rows) {
            row.sites.iter().for_each(|&s| of_site[s as usize].push(r));
        }
        Arc::new(Self { rows, of_site })
    }
}

/// A maximal covering location problem (Church and ReVelle 1974) with side conditions:
/// choose exactly `choose` sites so that the weight of rows with at least one chosen site is largest.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// Number of sites.
    pub sites: usize,
    /// Demand that is not covered anyway.
    pub demand: Arc<Rows>,
    /// Weight that is covered whatever is chosen.
    pub base: u64,
    /// How many sites to choose.
    pub choose: usize,
    /// Sites that must be chosen, ascending.
    pub required: Vec<SiteIndex>,
    /// Whether a site must not be chosen.
    pub forbidden: Vec<bool>,
    /// County rules, and per site the rule it falls under.
    pub counties: Vec<CountyRule>,
    /// Index into `counties`, per site.
    pub county_of: Vec<Option<usize>>,
    /// Per site the sites that stand too near it, ascending; empty when no spacing is asked.
    pub too_near: Vec<Vec<SiteIndex>>,
    /// Cost per site and the most they may cost together, in the smallest unit of money.
    pub budget: Option<(Vec<u64>, u64)>,
    /// Per site a preference that decides between equal answers: larger first, then the lower index.
    pub preference: Vec<u64>,
    /// What is asked beyond covering: room, a second station, least amounts. The rows above then bound it from above.
    pub service: Option<Arc<Service>>,
}

impl Problem {
    /// Merged demand rows.
    pub fn rows(&self) -> &[MergedRow] {
        &self.demand.rows
    }

    /// Per site the rows it covers, ascending.
    pub fn rows_of(&self) -> &[Vec<u32>] {
        &self.demand.of_site
    }

    /// Weight covered by a choice, or served where that is asked, `base` included.
    pub fn objective(&self, chosen: &[SiteIndex]) -> u64 {
        if let Some(service) = &self.service {
            return service.objective(chosen);
        }
        let mut open = vec![false; self.sites];
        chosen.iter().for_each(|&s| open[s as usize] = true);
        let covered = self.rows().iter().filter(|r| r.sites.iter().any(|&s| open[s as usize]));
        self.base + covered.map(|r| r.weight).sum::<u64>()
    }

    /// Weight of everything that some site could cover, `base` included.
    pub fn coverable(&self) -> u64 {
        self.base + self.rows().iter().map(|r| r.weight).sum::<u64>()
    }

    /// Whether a choice meets every condition.
    pub fn admits(&self, chosen: &[SiteIndex]) -> bool {
        let mut state = Choice::new(self);
        chosen.len() == self.choose
            && chosen.iter().all(|&s| {
                state.admits(s) && {
                    state.add(s);
                    true
                }
            })
            && self.required.iter().all(|s| chosen.contains(s))
            && state.per_county.iter().zip(&self.counties).all(|(n, c)| *n >= c.min)
            && self.service.as_ref().is_none_or(|service| service.shortfall(chosen) == 0.0)
    }
}

/// A choice under construction: which sites may still join it without breaking a most, a spacing or the budget.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    problem: &'a Problem,
    /// Chosen so far.
    pub chosen: Vec<SiteIndex>,
    /// Whether a site is chosen.
    pub open: Vec<bool>,
    /// Chosen per county rule.
    pub per_county: Vec<usize>,
    /// How many chosen sites stand too near a site.
    blocked: Vec<u32>,
    /// What the chosen cost together.
    pub spent: u64,
}

impl<'a> Choice<'a> {
    /// Nothing chosen.
    pub fn new(problem: &'a Problem) -> Self {
        Self {
            problem,
            chosen: Vec::new(),
            open: vec![false; problem.sites],
            per_county: vec![0; problem.counties.len()],
            blocked: vec![0; problem.sites],
            spent: 0,
        }
    }

    /// From a list that meets the conditions.
    pub fn of(problem: &'a Problem, chosen: &[SiteIndex]) -> Self {
        let mut choice = Self::new(problem);
        chosen.iter().for_each(|&s| choice.add(s));
        choice
    }

    /// Whether a site may join: not forbidden, not chosen, its county not full, not too near, within the budget.
    pub fn admits(&self, s: SiteIndex) -> bool {
        let (p, i) = (self.problem, s as usize);
        !p.forbidden[i]
            && !self.open[i]
            && self.blocked[i] == 0
            && p.county_of[i].is_none_or(|c| self.per_county[c] < p.counties[c].max)
            && p.budget.as_ref().is_none_or(|(cost, most)| self.spent + cost[i] <= *most)
    }

    /// Adds a site.
    pub fn add(&mut self, s: SiteIndex) {
        self.chosen.push(s);
        self.count(s, true);
    }

    /// Takes a chosen site out.
    pub fn remove(&mut self, s: SiteIndex) {
        self.chosen.retain(|&c| c != s);
        self.count(s, false);
    }

    fn count(&mut self, s: SiteIndex, add: bool) {
        let (p, i) = (self.problem, s as usize);
        self.open[i] = add;
        if let Some(c) = p.county_of[i] {
            self.per_county[c] = if add { self.per_county[c] + 1 } else { self.per_county[c] - 1 };
        }
        for &n in p.too_near.get(i).map_or(&[][..], Vec::as_slice) {
            let b = &mut self.blocked[n as usize];
            *b = if add { *b + 1 } else { *b - 1 };
        }
        if let Some((cost, _)) = &p.budget {
            self.spent = if add { self.spent + cost[i] } else { self.spent - cost[i] };
        }
    }

    /// Stations that county minima still ask for.
    pub fn owed(&self) -> usize {
        self.problem.counties.iter().zip(&self.per_county).map(|(c, n)| c.min.saturating_sub(*n)).sum()
    }

    /// Whether choosing `s` leaves room for what the minima still ask for.
    pub fn leaves_room(&self, s: SiteIndex) -> bool {
        let owes = |c: usize| self.per_county[c] < self.problem.counties[c].min;
        let pays = self.problem.county_of[s as usize].is_some_and(owes);
        let left = self.problem.choose - self.chosen.len();
        self.owed() < left + usize::from(pays)
    }
}
