//! Where people are: residences and business clusters. One type, because coverage asks the same of both.

use super::{People, Position};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which layer a place came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceLayer {
    /// Where people live (`residences`).
    Residences,
    /// Where people work, shop or arrive (`clusters`).
    Clusters,
}

impl PlaceLayer {
    /// The layer's name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Residences => "residences",
            Self::Clusters => "clusters",
        }
    }
}

/// Urban or rural: what the service circle depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// 城镇.
    Urban,
    /// 农村.
    Rural,
}

impl Setting {
    /// `urban` or `rural`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Urban => "urban",
            Self::Rural => "rural",
        }
    }
}

/// What kind of residence or cluster a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// A residence without a special need (the default).
    Settlement,
    /// A relocation resettlement area (易地搬迁集中安置区).
    Relocation,
    /// A college.
    College,
    /// A business and industry cluster (产业集聚区).
    Industry,
    /// Dense foot traffic (人流密集区): markets, stations, malls.
    Footfall,
}

impl PlaceKind {
    /// The name in files, as `weights.kinds` uses it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Settlement => "settlement",
            Self::Relocation => "relocation",
            Self::College => "college",
            Self::Industry => "industry",
            Self::Footfall => "footfall",
        }
    }
}

/// The ground a place stands on.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A point.
    Point(Position),
    /// A quarter: its people are spread over H3 cells by area. Rings are closed and do not cross.
    Area(Box<geo::MultiPolygon<f64>>),
}

/// A residence or a business cluster.
#[derive(Debug, Clone)]
pub struct Place {
    /// Unique in its layer.
    pub id: String,
    /// Which layer.
    pub layer: PlaceLayer,
    /// Name for people; the id where the file gives none.
    pub name: String,
    /// County, where stated or found from the boundaries.
    pub county: Option<Arc<str>>,
    /// Urban or rural, where stated.
    pub setting: Option<Setting>,
    /// Kind of residence or cluster.
    pub kind: PlaceKind,
    /// Residents, or workers or daily visitors.
    pub people: People,
    /// Counts by group (`unemployed`, `graduates`, ...), residences only.
    pub groups: BTreeMap<Arc<str>, f64>,
    /// Point or polygon.
    pub shape: Shape,
}
