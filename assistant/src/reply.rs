//! The reply of `POST /assistant/query`, as its callers know it.

use serde::Serialize;
use serde_json::{Map, Value};

use understanding::Intent;

/// What the assistant answers.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct Reply {
    /// What the question was taken for.
    pub intent: Intent,
    /// The answer, for people.
    pub message: String,
    /// The conversation that it stands in.
    #[serde(rename = "conversationId", skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// The answer, for programs; its fields depend on the intent.
    pub data: Map<String, Value>,
    /// What the user may ask next.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub suggestions: Vec<Suggestion>,
    /// What the client may offer to do.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub actions: Vec<Action>,
}

/// A question that the user may ask with one tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Suggestion {
    /// Names it within the reply.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// What is asked.
    pub query: String,
    /// Name of an icon.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub icon: Option<String>,
}

/// Something that the client may offer to do.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct Action {
    /// What is shown.
    pub label: String,
    /// What is done: `open_search`, `open_valuation`, `open_account`, `contact_support`.
    pub action: String,
    /// With what.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<Value>,
}

/// An entry that an answer was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// Id of the entry.
    pub id: String,
    /// Its question.
    pub question: String,
    /// Its category.
    pub category: String,
    /// Its own words.
    pub answer: String,
}

/// A piece of an answer that is being given.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The entries that the answer will be taken from.
    Sources(Vec<Citation>),
    /// More text.
    Delta(String),
    /// The whole reply; nothing follows.
    Done(Box<Done>),
}

/// The end of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The whole reply, whose message is all deltas joined.
    pub reply: Reply,
    /// Why it ends, in OpenAI's words: `stop`, `length`.
    pub finish_reason: String,
    /// Tokens that the model's server counted: of the prompt and of the answer.
    pub usage: Option<(u64, u64)>,
}
