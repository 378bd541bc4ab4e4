//! Where does a place reach the road? The nearest point on an edge that can be travelled, and how far it is. A file of its own
//! because this is geometry over segments, and the only place that decides which road a place is on.
//!
//! Segments lie in the cells of a grid in degrees; a query looks at rings of cells around the place until no nearer segment
//! is possible. Of equally near edges the one with the lower number is taken, so the answer depends on nothing else.

use super::class::Direction;
use super::graph::Graph;
use super::lengths::{self, Point};
use super::network::{ArcId, Network};
use crate::model::{Metres, Position};
use rayon::prelude::*;

/// Side of a cell, metres, unless that makes more cells than segments.
const CELL: f64 = 100.0;
/// A part with less road than this, and not the largest, is an island.
pub const ISLAND: Metres = Metres(10_000.0);

/// Where a place reaches the road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snap {
    /// The edge.
    pub edge: u32,
    /// Millimetres from its first junction.
    pub along_mm: u32,
    /// Length of the link between place and road, millimetres.
    pub link_mm: u32,
    /// Whether an island of road was nearer, or is what it stands on.
    pub island: Island,
}

/// What the nearest road hangs together with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Island {
    /// The nearest road is part of the network.
    No,
    /// The nearest road is an island; this is the nearest that is part of the network.
    Passed,
    /// Within the limit there is nothing but an island.
    On,
}

/// Edges in a grid.
#[derive(Debug, Clone)]
pub struct SnapIndex {
    low: Point,
    /// Size of a cell in 1e-7 degrees.
    size: [f64; 2],
    columns: usize,
    rows: usize,
    starts: Vec<u32>,
    /// Edge and number of the segment in it.
    segments: Vec<(u32, u32)>,
    /// Per edge whether it stands on an island; all true where the edge is closed.
    island: Vec<bool>,
}

