//! What handlers share: settings, catalogue, the loaded model and the metrics.

use std::ops::Deref;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Instant;

use arc_swap::ArcSwapOption;
use assistant::Assistant;
use datasets::catalogue::Catalogue;
use datasets::vocabulary::Currency;
use models::{Manifest, Registry, Valuer};
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::metrics::{Metrics, ModelMetrics};
use crate::routes::predict::reply::ModelBody;
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
    /// Answers questions; set once, when all its parts are open.
    assistant: OnceLock<Assistant>,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Why no model could be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The registry or the artifact is absent, unreadable or refused.
    #[error(transparent)]
    Model(#[from] models::Error),
    /// The model speaks another currency than the wire does.
    #[error("model {version}: prices are in {found}; this service answers in VND")]
    Currency {
        /// Version of the model.
        version: String,
        /// Its currency.
        found: Currency,
    },
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
        let valuer = Valuer::load_from(&registry, &self.config.model)?;
        let model = LoadedModel::new(valuer, &self.config, &self.metrics)?;
        let manifest = model.valuer.manifest();
        tracing::info!(
            version = manifest.version,
            family = manifest.family.as_str(),
            data_until = manifest.data_until,
            "model {} loaded",
            manifest.version,
        );
        self.model.store(Some(Arc::new(model)));
        Ok(())
    }

    /// The model that answers requests, if one is loaded.
    pub fn model(&self) -> arc_swap::Guard<Option<Arc<LoadedModel>>> {
        self.model.load()
    }
}

/// A model with what every reply of it needs, worked out once.
#[derive(Debug)]
pub struct LoadedModel {
    /// Scores cars.
    pub valuer: Valuer,
    /// Its counters.
    pub metrics: ModelMetrics,
    /// What replies say about it.
    pub body: ModelBody,
    /// Mean absolute error on the hold-out in VND, where the manifest has it.
    pub mae_vnd: Option<f64>,
    /// Site whose price level is meant where a request names none.
    pub default_source: String,
}

impl LoadedModel {
    fn new(valuer: Valuer, config: &Config, metrics: &Metrics) -> Result<Self, LoadError> {
        let manifest = valuer.manifest();
        if manifest.currency != Currency::Vnd {
            return Err(LoadError::Currency {
                version: manifest.version.clone(),
                found: manifest.currency,
            });
        }
        let default_source = usual_source(manifest, &config.default_source);
        Ok(Self {
            metrics: metrics.model_loaded(manifest),
            body: ModelBody::of(manifest),
            mae_vnd: manifest.metrics.get("mae").copied(),
            default_source,
            valuer,
        })
    }
}

/// The configured site where the model has seen it, else the site of most of its rows: a price level that the
/// model never saw would be a guess.
fn usual_source(manifest: &Manifest, configured: &str) -> String {
    let rows = &manifest.rows_by_source;
    if rows.contains_key(configured) {
        return configured.to_owned();
    }
    match rows.iter().max_by_key(|(_, rows)| **rows) {
        Some((most, _)) => {
            tracing::warn!(
                configured,
                used = most,
                "the model has no rows of the site `{configured}`; `{most}` is the default instead"
            );
            most.clone()
        }
        None => configured.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::predict::reply::tests::manifest;

    #[test]
    fn a_site_that_the_model_never_saw_is_not_the_default() {
        let mut manifest = manifest();
        manifest.rows_by_source = [("bonbanh".to_owned(), 10), ("chotot".to_owned(), 90)].into();
        for (configured, want) in [("bonbanh", "bonbanh"), ("oto", "chotot")] {
            assert_eq!(usual_source(&manifest, configured), want);
        }
        manifest.rows_by_source.clear();
        assert_eq!(usual_source(&manifest, "oto"), "oto");
    }
}
