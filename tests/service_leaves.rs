//! Certificates of small random problems that ask for more than covering, each checked by rules that share nothing with the
//! search but the problem.

mod problems;
#[path = "problems/served.rs"]
mod served;
#[path = "problems/damages.rs"]
mod damages;
#[path = "problems/tree.rs"]
mod tree;
#[path = "problems/beside.rs"]
mod beside;

use beside::{Beside, holds};
use damages::{damaged, overlooked};
use doorstep::siting::{
    Amount, Answer, BranchAndBound, CountyRule, Leaves, Method, Multipliers, Problem, Rule, Service, ServiceRow, Watch,
    leaves, leaves_by_vertices, none_better, worst_first,
};
use problems::{every, most};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use served::{backed_up, with_amounts, with_room};
use tree::{Part, walk};

const WORK: usize = 1_500_000_000;

/// What a station is paid at most: all of it, or the best of all fills of its room.
fn paid(service: &Service, rows: &[usize], room: Option<u64>, v: &[i128]) -> i128 {
    let Some(room) = room else { return rows.iter().map(|&r| v[r]).sum() };
    let people = |r: usize| i128::from(service.rows[r].people);
    let mut paying: Vec<usize> = rows.iter().copied().filter(|&r| people(r) > 0).collect();
    paying.sort_by(|&a, &b| (v[b] * people(a)).cmp(&(v[a] * people(b))));
    let (mut left, mut value) =
        (i128::from(room), rows.iter().filter(|&&r| people(r) == 0).map(|&r| v[r]).sum::<i128>());
    for r in paying {
        let here = people(r).min(left);
        value += (v[r] * here + people(r) - 1) / people(r);
        left -= here;
    }
    value
}

/// The bound in a part, with the maximum taken over every choice there; `None` when there is none.
fn bound(problem: &Problem, proof: &Leaves, part: &Part, by: &Multipliers) -> Result<Option<i128>, String> {
    let service = problem.service.as_ref().expect("more than covering");
    if by.parts.len() != service.rows.len() || by.parts.iter().any(|p| *p > by.of) || by.prices_of == 0 {
        return Err("a multiplier beyond its row's weight".to_owned());
    }
    if by.amounts.len() != service.rules.len() {
        return Err("prices of other amounts".to_owned());
    }
    let q = i128::from(by.prices_of);
    let priced = |r: usize| {
        let of = |(rule, price): (&doorstep::siting::Rule, &u64)| {
            rule.rows.iter().filter(|c| c.0 as usize == r).map(|c| i128::from(c.1) * i128::from(*price)).sum::<i128>()
        };
        service.rules.iter().zip(&by.amounts).map(of).sum::<i128>()
    };
    let all = 0..service.rows.len();
    let worth: Vec<i128> = all.clone().map(|r| q * i128::from(service.rows[r].first) + priced(r)).collect();
    let of = i128::from(by.of);
    let v: Vec<i128> = all.clone().map(|r| (2 * worth[r] * i128::from(by.parts[r]) + of) / (2 * of)).collect();
    let beside = Beside::of(proof, part, by, v.len(), problem.sites)?;
    let once = |r: usize| (worth[r] - v[r] - beside.earned[r]).max(0);
    let twice = |r: usize| (q * i128::from(service.rows[r].second) - v[r]).max(0);
    let mut rest: i128 = beside.rest + all.clone().map(|r| once(r) + twice(r)).sum::<i128>();
    rest -= service.rules.iter().zip(&by.amounts).map(|(g, n)| i128::from(g.least) * i128::from(*n)).sum::<i128>();
    let capacity = service.capacity.as_ref();
    for (e, &room) in capacity.map_or(&[][..], |c| &c.standing).iter().enumerate() {
        let rows: Vec<usize> = all.clone().filter(|&r| service.rows[r].standing.contains(&(e as u32))).collect();
        rest += paid(service, &rows, Some(room), &v);
    }
    let value = |s: u32| {
        let rows: Vec<usize> = all.clone().filter(|&r| service.rows[r].sites.contains(&s)).collect();
        paid(service, &rows, capacity.and_then(|c| c.of_site[s as usize]), &v) + beside.values[s as usize]
    };
    let values: Vec<i128> = (0..problem.sites as u32).map(value).collect();
    let worths = service.rows.iter().flat_map(|row| [row.first, row.second]);
    let divides = |d: &i128| worths.clone().all(|w| i128::from(w) % d == 0);
    let divisor = if capacity.is_some() { 1 } else { (1..=1000).rev().find(divides).unwrap_or(1) };
    let choices = part.choices(problem);
    let most = choices.iter().map(|c| rest + c.iter().map(|&s| values[s as usize]).sum::<i128>()).max();
    Ok(most.map(|m| i128::from(service.base) + m.div_euclid(q).div_euclid(divisor) * divisor))
}

