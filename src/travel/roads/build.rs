//! From ways to a network: where roads meet they are cut into edges, and near junctions get near numbers. A file of its own
//! because this is arithmetic on what `ways.rs` has read, and is tested without a file.
//!
//! 1. A node is a junction where ways meet, end, are cut by the edge of the extract, or where not everybody may pass.
//! 2. Junctions are numbered along a Hilbert curve, so that a search stays in the cache (Haverkort and van Walderveen 2010).
//! 3. Edges are laid down by their first junction; ways with the same class share one.
//! 4. Turn restrictions are rewritten from ways to arcs.

use super::class::{Direction, Highway, WayClass};
use super::columns::Column;
use super::lengths::{self, Point};
use super::network::{ArcId, Barrier, Edge, Network, Restriction, Tally};
use super::ways::{NOWHERE, RawRestriction, RawWay, Via, Ways};
use rayon::prelude::*;
use std::collections::HashMap;

/// A stretch of a way between two junctions: from where to where in the list of all nodes of ways.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    way: u32,
    start: usize,
    end: usize,
}

/// Builds the network.
pub(super) fn build(ways: &Ways) -> Network {
    let missing = ways.points.iter().filter(|p| **p == NOWHERE).count() as u64;
    let stretches = stretches(ways);
    let (number, nodes) = junctions(ways, &stretches);
    let (classes, class_of) = classes(ways);

    // Edges by their first junction; a counting sort keeps those of one junction in the order of the file.
    let first = |s: &Stretch| number[ways.nodes[s.start] as usize];
    let mut slots = vec![0u32; nodes.len() + 1];
    stretches.iter().for_each(|s| slots[first(s) as usize + 1] += 1);
    (1..slots.len()).for_each(|i| slots[i] += slots[i - 1]);
    let mut order = vec![0u32; stretches.len()];
    let mut edge_of = vec![0u32; stretches.len()];
    for (i, s) in stretches.iter().enumerate() {
        let slot = &mut slots[first(s) as usize];
        (order[*slot as usize], edge_of[i]) = (i as u32, *slot);
        *slot += 1;
    }
    let length = |&i: &u32| {
        let s = &stretches[i as usize];
        let points = ways.nodes[s.start..=s.end].iter().map(|n| ways.points[*n as usize]);
        let metres: f64 = points.clone().zip(points.skip(1)).map(|(a, b)| lengths::segment(a, b).0).sum();
        (metres * 1000.0).round().min(f64::from(u32::MAX)) as u32
    };
    let length_mm: Vec<u32> = order.par_iter().map(length).collect();
    let (mut edges, mut shapes) = (Vec::with_capacity(order.len() + 1), Vec::new());
    for (&i, &length_mm) in order.iter().zip(&length_mm) {
        let s = stretches[i as usize];
        let [from, to] = [s.start, s.end].map(|at| number[ways.nodes[at] as usize]);
        edges.push(Edge { from, to, length_mm, class: class_of[s.way as usize], shape: shapes.len() as u32 });
        shapes.extend(ways.nodes[s.start + 1..s.end].iter().map(|n| ways.points[*n as usize]));
    }
    edges.push(Edge { shape: shapes.len() as u32, ..Edge::default() });

    let mut barriers: Vec<Barrier> = ways
        .barriers
        .iter()
        .filter(|(node, _)| number[*node as usize] != u32::MAX)
        .map(|&(node, access)| Barrier { node: number[node as usize], access, pad: 0 })
        .collect();
    barriers.sort_unstable_by_key(|b| b.node);
    let mut network = Network {
        nodes: Column::Built(nodes),
        edges: Column::Built(edges),
        shapes: Column::Built(shapes),
        classes: Column::Built(classes),
        barriers: Column::Built(barriers),
        restrictions: Column::Built(Vec::new()),
        tally: Tally { ways: ways.ways.len() as u64, missing_nodes: missing, ..Tally::default() },
    };
    let (restrictions, left_out) = restrictions(ways, &network, &stretches, &edge_of, &number);
    network.tally.restrictions = restrictions.len() as u64;
    network.tally.restrictions_left_out = left_out + ways.restrictions_left_out;
    let mut packed = Vec::new();
    for r in &restrictions {
        packed.push(2 * r.arcs.len() as u32 + u32::from(r.only));
        packed.extend(r.arcs.iter().map(|a| a.0));
    }
    network.restrictions = Column::Built(packed);
    network
}

