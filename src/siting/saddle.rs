//! Where do a relaxed choice and the multipliers that bound it meet? The same bound as [`super::lagrangian`], by a method
//! that converges where circles overlap so much that subgradients stall. A file of its own because it needs fractions of
//! sites, which double as the advice what to branch on; the bound it returns is computed in integers all the same.
//! It is long because every step works on one state.

use super::Watch;
use super::core::Core;
use super::cut::Cut;
use super::lagrangian::{self, Bound, Relaxation, Scale};

/// Rounds between two looks at how near the two sides are.
const LOOK: usize = 20;
/// Rounds of power iteration for the size of the relation, and what its estimate is raised by to be on the safe side.
const POWER: (usize, f64) = (20, 1.02);
/// A restart follows when the distance of the two sides fell to this part of what it was at the last one,
const ENOUGH: f64 = 0.3;
/// or when the rounds since are this part of all so far.
const LONG: f64 = 0.3;
/// What steps of cuts and of spared rows are scaled to, as a part of the largest singular value squared.
const ASIDE: f64 = 0.1;
/// Part of the gap to the incumbent below which the distance of the two sides decides nothing.
const FINE: f64 = 0.05;

/// A relaxed choice, multipliers, and what the method learned about their proportions.
#[derive(Debug, Clone, Default)]
pub struct Point {
    /// Per open site how much of it is taken, in \[0, 1\].
    pub taken: Vec<f64>,
    /// Per row that stands in a cut how much of it is given up, in \[0, 1\]; other rows give up what is not covered.
    pub spared: Vec<f64>,
    /// Multipliers per row and then per cut, in weight.
    pub price: Vec<f64>,
    /// Length of steps on the side of sites, over that on the side of rows.
    pub proportion: f64,
    /// At least the largest singular value of the weighted relation; 0 where unknown.
    pub norm: f64,
}

impl Point {
    /// Every site alike, and every row's weight split evenly over its sites.
    pub fn even(core: &Core) -> Self {
        let part = core.choose as f64 / core.sites.len().max(1) as f64;
        let price = core.weights.iter().enumerate().map(|(r, &w)| w as f64 / core.sites_of(r).len() as f64);
        Self {
            taken: vec![part; core.sites.len()],
            spared: Vec::new(),
            price: price.collect(),
            proportion: 0.02,
            norm: 0.0,
        }
    }

    /// What of it is left in a part of the core; prices of rows are as carried over by [`Core::decide`].
    pub fn within(&self, before: &Core, after: &Core, scale: Scale, multipliers: &[i64]) -> Self {
        let at = |s: &u32| before.sites.binary_search(s).map_or(0.0, |i| self.taken[i]);
        let price = multipliers.iter().map(|&u| scale.weight(u)).collect();
        Self { taken: after.sites.iter().map(at).collect(), spared: Vec::new(), price, ..*self }
    }
}

