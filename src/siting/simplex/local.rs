//! Which inequality does every choice meet that this relaxed one breaks most, as far as a few neighbouring rows can tell? Not
//! one of a kind that somebody thought of, but a facet: a local cut (Applegate, Bixby, Chvatal and Cook 2001).
//! A file of its own because it solves small programs of its own to find one.

use super::super::core::Core;
use super::super::cut::Cut;
use super::super::separate::Rows;
use super::dual::Run;
use super::lift::{self, Local};
use super::program::{Basis, Program};
use std::collections::BTreeMap;

/// How far from covered once a row may be.
const ONCE: f64 = 0.6;
/// Rows of a neighbourhood, at least and at most, and the kinds of sites that count there while a facet is sought.
const ROWS: (usize, usize) = (3, 9);
const KINDS: usize = 40;
/// A row that stood in so many neighbourhoods starts none.
const USES: usize = 2;
/// A point that meets every inequality with room to spare: how much it takes of a kind, and how much of a row it covers.
const INNER: (f64, f64) = (0.5, 0.25);
/// Coefficients are no larger when the slack of that point is 1, and no condition of a facet is worth less than this.
const LARGEST: f64 = 40.0;
const LOWEST: f64 = -1e4;
/// Rounds of conditions at most, how many are added in each, and what one must be broken by.
const ROUNDS: usize = 60;
const ADDED: usize = 4;
const BROKEN: f64 = 1e-6;
/// Facets that are broken by less, measured by the slack of the inner point, are left.
const LEAST: f64 = 1e-4;
/// Steps of a program at most.
const STEPS: usize = 2_000;

/// Cuts that a relaxed choice breaks, one per neighbourhood at most, of which `most` are tried; adds to `work` what was looked at.
pub(in super::super) fn broken(core: &Core, taken: &[f64], most: usize, work: &mut usize) -> Vec<Cut> {
    let rows = Rows::of(core, taken, ONCE, 1);
    let mut uses = vec![0; rows.list.len()];
    let (mut tried, mut found) = (0, Vec::new());
    for start in 0..rows.list.len() as u32 {
        if uses[start as usize] >= USES || tried >= most {
            continue;
        }
        let near = around(&rows, start);
        if near.len() < ROWS.0 {
            continue;
        }
        near.iter().for_each(|&r| uses[r as usize] += 1);
        tried += 1;
        let cut = Facet::of(&rows, &near).broken(work).and_then(|facet| lift::cut(core, &rows, facet, work));
        found.extend(cut);
    }
    found
}

/// Rows near one, ascending: each next one shares with those before, and brings the least of further sites.
fn around(rows: &Rows<'_>, start: u32) -> Vec<u32> {
    let row = |r: u32| &rows.list[r as usize];
    let (mut near, mut sites, mut next) = (vec![start], row(start).sites.clone(), row(start).near.clone());
    while near.len() < ROWS.1 {
        let more = |r: u32| {
            let new = row(r).sites.iter().filter(|s| sites.binary_search(s).is_err());
            (new.clone().map(|&s| rows.taken[s as usize]).sum::<f64>(), new.count())
        };
        let others = next.iter().copied().filter(|r| !near.contains(r)).map(|r| (more(r), r));
        let least = others.min_by(|(a, r), (b, s)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(r.cmp(s)));
        let Some((_, r)) = least else { break };
        near.push(r);
        sites.extend(&row(r).sites);
        sites.sort_unstable();
        sites.dedup();
        next.extend(&row(r).near);
        next.sort_unstable();
        next.dedup();
    }
    near.sort_unstable();
    near
}

/// The search for `sum of a * covered <= b + sum of c * taken`: `a` per row, `c` per kind of site. Sites are of a kind that
/// cover the same of the rows.
struct Facet {
    /// Positions in the list of rows.
    rows: Vec<u32>,
    /// What of the rows each kind covers, as a mask.
    kinds: Vec<u32>,
    /// Variables `a`, `c` and `b`; its rows are conditions, after the one that measures.
    program: Program,
    /// Per set of rows what the cheapest kinds cost that cover it and no other, the last of them, and the set without it.
    cheapest: Vec<f64>,
    last: Vec<(u32, usize)>,
}

