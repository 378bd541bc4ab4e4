//! Which names of counties and groups occur? Each is kept once, however many features say it.
//! A file of its own because all threads share it: a million places name seven counties.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

/// Names kept once.
#[derive(Debug, Default)]
pub(super) struct Names(RwLock<BTreeSet<Arc<str>>>);

impl Names {
    /// The one copy of a name.
    pub(super) fn keep(&self, name: &str) -> Arc<str> {
        // A set is whole after every step, so a panic elsewhere cannot leave it broken.
        if let Some(kept) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Arc::clone(kept);
        }
        let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = names.get(name) {
            return Arc::clone(kept);
        }
        let kept: Arc<str> = Arc::from(name);
        names.insert(Arc::clone(&kept));
        kept
    }

    /// Every name, sorted.
    pub(super) fn all(&self) -> BTreeSet<Arc<str>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The names that a layer says, those of refused rows included.
#[derive(Debug, Default)]
pub(super) struct LayerNames {
    pub(super) counties: Names,
    pub(super) groups: Names,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once() {
        let names = Names::default();
        assert!(Arc::ptr_eq(&names.keep("漠河市"), &names.keep("漠河市")));
        assert_ne!(names.keep("漠河市"), names.keep("塔河县"));
    }
}
