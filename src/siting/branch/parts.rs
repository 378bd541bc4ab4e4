//! How does a good choice become a better one? Some stations are freed, the others stay, and what is left is searched exactly.
//! A file of its own because it uses the whole search, on parts of a problem, to find what bounds alone never suggest.

use super::super::core::Core;
use super::super::exchange;
use super::super::iterate::{self, Chance};
use super::Incumbent;
use super::look::Search;
use rayon::prelude::*;
use std::collections::VecDeque;

/// Choices kept side by side, at most.
const POOL: usize = 12;
/// Work that one of them is settled with, in looks at every pair.
const SETTLED: usize = 3_500;
/// Stations freed at a time: at first, at least and at most.
const FREED: (usize, usize, usize) = (6, 4, 12);
/// Work of one exact search in looks at every pair that is left: of freed stations, and of what two choices differ in.
const EXACT: (usize, usize) = (200, 1_000);
/// Swaps by chance before a choice is settled anew, as a multiple of its stations.
const SHAKEN: usize = 3;
/// Rounds of meetings without a better choice after which no more follow.
const DULL: usize = 10;

/// What an exact search of a part gave.
struct Searched {
    found: Incumbent,
    /// Whether nothing better is in the part.
    done: bool,
    work: usize,
}

impl Search<'_> {
    /// Improves a choice within `most` work; returns what was used.
    ///
    /// 1. Neighbouring stations, and a few elsewhere, are freed and sited anew by branch and bound, as many at a time as it
    ///    decides quickly (large neighbourhood search, Shaw 1998).
    /// 2. Where work allows, several choices are settled like this, each from another start.
    /// 3. Two of them meet: what they share stays, the rest is sited by branch and bound (optimised crossover, Aggarwal,
    ///    Orlin and Tai 1997). The better replaces the worse, or another start does.
    pub(super) fn by_parts(&self, core: &Core, found: &mut Incumbent, seed: u64, most: usize) -> usize {
        let each = SETTLED * core.pairs();
        let size = (most / 2 / each.max(1)).clamp(1, POOL);
        let start = found.clone();
        let settle = |i: usize| -> (Incumbent, usize) {
            let mut chance = Chance(seed.wrapping_add(i as u64));
            let (mut at, mut work) = (start.clone(), 0);
            if i > 0 {
                at = self.shaken(core, &at, &mut chance, &mut work);
            }
            self.settle(core, &mut at, &mut chance, each.min(most), &mut work);
            (at, work)
        };
        let settled: Vec<(Incumbent, usize)> = (0..size).into_par_iter().map(settle).collect();
        let mut work = settled.iter().map(|s| s.1).sum();
        let mut pool: Vec<Incumbent> = settled.into_iter().map(|s| s.0).collect();
        pool.iter().for_each(|at| self.keep(at.chosen.clone(), found));
        let mut chance = Chance(seed.wrapping_add(POOL as u64));
        let mut dull = 0;
        while size > 1 && work < most && dull < DULL && !self.watch.stopped() {
            let before = found.objective;
            // Disjoint pairs, drawn by chance, meet side by side.
            (1..size).rev().for_each(|i| pool.swap(i, chance.below(i + 1)));
            let seeds: Vec<u64> = (0..size / 2).map(|_| chance.below(usize::MAX) as u64).collect();
            let met: Vec<usize> = pool
                .par_chunks_exact_mut(2)
                .zip(seeds)
                .map(|(pair, seed)| self.meet(core, pair, &mut Chance(seed), each / 3))
                .collect();
            work += met.iter().sum::<usize>();
            pool.iter().for_each(|at| self.keep(at.chosen.clone(), found));
            dull = if found.objective > before { 0 } else { dull + 1 };
        }
        work
    }

    /// Two choices meet; the worse gives way to a better one, or to another start. Returns the work.
    fn meet(&self, core: &Core, pair: &mut [Incumbent], chance: &mut Chance, most: usize) -> usize {
        let (worse, better) = if pair[0].objective < pair[1].objective { (0, 1) } else { (1, 0) };
        let shared = open(core, &pair[0]).into_iter().filter(|&s| pair[1].chosen.contains(&core.sites[s as usize]));
        let met = self.with(core, &shared.collect::<Vec<_>>(), &pair[better], EXACT.1);
        let mut work = met.work;
        if met.found.objective > pair[better].objective {
            pair[worse] = met.found;
        } else {
            let mut at = self.shaken(core, &pair[better], chance, &mut work);
            self.settle(core, &mut at, chance, most, &mut work);
            pair[worse] = at;
        }
        work
    }

    /// Frees stations and sites them anew until `most` work is used up.
    fn settle(&self, core: &Core, at: &mut Incumbent, chance: &mut Chance, most: usize, work: &mut usize) {
        let (mut used, mut count, mut failed) = (0, FREED.0, 0);
        while used < most && !self.watch.stopped() {
            let chosen = open(core, at);
            if chosen.len() < 2 {
                break;
            }
            let freed = freed(core, &chosen, count.min(chosen.len()), chance);
            let kept: Vec<u32> = chosen.iter().copied().filter(|s| !freed.contains(s)).collect();
            let searched = self.with(core, &kept, at, EXACT.0);
            // Laying out what is left costs a look as well.
            used += searched.work + core.pairs();
            *at = searched.found;
            failed = if searched.done { 0 } else { failed + 1 };
            if searched.done && chance.below(4) == 0 {
                count = (count + 1).min(FREED.2);
            } else if failed == 2 {
                (count, failed) = ((count - 1).max(FREED.1), 0);
            }
        }
        *work += used;
    }

    /// The best choice with these stations, if it is better than the one at hand.
    fn with(&self, core: &Core, kept: &[u32], at: &Incumbent, looks: usize) -> Searched {
        let none = vec![0; core.weights.len() + core.cuts.len()];
        let Some((part, _)) = core.decide(self.problem, kept, &[], &none) else {
            return Searched { found: at.clone(), done: true, work: 0 };
        };
        let most = looks * part.pairs();
        let part_of = Search { quick: true, part: true, ..*self };
        let searched = part_of.branch(part, at.clone(), self.coverable, most);
        Searched { found: searched.best, done: searched.done, work: searched.work }
    }

    /// A choice with many sites swapped for others nearby, by chance, and then best swaps.
    fn shaken(&self, core: &Core, at: &Incumbent, chance: &mut Chance, work: &mut usize) -> Incumbent {
        let swaps = SHAKEN * open(core, at).len();
        let start = iterate::shaken(self.problem, core, &at.chosen, swaps, chance);
        if !self.problem.admits(&start) {
            return at.clone();
        }
        let chosen = exchange::exchange(self.problem, core, &start, work);
        Incumbent { objective: self.problem.objective(&chosen), chosen }
    }
}