impl SnapIndex {
    /// Indexes every edge that can be travelled.
    pub fn new(network: &Network, graph: &Graph) -> Self {
        let largest = graph.parts().iter().copied().fold(0.0, f64::max);
        let edges = network.edge_count() as u32;
        let open: Vec<u32> = (0..edges).filter(|&e| graph.is_open(e)).collect();
        let mut island = vec![true; edges as usize];
        for &edge in &open {
            let length = graph.part(network, edge).1;
            island[edge as usize] = length < largest && length < ISLAND.0;
        }
        let bounds = |points: &mut dyn Iterator<Item = Point>| {
            points.fold(([i32::MAX; 2], [i32::MIN; 2]), |(low, high), p| {
                ([low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])])
            })
        };
        let (low, high) = bounds(&mut open.iter().flat_map(|&e| network.points(e)));
        if open.is_empty() {
            return Self {
                low: [0; 2],
                size: [1.0; 2],
                columns: 0,
                rows: 0,
                starts: vec![0],
                segments: Vec::new(),
                island,
            };
        }
        let (x, y) = lengths::scale((f64::from(low[1]) + f64::from(high[1])) * 0.5e-7);
        let span = [0, 1].map(|i| f64::from(high[i]) - f64::from(low[i]) + 1.0);
        let count: usize = network.shapes.len() + open.len();
        let mut size = [CELL / x.max(1e-4), CELL / y];
        let cells = |size: [f64; 2]| (span[0] / size[0]).ceil() * (span[1] / size[1]).ceil();
        while cells(size) > (4 * count).max(1024) as f64 {
            size = size.map(|s| s * 1.5);
        }
        let (columns, rows) = ((span[0] / size[0]).ceil() as usize, (span[1] / size[1]).ceil() as usize);
        let mut own = Self { low, size, columns, rows, starts: Vec::new(), segments: Vec::new(), island };
        let pieces: Vec<Vec<(u32, u32, u32)>> = open
            .par_chunks(4096)
            .map(|edges| {
                let mut pieces = Vec::new();
                for &edge in edges {
                    own.each_cell(network, edge, |cell, segment| pieces.push((cell, edge, segment)));
                }
                pieces
            })
            .collect();
        let mut starts = vec![0u32; columns * rows + 1];
        pieces.iter().flatten().for_each(|p| starts[p.0 as usize + 1] += 1);
        (1..starts.len()).for_each(|i| starts[i] += starts[i - 1]);
        let mut next = starts.clone();
        let mut segments = vec![(0, 0); starts.last().copied().unwrap_or(0) as usize];
        for (cell, edge, segment) in pieces.into_iter().flatten() {
            let slot = &mut next[cell as usize];
            segments[*slot as usize] = (edge, segment);
            *slot += 1;
        }
        (own.starts, own.segments) = (starts, segments);
        own
    }

    /// Hands every cell that a segment of the edge may touch to `each`.
    fn each_cell(&self, network: &Network, edge: u32, mut each: impl FnMut(u32, u32)) {
        let mut last: Option<[f64; 2]> = None;
        for (i, p) in network.points(edge).enumerate() {
            let here = [0, 1].map(|k| (f64::from(p[k]) - f64::from(self.low[k])) / self.size[k]);
            // A segment over the antimeridian is no line across the map; nobody is led to it.
            let over = last.is_some_and(|there: [f64; 2]| (there[0] - here[0]).abs() * self.size[0] > 1.8e9);
            if let Some(there) = last.filter(|_| !over) {
                let (a, b) = if there[1] <= here[1] { (there, here) } else { (here, there) };
                let slope = if b[1] > a[1] { (b[0] - a[0]) / (b[1] - a[1]) } else { 0.0 };
                let (first, end) = (a[1].floor() as usize, (b[1].floor() as usize).min(self.rows - 1));
                for row in first..=end {
                    // The stretch of the segment within this row.
                    let from = (a[1].max(row as f64) - a[1]) * slope + a[0];
                    let to = if b[1] > a[1] { (b[1].min(row as f64 + 1.0) - a[1]) * slope + a[0] } else { b[0] };
                    let (left, right) = if from <= to { (from, to) } else { (to, from) };
                    // A hair wider than exact, for rounding.
                    let left = (left - 1e-6).max(0.0).floor() as usize;
                    let right = ((right + 1e-6).floor() as usize).min(self.columns - 1);
                    for column in left..=right {
                        each((row * self.columns + column) as u32, i as u32 - 1);
                    }
                }
            }
            last = Some(here);
        }
    }

    /// The nearest point of the road within `limit`; one on an island only where there is no other.
    pub fn snap(&self, network: &Network, place: Position, limit: Metres) -> Option<Snap> {
        self.around(network, place, limit, false)
    }

    /// The nearest point of any road within `limit`, on an island or not.
    pub fn nearest(&self, network: &Network, place: Position, limit: Metres) -> Option<Snap> {
        self.around(network, place, limit, true)
    }

    /// Near the antimeridian a place looks for roads on the other side of it as well, from where it would be there.
    fn around(&self, network: &Network, place: Position, limit: Metres, islands: bool) -> Option<Snap> {
        let (lon, lat) = (place.lon(), place.lat());
        let reach = limit.0 / (lengths::scale(lat).0 * 1e7).max(1e-9);
        let beyond = match lon {
            _ if lon + reach > 180.0 => Some(lon - 360.0),
            _ if lon - reach < -180.0 => Some(lon + 360.0),
            _ => None,
        };
        let other = beyond.and_then(|lon| self.find(network, [lon, lat], limit, islands));
        let own = self.find(network, [lon, lat], limit, islands);
        own.into_iter().chain(other).min_by_key(|s| (s.island == Island::On, s.link_mm, s.edge))
    }

    fn find(&self, network: &Network, place: [f64; 2], limit: Metres, islands: bool) -> Option<Snap> {
        if self.columns == 0 {
            return None;
        }
        let (x, y) = lengths::scale(place[1]);
        let here = place.map(|degrees| degrees * 1e7);
        let at = [0, 1].map(|k| (here[k] - f64::from(self.low[k])) / self.size[k]);
        // How far it is to the sides of the place's own cell, and across a cell.
        let inside = at.map(|a| (a - a.floor()).min(1.0 - (a - a.floor())));
        let across = [self.size[0] * x, self.size[1] * y];
        let (mut best, mut main): (Option<Found>, Option<Found>) = (None, None);
        let (column, row) = (at[0].floor() as i64, at[1].floor() as i64);
        let mut ring = 0i64;
        loop {
            // Everything in this ring and beyond is at least this far.
            let near = [0, 1].map(|k| (inside[k] + (ring - 1) as f64) * across[k]);
            let done = main.as_ref().map_or(limit.0, |m| m.metres.min(limit.0));
            if ring > 0 && near[0].min(near[1]) > done {
                break;
            }
            self.each_in_ring(column, row, ring, |edge, segment| {
                let found = Found::of(network, edge, segment, here, (x, y));
                if found.metres > limit.0 {
                    return;
                }
                let better = |old: &Option<Found>| old.as_ref().is_none_or(|old| found.before(old));
                if (islands || !self.island[edge as usize]) && better(&main) {
                    main = Some(found.clone());
                }
                if better(&best) {
                    best = Some(found);
                }
            });
            ring += 1;
        }
        let nearest = best?;
        let island = match &main {
            None => Island::On,
            Some(main) if main.edge != nearest.edge && self.island[nearest.edge as usize] => Island::Passed,
            Some(_) => Island::No,
        };
        let found = main.unwrap_or(nearest);
        let edge = network.edge(found.edge);
        let (before, whole) = network.measured(found.edge, found.segment as usize);
        let (_, segment_end) = (before, network.measured(found.edge, found.segment as usize + 1).0);
        let along = before + (segment_end - before) * found.share;
        let share = if whole > 0.0 { (along / whole).clamp(0.0, 1.0) } else { 0.0 };
        Some(Snap {
            edge: found.edge,
            along_mm: (f64::from(edge.length_mm) * share).round() as u32,
            link_mm: (found.metres * 1000.0).round() as u32,
            island,
        })
    }

    fn each_in_ring(&self, column: i64, row: i64, ring: i64, mut each: impl FnMut(u32, u32)) {
        let mut cell = |c: i64, r: i64| {
            if (0..self.columns as i64).contains(&c) && (0..self.rows as i64).contains(&r) {
                let i = r as usize * self.columns + c as usize;
                for &(edge, segment) in &self.segments[self.starts[i] as usize..self.starts[i + 1] as usize] {
                    each(edge, segment);
                }
            }
        };
        if ring == 0 {
            cell(column, row);
            return;
        }
        for c in column - ring..=column + ring {
            cell(c, row - ring);
            cell(c, row + ring);
        }
        for r in row - ring + 1..row + ring {
            cell(column - ring, r);
            cell(column + ring, r);
        }
    }
}

