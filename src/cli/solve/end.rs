//! What ends a search early: a signal or a clock. A file of its own because it is the only place that listens to either.

use crate::siting::Watch;
use std::sync::Arc;
use std::time::Duration;

/// Exit code of a program that a second Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// From now on Ctrl-C, and the clock where there is one, ask the search to stop; a second Ctrl-C ends the program.
pub(super) fn on_signal_or_clock(watch: &Arc<Watch>, seconds: Option<f64>) {
    if let Some(limit) = seconds.and_then(|s| Duration::try_from_secs_f64(s).ok()) {
        let watch = Arc::clone(watch);
        std::thread::spawn(move || {
            std::thread::sleep(limit);
            watch.stop();
        });
    }
    let watch = Arc::clone(watch);
    std::thread::spawn(move || {
        // Without a runtime Ctrl-C ends the program, as it does everywhere else.
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                watch.stop();
            }
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(INTERRUPTED);
            }
        });
    });
}