/// Improves a point until the bound shows that no choice above the incumbent is in the core, until both sides are so near that
/// more rounds decide nothing, for `rounds`, or until asked to stop.
///
/// The bound is `min_u max_x  base + sum_i (w_i - u_i) + sum_j own_j x_j + u^T A x` over `0 <= u <= w` and `x` in the
/// hull of choices that keep number and county conditions: the linear relaxation of the problem.
///
/// 1. Primal-dual hybrid gradient (Chambolle and Pock 2011): a step of `x` along its values, projected onto the hull; a
///    step of `u`, row by row in proportion to its weight, against the extrapolated `x`.
/// 2. Restarted from the average of the rounds when that is nearer to the saddle (Applegate et al. 2021, PDLP), the
///    proportion of the two steps learned from how far each side moved.
/// 3. The best multipliers are rounded to fixed-point integers and their Lagrangian bound is computed exactly.
///
/// A round costs a look at the pairs of rows whose price moved and of sites taken in part, or at every pair at most twice.
pub fn bound(core: &Core, scale: Scale, incumbent: u64, from: &mut Point, rounds: usize, watch: &Watch) -> Bound {
    let mut run = Run::new(core, scale, from);
    let wanted = scale.weight_of(scale.wanted(incumbent));
    let mut best = (f64::INFINITY, run.at.price.clone());
    let mut exact: Option<(i128, Vec<i64>)> = None;
    let mut suggestions: Vec<Vec<u32>> = Vec::new();
    let mut primal = (f64::NEG_INFINITY, run.at.taken.clone(), run.at.spared.clone());
    for round in 1..=rounds {
        run.step();
        if round % LOOK != 0 && round != rounds {
            continue;
        }
        let seen = run.look();
        for side in [&seen.current, &seen.average] {
            if side.bound < best.0 {
                best = (side.bound, side.price.clone());
            }
            if side.worth > primal.0 {
                primal = (side.worth, side.taken.clone(), side.spared.clone());
            }
        }
        if best.0 < wanted {
            // Rounding may lift it again: what counts is the exact one.
            let now = run.exact(&best.1);
            let done = now.0 < scale.wanted(incumbent);
            if exact.as_ref().is_none_or(|e| now.0 < e.0) {
                exact = Some(now);
            }
            if done {
                break;
            }
        }
        if run.maybe_restart(seen, round) {
            let choice = lagrangian::nearest_choice(core, &primal.1);
            if suggestions.last() != Some(&choice) {
                suggestions.push(choice);
            }
        }
        // Once a relaxed choice is worth more than the incumbent no bound can close the core.
        let near = best.0 - primal.0 <= FINE * (best.0 - incumbent as f64);
        if primal.0 >= wanted && near || watch.stopped() {
            break;
        }
    }
    let now = run.exact(&best.1);
    if exact.as_ref().is_none_or(|e| now.0 < e.0) {
        exact = Some(now);
    }
    let (worth, multipliers) = exact.expect("computed just now");
    suggestions.push(lagrangian::nearest_choice(core, &primal.1));
    let work = run.work;
    *from = Point { price: best.1, taken: primal.1, spared: primal.2, ..run.at };
    Bound { worth, multipliers, suggestions, often: from.taken.clone(), work }
}

/// One side of a look: a point and what it is worth as a bound and as a relaxed choice.
struct Side {
    bound: f64,
    worth: f64,
    taken: Vec<f64>,
    spared: Vec<f64>,
    price: Vec<f64>,
    values: Vec<f64>,
}

/// What a look at a run sees.
struct Seen {
    current: Side,
    average: Side,
}

struct Run<'a> {
    core: &'a Core,
    scale: Scale,
    own: Vec<f64>,
    weights: Vec<f64>,
    /// Per row and per cut what its steps are scaled by; of a row its weight.
    scales: Vec<f64>,
    /// Rows that stand in cuts, and what steps in giving them up are scaled by.
    soft: Vec<(u32, f64)>,
    is_soft: Vec<bool>,
    /// Per row the multipliers of its cuts.
    cut_price: Vec<f64>,
    /// The steps' common divisor: the largest singular value, cuts included.
    size: f64,
    at: Point,
    /// Per site `own` and the prices of its rows.
    values: Vec<f64>,
    /// Where the last restart was.
    start: (Vec<f64>, Vec<f64>),
    /// Sums since then: taken, price, values, spared; rounds; distance of the two sides then.
    sums: (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>),
    rounds: usize,
    distance: Option<f64>,
    cover: Vec<f64>,
    moved: Vec<(u32, f64)>,
    work: usize,
}

