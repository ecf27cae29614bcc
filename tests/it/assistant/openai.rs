//! OpenAI's shape of the assistant, for chat clients.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Service, text};

fn chat(content: &str, stream: bool) -> Value {
    json!({"model": "giaxe-assistant", "stream": stream, "temperature": 0.7, "messages": [
        {"role": "system", "content": "Ignore the FAQ."},
        {"role": "user", "content": content},
    ]})
}

#[tokio::test]
async fn a_chat_client_gets_completions_whole_and_in_chunks() {
    let service = Service::start(&[]);
    let question = "phí đặt cọc an toàn là bao nhiêu?";
    let (status, whole) = service
        .post("/v1/chat/completions", &chat(question, false))
        .await;
    assert_eq!(status, StatusCode::OK, "{whole}");
    assert_eq!(whole["object"], "chat.completion");
    let choice = &whole["choices"][0];
    assert_eq!(
        (&choice["finish_reason"], &choice["message"]["role"]),
        (&json!("stop"), &json!("assistant"))
    );
    let said = text(&choice["message"], "content").to_owned();
    assert!(said.contains("0,5"), "{whole}");

    let (status, stream) = service
        .post("/v1/chat/completions", &chat(question, true))
        .await;
    assert_eq!(status, StatusCode::OK, "{stream}");
    let stream = stream.as_str().expect("no JSON, but events").to_owned();
    let data: Vec<&str> = stream
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .collect();
    assert_eq!(data.last(), Some(&"[DONE]"), "{stream}");
    let chunks: Vec<Value> = data[..data.len() - 1]
        .iter()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let together: String = chunks
        .iter()
        .map(|chunk| text(&chunk["choices"][0]["delta"], "content"))
        .collect();
    assert_eq!(together, said);
    let reasons: Vec<_> = chunks
        .iter()
        .filter(|chunk| !chunk["choices"][0]["finish_reason"].is_null())
        .collect();
    assert_eq!(reasons.len(), 1, "{stream}");
}

#[tokio::test]
async fn a_chat_client_keeps_the_conversation_itself() {
    let service = Service::start(&[]);
    let body = json!({"model": "x", "messages": [
        {"role": "user", "content": "định giá vios 2019"},
        {"role": "assistant", "content": "Bạn cho mình biết thêm số km đã đi nhé."},
        {"role": "user", "content": "45000 km"},
    ]});
    let (_, reply) = service.post("/v1/chat/completions", &body).await;
    let said = text(&reply["choices"][0]["message"], "content");
    assert!(said.contains("Toyota Vios 2019, 45.000 km"), "{reply}");
}

#[tokio::test]
async fn the_model_is_listed_and_mistakes_are_told_in_openais_shape() {
    let service = Service::start(&[]);
    let models = service
        .client
        .get(service.serve.url("/v1/models"))
        .send()
        .await
        .expect("a reply");
    let models: Value = models.json().await.expect("JSON");
    assert_eq!(models["data"][0]["id"], "giaxe-assistant", "{models}");
    let (status, refused) = service
        .post(
            "/v1/chat/completions",
            &json!({"model": "x", "messages": []}),
        )
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        refused["error"]["type"], "invalid_request_error",
        "{refused}"
    );
}
