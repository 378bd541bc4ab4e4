//! How much could any choice cover? An upper bound by Lagrangian relaxation, in integers.
//! A file of its own because the bound is what makes a proposal a proof.

use super::core::Core;
use super::problem::Problem;
use super::service::Service;
use super::watch::Watch;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Rounds without a better bound after which the step is shortened.
const PATIENCE: usize = 12;
/// What a step is shortened to.
const SHORTER: f64 = 0.6;
/// The step below which nothing more is expected.
const LEAST_STEP: f64 = 1e-3;
/// Share of the newest slope in the direction; the rest is the direction before (Camerini, Fratta and Maffioli 1975).
const NEWEST: f64 = 0.3;
/// Binary digits kept free for cuts, whose multipliers may add up to so many times all weights.
const CUT_DIGITS: u32 = 7;
/// Most binary digits behind the point.
const DIGITS: u32 = 10;

/// Multipliers and bounds are fixed-point integers: `2^shift` units make one of weight.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    shift: u32,
    /// Objectives are `base` and multiples of this.
    divisor: u64,
    base: u64,
    /// Whether sums leave room for cuts.
    cuts: bool,
}

impl Scale {
    /// As many digits as sums of all weights leave room for; `None` where not even whole weights do.
    pub fn of(problem: &Problem) -> Option<Self> {
        Self::of_weights(problem.base, problem.rows().iter().map(|r| r.weight))
    }

    /// The same where more than covering is asked and nobody fills up.
    pub(super) fn of_service(service: &Service) -> Option<Self> {
        Self::of_weights(service.base, service.rows.iter().flat_map(|row| [row.first, row.second]))
    }

    fn of_weights(base: u64, weights: impl Iterator<Item = u64> + Clone) -> Option<Self> {
        let sum = weights.clone().try_fold(base, u64::checked_add)?;
        let free = sum.leading_zeros().checked_sub(2)?;
        let (shift, cuts) = (free.saturating_sub(CUT_DIGITS).min(DIGITS), free >= CUT_DIGITS);
        let divisor = weights.fold(0, gcd).max(1);
        Some(Self { shift, divisor, base, cuts })
    }

    /// A weight in units.
    pub(super) fn units(self, weight: u64) -> i64 {
        (weight as i64) << self.shift
    }

    /// The largest objective that a choice can have when its relaxation is worth `units`.
    pub fn reachable(self, units: i128) -> u64 {
        let whole = u64::try_from(units >> self.shift).unwrap_or(u64::MAX).max(self.base);
        self.base + (whole - self.base) / self.divisor * self.divisor
    }

    /// Whether sums leave room for cuts.
    pub(super) fn room_for_cuts(self) -> bool {
        self.cuts
    }

    /// Weight as a fraction of units, and back.
    pub(super) fn units_in(self, weight: f64) -> f64 {
        weight * (1u64 << self.shift) as f64
    }

    /// See [`Self::units_in`].
    pub(super) fn weight(self, units: i64) -> f64 {
        units as f64 / (1u64 << self.shift) as f64
    }

    /// The same for what a relaxation is worth.
    pub(super) fn weight_of(self, units: i128) -> f64 {
        units as f64 / (1u64 << self.shift) as f64
    }

    /// The least difference of two objectives.
    pub(super) fn least(self) -> f64 {
        self.divisor as f64
    }

