//! Who reaches which site under one set of standards? Everything that is prepared once, so that a change is answered by what it
//! touches. A file of its own because other minutes, speeds or seasons need another ground, and the last ones are kept.

use super::census::{Census, Tally};
use super::error::DeskError;
use super::road_clerk::RoadClerk;
use super::roster::{Roster, SiteNumber};
use crate::coverage::{Demand, Relation};
use crate::job::Outcome;
use crate::measure::SiteRef;
use crate::model::{Plan, Position, Shape, TravelInput};
use crate::travel::roads::{Keep, Roads};
use crate::travel::{Catchments, GivenTravel, Standard};
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};

/// Coverage under one set of standards.
pub(super) struct Ground {
    pub(super) standards: Vec<Standard>,
    pub(super) demand: Arc<Demand>,
    way: Way,
    /// Per listed site its demand points, ascending, once they are known.
    points: Vec<OnceLock<Box<[u32]>>>,
    /// Per demand point the candidates that reach it; only where circles do not decide.
    reaching: Option<Vec<Vec<SiteNumber>>>,
    /// Per demand point how many sites of the plan serve it.
    pub(super) counts: Vec<u32>,
    /// Per place the share that the plan's sites cover.
    pub(super) shares: Vec<f64>,
    pub(super) covered: Tally,
    /// Places not wholly covered and their people, most people first.
    pub(super) gaps: Vec<(u32, f64)>,
    /// Places whose share differs from that under the plan's own standards, ascending.
    pub(super) moved: Vec<u32>,
}

/// How a site's demand points are found.
enum Way {
    Circle(Arc<Catchments>),
    Roads(RoadClerk),
    Times,
}

/// What every ground of one plan shares.
pub(super) struct Land<'a> {
    pub(super) outcome: &'a Outcome,
    pub(super) roster: &'a Roster,
    pub(super) census: &'a Census,
    pub(super) roads: Option<&'a Arc<Roads>>,
    /// Candidates by position, numbered as in `Outcome::candidates`.
    pub(super) candidates: &'a Catchments,
}

/// Opens the plan's roads.
///
/// # Errors
/// When they cannot be read.
pub(super) fn open_roads(outcome: &Outcome) -> Result<Option<Arc<Roads>>, DeskError> {
    let TravelInput::Roads { path } = &outcome.folder.travel else { return Ok(None) };
    let roads = Roads::open(path, Keep::Cached).map_err(crate::job::JobError::from)?;
    Ok(Some(Arc::new(roads)))
}

impl Ground {
    /// Prepares the ground of a plan that differs from the computed one in its standards only; `base` is that of the plan as it
    /// was computed, where there is one.
    ///
    /// # Errors
    /// When roads are closed to a mode that some place needs.
    pub(super) fn new(land: &Land<'_>, plan: &Plan, base: Option<&Self>) -> Result<Self, DeskError> {
        let standards = Standard::of_plan(plan);
        let places = &land.outcome.folder.places;
        let drawn = places.iter().any(|p| matches!(p.shape, Shape::Area(_)));
        let demand = match base {
            None => Arc::new(land.outcome.evidence.demand.clone()),
            Some(base) if !drawn => Arc::clone(&base.demand),
            Some(_) => Arc::new(Demand::new(places, &standards)),
        };
        let way = match (&land.outcome.folder.travel, land.roads) {
            (TravelInput::Roads { .. }, Some(roads)) => {
                Way::Roads(RoadClerk::new(Arc::clone(roads), plan, standards.clone(), Arc::clone(&demand))?)
            }
            (TravelInput::Times(_), _) => Way::Times,
            _ => match base.map(|base| &base.way) {
                Some(Way::Circle(index)) if !drawn => Way::Circle(Arc::clone(index)),
                _ => {
                    let origins: Vec<_> = demand.points.iter().map(|p| p.origin).collect();
                    Way::Circle(Arc::new(Catchments::new(&origins, standards.len())))
                }
            },
        };
        let mut ground = Self {
            points: (0..land.roster.sites.len()).map(|_| OnceLock::new()).collect(),
            reaching: None,
            counts: vec![0; demand.points.len()],
            shares: Vec::new(),
            covered: land.census.nobody(),
            gaps: Vec::new(),
            moved: Vec::new(),
            standards,
            demand,
            way,
        };
        ground.know_all(land, base.is_none())?;
        let standing: Vec<SiteNumber> = land.roster.standing().collect();
        let all: Vec<SiteNumber> = (0..land.roster.sites.len() as SiteNumber).collect();
        // Under the plan's own standards every site is known from the start; under others only what stands.
        let from_the_start = if base.is_none() { &all } else { &standing };
        from_the_start.par_iter().for_each(|&site| {
            ground.points_of(land.roster, site);
        });
        for &site in &standing {
            let points = ground.points[site as usize].get().expect("known above");
            points.iter().for_each(|&p| ground.counts[p as usize] += 1);
        }
        let demand = Arc::clone(&ground.demand);
        ground.shares = demand.shares_of_places(|i| ground.counts[i] > 0);
        ground.covered = land.census.of(&ground.shares);
        ground.gaps = (0..places.len()).filter_map(|p| ground.gap(land.census, p, |i| ground.counts[i] > 0)).collect();
        ground.gaps.par_sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        if let Some(base) = base {
            let differs = |p: &u32| base.shares[*p as usize].to_bits() != ground.shares[*p as usize].to_bits();
            ground.moved = (0..places.len() as u32).filter(differs).collect();
        }
        Ok(ground)
    }

