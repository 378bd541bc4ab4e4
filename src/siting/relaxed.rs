//! How much could any choice cover? An upper bound by Lagrangian relaxation, in integers.
//! A file of its own because the bound is what makes a proposal a proof.

use super::problem::Problem;
use super::service_bound;
use crate::coverage::MergedRow;
use crate::travel::SiteIndex;

/// Rounds without a better bound after which the step is halved.
const PATIENCE: usize = 15;
/// The step below which nothing more is expected.
const LEAST_STEP: f64 = 1e-4;

/// How long to look for multipliers, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Effort<'a> {
    /// `u_i / w_i` to start from; `None` for an even split of each row over its sites.
    pub from: Option<&'a [f64]>,
    /// Rounds at most.
    pub rounds: usize,
    /// First step, as a multiple of Polyak's.
    pub step: f64,
}

/// A bound, what it is made of, and choices that the multipliers suggest.
#[derive(Debug, Clone)]
pub struct Bound {
    /// No choice covers more than this, `base` included.
    pub bound: u64,
    /// The best `u_i / w_i`.
    pub multipliers: Vec<f64>,
    /// Choices met on the way, best bound last; they meet county and required conditions, not spacing or budget.
    pub suggestions: Vec<Vec<SiteIndex>>,
    /// Per site in which share of the rounds it was chosen: near 1/2 the relaxation cannot make up its mind.
    pub often: Vec<f64>,
}

/// The bound
///
/// `L(u) = base + sum_i (w_i - u_i) + max { sum_j c_j x_j }`, `c_j = sum of u_i over the rows i that j covers`,
///
/// for any multipliers `0 <= u_i <= w_i` (Galvao and ReVelle 1996). The maximum, over choices of the right number that
/// keep required sites and county conditions, is taken exactly; spacing and budget are relaxed, which keeps the
/// bound true.
///
/// 1. Multipliers start at an even split of each row's weight over its sites.
/// 2. Subgradient steps in `u_i / w_i`, so that each row moves in proportion to its weight, Polyak length towards the
///    incumbent, the step halved when the bound stalls.
/// 3. The best multipliers are rounded to integers and the bound computed anew in integers: it cannot be wrong by
///    floating point.
///
/// Costs two looks at every pair a round.
pub fn bound(problem: &Problem, incumbent: u64, effort: Effort<'_>) -> Bound {
    if let Some(service) = &problem.service {
        let found = service_bound::bound(problem, service, Some(incumbent), effort);
        let service_bound::Bounded { bound, multipliers, suggestions, often, .. } = found;
        return Bound { bound: bound.unwrap_or(0), multipliers, suggestions, often };
    }
    let weights: Vec<f64> = problem.rows().iter().map(|r| r.weight as f64).collect();
    let even = || problem.rows().iter().map(|r| 1.0 / r.sites.len() as f64).collect();
    let mut v: Vec<f64> = effort.from.map_or_else(even, <[f64]>::to_vec);
    let mut best = (f64::INFINITY, v.clone());
    let (mut step, mut stalled, mut rounds) = (effort.step, 0, 0);
    let mut often = vec![0.0; problem.sites];
    let mut suggestions: Vec<Vec<SiteIndex>> = Vec::new();
    let mut cover = vec![0u32; problem.rows().len()];
    let divisor = common_divisor(problem);
    while rounds < effort.rounds {
        rounds += 1;
        let values = values(problem, |r| weights[r] * v[r]);
        let chosen = best_choice(problem, &values);
        let l = problem.base as f64
            + weights.iter().zip(&v).map(|(w, v)| w * (1.0 - v)).sum::<f64>()
            + chosen.iter().map(|&s| values[s as usize]).sum::<f64>();
        chosen.iter().for_each(|&s| often[s as usize] += 1.0);
        stalled += 1;
        if l < best.0 * (1.0 - 1e-7) {
            (best, stalled) = ((l, v.clone()), 0);
            if suggestions.last() != Some(&chosen) {
                suggestions.push(chosen.clone());
            }
        }
        if best.0 < (incumbent + divisor) as f64 - 1.0 {
            break;
        }
        if stalled >= PATIENCE {
            (step, stalled) = (step / 2.0, 0);
            v.clone_from(&best.1);
            if step < LEAST_STEP {
                break;
            }
        }
        cover.fill(0);
        for &s in &chosen {
            problem.rows_of()[s as usize].iter().for_each(|&r| cover[r as usize] += 1);
        }
        // Rows at a bound that would be pushed beyond it do not count towards the length of the step.
        let slope = |v: f64, cover: u32| match cover {
            0 if v >= 1.0 => 0.0,
            c if c > 1 && v <= 0.0 => 0.0,
            c => f64::from(c) - 1.0,
        };
        let norm: f64 = (0..v.len()).map(|r| weights[r] * slope(v[r], cover[r]).powi(2)).sum();
        if norm <= 0.0 {
            break;
        }
        let t = step * (l - incumbent as f64).max(l * 1e-9) / norm;
        for r in 0..v.len() {
            v[r] = (v[r] - t * slope(v[r], cover[r])).clamp(0.0, 1.0);
        }
    }
    let u = units(problem, &best.1);
    // What every site together covers is a bound as well.
    let bound = evaluate(problem, &u).min(problem.coverable());
    often.iter_mut().for_each(|n| *n /= rounds.max(1) as f64);
    Bound { bound: reachable(problem, bound), multipliers: best.1, suggestions, often }
}

/// The largest value at most `bound` that a choice can have at all: weights are multiples of their common divisor.
pub fn reachable(problem: &Problem, bound: u64) -> u64 {
    let divisor = common_divisor(problem);
    problem.base + (bound - problem.base) / divisor * divisor
}

