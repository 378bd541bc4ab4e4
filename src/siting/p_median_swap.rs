//! Good choices for a p-median: greedy adding and the fast interchange of Resende and Werneck (2003).
//! A file of its own because every start, greedy or suggested by a bound, is improved by it.

use super::p_median_core::Core;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What all rows may pay together for reaching no chosen site, on top of their dearest costs.
const PENALTY: u64 = 1 << 60;

/// No slot.
const NONE: u32 = u32::MAX;

/// What it costs a row to reach no chosen site: more than any site, as far as sums stay exact.
fn unreached(core: &Core, row: usize) -> i64 {
    let dearest = core.rows[row].last().map_or(0, |(_, cost)| *cost);
    (dearest + (core.most + 1).min(PENALTY / core.rows.len() as u64)) as i64
}

/// Adds the site that lowers the cost most, again and again, to `start` (Kuehn and Hamburger 1963). Gains only shrink, so
/// an outdated one that is not the largest need not be looked at again.
pub(super) fn greedy(core: &Core, start: &[u32]) -> Vec<u32> {
    let mut cost: Vec<i64> = (0..core.rows.len()).map(|r| unreached(core, r)).collect();
    let mut chosen = start.to_vec();
    let take = |s: u32, cost: &mut Vec<i64>| {
        core.of_site[s as usize].iter().for_each(|&(r, c)| cost[r as usize] = cost[r as usize].min(c as i64));
    };
    let gain = |s: u32, cost: &[i64]| {
        let saved = core.of_site[s as usize].iter().map(|&(r, c)| (cost[r as usize] - c as i64).max(0));
        saved.sum::<i64>()
    };
    start.iter().for_each(|&s| take(s, &mut cost));
    let free = (0..core.sites.len() as u32).filter(|s| !start.contains(s));
    let mut heap: BinaryHeap<(i64, Reverse<u32>)> = free.map(|s| (gain(s, &cost), Reverse(s))).collect();
    while chosen.len() < core.choose
        && let Some((old, Reverse(s))) = heap.pop()
    {
        let now = gain(s, &cost);
        if now < old {
            heap.push((now, Reverse(s)));
            continue;
        }
        take(s, &mut cost);
        chosen.push(s);
    }
    chosen
}

/// What every swap is worth, kept up to date row by row: a swap of the site in slot `k` for `j` saves
/// `gain[j] - loss[k] + extra[j][k]`, and touches only rows whose nearest or second site changes.
struct Swaps<'a> {
    core: &'a Core,
    chosen: Vec<u32>,
    slot_of: Vec<u32>,
    /// Cost and slot of the nearest and the second chosen site.
    first: Vec<(i64, u32)>,
    second: Vec<(i64, u32)>,
    gain: Vec<i64>,
    loss: Vec<i64>,
    /// `extra[j * slots + k]`.
    extra: Vec<i64>,
}

impl<'a> Swaps<'a> {
    fn new(core: &'a Core, chosen: &[u32]) -> Self {
        let (rows, sites, slots) = (core.rows.len(), core.sites.len(), chosen.len());
        let mut slot_of = vec![NONE; sites];
        (0..).zip(chosen).for_each(|(slot, &s)| slot_of[s as usize] = slot);
        let mut swaps = Self {
            core,
            chosen: chosen.to_vec(),
            slot_of,
            first: vec![(0, NONE); rows],
            second: vec![(0, NONE); rows],
            gain: vec![0; sites],
            loss: vec![0; slots],
            extra: vec![0; sites * slots],
        };
        for r in 0..rows {
            swaps.find(r);
            swaps.enter(r, 1);
        }
        swaps
    }

    /// Nearest and second chosen site of a row.
    fn find(&mut self, r: usize) {
        let row = &self.core.rows[r];
        let slots = row.iter().map(|&(s, c)| (c as i64, self.slot_of[s as usize]));
        let mut near = slots.filter(|(_, slot)| *slot != NONE);
        let none = (unreached(self.core, r), NONE);
        self.first[r] = near.next().unwrap_or(none);
        self.second[r] = near.next().unwrap_or(none);
    }

    /// Adds (`sign` 1) or takes off (-1) what a row means to every swap.
    fn enter(&mut self, r: usize, sign: i64) {
        let ((near, slot), (next, _)) = (self.first[r], self.second[r]);
        let slots = self.chosen.len();
        if slot != NONE {
            self.loss[slot as usize] += sign * (next - near);
        }
        for &(j, cost) in &self.core.rows[r] {
            let (j, cost) = (j as usize, cost as i64);
            if cost >= next {
                break;
            }
            self.gain[j] += sign * (near - cost).max(0);
            if slot != NONE {
                self.extra[j * slots + slot as usize] += sign * (next - near.max(cost));
            }
        }
    }

    /// Whether the conditions allow a swap.
    fn admits(&self, k: usize, newcomer: u32) -> bool {
        let core = self.core;
        core.conditions.is_none() || {
            let mut chosen = self.chosen.clone();
            chosen[k] = newcomer;
            core.admits(&chosen)
        }
    }

    /// The swap that saves most: then the lower newcomer, then the lower leaver.
    fn best(&self) -> Option<(usize, u32)> {
        let slots = self.chosen.len();
        let movable: Vec<usize> = (0..slots).filter(|&k| !self.core.required.contains(&self.chosen[k])).collect();
        let mut best: Option<(i64, Reverse<u32>, Reverse<u32>)> = None;
        let mut at = 0;
        for j in (0..self.core.sites.len()).filter(|&j| self.slot_of[j] == NONE) {
            let extra = &self.extra[j * slots..][..slots];
            for &k in &movable {
                let saved = self.gain[j] - self.loss[k] + extra[k];
                if saved > 0 && saved >= best.map_or(0, |b| b.0) {
                    let swap = Some((saved, Reverse(j as u32), Reverse(self.chosen[k])));
                    if swap > best && self.admits(k, j as u32) {
                        (best, at) = (swap, k);
                    }
                }
            }
        }
        best.map(|(_, Reverse(j), _)| (at, j))
    }

    fn swap(&mut self, k: usize, newcomer: u32) {
        let core = self.core;
        let leaver = std::mem::replace(&mut self.chosen[k], newcomer);
        let slot = k as u32;
        let mut touched: Vec<u32> = (0..core.rows.len() as u32)
            .filter(|&r| self.first[r as usize].1 == slot || self.second[r as usize].1 == slot)
            .collect();
        let nearer = core.of_site[newcomer as usize].iter().filter(|&&(r, c)| (c as i64) < self.second[r as usize].0);
        touched.extend(nearer.map(|(r, _)| *r));
        touched.sort_unstable();
        touched.dedup();
        touched.iter().for_each(|&r| self.enter(r as usize, -1));
        self.slot_of[leaver as usize] = NONE;
        self.slot_of[newcomer as usize] = slot;
        for &r in &touched {
            self.find(r as usize);
            self.enter(r as usize, 1);
        }
    }
}

/// Improves a choice by best swaps until none saves anything. Required sites stay.
pub(super) fn interchange(core: &Core, chosen: &[u32]) -> Vec<u32> {
    if chosen.is_empty() || core.rows.is_empty() {
        return chosen.to_vec();
    }
    let mut swaps = Swaps::new(core, chosen);
    while let Some((slot, newcomer)) = swaps.best() {
        swaps.swap(slot, newcomer);
    }
    swaps.chosen
}