/// The nearest point of a segment.
#[derive(Debug, Clone)]
struct Found {
    metres: f64,
    edge: u32,
    segment: u32,
    /// Share of the segment before the point.
    share: f64,
}

impl Found {
    fn of(network: &Network, edge: u32, segment: u32, here: [f64; 2], (x, y): (f64, f64)) -> Self {
        let [a, b] = segment_ends(network, edge, segment);
        let local = |p: Point| [(f64::from(p[0]) - here[0]) * x, (f64::from(p[1]) - here[1]) * y];
        let (a, b) = (local(a), local(b));
        let d = [b[0] - a[0], b[1] - a[1]];
        let squared = d[0] * d[0] + d[1] * d[1];
        let share = if squared > 0.0 { (-(a[0] * d[0] + a[1] * d[1]) / squared).clamp(0.0, 1.0) } else { 0.0 };
        let metres = (a[0] + d[0] * share).hypot(a[1] + d[1] * share);
        Self { metres, edge, segment, share }
    }

    fn before(&self, other: &Self) -> bool {
        (self.metres, self.edge, self.segment) < (other.metres, other.edge, other.segment)
    }
}

fn segment_ends(network: &Network, edge: u32, segment: u32) -> [Point; 2] {
    let own = network.edge(edge);
    let (start, end) = (own.shape as usize, network.edge(edge + 1).shape as usize);
    let point = |i: usize| match i {
        0 => network.nodes[own.from as usize],
        i if start + i - 1 < end => network.shapes[start + i - 1],
        _ => network.nodes[own.to as usize],
    };
    [point(segment as usize), point(segment as usize + 1)]
}

