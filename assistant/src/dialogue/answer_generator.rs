//! Has a language model write answers: one call for all who ask the same at once, and none where the answer is known.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;

use super::now_s;
use super::query_rewriter::QueryRewriter;
use crate::answer::{Evidence, Outcome, StreamingGuard, instructions, prompt};
use crate::llm::{Delta, LanguageModel};
use crate::memory::{AnswerKey, Memory};

/// An answer that held before the guard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    /// The text with its markers.
    pub(super) text: String,
    /// Ids of the entries that the markers mean, by number from 1.
    pub(super) citations: Vec<String>,
    /// Why it ended, in OpenAI's words.
    pub(super) finish_reason: String,
    /// Tokens of the prompt and of the answer, where the server counts them.
    pub(super) usage: Option<(u64, u64)>,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// All of it may be shown.
    Whole(Written),
    /// What was shown may stay, but the model was cut off.
    Cut(Written),
    /// The model says that the passages hold no answer.
    NoAnswer,
    /// Nothing that it wrote holds, or it failed. What was shown may stay.
    Failed,
}

/// A piece of an answer that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Whole sentences.
    Text(String),
    /// The end; nothing follows.
    End(End),
}

/// What those who wait for the same answer see of it.
#[derive(Debug, Clone, Default)]
struct Progress {
    text: String,
    end: Option<End>,
}

/// The model, and the answers that it is writing now.
pub struct AnswerGenerator {
    model: Arc<dyn LanguageModel>,
    memory: Arc<Memory>,
    /// Time for all that the model does for one question.
    budget: Duration,
    rewriter: QueryRewriter,
    /// Senders: a receiver kept here would pass for a reader.
    in_flight: Mutex<HashMap<String, watch::Sender<Progress>>>,
    /// Whether the last call came to an end.
    is_up: AtomicBool,
}

impl AnswerGenerator {
    /// A generator that keeps its answers in `memory`. `budget` is the time for all that the model does for one question.
    pub fn new(model: Arc<dyn LanguageModel>, memory: Arc<Memory>, budget: Duration) -> Self {
        Self {
            rewriter: QueryRewriter::new(Arc::clone(&model), Arc::clone(&memory)),
            model,
            memory,
            budget,
            in_flight: Mutex::default(),
            is_up: AtomicBool::new(true),
        }
    }

    /// Name of the model.
    pub fn model(&self) -> &str {
        self.model.name()
    }

    /// Finds out whether the model is there, before the first question waits for it.
    pub async fn probe(&self) {
        match self.model.probe().await {
            Ok(()) => tracing::info!(model = self.model.name(), "the model answers"),
            Err(error) => {
                self.is_up.store(false, Ordering::Relaxed);
                tracing::warn!(%error, "the model does not answer; entries speak for themselves until it does");
            }
        }
    }

    /// What the model does for a question before an answer is written.
    pub(super) fn rewriter(&self) -> &QueryRewriter {
        &self.rewriter
    }

    /// Until when the model may work for a question that is asked now.
    pub(super) fn until(&self) -> Instant {
        Instant::now() + self.budget
    }

