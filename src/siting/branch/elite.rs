//! How does a good choice become a better one? Many are annealed, and the best parts of all are put together exactly.
//! A file of its own because it uses the whole search, on a few sites of a problem, to find what bounds alone never suggest.

use super::super::core::Core;
use super::super::iterate::Chance;
use super::anneal::anneal;
use super::look::Search;
use super::{Incumbent, Searched};
use crate::travel::SiteIndex;
use rayon::prelude::*;

/// Choices annealed, and polished, side by side in a round. A fixed number: they are the same on any number of threads.
const SIDE_BY_SIDE: usize = 4;
/// Choices kept, the best of all rounds.
const KEPT: usize = 8;
/// Work of annealing in a first round at least, and as much again of polishing, in looks at every pair.
const ROUND: usize = 4_000;
/// Where there is work for more, the first round starts with one part in so many of it.
const FIRST: usize = 8;
/// Work below which one more choice is not worth polishing, likewise.
const POLISHED: usize = 1_400;
/// Rounds without a better choice after which no more follow.
const DULL: usize = 2;

impl Search<'_> {
    /// Improves a choice within about `most` work, of which the first round uses a part; returns what was used.
    ///
    /// Rounds, each twice as long as the one before, as long as they bring something: a choice that is best already should
    /// not cost what a hard one may. In a round
    ///
    /// 1. some are annealed from one and the same start,
    /// 2. the best of all so far are polished,
    /// 3. an exact search over the sites of the best alone joins what is best in each of them (tour merging, Cook and
    ///    Seymour 2003): those sites are few, and the relaxation over them is tight.
    pub(super) fn better_by_chance(&self, core: &Core, found: &mut Incumbent, seed: u64, most: usize) -> usize {
        let (mut work, mut round, mut dull) = (0, (most / FIRST).max(ROUND * core.pairs()), 0);
        let (start, mut kept, mut chance) = (found.clone(), vec![found.clone()], Chance(seed));
        while work < most && dull < DULL && !self.watch.stopped() {
            let before = found.objective;
            // Annealing that has to be fast is of no use: where work is too little for both, all of it polishes. So does the
            // shortest round, whose start is often in a better place than where fast annealing leads.
            let both = round > ROUND * core.pairs() && (most - work) / 2 >= round;
            let now = round.min(if both { (most - work) / 2 } else { most - work });
            let mut seeds = || -> Vec<u64> { (0..SIDE_BY_SIDE).map(|_| chance.below(usize::MAX) as u64).collect() };
            if both {
                let each = now / SIDE_BY_SIDE;
                let run = |seed: u64| anneal(self.problem, core, &start.chosen, seed, each, self.watch);
                let annealed: Vec<(Vec<SiteIndex>, usize)> = seeds().into_par_iter().map(run).collect();
                work += annealed.iter().map(|a| a.1).sum::<usize>();
                kept.extend(annealed.into_iter().filter_map(|(chosen, _)| self.admitted(chosen)));
                best_first(&mut kept);
            }
            let count = (now / (POLISHED * core.pairs()).max(1)).clamp(1, SIDE_BY_SIDE);
            let some: Vec<&Incumbent> = (0..count).map(|i| &kept[i % kept.len()]).collect();
            let each = now / count;
            let polish = |(at, seed): (&&Incumbent, u64)| self.polish(core, at, seed, each);
            let polished: Vec<(Incumbent, usize)> = some.par_iter().zip(seeds()).map(polish).collect();
            work += polished.iter().map(|p| p.1).sum::<usize>();
            kept.extend(polished.into_iter().filter_map(|(at, _)| self.admitted(at.chosen)));
            best_first(&mut kept);
            if kept.len() > 1 {
                let merged = self.merged(core, &kept, now);
                work += merged.work;
                kept.push(merged.best);
                best_first(&mut kept);
            }
            if kept[0].objective > found.objective {
                found.clone_from(&kept[0]);
            }
            dull = if found.objective > before { 0 } else { dull + 1 };
            round *= 2;
        }
        work
    }

    /// The best choice of sites that any of these choices, the best of which is the first, takes; as far as `most` work goes.
    fn merged(&self, core: &Core, choices: &[Incumbent], most: usize) -> Searched {
        let some = |s: &SiteIndex| choices.iter().any(|choice| choice.chosen.binary_search(s).is_ok());
        let others: Vec<u32> = (0..).zip(&core.sites).filter(|s| !some(s.1)).map(|s| s.0).collect();
        self.with(core, &[], &others, choices[0].clone(), |_| most)
    }

    /// A choice that meets every condition, with what it covers.
    fn admitted(&self, chosen: Vec<SiteIndex>) -> Option<Incumbent> {
        self.problem.admits(&chosen).then(|| Incumbent { objective: self.problem.objective(&chosen), chosen })
    }
}

/// The best choices, each once; equal ones in the order of their sites.
fn best_first(choices: &mut Vec<Incumbent>) {
    choices.iter_mut().for_each(|choice| choice.chosen.sort_unstable());
    choices.sort_by(|a, b| b.objective.cmp(&a.objective).then_with(|| a.chosen.cmp(&b.chosen)));
    choices.dedup_by(|a, b| a.chosen == b.chosen);
    choices.truncate(KEPT);
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::super::Watch;
    use super::super::super::lagrangian::Scale;
    use super::super::super::problem::{CountyRule, Problem, Rows};
    use super::super::super::{exchange, greedy};
    use super::*;
    use crate::coverage::merge;

    /// Places on a square, each within reach of the sites near it; some with counties, a budget and spacing.
    pub(in super::super) fn problem(chance: &mut Chance, case: usize) -> Problem {
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
            let most = 3 * ROUND * core.pairs();
            let found = [1, 3].map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
                let mut found = start.clone();
                let work = pool.install(|| search.better_by_chance(&core, &mut found, 5, most));
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
