//! The store on the stand-in, and on a real server where `QDRANT_URL` names one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::mock::{KEY, MockQdrant};
use super::*;
use crate::Language;
use crate::store::{Filter, Payload, View, conformance};

fn config(url: &str) -> Config {
    Config {
        url: url.to_owned(),
        api_key: None,
        collection: "faq".to_owned(),
    }
}

fn store(server: &MockQdrant) -> Qdrant {
    Qdrant::new(&config(&server.url())).expect("a store")
}

fn header(corpus: &str) -> Header {
    Header {
        embedder: "e".to_owned(),
        corpus: corpus.to_owned(),
        dims: 2,
    }
}

/// As many points as make several batches.
fn points(count: usize) -> Vec<Point> {
    (0..count)
        .map(|number| Point {
            vector: vec![(number as f32).cos(), (number as f32).sin()],
            payload: Payload {
                entry: format!("entry-{number}").into(),
                view: View::Question,
                language: Language::English,
                category: "c".to_owned(),
                keywords: vec![],
            },
        })
        .collect()
}

async fn search(store: &Qdrant, corpus: &str) -> Result<Vec<Hit>, StoreError> {
    let query = Query {
        index: &header(corpus),
        vector: &[1.0, 0.0],
        filter: &Filter::default(),
    };
    store.search(query).await
}

#[tokio::test]
async fn it_does_what_every_store_must() {
    let server = MockQdrant::start();
    conformance::check(&store(&server)).await;
    let ours = server.alias("faq").expect("an alias");
    assert_eq!(
        server.collections(),
        [ours.as_str()],
        "old ones are removed"
    );
    let (points, indexed) = server.describe(&ours).expect("a collection");
    assert_eq!(points, 4);
    assert_eq!(indexed, ["category", "keywords", "language"]);
}

#[tokio::test]
async fn it_does_what_every_store_must_on_a_real_server() {
    let Ok(url) = std::env::var("QDRANT_URL") else {
        use std::io::Write;
        let line = "skipped: it_does_what_every_store_must_on_a_real_server needs QDRANT_URL\n";
        std::io::stderr()
            .write_all(line.as_bytes())
            .expect("stderr");
        return;
    };
    let key = std::env::var("QDRANT_API_KEY").ok();
    let config = Config {
        api_key: key.map(ApiKey::new),
        collection: format!("giaxe_test_{}_{}", std::process::id(), now_ms()),
        ..config(&url)
    };
    let store = Qdrant::new(&config).expect("a store");
    conformance::check(&store).await;
    let left = store.collections().await.expect("a list");
    let left: Vec<_> = left
        .iter()
        .filter(|name| name.starts_with(&config.collection))
        .collect();
    assert_eq!(left.len(), 1, "old ones are removed: {left:?}");
    store.remove(left[0]).await;
}

#[tokio::test]
async fn an_index_of_many_batches_is_whole_and_another_process_finds_it() {
    let server = MockQdrant::start();
    let count = 2 * BATCH + 7;
    let one = store(&server);
    one.replace(header("one"), points(count))
        .await
        .expect("replaced");
    let another = store(&server);
    assert_eq!(
        another.header().await.expect("a header"),
        Some(header("one"))
    );
    let hits = search(&another, "one").await.expect("hits");
    assert_eq!(hits.len(), count);
    assert_eq!(&*hits[0].entry, "entry-0");
}

#[tokio::test]
async fn no_search_fails_or_finds_less_while_the_index_is_replaced() {
    let server = MockQdrant::start();
    let (one, another) = (Arc::new(store(&server)), Arc::new(store(&server)));
    let count = BATCH + 1;
    one.replace(header("one"), points(count))
        .await
        .expect("replaced");
    let is_over = Arc::new(AtomicBool::new(false));
    let searching: Vec<_> = [Arc::clone(&one), another]
        .into_iter()
        .flat_map(|store| std::iter::repeat_n(store, 4))
        .map(|store| {
            let is_over = Arc::clone(&is_over);
            tokio::spawn(async move {
                let mut searches = 0;
                while !is_over.load(Ordering::SeqCst) {
                    let hits = search(&store, "one").await.expect("hits");
                    assert_eq!(hits.len(), count);
                    searches += 1;
                }
                searches
            })
        })
        .collect();
    for _ in 0..5 {
        one.replace(header("one"), points(count))
            .await
            .expect("replaced");
    }
    is_over.store(true, Ordering::SeqCst);
    for searching in searching {
        assert!(searching.await.expect("no search fails") > 0);
    }
    assert_eq!(server.collections().len(), 1);
}

