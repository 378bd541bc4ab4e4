//! Where should the stations stand?
//!
//! A [`Problem`] is a maximal covering location problem with side conditions; a [`Method`] answers it with a choice,
//! its objective and an upper bound; a [`Certificate`] states what that proves, and [`leaves`] writes the proof down for
//! those who would rather check it. Weights are integers, so objective and bound are exact.
//!
//! To add a method: one file that implements [`Method`], one `mod` line, one row in `tests/siting.rs`, where every
//! method is held against brute force.

mod apart;
mod branch;
mod candidates;
mod certificate;
mod core;
mod dominance;
mod costs;
mod cut;
mod cutting;
mod decay;
mod exchange;
mod follows;
mod conflict;
mod curve;
mod feasible;
mod greedy;

mod infeasible;
mod iterate;
mod joined;
mod lagrangian;
pub mod p_center;
mod p_center_leaves;
pub mod p_median;
mod p_median_bound;
mod p_median_core;
mod p_median_leaves;
mod p_median_swap;
mod leaf_packing;
mod leaf_prices;
mod leaf_tree;
mod leaf_vertices;
mod leaves;
mod linked;
mod near;
mod part;
mod phases;
mod problem;
mod refusal;
mod relaxed;
mod saddle;
mod separate;
mod served;
mod service;
mod service_bound;
mod service_flow;
mod service_pieces;
mod service_search;
mod set_cover;
mod set_cover_bound;
mod set_cover_reduce;
mod set_cover_search;
mod setup;
mod simplex;
mod watch;
mod worst_first;
mod over_phases;

pub use apart::Apart;
pub use branch::BranchAndBound;
pub use candidates::{Derived, Source, derive};
pub use certificate::{Certificate, Proof};
pub use conflict::{Condition, Conflict, conflict};
pub use costs::{CostAnswer, Costs};
pub use curve::{Curve, CurveEnd, CurvePoint, StationsFor, curve};
pub use decay::{Fading, stepwise};
pub use feasible::{Feasible, feasible};
pub use greedy::further;

pub use cut::Cut;
pub use infeasible::Infeasible;
pub use leaf_packing::leaves_by_packing;
pub use leaf_tree::{Demand, Leaves, Multipliers, Node};
pub use leaf_vertices::leaves_by_vertices;
pub use leaves::{leaves, leaves_watched};

pub use near::{Extent, NearPlan, NearPlans, Nearness, Standing, near, standings};
pub use over_phases::{OverPhases, PhaseSum};
pub use p_center_leaves::{CenterLeaves, center_leaves};
pub use p_median_leaves::{MedianLeaves, Prices, median_leaves};
pub use phases::{Step, nest, opened};
pub use problem::{Choice, CountyRule, Problem, Rows};
pub use refusal::{Refusal, refusals};
pub use service::{Capacity, Rule, Service, ServiceRow};
pub use service_search::search_alone;
pub use set_cover::{Fewest, FewestAnswer};
pub use setup::{Amount, LimitKind, Question, Ring, Setup, weight_of_place};
pub use watch::Watch;
pub use worst_first::{NoneBetter, Worst, none_better, worst_first};

use crate::travel::SiteIndex;

/// What a method found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Chosen sites, ascending.
    pub chosen: Vec<SiteIndex>,
    /// Weight covered, `base` included.
    pub objective: u64,
    /// No choice under the same conditions covers more; at least `objective`.
    pub bound: u64,
}

impl Answer {
    /// Whether the bound meets the objective.
    pub fn proved(&self) -> bool {
        meets(self.objective, self.bound)
    }
}

/// Whether a bound meets an objective. Weights are rounded to a millionth of a person: less than a billionth of the
/// whole is that rounding.
pub fn meets(objective: u64, bound: u64) -> bool {
    (bound - objective) as f64 <= 1e-9 * bound as f64
}

/// A way to answer a [`Problem`].
pub trait Method: Sync {
    /// Name for certificates.
    fn name(&self) -> &'static str;

    /// Solves the problem. `starts` are choices worth improving; those that break a condition are passed over.
    ///
    /// # Errors
    /// The conditions that conflict when no choice meets them all.
    fn solve(&self, problem: &Problem, starts: &[Vec<SiteIndex>]) -> Result<Answer, Infeasible>;
}