    /// Units that a relaxation must be worth for an objective above the incumbent.
    pub(super) fn wanted(self, incumbent: u64) -> i128 {
        i128::from(incumbent + self.divisor) << self.shift
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// How long to look for multipliers.
#[derive(Debug, Clone, Copy)]
pub struct Effort<'a> {
    /// Rounds at most.
    pub rounds: usize,
    /// First step, as a multiple of Polyak's.
    pub step: f64,
    /// Who may ask to stop.
    pub watch: &'a Watch,
}

/// A bound, what it is made of, and choices that the multipliers suggest.
#[derive(Debug, Clone)]
pub struct Bound {
    /// What the relaxation is worth, in units: no choice in this core covers more.
    pub worth: i128,
    /// The multipliers that give it, in units, per row.
    pub multipliers: Vec<i64>,
    /// Choices of open sites met on the way, best bound last; they meet county conditions, not spacing or budget.
    pub suggestions: Vec<Vec<u32>>,
    /// Per open site in which share of the later rounds it was chosen: near 1/2 the relaxation cannot make up its mind.
    pub often: Vec<f64>,
    /// Pairs looked at.
    pub work: usize,
}

/// Multipliers that split each row evenly over its sites.
pub fn even(core: &Core, scale: Scale) -> Vec<i64> {
    let split = |(r, &w): (usize, &u64)| scale.units(w) / core.sites_of(r).len() as i64;
    core.weights.iter().enumerate().map(split).collect()
}

/// The bound
///
/// `L(u) = base + sum_i (w_i - u_i) + max { sum_j c_j x_j }`, `c_j = own_j + sum of u_i over the rows i that j covers`,
///
/// for any multipliers `0 <= u_i <= w_i` (Galvao and ReVelle 1996). The maximum, over choices of the right number that
/// keep county conditions, is taken exactly; spacing and budget are relaxed, which keeps the bound true. A [`Cut`] is relaxed
/// with a multiplier of its own, at least 0, see [`cuts_worth`].
///
/// 1. Values of sites are kept up to date: a round touches the rows whose multiplier moved, and those of sites that
///    joined or left the best choice.
/// 2. Deflected subgradient steps, each row in proportion to its weight, Polyak length towards the incumbent, the step
///    shortened and the best multipliers restored when the bound stalls.
/// 3. Multipliers are fixed-point integers all along, so every bound is exact and cannot be wrong by floating point.
///
/// It ends early once no choice above the incumbent can be in this core, or when asked to stop.
pub fn bound(core: &Core, scale: Scale, incumbent: u64, from: Vec<i64>, effort: Effort<'_>) -> Bound {
    let mut at = Relaxation::of(core, scale, from);
    let wanted = scale.wanted(incumbent);
    let aim = (i128::from(incumbent) << scale.shift) as f64;
    let most: Vec<i64> = core.weights.iter().map(|&w| scale.units(w)).collect();
    let weights: Vec<f64> = core.weights.iter().map(|&w| w as f64).collect();
    let mut direction = vec![0.0f64; most.len()];
    let mut push = vec![0.0f64; most.len()];
    let mut best = (at.worth(), at.u.clone());
    let mut suggestions = vec![at.chosen.clone()];
    let mut often = vec![0.0; core.sites.len()];
    let (mut step, mut stalled, mut first) = (effort.step, 0, true);
    for _ in 0..effort.rounds {
        if best.0 < wanted || effort.watch.stopped() {
            break;
        }
        let newest = if std::mem::take(&mut first) { 1.0 } else { NEWEST };
        let mut norm = 0.0;
        for r in 0..most.len() {
            direction[r] += newest * (f64::from(at.cover[r]) - 1.0 - direction[r]);
            // Rows at an end of their range that would be pushed beyond it stay, and do not count.
            let stuck = if direction[r] > 0.0 { at.u[r] == 0 } else { at.u[r] == most[r] };
            push[r] = if stuck { 0.0 } else { weights[r] * direction[r] };
            norm += push[r] * direction[r];
        }
        if stuck_for_good(norm) {
            break;
        }
        let length = step * (at.worth() as f64 - aim).max(1.0) / norm;
        at.move_by(|r, u| (u - (length * push[r]) as i64).clamp(0, most[r]));
        at.choose();
        at.chosen.iter().for_each(|&s| often[s as usize] += 1.0);
        stalled += 1;
        let worth = at.worth();
        if worth < best.0 {
            if (best.0 - worth) as f64 > best.0 as f64 * 1e-7 {
                stalled = 0;
            }
            best.0 = worth;
            best.1.clone_from(&at.u);
            if suggestions.last() != Some(&at.chosen) {
                suggestions.push(at.chosen.clone());
            }
        }
        if stalled >= PATIENCE {
            (step, stalled) = (step * SHORTER, 0);
            if step < LEAST_STEP {
                break;
            }
            at.move_by(|r, _| best.1[r]);
            at.choose();
            often.iter_mut().for_each(|n| *n *= 0.5);
        }
    }
    let rounds = often.iter().sum::<f64>() / core.choose.max(1) as f64;
    often.iter_mut().for_each(|n| *n /= rounds.max(1.0));
    Bound { worth: best.0, multipliers: best.1, suggestions, often, work: at.work }
}

/// Multipliers per row and then per cut, in weight, as units that keep their bounds.
pub(super) fn rounded(core: &Core, scale: Scale, price: &[f64]) -> Vec<i64> {
    let units = |u: f64, most: i64| (scale.units_in(u).round() as i64).clamp(0, most);
    let (of_rows, of_cuts) = price.split_at(core.weights.len());
    let rows = of_rows.iter().zip(&core.weights).map(|(&u, &w)| units(u, scale.units(w)));
    // More than its rows are worth together is never of use; one without rows concerns them all.
    let all: u64 = core.weights.iter().sum();
    let worth = |rows: &[u32]| if rows.is_empty() { all } else { rows.iter().map(|&r| core.weights[r as usize]).sum() };
    let cuts = of_cuts.iter().zip(&core.cuts).map(|(&u, cut)| units(u, scale.units(worth(&cut.rows))));
    rows.chain(cuts).collect()
}

/// Whether no row can be pushed any further.
fn stuck_for_good(norm: f64) -> bool {
    norm < 1e-9
}

/// The relaxation for given multipliers, kept up to date.
pub(super) struct Relaxation<'a> {
    core: &'a Core,
    u: Vec<i64>,
    /// Sum of `w - u`, with the base.
    slack: i128,
    values: Vec<i64>,
    order: Vec<u32>,
    /// Best choice, ascending.
    chosen: Vec<u32>,
    /// How many of the best choice cover a row.
    cover: Vec<i32>,
    work: usize,
}

