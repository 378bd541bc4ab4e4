//! How long from here to there?
//!
//! One contract, [`TravelModel`]: *origins* (where people are, each with its own [`Standard`]) travel to *sites*. A
//! model is made for one list of sites and says, per origin, which of them are within the standard and which is nearest.
//!
//! [`Circles`] go by the straight line, [`roads`] by an OSM extract that [`osm`] reads, [`GivenTravel`] by somebody else's times.
//!
//! To add a model: one file that implements the trait, one `mod` line, one arm in `job/travel.rs`, which chooses, one test
//! against a slow oracle.

mod catchment;
mod circle;
mod crossing;
mod disc;
mod earth;
mod given;
pub mod osm;
pub mod roads;
mod standard;

pub use catchment::Catchments;
pub use circle::{Circles, closer_than};
pub use crossing::crossings;
pub use disc::{Band, Disc};
pub use earth::{destination, geodesic};
pub use given::GivenTravel;
pub use standard::{Standard, WINTER_WALK_EXTRA_MIN_PER_KM, WINTER_WHEELS_FACTOR};

use crate::model::{Minutes, Position};
use rayon::prelude::*;

/// Position of a site in the list its model was made for.
pub type SiteIndex = u32;

/// Where a journey starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Origin {
    /// Position in the list of demand points, for models that know origins by number.
    pub index: usize,
    /// Where.
    pub position: Position,
    /// Index of its standard in the plan's list.
    pub standard: usize,
}

/// How long from an origin to the sites of one list.
pub trait TravelModel: Sync {
    /// Appends every site within the origin's standard (`<=`), in ascending order.
    fn reach(&self, origin: &Origin, out: &mut Vec<SiteIndex>);

    /// The nearest site, however far, the lowest index among equals; `None` when there is none that can be reached.
    fn nearest(&self, origin: &Origin) -> Option<(SiteIndex, Minutes)>;

    /// The same for many origins; a model that searches a network does it in one go.
    fn nearest_of_all(&self, origins: &[Origin]) -> Vec<Option<(SiteIndex, Minutes)>> {
        origins.par_iter().map(|o| self.nearest(o)).collect()
    }
}
