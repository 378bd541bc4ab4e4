//! The road network as such, whoever travels: junctions, edges between them with their shape and class, barriers and turn
//! restrictions. A file of its own because it is what is built once, cached, and asked by everything else.

use super::class::{Access, Direction, WayClass};
use super::columns::Column;
use super::lengths::{self, Point};

/// An edge in one of its directions: twice its number, plus one when against its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArcId(pub u32);

impl ArcId {
    /// An edge in a direction.
    pub fn new(edge: u32, direction: Direction) -> Self {
        Self(2 * edge + direction as u32)
    }

    /// Its edge.
    pub fn edge(self) -> u32 {
        self.0 / 2
    }

    /// Its direction.
    pub fn direction(self) -> Direction {
        if self.0 & 1 == 0 { Direction::Forward } else { Direction::Backward }
    }

    /// The same edge the other way.
    pub fn turned(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// A piece of road between two junctions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Edge {
    /// First junction.
    pub from: u32,
    /// Last junction.
    pub to: u32,
    /// Length in millimetres.
    pub length_mm: u32,
    /// Number of its class.
    pub class: u32,
    /// Where its points between the junctions start; they end where those of the next edge start.
    pub shape: u32,
}

/// A junction that not everybody may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Barrier {
    /// The junction.
    pub node: u32,
    /// Who may pass.
    pub access: Access,
    /// Unused.
    pub pad: u16,
}

/// What reading the file brought to light; part of the network, so that a cached one says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Tally {
    /// Ways that somebody may travel on.
    pub ways: u64,
    /// Places where a way leaves the extract: nodes that are referred to and not in the file.
    pub missing_nodes: u64,
    /// Turn restrictions that hold.
    pub restrictions: u64,
    /// Turn restrictions that could not be applied: a member is missing, or they are for some hours only.
    pub restrictions_left_out: u64,
}

/// Junctions, edges, barriers and restrictions.
#[derive(Debug, Clone)]
pub struct Network {
    /// Junctions, near ones near each other (Hilbert order).
    pub nodes: Column<Point>,
    /// Edges by their first junction, and a last one that only ends the shapes.
    pub edges: Column<Edge>,
    /// Points between junctions.
    pub shapes: Column<Point>,
    /// Classes.
    pub classes: Column<WayClass>,
    /// Barriers by junction.
    pub barriers: Column<Barrier>,
    /// Turn restrictions for driving, one after the other: `2 * arcs + only`, then the arcs.
    pub restrictions: Column<u32>,
    /// What was read.
    pub tally: Tally,
}

/// A turn restriction: who came over all but the last of the arcs may not (or may only) go on over the last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Restriction {
    /// At least two arcs, each ending where the next begins.
    pub arcs: Vec<ArcId>,
    /// Whether the last is the only way on, rather than the one that is closed.
    pub only: bool,
}

impl Network {
    /// Number of edges.
    pub fn edge_count(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// An edge.
    pub fn edge(&self, edge: u32) -> Edge {
        self.edges[edge as usize]
    }

    /// The class of an edge.
    pub fn class(&self, edge: &Edge) -> &WayClass {
        &self.classes[edge.class as usize]
    }

    /// The points of an edge, both junctions included.
    pub fn points(&self, edge: u32) -> impl Iterator<Item = Point> + '_ {
        let (own, next) = (self.edge(edge), self.edge(edge + 1));
        let between = &self.shapes[own.shape as usize..next.shape as usize];
        let ends = [self.nodes[own.from as usize], self.nodes[own.to as usize]];
        std::iter::once(ends[0]).chain(between.iter().copied()).chain(std::iter::once(ends[1]))
    }

    /// Where an arc starts and ends.
    pub fn ends(&self, arc: ArcId) -> (u32, u32) {
        let edge = self.edge(arc.edge());
        match arc.direction() {
            Direction::Forward => (edge.from, edge.to),
            Direction::Backward => (edge.to, edge.from),
        }
    }

    /// The turn restrictions.
    pub fn restrictions(&self) -> Vec<Restriction> {
        let (mut rest, mut all) = (&self.restrictions[..], Vec::new());
        while let Some((&head, after)) = rest.split_first() {
            let (arcs, next) = after.split_at((head / 2) as usize);
            all.push(Restriction { arcs: arcs.iter().map(|&a| ArcId(a)).collect(), only: head & 1 == 1 });
            rest = next;
        }
        all
    }

    /// South-west and north-east corner; `None` without a junction.
    pub fn extent(&self) -> Option<(Point, Point)> {
        let mut all = self.nodes.iter().chain(self.shapes.iter());
        let first = *all.next()?;
        Some(all.fold((first, first), |(low, high), p| {
            ([low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])])
        }))
    }

    /// Length of all edges in kilometres.
    pub fn length_km(&self) -> f64 {
        self.edges.iter().map(|e| f64::from(e.length_mm)).sum::<f64>() * 1e-6
    }

    /// Whether every number in it points to something: what a search relies on. Linear.
    pub fn is_sound(&self) -> bool {
        let (nodes, shapes, edges) = (self.nodes.len() as u64, self.shapes.len() as u64, self.edge_count() as u64);
        let Some((last, own)) = self.edges.split_last() else { return false };
        u64::from(last.shape) == shapes
            && own.iter().all(|e| u64::from(e.from.max(e.to)) < nodes && (e.class as usize) < self.classes.len())
            && self.edges.windows(2).all(|pair| pair[0].shape <= pair[1].shape)
            && self.barriers.iter().all(|b| u64::from(b.node) < nodes)
            && {
                let mut rest = &self.restrictions[..];
                loop {
                    let Some((&head, after)) = rest.split_first() else { break true };
                    let Some((arcs, next)) = after.split_at_checked((head / 2) as usize) else { break false };
                    if arcs.len() < 2 || arcs.iter().any(|a| u64::from(*a) >= 2 * edges) {
                        break false;
                    }
                    rest = next;
                }
            }
    }

    /// Length of the part of an edge before its point number `segment`, and of the whole, as the geometry gives it.
    pub(super) fn measured(&self, edge: u32, segment: usize) -> (f64, f64) {
        let (mut before, mut whole, mut last) = (0.0, 0.0, None);
        for (i, p) in self.points(edge).enumerate() {
            if let Some(last) = last {
                whole += lengths::segment(last, p).0;
            }
            if i == segment {
                before = whole;
            }
            last = Some(p);
        }
        (before, whole)
    }
}
