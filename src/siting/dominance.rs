//! Which sites need not be looked at because another is at least as good?
//! A file of its own because the argument why they may go is one of its own, and depends on the side conditions.

use super::core::Core;
use super::problem::Problem;

/// Open sites that can be left out without losing the best objective, one after the other: site `j` goes while a site
/// `i` that stays falls under the same county rule and covers every open row that `j` covers.
///
/// Why a best choice without `j` remains: where `i` is not chosen, it takes the place of `j`. Where both are, `j` adds
/// nothing, and any other site under the same rule takes its place; there is one as long as every rule keeps as
/// many sites as can be chosen under it. Spacing, budget and cuts could forbid the replacement: with
/// them nothing goes.
/// Of two sites that cover the same, the larger preference stays, then the lower number.
///
/// Costs the sites of the shortest row of each site, times the rows until the first difference.
pub fn dominated(problem: &Problem, core: &Core) -> Vec<u32> {
    if !core.cuts.is_empty() || problem.budget.is_some() || problem.too_near.iter().any(|n| !n.is_empty()) {
        return Vec::new();
    }
    let rules = core.counties.len();
    let rule = |s: usize| core.county_of[s].unwrap_or(rules);
    let mut kept = vec![0; rules + 1];
    (0..core.sites.len()).for_each(|s| kept[rule(s)] += 1);
    let least: Vec<usize> =
        (0..=rules).map(|c| core.counties.get(c).map_or(core.choose, |c| c.1.min(core.choose))).collect();
    let prefer = |s: usize| (problem.preference[core.sites[s] as usize], std::cmp::Reverse(s));
    let mut gone = vec![false; core.sites.len()];
    for j in 0..core.sites.len() {
        if core.own[j] > 0 || kept[rule(j)] <= least[rule(j)] {
            continue;
        }
        let rows = core.rows_of(j);
        let beats = |i: usize| {
            i != j
                && !gone[i]
                && rule(i) == rule(j)
                && within(rows, core.rows_of(i))
                && (core.own[i] > 0 || core.rows_of(i).len() > rows.len() || prefer(i) > prefer(j))
        };
        let shortest = rows.iter().min_by_key(|&&r| core.sites_of(r as usize).len());
        gone[j] = match shortest {
            Some(&r) => core.sites_of(r as usize).iter().any(|&i| beats(i as usize)),
            None => (0..core.sites.len()).any(beats),
        };
        kept[rule(j)] -= usize::from(gone[j]);
    }
    (0..).zip(gone).filter(|g| g.1).map(|g| g.0).collect()
}

/// Whether every item of `few` is in `many`; both ascending.
fn within(few: &[u32], many: &[u32]) -> bool {
    let mut at = many.iter();
    few.len() <= many.len() && few.iter().all(|x| at.by_ref().find(|y| *y >= x) == Some(x))
}
