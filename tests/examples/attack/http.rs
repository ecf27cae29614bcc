//! The least of HTTP/1.1 that the loads and probes need.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, ensure};

/// Where the service listens.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Host and port, as the `Host` header has them.
    pub(crate) host: String,
    /// The socket.
    pub(crate) socket: SocketAddr,
}

impl Address {
    /// The address in `http://HOST:PORT`.
    pub(crate) fn of(base: &str) -> anyhow::Result<Self> {
        let host = base.strip_prefix("http://").unwrap_or(base);
        let host = host.trim_end_matches('/');
        ensure!(!host.contains('/'), "`{base}` is no http://HOST:PORT");
        let mut sockets = host.to_socket_addrs().with_context(|| base.to_owned())?;
        Ok(Self {
            host: host.to_owned(),
            socket: sockets.next().with_context(|| base.to_owned())?,
        })
    }

    /// A GET after which the connection is closed.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        let host = &self.host;
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes()
    }

    /// A POST of JSON.
    pub(crate) fn post(&self, path: &str, body: &str, more_headers: &str) -> Vec<u8> {
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{more_headers}Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len(),
        )
        .into_bytes()
    }

    /// Sends `request` on a connection of its own and reads the reply to its end; its status, `None` if there is none
    /// within `limit`.
    pub(crate) fn status(&self, request: &[u8], limit: Duration) -> Option<u16> {
        let mut stream = TcpStream::connect_timeout(&self.socket, limit).ok()?;
        stream.set_read_timeout(Some(limit)).ok()?;
        stream.set_write_timeout(Some(limit)).ok()?;
        stream.write_all(request).ok()?;
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).ok()?;
        status_of(&reply)
    }
}

/// The status in the first line of a reply.
pub(crate) fn status_of(reply: &[u8]) -> Option<u16> {
    let digits = reply.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Where a reply ends that begins `reply`, as its `Content-Length` has it; `None` while the head is not whole.
pub(crate) fn whole_length(reply: &[u8]) -> Option<usize> {
    let head = reply.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&reply[..head]).to_ascii_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    Some(
        head + length
            .and_then(|length| length.trim().parse().ok())
            .unwrap_or(0),
    )
}
