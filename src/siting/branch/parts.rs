//! How does a good choice become a better one? Some stations are freed, the others stay, and what is left is searched exactly.
//! A file of its own because it uses the whole search, on parts of a problem, to find what bounds alone never suggest.

use super::super::core::Core;
use super::super::iterate::Chance;
use super::Incumbent;
use super::look::Search;
use rayon::prelude::*;
use std::collections::VecDeque;

/// Work of a first round, in looks at every pair.
const ROUND: usize = 4_000;
/// Choices kept side by side, at most.
const POOL: usize = 4;
/// Part of all work in which they are annealed, before they meet: numerator and denominator.
const ANNEALED: (usize, usize) = (2, 3);
/// Work below which one more choice is not worth annealing, in looks at every pair.
const LEAST: usize = 700;
/// Part of all steps that are taken: at first, at first where a good choice is annealed again, and in the end.
const TAKEN: (f64, f64, f64) = (0.65, 0.4, 0.3);
/// What a choice may lose in the beginning, as a part of what a station covers on average; how fast that learns.
const WARM: (f64, f64) = (0.02, 0.1);
/// How many numbers chance is drawn from.
const CHANCES: usize = 1 << 20;
/// Stations freed at a time, at least and at most.
const FREED: (usize, usize) = (3, 8);
/// Work of one exact search in looks at every pair that is left: of freed stations, and of what two choices differ in.
const EXACT: (usize, usize) = (200, 1_000);
/// Rounds without a better choice after which no more follow, and likewise times that all of a round meet.
const DULL: (usize, usize) = (3, 10);
/// Part of a first annealing that a later one gets, one part in so many.
const AGAIN: usize = 3;

/// What an exact search of a part gave.
struct Searched {
    found: Incumbent,
    work: usize,
}

