//! What if a library panics over a broken file? Then the file is at fault, not the program. A file of its own because every
//! reader with somebody else's decoder asks it.

use super::{Broken, unreadable};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Reads, and takes a panic of a decoder for a fault of the file.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, Broken>) -> Result<T, Broken> {
    let done = quietly(|| catch_unwind(AssertUnwindSafe(read)));
    done.unwrap_or_else(|_| Err(unreadable("the file does not hold what it says")))
}

thread_local! {
    /// Whether a panic of this thread is about to be caught and said in better words.
    static CAUGHT: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Keeps a panic that is caught from being printed as well; those of other threads are printed as ever.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !CAUGHT.get() {
                usual(panic);
            }
        }));
    });
    CAUGHT.set(true);
    let done = work();
    CAUGHT.set(false);
    done
}
