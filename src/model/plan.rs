//! What is planned and by which standard: `plan.toml` as types. Reading it is `read/plan_toml.rs`.

use super::{Lang, Metres, Minutes, Objective, Setting, Wording};
use std::collections::BTreeMap;

/// `plan.toml`.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The plan's name, on every map and report.
    pub name: String,
    /// Language of what is written unless asked otherwise.
    pub lang: Lang,
    /// Stations open, being built, planned or proposed at the end.
    pub target: usize,
    /// Nested phases, ascending by `stations`; the last one's total is the target.
    pub phases: Vec<Phase>,
    /// Standards; the first that fits a place is its own.
    pub circles: Vec<Circle>,
    /// How people travel.
    pub travel: TravelSettings,
    /// What counts how much in the objective.
    pub weights: Weights,
    /// What the proposal is to be best at.
    pub objective: Objective,
    /// Side conditions.
    pub limits: Limits,
    /// Whether sites are derived from the demand although there is a candidate layer.
    pub derive: bool,
    /// A line for every map and report, such as where the data come from.
    pub notice: Option<Wording>,
    /// Map review number (审图号), printed on maps where given.
    pub review_number: Option<String>,
    /// Counties named in the file, beyond those of boundaries and residences.
    pub counties: Vec<String>,
}

/// One `[[phase]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Name, such as the year.
    pub name: String,
    /// Total of stations by its end, those that exist included.
    pub stations: usize,
}

/// How people travel to a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// On foot.
    Walk,
    /// By bicycle.
    Bike,
    /// By car or bus.
    Drive,
}

impl Mode {
    /// `walk`, `bike` or `drive`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Bike => "bike",
            Self::Drive => "drive",
        }
    }
}

/// How far is still within reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// A travel time.
    Minutes(Minutes),
    /// The radius of the circle itself, in metres.
    Radius(Metres),
}

/// One `[[circle]]`: a reach standard and the places it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Circle {
    /// Places of this setting only; `None` fits every place.
    pub setting: Option<Setting>,
    /// The standard.
    pub limit: Limit,
    /// How people travel there.
    pub mode: Mode,
}

/// Season of the travel times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Season {
    /// Bare ground.
    Summer,
    /// Snow: walking and driving are slower.
    Winter,
    /// A place counts when it is covered in each.
    Both,
}

/// `[travel]`.
#[derive(Debug, Clone, PartialEq)]
pub struct TravelSettings {
    /// Road length over straight line, >= 1.
    pub detour: f64,
    /// Season.
    pub season: Season,
    /// Walking speed in summer, km/h.
    pub walk_kmh: f64,
    /// Cycling speed in summer, km/h.
    pub bike_kmh: f64,
    /// Driving speed in summer, km/h; over roads every class has its own.
    pub drive_kmh: f64,
    /// What decides how long a journey takes.
    pub model: Model,
    /// Farthest that a place may lie from its road.
    pub snap: Metres,
    /// Driving speeds by class of road that replace those of the table.
    pub roads: RoadSpeeds,
}

/// What decides how long a journey takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The straight line, times a detour.
    Circle,
    /// The road network, `roads.osm.pbf`.
    Roads,
    /// Given times, `times.csv`.
    Times,
}

impl Model {
    /// `circle`, `roads` or `times`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Roads => "roads",
            Self::Times => "times",
        }
    }
}

/// Classes of road that `[travel.speeds.summer]` and `[travel.speeds.winter]` may name: values of the `highway` tag, and three
/// more.
pub const ROAD_CLASSES: [&str; 26] = [
    "motorway",
    "motorway_link",
    "motorroad",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "track",
    "path",
    "footway",
    "pedestrian",
    "cycleway",
    "bridleway",
    "steps",
    "platform",
    "ferry",
    "ice_road",
];

/// `[travel.speeds]`: km/h by class of road.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoadSpeeds {
    /// In summer.
    pub summer: BTreeMap<String, f64>,
    /// In winter.
    pub winter: BTreeMap<String, f64>,
}

impl Default for TravelSettings {
    fn default() -> Self {
        Self {
            detour: 1.3,
            season: Season::Summer,
            walk_kmh: 5.0,
            bike_kmh: 15.0,
            drive_kmh: 40.0,
            model: Model::Circle,
            snap: Metres(500.0),
            roads: RoadSpeeds::default(),
        }
    }
}

/// `[weights]`: the objective is the sum of these over covered places.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Weight of a resident.
    pub residences: f64,
    /// Weight of a worker or visitor of a cluster.
    pub clusters: f64,
    /// Extra weight of a counted person, by group.
    pub groups: BTreeMap<String, f64>,
    /// Factor by kind of residence or cluster.
    pub kinds: BTreeMap<String, f64>,
}

/// Least and most stations of a county, existing ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountyLimit {
    /// At least.
    pub min: usize,
    /// At most.
    pub max: Option<usize>,
}

/// `[limits]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// By county.
    pub counties: BTreeMap<String, CountyLimit>,
    /// Least distance between any two stations, existing ones included.
    pub spacing: Option<Metres>,
    /// Candidates that must be in the proposal.
    pub required: Vec<String>,
    /// Candidates that must not.
    pub forbidden: Vec<String>,
    /// Most the proposed candidates may cost together.
    pub budget: Option<f64>,
}
