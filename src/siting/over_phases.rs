//! In which order, when every phase counts? The weighted sum over nested phases, exactly. A file of its own because it turns a
//! plan over time into one choice: which site, and from which phase on.

use super::joined::{Joined, Limit, joined};
use super::problem::{CountyRule, Problem, Rows};
use super::service::{Rule, Service, ServiceRow};
use super::{Answer, Infeasible, Method};
use crate::coverage::merge;
use crate::travel::SiteIndex;
use std::sync::Arc;

/// Parts in which the weights of phases are counted at most, and what the sum may come to.
const PARTS: (f64, f64) = (1000.0, 4e15);

/// Nested sets of sites, one per phase, that are best for the weighted sum over phases, and the sum with its bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverPhases {
    /// New sites by the end of each phase, ascending.
    pub sets: Vec<Vec<SiteIndex>>,
    /// The largest weight of a phase is so many parts.
    pub parts: u64,
    /// Sum over phases of weight covered times the phase's weight in parts.
    pub objective: u64,
    /// No nested plan under the same conditions has a larger sum.
    pub bound: u64,
}

/// `max sum_t weight_t covered(S_t)` over `S_1 <= S_2 <= ...` with `news[t]` new sites each; the conditions of `problem` hold at
/// the end.
///
/// 1. Site `j` opened in phase `t` is a site of its own; it covers the rows of `j` in phase `t` and in all later ones.
/// 2. The phases are what counties are elsewhere: each opens so many sites. Copies of one site stand too near each other.
/// 3. Required sites and county limits become least amounts, over rows that weigh nothing, unless small components are joined.
///
/// # Errors
/// Those of the method.
pub fn over_phases(
    method: &dyn Method,
    problem: &Problem,
    news: &[usize],
    weights: &[f64],
) -> Result<OverPhases, Infeasible> {
    let (sites, phases) = (problem.sites, news.len());
    let most = weights.iter().copied().fold(0.0, f64::max);
    let of = (PARTS.1 / (problem.coverable().max(1) as f64 * phases as f64)).floor().clamp(1.0, PARTS.0);
    let parts: Vec<u64> = weights.iter().map(|w| (w / most * of).round() as u64).collect();
    let copy = |site: SiteIndex, phase: usize| (phase * sites) as SiteIndex + site;
    let until = |set: &[SiteIndex], phase: usize| -> Vec<SiteIndex> {
        (0..=phase).flat_map(|t| set.iter().map(move |&s| copy(s, t))).collect()
    };
    let mut rows: Vec<(Vec<SiteIndex>, u64)> = Vec::new();
    for (phase, part) in parts.iter().enumerate().filter(|(_, part)| **part > 0) {
        rows.extend(problem.rows().iter().map(|row| (until(&row.sites, phase), row.weight * part)));
    }
    let all = sites * phases;
    let before = |t: usize| if t == 0 { 0 } else { news[t - 1] };
    let opens = |t: usize| CountyRule { county: String::new(), min: news[t] - before(t), max: news[t] - before(t) };
    let near = |s: usize| {
        let neighbours = problem.too_near.get(s).into_iter().flatten().copied().chain([s as SiteIndex]);
        let sets: Vec<SiteIndex> = neighbours.collect();
        (0..phases).flat_map(move |t| sets.clone().into_iter().map(move |n| copy(n, t)))
    };
    let too_near = (0..all).map(|c| {
        let mut near: Vec<SiteIndex> = near(c % sites).filter(|&n| n as usize != c).collect();
        near.sort_unstable();
        near
    });
    let merged = merge(rows.iter().map(|(set, weight)| (&set[..], *weight)));
    let limits = limits(problem, &|s| (0..phases).map(|t| copy(s, t)).collect());
    let rules = rules(problem, news[phases - 1]);
    let service = (!rules.is_empty()).then(|| {
        let mut rows: Vec<ServiceRow> = merged
            .iter()
            .map(|row| ServiceRow { sites: row.sites.clone(), first: row.weight, ..ServiceRow::default() })
            .collect();
        let mut asked = Vec::new();
        for (name, sets, least) in rules {
            let from = rows.len() as u32;
            asked.push(Rule { name, rows: (from..).take(sets.len()).map(|r| (r, 1)).collect(), least });
            rows.extend(sets.iter().map(|set| ServiceRow { sites: until(set, phases - 1), ..ServiceRow::default() }));
        }
        let mut service = Service::new(all, 0, rows);
        service.rules = asked;
        Arc::new(service)
    });
    let laid = Problem {
        sites: all,
        demand: Rows::new(all, merged),
        base: 0,
        choose: news[phases - 1],
        required: Vec::new(),
        forbidden: (0..all).map(|c| problem.forbidden[c % sites]).collect(),
        counties: (0..phases).map(opens).collect(),
        county_of: (0..all).map(|c| Some(c / sites)).collect(),
        too_near: too_near.collect(),
        budget: problem.budget.as_ref().map(|(cost, most)| ((0..all).map(|c| cost[c % sites]).collect(), *most)),
        preference: (0..all).map(|c| problem.preference[c % sites]).collect(),
        service,
    };
    // Small components need no search, and their county limits no least amounts.
    let Answer { chosen, objective, bound } = match joined(&Problem { service: None, ..laid.clone() }, &limits) {
        Some(Joined::Best(answer)) => answer,
        Some(Joined::Nothing) => return Err(Infeasible::NotTogether),
        None => method.solve(&laid, &[])?,
    };
    let set = |phase: usize| {
        let by = chosen.iter().filter(|&&c| c as usize / sites <= phase);
        let mut set: Vec<SiteIndex> = by.map(|&c| (c as usize % sites) as SiteIndex).collect();
        set.sort_unstable();
        set
    };
    let base = problem.base * parts.iter().sum::<u64>();
    Ok(OverPhases {
        sets: (0..phases).map(set).collect(),
        parts: of as u64,
        objective: objective + base,
        bound: bound + base,
    })
}

/// Required sites and county limits over all phases.
fn limits(problem: &Problem, copies: &dyn Fn(SiteIndex) -> Vec<SiteIndex>) -> Vec<Limit> {
    let required = problem.required.iter().map(|&s| Limit { sites: copies(s), min: 1, max: 1 });
    let county = |(c, rule): (usize, &CountyRule)| {
        let sites = (0..problem.sites as SiteIndex).filter(move |&s| problem.county_of[s as usize] == Some(c));
        Limit { sites: sites.flat_map(copies).collect(), min: rule.min, max: rule.max }
    };
    required.chain(problem.counties.iter().enumerate().map(county)).collect()
}

/// Required sites and county limits as least amounts: sets of sites of which so many must be chosen.
fn rules(problem: &Problem, choose: usize) -> Vec<(String, Vec<Vec<SiteIndex>>, u64)> {
    let one = |s: SiteIndex| vec![s];
    let mut rules: Vec<(String, Vec<Vec<SiteIndex>>, u64)> =
        problem.required.iter().map(|&s| (String::new(), vec![one(s)], 1)).collect();
    for (c, rule) in problem.counties.iter().enumerate() {
        let sites = |inside: bool| {
            let of = (0..problem.sites).filter(move |&s| (problem.county_of[s] == Some(c)) == inside);
            of.map(|s| one(s as SiteIndex)).collect::<Vec<_>>()
        };
        if rule.min > 0 {
            rules.push((rule.county.clone(), sites(true), rule.min as u64));
        }
        // At most so many here are at least so many elsewhere.
        if rule.max < choose {
            rules.push((rule.county.clone(), sites(false), (choose - rule.max) as u64));
        }
    }
    rules
}