/// The stations of a choice that are still open, as the core numbers them.
fn open(core: &Core, at: &Incumbent) -> Vec<u32> {
    at.chosen.iter().filter_map(|s| core.sites.binary_search(s).ok()).map(|s| s as u32).collect()
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

#[cfg(test)]
mod tests {
    use super::super::super::Watch;
    use super::super::super::lagrangian::Scale;
    use super::super::super::problem::{CountyRule, Problem, Rows};
    use super::super::super::{exchange, greedy};
    use super::*;
    use crate::coverage::merge;

    /// Places on a square, each within reach of the sites near it; some with counties, a budget and spacing.
    fn problem(chance: &mut Chance, case: usize) -> Problem {
        let sites = 60;
        let at: Vec<(i64, i64)> = (0..sites).map(|_| (chance.below(100) as i64, chance.below(100) as i64)).collect();
        let far = |a: (i64, i64), b: (i64, i64)| (a.0 - b.0).pow(2) + (a.1 - b.1).pow(2);
        let mut sets = Vec::new();
        for _ in 0..400 {
            let here = (chance.below(100) as i64, chance.below(100) as i64);
            let set: Vec<u32> = (0..).zip(&at).filter(|s| far(here, *s.1) <= 400).map(|s| s.0).collect();
            sets.push((set, 1 + chance.below(40) as u64));
        }
        let sets = sets.iter().filter(|s| !s.0.is_empty());
        let mut problem = Problem {
            sites,
            demand: Rows::new(sites, merge(sets.map(|(s, w)| (&s[..], *w)))),
            choose: 12,
            forbidden: vec![false; sites],
            county_of: vec![None; sites],
            preference: vec![0; sites],
            ..Problem::default()
        };
        if case % 2 == 1 {
            problem.county_of = at.iter().map(|a| Some(usize::from(a.0 >= 50))).collect();
            let rule = |county: &str| CountyRule { county: county.to_owned(), min: 3, max: 7 };
            problem.counties = vec![rule("west"), rule("east")];
            problem.budget = Some(((0..sites).map(|_| 1 + chance.below(9) as u64).collect(), 60));
            let near = |a: usize| (0..sites).filter(|&b| a != b && far(at[a], at[b]) < 16).map(|b| b as u32).collect();
            problem.too_near = (0..sites).map(near).collect();
        }
        problem
    }

    #[test]
    fn choices_get_better_keep_every_condition_and_are_the_same_on_any_number_of_threads() {
        let mut chance = Chance(11);
        let mut better = 0;
        for case in 0..20 {
            let problem = problem(&mut chance, case);
            let core = Core::of(&problem).expect("enough sites");
            let Some(start) = greedy::greedy(&problem) else { continue };
            let chosen = exchange::exchange(&problem, &core, &start, &mut 0);
            let start = Incumbent { objective: problem.objective(&chosen), chosen };
            let watch = Watch::default();
            let scale = Scale::of(&problem).expect("small weights");
            let coverable = problem.coverable();
            let search = Search { problem: &problem, scale, coverable, watch: &watch, quick: false, part: false };
            let most = 6 * SETTLED * core.pairs();
            let found = [1, 3].map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
                let mut found = start.clone();
                let work = pool.install(|| search.by_parts(&core, &mut found, 5, most));
                (found.objective, found.chosen, work)
            });
            assert_eq!(found[0], found[1], "case {case}");
            let (objective, chosen, _) = &found[0];
            assert!(*objective >= start.objective, "case {case}");
            assert!(problem.admits(chosen), "case {case}");
            assert_eq!(problem.objective(chosen), *objective, "case {case}");
            better += usize::from(*objective > start.objective);
        }
        assert!(better > 3, "better in {better} cases");
    }
}
