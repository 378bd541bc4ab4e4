//! How near are the proposal's points to places that could house a station? A file of its own because it is asked only where
//! sites were derived from the demand although candidates were given.

use super::outcome::Proposal;
use crate::model::{Candidate, Metres};
use crate::travel::geodesic;

/// The given candidate nearest to a proposed station.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Buildable {
    /// Index into `PlanFolder::candidates`.
    pub candidate: usize,
    /// How far it is, in a straight line.
    pub distance: Metres,
}

/// Per proposal the nearest of the given candidates; of equally near ones the first. Empty where none are given.
pub fn buildable(proposals: &[Proposal], sites: &[Candidate], given: &[Candidate]) -> Vec<Buildable> {
    let nearest = |p: &Proposal| {
        let to = |(candidate, c): (usize, &Candidate)| Buildable {
            candidate,
            distance: geodesic(sites[p.candidate].position, c.position),
        };
        given.iter().enumerate().map(to).min_by(|a, b| a.distance.0.total_cmp(&b.distance.0))
    };
    proposals.iter().filter_map(nearest).collect()
}
