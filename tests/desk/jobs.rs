//! Searches as jobs: their progress, their ends, and how many there may be. A file of its own because they need a plan that takes some seconds.

use crate::served::{Answer, OUTCOME, ROUTER};
use crate::{WHAT_IF, generate_plan, get, post, proposed, sent};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, header};
use doorstep::desk::{Changes, JobLimits};
use doorstep::job::Outcome;
use doorstep::web::{Desk, Limits, Planning, router};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// Waits for a job to be over.
fn over(router: &Router, job: &str) -> Value {
    let start = Instant::now();
    loop {
        let seen = get(router, &format!("/api/jobs/{job}")).json();
        if ["done", "cancelled", "failed"].contains(&seen["state"].as_str().unwrap()) {
            return seen;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "{seen}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_job_tells_its_progress_and_ends_with_changes_that_give_its_objective() {
    let three = proposed()[..3].to_vec();
    let changes = json!({"forbid": [three[0]], "lock": [three[1]], "remove": [three[2]], "target": 21});
    let taken = post(&ROUTER, "/api/jobs", &json!({"changes": changes, "seconds": 60}));
    assert_eq!(taken.status, 202, "{}", String::from_utf8_lossy(&taken.body));
    let taken = taken.json();
    let told = get(&ROUTER, taken["events"].as_str().unwrap());
    assert_eq!(told.header(header::CONTENT_TYPE), "text/event-stream");
    let text = String::from_utf8(told.body).unwrap();
    let (progress, end) = text.rsplit_once("event: end\n").expect("an end");
    assert!(progress.contains("event: progress\n"), "{text}");
    let end: Value = serde_json::from_str(end.trim().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(end["state"], "done", "{end}");
    let sites: Vec<String> = serde_json::from_value(end["answer"]["sites"].clone()).unwrap();
    assert!(sites.contains(&three[1]) && !sites.contains(&three[0]), "{sites:?}");
    assert_eq!(sites.len(), 21 - OUTCOME.existing());
    let proof = &end["answer"]["certificate"];
    assert!(proof["bound"].as_f64() >= proof["objective"].as_f64(), "{proof}");
    let found: Changes = serde_json::from_value(end["answer"]["changes"].clone()).unwrap();
    let (folder, chosen) = WHAT_IF.edited(&found).unwrap();
    let standing: Vec<String> =
        chosen.iter().map(|&c| folder.candidates.as_ref().unwrap()[c as usize].id.clone()).collect();
    assert_eq!(standing, sites, "the changes lead to the answer");
    let worth = WHAT_IF.recount(&found).unwrap().certificate.objective;
    assert!((worth - proof["objective"].as_f64().unwrap()).abs() < 1e-3, "{worth} {proof}");
    assert_eq!(over(&ROUTER, taken["job"].as_str().unwrap()), end);
}

#[test]
fn a_job_whose_conditions_conflict_fails_in_words_and_wrong_changes_are_none() {
    let all: Vec<String> = OUTCOME.candidates.iter().map(|c| c.id.clone()).collect();
    let taken = post(&ROUTER, "/api/jobs?lang=en", &json!({"changes": {"forbid": all[1..], "target": 25}})).json();
    let end = over(&ROUTER, taken["job"].as_str().unwrap());
    assert!(end["state"] == "failed" && end["error"].as_str().is_some_and(|e| !e.is_empty()), "{end}");
    assert!(post(&ROUTER, "/api/jobs", &json!({"changes": {"lock": ["nobody"]}})).is_problem(422));
    assert!(get(&ROUTER, "/api/jobs/j999999").is_problem(404));
}

/// A plan that takes a search of some seconds, with room for little.
fn crowded(grace: Duration) -> Router {
    let jobs = JobLimits { workers: 1, queue: 2, per_client: 100, longest: Duration::from_secs(60), grace };
    let planning = Planning { limits: Limits { jobs, ..Limits::default() }, ..Planning::default() };
    router(Desk::new(large()).planning(planning))
}

/// Six thousand places and 300 candidates.
fn large() -> Arc<Outcome> {
    static LARGE: LazyLock<Arc<Outcome>> = LazyLock::new(|| {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_owned();
        let size = generate_plan::Size {
            folder,
            places: 6_000,
            candidates: 300,
            stations: 12,
            counties: 5,
            seed: 3,
            polygons: 0.1,
        };
        generate_plan::generate(&size).unwrap();
        let folder = doorstep::read::open(dir.path()).unwrap();
        let chosen: Vec<u32> = (0..40).map(|i| i * 7).collect();
        Arc::new(doorstep::job::recount(folder, chosen, time::macros::date!(2026 - 01 - 01)).unwrap())
    });
    Arc::clone(&LARGE)
}

#[test]
fn a_burst_past_the_queue_is_turned_away_while_the_server_goes_on_answering() {
    let router = crowded(Duration::from_secs(60));
    post(&router, "/api/what-if", &json!({}));
    let submit = || post(&router, "/api/jobs", &json!({"seconds": 20}));
    let taken: Vec<Answer> = (0..12).map(|_| submit()).collect();
    let accepted: Vec<Value> = taken.iter().filter(|a| a.status == 202).map(Answer::json).collect();
    let turned_away: Vec<&Answer> = taken.iter().filter(|a| a.status != 202).collect();
    assert!((2..=6).contains(&accepted.len()), "{} taken", accepted.len());
    assert!(turned_away.iter().all(|a| a.is_problem(503) && a.header(header::RETRY_AFTER) == "5"));
    // The search is at work, and more are turned away: whoever only looks does not wait for any of them.
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        submit();
        let clock = Instant::now();
        assert_eq!(get(&router, "/health").status, 200);
        slowest = slowest.max(clock.elapsed());
    }
    assert!(slowest < Duration::from_millis(50), "/health took {slowest:?}");
    assert_eq!(post(&router, "/api/what-if", &json!({})).status, 200);
    for job in &accepted {
        let path = format!("/api/jobs/{}", job["job"].as_str().unwrap());
        // What is ended is over with the answer that says so, however long its search goes on.
        let end = sent(&router, Method::DELETE, &path, &[], Body::empty());
        assert_eq!(end.status, 200);
        assert!(["cancelled", "done"].contains(&end.json()["state"].as_str().unwrap()), "{}", end.json());
    }
}

#[test]
fn a_search_over_weighted_phases_finds_and_proves_the_plan_that_the_command_line_writes() {
    let mut folder = OUTCOME.folder.clone();
    folder.plan.objective.phases = vec![1.0; folder.plan.phases.len()];
    let planned = doorstep::job::run(folder.clone(), OUTCOME.date, |_| {}).unwrap();
    // The search starts from the best last phase, which is another choice.
    let mut chosen: Vec<u32> = OUTCOME.proposals.iter().map(|p| p.candidate as u32).collect();
    chosen.sort_unstable();
    let ids = |sites: &mut dyn Iterator<Item = usize>| {
        let mut ids: Vec<String> = sites.map(|site| planned.candidates[site].id.clone()).collect();
        ids.sort_unstable();
        ids
    };
    let best = ids(&mut planned.proposals.iter().map(|p| p.candidate));
    assert_ne!(best, ids(&mut chosen.iter().map(|site| *site as usize)));
    let outcome = doorstep::job::recount(folder, chosen, OUTCOME.date).unwrap();
    let router = router(Desk::new(Arc::new(outcome)));
    let job = post(&router, "/api/jobs", &json!({"seconds": 60})).json();
    let end = over(&router, job["job"].as_str().unwrap());
    let answer = &end["answer"];
    assert_eq!(answer["sites"], json!(best), "{end}");
    let (proof, theirs) = (&answer["certificate"], &planned.certificate);
    assert_eq!((&proof["status"], theirs.proof.name()), (&json!("optimal"), "optimal"));
    assert_eq!(proof["objective"].as_f64(), Some(theirs.objective));
    assert_eq!((&end["incumbent"], &end["bound"]), (&proof["objective"], &proof["bound"]));
    let opened = planned.folder.plan.phases.iter().enumerate().map(|(t, phase)| {
        let mut new = planned.proposals.iter().filter(|p| p.phase == t).map(|p| p.candidate);
        json!({"name": phase.name, "sites": ids(&mut new)})
    });
    assert_eq!(answer["phases"], opened.collect::<Value>());
    assert!(answer["remarks"][0].as_str().unwrap().contains("加权和"), "{end}");
    let plain = post(&ROUTER, "/api/jobs", &json!({"seconds": 30})).json();
    let plain = over(&ROUTER, plain["job"].as_str().unwrap());
    assert_eq!((&plain["answer"]["remarks"], &plain["answer"]["phases"]), (&json!([]), &json!([])));
}

#[test]
fn a_search_over_weighted_phases_that_is_ended_early_has_a_whole_plan_and_a_bound_above_it() {
    let mut folder = large().folder.clone();
    let last = folder.plan.phases.pop().unwrap();
    folder.plan.phases =
        [(20, "1"), (30, "2")].map(|(stations, name)| doorstep::model::Phase { name: name.into(), stations }).into();
    folder.plan.phases.push(last);
    folder.plan.objective.phases = vec![1.0; 3];
    let chosen = (0..40).map(|i| i * 7).collect();
    let outcome = doorstep::job::recount(folder, chosen, large().date).unwrap();
    let router = router(Desk::new(Arc::new(outcome)));
    let job = post(&router, "/api/jobs", &json!({"seconds": 2})).json();
    let job = job["job"].as_str().unwrap();
    let clock = Instant::now();
    let end = over(&router, job);
    assert!(clock.elapsed() < Duration::from_secs(20), "it was told to stop after two seconds");
    let answer = &end["answer"];
    assert_eq!(answer["sites"].as_array().unwrap().len(), 40, "{end}");
    let (objective, bound) = (answer["certificate"]["objective"].as_f64(), answer["certificate"]["bound"].as_f64());
    assert!(objective.unwrap() > 0.0 && bound >= objective, "{end}");
    let opened: usize = answer["phases"].as_array().unwrap().iter().map(|p| p["sites"].as_array().unwrap().len()).sum();
    assert_eq!(opened, 40);
}

#[test]
fn one_client_may_have_so_many_jobs_and_no_more() {
    let router = router(Desk::new(large()));
    let taken: Vec<u16> = (0..5).map(|_| post(&router, "/api/jobs", &json!({"seconds": 30})).status.as_u16()).collect();
    assert_eq!(taken[..3], [202; 3], "{taken:?}");
    assert!(taken[3..].iter().all(|s| *s == 429 || *s == 202), "{taken:?}");
}

#[test]
fn a_job_that_nobody_listens_to_any_more_ends() {
    let router = crowded(Duration::from_millis(300));
    let submit = || post(&router, "/api/jobs", &json!({"seconds": 60})).json()["job"].as_str().unwrap().to_owned();
    let jobs = [submit(), submit(), submit()];
    std::thread::sleep(Duration::from_secs(3));
    let state = |job: &str| get(&router, &format!("/api/jobs/{job}")).json()["state"].as_str().unwrap().to_owned();
    assert_eq!(state(&jobs[2]), "cancelled", "it waited and nobody asked for it");
    over(&router, &jobs[0]);
}

#[test]
fn the_best_so_far_can_be_taken_and_is_a_whole_plan() {
    let router = crowded(Duration::from_secs(60));
    let taken = post(&router, "/api/jobs", &json!({"seconds": 60})).json();
    let job = taken["job"].as_str().unwrap();
    let start = Instant::now();
    while get(&router, &format!("/api/jobs/{job}")).json()["incumbent"].is_null() && start.elapsed().as_secs() < 60 {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(post(&router, &format!("/api/jobs/{job}/take"), &json!({})).status, 200);
    let end = over(&router, job);
    assert_eq!(end["state"], "done", "{end}");
    assert_eq!(end["answer"]["sites"].as_array().unwrap().len(), 40);
}

#[test]
fn a_job_that_has_no_choice_yet_says_so_when_it_is_taken_and_goes_on() {
    let router = crowded(Duration::from_secs(60));
    let submit = || post(&router, "/api/jobs", &json!({"seconds": 60})).json()["job"].as_str().unwrap().to_owned();
    let (first, second) = (submit(), submit());
    let refused = post(&router, &format!("/api/jobs/{second}/take?lang=en"), &json!({}));
    assert!(refused.is_problem(409), "{}", refused.status);
    assert!(refused.json()["detail"].as_str().unwrap().contains("no choice yet"), "{}", refused.json());
    assert_eq!(get(&router, &format!("/api/jobs/{second}")).json()["state"], "queued");
    for job in [&first, &second] {
        sent(&router, Method::DELETE, &format!("/api/jobs/{job}"), &[], Body::empty());
    }
    assert_eq!(post(&router, &format!("/api/jobs/{second}/take"), &json!({})).status, 200, "it is over and stays so");
    assert_eq!(over(&router, &second)["state"], "cancelled");
}
