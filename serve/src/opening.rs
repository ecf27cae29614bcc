//! Opens the assistant's parts and hands it to the state.

use std::sync::Arc;
use std::time::Duration;

use assistant::dialogue::AnswerGenerator;
use assistant::llm::{LlmClient, LlmError};
use assistant::memory::MemoryError;
use assistant::setup::SetupError;
use assistant::{Assistant, Inventory};
use datasets::store::read_inventory;
use retrieval::index::{FaqIndex, IndexError};

use crate::state::AppState;
use crate::valuer::ServiceValuer;

/// Why the assistant cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Corpus, embedder, vectors or memory.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The settings of the model that writes answers.
    #[error(transparent)]
    Llm(#[from] LlmError),
    /// The file of listings.
    #[error(transparent)]
    Listings(#[from] datasets::Error),
}

impl From<MemoryError> for OpenError {
    fn from(error: MemoryError) -> Self {
        Self::Setup(error.into())
    }
}

/// Opens the assistant that the configuration describes. It answers by words at once; its vectors follow when
/// [`attach`] has them.
///
/// # Errors
/// [`OpenError`], from any of its parts.
pub fn open(state: &AppState) -> Result<Arc<FaqIndex>, OpenError> {
    let config = &state.config.assistant;
    if let Some(folder) = &config.settings.folder {
        fs_err::create_dir_all(folder)
            .map_err(|error| OpenError::Setup(assistant::Error::Io(error).into()))?;
    }
    let knowledge = Arc::new(config.settings.knowledge()?);
    let memory = Arc::new(config.settings.memory()?);
    let listings = config
        .listings
        .as_deref()
        .map(read_inventory)
        .transpose()?
        .unwrap_or_default();
    let mut assistant = Assistant::new(
        Arc::clone(&knowledge),
        Arc::new(Inventory::new(listings)),
        Arc::new(ServiceValuer::new(state)),
        Arc::clone(&memory),
    );
    if let Some(llm) = &config.llm {
        let model = Arc::new(LlmClient::new(llm.clone())?);
        assistant = assistant.with_writer(AnswerGenerator::new(model, memory, llm.timeout));
    }
    tracing::info!(
        entries = knowledge.retriever().corpus().entries().len(),
        llm = config.llm.as_ref().map(|llm| llm.model.as_str()),
        "assistant opened",
    );
    state.set_assistant(assistant);
    Ok(knowledge)
}

/// Finds out whether the model that writes answers is there.
pub async fn greet(state: AppState) {
    if let Some(writer) = state.assistant().and_then(Assistant::writer) {
        writer.greet().await;
    }
}

/// How often the server of the vectors is looked after.
const TENDING: Duration = Duration::from_secs(2);

/// Lets the vectors in: those that are there where they fit, else made now. Then, where a server holds them too, looks
/// after it for as long as this is polled.
pub async fn attach(knowledge: Arc<FaqIndex>) {
    let attached = match knowledge.attach().await {
        Err(error) if error.is_absence() => {
            tracing::info!(%error, "the vectors are made anew");
            knowledge.index(|_, _| {}).await
        }
        other => other,
    };
    match attached {
        Ok(()) => {
            if let Some(why) = knowledge.untuned() {
                tracing::warn!("{why}");
            } else {
                tracing::info!("questions are compared by vectors too");
            }
        }
        Err(IndexError::NoEmbedder) => tracing::info!("questions are compared by words alone"),
        Err(error) => tracing::error!(%error, "questions are compared by words alone"),
    }
    let Some(is_up) = knowledge.server_is_up() else {
        return;
    };
    if is_up && !knowledge.has_own_vectors() {
        tracing::info!(
            "the vectors are in the server alone: while it is away, words decide; `assistant index` keeps them here too"
        );
    }
    if let Err(error) = knowledge.share(false).await {
        tracing::warn!(%error, "the server of the vectors is not used yet");
    }
    knowledge.tend(TENDING).await;
}
