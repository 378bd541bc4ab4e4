//! Where a plan's travel times come from, beside its settings. A file of its own because a layer is about places, and this is about
//! what lies between them.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the plan folder holds for its travel model.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum TravelInput {
    /// Nothing: the straight line needs no file.
    #[default]
    Circle,
    /// An extract of OpenStreetMap.
    Roads {
        /// Where it is.
        path: PathBuf,
    },
    /// Given times.
    Times(GivenTimes),
}

/// Travel times from places to sites, by somebody else.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GivenTimes {
    /// By id of station or candidate: index of the place in the folder's places, and seconds; ascending.
    pub of_site: BTreeMap<String, Vec<(u32, f64)>>,
}
