//! What can someone check who does not trust this program? `certificate.json`: what proves the proposal. A file of its own
//! because its format is a promise to checkers that others write.
//!
//! The format, version 1. Ids are those of the inputs, numbers of units integers (a weighted person is
//! `units_per_person` of them, and the weight of a demand point is `weight of its place * share * units_per_person`,
//! rounded half away from zero).
//!
//! | key | what it holds |
//! | --- | --- |
//! | `certificate` | 1, the version of the format |
//! | `doorstep` `plan` | version of the program, name of the plan |
//! | `inputs` | `layer`, `file`, `sha256` of every file read |
//! | `standards` | per `[[circle]]` its `setting`, `mode` and `radius_m` |
//! | `units_per_person` | 1,000,000, or a power of ten less where sums would grow too large |
//! | `candidates` | ids in the order of the problem's sites; where they were derived, `id`, `lon`, `lat`, `county` each |
//! | `pieces` | per polygon its `layer`, `id` and `points`: `[lon, lat, share]` |
//! | `at_the_limit` | pairs within two micrometres of the limit: `layer`, `id` and `piece` of the place, `sites` and `site`, `inside` |
//! | `pairs` | only where roads or given times decide: per site its `sites`, `site` and the demand `points` that it serves, counted from 0: residences by id, then clusters by id, a polygon's pieces in their order |
//! | `status` `chosen` `objective` `bound` | the claim: what is chosen, the units it covers, the units that nothing exceeds; `optimal` when the two meet up to a billionth |
//! | `amounts` | only with `each_county` or `first`: per county with residents, sorted, `county` and the `least` units of residents that new stations must reach |
//! | `worst` | only with `first = "worst_county"`: the proof that no choice brings every county beyond the worst share, see below |
//! | `rows` | number of merged rows: uncovered demand points with one and the same set of candidates, sorted by set |
//! | `groups` | lists of sites that no county limit speaks of, for `group_of`; left away where there are none |
//! | `cuts` | inequalities over merged rows that every choice meets, each `rows`, `sites` (pairs of id and coefficient, at least 0) and `need`: the coefficients of the chosen sites and the number of `rows` left uncovered (one may stand in it more than once) add up to `need` at least; left away or empty where there are none |
//! | `multipliers` | `of` and, per merged row, `parts`: the multiplier is `weight * part / of` rounded half up, `part <= of`; with `amounts` also `amounts_of` and, per county, `amounts`; where cuts or demands are priced `prices_of` (with `amounts` the same as `amounts_of`), `cuts` (pairs of index and price) and `demands` (node, `"fewer"` or `"more"`, price), all in parts of `prices_of` of a unit, see `siting/leaf_prices.rs` |
//! | `nodes` | the tree, root first, children after their parents |
//!
//! A node is a part of the space of choices: it takes what is required and what was taken on the way, and leaves out what
//! was left out on the way, what is forbidden, and what stands too near a taken site. It is one of
//!
//! - `{"close": "bound", "by": m}`: the Lagrangian bound of multipliers `m` over this part, spacing and budget left aside, is at
//!   most `bound`, once rounded down to `base` (what existing stations cover) plus a multiple of the rows' common divisor;
//! - `{"close": "count"}`: no choice here meets number, counties and budget, or a taken site is left out as well;
//! - `{"close": "choice"}`: one choice is left at most, which breaks a condition or covers no more than `bound`;
//! - `{"fix": m, "taken": [..], "left": [..], "then": n}`: with any one of `taken` left out or of `left` taken, multipliers
//!   `m` close the part; the rest is node `n`;
//! - `{"split": site, "taken": n, "left": n}`: two branches;
//! - `{"group_of": site, "most": k, "fewer": n, "more": n}`: two branches, by whether at most `k` are chosen of the sites that fall
//!   under the same county limit or stand in the same of `groups`;
//! - `{"among": [..], "most": k, "fewer": n, "more": n}`: two branches, by whether at most `k` of these sites are chosen. What a branch
//!   says of that is known to multipliers that price it as a demand, which close nothing but parts of that branch, and to nothing else.
//!
//! With rings (`fade`) a demand point has one weight per reach, the standard first: `weight * part`, rounded, with the part of
//! the next ring taken off. With weights of phases the claim is about the last phase.
//!
//! Where `[objective]` asks for more than covering, rows are these, each with `first` (its weight once a chosen site is within reach), `second`
//! (what another one adds) and `people` (who take up room), and leaves are bounded as `siting/leaf_prices.rs` states:
//!
//! - a second station, shares of counties: per county (none first; a point counts for its county while it is not covered and has residents),
//!   existing stations within reach (0, 1) and set, sorted so; with one such station `first` is what a second adds. Then the rings;
//! - room: points that no existing station without capacity serves, those of a place with the same set and stations in one; per
//!   set, standing stations with a capacity, weight and people, sorted so, alike ones together. People and room in thousandths. Who
//!   is served is decided by weight per person; parts of a unit are added up to 32 binary places per such class.
//!
//! A budget is one more of `amounts` there, the last, unnamed: after the rows comes one per candidate, of nobody, that counts what it costs less
//! than the dearest; the chosen ones must save number times dearest less budget. `rows` does not count these, `parts` and `amounts` of multipliers do.
//!
//! `worst` holds `more`, per county what would have to be reached for a larger share than the worst one of the proposal, and `groups`, `cuts`, `multipliers` and
//! `nodes` of a tree over the same rows in which nothing weighs anything, `amounts` are `more`, one unit is covered anyway and `bound` is 0: no
//! choice reaches all of `more`. Without nodes that is not proved, and `status` is `feasible`.
//!
//! `tests/peers/check_certificate.py` checks all of it and shares no code with the program.

