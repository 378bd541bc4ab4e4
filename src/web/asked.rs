//! What was asked in the query? One extractor for every path, so that what cannot be understood is refused with 400 and in words, the
//! parameters that there are among them. A file of its own because handlers of all parts use it; OGC has rules of its own.

use super::desk::Desk;
use super::problem::Problem;
use crate::model::Lang;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The query of a request.
#[derive(Debug)]
pub(super) struct Asked<Q>(pub Q);

impl<Q: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<Q> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asked = Query::try_from_uri(&parts.uri).map_err(|e| Problem::bad_query(e.body_text()))?;
        Ok(Self(asked.0))
    }
}

/// A query that may only name a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InLang {
    lang: Option<String>,
}

impl InLang {
    /// The language asked for, or the plan's own.
    pub(super) fn of(&self, desk: &Desk) -> Result<Lang, Problem> {
        desk.language(self.lang.as_deref())
    }
}
