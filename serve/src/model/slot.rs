//! The place of the model that answers. Another model takes it while requests go on.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::{LoadedModel, Refusal};
use crate::metrics::ModelMetrics;

/// Holds the model that answers requests and, if the alias names one that cannot be loaded, its refusal.
#[derive(Debug)]
pub struct ModelSlot {
    /// A request keeps the model that it began with, so that one reply never mixes two versions.
    model: ArcSwapOption<LoadedModel>,
    refusal: ArcSwapOption<Refusal>,
    metrics: Arc<ModelMetrics>,
}

impl ModelSlot {
    /// A slot without a model that counts into `metrics`.
    pub fn new(metrics: Arc<ModelMetrics>) -> Self {
        Self {
            model: ArcSwapOption::empty(),
            refusal: ArcSwapOption::empty(),
            metrics,
        }
    }

    /// The model that answers requests, if one is loaded.
    pub fn model(&self) -> arc_swap::Guard<Option<Arc<LoadedModel>>> {
        self.model.load()
    }

    /// Version of the model that answers.
    pub fn version(&self) -> Option<String> {
        let model = self.model();
        model.as_ref().map(|model| model.info.version.clone())
    }

    /// What the alias names and cannot be loaded, if there is such a version. Read it after the model.
    pub fn refusal(&self) -> Option<Arc<Refusal>> {
        self.refusal.load_full()
    }

    /// What is counted about models.
    pub fn metrics(&self) -> &ModelMetrics {
        &self.metrics
    }

    /// Answers with `model` from here on, and returns the one before. Requests that began with that one may still use it.
    ///
    /// The refusal is cleared before the model changes: `/health` reads the model first and the refusal then, so it never
    /// shows a refusal that is over.
    pub fn put(&self, model: LoadedModel) -> Option<Arc<LoadedModel>> {
        let manifest = model.valuer.manifest();
        self.metrics.serves(manifest, model.since);
        let (version, family) = (manifest.version.clone(), manifest.family);
        let data_until = manifest.data_until.clone();
        self.set_refusal(None);
        let before = self.model.swap(Some(Arc::new(model)));
        tracing::info!(
            version,
            family = family.as_str(),
            data_until,
            before = before.as_ref().map(|model| &*model.info.version),
            "model {version} loaded",
        );
        before
    }

    /// Notes what cannot be loaded, or that every version that the alias names could be.
    pub fn set_refusal(&self, refusal: Option<Refusal>) {
        if refusal.is_none() && self.refusal.load().is_none() {
            return;
        }
        self.metrics.refuses(
            refusal
                .as_ref()
                .map(|refusal| (refusal.version.as_deref().unwrap_or_default(), refusal.code)),
        );
        self.refusal.store(refusal.map(Arc::new));
    }
}
