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

/// What a schema requires of a value, as far as our own schema asks: types, required keys, references, items.
fn violations(schema: &Value, value: &Value, root: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a definition");
        return violations(target, value, root, path, found);
    }
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind)) {
        found.push(format!("{path}: {value} is not {kinds:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{path}: {value} is none of {words:?}"));
    }
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(key).is_none() {
            found.push(format!("{path}: no {key}"));
        }
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(key) {
            Some(schema) => violations(schema, inner, root, &format!("{path}.{key}"), found),
            None => found.push(format!("{path}: {key} is not in the schema")),
        }
    }
    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
        violations(&schema["items"], item, root, &format!("{path}[{i}]"), found);
    }
}

#[test]
fn the_schema_describes_every_key_of_the_summary_and_a_missing_one_is_noticed() {
    let schema: Value = serde_json::from_str(SUMMARY_SCHEMA).expect("JSON");
    let mut value = summary(&outcome());
    let mut found = Vec::new();
    violations(&schema, &value, &schema, "", &mut found);
    assert!(found.is_empty(), "describe it in schema.json: {found:#?}");
    value["coverage"]["today"].as_object_mut().expect("an object").remove("share");
    violations(&schema, &value, &schema, "", &mut found);
    assert_eq!(found, [".coverage.today: no share"]);
}
