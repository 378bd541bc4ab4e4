//! Who travels to what, before anything is chosen? Standards, demand, roads, existing stations and candidates as every question
//! about a plan needs them. A file of its own because a run, a recount and a search for better ask the same of the same folder.

use super::JobError;
use super::travel::{self, Site, Travel, Wanted};
use crate::coverage::{Demand, Relation};
use crate::model::{Candidate, Plan, PlanFolder, Station, Status};
use crate::siting::{self, Infeasible, Ring, Setup};
use crate::travel::Standard;
use crate::travel::roads::Roads;

/// What a folder says of places and roads.
pub(super) struct Land {
    pub(super) standards: Vec<Standard>,
    pub(super) demand: Demand,
    pub(super) roads: Option<Roads>,
}

/// Who reaches the stations that count.
pub(super) struct Today<'a> {
    pub(super) folder: &'a PlanFolder,
    pub(super) land: &'a Land,
    pub(super) existing: Vec<&'a Station>,
    pub(super) sites: Vec<Site<'a>>,
    pub(super) travel: Travel<'a>,
    pub(super) stations: Relation,
    /// Per demand point whether a station that counts serves it.
    pub(super) decided: Vec<bool>,
}

/// Who would reach the candidates.
pub(super) struct Choice<'a> {
    today: &'a Today<'a>,
    candidates: &'a [Candidate],
    pub(super) sites: Vec<Site<'a>>,
    pub(super) relation: Relation,
    rings: Vec<Ring>,
}

impl Land {
    /// Spreads the places and opens the roads.
    ///
    /// # Errors
    /// When the roads cannot be used.
    pub(super) fn of(folder: &PlanFolder) -> Result<Self, JobError> {
        let standards = Standard::of_plan(&folder.plan);
        let demand = Demand::new(&folder.places, &standards);
        let roads = travel::open_roads(folder, &demand)?;
        Ok(Self { standards, demand, roads })
    }
}

impl<'a> Today<'a> {
    /// Covers the places by the stations that count.
    ///
    /// # Errors
    /// When no road is open to a mode that some place needs.
    pub(super) fn new(folder: &'a PlanFolder, land: &'a Land) -> Result<Self, JobError> {
        Ok(Self::while_wanted(folder, land, &|| true)?.expect("it stays wanted"))
    }

    /// The same, or `None` once it is no longer wanted: coverage takes a second where circles are wide.
    ///
    /// # Errors
    /// When no road is open to a mode that some place needs.
    pub(super) fn while_wanted(
        folder: &'a PlanFolder,
        land: &'a Land,
        wanted: Wanted<'_>,
    ) -> Result<Option<Self>, JobError> {
        let existing: Vec<&Station> = folder.stations.iter().filter(|s| s.status.counts()).collect();
        let travel = Travel::of_plan(folder, land.roads.as_ref(), &land.demand, &land.standards, wanted)?;
        let Some(travel) = travel else { return Ok(None) };
        let sites: Vec<Site<'_>> = existing.iter().map(|s| Site::from(*s)).collect();
        let Some(stations) = travel.reached(&land.demand, &sites, wanted) else { return Ok(None) };
        let decided = (0..stations.len()).map(|i| !stations.sites(i).is_empty()).collect();
        Ok(Some(Self { folder, land, existing, sites, travel, stations, decided }))
    }

    /// Per place the share that open stations cover.
    pub(super) fn shares(&self) -> Vec<f64> {
        let open = |s: u32| self.existing[s as usize].status == Status::Open;
        self.land.demand.shares_of_places(|i| self.stations.served(i, open))
    }

    /// Adds what could be chosen.
    pub(super) fn with(&'a self, candidates: &'a [Candidate]) -> Choice<'a> {
        self.with_while(candidates, &|| true).expect("it stays wanted")
    }

    /// The same, or `None` once it is no longer wanted.
    pub(super) fn with_while(&'a self, candidates: &'a [Candidate], wanted: Wanted<'_>) -> Option<Choice<'a>> {
        let sites: Vec<Site<'_>> = candidates.iter().map(Site::from).collect();
        let relation = self.travel.reached(&self.land.demand, &sites, wanted)?;
        let (fade, Land { demand, standards, .. }) = (&self.folder.plan.objective.fade, self.land);
        let rings = travel::rings(&self.travel, fade, demand, standards, [&self.sites, &sites], wanted)?;
        Some(Choice { today: self, candidates, sites, relation, rings })
    }
}

impl Choice<'_> {
    /// As siting asks for it, under the limits of this plan.
    pub(super) fn setup<'b>(&'b self, plan: &'b Plan) -> Setup<'b> {
        Setup {
            plan,
            places: &self.today.folder.places,
            existing: &self.today.existing,
            candidates: self.candidates,
            demand: &self.today.land.demand,
            covered: &self.today.decided,
            relation: &self.relation,
            stations: &self.today.stations,
            rings: &self.rings,
        }
    }

    /// Why no choice meets the folder's conditions, with the smallest set of them that conflict.
    pub(super) fn infeasible(&self, conflict: Infeasible) -> JobError {
        let smallest = siting::conflict(&self.setup(&self.today.folder.plan)).map(Box::new);
        JobError::Infeasible { conflict, smallest, sites: self.names() }
    }

    /// Ids of the candidates.
    pub(super) fn names(&self) -> Vec<String> {
        self.candidates.iter().map(|c| c.id.clone()).collect()
    }

    /// Per demand point whether it is served once these stand, ascending indices.
    pub(super) fn served(&self, chosen: &[u32]) -> Vec<bool> {
        let is_chosen = |s: u32| chosen.binary_search(&s).is_ok();
        let decided = &self.today.decided;
        (0..decided.len()).map(|i| decided[i] || self.relation.served(i, is_chosen)).collect()
    }
}
