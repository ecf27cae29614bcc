//! Asks the assistant's search every question, as the service does.

use std::time::Instant;

use assistant::setup::{Settings, SetupError};
use datasets::terminal::Output;
use retrieval::index::{Dense, FaqIndex, IndexError};
use retrieval::rank::Ranking;
use understanding::{Language, Message};

use super::{Answered, Missed, Question};
use crate::{QueryScores, Result};

/// Opens a corpus with its vectors. Without a folder they are made where the shipped ones do not fit the embedder.
///
/// # Errors
/// A corpus, weights, vectors or an embedder that cannot be opened.
pub async fn open(
    settings: &Settings,
    output: Output,
) -> std::result::Result<FaqIndex, SetupError> {
    let knowledge = settings.knowledge()?;
    match knowledge.attach().await {
        Ok(()) | Err(IndexError::NoEmbedder) => {}
        Err(error) if error.is_absence() && settings.folder.is_none() => {
            output.note("making the vectors of the FAQ");
            knowledge.index(|_, _| {}).await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(knowledge)
}

/// Asks every question; what went wrong comes beside.
///
/// # Errors
/// Scores that cannot be told.
pub async fn ask(
    knowledge: &FaqIndex,
    questions: &[Question],
) -> Result<(Vec<Answered>, Vec<Missed>)> {
    // The first question would pay for what is made on first use.
    if let Some(first) = questions.first() {
        let _ranking = rank(knowledge, &first.text).await;
    }
    let entries = knowledge.retriever().corpus().entries();
    let (mut answered, mut missed) = (Vec::with_capacity(questions.len()), Vec::new());
    for question in questions {
        let started = Instant::now();
        let (ranking, language) = rank(knowledge, &question.text).await;
        let latency_ms = started.elapsed().as_secs_f64() * 1e3;
        let topics = || {
            ranking
                .entries
                .iter()
                .map(|own| entries[own.entry].topic.as_str())
        };
        let places: Vec<usize> = topics()
            .zip(1_usize..)
            .filter(|(topic, _)| question.topics.contains(*topic))
            .map(|(_, place)| place)
            .collect();
        let scores = if question.topics.is_empty() {
            None
        } else {
            Some(QueryScores::of(&places, question.topics.len())?)
        };
        let refused = !ranking.is_answerable;
        let language = question
            .language
            .clone()
            .unwrap_or_else(|| language.to_string());
        let what = match (&scores, refused, places.first()) {
            (Some(_), true, _) => Some("refused".to_owned()),
            (None, false, _) => Some("not refused".to_owned()),
            (Some(_), false, None) => Some("right entry not found".to_owned()),
            (Some(_), false, Some(place)) if *place > 1 => {
                Some(format!("right entry in place {place}"))
            }
            _ => None,
        };
        missed.extend(what.map(|what| Missed {
            text: question.text.clone(),
            language: language.clone(),
            what,
            first: topics().next().unwrap_or_default().to_owned(),
        }));
        let mut words = question.words.clone();
        words.insert("language".to_owned(), language);
        answered.push(Answered {
            words,
            ranking: scores,
            refused,
            latency_ms,
        });
    }
    Ok((answered, missed))
}

async fn rank(knowledge: &FaqIndex, text: &str) -> (Ranking, Language) {
    let message = Message::read(text);
    (knowledge.ask(&message).await, message.language())
}

/// How entries are searched, in words.
pub(crate) fn search_words(knowledge: &FaqIndex) -> &'static str {
    match knowledge.dense() {
        Dense::Up => "searched by words and vectors",
        Dense::Down => "searched by words: the vectors cannot be used",
        Dense::Disabled => "searched by words alone",
    }
}
