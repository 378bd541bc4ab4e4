//! From where does one reach a site in time, as an area? Isochrones as polygons with holes. A file of its own because it turns
//! costs on edges into ground; how a field becomes rings is `contour.rs`.
//!
//! A point of the ground belongs to its *nearest* road, as a place does when it is snapped; it is inside when the journey over
//! that road, link included, is within the limit, and the road is at most a *fringe* away. So the far bank of a river belongs
//! to the road over there, and a lake or a forest without roads stays outside however near the limit is.
//!
//! 1. The ground is a lattice; which road is nearest to a point of it does not depend on any origin, so tiles of the lattice
//!    are filled once and kept.
//! 2. Per origin one bounded search; per lattice point near what was reached the cost over its road is a few additions.
//! 3. The lines where that cost meets the limit are traced, one set of rings per limit.

use super::contour::{self, Lattice};
use super::graph::{self, Graph, link};
use super::journeys::{Flow, Profile};
use super::lengths::{self, Point};
use super::network::{ArcId, Network};
use super::search::{Search, UNREACHED};
use super::snap::{Anchors, Snap};
use crate::model::{Metres, Position};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};

/// How far from a road the ground still counts as reached.
pub const FRINGE: Metres = Metres(100.0);
/// Points along the side of a tile.
const SIDE: usize = 64;

/// What the isochrones of one profile share.
#[derive(Debug)]
pub struct Isochrones<'a> {
    network: &'a Network,
    profile: &'a Profile,
    flow: Flow,
    /// South-west corner of the lattice and the steps between its points, 1e-7 degrees.
    low: [f64; 2],
    step: [f64; 2],
    spacing: Metres,
    fringe: Metres,
    /// Per junction the length of the longest edge that meets it.
    longest: Vec<u32>,
    /// 1e-7 degrees per millimetre, east and north.
    per_mm: [f64; 2],
    /// Millimetres that the fastest can make of a unit of cost.
    mm_per_unit: f64,
    tiles: RwLock<Tiles>,
}

type Tiles = HashMap<(i32, i32), Arc<OnceLock<Tile>>>;

/// Per point of a tile the nearest road: edge (`u32::MAX` for none within the fringe), millimetres along it, cost of the link.
#[derive(Debug)]
struct Tile {
    roads: Vec<Ground>,
    /// Whether any point has a road.
    any: bool,
}

#[derive(Debug, Clone, Copy)]
struct Ground {
    edge: u32,
    along_mm: u32,
    link_cost: u32,
}

const BARE: Ground = Ground { edge: u32::MAX, along_mm: 0, link_cost: 0 };

/// The area within one limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Isochrone {
    /// The limit, in the unit of the profile.
    pub limit: u32,
    /// The area in degrees; empty when the origin reaches no road.
    pub area: geo::MultiPolygon<f64>,
    /// Square kilometres.
    pub area_km2: f64,
}

impl<'a> Isochrones<'a> {
    /// With points of the ground this far apart. Smaller is truer and costs its square.
    pub fn new(network: &'a Network, profile: &'a Profile, flow: Flow, spacing: Metres, fringe: Metres) -> Self {
        let (low, high) = network.extent().unwrap_or_default();
        let (x, y) = lengths::scale((f64::from(low[1]) + f64::from(high[1])) * 0.5e-7);
        // A margin, so that the fringe of the last road is on the lattice too.
        let margin = [fringe.0 / x.max(1e-4), fringe.0 / y].map(|m| m * 2.0);
        let step = [spacing.0 / x.max(1e-4), spacing.0 / y];
        let low = [f64::from(low[0]) - margin[0], f64::from(low[1]) - margin[1]];
        let mut longest = vec![0u32; network.nodes.len()];
        for edge in &network.edges[..network.edge_count()] {
            for node in [edge.from, edge.to] {
                longest[node as usize] = longest[node as usize].max(edge.length_mm);
            }
        }
        let graph = &profile.graph;
        let mm_per_unit = 1.0 / graph::rate(graph.measure(), graph.speeds().fastest_kmh(&network.classes));
        let per_mm = [1e-3 / x.max(1e-4), 1e-3 / y];
        Self {
            network,
            profile,
            flow,
            low,
            step,
            spacing,
            fringe,
            longest,
            per_mm,
            mm_per_unit,
            tiles: RwLock::default(),
        }
    }

    /// Memory for one thread.
    pub fn search(&self) -> Search {
        Search::new(self.arcs())
    }

