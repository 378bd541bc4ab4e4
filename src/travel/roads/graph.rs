//! The network as one mode sees it in one season: what each arc costs, and arcs by the state they leave or enter. A file of its
//! own because barriers and turn restrictions end here: a search below knows states and costs and nothing of roads.
//!
//! A *state* is a junction, or a junction together with how it was entered where that decides how to go on. Restrictions are
//! words over arcs that must not be travelled; a state is what an Aho-Corasick automaton for these words remembers (Aho and
//! Corasick 1975). So few junctions have more than one state, and restrictions over several ways cost nothing extra. Turning
//! around is allowed, but not on the arc at whose end a restriction holds.

use super::class::{Direction, Ground};
use super::network::{ArcId, Network};
use super::speeds::Speeds;
use super::turns::{Automaton, outgoing, words};
use crate::model::Mode;
use rayon::prelude::*;
use std::collections::HashMap;

/// Cost of what cannot be travelled.
pub const CLOSED: u32 = u32::MAX;

/// What a journey costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Milliseconds.
    Time,
    /// Millimetres.
    Length,
}

/// An arc of the search: where it leads and at what cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hop {
    /// The state at its end (or its start, where arcs are listed by their end).
    pub state: u32,
    /// Cost.
    pub cost: u32,
}

/// Arcs by state, in one piece of memory.
#[derive(Debug, Clone, Default)]
pub struct Adjacency {
    first: Vec<u32>,
    hops: Vec<Hop>,
    /// Millimetres of each arc.
    mm: Vec<u32>,
    /// Mean and largest cost of an arc, which shape a queue.
    usual: u32,
    most: u32,
}

impl Adjacency {
    /// Arcs as state, hop and millimetres.
    fn new(states: usize, arcs: impl Iterator<Item = (u32, Hop, u32)> + Clone) -> Self {
        let mut first = vec![0u32; states + 1];
        arcs.clone().for_each(|(at, ..)| first[at as usize + 1] += 1);
        (0..states).for_each(|i| first[i + 1] += first[i]);
        let mut next = first.clone();
        let count = first[states] as usize;
        let (mut hops, mut lengths) = (vec![Hop::default(); count], vec![0; count]);
        let (mut sum, mut most) = (0u64, 0);
        for (at, hop, mm) in arcs {
            let slot = &mut next[at as usize];
            (hops[*slot as usize], lengths[*slot as usize]) = (hop, mm);
            *slot += 1;
            sum += u64::from(hop.cost);
            most = most.max(hop.cost);
        }
        let usual = (sum / (count as u64).max(1)) as u32;
        Self { first, hops, mm: lengths, usual, most }
    }

    /// Straight from lists of from, to and cost, for tests and benches.
    pub fn of_arcs(states: usize, arcs: &[(u32, u32, u32)]) -> Self {
        Self::new(states, arcs.iter().map(|&(from, to, cost)| (from, Hop { state: to, cost }, 0)))
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.first.len().saturating_sub(1)
    }

    /// Arcs of a state.
    #[inline]
    pub fn hops(&self, state: u32) -> &[Hop] {
        &self.hops[self.first[state as usize] as usize..self.first[state as usize + 1] as usize]
    }

    /// Where the arcs of a state stand among all.
    #[inline]
    pub fn range(&self, state: u32) -> std::ops::Range<u32> {
        self.first[state as usize]..self.first[state as usize + 1]
    }

    /// The arc that stands here, and its millimetres.
    pub fn hop(&self, at: u32) -> (Hop, u32) {
        (self.hops[at as usize], self.mm[at as usize])
    }

    /// Number of arcs.
    pub fn len(&self) -> usize {
        self.hops.len()
    }

    /// Whether there is no arc.
    pub fn is_empty(&self) -> bool {
        self.hops.is_empty()
    }

    /// Mean and largest cost of an arc.
    pub fn costs(&self) -> (u32, u32) {
        (self.usual, self.most)
    }
}

