//! `summary.json` is what the contract fixes: keys, order, numbers.

use super::*;
use crate::report::fixture::outcome;

/// The whole file for the fixture; keys up to `certificate` are the contract's, in its order.
const GOLDEN: &str = include_str!("golden.json");

#[test]
fn the_summary_is_the_golden_one_to_the_byte() {
    let text = summary_text(&outcome());
    let golden = GOLDEN.replace("VERSION", env!("CARGO_PKG_VERSION"));
    assert!(text == golden, "summary.json changed: put this into golden.json if it is meant\n{text}");
}

#[test]
fn the_value_is_the_file() {
    let o = outcome();
    assert_eq!(summary(&o), serde_json::from_str::<Value>(&summary_text(&o)).expect("JSON"));
}

#[test]
fn a_share_is_null_where_there_is_nobody() {
    let value = summary(&outcome());
    let nobody = &value["coverage"]["by_county"][1];
    assert!(nobody["county"].is_null() && nobody["today"]["share"].is_null());
    assert_eq!(nobody["today"]["people"], 0);
    let mut o = outcome();
    o.shares = Default::default();
    o.shares.total.today.people.0 = f64::NAN;
    let value = summary(&o);
    assert!(
        value["coverage"]["today"]["share"].is_null() && value["coverage"]["clusters"]["proposed"]["share"].is_null()
    );
}

#[test]
fn a_busy_machine_writes_the_same_file() {
    let (mut a, mut b) = (outcome(), outcome());
    (a.certificate.seconds, b.certificate.seconds) = (0.01, 1.93);
    assert_eq!(summary_text(&a), summary_text(&b));
    assert_eq!(summary(&a)["certificate"]["seconds"], 10);
    a.certificate.seconds = 7_300.0;
    assert_eq!(summary(&a)["certificate"]["seconds"], 10_800);
}

#[test]
fn rounding_never_makes_the_proof_claim_more_than_it_proves() {
    let mut o = outcome();
    (o.certificate.bound, o.certificate.gap) = (1_950.750_000_01, 5e-12);
    let value = summary(&o);
    assert_eq!(value["certificate"]["status"], "feasible");
    assert!(value["certificate"]["bound"].as_f64() > value["certificate"]["objective"].as_f64());
    assert!(value["certificate"]["gap"].as_f64() > Some(0.0));
    o.certificate.proof = Proof::Optimal;
    assert_eq!(summary(&o)["certificate"]["gap"], 0);
    assert_eq!(summary(&o)["certificate"]["bound"], summary(&o)["certificate"]["objective"]);
}
