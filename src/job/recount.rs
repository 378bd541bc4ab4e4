//! What is a given choice of sites worth? The outcome of a plan folder whose new stations are already decided: covered and measured
//! like any other, but nothing is sited. A file of its own because it answers what a planner asks, not what a plan asks.

use super::travel::{self, Site, Travel};
use super::{JobError, Outcome, cover};
use crate::coverage::{Demand, Relation};
use crate::measure::{self, Evidence};
use crate::model::{PlanFolder, Station, Status};
use crate::siting::{Answer, Certificate, CurveEnd, Extent, Infeasible, Leaves, Proof, Setup};
use crate::travel::{SiteIndex, Standard};

/// Computes shares, cover and gaps of a folder and a choice among its candidates, ascending. What only siting knows (proposals,
/// phases, the curve, near plans, the proof) stays empty.
///
/// # Errors
/// When the roads cannot be used.
pub fn recount(folder: PlanFolder, chosen: Vec<SiteIndex>, date: time::Date) -> Result<Outcome, JobError> {
    let standards = Standard::of_plan(&folder.plan);
    let demand = Demand::new(&folder.places, &standards);
    let existing: Vec<&Station> = folder.stations.iter().filter(|s| s.status.counts()).collect();
    let roads = travel::open_roads(&folder, &demand)?;
    let travel = Travel::of_plan(&folder, roads.as_ref(), &demand, &standards)?;
    let existing_sites: Vec<Site<'_>> = existing.iter().map(|s| Site::from(*s)).collect();
    let stations = Relation::new(&demand, &*travel.to(&existing_sites));
    let open = |s: u32| existing[s as usize].status == Status::Open;
    let today = demand.shares_of_places(|i| stations.served(i, open));
    let candidates = folder.candidates.clone().unwrap_or_default();
    let candidate_sites: Vec<Site<'_>> = candidates.iter().map(Site::from).collect();
    let relation = Relation::new(&demand, &*travel.to(&candidate_sites));
    let snapped = travel.snapped();

    let is_chosen = |s: u32| chosen.binary_search(&s).is_ok();
    let decided: Vec<bool> = (0..stations.len()).map(|i| !stations.sites(i).is_empty()).collect();
    let covered: Vec<bool> = (0..decided.len()).map(|i| decided[i] || relation.served(i, is_chosen)).collect();
    let proposed = demand.shares_of_places(|i| covered[i]);
    let rings =
        travel::rings(&travel, &folder.plan.objective.fade, &demand, &standards, [&existing_sites, &candidate_sites]);
    let mut plan = folder.plan.clone();
    let question = loop {
        let setup = Setup {
            plan: &plan,
            places: &folder.places,
            existing: &existing,
            candidates: &candidates,
            demand: &demand,
            covered: &decided,
            relation: &relation,
            stations: &stations,
            rings: &rings,
        };
        match setup.question() {
            Ok(question) => break question,
            // Whoever moves stations may put more into a county than its most: then it is full, and that is all.
            Err(Infeasible::CountyOver { county, has, .. }) => {
                plan.limits.counties.entry(county).or_default().max = Some(has);
            }
            Err(conflict) => {
                let sites = candidates.iter().map(|c| c.id.clone()).collect();
                return Err(JobError::Infeasible { conflict, smallest: None, sites });
            }
        }
    };
    let answer = Answer { objective: question.problem.objective(&chosen), bound: question.problem.coverable(), chosen };
    let no_road = |i: usize| snapped.as_ref().is_some_and(|s| s[i].is_none());
    let gaps = measure::gaps(&folder.places, &demand, &relation, &covered, &question, &answer.chosen, &no_road);
    let cover = cover(&folder, &candidates, &answer, &demand, &travel, &today, &proposed);
    let shares = measure::shares(&folder.places, &today, &proposed);
    let weighted = |units: u64| units as f64 / question.scale;
    let certificate = Certificate {
        proof: Proof::Feasible,
        objective: weighted(answer.objective),
        bound: weighted(answer.bound.max(answer.objective)),
        gap: 0.0,
        method: "recount".to_owned(),
        seconds: 0.0,
        seed: 0,
    };
    drop((existing_sites, candidate_sites, travel));
    Ok(Outcome {
        shares,
        proposals: Vec::new(),
        phases: Vec::new(),
        curve: measure::Curve {
            total: weighted(question.total),
            coverable: certificate.bound,
            points: Vec::new(),
            end: CurveEnd::Enough,
            fewest: Vec::new(),
        },
        near: measure::Near {
            within: 0.0,
            plans: Vec::new(),
            extent: Extent::Found,
            fixed: Vec::new(),
            exchangeable: Vec::new(),
            undecided: Vec::new(),
        },
        gaps,
        cover,
        comparison: None,
        areas: Vec::new(),
        evidence: Evidence {
            leaves: Leaves {
                chosen: answer.chosen,
                objective: answer.objective,
                bound: answer.bound,
                rows: question.problem.rows().len(),
                multipliers: Vec::new(),
                nodes: Vec::new(),
            },
            units_per_person: question.scale,
            demand,
            at_the_limit: Vec::new(),
            pairs: None,
        },
        certificate,
        standards,
        candidates,
        folder,
        date,
        remarks: Vec::new(),
        doubts: Vec::new(),
        worst: None,
        buildable: Vec::new(),
    })
}
