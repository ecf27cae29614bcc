//! Assistant setup: opens the assistant's parts, then looks after its vectors and its language model.

mod figures;

use std::sync::Arc;
use std::time::Duration;

use assistant::dialogue::AnswerGenerator;
use assistant::llm::{LlmClient, LlmError};
use assistant::setup::SetupError;
use assistant::{Assistant, Inventory};
use datasets::store::read_inventory;
use retrieval::index::{FaqIndex, IndexError};
use tokio::runtime::Handle;

use crate::answers::Answers;
use crate::metrics::{Figures, MeteredModel};
use crate::state::AppState;
use crate::valuer::ServiceValuer;

/// Why the assistant cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum AssistantSetupError {
    /// Corpus, embedder or vectors.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The settings of the model that writes answers.
    #[error(transparent)]
    Llm(#[from] LlmError),
    /// The file of listings.
    #[error(transparent)]
    Listings(#[from] datasets::Error),
}

/// Opens the assistant that the configuration describes. It answers by words at once; its vectors follow when
/// [`attach`] has them.
///
/// # Errors
/// [`AssistantSetupError`], from any of its parts.
pub fn open(state: &AppState, workers: Handle) -> Result<Arc<FaqIndex>, AssistantSetupError> {
    let config = &state.config.assistant;
    if let Some(folder) = &config.settings.folder
        && let Err(error) = fs_err::create_dir_all(folder)
    {
        // Prices and the shipped FAQ need no folder; the memory says that it lacks one.
        tracing::warn!(%error, "the assistant's folder cannot be made");
    }
    let knowledge = Arc::new(config.settings.knowledge()?);
    let memory = Arc::new(config.settings.memory());
    let listings = config
        .listings
        .as_deref()
        .map(read_inventory)
        .transpose()?
        .unwrap_or_default();
    let mut assistant = Assistant::new(
        Arc::clone(&knowledge),
        Arc::new(Inventory::new(listings)),
        Arc::new(ServiceValuer::new(Arc::clone(&state.pricing))),
        Arc::clone(&memory),
    );
    if let Some(llm) = &config.llm {
        let client = LlmClient::new(llm.clone())?;
        let metrics = Arc::clone(&state.metrics.llm);
        let model = Arc::new(MeteredModel::new(client.clone(), metrics));
        assistant = assistant.with_writer(AnswerGenerator::new(model, memory, llm.timeout));
        state
            .metrics
            .collect_from(Box::new(Figures(move || figures::breaker(client.state()))));
    }
    let parts = assistant.clone();
    state
        .metrics
        .collect_from(Box::new(Figures(move || figures::parts(&parts))));
    tracing::info!(
        entries = knowledge.retriever().corpus().entries().len(),
        llm = config.llm.as_ref().map(|llm| llm.model.as_str()),
        "assistant opened",
    );
    let metrics = Arc::clone(&state.metrics.assistant);
    let answers = Answers::new(assistant, workers, metrics);
    state.questions.set_answers(answers);
    Ok(knowledge)
}

/// Finds out whether the language model is there.
pub async fn probe(state: AppState) {
    let assistant = state.questions.answers().map(Answers::assistant);
    if let Some(writer) = assistant.and_then(Assistant::writer) {
        writer.probe().await;
    }
}

/// How often the vector server is checked.
const MONITOR_INTERVAL: Duration = Duration::from_secs(2);

/// Attaches the vectors: those on disk if they fit, else new ones. Then, if a server holds them too, monitors it for as
/// long as this is polled.
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
    knowledge.monitor(MONITOR_INTERVAL).await;
}
