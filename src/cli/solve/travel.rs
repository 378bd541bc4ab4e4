//! From tables to what everybody's way to every site costs, in integers, for p-median and p-center. A file of its own
//! because covering never looks at how far, only at whether.

use super::answer::Size;
use super::problem::{Sites, units};
use super::{Ask, Assign, Metric};
use crate::model::{Lang, Position};
use crate::read::Tables;
use crate::siting::{Costs, Infeasible};
use crate::travel::{SiteIndex, geodesic};
use rayon::prelude::*;

/// Weighted sums stay below this.
const MOST_SUM: f64 = 1e18;
/// Units per unit of travel at most.
const FINEST: i32 = 6;

/// Travel costs, and what is needed to speak of them in the units of the file.
pub(super) struct Travel {
    pub(super) costs: Costs,
    /// Integer units per unit of travel, and per unit of weight.
    pub(super) scale: f64,
    pub(super) weight_scale: f64,
}

impl Sites<'_> {
    /// The costs that the tables state; a pair beyond `--within` or absent from `--times` is out of reach.
    pub(super) fn travel(&self, ask: &Ask, assign: &Assign, tables: &Tables) -> Travel {
        let (weight_scale, weights) = units(&tables.demand.weight);
        let within = assign.within.unwrap_or(f64::INFINITY);
        let mut rows: Vec<Vec<(SiteIndex, f64)>> = match &tables.times {
            Some(times) => {
                let mut rows = vec![Vec::new(); tables.demand.ids.len()];
                times.pairs.iter().for_each(|&(demand, site, cost)| rows[demand as usize].push((site, cost)));
                rows
            }
            None => lengths(ask.metric, tables),
        };
        rows.par_iter_mut().for_each(|row| row.retain(|pair| pair.1 <= within));
        let pairs = || rows.iter().flatten().map(|pair| pair.1);
        let longest = pairs().fold(0.0, f64::max);
        let total = weights.iter().map(|&w| w as f64).sum::<f64>().max(1.0);
        let whole = pairs().all(|cost| cost.fract() == 0.0);
        let finest = if whole { 0 } else { FINEST };
        let scale = (0..).map(|n| 10f64.powi(finest - n)).find(|scale| total * longest * scale <= MOST_SUM);
        let scale = scale.unwrap_or(1.0);
        let unit = |(site, cost): (SiteIndex, f64)| (site, (cost * scale).round() as u64);
        let costs = rows.into_iter().map(|row| row.into_iter().map(unit).collect()).collect();
        let (counties, county_of) = self.counties(tables);
        let costs = Costs {
            counties,
            county_of,
            too_near: self.spaced(ask.metric, &assign.limits, tables),
            budget: self.budget(&assign.limits, tables),
            sites: self.ids.len(),
            weights,
            costs,
            choose: assign.stations as usize,
            required: self.open.clone(),
            forbidden: self.forbidden.clone(),
        };
        Travel { costs, scale, weight_scale }
    }
}

/// The length of every pair.
fn lengths(metric: Metric, tables: &Tables) -> Vec<Vec<(SiteIndex, f64)>> {
    let (demand, sites) = (&tables.demand, &tables.sites);
    let position = |x: f64, y: f64| Position::new(x, y).expect("the reader checked degrees");
    let length = |d: usize, s: usize| match metric {
        Metric::Planar => (demand.x[d] - sites.x[s]).hypot(demand.y[d] - sites.y[s]),
        Metric::Geodesic => geodesic(position(demand.x[d], demand.y[d]), position(sites.x[s], sites.y[s])).0,
    };
    let row = |d: usize| (0..sites.ids.len()).map(|s| (s as SiteIndex, length(d, s))).collect();
    (0..demand.ids.len()).into_par_iter().map(row).collect()
}

impl Travel {
    /// A conflict in Chinese and English, demand by id.
    pub(super) fn words(&self, why: &Infeasible, sites: &Sites<'_>, tables: &Tables) -> [String; 2] {
        match why {
            Infeasible::Unreached { demand } => {
                let id = tables.demand.ids.name(*demand);
                [
                    format!("需求点 {id} 到不了任何可用的候选点；请增加候选点或放宽可达范围。"),
                    format!("demand point {id} reaches no site that may be used; add sites or extend the reach."),
                ]
            }
            other => [Lang::Zh, Lang::En].map(|lang| other.say(lang, |s| sites.id(s))),
        }
    }

    /// Nothing is merged here: a row per demand point, a column per site that may be used.
    pub(super) fn size(&self, tables: &Tables) -> Size {
        Size {
            demand: tables.demand.ids.len(),
            sites: tables.sites.ids.len(),
            rows: tables.demand.ids.len(),
            columns: self.costs.forbidden.iter().filter(|f| !**f).count(),
        }
    }
}
