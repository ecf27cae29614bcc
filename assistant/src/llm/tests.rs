//! The client against a server that does what servers and gateways do.

mod stub;

use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use tokio::time::Instant;

use self::stub::{Act, DONE, Stub, events, finish, json, reply, text};
use super::*;

fn config(base_url: &str) -> LlmConfig {
    let mut config = LlmConfig::new(base_url, "tiny");
    config.timeout = Duration::from_secs(5);
    config.first_token_timeout = Duration::from_secs(2);
    config.max_retries = 0;
    config
}

fn client(config: LlmConfig) -> LlmClient {
    LlmClient::new(config).expect("valid settings")
}

/// What a client without retries makes of `acts`: the text that came, and how it ended.
async fn ask(acts: Vec<Act>) -> (String, Result<Finish, LlmError>) {
    let stub = Stub::start(vec![acts]).await;
    read(client(config(&stub.base_url)).chat(vec![Message::user("hỏi")])).await
}

async fn read(mut stream: ChatStream) -> (String, Result<Finish, LlmError>) {
    let mut said = String::new();
    while let Some(delta) = stream.next().await {
        match delta {
            Ok(Delta::Text(more)) => said += &more,
            Ok(Delta::Finish(end)) => {
                assert!(stream.next().await.is_none(), "nothing follows the end");
                return (said, Ok(end));
            }
            Err(error) => {
                assert!(stream.next().await.is_none(), "nothing follows an error");
                return (said, Err(error));
            }
        }
    }
    panic!("a stream ends with a finish or an error; it said {said:?}");
}

fn stop() -> Finish {
    Finish {
        reason: FinishReason::Stop,
        usage: None,
    }
}

/// Splits an event stream at every `size` bytes, through characters and line ends.
fn shredded(stream: &str, size: usize) -> Vec<Act> {
    let mut acts = events(&[]);
    acts.extend(
        stream
            .as_bytes()
            .chunks(size)
            .map(|piece| Act::Send(piece.to_vec())),
    );
    acts
}

#[tokio::test]
async fn what_sane_servers_stream_is_read() {
    let whole = [
        text("Phí là "),
        text("0,5 %"),
        finish("stop"),
        DONE.to_owned(),
    ]
    .concat();
    let crlf = whole.replace('\n', "\r\n");
    let usage = r#"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}"#;
    let commented = format!(
        ": OPENROUTER PROCESSING\n\nevent: ping\ndata:\n\nid: 7\nretry: 10\n{whole}: bye\n\n"
    );
    let no_done = [text("Phí là 0,5 %"), finish("stop")].concat();
    let no_blank = whole.replace("data: {", "data:{");
    for (name, acts) in [
        ("plain", events(&[&whole])),
        ("CRLF", events(&[&crlf])),
        ("split UTF-8", shredded(&whole, 1)),
        ("split in threes, CRLF", shredded(&crlf, 3)),
        ("comments and pings", events(&[&commented])),
        ("no [DONE]", events(&[&no_done])),
        ("no blank after the colon", events(&[&no_blank])),
        ("no content type", {
            let mut acts = reply("200 OK", &[], "");
            acts.push(Act::Send(whole.clone().into_bytes()));
            acts
        }),
        ("reset after the finish reason", {
            let mut acts = events(&[&no_done]);
            acts.extend([Act::Wait(Duration::from_millis(30)), Act::Reset]);
            acts
        }),
        ("open for ever after the finish reason", {
            let mut acts = events(&[&no_done]);
            acts.push(Act::Wait(Duration::from_mins(1)));
            acts
        }),
    ] {
        assert_eq!(
            ask(acts).await,
            ("Phí là 0,5 %".to_owned(), Ok(stop())),
            "{name}"
        );
    }
    let (said, end) = ask(events(&[&no_done, usage, "\n\n", DONE])).await;
    assert_eq!(said, "Phí là 0,5 %");
    assert_eq!(
        end.expect("finished").usage,
        Some(Usage {
            prompt_tokens: 9,
            completion_tokens: 4
        })
    );
}

#[tokio::test]
async fn a_completion_in_place_of_a_stream_is_an_answer_too() {
    let body = r#"{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Có."},
        "finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#;
    let (said, end) = ask(json("200 OK", body)).await;
    assert_eq!(said, "Có.");
    assert_eq!(
        end.expect("finished")
            .usage
            .map(|usage| usage.completion_tokens),
        Some(2)
    );
}

