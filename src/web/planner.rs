//! What does the planner's side of the server hold? The plan laid out for changes, the jobs, the scenarios, and how much of each may
//! be asked. A file of its own because its handlers are many and this is all they share.

use super::problem::Problem;
use crate::desk::scenarios::{Store, StoreError};
use crate::desk::{Answer, Changes, DeskError, JobLimits, Jobs, MOST_FEATURES, WhatIf, object};
use crate::job::Outcome;
use crate::model::Lang;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much may be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Bytes of a body of JSON.
    pub body: usize,
    /// Bytes of a file of scenarios.
    pub file: usize,
    /// Answers to changes that wait or are computed at once.
    pub answers: usize,
    /// How long an answer may wait for its turn.
    pub patience: Duration,
    /// Jobs.
    pub jobs: JobLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 512 * 1024,
            file: 64 << 20,
            answers: 256,
            patience: Duration::from_secs(10),
            jobs: JobLimits::default(),
        }
    }
}

/// How a desk is planned at.
#[derive(Debug, Clone, Default)]
pub struct Planning {
    /// Where scenarios are kept; `None` keeps none.
    pub scenarios: Option<PathBuf>,
    /// How much may be asked.
    pub limits: Limits,
}

/// The planner's side of the desk.
#[derive(Debug)]
pub(super) struct Planner {
    outcome: Arc<Outcome>,
    what_if: OnceLock<Result<Arc<WhatIf>, DeskError>>,
    jobs: Jobs,
    store: Option<Arc<Store>>,
    limits: Limits,
    /// Answers at work: as many as there are cores, so that each is quick.
    at_work: Arc<Semaphore>,
    /// Standards being laid out: one at a time, so that they do not hold up the others.
    laying_out: Arc<Semaphore>,
    /// Answers waiting or at work.
    inside: Arc<Semaphore>,
}

impl Planner {
    pub(super) fn new(outcome: Arc<Outcome>, planning: Planning) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            outcome,
            what_if: OnceLock::new(),
            jobs: Jobs::new(planning.limits.jobs),
            store: planning.scenarios.map(|path| Arc::new(Store::at(&path))),
            at_work: Arc::new(Semaphore::new(cores)),
            laying_out: Arc::new(Semaphore::new(1)),
            inside: Arc::new(Semaphore::new(planning.limits.answers)),
            limits: planning.limits,
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// The plan laid out for changes; laid out now if nobody has asked before.
    pub(super) fn what_if(&self) -> Result<Arc<WhatIf>, DeskError> {
        self.what_if.get_or_init(|| WhatIf::new(Arc::clone(&self.outcome)).map(Arc::new)).clone()
    }

    /// Whether it is laid out already, so that asking for it waits for nothing.
    pub(super) fn is_laid_out(&self) -> bool {
        self.what_if.get().is_some()
    }

    pub(super) fn store(&self) -> Result<Arc<Store>, Problem> {
        self.store.clone().ok_or_else(|| Problem::absent("this server keeps no scenarios · 此服务不保存方案"))
    }

    pub(super) fn keeps_scenarios(&self) -> bool {
        self.store.is_some()
    }

    /// Does what takes a processor, when it is its turn, and away from those who only listen.
    ///
    /// # Errors
    /// 503 when too many wait already, or the wait is too long.
    pub(super) async fn compute<T: Send + 'static>(
        self: &Arc<Self>,
        heavy: bool,
        lang: Lang,
        work: impl FnOnce(&WhatIf) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let inside = Arc::clone(&self.inside).try_acquire_owned().map_err(|_| busy())?;
        let turn = if heavy { &self.laying_out } else { &self.at_work };
        let turn = tokio::time::timeout(self.limits.patience, Arc::clone(turn).acquire_owned());
        let turn = turn.await.map_err(|_| busy())?.expect("the semaphore is never closed");
        let planner = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            // Both go with the work, not with the reader: one who hangs up frees nothing before it is done.
            let _places: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (inside, turn);
            let desk = planner.what_if().map_err(|e| of_desk(&e, lang))?;
            work(&desk)
        });
        done.await.unwrap_or_else(|_| Err(Problem::failed("an internal fault; the server goes on")))
    }

    /// The answer to changes.
    pub(super) async fn answer(self: &Arc<Self>, changes: Changes, lang: Lang) -> Result<Answer, Problem> {
        let ready = matches!(self.what_if.get(), Some(Ok(desk)) if desk.is_ready(&changes));
        self.compute(!ready, lang, move |desk| desk.answer(&changes).map_err(|e| of_desk(&e, lang))).await
    }
}

fn busy() -> Problem {
    Problem::with(StatusCode::SERVICE_UNAVAILABLE, "too many questions at once; ask again in a moment")
}

/// What is wrong with changes, as an answer.
pub(super) fn of_desk(error: &DeskError, lang: Lang) -> Problem {
    match error {
        DeskError::Changes(faults) if faults.iter().any(|f| f.key == "changes") => Problem::too_large(error.say(lang)),
        _ => Problem::unprocessable(error.say(lang)),
    }
}

/// What is wrong with a scenario, as an answer.
pub(super) fn of_store(error: &StoreError, lang: Lang) -> Problem {
    let status = match error {
        StoreError::Changed(_) => StatusCode::PRECONDITION_FAILED,
        StoreError::Absent => StatusCode::NOT_FOUND,
        StoreError::TooMany(_) => StatusCode::INSUFFICIENT_STORAGE,
        StoreError::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        StoreError::Desk(error) => return of_desk(error, lang),
        StoreError::Name | StoreError::Note | StoreError::Foreign(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::with(status, error.say(lang))
}

/// The words of a body of JSON.
///
/// # Errors
/// 415 for anything that does not say it is plain JSON (which no form of another site can), 400 where it is not.
pub(super) fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Problem> {
    let text = |name| headers.get(name).and_then(|v: &header::HeaderValue| v.to_str().ok()).unwrap_or_default();
    let kind = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind != "application/json" {
        let detail = "the body must be JSON: Content-Type: application/json";
        return Err(Problem::with(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    plain(headers)?;
    let mut text = serde_json::Deserializer::from_slice(body);
    let read = object(&mut text).and_then(|found| text.end().map(|()| found));
    read.map_err(|e| Problem::bad_query(format!("the body cannot be understood: {e}")))
}

/// # Errors
/// 415 for a compressed body: what is not unpacked cannot grow.
pub(super) fn plain(headers: &HeaderMap) -> Result<(), Problem> {
    let packed = headers.get(header::CONTENT_ENCODING).is_some_and(|v| !v.as_bytes().eq_ignore_ascii_case(b"identity"));
    if packed {
        let detail = "bodies are taken as they are, not compressed";
        return Err(Problem::with(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    Ok(())
}

/// Most features of one set of changes, for the page.
pub(super) const fn most_features() -> usize {
    MOST_FEATURES
}
