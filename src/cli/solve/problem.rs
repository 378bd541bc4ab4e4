//! From tables and flags to a siting problem: ids to indices, weights to integers, reach to rows. A file of its own because
//! the same sites and conditions stand in every model.

use super::{Ask, Cover, Metric};
use crate::cli::Failure;
use crate::coverage::{MergedRow, Points, Reach, merge, merged_rows};
use crate::model::{Lang, Metres, Position};
use crate::read::{Ids, Tables};
use crate::siting::{CountyRule, Infeasible, Problem, Rows};
use crate::travel::{SiteIndex, closer_than};

/// Sums of weights stay below this, so that floating point counts them exactly as well.
const MOST_TOTAL: f64 = 4e15;

/// The sites and what was said about them.
pub(super) struct Sites<'a> {
    pub(super) ids: &'a Ids,
    pub(super) open: Vec<SiteIndex>,
    pub(super) forbidden: Vec<bool>,
}

/// A covering problem, and what is needed to speak of it in the weights of the file.
pub(super) struct Covering {
    pub(super) problem: Problem,
    /// Integer units per unit of weight.
    pub(super) scale: f64,
    /// All demand, in units.
    total: u64,
}

impl<'a> Sites<'a> {
    /// Finds the ids of the command line.
    pub(super) fn new(ask: &Ask, tables: &'a Tables) -> Result<Self, Failure> {
        let ids = &tables.sites.ids;
        let wanted = |id: &&String| !id.trim().is_empty();
        let unknown: Vec<&str> = ask
            .open
            .iter()
            .chain(&ask.forbid)
            .filter(wanted)
            .filter(|id| ids.find(id.trim()).is_none())
            .map(String::as_str)
            .collect();
        if !unknown.is_empty() {
            let (names, file) = (unknown.join(", "), ask.sites.display());
            return Err(Failure::Usage {
                zh: format!("--open 或 --forbid：{file} 里没有这些编号：{names}。请改正编号。"),
                en: format!("--open or --forbid: {file} has no such id: {names}. Correct it."),
            });
        }
        let find = |of: &[String]| {
            let mut found: Vec<SiteIndex> = of.iter().filter_map(|id| ids.find(id.trim())).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let (open, forbid) = (find(&ask.open), find(&ask.forbid));
        let both: Vec<&str> = open.iter().filter(|s| forbid.contains(s)).map(|&s| ids.name(s as usize)).collect();
        if !both.is_empty() {
            let names = both.join(", ");
            return Err(Failure::Usage {
                zh: format!("同一编号既在 --open 又在 --forbid：{names}。请从其中一个里删去。"),
                en: format!("in both --open and --forbid: {names}. Remove it from one of them."),
            });
        }
        let mut forbidden = vec![false; ids.len()];
        forbid.iter().for_each(|&s| forbidden[s as usize] = true);
        Ok(Self { ids, open, forbidden })
    }

    /// The id of a site.
    pub(super) fn id(&self, site: SiteIndex) -> String {
        self.ids.name(site as usize).to_owned()
    }

    /// The covering problem that the tables and the conditions state; the number of stations is the caller's.
    pub(super) fn covering(&self, ask: &Ask, cover: &Cover, tables: &Tables) -> Covering {
        let (scale, weights) = units(&tables.demand.weight);
        let sites = &tables.sites;
        let rows = match &tables.times {
            Some(times) => by_times(&times.pairs, &weights, cover.within),
            None => {
                let demand = Points { x: &tables.demand.x, y: &tables.demand.y, weight: &weights };
                let reach = match ask.metric {
                    Metric::Planar => Reach::Planar(cover.within),
                    Metric::Geodesic => Reach::Geodesic(Metres(cover.within)),
                };
                merged_rows(demand, (&sites.x, &sites.y), reach)
            }
        };
        let mut preference = vec![0; self.ids.len()];
        for row in &rows {
            row.sites.iter().for_each(|&s| preference[s as usize] += row.weight);
        }
        let (counties, county_of) = self.counties(tables);
        let problem = Problem {
            sites: self.ids.len(),
            demand: Rows::new(self.ids.len(), rows),
            base: 0,
            choose: 0,
            required: self.open.clone(),
            forbidden: self.forbidden.clone(),
            counties,
            county_of,
            too_near: cover.spacing.map(|spacing| self.too_near(ask.metric, tables, spacing)).unwrap_or_default(),
            budget: cover.budget.map(|budget| (self.costs(&sites.cost), cents(budget, f64::floor))),
            preference,
            ..Problem::default()
        };
        Covering { problem, scale, total: weights.iter().sum() }
    }

    fn counties(&self, tables: &Tables) -> (Vec<CountyRule>, Vec<Option<usize>>) {
        let limits = &tables.counties.limits;
        let rules = limits.iter().map(|(county, min, max)| CountyRule {
            county: county.clone(),
            min: *min,
            max: max.unwrap_or(usize::MAX),
        });
        let of = |county: &Option<String>| {
            let county = county.as_ref()?;
            limits.binary_search_by(|limit| limit.0.cmp(county)).ok()
        };
        (rules.collect(), tables.sites.county.iter().map(of).collect())
    }

    /// Costs in hundredths, rounded up; a station that exists costs nothing.
    fn costs(&self, cost: &[f64]) -> Vec<u64> {
        let mut costs: Vec<u64> = cost.iter().map(|&c| cents(c, f64::ceil)).collect();
        self.open.iter().for_each(|&s| costs[s as usize] = 0);
        costs
    }

    /// Per site the sites nearer than `spacing`; two that exist already are left in peace.
    fn too_near(&self, metric: Metric, tables: &Tables, spacing: f64) -> Vec<Vec<SiteIndex>> {
        let (x, y) = (&tables.sites.x, &tables.sites.y);
        let mut near = match metric {
            Metric::Planar => nearer(x, y, spacing),
            Metric::Geodesic => {
                let position = |(&x, &y)| Position::new(x, y).expect("the reader checked degrees");
                let positions: Vec<Position> = x.iter().zip(y).map(position).collect();
                closer_than(&positions, Metres(spacing))
            }
        };
        for &site in &self.open {
            near[site as usize].retain(|s| self.open.binary_search(s).is_err());
        }
        near
    }
}

impl Covering {
    /// Units as weight of the file.
    pub(super) fn weight(&self, units: u64) -> f64 {
        units as f64 / self.scale
    }