use super::proof;
use crate::job::Outcome;
use crate::measure::SiteRef;
use crate::model::{Place, Setting, Shape};
use crate::siting;
use crate::travel::SiteIndex;
use serde::Serialize;
use serde_json::{Value, json};

/// Version of the format.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Certificate<'a> {
    certificate: u32,
    doorstep: &'static str,
    plan: &'a str,
    inputs: Vec<Value>,
    standards: Vec<Value>,
    units_per_person: f64,
    candidates: Vec<Value>,
    pieces: Vec<Value>,
    at_the_limit: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pairs: Option<Vec<Value>>,
    status: &'static str,
    chosen: Vec<&'a str>,
    objective: u64,
    bound: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amounts: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worst: Option<Value>,
    rows: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cuts: Vec<Value>,
    multipliers: Vec<Value>,
    nodes: Vec<Value>,
}

/// The bytes of `certificate.json`.
pub fn certificate(outcome: &Outcome) -> String {
    let leaves = &outcome.evidence.leaves;
    let places = &outcome.folder.places;
    let inputs = outcome.folder.inputs.iter();
    let standards = outcome.standards.iter();
    let id = |s: SiteIndex| outcome.candidates[s as usize].id.as_str();
    let tree = |leaves: &siting::Leaves| (proof::multipliers(leaves), proof::nodes(&leaves.nodes, &id));
    let worst = outcome.evidence.worst.as_ref();
    let (multipliers, nodes) = tree(leaves);
    let certificate = Certificate {
        certificate: VERSION,
        doorstep: env!("CARGO_PKG_VERSION"),
        plan: &outcome.folder.plan.name,
        inputs: inputs.map(|i| json!({ "layer": i.layer, "file": i.file, "sha256": i.sha256 })).collect(),
        standards: standards
            .map(|s| json!({ "setting": s.setting.map(Setting::name), "mode": s.mode.name(), "radius_m": s.radius.0 }))
            .collect(),
        units_per_person: outcome.evidence.units_per_person,
        candidates: candidates(outcome),
        pieces: (0..places.len()).filter_map(|i| pieces(outcome, i, &places[i])).collect(),
        at_the_limit: at_the_limit(outcome),
        pairs: outcome.evidence.pairs.as_ref().map(|pairs| pairs.iter().map(|p| pair(outcome, p)).collect()),
        status: match worst.is_some_and(|w| w.tree.nodes.is_empty()) {
            true => siting::Proof::Feasible.name(),
            false => siting::Proof::of(leaves.objective, leaves.bound).name(),
        },
        chosen: ids(outcome, &leaves.chosen),
        objective: leaves.objective,
        bound: leaves.bound,
        amounts: outcome.evidence.amounts.iter().map(|(c, least)| json!({ "county": c, "least": least })).collect(),
        worst: worst.map(|w| {
            let (multipliers, nodes) = tree(&w.tree);
            let (groups, cuts) = (proof::groups(&w.tree, &id), proof::cuts(&w.tree, &id));
            json!({ "more": w.more, "groups": groups, "cuts": cuts, "multipliers": multipliers, "nodes": nodes })
        }),
        rows: leaves.rows,
        groups: proof::groups(leaves, &id),
        cuts: proof::cuts(leaves, &id),
        multipliers,
        nodes,
    };
    serde_json::to_string(&certificate).unwrap_or_else(|_| unreachable!("plain data with text keys serializes")) + "\n"
}