/// The network of one mode, season and measure.
#[derive(Debug, Clone)]
pub struct Graph {
    speeds: Speeds,
    measure: Measure,
    /// Per arc its cost, [`CLOSED`] where it cannot be travelled.
    costs: Vec<u32>,
    states: usize,
    /// Junctions of the states beyond those that are junctions.
    copies: Vec<u32>,
    /// Arcs by the state they leave, and by the state they enter.
    onward: Adjacency,
    back: Adjacency,
    /// Per arc the state that a journey is in that started on it: its end.
    entered: HashMap<u32, u32>,
    /// Per arc the states, beside its plain start, from which it may be travelled.
    more_starts: HashMap<u32, Vec<u32>>,
    /// Junctions that nobody passes in this mode.
    closed: Vec<u32>,
    /// Per state the number of its part (of a junction the largest of its states), and length of road and whether it is the main one per part.
    part_of: Vec<u32>,
    parts: Vec<f64>,
}

impl Graph {
    /// Prepares the network for one mode, season and measure.
    pub fn new(network: &Network, speeds: &Speeds, measure: Measure) -> Self {
        let costs = costs(network, speeds, measure);
        let (mode, ground) = (speeds.mode(), speeds.ground());
        let closed: Vec<u32> = closed(network, mode, ground);
        let nodes = network.nodes.len();
        let passes = |node: u32| closed.binary_search(&node).is_err();
        let open = |arc: ArcId| {
            let (from, to) = network.ends(arc);
            costs[arc.0 as usize] != CLOSED && (closed.is_empty() || passes(from) && passes(to))
        };
        let arcs: Vec<ArcId> =
            (0..2 * network.edge_count() as u32).into_par_iter().map(ArcId).filter(|a| open(*a)).collect();
        let words = if mode == Mode::Drive { words(network, &open) } else { Vec::new() };
        let automaton = Automaton::new(&words, nodes as u32);
        let states = nodes + automaton.last_arc.len() - 1;
        let mm = |arc: ArcId| network.edge(arc.edge()).length_mm;
        let mut hops: Vec<(u32, Hop, u32)> = Vec::with_capacity(arcs.len());
        for &arc in &arcs {
            let (from, to) = network.ends(arc);
            let state = automaton.entered.get(&arc.0).copied().unwrap_or(to);
            hops.push((from, Hop { state, cost: costs[arc.0 as usize] }, mm(arc)));
        }
        let mut more_starts: HashMap<u32, Vec<u32>> = HashMap::new();
        if !words.is_empty() {
            let out = outgoing(network, &arcs, &words);
            for (state, arc, to) in automaton.steps(network, &out) {
                hops.push((state, Hop { state: to, cost: costs[arc.0 as usize] }, mm(arc)));
                more_starts.entry(arc.0).or_default().push(state);
            }
        }
        let onward = Adjacency::new(states, hops.iter().copied());
        let turned = |&(from, hop, mm): &(u32, Hop, u32)| (hop.state, Hop { state: from, cost: hop.cost }, mm);
        let back = Adjacency::new(states, hops.iter().map(turned));
        let mut graph = Self {
            speeds: speeds.clone(),
            measure,
            costs,
            states,
            copies: automaton.last_arc[1..].iter().map(|a| network.ends(*a).1).collect(),
            onward,
            back,
            entered: automaton.entered,
            more_starts,
            closed,
            part_of: Vec::new(),
            parts: Vec::new(),
        };
        let strong = super::parts::of_junctions(super::parts::strong(&graph.onward), &graph.copies);
        graph.parts = super::parts::lengths(network, &graph, &strong);
        graph.part_of = strong;
        graph
    }

    /// Speeds it was made for.
    pub fn speeds(&self) -> &Speeds {
        &self.speeds
    }

    /// What it counts.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    /// The junction of a state.
    pub fn junction(&self, state: u32) -> u32 {
        let nodes = self.states - self.copies.len();
        (state as usize).checked_sub(nodes).map_or(state, |i| self.copies[i])
    }

    /// Arcs by the state they leave: who gets where.
    pub fn onward(&self) -> &Adjacency {
        &self.onward
    }

    /// Arcs by the state they enter: who comes from where.
    pub fn back(&self) -> &Adjacency {
        &self.back
    }

