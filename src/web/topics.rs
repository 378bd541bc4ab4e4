//! What is asked of an outcome under `/api/`? One variant per answer, and where its body comes from.
//! A file of its own because this list is the API.

use super::counties;
use super::prepared::Prepared;
use super::problem::Problem;
use crate::job::Outcome;
use crate::measure::Remedy;
use crate::model::{Lang, Season};
use crate::report::layers::Layer;
use crate::report::summary_text;
use serde_json::json;
use std::collections::BTreeMap;

/// One JSON answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Topic {
    /// What is planned: the words and standards the page is headed with.
    Plan,
    /// `summary.json`.
    Summary,
    /// `coverage.geojson`.
    Coverage,
    /// `proposal.geojson`.
    Proposal,
    /// `gaps.geojson`.
    Gaps,
    /// `circles.geojson`.
    Circles,
    /// Existing stations.
    Stations,
    /// Where each county's people are: shares, extent, towns, and outlines where the plan gives them.
    Counties,
}

impl Topic {
    /// All of them.
    pub(super) const ALL: [Self; 8] = [
        Self::Plan,
        Self::Summary,
        Self::Coverage,
        Self::Proposal,
        Self::Gaps,
        Self::Circles,
        Self::Stations,
        Self::Counties,
    ];

    /// The last segment of its path.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Summary => "summary",
            Self::Coverage => "coverage",
            Self::Proposal => "proposal",
            Self::Gaps => "gaps",
            Self::Circles => "circles",
            Self::Stations => "stations",
            Self::Counties => "counties",
        }
    }

    /// The answer; byte for byte the file of the same name that `plan` writes, where there is one.
    pub(super) fn prepare(self, outcome: &Outcome, lang: Lang) -> Result<Prepared, Problem> {
        let layer = |layer: Layer| Ok(Prepared::geojson(layer.bytes(outcome, lang)));
        match self {
            Self::Plan => Ok(Prepared::json(plan(outcome, lang))),
            Self::Summary => Ok(Prepared::json(summary_text(outcome))),
            Self::Coverage => layer(Layer::Coverage),
            Self::Proposal => layer(Layer::Proposal),
            Self::Gaps => layer(Layer::Gaps),
            Self::Circles => layer(Layer::Circles),
            Self::Stations => layer(Layer::Stations),
            Self::Counties => Ok(Prepared::json(counties::counties(outcome).to_string())),
        }
    }
}

/// What the page is headed with, and the plan's own settings that a planner may change there; `sites` names the candidates that other answers mention by id.
fn plan(outcome: &Outcome, lang: Lang) -> String {
    let plan = &outcome.folder.plan;
    let travel = &plan.travel;
    let phases: Vec<_> = plan.phases.iter().map(|p| json!({"name": p.name, "stations": p.stations})).collect();
    let proposed = outcome.proposals.iter().flat_map(|p| p.alternatives.iter().copied().chain([p.candidate]));
    let remedies = outcome.gaps.iter().filter_map(|g| match g.remedy {
        Remedy::Extra { candidate, .. } | Remedy::Lift { candidate, .. } => Some(candidate),
        Remedy::Outreach => None,
    });
    let named = proposed.chain(remedies).map(|i| &outcome.candidates[i]);
    let sites: BTreeMap<&str, &str> = named.map(|c| (c.id.as_str(), c.name.as_str())).collect();
    json!({
        "name": plan.name,
        "lang": plan.lang.code(),
        "notice": plan.notice.as_ref().map(|n| n.say(lang)),
        "review_number": plan.review_number,
        "date": outcome.date.to_string(),
        "phases": phases,
        "phase_weights": plan.objective.phases,
        "winter": plan.travel.season != Season::Summer,
        "remarks": outcome.remarks.iter().map(|r| r.say(lang)).collect::<Vec<_>>(),
        "sites": sites,
        "travel": {
            "season": match travel.season {
                Season::Summer => "summer",
                Season::Winter => "winter",
                Season::Both => "both",
            },
            "walk_kmh": travel.walk_kmh,
            "bike_kmh": travel.bike_kmh,
            "drive_kmh": travel.drive_kmh,
        },
        "weights": {
            "residences": plan.weights.residences,
            "clusters": plan.weights.clusters,
            "groups": plan.weights.groups,
            "kinds": plan.weights.kinds,
        },
    })
    .to_string()
}
