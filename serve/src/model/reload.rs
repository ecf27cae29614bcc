//! Model reload: when the registry's alias names another version, that one answers, without a restart and without a
//! request noticing.
//!
//! The alias, one small file, is read every few seconds. If it names another version, that version is read, checked and
//! tried on a thread of its own with a low priority; then one pointer changes. A request ends on the model that it began
//! with. If a version cannot be loaded, the model before goes on answering. The failure is logged once, shown in `/health`
//! and `/metrics`, and retried with growing pauses, because a disk may come back and an artifact may be published again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use models::Registry;

use super::{LoadError, LoadedModel, ModelSlot, Refusal};
use crate::priority;

/// Longest time between two attempts at a version that could not be loaded.
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// How long the model before is kept for requests that began with it. They take microseconds.
const RELEASE_AFTER: Duration = Duration::from_secs(5);

/// Which model is loaded, from where, and how often the registry is asked again.
#[derive(Debug, Clone)]
pub struct Reload {
    /// Directory or URL of the registry.
    pub registry: PathBuf,
    /// Alias or version of the model.
    pub reference: String,
    /// Site whose price level is meant if a request names none.
    pub default_source: String,
    /// Time between two looks at the registry.
    pub interval: Duration,
}

impl Reload {
    /// Loads the model into `slot`. On an error the model before stays.
    ///
    /// # Errors
    /// The registry or the artifact cannot be read or is refused, or its prices are not in VND.
    pub fn load(&self, slot: &ModelSlot) -> Result<(), LoadError> {
        let registry = Registry::open(&self.registry);
        let version = registry.version(&self.reference)?;
        let model = LoadedModel::load(&registry, &version, &self.default_source, slot.metrics())?;
        drop(slot.put(model));
        Ok(())
    }

    /// Reloads into `slot` until `draining` is set, on a thread of its own.
    ///
    /// # Errors
    /// The system cannot start a thread.
    pub fn spawn(self, slot: Arc<ModelSlot>, draining: Arc<AtomicBool>) -> std::io::Result<()> {
        let run = move || {
            priority::lower();
            let interval = self.interval;
            let mut reloader = Reloader::new(self, slot);
            while !draining.load(Ordering::Relaxed) {
                // The pause comes first: the model has just been loaded.
                std::thread::sleep(interval);
                let look = || reloader.look(Instant::now());
                if catch_unwind(AssertUnwindSafe(look)).is_err() {
                    tracing::error!(
                        "looking at the registry panicked: models are no longer reloaded"
                    );
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("model-reload".to_owned());
        thread.spawn(run).map(drop)
    }
}

/// Looks at the registry again and again, and remembers what failed.
#[derive(Debug)]
pub struct Reloader {
    settings: Reload,
    slot: Arc<ModelSlot>,
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

impl Reloader {
    /// A reloader of the model in `slot`.
    pub fn new(settings: Reload, slot: Arc<ModelSlot>) -> Self {
        Self {
            registry: Registry::open(&settings.registry),
            settings,
            slot,
            failed: None,
        }
    }

    /// Looks once, at the time `now`. Loads what the alias names, unless that answers already; blocks for as long as that
    /// takes.
    pub fn look(&mut self, now: Instant) {
        let wanted = match self.registry.version(&self.settings.reference) {
            Ok(wanted) => wanted,
            Err(error) => return self.refuse(None, &error.into(), now),
        };
        if self.slot.version().as_deref() == Some(wanted.as_str()) {
            // The alias was rolled back before the other version answered, or it can be read again.
            self.failed = None;
            self.slot.set_refusal(None);
            return;
        }
        if let Some(failed) = &self.failed
            && failed.version.as_deref() == Some(wanted.as_str())
            && now < failed.retry
        {
            return;
        }
        let default_source = &self.settings.default_source;
        let metrics = self.slot.metrics();
        match LoadedModel::load(&self.registry, &wanted, default_source, metrics) {
            Ok(model) => {
                self.failed = None;
                release(self.slot.put(model));
            }
            Err(error) => self.refuse(Some(wanted), &error, now),
        }
    }

    /// Notes that `version` could not be loaded; logs it the first time.
    fn refuse(&mut self, version: Option<String>, error: &LoadError, now: Instant) {
        let interval = self.settings.interval;
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
        let serving = self.slot.version();
        tracing::warn!(version, serving, code = error.code(), %error, "a model is refused; the one before goes on answering");
        self.slot.set_refusal(Some(Refusal {
            version: version.clone(),
            code: error.code(),
            reason: without_root(error, &self.registry),
            at: Utc::now(),
        }));
        self.failed = Some(Failed {
            version,
            pause: interval,
            retry: now + interval,
        });
    }
}

/// The error without the directory of the registry, which callers over the network need not know.
fn without_root(error: &LoadError, registry: &Registry) -> String {
    let root = registry.root().display().to_string();
    let text = error.to_string().replace(&format!("{root}/"), "");
    text.replace(&root, "registry")
}

/// Waits until no request uses the model before, and frees it here: freeing its memory takes longer than a request may
/// wait.
fn release(before: Option<Arc<LoadedModel>>) {
    let Some(before) = before else { return };
    let start = Instant::now();
    while Arc::strong_count(&before) > 1 && start.elapsed() < RELEASE_AFTER {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(before);
}
