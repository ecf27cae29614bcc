//! Searches the shipped FAQ:
//!
//! ```sh
//! cargo run --release -p retrieval --example search_faq -- "xe có được trả góp không"
//! ```

use std::io::Write as _;
use std::sync::Arc;

use retrieval::embed::Embedder;
use retrieval::rank::weights::Weights;
use retrieval::store::Embedded;
use retrieval::{FaqIndex, corpus};
use understanding::{ChatSpelling, Language, detect};

/// Entries to print.
const SHOWN: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let question = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let n: usize = std::env::var("N")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
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
    let started = std::time::Instant::now();
    for _ in 0..n {
        for question in question.split('|') {
            let language = detect(question);
            let plain = match language {
                Language::Vietnamese => ChatSpelling::embedded().expand(question),
                Language::English => question.to_owned(),
            };
            let ranking = index.rank(&plain, language).await;
            let first = ranking.entries[0];
            if n == 1 {
                writeln!(
                    out,
                    "{question}: {} {:.6} {:.6}",
                    index.retriever().corpus().entries()[first.entry].id,
                    first.score,
                    ranking.answerable
                )?;
            }
        }
    }
    writeln!(out, "{:?}", started.elapsed())?;
    let _ = SHOWN;
    Ok(())
}
