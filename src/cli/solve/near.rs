//! Which other plans are nearly as good, for `--near`? A file of its own because only negotiations ask.

use super::problem::{Covering, Sites};
use crate::siting::{self, Answer, BranchAndBound, Method, Nearness, Standing};
use crate::travel::SiteIndex;
use serde_json::{Value, json};

/// Pairs that the search may look at.
const WORK: usize = 1_000_000_000;

/// Near plans, and which stations are in all of them.
pub(super) struct Near {
    within: f64,
    extent: &'static str,
    plans: Vec<(f64, Vec<SiteIndex>)>,
    /// Stations of the answer by standing: fixed, exchangeable, undecided.
    standing: [Vec<SiteIndex>; 3],
    /// Per exchangeable station what stands in for it in the best plan without it, and the weight that loses.
    instead: Vec<(SiteIndex, f64, Vec<SiteIndex>)>,
}

/// The same by ids.
pub(super) struct Named {
    pub(super) within: f64,
    pub(super) extent: &'static str,
    pub(super) plans: Vec<(f64, Vec<String>)>,
    pub(super) standing: [Vec<String>; 3],
    pub(super) instead: Vec<(String, f64, Vec<String>)>,
}

impl Near {
    /// Searches near an answer; a station's standing that the list leaves open is decided by solving anew without it.
    pub(super) fn of(covering: &Covering, answer: &Answer, within: f64, plans: usize) -> Self {
        let problem = &covering.problem;
        let work = BranchAndBound::default().work / answer.chosen.len().max(1);
        let refusals = siting::refusals(&BranchAndBound { work } as &dyn Method, problem, &answer.chosen);
        let known: Vec<Vec<SiteIndex>> =
            refusals.iter().filter_map(|r| r.without.as_ref().ok()).map(|w| w.chosen.clone()).collect();
        let found = siting::near(problem, answer, &known, Nearness { within, plans, work: WORK });
        let standings = siting::standings(problem, answer, &found, &refusals);
        let those = |standing: Standing| {
            let sites = answer.chosen.iter().zip(&standings).filter(|(_, s)| **s == standing);
            sites.map(|(site, _)| *site).collect()
        };
        let instead = refusals.iter().filter_map(|refusal| {
            let without = refusal.without.as_ref().ok()?;
            let loss = covering.weight(answer.objective) - covering.weight(without.objective);
            Some((refusal.site, loss, without.chosen.iter().copied().filter(|s| !answer.chosen.contains(s)).collect()))
        });
        Self {
            within,
            extent: found.extent.name(),
            plans: found.plans.iter().map(|p| (covering.weight(p.objective.0), p.chosen.clone())).collect(),
            standing: [Standing::Fixed, Standing::Exchangeable, Standing::Undecided].map(those),
            instead: instead.collect(),
        }
    }

    pub(super) fn named(self, sites: &Sites<'_>) -> Named {
        let ids = |of: Vec<SiteIndex>| of.into_iter().map(|s| sites.id(s)).collect::<Vec<_>>();
        Named {
            within: self.within,
            extent: self.extent,
            plans: self.plans.into_iter().map(|(objective, chosen)| (objective, ids(chosen))).collect(),
            standing: self.standing.map(ids),
            instead: self.instead.into_iter().map(|(site, loss, other)| (sites.id(site), loss, ids(other))).collect(),
        }
    }
}

impl Named {
    /// `plans` and `near` of the answer.
    pub(super) fn json(&self, number: impl Fn(f64) -> Value) -> (Value, Value) {
        let plan = |(objective, stations): &(f64, Vec<String>)| json!({ "objective": number(*objective), "stations": stations });
        let instead = |(site, loss, other): &(String, f64, Vec<String>)| json!({ "station": site, "loss": number(*loss), "instead": other });
        let [fixed, exchangeable, undecided] = &self.standing;
        let near = json!({
            "within": self.within, "extent": self.extent,
            "fixed": fixed, "exchangeable": exchangeable, "undecided": undecided,
            "refused": self.instead.iter().map(instead).collect::<Vec<_>>(),
        });
        (json!(self.plans.iter().map(plan).collect::<Vec<_>>()), near)
    }
}
