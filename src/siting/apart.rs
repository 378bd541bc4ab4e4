//! Parts of a problem that share nothing are solved apart: how many stations does each part get? A file of its own because it
//! asks another method about parts and never looks at a row itself.

use super::problem::{CountyRule, Problem, Rows};
use super::relaxed::{self, Effort};
use super::{Answer, BranchAndBound, Infeasible, Method, Watch, infeasible};
use crate::coverage::MergedRow;
use crate::travel::SiteIndex;
use rayon::prelude::*;

/// Rounds of the first bound of a part, and of those for one station more each.
const ROUNDS: (usize, usize) = (150, 20);
/// Pairs of part and number beyond which splitting is not worth its while.
const MOST_ENTRIES: usize = 100_000;

/// Solves parts that share no demand, no county limit and no spacing apart, and splits the number of stations exactly.
///
/// 1. Parts are what rows, counties and spacing connect. With one part only, with a budget or with service beyond covering
///    everything is connected, and the whole is solved as it stands; so it is where one part holds more than half of all pairs:
///    that one is as hard as the whole, and would be solved for one number of stations after the other.
/// 2. Per part and number of stations an upper bound, each from its neighbour's multipliers.
/// 3. The best split by these bounds (dynamic programming over parts). What it rests on is solved; then the next best split,
///    until one rests on solved parts only: no other can be better.
///
/// Costs a solve for each part and number that some split of the largest bound asks for, most often one or two per part.
#[derive(Debug, Clone, Copy, Default)]
pub struct Apart(pub BranchAndBound);

/// A part with its own numbering.
struct Piece {
    sites: Vec<SiteIndex>,
    problem: Problem,
    /// Fewest and most stations worth a look.
    least: usize,
    entries: Vec<Entry>,
}

/// One number of stations in a part.
#[derive(Debug, Clone)]
struct Entry {
    /// No choice covers more; `None` when there is none.
    bound: Option<u64>,
    solved: Option<(u64, Vec<SiteIndex>)>,
}

impl Method for Apart {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn solve(&self, problem: &Problem, starts: &[Vec<SiteIndex>]) -> Result<Answer, Infeasible> {
        self.watched(problem, starts, &Watch::default())
    }
}

impl Apart {
    /// As [`Method::solve`], followed and ended early through `watch`.
    ///
    /// # Errors
    /// The conditions that conflict when no choice meets them all.
    pub fn watched(&self, problem: &Problem, starts: &[Vec<SiteIndex>], watch: &Watch) -> Result<Answer, Infeasible> {
        let whole = || self.0.watched(problem, starts, watch);
        if problem.service.is_some() || problem.budget.is_some() || problem.choose == 0 {
            return whole();
        }
        infeasible::check(problem)?;
        let parts = parts(problem);
        let pairs = |part: &Vec<SiteIndex>| part.iter().map(|&s| problem.rows_of()[s as usize].len()).sum::<usize>();
        let (all, most) = parts.iter().map(pairs).fold((0, 0), |(all, most), n| (all + n, most.max(n)));
        if parts.len() < 2 || 2 * most > all || parts.len() * (problem.choose + 1) > MOST_ENTRIES {
            return whole();
        }
        let mut pieces: Vec<Piece> = parts.into_par_iter().map(|sites| Piece::of(problem, sites)).collect();
        loop {
            let Some((bound, split)) = best_split(&pieces, problem.choose, |entry| entry.bound) else {
                return Err(Infeasible::NotTogether);
            };
            let bound = problem.base + bound;
            let open: Vec<(usize, usize)> =
                split.iter().copied().enumerate().filter(|&(k, n)| pieces[k].entry(n).solved.is_none()).collect();
            let found = best_split(&pieces, problem.choose, |entry| entry.solved.as_ref().map(|s| s.0));
            let told = found.as_ref().map_or(0, |(value, _)| problem.base + value);
            if open.is_empty() || (found.is_some() && watch.tell(told, bound)) {
                let (value, split) = found.expect("a split that is solved is a split");
                let mut chosen: Vec<SiteIndex> =
                    split.iter().enumerate().flat_map(|(k, &n)| pieces[k].chosen(n)).collect();
                chosen.sort_unstable();
                let objective = problem.base + value;
                debug_assert!(problem.admits(&chosen) && problem.objective(&chosen) == objective);
                return Ok(Answer { chosen, objective, bound: bound.max(objective) });
            }
            if watch.stopped() {
                let answer = whole()?;
                return Ok(Answer { bound: answer.bound.min(bound).max(answer.objective), ..answer });
            }
            let solve = |&(k, n): &(usize, usize)| {
                let piece = &pieces[k];
                self.0.watched(&Problem { choose: n, ..piece.problem.clone() }, &[], &watch.inner())
            };
            let solved: Vec<Result<Answer, Infeasible>> = open.par_iter().map(solve).collect();
            for (&(k, n), answer) in open.iter().zip(solved) {
                let entry = pieces[k].entry_mut(n);
                match answer {
                    Ok(answer) => {
                        entry.bound = entry.bound.map(|b| b.min(answer.bound)).max(Some(answer.objective));
                        entry.solved = Some((answer.objective, answer.chosen));
                    }
                    // Not known to be impossible, so nothing can be said of this split.
                    Err(Infeasible::NoneFound) => return whole(),
                    Err(_) => *entry = Entry { bound: None, solved: None },
                }
            }
        }
    }
}

