//! What follows from fixed sites and multipliers, by rules that someone else can recompute? A file of its own because these
//! are the rules that a certificate is checked by: they must stay as they are written down, however the search changes.

use super::problem::{Choice, Problem};
use crate::travel::SiteIndex;

/// The whole problem as a part of the space of choices: required sites taken, those too near them left out.
pub(super) fn inside(problem: &Problem) -> Problem {
    let mut here = Problem { required: Vec::new(), ..problem.clone() };
    problem.required.iter().for_each(|&s| take(&mut here, s));
    here
}

/// Takes a site; those too near it are left out.
pub(super) fn take(here: &mut Problem, site: SiteIndex) {
    if let Err(at) = here.required.binary_search(&site) {
        here.required.insert(at, site);
    }
    if let Some(near) = here.too_near.get(site as usize) {
        near.iter().for_each(|&n| here.forbidden[n as usize] = true);
    }
}

/// Whether counting shows that no choice meets the conditions: a taken site is left out as well, a county has too many
/// or cannot get enough, the number of sites cannot be met, or the cheapest completion exceeds the budget.
pub(super) fn nothing_is_left(here: &Problem) -> bool {
    if here.required.iter().any(|&s| here.forbidden[s as usize]) || here.required.len() > here.choose {
        return true;
    }
    let taken = Choice::of(here, &here.required);
    let free = |s: usize| !here.forbidden[s] && !taken.open[s];
    let mut usable = vec![0; here.counties.len()];
    let mut elsewhere = 0;
    for s in (0..here.sites).filter(|&s| free(s)) {
        match here.county_of[s] {
            Some(c) => usable[c] += 1,
            None => elsewhere += 1,
        }
    }
    let (mut owed, mut most) = (0, elsewhere);
    for ((rule, &has), &more) in here.counties.iter().zip(&taken.per_county).zip(&usable) {
        if has > rule.max || rule.min > rule.max || has + more < rule.min {
            return true;
        }
        owed += rule.min.saturating_sub(has);
        most += more.min(rule.max - has);
    }
    let wanted = here.choose - here.required.len();
    if owed > wanted || most < wanted {
        return true;
    }
    here.budget.as_ref().is_some_and(|(cost, budget)| {
        let mut cheap: Vec<u64> = (0..here.sites).filter(|&s| free(s)).map(|s| cost[s]).collect();
        cheap.sort_unstable();
        taken.spent + cheap.iter().take(wanted).sum::<u64>() > *budget
    })
}

/// The only choice of the right number, where all that may be taken must be or nothing more may; conditions aside.
pub(super) fn only_choice(here: &Problem) -> Option<Vec<SiteIndex>> {
    if here.required.len() == here.choose {
        return Some(here.required.clone());
    }
    let all: Vec<SiteIndex> = (0..here.sites as SiteIndex).filter(|&s| !here.forbidden[s as usize]).collect();
    (all.len() == here.choose).then_some(all)
}

/// The Lagrangian bound, rounded down to what a choice can cover at all: `base` plus a multiple of the common divisor.
pub(super) fn bound(here: &Problem, units: &[u64]) -> u64 {
    let values = values(here, units);
    let chosen = best(here, &values);
    reachable(here, slack(here, units) + sum(&values, &chosen))
}

/// Sites that multipliers decide: with one of the first left out, or one of the second taken, their bound is at most `goal`.
///
/// Forcing a site in costs at most the least valuable site that may leave; forcing one out gains at most the most
/// valuable one that may join (the exchange property of matroid bases), so the exact bound is never above what is used here.
pub(super) fn decided(here: &Problem, units: &[u64], goal: u64) -> (Vec<SiteIndex>, Vec<SiteIndex>) {
    let values = values(here, units);
    let chosen = best(here, &values);
    let total = slack(here, units) + sum(&values, &chosen);
    let mut inside = vec![false; here.sites];
    chosen.iter().for_each(|&s| inside[s as usize] = true);
    let may_leave = |s: usize| inside[s] && here.required.binary_search(&(s as SiteIndex)).is_err();
    let may_join = |s: usize| !inside[s] && !here.forbidden[s];
    let least = (0..here.sites).filter(|&s| may_leave(s)).map(|s| values[s]).min();
    let most = (0..here.sites).filter(|&s| may_join(s)).map(|s| values[s]).max();
    let closed = |total: u64| reachable(here, total) <= goal;
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    if let (Some(least), Some(most)) = (least, most) {
        for (s, &value) in values.iter().enumerate() {
            if may_leave(s) && closed((total + most).saturating_sub(value)) {
                taken.push(s as SiteIndex);
            } else if may_join(s) && closed((total + value).saturating_sub(least)) {
                left.push(s as SiteIndex);
            }
        }
    }
    (taken, left)
}

fn values(here: &Problem, units: &[u64]) -> Vec<u64> {
    here.rows_of().iter().map(|rows| rows.iter().map(|&r| units[r as usize]).sum()).collect()
}

fn slack(here: &Problem, units: &[u64]) -> u64 {
    here.rows().iter().zip(units).map(|(row, u)| row.weight - u).sum()
}

fn sum(values: &[u64], chosen: &[SiteIndex]) -> u64 {
    chosen.iter().map(|&s| values[s as usize]).sum()
}

fn reachable(here: &Problem, above_base: u64) -> u64 {
    let gcd = |mut a: u64, mut b: u64| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let divisor = here.rows().iter().fold(0, |d, row| gcd(d, row.weight)).max(1);
    here.base + above_base / divisor * divisor
}

/// The most valuable choice that keeps number and counties: what is taken, then the best of each county up to its
/// minimum, then the best of the rest up to the maxima. Greedy is exact here: the conditions form a laminar matroid.
pub(super) fn best<V: Copy + Ord>(here: &Problem, values: &[V]) -> Vec<SiteIndex> {
    let mut chosen = here.required.clone();
    let mut per_county = vec![0; here.counties.len()];
    let count = |s: SiteIndex, per_county: &mut [usize]| {
        if let Some(c) = here.county_of[s as usize] {
            per_county[c] += 1;
        }
    };
    chosen.iter().for_each(|&s| count(s, &mut per_county));
    let free = |s: &SiteIndex| !here.forbidden[*s as usize] && here.required.binary_search(s).is_err();
    let mut rest: Vec<SiteIndex> = (0..here.sites as SiteIndex).filter(free).collect();
    rest.sort_unstable_by_key(|&s| (std::cmp::Reverse(values[s as usize]), s));
    rest.retain(|&s| {
        let owed = here.county_of[s as usize].is_some_and(|c| per_county[c] < here.counties[c].min);
        if owed {
            chosen.push(s);
            count(s, &mut per_county);
        }
        !owed
    });
    for s in rest {
        if chosen.len() >= here.choose {
            break;
        }
        if here.county_of[s as usize].is_none_or(|c| per_county[c] < here.counties[c].max) {
            chosen.push(s);
            count(s, &mut per_county);
        }
    }
    chosen
}
