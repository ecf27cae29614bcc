//! Replies that are no answers: each gives a named error, whatever came before it.

use super::stub::{json, reply};
use super::*;

#[tokio::test]
async fn refusals_keep_status_and_message() {
    for (acts, status, message) in [
        (
            json(
                "400 Bad Request",
                r#"[{"error":{"code":400,"message":"Unknown name seed","status":"INVALID_ARGUMENT"}}]"#,
            ),
            400,
            "Unknown name seed",
        ),
        (
            json(
                "429 Too Many",
                r#"{"error":{"code":429,"message":"quota"}}"#,
            ),
            429,
            "quota",
        ),
        (
            json(
                "404 Not Found",
                r#"{"error":{"message":"model not found","code":null}}"#,
            ),
            404,
            "model not found",
        ),
        (
            json("404 Not Found", r#"{"detail":"Not Found"}"#),
            404,
            "Not Found",
        ),
        (
            json("404 Not Found", r#"{"error":"model 'x' not found"}"#),
            404,
            "model 'x' not found",
        ),
        (
            reply(
                "502 Bad Gateway",
                &[("content-type", "text/html")],
                "<html><h1>Bad gateway</h1></html>",
            ),
            502,
            "Bad gateway",
        ),
        (
            reply("503 Unavailable", &[("content-length", "0")], ""),
            503,
            "no message",
        ),
        (
            reply("503 Unavailable", &[("content-length", "500")], "cut"),
            503,
            "no message",
        ),
        (
            reply("302 Found", &[("location", "http://127.0.0.1:1/")], ""),
            302,
            "no message",
        ),
    ] {
        match ask(acts).await {
            (
                _,
                Err(LlmError::Status {
                    status: got,
                    upstream,
                    ..
                }),
            ) => {
                assert_eq!((got, upstream.message.as_str()), (status, message));
            }
            other => panic!("{status} {message}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_an_error_and_never_an_answer() {
    let cut = text("Phí đặt cọc là 0,5");
    let with_length = |body: &str, length: usize| {
        reply(
            "200 OK",
            &[
                ("content-type", "text/event-stream"),
                ("content-length", &length.to_string()),
            ],
            body,
        )
    };
    let reset = {
        let mut acts = events(&[&cut]);
        acts.extend([Act::Wait(Duration::from_millis(30)), Act::Reset]);
        acts
    };
    for (name, acts, want) in [
        ("truncated stream", events(&[&cut]), "broke off after 18"),
        (
            "[DONE] without a finish reason",
            events(&[&cut, DONE]),
            "broke off after 18",
        ),
        (
            "cut in the middle of an event",
            events(&[&cut, "data: {\"choi"]),
            "broke off after 18",
        ),
        (
            "shorter than announced",
            with_length(&cut, 4000),
            "connection to the LLM broke after 18",
        ),
        ("reset", reset, "connection to the LLM broke after 18"),
        (
            "mid-stream error object",
            events(&[
                &cut,
                "data: {\"error\":{\"message\":\"boom\",\"code\":500}}\n\n",
            ]),
            "failed after 18 characters: boom (500)",
        ),
        (
            "mid-stream error string",
            events(&[&cut, "data: {\"error\":\"boom\"}\n\n"]),
            "boom",
        ),
        (
            "error event",
            events(&[&cut, "event: error\ndata: overloaded\n\n"]),
            "overloaded",
        ),
    ] {
        let error = ask(acts).await.1.expect_err(name).to_string();
        assert!(error.contains(want), "{name}: {error}");
    }
}

#[tokio::test]
async fn a_reply_that_is_no_stream_is_an_error_and_never_an_answer() {
    for (name, acts, want) in [
        ("200 with an empty body", events(&[]), "reply is empty"),
        (
            "200 with an empty JSON body",
            json("200 OK", ""),
            "reply is empty",
        ),
        (
            "200 with an error in JSON",
            json("200 OK", r#"{"error":{"message":"no"}}"#),
            "no",
        ),
        (
            "200 with HTML",
            reply("200 OK", &[("content-type", "text/html")], "<p>log in"),
            "no completion (text/html)",
        ),
        (
            "200 with other JSON",
            json("200 OK", r#"{"ok":true}"#),
            "no completion",
        ),
        (
            "completion without a finish reason",
            json("200 OK", r#"{"choices":[{"message":{"content":"a"}}]}"#),
            "broke off",
        ),
        (
            "data that are no JSON",
            events(&["data: hello\n\n"]),
            "no completion",
        ),
        (
            "only comments",
            events(&[": ping\n\n: ping\n\n"]),
            "reply is empty",
        ),
        (
            "no HTTP at all",
            vec![Act::Send(b"hello\r\n\r\n".to_vec())],
            "no answer from the LLM",
        ),
        (
            "hangs up without a word",
            vec![Act::Reset],
            "no answer from the LLM",
        ),
    ] {
        let error = ask(acts).await.1.expect_err(name).to_string();
        assert!(error.contains(want), "{name}: {error}");
    }
}

#[tokio::test]
async fn replies_without_end_are_cut() {
    let flood = text(&"x".repeat(60_000));
    let mut acts = events(&[]);
    acts.extend(std::iter::repeat_n(Act::Send(flood.into_bytes()), 200));
    assert!(matches!(ask(acts).await.1, Err(LlmError::TooLong { .. })));
}

#[tokio::test]
async fn a_key_that_the_server_quotes_is_taken_out() {
    let stub = Stub::start(vec![json(
        "401 No",
        r#"{"error":{"message":"bad key sk-secret-9"}}"#,
    )])
    .await;
    let mut config = config(&stub.base_url);
    config.api_key = Some(ApiKey::new("sk-secret-9"));
    let error = client(config).complete(vec![]).await.expect_err("refused");
    assert!(
        !format!("{error} {error:?}").contains("secret"),
        "{error:?}"
    );
    assert!(error.to_string().contains("bad key [key]"), "{error}");
}