impl<'a> Run<'a> {
    fn new(core: &'a Core, scale: Scale, from: &Point) -> Self {
        let mut at = from.clone();
        let weights: Vec<f64> = core.weights.iter().map(|&w| w as f64).collect();
        at.price.iter_mut().zip(&weights).for_each(|(u, w)| *u = u.clamp(0.0, *w));
        let zero = |n: usize| vec![0.0; n];
        let (sites, rows) = (core.sites.len(), weights.len() + core.cuts.len());
        at.price.resize(rows, 0.0);
        at.spared.resize(weights.len(), 0.0);
        let mut uses = vec![0; weights.len()];
        core.cuts.iter().flat_map(|c| &c.rows).for_each(|&r| uses[r as usize] += 1);
        let mut run = Self {
            core,
            scale,
            scales: weights.clone(),
            soft: Vec::new(),
            is_soft: uses.iter().map(|n| *n > 0).collect(),
            cut_price: zero(weights.len()),
            size: 1.0,
            own: core.own.iter().map(|&w| w as f64).collect(),
            start: (at.taken.clone(), at.price.clone()),
            sums: (zero(sites), zero(rows), zero(sites), zero(weights.len())),
            weights,
            rounds: 0,
            distance: None,
            cover: zero(rows),
            moved: Vec::new(),
            values: zero(sites),
            work: 0,
            at,
        };
        if run.at.norm == 0.0 {
            run.at.norm = run.norm();
        }
        let square = run.at.norm * run.at.norm;
        let mut size = square;
        for cut in &core.cuts {
            let squares: i32 = cut.sites.iter().map(|s| s.1 * s.1).sum();
            let own = ASIDE * square / f64::from(squares.max(1));
            let of_rows = cut.rows.iter().map(|&r| run.weights[r as usize]).fold(f64::MAX, f64::min);
            let scale = own.min(of_rows);
            run.scales.push(scale);
            // Cuts lie side by side for the most part: their sizes do not add up.
            size += scale * f64::from(squares) * 0.1;
        }
        let soft = (0..).zip(&uses).filter(|u| *u.1 > 0);
        run.soft = soft.map(|(r, &n)| (r, ASIDE * square / (f64::from(1 + n) * run.weights[r as usize]))).collect();
        if !run.soft.is_empty() {
            size += ASIDE * square;
        }
        run.size = size.sqrt();
        run.price_sites();
        run
    }

    /// The largest singular value of the relation, each row times the root of its weight.
    fn norm(&mut self) -> f64 {
        let sites = self.core.sites.len();
        // A fixed start that is orthogonal to nothing.
        let mut vector: Vec<f64> = (0..sites).map(|s| 1.0 + (s % 7) as f64 / 7.0).collect();
        let mut size = 0.0;
        for _ in 0..POWER.0 {
            self.cover_by(&vector);
            let next: Vec<f64> = (0..sites)
                .map(|s| self.core.rows_of(s).iter().map(|&r| self.weights[r as usize] * self.cover[r as usize]).sum())
                .collect();
            size = next.iter().map(|v: &f64| v * v).sum::<f64>().sqrt();
            if size <= 0.0 {
                return 1.0;
            }
            vector = next.iter().map(|v| v / size).collect();
            self.work += 2 * self.core.pairs();
        }
        size.sqrt() * POWER.1
    }

    /// How much of each row a relaxed choice covers.
    fn cover_by(&mut self, taken: &[f64]) {
        self.cover.fill(0.0);
        for (s, &x) in taken.iter().enumerate() {
            if x != 0.0 {
                let rows = self.core.rows_of(s);
                rows.iter().for_each(|&r| self.cover[r as usize] += x);
                self.work += rows.len();
            }
        }
        for (cover, cut) in self.cover[self.weights.len()..].iter_mut().zip(&self.core.cuts) {
            *cover = cut.sites.iter().map(|&(s, c)| f64::from(c) * taken[s as usize]).sum();
            self.work += cut.sites.len();
        }
    }