/// The nodes of a way, as a range of all nodes of ways.
fn nodes_of(ways: &[RawWay], way: usize) -> std::ops::Range<usize> {
    (if way == 0 { 0 } else { ways[way - 1].end })..ways[way].end
}

/// Cuts ways at junctions; a stretch has at least two different nodes or is a loop with something between.
fn stretches(ways: &Ways) -> Vec<Stretch> {
    let there = |at: usize| ways.points[ways.nodes[at] as usize] != NOWHERE;
    let mut uses = vec![0u8; ways.ids.len()];
    let mut touch = |node: u32, times: u8| {
        let used = &mut uses[node as usize];
        *used = used.saturating_add(times);
    };
    ways.barriers.iter().for_each(|(node, _)| touch(*node, 2));
    for way in 0..ways.ways.len() {
        let range = nodes_of(&ways.ways, way);
        for at in range.clone() {
            // An end of the way, or of what the extract holds of it.
            let end = at == range.start || at + 1 == range.end || !there(at - 1) || !there(at + 1);
            touch(ways.nodes[at], if end { 2 } else { 1 });
        }
    }
    let mut stretches = Vec::new();
    for way in 0..ways.ways.len() {
        let mut start: Option<usize> = None;
        for at in nodes_of(&ways.ways, way) {
            if !there(at) {
                start = None;
                continue;
            }
            if uses[ways.nodes[at] as usize] < 2 {
                continue;
            }
            if let Some(start) = start
                && (ways.nodes[start] != ways.nodes[at] || at - start > 1)
            {
                stretches.push(Stretch { way: way as u32, start, end: at });
            }
            start = Some(at);
        }
    }
    stretches
}

/// The number of every junction (`u32::MAX` for other nodes), and their points in that order.
fn junctions(ways: &Ways, stretches: &[Stretch]) -> (Vec<u32>, Vec<Point>) {
    let mut number = vec![u32::MAX; ways.ids.len()];
    let mut used: Vec<(u64, u32)> = Vec::new();
    for node in stretches.iter().flat_map(|s| [s.start, s.end]).map(|at| ways.nodes[at]) {
        if number[node as usize] == u32::MAX {
            number[node as usize] = 0;
            used.push((hilbert(ways.points[node as usize]), node));
        }
    }
    used.par_sort_unstable();
    for (i, (_, node)) in (0..).zip(&used) {
        number[*node as usize] = i;
    }
    let points = used.iter().map(|(_, node)| ways.points[*node as usize]).collect();
    (number, points)
}

