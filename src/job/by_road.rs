//! What does a run have to say where circles do not decide: who reaches whom, what would change otherwise, which ground is
//! served, who is off the road? A file of its own because plans by the circle have none of it.

use super::review::{MINUTES, Variation, busy, varied};
use super::travel::{Site, Travel};
use super::{Area, JobError, Remark};
use crate::coverage::{Demand, Relation};
use crate::measure::{Comparison, Covered, Nearest, SiteRef};
use crate::model::{Candidate, Limit, Model, PlanFolder, Position, Season, Status, TravelInput};
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
    pub(super) candidates: &'a [Candidate],
    pub(super) roads: Option<&'a Roads>,
    pub(super) demand: &'a Demand,
}

impl Everyone<'_> {
    /// The same sites, existing and proposed, by the circle, in each season and by other standards; `travel` is the plan's own.
    pub(super) fn compare(
        &self,
        travel: &Travel<'_>,
        standards: &[Standard],
        sites: &[SiteRef],
    ) -> Result<Option<Comparison>, JobError> {
        if self.folder.plan.travel.model == Model::Circle {
            return Ok(None);
        }
        let circle = Travel::Circle(standards);
        let seasons =
            match (travel.in_season(self.roads, Season::Summer)?, travel.in_season(self.roads, Season::Winter)?) {
                (Some(summer), Some(winter)) => Some([summer, winter]),
                _ => None,
            };
        let open: Vec<SiteRef> = sites.iter().copied().filter(|s| self.is_open(*s)).collect();
        let minutes = self.minutes().into_iter().map(|minutes| {
            let other = Standard::of_plan(&varied(&self.folder.plan, Variation::Minutes(minutes)));
            (minutes, self.covered(&travel.by(&other), sites))
        });
        Ok(Some(Comparison {
            circle: self.covered(&circle, sites),
            nearest_by_circle: self.nearest(&circle, sites),
            seasons: seasons.as_ref().map(|both| both.each_ref().map(|season| self.covered(season, sites))),
            nearest_by_season: seasons.as_ref().map(|both| both.each_ref().map(|season| self.nearest(season, sites))),
            nearest_today: self.nearest(travel, &open),
            nearest_busy: self.nearest_busy(travel),
            minutes: minutes.collect(),
        }))
    }

    fn is_open(&self, site: SiteRef) -> bool {
        matches!(site, SiteRef::Station(i) if self.folder.stations[i].status == Status::Open)
    }

    fn asked(&self, sites: &[SiteRef]) -> Vec<Site<'_>> {
        sites.iter().map(|site| site_of(self.folder, self.candidates, *site)).collect()
    }

    fn covered(&self, travel: &Travel<'_>, sites: &[SiteRef]) -> Covered {
        let relation = Relation::new(self.demand, &*travel.to(&self.asked(sites)));
        Covered {
            today: self.demand.shares_of_places(|i| relation.served(i, |s| self.is_open(sites[s as usize]))),
            proposed: self.demand.shares_of_places(|i| relation.served(i, |_| true)),
        }
    }

    fn nearest(&self, travel: &Travel<'_>, sites: &[SiteRef]) -> Vec<Option<Nearest>> {
        let found = travel.to(&self.asked(sites)).nearest_of_all(&self.demand.centres);
        found.into_iter().map(|n| n.map(|(s, minutes)| Nearest { site: sites[s as usize], minutes })).collect()
    }

    /// By whatever way the plan goes; given times end at sites.
    fn nearest_busy(&self, travel: &Travel<'_>) -> Vec<Option<usize>> {
        if self.folder.plan.travel.model == Model::Times {
            return Vec::new();
        }
        let busy = busy(&self.folder.places);
        let sites: Vec<Site<'_>> =
            busy.iter().map(|(i, position)| Site { id: &self.folder.places[*i].id, position: *position }).collect();
        let found = travel.to(&sites).nearest_of_all(&self.demand.centres);
        found.into_iter().map(|n| n.map(|(s, _)| busy[s as usize].0)).collect()
    }

    /// The minutes that can be told apart: times that end at a limit say nothing of what lies beyond it.
    fn minutes(&self) -> Vec<f64> {
        let circles = self.folder.plan.circles.iter();
        let own = circles.filter_map(|c| if let Limit::Minutes(m) = c.limit { Some(m.0) } else { None });
        let Some(own) = own.reduce(f64::max) else { return Vec::new() };
        let known = match &self.folder.travel {
            TravelInput::Times(given) => {
                given.of_site.values().flatten().map(|(_, seconds)| seconds / 60.0).fold(own, f64::max)
            }
            _ => f64::INFINITY,
        };
        MINUTES.into_iter().filter(|minutes| *minutes <= known).collect()
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
