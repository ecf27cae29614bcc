//! `POST /v1/assistant/feedback`: whether an answer helped.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use assistant::memory::{Feedback, Verdict};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, FieldError, ProblemBody};
use crate::question::Question;
use crate::state::Questions;

/// Longest text of a field, in characters.
const MAX_TEXT: usize = 2_000;
/// Most citations.
const MAX_CITATIONS: usize = 20;
/// Longest id of an entry, in characters.
const MAX_CITATION: usize = 200;

/// A user's remark on an answer.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct FeedbackRequest {
    /// The conversation that the answer stands in.
    #[serde(rename = "conversationId")]
    #[schema(example = "c-42")]
    conversation_id: String,
    /// The question.
    #[schema(example = "có được trả góp không")]
    query: String,
    /// Whether the answer helped.
    helpful: bool,
    /// Ids of the entries that it cited.
    #[serde(default)]
    citations: Vec<String>,
    /// In the user's words.
    #[serde(default)]
    comment: Option<String>,
}

/// Say whether an answer helped.
#[utoipa::path(
    post,
    path = "/v1/assistant/feedback",
    tag = "assistant",
    request_body = FeedbackRequest,
    responses(
        (status = 204, description = "Noted"),
        (status = 400, description = "Not JSON", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 422, description = "Values that are not valid", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 429, description = "Too many questions at once; see `Retry-After`", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 503, description = "There is no assistant", body = ProblemBody<'static>, content_type = "application/problem+json"),
    )
)]
pub async fn feedback(
    State(questions): State<Arc<Questions>>,
    Question {
        body: request,
        place: _place,
        ..
    }: Question<FeedbackRequest>,
) -> Result<StatusCode, ApiError> {
    let mut errors = Vec::new();
    let comment = request.comment.clone().unwrap_or_default();
    for (field, text) in [
        ("conversationId", &request.conversation_id),
        ("query", &request.query),
        ("comment", &comment),
    ] {
        let length = text.chars().count();
        if length > MAX_TEXT {
            let message = format!("`{field}` has {length} characters; valid: at most {MAX_TEXT}");
            errors.push(FieldError::at(field, "too_long", message));
        }
    }
    let cited = request.citations.len();
    if cited > MAX_CITATIONS {
        let message = format!("`citations` has {cited} ids; valid: at most {MAX_CITATIONS}");
        errors.push(FieldError::at("citations", "too_long", message));
    } else {
        for (index, id) in request.citations.iter().enumerate() {
            let length = id.chars().count();
            if length > MAX_CITATION {
                let message = format!(
                    "`citations[{index}]` has {length} characters; valid: at most {MAX_CITATION}"
                );
                errors.push(FieldError::at("citations", "too_long", message));
            }
        }
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    let answers = questions.answers().ok_or(ApiError::NoAssistant)?;
    let assistant = answers.assistant();
    let feedback = Feedback {
        conversation: request.conversation_id,
        question: request.query,
        citations: request.citations,
        verdict: if request.helpful {
            Verdict::Helpful
        } else {
            Verdict::NotHelpful
        },
        comment: request.comment.filter(|comment| !comment.trim().is_empty()),
        at_s: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs(),
    };
    assistant.memory().keep_feedback(feedback);
    Ok(StatusCode::NO_CONTENT)
}