/// Place of a point on a Hilbert curve over all longitudes and latitudes.
fn hilbert(p: Point) -> u64 {
    let [mut x, mut y] = p.map(|v| (v as u32) ^ 0x8000_0000);
    let mut d = 0u64;
    for s in (0..32).rev() {
        let (rx, ry) = (x >> s & 1, y >> s & 1);
        d = d << 2 | u64::from((3 * rx) ^ ry);
        if ry == 0 {
            if rx == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    d
}

/// The distinct classes in the order of first use, and that of every way. A ferry's duration becomes a speed.
fn classes(ways: &Ways) -> (Vec<WayClass>, Vec<u32>) {
    let (mut classes, mut known): (Vec<WayClass>, HashMap<WayClass, u32>) = (Vec::new(), HashMap::new());
    let mut of = Vec::with_capacity(ways.ways.len());
    for (i, way) in ways.ways.iter().enumerate() {
        let mut class = way.class;
        if let Some(seconds) = way.duration.filter(|_| class.highway == Highway::Ferry as u8) {
            let points: Vec<Point> =
                ways.nodes[nodes_of(&ways.ways, i)].iter().map(|n| ways.points[*n as usize]).collect();
            // What the extract does not hold of a ferry's line cannot be measured, so its duration says nothing.
            if !points.contains(&NOWHERE) {
                let metres: f64 = points.windows(2).map(|w| lengths::segment(w[0], w[1]).0).sum();
                class.ferry_um_per_s = (metres * 1e6 / f64::from(seconds)).round().clamp(1.0, 4e9) as u32;
            }
        }
        let next = classes.len() as u32;
        let number = *known.entry(class).or_insert(next);
        if number == next {
            classes.push(class);
        }
        of.push(number);
    }
    (classes, of)
}

/// Restrictions over arcs, sorted, and how many could not be rewritten.
fn restrictions(
    ways: &Ways,
    network: &Network,
    stretches: &[Stretch],
    edge_of: &[u32],
    number: &[u32],
) -> (Vec<Restriction>, u64) {
    let mut starts = vec![0usize; ways.ways.len() + 1];
    stretches.iter().for_each(|s| starts[s.way as usize + 1] += 1);
    (1..starts.len()).for_each(|i| starts[i] += starts[i - 1]);
    let way_by_id: HashMap<i64, usize> = if ways.restrictions.is_empty() {
        HashMap::new()
    } else {
        ways.ways.iter().enumerate().map(|(i, w)| (w.id, i)).collect()
    };
    let edges = |id: i64| way_by_id.get(&id).map(|&w| &edge_of[starts[w]..starts[w + 1]]);
    let node = |id: i64| {
        let at = ways.ids.binary_search(&id).ok()?;
        Some(number[at]).filter(|n| *n != u32::MAX)
    };
    let of = |r: &RawRestriction| -> Option<Vec<ArcId>> {
        let (from, to) = (edges(r.from)?, edges(r.to)?);
        let mut arcs = match &r.via {
            Via::Node(id) => vec![one(from, |a| network.ends(a).1 == node(*id).unwrap_or(u32::MAX))?],
            Via::Ways(ids) => {
                let chain: Vec<&[u32]> = ids.iter().map(|id| edges(*id)).collect::<Option<_>>()?;
                over_ways(network, from, &chain)?
            }
        };
        let at = network.ends(*arcs.last()?).1;
        arcs.push(one(to, |a| network.ends(a).0 == at)?);
        Some(arcs)
    };
    let found: Vec<Option<Restriction>> =
        ways.restrictions.par_iter().map(|r| of(r).map(|arcs| Restriction { arcs, only: r.only })).collect();
    let left_out = found.iter().filter(|f| f.is_none()).count() as u64;
    let mut restrictions: Vec<Restriction> = found.into_iter().flatten().collect();
    restrictions.sort_unstable();
    restrictions.dedup();
    (restrictions, left_out)
}

/// The only arc over these edges for which it holds.
fn one(edges: &[u32], holds: impl Fn(ArcId) -> bool) -> Option<ArcId> {
    let arcs = edges.iter().flat_map(|&e| Direction::ALL.map(|d| ArcId::new(e, d)));
    let mut found = arcs.filter(|a| holds(*a));
    let first = found.next();
    if found.next().is_some() { None } else { first }
}

/// The way from an edge of `from` over whole ways, each in the direction in which it continues the one before.
fn over_ways(network: &Network, from: &[u32], chain: &[&[u32]]) -> Option<Vec<ArcId>> {
    let along = |edges: &[u32], direction: Direction| -> Vec<ArcId> {
        let arcs = edges.iter().map(|&e| ArcId::new(e, direction));
        if direction == Direction::Forward { arcs.collect() } else { arcs.rev().collect() }
    };
    let (first, rest) = chain.split_first()?;
    let starts = Direction::ALL.map(|d| along(first, d)).into_iter().filter_map(|arcs| {
        let at = network.ends(*arcs.first()?).0;
        let before = one(from, |a| network.ends(a).1 == at)?;
        Some(std::iter::once(before).chain(arcs).collect::<Vec<_>>())
    });
    let mut found = starts.filter_map(|mut arcs| {
        for edges in rest {
            let at = network.ends(*arcs.last()?).1;
            let next = Direction::ALL.map(|d| along(edges, d)).into_iter();
            arcs.extend(next.into_iter().find(|n| n.first().is_some_and(|a| network.ends(*a).0 == at))?);
        }
        Some(arcs)
    });
    let first = found.next();
    if found.next().is_some() { None } else { first }
}
