//! Files dropped on the page become a plan folder: look at one, check all, take the folder.
//!
//! The server keeps nothing in between: the page holds the files and sends them again, so that there is nothing to fill up and
//! nothing to leak. Files are read by the same reader as everywhere ([`crate::read`]), from a temporary folder with a written
//! `plan.toml`: what is checked here and what `doorstep check` says of the folder taken are the same.
//!
//! `parts.rs` understands a request, `plan_text.rs` writes `plan.toml`, `folder.rs` packs, `answers.rs` answers.

mod answers;
mod folder;
mod parts;
mod plan_text;

use super::desk::Desk;
use super::problem::Problem;
use crate::read::Limits;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tower_http::limit::RequestBodyLimitLayer;

/// Bytes of all files of a request together.
const LARGEST_BODY: usize = 64 << 20;
/// What a file may hold once it is opened.
const LIMITS: Limits = Limits { unpacked: 512 << 20, cells: 20_000_000, rows: 500_000 };

/// `/api/import/…`, with a limit of their own.
pub(super) fn paths() -> Router<Desk> {
    Router::new()
        .route("/api/import/look", post(answers::look))
        .route("/api/import/check", post(answers::check))
        .route("/api/import/take", post(answers::take))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(from_fn(own_pages_only))
}

/// Another site's page may send files here without asking; it cannot hide where it comes from.
async fn own_pages_only(request: Request, next: Next) -> Response {
    if is_from_here(request.headers()) {
        return next.run(request).await;
    }
    let detail = "files are taken from this server's own pages only".to_owned();
    Problem { status: StatusCode::FORBIDDEN, detail }.into_response()
}

fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
    }
}