fn ids<'a>(outcome: &'a Outcome, sites: &[SiteIndex]) -> Vec<&'a str> {
    sites.iter().map(|&s| outcome.candidates[s as usize].id.as_str()).collect()
}

fn candidates(outcome: &Outcome) -> Vec<Value> {
    let of = |c: &crate::model::Candidate| match c.derived {
        true => json!({ "id": c.id, "lon": c.position.lon(), "lat": c.position.lat(), "county": c.county.as_deref() }),
        false => json!(c.id),
    };
    outcome.candidates.iter().map(of).collect()
}

fn pieces(outcome: &Outcome, i: usize, place: &Place) -> Option<Value> {
    let points = outcome.evidence.demand.of_place(i).iter();
    let points: Vec<[f64; 3]> = points.map(|p| [p.origin.position.lon(), p.origin.position.lat(), p.share]).collect();
    matches!(place.shape, Shape::Area(_))
        .then(|| json!({ "layer": place.layer.name(), "id": place.id, "points": points }))
}

fn pair(outcome: &Outcome, (site, points): &(SiteRef, Vec<usize>)) -> Value {
    let sites = match site {
        SiteRef::Station(_) => "stations",
        SiteRef::Candidate(_) => "candidates",
    };
    json!({ "sites": sites, "site": outcome.site(*site).0, "points": points })
}

fn at_the_limit(outcome: &Outcome) -> Vec<Value> {
    let demand = &outcome.evidence.demand;
    let pair = |pair: &crate::measure::AtTheLimit| {
        let i = demand.points[pair.point].place;
        let place = &outcome.folder.places[i];
        let sites = match pair.site {
            SiteRef::Station(_) => "stations",
            SiteRef::Candidate(_) => "candidates",
        };
        json!({
            "layer": place.layer.name(), "id": place.id, "piece": pair.point - demand.starts[i],
            "sites": sites, "site": outcome.site(pair.site).0, "inside": pair.inside,
        })
    };
    outcome.evidence.at_the_limit.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::outcome;

    #[test]
    fn the_certificate_names_everything_by_the_ids_of_the_inputs() {
        let o = outcome();
        let value: Value = serde_json::from_str(&certificate(&o)).expect("JSON");
        assert_eq!(value["certificate"], 1);
        assert_eq!(value["chosen"], json!(["C1", o.candidates[1].id]));
        assert_eq!(value["candidates"], json!(["C1", "C2", "C3", "C4"]));
        assert_eq!(value["nodes"][0], json!({ "split": "C3", "taken": 1, "left": 2 }));
        assert_eq!(value["nodes"][2], json!({ "fix": 0, "taken": ["C1"], "left": ["C4"], "then": 3 }));
        assert_eq!(value["at_the_limit"][0]["site"], "S2");
        assert_eq!(value["pieces"].as_array().map(Vec::len), Some(1), "one place is a polygon");
        let shares =
            value["pieces"][0]["points"].as_array().expect("points").iter().map(|p| p[2].as_f64().expect("a share"));
        assert!((shares.sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!(value["status"], "feasible");
    }
}
