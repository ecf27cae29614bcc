//! A server on loopback that misbehaves as a script says, byte by byte.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One thing that the server does.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Send bytes.
    Send(Vec<u8>),
    /// Send nothing for so long.
    Wait(Duration),
    /// Break the connection without ceremony.
    Reset,
}

/// What it does to a request: to the first the first item, and so on; the last one for ever.
#[derive(Debug)]
pub(super) struct Stub {
    pub(super) base_url: String,
    requests: Arc<Mutex<Vec<String>>>,
    hung_up: Arc<AtomicUsize>,
}

impl Stub {
    pub(super) async fn start(script: Vec<Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback takes a port");
        let base_url = format!("http://{}/v1", listener.local_addr().expect("bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let hung_up = Arc::new(AtomicUsize::new(0));
        let (seen, gone) = (Arc::clone(&requests), Arc::clone(&hung_up));
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let script = script.clone();
                let (seen, gone) = (Arc::clone(&seen), Arc::clone(&gone));
                tokio::spawn(async move {
                    let Some(request) = read_request(&mut socket).await else {
                        return;
                    };
                    let number = {
                        let mut seen = seen.lock().expect("no test panics with it");
                        seen.push(request);
                        seen.len() - 1
                    };
                    if play(&mut socket, &script[number.min(script.len() - 1)])
                        .await
                        .is_err()
                    {
                        gone.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        Self {
            base_url,
            requests,
            hung_up,
        }
    }

    /// All requests, headers and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .expect("no test panics with it")
            .clone()
    }

    /// Replies during which the client hung up.
    pub(super) fn hung_up(&self) -> usize {
        self.hung_up.load(Ordering::SeqCst)
    }
}

async fn play(socket: &mut TcpStream, acts: &[Act]) -> std::io::Result<()> {
    for act in acts {
        match act {
            Act::Send(bytes) => {
                socket.write_all(bytes).await?;
                socket.flush().await?;
                // So that the pieces arrive as pieces.
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Act::Wait(time) => {
                let mut byte = [0];
                // A client that hangs up is noticed while the server is silent.
                if let Ok(Ok(0)) = tokio::time::timeout(*time, socket.read(&mut byte)).await {
                    return Err(std::io::ErrorKind::ConnectionReset.into());
                }
            }
            Act::Reset => {
                socket.set_zero_linger()?;
                return Ok(());
            }
        }
    }
    socket.shutdown().await
}

async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = socket
            .read(&mut piece)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length:")?
                        .trim()
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                return Some(text.into_owned());
            }
        }
    }
}

/// A head with `headers`, then `body` until the connection closes.
pub(super) fn reply(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<Act> {
    let headers: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let headers = headers.concat();
    vec![Act::Send(
        format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n{body}").into_bytes(),
    )]
}

/// JSON with a status.
pub(super) fn json(status: &str, body: &str) -> Vec<Act> {
    reply(status, &[("content-type", "application/json")], body)
}

/// A stream of `pieces`, sent one by one.
pub(super) fn events(pieces: &[&str]) -> Vec<Act> {
    let mut acts = reply("200 OK", &[("content-type", "text/event-stream")], "");
    acts.extend(
        pieces
            .iter()
            .map(|piece| Act::Send(piece.as_bytes().to_vec())),
    );
    acts
}

/// An event with text.
pub(super) fn text(content: &str) -> String {
    let chunk = serde_json::json!({"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": null}]});
    format!("data: {chunk}\n\n")
}

/// The event with a finish reason.
pub(super) fn finish(reason: &str) -> String {
    let chunk =
        serde_json::json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]});
    format!("data: {chunk}\n\n")
}

/// The end marker.
pub(super) const DONE: &str = "data: [DONE]\n\n";
