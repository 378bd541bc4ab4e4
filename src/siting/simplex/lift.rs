//! How does an inequality of a few rows and kinds of sites become a cut in whole numbers that holds for all sites?
//! A file of its own because it makes the cut true whatever was suggested: what comes before may err, this may not.

use super::super::core::Core;
use super::super::cut::Cut;
use super::super::separate::Rows;
use std::cmp::Reverse;

/// How near to whole all coefficients must be, after one of them was made so large at most, and how large they may be.
const WHOLE: f64 = 1e-3;
const SMALLEST: i64 = 6;
const LARGEST: i64 = 12;
/// A coefficient below this is none.
const NOTHING: f64 = 1e-5;
/// The least that a relaxed choice must break a cut by.
const BROKEN: f64 = 0.03;

/// A suggestion: `sum of of_rows * covered <= something + sum of of_kinds * taken`.
pub(super) struct Local {
    /// Positions in a list of rows.
    pub(super) rows: Vec<u32>,
    /// What of these rows each kind of site covers, as a mask.
    pub(super) kinds: Vec<u32>,
    pub(super) of_rows: Vec<f64>,
    pub(super) of_kinds: Vec<f64>,
}

/// The cut of a suggestion; `None` where it is not of small whole numbers or the relaxed choice does not break it.
///
/// Coefficients of the kinds are taken as suggested. What is on the other side is then what any of their sets covers beyond
/// what it pays, at most; and one kind after the other that nobody suggested, most taken first, pays what
/// it adds to that at most (lifting, Padberg 1973). All sets of the rows are looked at, so the cut holds for every choice.
pub(super) fn cut(core: &Core, list: &Rows<'_>, local: Local, work: &mut usize) -> Option<Cut> {
    let numbers = whole(&local)?;
    let (of_rows, of_kinds) = numbers.split_at(local.rows.len());
    let used: Vec<usize> = (0..local.rows.len()).filter(|&i| of_rows[i] > 0).collect();
    let mut unions = Unions::of(used.iter().map(|&i| of_rows[i]).collect());
    // What is left of a kind on the rows that count; alike ones pay the least of what they were to pay.
    let left =
        |mask: u32| used.iter().enumerate().filter(|(_, i)| mask >> **i & 1 == 1).fold(0, |set, (k, _)| set | 1 << k);
    let mut known: Vec<(usize, i64)> =
        local.kinds.iter().map(|&mask| left(mask)).zip(of_kinds.iter().copied()).collect();
    known.sort_unstable();
    known.dedup_by_key(|k| k.0);
    known.retain(|k| k.0 != 0);
    known.iter().for_each(|&(set, cost)| unions.pay(set, cost));
    let over = unions.beyond(0);
    let rows: Vec<u32> = used.iter().map(|&i| local.rows[i]).collect();
    let covered: f64 = rows.iter().zip(&unions.of_rows).map(|(&r, &a)| a as f64 * list.cover(r).min(1.0)).sum();
    let mut by = covered - over as f64;
    let mut sites: Vec<(u32, i32)> = Vec::new();
    for (set, taken, of) in kinds(core, list, &rows, &unions) {
        let cost = known.binary_search_by_key(&set, |k| k.0).map(|at| known[at].1).unwrap_or_else(|_| {
            let cost = unions.beyond(set) - over;
            unions.pay(set, cost);
            *work += 2 << rows.len() >> 3;
            cost
        });
        by -= cost as f64 * taken;
        if by < BROKEN {
            return None;
        }
        if cost > 0 {
            sites.extend(of.iter().map(|&s| (s, cost as i32)));
        }
    }
    sites.sort_unstable();
    let each = rows.iter().zip(&unions.of_rows);
    let mut rows: Vec<u32> =
        each.flat_map(|(&r, &a)| std::iter::repeat_n(list.list[r as usize].number, a as usize)).collect();
    rows.sort_unstable();
    Some(Cut { sites, need: rows.len() as i64 - over, rows })
}

/// Coefficients of rows and then of kinds in whole numbers.
fn whole(local: &Local) -> Option<Vec<i64>> {
    let all: Vec<f64> = local.of_rows.iter().chain(&local.of_kinds).copied().collect();
    let smallest = all.iter().copied().filter(|v| *v > NOTHING).fold(f64::INFINITY, f64::min);
    let near = |by: &f64| all.iter().all(|v| (v * by - (v * by).round()).abs() < WHOLE);
    let by = (1..=SMALLEST).map(|n| n as f64 / smallest).find(near)?;
    let numbers: Vec<i64> = all.iter().map(|v| (v * by).round() as i64).collect();
    let some = numbers[..local.rows.len()].iter().filter(|n| **n > 0).count() > 1;
    (some && numbers.iter().all(|n| *n <= LARGEST)).then_some(numbers)
}

/// All sites that cover any of the rows, by what of them they cover: that set, how much of it is taken, and the sites.
fn kinds(core: &Core, list: &Rows<'_>, rows: &[u32], unions: &Unions) -> Vec<(usize, f64, Vec<u32>)> {
    let number = |r: u32| list.list[r as usize].number as usize;
    let pairs = rows.iter().enumerate().flat_map(|(i, &r)| core.sites_of(number(r)).iter().map(move |&s| (s, 1 << i)));
    let mut pairs: Vec<(u32, usize)> = pairs.collect();
    pairs.sort_unstable();
    let one = |same: &[(u32, usize)]| (same.iter().fold(0, |set, p| set | p.1), same[0].0);
    let mut sites: Vec<(usize, u32)> = pairs.chunk_by(|a, b| a.0 == b.0).map(one).collect();
    sites.sort_unstable();
    let kind = |same: &[(usize, u32)]| {
        let of: Vec<u32> = same.iter().map(|s| s.1).collect();
        (same[0].0, of.iter().map(|&s| list.taken[s as usize]).sum(), of)
    };
    let mut kinds: Vec<(usize, f64, Vec<u32>)> = sites.chunk_by(|a, b| a.0 == b.0).map(kind).collect();
    let worth = |set: usize| Reverse(unions.worth[set]);
    kinds.sort_by(|a, b| b.1.total_cmp(&a.1).then(worth(a.0).cmp(&worth(b.0))).then(a.0.cmp(&b.0)));
    kinds
}

/// For every set of a few rows what it is worth, and the least that kinds of sites cost that together cover just that.
struct Unions {
    of_rows: Vec<i64>,
    worth: Vec<i64>,
    cheapest: Vec<i64>,
}

impl Unions {
    fn of(of_rows: Vec<i64>) -> Self {
        let mut worth = vec![0; 1 << of_rows.len()];
        for set in 1..worth.len() {
            worth[set] = worth[set & (set - 1)] + of_rows[set.trailing_zeros() as usize];
        }
        let mut cheapest = vec![i64::MAX / 4; worth.len()];
        cheapest[0] = 0;
        Self { of_rows, worth, cheapest }
    }

    /// A kind that covers this set may be had for this.
    fn pay(&mut self, kind: usize, cost: i64) {
        for set in 0..self.cheapest.len() {
            let to = set | kind;
            self.cheapest[to] = self.cheapest[to].min(self.cheapest[set] + cost);
        }
    }

    /// What is covered beyond what is paid at most, where a set is covered for nothing.
    fn beyond(&self, free: usize) -> i64 {
        let sets = self.cheapest.iter().enumerate();
        sets.map(|(set, cheapest)| self.worth[set | free] - cheapest).max().unwrap_or(0)
    }
}
