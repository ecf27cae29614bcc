//! The server of the vectors is not there, comes, goes and comes back: questions are answered all the while.

#[path = "../../../assistant/retrieval/src/store/qdrant/mock/mod.rs"]
mod mock;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::run;

use self::mock::MockQdrant;
use super::faq::{self, QUESTION};
use super::{Service, text};

/// Longest time until the service notices what became of the server, on a machine that does other things too.
pub(super) const NOTICED: Duration = Duration::from_secs(30);

impl Service {
    pub(super) async fn health(&self) -> Value {
        let reply = self.client.get(self.serve.url("/health")).send().await;
        reply.expect("a reply").json().await.expect("JSON")
    }

    pub(super) async fn until(&self, service: &str, state: &str) {
        let started = Instant::now();
        loop {
            let health = self.health().await;
            if health["services"][service] == state {
                return;
            }
            assert!(
                started.elapsed() < NOTICED,
                "{service} is not {state}: {health}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks three times: the first may pay for finding out that the server is gone, none waits for it to come back.
    async fn answers(&self) {
        for _ in 0..3 {
            let reply = tokio::time::timeout(NOTICED, self.ask(QUESTION)).await;
            let reply = reply.expect("an answer in time");
            assert_eq!(reply["data"]["refused"], false, "{reply}");
            assert!(text(&reply, "message").contains("0,5%"), "{reply}");
        }
    }

    async fn price(&self) -> Value {
        let car = json!({"brand": "Toyota", "model": "Vios", "year": 2019, "mileage_km": 45_000});
        let (status, priced) = self.post("/predict", &car).await;
        assert!(status.is_success(), "{priced}");
        priced["price_vnd"].clone()
    }
}

#[tokio::test]
async fn questions_are_answered_whatever_becomes_of_the_server() {
    let mut server = MockQdrant::later();
    let url = server.url();
    let folder = faq::folder();
    let at = folder.path().to_str().expect("UTF-8");
    let service = Service::start(&[
        "--assistant-folder",
        at,
        "--embedder",
        "embedded",
        "--qdrant-url",
        &url,
    ]);
    service.until("embedder", "up").await;
    assert_eq!(service.health().await["services"]["qdrant"], "down");
    service.answers().await;
    let price = service.price().await;

    server.restart();
    service.until("qdrant", "up").await;
    assert!(server.alias("faq_embeddings").is_some());
    service.answers().await;
    assert_eq!(server.searches(), 3, "the server is asked");
    assert_eq!(service.price().await, price);

    server.kill();
    service.answers().await;
    service.until("qdrant", "down").await;
    assert_eq!(service.health().await["services"]["embedder"], "up");
    assert_eq!(service.price().await, price);

    server.forget();
    server.restart();
    service.until("qdrant", "up").await;
    service.answers().await;
    assert_eq!(server.searches(), 6, "and asked again");
}

#[tokio::test]
async fn the_command_line_fills_the_server_and_says_what_is_in_the_way() {
    let mut server = MockQdrant::start();
    let folder = faq::folder();
    let at = folder.path().to_str().expect("UTF-8");
    let url = server.url();
    let index = ["index", "--folder", at, "--qdrant-url", &url];
    let _ = run("assistant", index).expect_success("assistant index");
    let standing = server.alias("faq_embeddings").expect("an alias");
    let (points, _) = server.describe(&standing).expect("a collection");
    assert_eq!(points, 6, "a question and an answer an entry");
    let _ = run("assistant", index).expect_success("assistant index");
    assert_eq!(
        server.alias("faq_embeddings"),
        Some(standing),
        "it fits already"
    );

    server.add_collection("theirs");
    let name = ["--qdrant-collection", "theirs"];
    let ended = run("assistant", index.into_iter().chain(name));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    for part in ["`theirs`", "left alone", "hint: `--qdrant-collection"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    server.kill();
    let ended = run("assistant", index);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    assert!(ended.stderr.contains("6334"), "{}", ended.stderr);
}
