//! Which choice would be best under these conditions? Siting alone, followed and ended early: what a planner waits for. A file of
//! its own because `run` also re-solves everything around its answer, which takes longer than a meeting.

use super::travel::{self, Site, Travel};
use super::{JobError, certify, worst_county};
use crate::coverage::{Demand, Relation};
use crate::model::{PlanFolder, Station};
use crate::siting::{self, Apart, Certificate, Feasible, Infeasible, Setup, Watch};
use crate::travel::{SiteIndex, Standard};
use std::sync::OnceLock;
use std::time::Instant;

/// A search under way, seen from outside.
#[derive(Debug, Default)]
pub struct Search {
    watch: Watch,
    scale: OnceLock<f64>,
}

impl Search {
    /// Asks it to stop with the best choice so far.
    pub fn stop(&self) {
        self.watch.stop();
    }

    /// Incumbent and bound in weighted people; `None` before the first.
    pub fn told(&self) -> Option<(f64, f64)> {
        let (scale, (incumbent, bound)) = (self.scale.get()?, self.watch.told()?);
        Some((incumbent as f64 / scale, bound as f64 / scale))
    }
}

/// The best choice that was found.
#[derive(Debug, Clone)]
pub struct Improved {
    /// Indices into the folder's candidates, ascending.
    pub chosen: Vec<SiteIndex>,
    /// Its proof.
    pub certificate: Certificate,
}

/// Sites the folder's final phase among its given candidates; `start` is a choice worth improving.
///
/// # Errors
/// When no choice meets the conditions, or the roads cannot be used.
pub fn improve(folder: &PlanFolder, start: Vec<SiteIndex>, search: &Search) -> Result<Improved, JobError> {
    let clock = Instant::now();
    let standards = Standard::of_plan(&folder.plan);
    let demand = Demand::new(&folder.places, &standards);
    let existing: Vec<&Station> = folder.stations.iter().filter(|s| s.status.counts()).collect();
    let candidates = folder.candidates.as_deref().unwrap_or_default();
    let roads = travel::open_roads(folder, &demand)?;
    let travel = Travel::of_plan(folder, roads.as_ref(), &demand, &standards)?;
    let existing_sites: Vec<Site<'_>> = existing.iter().map(|s| Site::from(*s)).collect();
    let candidate_sites: Vec<Site<'_>> = candidates.iter().map(Site::from).collect();
    let stations = Relation::new(&demand, &*travel.to(&existing_sites));
    let covered: Vec<bool> = (0..stations.len()).map(|i| !stations.sites(i).is_empty()).collect();
    let relation = Relation::new(&demand, &*travel.to(&candidate_sites));
    let rings =
        travel::rings(&travel, &folder.plan.objective.fade, &demand, &standards, [&existing_sites, &candidate_sites]);
    let setup = Setup {
        plan: &folder.plan,
        places: &folder.places,
        existing: &existing,
        candidates,
        demand: &demand,
        covered: &covered,
        relation: &relation,
        stations: &stations,
        rings: &rings,
    };
    let infeasible = |conflict| JobError::Infeasible {
        conflict,
        smallest: siting::conflict(&setup).map(Box::new),
        sites: candidates.iter().map(|c| c.id.clone()).collect(),
    };
    let mut question = setup.question().map_err(infeasible)?;
    // Nobody else sets it.
    let _ = search.scale.set(question.scale);
    let worst = worst_county(&folder.plan, &mut question).map_err(infeasible)?;
    let starts: Vec<_> = [start].into_iter().chain(worst.iter().map(|w| w.chosen.clone())).collect();
    let main = Apart::default();
    let answer = match main.watched(&question.problem, &starts, &search.watch) {
        Err(Infeasible::NoneFound) => match siting::feasible(&question.problem) {
            Feasible::Yes(start) => main.watched(&question.problem, &[start], &search.watch),
            _ => Err(Infeasible::NoneFound),
        },
        solved => solved,
    };
    let answer = answer.map_err(infeasible)?;
    let mut certificate = certify(&question, &answer, worst.as_ref());
    certificate.seconds = clock.elapsed().as_secs_f64();
    Ok(Improved { chosen: answer.chosen, certificate })
}
