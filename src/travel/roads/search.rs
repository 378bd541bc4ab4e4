//! Which states are reached from here within a limit, and at what cost? A file of its own because it is the innermost loop and
//! knows nothing of roads.
//!
//! Costs are whole numbers, so the queue is a ring of buckets as wide as a power of two (Dial 1969, with the buckets of
//! Denardo and Fox 1979): no comparison of keys, and within a bucket a label may be corrected, which is rare while the width is
//! about the usual cost of an arc. A state is looked at once per label that it ever had in the bucket in hand; the result
//! is exact, as the tests compare with a heap. Cost: linear in the arcs of what is reached.

use super::graph::Adjacency;

/// What cannot be reached.
pub const UNREACHED: u32 = u32::MAX;
/// Longest ring of buckets.
const MOST_BUCKETS: u32 = 1 << 14;

/// The memory of searches: made once per thread, used for many.
#[derive(Debug, Clone)]
pub struct Search {
    labels: Vec<u32>,
    /// The states that may have a label: everything outside this range has none.
    touched: (u32, u32),
    buckets: Vec<Vec<(u32, u32)>>,
    /// A bucket is `2^shift` wide.
    shift: u32,
    hand: Vec<(u32, u32)>,
    /// Per state with a label the state before it and the arc between them, after a measured run; [`UNREACHED`] at a seed.
    before: Vec<(u32, u32)>,
    /// Millimetres by state after a measured run; `u64::MAX` where not known yet.
    mm: Vec<u64>,
}

impl Search {
    /// For searches over these arcs.
    pub fn new(arcs: &Adjacency) -> Self {
        let (usual, most) = arcs.costs();
        let mut shift = (usual / 2).max(1).ilog2();
        while most >> shift >= MOST_BUCKETS - 2 {
            shift += 1;
        }
        let ring = ((most >> shift) + 2).next_power_of_two() as usize;
        Self {
            labels: vec![UNREACHED; arcs.states()],
            touched: (0, 0),
            buckets: vec![Vec::new(); ring],
            shift,
            hand: Vec::new(),
            before: Vec::new(),
            mm: Vec::new(),
        }
    }

    /// Costs by state, [`UNREACHED`] where the last search did not come.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The states among which every reached one is.
    pub fn touched(&self) -> std::ops::Range<u32> {
        self.touched.0..self.touched.1
    }

    /// Reaches every state at a cost of at most `limit` from the nearest of the seeds (state and cost at its start).
    pub fn run(&mut self, arcs: &Adjacency, seeds: impl IntoIterator<Item = (u32, u32)>, limit: u32) {
        self.run_either::<false>(arcs, seeds, limit);
    }

    /// The same, and the length of the cheapest way to each state; seeds carry theirs in millimetres.
    pub fn run_measured(&mut self, arcs: &Adjacency, seeds: impl IntoIterator<Item = (u32, u32, u32)>, limit: u32) {
        let seeds: Vec<(u32, u32, u32)> = seeds.into_iter().collect();
        self.before.resize(self.labels.len(), (UNREACHED, UNREACHED));
        self.mm.clear();
        self.mm.resize(self.labels.len(), u64::MAX);
        self.run_either::<true>(arcs, seeds.iter().map(|s| (s.0, s.1)), limit);
        for (state, cost, mm) in seeds {
            if self.labels[state as usize] == cost && self.before[state as usize].0 == UNREACHED {
                let own = &mut self.mm[state as usize];
                *own = (*own).min(u64::from(mm));
            }
        }
        let mut path = Vec::new();
        for state in self.touched() {
            if self.labels[state as usize] == UNREACHED {
                continue;
            }
            let mut at = state;
            while self.mm[at as usize] == u64::MAX {
                path.push(at);
                at = self.before[at as usize].0;
            }
            while let Some(next) = path.pop() {
                let (from, hop) = self.before[next as usize];
                self.mm[next as usize] = self.mm[from as usize] + u64::from(arcs.hop(hop).1);
            }
        }
    }

    /// Millimetres to a state that the last, measured, run reached.
    pub fn mm(&self, state: u32) -> u64 {
        self.mm[state as usize]
    }

