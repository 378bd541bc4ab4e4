//! How long are the journeys between sites and places, for one mode in one season? The one-to-many question, site by site. A
//! file of its own because commands, plans and isochrones all ask it, each in its own way.
//!
//! 1. Sites and places are snapped; each is anchored to the states its journeys begin or end in.
//! 2. Anchors of places are sorted by state, so that looking them up after a search runs through memory once.
//! 3. Per site a bounded search; per anchor that it reached the place's cost is the least of label plus anchor.
//! 4. Two cases need no search: a place on the site's own edge, and a place at the very position of the site.

use super::graph::{Graph, Measure};
use super::network::Network;
use super::search::{Search, UNREACHED};
use super::snap::{Anchors, Snap, SnapIndex, on_one_edge};
use super::speeds::Speeds;
use crate::model::{Metres, Position};
use rayon::prelude::*;
use std::collections::HashMap;

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
    rank: u32,
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
    /// Places in the order of their first state.
    by_rank: Vec<u32>,
    /// Edge and rank of places, sorted.
    by_edge: Vec<(u32, u32)>,
    /// Ranks of places by position.
    by_position: HashMap<(u64, u64), Vec<u32>>,
}

/// What one thread works with.
#[derive(Debug)]
pub struct Bench {
    search: Search,
    /// Cost and millimetres by rank.
    found: Vec<(u32, u64)>,
    reached: Vec<u32>,
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
        let first = |place: &u32| of_places.of_place(*place as usize).first().map_or(u32::MAX, |a| a.state);
        let mut by_rank: Vec<u32> = (0..places.positions.len() as u32).collect();
        by_rank.par_sort_by_key(first);
        let mut posts = Vec::new();
        let mut by_edge = Vec::new();
        for (rank, &place) in (0..).zip(&by_rank) {
            let anchors = of_places.of_place(place as usize).iter();
            posts.extend(anchors.map(|a| Post { state: a.state, cost: a.cost, rank, mm: a.mm }));
            by_edge.extend(places.snaps[place as usize].map(|s| (s.edge, rank)));
        }
        posts.par_sort_unstable_by_key(|p| (p.state, p.rank, p.cost));
        by_edge.sort_unstable();
        let wanted: std::collections::HashSet<(u64, u64)> = sites.positions.iter().map(|p| bits(*p)).collect();
        let mut by_position: HashMap<(u64, u64), Vec<u32>> = HashMap::new();
        for (rank, &place) in (0..).zip(&by_rank) {
            let at = bits(places.positions[place as usize]);
            if wanted.contains(&at) {
                by_position.entry(at).or_default().push(rank);
            }
        }
        Self { network, profile, flow, sites, places, of_sites, posts, by_rank, by_edge, by_position }
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
        let search = Search::new(self.arcs());
        Bench { search, found: vec![(UNREACHED, 0); self.by_rank.len()], reached: Vec::new() }
    }

    /// Every place within `limit` of a site, ascending. Millimetres are of the quickest way, where `measured`.
    pub fn of_site(&self, site: usize, limit: u32, measured: bool, bench: &mut Bench) -> Vec<Journey> {
        let seeds = self.of_sites.of_place(site);
        let arcs = self.arcs();
        if measured {
            bench.search.run_measured(arcs, seeds.iter().map(|a| (a.state, a.cost, a.mm)), limit);
        } else {
            bench.search.run(arcs, seeds.iter().map(|a| (a.state, a.cost)), limit);
        }
        let touched = bench.search.touched();
        let from = self.posts.partition_point(|p| p.state < touched.start);
        let labels = bench.search.labels();
        for post in self.posts[from..].iter().take_while(|p| p.state < touched.end) {
            let label = labels[post.state as usize];
            if label == UNREACHED {
                continue;
            }
            let cost = label.saturating_add(post.cost);
            let found = &mut bench.found[post.rank as usize];
            if cost <= limit && cost < found.0 {
                if found.0 == UNREACHED {
                    bench.reached.push(post.rank);
                }
                *found = (cost, if measured { bench.search.mm(post.state) + u64::from(post.mm) } else { 0 });
            }
        }
        let mut offer = |rank: u32, cost: u32, mm: u64| {
            let found = &mut bench.found[rank as usize];
            if cost <= limit && cost < found.0 {
                if found.0 == UNREACHED {
                    bench.reached.push(rank);
                }
                *found = (cost, mm);
            }
        };
        if let Some(own) = &self.sites.snaps[site] {
            let from = self.by_edge.partition_point(|e| e.0 < own.edge);
            for &(_, rank) in self.by_edge[from..].iter().take_while(|e| e.0 == own.edge) {
                let Some(other) = &self.places.snaps[self.by_rank[rank as usize] as usize] else { continue };
                let (start, end) = if self.flow == Flow::ToSites { (other, own) } else { (own, other) };
                if let Some((cost, mm)) = on_one_edge(self.network, &self.profile.graph, start, end) {
                    offer(rank, cost, u64::from(mm));
                }
            }
        }
        for &rank in self.by_position.get(&bits(self.sites.positions[site])).into_iter().flatten() {
            offer(rank, 0, 0);
        }
        let mut journeys: Vec<Journey> = Vec::with_capacity(bench.reached.len());
        for rank in bench.reached.drain(..) {
            let (cost, mm) = std::mem::replace(&mut bench.found[rank as usize], (UNREACHED, 0));
            journeys.push(Journey { place: self.by_rank[rank as usize], cost, mm });
        }
        journeys.sort_unstable_by_key(|j| j.place);
        journeys
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