/// A state at the end of a journey's first or last piece of road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The state.
    pub state: u32,
    /// Cost between it and the place, link included.
    pub cost: u32,
    /// Millimetres between them, link included.
    pub mm: u32,
}

/// Where journeys start and end on the network.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    starts: Vec<u32>,
    all: Vec<Anchor>,
}

impl Anchors {
    /// Per place the states a journey comes to first when it sets out there.
    pub fn leaving(network: &Network, graph: &Graph, snaps: &[Option<Snap>]) -> Self {
        Self::of(snaps, |snap, push| {
            for direction in Direction::ALL {
                let arc = ArcId::new(snap.edge, direction);
                if let Some(state) = graph.leaving(network, arc) {
                    push(rest(network, graph, snap, arc, state));
                }
            }
        })
    }

    /// Per place the states a journey comes from last when it ends there.
    pub fn arriving(network: &Network, graph: &Graph, snaps: &[Option<Snap>]) -> Self {
        Self::of(snaps, |snap, push| {
            for direction in Direction::ALL {
                let arc = ArcId::new(snap.edge, direction);
                for state in graph.arriving(network, arc) {
                    push(begun(network, graph, snap, arc, state));
                }
            }
        })
    }

    fn of(snaps: &[Option<Snap>], each: impl Fn(&Snap, &mut dyn FnMut(Anchor))) -> Self {
        let mut own = Self { starts: vec![0], all: Vec::new() };
        for snap in snaps {
            if let Some(snap) = snap {
                each(snap, &mut |anchor| own.all.push(anchor));
            }
            own.starts.push(own.all.len() as u32);
        }
        own
    }

    /// The anchors of a place.
    #[inline]
    pub fn of_place(&self, place: usize) -> &[Anchor] {
        &self.all[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

/// How far along an arc a snapped place is, millimetres.
fn along(network: &Network, snap: &Snap, arc: ArcId) -> u32 {
    match arc.direction() {
        Direction::Forward => snap.along_mm,
        Direction::Backward => network.edge(snap.edge).length_mm - snap.along_mm.min(network.edge(snap.edge).length_mm),
    }
}

/// An arc up to the place, and the link to it.
fn begun(network: &Network, graph: &Graph, snap: &Snap, arc: ArcId, state: u32) -> Anchor {
    let (along, length) = (along(network, snap, arc), network.edge(snap.edge).length_mm);
    let done = super::graph::partial(graph.cost(arc).unwrap_or(0), along, length);
    Anchor { state, cost: link(graph, snap).saturating_add(done), mm: snap.link_mm + along }
}

/// The link, and an arc from the place on.
fn rest(network: &Network, graph: &Graph, snap: &Snap, arc: ArcId, state: u32) -> Anchor {
    let (along, length) = (along(network, snap, arc), network.edge(snap.edge).length_mm);
    let whole = graph.cost(arc).unwrap_or(0);
    let left = whole - super::graph::partial(whole, along, length);
    Anchor { state, cost: link(graph, snap).saturating_add(left), mm: snap.link_mm + length - along.min(length) }
}

fn link(graph: &Graph, snap: &Snap) -> u32 {
    super::graph::link(snap.link_mm, graph.speeds(), graph.measure())
}

/// Cost and millimetres of going from one place to another on the same edge without leaving it; `None` where no direction is
/// open.
pub fn on_one_edge(network: &Network, graph: &Graph, from: &Snap, to: &Snap) -> Option<(u32, u32)> {
    if from.edge != to.edge {
        return None;
    }
    let length = network.edge(from.edge).length_mm;
    let between = Direction::ALL.into_iter().filter_map(|direction| {
        let arc = ArcId::new(from.edge, direction);
        let whole = graph.cost(arc)?;
        let (a, b) = (along(network, from, arc), along(network, to, arc));
        let part = |mm| super::graph::partial(whole, mm, length);
        (a <= b).then(|| (part(b) - part(a), b - a))
    });
    let (cost, mm) = between.min()?;
    let links = link(graph, from).saturating_add(link(graph, to));
    Some((cost.saturating_add(links), mm + from.link_mm + to.link_mm))
}
