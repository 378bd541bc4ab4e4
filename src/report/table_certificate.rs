//! What can someone check of a bare problem's answer? The file of `doorstep solve --certificate`. A file of its own because
//! its inputs are tables and a command line, not a plan folder.
//!
//! The format is that of [`super::certificate()`] from `status` on, with the sites in the order of their ids. Before that:
//!
//! | key | what it holds |
//! | --- | --- |
//! | `certificate` `doorstep` `model` | 1, version of the program, `mclp`, `set-cover` or `partial-cover` |
//! | `inputs` | per table its `table` (demand, sites, times, counties), `file` as it was named, `sha256` |
//! | `question` | what the command line asked: `stations` `within` `metric` `open` `forbid` `budget` `spacing` `counties` (whether there is such a table) `fade` |
//! | | of `set-cover` and `partial-cover` also `least` (units that must be covered), `share` (of all weight, where asked) and `fewest`: no fewer stations cover so much. Then `bound` and the tree say what `fewest` less one stations cover at most: less than `least`. 0 is no claim |
//! | `units_per_weight` | integer units of one unit of weight; the weight of a row is rounded half away from zero |
//! | `parts` | per reach what being within it adds, as a whole number of `part_of`: one reach without fading, `[1]` of 1 |

use super::proof;
use crate::siting::{Leaves, Proof};
use crate::travel::SiteIndex;
use serde_json::{Value, json};

/// What a certificate of a bare problem is made of.
#[derive(Debug)]
pub struct TableCertificate<'a> {
    /// `mclp`, `set-cover` or `partial-cover`.
    pub model: &'static str,
    /// Table, file and SHA-256 of every table read.
    pub inputs: Vec<(&'static str, String, String)>,
    /// What was asked, as the format says.
    pub question: Value,
    /// Integer units of a unit of weight.
    pub units_per_weight: f64,
    /// What each reach adds, and of how many parts.
    pub parts: (&'a [u64], u64),
    /// The proof.
    pub leaves: &'a Leaves,
}

/// The bytes of the file.
pub fn table_certificate<'a>(of: &TableCertificate<'_>, id: &dyn Fn(SiteIndex) -> &'a str) -> String {
    let leaves = of.leaves;
    let inputs =
        of.inputs.iter().map(|(table, file, sha256)| json!({ "table": table, "file": file, "sha256": sha256 }));
    let certificate = json!({
        "certificate": 1,
        "doorstep": env!("CARGO_PKG_VERSION"),
        "model": of.model,
        "inputs": inputs.collect::<Vec<_>>(),
        "question": of.question,
        "units_per_weight": of.units_per_weight,
        "parts": of.parts.0,
        "part_of": of.parts.1,
        "status": status(of),
        "chosen": leaves.chosen.iter().map(|&s| id(s)).collect::<Vec<_>>(),
        "objective": leaves.objective,
        "bound": leaves.bound,
        "rows": leaves.rows,
        "multipliers": proof::multipliers(leaves),
        "nodes": proof::nodes(leaves, id),
    });
    certificate.to_string() + "\n"
}

/// Whether the leaves prove the answer: of the most weight, or of the fewest stations.
fn status(of: &TableCertificate<'_>) -> &'static str {
    let leaves = of.leaves;
    match of.question["fewest"].as_u64() {
        Some(fewest) if fewest == leaves.chosen.len() as u64 => Proof::Optimal.name(),
        Some(_) => Proof::Feasible.name(),
        None => Proof::of(leaves.objective, leaves.bound).name(),
    }
}
