//! Vectors here and in a server that comes and goes.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

use super::*;
use crate::corpus::shipped;
use crate::store::qdrant::{Config, Qdrant, mock::MockQdrant};

/// The embedder in the program, loaded once for all tests.
static EMBEDDER: LazyLock<Arc<Embedder>> =
    LazyLock::new(|| Arc::new(Embedder::embedded().expect("the embedder")));

/// Longest time until a server's coming and going is noticed, on a machine that does other things too.
const NOTICED: Duration = Duration::from_secs(20);

const QUESTION: &str = "phí đặt cọc an toàn là bao nhiêu";

/// The two entries of the topic `pay-deposit-fee`, and those of one more topic.
fn corpus(another: &str) -> Corpus {
    let topics = ["pay-deposit-fee", another];
    let entries = shipped().entries().to_vec().into_iter();
    let entries = entries.filter(|entry| topics.contains(&entry.topic.as_str()));
    Corpus::new(entries.collect())
}

fn store(server: &MockQdrant) -> Arc<Qdrant> {
    let config = Config {
        url: server.url(),
        api_key: None,
        collection: "faq_embeddings".to_owned(),
    };
    Arc::new(Qdrant::new(&config).expect("a store"))
}

/// FaqIndex whose own vectors are kept in `folder`.
fn knowledge(folder: &Path, corpus: &Corpus, server: &MockQdrant) -> Arc<FaqIndex> {
    let own = Arc::new(Embedded::new(&folder.join("vectors.bin")));
    let embedder = Some(Arc::clone(&EMBEDDER));
    let knowledge = FaqIndex::new(corpus, Weights::shipped(), embedder, own);
    Arc::new(knowledge.with_server(store(server)))
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < NOTICED, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Asks, and gives the first entry.
async fn ask(knowledge: &FaqIndex) -> String {
    let hits = tokio::time::timeout(NOTICED, knowledge.nearest(QUESTION)).await;
    hits.expect("an answer in time").expect("vectors")[0]
        .entry
        .to_string()
}

#[tokio::test]
async fn own_vectors_answer_while_the_server_is_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = MockQdrant::later();
    let knowledge = knowledge(folder.path(), &corpus("account-sign-up"), &server);
    assert!(
        knowledge
            .attach()
            .await
            .is_err_and(|error| error.is_absence())
    );
    assert_eq!(knowledge.dense(), Dense::Down);
    knowledge.index(|_, _| {}).await.expect("made");
    assert!(knowledge.share(false).await.is_err(), "nobody is there");
    assert_eq!(knowledge.server_is_up(), Some(false));
    assert_eq!(knowledge.dense(), Dense::Up);
    let first = ask(&knowledge).await;
    assert_eq!(first, "pay-deposit-fee.vi");

    let monitored = Arc::clone(&knowledge);
    tokio::spawn(async move { monitored.monitor(Duration::from_millis(20)).await });
    server.restart();
    let is_up = || knowledge.server_is_up() == Some(true);
    until("the server is found", is_up).await;
    assert!(server.alias("faq_embeddings").is_some());
    assert_eq!(ask(&knowledge).await, first);
    assert_eq!(server.searches(), 1, "the server was asked");

    server.kill();
    let then = ask(&knowledge).await;
    assert_eq!(then, first);
    until("that it is gone is noticed", || !is_up()).await;

    server.forget();
    server.restart();
    until("it is found again, and filled", is_up).await;
    assert_eq!(ask(&knowledge).await, first);
    assert_eq!(server.searches(), 2);
}

#[tokio::test]
async fn a_server_that_says_nothing_costs_one_question_a_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = MockQdrant::start();
    let knowledge = knowledge(folder.path(), &corpus("account-sign-up"), &server);
    knowledge.index(|_, _| {}).await.expect("made");
    knowledge.share(false).await.expect("shared");
    ask(&knowledge).await;
    server.hang(true);
    let first = ask(&knowledge).await;
    assert_eq!(first, "pay-deposit-fee.vi");
    assert_eq!(knowledge.server_is_up(), Some(false));
    server.hang(false);
    knowledge.share(false).await.expect("back");
    assert_eq!(knowledge.server_is_up(), Some(true));
}

