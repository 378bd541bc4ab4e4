//! A better choice: swap one chosen site for another as long as that covers more (Teitz and Bart 1968).
//! A file of its own because greedy choices and Lagrangian choices are both improved by it.

use super::core::Core;
use super::problem::{Choice, Problem};
use crate::travel::SiteIndex;

/// What every swap is worth, kept up to date row by row (after Resende and Werneck 2003, for covering).
///
/// Swapping the site in slot `j` for `i` changes the objective by `alone[i] - loss[j] + common[i][j]`: what `i` covers
/// that nobody does, minus what only `j` covers, plus what only `j` covers and `i` would keep. A row enters these
/// sums only while it is covered at most once, so a swap touches the rows of two sites and nothing else.
struct Worth<'a> {
    core: &'a Core,
    alone: Vec<i64>,
    loss: Vec<i64>,
    /// Per site the slots with something in common, in any order; few, which keeps all of them in a processor's cache.
    common: Vec<Vec<(u32, i64)>>,
    count: Vec<u32>,
    /// Exclusive or of the slots that cover a row: the slot itself where there is only one.
    owner: Vec<u32>,
}

impl<'a> Worth<'a> {
    fn of(core: &'a Core, chosen: &[u32]) -> Self {
        let rows = core.weights.len();
        let mut worth = Self {
            core,
            alone: core.own.iter().map(|&w| w as i64).collect(),
            loss: chosen.iter().map(|&s| core.own[s as usize] as i64).collect(),
            common: vec![Vec::new(); core.sites.len()],
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

    /// What slot `j` alone covers and `i` covers as well.
    fn common_with(&self, i: usize, j: usize) -> i64 {
        self.common[i].iter().find(|c| c.0 as usize == j).map_or(0, |c| c.1)
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
                for &i in core.sites_of(r) {
                    let common = &mut self.common[i as usize];
                    match common.iter().position(|c| c.0 == slot as u32) {
                        None => common.push((slot as u32, weight)),
                        Some(at) if common[at].1 + weight == 0 => drop(common.swap_remove(at)),
                        Some(at) => common[at].1 += weight,
                    }
                }
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
pub(super) struct Swap {
    pub(super) gain: i64,
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
    walk.climb();
    *work += walk.work;
    core.whole(&walk.slots)
}

/// A choice on its way.
pub(super) struct Walk<'a> {
    problem: &'a Problem,
    core: &'a Core,
    worth: Worth<'a>,
    choice: Choice<'a>,
    pub(super) slots: Vec<u32>,
    pub(super) work: usize,
}

impl<'a> Walk<'a> {
    /// `None` when nothing can be swapped.
    pub(super) fn from(problem: &'a Problem, core: &'a Core, chosen: &[SiteIndex]) -> Option<Self> {
        let slots = core.open_of(chosen);
        let work = core.pairs() + core.sites.len() * slots.len();
        let worth = Worth::of(core, &slots);
        (!slots.is_empty()).then(|| Self { problem, core, worth, choice: Choice::of(problem, chosen), slots, work })
    }

    pub(super) fn take(&mut self, swap: Swap) {
        let (slot, newcomer) = (swap.slot.0, swap.newcomer.0);
        let leaver = std::mem::replace(&mut self.slots[slot], newcomer);
        self.work += self.worth.swap(slot, leaver, newcomer);
        self.choice.remove(self.core.sites[leaver as usize]);
        self.choice.add(self.core.sites[newcomer as usize]);
    }

    /// Takes best swaps until none covers more; returns what they gain.
    pub(super) fn climb(&mut self) -> i64 {
        let mut gained = 0;
        while let Some(swap) = self.best_swap() {
            gained += swap.gain;
            self.take(swap);
        }
        gained
    }

    /// A swap, if conditions allow it.
    pub(super) fn swap(&self, slot: usize, newcomer: u32) -> Option<Swap> {
        let (i, worth) = (newcomer as usize, &self.worth);
        let (leaver, site) = (self.core.sites[self.slots[slot] as usize], self.core.sites[i]);
        may_swap(self.problem, &self.choice, leaver, site).then(|| Swap {
            gain: worth.alone[i] - worth.loss[slot] + worth.common_with(i, slot),
            preference: self.problem.preference[site as usize],
            newcomer: std::cmp::Reverse(newcomer),
            slot: std::cmp::Reverse(slot),
        })
    }

    /// Goes back to an earlier choice, slot by slot; conditions hold again at the end.
    pub(super) fn restore(&mut self, slots: &[u32]) {
        for (slot, &newcomer) in slots.iter().enumerate() {
            let leaver = self.slots[slot];
            if leaver != newcomer {
                self.work += self.worth.swap(slot, leaver, newcomer);
                self.choice.remove(self.core.sites[leaver as usize]);
                self.slots[slot] = newcomer;
            }
        }
        for &slot in &self.slots {
            let site = self.core.sites[slot as usize];
            if !self.choice.open[site as usize] {
                self.choice.add(site);
            }
        }
    }

    /// The best swap that gains anything.
    ///
    /// Most pairs have nothing in common: of those the slot that is cheapest to leave decides, so only slots with something
    /// in common are looked at one by one.
    fn best_swap(&mut self) -> Option<Swap> {
        let (core, worth, choice) = (self.core, &self.worth, &self.choice);
        let mut cheapest: Vec<u32> = (0..self.slots.len() as u32).collect();
        cheapest.sort_unstable_by_key(|&j| (worth.loss[j as usize], j));
        let mut best: Option<Swap> = None;
        let mut looked = 0;
        for (i, &site) in core.sites.iter().enumerate() {
            if choice.open[site as usize] {
                continue;
            }
            let common = &worth.common[i];
            looked += 1 + common.len();
            let alone = worth.alone[i];
            let swap = |slot: u32, common: i64| Swap {
                gain: alone - worth.loss[slot as usize] + common,
                preference: self.problem.preference[site as usize],
                newcomer: std::cmp::Reverse(i as u32),
                slot: std::cmp::Reverse(slot as usize),
            };
            let allowed =
                |swap: &Swap| may_swap(self.problem, choice, core.sites[self.slots[swap.slot.0] as usize], site);
            for &(slot, common) in common {
                if alone - worth.loss[slot as usize] + common >= best.map_or(1, |b| b.gain) {
                    let swap = swap(slot, common);
                    if Some(swap) > best && allowed(&swap) {
                        best = Some(swap);
                    }
                }
            }
            // The cheapest that conditions allow.
            for &slot in &cheapest {
                if alone - worth.loss[slot as usize] < best.map_or(1, |b| b.gain) {
                    break;
                }
                let swap = swap(slot, 0);
                if common.iter().all(|c| c.0 != slot) && Some(swap) > best && allowed(&swap) {
                    best = Some(swap);
                }
            }
        }
        self.work += looked;
        best
    }
}

/// Whether conditions still hold after the swap. Cheap: looks only at what the two sites touch.
pub(super) fn may_swap(problem: &Problem, choice: &Choice<'_>, leaver: SiteIndex, newcomer: SiteIndex) -> bool {
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
