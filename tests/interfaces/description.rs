//! Does `/openapi.json` say what the router does? Paths, methods, parameters, who may; each is asked of the server. A file of its own because it knows
//! every part only by its description.

use crate::get;
use crate::served::{OUTCOME, ROUTER, request, send};
use axum::body::Body;
use axum::http::{Method, header};
use doorstep::web::{Access, Desk, router};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Every path that the router knows, from what it says of itself.
fn routed() -> BTreeSet<String> {
    let said = format!("{:?}", *ROUTER);
    let quoted = said.split('"').filter(|text| text.starts_with('/') && !text.contains("__private"));
    // Wildcards and endings are spelled in the way of OpenAPI.
    quoted.map(|p| p.replace("{*path}", "{path}").replace("/{z}/{x}/{y}", "/{z}/{x}/{y}.mvt")).collect()
}

#[test]
fn every_path_of_the_router_is_described_and_every_described_path_is_routed() {
    let routed = routed();
    assert!(routed.len() > 30 && routed.contains("/api/summary"), "{routed:?}");
    let api = get("/openapi.json").json();
    let described: BTreeSet<String> = api["paths"].as_object().unwrap().keys().cloned().collect();
    let undescribed: Vec<_> = routed.difference(&described).collect();
    let unrouted: Vec<_> = described.difference(&routed).collect();
    assert!(undescribed.is_empty() && unrouted.is_empty(), "not described: {undescribed:?}; not routed: {unrouted:?}");
}

#[test]
fn the_methods_that_a_path_allows_are_those_that_are_described() {
    let api = get("/openapi.json").json();
    for (path, described) in api["paths"].as_object().unwrap() {
        let concrete = path.replace(['{', '}'], "");
        let answer = send(&ROUTER, request(Method::TRACE, &concrete).body(Body::empty()).unwrap());
        assert!(answer.is_problem(405), "{path}: {}", answer.status);
        let allowed: BTreeSet<String> =
            answer.header(header::ALLOW).split(',').map(|m| m.trim().to_lowercase()).filter(|m| m != "head").collect();
        let methods: BTreeSet<String> = described.as_object().unwrap().keys().cloned().collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

/// What a parameter of the description is, where it is only referred to.
fn resolved<'a>(api: &'a Value, given: &'a Value) -> &'a Value {
    given["$ref"].as_str().map_or(given, |at| api.pointer(&at[1..]).unwrap())
}

#[test]
fn every_parameter_that_a_query_may_hold_is_described_and_no_other() {
    let api = get("/openapi.json").json();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().unwrap().iter().map(|p| resolved(&api, p));
            // Properties of features are as many as there are columns: one parameter describes them all.
            let query = parameters.filter(|p| p["in"] == "query" && p["name"] != "properties");
            let described: BTreeSet<&str> = query.map(|p| p["name"].as_str().unwrap()).collect();
            let concrete = [("{collection}", "places"), ("{layer}", "places"), ("{z}/{x}/{y}", "0/0/0")];
            let concrete = concrete.iter().fold(path.clone(), |path, (name, value)| path.replace(name, value));
            let asked = format!("{}?no-such-parameter=1", concrete.replace(['{', '}'], ""));
            let method = method.to_uppercase();
            let answer = send(&ROUTER, request(method.parse().unwrap(), &asked).body(Body::empty()).unwrap());
            // Whoever reads a query says what it may hold.
            let detail = if answer.status == 400 { answer.json()["detail"].clone() } else { Value::Null };
            let said = detail.as_str().unwrap_or_default();
            let read: BTreeSet<&str> = match (said.split_once("expected"), said.split_once("there are ")) {
                (Some((_, names)), _) => names.split('`').skip(1).step_by(2).collect(),
                (_, Some((_, names))) => names.split(" and ").next().unwrap().split(", ").collect(),
                _ => BTreeSet::new(),
            };
            assert_eq!(read, described, "{method} {path}: {said}");
        }
    }
}

#[test]
fn what_needs_a_token_is_described_where_one_is_asked_for_and_refused_with_how_to_send_it() {
    let open = get("/openapi.json").json();
    let guarded = router(Desk::new(Arc::clone(&OUTCOME)).guarded(Access::by_token("a-long-secret")));
    let ask = |method: Method, path: &str| send(&guarded, request(method, path).body(Body::empty()).unwrap());
    let api = ask(Method::GET, "/openapi.json").json();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(open["paths"][path][method]["security"].is_null(), "{path}");
            let answer = ask(method.to_uppercase().parse().unwrap(), &path.replace(['{', '}'], ""));
            let login = path == "/login";
            assert_eq!(operation["security"].is_array(), answer.status == 401 && !login, "{method} {path}");
            if answer.status == 401 {
                assert_eq!(answer.header(header::WWW_AUTHENTICATE), "Bearer");
                assert!(operation["responses"]["401"].is_object() || login, "{method} {path}");
            }
        }
        // A method that no path takes is no matter of who asks.
        assert!(ask(Method::TRACE, &path.replace(['{', '}'], "")).is_problem(405), "{path}");
    }
}

#[test]
fn references_of_the_description_lead_somewhere_and_operations_have_names_of_their_own() {
    fn walk(value: &Value, root: &Value, ids: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(to)) = members.get("$ref") {
                    assert!(root.pointer(to.trim_start_matches('#')).is_some(), "{to}");
                    assert_eq!(members.len(), 1, "{to} stands alone");
                }
                // A link names an operation as well, and has no responses.
                if let (Some(Value::String(id)), Some(responses)) =
                    (members.get("operationId"), members.get("responses"))
                {
                    ids.push(id.clone());
                    let responses = responses.as_object().unwrap();
                    assert!(responses.contains_key("default"), "{id} says what faults look like");
                }
                members.values().for_each(|v| walk(v, root, ids));
            }
            Value::Array(all) => all.iter().for_each(|v| walk(v, root, ids)),
            _ => {}
        }
    }
    let api = get("/openapi.json").json();
    assert_eq!(api["openapi"], "3.0.3");
    let mut ids = Vec::new();
    walk(&api, &api, &mut ids);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}
