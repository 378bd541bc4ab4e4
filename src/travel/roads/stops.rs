//! Which of many places lie within a limit of what a search has reached? A file of its own because with many places this, and
//! not the search, is what a relation of sites and places costs.
//!
//! Places stand in the order of the states they are anchored to. Nearly all have one or two anchors at states with near numbers
//! (states lie along a Hilbert curve): these are *near* stops, looked at in one straight run through memory, two labels each, and
//! written down without a branch. The others (long roads, restrictions that make several states) are *far* stops, anchor by anchor.

use super::search::{Search, UNREACHED};
use super::snap::{Anchor, Anchors};
use rayon::prelude::*;

/// The states of a near stop are closer than this.
const SPAN: u32 = 1 << 12;

/// A place with one or two anchors; with one it stands twice.
#[derive(Debug, Clone, Copy)]
struct Near {
    /// Ascending.
    states: [u32; 2],
    costs: [u32; 2],
}

impl Near {
    /// What the place costs, `u32::MAX` where neither state is reached.
    #[inline]
    fn cost(&self, labels: &[u32]) -> u32 {
        let [a, b] = self.states.map(|s| labels[s as usize]);
        a.saturating_add(self.costs[0]).min(b.saturating_add(self.costs[1]))
    }
}

/// An anchor of a far stop.
#[derive(Debug, Clone, Copy)]
struct Far {
    state: u32,
    cost: u32,
    mm: u32,
    /// Number of the stop.
    stop: u32,
}

/// Places in the order of their states. A *stop* is the number of a place in this order.
#[derive(Debug)]
pub(super) struct Stops {
    near: Vec<Near>,
    /// Millimetres of the anchors of near stops.
    near_mm: Vec<[u32; 2]>,
    /// By state.
    far: Vec<Far>,
    /// The place of each stop: near ones, far ones, those without a road.
    places: Vec<u32>,
    /// The stop of each place.
    stops: Vec<u32>,
}

impl Stops {
    /// Orders places by their anchors.
    pub(super) fn new(anchors: &Anchors, count: usize) -> Self {
        let by_state = |place: u32| -> Vec<Anchor> {
            let mut own = anchors.of_place(place as usize).to_vec();
            own.sort_by_key(|a| (a.state, a.cost));
            own
        };
        // 0 near, 1 far, 2 without a road.
        let kind = |own: &[Anchor]| match own {
            [] => 2,
            [_] => 0,
            [a, b] if b.state - a.state < SPAN => 0,
            _ => 1,
        };
        let key = |place: u32| {
            let own = by_state(place);
            (kind(&own), own.first().map_or(0, |a| a.state), place)
        };
        let mut keys: Vec<(u32, u32, u32)> = (0..count as u32).into_par_iter().map(key).collect();
        keys.par_sort_unstable();
        let places: Vec<u32> = keys.iter().map(|k| k.2).collect();
        let mut stops = vec![0; count];
        (0..).zip(&places).for_each(|(stop, place)| stops[*place as usize] = stop);
        let (mut near, mut near_mm, mut far) = (Vec::new(), Vec::new(), Vec::new());
        for (stop, (kind, _, place)) in (0..).zip(keys) {
            let own = by_state(place);
            if kind == 0 {
                let [a, b] = [own[0], own[own.len() - 1]];
                near.push(Near { states: [a.state, b.state], costs: [a.cost, b.cost] });
                near_mm.push([a.mm, b.mm]);
            } else {
                far.extend(own.iter().map(|a| Far { state: a.state, cost: a.cost, mm: a.mm, stop }));
            }
        }
        far.par_sort_unstable_by_key(|f| (f.state, f.stop, f.cost));
        Self { near, near_mm, far, places, stops }
    }

    /// Places by stop.
    pub(super) fn places(&self) -> &[u32] {
        &self.places
    }

    /// The stop of a place.
    pub(super) fn of_place(&self, place: u32) -> u32 {
        self.stops[place as usize]
    }

    /// Near stops of which a state may be reached.
    fn run(&self, search: &Search) -> std::ops::Range<usize> {
        let touched = search.touched();
        let from = self.near.partition_point(|n| n.states[0].saturating_add(SPAN) <= touched.start);
        from..self.near.partition_point(|n| n.states[0] < touched.end)
    }

    fn far(&self, search: &Search) -> &[Far] {
        let touched = search.touched();
        let from = self.far.partition_point(|f| f.state < touched.start);
        &self.far[from..self.far.partition_point(|f| f.state < touched.end)]
    }

    /// Hands stop, cost and (where `measured`) millimetres of everything within the limit to `each`; a far stop may come several
    /// times.
    pub(super) fn each(&self, search: &Search, limit: u32, measured: bool, mut each: impl FnMut(u32, u32, u64)) {
        let labels = search.labels();
        for stop in self.run(search) {
            let near = &self.near[stop];
            let cost = near.cost(labels);
            if cost > limit {
                continue;
            }
            let mm = if measured {
                let second = usize::from(labels[near.states[0] as usize].saturating_add(near.costs[0]) != cost);
                search.mm(near.states[second]) + u64::from(self.near_mm[stop][second])
            } else {
                0
            };
            each(stop as u32, cost, mm);
        }
        for far in self.far(search) {
            let label = labels[far.state as usize];
            let cost = label.saturating_add(far.cost);
            if label != UNREACHED && cost <= limit {
                each(far.stop, cost, if measured { search.mm(far.state) + u64::from(far.mm) } else { 0 });
            }
        }
    }

    /// Appends every stop within its own limit, near ones ascending, then far ones in any order and more than once; `limits` by
    /// stop. Gives back how many are near.
    pub(super) fn within(&self, search: &Search, limits: &[u32], out: &mut Vec<u32>) -> usize {
        let labels = search.labels();
        let run = self.run(search);
        let (first, count) = (run.start, run.len());
        let before = out.len();
        out.resize(before + count, 0);
        let found = &mut out[before..];
        let mut n = 0;
        // One more is never written than was looked at.
        for (stop, (near, limit)) in (first as u32..).zip(self.near[run.clone()].iter().zip(&limits[run])) {
            found[n] = stop;
            n += usize::from(near.cost(labels) <= *limit);
        }
        out.truncate(before + n);
        for far in self.far(search) {
            let label = labels[far.state as usize];
            if label != UNREACHED && label.saturating_add(far.cost) <= limits[far.stop as usize] {
                out.push(far.stop);
            }
        }
        n
    }
}
