//! How is an answer made only once? A shelf of finished answers, filled on first asking, on a thread that may block.
//! A file of its own because topics, maps and downloads share the rule that costly work is bounded: at most two
//! answers are made at a time, and a reader who gives up does not make the next one start over.

use super::prepared::Prepared;
use super::problem::Problem;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::Semaphore;

/// Answers being made at the same time.
const MAKERS: usize = 2;

type Slot<V> = Arc<OnceLock<Result<V, Problem>>>;

/// Finished answers by key, or what answers are made from.
#[derive(Debug)]
pub(super) struct Shelf<K, V = Prepared> {
    slots: Mutex<HashMap<K, Slot<V>>>,
    makers: Arc<Semaphore>,
    most: usize,
}

impl<K: Eq + Hash, V: Clone + Send + Sync + 'static> Shelf<K, V> {
    /// A shelf for at most this many answers; when it is full it is cleared, since any of them can be made again.
    pub(super) fn new(most: usize) -> Self {
        Self { slots: Mutex::new(HashMap::new()), makers: Arc::new(Semaphore::new(MAKERS)), most }
    }

    /// The answer for this key, if it has been made.
    pub(super) fn known(&self, key: &K) -> Option<Result<V, Problem>> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.get(key)?.get().cloned()
    }

    /// The answer for this key, made now if nobody has asked before.
    pub(super) async fn take(
        &self,
        key: K,
        make: impl FnOnce() -> Result<V, Problem> + Send + 'static,
    ) -> Result<V, Problem> {
        let slot = self.slot(key);
        if let Some(done) = slot.get() {
            return done.clone();
        }
        let permit = Arc::clone(&self.makers).acquire_owned().await.expect("the semaphore is never closed");
        // The permit goes with the work, not with the reader: one who hangs up does not free a maker.
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            slot.get_or_init(make).clone()
        });
        work.await.unwrap_or_else(|_| Err(Problem::failed("an internal fault while the answer was made")))
    }

    fn slot(&self, key: K) -> Slot<V> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= self.most && !slots.contains_key(&key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn an_answer_asked_for_many_times_at_once_is_made_once() {
        let made = Arc::new(AtomicUsize::new(0));
        let shelf: Arc<Shelf<_>> = Arc::new(Shelf::new(4));
        block_on(async {
            let asks: Vec<_> = (0..20)
                .map(|_| {
                    let (shelf, made) = (Arc::clone(&shelf), Arc::clone(&made));
                    tokio::spawn(async move {
                        let make = move || {
                            made.fetch_add(1, Ordering::SeqCst);
                            Ok(Prepared::json("1".to_owned()))
                        };
                        shelf.take("key", make).await.is_ok()
                    })
                })
                .collect();
            for ask in asks {
                assert!(ask.await.expect("no panic"));
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_maker_that_panics_is_a_problem_for_one_reader_and_not_for_the_next() {
        let shelf: Shelf<_> = Shelf::new(4);
        block_on(async {
            let broken = shelf.take(1, || panic!("a fault in drawing")).await;
            assert_eq!(broken.expect_err("the maker failed").status.as_u16(), 500);
            assert!(shelf.take(1, || Ok(Prepared::json("1".to_owned()))).await.is_ok());
        });
    }

    #[test]
    fn a_full_shelf_starts_again_instead_of_growing() {
        let shelf: Shelf<_> = Shelf::new(3);
        block_on(async {
            for key in 0..10 {
                assert!(shelf.take(key, || Ok(Prepared::json("1".to_owned()))).await.is_ok());
                assert!(shelf.slots.lock().expect("no panic").len() <= 3);
            }
        });
    }
}
