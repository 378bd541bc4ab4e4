//! What are the numbers of a plan, for programs? `summary.json`, exactly as the contract fixes it. A file of its own
//! because names and order of its keys are a promise: what is not promised yet stands after what is.

mod negotiation;
mod travel;

use crate::job::Outcome;
use crate::measure::{Change, Share};
use crate::model::{Input, Setting};
use crate::report::number::{Num, rounded_up, seconds_at_most};
use crate::report::words;
use crate::siting::{Certificate, Proof};
use negotiation::{Curve, Fewest, Near, status};
use serde::Serialize;
use serde_json::Value;

/// The JSON Schema of `summary.json` (draft 2020-12).
pub const SUMMARY_SCHEMA: &str = include_str!("schema.json");

/// The summary as a JSON value, for answers over HTTP; the same content as [`summary_text`].
pub fn summary(outcome: &Outcome) -> Value {
    serde_json::to_value(Summary::new(outcome)).unwrap_or_else(|_| unreachable!("plain data with text keys serializes"))
}

/// The bytes of `summary.json`: keys in the contract's order, indented by two, a line feed at the end.
///
/// People are people (fractions where a polygon is covered in part), shares in \[0, 1\] or null where there is nobody,
/// `objective` and `bound` weighted people. `certificate.seconds` is the step of 10, 60, 600, 3,600 ... that the search
/// stayed within, so that a run repeats byte for byte; `bound` and `gap` are rounded upwards, so that the proof stays true.
pub fn summary_text(outcome: &Outcome) -> String {
    let text = serde_json::to_string_pretty(&Summary::new(outcome));
    text.unwrap_or_else(|_| unreachable!("plain data with text keys serializes")) + "\n"
}

#[derive(Serialize)]
struct Summary<'a> {
    doorstep: &'static str,
    plan: &'a str,
    inputs: &'a [Input],
    target: usize,
    existing: usize,
    proposed: usize,
    coverage: Coverage<'a>,
    phases: Vec<Phase<'a>>,
    certificate: Proved<'a>,
    // From here on not in the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    worst_county: Option<WorstCounty>,
    curve: Curve,
    fewest: Vec<Fewest>,
    near: Near<'a>,
    open: usize,
    gaps: Gaps,
    standards: Vec<StandardRow>,
    travel: travel::Travel,
    remarks: Vec<&'static str>,
    notice: Option<&'a str>,
    date: String,
}

#[derive(Serialize)]
struct Coverage<'a> {
    today: C,
    proposed: C,
    by_county: Vec<ByCounty<'a>>,
    by_setting: Vec<BySetting>,
    by_group: Vec<ByGroup<'a>>,
    clusters: TodayAndProposed,
}

#[derive(Serialize)]
struct C {
    people: Num,
    covered: Num,
    share: Option<Num>,
}

#[derive(Serialize)]
struct TodayAndProposed {
    today: C,
    proposed: C,
}

#[derive(Serialize)]
struct ByCounty<'a> {
    county: Option<&'a str>,
    today: C,
    proposed: C,
}

#[derive(Serialize)]
struct BySetting {
    setting: Option<&'static str>,
    today: C,
    proposed: C,
}

#[derive(Serialize)]
struct ByGroup<'a> {
    group: &'a str,
    today: C,
    proposed: C,
}

#[derive(Serialize)]
struct Phase<'a> {
    name: &'a str,
    stations: usize,
    covered: Num,
    share: Option<Num>,
    sites: Vec<&'a str>,
    best_alone: Num,
    objective: Num,
    best_alone_objective: Num,
    price_of_nesting: Num,
    best_alone_status: &'static str,
}

#[derive(Serialize)]
struct Proved<'a> {
    status: &'static str,
    objective: Num,
    bound: Num,
    #[serde(serialize_with = "zero_or_fine")]
    gap: f64,
    method: &'a str,
    seconds: Num,
    seed: u64,
}

/// The share of residents that every county reaches, where the worst county comes first.
#[derive(Serialize)]
struct WorstCounty {
    share: Num,
    bound: Num,
    status: &'static str,
}

#[derive(Serialize)]
struct Gaps {
    places: usize,
    people: Num,
}

#[derive(Serialize)]
struct StandardRow {
    setting: Option<&'static str>,
    mode: &'static str,
    minutes: Num,
    radius_m: Num,
}

