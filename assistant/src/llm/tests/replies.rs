//! Replies that are answers, in every form that servers give them.

use super::stub::{json, reply};
use super::*;

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
