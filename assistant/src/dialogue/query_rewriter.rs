//! What a model does before an answer is written: it rewrites a question, translates it, or says what it wants.
//!
//! Nobody waits long for that: where it does not come, or cannot be used, the rules' own word stands. Who asks for the
//! same one at the same time shares it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::Instant;

use super::{normalised, now_s};
use crate::Language;
use crate::answer::{instructions, prompt, question};
use crate::llm::{LanguageModel, LlmError, Message};
use crate::memory::{AnswerKey, Memory};
use understanding::Intent;

/// Longest time that the model's help is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

type Help = BoxFuture<'static, Option<String>>;

/// Rewrites, translates and sorts questions through a model.
pub(super) struct QueryRewriter {
    model: Arc<dyn LanguageModel>,
    memory: Arc<Memory>,
    /// Calls by what was asked. Equal ones at the same time are one call.
    in_flight: Mutex<HashMap<Vec<String>, WeakShared<Help>>>,
}

impl QueryRewriter {
    /// A rewriter that keeps what the model says of a message in `memory`.
    pub(super) fn new(model: Arc<dyn LanguageModel>, memory: Arc<Memory>) -> Self {
        Self {
            model,
            memory,
            in_flight: Mutex::default(),
        }
    }

    /// The whole reply to `messages`, if it comes in time.
    async fn ask(&self, messages: Vec<Message>, until: Instant) -> Option<String> {
        let help = self.share(messages);
        let until = until.min(Instant::now() + PATIENCE);
        tokio::time::timeout_at(until, help).await.ok().flatten()
    }

    fn share(&self, messages: Vec<Message>) -> Shared<Help> {
        let asked = messages.iter().map(|own| own.content.clone()).collect();
        let mut all = self
            .in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Those that nobody waits for any more are no longer done.
        all.retain(|_, help| help.upgrade().is_some());
        if let Some(help) = all.get(&asked).and_then(WeakShared::upgrade) {
            return help;
        }
        let reply = self.model.complete(messages);
        let help = async move {
            match reply.await {
                Ok(completion) if completion.finish.reason.is_whole() => Some(completion.text),
                Ok(_) | Err(LlmError::Busy { .. }) => None,
                Err(error) => {
                    tracing::warn!(%error, "the model did not help with a question");
                    None
                }
            }
        };
        let help = help.boxed().shared();
        if let Some(weak) = help.downgrade() {
            all.insert(asked, weak);
        }
        help
    }

    /// The question as it reads without the turns before it; none where the model does not help until then.
    pub(super) async fn rewrite(
        &self,
        turns: &[(String, String)],
        asked: &str,
        until: Instant,
    ) -> Option<String> {
        let messages = prompt::rewrite(turns, asked);
        let reply = self.ask(messages, until).await?;
        let before = turns.iter();
        let before = before.flat_map(|(question, answer)| [question.as_str(), answer.as_str()]);
        let sources: Vec<&str> = [asked].into_iter().chain(before).collect();
        question::accept(&reply, &sources)
    }

    /// The question in another language; none where the model does not help until then.
    pub(super) async fn translate(
        &self,
        asked: &str,
        language: Language,
        until: Instant,
    ) -> Option<String> {
        let messages = prompt::translate(asked, language);
        let reply = self.ask(messages, until).await?;
        question::accept(&reply, &[asked])
    }

    /// What a message wants, after the turns before it; none where the model does not say it until then. What it said of a
    /// message without turns is remembered as answers are.
    pub(super) async fn intent(
        &self,
        turns: &[(String, String)],
        asked: &understanding::Message,
        until: Instant,
    ) -> Option<Intent> {
        let normalised = normalised(asked.written());
        let key = AnswerKey {
            question: &normalised,
            language: asked.language(),
            corpus: "",
            prompt: instructions::INTENT.version(),
            model: self.model.name(),
        };
        if turns.is_empty()
            && let Some(known) = self.memory.answer(&key, now_s())
        {
            return Some(known);
        }
        let messages = prompt::intent(turns, asked.written());
        let reply = self.ask(messages, until).await?;
        let intent = named(&reply);
        match intent {
            None => tracing::warn!("the model named no intent that there is"),
            Some(intent) if turns.is_empty() => self.memory.keep_answer(&key, &intent, now_s()),
            Some(_) => {}
        }
        intent
    }
}

/// The intent that a reply names, if it names one and says no more.
fn named(reply: &str) -> Option<Intent> {
    let word = reply.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    Intent::from_name(&word.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_six_names_is_an_intent_and_nothing_else() {
        for (reply, want) in [
            ("car_valuation", Some(Intent::CarValuation)),
            (" `Car_Listing`.\n", Some(Intent::CarListing)),
            ("\"faq\"", Some(Intent::Faq)),
            ("car", None),
            ("car_valuation or faq", None),
            ("The kind is faq", None),
            ("buy_drugs", None),
            ("", None),
        ] {
            assert_eq!(named(reply), want, "{reply}");
        }
    }
}
