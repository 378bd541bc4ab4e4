//! What does a refused or failed request get to read? One JSON form (RFC 9457) for every fault, whoever raised it: a
//! handler, the router, or one of the guards around it. A file of its own so that no fault can have another form.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The media type of a problem.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// A fault of one request.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// What was wrong with this request, and what to do.
    pub detail: String,
}

impl Problem {
    /// 400: the query cannot be understood.
    pub(super) fn bad_query(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, detail: detail.into() }
    }

    /// 404: there is no such thing.
    pub(super) fn absent(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, detail: detail.into() }
    }

    /// 413: more than is taken.
    pub(super) fn too_large(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, detail: detail.into() }
    }

    /// 422: understood, and wrong.
    pub(super) fn unprocessable(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, detail: detail.into() }
    }

    /// Any other status.
    pub(super) fn with(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into() }
    }

    /// 500: an answer could not be made.
    pub(super) fn failed(detail: impl std::fmt::Display) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, detail: detail.to_string() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let headers = [(header::CONTENT_TYPE, PROBLEM_JSON), (header::CACHE_CONTROL, "no-store")];
        let mut response = (self.status, headers, body.to_string()).into_response();
        // What HTTP wants said beside these: when to ask again, and with what.
        let beside = match self.status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "5")),
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer")),
            _ => None,
        };
        if let Some((name, value)) = beside {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// Gives faults raised by the router and by layers (404, 405, 413, 504, ...) the same form as the handlers' own.
pub(super) async fn speak_json(response: Response) -> Response {
    let status = response.status();
    let spoken = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t == PROBLEM_JSON);
    if spoken || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let detail = match status {
        StatusCode::NOT_FOUND => "there is nothing at this path; the page is at /, the answers are under /api/",
        StatusCode::METHOD_NOT_ALLOWED => "this path does not take that method; Allow lists those that it takes",
        StatusCode::PAYLOAD_TOO_LARGE => "the body is larger than this path takes",
        StatusCode::GATEWAY_TIMEOUT => "the answer took too long; a large map may be ready when asked again",
        _ => "the request could not be answered",
    };
    let allow: Option<HeaderValue> = response.headers().get(header::ALLOW).cloned();
    let mut answer = Problem { status, detail: detail.to_owned() }.into_response();
    if let Some(allow) = allow {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

/// What a caught panic becomes: the cause goes to stderr through the panic hook, not to the reader.
pub(super) fn of_panic(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Problem::failed("an internal fault; the server goes on").into_response()
}
