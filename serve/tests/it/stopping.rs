//! The service on a real socket: the deadline of a request, and how it stops.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clap::Parser;
use serve::{AppState, Config, Flags, app, shutdown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A request whose body is announced and never sent.
const STUCK: &str = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n";
const READY: &str = "GET /readyz?verbose HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<std::io::Result<()>>,
}

async fn start(flags: &[&str]) -> Running {
    let flags = Flags::try_parse_from([&["serve"], flags].concat()).expect("flags");
    let state = AppState::new(Config::resolve(flags).expect("configuration"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async move {
        stopped.await.expect("told to stop");
    };
    let ended = tokio::spawn(shutdown::run(listener, app(state.clone()), state, stopped));
    Running {
        address,
        stop,
        ended,
    }
}

async fn send(address: SocketAddr, request: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.expect("connects");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("sends");
    connection
}

async fn reply(mut connection: TcpStream) -> String {
    let mut text = vec![0; 4096];
    let length = connection.read(&mut text).await.expect("a reply");
    String::from_utf8_lossy(&text[..length]).into_owned()
}

#[tokio::test]
async fn a_body_that_never_comes_meets_the_deadline() {
    let running = start(&["--request-deadline-ms", "100"]).await;
    let text = reply(send(running.address, STUCK).await).await;
    assert!(text.starts_with("HTTP/1.1 504 "), "{text}");
    assert!(text.contains("urn:giaxe:problem:deadline"), "{text}");
}

#[tokio::test]
async fn an_idle_service_stops_at_once() {
    let running = start(&[]).await;
    running.stop.send(()).expect("still running");
    let ended = tokio::time::timeout(Duration::from_secs(5), running.ended).await;
    ended
        .expect("in time")
        .expect("no panic")
        .expect("no error");
}

#[tokio::test]
async fn while_draining_requests_are_answered_but_not_wanted() {
    let running = start(&["--drain-ms", "60000"]).await;
    running.stop.send(()).expect("still running");
    let asked_since = Instant::now();
    loop {
        let text = reply(send(running.address, READY).await).await;
        assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
        if text.contains(r#""draining":"yes""#) {
            break;
        }
        assert!(asked_since.elapsed() < Duration::from_secs(30), "{text}");
    }
    assert!(!running.ended.is_finished());
    running.ended.abort();
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off() {
    let running = start(&[
        "--shutdown-deadline-ms",
        "200",
        "--request-deadline-ms",
        "60000",
    ])
    .await;
    let connection = send(running.address, STUCK).await;
    // Answered on a second connection, so that the first is being served by then.
    reply(send(running.address, READY).await).await;
    running.stop.send(()).expect("still running");
    let ended = tokio::time::timeout(Duration::from_secs(5), running.ended).await;
    ended
        .expect("in time")
        .expect("no panic")
        .expect("no error");
    drop(connection);
}