/// The problem with its budget as an amount that must be saved: of the price of the dearest site, at every chosen one.
fn with_money(problem: &Problem) -> Problem {
    let Some((cost, most)) = &problem.budget else { return problem.clone() };
    let before = problem.service.as_ref().expect("more than covering");
    let mut rows = before.rows.clone();
    let dearest = *cost.iter().max().expect("there are sites");
    let mut money = Rule { name: String::new(), rows: Vec::new(), least: 0 };
    for (s, cost) in cost.iter().enumerate() {
        money.rows.push((rows.len() as u32, dearest - cost));
        rows.push(ServiceRow { sites: vec![s as u32], ..ServiceRow::default() });
    }
    money.least = (dearest * problem.choose as u64).saturating_sub(*most);
    let mut service = Service::new(problem.sites, before.base, rows);
    service.capacity.clone_from(&before.capacity);
    service.rules.clone_from(&before.rules);
    service.rules.push(money);
    Problem { service: Some(service.into()), ..problem.clone() }
}

/// The problem with the groups that a tree counts as rules without limits.
fn grouped(problem: &Problem, proof: &Leaves) -> Result<Problem, String> {
    let mut grouped = problem.clone();
    for group in &proof.groups {
        for &s in group {
            if grouped.county_of[s as usize].is_some() {
                return Err("a site of two groups".to_owned());
            }
            grouped.county_of[s as usize] = Some(grouped.counties.len());
        }
        grouped.counties.push(CountyRule { county: String::new(), min: 0, max: usize::MAX });
    }
    Ok(grouped)
}

/// Whether every leaf is closed at the bound.
fn closed(problem: &Problem, proof: &Leaves) -> Result<(), String> {
    let whole = grouped(&with_money(problem), proof)?;
    let covers: Vec<&[u32]> = whole.service.iter().flat_map(|s| &s.rows).map(|row| &row.sites[..]).collect();
    if let Some(cut) = proof.cuts.iter().find(|cut| !holds(problem.sites, &covers, cut)) {
        return Err(format!("a choice breaks {cut:?}"));
    }
    let open_to = |part: &Part, m: usize| -> Result<Option<u64>, String> {
        let multipliers = proof.multipliers.get(m).ok_or("no multipliers")?;
        Ok(bound(&whole, proof, part, multipliers)?.filter(|bound| *bound > i128::from(proof.bound)).map(|b| b as u64))
    };
    walk(&whole, &proof.nodes, &open_to, &|choice| problem.objective(choice) > proof.bound)
}

fn check(problem: &Problem, proof: &Leaves) -> Result<(), String> {
    if !problem.admits(&proof.chosen) || problem.objective(&proof.chosen) != proof.objective {
        return Err("the choice is not what it is said to be".to_owned());
    }
    closed(problem, proof)
}

fn solved(problem: &Problem) -> Option<Answer> {
    BranchAndBound::default().solve(problem, &[]).ok()
}

/// The problem with no amount asked for, so that every choice can be tried.
fn without_amounts(problem: &Problem) -> Problem {
    let mut service = (**problem.service.as_ref().expect("asked")).clone();
    service.rules.iter_mut().for_each(|rule| rule.least = 0);
    Problem { service: Some(service.into()), ..problem.clone() }
}

