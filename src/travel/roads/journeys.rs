//! How long are the journeys between sites and places, for one mode in one season? The one-to-many question, site by site. A
//! file of its own because commands, plans and isochrones all ask it, each in its own way.
//!
//! 1. Sites and places are snapped; each is anchored to the states its journeys begin or end in.
//! 2. Places are put into the order of their states (`stops`), so that looking up labels after a search runs through memory once.
//! 3. Per site a bounded search; a place's cost is the least of label plus anchor.
//! 4. Two cases need no search: a place on the site's own edge, and a place at the very position of the site.

use super::graph::{Graph, Measure};
use super::network::Network;
use super::search::{Search, UNREACHED};
use super::snap::{Anchors, Snap, SnapIndex, on_one_edge};
use super::speeds::Speeds;
use super::stops::Stops;
use crate::model::{Metres, Position};
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// Which way people travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// From places to sites, as people do who use a service.
    ToSites,
    /// From sites to places, as an ambulance does.
    FromSites,
}

/// One mode in one season: graph and index for snapping.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The graph.
    pub graph: Graph,
    /// The index.
    pub index: SnapIndex,
}

impl Profile {
    /// Prepares the network.
    pub fn new(network: &Network, speeds: &Speeds, measure: Measure) -> Self {
        let graph = Graph::new(network, speeds, measure);
        let index = SnapIndex::new(network, &graph);
        Self { graph, index }
    }

    /// Snaps positions, in parallel.
    pub fn snap(&self, network: &Network, positions: &[Position], limit: Metres) -> Vec<Option<Snap>> {
        positions.par_iter().with_min_len(64).map(|p| self.index.snap(network, *p, limit)).collect()
    }
}

/// Stops that are turned from rows by site to rows by place at a time.
const PIECE: usize = 1024;

/// Positions and where they reach the road.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// Where.
    pub positions: &'a [Position],
    /// Snapped.
    pub snaps: &'a [Option<Snap>],
}

/// A journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Journey {
    /// Index of the place.
    pub place: u32,
    /// Milliseconds, or millimetres where length is what counts.
    pub cost: u32,
    /// Millimetres; 0 unless asked for.
    pub mm: u64,
}

/// Sites and places on one network.
#[derive(Debug)]
pub struct Journeys<'a> {
    network: &'a Network,
    profile: &'a Profile,
    flow: Flow,
    sites: Placed<'a>,
    places: Placed<'a>,
    of_sites: Anchors,
    stops: Stops,
    /// Edge and number of places, sorted.
    by_edge: Vec<(u32, u32)>,
    /// Places at the very position of a site.
    by_position: HashMap<(u64, u64), Vec<u32>>,
}

/// What one thread works with.
#[derive(Debug)]
pub struct Bench {
    search: Search,
    found: Found,
}

/// The best of each place so far.
#[derive(Debug)]
struct Found {
    costs: Vec<u32>,
    /// Millimetres, once anybody asked for them.
    mm: Vec<u64>,
    reached: Vec<u32>,
}

impl Found {
    fn offer(&mut self, place: u32, cost: u32, mm: u64) {
        let best = &mut self.costs[place as usize];
        if cost < *best {
            if *best == UNREACHED {
                self.reached.push(place);
            }
            *best = cost;
            if let Some(own) = self.mm.get_mut(place as usize) {
                *own = mm;
            }
        }
    }

    /// Everything found, by place; forgotten here.
    fn drain(&mut self) -> Vec<Journey> {
        // Looking at every place is quicker than sorting a good part of them.
        if self.reached.len() > self.costs.len() / 16 {
            self.reached.clear();
            self.reached.extend((0..).zip(&self.costs).filter(|(_, c)| **c != UNREACHED).map(|(place, _)| place));
        } else {
            self.reached.sort_unstable();
        }
        let mut journeys = Vec::with_capacity(self.reached.len());
        for place in self.reached.drain(..) {
            let cost = std::mem::replace(&mut self.costs[place as usize], UNREACHED);
            journeys.push(Journey { place, cost, mm: self.mm.get(place as usize).copied().unwrap_or(0) });
        }
        journeys
    }
}

