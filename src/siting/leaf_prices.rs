//! What do integer multipliers come to in a part of the space of choices? A file of its own because these are the rules that
//! a certificate is checked by: they must stay as they are written down, however the search changes.

use super::cut::Cut;
use super::follows;
use super::leaf_tree::{Leaves, Multipliers, Node};
use super::problem::Problem;
use super::simplex::Area;
use crate::travel::SiteIndex;

/// Largest numerator of the price of a cut, which is multiplied by small numbers only: weights are in millionths of people.
const MOST_PRICE: f64 = 1e18;
/// Largest numerator of the price of an amount, which is multiplied by what rows count and then by a denominator.
const MOST_OF_AMOUNT: f64 = 1e12;

/// Demand as leaves are bounded by it.
#[derive(Debug, Clone, Copy)]
struct Row {
    first: u64,
    second: u64,
    people: u64,
}

/// A problem, and the rules that its leaves are closed by.
///
/// With `q` the denominator of prices and `n_g` their numerators, all in parts `1 / q` of a unit of weight:
/// `W_i = q first_i + sum_g n_g counted_gi`, `v_i = W_i part_i / of` rounded to the nearest, half up, and no choice in a part
/// of the space is worth more than
///
/// `base + floor((sum_i (W_i - v_i + max(0, q second_i - v_i)) - sum_g n_g least_g + sum_e V_e + max { sum_j V_j x_j }) / q)`
///
/// or, with prices `n_c` of cuts `sum_j a_cj x_j + sum over its rows (1 - covered) >= need_c`, demands of branches among them, with
/// `max(0, W_i - v_i - sum of n_c over the cuts with row i)` in the place of `W_i - v_i`, `n_c (rows_c - need_c)` added for each,
/// and `n_c a_cj` added to `V_j`; all of it rounded down to `base` plus a multiple of the common divisor of all `first` and `second` (1 where stations fill up). `V_j` is
/// the sum of `v_i` over the rows within reach or, where `j` has room for so many people only, the best fill of that room: rows
/// by `v` per person, the last in part, rounded up. `e` are stations that stand already and can fill up. The maximum is over the
/// choices that keep number and counties.
#[derive(Debug)]
pub(super) struct Rules<'a> {
    problem: &'a Problem,
    rows: Vec<Row>,
    base: u64,
    divisor: u64,
    /// Rows within reach of each standing station that can fill up.
    standing: Vec<Vec<u32>>,
}

/// What multipliers make of rows and sites, in parts of a unit of weight.
#[derive(Debug)]
pub(super) struct Priced {
    of: i128,
    /// Everything but the chosen sites, without the base.
    rest: i128,
    values: Vec<i128>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(problem: &'a Problem) -> Self {
        let (rows, base, standing) = match &problem.service {
            None => {
                let plain = |row: &crate::coverage::MergedRow| Row { first: row.weight, second: 0, people: 0 };
                (problem.rows().iter().map(plain).collect(), problem.base, Vec::new())
            }
            Some(service) => {
                let all = service.rows.iter();
                let rows = all.map(|row| Row { first: row.first, second: row.second, people: row.people });
                (rows.collect(), service.base, service.standing_rows())
            }
        };
        let rows: Vec<Row> = rows;
        let divisor = match problem.service.as_ref().is_some_and(|s| s.capacity.is_some()) {
            true => 1,
            false => rows.iter().fold(0, |d, row| gcd(gcd(d, row.first), row.second)).max(1),
        };
        Self { problem, rows, base, divisor, standing }
    }

    /// Number of rows, each with a multiplier.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Whether multipliers may be in so many parts: what all rows are worth with prices of amounts, times parts twice over, must
    /// be a number.
    pub(super) fn allows(&self, of: u64) -> bool {
        let all: u128 = self.rows.iter().map(|row| u128::from(row.first) + u128::from(row.second)).sum();
        let rules = self.problem.service.iter().flat_map(|service| &service.rules);
        let counted: u128 = rules.flat_map(|rule| &rule.rows).map(|&(_, counted)| u128::from(counted)).sum();
        let of = u128::from(of);
        let priced = counted.checked_mul(MOST_OF_AMOUNT as u128);
        let worth = all.checked_mul(of).zip(priced).and_then(|(all, priced)| all.checked_add(priced));
        worth.and_then(|worth| worth.checked_mul(4 * of)).is_some_and(|product| product < 1 << 126)
    }

    /// Pairs of rows and sites.
    pub(super) fn pairs(&self) -> usize {
        self.rows_of().iter().map(Vec::len).sum()
    }

