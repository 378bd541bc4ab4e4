//! What can be negotiated about, in people: the curve of coverage, the fewest stations for a share, near plans.
//! A file of its own because these numbers are about plans that are not proposed.

use super::outcome::{Curve, CurvePoint, Fewest, Near, NearPlan};
use super::proposals::Ground;
use crate::siting::{self, Answer, NearPlans, Question, Standing};
use crate::travel::SiteIndex;

/// Shares that the fewest stations are given for, in percent.
const SHARES: [u64; 3] = [80, 90, 95];

/// Measures the curve, and from it the fewest stations for 80, 90 and 95 % of all weighted people.
pub fn curve(ground: &Ground, question: &Question, existing: usize, curve: &siting::Curve) -> Curve {
    let weighted = |units: u64| units as f64 / question.scale;
    let coverable = question.problem.coverable();
    let fewest = |percent: u64| {
        let fewest = curve.fewest((question.total * percent).div_ceil(100), coverable);
        let stations = |new: usize| existing + new;
        Fewest {
            share: percent as f64 / 100.0,
            enough: fewest.enough.map(stations),
            needed: fewest.needed.map(stations),
        }
    };
    let point = |p: &siting::CurvePoint| CurvePoint {
        stations: existing + p.new,
        covered: ground.reach(&p.chosen).covered,
        objective: weighted(p.objective),
        bound: weighted(p.bound),
        proved: siting::meets(p.objective, p.bound),
    };
    Curve {
        total: weighted(question.total),
        coverable: weighted(coverable),
        points: curve.points.iter().map(point).collect(),
        end: curve.end,
        fewest: SHARES.map(fewest).to_vec(),
    }
}

/// Measures near plans; `standings` are those of the answer's sites.
pub fn near(
    ground: &Ground,
    question: &Question,
    answer: &Answer,
    within: f64,
    near: &NearPlans,
    standings: &[Standing],
) -> Near {
    let candidates = |sites: &[SiteIndex]| sites.iter().map(|&s| s as usize).collect();
    let plan = |p: &siting::NearPlan| NearPlan {
        sites: candidates(&p.chosen),
        covered: ground.reach(&p.chosen).covered,
        objective: p.objective.0 as f64 / question.scale,
    };
    let those = |standing: Standing| {
        let sites = answer.chosen.iter().zip(standings).filter(|(_, s)| **s == standing);
        sites.map(|(site, _)| *site as usize).collect()
    };
    Near {
        within,
        plans: near.plans.iter().map(plan).collect(),
        extent: near.extent,
        fixed: those(Standing::Fixed),
        exchangeable: those(Standing::Exchangeable),
        undecided: those(Standing::Undecided),
    }
}