    fn arcs(&self) -> &'a super::graph::Adjacency {
        match self.flow {
            Flow::ToSites => self.profile.graph.back(),
            Flow::FromSites => self.profile.graph.onward(),
        }
    }

    /// The areas within each limit of a position that is snapped here, in the order of the limits.
    pub fn around(&self, snap: &Snap, limits: &[u32], search: &mut Search) -> Vec<Isochrone> {
        Self::in_each(&[(self, snap)], limits, std::slice::from_mut(search))
    }

    /// The areas within each limit in every one of these seasons, each with where the position is snapped in it and memory of its
    /// own: at each point of the ground the slowest of them counts. All are of one network, spacing and fringe.
    pub fn in_each(seasons: &[(&Self, &Snap)], limits: &[u32], searches: &mut [Search]) -> Vec<Isochrone> {
        let most = limits.iter().copied().max().unwrap_or(0);
        let (mut window, mut costs) = (None, Vec::new());
        for ((own, snap), search) in seasons.iter().zip(searches) {
            own.reached(snap, most, search);
            if let Some((low, size)) = window {
                // Beyond what the first season reaches nothing is reached in each.
                let field = own.field(snap, most, search, low, size);
                costs.iter_mut().zip(field).for_each(|(slowest, cost): (&mut u32, u32)| *slowest = cost.max(*slowest));
            } else {
                let (low, high) = own.window(snap, most, search);
                let size = ((high[0] - low[0] + 1) as usize, (high[1] - low[1] + 1) as usize);
                costs = own.field(snap, most, search, low, size);
                window = Some((low, size));
            }
        }
        let (Some((low, (width, height))), Some((own, _))) = (window, seasons.first()) else { return Vec::new() };
        let lattice = Lattice { width, height, costs: &costs };
        let at = |x: f64, y: f64| {
            let degrees = [0, 1].map(|k| (own.low[k] + own.step[k] * (f64::from(low[k]) + [x, y][k])) * 1e-7);
            geo::Coord { x: degrees[0].clamp(-180.0, 180.0), y: degrees[1].clamp(-90.0, 90.0) }
        };
        let of = |&limit: &u32| {
            let area = contour::area(&lattice, limit, at);
            let area_km2 = contour::square_km(&area);
            Isochrone { limit, area, area_km2 }
        };
        limits.iter().map(of).collect()
    }

    /// Labels everything within `most`.
    fn reached(&self, snap: &Snap, most: u32, search: &mut Search) {
        let graph = &self.profile.graph;
        let snaps = [Some(*snap)];
        let seeds = match self.flow {
            Flow::ToSites => Anchors::arriving(self.network, graph, &snaps),
            Flow::FromSites => Anchors::leaving(self.network, graph, &snaps),
        };
        search.run(self.arcs(), seeds.of_place(0).iter().map(|a| (a.state, a.cost)), most);
    }

    /// The lattice points around everything reached: first and last column and row.
    fn window(&self, snap: &Snap, most: u32, search: &Search) -> ([i32; 2], [i32; 2]) {
        let (mut low, mut high) = ([i32::MAX; 2], [i32::MIN; 2]);
        let mut take = |p: Point, mm: f64| {
            for k in 0..2 {
                let reach = (mm * self.per_mm[k]) as i32;
                (low[k], high[k]) = (low[k].min(p[k].saturating_sub(reach)), high[k].max(p[k].saturating_add(reach)));
            }
        };
        self.network.points(snap.edge).for_each(|p| take(p, 0.0));
        let labels = search.labels();
        for state in search.touched() {
            let label = labels[state as usize];
            if label != UNREACHED {
                // A road that begins here is followed as far as it goes, or as far as the rest of the limit carries.
                let node = self.profile.graph.junction(state);
                let longest = f64::from(self.longest[node as usize]);
                take(self.network.nodes[node as usize], longest.min(f64::from(most - label) * self.mm_per_unit));
            }
        }
        let on = |k: usize, v: i32| ((f64::from(v) - self.low[k]) / self.step[k]).floor() as i32;
        let margin = (self.fringe.0 / self.spacing.0).ceil() as i32 + 1;
        ([0, 1].map(|k| (on(k, low[k]) - margin).max(0)), [0, 1].map(|k| on(k, high[k]) + margin + 1))
    }

    /// Cost of every point of a window, [`UNREACHED`] where there is none within `most`.
    fn field(
        &self,
        snap: &Snap,
        most: u32,
        search: &Search,
        low: [i32; 2],
        (width, height): (usize, usize),
    ) -> Vec<u32> {
        let mut field = vec![UNREACHED; width * height];
        let side = SIDE as i32;
        let costs = EdgeCosts {
            network: self.network,
            graph: &self.profile.graph,
            flow: self.flow,
            labels: search.labels(),
            origin: snap,
        };
        let (mut last, mut ends) = (u32::MAX, Ends::default());
        let last_tile = [0, 1].map(|k| (low[k] + [width, height][k] as i32 - 1).div_euclid(side));
        let columns = low[0].div_euclid(side)..=last_tile[0];
        let rows = low[1].div_euclid(side)..=last_tile[1];
        let tiles: Vec<(i32, i32)> = rows.flat_map(|ty| columns.clone().map(move |tx| (tx, ty))).collect();
        let slots: Vec<Arc<OnceLock<Tile>>> = tiles.iter().map(|&(tx, ty)| self.tile(tx, ty)).collect();
        let cold: Vec<usize> = (0..slots.len()).filter(|&i| slots[i].get().is_none()).collect();
        // The ground around a first origin is looked at on all threads.
        cold.par_iter().for_each(|&i| {
            slots[i].get_or_init(|| self.fill(tiles[i].0, tiles[i].1));
        });
        for (&(tx, ty), slot) in tiles.iter().zip(&slots) {
            let tile = slot.get_or_init(|| self.fill(tx, ty));
            if !tile.any {
                continue;
            }
            let rows = (ty * side).max(low[1])..((ty + 1) * side).min(low[1] + height as i32);
            let columns = (tx * side).max(low[0])..((tx + 1) * side).min(low[0] + width as i32);
            for row in rows {
                let from = (row - ty * side) as usize * SIDE;
                let roads = &tile.roads[from..from + SIDE];
                let out = &mut field[(row - low[1]) as usize * width..][..width];
                for column in columns.clone() {
                    let ground = roads[(column - tx * side) as usize];
                    if ground.edge == u32::MAX {
                        continue;
                    }
                    if ground.edge != last {
                        (last, ends) = (ground.edge, costs.ends(ground.edge));
                    }
                    let cost = costs.at(&ends, ground.along_mm).saturating_add(ground.link_cost);
                    if cost <= most.saturating_add(most / 8) {
                        out[(column - low[0]) as usize] = cost;
                    }
                }
            }
        }
        field
    }

    fn tile(&self, x: i32, y: i32) -> Arc<OnceLock<Tile>> {
        let known = self.tiles.read().unwrap_or_else(|e| e.into_inner()).get(&(x, y)).cloned();
        known
            .unwrap_or_else(|| self.tiles.write().unwrap_or_else(|e| e.into_inner()).entry((x, y)).or_default().clone())
    }

    /// The nearest road of every point of a tile.
    fn fill(&self, tx: i32, ty: i32) -> Tile {
        let graph = &self.profile.graph;
        let mut tile = Tile { roads: vec![BARE; SIDE * SIDE], any: false };
        for (i, ground) in tile.roads.iter_mut().enumerate() {
            let lattice = [tx * SIDE as i32 + (i % SIDE) as i32, ty * SIDE as i32 + (i / SIDE) as i32];
            let degrees = [0, 1].map(|k| (self.low[k] + self.step[k] * f64::from(lattice[k])) * 1e-7);
            let Some(position) = Position::new(degrees[0], degrees[1]) else { continue };
            if let Some(snap) = self.profile.index.nearest(self.network, position, self.fringe) {
                let link_cost = link(snap.link_mm, graph.speeds(), graph.measure());
                *ground = Ground { edge: snap.edge, along_mm: snap.along_mm, link_cost };
                tile.any = true;
            }
        }
        tile
    }
}

