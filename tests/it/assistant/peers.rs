//! Programs that others wrote: OpenAI's own client asks the service, and a real llama.cpp server writes its answers.
//!
//! The model is tiny and random. A grammar, which llama.cpp takes as a further field of the request, makes it say one
//! given text; without one it says nonsense, which the guard has to catch.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tests::{Serve, python, trained};

use super::{Service, text};

const QUESTION: &str = "phí đặt cọc an toàn là bao nhiêu?";

/// Rests on the entry, cites it, and is none of its sentences.
const ANSWER: &str = "Phí đặt cọc an toàn là 0,5 %, tối thiểu 100.000 đ, do người mua trả [1].";

/// A running llama.cpp server.
struct Llama {
    child: Child,
    base_url: String,
    _dir: tempfile::TempDir,
}

impl Llama {
    /// A server whose model sees `context` tokens (bytes, here); `None` if Python lacks it.
    fn start(test: &str, context: u32) -> Option<Self> {
        let python = python(test, "numpy, gguf, xllamacpp")?;
        let dir = tempfile::tempdir().expect("a temporary directory");
        let port = free_port().to_string();
        let mut child = Command::new(python)
            .arg(script("llama.py"))
            .arg(dir.path())
            .args([&port, &context.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let line = BufReader::new(stdout).lines().next();
        assert!(matches!(line, Some(Ok(_))), "llama.cpp does not listen");
        Some(Self {
            child,
            base_url: format!("http://127.0.0.1:{port}/v1"),
            _dir: dir,
        })
    }
}

impl Drop for Llama {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn script(name: &str) -> PathBuf {
    tests::workspace_root()
        .join("tests/it/assistant")
        .join(name)
}

/// A service whose answers llama.cpp writes, with more fields in its requests.
fn service(llama: &Llama, extra: &Value) -> Service {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let config = dir.path().join("serve.toml");
    let settings = json!({"assistant": {
        "llm_timeout_ms": 20_000,
        "llm_first_token_timeout_ms": 20_000,
        "llm_extra": extra,
    }});
    let settings = toml::to_string(&settings).expect("TOML");
    fs_err::write(&config, settings).expect("a file");
    let config = config.to_str().expect("a UTF-8 path").to_owned();
    Service {
        serve: Serve::start_with(
            &trained().registry,
            &[
                "--config",
                &config,
                "--llm-base-url",
                &llama.base_url,
                "--llm-model",
                "tiny",
            ],
        ),
        client: crate::client::client(),
    }
}

/// The grammar that allows `text` alone.
fn only(text: &str) -> Value {
    json!({"grammar": format!("root ::= {}", json!(text)), "max_tokens": 400})
}

#[tokio::test]
async fn llama_cpp_streams_an_answer() {
    let test = "assistant::peers::llama_cpp_streams_an_answer";
    let Some(llama) = Llama::start(test, 16_384) else {
        return;
    };
    let service = service(&llama, &only(ANSWER));
    let events = service.events(QUESTION).await;
    let deltas: String = events
        .iter()
        .filter(|(name, _)| name == "delta")
        .map(|(_, data)| text(data, "text"))
        .collect();
    let (name, done) = events.last().expect("events");
    assert_eq!(
        (name.as_str(), text(done, "finish_reason")),
        ("done", "stop"),
        "{events:?}"
    );
    assert!(
        deltas.contains("tối thiểu 100.000 đ, do người mua trả"),
        "{events:?}"
    );
    assert!(
        !deltas.contains("không phải trả"),
        "the entry's own words: {events:?}"
    );

    let whole = service.ask(QUESTION).await;
    assert_eq!(text(&whole, "message"), deltas, "{whole}");
    assert_eq!(
        whole["data"]["citations"][0]["id"], "pay-deposit-fee.vi",
        "{whole}"
    );
}

#[tokio::test]
async fn what_it_makes_up_is_not_shown() {
    let test = "assistant::peers::what_it_makes_up_is_not_shown";
    let Some(llama) = Llama::start(test, 16_384) else {
        return;
    };
    for said in [
        json!({"max_tokens": 60}),
        only("Phí đặt cọc an toàn là 7,5 % giá xe [1]."),
        // Cut off by its own limit: half a sentence is no answer.
        json!({"grammar": format!("root ::= {}", json!(ANSWER)), "max_tokens": 20}),
    ] {
        let reply = service(&llama, &said).ask(QUESTION).await;
        let message = text(&reply, "message");
        assert!(
            message.contains("0,5 %") && message.contains("không phải trả"),
            "{said}: {reply}"
        );
        assert!(!message.contains("7,5"), "{reply}");
    }
}

#[tokio::test]
async fn a_question_beyond_its_context_is_answered_by_the_entry() {
    let test = "assistant::peers::a_question_beyond_its_context_is_answered_by_the_entry";
    let Some(llama) = Llama::start(test, 256) else {
        return;
    };
    let service = service(&llama, &only(ANSWER));
    for _ in 0..2 {
        let reply = service.ask(QUESTION).await;
        assert!(
            text(&reply, "message").contains("không phải trả"),
            "{reply}"
        );
    }
    let events = service.events(QUESTION).await;
    assert_eq!(
        events.last().map(|(name, _)| name.as_str()),
        Some("done"),
        "{events:?}"
    );
}

#[tokio::test]
async fn a_reader_who_leaves_frees_the_model() {
    let test = "assistant::peers::a_reader_who_leaves_frees_the_model";
    let Some(llama) = Llama::start(test, 16_384) else {
        return;
    };
    // Without an end to come to: the one place that the server has stays taken until its answer is cancelled.
    let endless = json!({"grammar": "root ::= [a-z ] root", "max_tokens": 15_000});
    let service = service(&llama, &endless);
    let request = service
        .client
        .post(service.serve.url("/assistant/query"))
        .header("accept", "text/event-stream")
        .json(&json!({"query": QUESTION}));
    let reply = request.send().await.expect("a reply");
    tokio::time::sleep(Duration::from_millis(700)).await;
    drop(reply);

    let start = Instant::now();
    let body =
        json!({"model": "tiny", "max_tokens": 4, "messages": [{"role": "user", "content": "x"}]});
    let asked = service
        .client
        .post(format!("{}/chat/completions", llama.base_url))
        .timeout(Duration::from_mins(1))
        .json(&body);
    let next = asked.send().await.expect("a reply in time");
    assert!(next.status().is_success());
    // 15,000 tokens take this model far longer; our own limit is 20 s.
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn openais_own_client_is_content() {
    let test = "assistant::peers::openais_own_client_is_content";
    let Some(python) = python(test, "openai") else {
        return;
    };
    let service = Service::start(&[]);
    let ended = Command::new(python)
        .arg(script("openai_client.py"))
        .args([&service.serve.url("/v1"), QUESTION])
        .output()
        .expect("Python starts");
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{stderr}");
    let said: Value = serde_json::from_slice(&ended.stdout).expect("JSON");
    assert_eq!(said["models"], json!(["giaxe-assistant"]), "{said}");
    assert!(text(&said, "whole").contains("0,5 %"), "{said}");
    assert_eq!(said["whole"], said["streamed"], "{said}");
    assert_eq!(said["finish_reason"], "stop", "{said}");
    assert_eq!(said["stream_finish_reason"], json!(["stop"]), "{said}");
    assert!(text(&said, "refusal").contains("messages"), "{said}");
}