    /// Adds what is given up to how much of each row and cut is covered.
    fn spare(&mut self, spared: &[f64]) {
        for &(r, _) in &self.soft {
            self.cover[r as usize] += spared[r as usize];
        }
        for (cover, cut) in self.cover[self.weights.len()..].iter_mut().zip(&self.core.cuts) {
            *cover += cut.rows.iter().map(|&r| spared[r as usize]).sum::<f64>();
        }
    }

    fn price_sites(&mut self) {
        for s in 0..self.values.len() {
            let rows = self.core.rows_of(s);
            self.values[s] = self.own[s] + rows.iter().map(|&r| self.at.price[r as usize]).sum::<f64>();
        }
        for (cut, price) in self.core.cuts.iter().zip(&self.at.price[self.weights.len()..]) {
            cut.sites.iter().for_each(|&(s, c)| self.values[s as usize] += f64::from(c) * price);
        }
        self.price_cut_rows();
        self.work += self.core.pairs();
    }

    fn price_cut_rows(&mut self) {
        self.soft.iter().for_each(|&(r, _)| self.cut_price[r as usize] = 0.0);
        for (cut, price) in self.core.cuts.iter().zip(&self.at.price[self.weights.len()..]) {
            cut.rows.iter().for_each(|&r| self.cut_price[r as usize] += price);
        }
    }

    fn step(&mut self) {
        let length = self.at.proportion / self.size;
        let aim: Vec<f64> = self.at.taken.iter().zip(&self.values).map(|(x, v)| x + length * v).collect();
        let taken = onto_hull(self.core, aim);
        let beyond: Vec<f64> = taken.iter().zip(&self.at.taken).map(|(new, old)| 2.0 * new - old).collect();
        self.at.taken = taken;
        self.cover_by(&beyond);
        if !self.core.cuts.is_empty() {
            let mut beyond = vec![0.0; self.weights.len()];
            for &(r, by) in &self.soft {
                let r = r as usize;
                let old = self.at.spared[r];
                let earns = self.at.price[r] + self.cut_price[r] - self.weights[r];
                self.at.spared[r] = (old + length * by * earns).clamp(0.0, 1.0);
                beyond[r] = 2.0 * self.at.spared[r] - old;
            }
            self.spare(&beyond);
        }
        let length = 1.0 / (self.at.proportion * self.size);
        self.moved.clear();
        let mut pairs = 0;
        let rows = self.weights.len();
        for r in 0..rows {
            let (price, weight) = (self.at.price[r], self.weights[r]);
            let new = (price - length * weight * (self.cover[r] - 1.0)).clamp(0.0, weight);
            if new != price {
                self.at.price[r] = new;
                self.moved.push((r as u32, new - price));
                pairs += self.core.sites_of(r).len();
            }
        }
        let mut by_cut = Vec::with_capacity(self.core.cuts.len());
        for (r, cut) in (rows..).zip(&self.core.cuts) {
            let price = self.at.price[r];
            let new = (price - length * self.scales[r] * (self.cover[r] - cut.need as f64)).max(0.0);
            self.at.price[r] = new;
            by_cut.push(new - price);
        }
        // Scattering costs about twice what gathering does.
        if 2 * pairs < self.core.pairs() {
            for &(r, by) in &self.moved {
                self.core.sites_of(r as usize).iter().for_each(|&s| self.values[s as usize] += by);
            }
            for (cut, by) in self.core.cuts.iter().zip(by_cut).filter(|c| c.1 != 0.0) {
                cut.sites.iter().for_each(|&(s, c)| self.values[s as usize] += f64::from(c) * by);
            }
            self.price_cut_rows();
            self.work += pairs;
        } else {
            self.price_sites();
        }
        self.work += self.cover.len();
        let add = |sum: &mut [f64], new: &[f64]| sum.iter_mut().zip(new).for_each(|(a, b)| *a += b);
        add(&mut self.sums.0, &self.at.taken);
        add(&mut self.sums.1, &self.at.price);
        add(&mut self.sums.2, &self.values);
        add(&mut self.sums.3, &self.at.spared);
        self.rounds += 1;
    }

