//! What does a row of stations or candidates say? One file for both: a point that serves, or could.

use super::geometry;
use super::headings::{Field, Headings, STATION_KINDS, STATUSES};
use super::names::LayerNames;
use super::properties::Values;
use super::row::{Findings, Row};
use crate::model::{Candidate, Position, Station};
use std::sync::Arc;

/// Types a station.
pub(super) fn station(row: Row<'_>, headings: &Headings, names: &LayerNames, found: &mut Findings) -> Option<Station> {
    let (values, site) = site(row, headings, names, found);
    let status = values.required_word(Field::Status, STATUSES, found);
    let opened = values.date(Field::Opened, found);
    let kind = values.word(Field::Kind, STATION_KINDS, found);
    let capacity = values.amount(Field::Capacity, found);
    let (id, position) = (site.id?, site.position?);
    Some(Station {
        name: site.name.unwrap_or_else(|| id.clone()),
        id,
        county: site.county,
        status: status?,
        opened,
        kind: kind?.unwrap_or(STATION_KINDS[0].0).to_owned(),
        capacity,
        position,
    })
}

/// Types a candidate.
pub(super) fn candidate(
    row: Row<'_>,
    headings: &Headings,
    names: &LayerNames,
    found: &mut Findings,
) -> Option<Candidate> {
    let (values, site) = site(row, headings, names, found);
    let host = values.text(Field::Host, found).map(|host| host.into_owned());
    let cost = values.amount(Field::Cost, found);
    let capacity = values.amount(Field::Capacity, found);
    let (id, position) = (site.id?, site.position?);
    Some(Candidate {
        name: site.name.unwrap_or_else(|| id.clone()),
        id,
        county: site.county,
        host: host.unwrap_or_default(),
        cost,
        capacity,
        position,
        derived: false,
    })
}

/// What stations and candidates have in common.
struct Site {
    id: Option<String>,
    name: Option<String>,
    county: Option<Arc<str>>,
    position: Option<Position>,
}

fn site<'a>(mut row: Row<'a>, headings: &Headings, names: &LayerNames, found: &mut Findings) -> (Values<'a>, Site) {
    let geometry = row.geometry.take();
    let values = Values::of(row, headings, found);
    let site = Site {
        position: geometry.and_then(|geometry| geometry::point(&geometry, found)),
        id: values.id(found),
        name: values.text(Field::Name, found).map(|name| name.into_owned()),
        county: values.county(&headings.book, found).map(|county| names.counties.keep(&county)),
    };
    (values, site)
}
