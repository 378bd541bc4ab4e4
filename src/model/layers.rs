//! What a plan folder holds once it is read: every layer, in id order, and where it came from.

use super::{Candidate, Place, Plan, Station, TravelInput};
use std::sync::Arc;

/// The content of a plan folder, validated; every layer is sorted by id.
#[derive(Debug, Clone)]
pub struct PlanFolder {
    /// `plan.toml`.
    pub plan: Plan,
    /// Residences first, then clusters, each sorted by id.
    pub places: Vec<Place>,
    /// Stations, closed ones too.
    pub stations: Vec<Station>,
    /// Candidates as the folder gives them; `None` when they have to be derived.
    pub candidates: Option<Vec<Candidate>>,
    /// County outlines, sorted by county.
    pub boundaries: Vec<Boundary>,
    /// What the travel model needs beside the plan.
    pub travel: TravelInput,
    /// Every file read, `plan.toml` first.
    pub inputs: Vec<Input>,
}

/// The outline of a county.
#[derive(Debug, Clone)]
pub struct Boundary {
    /// County name.
    pub county: Arc<str>,
    /// Outline in degrees.
    pub outline: geo::MultiPolygon<f64>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Input {
    /// `plan`, `residences`, `clusters`, `stations`, `candidates`, `boundaries`, `roads` or `times`.
    pub layer: String,
    /// File name relative to the plan folder.
    pub file: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Features read.
    pub features: usize,
    /// Features refused (none, or `plan` would have stopped).
    pub rejected: usize,
    /// Datum of its coordinates, all converted to WGS84 on reading: `wgs84`, `cgcs2000`, `gcj02`, `bd09`, `epsg:N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datum: Option<String>,
}
