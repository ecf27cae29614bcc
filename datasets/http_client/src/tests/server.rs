//! A server that sends what it is told to, a proxy, and a server with TLS.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::trust::Trust;

/// What a server does when it has read the head of a request.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and stays silent.
    Stall(Vec<u8>),
}

impl Act {
    /// A whole answer of status 200.
    pub(super) fn ok(body: &str) -> Self {
        let length = body.len();
        Self::Send(
            format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            )
            .into_bytes(),
        )
    }

    /// A redirect.
    pub(super) fn redirect(to: &str) -> Self {
        Self::Send(
            format!("HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
                .into_bytes(),
        )
    }
}

/// A server or a proxy, and the heads of the requests that reached it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Seen {
    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(super) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no panic").clone()
    }

    fn note(&self, head: &str) {
        self.heads.lock().expect("no panic").push(head.to_owned());
    }
}

async fn listen() -> (TcpListener, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let heads = Arc::default();
    (listener, Seen { address, heads })
}

/// A server that does `act` for each request.
pub(super) async fn server(act: Act) -> Seen {
    let (listener, seen) = listen().await;
    let noting = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, noting.clone(), act.clone()));
        }
    });
    seen
}

/// The same behind TLS, with a certificate of its own for `host`; the trust is in that certificate alone.
pub(super) async fn tls_server(host: &str, act: Act) -> (Seen, Trust) {
    let own = rcgen::generate_simple_self_signed([host.to_owned()]).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], own.signing_key.into())
        .expect("a key for the certificate");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (listener, seen) = listen().await;
    let noting = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, noting, act) = (acceptor.clone(), noting.clone(), act.clone());
            tokio::spawn(async move {
                // A client that does not trust us goes away here.
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer(stream, noting, act).await;
                }
            });
        }
    });
    (seen, Trust::these(vec![own.cert.der().clone()], None))
}

/// A proxy that forwards plain requests and tunnels, whatever their host, to `upstream`; it refuses both without one.
pub(super) async fn proxy(upstream: Option<SocketAddr>) -> Seen {
    let (listener, seen) = listen().await;
    let noting = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let noting = noting.clone();
            tokio::spawn(async move {
                let head = head(&mut stream).await;
                noting.note(&head);
                let Some(upstream) = upstream else {
                    let refusal = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
                    return drop(stream.write_all(refusal).await);
                };
                let mut onward = TcpStream::connect(upstream).await.expect("an upstream");
                if head.starts_with("CONNECT ") {
                    let open = b"HTTP/1.1 200 Connection established\r\n\r\n";
                    stream.write_all(open).await.expect("a client");
                } else {
                    onward
                        .write_all(head.as_bytes())
                        .await
                        .expect("an upstream");
                }
                drop(copy_bidirectional(&mut stream, &mut onward).await);
            });
        }
    });
    seen
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, seen: Seen, act: Act) {
    let head = head(&mut stream).await;
    seen.note(&head);
    let (bytes, silence) = match act {
        Act::Send(bytes) => (bytes, Duration::ZERO),
        Act::Stall(bytes) => (bytes, Duration::from_mins(1)),
    };
    // Clients may go away early.
    if stream.write_all(&bytes).await.is_ok() {
        tokio::time::sleep(silence).await;
        drop(stream.shutdown().await);
    }
}

/// Reads up to the empty line.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).await.is_ok() {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}
