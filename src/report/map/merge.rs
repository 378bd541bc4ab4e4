//! Which places share a symbol? A file of its own: it is what keeps a hundred thousand places a picture.

use super::paper::Pt;
use super::scene::Spot;
use crate::model::PlaceLayer;
use std::collections::HashMap;

/// One symbol: a place, or several that are too near to each other to be told apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group<'a> {
    /// Where its largest place is.
    pub at: Pt,
    pub layer: PlaceLayer,
    /// Name of its largest place.
    pub name: &'a str,
    pub people: f64,
    /// People covered today, added, uncovered; where nobody lives, places instead of people.
    pub split: [f64; 3],
    /// How many places.
    pub places: usize,
}

impl Group<'_> {
    /// Uncovered people.
    pub fn gap(&self) -> f64 {
        if self.people > 0.0 { self.split[2] } else { 0.0 }
    }
}

/// Puts every place into the nearest symbol of its layer within `distance`, or makes it one of its own. Places come in
/// order of size, so a symbol stands where its largest place is; the result does not depend on anything else.
pub(super) fn merged<'a>(spots: &[(Pt, &Spot<'a>)], distance: f64) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut cells: HashMap<(PlaceLayer, i64, i64), Vec<usize>> = HashMap::new();
    #[expect(clippy::cast_possible_truncation, reason = "cells of a sheet")]
    let cell = |v: f64| (v / distance.max(1.0)).floor() as i64;
    for &(at, spot) in spots {
        let (cx, cy) = (cell(at.x), cell(at.y));
        let mut near: Option<(f64, usize)> = None;
        for key in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (spot.layer, cx + dx, cy + dy))) {
            for &g in cells.get(&key).into_iter().flatten() {
                let d = (groups[g].at.x - at.x).hypot(groups[g].at.y - at.y);
                if d < distance && near.is_none_or(|(best, other)| d < best || (d == best && g < other)) {
                    near = Some((d, g));
                }
            }
        }
        match near {
            Some((_, g)) => {
                let group = &mut groups[g];
                let weight = if group.people > 0.0 { spot.people } else { 1.0 };
                for (sum, share) in group.split.iter_mut().zip(spot.split) {
                    *sum += share * weight;
                }
                group.people += spot.people;
                group.places += 1;
            }
            None => {
                let weight = if spot.people > 0.0 { spot.people } else { 1.0 };
                cells.entry((spot.layer, cx, cy)).or_default().push(groups.len());
                groups.push(Group {
                    at,
                    layer: spot.layer,
                    name: spot.name,
                    people: spot.people,
                    split: spot.split.map(|s| s * weight),
                    places: 1,
                });
            }
        }
    }
    groups
}
