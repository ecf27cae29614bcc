//! Questions over a socket: cited answers, honest refusals, prices in mid-conversation, with and without a model.

mod absent;
mod busy;
mod faq;
mod llm;
mod openai;
mod peers;
mod qdrant;
mod restart;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tests::{Serve, trained};

use llm::Llm;

/// A running service with its assistant.
struct Service {
    serve: Serve,
    client: Client,
}

impl Service {
    fn start(flags: &[&str]) -> Self {
        Self {
            serve: Serve::start_with(&trained().registry, flags),
            client: crate::client::client(),
        }
    }

    /// A service whose answers `llm` writes.
    fn written_by(llm: &Llm) -> Self {
        Self::start(&["--llm-base-url", &llm.base_url(), "--llm-model", "stub"])
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.client.post(self.serve.url(path)).json(body);
        let reply = request.send().await.expect("a reply");
        let status = reply.status();
        let text = reply.text().await.expect("a body");
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    async fn ask(&self, query: &str) -> Value {
        let (status, reply) = self
            .post("/assistant/query", &json!({"query": query}))
            .await;
        assert_eq!(status, StatusCode::OK, "{query}: {reply}");
        reply
    }

    async fn ask_in(&self, conversation: &str, query: &str) -> Value {
        let body = json!({"query": query, "conversationId": conversation});
        let (status, reply) = self.post("/assistant/query", &body).await;
        assert_eq!(status, StatusCode::OK, "{query}: {reply}");
        assert_eq!(reply["conversationId"], conversation);
        reply
    }

    /// Names and data of the events of an answer that is streamed.
    async fn events(&self, query: &str) -> Vec<(String, Value)> {
        let request = self.client.post(self.serve.url("/assistant/query"));
        let request = request.header("accept", "text/event-stream");
        let reply = request
            .json(&json!({"query": query}))
            .send()
            .await
            .expect("a reply");
        assert_eq!(reply.headers()["content-type"], "text/event-stream");
        let text = reply.text().await.expect("a stream that ends");
        let field = |event: &str, name: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
        };
        text.split("\n\n")
            .filter_map(|event| {
                let data = field(event, "data:")?;
                Some((
                    field(event, "event:")?,
                    serde_json::from_str(&data).expect("JSON"),
                ))
            })
            .collect()
    }
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

#[tokio::test]
async fn an_answer_cites_its_entry_and_a_refusal_is_honest() {
    let service = Service::start(&[]);
    for (query, language, part) in [
        ("phí đặt cọc an toàn là bao nhiêu?", "vi", "0,5"),
        ("phi dat coc an toan la bao nhieu", "vi", "0,5"),
        ("What is the fee of the safe deposit?", "en", "0.5"),
    ] {
        let reply = service.ask(query).await;
        assert_eq!(reply["intent"], "faq", "{reply}");
        assert_eq!(reply["data"]["refused"], false, "{reply}");
        assert_eq!(reply["data"]["language"], language, "{reply}");
        let citation = &reply["data"]["citations"][0];
        assert_eq!(
            text(citation, "id"),
            format!("pay-deposit-fee.{language}"),
            "{reply}"
        );
        assert!(text(&reply, "message").contains(part), "{reply}");
        assert!(text(&reply, "message").contains("[1]"), "{reply}");
    }
    let reply = service.ask("Ai vô địch World Cup 1998?").await;
    assert_eq!(reply["data"]["refused"], true, "{reply}");
    assert_eq!(reply["data"]["citations"], json!([]), "{reply}");
    assert_eq!(
        reply["suggestions"].as_array().map(Vec::len),
        Some(2),
        "{reply}"
    );
}

#[tokio::test]
async fn a_car_is_valued_in_mid_conversation_by_the_model_of_predict() {
    let service = Service::start(&[]);
    let first = service
        .ask_in("c-1", "định giá giúp mình con vios 2019")
        .await;
    assert_eq!(first["intent"], "car_valuation", "{first}");
    assert_eq!(first["data"]["missing"], json!(["mileage_km"]), "{first}");
    assert!(first["data"].get("price_vnd").is_none(), "{first}");

    let second = service.ask_in("c-1", "4v5").await;
    assert_eq!(second["intent"], "car_valuation", "{second}");
    assert_eq!(second["data"]["slots"]["mileage_km"], 45_000, "{second}");
    let car = json!({"brand": "Toyota", "model": "Vios", "year": 2019, "mileage_km": 45_000});
    let (_, priced) = service.post("/predict", &car).await;
    assert_eq!(second["data"]["price_vnd"], priced["price_vnd"], "{second}");
    assert_eq!(second["data"]["intervals"], priced["intervals"], "{second}");
    let millions = priced["price_estimate"].to_string();
    assert!(text(&second, "message").contains(&millions), "{second}");

    let elsewhere = service.ask_in("c-2", "4v5").await;
    assert!(elsewhere["data"].get("price_vnd").is_none(), "{elsewhere}");
}

#[tokio::test]
async fn offers_are_searched_compared_and_described() {
    let folder = tempfile::tempdir().expect("a folder");
    let listings = folder.path().join("listings.ndjson");
    let (out, lines) = (
        folder.path().join("l.parquet"),
        listings.display().to_string(),
    );
    let out = out.display().to_string();
    let made = tests::run(
        "trainer",
        [
            "synthesize",
            "--rows",
            "500",
            "--until",
            "2025-11-15",
            "--out",
            &out,
            "--inventory",
            &lines,
        ],
    );
    let _ = made.expect_success("trainer synthesize");
    let service = Service::start(&["--listings", &lines]);
    let found = service.ask("tìm xe sedan dưới 600 triệu").await;
    assert_eq!(found["intent"], "car_listing", "{found}");
    assert_eq!(
        found["data"]["filters"]["price_max_vnd"], 600_000_000_u64,
        "{found}"
    );
    let offers = found["data"]["listings"].as_array().expect("offers");
    assert!(!offers.is_empty(), "{found}");
    for offer in offers {
        assert!(
            offer["price_vnd"]
                .as_f64()
                .is_some_and(|price| price <= 6e8),
            "{offer}"
        );
        assert_eq!(offer["source"], "synthetic", "{offer}");
    }
    let compared = service.ask("so sánh Toyota Vios với Honda City").await;
    assert_eq!(compared["intent"], "car_compare", "{compared}");
    assert_eq!(
        compared["data"]["cars"].as_array().map(Vec::len),
        Some(2),
        "{compared}"
    );
    let specs = service.ask("Toyota Vios dung tích động cơ bao nhiêu").await;
    assert_eq!(specs["intent"], "car_specs", "{specs}");
    assert!(text(&specs, "message").contains("1,5"), "{specs}");
}

#[tokio::test]
async fn entries_are_searched_and_feedback_is_taken() {
    let service = Service::start(&[]);
    let (status, found) = service
        .post("/v1/faq/search", &json!({"query": "phí đặt cọc", "k": 3}))
        .await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(
        found["results"].as_array().map(Vec::len),
        Some(3),
        "{found}"
    );
    assert_eq!(
        (&found["answerable"], &found["language"]),
        (&json!(true), &json!("vi")),
        "{found}"
    );
    for field in ["id", "question", "answer", "category", "language", "score"] {
        assert!(found["results"][0].get(field).is_some(), "{field}: {found}");
    }
    let feedback = json!({"conversationId": "c", "query": "q", "helpful": true, "citations": ["pay-deposit-fee.vi"]});
    let (status, reply) = service.post("/v1/assistant/feedback", &feedback).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{reply}");
    for (path, body, part) in [
        ("/assistant/query", json!({"query": ""}), "`query` is empty"),
        (
            "/assistant/query",
            json!({"query": "x".repeat(10_001)}),
            "10001 characters",
        ),
        ("/assistant/query", json!({}), "missing field `query`"),
        (
            "/v1/faq/search",
            json!({"query": "x", "k": 0}),
            "valid: 1–50",
        ),
        (
            "/v1/assistant/feedback",
            json!({"query": "x", "helpful": true}),
            "conversationId",
        ),
    ] {
        let (status, problem) = service.post(path, &body).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{path}: {problem}"
        );
        assert!(
            problem.to_string().contains(part),
            "{part} is not in {problem}"
        );
    }
}

