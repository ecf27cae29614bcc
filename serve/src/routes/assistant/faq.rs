//! `POST /v1/faq/search`: the entries nearest to a question.

use std::sync::Arc;

use assistant::{Assistant, Language};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check::check_question;
use crate::error::{ApiError, FieldError, ProblemBody};
use crate::question::Question;
use crate::state::Questions;

/// Entries where a caller says no number, and the most at once.
const USUAL: u32 = 5;
const MOST: u32 = 50;

/// What to look for.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct SearchRequest {
    /// The question.
    #[schema(example = "phí đặt cọc bao nhiêu", max_length = 10_000)]
    query: String,
    /// How many entries.
    #[serde(default = "usual")]
    #[schema(minimum = 1, maximum = 50, default = 5)]
    k: u32,
}

fn usual() -> u32 {
    USUAL
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchReply {
    /// The nearest entries, the best first.
    results: Vec<SearchResult>,
    /// Whether the first one answers the question.
    answerable: bool,
    /// Language of the question.
    #[schema(value_type = String, example = "vi")]
    language: Language,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResult {
    /// Its id.
    #[schema(example = "pay-deposit-fee.vi")]
    id: String,
    /// Its question.
    question: String,
    /// Its answer.
    answer: String,
    /// Its category.
    category: String,
    /// Its language.
    #[schema(value_type = String, example = "vi")]
    language: Language,
    /// How well it fits; comparable within one reply.
    #[schema(example = 0.71)]
    score: f32,
}

/// Search the FAQ.
#[utoipa::path(
    post,
    path = "/v1/faq/search",
    tag = "assistant",
    request_body = SearchRequest,
    responses(
        (status = 200, description = "The nearest entries", body = SearchReply),
        (status = 400, description = "Not JSON", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 422, description = "Values that are not valid", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 429, description = "Too many questions at once; see `Retry-After`", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 503, description = "There is no assistant", body = ProblemBody<'static>, content_type = "application/problem+json"),
    )
)]
pub async fn search(
    State(questions): State<Arc<Questions>>,
    Question {
        body: request,
        place: _place,
        ..
    }: Question<SearchRequest>,
) -> Result<Json<SearchReply>, ApiError> {
    let mut errors = Vec::from_iter(check_question(&request.query));
    if !(1..=MOST).contains(&request.k) {
        let message = format!("`k` is {}; valid: 1–{MOST}", request.k);
        errors.push(FieldError::at("k", "out_of_range", message));
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    let answers = questions.answers().ok_or(ApiError::NoAssistant)?;
    let query = request.query;
    let search = |assistant: Assistant| async move { assistant.find_entries(&query).await };
    let (ranking, language) = answers.run(search).await;
    let entries = answers
        .assistant()
        .knowledge()
        .retriever()
        .corpus()
        .entries();
    let results = ranking
        .entries
        .iter()
        .take(request.k as usize)
        .map(|ranked| {
            let entry = &entries[ranked.entry];
            SearchResult {
                id: entry.id.clone(),
                question: entry.question.clone(),
                answer: entry.answer.clone(),
                category: entry.category.clone(),
                language: entry.language,
                score: ranked.score,
            }
        });
    Ok(Json(SearchReply {
        results: results.collect(),
        answerable: ranking.is_answerable,
        language,
    }))
}
