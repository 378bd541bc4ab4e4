//! Travel over roads as a plan asks for it: every demand point by its own standard, in every season that counts. A file of
//! its own because it is one of several travel models.

use super::class::Ground;
use super::graph::Measure;
use super::isochrone::{FRINGE, Isochrones};
use super::journeys::{Flow, Journeys, Placed, Profile};
use super::nearest::nearest;
use super::network::Network;
use super::search::UNREACHED;
use super::snap::{Anchors, Island, Snap, on_one_edge};
use super::speeds::Speeds;
use super::{RoadError, Roads};
use crate::model::{Metres, Minutes, Mode, Position, Season, TravelSettings};
use crate::travel::{Origin, SiteIndex, Standard, TravelModel};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Standards that are asked of one network: same mode, same measure.
type Kind = (Mode, Measure);

/// The networks a plan travels on, and its demand points snapped to each.
#[derive(Debug)]
pub struct RoadTravel<'a> {
    network: &'a Network,
    standards: &'a [Standard],
    season: Season,
    travel: &'a TravelSettings,
    origins: Vec<Origin>,
    kinds: Vec<RoadsOfKind>,
}

#[derive(Debug, Clone)]
struct RoadsOfKind {
    kind: Kind,
    /// Demand points with such a standard, ascending: their place among `origins`.
    members: Vec<usize>,
    positions: Vec<Position>,
    /// Per season that counts.
    seasons: Vec<Arc<InSeason>>,
}

/// The network in a season, and the demand points on it; shared by travel that differs in something else.
#[derive(Debug)]
struct InSeason {
    ground: Ground,
    profile: Profile,
    /// Parallel to `members`.
    snaps: Vec<Option<Snap>>,
}

/// The seasons that a plan counts.
pub fn grounds(season: Season) -> &'static [Ground] {
    match season {
        Season::Summer => &[Ground::Summer],
        Season::Winter => &[Ground::Winter],
        Season::Both => &[Ground::Summer, Ground::Winter],
    }
}

/// What a standard counts, and the most of it.
pub fn limit(standard: &Standard) -> (Measure, u32) {
    // A float is a number of minutes or metres that someone wrote down: to the unit it is what was meant.
    let units = |v: f64| v.round().clamp(0.0, f64::from(UNREACHED - 1)) as u32;
    if standard.by_length {
        (Measure::Length, units(standard.radius.0 * 1000.0))
    } else {
        (Measure::Time, units(standard.minutes.0 * 60_000.0))
    }
}

impl RoadsOfKind {
    fn in_season(&self, roads: &Roads, travel: &TravelSettings, ground: Ground) -> Result<InSeason, RoadError> {
        let speeds = Speeds::new(self.kind.0, ground, travel, &travel.roads);
        let profile = roads.profile(&speeds, self.kind.1)?;
        let snaps = profile.snap(&roads.network, &self.positions, travel.snap);
        Ok(InSeason { ground, profile, snaps })
    }
}

impl<'a> RoadTravel<'a> {
    /// Snaps demand to the networks that its standards ask for. Origins come in the order of their `index`.
    ///
    /// # Errors
    /// When no road is open to a mode that some demand point needs.
    pub fn new(
        roads: &'a Roads,
        travel: &'a TravelSettings,
        standards: &'a [Standard],
        origins: Vec<Origin>,
    ) -> Result<Self, RoadError> {
        Ok(Self::new_while(roads, travel, standards, origins, &|| true)?.expect("it stays wanted"))
    }

