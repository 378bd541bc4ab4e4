//! Who may change and compute? Whoever has the token, where the server listens beyond this machine; on this machine whoever asks
//! from this page. A file of its own so that the rule can be read in one place.

use super::desk::{Desk, Hosts};
use super::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The cookie that carries the token of a browser.
pub(super) const COOKIE: &str = "doorstep_token";
/// What may be read only by those who may change: drafts, and what is being computed.
pub(super) const PLANNERS_OWN: [&str; 2] = ["/api/jobs", "/api/scenarios"];

/// How it is known who may change and compute.
#[derive(Debug, Clone, Default)]
pub struct Access {
    token: Option<Arc<str>>,
}

impl Access {
    /// Whoever has this token.
    pub fn by_token(token: &str) -> Self {
        Self { token: Some(token.into()) }
    }

    /// Whether a token is asked for.
    pub(super) fn asks(&self) -> bool {
        self.token.is_some()
    }

    /// Whether a request may change and compute.
    pub(super) fn allows(&self, hosts: Hosts, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return hosts == Hosts::Loopback };
        let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
        let pairs = cookies.flat_map(|all| all.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let kept = pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value);
        bearer.into_iter().chain(kept).any(|given| same(given, token))
    }

    /// The cookie for a browser that brought the token; `None` for any other.
    pub(super) fn cookie(&self, given: &str) -> Option<String> {
        let token = self.token.as_ref().filter(|token| same(given, token))?;
        Some(format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000"))
    }
}

/// Whether two texts are the same, in a time that tells only how long they are.
fn same(given: &str, token: &str) -> bool {
    let (given, token) = (given.as_bytes(), token.as_bytes());
    let differs = given.iter().zip(token).fold(0u8, |all, (a, b)| all | (a ^ b));
    given.len() == token.len() && std::hint::black_box(differs) == 0
}

/// Lets only those change and compute who may, and nobody whom another site sent.
pub(super) async fn only_those_who_may(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let guarded = match *request.method() {
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE => true,
        Method::GET | Method::HEAD => PLANNERS_OWN.iter().any(|p| request.uri().path().starts_with(p)),
        // No path takes another: that is what its sender is to hear.
        _ => false,
    };
    if !guarded {
        return next.run(request).await;
    }
    if sent_by_another_site(request.headers()) {
        let detail = "another site sent this request; the page of this server may, and programs that send no Origin";
        return Problem::with(StatusCode::FORBIDDEN, detail).into_response();
    }
    if !desk.access().allows(desk.hosts(), request.headers()) {
        let detail = "this needs the token that was printed when the server started: open /login?token=…, or send it as \
                      Authorization: Bearer … · 此操作需要启动服务时显示的口令：打开 /login?token=… 或在请求头中附上";
        return Problem::with(StatusCode::UNAUTHORIZED, detail).into_response();
    }
    next.run(request).await
}

/// A browser says where a request comes from; programs say nothing.
fn sent_by_another_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v: &header::HeaderValue| v.to_str().ok());
    if text(header::HeaderName::from_static("sec-fetch-site")).is_some_and(|s| !["same-origin", "none"].contains(&s)) {
        return true;
    }
    let Some(origin) = text(header::ORIGIN) else { return headers.contains_key(header::ORIGIN) };
    let own = origin.split_once("://").map(|(_, host)| host);
    own.is_none() || own != text(header::HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = of.iter().map(|(name, value)| {
            let value = header::HeaderValue::from_str(value).expect("header text");
            (header::HeaderName::from_static(name), value)
        });
        pairs.collect()
    }

    #[test]
    fn the_token_is_taken_from_the_header_or_the_cookie_and_nothing_like_it_is() {
        let access = Access::by_token("a-long-secret");
        let may = |of: &[(&'static str, &str)]| access.allows(Hosts::Any, &headers(of));
        assert!(may(&[("authorization", "Bearer a-long-secret")]));
        assert!(may(&[("cookie", "lang=zh; doorstep_token=a-long-secret")]));
        for wrong in ["", "a-long-secre", "a-long-secret ", "A-long-secret", "a-long-secret2"] {
            assert!(!may(&[("authorization", &format!("Bearer {wrong}"))]), "{wrong:?}");
            assert!(!may(&[("cookie", &format!("xdoorstep_token={wrong}"))]), "{wrong:?}");
        }
        assert!(!may(&[]) && !may(&[("authorization", "a-long-secret")]));
        assert!(
            access.cookie("a-long-secret").is_some_and(|c| c.contains("HttpOnly") && c.contains("SameSite=Strict"))
        );
        assert!(access.cookie("a-long-secreT").is_none());
    }

    #[test]
    fn without_a_token_this_machine_may_and_a_network_may_not() {
        assert!(Access::default().allows(Hosts::Loopback, &HeaderMap::new()));
        assert!(!Access::default().allows(Hosts::Any, &HeaderMap::new()));
    }

    #[test]
    fn a_request_that_another_site_sent_is_known_by_what_browsers_say() {
        let sent = |of: &[(&'static str, &str)]| sent_by_another_site(&headers(of));
        assert!(!sent(&[("host", "127.0.0.1:8040")]));
        assert!(!sent(&[
            ("host", "127.0.0.1:8040"),
            ("origin", "http://127.0.0.1:8040"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(sent(&[("host", "127.0.0.1:8040"), ("origin", "http://127.0.0.1:8041")]));
        assert!(sent(&[("host", "127.0.0.1:8040"), ("origin", "null")]));
        assert!(sent(&[("host", "127.0.0.1:8040"), ("sec-fetch-site", "cross-site")]));
        assert!(sent(&[("host", "127.0.0.1:8040"), ("sec-fetch-site", "same-site")]));
    }
}
