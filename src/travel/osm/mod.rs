//! What does an OpenStreetMap file say? Nodes, ways and relations of a PBF extract, block by block, without any opinion on
//! roads: that is `roads/`.
//!
//! A PBF is a row of *blobs*, each a compressed *block* of some thousand elements with a string table of its own. The few
//! protobuf messages are decoded here: the format has been frozen since 2010, a general protobuf crate costs more to build
//! than the rest of the crate, and reading roads fast means skipping what is not a road without building objects.
//! Every length is checked, so that damage is an error and never a panic.

mod block;
mod blob;
mod wire;

pub use blob::{Blobs, MOST_BLOB};
pub use block::{Block, MemberKind, Node, Relation, Tags, Way};
pub use wire::Malformed;

/// Why a file is not read as OSM PBF.
#[derive(Debug, thiserror::Error)]
pub enum OsmError {
    /// The system cannot read it.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It does not start as a PBF does.
    #[error("not an OSM PBF file")]
    NotPbf,
    /// It ends within a blob, or a length in it is impossible.
    #[error("truncated or damaged at byte {0}")]
    Damaged(u64),
    /// It needs something that is not understood here.
    #[error("needs {0}, which is not understood")]
    Unknown(String),
}
