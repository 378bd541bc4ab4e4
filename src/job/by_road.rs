//! What does a run have to say where circles do not decide: who reaches whom, what would change otherwise, which ground is
//! served, who is off the road? A file of its own because plans by the circle have none of it.

use super::travel::{Site, Travel};
use super::{Area, JobError, Remark};
use crate::coverage::{Demand, Relation};
use crate::measure::{Comparison, Covered, SiteRef};
use crate::model::{Candidate, Model, PlanFolder, Position, Season, Station, Status};
use crate::siting::Answer;
use crate::travel::Standard;
use crate::travel::roads::{Island, Roads};

/// A station or candidate as travel models ask for it.
pub(super) fn site_of<'a>(folder: &'a PlanFolder, candidates: &'a [Candidate], site: SiteRef) -> Site<'a> {
    match site {
        SiteRef::Station(i) => (&folder.stations[i]).into(),
        SiteRef::Candidate(i) => (&candidates[i]).into(),
    }
}

/// Stations that count and proposed sites.
pub(super) fn final_sites(folder: &PlanFolder, answer: &Answer) -> Vec<SiteRef> {
    let stations = (0..folder.stations.len()).filter(|&i| folder.stations[i].status.counts()).map(SiteRef::Station);
    stations.chain(answer.chosen.iter().map(|&c| SiteRef::Candidate(c as usize))).collect()
}

/// Who reaches whom, site by site: what a checker cannot rebuild from the plan folder where circles do not decide.
pub(super) fn pairs(folder: &PlanFolder, stations: &Relation, relation: &Relation) -> Vec<(SiteRef, Vec<usize>)> {
    let existing = (0..folder.stations.len()).filter(|&i| folder.stations[i].status.counts());
    let sites: Vec<SiteRef> = existing.map(SiteRef::Station).collect();
    let count = (0..relation.len()).flat_map(|i| relation.sites(i)).max().map_or(0, |m| *m as usize + 1);
    let mut pairs: Vec<(SiteRef, Vec<usize>)> =
        sites.into_iter().chain((0..count).map(SiteRef::Candidate)).map(|site| (site, Vec::new())).collect();
    let first = pairs.len() - count;
    for point in 0..relation.len() {
        stations.sites(point).iter().for_each(|&s| pairs[s as usize].1.push(point));
        relation.sites(point).iter().for_each(|&s| pairs[first + s as usize].1.push(point));
    }
    pairs.retain(|(_, points)| !points.is_empty());
    pairs
}

/// What a reader must know about places and sites that no road is near.
pub(super) fn off_road(
    travel: &Travel<'_>,
    snapped: Option<&[Option<Island>]>,
    existing: &[Site<'_>],
    candidates: &[Site<'_>],
) -> Vec<Remark> {
    let Some(snapped) = snapped else { return Vec::new() };
    let count = |island: Option<Island>| snapped.iter().filter(|s| **s == island).count();
    let sites: Vec<Site<'_>> = existing.iter().chain(candidates).copied().collect();
    let far = travel.far_from_roads(&sites).into_iter().filter(|far| *far).count();
    let told = [
        Remark::PlacesOffRoad(count(None)),
        Remark::PlacesOnIslands(count(Some(Island::On))),
        Remark::PlacesPastIslands(count(Some(Island::Passed))),
        Remark::SitesOffRoad(far),
    ];
    told.into_iter().filter(|r| r.count() != Some(0)).collect()
}

/// What comparing travel models looks at.
pub(super) struct Everyone<'a> {
    pub(super) folder: &'a PlanFolder,
    pub(super) roads: Option<&'a Roads>,
    pub(super) demand: &'a Demand,
    pub(super) standards: &'a [Standard],
}

impl Everyone<'_> {
    /// The same sites, the existing ones first, by the circle and in each season.
    pub(super) fn compare(&self, existing: &[&Station], sites: &[Site<'_>]) -> Result<Option<Comparison>, JobError> {
        let covered = |travel: &Travel<'_>| {
            let relation = Relation::new(self.demand, &*travel.to(sites));
            let open = |s: u32| existing.get(s as usize).is_some_and(|e| e.status == Status::Open);
            Covered {
                today: self.demand.shares_of_places(|i| relation.served(i, open)),
                proposed: self.demand.shares_of_places(|i| relation.served(i, |_| true)),
            }
        };
        let seasons = match self.folder.plan.travel.model {
            Model::Circle => return Ok(None),
            Model::Times => None,
            Model::Roads => {
                let season = |season| Travel::in_season(self.folder, self.roads, self.demand, self.standards, season);
                Some([covered(&season(Season::Summer)?), covered(&season(Season::Winter)?)])
            }
        };
        Ok(Some(Comparison { circle: covered(&Travel::Circle(self.standards)), seasons }))
    }
}

/// The ground around every station and proposed site, where roads decide.
pub(super) fn areas(folder: &PlanFolder, travel: &Travel<'_>, candidates: &[Candidate], answer: &Answer) -> Vec<Area> {
    let Travel::Roads(roads) = travel else { return Vec::new() };
    let sites = final_sites(folder, answer);
    let positions: Vec<Position> = sites.iter().map(|s| site_of(folder, candidates, *s).position).collect();
    let found = roads.areas(&positions);
    found.into_iter().map(|(site, standard, ground)| Area { site: sites[site], standard, ground }).collect()
}
