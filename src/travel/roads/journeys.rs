//! How long are the journeys between sites and places, for one mode in one season? The one-to-many question, site by site. A
//! file of its own because commands, plans and isochrones all ask it, each in its own way.
//!
//! 1. Sites and places are snapped; each is anchored to the states its journeys begin or end in.
//! 2. Anchors of places are sorted by state, so that looking up labels after a search runs through memory once.
//! 3. Per site a bounded search; per anchor that it reached the place's cost is the least of label plus anchor.
//! 4. Two cases need no search: a place on the site's own edge, and a place at the very position of the site.

use super::graph::{Graph, Measure};
use super::network::Network;
use super::search::{Search, UNREACHED};
use super::snap::{Anchors, Snap, SnapIndex, on_one_edge};
use super::speeds::Speeds;
use crate::model::{Metres, Position};
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

/// An anchor of a place, by its state.
#[derive(Debug, Clone, Copy)]
struct Post {
    state: u32,
    cost: u32,
    place: u32,
    mm: u32,
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
    posts: Vec<Post>,
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
        let (mut posts, mut by_edge) = (Vec::new(), Vec::new());
        for (place, snap) in (0..).zip(places.snaps) {
            let anchors = of_places.of_place(place as usize).iter();
            posts.extend(anchors.map(|a| Post { state: a.state, cost: a.cost, place, mm: a.mm }));
            by_edge.extend(snap.map(|s| (s.edge, place)));
        }
        posts.par_sort_unstable_by_key(|p| (p.state, p.place, p.cost));
        by_edge.par_sort_unstable();
        let wanted: HashSet<(u64, u64)> = sites.positions.iter().map(|p| bits(*p)).collect();
        let mut by_position: HashMap<(u64, u64), Vec<u32>> = HashMap::new();
        for (place, at) in (0..).zip(places.positions).map(|(place, p)| (place, bits(*p))) {
            if wanted.contains(&at) {
                by_position.entry(at).or_default().push(place);
            }
        }
        Self { network, profile, flow, sites, places, of_sites, posts, by_edge, by_position }
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
        let touched = search.touched();
        let from = self.posts.partition_point(|p| p.state < touched.start);
        let labels = search.labels();
        for post in self.posts[from..].iter().take_while(|p| p.state < touched.end) {
            let label = labels[post.state as usize];
            let cost = label.saturating_add(post.cost);
            if label != UNREACHED && cost <= limit {
                let mm = if measured { search.mm(post.state) + u64::from(post.mm) } else { 0 };
                found.offer(post.place, cost, mm);
            }
        }
        if let Some(own) = &self.sites.snaps[site] {
            let from = self.by_edge.partition_point(|e| e.0 < own.edge);
            for &(_, place) in self.by_edge[from..].iter().take_while(|e| e.0 == own.edge) {
                let Some(other) = &self.places.snaps[place as usize] else { continue };
                let (start, end) = if self.flow == Flow::ToSites { (other, own) } else { (own, other) };
                let direct = on_one_edge(self.network, &self.profile.graph, start, end);
                if let Some((cost, mm)) = direct.filter(|d| d.0 <= limit) {
                    found.offer(place, cost, u64::from(mm));
                }
            }
        }
        for &place in self.by_position.get(&bits(self.sites.positions[site])).into_iter().flatten() {
            found.offer(place, 0, 0);
        }
        found.drain()
    }

    /// The same for every site, in parallel, in order.
    pub fn of_all(&self, limit: u32, measured: bool) -> Vec<Vec<Journey>> {
        // Chunks of a fixed size, each with its own memory.
        let sites: Vec<usize> = (0..self.sites.positions.len()).collect();
        let of = |chunk: &[usize]| {
            let mut bench = self.bench();
            chunk.iter().map(|&site| self.of_site(site, limit, measured, &mut bench)).collect::<Vec<_>>()
        };
        let chunk = (sites.len() / (4 * rayon::current_num_threads())).clamp(1, 64);
        sites.par_chunks(chunk).flat_map_iter(of).collect()
    }
}
