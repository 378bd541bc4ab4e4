//! What proves the answer, for `--certificate`? A file of its own because it says once more, for a checker, what was typed.

use super::end;
use super::problem::{Covering, Sites};
use super::travel::Travel;
use super::{Ask, Assign, Cover, Found, Limits, Metric, Serve, WORK};
use crate::cli::Failure;
use crate::read;
use crate::report::{Proved, TableCertificate, table_certificate};
use crate::siting::{self, Answer, BranchAndBound, CostAnswer, Leaves, Problem, Watch};
use crate::travel::SiteIndex;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Times that fewer stations are claimed where a proof does not come out.
const CLAIMS: u64 = 3;
/// Pairs that a processor looks at in a second, about.
const PER_SECOND: f64 = 1e9;

/// What is certified beside the answer: the model, and how its number of stations is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Claim<'a> {
    /// So many stations cover, or serve, no more.
    Most { stations: u32, serve: &'a Serve },
    /// So many units are covered by no fewer stations; the share that was asked for, if any.
    Fewest { least: u64, share: Option<f64> },
}

/// The text of the certificate.
///
/// # Errors
/// When a table can no longer be read.
pub(super) fn certificate(
    covering: &Covering,
    ask: &Ask,
    cover: &Cover,
    claim: Claim<'_>,
    found: &Found,
    sites: &Sites<'_>,
) -> Result<String, Failure> {
    let units = |weight: f64| (weight * covering.scale).round() as u64;
    let mut question = question(ask, Some(cover.within), &cover.limits);
    let (model, leaves) = match claim {
        Claim::Most { stations, serve } => {
            question["stations"] = json!(stations);
            question["fade"] = json!(serve.fade);
            question["capacity"] = json!(serve.capacity);
            question["backup"] = json!(serve.backup);
            let answer =
                Answer { chosen: found.chosen.clone(), objective: units(found.objective), bound: units(found.bound) };
            let watch = Arc::new(Watch::default());
            end::on_signal_or_clock(&watch, None);
            ("mclp", siting::leaves_watched(&covering.problem, &answer, work(ask), &watch))
        }
        Claim::Fewest { least, share } => {
            question["stations"] = json!(found.chosen.len());
            question["fade"] = json!([]);
            question["share"] = json!(share);
            let (fewest, mut leaves) = no_fewer(&covering.problem, least, found.bound as u64);
            question["fewest"] = json!(fewest);
            question["least"] = json!(least);
            leaves.chosen.clone_from(&found.chosen);
            leaves.objective = covering.problem.objective(&found.chosen);
            (if share.is_some() { "partial-cover" } else { "set-cover" }, leaves)
        }
    };
    let of = TableCertificate {
        model,
        inputs: inputs(ask, &cover.limits)?,
        question,
        proved: Proved::Cover {
            units_per_weight: covering.weight_scale,
            parts: (&covering.parts, covering.parts.iter().sum()),
            leaves: &leaves,
        },
    };
    Ok(table_certificate(&of, &|s| sites.ids.name(s as usize)))
}

/// The text of the certificate of a model that sends everybody to a station: the median, or the center.
///
/// # Errors
/// When a table can no longer be read.
pub(super) fn travel_certificate(
    travel: &Travel,
    ask: &Ask,
    assign: &Assign,
    median: bool,
    answer: &CostAnswer,
    sites: &Sites<'_>,
) -> Result<String, Failure> {
    let mut question = question(ask, assign.within, &assign.limits);
    question["stations"] = json!(assign.stations);
    let (inputs, units_per_cost) = (inputs(ask, &assign.limits)?, travel.scale);
    let id = |s: SiteIndex| sites.ids.name(s as usize);
    let text = |model, proved| table_certificate(&TableCertificate { model, inputs, question, proved }, &id);
    Ok(if median {
        let leaves = siting::median_leaves(&travel.costs, answer, WORK);
        let units_per_weight = travel.weight_scale;
        text("p-median", Proved::Median { units_per_weight, units_per_cost, leaves: &leaves })
    } else {
        let leaves = siting::center_leaves(&travel.costs, answer);
        text("p-center", Proved::Center { units_per_cost, leaves: &leaves })
    })
}

/// How much a proof may cost. Counted, not timed, as all else that a file depends on: about what the search was allowed.
fn work(ask: &Ask) -> usize {
    let allowed = ask.time_limit.map_or(0.0, |seconds| seconds * PER_SECOND) as usize;
    allowed.max(BranchAndBound::default().work)
}

/// Proves that fewer stations than `bound` do not cover `least`: one fewer cover less. The number that is proved; 0 proves nothing.
fn no_fewer(problem: &Problem, least: u64, bound: u64) -> (u64, Leaves) {
    let empty = |bound: u64| Leaves { bound, rows: problem.rows().len(), ..Leaves::default() };
    if least <= problem.base {
        return (0, empty(0));
    }
    for fewest in (1..=bound).rev().take(CLAIMS as usize) {
        let one_fewer = Problem { choose: fewest as usize - 1, ..problem.clone() };
        let short = Answer { chosen: Vec::new(), objective: least - 1, bound: least - 1 };
        let leaves = siting::leaves(&one_fewer, &short, BranchAndBound::default().work);
        if leaves.bound < least {
            return (fewest, leaves);
        }
    }
    (0, empty(0))
}

/// What the command line asked, but for what only one model asks.
fn question(ask: &Ask, within: Option<f64>, limits: &Limits) -> Value {
    let metric = match (&ask.times, ask.metric) {
        (Some(_), _) => "times",
        (None, Metric::Geodesic) => "geodesic",
        (None, Metric::Planar) => "planar",
    };
    let list = |ids: &[String]| {
        let mut ids: Vec<&str> = ids.iter().map(|id| id.trim()).filter(|id| !id.is_empty()).collect();
        ids.sort_unstable();
        ids.dedup();
        json!(ids)
    };
    json!({
        "within": within, "metric": metric, "open": list(&ask.open), "forbid": list(&ask.forbid),
        "budget": limits.budget, "spacing": limits.spacing, "counties": limits.counties.is_some(),
    })
}

/// Table, file and hash of every table read.
fn inputs(ask: &Ask, limits: &Limits) -> Result<Vec<(&'static str, String, String)>, Failure> {
    let tables: [(&'static str, Option<&Path>); 4] = [
        ("demand", Some(&ask.demand)),
        ("sites", Some(&ask.sites)),
        ("times", ask.times.as_deref()),
        ("counties", limits.counties.as_deref()),
    ];
    let mut inputs = Vec::new();
    for (table, file) in tables {
        let Some(file) = file else { continue };
        let name = file.display().to_string();
        let sha256 = read::sha256_of(file).map_err(|e| Failure::Usage {
            zh: format!("{name}：无法读取：{e}"),
            en: format!("{name}: cannot be read: {e}"),
        })?;
        inputs.push((table, name, sha256));
    }
    Ok(inputs)
}
