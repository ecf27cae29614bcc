//! Connections that send slowly, too much, or nothing.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::socket::{READY, STUCK, reply, reply_on, send, start};

const LIVE: &str = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

/// Waits until the service closes `connection`, which it must do within `limit`.
async fn closed_within(mut connection: TcpStream, limit: Duration) {
    let mut rest = Vec::new();
    let read = tokio::time::timeout(limit, connection.read_to_end(&mut rest)).await;
    // A reset is as good as an end.
    let _end_or_reset = read.expect("closed in time");
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off() {
    let running = start(&["--head-timeout-ms", "200"]).await;
    let silent = send(running.address, "").await;
    let half_headed = send(running.address, "GET /livez HTTP/1.1\r\nHost:").await;
    let mut later = send(running.address, LIVE).await;
    assert!(reply_on(&mut later).await.starts_with("HTTP/1.1 200 "));
    later.write_all(b"GET /li").await.expect("sends");
    for connection in [silent, half_headed, later] {
        closed_within(connection, Duration::from_secs(5)).await;
    }
}

#[tokio::test]
async fn a_byte_now_and_then_does_not_keep_a_head_alive() {
    let running = start(&["--head-timeout-ms", "300"]).await;
    let mut connection = send(running.address, "GET /livez HTTP/1.1\r\nX-A: ").await;
    let started = Instant::now();
    while connection.write_all(b"a").await.is_ok() {
        assert!(started.elapsed() < Duration::from_secs(10), "still open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_time_and_not_before() {
    let running = start(&["--idle-timeout-ms", "1500", "--head-timeout-ms", "100"]).await;
    let mut connection = send(running.address, LIVE).await;
    assert!(reply_on(&mut connection).await.starts_with("HTTP/1.1 200 "));
    tokio::time::sleep(Duration::from_millis(800)).await;
    connection.write_all(LIVE.as_bytes()).await.expect("open");
    assert!(reply_on(&mut connection).await.starts_with("HTTP/1.1 200 "));
    closed_within(connection, Duration::from_secs(10)).await;
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_told_so() {
    let running = start(&["--body-timeout-ms", "200"]).await;
    let text = reply(send(running.address, STUCK).await).await;
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert!(text.contains("urn:giaxe:problem:body-too-slow"), "{text}");
    assert!(text.contains("within 200 ms"), "{text}");
}

#[tokio::test]
async fn a_body_that_is_announced_to_be_too_large_is_refused_before_it_comes() {
    let running = start(&["--body-timeout-ms", "60000"]).await;
    for path in ["/predict", "/assistant/query", "/v1/chat/completions"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n"
        );
        let started = Instant::now();
        let text = reply(send(running.address, &head).await).await;
        assert!(text.starts_with("HTTP/1.1 413 "), "{path}: {text}");
        assert!(started.elapsed() < Duration::from_secs(5), "{path}");
    }
}

#[tokio::test]
async fn a_caller_in_the_middle_of_a_body_reads_why_it_is_refused() {
    let running = start(&[]).await;
    let mut connection = send(running.address, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3000000\r\n\r\n").await;
    let piece = vec![b' '; 100_000];
    for _ in 0..30 {
        connection
            .write_all(&piece)
            .await
            .expect("the service reads on");
    }
    let text = reply(connection).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
}

#[tokio::test]
async fn a_body_without_an_announced_length_is_refused_at_the_limit() {
    let running = start(&["--body-limit-bytes", "2048"]).await;
    let mut connection = send(running.address, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    for _ in 0..3 {
        let chunk = format!("400\r\n{}\r\n", " ".repeat(1024));
        connection.write_all(chunk.as_bytes()).await.expect("sends");
    }
    let text = reply(connection).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
}

#[tokio::test]
async fn connections_that_only_wait_keep_nobody_out() {
    let running = start(&["--max-connections", "16"]).await;
    let mut held = Vec::new();
    for n in 0..100 {
        let sent = match n % 4 {
            0 => "",
            1 => "GET /livez HTTP/1.1\r\nHos",
            2 => STUCK,
            _ => LIVE,
        };
        held.push(send(running.address, sent).await);
    }
    for _ in 0..20 {
        let asked = async { reply(send(running.address, READY).await).await };
        let text = tokio::time::timeout(Duration::from_secs(5), asked).await;
        let text = text.expect("answered in time");
        assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
    }
    drop(held);
}

#[tokio::test]
async fn long_bodies_share_a_bounded_memory() {
    let running = start(&["--body-timeout-ms", "60000"]).await;
    let memory = std::sync::Arc::clone(&running.state.body_memory);
    let all = u32::try_from(memory.available_permits()).expect("fits");
    let taken = memory.try_acquire_many_owned(all).expect("nobody reads");
    let long = format!("{{\"query\":\"{}\"}}", "x".repeat(200_000));
    let long = format!(
        "POST /assistant/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{long}",
        long.len()
    );
    let text = reply(send(running.address, &long).await).await;
    assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
    assert!(text.to_lowercase().contains("retry-after"), "{text}");
    drop(taken);
    let text = reply(send(running.address, &long).await).await;
    assert!(text.starts_with("HTTP/1.1 422 "), "{text}");
}
