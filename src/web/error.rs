//! What can go wrong before the first request is answered. Faults of single requests are `problem.rs`.

use crate::model::Lang;
use std::net::SocketAddr;
use thiserror::Error;

/// Why the page cannot be served.
#[derive(Debug, Error)]
pub enum WebError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another port with --port, or 0 for any free one")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The server could not start or stopped.
    #[error("the server stopped: {0}")]
    Stopped(#[from] std::io::Error),
}

impl WebError {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, Self::Bind { address, source }) => {
                format!("无法监听 {address}：{source}；请用 --port 换一个端口，0 为任意空闲端口")
            }
            (Lang::Zh, Self::Stopped(e)) => format!("服务已停止：{e}"),
        }
    }
}
