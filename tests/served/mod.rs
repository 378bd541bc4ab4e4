//! The sample plan behind the router, and how it is asked without a socket: what every test of the server begins with.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use doorstep::job::Outcome;
use doorstep::web::{Desk, router};
use http_body_util::BodyExt;
use serde_json::Value;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tower::ServiceExt;

pub static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());
pub static OUTCOME: LazyLock<Arc<Outcome>> = LazyLock::new(|| {
    let folder = doorstep::read::open(Path::new("data/daxinganling")).expect("the sample plan is readable");
    Arc::new(doorstep::job::run(folder, time::macros::date!(2026 - 11 - 24), |_| {}).unwrap())
});
pub static ROUTER: LazyLock<Router> = LazyLock::new(|| router(Desk::new(Arc::clone(&OUTCOME))));

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header; empty where there is none.
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// A fault in the one form that faults have.
    pub fn is_problem(&self, status: u16) -> bool {
        self.status == status
            && self.header(header::CONTENT_TYPE) == "application/problem+json"
            && self.json()["status"] == status
            && self.json()["detail"].as_str().is_some_and(|d| !d.is_empty())
    }
}

pub fn send(router: &Router, request: Request<Body>) -> Answer {
    RUNTIME.block_on(async {
        let response = router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answer { status, headers, body }
    })
}

/// From a page on this machine.
pub fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8040")
}
