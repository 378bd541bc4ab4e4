//! Room for people, a second station, least amounts: each against brute force on small random problems with every other
//! side condition.

mod problems;
#[path = "problems/served.rs"]
mod served;

use doorstep::siting::{
    Answer, BranchAndBound, Capacity, Extent, Infeasible, Method, Nearness, Problem, ServiceRow, curve, near, nest,
    search_alone,
};
use problems::{every, most};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use served::{backed_up, with_amounts, with_room};

/// Weight of the rows by the definition of a second station, counted anew.
fn twice_by_hand(rows: &[ServiceRow], chosen: &[u32]) -> u64 {
    let near = |row: &ServiceRow| row.sites.iter().filter(|s| chosen.contains(s)).count();
    rows.iter().map(|row| if near(row) > 0 { row.first } else { 0 } + if near(row) > 1 { row.second } else { 0 }).sum()
}

/// The most weight that rooms can serve, by cuts: no flow, so that it shares nothing with the program. With rows in classes of
/// falling weight per person, the classes down to each are served as much as the smallest cut lets through.
fn served_by_cuts(rows: &[ServiceRow], capacity: &Capacity, chosen: &[u32]) -> f64 {
    let mut rooms: Vec<u64> = capacity.standing.clone();
    rooms.extend(chosen.iter().map(|&s| capacity.of_site[s as usize].unwrap_or(1 << 40)));
    let reach = |row: &ServiceRow| {
        let standing = row.standing.iter().map(|&e| 1u64 << e).sum::<u64>();
        let new = (0..).zip(chosen).filter(|(_, s)| row.sites.contains(s));
        standing | new.map(|(i, _): (usize, _)| 1u64 << (capacity.standing.len() + i)).sum::<u64>()
    };
    let ratio = |row: &ServiceRow| row.first as f64 / row.people as f64;
    let mut ratios: Vec<f64> = rows.iter().map(ratio).collect();
    ratios.sort_by(|a, b| b.total_cmp(a));
    ratios.dedup();
    ratios.push(0.0);
    let through = |least: f64| {
        let here: Vec<(u64, u64)> = rows.iter().filter(|r| ratio(r) >= least).map(|r| (reach(r), r.people)).collect();
        let cut = |full: u64| {
            let rooms: u64 = rooms.iter().enumerate().filter(|(i, _)| full >> i & 1 == 1).map(|(_, k)| k).sum();
            rooms + here.iter().filter(|(reach, _)| reach & !full != 0).map(|(_, people)| people).sum::<u64>()
        };
        (0u64..1 << rooms.len()).map(cut).min().expect("the empty cut")
    };
    ratios.windows(2).map(|w| (w[0] - w[1]) * through(w[0]) as f64).sum()
}

fn solved_on(threads: usize, problem: &Problem) -> Result<Answer, Infeasible> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| BranchAndBound::default().solve(problem, &[]))
}

/// The answer is the best choice by trying all, proved, and the same on any number of threads.
fn agrees(problem: &Problem) -> Result<(), TestCaseError> {
    let best = most(problem);
    let ours = solved_on(1, problem);
    prop_assert_eq!(&solved_on(3, problem), &ours);
    best_by_trying(problem, ours, best)?;
    best_by_trying(problem, search_alone(problem, BranchAndBound::default().work), best)
}

