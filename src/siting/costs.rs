//! What is asked of the models that minimise costs: who travels how far to which site, and how many sites may be chosen.
//! A file of its own because p-median and p-center share it.

use super::problem::{CountyRule, Problem};
use super::{Infeasible, infeasible};
use crate::travel::SiteIndex;

/// Demand with its cost to every site that it can reach, for the models that assign demand to its nearest station.
///
/// Costs are integers in a unit of the caller's (millimetres, milliseconds), so that objectives and bounds are exact.
/// The order of demand changes nothing; among equal answers the one of lower site indices is preferred where the search
/// meets both, so give sites in an order of their own, such as by id.
#[derive(Debug, Clone, Default)]
pub struct Costs {
    /// Number of sites.
    pub sites: usize,
    /// Weight per demand point. One of weight 0 costs nothing but must still be reached.
    pub weights: Vec<u64>,
    /// Per demand point the sites it reaches, each once and ascending, and what going there costs a unit of weight;
    /// a site that is absent is out of reach.
    pub costs: Vec<Vec<(SiteIndex, u64)>>,
    /// How many sites to choose, exactly.
    pub choose: usize,
    /// Sites that must be chosen.
    pub required: Vec<SiteIndex>,
    /// Whether a site must not be chosen.
    pub forbidden: Vec<bool>,
    /// County rules, and per site the rule it falls under; empty without rules.
    pub counties: Vec<CountyRule>,
    /// Index into `counties`, per site.
    pub county_of: Vec<Option<usize>>,
    /// Per site the sites that stand too near it, ascending; empty when no spacing is asked.
    pub too_near: Vec<Vec<SiteIndex>>,
    /// What each site costs to build and the most they may cost together.
    pub budget: Option<(Vec<u64>, u64)>,
}

/// A choice that reaches every demand point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostAnswer {
    /// Chosen sites, ascending.
    pub chosen: Vec<SiteIndex>,
    /// What it costs in the sense of the model.
    pub objective: u64,
    /// No choice under the same conditions costs less; at most `objective`.
    pub bound: u64,
}

impl Costs {
    /// Whether a choice meets the conditions on sites. Whether it reaches all demand is for the objectives to say.
    pub fn admits(&self, chosen: &[SiteIndex]) -> bool {
        chosen.iter().all(|&s| (s as usize) < self.sites) && self.conditions().admits(chosen)
    }

    /// Number, required and forbidden sites, county limits, spacing and budget, as a problem without demand.
    pub(super) fn conditions(&self) -> Problem {
        Problem {
            sites: self.sites,
            demand: super::problem::Rows::new(self.sites, Vec::new()),
            choose: self.choose,
            required: self.must(),
            forbidden: (0..self.sites as SiteIndex).map(|s| !self.usable(s)).collect(),
            counties: self.counties.clone(),
            county_of: if self.county_of.is_empty() { vec![None; self.sites] } else { self.county_of.clone() },
            too_near: self.too_near.clone(),
            budget: self.budget.clone(),
            preference: vec![0; self.sites],
            ..Problem::default()
        }
    }

    /// Whether sites can stand in for each other: no county limits, no spacing, no budget.
    pub(super) fn plain(&self) -> bool {
        let limited = self.counties.iter().any(|c| c.min > 0 || c.max < self.choose);
        !limited && self.budget.is_none() && self.too_near.iter().all(Vec::is_empty)
    }

    /// Sum of weight times cost of the nearest chosen site; `None` when some demand reaches none.
    pub fn total(&self, chosen: &[SiteIndex]) -> Option<u128> {
        let nearest = self.nearest(chosen);
        nearest.zip(&self.weights).map(|(cost, &w)| cost.map(|c| u128::from(c) * u128::from(w))).sum()
    }

    /// Largest cost of a nearest chosen site, whatever its weight; `None` when some demand reaches none.
    pub fn worst(&self, chosen: &[SiteIndex]) -> Option<u64> {
        self.nearest(chosen).try_fold(0, |worst, cost| cost.map(|c| c.max(worst)))
    }

    fn nearest(&self, chosen: &[SiteIndex]) -> impl Iterator<Item = Option<u64>> {
        let mut open = vec![false; self.sites];
        chosen.iter().for_each(|&s| open[s as usize] = true);
        self.costs.iter().map(move |row| row.iter().filter(|(s, _)| open[*s as usize]).map(|(_, c)| *c).min())
    }

    /// Whether a site may be chosen.
    pub(super) fn usable(&self, site: SiteIndex) -> bool {
        !self.forbidden.get(site as usize).is_some_and(|f| *f)
    }

    /// Usable sites, ascending.
    pub(super) fn usable_sites(&self) -> Vec<SiteIndex> {
        (0..self.sites as SiteIndex).filter(|&s| self.usable(s)).collect()
    }

    /// Required sites, ascending, each once.
    pub(super) fn must(&self) -> Vec<SiteIndex> {
        let mut must = self.required.clone();
        must.sort_unstable();
        must.dedup();
        must
    }

    /// What can be decided by counting.
    pub(super) fn check(&self) -> Result<(), Infeasible> {
        let must = self.must();
        if let Some(&site) = must.iter().find(|&&s| s as usize >= self.sites || !self.usable(s)) {
            return Err(Infeasible::RequiredRuledOut { site });
        }
        if must.len() > self.choose {
            return Err(Infeasible::MinimaOverTarget { wanted: must.len(), left: self.choose });
        }
        let usable = self.usable_sites().len();
        if usable < self.choose {
            return Err(Infeasible::TooFewSites { wanted: self.choose, usable });
        }
        infeasible::check(&self.conditions())?;
        let reached = |row: &Vec<(SiteIndex, u64)>| row.iter().any(|(s, _)| self.usable(*s));
        match self.costs.iter().position(|row| !reached(row)) {
            Some(demand) => Err(Infeasible::Unreached { demand }),
            None => Ok(()),
        }
    }
}
