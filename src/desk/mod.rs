//! What if? What a planner asks while the others are still in the room.
//!
//! [`Changes`] are what differs from the plan as it was computed; [`WhatIf`] holds that plan laid out so that an [`Answer`] costs
//! what the changes touch. The same changes make an edited folder, which is recounted whole, sited again, exported.
//!
//! Files in the order in which changes walk through them: `changes`, `roster`, `resolve`; `census`, `ground` (with
//! `road_clerk`), `what_if`, `reasons`, `signs`, `answer`; `edited`, `jobs` (with `crew`), `scenarios`.
//!
//! To add something that can be changed: its key in `changes.rs`, its check and its place in the plan in `resolve.rs`, a row in
//! the random changes of `tests/what_if.rs`, where every answer is held against the whole computation.

mod answer;
mod census;
mod changes;
mod crew;
mod edited;
mod error;
mod ground;
mod jobs;
mod reasons;
mod resolve;
mod road_clerk;
mod roster;
pub mod scenarios;
mod signs;
mod what_if;

pub use answer::{Answer, CountyRow, Gap, Gaps, GroupRow, Moved, Row, SettingRow};
pub(crate) use changes::object;
pub use changes::{Added, Changes, OfSettings, Weights};
pub(crate) use crew::Crew;
pub use error::{DeskError, Fault};
pub use jobs::{Better, JobLimits, Jobs, Listener, NoneYet, Refused, Seen, State};
pub use resolve::MOST_FEATURES;
pub use what_if::WhatIf;
