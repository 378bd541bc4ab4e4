//! What would another standard say of the same plan, how even is it, and where could outreach go? A file of its own because
//! reports ask it of a finished outcome: nothing is sited again. Plans that travel by the circle are asked here; for the others the
//! run has already asked its roads or times, which reports do not have.

use super::Outcome;
use crate::coverage::{Demand, Relation};
use crate::measure::{self, Comparison, Covered, Equity, Nearest, Remedy, Share, evenness};
use crate::model::{Limit, Minutes, Place, PlaceKind, PlaceLayer, Plan, Position, Season, Shape, Status};
use crate::travel::{Circles, Standard, TravelModel};
use rayon::prelude::*;

/// Minutes that standards in minutes are varied to.
pub(super) const MINUTES: [f64; 3] = [10.0, 15.0, 20.0];

/// What differs from the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Variation {
    /// Every standard in minutes is this one; those in kilometres stay.
    Minutes(f64),
    /// The speeds of this season decide.
    Season(Season),
}

/// The same stations under another standard, by the plan's own travel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variant {
    /// What differs.
    pub variation: Variation,
    /// Residents covered by open stations.
    pub today: Share,
    /// Residents covered by all that exist or are proposed.
    pub proposed: Share,
}

/// What a report says beside the outcome itself.
#[derive(Debug, Clone)]
pub struct Review {
    /// How even the ways are.
    pub equity: Equity,
    /// Other standards.
    pub variants: Vec<Variant>,
    /// Parallel to `Outcome::gaps`: where people of a gap that only outreach helps are met - the nearest busy place, an index
    /// into `PlanFolder::places`; `None` for other gaps, and where the plan has no busy place.
    pub visits: Vec<Option<usize>>,
}

/// Reviews an outcome. Cost: five times the coverage of existing and proposed stations.
pub fn review(outcome: &Outcome) -> Review {
    Review { equity: equity(outcome), variants: variants(outcome), visits: visits(outcome) }
}

fn variants(outcome: &Outcome) -> Vec<Variant> {
    if let Some(comparison) = &outcome.comparison {
        return compared(outcome, comparison);
    }
    let plan = &outcome.folder.plan;
    let minutes = MINUTES.into_iter().map(Variation::Minutes);
    let seasons = [Season::Summer, Season::Winter].into_iter().map(Variation::Season);
    let any_minutes = plan.circles.iter().any(|c| matches!(c.limit, Limit::Minutes(_)));
    let asked = minutes.filter(|_| any_minutes).chain(seasons);
    asked.map(|variation| variant(outcome, variation)).collect()
}

/// What the run found out on the plan's own roads or times.
fn compared(outcome: &Outcome, comparison: &Comparison) -> Vec<Variant> {
    let told = |variation: Variation, covered: &Covered| {
        let total = measure::shares(&outcome.folder.places, &covered.today, &covered.proposed).total;
        Variant { variation, today: total.today, proposed: total.proposed }
    };
    let minutes = comparison.minutes.iter().map(|(minutes, covered)| told(Variation::Minutes(*minutes), covered));
    let seasons = [Season::Summer, Season::Winter].into_iter().zip(comparison.seasons.iter().flatten());
    minutes.chain(seasons.map(|(season, covered)| told(Variation::Season(season), covered))).collect()
}

/// Positions of stations that serve, or will: open ones first, and how many these are.
fn sites(outcome: &Outcome) -> (Vec<Position>, usize) {
    let stations = &outcome.folder.stations;
    let mut all: Vec<Position> = stations.iter().filter(|s| s.status == Status::Open).map(|s| s.position).collect();
    let open = all.len();
    all.extend(stations.iter().filter(|s| s.status.counts() && s.status != Status::Open).map(|s| s.position));
    all.extend(outcome.proposals.iter().map(|p| outcome.candidates[p.candidate].position));
    (all, open)
}

/// The plan with something else in it.
pub(super) fn varied(plan: &Plan, variation: Variation) -> Plan {
    let mut plan = plan.clone();
    match variation {
        Variation::Minutes(minutes) => {
            for circle in &mut plan.circles {
                if let Limit::Minutes(limit) = &mut circle.limit {
                    *limit = Minutes(minutes);
                }
            }
        }
        Variation::Season(season) => plan.travel.season = season,
    }
    plan
}

