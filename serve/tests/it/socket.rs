//! The service on a real socket, and callers that speak to it byte by byte.

use std::net::SocketAddr;

use clap::Parser;
use serve::{AppState, Config, Flags, app, server, server_settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// A request whose body is announced and never sent.
pub(crate) const STUCK: &str = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n";
/// A request after which the connection is closed.
pub(crate) const READY: &str =
    "GET /readyz?verbose HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// A running service.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) state: AppState,
    /// Each message asks it to stop.
    pub(crate) stop: UnboundedSender<()>,
    pub(crate) ended: JoinHandle<std::io::Result<()>>,
}

/// Starts the service with these flags.
pub(crate) async fn start(flags: &[&str]) -> Running {
    let flags = Flags::try_parse_from([&["serve"], flags].concat()).expect("flags");
    let state = AppState::new(Config::resolve(flags).expect("configuration"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = unbounded_channel();
    let settings = server_settings(&state.config);
    let draining = std::sync::Arc::clone(&state.draining);
    let served = server::run(listener, app(state.clone()), settings, draining, stopped);
    Running {
        address,
        state,
        stop,
        ended: tokio::spawn(served),
    }
}

/// Connects and sends `request`.
pub(crate) async fn send(address: SocketAddr, request: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.expect("connects");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("sends");
    connection
}

/// What comes first on `connection`; empty if it was closed.
pub(crate) async fn reply_on(connection: &mut TcpStream) -> String {
    let mut text = vec![0; 4096];
    let length = connection.read(&mut text).await.unwrap_or(0);
    String::from_utf8_lossy(&text[..length]).into_owned()
}

/// The same, of a connection that has no more to do.
pub(crate) async fn reply(mut connection: TcpStream) -> String {
    reply_on(&mut connection).await
}