impl Facet {
    fn of(list: &Rows<'_>, near: &[u32]) -> Self {
        let mut of_site: BTreeMap<u32, u32> = BTreeMap::new();
        for (i, &r) in near.iter().enumerate() {
            list.list[r as usize].sites.iter().for_each(|&s| *of_site.entry(s).or_default() |= 1 << i);
        }
        let mut taken: BTreeMap<u32, f64> = BTreeMap::new();
        of_site.iter().for_each(|(&s, &mask)| *taken.entry(mask).or_default() += list.taken[s as usize]);
        let mut kinds: Vec<(u32, f64)> = taken.into_iter().collect();
        kinds.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        kinds.truncate(KINDS);
        let covered = near.iter().map(|&r| list.cover(r).min(1.0));
        let mut program = Program {
            cost: covered.map(|y| -y).chain(kinds.iter().map(|k| k.1)).chain([1.0]).collect(),
            bounds: vec![(0.0, LARGEST); near.len() + kinds.len() + 1],
            ..Program::default()
        };
        let inner = [vec![-INNER.1; near.len()], vec![INNER.0; kinds.len()], vec![1.0]].concat();
        program.row((0..).zip(inner), 1.0, (0.0, 0.0));
        let sets = 1 << near.len();
        let kinds = kinds.into_iter().map(|k| k.0).collect();
        let mut facet =
            Self { rows: near.to_vec(), kinds, program, cheapest: vec![0.0; sets], last: vec![(0, 0); sets] };
        (0..facet.kinds.len()).for_each(|j| facet.condition(&[j]));
        facet
    }

    /// The condition that no more is covered than paid for when one station of each of these kinds is taken.
    fn condition(&mut self, kinds: &[usize]) {
        let (rows, all) = (self.rows.len(), self.rows.len() + self.kinds.len());
        let covers = kinds.iter().fold(0, |mask, &j| mask | self.kinds[j]);
        let covered = (0..rows).filter(|i| covers >> i & 1 == 1).map(|i| (i as u32, 1.0));
        let paid = kinds.iter().map(|&j| ((rows + j) as u32, -1.0));
        self.program.row(covered.chain(paid).chain([(all as u32, -1.0)]), 0.0, (LOWEST, 0.0));
    }

    /// The inequality that is broken most, measured by the slack of the inner point; conditions are added as they are broken.
    fn broken(mut self, work: &mut usize) -> Option<Local> {
        let (rows, kinds) = (self.rows.len(), self.kinds.len());
        let all = self.program.rows();
        let columns = self.program.columns();
        let mut basis = Basis {
            head: (0..all).map(|r| (columns + r) as u32).collect(),
            lengths: vec![1.0; all],
            upper: vec![false; columns + all],
        };
        for _ in 0..ROUNDS {
            let by_column = self.program.matrix.turned(columns);
            let mut run = Run::new(&self.program, &by_column, basis);
            run.run(f64::INFINITY, STEPS);
            *work += run.work;
            if -run.worth < LEAST {
                return None;
            }
            let value = |j: usize| run.value(j).max(0.0);
            let of_rows: Vec<f64> = (0..rows).map(value).collect();
            let of_kinds: Vec<f64> = (rows..rows + kinds).map(value).collect();
            let over = value(rows + kinds);
            basis = run.basis;
            *work += kinds << rows >> 3;
            let worst = self.worst(&of_rows, &of_kinds, over);
            if worst.is_empty() {
                return Some(Local { rows: self.rows, kinds: self.kinds, of_rows, of_kinds });
            }
            worst.iter().for_each(|kinds| self.condition(kinds));
            basis = basis.within(&self.program, self.program.rows());
        }
        None
    }

    /// Kinds, ascending, that together cover more than they and `over` pay for, the worst first.
    fn worst(&mut self, of_rows: &[f64], of_kinds: &[f64], over: f64) -> Vec<Vec<usize>> {
        self.cheapest.fill(f64::INFINITY);
        self.cheapest[0] = 0.0;
        for (j, (&kind, cost)) in self.kinds.iter().zip(of_kinds).enumerate() {
            for set in 0..self.cheapest.len() {
                let (to, by) = (set | kind as usize, self.cheapest[set] + cost);
                if to != set && by < self.cheapest[to] {
                    (self.cheapest[to], self.last[to]) = (by, (set as u32, j));
                }
            }
        }
        let mut worth = vec![0.0; self.cheapest.len()];
        let mut worst: Vec<(f64, usize)> = Vec::new();
        for set in 1..worth.len() {
            worth[set] = worth[set & (set - 1)] + of_rows[set.trailing_zeros() as usize];
            let by = worth[set] - self.cheapest[set] - over;
            if by > BROKEN {
                worst.push((by, set));
            }
        }
        worst.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        worst.truncate(ADDED);
        worst.into_iter().map(|(_, set)| self.kinds_of(set)).collect()
    }