    /// Units that the sites which may be used cover together.
    pub(super) fn coverable(&self) -> u64 {
        let usable = |row: &&MergedRow| row.sites.iter().any(|&s| !self.problem.forbidden[s as usize]);
        self.problem.rows().iter().filter(usable).map(|row| row.weight).sum()
    }

    /// The least number of units that is a share of all demand.
    pub(super) fn share(&self, share: f64) -> u64 {
        // 0.9 is a little more than nine tenths: a product that is whole but for the last bits is meant to be whole.
        (share * self.total as f64 * (1.0 - 1e-12)).ceil() as u64
    }

    /// A conflict in Chinese and English, weights as the file has them.
    pub(super) fn words(&self, why: &Infeasible, sites: &Sites<'_>) -> [String; 2] {
        match why {
            Infeasible::LeastOverCoverable { least, coverable } => {
                let (least, coverable) = (self.weight(*least), self.weight(*coverable));
                [
                    format!("要求覆盖 {least}，但可用的候选点合计只能覆盖 {coverable}；请降低要求或增加候选点。"),
                    format!(
                        "{least} is to be covered but the sites that may be used cover only {coverable} together; ask for less or add sites."
                    ),
                ]
            }
            other => [Lang::Zh, Lang::En].map(|lang| other.say(lang, |s| sites.id(s))),
        }
    }
}

/// Weights as integers, and how many units one is: 1 where all are whole, else the power of ten that makes them so, else
/// as fine as sums allow.
pub(super) fn units(weights: &[f64]) -> (f64, Vec<u64>) {
    let total: f64 = weights.iter().sum();
    let whole =
        |scale: f64| weights.iter().all(|w| (w * scale - (w * scale).round()).abs() <= 1e-9 * (w * scale).max(1e-9));
    let fits = |scale: &f64| total * scale <= MOST_TOTAL;
    let powers = || (0..=15).map(|n| 10f64.powi(n));
    let scale = powers().take_while(fits).find(|&s| whole(s)).or_else(|| powers().take_while(fits).last());
    // Beyond that range whole weights are rounded as well.
    let scale = scale.unwrap_or_else(|| (1..).map(|n| 10f64.powi(-n)).find(fits).unwrap_or(0.0));
    (scale, weights.iter().map(|w| (w * scale).round() as u64).collect())
}

/// Merged rows of given pairs, which come by demand and then by site.
fn by_times(pairs: &[(u32, u32, f64)], weights: &[u64], within: f64) -> Vec<MergedRow> {
    let reached = pairs.iter().filter(|p| p.2 <= within);
    let (mut sites, mut ends): (Vec<SiteIndex>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    for &(demand, site, _) in reached {
        sites.push(site);
        match ends.last_mut() {
            Some(end) if end.0 == demand => end.1 = sites.len(),
            _ => ends.push((demand, sites.len())),
        }
    }
    let starts = std::iter::once(0).chain(ends.iter().map(|e| e.1));
    merge(starts.zip(&ends).map(|(start, &(demand, end))| (&sites[start..end], weights[demand as usize])))
}

/// Per point of a plane the others less than `spacing` away, ascending.
fn nearer(x: &[f64], y: &[f64], spacing: f64) -> Vec<Vec<SiteIndex>> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_unstable_by(|&a, &b| x[a].total_cmp(&x[b]));
    let mut near = vec![Vec::new(); x.len()];
    for (at, &a) in order.iter().enumerate() {
        for &b in order[at + 1..].iter().take_while(|&&b| x[b] - x[a] < spacing) {
            let (dx, dy) = (x[a] - x[b], y[a] - y[b]);
            if dx * dx + dy * dy < spacing * spacing {
                near[a].push(b as SiteIndex);
                near[b].push(a as SiteIndex);
            }
        }
    }
    near.iter_mut().for_each(|n| n.sort_unstable());
    near
}

/// Money in hundredths; a whole number of them, give or take the last bits of a double, is that number.
fn cents(money: f64, round: fn(f64) -> f64) -> u64 {
    let hundredths = money * 100.0;
    let near = hundredths.round();
    (if (hundredths - near).abs() < 1e-6 { near } else { round(hundredths) }) as u64
}
