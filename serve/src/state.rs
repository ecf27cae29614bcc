//! What handlers share: settings, catalogue, the loaded model, the assistant and the metrics.
//!
//! A handler takes the part that it needs: `FromRef` gives [`Pricing`], [`Questions`], the catalogue or the metrics from
//! the whole [`AppState`].

use std::ops::Deref;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::FromRef;
use datasets::catalogue::Catalogue;
use tokio::sync::Semaphore;

use crate::answers::Answers;
use crate::config::Config;
use crate::metrics::{Metrics, PricingMetrics};
use crate::model::{ModelSlot, Reload};
use crate::request_id::RequestIds;

/// The shared state; cloning it shares it.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What [`AppState`] shares.
pub struct Shared {
    /// Checked settings.
    pub config: Config,
    /// What values cars.
    pub pricing: Arc<Pricing>,
    /// What answers questions.
    pub questions: Arc<Questions>,
    /// Room for the bytes of long bodies; [`crate::body`] takes and returns it.
    pub body_memory: Arc<Semaphore>,
    /// Every metric.
    pub metrics: Arc<Metrics>,
    /// Where request ids come from.
    pub ids: RequestIds,
    /// When the service started.
    pub started: Instant,
    /// Set when the service was told to stop: `/readyz` says so from then on.
    pub draining: Arc<AtomicBool>,
}

/// What values cars: the catalogue and the loaded model.
pub struct Pricing {
    /// Makes and models with their aliases.
    pub catalogue: &'static Catalogue,
    /// The place of the model that answers.
    pub models: Arc<ModelSlot>,
    /// What is counted about valued cars.
    pub metrics: Arc<PricingMetrics>,
}

/// What answers questions: the assistant, and so many places at once.
pub struct Questions {
    /// Set once, when all parts of the assistant are open.
    answers: OnceLock<Answers>,
    /// Places for questions that are being answered; [`crate::question`] takes and returns them.
    pub places: Arc<Semaphore>,
}

impl Questions {
    /// Has `answers` answer questions from here on. The first one stays.
    pub fn set_answers(&self, answers: Answers) {
        let _first_stays = self.answers.set(answers);
    }

    /// What answers questions, if anything does.
    pub fn answers(&self) -> Option<&Answers> {
        self.answers.get()
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    /// State without a model and without an assistant.
    pub fn new(config: Config) -> Self {
        let metrics = Arc::new(Metrics::default());
        metrics.assistant.set_places(config.assistant.max_in_flight);
        Self(Arc::new(Shared {
            pricing: Arc::new(Pricing {
                catalogue: Catalogue::embedded(),
                models: Arc::new(ModelSlot::new(Arc::clone(&metrics.models))),
                metrics: Arc::clone(&metrics.pricing),
            }),
            questions: Arc::new(Questions {
                answers: OnceLock::new(),
                places: Arc::new(Semaphore::new(config.assistant.max_in_flight)),
            }),
            body_memory: Arc::new(Semaphore::new(config.body.memory_bytes)),
            config,
            metrics,
            ids: RequestIds::default(),
            started: Instant::now(),
            draining: Arc::default(),
        }))
    }

    /// How the configured model is loaded.
    pub fn reload(&self) -> Reload {
        Reload {
            registry: self.config.registry.clone(),
            reference: self.config.model.clone(),
            default_source: self.config.default_source.clone(),
            interval: self.config.model_poll,
        }
    }
}

impl FromRef<AppState> for Arc<Pricing> {
    fn from_ref(state: &AppState) -> Self {
        Arc::clone(&state.pricing)
    }
}

impl FromRef<AppState> for Arc<Questions> {
    fn from_ref(state: &AppState) -> Self {
        Arc::clone(&state.questions)
    }
}

impl FromRef<AppState> for Arc<Metrics> {
    fn from_ref(state: &AppState) -> Self {
        Arc::clone(&state.metrics)
    }
}

impl FromRef<AppState> for &'static Catalogue {
    fn from_ref(state: &AppState) -> Self {
        state.pricing.catalogue
    }
}