/// Labels at the two ends of an edge, and what its directions cost.
#[derive(Debug, Clone, Copy)]
struct Ends {
    edge: u32,
    length_mm: u32,
    /// Label at the first and last junction, as far as they can be used from this edge.
    labels: [u32; 2],
    /// Cost of the whole edge in the direction that the journey takes it from (or to) that end.
    whole: [u32; 2],
}

impl Default for Ends {
    fn default() -> Self {
        Self { edge: u32::MAX, length_mm: 0, labels: [UNREACHED; 2], whole: [0; 2] }
    }
}

/// Costs on edges after a search.
struct EdgeCosts<'a> {
    network: &'a Network,
    graph: &'a Graph,
    flow: Flow,
    labels: &'a [u32],
    origin: &'a Snap,
}

impl EdgeCosts<'_> {
    fn ends(&self, edge: u32) -> Ends {
        let own = self.network.edge(edge);
        let mut ends = Ends { edge, length_mm: own.length_mm, ..Ends::default() };
        // A journey to a site leaves the edge over an end; one from a site comes in over it.
        let arcs = match self.flow {
            Flow::ToSites => [super::Direction::Backward, super::Direction::Forward],
            Flow::FromSites => super::Direction::ALL,
        };
        for (k, direction) in arcs.into_iter().enumerate() {
            let arc = ArcId::new(edge, direction);
            ends.whole[k] = self.graph.cost(arc).unwrap_or(0);
            ends.labels[k] = match self.flow {
                Flow::ToSites => self.graph.leaving(self.network, arc).map_or(UNREACHED, |s| self.labels[s as usize]),
                Flow::FromSites => {
                    self.graph.arriving(self.network, arc).map(|s| self.labels[s as usize]).min().unwrap_or(UNREACHED)
                }
            };
        }
        ends
    }

    /// Cost at a point of an edge.
    fn at(&self, ends: &Ends, along_mm: u32) -> u32 {
        let part = graph::partial;
        let first = ends.labels[0].saturating_add(part(ends.whole[0], along_mm, ends.length_mm));
        let rest = ends.length_mm - along_mm.min(ends.length_mm);
        let last = ends.labels[1].saturating_add(part(ends.whole[1], rest, ends.length_mm));
        let mut cost = first.min(last);
        if ends.edge == self.origin.edge {
            let here = Snap { edge: ends.edge, along_mm, link_mm: 0, island: self.origin.island };
            let (start, end) = if self.flow == Flow::ToSites { (&here, self.origin) } else { (self.origin, &here) };
            if let Some((direct, _)) = super::snap::on_one_edge(self.network, self.graph, start, end) {
                cost = cost.min(direct);
            }
        }
        cost
    }
}
