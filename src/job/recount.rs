//! What is a given choice of sites worth? The outcome of a plan folder whose new stations are already decided: covered and measured
//! like any other, but nothing is sited. A file of its own because it answers what a planner asks, not what a plan asks.

use super::laid_out::{Land, Today};
use super::{JobError, Outcome, cover};
use crate::measure::{self, Evidence};
use crate::model::PlanFolder;
use crate::siting::{Answer, Certificate, CurveEnd, Extent, Infeasible, Leaves, Proof};
use crate::travel::SiteIndex;

/// Computes shares, cover and gaps of a folder and a choice among its candidates, ascending. What only siting knows (proposals,
/// phases, the curve, near plans, the proof) stays empty.
///
/// # Errors
/// When the roads cannot be used.
pub fn recount(folder: PlanFolder, chosen: Vec<SiteIndex>, date: time::Date) -> Result<Outcome, JobError> {
    let land = Land::of(&folder)?;
    let today = Today::new(&folder, &land)?;
    let covered_today = today.shares();
    let candidates = folder.candidates.clone().unwrap_or_default();
    let choice = today.with(&candidates);
    let snapped = today.travel.snapped();
    let covered = choice.served(&chosen);
    let proposed = land.demand.shares_of_places(|i| covered[i]);
    let mut plan = folder.plan.clone();
    let question = loop {
        match choice.setup(&plan).question() {
            Ok(question) => break question,
            // Whoever moves stations may put more into a county than its most: then it is full, and that is all.
            Err(Infeasible::CountyOver { county, has, .. }) => {
                plan.limits.counties.entry(county).or_default().max = Some(has);
            }
            Err(conflict) => {
                return Err(JobError::Infeasible { conflict, smallest: None, sites: choice.names() });
            }
        }
    };
    let answer = Answer { objective: question.problem.objective(&chosen), bound: question.problem.coverable(), chosen };
    let no_road = |i: usize| snapped.as_ref().is_some_and(|s| s[i].is_none());
    let gaps =
        measure::gaps(&folder.places, &land.demand, &choice.relation, &covered, &question, &answer.chosen, &no_road);
    let cover = cover(&today, &candidates, &answer, [&covered_today, &proposed]);
    let shares = measure::shares(&folder.places, &covered_today, &proposed);
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
    drop(choice);
    drop(today);
    let Land { standards, demand, .. } = land;
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
                ..Leaves::default()
            },
            amounts: Vec::new(),
            worst: None,
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
