//! How is the server doing? Counts of requests by path and status, how long they took, jobs, uptime, in Prometheus's text format.
//! A file of its own because it sees every request and knows nothing of any.

use super::desk::Desk;
use super::problem::Problem;
use axum::extract::{MatchedPath, RawQuery, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Upper ends of the histogram's steps, in seconds.
const STEPS: [f64; 13] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
/// What is counted under no path of its own, so that nobody can make up paths without end.
const ELSEWHERE: &str = "other";

/// What is counted.
#[derive(Debug)]
pub(super) struct Metrics {
    since: Instant,
    paths: Mutex<HashMap<String, Counted>>,
}

#[derive(Debug, Default)]
struct Counted {
    by_status: Vec<(u16, u64)>,
    steps: [u64; STEPS.len()],
    seconds: f64,
    all: u64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { since: Instant::now(), paths: Mutex::default() }
    }
}

impl Metrics {
    fn add(&self, path: &str, status: u16, took: Duration) {
        let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        // A path is copied only the first time.
        if !paths.contains_key(path) {
            paths.insert(path.to_owned(), Counted::default());
        }
        let Some(counted) = paths.get_mut(path) else { return };
        match counted.by_status.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => counted.by_status.push((status, 1)),
        }
        let seconds = took.as_secs_f64();
        if let Some(step) = STEPS.iter().position(|most| seconds <= *most) {
            counted.steps[step] += 1;
        }
        counted.seconds += seconds;
        counted.all += 1;
    }

    /// `jobs` wait, are at work, and were begun.
    fn text(&self, jobs: (u64, u64, u64)) -> String {
        let mut text = String::new();
        let mut line = |args: std::fmt::Arguments<'_>| {
            // Writing into a String cannot fail.
            let _ = text.write_fmt(args);
            text.push('\n');
        };
        line(format_args!("# HELP doorstep_build_info Version of the program.\n# TYPE doorstep_build_info gauge"));
        line(format_args!("doorstep_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")));
        line(format_args!(
            "# HELP doorstep_uptime_seconds Since the server started.\n# TYPE doorstep_uptime_seconds gauge"
        ));
        line(format_args!("doorstep_uptime_seconds {}", self.since.elapsed().as_secs_f64()));
        for (name, help, kind, value) in [
            ("doorstep_jobs_running", "Optimisations under way.", "gauge", jobs.1),
            ("doorstep_jobs_queued", "Optimisations that wait.", "gauge", jobs.0),
            ("doorstep_jobs_total", "Optimisations begun.", "counter", jobs.2),
        ] {
            line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}"));
        }
        let paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<(&String, &Counted)> = paths.iter().collect();
        sorted.sort_by_key(|(path, _)| *path);
        line(format_args!(
            "# HELP doorstep_requests_total Requests by path and status.\n# TYPE doorstep_requests_total counter"
        ));
        for (path, counted) in &sorted {
            let mut by_status = counted.by_status.clone();
            by_status.sort_unstable();
            for (status, count) in by_status {
                line(format_args!("doorstep_requests_total{{path=\"{path}\",status=\"{status}\"}} {count}"));
            }
        }
        let name = "doorstep_request_duration_seconds";
        line(format_args!("# HELP {name} From request to the head of the answer.\n# TYPE {name} histogram"));
        for (path, counted) in &sorted {
            let mut sum = 0;
            for (most, count) in STEPS.iter().zip(counted.steps) {
                sum += count;
                line(format_args!("{name}_bucket{{path=\"{path}\",le=\"{most}\"}} {sum}"));
            }
            line(format_args!("{name}_bucket{{path=\"{path}\",le=\"+Inf\"}} {}", counted.all));
            line(format_args!("{name}_sum{{path=\"{path}\"}} {}", counted.seconds));
            line(format_args!("{name}_count{{path=\"{path}\"}} {}", counted.all));
        }
        text
    }
}

/// Counts a request once its answer begins.
pub(super) async fn count(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let path = path.as_ref().map_or(ELSEWHERE, MatchedPath::as_str);
    desk.metrics().add(path, response.status().as_u16(), began.elapsed());
    response
}

/// `/metrics`
pub(super) async fn metrics(State(desk): State<Desk>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    if query.is_some_and(|q| !q.is_empty()) {
        return Err(Problem::bad_query("metrics take no parameters"));
    }
    let headers =
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, desk.metrics().text(desk.planner().jobs().load())).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_every_request_at_or_below_each_step() {
        let metrics = Metrics::default();
        for milliseconds in [1, 3, 3, 700, 60_000] {
            metrics.add("/x", 200, Duration::from_millis(milliseconds));
        }
        metrics.add("/x", 404, Duration::from_millis(1));
        let text = metrics.text((0, 0, 0));
        for line in [
            "doorstep_requests_total{path=\"/x\",status=\"200\"} 5",
            "doorstep_requests_total{path=\"/x\",status=\"404\"} 1",
            "doorstep_request_duration_seconds_bucket{path=\"/x\",le=\"0.001\"} 2",
            "doorstep_request_duration_seconds_bucket{path=\"/x\",le=\"0.005\"} 4",
            "doorstep_request_duration_seconds_bucket{path=\"/x\",le=\"30\"} 5",
            "doorstep_request_duration_seconds_bucket{path=\"/x\",le=\"+Inf\"} 6",
            "doorstep_request_duration_seconds_count{path=\"/x\"} 6",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
        }
    }
}
