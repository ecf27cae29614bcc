//! How long the client waits, how often it asks, and when it stops asking.

use std::time::SystemTime;

use tokio::time::Instant;

use super::stub::{json, reply};
use super::*;

#[tokio::test]
async fn slow_servers_run_into_the_deadline_that_they_break() {
    let run = async |acts: Vec<Act>| {
        let stub = Stub::start(vec![acts]).await;
        let mut config = config(&stub.base_url);
        config.timeout = Duration::from_millis(1200);
        config.first_token_timeout = Duration::from_millis(600);
        let (said, end) = read(client(config).chat(vec![Message::user("q")])).await;
        (said, end.expect_err("it is late"))
    };
    let late = Act::Wait(Duration::from_secs(5));
    let (said, error) = run(vec![late.clone()]).await;
    assert_eq!(
        (said.as_str(), matches!(error, LlmError::FirstToken { .. })),
        ("", true),
        "no headers: {error}"
    );
    let mut role_only = events(&[
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n",
        ": ping\n\n",
    ]);
    role_only.push(late);
    let (_, error) = run(role_only).await;
    assert!(
        matches!(error, LlmError::FirstToken { .. }),
        "a role and a comment are no token: {error}"
    );
    let mut drip = events(&[]);
    for _ in 0..100 {
        drip.extend([
            Act::Send(text("a").into_bytes()),
            Act::Wait(Duration::from_millis(50)),
        ]);
    }
    let (said, error) = run(drip).await;
    assert!(!said.is_empty());
    assert!(
        matches!(error, LlmError::Deadline { received_chars, .. } if received_chars == said.len()),
        "{error}"
    );
    // Thoughts keep a call alive beyond the time for the first token.
    let thought = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n";
    let mut thinks = events(&[thought]);
    thinks.extend([
        Act::Wait(Duration::from_millis(800)),
        Act::Send([text("ok"), finish("stop")].concat().into_bytes()),
    ]);
    let stub = Stub::start(vec![thinks]).await;
    let mut config = config(&stub.base_url);
    config.first_token_timeout = Duration::from_millis(600);
    assert_eq!(
        read(client(config).chat(vec![])).await,
        ("ok".to_owned(), Ok(stop()))
    );
}

#[tokio::test]
async fn a_refused_connection_is_reported() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port")
        .local_addr()
        .expect("bound")
        .port();
    let error = read(client(config(&format!("http://127.0.0.1:{port}/v1"))).chat(vec![]))
        .await
        .1
        .expect_err("refused");
    assert!(
        matches!(&error, LlmError::Connect { message, .. } if message.contains("refused")),
        "{error}"
    );
}

