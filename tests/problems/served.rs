//! Small random problems that ask for more than covering, for tests that hold something against brute force.

use super::problems::problems;
use doorstep::coverage::{MergedRow, merge};
use doorstep::siting::{Capacity, Problem, Rows, Rule, Service, ServiceRow};
use proptest::prelude::*;
use std::sync::Arc;

prop_compose! {
    /// A second station is worth up to as much as the first.
    pub fn backed_up()(problem in problems(), second in prop::collection::vec(0u64..=4, 70)) -> Problem {
        let rows: Vec<ServiceRow> = problem.rows().iter().zip(second).map(|(row, quarter)| ServiceRow {
            sites: row.sites.clone(), first: row.weight, second: row.weight * quarter / 4, ..ServiceRow::default()
        }).collect();
        let plain = rows.iter().map(|row| MergedRow { sites: row.sites.clone(), weight: row.first + row.second });
        Problem {
            demand: Rows::new(problem.sites, plain.collect()),
            service: Some(Arc::new(Service::new(problem.sites, problem.base, rows))),
            ..problem
        }
    }
}

prop_compose! {
    /// Rows belong to one of three owners, each of which must reach a share of what it could.
    pub fn with_amounts()(
        problem in backed_up(),
        owner in prop::collection::vec(prop::option::weighted(0.8, 0usize..3), 70),
        counted in prop::collection::vec(0u64..100, 70),
        tenths in prop::collection::vec(0u64..=10, 3),
    ) -> Problem {
        let mut service = (**problem.service.as_ref().expect("just made")).clone();
        for (o, tenths) in (0..3).zip(tenths) {
            let own = (0..service.rows.len()).filter(|&r| owner[r] == Some(o));
            let rows: Vec<(u32, u64)> = own.map(|r| (r as u32, counted[r])).collect();
            let least = (rows.iter().map(|(_, c)| c).sum::<u64>() * tenths).div_ceil(10);
            service.rules.push(Rule { name: format!("owner {o}"), rows, least });
        }
        Problem { service: Some(Arc::new(service)), ..problem }
    }
}

prop_compose! {
    /// Stations have room for so many people, two that stand already among them.
    pub fn with_room()(problem in problems())(
        demand in prop::collection::vec((0u32..1 << problem.sites, 1u64..60, 1u64..5, 0u32..4), 0..25),
        room in prop::collection::vec(prop::option::weighted(0.85, 0u64..150), problem.sites),
        standing in prop::collection::vec(0u64..120, 2),
        even in any::<bool>(),
        base in 0u64..500,
        problem in Just(problem),
    ) -> Problem {
        let rows: Vec<ServiceRow> = demand.iter().map(|&(mask, people, weight, standing)| ServiceRow {
            sites: (0..problem.sites as u32).filter(|s| mask >> s & 1 == 1).collect(),
            first: people * if even { 1 } else { weight * 7 },
            second: 0,
            people: people * if even { 1 } else { 4 },
            standing: (0..2).filter(|e| standing >> e & 1 == 1).collect(),
        }).collect();
        // Whoever reaches a station that stands may be served whatever is chosen.
        let stands = rows.iter().filter(|row| !row.standing.is_empty()).map(|row| row.first).sum::<u64>();
        let plain: Vec<(Vec<u32>, u64)> =
            rows.iter().filter(|row| row.standing.is_empty()).map(|row| (row.sites.clone(), row.first)).collect();
        let mut service = Service::new(problem.sites, base, rows);
        service.capacity = Some(Capacity { of_site: room, standing });
        Problem {
            demand: Rows::new(problem.sites, merge(plain.iter().map(|(sites, w)| (&sites[..], *w)))),
            base: base + stands,
            service: Some(Arc::new(service)),
            ..problem
        }
    }
}
