//! What is that worth, and to whom?
//!
//! *Shares* count people, *proposals* say what each station brings and what refusing it costs, *gaps* list who is left
//! and why; *negotiation* measures the plans that could stand instead. The words of an answer are in `outcome.rs`; they are plain data.
//!
//! To add a measure: one file, its type in `outcome.rs`, one line in `job`, a test against counting by hand.

mod buildable;
mod comparison;
mod equity;
mod evidence;
mod gaps;
mod negotiation;
mod outcome;
mod proposals;
mod shares;

pub use crate::siting::{CurveEnd, Extent, LimitKind};
pub use buildable::{Buildable, buildable};
pub use comparison::{Comparison, Covered, Moved};
pub use equity::{Equity, Evenness, evenness};
pub use evidence::{AtTheLimit, Evidence, at_the_limit};
pub use gaps::gaps;
pub use negotiation::{curve, near};
pub use outcome::{
    Change, Curve, CurvePoint, Fewest, Gap, GapReason, Near, NearPlan, Nearest, PhaseOutcome, PlaceCover, Proposal,
    Remedy, Share, Shares, SiteRef,
};
pub use proposals::{Ground, phases, proposals};
pub use shares::shares;