impl<'a> Relaxation<'a> {
    pub(super) fn of(core: &'a Core, scale: Scale, u: Vec<i64>) -> Self {
        let slack = (i128::from(core.base) << scale.shift)
            + core.weights.iter().zip(&u).map(|(&w, &u)| i128::from(scale.units(w) - u)).sum::<i128>();
        let priced = |s: usize| scale.units(core.own[s]) + core.rows_of(s).iter().map(|&r| u[r as usize]).sum::<i64>();
        let mut values: Vec<i64> = (0..core.sites.len()).map(priced).collect();
        let slack = slack + cuts_worth(core, scale, &u, &mut values);
        let mut at = Self {
            core,
            slack,
            values,
            order: (0..core.sites.len() as u32).collect(),
            chosen: Vec::new(),
            cover: vec![0; core.weights.len()],
            u,
            work: core.pairs(),
        };
        at.choose();
        at
    }

    pub(super) fn worth(&self) -> i128 {
        self.slack + self.chosen.iter().map(|&s| i128::from(self.values[s as usize])).sum::<i128>()
    }

    /// Gives every row its new multiplier.
    fn move_by(&mut self, new: impl Fn(usize, i64) -> i64) {
        for r in 0..self.u.len() {
            let more = new(r, self.u[r]) - self.u[r];
            if more != 0 {
                self.u[r] += more;
                self.slack -= i128::from(more);
                let sites = self.core.sites_of(r);
                sites.iter().for_each(|&s| self.values[s as usize] += more);
                self.work += sites.len();
            }
        }
        self.work += self.u.len();
    }

    /// Finds the best choice anew; the rows of sites that joined or left are counted again.
    fn choose(&mut self) {
        let chosen = best_choice(self.core, &self.values, &mut self.order);
        let before = std::mem::replace(&mut self.chosen, chosen);
        for (these, others, by) in [(&before, &self.chosen, -1), (&self.chosen, &before, 1)] {
            for s in these.iter().filter(|s| others.binary_search(s).is_err()) {
                let rows = self.core.rows_of(*s as usize);
                rows.iter().for_each(|&r| self.cover[r as usize] += by);
                self.work += rows.len();
            }
        }
    }
}

