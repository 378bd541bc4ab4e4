//! What has happened to a station, and when? The log behind the quarterly work report.

use super::Status;

/// One entry of the progress log. Entries are never overwritten: a change of status is a new one with its date.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgressEntry {
    /// Id of the station.
    pub station: String,
    /// The day of the entry.
    pub date: time::Date,
    /// Its status from that day on, where it changed.
    pub status: Option<Status>,
    /// The day by which it is to be open, where that was set or moved.
    pub due: Option<time::Date>,
    /// People served since the entry before.
    pub served: Option<f64>,
    /// What stands in the way.
    pub problem: Option<String>,
    /// What happens next.
    pub next_step: Option<String>,
}