    /// The same, or `None` once it is no longer wanted, which is asked for every network.
    ///
    /// # Errors
    /// When no road is open to a mode that some demand point needs.
    pub fn new_while(
        roads: &'a Roads,
        travel: &'a TravelSettings,
        standards: &'a [Standard],
        origins: Vec<Origin>,
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, RoadError> {
        let network = &roads.network;
        let kind = |standard: usize| (standards[standard].mode, limit(&standards[standard]).0);
        let mut kinds: Vec<RoadsOfKind> = Vec::new();
        for (i, origin) in origins.iter().enumerate() {
            let own = kind(origin.standard);
            let at = kinds.iter().position(|k| k.kind == own).unwrap_or_else(|| {
                kinds.push(RoadsOfKind { kind: own, members: Vec::new(), positions: Vec::new(), seasons: Vec::new() });
                kinds.len() - 1
            });
            kinds[at].members.push(i);
            kinds[at].positions.push(origin.position);
        }
        for own in &mut kinds {
            for &ground in grounds(travel.season) {
                if !wanted() {
                    return Ok(None);
                }
                own.seasons.push(Arc::new(own.in_season(roads, travel, ground)?));
            }
        }
        Ok(Some(Self { network, standards, season: travel.season, travel, origins, kinds }))
    }

    /// The same demand in another season.
    ///
    /// # Errors
    /// When no road is open in it to a mode that some demand point needs.
    pub fn in_season(&self, roads: &Roads, season: Season) -> Result<Self, RoadError> {
        let mut kinds = self.kinds.clone();
        for own in &mut kinds {
            let known = std::mem::take(&mut own.seasons);
            for &ground in grounds(season) {
                let same = known.iter().find(|s| s.ground == ground).map(Arc::clone);
                let found = same.map_or_else(|| own.in_season(roads, self.travel, ground).map(Arc::new), Ok)?;
                own.seasons.push(found);
            }
        }
        Ok(Self { kinds, season, origins: self.origins.clone(), ..*self })
    }

    /// The same demand by standards that differ in how far they reach and in nothing else.
    pub fn by<'b>(&self, standards: &'b [Standard]) -> RoadTravel<'b>
    where
        'a: 'b,
    {
        RoadTravel { standards, kinds: self.kinds.clone(), origins: self.origins.clone(), ..*self }
    }

    /// How each demand point reaches the road: `None` where no road of its mode is within the limit, in some season that counts.
    pub fn snapped(&self) -> Vec<Option<Island>> {
        let mut all = vec![None; self.origins.len()];
        for kind in &self.kinds {
            for (i, member) in kind.members.iter().enumerate() {
                let islands = kind.seasons.iter().map(|s| s.snaps[i].map(|snap| snap.island));
                all[*member] = islands.reduce(|a, b| Some(a?.max(b?))).flatten();
            }
        }
        all
    }

    /// Which of these positions no road of any mode that the plan uses is near.
    pub fn far_from_roads(&self, positions: &[Position]) -> Vec<bool> {
        let mut far = vec![true; positions.len()];
        for kind in &self.kinds {
            for season in &kind.seasons {
                for (far, snap) in far.iter_mut().zip(season.profile.snap(self.network, positions, self.travel.snap)) {
                    *far &= snap.is_none();
                }
            }
        }
        far
    }