/// An answer, whether by joining components or by search, is the best choice or says why there is none.
fn best_by_trying(problem: &Problem, ours: Result<Answer, Infeasible>, best: Option<u64>) -> Result<(), TestCaseError> {
    match (ours, best) {
        (Ok(answer), Some(best)) => {
            prop_assert!(problem.admits(&answer.chosen));
            prop_assert_eq!(problem.objective(&answer.chosen), answer.objective);
            prop_assert_eq!(answer.objective, best);
            // Parts of a unit are rounded down in the objective and up in the bound.
            let parts = u64::from(problem.service.as_ref().is_some_and(|s| s.capacity.is_some()));
            prop_assert!((best..=best + parts).contains(&answer.bound), "{:?}", answer);
        }
        (Err(why), None) => prop_assert_ne!(why, Infeasible::NoneFound),
        (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, rng_seed: RngSeed::Fixed(21), ..ProptestConfig::default() })]

    #[test]
    fn a_second_station_counts_as_much_as_it_is_said_to(problem in backed_up()) {
        let service = problem.service.as_ref().expect("asked");
        for chosen in &every(&problem).step_by(7).collect::<Vec<_>>() {
            prop_assert_eq!(service.objective(chosen), problem.base + twice_by_hand(&service.rows, chosen));
        }
        agrees(&problem)?;
    }

    #[test]
    fn least_amounts_are_reached_or_proved_out_of_reach(problem in with_amounts()) {
        agrees(&problem)?;
    }

    #[test]
    fn people_go_where_there_is_room_and_the_best_stations_are_found(problem in with_room()) {
        let service = problem.service.as_ref().expect("asked");
        let capacity = service.capacity.as_ref().expect("asked");
        for chosen in &every(&problem).step_by(5).take(12).collect::<Vec<_>>() {
            let (ours, cuts) = (service.objective(chosen) - service.base, served_by_cuts(&service.rows, capacity, chosen));
            prop_assert!(ours as f64 <= cuts + 1e-6 && cuts - 1.001 < ours as f64, "{} but {}", ours, cuts);
            let plain = Problem { service: None, ..problem.clone() };
            prop_assert!(service.objective(chosen) <= plain.objective(chosen));
        }
        agrees(&problem)?;
    }

    #[test]
    fn work_that_ends_early_leaves_a_true_bound(
        problem in prop_oneof![backed_up(), with_amounts(), with_room()], work in 0usize..60_000,
    ) {
        let best = most(&problem);
        match (search_alone(&problem, work), best) {
            (Ok(answer), Some(best)) => {
                prop_assert!(answer.objective <= best && best <= answer.bound, "{:?} but {}", answer, best);
            }
            (Err(_), None) | (Err(Infeasible::NoneFound), Some(_)) => {}
            (ours, brute) => prop_assert!(false, "we say {:?}, brute force {:?}", ours, brute),
        }
    }

    #[test]
    fn near_plans_are_all_there_are_or_the_best_of_more(
        problem in prop_oneof![backed_up(), with_amounts(), with_room()], within in 0.0f64..0.2, plans in 1usize..15,
    ) {
        let Ok(answer) = BranchAndBound::default().solve(&problem, &[]) else { return Ok(()) };
        let found = near(&problem, &answer, &[], Nearness { within, plans, work: 20_000_000 });
        let mut all: Vec<u64> = every(&problem).map(|chosen| problem.objective(&chosen)).collect();
        all.retain(|objective| *objective >= found.least);
        all.sort_unstable_by(|a, b| b.cmp(a));
        let listed: Vec<u64> = found.plans.iter().map(|p| p.objective.0).collect();
        match found.extent {
            Extent::All => prop_assert_eq!(listed, all),
            Extent::Best => prop_assert_eq!(&listed[..], &all[..plans]),
            Extent::Found => prop_assert!(false, "so small a problem is searched to the end"),
        }
    }

    #[test]
    fn curves_and_phases_leave_least_amounts_aside_and_keep_room_and_second_stations(
        problem in prop_oneof![backed_up(), with_amounts(), with_room()],
    ) {
        let Ok(answer) = BranchAndBound::default().solve(&problem, &[]) else { return Ok(()) };
        let drawn = curve(&BranchAndBound::default(), &problem, &answer, problem.sites.min(6), 6);
        for point in drawn.points.iter().skip(1) {
            prop_assert_eq!(problem.service.as_ref().expect("asked").objective(&point.chosen), point.objective);
            prop_assert!(point.bound >= point.objective);
        }
        prop_assert!(drawn.points.windows(2).all(|w| w[0].objective <= w[1].objective));
        if problem.choose > 1 {
            let steps = nest(&BranchAndBound::default(), &problem, &answer, &[1, problem.choose]);
            let steps = steps.expect("one site of those chosen meets what is left of the conditions");
            prop_assert!(steps[0].alone.objective >= steps[0].objective);
            prop_assert!(steps[1].sites.starts_with(&steps[0].sites));
        }
    }
}
