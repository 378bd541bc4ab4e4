//! On which thread is a visitor talked to? Each has an event loop of its own, and a connection stays where it began: answers are handed out
//! in some microseconds, less than it takes to wake another thread for them. Whatever takes longer runs on threads for that.
//! A file of its own because nothing else starts threads that wait for the network.

use std::io;
use std::thread;
use tokio::runtime::{Builder, Handle};
use tokio::sync::watch;

/// One event loop per processor; they end when this is dropped.
#[derive(Debug)]
pub(super) struct Loops {
    handles: Vec<Handle>,
    next: usize,
    _open: watch::Sender<()>,
}

impl Loops {
    /// Starts them.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub(super) fn start() -> io::Result<Self> {
        let (open, ended) = watch::channel(());
        let start = |_| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let (handle, mut ended) = (runtime.handle().clone(), ended.clone());
            let wait = move || {
                // It ends with its sender, which never says anything.
                let _ = runtime.block_on(ended.changed());
            };
            thread::Builder::new().name("visitors".to_owned()).spawn(wait)?;
            Ok(handle)
        };
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let handles: Vec<Handle> = (0..processors).map(start).collect::<io::Result<_>>()?;
        Ok(Self { handles, next: 0, _open: open })
    }

    /// The one whose turn it is.
    pub(super) fn next(&mut self) -> &Handle {
        self.next = (self.next + 1) % self.handles.len();
        &self.handles[self.next]
    }
}
