//! A better choice: swap one chosen site for another as long as that covers more (Teitz and Bart 1968).
//! A file of its own because greedy choices and Lagrangian choices are both improved by it.

use super::core::Core;
use super::problem::{Choice, Problem};
use crate::travel::SiteIndex;

/// Steps for which a site that left may not come back: at least, and how much they vary.
const LEFT: (usize, usize) = (6, 14);

/// What every swap is worth, kept up to date row by row (after Resende and Werneck 2003, for covering).
///
/// Swapping the site in slot `j` for `i` changes the objective by `alone[i] - loss[j] + common[i][j]`: what `i` covers
/// that nobody does, minus what only `j` covers, plus what only `j` covers and `i` would keep. A row enters these
/// sums only while it is covered at most once, so a swap touches the rows of two sites and nothing else.
struct Worth<'a> {
    core: &'a Core,
    slots: usize,
    alone: Vec<i64>,
    loss: Vec<i64>,
    /// `common[i * slots + j]`.
    common: Vec<i64>,
    count: Vec<u32>,
    /// Exclusive or of the slots that cover a row: the slot itself where there is only one.
    owner: Vec<u32>,
}

impl<'a> Worth<'a> {
    fn of(core: &'a Core, chosen: &[u32]) -> Self {
        let (slots, rows) = (chosen.len(), core.weights.len());
        let mut worth = Self {
            core,
            slots,
            alone: core.own.iter().map(|&w| w as i64).collect(),
            loss: chosen.iter().map(|&s| core.own[s as usize] as i64).collect(),
            common: vec![0; core.sites.len() * slots],
            count: vec![0; rows],
            owner: vec![0; rows],
        };
        for (slot, &s) in (0..).zip(chosen) {
            for &r in core.rows_of(s as usize) {
                worth.count[r as usize] += 1;
                worth.owner[r as usize] ^= slot;
            }
        }
        (0..rows).for_each(|r| worth.enter(r, 1));
        worth
    }

    /// Adds (`sign` 1) or takes off (-1) what a row means to every swap as it is covered now.
    fn enter(&mut self, r: usize, sign: i64) {
        let core = self.core;
        let weight = sign * core.weights[r] as i64;
        match self.count[r] {
            0 => core.sites_of(r).iter().for_each(|&i| self.alone[i as usize] += weight),
            1 => {
                let slot = self.owner[r] as usize;
                self.loss[slot] += weight;
                core.sites_of(r).iter().for_each(|&i| self.common[i as usize * self.slots + slot] += weight);
            }
            _ => {}
        }
    }

    /// Puts `newcomer` in the place of `leaver`; returns how many pairs were looked at.
    fn swap(&mut self, slot: usize, leaver: u32, newcomer: u32) -> usize {
        let core = self.core;
        let mut work = 0;
        for (site, add) in [(leaver, false), (newcomer, true)] {
            for &r in core.rows_of(site as usize) {
                let r = r as usize;
                self.enter(r, -1);
                self.count[r] = if add { self.count[r] + 1 } else { self.count[r] - 1 };
                self.owner[r] ^= slot as u32;
                self.enter(r, 1);
                work += 1 + if self.count[r] < 3 { core.sites_of(r).len() } else { 0 };
            }
        }
        self.loss[slot] += core.own[newcomer as usize] as i64 - core.own[leaver as usize] as i64;
        work
    }
}

/// The swap that covers most: larger gain, then larger preference of the newcomer, then lower indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Swap {
    gain: i64,
    preference: u64,
    newcomer: std::cmp::Reverse<u32>,
    slot: std::cmp::Reverse<usize>,
}

/// Improves a choice that meets every condition by best swaps until none covers more. Conditions stay held.
///
/// Swaps are those of open sites in `core`; what it has taken stays. A swap costs the rows of two sites times the sites
/// of those rows, plus one look at every pair of newcomer and slot; `work` counts them.
pub fn exchange(problem: &Problem, core: &Core, chosen: &[SiteIndex], work: &mut usize) -> Vec<SiteIndex> {
    let Some(mut walk) = Walk::from(problem, core, chosen) else { return chosen.to_vec() };
    while let Some(swap) = walk.best_swap(1, |_| false, |_| false) {
        walk.take(swap);
    }
    *work += walk.work;
    core.whole(&walk.slots)
}

