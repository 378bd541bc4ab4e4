//! What proves the answer, for `--certificate`? A file of its own because it says once more, for a checker, what was typed.

use super::problem::{Covering, Sites};
use super::{Ask, Cover, Found, Metric, Serve};
use crate::cli::Failure;
use crate::read;
use crate::report::{TableCertificate, table_certificate};
use crate::siting::{self, Answer, BranchAndBound};
use serde_json::json;
use std::path::Path;

/// The text of the certificate.
///
/// # Errors
/// When a table can no longer be read.
pub(super) fn certificate(
    covering: &Covering,
    ask: &Ask,
    cover: &Cover,
    serve: &Serve,
    stations: u32,
    found: &Found,
    sites: &Sites<'_>,
) -> Result<String, Failure> {
    let units = |weight: f64| (weight * covering.scale).round() as u64;
    let answer = Answer { chosen: found.chosen.clone(), objective: units(found.objective), bound: units(found.bound) };
    let leaves = siting::leaves(&covering.problem, &answer, BranchAndBound::default().work);
    let tables: [(&'static str, Option<&Path>); 4] = [
        ("demand", Some(&ask.demand)),
        ("sites", Some(&ask.sites)),
        ("times", ask.times.as_deref()),
        ("counties", cover.limits.counties.as_deref()),
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
    let question = json!({
        "stations": stations, "within": cover.within, "metric": metric,
        "open": list(&ask.open), "forbid": list(&ask.forbid), "budget": cover.limits.budget, "spacing": cover.limits.spacing,
        "counties": cover.limits.counties.is_some(), "fade": serve.fade,
    });
    let of = TableCertificate {
        inputs,
        question,
        units_per_weight: covering.weight_scale,
        parts: (&covering.parts, covering.parts.iter().sum()),
        leaves: &leaves,
    };
    Ok(table_certificate(&of, &|s| sites.ids.name(s as usize)))
}