fn variant(outcome: &Outcome, variation: Variation) -> Variant {
    let standards = Standard::of_plan(&varied(&outcome.folder.plan, variation));
    let places = &outcome.folder.places;
    let demand = Demand::new(places, &standards);
    let (sites, open) = sites(outcome);
    let relation = Relation::new(&demand, &Circles::new(sites, &standards));
    let today = demand.shares_of_places(|i| relation.served(i, |s| (s as usize) < open));
    let proposed = demand.shares_of_places(|i| !relation.sites(i).is_empty());
    let total = measure::shares(places, &today, &proposed).total;
    Variant { variation, today: total.today, proposed: total.proposed }
}

fn equity(outcome: &Outcome) -> Equity {
    let places = &outcome.folder.places;
    let residents = |i: &usize| places[*i].layer == PlaceLayer::Residences;
    let ways = |nearest: &(dyn Fn(usize) -> Option<Minutes> + Sync)| {
        let way = |i: usize| (nearest(i).map(|m| m.0), places[i].people.0);
        let all: Vec<(Option<f64>, f64)> = (0..places.len()).into_par_iter().filter(residents).map(way).collect();
        let without = all.iter().filter(|(way, _)| way.is_none()).map(|(_, people)| people).sum::<f64>();
        (evenness(all.into_iter().filter_map(|(way, people)| Some((way?, people))).collect()), without)
    };
    let (today, without_today) = match &outcome.comparison {
        Some(comparison) => ways(&|i| minutes(comparison.nearest_today[i])),
        None => {
            let (sites, open) = sites(outcome);
            let travel = Circles::new(sites[..open].iter().copied(), &outcome.standards);
            ways(&|i| Some(travel.nearest(&outcome.evidence.demand.centres[i])?.1))
        }
    };
    let (proposed, without_proposed) = ways(&|i| minutes(outcome.cover[i].nearest));
    let worst = |a: &f64, b: &f64| a.total_cmp(b);
    let counties =
        outcome.shares.by_county.iter().filter_map(|(c, change)| Some((c.clone()?, change.proposed.share()?)));
    let groups = outcome.shares.by_group.iter().filter_map(|(g, change)| Some((g.clone(), change.proposed.share()?)));
    Equity {
        today,
        proposed,
        without_way: [without_today, without_proposed],
        worst_county: counties.min_by(|a, b| worst(&a.1, &b.1)),
        worst_group: groups.min_by(|a, b| worst(&a.1, &b.1)),
    }
}

fn minutes(nearest: Option<Nearest>) -> Option<Minutes> {
    nearest.map(|n| n.minutes)
}

/// Places where many people pass, and a position inside each: a visit there meets people of the villages around.
pub(super) fn busy(places: &[Place]) -> Vec<(usize, Position)> {
    let inside = |place: &Place| match &place.shape {
        Shape::Point(position) => Some(*position),
        Shape::Area(area) => {
            let inside = geo::InteriorPoint::interior_point(area.as_ref())?;
            Position::new(inside.x(), inside.y())
        }
    };
    let busy = places.iter().enumerate().filter(|(_, place)| place.kind == PlaceKind::Footfall);
    busy.filter_map(|(i, place)| Some((i, inside(place)?))).collect()
}

/// The nearest busy place of every gap that only outreach helps: by the plan's own travel where that knows, else by the straight
/// line.
fn visits(outcome: &Outcome) -> Vec<Option<usize>> {
    let helped = |gap: &measure::Gap| gap.remedy == Remedy::Outreach;
    if let Some(nearest) = outcome.comparison.as_ref().map(|c| &c.nearest_busy).filter(|nearest| !nearest.is_empty()) {
        return outcome.gaps.iter().map(|gap| nearest[gap.place].filter(|_| helped(gap))).collect();
    }
    let busy = busy(&outcome.folder.places);
    let travel = Circles::new(busy.iter().map(|(_, p)| *p), &outcome.standards);
    let visit = |gap: &measure::Gap| {
        let centre = outcome.evidence.demand.centres.get(gap.place).filter(|_| helped(gap))?;
        travel.nearest(centre).map(|(s, _)| busy[s as usize].0)
    };
    outcome.gaps.par_iter().map(visit).collect()
}
