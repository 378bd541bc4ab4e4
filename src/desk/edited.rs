//! What would the plan folder look like with these changes? A file of its own because the whole program can then be asked about
//! it: siting, the full gap list, exports - and the tests, which hold every quick answer against it.

use super::changes::Changes;
use super::error::DeskError;
use super::what_if::WhatIf;
use crate::job::{self, Outcome};
use crate::model::{Candidate, PlanFolder, Position, Station, Status};
use crate::travel::SiteIndex;
use std::sync::Arc;

/// Whole outcomes that are kept: each is as large as the plan.
const KEPT: usize = 3;

impl WhatIf {
    /// The folder with the changes made, and which of its candidates stand: ascending indices.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn edited(&self, changes: &Changes) -> Result<(PlanFolder, Vec<SiteIndex>), DeskError> {
        let changes = &changes.clone().sorted();
        let resolved = self.resolved(changes)?;
        let (outcome, roster) = (self.outcome(), self.roster());
        let moved = |site: usize| {
            let listed = &roster.sites[site];
            let to = changes.moved.get(&listed.id).filter(|_| roster.site(&listed.id) == Some(site as u32));
            to.and_then(|[lon, lat]| Position::new(*lon, *lat)).unwrap_or(listed.position)
        };
        let stands = |site: usize| resolved.standing.binary_search(&(site as u32)).is_ok();
        let stations = outcome.folder.stations.iter().enumerate();
        let mut stations: Vec<Station> = stations
            .filter(|(i, s)| !s.status.counts() || stands(*i))
            .map(|(i, s)| Station { position: moved(i), ..s.clone() })
            .collect();
        for new in &changes.add {
            let Some(position) = Position::new(new.lon, new.lat) else { continue };
            stations.push(Station {
                id: new.id.clone(),
                name: new.name.clone().unwrap_or_else(|| new.id.clone()),
                county: self.county_at(new.county.as_deref(), position),
                status: Status::Planned,
                opened: None,
                kind: "standard".to_owned(),
                capacity: None,
                position,
            });
        }
        stations.sort_by(|a, b| a.id.cmp(&b.id));
        let candidates = outcome.candidates.iter().enumerate();
        let candidates: Vec<Candidate> =
            candidates.map(|(i, c)| Candidate { position: moved(roster.stations + i), ..c.clone() }).collect();
        let chosen = (0..candidates.len()).filter(|i| stands(roster.stations + i)).map(|i| i as SiteIndex).collect();
        let mut plan = super::resolve::plan(&outcome.folder.plan, changes);
        let limits = &mut plan.limits;
        limits.required.retain(|id| !changes.forbid.contains(id));
        limits
            .required
            .extend(changes.lock.iter().filter(|id| !limits.required.contains(id)).cloned().collect::<Vec<_>>());
        limits.forbidden.retain(|id| !changes.lock.contains(id) && !changes.open.contains(id));
        limits
            .forbidden
            .extend(changes.forbid.iter().filter(|id| !limits.forbidden.contains(id)).cloned().collect::<Vec<_>>());
        plan.derive = false;
        let folder = PlanFolder { plan, stations, candidates: Some(candidates), ..outcome.folder.clone() };
        Ok((folder, chosen))
    }

    /// The same outcome, kept for those who ask for the next page of it.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn recounted(&self, changes: &Changes) -> Result<Arc<Outcome>, DeskError> {
        let changes = changes.clone().sorted();
        if let Some(outcome) = self.kept(|kept| kept.iter().find(|(c, _)| *c == changes).map(|(_, o)| Arc::clone(o))) {
            return Ok(outcome);
        }
        let outcome = Arc::new(self.recount(&changes)?);
        self.kept(|kept| {
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((changes, Arc::clone(&outcome)));
        });
        Ok(outcome)
    }

    /// The outcome of the folder with the changes made, computed whole.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn recount(&self, changes: &Changes) -> Result<Outcome, DeskError> {
        let (folder, chosen) = self.edited(changes)?;
        Ok(job::recount(folder, chosen, self.outcome().date)?)
    }
}