    fn run_either<const MEASURED: bool>(
        &mut self,
        arcs: &Adjacency,
        seeds: impl IntoIterator<Item = (u32, u32)>,
        limit: u32,
    ) {
        let (low, high) = self.touched;
        self.labels[low as usize..high as usize].fill(UNREACHED);
        let (mut low, mut high) = (u32::MAX, 0);
        let limit = limit.min(UNREACHED - 1);
        let mask = self.buckets.len() as u32 - 1;
        let shift = self.shift;
        let mut waiting = 0usize;
        // Seeds may lie farther apart than the ring is long, so they enter as the ring comes by.
        let mut seeds: Vec<(u32, u32)> = seeds.into_iter().filter(|s| s.1 <= limit).map(|(s, c)| (c, s)).collect();
        seeds.sort_unstable_by(|a, b| b.cmp(a));
        let Some(&(least, _)) = seeds.last() else {
            self.touched = (0, 0);
            return;
        };
        let mut turn = least >> shift;
        let labels = &mut self.labels[..];
        loop {
            while let Some(&(cost, state)) = seeds.last().filter(|s| s.0 >> shift <= turn) {
                seeds.pop();
                if cost < labels[state as usize] {
                    labels[state as usize] = cost;
                    if MEASURED {
                        self.before[state as usize] = (UNREACHED, UNREACHED);
                    }
                    self.buckets[(turn & mask) as usize].push((cost, state));
                    waiting += 1;
                }
            }
            if waiting == 0 {
                match seeds.last() {
                    Some(next) => {
                        turn = next.0 >> shift;
                        continue;
                    }
                    None => break,
                }
            }
            let at = (turn & mask) as usize;
            while !self.buckets[at].is_empty() {
                // The bucket in hand may get more while it is worked on.
                std::mem::swap(&mut self.hand, &mut self.buckets[at]);
                waiting -= self.hand.len();
                for &(cost, state) in &self.hand {
                    if labels[state as usize] != cost {
                        continue;
                    }
                    (low, high) = (low.min(state), high.max(state + 1));
                    for (at, hop) in (arcs.range(state).start..).zip(arcs.hops(state)) {
                        let to = cost.saturating_add(hop.cost);
                        let label = &mut labels[hop.state as usize];
                        if to < *label && to <= limit {
                            *label = to;
                            if MEASURED {
                                self.before[hop.state as usize] = (state, at);
                            }
                            self.buckets[(to >> shift & mask) as usize].push((to, hop.state));
                            waiting += 1;
                        }
                    }
                }
                self.hand.clear();
            }
            turn += 1;
        }
        self.touched = (low, high);
    }
}

/// The plain algorithm with a heap: what tests compare with.
#[cfg(test)]
pub(super) fn by_heap(arcs: &Adjacency, seeds: &[(u32, u32)], limit: u32) -> Vec<u32> {
    use std::cmp::Reverse;
    let mut labels = vec![UNREACHED; arcs.states()];
    let mut heap: std::collections::BinaryHeap<Reverse<(u32, u32)>> =
        seeds.iter().filter(|s| s.1 <= limit).map(|&(s, c)| Reverse((c, s))).collect();
    while let Some(Reverse((cost, state))) = heap.pop() {
        if labels[state as usize] != UNREACHED {
            continue;
        }
        labels[state as usize] = cost;
        for hop in arcs.hops(state) {
            let to = cost.saturating_add(hop.cost);
            if to <= limit && labels[hop.state as usize] == UNREACHED {
                heap.push(Reverse((to, hop.state)));
            }
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::roads::graph::CLOSED;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(21), ..ProptestConfig::default() })]
        #[test]
        fn buckets_reach_what_a_heap_reaches_at_the_same_cost(
            states in 1usize..60,
            arcs in prop::collection::vec((0u32..60, 0u32..60, prop::sample::select(vec![0u32, 1, 7, 900, 5_000, 70_000, 3_000_000, CLOSED - 1])), 0..240),
            seeds in prop::collection::vec((0u32..60, prop::sample::select(vec![0u32, 3, 1_000, 9_000_000])), 0..4),
            limit in prop::sample::select(vec![0u32, 900, 1_807, 80_000, 50_000_000, u32::MAX]),
        ) {
            let inside = |s: u32| s % states as u32;
            let arcs: Vec<_> = arcs.into_iter().map(|(a, b, c)| (inside(a), inside(b), c)).collect();
            let arcs = Adjacency::of_arcs(states, &arcs);
            let seeds: Vec<_> = seeds.into_iter().map(|(s, c)| (inside(s), c)).collect();
            let limit = limit.min(UNREACHED - 1);
            let mut search = Search::new(&arcs);
            // Twice, because the memory of the first must not be seen by the second.
            for _ in 0..2 {
                search.run(&arcs, seeds.iter().copied(), limit);
                prop_assert_eq!(search.labels(), &by_heap(&arcs, &seeds, limit)[..]);
            }
            search.run(&arcs, [], limit);
            prop_assert!(search.labels().iter().all(|l| *l == UNREACHED));
        }
    }

    #[test]
    fn a_state_exactly_at_the_limit_is_reached_and_one_unit_beyond_is_not() {
        let arcs = Adjacency::of_arcs(3, &[(0, 1, 900_000), (1, 2, 1)]);
        let mut search = Search::new(&arcs);
        search.run(&arcs, [(0, 0)], 900_000);
        assert_eq!(search.labels(), [0, 900_000, UNREACHED]);
    }
}