#[tokio::test]
async fn transient_failures_are_retried_within_bounds() {
    let busy = || json("429 Too Many", "{}");
    for (name, script, retries, requests, ok) in [
        (
            "twice busy",
            vec![busy(), json("502 Bad", "<html>"), good()],
            2,
            3,
            true,
        ),
        ("busy for ever", vec![busy()], 2, 3, false),
        ("none allowed", vec![busy(), good()], 0, 1, false),
        (
            "a bad request",
            vec![json("400 Bad", "{}"), good()],
            2,
            1,
            false,
        ),
        ("a bad key", vec![json("401 No", "{}"), good()], 2, 1, false),
        (
            "no quota left",
            vec![
                json(
                    "429 No",
                    r#"{"error":{"code":"insufficient_quota","message":"pay"}}"#,
                ),
                good(),
            ],
            2,
            1,
            false,
        ),
        (
            "cut before any word",
            vec![vec![Act::Reset], good()],
            1,
            2,
            true,
        ),
        (
            "overloaded, said in the stream",
            vec![
                events(&["data: {\"error\":{\"code\":503,\"message\":\"x\"}}\n\n"]),
                good(),
            ],
            1,
            2,
            true,
        ),
        (
            "cut after the first word",
            vec![events(&[&text("o")]), good()],
            2,
            1,
            false,
        ),
    ] {
        let stub = Stub::start(script).await;
        let mut config = config(&stub.base_url);
        config.max_retries = retries;
        let (_, end) = read(client(config).chat(vec![Message::user("q")])).await;
        assert_eq!(
            (end.is_ok(), stub.requests().len()),
            (ok, requests),
            "{name}: {end:?}"
        );
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_in_both_forms_where_the_deadline_allows() {
    let asked = |value: &str| reply("503 Unavailable", &[("retry-after", value)], "");
    let run = async |value: &str| {
        let stub = Stub::start(vec![asked(value), good()]).await;
        let mut config = config(&stub.base_url);
        config.max_retries = 1;
        let begun = Instant::now();
        let end = read(client(config).chat(vec![])).await.1;
        (end, begun.elapsed(), stub.requests().len())
    };
    let (end, took, requests) = run("1").await;
    assert!(
        end.is_ok() && took >= Duration::from_secs(1) && requests == 2,
        "{end:?} {took:?}"
    );
    // A date has whole seconds, so two seconds from now are at least one.
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    let (end, took, requests) = run(&soon).await;
    assert!(
        end.is_ok() && took >= Duration::from_millis(900) && requests == 2,
        "{end:?} {took:?}"
    );
    let (end, took, requests) = run("60").await;
    assert!(took < Duration::from_secs(4) && requests == 1, "{took:?}");
    assert_eq!(
        end.expect_err("too long a wait").retry_after(),
        Some(Duration::from_mins(1))
    );
}

#[tokio::test]
async fn one_call_too_many_is_busy_and_slots_come_back() {
    let mut slow = events(&[&text("a")]);
    slow.push(Act::Wait(Duration::from_secs(30)));
    let stub = Stub::start(vec![slow, good()]).await;
    let mut config = config(&stub.base_url);
    config.max_concurrent = 1;
    let client = client(config);
    let mut first = client.chat(vec![]);
    assert_eq!(first.next().await, Some(Ok(Delta::Text("a".to_owned()))));
    assert_eq!(
        client.complete(vec![]).await.expect_err("full"),
        LlmError::Busy { limit: 1 }
    );
    drop(first);
    assert_eq!(
        client.complete(vec![]).await.expect("free again").text,
        "ok"
    );
    for _ in 0..100 {
        if stub.hung_up() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("dropping the stream closes the connection");
}

#[tokio::test]
async fn the_breaker_opens_probes_and_closes() {
    let stub = Stub::start(vec![json("500 Oh", "{}"), json("500 Oh", "{}"), good()]).await;
    let mut config = config(&stub.base_url);
    config.breaker = BreakerConfig {
        failures: 2,
        open_for: Duration::from_secs(1),
    };
    let client = client(config);
    for _ in 0..2 {
        assert!(matches!(
            client.complete(vec![]).await,
            Err(LlmError::Status { status: 500, .. })
        ));
    }
    assert!(matches!(
        client.complete(vec![]).await,
        Err(LlmError::CircuitOpen { .. })
    ));
    assert!(matches!(client.state(), BreakerState::Open { .. }));
    assert_eq!(stub.requests().len(), 2);
    tokio::time::sleep(Duration::from_millis(1020)).await;
    assert_eq!(client.state(), BreakerState::HalfOpen);
    // Whoever asks now does not wait for the probe, which the question sets off.
    assert!(matches!(
        client.complete(vec![]).await,
        Err(LlmError::CircuitOpen { .. })
    ));
    closes(&client).await;
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn one_reader_waits_for_a_server_that_fell_silent() {
    let silent = || vec![Act::Wait(Duration::from_secs(30))];
    let stub = Stub::start(vec![silent(), good()]).await;
    let mut config = config(&stub.base_url);
    config.first_token_timeout = Duration::from_millis(300);
    let client = client(config);
    let waited = client.complete(vec![]).await.expect_err("silent");
    assert!(matches!(waited, LlmError::FirstToken { .. }), "{waited}");
    let told = client.complete(vec![]).await.expect_err("told at once");
    assert!(matches!(told, LlmError::CircuitOpen { .. }), "{told}");
    closes(&client).await;
    assert_eq!(client.complete(vec![]).await.expect("back").text, "ok");
}

#[tokio::test]
async fn nobody_waits_for_a_server_that_was_silent_at_the_start() {
    let silent = vec![Act::Wait(Duration::from_secs(30))];
    let loading = json("503 Loading", "{}");
    for absent in [silent, loading, vec![Act::Reset]] {
        let stub = Stub::start(vec![absent, good()]).await;
        let mut config = config(&stub.base_url);
        config.first_token_timeout = Duration::from_millis(300);
        let client = client(config);
        client.probe().await.expect_err("no answer");
        assert_eq!(client.state(), BreakerState::HalfOpen);
        let told = client.complete(vec![]).await.expect_err("told at once");
        assert!(matches!(told, LlmError::CircuitOpen { .. }), "{told}");
        closes(&client).await;
    }
    for present in [
        json("200 OK", r#"{"data":[]}"#),
        json("404 No", "{}"),
        json("401 No", "{}"),
    ] {
        let stub = Stub::start(vec![present, good()]).await;
        let client = client(config(&stub.base_url));
        client.probe().await.expect("it is there");
        assert!(stub.requests()[0].starts_with("GET /v1/models HTTP/1.1"));
        assert_eq!(client.complete(vec![]).await.expect("asked").text, "ok");
    }
}

/// The probe that the last question set off ends well.
async fn closes(client: &LlmClient) {
    for _ in 0..500 {
        if client.state() == BreakerState::Closed {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the breaker is {:?}", client.state());
}

#[tokio::test]
async fn bad_requests_do_not_open_the_breaker() {
    let stub = Stub::start(vec![json("400 Bad", "{}")]).await;
    let mut config = config(&stub.base_url);
    config.breaker.failures = 1;
    let client = client(config);
    for _ in 0..3 {
        assert!(client.complete(vec![]).await.is_err());
    }
    assert_eq!(client.state(), BreakerState::Closed);
}