fn any() -> impl Strategy<Value = Problem> {
    prop_oneof![backed_up(), with_amounts(), with_room()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, rng_seed: RngSeed::Fixed(23), ..ProptestConfig::default() })]

    #[test]
    fn the_certificate_of_every_small_service_proves_it(problem in any()) {
        if let Some(answer) = solved(&problem) {
            prop_assert_eq!(most(&problem), Some(answer.objective));
            let proof = leaves(&problem, &answer, WORK);
            prop_assert_eq!(check(&problem, &proof), Ok(()));
            prop_assert_eq!(proof.bound, answer.bound, "proved to the optimum, nothing left open");
        }
    }

    #[test]
    fn a_certificate_of_a_service_with_little_work_proves_what_it_states(problem in any(), work in 0usize..60_000) {
        if let Some(answer) = solved(&problem) {
            let proof = leaves(&problem, &answer, work);
            prop_assert_eq!(check(&problem, &proof), Ok(()));
            prop_assert!(proof.bound >= answer.objective);
        }
    }

    #[test]
    fn a_service_that_is_not_the_best_is_never_certified_as_such(problem in any(), worse in 1u64..50) {
        if let Some(best) = solved(&problem) {
            // A program that took a poorer choice for the best and believed it.
            let wrong = Answer { bound: best.objective.saturating_sub(worse), ..best.clone() };
            let proof = leaves(&problem, &wrong, WORK);
            prop_assert_eq!(check(&problem, &proof), Ok(()));
            prop_assert!(proof.bound >= best.objective, "{} proved, {} reached", proof.bound, best.objective);
        }
    }

    #[test]
    fn damaged_certificates_of_services_are_refuted(problem in any()) {
        let Some(answer) = solved(&problem) else { return Ok(()) };
        let proof = leaves(&problem, &answer, WORK);
        prop_assert_eq!(overlooked(&proof, |p| check(&problem, p)), Vec::<&str>::new());
        let refuted = |damage: &dyn Fn(&mut Leaves)| check(&problem, &damaged(&proof, damage)).is_err();
        prop_assert!(proof.objective == 0 || refuted(&|p| p.bound = p.objective - 1));
    }

    #[test]
    fn proofs_of_services_by_vertices_prove_what_they_state_whatever_they_were_told_and_however_little_they_may_cost(
        problem in prop_oneof![backed_up(), with_amounts()],
        worse in 0u64..3,
        work in prop_oneof![Just(40_000_000), 0usize..400_000],
    ) {
        if let Some(best) = solved(&problem) {
            let told = Answer { bound: best.objective.saturating_sub(worse * 7), ..best.clone() };
            let proof = leaves_by_vertices(&problem, &told, work, &Watch::default());
            prop_assert!(proof.is_some() || work < 400_000, "nobody fills up");
            let Some(proof) = proof else { return Ok(()) };
            prop_assert_eq!(check(&problem, &proof), Ok(()));
            prop_assert!(proof.bound >= best.objective, "{} proved, {} reached", proof.bound, best.objective);
            prop_assert!(work < 400_000 || worse > 0 || proof.bound == best.objective, "{} left open", proof.bound);
        }
    }

    #[test]
    fn that_amounts_cannot_be_reached_is_proved_by_vertices_exactly_where_no_choice_reaches_them(problem in with_amounts()) {
        // Nothing weighs anything, one unit is covered anyway: a bound of 0 says that no choice meets the conditions.
        let mut asked = (**problem.service.as_ref().expect("asked")).clone();
        asked.base = 1;
        asked.rows.iter_mut().for_each(|row| (row.first, row.second) = (0, 0));
        let asked = Problem { service: Some(asked.into()), base: 1, ..problem.clone() };
        let none = Answer { chosen: Vec::new(), objective: 0, bound: 0 };
        let proof = leaves_by_vertices(&asked, &none, 40_000_000, &Watch::default()).expect("nobody fills up");
        prop_assert_eq!(closed(&asked, &proof), Ok(()));
        prop_assert_eq!(proof.bound == 0, every(&asked).next().is_none());
    }

    #[test]
    fn told_a_poorer_choice_vertices_meet_the_best_one(problem in prop_oneof![backed_up(), with_amounts()]) {
        let Some(poorer) = every(&problem).min_by_key(|c| problem.objective(c)) else { return Ok(()) };
        let objective = problem.objective(&poorer);
        let told = Answer { chosen: poorer, objective, bound: objective };
        let proof = leaves_by_vertices(&problem, &told, 1_000_000_000, &Watch::default()).expect("nobody fills up");
        prop_assert_eq!(check(&problem, &proof), Ok(()));
        prop_assert_eq!(Some(proof.bound), most(&problem));
        let best = proof.better.as_ref().map_or(proof.objective, |better| problem.objective(better));
        prop_assert!(proof.better.as_ref().is_none_or(|better| problem.admits(better)));
        prop_assert_eq!(best, proof.bound);
    }

    #[test]
    fn the_worst_share_is_certified_where_no_choice_brings_every_county_farther(
        problem in with_amounts(), covered in prop::collection::vec(0u64..200, 3), more in 1u64..50,
    ) {
        let service = problem.service.as_ref().expect("asked");
        let amounts: Vec<Amount> = service.rules.iter().zip(covered).map(|(rule, covered)| {
            let all = rule.rows.iter().map(|(_, counted)| counted).sum::<u64>();
            Amount { county: rule.name.clone(), covered, total: covered + all + more }
        }).collect();
        let Ok((raised, worst)) = worst_first(&problem, &amounts, WORK) else { return Ok(()) };
        let share = |chosen: &[u32]| {
            let reached = |(a, rule): (&Amount, &doorstep::siting::Rule)| {
                let near = |r: u32| service.rows[r as usize].sites.iter().any(|s| chosen.contains(s));
                let has = rule.rows.iter().filter(|c| near(c.0)).map(|c| c.1).sum::<u64>() + a.covered;
                has as f64 / a.total as f64
            };
            amounts.iter().zip(&service.rules).map(reached).fold(1.0, f64::min)
        };
        let proof = none_better(&raised, &amounts, &worst.chosen, WORK);
        prop_assert!(!proof.tree.nodes.is_empty(), "the worst share is {:?}", worst);
        let mut asked = (**service).clone();
        asked.base = 1;
        asked.rows.iter_mut().for_each(|row| (row.first, row.second) = (0, 0));
        asked.rules.iter_mut().zip(&proof.more).for_each(|(rule, more)| rule.least = *more);
        let asked = Problem { service: Some(asked.into()), base: 1, ..problem.clone() };
        prop_assert_eq!(proof.tree.bound, 0);
        prop_assert_eq!(closed(&asked, &proof.tree), Ok(()));
        prop_assert!(every(&asked).next().is_none());
        // Of a poorer choice the tree cannot come out.
        let free = without_amounts(&problem);
        let poorer = every(&free).find(|c| share(c) < worst.share - 1e-9);
        if let Some(poorer) = poorer {
            prop_assert!(none_better(&raised, &amounts, &poorer, WORK).tree.nodes.is_empty());
        }
    }
}
