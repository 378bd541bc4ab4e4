//! Who is inside whose circle?
//!
//! *Demand points* are places, or pieces of polygons over H3 cells ([`cells`]). The *relation* lists, per demand
//! point, the sites that serve it; *merged rows* are demand with one and the same cover set. Merging is associative, so
//! coverage can be computed in parts, streamed and joined: [`merged_rows`] goes from points to rows without a relation.

mod arrangement;
mod bands;
pub mod cells;
pub(crate) mod chance;
mod demand;
mod dictionary;
mod faces;
mod relation;
mod sets;
mod stream;
mod tally;

pub use arrangement::Reach;
pub use demand::{Demand, DemandPoint};
pub use relation::{MergedRow, Relation, merge};
pub use stream::{Points, merged_rows};
