//! Which parts of a network hang together? A place on an island of road reaches nobody. A file of its own because it is a graph
//! algorithm without roads: strongly connected parts (Tarjan 1972), without recursion.

use super::graph::{Adjacency, Graph};
use super::network::Network;

/// Per state the number of its strongly connected part, numbered by their lowest state.
pub(super) fn strong(arcs: &Adjacency) -> Vec<u32> {
    const NEW: u32 = u32::MAX;
    let states = arcs.states();
    let (mut index, mut low) = (vec![NEW; states], vec![0u32; states]);
    let mut part = vec![NEW; states];
    let (mut stack, mut path): (Vec<u32>, Vec<(u32, u32)>) = (Vec::new(), Vec::new());
    let (mut next, mut parts) = (0, 0);
    for root in 0..states as u32 {
        if index[root as usize] != NEW {
            continue;
        }
        path.push((root, 0));
        while let Some((state, seen)) = path.last_mut() {
            let (at, hop) = (*state as usize, *seen as usize);
            if hop == 0 {
                (index[at], low[at]) = (next, next);
                next += 1;
                stack.push(*state);
            }
            if let Some(to) = arcs.hops(*state).get(hop).map(|h| h.state) {
                *seen += 1;
                if index[to as usize] == NEW {
                    path.push((to, 0));
                } else if part[to as usize] == NEW {
                    low[at] = low[at].min(index[to as usize]);
                }
                continue;
            }
            let state = *state;
            path.pop();
            if let Some((above, _)) = path.last() {
                low[*above as usize] = low[*above as usize].min(low[at]);
            }
            if low[at] == index[at] {
                while let Some(member) = stack.pop() {
                    part[member as usize] = parts;
                    if member == state {
                        break;
                    }
                }
                parts += 1;
            }
        }
    }
    renumbered(part, parts)
}

fn renumbered(mut part: Vec<u32>, parts: u32) -> Vec<u32> {
    let mut number = vec![u32::MAX; parts as usize];
    let mut next = 0;
    for p in &mut part {
        let own = &mut number[*p as usize];
        if *own == u32::MAX {
            *own = next;
            next += 1;
        }
        *p = *own;
    }
    part
}

/// The same with every junction in the largest part that any of its states is in: where all arrivals but those of a side street are
/// under a restriction, the state that remembers nothing is one that only the side street leads to, and the junction is none the
/// less part of the network. States that are copies of junctions come last, with the junctions they are copies of.
pub(super) fn of_junctions(mut part: Vec<u32>, copies: &[u32]) -> Vec<u32> {
    let mut sizes = vec![0u32; part.iter().max().map_or(0, |m| *m as usize + 1)];
    part.iter().for_each(|p| sizes[*p as usize] += 1);
    let first = part.len() - copies.len();
    for (copy, &junction) in (first..).zip(copies) {
        let (own, of_copy) = (part[junction as usize], part[copy]);
        if sizes[of_copy as usize] > sizes[own as usize] {
            part[junction as usize] = of_copy;
        }
    }
    part
}

/// Length of road within each part, metres: edges with both ends in it that can be travelled.
pub(super) fn lengths(network: &Network, graph: &Graph, part: &[u32]) -> Vec<f64> {
    let parts = part.iter().max().map_or(0, |m| *m as usize + 1);
    let mut lengths = vec![0.0; parts];
    for edge in 0..network.edge_count() as u32 {
        let own = network.edge(edge);
        let (a, b) = (part[own.from as usize], part[own.to as usize]);
        if a == b && graph.is_open(edge) {
            lengths[a as usize] += f64::from(own.length_mm) / 1000.0;
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_way_leads_to_a_part_of_its_own_and_a_circle_is_one_part() {
        let arcs = Adjacency::of_arcs(6, &[(0, 1, 1), (1, 2, 1), (2, 0, 1), (2, 3, 1), (4, 5, 1), (5, 4, 1)]);
        assert_eq!(strong(&arcs), [0, 0, 0, 1, 2, 2]);
    }

    #[test]
    fn a_junction_belongs_to_the_largest_part_of_its_states() {
        assert_eq!(of_junctions(vec![0, 1, 1, 2, 1, 3], &[0, 3]), [1, 1, 1, 2, 1, 3]);
    }

    #[test]
    fn parts_are_those_of_brute_force() {
        let mut seed = 5u64;
        let mut chance = |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % n
        };
        for case in 0..200 {
            let n = 2 + chance(12) as usize;
            let arcs: Vec<(u32, u32, u32)> =
                (0..chance(30)).map(|_| (chance(n as u64) as u32, chance(n as u64) as u32, 1)).collect();
            let mut reach = vec![vec![false; n]; n];
            (0..n).for_each(|i| reach[i][i] = true);
            arcs.iter().for_each(|a| reach[a.0 as usize][a.1 as usize] = true);
            for k in 0..n {
                for i in 0..n {
                    for j in 0..n {
                        reach[i][j] |= reach[i][k] && reach[k][j];
                    }
                }
            }
            let part = strong(&Adjacency::of_arcs(n, &arcs));
            for i in 0..n {
                for j in 0..n {
                    assert_eq!(part[i] == part[j], reach[i][j] && reach[j][i], "case {case}: {arcs:?}, {i} and {j}");
                }
            }
        }
    }
}