    /// Where circles do not decide: every pair, from what the outcome says or computed again.
    fn know_all(&mut self, land: &Land<'_>, as_computed: bool) -> Result<(), DeskError> {
        if matches!(self.way, Way::Circle(_)) {
            return Ok(());
        }
        let roster = land.roster;
        let points: Vec<Vec<u32>> = match (&self.way, &land.outcome.evidence.pairs) {
            (_, Some(pairs)) if as_computed => {
                let mut points = vec![Vec::new(); roster.sites.len()];
                for (site, reached) in pairs {
                    let number = match site {
                        SiteRef::Station(i) => *i,
                        SiteRef::Candidate(i) => roster.stations + i,
                    };
                    points[number] = reached.iter().map(|&p| p as u32).collect();
                }
                points
            }
            (Way::Roads(clerk), _) => clerk.points(&roster.sites.iter().map(|s| s.position).collect::<Vec<_>>())?,
            _ => self.given(land),
        };
        let mut reaching = vec![Vec::new(); self.demand.points.len()];
        for (site, points) in (0..).zip(&points) {
            if (site as usize) >= roster.stations {
                points.iter().for_each(|&p| reaching[p as usize].push(site));
            }
        }
        self.reaching = Some(reaching);
        self.points = points.into_iter().map(|p| OnceLock::from(p.into_boxed_slice())).collect();
        Ok(())
    }

    /// Every pair within the standards by given times.
    fn given(&self, land: &Land<'_>) -> Vec<Vec<u32>> {
        let mut points = vec![Vec::new(); land.roster.sites.len()];
        let TravelInput::Times(given) = &land.outcome.folder.travel else { return points };
        let place_of: Vec<usize> = self.demand.points.iter().map(|p| p.place).collect();
        let ids: Vec<&str> = land.roster.sites.iter().map(|s| s.id.as_str()).collect();
        let relation = Relation::new(&self.demand, &GivenTravel::new(given, &ids, &place_of, &self.standards));
        for point in 0..relation.len() {
            relation.sites(point).iter().for_each(|&s| points[s as usize].push(point as u32));
        }
        points
    }

    /// The demand points of a listed site where it is listed, ascending.
    pub(super) fn points_of(&self, roster: &Roster, site: SiteNumber) -> &[u32] {
        self.points[site as usize].get_or_init(|| match &self.way {
            Way::Circle(index) => index.of(roster.sites[site as usize].position, &self.standards).into_boxed_slice(),
            Way::Roads(_) | Way::Times => Box::default(),
        })
    }

    /// The demand points of sites that stand anywhere.
    ///
    /// # Errors
    /// [`DeskError::NoTimes`] where the plan travels by given times.
    pub(super) fn points_at(&self, sites: &[(String, Position)]) -> Result<Vec<Vec<u32>>, DeskError> {
        if sites.is_empty() {
            return Ok(Vec::new());
        }
        match &self.way {
            Way::Circle(index) => Ok(sites.iter().map(|(_, at)| index.of(*at, &self.standards)).collect()),
            Way::Roads(clerk) => clerk.points(&sites.iter().map(|(_, at)| *at).collect::<Vec<_>>()),
            Way::Times => Err(DeskError::NoTimes(sites.iter().map(|(id, _)| id.clone()).collect())),
        }
    }

    /// Listed candidates that reach a demand point from where they are listed.
    pub(super) fn candidates_reaching(&self, land: &Land<'_>, point: usize) -> Vec<SiteNumber> {
        match &self.reaching {
            Some(reaching) => reaching[point].clone(),
            None => {
                let origin = &self.demand.points[point].origin;
                let found = land.candidates.within(origin.position, self.standards[origin.standard].radius);
                found.into_iter().map(|c| c + land.roster.stations as SiteNumber).collect()
            }
        }
    }

    /// The demand point nearest to a position.
    pub(super) fn nearest(&self, at: Position) -> Option<usize> {
        match &self.way {
            Way::Circle(index) => index.nearest(at).map(|i| i as usize),
            Way::Roads(_) | Way::Times => {
                let far = |p: &Position| ((p.lon() - at.lon()) * at.lat().to_radians().cos()).hypot(p.lat() - at.lat());
                let points = self.demand.points.iter().map(|p| far(&p.origin.position)).enumerate();
                points.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i)
            }
        }
    }

    /// Whether a place is not wholly covered by the plan's sites.
    pub(super) fn shares_gap(&self, place: u32) -> bool {
        let place = place as usize;
        (self.demand.starts[place]..self.demand.starts[place + 1]).any(|i| self.counts[i] == 0)
    }

    /// Whether no road is near a demand point.
    pub(super) fn no_road(&self, point: usize) -> bool {
        matches!(&self.way, Way::Roads(clerk) if clerk.no_road[point])
    }

    /// The share of a place that is covered: exactly 1 when all of it is.
    pub(super) fn share(&self, place: usize, covered: impl Fn(usize) -> bool) -> f64 {
        let range = self.demand.starts[place]..self.demand.starts[place + 1];
        if range.clone().all(&covered) {
            return 1.0;
        }
        range.filter(|&i| covered(i)).map(|i| self.demand.points[i].share).sum()
    }

    /// The people of a place who stay uncovered; `None` when it is wholly covered.
    pub(super) fn gap(&self, census: &Census, place: usize, covered: impl Fn(usize) -> bool) -> Option<(u32, f64)> {
        let range = self.demand.starts[place]..self.demand.starts[place + 1];
        let open = range.clone().filter(|&i| !covered(i));
        let share: f64 = match open.clone().count() {
            0 => return None,
            n if n == range.len() => 1.0,
            _ => open.map(|i| self.demand.points[i].share).sum(),
        };
        Some((place as u32, census.people(place) * share))
    }
}

impl std::fmt::Debug for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").field("points", &self.counts.len()).finish_non_exhaustive()
    }
}
