//! What a question must be, alike for every route that takes one.

use assistant::dialogue::MAX_QUESTION;

use crate::error::FieldError;

/// What is wrong with the question in the field `query`, if anything is.
pub(super) fn check_question(query: &str) -> Option<FieldError> {
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
