//! What does the server hold? One outcome and the answers already laid out. A file of its own because every handler
//! is given this and nothing else.

use super::access::Access;
use super::planner::{Planner, Planning};
use super::shelf::Shelf;
use super::{downloads::Download, sheets::SheetKey, topics::Topic};
use crate::job::Outcome;
use crate::model::Lang;
use std::sync::Arc;

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
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    outcome: Arc<Outcome>,
    topics: Shelf<(Topic, Lang)>,
    downloads: Shelf<(Download, Lang)>,
    sheets: Shelf<SheetKey>,
}

impl Desk {
    /// A desk for this outcome, which answers to loopback names only.
    pub fn new(outcome: Arc<Outcome>) -> Self {
        let (topics, downloads, sheets) = (Shelf::new(ANSWERS), Shelf::new(ANSWERS), Shelf::new(SHEETS));
        let planner = Arc::new(Planner::new(Arc::clone(&outcome), Planning::default()));
        Self {
            hosts: Hosts::default(),
            access: Access::default(),
            planner,
            shared: Arc::new(Shared { outcome, topics, downloads, sheets }),
        }
    }

    /// The same desk under other names. [`super::serve`] sets this from the address it listens on.
    pub fn named(self, hosts: Hosts) -> Self {
        Self { hosts, ..self }
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

    pub(super) fn sheets(&self) -> &Shelf<SheetKey> {
        &self.shared.sheets
    }
}
