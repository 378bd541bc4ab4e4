//! Small random problems of travel with every side condition, for tests that hold something against brute force.

use doorstep::siting::{Costs, CountyRule};
use proptest::prelude::*;

prop_compose! {
    /// Up to nine sites, so that every choice can be tried.
    pub fn costs()(sites in 2usize..10)(
        sites in Just(sites),
        // Per demand point a weight and per site a cost; which pairs are out of reach.
        rows in prop::collection::vec((0u64..30, prop::collection::vec(0u64..60, sites), any::<u32>()), 0..25),
        complete in prop::bool::weighted(0.4),
        choose in 0usize..7,
        required in prop::collection::btree_set(0..sites as u32, 0..3),
        forbidden in prop::collection::vec(prop::bool::weighted(0.1), sites),
        coarse in any::<bool>(),
        conditions in prop::bool::weighted(0.6),
        county_of in prop::collection::vec(prop::option::of(0usize..3), sites),
        limits in prop::collection::vec((prop::sample::select(vec![0usize, 0, 0, 1, 2]), 1usize..6), 3),
        too_near in prop::collection::vec((0..sites as u32, 0..sites as u32), 0..4),
        budget in prop::option::weighted(0.5, (prop::collection::vec(1u64..100, sites), 50u64..400)),
    ) -> Costs {
        let mut near = vec![Vec::new(); sites];
        for &(a, b) in too_near.iter().filter(|(a, b)| a != b) {
            near[a as usize].push(b);
            near[b as usize].push(a);
        }
        near.iter_mut().for_each(|n| { n.sort_unstable(); n.dedup(); });
        let counties = limits.iter().enumerate()
            .map(|(i, &(min, max))| CountyRule { county: format!("county {i}"), min, max });
        let cost = |c: u64| if coarse { c / 15 * 7 } else { c };
        let row = |(_, costs, mask): &(u64, Vec<u64>, u32)| {
            let reached = (0..sites as u32).filter(|s| complete || mask >> (2 * s) & 3 > 0);
            reached.map(|s| (s, cost(costs[s as usize]))).collect::<Vec<_>>()
        };
        Costs {
            sites,
            weights: rows.iter().map(|r| r.0).collect(),
            costs: rows.iter().map(row).collect(),
            choose: choose.min(sites),
            required: required.into_iter().collect(),
            forbidden,
            counties: if conditions { counties.collect() } else { Vec::new() },
            county_of: if conditions { county_of } else { Vec::new() },
            too_near: if conditions { near } else { Vec::new() },
            budget: budget.filter(|_| conditions),
        }
    }
}

/// The least of what choices that meet the conditions cost, by trying all.
pub fn least_by_trying<C: Ord>(costs: &Costs, cost: impl Fn(&[u32]) -> Option<C>) -> Option<C> {
    (0u32..1 << costs.sites)
        .map(|mask| (0..costs.sites as u32).filter(|s| mask >> s & 1 == 1).collect::<Vec<_>>())
        .filter(|chosen| costs.admits(chosen))
        .filter_map(|chosen| cost(&chosen))
        .min()
}