/// What cuts with multipliers `v` add to a relaxation: each `v` times its coefficients to the values of its sites, and to the
/// bound the most that rows left uncovered could earn, `max(0, u_i + v's of the cuts with row i - w_i)`, less `v * need`.
fn cuts_worth(core: &Core, scale: Scale, u: &[i64], values: &mut [i64]) -> i128 {
    let (mut worth, mut of_rows) = (0, BTreeMap::new());
    for (cut, &v) in core.cuts.iter().zip(&u[core.weights.len()..]) {
        worth -= i128::from(cut.need) * i128::from(v);
        cut.sites.iter().for_each(|&(s, coefficient)| values[s as usize] += i64::from(coefficient) * v);
        cut.rows.iter().for_each(|&r| *of_rows.entry(r as usize).or_insert(0) += v);
    }
    let earned = |(&r, &v): (&usize, &i64)| i128::from((u[r] + v - scale.units(core.weights[r])).max(0));
    worth + of_rows.iter().map(earned).sum::<i128>()
}

/// What the multipliers decide on their own: open sites that any choice better than the incumbent must take, and sites
/// it cannot take (reduced-cost fixing). Exact, in integers.
///
/// Forcing a site into the best choice costs at most the least valuable site that may leave it; forcing one out gains
/// at most the most valuable site that may join (the exchange property of matroid bases).
pub fn decided(core: &Core, scale: Scale, multipliers: &[i64], incumbent: u64) -> (Vec<u32>, Vec<u32>) {
    let at = Relaxation::of(core, scale, multipliers.to_vec());
    let (worth, wanted) = (at.worth(), scale.wanted(incumbent));
    let mut inside = vec![false; core.sites.len()];
    at.chosen.iter().for_each(|&s| inside[s as usize] = true);
    let all = || (0..core.sites.len()).map(|s| (inside[s], i128::from(at.values[s])));
    let least = all().filter(|s| s.0).map(|s| s.1).min();
    let most = all().filter(|s| !s.0).map(|s| s.1).max();
    let (mut take, mut leave) = (Vec::new(), Vec::new());
    for (s, (inside, value)) in (0..).zip(all()) {
        if inside && most.is_none_or(|most| worth - value + most < wanted) {
            take.push(s);
        } else if !inside && least.is_none_or(|least| worth - least + value < wanted) {
            leave.push(s);
        }
    }
    (take, leave)
}

/// The choice that takes what is taken most.
pub(super) fn nearest_choice(core: &Core, taken: &[f64]) -> Vec<u32> {
    choice_by(core, taken, 1e12)
}

/// The best choice by values, each `scale` times as large as an integer.
pub(super) fn choice_by(core: &Core, values: &[f64], scale: f64) -> Vec<u32> {
    let whole: Vec<i64> = values.iter().map(|v| (v * scale) as i64).collect();
    let mut order: Vec<u32> = (0..whole.len() as u32).collect();
    best_choice(core, &whole, &mut order)
}

/// The choice of largest total value under number and county conditions, exactly: the best of each county up to its
/// minimum, then the best of the rest up to the maxima (a greedy choice is best here: the conditions form a laminar
/// matroid). Ties go to the lower number. `order` holds every site, in any order.
fn best_choice(core: &Core, values: &[i64], order: &mut [u32]) -> Vec<u32> {
    if core.choose == 0 {
        return Vec::new();
    }
    let key = |s: &u32| (Reverse(values[*s as usize]), *s);
    let mut chosen = Vec::with_capacity(core.choose);
    if core.counties.iter().all(|c| c.0 == 0 && c.1 >= core.choose) {
        order.select_nth_unstable_by_key(core.choose - 1, key);
        chosen.extend_from_slice(&order[..core.choose]);
    } else {
        order.sort_unstable_by_key(key);
        let mut count = vec![0; core.counties.len()];
        let mut rest = Vec::with_capacity(order.len());
        for &s in order.iter() {
            match core.county_of[s as usize] {
                Some(c) if count[c] < core.counties[c].0 => {
                    count[c] += 1;
                    chosen.push(s);
                }
                _ => rest.push(s),
            }
        }
        for s in rest {
            if chosen.len() == core.choose {
                break;
            }
            match core.county_of[s as usize] {
                Some(c) if count[c] >= core.counties[c].1 => {}
                Some(c) => {
                    count[c] += 1;
                    chosen.push(s);
                }
                None => chosen.push(s),
            }
        }
    }
    chosen.sort_unstable();
    chosen
}
