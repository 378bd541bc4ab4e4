//! Who computes while others are answered? Threads of their own for what takes seconds: fewer than there are cores, and behind
//! everybody else in the system's queue. Searches have some, and so has whatever lays a whole layer out. A file of its own because
//! it alone knows how a thread is made to wait for others.

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Threads for one long computation after the other.
#[derive(Debug)]
pub(crate) struct Crew(Option<ThreadPool>);

impl Crew {
    /// As many threads as there are cores but one, and at least one.
    pub(crate) fn new() -> Self {
        let cores = rayon::current_num_threads();
        let pool = ThreadPoolBuilder::new()
            .num_threads(cores.saturating_sub(1).max(1))
            .thread_name(|i| format!("crew-{i}"))
            .start_handler(|_| step_back())
            .build();
        // Without threads of its own the work is done by everybody's.
        Self(pool.ok())
    }

    /// Does a piece of work on these threads; whoever asks waits for it.
    pub(crate) fn work<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

/// Lets every other thread go first, where the system knows of threads that do.
#[cfg(target_os = "linux")]
fn step_back() {
    // On Linux a priority is a thread's own, and `None` is whoever asks. One that is refused changes no answer.
    let _ = rustix::process::setpriority_process(None, LAST);
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

/// So far back that a tenth of a core is left to them where everything else is busy: it goes on, and nobody waits for it.
#[cfg(target_os = "linux")]
const LAST: i32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crew_leaves_a_core_to_others() {
        let crew = Crew::new();
        let threads = crew.work(rayon::current_num_threads);
        assert!(threads >= 1 && (threads < rayon::current_num_threads() || threads == 1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_crew_stands_behind_everybody_else_and_nobody_else_does() {
        let own = || rustix::process::getpriority_process(None).expect("every thread has one");
        let before = own();
        assert_eq!(Crew::new().work(own), LAST);
        assert_eq!(own(), before);
    }
}
