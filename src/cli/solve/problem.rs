//! From tables and flags to a siting problem: ids to indices, weights to integers, reach to rows. A file of its own because
//! the same sites and conditions stand in every model.

use super::{Ask, Cover, Limits, Metric, Serve};
use crate::cli::Failure;
use crate::coverage::{MergedRow, Points, Reach, merge, merged_rows};
use crate::model::{Lang, Metres, Position};
use crate::read::{Ids, Tables};
use crate::siting::{Capacity, CountyRule, Infeasible, Problem, Rows, Service, ServiceRow};
use crate::travel::{SiteIndex, closer_than};

/// Sums of weights stay below this, so that floating point counts them exactly as well.
const MOST_TOTAL: f64 = 4e15;
/// Parts of a weight are counted in at most this many.
const MOST_PARTS: f64 = 1e4;

/// The sites and what was said about them.
pub(super) struct Sites<'a> {
    pub(super) ids: &'a Ids,
    pub(super) open: Vec<SiteIndex>,
    pub(super) forbidden: Vec<bool>,
}

/// A covering problem, and what is needed to speak of it in the weights of the file.
pub(super) struct Covering {
    pub(super) problem: Problem,
    /// Integer units of the objective per unit of weight.
    pub(super) scale: f64,
    /// All demand, in units of weight.
    total: u64,
    /// Integer units of a row's weight per unit of weight, before reaches are counted in parts.
    pub(super) weight_scale: f64,
    /// What each reach adds, the shortest first: `[1]` without fading.
    pub(super) parts: Vec<u64>,
    /// Rows of the first reach, where the objective counts more than them.
    within: Option<Vec<MergedRow>>,
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
    ///
    /// # Errors
    /// When reaches do not grow while their parts shrink.
    pub(super) fn covering(
        &self,
        ask: &Ask,
        cover: &Cover,
        serve: Option<&Serve>,
        tables: &Tables,
    ) -> Result<Covering, Failure> {
        let counted_in_parts = serve.is_some_and(|s| !s.fade.is_empty() || s.backup.is_some());
        let most = if counted_in_parts { MOST_TOTAL / MOST_PARTS } else { MOST_TOTAL };
        let (weight_scale, weights) = units_up_to(&tables.demand.weight, most);
        let sites = &tables.sites;
        let within = |reach: f64, weights: &[u64]| match &tables.times {
            Some(times) => by_times(&times.pairs, weights, reach),
            None => {
                let demand = Points { x: &tables.demand.x, y: &tables.demand.y, weight: weights };
                let reach = match ask.metric {
                    Metric::Planar => Reach::Planar(reach),
                    Metric::Geodesic => Reach::Geodesic(Metres(reach)),
                };
                merged_rows(demand, (&sites.x, &sites.y), reach)
            }
        };
        let mut rows = within(cover.within, &weights);
        let total: u64 = weights.iter().sum();
        let mut preference = vec![0; self.ids.len()];
        for row in &rows {
            row.sites.iter().for_each(|&s| preference[s as usize] += row.weight);
        }
        let fade = serve.map_or(&[][..], |s| &s.fade);
        let parts = parts(cover.within, fade)?;
        let mut first = None;
        let mut scale = weight_scale * parts.iter().sum::<u64>() as f64;
        if !fade.is_empty() {
            first = Some(rows.clone());
            let far: Vec<Vec<MergedRow>> = fade.iter().map(|(reach, _)| within(*reach, &weights)).collect();
            let all = std::iter::once(&rows).chain(&far).zip(&parts);
            rows = merge(all.flat_map(|(rows, part)| rows.iter().map(move |row| (&row.sites[..], row.weight * part))));
        }
        let service = serve.and_then(|serve| self.service(serve, &rows, weight_scale, &sites.capacity));
        if let Some((service, factor)) = &service {
            scale *= *factor as f64;
            first = Some(rows);
            let plain =
                service.rows.iter().map(|row| MergedRow { sites: row.sites.clone(), weight: row.first + row.second });
            rows = plain.collect();
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
            too_near: self.spaced(ask.metric, &cover.limits, tables),
            budget: self.budget(&cover.limits, tables),
            preference,
            service: service.map(|(service, _)| service.into()),
        };
        Ok(Covering { problem, scale, total, weight_scale, parts, within: first })
    }

