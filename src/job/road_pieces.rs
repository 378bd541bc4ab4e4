//! Which pieces of road lie around the places of a plan? A file of its own because only the check of datums asks for bare lines: it
//! compares where points lie with where roads are, and a network of a whole country would be too many.

use crate::model::{PlanFolder, Position, Shape};
use crate::travel::roads::Roads;
use geo::InteriorPoint;
use std::collections::HashSet;

/// Cells in a degree: a shift between datums, and a piece of road, is well below one cell's width.
const CELLS: f64 = 50.0;

/// A cell of the grid that a position lies in.
fn cell(p: Position) -> (i32, i32) {
    #[expect(clippy::cast_possible_truncation, reason = "degrees times fifty are below 2^31")]
    let at = |degrees: f64| (degrees * CELLS).floor() as i32;
    (at(p.lon()), at(p.lat()))
}

/// Straight pieces of road that start in the cell of a place, station or candidate, or in one beside it.
pub(super) fn pieces(folder: &PlanFolder, roads: &Roads) -> Vec<[Position; 2]> {
    let places = folder.places.iter().filter_map(|place| match &place.shape {
        Shape::Point(position) => Some(*position),
        Shape::Area(area) => area.interior_point().and_then(|p| Position::new(p.x(), p.y())),
    });
    let sites = folder.stations.iter().map(|s| s.position);
    let candidates = folder.candidates.iter().flatten().map(|c| c.position);
    let around: HashSet<(i32, i32)> = places
        .chain(sites)
        .chain(candidates)
        .map(cell)
        .flat_map(|(x, y)| (-1..=1).flat_map(move |dx| (-1..=1).map(move |dy| (x + dx, y + dy))))
        .collect();
    let network = &roads.network;
    let mut pieces = Vec::new();
    for edge in 0..u32::try_from(network.edge_count()).unwrap_or(u32::MAX) {
        let mut last: Option<Position> = None;
        for [lon, lat] in network.points(edge) {
            let at = Position::new(f64::from(lon) * 1e-7, f64::from(lat) * 1e-7);
            if let (Some(from), Some(to)) = (last, at)
                && around.contains(&cell(from))
            {
                pieces.push([from, to]);
            }
            last = at;
        }
    }
    pieces
}
