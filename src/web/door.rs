//! How is the door opened and shut? Listening, limits per connection, and an orderly end on Ctrl-C.
//! A file of its own because this is the only place that touches sockets; the router never knows of them.

use super::desk::{Desk, Hosts};
use super::error::WebError;
use super::loops::Loops;
use super::router::router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// Where the page is, unless told otherwise.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8040);

/// Connections at the same time; further ones wait in the system's queue.
const CONNECTIONS: usize = 256;
/// A connection on which nothing moves for this long is dropped: longer than the longest answer takes.
const SILENCE: Duration = Duration::from_secs(75);
/// How long the head of a request may take; nobody writes one by hand.
const HEAD: Duration = Duration::from_secs(10);
/// Bytes of the head of a request.
const LARGEST_HEAD: usize = 32 * 1024;
/// How long answers under way may still take after Ctrl-C.
const FAREWELL: Duration = Duration::from_secs(3);

/// Listens on an address, says which one it became (port 0 is any free one), and serves until Ctrl-C.
///
/// # Errors
/// [`WebError::Bind`] when the address cannot be listened on, [`WebError::Stopped`] when the server cannot go on.
pub fn run(address: SocketAddr, desk: Desk, opened: impl FnOnce(SocketAddr)) -> Result<(), WebError> {
    // Before the door opens: whoever comes first would wait for it, and everybody after them. Faults are told to whoever asks.
    let _ = desk.planner().what_if();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|source| WebError::Bind { address, source })?;
        opened(listener.local_addr()?);
        tokio::spawn(prepare(desk.clone()));
        serve(listener, desk).await
    })
}

/// Lays out what takes seconds before the first map asks; whoever asks earlier waits for it, everybody else does not.
async fn prepare(desk: Desk) {
    desk.tiles().prepare(&desk).await;
}

/// Serves until Ctrl-C. A listener on loopback answers to loopback names only, any other to every name.
///
/// # Errors
/// [`WebError::Stopped`] when the server cannot go on.
pub async fn serve(listener: TcpListener, desk: Desk) -> Result<(), WebError> {
    let loopback = listener.local_addr()?.ip().is_loopback();
    let desk = desk.named(if loopback { Hosts::Loopback } else { Hosts::Any });
    let service = TowerToHyperService::new(router(desk));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LARGEST_HEAD).half_close(false);
    let mut loops = Loops::start()?;
    let (places, under_way) = (Arc::new(Semaphore::new(CONNECTIONS)), GracefulShutdown::new());
    let ctrl_c = async {
        // Where no signal can be heard the server goes on until it is killed; that is better than not starting.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::pin!(ctrl_c);
    loop {
        let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // One that hung up at once, or no handle left: the next may fare better.
                Err(_) => { sleep(Duration::from_millis(50)).await; continue }
            },
            () = &mut ctrl_c => break,
        };
        // Small answers go out at once.
        let _ = stream.set_nodelay(true);
        // It leaves this loop for the one that will talk to it.
        let Ok(stream) = stream.into_std() else { continue };
        let (service, http, watcher) = (service.clone(), http.clone(), under_way.watcher());
        loops.next().spawn(async move {
            let Ok(stream) = TcpStream::from_std(stream) else { return };
            let guest = Guest { stream, moved: Instant::now(), silence: Box::pin(sleep(SILENCE)), _place: place };
            let named = service_fn(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo(address));
                service.call(request)
            });
            // A connection that breaks is its own affair.
            drop(watcher.watch(http.serve_connection(TokioIo::new(guest), named)).await);
        });
    }
    tokio::select! {
        () = under_way.shutdown() => {}
        () = sleep(FAREWELL) => {}
    }
    Ok(())
}

/// A connection that ends when nothing has moved on it for [`SILENCE`], so that silent ones cannot fill the house.
struct Guest {
    stream: TcpStream,
    moved: Instant,
    silence: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

impl Guest {
    /// Notes when something moved, and reports a clock that ran out since. The clock itself is set anew only when it rings: setting it at
    /// every move takes a lock that all connections share.
    fn watch<T>(&mut self, cx: &mut Context<'_>, moved: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.moved = Instant::now();
            return moved;
        }
        while self.silence.as_mut().poll(cx).is_ready() {
            let until = self.moved + SILENCE;
            if until <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.silence.as_mut().reset(until);
        }
        Poll::Pending
    }
}

impl AsyncRead for Guest {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let moved = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.watch(cx, moved)
    }
}

impl AsyncWrite for Guest {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, moved)
    }

    /// Head and body as they lie: without this every answer would be copied into one piece first.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let moved = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.watch(cx, moved)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
