//! How few sites could be enough? A lower bound by Lagrangian relaxation, in integers.
//! A file of its own because the bound is what proves that fewer stations do not do.

use super::problem::Choice;
use super::set_cover_reduce::{Branch, Core, Residual};
use super::watch::Watch;
use crate::travel::SiteIndex;

/// A site in integer units: multipliers are rounded to this.
const SITE: i64 = 1 << 30;
/// Rounds without a better bound after which the step is halved.
const PATIENCE: usize = 12;
/// Share of the last direction in the next one: takes the zigzag out (Camerini, Fratta and Maffioli 1975).
const MOMENTUM: f64 = 0.7;
/// The step below which nothing more is expected.
const LEAST_STEP: f64 = 1e-3;

/// A bound and what follows from it.
pub(super) struct Bound {
    /// No choice inside the branch has fewer sites, those taken included.
    pub bound: usize,
    /// Best multipliers per row of the residual, in sites.
    pub multipliers: Vec<f64>,
    /// Sites that a choice below the limit must take, and sites it cannot take.
    pub take: Vec<SiteIndex>,
    pub leave: Vec<SiteIndex>,
    /// Per site of the residual in which share of the rounds it was taken.
    pub often: Vec<f64>,
    /// Sites of the residual that the best multipliers take.
    pub suggestion: Vec<u32>,
    /// Rounds made.
    pub rounds: usize,
}

/// Keeps the multipliers for the branches of this branch.
pub(super) fn remember(branch: &mut Branch, residual: &Residual, bound: &Bound) {
    for (&r, &u) in residual.rows.iter().zip(&bound.multipliers) {
        branch.multipliers[r as usize] = u;
    }
}

/// The bound
///
/// `L(u) = |taken| + min { sum_j (1 - sum of u_i over the rows of j) x_j } + min { sum_i u_i z_i : sum_i w_i z_i >= need }`
///
/// for any multipliers `u >= 0`. The first minimum keeps county limits and is taken exactly; in the second `z` may be
/// fractional, so it is taken by the ratio of multiplier and weight. Spacing and budget are relaxed. The best multipliers are
/// rounded to integers and the bound computed anew, rounded up to a whole site: it cannot be wrong by floating point.
pub(super) fn bound(
    core: &Core<'_>,
    branch: &Branch,
    residual: &Residual,
    limit: usize,
    rounds: usize,
    watch: &Watch,
) -> Bound {
    let picker = Picker::new(core, branch, residual);
    let taken = branch.taken.len() as f64;
    let mean = residual.weight.iter().sum::<u64>() as f64 / residual.rows.len().max(1) as f64;
    let size: Vec<f64> = residual.weight.iter().map(|&w| if core.full { 1.0 } else { w as f64 / mean }).collect();
    let mut u: Vec<f64> = residual.rows.iter().map(|&r| branch.multipliers[r as usize]).collect();
    let mut best = (f64::NEG_INFINITY, u.clone(), Vec::new());
    let mut often = vec![0.0; residual.sites.len()];
    let (mut step, mut stalled, mut done) = (if rounds > 100 { 1.0 } else { 0.5 }, 0, 0);
    let mut slope = vec![0.0; u.len()];
    let mut last = vec![0.0; u.len()];
    while done < rounds && !watch.stopped() {
        done += 1;
        let reduced: Vec<f64> =
            residual.of_site.iter().map(|rows| 1.0 - rows.iter().map(|&r| u[r as usize]).sum::<f64>()).collect();
        let picked = picker.pick(&reduced, 0.0);
        let (z, covered) = picker.fractional(residual, &u);
        let l = taken + picked.iter().map(|&s| reduced[s as usize]).sum::<f64>() + covered;
        picked.iter().for_each(|&s| often[s as usize] += 1.0);
        stalled += 1;
        if l > best.0 + 1e-6 {
            (best, stalled) = ((l, u.clone(), picked.clone()), 0);
        }
        if best.0 > limit as f64 - 1.0 + 1e-6 {
            break;
        }
        if stalled >= PATIENCE {
            (step, stalled) = (step / 2.0, 0);
            u.clone_from(&best.1);
            last.fill(0.0);
            if step < LEAST_STEP {
                break;
            }
        }
        slope.copy_from_slice(&z);
        for &s in &picked {
            residual.of_site[s as usize].iter().for_each(|&r| slope[r as usize] -= 1.0);
        }
        for r in 0..u.len() {
            slope[r] += MOMENTUM * last[r];
            if slope[r] < 0.0 && u[r] <= 0.0 {
                slope[r] = 0.0;
            }
        }
        last.copy_from_slice(&slope);
        let norm: f64 = slope.iter().zip(&size).map(|(g, w)| w * g * g).sum();
        if norm <= 0.0 {
            break;
        }
        let t = step * (limit as f64 - l).max(0.1) / norm;
        for r in 0..u.len() {
            u[r] = (u[r] + t * size[r] * slope[r]).max(0.0);
        }
    }
    often.iter_mut().for_each(|n| *n /= done.max(1) as f64);
    let (bound, take, leave) = picker.exact(residual, &best.1, branch.taken.len(), limit);
    let name = |s: &u32| residual.sites[*s as usize];
    Bound {
        bound,
        suggestion: best.2,
        take: take.iter().map(name).collect(),
        leave: leave.iter().map(name).collect(),
        multipliers: best.1,
        often,
        rounds: done,
    }
}

