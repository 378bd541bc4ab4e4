//! A better choice than swaps alone find: shake a few neighbouring sites of a choice, swap again, keep what is no worse.
//! A file of its own because it is the one search with chance in it, drawn from a fixed seed.

use super::core::Core;
use super::exchange::Walk;
use super::problem::Problem;
use crate::coverage::chance;
use crate::travel::SiteIndex;

/// Sites shaken at a time, at least and at most.
const SHAKEN: (usize, usize) = (2, 6);
/// Steps of the random walk over shared rows that looks for a neighbour.
const STEPS: usize = 12;
/// What a look at a swap costs, in looks at a pair of a bound, which stand in order.
const COST: usize = 6;
/// What a choice may be worse than the one it replaces, of the best, in parts per 100,000; falls to nothing along the way.
const WORSE: u64 = 300;

/// Numbers that look like chance.
pub(super) struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(chance::STEP);
        chance::mixed(self.0)
    }

    /// Below `n`, which is at least 1.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

/// Iterated local search (Lourenco, Martin and Stutzle 2003) from a choice that meets every condition.
///
/// 1. A site of the choice and a few found by walking over shared rows from it are swapped for random sites that share a row.
/// 2. Best swaps until none covers more.
/// 3. The result stays when it covers as much, or little less in the beginning; otherwise the swaps are taken back.
///
/// Ends when `most` work is used up; returns the best choice met, and adds to `work` what it took.
pub fn iterate(problem: &Problem, core: &Core, chosen: &[SiteIndex], most: usize, work: &mut usize) -> Vec<SiteIndex> {
    let Some(mut walk) = Walk::from(problem, core, chosen) else { return chosen.to_vec() };
    let mut chance = Chance(1);
    let mut height = walk.climb();
    let mut best = (height, walk.slots.clone());
    let scale = problem.objective(chosen).max(1);
    while COST * walk.work < most {
        let (before, from) = (height, walk.slots.clone());
        let shaken = SHAKEN.0 + chance.below(SHAKEN.1 - SHAKEN.0 + 1);
        let mut site = walk.slots[chance.below(walk.slots.len())];
        for _ in 0..shaken {
            if let Some(slot) = walk.slots.iter().position(|&s| s == site)
                && let Some(newcomer) = neighbour(core, site, &mut chance, |s| !walk.slots.contains(&s))
                && let Some(swap) = walk.swap(slot, newcomer)
            {
                height += swap.gain;
                walk.take(swap);
            }
            match neighbour(core, site, &mut chance, |s| walk.slots.contains(&s)) {
                Some(next) => site = next,
                None => site = walk.slots[chance.below(walk.slots.len())],
            }
        }
        height += walk.climb();
        if height > best.0 {
            best = (height, walk.slots.clone());
        }
        let left = most.saturating_sub(COST * walk.work) as f64 / most as f64;
        let worse = (scale as f64 * WORSE as f64 / 1e5 * left * left) as i64;
        if height < before - chance.below(worse as usize + 1) as i64 {
            walk.restore(&from);
            height = before;
        }
    }
    *work += COST * walk.work;
    core.whole(&best.1)
}

/// A site that fits, met on a random walk from a site to a row of it to a site of that row, and so on.
fn neighbour(core: &Core, from: u32, chance: &mut Chance, fits: impl Fn(u32) -> bool) -> Option<u32> {
    let mut site = from;
    for _ in 0..STEPS {
        let rows = core.rows_of(site as usize);
        if rows.is_empty() {
            return None;
        }
        let sites = core.sites_of(rows[chance.below(rows.len())] as usize);
        site = sites[chance.below(sites.len())];
        if site != from && fits(site) {
            return Some(site);
        }
    }
    None
}
