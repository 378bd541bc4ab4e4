//! Which cuts does a relaxed choice break? A file of its own because they are looked for by a search over sets of rows.

use super::core::Core;
use super::cut::Cut;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Rows that are looked at, how far from covered once a row may be, how many of those that the relaxed choice covers alike stand
/// for all, and the least that two rows must share to be neighbours.
const LOOKED: usize = 1_500;
const ONCE: f64 = 0.12;
const ALIKE: usize = 2;
const SHARED: f64 = 0.1;
/// Rows of a cut at most; pairs of rows tried at each step; the least that a pair must bring.
const ROWS: usize = 7;
const TRIED: usize = 12;
const BROUGHT: f64 = 0.02;
/// The least that a cut must be broken by, how many are added, and in how many of them a row may stand.
const BROKEN: f64 = 0.04;
const ADDED: usize = 300;
const USES: usize = 4;

/// Cuts that a relaxed choice breaks, those that promise most first; adds to `work` the pairs looked at.
///
/// A set of rows breaks its cut by half of `1 - odd - sum |1 - cover_i|`, where `odd` is how much is taken of the sites that
/// cover an odd number of them. From every row on, pairs of neighbouring rows are added while that falls (as the tabu search of
/// Andreello, Caprara and Fischetti 2007 does, without the way back).
pub fn broken(core: &Core, taken: &[f64], work: &mut usize) -> Vec<Cut> {
    let rows = Rows::of(core, taken, ONCE, ALIKE);
    let mut odd = vec![false; taken.len()];
    let mut found: Vec<(f64, Vec<u32>)> = Vec::new();
    for start in 0..rows.list.len() as u32 {
        let (by, set) = rows.grow(start, &mut odd, work);
        if set.len() > 1 && by > BROKEN {
            let lightest = set.iter().map(|&r| rows.list[r as usize].weight).min().unwrap_or(0);
            found.push((by * lightest as f64, set));
        }
    }
    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    let mut uses = vec![0; rows.list.len()];
    let mut cuts = Vec::new();
    for (_, set) in found {
        if cuts.len() < ADDED && set.iter().all(|&r| uses[r as usize] < USES) {
            set.iter().for_each(|&r| uses[r as usize] += 1);
            cuts.push(Cut::of_rows(core, set.iter().map(|&r| rows.list[r as usize].number).collect()));
        }
    }
    cuts
}

/// A row that is about covered once.
pub(super) struct Row {
    pub(super) number: u32,
    weight: u64,
    /// Sites that are taken in part, ascending.
    pub(super) sites: Vec<u32>,
    /// How far from covered once.
    off: f64,
    /// Rows that share enough, ascending.
    pub(super) near: Vec<u32>,
}

pub(super) struct Rows<'a> {
    pub(super) taken: &'a [f64],
    /// The heaviest first.
    pub(super) list: Vec<Row>,
}

impl<'a> Rows<'a> {
    /// Rows no farther than `once` from covered once; of those that the relaxed choice covers alike, `alike` of the heaviest.
    pub(super) fn of(core: &Core, taken: &'a [f64], once: f64, alike: usize) -> Self {
        let support =
            |r: usize| -> Vec<u32> { core.sites_of(r).iter().copied().filter(|&s| taken[s as usize] > 1e-4).collect() };
        let off = |sites: &[u32]| (sites.iter().map(|&s| taken[s as usize]).sum::<f64>() - 1.0).abs();
        let mut classes: HashMap<Vec<u32>, Vec<usize>> = HashMap::new();
        for r in 0..core.weights.len() {
            let sites = support(r);
            if sites.len() >= 2 && off(&sites) <= once {
                classes.entry(sites).or_default().push(r);
            }
        }
        let mut list: Vec<Row> = Vec::new();
        for (sites, mut class) in classes {
            class.sort_unstable_by_key(|&r| (Reverse(core.weights[r]), r));
            list.extend(class.iter().take(alike).map(|&r| Row {
                number: r as u32,
                weight: core.weights[r],
                off: off(&sites),
                sites: sites.clone(),
                near: Vec::new(),
            }));
        }
        list.sort_unstable_by_key(|r| (Reverse(r.weight), r.number));
        list.truncate(LOOKED);
        let mut of_site: HashMap<u32, Vec<u32>> = HashMap::new();
        for (i, row) in (0..).zip(&list) {
            row.sites.iter().for_each(|&s| of_site.entry(s).or_default().push(i));
        }
        let mut share = vec![0.0; list.len()];
        for (i, row) in (0..).zip(&mut list) {
            let mut near: Vec<u32> = Vec::new();
            for s in &row.sites {
                for &k in &of_site[s] {
                    if share[k as usize] == 0.0 {
                        near.push(k);
                    }
                    share[k as usize] += taken[*s as usize];
                }
            }
            near.sort_unstable();
            let enough = |k: &u32| std::mem::take(&mut share[*k as usize]) > SHARED && *k != i;
            near.retain(enough);
            row.near = near;
        }
        Self { taken, list }
    }

