//! The `serve` binary: parse, load, listen.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use assistant::setup::SetupError;
use clap::Parser;
use datasets::terminal::Exit;
use retrieval::index::FaqIndex;
use retrieval::store::StoreError;
use serve::answers::Answers;
use serve::assistant_setup::AssistantSetupError;
use serve::model::LoadError;
use serve::{AppState, Config, Flags};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

/// A request is some hundred small allocations that live for microseconds, mostly on one thread: mimalloc hands those out
/// and takes them back faster than glibc does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long work on other threads may take to end after the last request.
const LAST_WORK: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let ended = std::panic::catch_unwind(|| serve(Flags::parse()));
    let exit = match ended {
        Ok(Ok(())) => Exit::Ok,
        Ok(Err((exit, error))) => {
            report(&format!("error: {error:#}"));
            exit
        }
        Err(_) => Exit::Bug,
    };
    exit.into()
}

fn serve(flags: Flags) -> Result<(), (Exit, anyhow::Error)> {
    let config = Config::resolve(flags).map_err(|error| (Exit::Usage, error.into()))?;
    serve::logs::init(&config);
    use_small_pages();
    let state = AppState::new(config);
    load(&state)?;
    let workers = serve::answers::workers()
        .context("the assistant's threads do not start")
        .map_err(|error| (Exit::Dependency, error))?;
    let knowledge = open(&state, workers.handle().clone())?;
    give_memory_back();
    let ended = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime does not start")
        .and_then(|runtime| {
            let served = listen(state.clone(), knowledge, workers.handle().clone());
            let ended = runtime.block_on(served);
            // The thread that reloads models may wait for a store that does not answer: the process does not.
            runtime.shutdown_timeout(LAST_WORK);
            ended
        })
        .map_err(|error| (Exit::Dependency, error));
    workers.shutdown_timeout(LAST_WORK);
    save_memory(&state);
    ended
}

/// Saves what the assistant has not saved yet. A disk that does not answer is not waited for.
fn save_memory(state: &AppState) {
    if let Some(assistant) = state.questions.answers().map(Answers::assistant)
        && let Err(error) = assistant.memory().save(LAST_WORK)
    {
        tracing::error!(%error, "what the assistant remembered last is lost");
    }
}

/// Without a model there is nothing to serve: that is an error, unless the caller wants the rest all the same.
fn load(state: &AppState) -> Result<(), (Exit, anyhow::Error)> {
    let config = &state.config;
    match state.reload().load(&state.pricing.models) {
        Err(error) if config.allow_empty => {
            tracing::warn!(%error, "no model is loaded: valuations are answered 503");
            Ok(())
        }
        Err(error) => {
            let exit = match error {
                LoadError::Model(models::Error::Io(_)) => Exit::Dependency,
                LoadError::Model(models::Error::Parameter { .. }) => Exit::Usage,
                LoadError::Panicked { .. } => Exit::Bug,
                LoadError::Model(_) | LoadError::Currency { .. } | LoadError::NoAmount { .. } => {
                    Exit::Data
                }
            };
            let message = format!(
                "the model `{}` of the registry `{}` cannot be loaded: {error}\nhint: `trainer train` puts one there; `--allow-empty` starts without",
                config.model,
                config.registry.display()
            );
            Err((exit, anyhow::anyhow!(message)))
        }
        Ok(()) => Ok(()),
    }
}

/// Opens the assistant.
fn open(state: &AppState, workers: Handle) -> Result<Arc<FaqIndex>, (Exit, anyhow::Error)> {
    serve::assistant_setup::open(state, workers).map_err(|error| {
        let exit = match &error {
            AssistantSetupError::Llm(_)
            | AssistantSetupError::Setup(SetupError::Store(StoreError::Setting { .. })) => {
                Exit::Usage
            }
            AssistantSetupError::Setup(SetupError::Files(_) | SetupError::Store(_))
            | AssistantSetupError::Listings(_) => Exit::Data,
            AssistantSetupError::Setup(_) => Exit::Dependency,
        };
        (
            exit,
            anyhow::Error::from(error).context("the assistant cannot be opened"),
        )
    })
}

/// Asks for memory in small pages: where the kernel hands out huge ones unasked, a megabyte that is used here and there
/// takes two, and this process a fifth more.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "huge pages stay");
    }
}

/// Gives back what only the start needed: a network that is being read takes its own size several times, which mimalloc
/// would keep for later.
#[expect(
    unsafe_code,
    reason = "the allocator is written in C; the call has no precondition"
)]
fn give_memory_back() {
    // SAFETY: it may be called at any time from any thread.
    unsafe { libmimalloc_sys::mi_collect(true) };
}

async fn listen(state: AppState, knowledge: Arc<FaqIndex>, workers: Handle) -> anyhow::Result<()> {
    let stop = serve::server::signals().context("signals cannot be listened to")?;
    let address = state.config.listen;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    // Vectors may take seconds to make; questions are answered by words until then.
    workers.spawn(serve::assistant_setup::attach(knowledge));
    workers.spawn(serve::assistant_setup::probe(state.clone()));
    let models = Arc::clone(&state.pricing.models);
    let reloading = state.reload().spawn(models, Arc::clone(&state.draining));
    reloading.context("models cannot be reloaded")?;
    tracing::info!(%address, "listening on http://{address}");
    let mut settings = serve::server_settings(&state.config);
    settings.max_connections = serve::server::raise_open_files(settings.max_connections);
    let draining = Arc::clone(&state.draining);
    serve::server::run(listener, serve::app(state), settings, draining, stop).await?;
    tracing::info!("stopped");
    Ok(())
}

/// The last words of a process whose log may not have started yet.
#[expect(clippy::print_stderr, reason = "errors of a command go to stderr")]
fn report(message: &str) {
    eprintln!("{message}");
}
