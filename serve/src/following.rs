//! Following the registry: what its alias points at answers, without a restart and without a request noticing.
//!
//! Every so often one small file is read. When it names another version, that one is read, checked and tried beside the
//! one that answers, on a thread that no request waits for and that steps back where requests want its core; then one
//! pointer changes. A request ends on the model that it began with. A version that cannot be loaded changes nothing: it
//! is told once, shown in `/health` and `/metrics`, and tried again now and then, for a disk may come back and an
//! artifact may be published again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use models::Registry;

use crate::loading::{LoadError, LoadedModel};
use crate::state::AppState;

/// Longest time between two attempts at a version that could not be loaded.
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// How long the model before is kept for requests that began with it. They take microseconds.
const FAREWELL: Duration = Duration::from_secs(5);

/// A version that the alias names and that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The version; none where the alias itself cannot be read.
    pub version: Option<String>,
    /// Kind of failure, as [`LoadError::code`] has it.
    pub code: &'static str,
    /// What is wrong, in words, without the place of the registry.
    pub reason: String,
    /// When it was found.
    pub at: DateTime<Utc>,
}

/// Follows the registry until the service is told to stop, on a thread of its own.
///
/// # Errors
/// The system has no thread to give.
pub fn follow(state: AppState) -> std::io::Result<()> {
    let follow = move || {
        step_back();
        let mut follower = Follower::new(&state);
        while !state.draining.load(Ordering::Relaxed) {
            // First: the model has just been loaded.
            std::thread::sleep(state.config.model_poll);
            let look = || follower.look(&state, Instant::now());
            if catch_unwind(AssertUnwindSafe(look)).is_err() {
                tracing::error!("looking at the registry panicked: it is no longer followed");
                return;
            }
        }
    };
    let thread = std::thread::Builder::new().name("following".to_owned());
    thread.spawn(follow).map(drop)
}

/// Takes a tenth of a core for this thread where those that answer requests want all of it. Only Linux ranks threads one
/// by one.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(10) {
        tracing::debug!(%error, "the thread that follows the registry keeps its priority");
    }
}

/// What following remembers from one look to the next.
#[derive(Debug)]
pub struct Follower {
    registry: Registry,
    failed: Option<Failed>,
}

/// What could not be loaded, and when to try again.
#[derive(Debug)]
struct Failed {
    version: Option<String>,
    pause: Duration,
    retry: Instant,
}

impl Follower {
    /// A follower of the configured registry.
    pub fn new(state: &AppState) -> Self {
        Self {
            registry: Registry::open(&state.config.registry),
            failed: None,
        }
    }

    /// Looks once, at the time `now`: loads what the alias names, if that is not what answers. Blocks for as long as that
    /// takes.
    pub fn look(&mut self, state: &AppState, now: Instant) {
        let wanted = match self.registry.version(&state.config.model) {
            Ok(wanted) => wanted,
            Err(error) => return self.refuse(state, None, &error.into(), now),
        };
        let serving = state
            .model()
            .as_ref()
            .map(|model| model.body.version.clone());
        if serving.as_deref() == Some(wanted.as_str()) {
            // Rolled back before it ever answered, or the alias can be read again.
            self.failed = None;
            state.set_refusal(None);
            return;
        }
        if let Some(failed) = &self.failed
            && failed.version.as_deref() == Some(wanted.as_str())
            && now < failed.retry
        {
            return;
        }
        match LoadedModel::load(&self.registry, &wanted, &state.config, &state.metrics) {
            Ok(model) => {
                self.failed = None;
                bid_farewell(state.serve(model));
            }
            Err(error) => self.refuse(state, Some(wanted), &error, now),
        }
    }

    /// Notes that `version` could not be loaded; says so the first time.
    fn refuse(
        &mut self,
        state: &AppState,
        version: Option<String>,
        error: &LoadError,
        now: Instant,
    ) {
        let interval = state.config.model_poll;
        if let Some(failed) = self
            .failed
            .as_mut()
            .filter(|failed| failed.version == version)
        {
            failed.pause = (failed.pause * 2).min(MAX_PAUSE.max(interval));
            failed.retry = now + failed.pause;
            tracing::debug!(version, %error, "the model is still refused");
            return;
        }
        let serving = state
            .model()
            .as_ref()
            .map(|model| model.body.version.clone());
        tracing::warn!(version, serving, code = error.code(), %error, "a model is refused; what answered before goes on");
        state.set_refusal(Some(Refusal {
            version: version.clone(),
            code: error.code(),
            reason: within(error, &self.registry),
            at: Utc::now(),
        }));
        self.failed = Some(Failed {
            version,
            pause: interval,
            retry: now + interval,
        });
    }
}

/// The error without the directory of the registry: where that lies is nobody's business who asks over the network.
fn within(error: &LoadError, registry: &Registry) -> String {
    let root = registry.root().display().to_string();
    let text = error.to_string().replace(&format!("{root}/"), "");
    text.replace(&root, "registry")
}

/// Keeps the model before until no request uses it, and frees it here: giving back its memory takes longer than a
/// request may wait.
fn bid_farewell(before: Option<Arc<LoadedModel>>) {
    let Some(before) = before else { return };
    let start = Instant::now();
    while Arc::strong_count(&before) > 1 && start.elapsed() < FAREWELL {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(before);
}
