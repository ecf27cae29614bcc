//! `assistant search` and `assistant ask`.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::Result;
use super::cli::{AskArgs, Common, SearchArgs};
use crate::dialogue::{Ask, Assistant};
use crate::tools::{Inventory, Valued, Valuer};
use retrieval::index::{FaqIndex, IndexError};
use understanding::{Message, Slots};

/// How long saving a conversation may take.
const SAVE: Duration = Duration::from_secs(10);

/// Attaches the vectors; without a folder they are made now.
async fn knowledge(common: &Common) -> Result<FaqIndex> {
    let settings = common.settings();
    let knowledge = settings.knowledge()?;
    if let Some(why) = knowledge.untuned() {
        common.output().note(why);
    }
    match knowledge.attach().await {
        Ok(()) | Err(IndexError::NoEmbedder) => {}
        Err(error) if error.is_absence() && settings.folder.is_none() => {
            common
                .output()
                .note("making the vectors of the FAQ; `--folder DIR` keeps them");
            knowledge.index(|_, _| {}).await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(knowledge)
}

/// Lists the entries nearest to a question.
pub(super) async fn search(args: &SearchArgs, common: &Common) -> Result<()> {
    let knowledge = knowledge(common).await?;
    let message = Message::read(&args.query);
    let language = message.language();
    let ranking = knowledge.ask(&message).await;
    let entries = knowledge.retriever().corpus().entries();
    let nearest = ranking.entries.iter().take(usize::from(args.k));
    if common.output.json {
        let results: Vec<_> = nearest
            .map(|ranked| {
                let entry = &entries[ranked.entry];
                json!({
                    "id": entry.id, "question": entry.question, "answer": entry.answer, "category": entry.category,
                    "language": entry.language, "score": ranked.score,
                })
            })
            .collect();
        return Ok(common.output().json(&json!({
            "results": results, "answerable": ranking.is_answerable, "probability": ranking.answerable, "language": language,
        }))?);
    }
    let mut text = format!(
        "{} ({language}, {:.0} % likely to be answered)\n",
        if ranking.is_answerable {
            "answered by the first"
        } else {
            "not answered"
        },
        ranking.answerable * 100.0
    );
    for ranked in nearest {
        let entry = &entries[ranked.entry];
        let _infallible = writeln!(
            text,
            "{:.3}  {}  {}",
            ranked.score, entry.id, entry.question
        );
    }
    Ok(common.output().data(&text)?)
}

/// The command line has no price model: that is the service's.
struct NoModel;

impl Valuer for NoModel {
    fn value(&self, _slots: &Slots) -> Option<Valued> {
        None
    }
}

/// Answers a question.
pub(super) async fn ask(args: &AskArgs, common: &Common) -> Result<()> {
    let memory = common.settings().memory();
    let assistant = Assistant::new(
        Arc::new(knowledge(common).await?),
        Arc::new(Inventory::default()),
        Arc::new(NoModel),
        Arc::new(memory),
    );
    let ask = Ask {
        question: args.query.clone(),
        conversation: args.conversation.clone(),
        history: Vec::new(),
    };
    let reply = assistant.reply(ask).await;
    assistant.memory().save(SAVE)?;
    if common.output.json {
        return Ok(common.output().json(&reply)?);
    }
    Ok(common.output().data(&format!("{}\n", reply.message))?)
}
