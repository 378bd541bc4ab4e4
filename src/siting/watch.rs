//! How does one follow a search and end it early? A file of its own because a search and whoever waits for it run side by
//! side and share nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What a search tells while it runs, and what it is told: the incumbent and the bound so far, and to stop.
///
/// A search that is stopped answers with the best choice so far and a bound that holds. Asked to stop by [`Watch::stop`],
/// which a clock or a person does, it may end anywhere; content with a gap it ends at the same place on every run.
#[derive(Debug, Default)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    gap: f64,
    objective: AtomicU64,
    bound: AtomicU64,
}

impl Watch {
    /// Also content when the bound is within `gap` of the objective, relative to the bound.
    pub fn content_with(gap: f64) -> Self {
        Self { gap, ..Self::default() }
    }

    /// For a question within the search: it hears when to stop, and tells nobody how it goes.
    pub(super) fn inner(&self) -> Self {
        Self { stop: Arc::clone(&self.stop), ..Self::default() }
    }

    /// Asks the search to stop.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether the search was asked to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The search tells its incumbent and bound (a maximum); `true` when it should stop.
    pub fn tell(&self, objective: u64, bound: u64) -> bool {
        self.objective.store(objective, Ordering::Relaxed);
        self.bound.store(bound, Ordering::Relaxed);
        self.stopped() || bound.saturating_sub(objective) as f64 <= self.gap * bound as f64
    }

    /// The same for a search for the least: the bound lies below.
    pub fn tell_least(&self, objective: u64, bound: u64) -> bool {
        self.objective.store(objective, Ordering::Relaxed);
        self.bound.store(bound, Ordering::Relaxed);
        self.stopped() || objective.saturating_sub(bound) as f64 <= self.gap * objective as f64
    }

    /// Incumbent and bound as last told; `None` before the first.
    pub fn told(&self) -> Option<(u64, u64)> {
        let told = (self.objective.load(Ordering::Relaxed), self.bound.load(Ordering::Relaxed));
        (told.0 > 0 || told.1 > 0).then_some(told)
    }
}
