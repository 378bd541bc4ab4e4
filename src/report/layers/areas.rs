//! How is each county covered, as an outline on the map? A file of its own because outlines are neither places nor sites: a
//! plan gives them or has none, and nobody else's are drawn.

use super::{Sink, geometry};
use crate::job::Outcome;
use crate::report::number::Num;
use geo::orient::{Direction, Orient};
use serde::Serialize;
use std::io;

#[derive(Serialize)]
struct County<'a> {
    id: &'a str,
    name: &'a str,
    people: Num,
    covered_today: Num,
    covered: Num,
}

pub(super) fn counties(outcome: &Outcome, sink: &mut impl Sink) -> io::Result<()> {
    for outline in &outcome.folder.boundaries {
        let of = |c: &Option<_>| c.as_deref() == Some(&*outline.county);
        let change =
            outcome.shares.by_county.iter().find(|(c, _)| of(c)).map(|(_, change)| *change).unwrap_or_default();
        let properties = County {
            id: &outline.county,
            name: &outline.county,
            people: Num(change.today.people.0),
            covered_today: Num(change.today.covered.0),
            covered: Num(change.proposed.covered.0),
        };
        sink.feature(geometry::polygons(&outline.outline.orient(Direction::Default)), &properties)?;
    }
    Ok(())
}
