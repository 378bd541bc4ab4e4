//! How long does it take over the road network? From an OSM extract to exact travel times.
//!
//! [`Roads`] is a *network* read from a PBF file, or mapped from its cache. A [`Profile`] is how one mode sees it in one
//! season: what is open, what every *arc* costs in whole milliseconds (or millimetres), which *states* a journey can be in.
//! Places are *snapped* to the nearest point of a road over a *link*; [`Journeys`] asks for all of many sites and places;
//! [`RoadTravel`] is the travel model of a plan.
//!
//! Files in the order in which data walks through them: `ways` (PBF to raw ways) with `access`, `seasons` and `class`;
//! `build` (to a `network`), `cache`, `columns`; `speeds`, `turns`, `graph`, `parts`; `snap`, `search`, `nearest`, `stops`;
//! `journeys`, `over_roads`, `isochrone`.
//!
//! To add a tag: a line in `access.rs` and a case in `tests/roads.rs`; raise the version in `cache.rs`. To add a speed: a line
//! in `speeds.rs`.

mod access;
mod build;
mod cache;
mod class;
mod columns;
mod contour;
mod error;
mod graph;
mod isochrone;
mod journeys;
mod lengths;
mod nearest;
mod network;
mod over_roads;
mod parts;
mod search;
mod seasons;
mod snap;
mod speeds;
mod stops;
mod turns;
mod ways;

pub use class::{Direction, Ground, Highway};
pub use error::RoadError;
pub use graph::{Adjacency, Graph, Measure};
pub use isochrone::{FRINGE, Isochrone, Isochrones};
pub use journeys::{Flow, Journey, Journeys, Placed, Profile};
pub use network::{ArcId, Network, Tally};
pub use over_roads::{OverRoads, RoadTravel, grounds, limit};
pub use search::{Search, UNREACHED};
pub use snap::{ISLAND, Island, Snap, SnapIndex};
pub use speeds::{DRIVE, Speeds};

use crate::model::Position;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;

/// Whether a network is kept beside its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Look for a cache, and leave one.
    Cached,
    /// Read the file and write nothing.
    Fresh,
}

/// A road network and the file it came from.
#[derive(Debug, Clone)]
pub struct Roads {
    /// Path as given.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The network.
    pub network: Network,
    /// Whether it came from a cache.
    pub from_cache: bool,
}

impl Roads {
    /// Reads a PBF file, or maps what an earlier run kept of it. A cache that cannot be written is no error.
    ///
    /// # Errors
    /// When the file is not read as OSM PBF, or holds no road.
    pub fn open(path: &Path, keep: Keep) -> Result<Self, RoadError> {
        let file = path.display().to_string();
        let fail = |source| RoadError::File { file: file.clone(), source };
        let sha256 = hash(path).map_err(|e| fail(e.into()))?;
        let places = if keep == Keep::Cached { cache::places(path, &sha256) } else { Vec::new() };
        if let Some(network) = places.iter().find_map(|place| cache::open(place, &sha256)) {
            return Ok(Self { file, sha256, network, from_cache: true });
        }
        let network = build::build(&ways::read(path).map_err(fail)?);
        if network.edge_count() == 0 {
            return Err(RoadError::NoRoads { file, mode: None });
        }
        // The first place that takes it; where none does, the next run reads again.
        let _kept = places.iter().any(|place| cache::write(place, &sha256, &network).is_ok());
        Ok(Self { file, sha256, network, from_cache: false })
    }

    /// Prepares the network for one mode, season and measure.
    ///
    /// # Errors
    /// When no road is open to the mode.
    pub fn profile(&self, speeds: &Speeds, measure: Measure) -> Result<Profile, RoadError> {
        let profile = Profile::new(&self.network, speeds, measure);
        let open = (0..self.network.edge_count() as u32).any(|e| profile.graph.is_open(e));
        if open {
            return Ok(profile);
        }
        Err(RoadError::NoRoads { file: self.file.clone(), mode: Some(speeds.mode().name()) })
    }

    /// # Errors
    /// When no position is within the extent of the roads, or near it.
    pub fn holds_any(&self, positions: &[Position]) -> Result<(), RoadError> {
        let Some((low, high)) = self.network.extent() else { return Ok(()) };
        // A place beside the last road of an extract is still of it.
        const MARGIN: f64 = 0.05;
        let roads = [low, high].map(|p| p.map(|v| f64::from(v) * 1e-7));
        let inside = |p: &Position| {
            (roads[0][0] - MARGIN..=roads[1][0] + MARGIN).contains(&p.lon())
                && (roads[0][1] - MARGIN..=roads[1][1] + MARGIN).contains(&p.lat())
        };
        let Some(first) = positions.first() else { return Ok(()) };
        if positions.iter().any(inside) {
            return Ok(());
        }
        let first = [first.lon(), first.lat()];
        let asked = positions.iter().fold([first, first], |[low, high], p| {
            [[low[0].min(p.lon()), low[1].min(p.lat())], [high[0].max(p.lon()), high[1].max(p.lat())]]
        });
        Err(RoadError::Elsewhere { file: self.file.clone(), roads, asked })
    }
}

/// SHA-256 of a file, piece by piece.
fn hash(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut file = std::fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a file"));
    }
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hash.finalize().into()),
            n => hash.update(&piece[..n]),
        }
    }
}
