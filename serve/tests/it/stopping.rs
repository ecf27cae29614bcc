//! The service on a real socket: the deadline of a request, and how it stops.

use std::time::{Duration, Instant};

use crate::socket::{READY, STUCK, reply, reply_on, send, start};

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
async fn a_second_request_to_stop_ends_all_at_once() {
    let running = start(&["--shutdown-deadline-ms", "60000"]).await;
    let connection = send(running.address, STUCK).await;
    reply(send(running.address, READY).await).await;
    running.stop.send(()).expect("still running");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!running.ended.is_finished(), "a request is still running");
    running.stop.send(()).expect("still running");
    let ended = tokio::time::timeout(Duration::from_secs(2), running.ended).await;
    ended
        .expect("in time")
        .expect("no panic")
        .expect("no error");
    drop(connection);
}

#[tokio::test]
async fn a_connection_without_a_request_delays_no_stop() {
    let running = start(&["--shutdown-deadline-ms", "60000"]).await;
    let half_headed = send(running.address, "GET /livez HT").await;
    let silent = send(running.address, "").await;
    let mut idle = send(running.address, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(reply_on(&mut idle).await.starts_with("HTTP/1.1 200 "));
    running.stop.send(()).expect("still running");
    let ended = tokio::time::timeout(Duration::from_secs(5), running.ended).await;
    ended
        .expect("in time")
        .expect("no panic")
        .expect("no error");
    drop((half_headed, silent, idle));
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