/// The two minima of the relaxation.
struct Picker {
    full: bool,
    /// Per county rule its free sites (new numbers), what it still owes and what it may still take.
    counties: Vec<(Vec<u32>, usize, usize)>,
    /// Free sites under no rule.
    others: Vec<u32>,
}

impl Picker {
    fn new(core: &Core<'_>, branch: &Branch, residual: &Residual) -> Self {
        let choice = Choice::of(core.problem, &branch.taken);
        let mut counties: Vec<(Vec<u32>, usize, usize)> = (core.problem.counties.iter().zip(&choice.per_county))
            .map(|(rule, &n)| (Vec::new(), rule.min.saturating_sub(n), rule.max.saturating_sub(n)))
            .collect();
        let mut others = Vec::new();
        for (n, &s) in (0u32..).zip(&residual.sites) {
            match core.problem.county_of[s as usize] {
                Some(c) => counties[c].0.push(n),
                None => others.push(n),
            }
        }
        Self { full: core.full, counties, others }
    }

    /// Sites of least total reduced cost: in each county the cheapest up to its minimum, then those below `zero` up to
    /// its maximum; elsewhere all below `zero`.
    fn pick<V: Copy + PartialOrd>(&self, reduced: &[V], zero: V) -> Vec<u32> {
        let below = |s: &u32| reduced[*s as usize] < zero;
        let mut picked: Vec<u32> = self.others.iter().copied().filter(below).collect();
        for (sites, min, max) in &self.counties {
            let mut order = sites.clone();
            order.sort_by(|&a, &b| {
                let by_cost = reduced[a as usize].partial_cmp(&reduced[b as usize]);
                by_cost.unwrap_or(std::cmp::Ordering::Equal).then(a.cmp(&b))
            });
            let worth = |(n, s): &(usize, u32)| *n < *min || (*n < *max && below(s));
            picked.extend(order.into_iter().enumerate().filter(worth).map(|(_, s)| s));
        }
        picked
    }

    /// Which share of each row is covered at least cost, and that cost.
    fn fractional(&self, residual: &Residual, u: &[f64]) -> (Vec<f64>, f64) {
        let mut z = vec![1.0; u.len()];
        let mut cost: f64 = u.iter().sum();
        if self.full || residual.need == 0 {
            let share = if residual.need == 0 { 0.0 } else { 1.0 };
            return (vec![share; u.len()], share * cost);
        }
        let mut order: Vec<usize> = (0..u.len()).collect();
        let ratio = |r: usize| u[r] / residual.weight[r] as f64;
        order.sort_unstable_by(|&a, &b| ratio(b).total_cmp(&ratio(a)).then(a.cmp(&b)));
        let mut spare = residual.weight.iter().sum::<u64>() - residual.need;
        for r in order {
            let part = residual.weight[r].min(spare) as f64 / residual.weight[r] as f64;
            z[r] -= part;
            cost -= part * u[r];
            spare -= residual.weight[r].min(spare);
            if spare == 0 {
                break;
            }
        }
        (z, cost)
    }

    /// The second minimum for integer multipliers, rounded down.
    fn covered(&self, residual: &Residual, u: &[i64]) -> i64 {
        if residual.need == 0 {
            return 0;
        }
        let mut cost: i64 = u.iter().sum();
        if self.full {
            return cost;
        }
        let mut order: Vec<usize> = (0..u.len()).collect();
        let cross = |a: usize, b: usize| u[a] as u128 * u128::from(residual.weight[b]);
        order.sort_unstable_by(|&a, &b| cross(b, a).cmp(&cross(a, b)).then(a.cmp(&b)));
        let mut spare = residual.weight.iter().sum::<u64>() - residual.need;
        for r in order {
            let weight = residual.weight[r];
            if weight > spare {
                let part = (u[r] as u128 * u128::from(spare)).div_ceil(u128::from(weight));
                return cost - part as i64;
            }
            cost -= u[r];
            spare -= weight;
        }
        cost
    }

    /// The bound in integers, and the sites it decides against choices of `limit` sites or more.
    fn exact(&self, residual: &Residual, u: &[f64], taken: usize, limit: usize) -> (usize, Vec<u32>, Vec<u32>) {
        // Clamped so that no sum can leave the integers, however far a step went.
        let u: Vec<i64> = u.iter().map(|u| (u.clamp(0.0, 1e3) * SITE as f64).round() as i64).collect();
        let reduced: Vec<i64> =
            residual.of_site.iter().map(|rows| SITE - rows.iter().map(|&r| u[r as usize]).sum::<i64>()).collect();
        let picked = self.pick(&reduced, 0);
        let value = picked.iter().map(|&s| reduced[s as usize]).sum::<i64>() + self.covered(residual, &u);
        let whole = |value: i64| taken + (value.max(0) as u64).div_ceil(SITE as u64) as usize;
        let (mut take, mut leave) = (Vec::new(), Vec::new());
        // Only where a site's own sign decides it: under county limits another would have to make room.
        for &s in &self.others {
            let cost = reduced[s as usize];
            if cost < 0 && whole(value - cost) >= limit {
                take.push(s);
            } else if cost >= 0 && whole(value + cost) >= limit {
                leave.push(s);
            }
        }
        let owed = self.counties.iter().map(|c| c.1).sum::<usize>() + taken;
        (whole(value).max(owed), take, leave)
    }
}
