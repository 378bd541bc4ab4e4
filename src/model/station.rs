//! Where service is or could be: stations and candidate sites.

use super::Position;
use std::sync::Arc;

/// What a station is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Serves people today.
    Open,
    /// Being built: counts towards the target, does not cover today.
    Building,
    /// Decided: counts towards the target, does not cover today.
    Planned,
    /// Shown only.
    Closed,
}

impl Status {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Building => "building",
            Self::Planned => "planned",
            Self::Closed => "closed",
        }
    }

    /// Whether it counts towards the target: everything but closed.
    pub fn counts(self) -> bool {
        self != Self::Closed
    }
}

/// A service station.
#[derive(Debug, Clone)]
pub struct Station {
    /// Unique in its layer.
    pub id: String,
    /// Name for people; the id where the file gives none.
    pub name: String,
    /// County, where stated or found from the boundaries.
    pub county: Option<Arc<str>>,
    /// Open, building, planned or closed.
    pub status: Status,
    /// Opening date, where known.
    pub opened: Option<time::Date>,
    /// `standard`, `gig_market`, `post` or `bank_counter`.
    pub kind: String,
    /// People it can serve, where known.
    pub capacity: Option<f64>,
    /// Where.
    pub position: Position,
}

/// A site a station could use.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Unique in its layer.
    pub id: String,
    /// Name for people; the id where the file gives none.
    pub name: String,
    /// County, where stated or found from the boundaries.
    pub county: Option<Arc<str>>,
    /// What would house it: `community`, `village`, `bank`, ... Empty where not stated.
    pub host: String,
    /// Cost in the plan's money, where known.
    pub cost: Option<f64>,
    /// People it can serve, where known.
    pub capacity: Option<f64>,
    /// Where.
    pub position: Position,
    /// True when the program derived it because the plan has no candidate layer.
    pub derived: bool,
}