    fn rows_of(&self) -> &[Vec<u32>] {
        self.problem.service.as_ref().map_or(self.problem.rows_of(), |service| &service.of_site)
    }

    /// Multipliers of nothing.
    pub(super) fn nothing(&self) -> Multipliers {
        let rules = self.problem.service.as_ref().map_or(0, |service| service.rules.len());
        Multipliers {
            of: 1,
            parts: vec![0; self.rows.len()],
            prices_of: 1,
            amounts: vec![0; rules],
            ..Multipliers::default()
        }
    }

    /// What a search suggests, in whole parts of `of`: shares of the rows' weights, or where more than covering is asked the
    /// multipliers themselves, then the prices of least amounts, in whole parts of `prices_of`.
    pub(super) fn rounded(&self, found: &[f64], of: u64, prices_of: u64) -> Multipliers {
        let Some(service) = &self.problem.service else {
            let parts = found.iter().map(|v| ((v * of as f64).round() as u64).min(of)).collect();
            return Multipliers { of, parts, prices_of: 1, ..Multipliers::default() };
        };
        let (rows, prices) = found.split_at(service.rows.len());
        let prices_of = if prices.is_empty() { 1 } else { prices_of };
        let amounts: Vec<u64> = prices.iter().map(|&price| parts_of(price, prices_of, MOST_OF_AMOUNT)).collect();
        let mut worth: Vec<f64> = service.rows.iter().map(|row| row.first as f64).collect();
        for (rule, &amount) in service.rules.iter().zip(&amounts) {
            let price = amount as f64 / prices_of as f64;
            rule.rows.iter().for_each(|&(r, counted)| worth[r as usize] += price * counted as f64);
        }
        let part = |(v, worth): (&f64, &f64)| match *worth > 0.0 {
            true => ((v / worth * of as f64).round().max(0.0) as u64).min(of),
            false => 0,
        };
        let parts = rows.iter().zip(&worth).map(part).collect();
        Multipliers { of, parts, prices_of, amounts, ..Multipliers::default() }
    }

    /// What multipliers of a proof come to.
    pub(super) fn priced(&self, by: &Multipliers, proof: &Leaves) -> Priced {
        let demand = |node: usize, more| match &proof.nodes[node] {
            Node::Among { sites, most, .. } => {
                Area { sites: sites.clone(), most: *most }.demand(self.problem.sites, self.problem.choose, more)
            }
            _ => unreachable!("demands are of nodes that count among sites"),
        };
        let demands: Vec<(Cut, u64)> = by.demands.iter().map(|d| (demand(d.node, d.more), d.price)).collect();
        let cuts = by.cuts.iter().map(|&(c, price)| (&proof.cuts[c], price));
        self.with_cuts(by, cuts.chain(demands.iter().map(|(cut, price)| (cut, *price))))
    }

