//! Which sequences of arcs must not be travelled, and what must a journey remember to keep to that? A file of its own because it is
//! about words and automata: the graph only asks how many states there are and where they lead.
//!
//! Restrictions are words over arcs; the automaton is that of Aho and Corasick (1975), so restrictions over several ways cost
//! nothing extra, and only junctions at which one holds have more than one state.

use super::network::{ArcId, Network};
use std::collections::{HashMap, VecDeque};

/// The words over arcs that must not be travelled. What may only go on one way may not go on any other.
pub(super) fn words(network: &Network, open: &impl Fn(ArcId) -> bool) -> Vec<Vec<ArcId>> {
    let restrictions = network.restrictions();
    let ends: Vec<u32> = restrictions
        .iter()
        .filter(|r| r.only)
        .filter_map(|r| r.arcs.iter().rev().nth(1))
        .map(|a| network.ends(*a).1)
        .collect();
    let mut leaving: HashMap<u32, Vec<ArcId>> = ends.iter().map(|n| (*n, Vec::new())).collect();
    if !leaving.is_empty() {
        for arc in (0..2 * network.edge_count() as u32).map(ArcId) {
            if let Some(list) = leaving.get_mut(&network.ends(arc).0)
                && open(arc)
            {
                list.push(arc);
            }
        }
    }
    let mut words = Vec::new();
    for r in restrictions {
        let Some((last, before)) = r.arcs.split_last() else { continue };
        let Some(end) = before.last().map(|a| network.ends(*a).1) else { continue };
        if !r.only {
            words.push(r.arcs);
        } else if open(*last) {
            // An only that leads into a closed road would close everything: then it is not for this mode.
            let others = leaving[&end].iter().filter(|a| *a != last);
            words.extend(others.map(|a| before.iter().copied().chain([*a]).collect()));
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Open arcs by the junctions at which restrictions hold.
pub(super) fn outgoing(network: &Network, arcs: &[ArcId], words: &[Vec<ArcId>]) -> HashMap<u32, Vec<ArcId>> {
    let mut out: HashMap<u32, Vec<ArcId>> = words.iter().flatten().map(|a| (network.ends(*a).1, Vec::new())).collect();
    for &arc in arcs {
        if let Some(list) = out.get_mut(&network.ends(arc).0) {
            list.push(arc);
        }
    }
    out
}

/// An Aho-Corasick automaton over arcs. Its state 0 remembers nothing.
pub(super) struct Automaton {
    children: HashMap<(u32, u32), u32>,
    fail: Vec<u32>,
    /// Whether a word ends here, or in a state it falls back to.
    ends: Vec<bool>,
    pub(super) last_arc: Vec<ArcId>,
    /// States of the graph for the automaton's: those of words that end are never entered.
    base: u32,
    /// Per arc the graph's state at its end, where that is not the plain junction.
    pub(super) entered: HashMap<u32, u32>,
}

impl Automaton {
    pub(super) fn new(words: &[Vec<ArcId>], base: u32) -> Self {
        let mut own = Self {
            children: HashMap::new(),
            fail: vec![0],
            ends: vec![false],
            last_arc: vec![ArcId(u32::MAX)],
            base,
            entered: HashMap::new(),
        };
        for word in words {
            let mut at = 0;
            for arc in word {
                let next = own.fail.len() as u32;
                at = *own.children.entry((at, arc.0)).or_insert(next);
                if at == next {
                    own.fail.push(0);
                    own.ends.push(false);
                    own.last_arc.push(*arc);
                }
            }
            own.ends[at as usize] = true;
        }
        // Breadth first, so that a state's fallback is settled before it is used.
        let mut links: Vec<(u32, u32, u32)> = own.children.iter().map(|(&(p, a), &c)| (p, a, c)).collect();
        links.sort_unstable();
        let mut queue: VecDeque<u32> = [0].into();
        while let Some(parent) = queue.pop_front() {
            let from = links.partition_point(|l| l.0 < parent);
            for &(_, arc, child) in links[from..].iter().take_while(|l| l.0 == parent) {
                if parent != 0 {
                    let fallback = own.step(own.fail[parent as usize], arc);
                    own.fail[child as usize] = fallback;
                    own.ends[child as usize] |= own.ends[fallback as usize];
                }
                queue.push_back(child);
            }
        }
        let of_root = links.iter().filter(|l| l.0 == 0).map(|&(_, arc, child)| (arc, base + child - 1));
        own.entered = of_root.collect();
        own
    }

    fn step(&self, mut state: u32, arc: u32) -> u32 {
        loop {
            if let Some(&next) = self.children.get(&(state, arc)) {
                return next;
            }
            if state == 0 {
                return 0;
            }
            state = self.fail[state as usize];
        }
    }

    /// Every way on from the states that remember something: state, arc, state.
    pub(super) fn steps(&self, network: &Network, out: &HashMap<u32, Vec<ArcId>>) -> Vec<(u32, ArcId, u32)> {
        let mut steps = Vec::new();
        for state in 1..self.fail.len() as u32 {
            if self.ends[state as usize] {
                continue;
            }
            let last = self.last_arc[state as usize];
            let ways_on = out.get(&network.ends(last).1).map_or(&[][..], Vec::as_slice);
            for &arc in ways_on {
                // A sign against a turn is mostly one against turning around as well, and few map both: so whoever is held by a
                // restriction does not turn on the spot, unless there is no other way on.
                if arc == last.turned() && ways_on.len() > 1 {
                    continue;
                }
                let next = self.step(state, arc.0);
                if !self.ends[next as usize] {
                    let to = if next == 0 { network.ends(arc).1 } else { self.base + next - 1 };
                    steps.push((self.base + state - 1, arc, to));
                }
            }
        }
        steps
    }
}