    /// How much of what covers a row is taken.
    pub(super) fn cover(&self, row: u32) -> f64 {
        self.list[row as usize].sites.iter().map(|&s| self.taken[s as usize]).sum()
    }

    /// What a row changes in how much is odd and off.
    fn change(&self, row: u32, odd: &[bool]) -> f64 {
        let row = &self.list[row as usize];
        let signed = |&s: &u32| if odd[s as usize] { -self.taken[s as usize] } else { self.taken[s as usize] };
        row.off + row.sites.iter().map(signed).sum::<f64>()
    }

    fn flip(&self, row: u32, odd: &mut [bool]) {
        self.list[row as usize].sites.iter().for_each(|&s| odd[s as usize] ^= true);
    }

    /// The set grown from a row, ascending, and what its cut is broken by. `odd` is clean before and after.
    fn grow(&self, start: u32, odd: &mut [bool], work: &mut usize) -> (f64, Vec<u32>) {
        let mut set = vec![start];
        let mut rest = self.change(start, odd);
        self.flip(start, odd);
        let mut near = self.list[start as usize].near.clone();
        while set.len() + 2 <= ROWS {
            let others = near.iter().copied().filter(|r| !set.contains(r));
            let mut first: Vec<(f64, u32)> = others.map(|r| (self.change(r, odd), r)).collect();
            first.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            first.truncate(TRIED);
            let mut best: Option<(f64, u32, u32)> = None;
            for &(by, i) in &first {
                self.flip(i, odd);
                for &k in near.iter().chain(&self.list[i as usize].near).filter(|k| **k != i && !set.contains(k)) {
                    *work += self.list[k as usize].sites.len();
                    let left = rest + by + self.change(k, odd);
                    if best.is_none_or(|b| left < b.0) {
                        best = Some((left, i, k));
                    }
                }
                self.flip(i, odd);
            }
            let Some((left, i, k)) = best.filter(|b| b.0 <= rest - BROUGHT) else { break };
            rest = left;
            for row in [i, k] {
                set.push(row);
                self.flip(row, odd);
                near.extend(&self.list[row as usize].near);
            }
            near.sort_unstable();
            near.dedup();
        }
        set.iter().for_each(|&r| self.flip(r, odd));
        set.sort_unstable();
        ((1.0 - rest) / 2.0, set)
    }
}

#[cfg(test)]
mod tests {
    use super::super::cut::Cut;
    use super::super::iterate::Chance;
    use super::super::lagrangian::Scale;
    use super::super::problem::{Problem, Rows};
    use super::super::saddle::{self, Point};
    use super::super::watch::Watch;
    use super::*;
    use crate::coverage::merge;