fn bits(p: Position) -> (u64, u64) {
    ((p.lon() + 0.0).to_bits(), (p.lat() + 0.0).to_bits())
}

impl<'a> Journeys<'a> {
    /// Prepares all journeys between sites and places.
    pub fn new(network: &'a Network, profile: &'a Profile, flow: Flow, sites: Placed<'a>, places: Placed<'a>) -> Self {
        let graph = &profile.graph;
        let anchored = |snaps: &[Option<Snap>], leave: bool| {
            if leave { Anchors::leaving(network, graph, snaps) } else { Anchors::arriving(network, graph, snaps) }
        };
        let of_sites = anchored(sites.snaps, flow == Flow::FromSites);
        let of_places = anchored(places.snaps, flow == Flow::ToSites);
        let stops = Stops::new(&of_places, places.snaps.len());
        let edge_of = |(place, snap): (u32, &Option<Snap>)| snap.map(|s| (s.edge, place));
        let mut by_edge: Vec<(u32, u32)> = (0..).zip(places.snaps).filter_map(edge_of).collect();
        by_edge.par_sort_unstable();
        let wanted: HashSet<(u64, u64)> = sites.positions.iter().map(|p| bits(*p)).collect();
        let mut by_position: HashMap<(u64, u64), Vec<u32>> = HashMap::new();
        for (place, at) in (0..).zip(places.positions).map(|(place, p)| (place, bits(*p))) {
            if wanted.contains(&at) {
                by_position.entry(at).or_default().push(place);
            }
        }
        Self { network, profile, flow, sites, places, of_sites, stops, by_edge, by_position }
    }