    /// The cheapest kinds that cover a set of rows.
    fn kinds_of(&self, mut set: usize) -> Vec<usize> {
        let mut kinds = Vec::new();
        while set != 0 {
            let (before, kind) = self.last[set];
            kinds.push(kind);
            set = before as usize;
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::iterate::Chance;
    use super::super::super::lagrangian::Scale;
    use super::super::super::problem::{Problem, Rows as Demand};
    use super::super::super::saddle::Point;
    use super::super::super::{Watch, separate};
    use super::super::{Decided, Start, vertex};
    use super::*;
    use crate::coverage::merge;

    fn problem(chance: &mut Chance) -> Problem {
        let sites = 7 + chance.below(5);
        let mut sets = Vec::new();
        for _ in 0..3 * sites {
            let mut set: Vec<u32> = (0..2 + chance.below(3)).map(|_| chance.below(sites) as u32).collect();
            set.sort_unstable();
            set.dedup();
            sets.push((set, 1 + chance.below(40) as u64));
        }
        Problem {
            sites,
            demand: Demand::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
            choose: 2 + chance.below(sites / 2),
            forbidden: vec![false; sites],
            county_of: vec![None; sites],
            preference: vec![0; sites],
            ..Problem::default()
        }
    }

    /// What a cut needs less what a choice, as a mask of sites, brings.
    fn missing(core: &Core, cut: &Cut, choice: u32) -> i64 {
        let taken = |s: u32| choice >> s & 1 == 1;
        let sites: i64 = cut.sites.iter().filter(|s| taken(s.0)).map(|s| i64::from(s.1)).sum();
        let bare = |r: &&u32| !core.sites_of(**r as usize).iter().any(|&s| taken(s));
        cut.need - sites - cut.rows.iter().filter(bare).count() as i64
    }

    /// The same of a relaxed choice.
    fn missing_of_relaxed(core: &Core, cut: &Cut, taken: &[f64]) -> f64 {
        let sites: f64 = cut.sites.iter().map(|&(s, c)| f64::from(c) * taken[s as usize]).sum();
        let cover = |r: u32| core.sites_of(r as usize).iter().map(|&s| taken[s as usize]).sum::<f64>();
        cut.need as f64 - sites - cut.rows.iter().map(|&r| (1.0 - cover(r)).max(0.0)).sum::<f64>()
    }

    #[test]
    fn every_choice_meets_every_local_cut_and_the_relaxed_one_breaks_it() {
        let mut chance = Chance(17);
        let (mut found, mut tight, mut others, mut only) = (0, 0, 0, 0);
        for case in 0..500 {
            let problem = problem(&mut chance);
            let Some(mut core) = Core::of(&problem).filter(|core| !core.is_decided()) else { continue };
            let scale = Scale::of(&problem).expect("small weights");
            let none = vec![None; core.sites.len()];
            let watch = Watch::default();
            let solve = |core: &Core, from: Start<'_>| {
                vertex(Decided { core, fate: &none, service: None }, scale, 0, from, usize::MAX, &watch).0
            };
            let mut at = solve(&core, Start::Near(&Point::even(&core)));
            for _ in 0..4 {
                let half = separate::broken(&core, &at.taken, &mut 0);
                let cuts = broken(&core, &at.taken, usize::MAX, &mut 0);
                only += usize::from(half.is_empty() && !cuts.is_empty());
                for cut in &cuts {
                    let most = (0..1u32 << core.sites.len()).map(|c| missing(&core, cut, c)).max();
                    assert!(most <= Some(0), "case {case}: a choice lacks {most:?} of {cut:?}");
                    tight += usize::from(most == Some(0));
                    let by = missing_of_relaxed(&core, cut, &at.taken);
                    assert!(by > BROKEN, "case {case}: broken by {by}");
                    others += usize::from(cut.rows.len() % 2 == 0 || cut.rows.windows(2).any(|w| w[0] == w[1]));
                }
                found += cuts.len();
                if cuts.is_empty() {
                    break;
                }
                core.cuts.extend(cuts);
                at = solve(&core, Start::At(&at));
            }
        }
        assert_eq!(found, tight, "some choice meets each cut just so");
        assert!(
            found > 300 && others > 5 && only > 20,
            "{found} cuts, {others} not zero-half, {only} rounds of these alone"
        );
    }
}
