//! How is the door opened and shut? Listening, limits per connection, and an orderly end on Ctrl-C.
//! A file of its own because this is the only place that touches sockets; the router never knows of them.

use super::desk::{Desk, Hosts};
use super::error::WebError;
use super::router::router;
use axum::serve::Listener;
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
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Where the page is, unless told otherwise.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8040);

/// Connections at the same time; further ones wait in the system's queue.
const CONNECTIONS: usize = 256;
/// A connection on which nothing moves for this long is dropped: longer than the longest answer takes.
const SILENCE: Duration = Duration::from_secs(75);
/// How long answers under way may still take after Ctrl-C.
const FAREWELL: Duration = Duration::from_secs(3);

/// Listens on an address, says which one it became (port 0 is any free one), and serves until Ctrl-C.
///
/// # Errors
/// [`WebError::Bind`] when the address cannot be listened on, [`WebError::Stopped`] when the server cannot go on.
pub fn run(address: SocketAddr, desk: Desk, opened: impl FnOnce(SocketAddr)) -> Result<(), WebError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|source| WebError::Bind { address, source })?;
        opened(listener.local_addr()?);
        serve(listener, desk).await
    })
}

/// Serves until Ctrl-C. A listener on loopback answers to loopback names only, any other to every name.
///
/// # Errors
/// [`WebError::Stopped`] when the server cannot go on.
pub async fn serve(listener: TcpListener, desk: Desk) -> Result<(), WebError> {
    let loopback = listener.local_addr()?.ip().is_loopback();
    let desk = desk.named(if loopback { Hosts::Loopback } else { Hosts::Any });
    let ended = Arc::new(tokio::sync::Notify::new());
    let tell = Arc::clone(&ended);
    let ctrl_c = async move {
        // Where no signal can be heard the server goes on until it is killed; that is better than not starting.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        tell.notify_one();
    };
    let door = Door { listener, places: Arc::new(Semaphore::new(CONNECTIONS)) };
    let server = axum::serve(door, router(desk)).with_graceful_shutdown(ctrl_c);
    tokio::select! {
        served = async { server.await } => served?,
        () = async { ended.notified().await; sleep(FAREWELL).await } => {}
    }
    Ok(())
}

/// A listener that limits how many come in and how long they may stay silent.
struct Door {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

impl Listener for Door {
    type Io = Guest;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guest, SocketAddr) {
        let place = Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed");
        let (stream, address) = Listener::accept(&mut self.listener).await;
        (Guest { stream, silence: Box::pin(sleep(SILENCE)), _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that ends when nothing has moved on it for [`SILENCE`], so that silent ones cannot fill the house.
struct Guest {
    stream: TcpStream,
    silence: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

impl Guest {
    /// Restarts the clock when something moved, and reports an expired one.
    fn watch<T>(&mut self, cx: &mut Context<'_>, moved: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.silence.as_mut().set(sleep_until(Instant::now() + SILENCE));
            return moved;
        }
        match self.silence.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
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

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
