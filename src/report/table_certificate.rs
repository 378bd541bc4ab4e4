//! What can someone check of a bare problem's answer? The file of `doorstep solve --certificate`. A file of its own because
//! its inputs are tables and a command line, not a plan folder.
//!
//! The format is that of [`super::certificate()`] from `status` on, with the sites in the order of their ids. Before that:
//!
//! | key | what it holds |
//! | --- | --- |
//! | `certificate` `doorstep` `model` | 1, version of the program, `mclp`, `set-cover`, `partial-cover`, `p-median` or `p-center` |
//! | `inputs` | per table its `table` (demand, sites, times, counties), `file` as it was named, `sha256` |
//! | `question` | what the command line asked: `stations` `within` `metric` `open` `forbid` `budget` `spacing` `counties` (whether there is such a table) and, of models that cover, `fade` |
//! | | of `set-cover` and `partial-cover` also `least` (units that must be covered), `share` (of all weight, where asked) and `fewest`: no fewer stations cover so much. Then `bound` and the tree say what `fewest` less one stations cover at most: less than `least`. 0 is no claim |
//! | | of `mclp` also `capacity` (whether sites have room for so many units of weight only) and `backup` (what a second station adds, a share or null): rows then have `first`, `second` and `people` as in a plan, in whole parts of that share |
//! | `units_per_weight` | integer units of one unit of weight; the weight of a row is rounded half away from zero. Not of `p-center`, where weights do not count |
//! | `parts` `part_of` | of models that cover: per reach what being within it adds, as a whole number of `part_of`: one reach without fading, `[1]` of 1 |
//! | `units_per_cost` | of `p-median` and `p-center`: integer units of one unit of travel, to which each pair is rounded half away from zero; `within` is compared before that |
//!
//! `p-center`: `objective` is the worst cost of a nearest chosen site, and no choice has one below `bound`, both in units of cost.
//! The tree is that of `mclp` for the problem whose rows are sets of sites, weight 1,000,000 each: those that are not forbidden and
//! that some point reaches at `bound` less one unit. Sets that contain another are left out. It proves that a choice covers at
//! most all sets but one; the empty set of a point that has no such site counts as one. A `bound` of 0 is no claim and has no tree.
//!
//! `p-median`: `objective` is the sum of weight times cost of the nearest chosen site, and no choice has less than `bound`, both in
//! units of weight times units of cost. `fix` and `by` of nodes refer to `prices`, which stand in the place of `multipliers`:
//! `by` `of` `parts`, a part per row of the demand table in the order of the file, whose price is `p = part * by / of` units of cost.
//! With `m = max(1, w)` of units of weight `w`, a part of the space of choices is bounded by
//! `sum_i m_i p_i + min { sum_j sum_i min(0, w_i c_ij - m_i p_i) }`: the inner sum over the rows that reach site `j`, the minimum over
//! the choices that keep the number and the counties; rounded up to a multiple of the common divisor of all `w`. A node is
//! closed where that is at least `bound`; `choice` where its choice breaks a condition, leaves out demand or costs no less.

use super::proof;
use crate::siting::{CenterLeaves, Leaves, MedianLeaves, Proof, meets};
use crate::travel::SiteIndex;
use serde_json::{Value, json};

/// What a certificate of a bare problem is made of.
#[derive(Debug)]
pub struct TableCertificate<'a> {
    /// `mclp`, `set-cover`, `partial-cover`, `p-median` or `p-center`.
    pub model: &'static str,
    /// Table, file and SHA-256 of every table read.
    pub inputs: Vec<(&'static str, String, String)>,
    /// What was asked, as the format says.
    pub question: Value,
    /// What integers mean, and the proof.
    pub proved: Proved<'a>,
}

/// The proof of a kind of model, and what its integers are units of.
#[derive(Debug)]
pub enum Proved<'a> {
    /// Covering: the most weight, or the fewest stations.
    Cover {
        /// Integer units of a unit of weight.
        units_per_weight: f64,
        /// What each reach adds, and of how many parts.
        parts: (&'a [u64], u64),
        /// The proof.
        leaves: &'a Leaves,
    },
    /// Least weighted travel.
    Median {
        /// Integer units of a unit of weight.
        units_per_weight: f64,
        /// Integer units of a unit of travel.
        units_per_cost: f64,
        /// The proof.
        leaves: &'a MedianLeaves,
    },
    /// Least worst travel.
    Center {
        /// Integer units of a unit of travel.
        units_per_cost: f64,
        /// The proof.
        leaves: &'a CenterLeaves,
    },
}

/// The bytes of the file.
pub fn table_certificate<'a>(of: &TableCertificate<'_>, id: &dyn Fn(SiteIndex) -> &'a str) -> String {
    let ids = |sites: &[SiteIndex]| sites.iter().map(|&s| id(s)).collect::<Vec<_>>();
    let inputs =
        of.inputs.iter().map(|(table, file, sha256)| json!({ "table": table, "file": file, "sha256": sha256 }));
    let mut certificate = json!({
        "certificate": 1,
        "doorstep": env!("CARGO_PKG_VERSION"),
        "model": of.model,
        "inputs": inputs.collect::<Vec<_>>(),
        "question": of.question,
    });
    let more = match &of.proved {
        Proved::Cover { units_per_weight, parts, leaves } => json!({
            "units_per_weight": units_per_weight,
            "parts": parts.0,
            "part_of": parts.1,
            "status": status(&of.question, leaves),
            "chosen": ids(&leaves.chosen),
            "objective": leaves.objective,
            "bound": leaves.bound,
            "rows": leaves.rows,
            "cuts": proof::cuts(leaves, id),
            "multipliers": proof::multipliers(leaves),
            "nodes": proof::nodes(&leaves.nodes, id),
        }),
        Proved::Median { units_per_weight, units_per_cost, leaves } => json!({
            "units_per_weight": units_per_weight,
            "units_per_cost": units_per_cost,
            "status": least(leaves.objective, leaves.bound),
            "chosen": ids(&leaves.chosen),
            "objective": leaves.objective,
            "bound": leaves.bound,
            "prices": proof::prices(&leaves.prices),
            "nodes": proof::nodes(&leaves.nodes, id),
        }),
        Proved::Center { units_per_cost, leaves } => json!({
            "units_per_cost": units_per_cost,
            "status": least(leaves.objective, leaves.bound),
            "chosen": ids(&leaves.chosen),
            "objective": leaves.objective,
            "bound": leaves.bound,
            "rows": leaves.below.rows,
            "cuts": proof::cuts(&leaves.below, id),
            "multipliers": proof::multipliers(&leaves.below),
            "nodes": proof::nodes(&leaves.below.nodes, id),
        }),
    };
    if let (Some(all), Value::Object(more)) = (certificate.as_object_mut(), more) {
        all.extend(more);
    }
    certificate.to_string() + "\n"
}

/// Whether the leaves prove the answer: of the most weight, or of the fewest stations.
fn status(question: &Value, leaves: &Leaves) -> &'static str {
    match question["fewest"].as_u64() {
        Some(fewest) if fewest == leaves.chosen.len() as u64 => Proof::Optimal.name(),
        Some(_) => Proof::Feasible.name(),
        None => Proof::of(leaves.objective, leaves.bound).name(),
    }
}

/// Whether the least is proved.
fn least(objective: u64, bound: u64) -> &'static str {
    (if meets(bound, objective) { Proof::Optimal } else { Proof::Feasible }).name()
}
