//! The assignment problem as the search for a p-median sees it: merged rows, usable sites, weighted costs.
//! A file of its own because bound and local search both read it.

use super::costs::Costs;
use super::infeasible::Infeasible;
use super::problem::{Choice, Problem};
use crate::travel::SiteIndex;
use std::collections::BTreeMap;

/// The largest total that is summed without fear of overflow.
const MOST: u128 = 1 << 60;

/// What demand of one and the same costs weighs together, and which it is.
#[derive(Default)]
struct Merged {
    weight: u128,
    demand: Vec<u32>,
}

/// Demand merged by its costs, in an order that does not depend on the order given.
#[derive(Debug)]
pub(super) struct Core {
    /// Usable sites, ascending; the numbers below count these.
    pub sites: Vec<SiteIndex>,
    /// Per row site and weight times cost, cheapest first, then the lower number.
    pub rows: Vec<Vec<(u32, u64)>>,
    /// Weight per row.
    pub weight: Vec<u64>,
    /// The demand points that a row is made of, ascending.
    pub demand: Vec<Vec<u32>>,
    /// Per site row and weight times cost.
    pub of_site: Vec<Vec<(u32, u64)>>,
    /// Sites to choose.
    pub choose: usize,
    /// Sites that must be chosen.
    pub required: Vec<u32>,
    /// Every objective is a multiple of this.
    pub divisor: u64,
    /// No objective is larger.
    pub most: u64,
    /// Conditions on sites as the caller numbers them; `None` when only number, required and forbidden sites matter.
    pub conditions: Option<Problem>,
    /// Per site the county rule it falls under, and per rule its least and most.
    pub county_of: Vec<Option<usize>>,
    pub counties: Vec<(usize, usize)>,
    /// Per site those too near it.
    pub too_near: Vec<Vec<u32>>,
}

impl Core {
    /// Lays a problem out whose conditions have been checked.
    pub fn new(costs: &Costs) -> Result<Self, Infeasible> {
        let sites = costs.usable_sites();
        let mut number = vec![u32::MAX; costs.sites];
        (0..).zip(&sites).for_each(|(n, &s)| number[s as usize] = n);
        let mut merged: BTreeMap<Vec<(u64, u32)>, Merged> = BTreeMap::new();
        for ((d, row), &weight) in (0..).zip(&costs.costs).zip(&costs.weights) {
            let usable = row.iter().map(|&(s, cost)| (cost, number[s as usize])).filter(|(_, n)| *n != u32::MAX);
            // Of demand without weight it only matters whom it reaches.
            let mut row: Vec<(u64, u32)> = usable.map(|(cost, n)| (if weight == 0 { 0 } else { cost }, n)).collect();
            if weight > 0 || row.len() < sites.len() {
                row.sort_unstable();
                let merged = merged.entry(row).or_default();
                merged.weight += u128::from(weight);
                merged.demand.push(d);
            }
        }
        let dearest = |(row, merged): (&Vec<(u64, u32)>, &Merged)| {
            let most = row.last().map_or(0, |(cost, _)| *cost);
            merged.weight.checked_mul(u128::from(most))
        };
        let total = merged.iter().map(dearest).try_fold(0u128, |sum, d| sum.checked_add(d?));
        let most = total.filter(|total| *total <= MOST).ok_or(Infeasible::TooLarge)? as u64;
        let (mut rows, mut weight, mut demand) = (Vec::new(), Vec::new(), Vec::new());
        let mut divisor = 0;
        for (row, Merged { weight: w, demand: of }) in merged {
            let w = u64::try_from(w).map_err(|_| Infeasible::TooLarge)?;
            let row: Vec<(u32, u64)> = row.into_iter().map(|(cost, n)| (n, cost * w)).collect();
            divisor = row.iter().fold(divisor, |d, (_, cost)| gcd(d, *cost));
            rows.push(row);
            weight.push(w);
            demand.push(of);
        }
        let mut of_site = vec![Vec::new(); sites.len()];
        for (r, row) in (0u32..).zip(&rows) {
            row.iter().for_each(|&(s, cost)| of_site[s as usize].push((r, cost)));
        }
        let required = costs.must().into_iter().map(|s| number[s as usize]).collect();
        let conditions = (!costs.plain()).then(|| costs.conditions());
        let limited = conditions.as_ref();
        let near = |&s: &SiteIndex| -> Vec<u32> {
            let near = limited.and_then(|c| c.too_near.get(s as usize)).into_iter().flatten();
            near.map(|&n| number[n as usize]).filter(|n| *n != u32::MAX).collect()
        };
        Ok(Self {
            county_of: sites.iter().map(|&s| limited.and_then(|c| c.county_of[s as usize])).collect(),
            counties: limited.map_or_else(Vec::new, |c| c.counties.iter().map(|r| (r.min, r.max)).collect()),
            too_near: sites.iter().map(near).collect(),
            conditions,
            sites,
            rows,
            weight,
            demand,
            of_site,
            choose: costs.choose,
            required,
            divisor: divisor.max(1),
            most,
        })
    }

    /// What a choice costs; `None` when a row reaches none of it.
    pub fn total(&self, chosen: &[u32]) -> Option<u64> {
        let mut open = vec![false; self.sites.len()];
        chosen.iter().for_each(|&s| open[s as usize] = true);
        self.rows.iter().map(|row| row.iter().find(|(s, _)| open[*s as usize]).map(|(_, cost)| *cost)).sum()
    }

    /// Whether a choice meets the conditions on sites.
    pub fn admits(&self, chosen: &[u32]) -> bool {
        let own = chosen.len() == self.choose && self.required.iter().all(|s| chosen.contains(s));
        own && self.conditions.as_ref().is_none_or(|conditions| conditions.admits(&self.names(chosen)))
    }

    /// What a choice needs to be completed to one that meets the conditions: as many sites of `order` as fit, in this order; `None`
    /// when that does not come out.
    pub fn completed(&self, order: impl Iterator<Item = u32>) -> Option<Vec<u32>> {
        let conditions = self.conditions.as_ref()?;
        let mut choice = Choice::of(conditions, &conditions.required);
        let mut chosen = self.required.clone();
        for s in order {
            let site = self.sites[s as usize];
            if chosen.len() < self.choose && choice.admits(site) && choice.leaves_room(site) {
                choice.add(site);
                chosen.push(s);
            }
        }
        self.admits(&chosen).then_some(chosen)
    }

    /// Whether every row reaches every site, so that every choice reaches all demand.
    pub fn complete(&self) -> bool {
        self.rows.iter().all(|row| row.len() == self.sites.len())
    }

    /// Sites as the caller numbers them, ascending.
    pub fn names(&self, chosen: &[u32]) -> Vec<SiteIndex> {
        let mut names: Vec<SiteIndex> = chosen.iter().map(|&s| self.sites[s as usize]).collect();
        names.sort_unstable();
        names
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