/// Walks on from a choice by best swaps, down as well as up, and returns the best choice on the way (tabu search, Glover
/// 1989): what left may not come back for a while, and what came stays for a while, each for a number of steps that
/// varies by a fixed rule, so that the walk leaves the place where `exchange` ends and runs are the same. Ends when
/// `most` work is used up.
pub fn wander(problem: &Problem, core: &Core, chosen: &[SiteIndex], most: usize, work: &mut usize) -> Vec<SiteIndex> {
    let Some(mut walk) = Walk::from(problem, core, chosen) else { return chosen.to_vec() };
    let slots = walk.slots.len();
    let (mut left, mut came) = (vec![0usize; core.sites.len()], vec![0usize; slots]);
    let (mut height, mut best) = (0i64, (0i64, walk.slots.clone()));
    let mut step = 0usize;
    while walk.work < most {
        step += 1;
        let Some(swap) = walk.best_swap(i64::MIN / 2, |i| left[i] > step, |j| came[j] > step) else { break };
        let vary = step.wrapping_mul(2_654_435_761) >> 7;
        left[walk.slots[swap.slot.0] as usize] = step + LEFT.0 + vary % LEFT.1;
        came[swap.slot.0] = step + 1 + (slots / 8 + vary % (slots / 8 + 1)).min(slots / 2);
        height += swap.gain;
        walk.take(swap);
        if height > best.0 {
            best = (height, walk.slots.clone());
        }
    }
    *work += walk.work;
    core.whole(&best.1)
}

/// A choice on its way.
struct Walk<'a> {
    problem: &'a Problem,
    core: &'a Core,
    worth: Worth<'a>,
    choice: Choice<'a>,
    slots: Vec<u32>,
    work: usize,
}

impl<'a> Walk<'a> {
    /// `None` when nothing can be swapped.
    fn from(problem: &'a Problem, core: &'a Core, chosen: &[SiteIndex]) -> Option<Self> {
        let open = chosen.iter().filter_map(|s| core.sites.binary_search(s).ok());
        let slots: Vec<u32> = open.map(|s| s as u32).collect();
        let work = core.pairs() + core.sites.len() * slots.len();
        let worth = Worth::of(core, &slots);
        (!slots.is_empty()).then(|| Self { problem, core, worth, choice: Choice::of(problem, chosen), slots, work })
    }

    fn take(&mut self, swap: Swap) {
        let (slot, newcomer) = (swap.slot.0, swap.newcomer.0);
        let leaver = std::mem::replace(&mut self.slots[slot], newcomer);
        self.work += self.worth.swap(slot, leaver, newcomer);
        self.choice.remove(self.core.sites[leaver as usize]);
        self.choice.add(self.core.sites[newcomer as usize]);
    }

    /// The best swap that gains at least `least`, passing over sites and slots that rest.
    fn best_swap(
        &mut self,
        least: i64,
        rests: impl Fn(usize) -> bool,
        slot_rests: impl Fn(usize) -> bool,
    ) -> Option<Swap> {
        let (core, worth, choice) = (self.core, &self.worth, &self.choice);
        let price: Vec<i64> =
            worth.loss.iter().enumerate().map(|(j, &l)| if slot_rests(j) { i64::MAX / 2 } else { l }).collect();
        let mut best: Option<Swap> = None;
        for (i, &site) in core.sites.iter().enumerate() {
            if choice.open[site as usize] || rests(i) {
                continue;
            }
            let common = &worth.common[i * worth.slots..][..worth.slots];
            let top = worth.alone[i] + common.iter().zip(&price).map(|(c, p)| c - p).max()?;
            if top < best.map_or(least, |b| b.gain) {
                continue;
            }
            for (j, &leaver) in self.slots.iter().enumerate() {
                let swap = Swap {
                    gain: worth.alone[i] - price[j] + common[j],
                    preference: self.problem.preference[site as usize],
                    newcomer: std::cmp::Reverse(i as u32),
                    slot: std::cmp::Reverse(j),
                };
                if swap.gain >= least
                    && Some(swap) > best
                    && !slot_rests(j)
                    && may_swap(self.problem, choice, core.sites[leaver as usize], site)
                {
                    best = Some(swap);
                }
            }
        }
        self.work += core.sites.len() * worth.slots / 2;
        best
    }
}

/// Whether conditions still hold after the swap. Cheap: looks only at what the two sites touch.
fn may_swap(problem: &Problem, choice: &Choice<'_>, leaver: SiteIndex, newcomer: SiteIndex) -> bool {
    let (out, new) = (leaver as usize, newcomer as usize);
    let (from, to) = (problem.county_of[out], problem.county_of[new]);
    let counties = from == to
        || (from.is_none_or(|c| choice.per_county[c] > problem.counties[c].min)
            && to.is_none_or(|c| choice.per_county[c] < problem.counties[c].max));
    let near = problem.too_near.get(new).map_or(&[][..], Vec::as_slice);
    let spacing = near.iter().all(|&n| n == leaver || !choice.open[n as usize]);
    let fits = |(cost, most): &(Vec<u64>, u64)| choice.spent - cost[out] + cost[new] <= *most;
    counties && spacing && problem.budget.as_ref().is_none_or(fits)
}
