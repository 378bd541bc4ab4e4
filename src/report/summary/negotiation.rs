//! The part of `summary.json` that planners negotiate with: the curve, the fewest stations for a share, near plans.
//! A file of its own because it is about plans that are not proposed.

use crate::job::Outcome;
use crate::measure::{self, CurveEnd, Extent};
use crate::report::number::{Num, rounded_up};
use crate::siting::Proof;
use serde::Serialize;

/// `optimal` or `feasible`, as in the certificate.
pub(super) fn status(proved: bool) -> &'static str {
    if proved { Proof::Optimal.name() } else { Proof::Feasible.name() }
}

#[derive(Serialize)]
pub(super) struct Curve {
    total: Num,
    coverable: Num,
    end: &'static str,
    points: Vec<Point>,
}

#[derive(Serialize)]
struct Point {
    stations: usize,
    covered: Num,
    objective: Num,
    bound: Num,
    status: &'static str,
}

impl Curve {
    pub(super) fn new(outcome: &Outcome) -> Self {
        let curve = &outcome.curve;
        let point = |p: &measure::CurvePoint| Point {
            stations: p.stations,
            covered: Num(p.covered.0),
            objective: Num(p.objective),
            bound: Num(if p.proved { p.bound } else { rounded_up(p.bound) }),
            status: status(p.proved),
        };
        let end = match curve.end {
            CurveEnd::Everything => "everything_covered",
            CurveEnd::NoMore => "no_more_fit",
            CurveEnd::NoneFound => "no_more_found",
            CurveEnd::Enough => "cut",
        };
        Self {
            total: Num(curve.total),
            coverable: Num(curve.coverable),
            end,
            points: curve.points.iter().map(point).collect(),
        }
    }
}

/// `stations` do; fewer than `at_least` do not. Both are null where it is proved that no number does.
#[derive(Serialize)]
pub(super) struct Fewest {
    share: Num,
    stations: Option<usize>,
    at_least: Option<usize>,
    status: &'static str,
}

impl Fewest {
    pub(super) fn new(fewest: &measure::Fewest) -> Self {
        let status = match (fewest.enough, fewest.needed) {
            (None, None) => "infeasible",
            (None, Some(_)) => "open",
            (enough, needed) => status(enough == needed),
        };
        Self { share: Num(fewest.share), stations: fewest.enough, at_least: fewest.needed, status }
    }
}

#[derive(Serialize)]
pub(super) struct Near<'a> {
    within: Num,
    complete: bool,
    extent: &'static str,
    plans: Vec<Plan<'a>>,
    fixed: Vec<&'a str>,
    exchangeable: Vec<&'a str>,
    undecided: Vec<&'a str>,
}

#[derive(Serialize)]
struct Plan<'a> {
    objective: Num,
    covered: Num,
    sites: Vec<&'a str>,
}

impl<'a> Near<'a> {
    pub(super) fn new(outcome: &'a Outcome) -> Self {
        let near = &outcome.near;
        let ids = |sites: &[usize]| sites.iter().map(|&i| outcome.candidates[i].id.as_str()).collect();
        let plan = |p: &measure::NearPlan| Plan {
            objective: Num(p.objective),
            covered: Num(p.covered.0),
            sites: ids(&p.sites),
        };
        Self {
            within: Num(near.within),
            complete: near.extent == Extent::All,
            extent: near.extent.name(),
            plans: near.plans.iter().map(plan).collect(),
            fixed: ids(&near.fixed),
            exchangeable: ids(&near.exchangeable),
            undecided: ids(&near.undecided),
        }
    }
}