impl Search<'_> {
    /// Improves a choice within `most` work; returns what was used. Rounds of it follow, each twice as long, as long as they bring
    /// something: a choice that is best already should not cost what a hard one may.
    pub(super) fn by_parts(&self, core: &Core, found: &mut Incumbent, seed: u64, most: usize) -> usize {
        let (mut work, mut round, mut dull) = (0, ROUND * core.pairs(), 0);
        while work < most && dull < DULL.0 && !self.watch.stopped() {
            let before = found.objective;
            let seed = seed.wrapping_add(work as u64);
            work += self.pooled(core, found, seed, round.min(most - work));
            dull = if found.objective > before { 0 } else { dull + 1 };
            round *= 2;
        }
        work
    }

    /// 1. Where work allows, several choices are annealed side by side.
    /// 2. Two of them meet: what they share stays, the rest is sited by branch and bound (optimised crossover, Aggarwal,
    ///    Orlin and Tai 1997). The better replaces the worse, or the better is annealed once more.
    fn pooled(&self, core: &Core, found: &mut Incumbent, seed: u64, most: usize) -> usize {
        let all = most / ANNEALED.1 * ANNEALED.0;
        let size = (all / (LEAST * core.pairs()).max(1)).clamp(1, POOL);
        let each = all / size;
        let start = found.clone();
        let anneal = |i: usize| self.anneal(core, &start, seed.wrapping_add(i as u64), TAKEN.0, each);
        let annealed: Vec<(Incumbent, usize)> = (0..size).into_par_iter().map(anneal).collect();
        let mut work = annealed.iter().map(|a| a.1).sum();
        let mut pool: Vec<Incumbent> = annealed.into_iter().map(|a| a.0).collect();
        pool.iter().for_each(|at| self.keep(at.chosen.clone(), found));
        // What was known before meets the others in the place of the least of them.
        if let Some(least) = pool.iter_mut().min_by_key(|at| at.objective).filter(|at| at.objective < start.objective) {
            *least = start;
        }
        let mut chance = Chance(seed.wrapping_add(POOL as u64));
        let mut dull = 0;
        while size > 1 && work < most && dull < DULL.1 && !self.watch.stopped() {
            let before = found.objective;
            // Disjoint pairs, drawn by chance, meet side by side.
            (1..size).rev().for_each(|i| pool.swap(i, chance.below(i + 1)));
            let seeds: Vec<u64> = (0..size / 2).map(|_| chance.below(usize::MAX) as u64).collect();
            let met: Vec<usize> = pool
                .par_chunks_exact_mut(2)
                .zip(seeds)
                .map(|(pair, seed)| self.meet(core, pair, seed, each / AGAIN))
                .collect();
            work += met.iter().sum::<usize>();
            pool.iter().for_each(|at| self.keep(at.chosen.clone(), found));
            dull = if found.objective > before { 0 } else { dull + 1 };
        }
        work
    }

    /// Two choices meet; the worse gives way to a better one. Returns the work.
    fn meet(&self, core: &Core, pair: &mut [Incumbent], seed: u64, most: usize) -> usize {
        let (worse, better) = if pair[0].objective < pair[1].objective { (0, 1) } else { (1, 0) };
        let shared = open(core, &pair[0]).into_iter().filter(|&s| pair[1].chosen.contains(&core.sites[s as usize]));
        let met = self.with(core, &shared.collect::<Vec<_>>(), &[], pair[better].clone(), EXACT.1);
        let mut work = met.work;
        pair[worse] = if met.found.objective > pair[better].objective {
            met.found
        } else {
            let same = pair[0].objective == pair[1].objective;
            let taken = if same { TAKEN.0 } else { TAKEN.1 };
            let (found, more) = self.anneal(core, &pair[better], seed, taken, most);
            work += more;
            found
        };
        work
    }

    /// A better choice by annealing (Kirkpatrick, Gelatt and Vecchi 1983) within `most` work: the best one met, and the work.
    ///
    /// A step frees neighbouring stations, and a few elsewhere, bars one of them, and sites them anew by branch and bound
    /// (large neighbourhood search, Shaw 1998): the best of all choices nearby without that station, if it loses little
    /// enough. How little is learned on the way, so that the part of steps that are taken falls evenly from `taken`.
    fn anneal(&self, core: &Core, from: &Incumbent, seed: u64, taken: f64, most: usize) -> (Incumbent, usize) {
        let (mut chance, mut at, mut best, mut work) = (Chance(seed), from.clone(), None::<Incumbent>, 0);
        let mut warm = WARM.0 * from.objective as f64 / core.choose.max(1) as f64;
        while work < most && !self.watch.stopped() {
            let chosen = open(core, &at);
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
            let searched =
                self.with(core, &kept, &[barred], Incumbent { objective: least, chosen: Vec::new() }, EXACT.0);
            // Laying out what is left costs a look as well.
            work += searched.work + core.pairs();
            let left = 1.0 - (work as f64 / most as f64).min(1.0);
            let moved = !searched.found.chosen.is_empty();
            warm *= (WARM.1 * (TAKEN.2 + (taken - TAKEN.2) * left - f64::from(u8::from(moved)))).exp();
            if moved {
                at = searched.found;
                if best.as_ref().is_none_or(|b| at.objective > b.objective) {
                    best = Some(at.clone());
                }
            }
        }
        (best.unwrap_or(at), work)
    }

    /// The best choice with these stations and without those, if it is better than the one given.
    fn with(&self, core: &Core, kept: &[u32], barred: &[u32], than: Incumbent, looks: usize) -> Searched {
        let none = vec![0; core.weights.len() + core.cuts.len()];
        let Some((part, _)) = core.decide(self.problem, kept, barred, &none) else {
            return Searched { found: than, work: 0 };
        };
        let most = looks * part.pairs();
        let part_of = Search { quick: true, part: true, ..*self };
        let searched = part_of.branch(part, than, self.coverable, most);
        Searched { found: searched.best, work: searched.work }
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
            let most = 6 * LEAST * core.pairs();
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