    /// Whether the model did its part the last time that it was asked.
    pub fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }

    /// Writes the answer to `evidence`, over the corpus of this hash, until then. `normalised` tells which questions are
    /// the same.
    pub(super) fn write(
        self: &Arc<Self>,
        normalised: &str,
        corpus: &str,
        evidence: Evidence,
        until: Instant,
    ) -> BoxStream<'static, Piece> {
        let key = AnswerKey {
            question: normalised,
            language: evidence.language(),
            corpus,
            prompt: instructions::ANSWER.version(),
            model: self.model.name(),
        };
        let digest = key.digest();
        // Held from the look at what is being written to the entry of our own: an answer that ended in between would be
        // found in neither place, and written twice.
        let mut in_flight = self
            .in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = in_flight.get(&digest) {
            return pieces(sender.subscribe());
        }
        if let Some(known) = self.memory.answer::<Written>(&key, now_s()) {
            let pieces = [
                Piece::Text(known.text.clone()),
                Piece::End(End::Whole(known)),
            ];
            return stream::iter(pieces).boxed();
        }
        let (sender, receiver) = watch::channel(Progress::default());
        in_flight.insert(digest.clone(), sender.clone());
        drop(in_flight);
        let writer = Arc::clone(self);
        let (normalised, corpus, language) = (
            normalised.to_owned(),
            corpus.to_owned(),
            evidence.language(),
        );
        tokio::spawn(async move {
            let written = writer.generate_while_read(evidence, &digest, &sender, until);
            let Some(end) = written.await else {
                return;
            };
            if let End::Whole(written) = &end {
                let key = AnswerKey {
                    question: &normalised,
                    language,
                    corpus: &corpus,
                    prompt: instructions::ANSWER.version(),
                    model: writer.model.name(),
                };
                writer.memory.keep_answer(&key, written, now_s());
            }
            writer
                .in_flight
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&digest);
            sender.send_modify(|progress| progress.end = Some(end));
        });
        pieces(receiver)
    }

    /// None when the last reader hung up: then so do we, for the model has better things to do.
    async fn generate_while_read(
        &self,
        evidence: Evidence,
        digest: &str,
        sender: &watch::Sender<Progress>,
        until: Instant,
    ) -> Option<End> {
        let mut generate = pin!(self.generate(evidence, sender, until));
        loop {
            tokio::select! {
                end = &mut generate => return Some(end),
                () = sender.closed() => {
                    let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
                    // Somebody else may have come meanwhile.
                    if sender.receiver_count() == 0 {
                        in_flight.remove(digest);
                        return None;
                    }
                }
            }
        }
    }

    async fn generate(
        &self,
        evidence: Evidence,
        sender: &watch::Sender<Progress>,
        until: Instant,
    ) -> End {
        let evidence = Arc::new(evidence);
        let mut guard = StreamingGuard::new(Arc::clone(&evidence));
        let mut stream = self.model.chat(prompt::answer(&evidence));
        let show = |text: &str| {
            if !text.is_empty() {
                sender.send_modify(|progress| progress.text.push_str(text));
            }
        };
        let finish = loop {
            let Ok(delta) = tokio::time::timeout_at(until, stream.next()).await else {
                self.is_up.store(false, Ordering::Relaxed);
                tracing::warn!("the model took longer than there was time for the question");
                return End::Failed;
            };
            match delta {
                Some(Ok(Delta::Text(text))) => show(&guard.push(&text).unwrap_or_default()),
                Some(Ok(Delta::Finish(finish))) => break finish,
                Some(Err(error)) => {
                    self.is_up.store(false, Ordering::Relaxed);
                    tracing::warn!(%error, "the model failed");
                    return End::Failed;
                }
                None => {
                    self.is_up.store(false, Ordering::Relaxed);
                    tracing::warn!("the model's answer ended without a finish reason");
                    return End::Failed;
                }
            }
        };
        self.is_up.store(true, Ordering::Relaxed);
        let checked = guard.finish(&finish.reason);
        for dropped in &checked.dropped {
            tracing::info!(reason = ?dropped.reason, "a sentence was not shown");
        }
        show(&checked.tail);
        let written = Written {
            text: checked.text,
            citations: checked
                .citations
                .into_iter()
                .map(|citation| citation.id)
                .collect(),
            finish_reason: finish.reason.as_str().to_owned(),
            usage: finish
                .usage
                .map(|usage| (usage.prompt_tokens, usage.completion_tokens)),
        };
        match checked.outcome {
            Outcome::NoAnswer => End::NoAnswer,
            Outcome::Fallback => End::Failed,
            Outcome::Answer if checked.truncated => End::Cut(written),
            Outcome::Answer => End::Whole(written),
        }
    }
}

