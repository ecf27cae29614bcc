//! More questions at once than may be answered.

use reqwest::{StatusCode, header};
use serde_json::{Value, json};

use super::{Llm, Service, llm, text};

#[tokio::test]
async fn one_question_too_many_is_told_to_come_back_and_valuations_go_on() {
    let llm = Llm::start(|_| llm::slowly("Phí là 0,5% do người mua trả [1].")).await;
    let url = llm.base_url();
    let service = std::sync::Arc::new(Service::start(&[
        "--llm-base-url",
        &url,
        "--llm-model",
        "stub",
        "--assistant-max-in-flight",
        "1",
    ]));
    let question = "phí đặt cọc an toàn là bao nhiêu?";
    let first = tokio::spawn({
        let service = std::sync::Arc::clone(&service);
        async move { service.ask(question).await }
    });
    while llm.calls() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let request = service.client.post(service.serve.url("/assistant/query"));
    let reply = request.json(&json!({"query": question})).send().await;
    let reply = reply.expect("a reply");
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.headers()[header::RETRY_AFTER], "1");
    assert_eq!(
        reply.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let problem: Value = reply.json().await.expect("JSON");
    assert_eq!(problem["type"], "urn:giaxe:problem:busy", "{problem}");

    let car = json!({"brand": "Toyota", "model": "Vios", "year": 2019, "mileage_km": 45_000});
    let (status, priced) = service.post("/predict", &car).await;
    assert_eq!(status, StatusCode::OK, "{priced}");

    let first = first.await.expect("an answer");
    assert!(text(&first, "message").contains("0,5"), "{first}");
    let again = service.ask(question).await;
    assert_eq!(text(&again, "message"), text(&first, "message"));
}
