//! Who may ask, and what is every answer marked with? Security headers and the check of the Host header.
//! A file of its own so that the whole policy can be read in one place.

use super::desk::{Desk, Hosts};
use super::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::Ipv4Addr;

/// The page's policy: everything from this server, no inline script, no inline style, no frame around it. `data:` and
/// `blob:` are for the map's own pictures; the map's worker is a file of its own, so no `worker-src blob:` is needed.
const PAGE_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

const ON_EVERY_ANSWER: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// Marks an answer with the headers that every answer has; a stricter policy of its own stays.
pub(super) async fn mark(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in ON_EVERY_ANSWER {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(PAGE_POLICY));
    response
}

/// Lets only requests for this machine's own names through while the server listens on loopback: a page elsewhere may
/// point its own name at 127.0.0.1 (DNS rebinding), but it cannot change the name the browser then sends.
pub(super) async fn only_own_names(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let named = request.headers().get(header::HOST).and_then(|h| h.to_str().ok());
    let own = match desk.hosts() {
        Hosts::Any => true,
        Hosts::Loopback => {
            named.is_some_and(is_own_name) && request.uri().authority().is_none_or(|a| is_own_name(a.as_str()))
        }
    };
    if own {
        return next.run(request).await;
    }
    let detail = "this server answers to localhost, 127.0.0.1 and [::1] only; to serve others, use --listen";
    Problem { status: StatusCode::MISDIRECTED_REQUEST, detail: detail.to_owned() }.into_response()
}

/// Whether `host[:port]` is a name of this machine on loopback.
fn is_own_name(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((six, port)) => return six == "::1" && is_port(port),
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    is_port(port)
        && (name.eq_ignore_ascii_case("localhost") || name.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback()))
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_own_name;

    #[test]
    fn loopback_names_are_own_names_with_any_port() {
        for host in ["localhost", "LocalHost:8040", "127.0.0.1:8040", "127.0.0.1", "127.8.9.1:1", "[::1]", "[::1]:8040"]
        {
            assert!(is_own_name(host), "{host}");
        }
    }

    #[test]
    fn other_names_are_not_even_where_they_look_alike() {
        for host in [
            "",
            ":8040",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1:8040",
            "[::1",
            "[::2]:8040",
            "localhost:port",
            "localhost:99999",
            "user@localhost",
            "localhost:80:80",
            "[::1]evil.example",
        ] {
            assert!(!is_own_name(host), "{host}");
        }
    }
}
