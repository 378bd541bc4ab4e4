//! What does the server hold? One outcome and the answers already laid out. A file of its own because every handler
//! is given this and nothing else.

use super::access::Access;
use super::features::{Features, OpenLayer};
use super::metrics::Metrics;
use super::planner::{Planner, Planning};
use super::problem::Problem;
use super::shelf::Shelf;
use super::tiles::Tiles;
use super::{downloads::Download, sheets::SheetKey, topics::Topic};
use crate::desk::Crew;
use crate::job::Outcome;
use crate::model::Lang;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

/// Sheets kept: every one of a prefecture's counties in both languages and formats, and some sizes.
const SHEETS: usize = 64;
/// Topics and downloads are few and fixed; this is above their number times two languages.
const ANSWERS: usize = 64;

/// Names under which the server may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hosts {
    /// This machine's own: `localhost`, `127.0.0.1`, `[::1]`. The default.
    #[default]
    Loopback,
    /// Any: for a server that listens on a network.
    Any,
}

/// One outcome, ready to be asked about. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    hosts: Hosts,
    access: Access,
    planner: Arc<Planner>,
    imports: Option<Arc<Path>>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    outcome: Arc<Outcome>,
    topics: Shelf<(Topic, Lang)>,
    downloads: Shelf<(Download, Lang)>,
    sheets: Shelf<SheetKey>,
    features: Shelf<(OpenLayer, Lang), Arc<Features>>,
    tiles: Tiles,
    /// Lays whole layers out, behind whoever waits for an answer to a change.
    crew: LazyLock<Crew>,
    metrics: Metrics,
    /// One import at a time.
    importing: Arc<Semaphore>,
}

impl Desk {
    /// A desk for this outcome, which answers to loopback names only.
    pub fn new(outcome: Arc<Outcome>) -> Self {
        let (topics, downloads, sheets) = (Shelf::new(ANSWERS), Shelf::new(ANSWERS), Shelf::new(SHEETS));
        let (features, tiles, crew) = (Shelf::new(ANSWERS), Tiles::default(), LazyLock::new(Crew::new as fn() -> Crew));
        let (metrics, importing) = (Metrics::default(), Arc::new(Semaphore::new(1)));
        let planner = Arc::new(Planner::new(Arc::clone(&outcome), Planning::default()));
        let shared = Shared { outcome, topics, downloads, sheets, features, tiles, crew, metrics, importing };
        Self { hosts: Hosts::default(), access: Access::default(), planner, imports: None, shared: Arc::new(shared) }
    }

    /// The same desk under other names. [`super::serve`] sets this from the address it listens on.
    pub fn named(self, hosts: Hosts) -> Self {
        Self { hosts, ..self }
    }

    /// The same desk, which may put imported plans into new folders under this one.
    pub fn importing_into(self, imports: &Path) -> Self {
        Self { imports: Some(imports.into()), ..self }
    }

    pub(super) fn imports(&self) -> Option<Arc<Path>> {
        self.imports.clone()
    }

    /// The only place for an import, if it is free.
    pub(super) fn import_place(&self) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        Arc::clone(&self.shared.importing).try_acquire_owned()
    }

    /// What is counted.
    pub(super) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// The same desk, which lets those change and compute who may.
    pub fn guarded(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// The same desk, planned at in this way: where scenarios are kept, how much may be asked.
    pub fn planning(self, planning: Planning) -> Self {
        let planner = Arc::new(Planner::new(Arc::clone(self.outcome()), planning));
        Self { planner, ..self }
    }

    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    pub(super) fn planner(&self) -> &Arc<Planner> {
        &self.planner
    }

    pub(super) fn hosts(&self) -> Hosts {
        self.hosts
    }

    pub(super) fn outcome(&self) -> &Arc<Outcome> {
        &self.shared.outcome
    }

    pub(super) fn topics(&self) -> &Shelf<(Topic, Lang)> {
        &self.shared.topics
    }

    pub(super) fn downloads(&self) -> &Shelf<(Download, Lang)> {
        &self.shared.downloads
    }

    /// The language asked for, or the plan's own.
    pub(super) fn language(&self, asked: Option<&str>) -> Result<Lang, Problem> {
        match asked {
            None => Ok(self.outcome().folder.plan.lang),
            Some(code) => Lang::parse(code).ok_or_else(|| Problem::bad_query("lang is zh or en")),
        }
    }

    /// The features of a layer, laid out when they are first asked for.
    pub(super) async fn features(&self, layer: OpenLayer, lang: Lang) -> Result<Arc<Features>, Problem> {
        let desk = self.clone();
        let lay_out = move || desk.crew().work(|| Ok(Arc::new(Features::of(layer, desk.outcome(), lang))));
        self.shared.features.take((layer, lang), lay_out).await
    }

    /// Threads for what lays a whole layer out.
    pub(super) fn crew(&self) -> &Crew {
        &self.shared.crew
    }

    pub(super) fn tiles(&self) -> &Tiles {
        &self.shared.tiles
    }

    pub(super) fn sheets(&self) -> &Shelf<SheetKey> {
        &self.shared.sheets
    }
}