    /// Cost of an arc; `None` where it is closed.
    pub fn cost(&self, arc: ArcId) -> Option<u32> {
        Some(self.costs[arc.0 as usize]).filter(|c| *c != CLOSED)
    }

    /// Whether an edge can be travelled at all.
    pub fn is_open(&self, edge: u32) -> bool {
        Direction::ALL.iter().any(|&d| self.cost(ArcId::new(edge, d)).is_some())
    }

    /// Where a journey that starts on an arc comes to at its end; `None` where it cannot.
    pub fn leaving(&self, network: &Network, arc: ArcId) -> Option<u32> {
        self.cost(arc)?;
        let to = network.ends(arc).1;
        if self.closed.binary_search(&to).is_ok() {
            return None;
        }
        Some(self.entered.get(&arc.0).copied().unwrap_or(to))
    }

    /// The states from which a journey may end on an arc.
    pub fn arriving(&self, network: &Network, arc: ArcId) -> impl Iterator<Item = u32> + '_ {
        let from = network.ends(arc).0;
        let open = self.cost(arc).is_some() && self.closed.binary_search(&from).is_err();
        let more = self.more_starts.get(&arc.0).into_iter().flatten().copied();
        open.then_some(from).into_iter().chain(more.filter(move |_| open))
    }

    /// Number of the part that an edge belongs to (the largest strongly connected part that it leads to or from), and the
    /// length of that part in metres.
    pub fn part(&self, network: &Network, edge: u32) -> (u32, f64) {
        let own = network.edge(edge);
        let [a, b] = [own.from, own.to].map(|node| self.part_of[node as usize]);
        let best = if self.parts[a as usize] >= self.parts[b as usize] { a } else { b };
        (best, self.parts[best as usize])
    }

    /// Length of road by part, metres; the largest is the main one.
    pub fn parts(&self) -> &[f64] {
        &self.parts
    }

    /// Part of a state.
    pub fn part_of_state(&self, state: u32) -> u32 {
        self.part_of[state as usize]
    }
}

/// Cost of every arc, in parallel.
fn costs(network: &Network, speeds: &Speeds, measure: Measure) -> Vec<u32> {
    // Per class and direction: milliseconds (or millimetres) per millimetre.
    let per_mm: Vec<[Option<f64>; 2]> = network
        .classes
        .iter()
        .map(|c| Direction::ALL.map(|d| speeds.kmh(c, d).map(|kmh| rate(measure, kmh))))
        .collect();
    let edges = &network.edges[..network.edge_count()];
    let of = |edge: &super::network::Edge| {
        per_mm[edge.class as usize].map(|rate| rate.map_or(CLOSED, |r| cost(f64::from(edge.length_mm), r)))
    };
    edges.par_iter().flat_map_iter(of).collect()
}

/// Cost of a millimetre.
pub fn rate(measure: Measure, kmh: f64) -> f64 {
    match measure {
        Measure::Time => 3.6 / kmh,
        Measure::Length => 1.0,
    }
}

/// Cost of a length, rounded to the unit.
pub fn cost(mm: f64, rate: f64) -> u32 {
    (mm * rate).round().min(f64::from(CLOSED - 1)) as u32
}

/// Junctions that a mode cannot pass, ascending.
fn closed(network: &Network, mode: Mode, ground: Ground) -> Vec<u32> {
    let shut = |b: &&super::network::Barrier| !b.access.allows(mode, Direction::Forward, ground);
    network.barriers.iter().filter(shut).map(|b| b.node).collect()
}

/// Cost of a part of an edge: of its first `along` millimetres, so that the two parts add up to the whole.
pub fn partial(whole: u32, along_mm: u32, length_mm: u32) -> u32 {
    if length_mm == 0 {
        return 0;
    }
    let (whole, along, length) = (u64::from(whole), u64::from(along_mm.min(length_mm)), u64::from(length_mm));
    ((whole * along + length / 2) / length) as u32
}

/// Cost of walking from a place to its road.
pub fn link(link_mm: u32, speeds: &Speeds, measure: Measure) -> u32 {
    cost(f64::from(link_mm), rate(measure, speeds.link_kmh()))
}
