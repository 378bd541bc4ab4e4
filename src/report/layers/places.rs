//! How is each place covered, and which is not? The place layers in one file because they share a place's properties.

use super::{Sink, geometry};
use crate::job::Outcome;
use crate::measure::PlaceCover;
use crate::model::{Lang, Setting};
use crate::report::gap_table;
use crate::report::number::Num;
use serde::Serialize;
use std::io;

/// From here on a polygon counts as wholly covered: cell shares are sums of fractions.
const WHOLE: f64 = 1.0 - 1e-9;

#[derive(Serialize)]
struct Covered<'a> {
    id: &'a str,
    layer: &'static str,
    people: Num,
    covered_today: Num,
    covered: Num,
    minutes: Option<Num>,
    station: Option<&'a str>,
    name: &'a str,
    county: Option<&'a str>,
    setting: Option<&'static str>,
    kind: &'static str,
    status: &'static str,
}

pub(super) fn coverage(outcome: &Outcome, sink: &mut impl Sink) -> io::Result<()> {
    for (place, cover) in outcome.folder.places.iter().zip(&outcome.cover) {
        let properties = Covered {
            id: &place.id,
            layer: place.layer.name(),
            people: Num(place.people.0),
            covered_today: Num(cover.today),
            covered: Num(cover.proposed),
            minutes: cover.nearest.map(|n| Num(n.minutes.0)),
            station: cover.nearest.map(|n| outcome.site(n.site).0),
            name: &place.name,
            county: place.county.as_deref(),
            setting: place.setting.map(Setting::name),
            kind: place.kind.name(),
            status: status(cover),
        };
        sink.feature(geometry::shape(&place.shape), &properties)?;
    }
    Ok(())
}

fn status(cover: &PlaceCover) -> &'static str {
    match (cover.today >= WHOLE, cover.proposed) {
        (true, _) => "today",
        (_, p) if p >= WHOLE => "proposed",
        (_, p) if p > 0.0 => "partial",
        _ => "gap",
    }
}

pub(super) fn gaps(outcome: &Outcome, lang: Lang, sink: &mut impl Sink) -> io::Result<()> {
    for gap in &outcome.gaps {
        let row = gap_table::Row::new(outcome, gap, lang);
        sink.feature(geometry::shape(&outcome.folder.places[gap.place].shape), &row)?;
    }
    Ok(())
}
