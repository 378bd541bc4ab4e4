//! How does a good choice become a better one? Many are annealed, and the best parts of all are put together exactly.
//! A file of its own because it uses the whole search, on a few sites of a problem, to find what bounds alone never suggest.

use super::super::core::Core;
use super::super::iterate::Chance;
use super::anneal::{Cooling, anneal};
use super::look::Search;
use super::{Incumbent, Searched};
use crate::travel::SiteIndex;
use rayon::prelude::*;

/// Choices annealed side by side in a round. A fixed number: they are the same on any number of threads.
const SIDE_BY_SIDE: usize = 4;
/// Choices kept, the best of all rounds.
const KEPT: usize = 8;
/// Work in which what a step may lose is halved in a first round, in looks at every pair.
const HALVING: usize = 250;
/// Halvings that a run needs, about: where less work is left than that, it cools faster.
const HALVINGS: usize = 10;
/// Rounds without a better choice after which no more follow.
const DULL: usize = 3;

impl Search<'_> {
    /// Improves a choice within about `most` work; returns what was used.
    ///
    /// Rounds of annealing from one and the same start, each cooled half as fast as the one before, as long as they bring
    /// something: a choice that is best already should not cost what a hard one may. After each an exact search over the
    /// sites of the best choices alone joins what is best in each of them (tour merging, Cook and Seymour 2003): those sites are few,
    /// and the relaxation over them is tight.
    pub(super) fn better_by_chance(&self, core: &Core, found: &mut Incumbent, seed: u64, most: usize) -> usize {
        let (mut work, mut halving, mut dull) = (0, HALVING * core.pairs(), 0);
        let (start, mut kept, mut chance) = (found.clone(), vec![found.clone()], Chance(seed));
        while work < most && dull < DULL && !self.watch.stopped() {
            let before = found.objective;
            let each = (most - work) / SIDE_BY_SIDE;
            let cooling = Cooling { halving: halving.min(each / HALVINGS).max(1), most: each };
            let seeds: Vec<u64> = (0..SIDE_BY_SIDE).map(|_| chance.below(usize::MAX) as u64).collect();
            let run = |seed: u64| anneal(self.problem, core, &start.chosen, seed, cooling, self.watch);
            let annealed: Vec<(Vec<SiteIndex>, usize)> = seeds.into_par_iter().map(run).collect();
            let round: usize = annealed.iter().map(|a| a.1).sum();
            kept.extend(annealed.into_iter().filter_map(|(chosen, _)| self.admitted(chosen)));
            best_first(&mut kept);
            let merged = self.merged(core, &kept, round);
            work += round + merged.work;
            kept.push(merged.best);
            best_first(&mut kept);
            if kept[0].objective > found.objective {
                found.clone_from(&kept[0]);
            }
            dull = if found.objective > before { 0 } else { dull + 1 };
            halving *= 2;
        }
        work
    }

    /// The best choice of sites that any of these choices, the best of which is the first, takes; as far as `most` work goes.
    fn merged(&self, core: &Core, choices: &[Incumbent], most: usize) -> Searched {
        let some = |s: &SiteIndex| choices.iter().any(|choice| choice.chosen.binary_search(s).is_ok());
        let others: Vec<u32> = (0..).zip(&core.sites).filter(|s| !some(s.1)).map(|s| s.0).collect();
        let none = vec![0; core.weights.len() + core.cuts.len()];
        let best = choices[0].clone();
        match core.decide(self.problem, &[], &others, &none) {
            Some((few, _)) => Search { quick: true, part: true, ..*self }.branch(few, best, self.coverable, most),
            None => Searched { bound: best.objective, best, done: true, work: 0 },
        }
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
            let most = 40 * HALVING * core.pairs();
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
