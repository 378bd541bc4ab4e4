//! Which places stay uncovered, why, and what would close each gap? One row per gap, the same in every format.
//!
//! Columns are the contract's: `id name layer county setting people minutes nearest_station nearest_minutes reason
//! closes_with phase_or_outreach minutes_by_circle minutes_by_road`. `people` are those who stay uncovered, `minutes` is the place's
//! standard, `nearest_station` and `nearest_minutes` go by the plan's own travel, `closes_with` is a candidate's id or nothing, where
//! only outreach helps. `minutes_by_circle` and `minutes_by_road` are to the station that is nearest in a straight line and by the
//! roads; what the plan's travel does not know is empty.
//! To add a format: a file here that takes `rows`, and its suffix in the command line.

mod csv;
mod parameters;
mod sheets;

pub use self::csv::csv;
pub(crate) use self::csv::harmless;
pub use sheets::xlsx;

use super::{layers, words};
use crate::job::Outcome;
use crate::measure::{Gap, GapReason};
use crate::model::{Lang, Minutes, Model, Setting};
use crate::report::number::Num;
use serde::{Serialize, Serializer};

/// The contract's columns.
pub(crate) const COLUMNS: [&str; 14] = [
    "id",
    "name",
    "layer",
    "county",
    "setting",
    "people",
    "minutes",
    "nearest_station",
    "nearest_minutes",
    "reason",
    "closes_with",
    "phase_or_outreach",
    "minutes_by_circle",
    "minutes_by_road",
];

/// One gap, in the contract's columns.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub layer: &'static str,
    pub county: Option<&'a str>,
    pub setting: Option<&'static str>,
    pub people: Num,
    pub minutes: Num,
    pub nearest_station: Option<&'a str>,
    pub nearest_minutes: Option<Num>,
    #[serde(serialize_with = "code")]
    pub reason: GapReason,
    pub closes_with: Option<&'a str>,
    pub phase_or_outreach: String,
    pub minutes_by_circle: Option<Num>,
    pub minutes_by_road: Option<Num>,
}

fn code<S: Serializer>(reason: &GapReason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(words::reason_code(*reason))
}

impl<'a> Row<'a> {
    pub(crate) fn new(outcome: &'a Outcome, gap: &Gap, lang: Lang) -> Self {
        let place = &outcome.folder.places[gap.place];
        let cover = &outcome.cover[gap.place];
        let [by_circle, by_road] = both_ways(outcome, gap.place);
        Self {
            id: &place.id,
            name: &place.name,
            layer: place.layer.name(),
            county: place.county.as_deref(),
            setting: place.setting.map(Setting::name),
            people: Num(gap.people.0),
            minutes: Num(outcome.standards[cover.standard].minutes.0),
            nearest_station: cover.nearest.map(|n| outcome.site(n.site).0),
            nearest_minutes: cover.nearest.map(|n| Num(n.minutes.0)),
            reason: gap.reason,
            closes_with: words::closes_with(gap.remedy).map(|i| outcome.candidates[i].id.as_str()),
            phase_or_outreach: words::remedy(outcome, gap.remedy, lang),
            minutes_by_circle: by_circle.map(|m| Num(m.0)),
            minutes_by_road: by_road.map(|m| Num(m.0)),
        }
    }
}

/// Minutes of a place to its nearest station by the circle and by the road, as far as the plan's travel knows.
pub(crate) fn both_ways(outcome: &Outcome, place: usize) -> [Option<Minutes>; 2] {
    let own = outcome.cover[place].nearest.map(|n| n.minutes);
    let circle = outcome.comparison.as_ref().map(|c| c.nearest_by_circle[place].map(|n| n.minutes));
    match outcome.folder.plan.travel.model {
        Model::Circle => [own, None],
        Model::Roads => [circle.flatten(), own],
        // Whoever gave the times knows by which way; the column of the nearest station has them.
        Model::Times => [circle.flatten(), None],
    }
}

/// Every gap, most people first.
pub(crate) fn rows(outcome: &Outcome, lang: Lang) -> impl Iterator<Item = Row<'_>> {
    outcome.gaps.iter().map(move |gap| Row::new(outcome, gap, lang))
}

/// The gap list as GeoJSON: the bytes of `gaps.geojson`.
pub fn geojson(outcome: &Outcome, lang: Lang) -> Vec<u8> {
    layers::Layer::Gaps.bytes(outcome, lang)
}

#[cfg(test)]
mod tests;
