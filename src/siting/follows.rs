//! What follows from fixed sites, by rules that someone else can recompute? A file of its own because these are, with
//! [`super::leaf_prices`], the rules that a certificate is checked by: they must stay as they are written down.

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
