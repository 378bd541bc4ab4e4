//! How little could any choice cost? A lower bound for the p-median by Lagrangian relaxation, in integers.
//! A file of its own because the bound is what makes a choice a proof.

use super::p_median_core::Core;
use super::watch::Watch;

/// Rounds at the root and in a branch, at most.
const ROUNDS: (usize, usize) = (3000, 50);
/// Multipliers are rounded to this fraction of a unit of cost.
const FRACTION: i128 = 1 << 16;
/// Rounds without a better bound after which the step is halved: at the root, and in a branch, which starts near the best.
const PATIENCE: (usize, usize) = (30, 12);
/// First step, as a multiple of Polyak's, at the root and in a branch.
const STEP: (f64, f64) = (1.0, 0.4);
/// Share of the last direction in the next one: takes the zigzag out (Camerini, Fratta and Maffioli 1975). Without it, or
/// with 0.3, the bounds of pmed 9 and 20 stall so far below the optimum that no search closes them.
const MOMENTUM: f64 = 0.7;
/// The step below which nothing more is expected.
const LEAST_STEP: f64 = 1e-3;
/// Share of the last round in the running average of what is chosen.
const RECENT: f64 = 0.06;

/// How long to look for multipliers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// From scratch.
    Root,
    /// From a parent's multipliers.
    Branch,
}

/// A branch: sites taken, sites left out, and the multipliers to start from.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    /// Sites taken, ascending.
    pub taken: Vec<u32>,
    /// Whether a site is left out.
    pub out: Vec<bool>,
    /// What each row would pay to be assigned.
    pub multipliers: Vec<f64>,
}

impl Branch {
    /// Takes a site and leaves out those too near it; `false` when it, or one of those, is decided otherwise.
    pub fn take(&mut self, core: &Core, site: u32) -> bool {
        if let Err(at) = self.taken.binary_search(&site) {
            self.taken.insert(at, site);
        }
        let near = &core.too_near[site as usize];
        near.iter().for_each(|&n| self.out[n as usize] = true);
        !self.out[site as usize] && near.iter().all(|n| self.taken.binary_search(n).is_err())
    }

    /// Sites that are neither taken nor left out, ascending.
    pub fn free(&self) -> Vec<u32> {
        (0..self.out.len() as u32).filter(|&s| !self.out[s as usize] && self.taken.binary_search(&s).is_err()).collect()
    }
}

/// A bound and what follows from it.
pub(super) struct Bound {
    /// No choice inside the branch costs less.
    pub bound: u64,
    /// Best multipliers.
    pub multipliers: Vec<f64>,
    /// Choices that the multipliers suggest, best bound last.
    pub suggestions: Vec<Vec<u32>>,
    /// Per site how often it was chosen of late.
    pub often: Vec<f64>,
    /// Sites that any choice below the incumbent must take, and sites it cannot take.
    pub take: Vec<u32>,
    pub leave: Vec<u32>,
    /// Pairs looked at.
    pub work: usize,
}

/// The bound
///
/// `L(u) = sum_i u_i + min { sum_j rho_j x_j }`, `rho_j = sum_i min(0, w_i c_ij - u_i)`,
///
/// for any multipliers `u` of the constraints that every row is assigned once (Cornuejols, Fisher and Nemhauser 1977). The
/// minimum, over choices of the right number that keep what the branch has decided, is taken exactly. Subgradient steps of
/// Polyak's length towards the incumbent, scaled by the weight of each row, the step halved when the bound stalls. The best
/// multipliers are rounded to integers and the bound computed anew: it cannot be wrong by floating point.
///
/// A row's sites come cheapest first, so a round looks only at pairs cheaper than the row's multiplier.
pub(super) fn bound(core: &Core, branch: &Branch, incumbent: u64, effort: Effort, watch: &Watch) -> Bound {
    let (rounds, patience, first_step) = match effort {
        Effort::Root => (ROUNDS.0, PATIENCE.0, STEP.0),
        Effort::Branch => (ROUNDS.1, PATIENCE.1, STEP.1),
    };
    let size: Vec<f64> = core.weight.iter().map(|&w| w.max(1) as f64).collect();
    let free = branch.free();
    let mut u = branch.multipliers.clone();
    let mut best = (f64::NEG_INFINITY, u.clone());
    let mut often = vec![0.0; core.sites.len()];
    let mut suggestions: Vec<Vec<u32>> = Vec::new();
    let (mut step, mut stalled, mut work) = (first_step, 0, 0);
    let mut rho = vec![0.0; core.sites.len()];
    let mut last = vec![0.0; u.len()];
    let mut slope = vec![0.0; u.len()];
    let mut open = vec![false; core.sites.len()];
    for _ in 0..rounds {
        if watch.stopped() {
            break;
        }
        rho.fill(0.0);
        for (row, &u) in core.rows.iter().zip(&u) {
            for &(s, cost) in row {
                let saved = cost as f64 - u;
                if saved >= 0.0 {
                    break;
                }
                rho[s as usize] += saved;
                work += 1;
            }
        }
        let chosen = cheapest(core, branch, &free, &rho).0;
        if chosen.len() != core.choose {
            break;
        }
        let l = u.iter().sum::<f64>() + chosen.iter().map(|&s| rho[s as usize]).sum::<f64>();
        open.fill(false);
        chosen.iter().for_each(|&s| open[s as usize] = true);
        often.iter_mut().zip(&open).for_each(|(o, &open)| *o += RECENT * (f64::from(u8::from(open)) - *o));
        stalled += 1;
        if l > best.0 + best.0.abs() * 1e-7 || best.0 == f64::NEG_INFINITY {
            stalled = 0;
            if suggestions.last() != Some(&chosen) {
                suggestions.push(chosen);
            }
        }
        // Small steps count as well, though they are no reason to go on: where the gap is smaller still, they close it.
        if l > best.0 {
            best = (l, u.clone());
        }
        if best.0 > incumbent as f64 - core.divisor as f64 + 0.01 {
            break;
        }
        if stalled >= patience {
            (step, stalled) = (step / 2.0, 0);
            u.clone_from(&best.1);
            last.fill(0.0);
            if step < LEAST_STEP {
                break;
            }
            continue;
        }
        let mut norm = 0.0;
        for (r, row) in core.rows.iter().enumerate() {
            let serving = row.iter().take_while(|(_, c)| (*c as f64) < u[r]).filter(|(s, _)| open[*s as usize]);
            slope[r] = 1.0 - serving.count() as f64 + MOMENTUM * last[r];
            norm += size[r] * slope[r] * slope[r];
        }
        work += core.rows.len();
        last.copy_from_slice(&slope);
        if norm <= 0.0 {
            break;
        }
        let t = step * (incumbent as f64 - l).max(1e-3 * core.divisor as f64) / norm;
        for r in 0..u.len() {
            u[r] = (u[r] + t * size[r] * slope[r]).max(0.0);
        }
    }
    let (bound, take, leave) = exact(core, branch, &free, &best.1, incumbent);
    Bound { bound, multipliers: best.1, suggestions, often, take, leave, work: 2 * work }
}