    /// The model for a list of sites.
    pub fn to(&self, sites: &[Position]) -> OverRoads<'_> {
        self.to_while(sites, &|| true).expect("it stays wanted")
    }

    /// The same, or `None` once it is no longer wanted, which is asked for every site.
    pub fn to_while(&self, sites: &[Position], wanted: &(dyn Fn() -> bool + Sync)) -> Option<OverRoads<'_>> {
        let mut rows: Vec<Vec<SiteIndex>> = vec![Vec::new(); self.origins.len()];
        for kind in &self.kinds {
            let of_season = kind.seasons.iter().map(|season| self.within(kind, season, sites, wanted));
            let of_season: Vec<_> = of_season.collect::<Option<_>>()?;
            let both = |mut a: Vec<Vec<SiteIndex>>, b: Vec<Vec<SiteIndex>>| {
                a.par_iter_mut().zip(&b).for_each(|(a, b)| a.retain(|site| b.binary_search(site).is_ok()));
                a
            };
            for (member, row) in kind.members.iter().zip(of_season.into_iter().reduce(both).unwrap_or_default()) {
                rows[*member] = row;
            }
        }
        Some(OverRoads { travel: self, sites: sites.to_vec(), rows })
    }

    /// Per site and standard the ground from which the site is reached in every season that counts. Sites that no road is near
    /// have none.
    pub fn areas(&self, sites: &[Position]) -> Vec<(usize, usize, geo::MultiPolygon<f64>)> {
        let mut areas = Vec::new();
        for kind in &self.kinds {
            let own: Vec<usize> = (0..self.standards.len())
                .filter(|&s| (self.standards[s].mode, limit(&self.standards[s]).0) == kind.kind)
                .collect();
            let limits: Vec<u32> = own.iter().map(|&s| limit(&self.standards[s]).1).collect();
            // A small circle is drawn finer: some thirty points from the site to its rim.
            let least = own.iter().map(|&s| self.standards[s].radius.0).fold(f64::INFINITY, f64::min) / 30.0;
            let spacing = if kind.kind.0 == Mode::Walk { least.clamp(8.0, 25.0) } else { least.clamp(25.0, 100.0) };
            let profiles = kind.seasons.iter().map(|season| &season.profile);
            let drawn = profiles.map(|profile| {
                let ground = Isochrones::new(self.network, profile, Flow::ToSites, Metres(spacing), FRINGE);
                (ground, profile.snap(self.network, sites, self.travel.snap))
            });
            let seasons: Vec<(Isochrones<'_>, Vec<Option<Snap>>)> = drawn.collect();
            let of = |site: usize| {
                let snapped = seasons.iter().map(|(ground, snaps)| Some((ground, snaps[site].as_ref()?)));
                let around = snapped.collect::<Option<Vec<_>>>().map(|seasons| {
                    let mut searches: Vec<_> = seasons.iter().map(|(ground, _)| ground.search()).collect();
                    Isochrones::in_each(&seasons, &limits, &mut searches)
                });
                let around = around.unwrap_or_default().into_iter();
                own.iter().zip(around).map(|(&standard, i)| (site, standard, i.area)).collect::<Vec<_>>()
            };
            areas.par_extend((0..sites.len()).into_par_iter().flat_map_iter(of));
        }
        areas.sort_by_key(|a| (a.0, a.1));
        areas
    }

    /// Per member of a kind the sites within its standard in one season, ascending.
    fn within(
        &self,
        kind: &RoadsOfKind,
        InSeason { profile, snaps, .. }: &InSeason,
        sites: &[Position],
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<Vec<SiteIndex>>> {
        let limits: Vec<u32> =
            kind.members.iter().map(|&m| limit(&self.standards[self.origins[m].standard]).1).collect();
        let site_snaps = profile.snap(self.network, sites, self.travel.snap);
        let places = Placed { positions: &kind.positions, snaps };
        let sites = Placed { positions: sites, snaps: &site_snaps };
        let journeys = Journeys::new(self.network, profile, Flow::ToSites, sites, places);
        journeys.within_while(&limits, wanted)
    }

    /// Per origin asked about the nearest site and its minutes.
    fn nearest(&self, asked: &[Origin], sites: &[Position]) -> HashMap<usize, (SiteIndex, Minutes)> {
        let mut found = HashMap::new();
        for kind in &self.kinds {
            let own =
                |o: &&Origin| (self.standards[o.standard].mode, limit(&self.standards[o.standard]).0) == kind.kind;
            let asked: Vec<Origin> = asked.iter().filter(own).copied().collect();
            let positions: Vec<Position> = asked.iter().map(|o| o.position).collect();
            let mut best: Vec<Option<(u32, SiteIndex)>> = vec![None; asked.len()];
            if self.season == Season::Both {
                // The season that takes longer decides, site by site, so every pair has to be known.
                let costs: Vec<Vec<Vec<u32>>> =
                    kind.seasons.iter().map(|s| self.all_costs(s, &positions, sites)).collect();
                for (i, best) in best.iter_mut().enumerate() {
                    let of = |site: usize| costs.iter().map(|season| season[site][i]).max().unwrap_or(UNREACHED);
                    let pairs = (0..sites.len()).map(|site| (of(site), site as SiteIndex));
                    *best = pairs.filter(|p| p.0 != UNREACHED).min();
                }
            } else if let Some(season) = kind.seasons.first() {
                best = self.nearest_on(&season.profile, &positions, sites);
            }
            for (origin, best) in asked.iter().zip(best) {
                if let Some((cost, site)) = best {
                    let standard = &self.standards[origin.standard];
                    // A length is quoted as the time that the standard's own speed takes over it.
                    let minutes = match kind.kind.1 {
                        Measure::Time => Minutes(f64::from(cost) / 60_000.0),
                        Measure::Length => {
                            Minutes(f64::from(cost) / 1000.0 * standard.minutes.0 / standard.radius.0.max(1e-9))
                        }
                    };
                    found.insert(origin.index, (site, minutes));
                }
            }
        }
        found
    }

    fn all_costs(&self, InSeason { profile, .. }: &InSeason, places: &[Position], sites: &[Position]) -> Vec<Vec<u32>> {
        let snaps = [places, sites].map(|p| profile.snap(self.network, p, self.travel.snap));
        let placed = Placed { positions: places, snaps: &snaps[0] };
        let sited = Placed { positions: sites, snaps: &snaps[1] };
        let journeys = Journeys::new(self.network, profile, Flow::ToSites, sited, placed);
        let dense = |found: &Vec<super::journeys::Journey>| {
            let mut row = vec![UNREACHED; places.len()];
            found.iter().for_each(|j| row[j.place as usize] = j.cost);
            row
        };
        journeys.of_all(UNREACHED - 1, false).par_iter().map(dense).collect()
    }

    fn nearest_on(&self, profile: &Profile, places: &[Position], sites: &[Position]) -> Vec<Option<(u32, SiteIndex)>> {
        let (network, graph) = (self.network, &profile.graph);
        let snaps = profile.snap(network, sites, self.travel.snap);
        let arriving = Anchors::arriving(network, graph, &snaps);
        let seeds =
            (0..sites.len()).flat_map(|s| arriving.of_place(s).iter().map(move |a| (a.state, a.cost, s as u32)));
        let labels = nearest(graph.back(), seeds);
        let own = profile.snap(network, places, self.travel.snap);
        let leaving = Anchors::leaving(network, graph, &own);
        let mut by_edge: HashMap<u32, Vec<SiteIndex>> = HashMap::new();
        for (site, snap) in (0..).zip(&snaps) {
            if let Some(snap) = snap {
                by_edge.entry(snap.edge).or_default().push(site);
            }
        }
        let bits = |p: Position| ((p.lon() + 0.0).to_bits(), (p.lat() + 0.0).to_bits());
        let mut by_position: HashMap<(u64, u64), SiteIndex> = HashMap::new();
        for (site, p) in (0..).zip(sites) {
            by_position.entry(bits(*p)).or_insert(site);
        }
        let site_snaps = &snaps;
        let of = |i: usize| {
            let over = leaving.of_place(i).iter().filter_map(|a| {
                let (cost, site) = labels[a.state as usize]?;
                Some((cost.checked_add(a.cost)?, site))
            });
            let beside = own[i].iter().flat_map(|snap| {
                let sites = by_edge.get(&snap.edge).into_iter().flatten();
                sites.filter_map(move |&s| {
                    let there = site_snaps[s as usize].as_ref()?;
                    Some((on_one_edge(network, graph, snap, there)?.0, s))
                })
            });
            let here = by_position.get(&bits(places[i])).map(|&s| (0, s));
            over.chain(beside).chain(here).min()
        };
        (0..places.len()).into_par_iter().map(of).collect()
    }
}

/// Travel over roads to one list of sites.
#[derive(Debug)]
pub struct OverRoads<'a> {
    travel: &'a RoadTravel<'a>,
    sites: Vec<Position>,
    rows: Vec<Vec<SiteIndex>>,
}

impl TravelModel for OverRoads<'_> {
    fn reach(&self, origin: &Origin, out: &mut Vec<SiteIndex>) {
        out.extend_from_slice(&self.rows[origin.index]);
    }

    fn nearest(&self, origin: &Origin) -> Option<(SiteIndex, Minutes)> {
        self.travel.nearest(&[*origin], &self.sites).remove(&origin.index)
    }

    fn nearest_of_all(&self, origins: &[Origin]) -> Vec<Option<(SiteIndex, Minutes)>> {
        let mut found = self.travel.nearest(origins, &self.sites);
        origins.iter().map(|o| found.remove(&o.index)).collect()
    }
}
