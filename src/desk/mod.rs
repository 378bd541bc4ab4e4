//! What if? (wip)
mod census;
mod changes;
mod error;
pub use changes::{Added, Changes, OfSettings, Weights};
pub use error::{DeskError, Fault};
