//! Small random problems with every side condition, for tests that hold something against brute force.

use doorstep::coverage::merge;
use doorstep::siting::{CountyRule, Problem, Rows};
use proptest::prelude::*;

/// Every choice of the right number that meets the conditions, by trying all.
pub fn every(problem: &Problem) -> impl Iterator<Item = Vec<u32>> + '_ {
    (0u32..1 << problem.sites)
        .filter(|mask| mask.count_ones() as usize == problem.choose)
        .map(|mask| (0..problem.sites as u32).filter(|s| mask >> s & 1 == 1).collect::<Vec<_>>())
        .filter(|chosen| problem.admits(chosen))
}

/// The most that a choice covers or serves, by trying all; `None` when none meets the conditions.
pub fn most(problem: &Problem) -> Option<u64> {
    every(problem).map(|chosen| problem.objective(&chosen)).max()
}

prop_compose! {
    /// Up to 13 sites, so that every choice can be tried.
    pub fn problems()(sites in 3usize..14)(
        sites in Just(sites),
        rows in prop::collection::vec((0u32..1 << sites, 0u64..1000), 0..70),
        base in 0u64..500,
        choose in 0usize..=sites * 2 / 3,
        required in prop::collection::btree_set(0..sites as u32, 0..2),
        forbidden in prop::collection::vec(prop::bool::weighted(0.15), sites),
        county_of in prop::collection::vec(prop::option::of(0usize..3), sites),
        limits in prop::collection::vec((prop::sample::select(vec![0usize, 0, 0, 1, 2]), 1usize..6), 3),
        too_near in prop::collection::vec((0..sites as u32, 0..sites as u32), 0..4),
        cost in prop::collection::vec(1u64..100, sites),
        budget in prop::option::weighted(0.4, 100u64..600),
        preference in prop::collection::vec(0u64..5, sites),
        spaced in any::<bool>(),
    ) -> Problem {
        let sets: Vec<(Vec<u32>, u64)> = rows
            .iter()
            .map(|(mask, weight)| ((0..sites as u32).filter(|s| mask >> s & 1 == 1).collect(), *weight))
            .collect();
        let mut near = vec![Vec::new(); if spaced { sites } else { 0 }];
        for &(a, b) in too_near.iter().filter(|(a, b)| spaced && a != b) {
            near[a as usize].push(b);
            near[b as usize].push(a);
        }
        near.iter_mut().for_each(|n| { n.sort_unstable(); n.dedup(); });
        Problem {
            sites,
            demand: Rows::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
            base,
            choose,
            required: required.into_iter().collect(),
            forbidden,
            counties: limits.iter().enumerate()
                .map(|(i, &(min, max))| CountyRule { county: format!("county {i}"), min, max }).collect(),
            county_of,
            too_near: near,
            budget: budget.map(|most| (cost, most)),
            preference,
            ..Problem::default()
        }
    }
}