    /// The arcs that a search from a site walks over.
    fn arcs(&self) -> &'a super::graph::Adjacency {
        match self.flow {
            Flow::ToSites => self.profile.graph.back(),
            Flow::FromSites => self.profile.graph.onward(),
        }
    }

    /// Memory for one thread.
    pub fn bench(&self) -> Bench {
        let costs = vec![UNREACHED; self.places.positions.len()];
        Bench { search: Search::new(self.arcs()), found: Found { costs, mm: Vec::new(), reached: Vec::new() } }
    }

    /// Every place within `limit` of a site, ascending. Millimetres are of the quickest way, where `measured`.
    pub fn of_site(&self, site: usize, limit: u32, measured: bool, bench: &mut Bench) -> Vec<Journey> {
        let Bench { search, found } = bench;
        let seeds = self.of_sites.of_place(site);
        let arcs = self.arcs();
        if measured {
            found.mm.resize(found.costs.len(), 0);
            search.run_measured(arcs, seeds.iter().map(|a| (a.state, a.cost, a.mm)), limit);
        } else {
            search.run(arcs, seeds.iter().map(|a| (a.state, a.cost)), limit);
        }
        self.stops.each(search, limit, measured, |stop, cost, mm| {
            found.offer(self.stops.places()[stop as usize], cost, mm);
        });
        self.beside(site, |place, cost, mm| {
            if cost <= limit {
                found.offer(place, cost, u64::from(mm));
            }
        });
        found.drain()
    }

    /// Hands place, cost and millimetres of those who need no search to `each`.
    fn beside(&self, site: usize, mut each: impl FnMut(u32, u32, u32)) {
        if let Some(own) = &self.sites.snaps[site] {
            let from = self.by_edge.partition_point(|e| e.0 < own.edge);
            for &(_, place) in self.by_edge[from..].iter().take_while(|e| e.0 == own.edge) {
                let Some(other) = &self.places.snaps[place as usize] else { continue };
                let (start, end) = if self.flow == Flow::ToSites { (other, own) } else { (own, other) };
                if let Some((cost, mm)) = on_one_edge(self.network, &self.profile.graph, start, end) {
                    each(place, cost, mm);
                }
            }
        }
        for &place in self.by_position.get(&bits(self.sites.positions[site])).into_iter().flatten() {
            each(place, 0, 0);
        }
    }

    /// Per place the sites within its own limit, ascending; for all sites, in parallel.
    pub fn within(&self, limits: &[u32]) -> Vec<Vec<SiteIndex>> {
        self.within_while(limits, &|| true).expect("it stays wanted")
    }

    /// The same, or `None` once it is no longer wanted, which is asked for every site: each takes a search.
    pub fn within_while(&self, limits: &[u32], wanted: &(dyn Fn() -> bool + Sync)) -> Option<Vec<Vec<SiteIndex>>> {
        let most = limits.iter().copied().max().unwrap_or(0);
        let by_stop: Vec<u32> = self.stops.places().iter().map(|&place| limits[place as usize]).collect();
        let sites: Vec<usize> = (0..self.sites.positions.len()).collect();
        let of = |chunk: &[usize]| {
            let (mut search, mut all) = (Search::new(self.arcs()), Vec::new());
            let mut of_site = |&site: &usize| {
                search.run(self.arcs(), self.of_sites.of_place(site).iter().map(|a| (a.state, a.cost)), most);
                all.clear();
                let near = self.stops.within(&search, &by_stop, &mut all);
                self.beside(site, |place, cost, _| {
                    if cost <= limits[place as usize] {
                        all.push(self.stops.of_place(place));
                    }
                });
                if all.len() > near {
                    // A long ascending run and a few more: a sort that sees runs.
                    all.sort();
                    all.dedup();
                }
                all.as_slice().into()
            };
            chunk.iter().map(|site| wanted().then(|| of_site(site))).collect::<Option<Vec<Box<[u32]>>>>()
        };
        let found: Option<Vec<Vec<Box<[u32]>>>> = sites.par_chunks(self.chunk()).map(of).collect();
        let found: Vec<Box<[u32]>> = found?.into_iter().flatten().collect();
        // Turned around piece by piece, so that the rows in hand stay near the processor.
        let turned = |lowest: usize| {
            let piece = lowest..(lowest + PIECE).min(by_stop.len());
            let part = |list: &[u32]| {
                let ends = [piece.start, piece.end].map(|end| list.partition_point(|&stop| (stop as usize) < end));
                ends[0]..ends[1]
            };
            let parts: Vec<std::ops::Range<usize>> = found.iter().map(|list| part(list)).collect();
            let mut counts = vec![0; piece.len()];
            let stops = |list: &[u32], part: &std::ops::Range<usize>, each: &mut dyn FnMut(usize)| {
                list[part.clone()].iter().for_each(|&stop| each(stop as usize - lowest));
            };
            found.iter().zip(&parts).for_each(|(list, part)| stops(list, part, &mut |i| counts[i] += 1));
            let mut rows: Vec<Vec<SiteIndex>> = counts.into_iter().map(Vec::with_capacity).collect();
            for (site, (list, part)) in (0..).zip(found.iter().zip(&parts)) {
                stops(list, part, &mut |i| rows[i].push(site));
            }
            rows
        };
        let pieces: Vec<usize> = (0..by_stop.len()).step_by(PIECE).collect();
        let rows: Option<Vec<Vec<Vec<SiteIndex>>>> =
            pieces.into_par_iter().map(|lowest| wanted().then(|| turned(lowest))).collect();
        let mut by_place = vec![Vec::new(); limits.len()];
        for (row, &place) in rows?.into_iter().flatten().zip(self.stops.places()) {
            by_place[place as usize] = row;
        }
        Some(by_place)
    }

    /// Sites per task: each has its own memory for searching.
    fn chunk(&self) -> usize {
        (self.sites.positions.len() / (4 * rayon::current_num_threads())).clamp(1, 64)
    }

    /// The same for every site, in parallel, in order.
    pub fn of_all(&self, limit: u32, measured: bool) -> Vec<Vec<Journey>> {
        let sites: Vec<usize> = (0..self.sites.positions.len()).collect();
        let of = |chunk: &[usize]| {
            let mut bench = self.bench();
            chunk.iter().map(|&site| self.of_site(site, limit, measured, &mut bench)).collect::<Vec<_>>()
        };
        sites.par_chunks(self.chunk()).flat_map_iter(of).collect()
    }
}
