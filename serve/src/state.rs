//! What handlers share: settings, catalogue, the loaded model and the metrics.

use std::ops::Deref;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Instant;

use arc_swap::ArcSwapOption;
use assistant::Assistant;
use datasets::catalogue::Catalogue;
use models::Registry;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::following::Refusal;
use crate::loading::{LoadError, LoadedModel};
use crate::metrics::Metrics;
use crate::telemetry::RequestIds;

/// The shared state; cloning it shares it.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What [`AppState`] shares.
pub struct Shared {
    /// Checked settings.
    pub config: Config,
    /// Makes and models with their aliases.
    pub catalogue: &'static Catalogue,
    /// Every metric.
    pub metrics: Metrics,
    /// Where request ids come from.
    pub ids: RequestIds,
    /// Places for questions that are being answered; [`crate::limit`] takes and returns them.
    pub places: Arc<Semaphore>,
    /// When the service started.
    pub started: Instant,
    /// Set when the service was told to stop: `/readyz` says so from then on.
    pub draining: AtomicBool,
    /// The model that answers requests. A request holds on to the one that it began with, so that a swap never
    /// mixes two versions in one reply.
    model: ArcSwapOption<LoadedModel>,
    /// What the alias names and cannot be loaded.
    refusal: ArcSwapOption<Refusal>,
    /// Answers questions; set once, when all its parts are open.
    assistant: OnceLock<Assistant>,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    /// State without a model.
    pub fn new(config: Config) -> Self {
        Self(Arc::new(Shared {
            places: Arc::new(Semaphore::new(config.assistant.max_in_flight)),
            config,
            catalogue: Catalogue::embedded(),
            metrics: Metrics::default(),
            ids: RequestIds::default(),
            started: Instant::now(),
            draining: AtomicBool::new(false),
            model: ArcSwapOption::empty(),
            refusal: ArcSwapOption::empty(),
            assistant: OnceLock::new(),
        }))
    }

    /// A pointer that does not keep the state alive.
    pub fn downgrade(&self) -> Weak<Shared> {
        Arc::downgrade(&self.0)
    }

    /// The state behind such a pointer, while it lives.
    pub fn upgrade(weak: &Weak<Shared>) -> Option<Self> {
        weak.upgrade().map(Self)
    }

    /// Has `assistant` answer questions from here on. The first one stays.
    pub fn set_assistant(&self, assistant: Assistant) {
        let _first_stays = self.0.assistant.set(assistant);
    }

    /// What answers questions, if anything does.
    pub fn assistant(&self) -> Option<&Assistant> {
        self.0.assistant.get()
    }

    /// Loads the configured model from the registry and answers with it from then on. On an error the model
    /// before stays.
    ///
    /// # Errors
    ///
    /// The registry or the artifact cannot be read or is refused, or its prices are not in VND.
    pub fn load_model(&self) -> Result<(), LoadError> {
        let registry = Registry::open(&self.config.registry);
        let version = registry.version(&self.config.model)?;
        let model = LoadedModel::load(&registry, &version, &self.config, &self.metrics)?;
        drop(self.serve(model));
        Ok(())
    }

    /// Answers with `model` from here on, and gives the one before. Requests that began with that one may still use it.
    ///
    /// A refusal ends before the model answers: who reads the model first and the refusal then, as `/health` does, never
    /// sees the refusal of what is over.
    pub fn serve(&self, model: LoadedModel) -> Option<Arc<LoadedModel>> {
        let manifest = model.valuer.manifest();
        self.metrics.model_serves(manifest, model.since);
        let (version, family) = (manifest.version.clone(), manifest.family);
        let data_until = manifest.data_until.clone();
        self.set_refusal(None);
        let before = self.model.swap(Some(Arc::new(model)));
        tracing::info!(
            version,
            family = family.as_str(),
            data_until,
            before = before.as_ref().map(|model| &*model.body.version),
            "model {version} loaded",
        );
        before
    }

    /// What the alias names and cannot be loaded, if there is such a version. Read it after the model.
    pub fn refusal(&self) -> Option<Arc<Refusal>> {
        self.refusal.load_full()
    }

    /// Notes what cannot be loaded, or that nothing is in the way.
    pub fn set_refusal(&self, refusal: Option<Refusal>) {
        if refusal.is_some() || self.refusal.load().is_some() {
            self.metrics.model_refused(refusal.as_ref());
            self.refusal.store(refusal.map(Arc::new));
        }
    }

    /// The model that answers requests, if one is loaded.
    pub fn model(&self) -> arc_swap::Guard<Option<Arc<LoadedModel>>> {
        self.model.load()
    }
}