    /// Rows with room or a second station, where either is asked for, and how many units of the objective a unit of weight is.
    fn service(
        &self,
        serve: &Serve,
        rows: &[MergedRow],
        scale: f64,
        capacity: &[Option<f64>],
    ) -> Option<(Service, u64)> {
        let second = serve.backup.unwrap_or(0.0);
        if second == 0.0 && !serve.capacity {
            return None;
        }
        let factor = whole_parts(&[second]);
        let part = (second * factor).round() as u64;
        let factor = factor as u64;
        let row = |row: &MergedRow| ServiceRow {
            sites: row.sites.clone(),
            first: row.weight * factor,
            second: row.weight * part,
            people: if serve.capacity { row.weight } else { 0 },
            standing: Vec::new(),
        };
        let mut service = Service::new(self.ids.len(), 0, rows.iter().map(row).collect());
        let room = |of: &Option<f64>| of.map(|people| (people * scale * (1.0 + 1e-12)).floor() as u64);
        service.capacity =
            serve.capacity.then(|| Capacity { of_site: capacity.iter().map(room).collect(), standing: Vec::new() });
        Some((service, factor))
    }

    /// What sites cost and the most they may cost together, where a budget is given.
    pub(super) fn budget(&self, limits: &Limits, tables: &Tables) -> Option<(Vec<u64>, u64)> {
        limits.budget.map(|budget| (self.costs(&tables.sites.cost), cents(budget, f64::floor)))
    }

    /// Per site those that stand too near, where a spacing is given.
    pub(super) fn spaced(&self, metric: Metric, limits: &Limits, tables: &Tables) -> Vec<Vec<SiteIndex>> {
        limits.spacing.map(|spacing| self.too_near(metric, tables, spacing)).unwrap_or_default()
    }

    /// County limits, and per site the one it falls under.
    pub(super) fn counties(&self, tables: &Tables) -> (Vec<CountyRule>, Vec<Option<usize>>) {
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
    /// Weight within reach of a choice.
    pub(super) fn reached(&self, chosen: &[SiteIndex]) -> f64 {
        let rows = self.within.as_deref().unwrap_or_else(|| self.problem.rows());
        let near = |row: &&MergedRow| row.sites.iter().any(|s| chosen.binary_search(s).is_ok());
        rows.iter().filter(near).map(|row| row.weight).sum::<u64>() as f64 / self.weight_scale
    }

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
    units_up_to(weights, MOST_TOTAL)
}

/// The same with sums of at most `most` units.
fn units_up_to(weights: &[f64], most: f64) -> (f64, Vec<u64>) {
    let total: f64 = weights.iter().sum();
    let whole =
        |scale: f64| weights.iter().all(|w| (w * scale - (w * scale).round()).abs() <= 1e-9 * (w * scale).max(1e-9));
    let fits = |scale: &f64| total * scale <= most;
    let powers = || (0..=15).map(|n| 10f64.powi(n));
    let scale = powers().take_while(fits).find(|&s| whole(s)).or_else(|| powers().take_while(fits).last());
    // Beyond that range whole weights are rounded as well.
    let scale = scale.unwrap_or_else(|| (1..).map(|n| 10f64.powi(-n)).find(fits).unwrap_or(0.0));
    (scale, weights.iter().map(|w| (w * scale).round() as u64).collect())
}

/// What each reach adds, in whole parts: the share of `--fade` less that of the next reach.
fn parts(within: f64, fade: &[(f64, f64)]) -> Result<Vec<u64>, Failure> {
    let all: Vec<(f64, f64)> = std::iter::once((within, 1.0)).chain(fade.iter().copied()).collect();
    if all.windows(2).any(|w| w[1].0 <= w[0].0 || w[1].1 >= w[0].1) {
        return Err(Failure::Usage {
            zh: "--fade：每个距离应比前一个（首先是 --within）更远，份额更小，例如 --within 900 --fade 1800:0.5,3600:0.2。".to_owned(),
            en: "--fade: each reach must be farther than the one before (first --within) and count less, such as --within 900 --fade 1800:0.5,3600:0.2.".to_owned(),
        });
    }
    let shares: Vec<f64> = all.iter().map(|(_, share)| *share).chain([0.0]).collect();
    let scale = whole_parts(&shares);
    let steps: Vec<u64> = shares.iter().map(|s| (s * scale).round() as u64).collect();
    Ok(steps.windows(2).map(|w| w[0].saturating_sub(w[1])).collect())
}

/// The power of ten, up to ten thousand, that makes shares whole, or ten thousand.
fn whole_parts(shares: &[f64]) -> f64 {
    let whole = |scale: &f64| shares.iter().all(|s| (s * scale - (s * scale).round()).abs() < 1e-9);
    (0..=4).map(|n| 10f64.powi(n)).find(whole).unwrap_or(MOST_PARTS)
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
