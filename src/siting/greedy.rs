//! A first choice: the site that adds most, again and again. A file of its own because every better method starts here.

use super::problem::{Choice, Problem};
use crate::travel::SiteIndex;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Sites looked at before the search for any admissible choice is cut off.
const MOST_STEPS: usize = 200_000;

/// Sites by what they add to those taken so far, largest first; ties go to the larger preference, then the lower index.
///
/// Gains are lazy (Minoux 1978): they only shrink as sites are taken, so a site whose outdated gain is not the largest
/// need not be looked at again.
struct ByGain<'a> {
    problem: &'a Problem,
    covered: Vec<bool>,
    heap: BinaryHeap<(u64, u64, Reverse<SiteIndex>, usize)>,
    taken: usize,
}

impl<'a> ByGain<'a> {
    /// On top of `chosen`, among the sites that `may` join.
    fn new(problem: &'a Problem, chosen: &[SiteIndex], may: impl Fn(SiteIndex) -> bool) -> Self {
        let mut by = Self { problem, covered: vec![false; problem.rows().len()], heap: BinaryHeap::new(), taken: 0 };
        chosen.iter().for_each(|&s| by.cover(s));
        let sites = (0..problem.sites as SiteIndex).filter(|&s| may(s));
        by.heap = sites.map(|s| (by.gain(s), problem.preference[s as usize], Reverse(s), 0)).collect();
        by
    }

    /// Takes the best site that `may` join; one that may not is never asked for again.
    fn take(&mut self, may: impl Fn(SiteIndex) -> bool) -> Option<(SiteIndex, u64)> {
        while let Some((gain, preference, Reverse(s), seen)) = self.heap.pop() {
            if !may(s) {
                continue;
            }
            if seen < self.taken {
                self.heap.push((self.gain(s), preference, Reverse(s), self.taken));
                continue;
            }
            self.cover(s);
            self.taken += 1;
            return Some((s, gain));
        }
        None
    }

    fn gain(&self, s: SiteIndex) -> u64 {
        let open = self.problem.rows_of()[s as usize].iter().filter(|&&r| !self.covered[r as usize]);
        open.map(|&r| self.problem.rows()[r as usize].weight).sum()
    }

    fn cover(&mut self, s: SiteIndex) {
        self.problem.rows_of()[s as usize].iter().for_each(|&r| self.covered[r as usize] = true);
    }
}

/// Greedy adding (Church and ReVelle 1974).
///
/// Required sites come first; a site is taken only while the county minima can still be met and the budget can still pay
/// the cheapest completion: neither ever comes back while sites are only added. Returns `None` when no admissible
/// choice was found.
pub fn greedy(problem: &Problem) -> Option<Vec<SiteIndex>> {
    let mut choice = Choice::of(problem, &problem.required);
    let spare = cheapest_completion(problem);
    let mut by_gain = ByGain::new(problem, &problem.required, |s| choice.admits(s));
    while choice.chosen.len() < problem.choose {
        let may = |s| choice.admits(s) && choice.leaves_room(s) && affordable(problem, &choice, s, &spare);
        match by_gain.take(may) {
            Some((s, _)) => choice.add(s),
            None => return any(problem),
        }
    }
    Some(choice.chosen)
}

/// Order of `chosen` by what each adds to those before it.
pub fn in_order_of_gain(problem: &Problem, before: &[SiteIndex], chosen: &[SiteIndex]) -> Vec<SiteIndex> {
    let mut by_gain = ByGain::new(problem, before, |s| chosen.contains(&s));
    std::iter::from_fn(|| by_gain.take(|_| true)).map(|(s, _)| s).collect()
}

/// What further stations, after `chosen`, would add most: all that still add something, in that order.
///
/// Each of them could join `chosen` as it stands. That they together exceed a county's most or the budget is no matter:
/// more stations than the target are a new decision. They do keep their distance from one another.
pub fn further(problem: &Problem, chosen: &[SiteIndex]) -> Vec<SiteIndex> {
    let now = Choice::of(problem, chosen);
    let beyond =
        Problem { counties: Vec::new(), county_of: vec![None; problem.sites], budget: None, ..problem.clone() };
    let mut choice = Choice::of(&beyond, chosen);
    let mut by_gain = ByGain::new(problem, chosen, |s| now.admits(s));
    let mut extra = Vec::new();
    while let Some((s, gain)) = by_gain.take(|s| choice.admits(s))
        && gain > 0
    {
        choice.add(s);
        extra.push(s);
    }
    extra
}

/// Cost of the `n` cheapest usable sites, by `n`.
fn cheapest_completion(problem: &Problem) -> Vec<u64> {
    let Some((cost, _)) = &problem.budget else { return Vec::new() };
    let mut cheap: Vec<u64> = (0..problem.sites).filter(|&s| !problem.forbidden[s]).map(|s| cost[s]).collect();
    cheap.sort_unstable();
    let mut sums = vec![0];
    sums.extend(cheap.iter().scan(0u64, |sum, c| {
        *sum = sum.saturating_add(*c);
        Some(*sum)
    }));
    sums
}

fn affordable(problem: &Problem, choice: &Choice<'_>, s: SiteIndex, spare: &[u64]) -> bool {
    problem.budget.as_ref().is_none_or(|(cost, most)| {
        let left = problem.choose - choice.chosen.len() - 1;
        choice.spent + cost[s as usize] + spare.get(left).copied().unwrap_or(0) <= *most
    })
}

/// Any admissible choice, by depth-first search over sites in order of few conflicts and low cost.
fn any(problem: &Problem) -> Option<Vec<SiteIndex>> {
    let mut order: Vec<SiteIndex> =
        (0..problem.sites as SiteIndex).filter(|&s| !problem.forbidden[s as usize]).collect();
    order.sort_by_key(|&s| {
        let i = s as usize;
        (problem.too_near.get(i).map_or(0, Vec::len), problem.budget.as_ref().map_or(0, |b| b.0[i]), s)
    });
    let mut choice = Choice::of(problem, &problem.required);
    let mut steps = 0;
    descend(problem, &order, &mut choice, &mut steps).then_some(choice.chosen)
}

fn descend(problem: &Problem, order: &[SiteIndex], choice: &mut Choice<'_>, steps: &mut usize) -> bool {
    let left = problem.choose - choice.chosen.len();
    if left == 0 {
        return choice.owed() == 0;
    }
    for (i, &s) in order.iter().enumerate() {
        *steps += 1;
        if *steps > MOST_STEPS || order.len() - i < left {
            return false;
        }
        if choice.admits(s) && choice.leaves_room(s) {
            choice.add(s);
            if descend(problem, &order[i + 1..], choice, steps) {
                return true;
            }
            choice.remove(s);
        }
    }
    false
}
