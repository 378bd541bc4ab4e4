//! Which words does the domain have?
//!
//! *Places* (residences and business clusters) hold people. *Stations* serve them; *candidates* could. A *circle* is
//! a reach standard. A *plan* says how many stations, by which standard, under which side conditions.
//! Types here are plain data with units; no room below may need a word that is missing here.
//!
//! To add a word: one file, one `mod` line, one re-export.

mod lang;
mod layers;
mod objective;
mod place;
mod plan;
mod position;
mod progress;
mod station;
mod travel_input;
mod units;

pub use lang::{Lang, Wording, counted};
pub use layers::{Boundary, Input, PlanFolder};
pub use objective::{Fade, Objective};
pub use place::{Place, PlaceKind, PlaceLayer, Setting, Shape};
pub use plan::{
    Circle, CountyLimit, Limit, Limits, Mode, Model, Phase, Plan, ROAD_CLASSES, RoadSpeeds, Season, TravelSettings,
    Weights,
};
pub use position::Position;
pub use progress::ProgressEntry;
pub use station::{Candidate, Station, Status};
pub use travel_input::{GivenTimes, TravelInput};
pub use units::{Metres, Minutes, People};
