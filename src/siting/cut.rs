//! Which inequalities does every choice meet that relaxed ones break? On the city instances they close about three quarters of
//! what the relaxation leaves open. A file of its own because they are found by looking at rows three at a time.

use super::core::Core;
use std::collections::HashMap;

/// `sum of coefficient * taken + sum of 1 - covered over rows >= need`, for every choice in a core.
///
/// A zero-half cut (Caprara and Fischetti 1996) over three rows: at most one more of them is covered than there are stations
/// that cover any, those that cover all three counted twice. Half the sum of the rows' own inequalities, rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Open sites, ascending, and their coefficients.
    pub sites: Vec<(u32, i32)>,
    /// Rows, ascending; one may stand more than once.
    pub rows: Vec<u32>,
    /// What they add up to at least.
    pub need: i64,
}

/// What becomes of a row when sites are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFate {
    /// A taken site covers it.
    Covered,
    /// Nothing can cover it any more.
    Lost,
    /// One open site covers it.
    Own(u32),
    /// It stays, with this number.
    Row(u32),
}

/// A condition that cannot be met.
#[derive(Debug)]
pub struct Broken;

impl Cut {
    /// What is left once sites are decided: `site` tells the new number of an open site, or whether it is taken.
    ///
    /// # Errors
    /// When no choice can meet it any more.
    pub(super) fn within(
        &self,
        site: impl Fn(u32) -> Result<u32, bool>,
        row: impl Fn(u32) -> RowFate,
    ) -> Result<Option<Self>, Broken> {
        let mut left = Self { sites: Vec::with_capacity(self.sites.len()), rows: Vec::new(), need: self.need };
        for &(s, coefficient) in &self.sites {
            match site(s) {
                Ok(number) => left.sites.push((number, coefficient)),
                Err(true) => left.need -= i64::from(coefficient),
                Err(false) => {}
            }
        }
        for &r in &self.rows {
            match row(r) {
                RowFate::Covered => {}
                RowFate::Lost => left.need -= 1,
                RowFate::Row(number) => left.rows.push(number),
                // Not covered is 1 less whether the site is taken.
                RowFate::Own(site) => {
                    left.need -= 1;
                    match left.sites.binary_search_by_key(&site, |s| s.0) {
                        Ok(at) => left.sites[at].1 -= 1,
                        Err(at) => left.sites.insert(at, (site, -1)),
                    }
                }
            }
        }
        left.sites.retain(|s| s.1 != 0);
        left.rows.sort_unstable();
        let sum = |sign: i32| {
            left.sites.iter().map(|s| i64::from(s.1)).filter(|c| c.signum() == i64::from(sign)).sum::<i64>()
        };
        let (most, least) = (sum(1) + left.rows.len() as i64, sum(-1));
        match () {
            () if most < left.need => Err(Broken),
            () if least >= left.need => Ok(None),
            () => Ok(Some(left)),
        }
    }
}

/// Rows that are looked at, how far from covered once a row may be, and the least that two of them must share.
const LOOKED: usize = 1_500;
const ONCE: f64 = 0.12;
const SHARED: f64 = 0.2;
/// The least that a cut must be broken by, how many are added, and in how many of them a row may stand.
const BROKEN: f64 = 0.04;
const ADDED: usize = 300;
const USES: usize = 4;