#[tokio::test]
async fn a_cut_by_length_says_so() {
    let (said, end) = ask(events(&[&text("Phí là"), &finish("length"), DONE])).await;
    assert_eq!(said, "Phí là");
    let end = end.expect("finished");
    assert!(!end.reason.is_whole());
    assert_eq!(end.reason, FinishReason::Length);
}

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
                    status: got, fault, ..
                }),
            ) => {
                assert_eq!((got, fault.message.as_str()), (status, message));
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
async fn slow_servers_run_into_the_deadline_that_they_break() {
    let run = async |acts: Vec<Act>| {
        let stub = Stub::start(vec![acts]).await;
        let mut config = config(&stub.base_url);
        config.timeout = Duration::from_millis(400);
        config.first_token_timeout = Duration::from_millis(150);
        let begun = Instant::now();
        let (said, end) = read(client(config).chat(vec![Message::user("q")])).await;
        assert!(
            begun.elapsed() < Duration::from_millis(1500),
            "{:?}",
            begun.elapsed()
        );
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
        Act::Wait(Duration::from_millis(200)),
        Act::Send([text("ok"), finish("stop")].concat().into_bytes()),
    ]);
    let stub = Stub::start(vec![thinks]).await;
    let mut config = config(&stub.base_url);
    config.first_token_timeout = Duration::from_millis(150);
    assert_eq!(
        read(client(config).chat(vec![])).await,
        ("ok".to_owned(), Ok(stop()))
    );
}

#[tokio::test]
async fn a_refused_connection_is_reported_at_once() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port")
        .local_addr()
        .expect("bound")
        .port();
    let begun = Instant::now();
    let error = read(client(config(&format!("http://127.0.0.1:{port}/v1"))).chat(vec![]))
        .await
        .1
        .expect_err("refused");
    assert!(
        matches!(&error, LlmError::Connect { message, .. } if message.contains("refused")),
        "{error}"
    );
    assert!(
        begun.elapsed() < Duration::from_millis(500),
        "{:?}",
        begun.elapsed()
    );
}

fn good() -> Vec<Act> {
    events(&[&text("ok"), &finish("stop"), DONE])
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
    assert!(
        took < Duration::from_millis(500) && requests == 1,
        "{took:?}"
    );
    assert_eq!(
        end.expect_err("too long a wait").retry_after(),
        Some(Duration::from_mins(1))
    );
}

#[tokio::test]
async fn the_request_is_what_every_server_takes_and_carries_the_key() {
    let stub = Stub::start(vec![good()]).await;
    let mut config = config(&stub.base_url);
    config.api_key = Some(ApiKey::new("sk-1"));
    let completion = client(config)
        .complete(vec![Message::system("s"), Message::user("hỏi")])
        .await
        .expect("answers");
    assert_eq!(completion.text, "ok");
    let request = stub.requests().remove(0);
    assert!(
        request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request
            .to_lowercase()
            .contains("authorization: bearer sk-1\r\n"),
        "{request}"
    );
    let body: serde_json::Value =
        serde_json::from_str(request.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    let mut fields: Vec<&String> = body.as_object().expect("an object").keys().collect();
    fields.sort();
    assert_eq!(fields, ["messages", "model", "stream", "temperature"]);
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
        open_for: Duration::from_millis(200),
    };
    let client = client(config);
    for _ in 0..2 {
        assert!(matches!(
            client.complete(vec![]).await,
            Err(LlmError::Status { status: 500, .. })
        ));
    }
    let begun = Instant::now();
    assert!(matches!(
        client.complete(vec![]).await,
        Err(LlmError::CircuitOpen { .. })
    ));
    assert!(begun.elapsed() < Duration::from_millis(50));
    assert!(matches!(client.state(), BreakerState::Open { .. }));
    assert_eq!(stub.requests().len(), 2);
    tokio::time::sleep(Duration::from_millis(220)).await;
    assert_eq!(client.state(), BreakerState::HalfOpen);
    assert_eq!(client.complete(vec![]).await.expect("the probe").text, "ok");
    assert_eq!(client.state(), BreakerState::Closed);
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

#[tokio::test]
async fn thoughts_are_no_answer() {
    let whole = [
        text("<think>5"),
        text(" %?</th"),
        text("ink>\n\nKhông."),
        finish("stop"),
    ]
    .concat();
    assert_eq!(
        ask(events(&[&whole])).await,
        ("Không.".to_owned(), Ok(stop()))
    );
}

#[tokio::test]
async fn a_scripted_model_counts_and_remembers() {
    let model = Scripted::saying("Một câu trả lời.");
    let completion = model
        .complete(vec![Message::user("q")])
        .await
        .expect("scripted");
    assert_eq!(
        (completion.text.as_str(), model.calls()),
        ("Một câu trả lời.", 1)
    );
    assert_eq!(model.seen()[0][0].content, "q");
    let failing = Scripted::failing(LlmError::Empty);
    assert_eq!(failing.complete(vec![]).await, Err(LlmError::Empty));
}