#[tokio::test]
async fn a_service_of_another_corpus_is_not_fought_and_not_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = MockQdrant::start();
    let old = knowledge(folder.path(), &corpus("account-sign-up"), &server);
    old.index(|_, _| {}).await.expect("made");
    old.share(false).await.expect("shared");
    let next = tempfile::tempdir().expect("a folder");
    let new = knowledge(next.path(), &corpus("account-social-sign-in"), &server);
    new.index(|_, _| {}).await.expect("made");
    new.share(false).await.expect("in the place of the old one");
    let standing = server.alias("faq_embeddings");

    assert_eq!(ask(&old).await, "pay-deposit-fee.vi");
    assert_eq!(old.server_is_up(), Some(false));
    let monitoring = old.monitor(Duration::from_millis(5));
    assert!(
        tokio::time::timeout(Duration::from_millis(200), monitoring)
            .await
            .is_err()
    );
    assert_eq!(server.alias("faq_embeddings"), standing);
    assert_eq!(old.server_is_up(), Some(false));
    assert_eq!(new.server_is_up(), Some(true));
    assert_eq!(ask(&new).await, "pay-deposit-fee.vi");
}

#[tokio::test]
async fn the_vectors_of_the_server_do_where_there_are_none_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = MockQdrant::start();
    let corpus = corpus("account-sign-up");
    let first = knowledge(folder.path(), &corpus, &server);
    first.index(|_, _| {}).await.expect("made");
    first.share(false).await.expect("shared");

    let empty = tempfile::tempdir().expect("a folder");
    let second = knowledge(empty.path(), &corpus, &server);
    second.attach().await.expect("the server's");
    assert!(!second.has_own_vectors());
    assert_eq!(ask(&second).await, "pay-deposit-fee.vi");
    server.kill();
    assert!(second.nearest(QUESTION).await.is_none());
    assert_eq!(second.dense(), Dense::Down);
    let ranking = second.rank(QUESTION, Language::Vietnamese).await;
    let entries = second.retriever().corpus().entries();
    assert_eq!(
        entries[ranking.entries[0].entry].id, "pay-deposit-fee.vi",
        "words decide"
    );
}

#[tokio::test]
async fn without_an_embedder_no_server_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = MockQdrant::start();
    let own = Arc::new(Embedded::new(&folder.path().join("vectors.bin")));
    let knowledge = FaqIndex::new(&corpus("account-sign-up"), Weights::shipped(), None, own);
    let knowledge = knowledge.with_server(store(&server));
    assert!(matches!(
        knowledge.attach().await,
        Err(IndexError::NoEmbedder)
    ));
    knowledge.share(false).await.expect("nothing to do");
    knowledge.monitor(Duration::ZERO).await;
    assert_eq!(
        (knowledge.dense(), knowledge.server_is_up()),
        (Dense::Disabled, None)
    );
    assert!(knowledge.nearest(QUESTION).await.is_none());
    assert_eq!(server.collections(), Vec::<String>::new());
}

#[tokio::test]
async fn the_shipped_index_is_of_the_shipped_corpus_and_embedder() {
    let own = Arc::new(Embedded::shipped().expect("the shipped vectors"));
    let embedder = Some(Arc::clone(&EMBEDDER));
    let knowledge = FaqIndex::new(&shipped(), Weights::shipped(), embedder, own);
    let found = knowledge.own.header().await.expect("a header");
    assert_eq!(
        found.as_ref(),
        Some(&*knowledge.expected),
        "run `assistant index --out assistant/retrieval/data/vectors.bin`"
    );
    assert_eq!(
        Weights::shipped().embedder,
        EMBEDDER.fingerprint(),
        "run `assistant tune --out assistant/retrieval/data/weights.toml`"
    );
    knowledge.attach().await.expect("attached");
    assert_eq!((knowledge.dense(), knowledge.untuned()), (Dense::Up, None));
}

#[tokio::test]
async fn weights_of_another_embedder_weigh_no_vectors() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = corpus("account-sign-up");
    let weights = Weights {
        embedder: "of another one".to_owned(),
        ..Weights::shipped()
    };
    let own = Arc::new(Embedded::new(&folder.path().join("vectors.bin")));
    let embedder = Some(Arc::clone(&EMBEDDER));
    let knowledge = FaqIndex::new(&corpus, weights.clone(), embedder, own);
    knowledge.index(|_, _| {}).await.expect("made");
    let why = knowledge.untuned().expect("a remark");
    assert!(why.contains("assistant tune"), "{why}");
    assert_eq!(knowledge.dense(), Dense::Down);
    let ranking = knowledge.rank(QUESTION, Language::Vietnamese).await;
    let words = Retriever::new(&corpus, weights).rank(QUESTION, Language::Vietnamese, None);
    assert_eq!(ranking, words);
    assert!(
        knowledge.nearest(QUESTION).await.is_some(),
        "`assistant tune` needs them"
    );
}