impl<'a> Summary<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let plan = &outcome.folder.plan;
        Self {
            doorstep: env!("CARGO_PKG_VERSION"),
            plan: &plan.name,
            inputs: &outcome.folder.inputs,
            target: plan.target,
            existing: outcome.existing(),
            proposed: outcome.proposals.len(),
            coverage: Coverage::new(outcome),
            phases: phases(outcome),
            certificate: Proved::new(&outcome.certificate),
            worst_county: outcome.worst.as_ref().map(|w| WorstCounty {
                share: Num(w.share),
                bound: Num(rounded_up(w.bound)),
                status: status(w.proved),
            }),
            curve: Curve::new(outcome),
            fewest: outcome.curve.fewest.iter().map(Fewest::new).collect(),
            near: Near::new(outcome),
            open: outcome.open(),
            gaps: Gaps { places: outcome.gaps.len(), people: Num(outcome.gaps.iter().map(|g| g.people.0).sum()) },
            standards: outcome.standards.iter().map(StandardRow::new).collect(),
            travel: travel::Travel::new(outcome),
            remarks: outcome.remarks.iter().map(|r| words::remark_code(*r)).collect(),
            notice: plan.notice.as_ref().map(|n| n.say(plan.lang)),
            date: outcome.date.to_string(),
        }
    }
}

impl<'a> Coverage<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let shares = &outcome.shares;
        let TodayAndProposed { today, proposed } = (&shares.total).into();
        let by_county = shares.by_county.iter().map(|(county, change)| {
            let TodayAndProposed { today, proposed } = change.into();
            ByCounty { county: county.as_deref(), today, proposed }
        });
        let by_setting = shares.by_setting.iter().map(|(setting, change)| {
            let TodayAndProposed { today, proposed } = change.into();
            BySetting { setting: setting.map(Setting::name), today, proposed }
        });
        let by_group = shares.by_group.iter().map(|(group, change)| {
            let TodayAndProposed { today, proposed } = change.into();
            ByGroup { group, today, proposed }
        });
        Self {
            today,
            proposed,
            by_county: by_county.collect(),
            by_setting: by_setting.collect(),
            by_group: by_group.collect(),
            clusters: (&shares.clusters).into(),
        }
    }
}

impl From<Share> for C {
    fn from(share: Share) -> Self {
        Self { people: Num(share.people.0), covered: Num(share.covered.0), share: share.share().map(Num) }
    }
}

impl From<&Change> for TodayAndProposed {
    fn from(change: &Change) -> Self {
        Self { today: change.today.into(), proposed: change.proposed.into() }
    }
}

fn phases(outcome: &Outcome) -> Vec<Phase<'_>> {
    let rows = outcome.phases.iter().map(|phase| Phase {
        name: &phase.name,
        stations: phase.stations,
        covered: Num(phase.reach.covered.0),
        share: phase.reach.share().map(Num),
        sites: phase.sites.iter().map(|&i| outcome.candidates[i].id.as_str()).collect(),
        best_alone: Num(phase.best_alone.0),
        objective: Num(phase.objective),
        best_alone_objective: Num(phase.best_alone_objective),
        price_of_nesting: Num(phase.best_alone_objective - phase.objective),
        best_alone_status: status(phase.best_alone_proved),
    });
    rows.collect()
}

impl<'a> Proved<'a> {
    fn new(certificate: &'a Certificate) -> Self {
        let optimal = certificate.proof == Proof::Optimal;
        // Nine decimals, upwards: a gap that is there is never written as 0.
        let gap = if optimal { 0.0 } else { (certificate.gap.clamp(0.0, 1.0) * 1e9).ceil() / 1e9 };
        Self {
            status: certificate.proof.name(),
            objective: Num(certificate.objective),
            bound: Num(if optimal { certificate.bound } else { rounded_up(certificate.bound) }),
            gap,
            method: &certificate.method,
            seconds: Num(seconds_at_most(certificate.seconds)),
            seed: certificate.seed,
        }
    }
}

/// A whole number without `.0`, like every other.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn zero_or_fine<S: serde::Serializer>(gap: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if *gap == 0.0 { serializer.serialize_u64(0) } else { serializer.serialize_f64(*gap) }
}

impl StandardRow {
    fn new(standard: &crate::travel::Standard) -> Self {
        Self {
            setting: standard.setting.map(Setting::name),
            mode: standard.mode.name(),
            minutes: Num(standard.minutes.0),
            radius_m: Num(standard.radius.0),
        }
    }
}

#[cfg(test)]
mod tests;
