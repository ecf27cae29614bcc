//! The assistant: questions, the search behind them, what users think of the answers, and OpenAI's shape of it all.

pub mod faq;
pub mod feedback;
pub mod openai;
pub mod query;

use assistant::dialogue::MAX_QUESTION;

use crate::error::FieldError;

/// What is wrong with the question in the field `query`, if anything is.
fn check_question(query: &str) -> Option<FieldError> {
    let length = query.chars().count();
    if query.trim().is_empty() {
        let message = "`query` is empty; valid: a question".to_owned();
        return Some(FieldError::at("query", "required", message));
    }
    (length > MAX_QUESTION).then(|| {
        let message = format!("`query` has {length} characters; valid: at most {MAX_QUESTION}");
        FieldError::at("query", "too_long", message)
    })
}
