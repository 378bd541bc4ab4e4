//! From a plan to a siting problem: weights, rows, side conditions. A file of its own because everything a planner can
//! write under `[weights]` and `[limits]` turns into numbers here and nowhere else.

use super::infeasible::Infeasible;
use super::problem::{CountyRule, Problem, Rows};
use crate::coverage::{Demand, Relation, merge};
use crate::model::{Candidate, Metres, Place, PlaceLayer, Plan, Position, Station, Weights};
use crate::travel::{SiteIndex, closer_than};

/// The limit that rules a candidate out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitKind {
    /// It is in `forbidden`.
    Forbidden,
    /// Its county has its most.
    CountyMax,
    /// It stands too near another station.
    Spacing,
    /// It does not fit the budget.
    Budget,
}

/// What a problem is set up from.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Places, in the order of `demand`.
    pub places: &'a [Place],
    /// Stations that count towards the target.
    pub existing: &'a [&'a Station],
    /// Candidates, in the order of `relation`'s sites.
    pub candidates: &'a [Candidate],
    /// Demand points.
    pub demand: &'a Demand,
    /// Per demand point whether an existing station covers it.
    pub covered: &'a [bool],
    /// Which candidates cover which demand points.
    pub relation: &'a Relation,
    /// Which existing stations cover which demand points.
    pub stations: &'a Relation,
    /// Rings beyond the standard, one per entry of `objective.fade`.
    pub rings: &'a [Ring],
}

/// Coverage beyond the standard.
#[derive(Debug, Clone)]
pub struct Ring {
    /// Which candidates reach which demand points that far.
    pub relation: Relation,
    /// Per demand point whether an existing station does.
    pub covered: Vec<bool>,
}

/// What a county has and could have, in units of residents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// County.
    pub county: String,
    /// Residents whom existing stations cover.
    pub covered: u64,
    /// Residents.
    pub total: u64,
}

impl Amount {
    /// What new stations must cover for a share of all residents.
    pub fn least(&self, share: f64) -> u64 {
        // A product that is whole but for the last bits is meant to be whole.
        ((share * self.total as f64 * (1.0 - 1e-12)).ceil() as u64).saturating_sub(self.covered)
    }
}

/// A problem, and what is needed to speak of it in people again.
#[derive(Debug, Clone)]
pub struct Question {
    /// The problem for the final phase.
    pub problem: Problem,
    /// Integer weight units per weighted person.
    pub scale: f64,
    /// Weight of all demand, also of what no site could cover.
    pub total: u64,
    /// Why a candidate is out from the start, by candidate.
    pub excluded: Vec<Option<LimitKind>>,
    /// Per least amount of the problem, whose it is; empty unless the plan speaks of counties.
    pub amounts: Vec<Amount>,
}

/// Weight of a whole place: `(layer weight * people + sum of group weight * count) * factor of its kind`.
pub fn weight_of_place(place: &Place, weights: &Weights) -> f64 {
    let layer = match place.layer {
        PlaceLayer::Residences => weights.residences,
        PlaceLayer::Clusters => weights.clusters,
    };
    let groups: f64 =
        place.groups.iter().map(|(g, n)| weights.groups.get(g.as_ref()).copied().unwrap_or(0.0) * n).sum();
    (layer * place.people.0 + groups) * weights.kinds.get(place.kind.name()).copied().unwrap_or(1.0)
}