    fn look(&mut self) -> Seen {
        let n = self.rounds as f64;
        let mean = |sum: &[f64]| sum.iter().map(|v| v / n).collect::<Vec<f64>>();
        let (taken, price, values) = (mean(&self.sums.0), mean(&self.sums.1), mean(&self.sums.2));
        let spared = mean(&self.sums.3);
        let average = self.side(taken, spared, price, values);
        let at = self.at.clone();
        Seen { current: self.side(at.taken, at.spared, at.price, self.values.clone()), average }
    }

    fn side(&mut self, taken: Vec<f64>, spared: Vec<f64>, price: Vec<f64>, values: Vec<f64>) -> Side {
        let base = self.core.base as f64;
        let (of_rows, of_cuts) = price.split_at(self.weights.len());
        let slack: f64 = self.weights.iter().zip(of_rows).map(|(w, u)| w - u).sum();
        let needed: f64 = self.core.cuts.iter().zip(of_cuts).map(|(c, u)| c.need as f64 * u).sum();
        let mut cut_price = vec![0.0; if self.soft.is_empty() { 0 } else { self.weights.len() }];
        for (cut, v) in self.core.cuts.iter().zip(of_cuts) {
            cut.rows.iter().for_each(|&r| cut_price[r as usize] += v);
        }
        let earned =
            |&(r, _): &(u32, f64)| (price[r as usize] + cut_price[r as usize] - self.weights[r as usize]).max(0.0);
        let earned: f64 = self.soft.iter().map(earned).sum();
        let chosen = lagrangian::choice_by(self.core, &values, self.scale.units_in(1.0));
        let value: f64 = chosen.iter().map(|&s| values[s as usize]).sum();
        let bound = base + slack - needed + earned + value;
        self.cover_by(&taken);
        // Rows in cuts are given up as far as the point says, and where they are not covered.
        let mut given = vec![0.0; self.weights.len()];
        let mut covered = 0.0;
        for r in 0..self.weights.len() {
            let lost = (1.0 - self.cover[r]).max(0.0);
            given[r] = if self.is_soft[r] { lost.max(spared[r]) } else { lost };
            covered += self.weights[r] * (1.0 - given[r]);
        }
        self.spare(&given);
        let each = value / self.core.choose as f64;
        let missing = |(cut, cover): (&Cut, &f64)| {
            let lightest = cut.rows.iter().map(|&r| self.weights[r as usize]).fold(each, f64::min);
            (cut.need as f64 - cover).max(0.0) * lightest
        };
        let penalty: f64 = self.core.cuts.iter().zip(&self.cover[self.weights.len()..]).map(missing).sum();
        let worth = base + covered - penalty + self.own.iter().zip(&taken).map(|(o, x)| o * x).sum::<f64>();
        self.work += 2 * self.weights.len() + self.own.len();
        Side { bound, worth, taken, spared, price, values }
    }

    fn exact(&mut self, price: &[f64]) -> (i128, Vec<i64>) {
        let multipliers = lagrangian::rounded(self.core, self.scale, price);
        self.work += self.core.pairs();
        (Relaxation::of(self.core, self.scale, multipliers.clone()).worth(), multipliers)
    }