    /// Rows of two sites, and some of three, drawn by chance.
    fn problem(chance: &mut Chance, sites: usize) -> Problem {
        let mut sets = Vec::new();
        for _ in 0..4 * sites {
            let mut set: Vec<u32> = (0..2 + chance.below(2)).map(|_| chance.below(sites) as u32).collect();
            set.sort_unstable();
            set.dedup();
            sets.push((set, 1 + chance.below(40) as u64));
        }
        Problem {
            sites,
            demand: Rows::new(sites, merge(sets.iter().map(|(s, w)| (&s[..], *w)))),
            choose: 2 + chance.below(sites / 2),
            forbidden: vec![false; sites],
            county_of: vec![None; sites],
            preference: vec![0; sites],
            ..Problem::default()
        }
    }

    /// Every choice of a core, as a mask of open sites.
    fn choices(core: &Core) -> impl Iterator<Item = u32> + '_ {
        (0u32..1 << core.sites.len()).filter(|mask| mask.count_ones() as usize == core.choose)
    }

    fn covers(core: &Core, mask: u32, row: usize) -> bool {
        core.sites_of(row).iter().any(|&s| mask >> s & 1 == 1)
    }

    fn meets(core: &Core, cut: &Cut, mask: u32) -> bool {
        let sites: i64 = cut.sites.iter().filter(|s| mask >> s.0 & 1 == 1).map(|s| i64::from(s.1)).sum();
        let rows = cut.rows.iter().filter(|&&r| !covers(core, mask, r as usize)).count() as i64;
        sites + rows >= cut.need
    }

    fn worth(core: &Core, mask: u32) -> u64 {
        let rows = (0..core.weights.len()).filter(|&r| covers(core, mask, r)).map(|r| core.weights[r]);
        let own = (0..core.own.len()).filter(|s| mask >> s & 1 == 1).map(|s| core.own[s]);
        core.base + rows.chain(own).sum::<u64>()
    }

    #[test]
    fn every_choice_meets_every_cut_also_after_sites_are_decided_and_bounds_with_cuts_hold() {
        let mut chance = Chance(7);
        let (mut found, mut lowered) = (0, 0);
        for case in 0..400 {
            let sites = 7 + chance.below(4);
            let problem = problem(&mut chance, sites);
            let core = Core::of(&problem).expect("nothing is forbidden");
            let scale = Scale::of(&problem).expect("small weights");
            let mut point = Point::even(&core);
            let plain = saddle::bound(&core, scale, 0, &mut point, 400, &Watch::default());
            let best = choices(&core).map(|c| worth(&core, c)).max().expect("a choice");
            assert!(scale.reachable(plain.worth) >= best, "case {case}");
            let cuts = broken(&core, &point.taken, &mut 0);
            found += cuts.len();
            for cut in &cuts {
                assert!(choices(&core).all(|c| meets(&core, cut, c)), "case {case}: {cut:?}");
            }
            let (mut core, mut values) = core.with_cuts(cuts, &plain.multipliers);
            let cut = saddle::bound(&core, scale, 0, &mut point, 400, &Watch::default());
            assert!(scale.reachable(cut.worth) >= best, "case {case}");
            lowered += usize::from(cut.worth < plain.worth);
            while core.choose > 1 && core.sites.len() > core.choose {
                let site = [chance.below(core.sites.len()) as u32];
                let (take, leave) = if chance.below(2) == 0 { (&site[..], &[][..]) } else { (&[][..], &site[..]) };
                let Some((part, kept)) = core.decide(&problem, take, leave, &values) else { break };
                for cut in &part.cuts {
                    assert!(choices(&part).all(|c| meets(&part, cut, c)), "case {case}: {cut:?}");
                }
                let mut at = Point::even(&part);
                at.price = kept.iter().map(|&u| scale.weight(u)).collect();
                let bound = saddle::bound(&part, scale, 0, &mut at, 100, &Watch::default());
                let best = choices(&part).map(|c| worth(&part, c)).max().expect("a choice");
                assert!(scale.reachable(bound.worth) >= best, "case {case}");
                (core, values) = (part, kept);
            }
        }
        assert!(found > 300 && lowered > 50, "{found} cuts, {lowered} bounds lowered");
    }
}