/// Cuts that a relaxed choice breaks, those that promise most first.
pub fn broken(core: &Core, taken: &[f64]) -> Vec<Cut> {
    let support =
        |r: usize| -> Vec<u32> { core.sites_of(r).iter().copied().filter(|&s| taken[s as usize] > 1e-4).collect() };
    let sum = |sites: &[u32]| sites.iter().map(|&s| taken[s as usize]).sum::<f64>();
    // Of rows that the relaxed choice covers alike two stand for all: the heaviest.
    let mut classes: HashMap<Vec<u32>, Vec<usize>> = HashMap::new();
    for r in 0..core.weights.len() {
        let sites = support(r);
        if sites.len() >= 2 && (sum(&sites) - 1.0).abs() <= ONCE {
            classes.entry(sites).or_default().push(r);
        }
    }
    let mut rows: Vec<(u64, usize, Vec<u32>)> = Vec::new();
    for (sites, mut class) in classes {
        class.sort_unstable_by_key(|&r| (std::cmp::Reverse(core.weights[r]), r));
        rows.extend(class.iter().take(2).map(|&r| (core.weights[r], r, sites.clone())));
    }
    rows.sort_unstable_by_key(|r| (std::cmp::Reverse(r.0), r.1));
    rows.truncate(LOOKED);
    let mut of_site: HashMap<u32, Vec<usize>> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        row.2.iter().for_each(|&s| of_site.entry(s).or_default().push(i));
    }
    let shared: Vec<HashMap<usize, f64>> = (0..rows.len())
        .map(|i| {
            let mut with: HashMap<usize, f64> = HashMap::new();
            for s in &rows[i].2 {
                of_site[s].iter().filter(|&&k| k > i).for_each(|&k| *with.entry(k).or_default() += taken[*s as usize]);
            }
            with.retain(|_, mass| (SHARED..1.0 - SHARED).contains(mass));
            with
        })
        .collect();
    let covered: Vec<(f64, f64)> = rows.iter().map(|r| sum(&r.2)).map(|sum| (sum.min(1.0), sum)).collect();
    let mut found: Vec<(f64, [usize; 3])> = Vec::new();
    for i in 0..rows.len() {
        let mut with: Vec<(usize, f64)> = shared[i].iter().map(|(k, mass)| (*k, *mass)).collect();
        with.sort_unstable_by_key(|w| w.0);
        let mut here: Vec<(f64, [usize; 3])> = Vec::new();
        for (at, &(k, ik)) in with.iter().enumerate() {
            for &(l, il) in &with[at + 1..] {
                let Some(kl) = shared[k].get(&l) else { continue };
                let all = [i, k, l];
                let pairs = ik + il + kl;
                let limit: f64 = all.iter().map(|&r| covered[r].0 - covered[r].1).sum::<f64>() - 1.0 + pairs;
                if limit <= BROKEN {
                    continue;
                }
                let three = |s: &&u32| rows[k].2.binary_search(s).is_ok() && rows[l].2.binary_search(s).is_ok();
                let three: f64 = rows[i].2.iter().filter(three).map(|&s| taken[s as usize]).sum();
                let by = limit - 2.0 * three;
                if by > BROKEN {
                    here.push((by * all.map(|r| rows[r].0).into_iter().min().unwrap_or(0) as f64, all));
                }
            }
        }
        here.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.extend(here.into_iter().take(3 * USES));
    }
    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut uses = vec![0; rows.len()];
    let mut cuts = Vec::new();
    for (_, all) in found {
        if all.iter().all(|&r| uses[r] < USES) {
            all.iter().for_each(|&r| uses[r] += 1);
            cuts.push(of_three(core, all.map(|r| rows[r].1)));
            if cuts.len() == ADDED {
                break;
            }
        }
    }
    cuts
}

/// The cut of three rows.
fn of_three(core: &Core, mut rows: [usize; 3]) -> Cut {
    rows.sort_unstable();
    let mut sites: Vec<u32> = rows.iter().flat_map(|&r| core.sites_of(r)).copied().collect();
    sites.sort_unstable();
    let counted = sites.chunk_by(|a, b| a == b).map(|same| (same[0], (same.len() as i32 + 1) / 2));
    Cut { sites: counted.collect(), rows: rows.map(|r| r as u32).to_vec(), need: 2 }
}

#[cfg(test)]
mod tests {
    use super::super::iterate::Chance;
    use super::super::lagrangian::Scale;
    use super::super::problem::{Problem, Rows};
    use super::super::saddle::{self, Point};
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
            let plain = saddle::bound(&core, scale, 0, &mut point, 400);
            let best = choices(&core).map(|c| worth(&core, c)).max().expect("a choice");
            assert!(scale.reachable(plain.worth) >= best, "case {case}");
            let cuts = broken(&core, &point.taken);
            found += cuts.len();
            for cut in &cuts {
                assert!(choices(&core).all(|c| meets(&core, cut, c)), "case {case}: {cut:?}");
            }
            let (mut core, mut values) = core.with_cuts(cuts, &plain.multipliers);
            let cut = saddle::bound(&core, scale, 0, &mut point, 400);
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
                let bound = saddle::bound(&part, scale, 0, &mut at, 100);
                let best = choices(&part).map(|c| worth(&part, c)).max().expect("a choice");
                assert!(scale.reachable(bound.worth) >= best, "case {case}");
                (core, values) = (part, kept);
            }
        }
        assert!(found > 300 && lowered > 50, "{found} cuts, {lowered} bounds lowered");
    }
}