impl Piece {
    /// The part of a problem that concerns these sites, with a bound for every number of stations.
    fn of(problem: &Problem, sites: Vec<SiteIndex>) -> Self {
        let number = |s: SiteIndex| sites.binary_search(&s).ok().map(|i| i as SiteIndex);
        let mut touched: Vec<u32> = sites.iter().flat_map(|&s| problem.rows_of()[s as usize].iter().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        let row = |&r: &u32| {
            let row = &problem.rows()[r as usize];
            MergedRow { sites: row.sites.iter().filter_map(|&s| number(s)).collect(), weight: row.weight }
        };
        let mut rules: Vec<usize> = sites.iter().filter_map(|&s| problem.county_of[s as usize]).collect();
        rules.sort_unstable();
        rules.dedup();
        let county = |s: &SiteIndex| problem.county_of[*s as usize].and_then(|c| rules.binary_search(&c).ok());
        let near = |s: &SiteIndex| {
            let near = problem.too_near.get(*s as usize).into_iter().flatten();
            near.filter_map(|&n| number(n)).collect::<Vec<_>>()
        };
        let part = Problem {
            sites: sites.len(),
            demand: Rows::new(sites.len(), touched.iter().map(row).collect()),
            required: problem.required.iter().filter_map(|&s| number(s)).collect(),
            forbidden: vec![false; sites.len()],
            counties: rules.iter().map(|&c| CountyRule::clone(&problem.counties[c])).collect(),
            county_of: sites.iter().map(county).collect(),
            too_near: if problem.too_near.is_empty() { Vec::new() } else { sites.iter().map(near).collect() },
            preference: sites.iter().map(|&s| problem.preference[s as usize]).collect(),
            ..Problem::default()
        };
        let least = part.required.len();
        let most = sites.len().min(problem.choose);
        let mut from: Option<Vec<f64>> = None;
        let entry = |n: usize| {
            let here = Problem { choose: n, ..part.clone() };
            if infeasible::check(&here).is_err() {
                return Entry { bound: None, solved: None };
            }
            let rounds = if from.is_some() { ROUNDS.1 } else { ROUNDS.0 };
            let step = if from.is_some() { 0.3 } else { 1.0 };
            let found = relaxed::bound(&here, 0, Effort { from: from.as_deref(), rounds, step });
            from = Some(found.multipliers);
            let solved = (n == 0).then(|| (0, Vec::new()));
            Entry { bound: Some(if n == 0 { 0 } else { found.bound }), solved }
        };
        let entries = (least..=most.max(least)).map(entry).collect();
        Self { sites, problem: part, least, entries }
    }

    fn entry(&self, n: usize) -> &Entry {
        &self.entries[n - self.least]
    }

    fn entry_mut(&mut self, n: usize) -> &mut Entry {
        &mut self.entries[n - self.least]
    }

    /// What is chosen here, as the whole problem numbers sites.
    fn chosen(&self, n: usize) -> Vec<SiteIndex> {
        let solved = self.entry(n).solved.iter().flat_map(|s| &s.1);
        solved.map(|&s| self.sites[s as usize]).collect()
    }
}

/// Usable sites by part, parts by their first site.
fn parts(problem: &Problem) -> Vec<Vec<SiteIndex>> {
    let mut leader: Vec<usize> = (0..problem.sites).collect();
    fn find(leader: &mut [usize], mut s: usize) -> usize {
        while leader[s] != s {
            leader[s] = leader[leader[s]];
            s = leader[s];
        }
        s
    }
    let usable = |s: usize| !problem.forbidden[s];
    let mut join = |group: &mut dyn Iterator<Item = usize>| {
        let mut group = group.filter(|&s| usable(s));
        let Some(first) = group.next() else { return };
        for s in group {
            let (a, b) = (find(&mut leader, first), find(&mut leader, s));
            leader[a.max(b)] = a.min(b);
        }
    };
    problem.rows().iter().for_each(|row| join(&mut row.sites.iter().map(|&s| s as usize)));
    for c in 0..problem.counties.len() {
        join(&mut (0..problem.sites).filter(|&s| problem.county_of[s] == Some(c)));
    }
    for (s, near) in problem.too_near.iter().enumerate() {
        join(&mut std::iter::once(s).chain(near.iter().map(|&n| n as usize)));
    }
    let mut found: Vec<Vec<SiteIndex>> = vec![Vec::new(); problem.sites];
    for s in (0..problem.sites).filter(|&s| usable(s)) {
        let first = find(&mut leader, s);
        found[first].push(s as SiteIndex);
    }
    found.retain(|part| !part.is_empty());
    found
}

/// The best split of a number of stations over parts, each worth what `value` says; `None` when there is none.
fn best_split(pieces: &[Piece], choose: usize, value: impl Fn(&Entry) -> Option<u64>) -> Option<(u64, Vec<usize>)> {
    // Best total of the parts so far for each number of stations, and how many the last part gets.
    let mut best: Vec<Option<u64>> = vec![None; choose + 1];
    best[0] = Some(0);
    let mut gets: Vec<Vec<usize>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let mut next: Vec<Option<u64>> = vec![None; choose + 1];
        let mut here = vec![0; choose + 1];
        for (i, entry) in piece.entries.iter().enumerate() {
            let (n, Some(worth)) = (piece.least + i, value(entry)) else { continue };
            for before in 0..=choose.saturating_sub(n) {
                if let Some(total) = best[before].map(|b| b + worth)
                    && before + n <= choose
                    && next[before + n].is_none_or(|t| total > t)
                {
                    (next[before + n], here[before + n]) = (Some(total), n);
                }
            }
        }
        (best, gets) = (next, {
            gets.push(here);
            gets
        });
    }
    let total = best[choose]?;
    let mut left = choose;
    let mut split = vec![0; pieces.len()];
    for (k, here) in gets.iter().enumerate().rev() {
        split[k] = here[left];
        left -= here[left];
    }
    Some((total, split))
}
