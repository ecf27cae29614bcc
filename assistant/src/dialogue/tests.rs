//! What a model does before an answer is written, and what happens when it does not.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::*;
use crate::Corpus;
use crate::llm::{ChatStream, FinishReason, LanguageModel, LlmError, Message, Scripted};
use crate::memory::Retention;
use crate::tools::Valued;
use retrieval::corpus::shipped;
use retrieval::rank::weights::Weights;
use retrieval::store::Embedded;

/// How the prompts begin.
const SORT: &str = "You sort";
const TRANSLATE: &str = "You translate";
const REWRITE: &str = "You turn";
const ANSWER: &str = "You are";

/// Nothing that rules or the FAQ know the meaning of.
const VAGUE: &str = "hmm con đó coi bộ được á";

struct NoModel;

impl Valuer for NoModel {
    fn value(&self, _slots: &Slots) -> Option<Valued> {
        None
    }
}

/// A model that takes its time.
struct Slow(Arc<Scripted>, Duration);

impl LanguageModel for Slow {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn chat(&self, messages: Vec<Message>) -> ChatStream {
        let (stream, after) = (self.0.chat(messages), self.1);
        let stream = async move {
            tokio::time::sleep(after).await;
            stream
        };
        stream.flatten_stream().boxed()
    }
}

/// Says what stands beside the beginning of the prompt; what stands nowhere is a failure.
fn script(says: &'static [(&'static str, &'static str)]) -> Arc<Scripted> {
    Arc::new(Scripted::new(move |messages| {
        let asked = &messages[0].content;
        match says.iter().find(|(begins, _)| asked.starts_with(begins)) {
            Some((_, text)) => Scripted::deltas(text, FinishReason::Stop),
            None => vec![Err(LlmError::Unfinished { received_chars: 0 })],
        }
    }))
}

fn assistant(corpus: &Corpus, model: Arc<dyn LanguageModel>, budget: Duration) -> Assistant {
    let own = Arc::new(Embedded::shipped().expect("vectors"));
    let knowledge = FaqIndex::new(corpus, Weights::shipped(), None, own);
    let memory = Arc::new(Memory::in_process(&Retention::default()));
    let assistant = Assistant::new(
        Arc::new(knowledge),
        Arc::new(Inventory::default()),
        Arc::new(NoModel),
        Arc::clone(&memory),
    );
    assistant.with_writer(AnswerGenerator::new(model, memory, budget))
}

const BUDGET: Duration = Duration::from_secs(7);

async fn ask(assistant: &Assistant, question: &str) -> Reply {
    ask_in(assistant, None, question).await
}

async fn ask_in(assistant: &Assistant, conversation: Option<&str>, question: &str) -> Reply {
    let ask = Ask {
        question: question.to_owned(),
        conversation: conversation.map(str::to_owned),
        history: Vec::new(),
    };
    assistant.reply(ask).await
}

fn refused(reply: &Reply) -> bool {
    reply.data.get("refused") == Some(&true.into())
}

/// How many of the calls began so.
fn calls(model: &Scripted, begins: &str) -> usize {
    let seen = model.seen();
    seen.iter()
        .filter(|messages| messages[0].content.starts_with(begins))
        .count()
}

#[tokio::test]
async fn what_the_rules_do_not_know_the_model_says_once() {
    let (intent, confidence) = intent(&understanding::Message::read(VAGUE), None);
    assert_eq!(intent, Intent::Faq);
    assert!(confidence < SURE, "{confidence}");
    let model = script(&[(SORT, "car_listing")]);
    let assistant = assistant(&shipped(), Arc::clone(&model) as _, BUDGET);
    for _ in 0..2 {
        let reply = ask(&assistant, VAGUE).await;
        assert_eq!(reply.intent, Intent::CarListing, "{reply:?}");
    }
    assert_eq!(model.calls(), 1, "what it said is remembered");
    let user = &model.seen()[0][1].content;
    assert!(user.contains(VAGUE), "{user}");
}

#[tokio::test]
async fn what_the_model_says_is_one_of_six_or_nothing() {
    for model in [
        script(&[(SORT, "car_theft")]),
        script(&[(SORT, "I would say car_listing, but who knows?")]),
        script(&[(SORT, "")]),
        script(&[]),
    ] {
        let assistant = assistant(&shipped(), Arc::clone(&model) as _, BUDGET);
        let reply = ask(&assistant, VAGUE).await;
        assert_eq!(reply.intent, Intent::Faq, "{reply:?}");
        assert!(refused(&reply), "{reply:?}");
        assert_eq!(model.calls(), 1);
    }
}

