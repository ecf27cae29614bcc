//! One question from text to reply.
//!
//! What is asked for is found by rules ([`crate::understand`]); a tool or the FAQ answers; the conversation remembers.
//! The FAQ's answer is written by a language model where there is one, and is the best entry's own words where there
//! is none, or it fails.

mod faq;
mod tools;
mod writer;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::Language;
use crate::knowledge::Knowledge;
use crate::memory::{Conversation, Memory, Turn};
use crate::reply::{Done, Event, Reply};
use crate::tools::{Inventory, Valuer};
use crate::understand::{Intent, Slots, Teencode, detect, intent};

pub use writer::Writer;

/// Most characters of a question, as the contract has it.
pub const MAX_QUESTION: usize = 10_000;

/// A question with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The question, as the user wrote it.
    pub question: String,
    /// The conversation that it stands in, if any.
    pub conversation: Option<String>,
    /// What was asked and answered before, where the caller keeps that itself: the oldest first.
    pub history: Vec<(String, String)>,
}

/// Everything that answers are made of.
#[derive(Clone)]
pub struct Assistant {
    knowledge: Arc<Knowledge>,
    inventory: Arc<Inventory>,
    valuer: Arc<dyn Valuer>,
    memory: Arc<Memory>,
    writer: Option<Arc<Writer>>,
}

/// A question as it was understood.
struct Understood {
    /// As the user wrote it.
    question: String,
    /// In plain spelling.
    plain: String,
    language: Language,
    intent: Intent,
    /// What is known of the car, this question included.
    slots: Slots,
    before: Conversation,
}

impl Assistant {
    /// An assistant over these parts.
    pub fn new(
        knowledge: Arc<Knowledge>,
        inventory: Arc<Inventory>,
        valuer: Arc<dyn Valuer>,
        memory: Arc<Memory>,
    ) -> Self {
        Self {
            knowledge,
            inventory,
            valuer,
            memory,
            writer: None,
        }
    }

    /// Has `writer` write the FAQ's answers.
    #[must_use]
    pub fn with_writer(mut self, writer: Writer) -> Self {
        self.writer = Some(Arc::new(writer));
        self
    }

    /// What writes the FAQ's answers, if anything does.
    pub fn writer(&self) -> Option<&Writer> {
        self.writer.as_deref()
    }

    /// The corpus and what finds entries in it.
    pub fn knowledge(&self) -> &Arc<Knowledge> {
        &self.knowledge
    }

    /// Conversations, unanswered questions and feedback.
    pub fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }

    /// The entries nearest to a question, and the language that it is in.
    pub async fn find_entries(&self, question: &str) -> (crate::retrieve::Ranking, Language) {
        let language = detect(question);
        let plain = plain(question, language);
        (self.knowledge.rank(&plain, language).await, language)
    }

    /// The reply to a question, as a whole.
    pub async fn reply(&self, ask: Ask) -> Reply {
        let mut events = self.stream(ask).await;
        while let Some(event) = events.next().await {
            if let Event::Done(done) = event {
                return done.reply;
            }
        }
        unreachable!("every stream ends with the reply")
    }

    /// The reply to a question, as it comes: sources, deltas, and the whole at the end.
    pub async fn stream(&self, ask: Ask) -> BoxStream<'static, Event> {
        let understood = self.understand(&ask);
        let reply = match understood.intent {
            Intent::Faq => return self.faq(understood, ask).await,
            Intent::CarValuation => self.valuation(&understood),
            Intent::CarListing => self.listing(&understood),
            Intent::CarCompare => self.compare(&understood),
            Intent::CarSpecs => self.specs(&understood),
            Intent::UserInfo => tools::account(&understood),
        };
        self.told(&ask, &understood, reply)
    }

    /// A reply that is there at once.
    fn told(
        &self,
        ask: &Ask,
        understood: &Understood,
        mut reply: Reply,
    ) -> BoxStream<'static, Event> {
        reply.conversation_id.clone_from(&ask.conversation);
        self.remember(ask, understood, &reply);
        let delta = Event::Delta(reply.message.clone());
        let done = Done {
            reply,
            finish_reason: "stop".to_owned(),
            usage: None,
        };
        stream::iter([delta, Event::Done(Box::new(done))]).boxed()
    }

    fn understand(&self, ask: &Ask) -> Understood {
        let before = match &ask.conversation {
            None if !ask.history.is_empty() => told_before(&ask.history),
            Some(id) => self
                .memory
                .conversation(id, now_s())
                .unwrap_or_else(|error| {
                    tracing::warn!(%error, "the conversation is not remembered");
                    Conversation::default()
                }),
            None => Conversation::default(),
        };
        let language = detect(&ask.question);
        let plain = plain(&ask.question, language);
        // A valuation that still lacks something waits for it.
        let last = before.turns.last().map(|turn| turn.intent);
        let waits = last == Some(Intent::CarValuation) && !before.slots.missing().is_empty();
        let (intent, _) = intent(&ask.question, waits.then_some(Intent::CarValuation));
        let slots = match intent {
            Intent::CarValuation if waits => before
                .slots
                .clone()
                .merge(Slots::read_reply(&ask.question, &before.slots)),
            Intent::CarValuation => follow(&before.slots, Slots::read(&ask.question)),
            _ => before.slots.clone(),
        };
        Understood {
            question: ask.question.clone(),
            plain,
            language,
            intent,
            slots,
            before,
        }
    }

    fn remember(&self, ask: &Ask, understood: &Understood, reply: &Reply) {
        let Some(id) = &ask.conversation else {
            return;
        };
        let turn = Turn {
            question: ask.question.clone(),
            answer: reply.message.clone(),
            intent: understood.intent,
        };
        if let Err(error) = self
            .memory
            .remember(id, turn, understood.slots.clone(), now_s())
        {
            tracing::warn!(%error, "the conversation is not remembered");
        }
    }
}

/// A conversation that the caller keeps.
fn told_before(history: &[(String, String)]) -> Conversation {
    let mut conversation = Conversation::default();
    for (question, answer) in history {
        let waits = conversation
            .turns
            .last()
            .is_some_and(|turn| turn.intent == Intent::CarValuation)
            && !conversation.slots.missing().is_empty();
        let (intent, _) = intent(question, waits.then_some(Intent::CarValuation));
        if intent == Intent::CarValuation {
            let said = if waits {
                Slots::read_reply(question, &conversation.slots)
            } else {
                Slots::read(question)
            };
            conversation.slots = follow(&conversation.slots, said);
        }
        conversation.turns.push(Turn {
            question: question.clone(),
            answer: answer.clone(),
            intent,
        });
    }
    conversation
}

/// What is known of the car when one is asked about anew: `and with 60,000 km?` is about the same one, another model
/// is not.
fn follow(before: &Slots, now: Slots) -> Slots {
    let another = now.model.is_some() && now.model != before.model;
    if another || (now.make.is_some() && now.make != before.make) {
        return now;
    }
    before.clone().merge(now)
}

/// A question in plain spelling.
fn plain(question: &str, language: Language) -> String {
    match language {
        Language::Vietnamese => Teencode::embedded().expand(question),
        Language::English => question.to_owned(),
    }
}

/// Seconds since 1970.
fn now_s() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