impl Setup<'_> {
    /// Sets the problem up.
    ///
    /// # Errors
    /// When an existing station already breaks a county maximum.
    pub fn question(&self) -> Result<Question, Infeasible> {
        let (scale, weights) = self.weights();
        let (mut base, mut preference) = (0, vec![0u64; self.candidates.len()]);
        for (i, &weight) in weights.iter().enumerate() {
            if self.covered[i] {
                base += weight;
            }
            for &s in self.relation.sites(i) {
                preference[s as usize] += weight;
            }
        }
        let conditions = Problem { preference, ..self.conditions()? };
        let (excluded, total) = (self.excluded(), weights.iter().sum());
        let fade = &self.plan.objective.fade;
        // What is counted within the first ring is not counted again inside the standard.
        let inside = 1.0 - fade.first().map_or(0.0, |ring| ring.part);
        let inner: Vec<u64> =
            weights.iter().map(|&w| if fade.is_empty() { w } else { (w as f64 * inside).round() as u64 }).collect();
        if self.asks_more() {
            let (problem, amounts) = self.served(&weights, &inner, scale, conditions);
            return Ok(Question { problem, scale, total, excluded, amounts });
        }
        let open = (0..weights.len()).filter(|&i| !self.covered[i]);
        let rows = open.map(|i| (self.relation.sites(i), inner[i]));
        let (rings, ring_base) = self.rings(&weights);
        let rows = merge(rows.chain(rings.iter().map(|row| (&row.sites[..], row.first))));
        let base = if fade.is_empty() {
            base
        } else {
            ring_base + (0..weights.len()).filter(|&i| self.covered[i]).map(|i| inner[i]).sum::<u64>()
        };
        let problem = Problem { demand: Rows::new(self.candidates.len(), rows), base, ..conditions };
        Ok(Question { problem, scale, total, excluded, amounts: Vec::new() })
    }

    /// The problem without its demand: what must hold, whatever is covered.
    pub(super) fn conditions(&self) -> Result<Problem, Infeasible> {
        let (counties, county_of) = self.counties()?;
        let limits = &self.plan.limits;
        let positions: Vec<Position> = self.candidates.iter().map(|c| c.position).collect();
        Ok(Problem {
            sites: self.candidates.len(),
            choose: self.plan.target.saturating_sub(self.existing.len()),
            required: self.indices(&limits.required),
            forbidden: self.excluded().iter().map(Option::is_some).collect(),
            counties,
            county_of,
            too_near: limits.spacing.map(|s| closer_than(&positions, s)).unwrap_or_default(),
            budget: limits.budget.map(|most| {
                let cost = self.candidates.iter().map(|c| cents(c.cost.unwrap_or(0.0), f64::ceil)).collect();
                (cost, cents(most, f64::floor))
            }),
            preference: vec![0; self.candidates.len()],
            ..Problem::default()
        })
    }

    /// Integer weight per demand point. A weighted person is a million units, fewer when sums would leave the range in
    /// which floating point counts exactly.
    fn weights(&self) -> (f64, Vec<u64>) {
        let places: Vec<f64> = self.places.iter().map(|p| weight_of_place(p, &self.plan.weights)).collect();
        let total: f64 = places.iter().sum();
        let mut scale = 1e6;
        while total * scale > 4e15 {
            scale /= 10.0;
        }
        let unit = |p: &crate::coverage::DemandPoint| (places[p.place] * p.share * scale).round() as u64;
        (scale, self.demand.points.iter().map(unit).collect())
    }

    fn indices(&self, ids: &[String]) -> Vec<SiteIndex> {
        (0..).zip(self.candidates).filter(|(_, c)| ids.contains(&c.id)).map(|(i, _)| i).collect()
    }

    fn excluded(&self) -> Vec<Option<LimitKind>> {
        let limits = &self.plan.limits;
        let stations: Vec<Position> = self.existing.iter().map(|s| s.position).collect();
        let too_near =
            |c: &Candidate, spacing: Metres| stations.iter().any(|s| crate::travel::geodesic(c.position, *s) < spacing);
        let why = |c: &Candidate| {
            if limits.forbidden.contains(&c.id) {
                Some(LimitKind::Forbidden)
            } else if limits.spacing.is_some_and(|s| too_near(c, s)) {
                Some(LimitKind::Spacing)
            } else {
                None
            }
        };
        self.candidates.iter().map(why).collect()
    }

    /// County rules on new stations: what existing ones already fulfil or use up is taken off.
    fn counties(&self) -> Result<(Vec<CountyRule>, Vec<Option<usize>>), Infeasible> {
        let mut rules = Vec::new();
        for (county, limit) in &self.plan.limits.counties {
            let has = self.existing.iter().filter(|s| s.county.as_deref() == Some(county)).count();
            if let Some(max) = limit.max.filter(|max| has > *max) {
                return Err(Infeasible::CountyOver { county: county.clone(), has, max });
            }
            rules.push(CountyRule {
                county: county.clone(),
                min: limit.min.saturating_sub(has),
                max: limit.max.map_or(usize::MAX, |max| max - has),
            });
        }
        let rule = |c: &Candidate| rules.iter().position(|r| c.county.as_deref() == Some(&r.county));
        let of = self.candidates.iter().map(rule).collect();
        Ok((rules, of))
    }
}

/// Money in hundredths. Costs are rounded up and budgets down, so that rounding never overspends.
fn cents(money: f64, round: fn(f64) -> f64) -> u64 {
    // A whole number of hundredths, give or take the last bits of a double, is that number.
    let hundredths = money * 100.0;
    let near = hundredths.round();
    (if (hundredths - near).abs() < 1e-6 * near.max(1.0) { near } else { round(hundredths) }) as u64
}
