//! Which site is nearest to each state, however far? A file of its own because it is one search from all sites at once, which
//! carries along whose it is. Ties go to the site with the lower number.

use super::graph::Adjacency;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Per state cost and number of the nearest site; `None` where none can be reached. Seeds are state, cost and site.
pub(super) fn nearest(arcs: &Adjacency, seeds: impl Iterator<Item = (u32, u32, u32)>) -> Vec<Option<(u32, u32)>> {
    let mut labels: Vec<Option<(u32, u32)>> = vec![None; arcs.states()];
    let mut heap: BinaryHeap<Reverse<(u32, u32, u32)>> = BinaryHeap::new();
    for (state, cost, site) in seeds {
        if labels[state as usize].is_none_or(|l| (cost, site) < l) {
            labels[state as usize] = Some((cost, site));
            heap.push(Reverse((cost, site, state)));
        }
    }
    while let Some(Reverse((cost, site, state))) = heap.pop() {
        if labels[state as usize] != Some((cost, site)) {
            continue;
        }
        for hop in arcs.hops(state) {
            let Some(to) = cost.checked_add(hop.cost) else { continue };
            let label = &mut labels[hop.state as usize];
            if label.is_none_or(|l| (to, site) < l) {
                *label = Some((to, site));
                heap.push(Reverse((to, site, hop.state)));
            }
        }
    }
    labels
}
