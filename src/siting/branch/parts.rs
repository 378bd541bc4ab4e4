//! How is a good choice polished? Some stations are freed, the others stay, and what is left is searched exactly.
//! A file of its own because it uses the whole search, on parts of a problem, to find what bounds alone never suggest.

use super::super::core::Core;
use super::super::iterate::Chance;
use super::look::Search;
use super::{Incumbent, Searched};
use std::collections::VecDeque;

/// Part of all steps that are taken: at first, and in the end.
const TAKEN: (f64, f64) = (0.65, 0.3);
/// What a choice may lose in the beginning, as a part of what a station covers on average; how fast that learns.
const WARM: (f64, f64) = (0.02, 0.1);
/// How many numbers chance is drawn from.
const CHANCES: usize = 1 << 20;
/// Stations freed at a time, at least and at most.
const FREED: (usize, usize) = (3, 8);
/// Work of one exact search in looks at every pair that is left.
const EXACT: usize = 200;

impl Search<'_> {
    /// A better choice by annealing (Kirkpatrick, Gelatt and Vecchi 1983) within `most` work: the best one met, and the work.
    ///
    /// A step frees neighbouring stations, and a few elsewhere, bars one of them, and sites them anew by branch and bound
    /// (large neighbourhood search, Shaw 1998): the best of all choices nearby without that station, if it loses little
    /// enough. How little is learned on the way, so that the part of steps that are taken falls evenly.
    pub(super) fn polish(&self, core: &Core, from: &Incumbent, seed: u64, most: usize) -> (Incumbent, usize) {
        let (mut chance, mut at, mut best, mut work) = (Chance(seed), from.clone(), None::<Incumbent>, 0);
        let mut warm = WARM.0 * from.objective as f64 / core.choose.max(1) as f64;
        while work < most && !self.watch.stopped() {
            let chosen = core.open_of(&at.chosen);
            if chosen.is_empty() {
                break;
            }
            let count = FREED.0 + chance.below(FREED.1 - FREED.0 + 1);
            let freed = freed(core, &chosen, count.min(chosen.len()), &mut chance);
            let kept: Vec<u32> = chosen.iter().copied().filter(|s| !freed.contains(s)).collect();
            let barred = freed[chance.below(freed.len())];
            let loss = warm * -((chance.below(CHANCES) + 1) as f64 / CHANCES as f64).ln();
            // Nothing that is known lies in this part: only what it must be better than.
            let least = at.objective.saturating_sub(loss as u64 + 1);
            let than = Incumbent { objective: least, chosen: Vec::new() };
            let searched = self.with(core, &kept, &[barred], than, |part| EXACT * part.pairs());
            // Laying out what is left costs a look as well.
            work += searched.work + core.pairs();
            let left = 1.0 - (work as f64 / most as f64).min(1.0);
            let moved = !searched.best.chosen.is_empty();
            warm *= (WARM.1 * (TAKEN.1 + (TAKEN.0 - TAKEN.1) * left - f64::from(u8::from(moved)))).exp();
            if moved {
                at = searched.best;
                if best.as_ref().is_none_or(|b| at.objective > b.objective) {
                    best = Some(at.clone());
                }
            }
        }
        (best.unwrap_or(at), work)
    }

    /// The best choice with these stations and without those, if it is better than the one given, as far as `most` work on what
    /// is left goes.
    pub(super) fn with(
        &self,
        core: &Core,
        kept: &[u32],
        barred: &[u32],
        than: Incumbent,
        most: impl Fn(&Core) -> usize,
    ) -> Searched {
        let none = vec![0; core.weights.len() + core.cuts.len()];
        match core.decide(self.problem, kept, barred, &none) {
            Some((part, _)) => {
                let most = most(&part);
                Search { quick: true, part: true, ..*self }.branch(part, than, self.coverable, most)
            }
            None => Searched { bound: than.objective, best: than, done: true, work: 0 },
        }
    }
}

/// Which stations to free: one of the choice, those that are nearest to it over shared rows, and every other time some from
/// anywhere, so that stations can move between distant places.
fn freed(core: &Core, chosen: &[u32], count: usize, chance: &mut Chance) -> Vec<u32> {
    let from = chosen[chance.below(chosen.len())];
    let near = if chance.below(2) == 0 { count - count / 4 } else { count };
    let mut freed = around(core, chosen, from, near);
    while freed.len() < count {
        let any = chosen[chance.below(chosen.len())];
        if !freed.contains(&any) {
            freed.push(any);
        }
    }
    freed
}

/// The stations of a choice that are met first on a way over shared rows.
fn around(core: &Core, chosen: &[u32], from: u32, count: usize) -> Vec<u32> {
    let mut seen = vec![false; core.sites.len()];
    let mut seen_rows = vec![false; core.weights.len()];
    let mut queue = VecDeque::from([from]);
    seen[from as usize] = true;
    let mut met = Vec::with_capacity(count);
    while let Some(site) = queue.pop_front()
        && met.len() < count
    {
        if chosen.binary_search(&site).is_ok() {
            met.push(site);
        }
        for &r in core.rows_of(site as usize) {
            if std::mem::replace(&mut seen_rows[r as usize], true) {
                continue;
            }
            for &s in core.sites_of(r as usize) {
                if !std::mem::replace(&mut seen[s as usize], true) {
                    queue.push_back(s);
                }
            }
        }
    }
    met
}
