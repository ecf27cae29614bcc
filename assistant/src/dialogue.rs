//! One question from text to reply.
//!
//! The question is read once, as an [`understanding::Message`]. Rules find what it asks for; a tool or the FAQ answers; the
//! conversation remembers.
//! The FAQ's answer is written by a language model where there is one, and is the best entry's own words where there
//! is none, or it fails.

mod answer_generator;
mod faq;
mod query_rewriter;
#[cfg(test)]
mod tests;
mod tools;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::time::Instant;

use crate::Language;
use crate::memory::{Conversation, Memory, Turn};
use crate::reply::{Done, Event, Reply};
use crate::tools::{Inventory, Valuer};
use retrieval::index::FaqIndex;
use understanding::{Intent, Message, Slots, intent};

pub use answer_generator::AnswerGenerator;

/// Confidence from which the rules' intent stands without a model's word. Of the messages in `tests/data` for which they
/// named a tool with less, 32 of 51 wanted something else.
const SURE: f32 = 0.6;

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
    knowledge: Arc<FaqIndex>,
    inventory: Arc<Inventory>,
    valuer: Arc<dyn Valuer>,
    memory: Arc<Memory>,
    writer: Option<Arc<AnswerGenerator>>,
}

/// A question as it was understood.
struct Understood {
    message: Message,
    intent: Intent,
    /// Whether it takes a model to be sure of the intent.
    is_unsure: bool,
    /// Whether a valuation waits for an answer.
    waits: bool,
    /// What is known of the car, this question included.
    slots: Slots,
    before: Conversation,
    /// Until when a model may work for the answer.
    until: Instant,
}

impl Understood {
    fn language(&self) -> Language {
        self.message.language()
    }

    /// Questions and answers before this one, the oldest first.
    fn turns(&self) -> Vec<(String, String)> {
        let turns = self.before.turns.iter();
        turns
            .map(|turn| (turn.question.clone(), turn.answer.clone()))
            .collect()
    }
}

impl Assistant {
    /// An assistant over these parts.
    pub fn new(
        knowledge: Arc<FaqIndex>,
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
    pub fn with_writer(mut self, writer: AnswerGenerator) -> Self {
        self.writer = Some(Arc::new(writer));
        self
    }

    /// What writes the FAQ's answers, if anything does.
    pub fn writer(&self) -> Option<&AnswerGenerator> {
        self.writer.as_deref()
    }

    /// The corpus and what finds entries in it.
    pub fn knowledge(&self) -> &Arc<FaqIndex> {
        &self.knowledge
    }

    /// Conversations, unanswered questions and feedback.
    pub fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }

    /// The entries nearest to a question, and the language that it is in.
    pub async fn find_entries(&self, question: &str) -> (retrieval::rank::Ranking, Language) {
        let message = Message::read(question);
        let language = message.language();
        let found = self.search(message.plain(), language, self.until());
        (found.await, language)
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
        let mut understood = self.understand(&ask);
        if understood.intent != Intent::Faq {
            self.make_sure(&mut understood).await;
        }
        match self.by_tool(&understood) {
            Some(reply) => self.replied(&ask, &understood, reply),
            None => self.faq(understood, ask).await,
        }
    }

    /// Asks the model what is wanted, where there is one and the rules are not sure.
    async fn make_sure(&self, asked: &mut Understood) {
        let Some(writer) = self.writer.as_ref().filter(|_| asked.is_unsure) else {
            return;
        };
        asked.is_unsure = false;
        let turns = asked.turns();
        let wanted = writer
            .rewriter()
            .intent(&turns, &asked.message, asked.until);
        if let Some(intent) = wanted.await
            && intent != asked.intent
        {
            asked.intent = intent;
            asked.slots = slots(&asked.message, intent, &asked.before, asked.waits);
        }
    }

    /// The reply of the tool that the intent asks for; none for what the FAQ answers.
    fn by_tool(&self, asked: &Understood) -> Option<Reply> {
        match asked.intent {
            Intent::Faq => None,
            Intent::CarValuation => Some(self.valuation(asked)),
            Intent::CarListing => Some(self.listing(asked)),
            Intent::CarCompare => Some(self.compare(asked)),
            Intent::CarSpecs => Some(self.specs(asked)),
            Intent::UserInfo => Some(tools::account(asked)),
        }
    }

    /// Until when a model may work for a question that is asked now.
    fn until(&self) -> Instant {
        let writer = self.writer.as_ref();
        writer.map_or_else(Instant::now, |writer| writer.until())
    }

    /// A reply that is there at once.
    fn replied(
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
            None if !ask.history.is_empty() => kept_by_caller(&ask.history),
            Some(id) => self.memory.conversation(id, now_s()),
            None => Conversation::default(),
        };
        let message = Message::read(&ask.question);
        // A valuation that still lacks something waits for it.
        let last = before.turns.last().map(|turn| turn.intent);
        let waits = last == Some(Intent::CarValuation) && !before.slots.missing().is_empty();
        let (intent, confidence) = intent(&message, waits.then_some(Intent::CarValuation));
        Understood {
            intent,
            is_unsure: confidence < SURE,
            waits,
            slots: slots(&message, intent, &before, waits),
            message,
            before,
            until: self.until(),
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
        self.memory
            .remember(id, &turn, understood.slots.clone(), now_s());
    }
}

/// A conversation that the caller keeps.
fn kept_by_caller(history: &[(String, String)]) -> Conversation {
    let mut conversation = Conversation::default();
    for (question, answer) in history {
        let waits = conversation
            .turns
            .last()
            .is_some_and(|turn| turn.intent == Intent::CarValuation)
            && !conversation.slots.missing().is_empty();
        let message = Message::read(question);
        let (intent, _) = intent(&message, waits.then_some(Intent::CarValuation));
        conversation.slots = slots(&message, intent, &conversation, waits);
        conversation.turns.push(Turn {
            question: question.clone(),
            answer: answer.clone(),
            intent,
        });
    }
    conversation
}

/// What is known of the car after a question, for which a valuation may wait.
fn slots(message: &Message, intent: Intent, before: &Conversation, waits: bool) -> Slots {
    let known = &before.slots;
    match intent {
        Intent::CarValuation if waits => known.clone().merge(Slots::read_reply(message, known)),
        Intent::CarValuation => follow(known, Slots::read(message)),
        _ => known.clone(),
    }
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

/// A question in the form in which two of them are the same.
fn normalised(question: &str) -> String {
    datasets::text::tokens(question).join(" ")
}

/// Seconds since 1970.
fn now_s() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