#[tokio::test]
async fn a_model_writes_and_only_what_holds_is_shown() {
    let llm = Llm::start(|_| {
        llm::say("Phí là 0,5% do người mua trả [1]. Bạn cũng được tặng 999 triệu đồng [1].")
    })
    .await;
    let service = Service::written_by(&llm);
    let events = service.events("phí đặt cọc an toàn là bao nhiêu?").await;
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        (names.first(), names.last()),
        (Some(&"sources"), Some(&"done")),
        "{names:?}"
    );
    let deltas: String = events
        .iter()
        .filter(|(name, _)| name == "delta")
        .map(|(_, data)| text(data, "text"))
        .collect();
    let done = &events[events.len() - 1].1;
    assert_eq!(text(&done["reply"], "message"), deltas);
    assert!(deltas.contains("0,5"), "{deltas}");
    assert!(
        !deltas.contains("999"),
        "an invented amount was shown: {deltas}"
    );
    assert_eq!(done["reply"]["data"]["origin"], "llm", "{done}");

    let again = service.ask("Phí đặt cọc an toàn là bao nhiêu").await;
    assert_eq!(text(&again, "message"), deltas);
    assert_eq!(
        llm.calls(),
        1,
        "the same question again is answered from memory"
    );
}

#[tokio::test]
async fn a_model_that_fails_leaves_the_entrys_own_words() {
    for (fault, of_model) in [
        (llm::status(500, "{}"), false),
        (
            llm::status(401, r#"[{"error":{"code":401,"message":"no key"}}]"#),
            false,
        ),
        (llm::cut("Phí là 0,5% do người mua trả [1]. Và còn"), true),
        (llm::body("text/html", "<html>502</html>"), false),
    ] {
        let llm = Llm::start(move |_| fault.clone()).await;
        let service = Service::written_by(&llm);
        let reply = service.ask("phí đặt cọc an toàn là bao nhiêu?").await;
        let message = text(&reply, "message");
        assert_eq!(reply["data"]["refused"], false, "{reply}");
        assert!(
            message.contains("0,5") && !message.contains("Và còn"),
            "{message}"
        );
        assert_eq!(message.starts_with("Phí là 0,5%"), of_model, "{message}");
        assert_eq!(reply["data"]["origin"], "faq", "{reply}");
        let health: Value = service
            .client
            .get(service.serve.url("/health"))
            .send()
            .await
            .expect("a reply")
            .json()
            .await
            .expect("JSON");
        assert_eq!(health["services"]["llm"], "down", "{health}");
    }
}

#[tokio::test]
async fn a_thousand_who_ask_the_same_at_once_cost_one_call() {
    let llm = Llm::start(|_| llm::slowly("Phí là 0,5% do người mua trả [1].")).await;
    // A thousand at once wait for each other on a small machine, longer than a user should.
    let url = llm.base_url();
    let service = Service::start(&[
        "--llm-base-url",
        &url,
        "--llm-model",
        "stub",
        "--request-deadline-ms",
        "60000",
        "--llm-timeout-ms",
        "60000",
        "--llm-first-token-timeout-ms",
        "60000",
    ]);
    let service = std::sync::Arc::new(service);
    let asking: Vec<_> = (0..1_000)
        .map(|_| {
            let service = std::sync::Arc::clone(&service);
            tokio::spawn(async move { service.ask("phí đặt cọc an toàn là bao nhiêu?").await })
        })
        .collect();
    for asked in asking {
        let reply = asked.await.expect("a reply");
        assert!(
            text(&reply, "message").starts_with("Phí là 0,5%"),
            "{reply}"
        );
    }
    assert_eq!(llm.calls(), 1);
}
