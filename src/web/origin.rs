//! Under which address was the server asked? Links of open interfaces are absolute, because that is how programs follow them.
//! A file of its own because tiles, OGC API and the description of the API all write such links.

use super::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

/// `http://HOST`, as the request named it.
#[derive(Debug, Clone)]
pub(super) struct Origin(pub String);

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let host = parts.headers.get(header::HOST).and_then(|h| h.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(|a| a.as_str()));
        // A name and a port, and nothing that a link could be broken out of.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        match host.filter(|h| !h.is_empty() && h.len() <= 255 && h.chars().all(plain)) {
            Some(host) => Ok(Self(format!("http://{host}"))),
            None => Err(Problem::bad_query("the Host header is no name of a server")),
        }
    }
}
