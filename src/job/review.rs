//! What would another standard say of the same plan, how even is it, and where could outreach go? A file of its own because
//! reports ask it of a finished outcome: nothing is sited again.

use super::Outcome;
use crate::coverage::{Demand, Relation};
use crate::measure::{self, Equity, Remedy, Share, evenness};
use crate::model::{Limit, Minutes, PlaceKind, PlaceLayer, Plan, Position, Season, Shape, Status};
use crate::travel::{Circles, Standard, TravelModel};
use rayon::prelude::*;

/// Minutes that standards in minutes are varied to.
const MINUTES: [f64; 3] = [10.0, 15.0, 20.0];

/// What differs from the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Variation {
    /// Every standard in minutes is this one; those in kilometres stay.
    Minutes(f64),
    /// The speeds of this season decide.
    Season(Season),
}

/// The same stations under another standard, by straight-line circles.
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
    let plan = &outcome.folder.plan;
    let minutes = MINUTES.into_iter().map(Variation::Minutes);
    let seasons = [Season::Summer, Season::Winter].into_iter().map(Variation::Season);
    let any_minutes = plan.circles.iter().any(|c| matches!(c.limit, Limit::Minutes(_)));
    let asked = minutes.filter(|_| any_minutes).chain(seasons);
    Review {
        equity: equity(outcome),
        variants: asked.map(|variation| variant(outcome, variation)).collect(),
        visits: visits(outcome),
    }
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

fn varied(plan: &Plan, variation: Variation) -> Plan {
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
    let (sites, open) = sites(outcome);
    let ways = |sites: &[Position]| {
        let travel = Circles::new(sites.iter().copied(), &outcome.standards);
        let places = outcome.folder.places.par_iter().zip(&outcome.evidence.demand.centres);
        let residents = places.filter(|(place, _)| place.layer == PlaceLayer::Residences);
        evenness(residents.filter_map(|(place, centre)| Some((travel.nearest(centre)?.1.0, place.people.0))).collect())
    };
    let worst = |a: &f64, b: &f64| a.total_cmp(b);
    let counties =
        outcome.shares.by_county.iter().filter_map(|(c, change)| Some((c.clone()?, change.proposed.share()?)));
    let groups = outcome.shares.by_group.iter().filter_map(|(g, change)| Some((g.clone(), change.proposed.share()?)));
    Equity {
        today: ways(&sites[..open]),
        proposed: ways(&sites),
        worst_county: counties.min_by(|a, b| worst(&a.1, &b.1)),
        worst_group: groups.min_by(|a, b| worst(&a.1, &b.1)),
    }
}

/// The nearest busy place of every gap that only outreach helps.
fn visits(outcome: &Outcome) -> Vec<Option<usize>> {
    let places = &outcome.folder.places;
    let busy: Vec<(usize, Position)> = places
        .iter()
        .enumerate()
        .filter(|(_, place)| place.kind == PlaceKind::Footfall)
        .filter_map(|(i, place)| match &place.shape {
            Shape::Point(position) => Some((i, *position)),
            Shape::Area(area) => {
                let inside = geo::InteriorPoint::interior_point(area.as_ref())?;
                Some((i, Position::new(inside.x(), inside.y())?))
            }
        })
        .collect();
    let travel = Circles::new(busy.iter().map(|(_, p)| *p), &outcome.standards);
    let visit = |gap: &measure::Gap| {
        let centre = outcome.evidence.demand.centres.get(gap.place).filter(|_| gap.remedy == Remedy::Outreach)?;
        travel.nearest(centre).map(|(s, _)| busy[s as usize].0)
    };
    outcome.gaps.par_iter().map(visit).collect()
}