/// What comes of an answer from now on, what is there already first.
fn pieces(receiver: watch::Receiver<Progress>) -> BoxStream<'static, Piece> {
    stream::unfold(Some((receiver, 0)), |state| async move {
        let (mut receiver, shown) = state?;
        loop {
            let progress = receiver.borrow_and_update().clone();
            if progress.text.len() > shown {
                let text = progress.text[shown..].to_owned();
                return Some((Piece::Text(text), Some((receiver, progress.text.len()))));
            }
            if let Some(end) = progress.end {
                return Some((Piece::End(end), None));
            }
            if receiver.changed().await.is_err() {
                return Some((Piece::End(End::Failed), None));
            }
        }
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::answer::Passage;
    use crate::llm::{ChatStream, Message, Scripted};
    use crate::memory::Retention;

    /// Begins to write, and never ends. Every stream holds a count.
    struct Endless(Arc<()>);

    impl LanguageModel for Endless {
        fn name(&self) -> &'static str {
            "endless"
        }

        fn chat(&self, _: Vec<Message>) -> ChatStream {
            let held = Arc::clone(&self.0);
            stream::pending()
                .inspect(move |_| drop(Arc::clone(&held)))
                .boxed()
        }
    }

    #[tokio::test]
    async fn the_model_is_left_alone_once_nobody_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let memory = Memory::open(&folder.path().join("memory.sqlite"), &Retention::default());
        let calls = Arc::new(());
        let model = Arc::new(Endless(Arc::clone(&calls)));
        let writer = Arc::new(AnswerGenerator::new(
            model,
            Arc::new(memory),
            Duration::from_mins(1),
        ));
        let read = || {
            let evidence = Evidence::new("?", Language::English, vec![], vec![]);
            let mut pieces = writer.write("?", "corpus", evidence, writer.until());
            async move { tokio::time::timeout(Duration::from_millis(50), pieces.next()).await }
        };
        // One beside the test's own and the model's: two readers share it.
        let (first, second) = (read(), read());
        assert!(first.await.is_err());
        assert_eq!(Arc::strong_count(&calls), 3);
        assert!(second.await.is_err());
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(Arc::strong_count(&calls), 2);
        // Whoever comes later starts anew.
        let third = tokio::spawn(read());
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(Arc::strong_count(&calls), 3);
        assert!(third.await.expect("it ends").is_err());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn who_comes_as_an_answer_ends_does_not_have_it_written_again() {
        let entry = "The fee is 0.5 % and the buyer pays it.";
        let model = Arc::new(Scripted::saying("The fee is 0.5 % [1]."));
        let memory = Memory::in_process(&Retention::default());
        let writer = Arc::new(AnswerGenerator::new(
            Arc::clone(&model) as Arc<dyn LanguageModel>,
            Arc::new(memory),
            Duration::from_mins(1),
        ));
        for asked in 1..=50 {
            let question = format!("What is fee {asked}?");
            let readers = (0..64).map(|_| {
                let (writer, question) = (Arc::clone(&writer), question.clone());
                tokio::spawn(async move {
                    let passage = Passage {
                        id: "fee".to_owned(),
                        question: question.clone(),
                        answer: entry.to_owned(),
                        category: "Fees".to_owned(),
                        language: Language::English,
                    };
                    let evidence =
                        Evidence::new(&*question, Language::English, vec![passage], vec![]);
                    let pieces = writer.write(&question, "corpus", evidence, writer.until());
                    pieces.collect::<Vec<_>>().await
                })
            });
            for reader in readers.collect::<Vec<_>>() {
                let pieces = reader.await.expect("it ends");
                assert!(
                    matches!(pieces.last(), Some(Piece::End(End::Whole(_)))),
                    "{pieces:?}"
                );
            }
            assert_eq!(model.calls(), asked);
        }
    }
}