    /// What multipliers come to, with these prices of cuts.
    pub(super) fn with_cuts<'c>(&self, by: &Multipliers, cuts: impl Iterator<Item = (&'c Cut, u64)>) -> Priced {
        let q = i128::from(by.prices_of);
        let mut worth: Vec<i128> = self.rows.iter().map(|row| q * i128::from(row.first)).collect();
        let mut rest = 0;
        let service = self.problem.service.as_deref();
        for (rule, &price) in service.map_or(&[][..], |s| &s.rules).iter().zip(&by.amounts) {
            let price = i128::from(price);
            rule.rows.iter().for_each(|&(r, counted)| worth[r as usize] += price * i128::from(counted));
            rest -= price * i128::from(rule.least);
        }
        let of = i128::from(by.of);
        let multiplier = |(worth, part): (&i128, &u64)| (2 * worth * i128::from(*part) + of) / (2 * of);
        let v: Vec<i128> = worth.iter().zip(&by.parts).map(multiplier).collect();
        let (mut of_cuts, mut by_site) = (vec![0; v.len()], vec![0; self.problem.sites]);
        for (cut, price) in cuts {
            let price = i128::from(price);
            rest += price * (cut.rows.len() as i128 - i128::from(cut.need));
            cut.rows.iter().for_each(|&r| of_cuts[r as usize] += price);
            cut.sites.iter().for_each(|&(s, coefficient)| by_site[s as usize] += price * i128::from(coefficient));
        }
        for (((row, worth), v), of_cuts) in self.rows.iter().zip(&worth).zip(&v).zip(&of_cuts) {
            rest += (worth - v - of_cuts).max(0) + (q * i128::from(row.second) - v).max(0);
        }
        let capacity = service.and_then(|s| s.capacity.as_ref());
        let room = |s: usize| capacity.and_then(|c| c.of_site[s]);
        let all = self.rows_of().iter().enumerate();
        let values = all.map(|(s, rows)| self.paid(rows, room(s), &v) + by_site[s]).collect();
        for (rows, &room) in self.standing.iter().zip(capacity.map_or(&[][..], |c| &c.standing)) {
            rest += self.paid(rows, Some(room), &v);
        }
        Priced { of: q, rest, values }
    }

    /// What a station can be paid at most.
    fn paid(&self, rows: &[u32], room: Option<u64>, v: &[i128]) -> i128 {
        let Some(room) = room else { return rows.iter().map(|&r| v[r as usize]).sum() };
        let people = |r: u32| i128::from(self.rows[r as usize].people);
        let mut order: Vec<u32> = rows.iter().copied().filter(|&r| v[r as usize] > 0).collect();
        // Nobody takes no room: such rows come first, whatever they pay.
        order.sort_unstable_by(|&a, &b| {
            let (x, y) = (v[a as usize] * people(b), v[b as usize] * people(a));
            (people(a) > 0).cmp(&(people(b) > 0)).then(y.cmp(&x)).then(a.cmp(&b))
        });
        let (mut left, mut value) = (i128::from(room), 0);
        for r in order {
            if people(r) > left {
                return value + (v[r as usize] * left + people(r) - 1) / people(r);
            }
            left -= people(r);
            value += v[r as usize];
        }
        value
    }

    /// The Lagrangian bound of a part; 0 where not even what is covered anyway is left.
    pub(super) fn bound(&self, here: &Problem, priced: &Priced) -> u64 {
        let chosen = follows::best(here, &priced.values);
        self.reachable(priced, priced.total(&chosen))
    }

    /// Sites that multipliers decide: with one of the first left out, or one of the second taken, their bound is at most `goal`.
    ///
    /// Forcing a site in costs at most the least valuable site that may leave; forcing one out gains at most the most
    /// valuable one that may join (the exchange property of matroid bases), so the exact bound is never above what is used here.
    pub(super) fn decided(&self, here: &Problem, priced: &Priced, goal: u64) -> (Vec<SiteIndex>, Vec<SiteIndex>) {
        let chosen = follows::best(here, &priced.values);
        let total = priced.total(&chosen);
        let value = |s: usize| priced.values[s];
        let mut inside = vec![false; here.sites];
        chosen.iter().for_each(|&s| inside[s as usize] = true);
        let may_leave = |s: usize| inside[s] && here.required.binary_search(&(s as SiteIndex)).is_err();
        let may_join = |s: usize| !inside[s] && !here.forbidden[s];
        let least = (0..here.sites).filter(|&s| may_leave(s)).map(value).min();
        let most = (0..here.sites).filter(|&s| may_join(s)).map(value).max();
        let closed = |total: i128| self.reachable(priced, total) <= goal;
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        if let (Some(least), Some(most)) = (least, most) {
            for s in 0..here.sites {
                if may_leave(s) && closed(total + most - value(s)) {
                    taken.push(s as SiteIndex);
                } else if may_join(s) && closed(total + value(s) - least) {
                    left.push(s as SiteIndex);
                }
            }
        }
        (taken, left)
    }

    /// What a choice can be worth at all, given a total without the base.
    fn reachable(&self, priced: &Priced, total: i128) -> u64 {
        let divisor = i128::from(self.divisor);
        let above = total.div_euclid(priced.of).div_euclid(divisor) * divisor;
        u64::try_from((i128::from(self.base) + above).max(0)).unwrap_or(u64::MAX)
    }
}

impl Priced {
    fn total(&self, chosen: &[SiteIndex]) -> i128 {
        self.rest + chosen.iter().map(|&s| self.values[s as usize]).sum::<i128>()
    }
}

/// The most parts, up to so many, of which prices of cuts and of amounts are not too many.
pub(super) fn most_parts(of: u64, cuts: &[f64], amounts: &[f64]) -> u64 {
    let dearest = |prices: &[f64]| prices.iter().copied().fold(0.0, f64::max);
    let fits = |of: u64| dearest(cuts) * of as f64 <= MOST_PRICE && dearest(amounts) * of as f64 <= MOST_OF_AMOUNT;
    std::iter::successors(Some(of), |of| Some(of / 10)).take_while(|of| *of > 1).find(|of| fits(*of)).unwrap_or(1)
}

/// The price of a cut in whole parts.
pub(super) fn whole(price: f64, of: u64) -> u64 {
    parts_of(price, of, MOST_PRICE)
}

fn parts_of(price: f64, of: u64, most: f64) -> u64 {
    (price * of as f64).round().clamp(0.0, most) as u64
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