#[tokio::test]
async fn a_model_that_takes_too_long_is_not_waited_for() {
    let model = Slow(script(&[(SORT, "car_listing")]), Duration::from_mins(1));
    let assistant = assistant(&shipped(), Arc::new(model), Duration::from_millis(100));
    let started = Instant::now();
    let reply = ask(&assistant, VAGUE).await;
    assert!(refused(&reply), "{reply:?}");
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn an_answer_that_takes_the_rest_of_the_time_falls_back() {
    let model = Slow(
        script(&[(ANSWER, "Phí là 0,5% [1].")]),
        Duration::from_mins(1),
    );
    let assistant = assistant(&shipped(), Arc::new(model), Duration::from_millis(200));
    let reply = ask(&assistant, "Phí đặt cọc an toàn là bao nhiêu?").await;
    assert!(!refused(&reply), "{reply:?}");
    assert_eq!(reply.data["origin"], "faq", "{reply:?}");
    assert!(!assistant.writer().expect("a writer").is_up());
}

#[tokio::test]
async fn what_the_rules_know_costs_no_call() {
    let model = script(&[(ANSWER, "Phí là 0,5% [1].")]);
    let assistant = assistant(&shipped(), Arc::clone(&model) as _, BUDGET);
    for question in [
        "định giá giúp mình con Vios 2019 đi 4 vạn",
        "tìm xe 7 chỗ dưới 800 triệu",
        "so sánh Toyota Vios với Honda City",
        "Phí đặt cọc an toàn là bao nhiêu?",
        "xin chào",
    ] {
        ask(&assistant, question).await;
        assert_eq!(calls(&model, SORT), 0, "{question}");
    }
}

#[tokio::test]
async fn a_thousand_who_ask_the_same_share_a_favour() {
    let script = script(&[(SORT, "car_compare")]);
    let model = Slow(Arc::clone(&script), Duration::from_millis(200));
    let assistant = assistant(&shipped(), Arc::new(model), BUDGET);
    let asking = (0..1_000).map(|_| ask(&assistant, VAGUE));
    for reply in join_all(asking).await {
        assert_eq!(reply.intent, Intent::CarCompare, "{reply:?}");
    }
    assert_eq!(script.calls(), 1);
}

#[tokio::test]
async fn a_question_is_translated_for_a_corpus_of_another_language() {
    let english = shipped().entries().to_vec().into_iter();
    let english = english.filter(|entry| entry.language == Language::English);
    let model = script(&[
        (TRANSLATE, "What is the fee of the safe deposit?"),
        (ANSWER, "Phí là 0.5% [1]."),
    ]);
    let corpus = Corpus::new(english.collect());
    let assistant = assistant(&corpus, Arc::clone(&model) as _, BUDGET);
    let reply = ask(&assistant, "đặt cọc kiểu an toàn thì mất phí nhiêu").await;
    assert_eq!(
        reply.data["citations"][0]["id"], "pay-deposit-fee.en",
        "{reply:?}"
    );
    assert_eq!(reply.data["language"], "vi", "{reply:?}");
    assert_eq!(calls(&model, TRANSLATE), 1);

    let (ranking, language) = assistant
        .find_entries("đặt cọc kiểu an toàn thì mất phí nhiêu")
        .await;
    let entries = assistant.knowledge().retriever().corpus().entries();
    assert_eq!(entries[ranking.entries[0].entry].id, "pay-deposit-fee.en");
    assert_eq!(language, Language::Vietnamese);
}

#[tokio::test]
async fn a_follow_up_is_rewritten_into_a_question_of_its_own() {
    let model = script(&[
        (REWRITE, "Phí đặt cọc an toàn là bao nhiêu?"),
        (ANSWER, "Phí là 0,5% [1]."),
    ]);
    let assistant = assistant(&shipped(), Arc::clone(&model) as _, BUDGET);
    let first = ask_in(&assistant, Some("c"), "Đặt cọc an toàn là gì?").await;
    assert!(!refused(&first), "{first:?}");
    assert_eq!(calls(&model, REWRITE), 0, "there is nothing before it");
    let second = ask_in(&assistant, Some("c"), "thế còn phí?").await;
    assert_eq!(calls(&model, REWRITE), 1);
    assert_eq!(
        second.data["citations"][0]["id"], "pay-deposit-fee.vi",
        "{second:?}"
    );
    let asked = model.seen();
    let asked = asked
        .iter()
        .find(|messages| messages[0].content.starts_with(REWRITE));
    let asked = &asked.expect("a rewriting")[1].content;
    assert!(
        asked.contains("Đặt cọc an toàn là gì?") && asked.contains("thế còn phí?"),
        "{asked}"
    );
}