#[tokio::test]
async fn an_index_that_another_service_put_there_is_not_searched() {
    let server = MockQdrant::start();
    let (one, another) = (store(&server), store(&server));
    one.replace(header("one"), points(3))
        .await
        .expect("replaced");
    another
        .replace(header("two"), points(3))
        .await
        .expect("replaced");
    assert!(matches!(
        search(&one, "one").await,
        Err(StoreError::Mismatch { found, .. }) if found == header("two")
    ));
}

#[tokio::test]
async fn what_others_made_is_left_alone() {
    let server = MockQdrant::start();
    server.add_collection("faq");
    let store = store(&server);
    let refused = |error: StoreError| {
        let said = error.to_string();
        assert!(
            said.contains("`faq`") && said.contains("not ours"),
            "{said}"
        );
    };
    refused(store.header().await.expect_err("taken"));
    refused(
        store
            .replace(header("one"), points(1))
            .await
            .expect_err("taken"),
    );
    assert_eq!(server.collections(), ["faq"]);
    assert_eq!(server.describe("faq").map(|(points, _)| points), Some(1));

    let server = MockQdrant::start();
    server.add_collection("python_faq");
    server.set_alias("faq", "python_faq");
    let store = self::store(&server);
    refused(
        store
            .replace(header("one"), points(1))
            .await
            .expect_err("taken"),
    );
    assert_eq!(server.alias("faq").as_deref(), Some("python_faq"));
}

#[tokio::test]
async fn what_an_interrupted_run_left_is_removed_later() {
    let server = MockQdrant::start();
    let at = |at_ms| name::collection("faq", &header("x"), at_ms);
    let (abandoned, growing) = (at(now_ms() - 2 * ABANDONED_MS), at(now_ms() - 1_000));
    for name in [abandoned.as_str(), &growing, "faq_of_others"] {
        server.add_collection(name);
    }
    store(&server)
        .replace(header("one"), points(1))
        .await
        .expect("replaced");
    let left = server.collections();
    assert!(!left.contains(&abandoned), "{left:?}");
    assert!(
        left.contains(&growing) && left.contains(&"faq_of_others".to_owned()),
        "{left:?}"
    );
}

#[tokio::test]
async fn a_server_that_goes_and_comes_back_is_found_again() {
    let mut server = MockQdrant::later();
    let store = store(&server);
    let down =
        |error: StoreError| assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
    down(store.header().await.expect_err("not there yet"));
    server.restart();
    assert_eq!(store.header().await.expect("there now"), None);
    store
        .replace(header("one"), points(3))
        .await
        .expect("replaced");

    server.kill();
    down(search(&store, "one").await.expect_err("gone"));
    server.restart();
    assert_eq!(search(&store, "one").await.expect("hits").len(), 3);

    server.forget();
    assert!(matches!(
        search(&store, "one").await,
        Err(StoreError::Empty)
    ));
}

#[tokio::test]
async fn a_key_is_sent_and_a_refusal_is_told_apart_from_silence() {
    let server = MockQdrant::with_key();
    let error = store(&server)
        .header()
        .await
        .expect_err("refused")
        .to_string();
    assert!(
        error.contains("refuses to") && error.contains("API key"),
        "{error}"
    );
    let config = Config {
        api_key: Some(ApiKey::new(KEY)),
        ..config(&server.url())
    };
    let store = Qdrant::new(&config).expect("a store");
    assert_eq!(store.header().await.expect("a header"), None);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    for (name, part) in [("", "``"), ("a b", "`a b`"), ("ä", "`ä`")] {
        let config = Config {
            collection: name.to_owned(),
            ..config("http://127.0.0.1:1")
        };
        let error = Qdrant::new(&config).expect_err(name).to_string();
        assert!(
            error.contains("qdrant_collection") && error.contains(part),
            "{error}"
        );
    }
}