/// What is taken and the cheapest free sites up to the number, and of the free sites the dearest chosen and the cheapest not
/// chosen. Of each county the cheapest up to its minimum come first, and none beyond its maximum: greedy is exact, for the conditions
/// form a laminar matroid. Fewer than the number when the conditions leave no more.
fn cheapest<V: Copy + PartialOrd>(
    core: &Core,
    branch: &Branch,
    free: &[u32],
    rho: &[V],
) -> (Vec<u32>, Option<V>, Option<V>) {
    let mut order = free.to_vec();
    order.sort_unstable_by(|&a, &b| {
        let by_value = rho[a as usize].partial_cmp(&rho[b as usize]);
        by_value.unwrap_or(std::cmp::Ordering::Equal).then(a.cmp(&b))
    });
    let more = core.choose - branch.taken.len();
    let mut chosen = branch.taken.clone();
    if !core.counties.is_empty() {
        let mut has = vec![0; core.counties.len()];
        let county = |s: u32| core.county_of[s as usize];
        chosen.iter().filter_map(|&s| county(s)).for_each(|c| has[c] += 1);
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for minimum in [true, false] {
            order.retain(|&s| {
                let wanted = match county(s) {
                    Some(c) if minimum => has[c] < core.counties[c].0,
                    Some(c) => inside.len() < more && has[c] < core.counties[c].1,
                    None => !minimum && inside.len() < more,
                };
                if wanted {
                    county(s).into_iter().for_each(|c| has[c] += 1);
                    inside.push(s);
                } else if !minimum {
                    outside.push(s);
                }
                !wanted
            });
        }
        let by = |a: &V, b: &V| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
        let dearest = inside.iter().map(|&s| rho[s as usize]).max_by(by);
        let next = outside.iter().map(|&s| rho[s as usize]).min_by(by);
        let met = has.iter().zip(&core.counties).all(|(has, (min, _))| has >= min);
        if met {
            chosen.extend(inside);
        }
        chosen.sort_unstable();
        return (chosen, dearest, next);
    }
    let value = |at: Option<usize>| at.and_then(|at| order.get(at)).map(|&s| rho[s as usize]);
    let (dearest, next) = (value(more.checked_sub(1)), value(Some(more)));
    chosen.extend(order.iter().take(more));
    chosen.sort_unstable();
    (chosen, dearest, next)
}

/// The bound in integers, and what it decides (reduced-cost fixing).
fn exact(core: &Core, branch: &Branch, free: &[u32], u: &[f64], incumbent: u64) -> (u64, Vec<u32>, Vec<u32>) {
    let mut rho = vec![0i128; core.sites.len()];
    let mut sum = 0i128;
    for (row, &u) in core.rows.iter().zip(u) {
        let u = (u * FRACTION as f64).round() as i128;
        sum += u;
        for &(s, cost) in row {
            let saved = i128::from(cost) * FRACTION - u;
            if saved >= 0 {
                break;
            }
            rho[s as usize] += saved;
        }
    }
    let (chosen, dearest, next) = cheapest(core, branch, free, &rho);
    if chosen.len() != core.choose {
        // Counties leave no choice of the number.
        return (u64::MAX, Vec::new(), Vec::new());
    }
    let value = sum + chosen.iter().map(|&s| rho[s as usize]).sum::<i128>();
    let unit = FRACTION * i128::from(core.divisor);
    // Objectives are whole multiples of the divisor.
    let whole = |value: i128| {
        let multiples = value.max(0) as u128;
        let multiples = multiples.div_ceil(unit as u128);
        u64::try_from(multiples * u128::from(core.divisor)).unwrap_or(u64::MAX)
    };
    let (mut take, mut leave) = (Vec::new(), Vec::new());
    for &s in free {
        let own = rho[s as usize];
        if chosen.binary_search(&s).is_ok() {
            // Without it the cheapest of the others joins.
            if next.is_none_or(|next| whole(value - own + next) >= incumbent) {
                take.push(s);
            }
        } else if dearest.is_none_or(|dearest| whole(value + own - dearest) >= incumbent) {
            leave.push(s);
        }
    }
    (whole(value), take, leave)
}
