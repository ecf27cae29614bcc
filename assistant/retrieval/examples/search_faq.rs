//! Prints the entries of the shipped FAQ that are nearest to a question, and whether the first answers it:
//!
//! ```sh
//! cargo run --release -p retrieval --example search_faq -- "xe có được trả góp không"
//! ```
//!
//! With `--repeat N`, it asks every question (several are separated by `|`) N times more and prints what one costs:
//! wall-clock and, under a profiler, where it goes.

use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use retrieval::embed::Embedder;
use retrieval::rank::weights::Weights;
use retrieval::store::Embedded;
use retrieval::{FaqIndex, corpus};
use understanding::Message;

/// Entries that are printed.
const SHOWN: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut repeat = 0_u32;
    let mut words = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--repeat" {
            let count = arguments.next().ok_or("`--repeat` needs a number")?;
            repeat = count.parse()?;
        } else {
            words.push(argument);
        }
    }
    let questions = words.join(" ");
    let questions: Vec<&str> = questions.split('|').map(str::trim).collect();
    if questions.iter().any(|question| question.is_empty()) {
        return Err("usage: search_faq [--repeat N] QUESTION[|QUESTION…]".into());
    }

    let embedder = Arc::new(Embedder::embedded()?);
    let vectors = Arc::new(Embedded::shipped()?);
    let index = FaqIndex::new(
        &corpus::shipped(),
        Weights::shipped(),
        Some(embedder),
        vectors,
    );
    index.attach().await?;

    let mut out = std::io::stdout().lock();
    for question in &questions {
        let message = Message::read(question);
        let ranking = index.ask(&message).await;
        let verdict = if ranking.is_answerable {
            "answered by the first"
        } else {
            "not answered"
        };
        let (language, probability) = (message.language(), ranking.answerable);
        writeln!(
            out,
            "{question} ({language}): {verdict}, probability {probability:.3}"
        )?;
        for ranked in ranking.entries.iter().take(SHOWN) {
            let entry = &index.retriever().corpus().entries()[ranked.entry];
            writeln!(out, "{:.3}  {}  {}", ranked.score, entry.id, entry.question)?;
        }
    }
    if repeat > 0 {
        let started = Instant::now();
        for _ in 0..repeat {
            for question in &questions {
                index.ask(&Message::read(question)).await;
            }
        }
        let asked = repeat * u32::try_from(questions.len())?;
        let cost_ms = started.elapsed().as_secs_f64() * 1e3 / f64::from(asked);
        writeln!(out, "{asked} questions, {cost_ms:.3} ms each")?;
    }
    Ok(())
}