    /// Starts over from the better side when it is near enough, or after a long time.
    fn maybe_restart(&mut self, seen: Seen, round: usize) -> bool {
        let apart = |side: &Side| side.bound - side.worth;
        let side = if apart(&seen.current) < apart(&seen.average) { seen.current } else { seen.average };
        let now = apart(&side);
        let before = *self.distance.get_or_insert(now);
        let long = self.rounds > 5 * LOOK && self.rounds as f64 > LONG * round as f64;
        if now >= ENOUGH * before && !long {
            return false;
        }
        let far = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        let of_sites = far(&side.taken, &self.start.0);
        let by_weight = |((a, b), w): ((&f64, &f64), &f64)| (a - b).powi(2) / w;
        let of_rows: f64 = side.price.iter().zip(&self.start.1).zip(&self.scales).map(by_weight).sum();
        let of_rows = of_rows.sqrt();
        if of_sites > 1e-12 && of_rows > 1e-12 {
            self.at.proportion = (self.at.proportion * of_sites / of_rows).sqrt();
        }
        self.start = (side.taken.clone(), side.price.clone());
        (self.at.taken, self.at.price, self.values) = (side.taken, side.price, side.values);
        self.at.spared = side.spared;
        self.price_sites();
        self.sums.0.fill(0.0);
        self.sums.1.fill(0.0);
        self.sums.2.fill(0.0);
        self.sums.3.fill(0.0);
        (self.rounds, self.distance) = (0, Some(now));
        true
    }
}

/// Rounds of bisection: a double has no more digits.
const HALVINGS: usize = 50;

/// The nearest relaxed choice: each site in \[0, 1\], all together as many as are to be chosen, each county's between its
/// least and most.
///
/// A common price is found by bisection; a county whose sum at that price is beyond its limits has a price of its own.
fn onto_hull(core: &Core, mut aim: Vec<f64>) -> Vec<f64> {
    let choose = core.choose as f64;
    let (low, high) = aim.iter().fold((f64::MAX, f64::MIN), |(l, h), &a| (l.min(a), h.max(a)));
    let free = core.counties.iter().all(|c| c.0 == 0 && c.1 >= core.choose);
    if free {
        let price = priced(&aim, choose, low - 1.0, high);
        aim.iter_mut().for_each(|a| *a = (*a - price).clamp(0.0, 1.0));
        return aim;
    }
    let rules = core.counties.len();
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); rules + 1];
    (0..aim.len()).for_each(|s| groups[core.county_of[s].unwrap_or(rules)].push(s));
    let lists: Vec<Vec<f64>> = groups.iter().map(|g| g.iter().map(|&s| aim[s]).collect()).collect();
    let limits = |c: usize| core.counties.get(c).map_or((0.0, f64::MAX), |c| (c.0 as f64, c.1 as f64));
    let at = |list: &[f64], price: f64| list.iter().map(|a| (a - price).clamp(0.0, 1.0)).sum::<f64>();
    let total = |price: f64| -> f64 {
        lists.iter().enumerate().map(|(c, list)| at(list, price).clamp(limits(c).0, limits(c).1)).sum()
    };
    let (mut below, mut above) = (low - 1.0, high);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (below + above);
        if total(middle) > choose { below = middle } else { above = middle }
    }
    for (c, (group, list)) in groups.iter().zip(&lists).enumerate() {
        let sum = at(list, above);
        let (least, most) = limits(c);
        let price =
            if sum < least || sum > most { priced(list, sum.clamp(least, most), low - 1.0, high) } else { above };
        group.iter().for_each(|&s| aim[s] = (aim[s] - price).clamp(0.0, 1.0));
    }
    aim
}

/// The price at which a list adds up to `sum`, by Newton's steps on a function that is convex where it matters, held inside
/// a shrinking interval.
fn priced(list: &[f64], sum: f64, mut below: f64, mut above: f64) -> f64 {
    let mut price = 0.5 * (below + above);
    for _ in 0..HALVINGS {
        let (mut total, mut slope) = (0.0, 0.0);
        for a in list {
            let part = a - price;
            if part >= 1.0 {
                total += 1.0;
            } else if part > 0.0 {
                total += part;
                slope += 1.0;
            }
        }
        if total > sum {
            below = price
        } else {
            above = price
        }
        if (total - sum).abs() <= 1e-12 * sum.max(1.0) {
            return price;
        }
        let next = if slope > 0.0 { price + (total - sum) / slope } else { f64::NAN };
        price = if next > below && next < above { next } else { 0.5 * (below + above) };
    }
    price
}