fn common_divisor(problem: &Problem) -> u64 {
    problem.rows().iter().fold(0, |d, row| gcd(d, row.weight)).max(1)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Multipliers as integers in `[0, w_i]`.
fn units(problem: &Problem, v: &[f64]) -> Vec<u64> {
    let unit = |(row, v): (&MergedRow, &f64)| ((row.weight as f64 * v).round() as u64).min(row.weight);
    problem.rows().iter().zip(v).map(unit).collect()
}

/// What the multipliers decide on their own: sites that any choice better than the incumbent must take, and sites it
/// cannot take (reduced-cost fixing). Exact, in integers.
///
/// Forcing a site into the best choice costs at most the least valuable site that may leave it; forcing one out gains
/// at most the most valuable site that may join (the exchange property of matroid bases).
pub fn decided(problem: &Problem, multipliers: &[f64], incumbent: u64) -> (Vec<SiteIndex>, Vec<SiteIndex>) {
    if let Some(service) = &problem.service {
        return service_bound::decided(problem, service, multipliers, Some(incumbent));
    }
    let u = units(problem, multipliers);
    let values: Vec<u64> = problem.rows_of().iter().map(|rows| rows.iter().map(|&r| u[r as usize]).sum()).collect();
    let chosen = best_choice(problem, &values);
    let slack: u64 = problem.rows().iter().zip(&u).map(|(row, u)| row.weight - u).sum();
    let bound = problem.base + slack + chosen.iter().map(|&s| values[s as usize]).sum::<u64>();
    let mut inside = vec![false; problem.sites];
    chosen.iter().for_each(|&s| inside[s as usize] = true);
    let may_leave = |s: usize| inside[s] && problem.required.binary_search(&(s as SiteIndex)).is_err();
    let may_join = |s: usize| !inside[s] && !problem.forbidden[s];
    let least = (0..problem.sites).filter(|&s| may_leave(s)).map(|s| values[s]).min();
    let most = (0..problem.sites).filter(|&s| may_join(s)).map(|s| values[s]).max();
    let hopeless = |bound: u64| reachable(problem, bound) <= incumbent;
    let (mut take, mut leave) = (Vec::new(), Vec::new());
    for (s, &value) in values.iter().enumerate() {
        let without = |most: u64| (bound + most).saturating_sub(value).max(problem.base);
        let with = |least: u64| (bound + value).saturating_sub(least).max(problem.base);
        if may_leave(s) && most.is_none_or(|most| hopeless(without(most))) {
            take.push(s as SiteIndex);
        } else if may_join(s) && least.is_none_or(|least| hopeless(with(least))) {
            leave.push(s as SiteIndex);
        }
    }
    (take, leave)
}

/// The bound for given integer multipliers, exact.
pub fn evaluate(problem: &Problem, u: &[u64]) -> u64 {
    let values: Vec<u64> = problem.rows_of().iter().map(|rows| rows.iter().map(|&r| u[r as usize]).sum()).collect();
    let slack: u64 = problem.rows().iter().zip(u).map(|(row, u)| row.weight - u).sum();
    problem.base + slack + best_choice(problem, &values).iter().map(|&s| values[s as usize]).sum::<u64>()
}

fn values(problem: &Problem, price: impl Fn(usize) -> f64) -> Vec<f64> {
    problem.rows_of().iter().map(|rows| rows.iter().map(|&r| price(r as usize)).sum()).collect()
}

/// The choice of largest total value under number, required, forbidden and county conditions, exactly: take what is
/// required, then the best of each county up to its minimum, then the best of the rest up to the maxima (a greedy
/// choice is best here: the conditions form a laminar matroid).
pub(super) fn best_choice<V: Copy + PartialOrd>(problem: &Problem, values: &[V]) -> Vec<SiteIndex> {
    let mut order: Vec<SiteIndex> =
        (0..problem.sites as SiteIndex).filter(|&s| !problem.forbidden[s as usize]).collect();
    order.sort_unstable_by(|&a, &b| {
        let by_value = values[b as usize].partial_cmp(&values[a as usize]);
        by_value.unwrap_or(std::cmp::Ordering::Equal).then(a.cmp(&b))
    });
    let mut taken = vec![false; problem.sites];
    let mut per_county = vec![0; problem.counties.len()];
    let mut chosen = Vec::with_capacity(problem.choose);
    let mut take = |s: SiteIndex, chosen: &mut Vec<SiteIndex>, per_county: &mut [usize]| {
        taken[s as usize] = true;
        if let Some(c) = problem.county_of[s as usize] {
            per_county[c] += 1;
        }
        chosen.push(s);
    };
    for &s in &problem.required {
        take(s, &mut chosen, &mut per_county);
    }
    let free = |s: SiteIndex| !problem.required.contains(&s);
    if problem.counties.iter().any(|c| c.min > 0) {
        for &s in order.iter().filter(|s| free(**s)) {
            if problem.county_of[s as usize].is_some_and(|c| per_county[c] < problem.counties[c].min) {
                take(s, &mut chosen, &mut per_county);
            }
        }
    }
    let mut rest = chosen.clone();
    rest.sort_unstable();
    for &s in &order {
        if chosen.len() == problem.choose {
            break;
        }
        let room = problem.county_of[s as usize].is_none_or(|c| per_county[c] < problem.counties[c].max);
        if room && rest.binary_search(&s).is_err() {
            take(s, &mut chosen, &mut per_county);
        }
    }
    chosen.sort_unstable();
    chosen
}
