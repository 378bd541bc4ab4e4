//! What does a row of residences or clusters say? One file for both because they differ in one column.

use super::geometry;
use super::headings::{CLUSTER_KINDS, Field, Headings, RESIDENCE_KINDS, SETTINGS};
use super::names::LayerNames;
use super::properties::Values;
use super::row::{Findings, Row};
use crate::model::{People, Place, PlaceKind, PlaceLayer};

/// Types a residence or a cluster; every fault of the row is found, not only the first.
pub(super) fn place(
    layer: PlaceLayer,
    mut row: Row<'_>,
    headings: &Headings,
    names: &LayerNames,
    found: &mut Findings,
) -> Option<Place> {
    let geometry = row.geometry.take();
    let values = Values::of(row, headings, found);
    let shape = geometry.and_then(|geometry| geometry::shape(&geometry, found));
    let id = values.id(found);
    let name = values.text(Field::Name, found).map(|name| name.into_owned());
    let county = values.county(&headings.book, found).map(|county| names.counties.keep(&county));
    let setting = values.word(Field::Setting, SETTINGS, found);
    let (people, kind) = match layer {
        PlaceLayer::Residences => (
            values.required_amount(Field::Population, found),
            values.word(Field::Kind, RESIDENCE_KINDS, found).map(|kind| kind.unwrap_or(PlaceKind::Settlement)),
        ),
        PlaceLayer::Clusters => {
            (values.required_amount(Field::People, found), values.required_word(Field::Kind, CLUSTER_KINDS, found))
        }
    };
    let groups = match layer {
        PlaceLayer::Residences => values.counts(Field::Groups, found),
        PlaceLayer::Clusters => Vec::new(),
    };
    let id = id?;
    Some(Place {
        name: name.unwrap_or_else(|| id.clone()),
        id,
        layer,
        county,
        setting: setting?,
        kind: kind?,
        people: People(people?),
        groups: groups.into_iter().map(|(group, count)| (names.groups.keep(&group), count)).collect(),
        shape: shape?,
    })
}
