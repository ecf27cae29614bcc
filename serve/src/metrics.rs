//! Prometheus metrics and the handles through which the hot path feeds them.
//!
//! Looking a label set up takes a lock that all cores share. So each route keeps the histograms that it has used, and the
//! loaded model keeps its own counters.

mod assistant;
mod dependencies;
mod http;
mod llm;
mod model;
mod pricing;
mod process;

use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::registry::Registry;

pub use assistant::{ActiveQuestion, AssistantMetrics};
pub use dependencies::{Figure, Figures, Said};
pub use http::{ActiveRequest, HttpMetrics};
pub use llm::{LlmMetrics, MeteredModel};
pub use model::{ModelMetrics, PredictionCounters};
pub use pricing::PricingMetrics;

/// Every metric of the service.
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    /// Requests and replies.
    pub http: HttpMetrics,
    /// Models and what they predicted.
    pub models: Arc<ModelMetrics>,
    /// Cars that were valued.
    pub pricing: Arc<PricingMetrics>,
    /// Questions that were answered.
    pub assistant: Arc<AssistantMetrics>,
    /// Calls of the language model.
    pub llm: Arc<LlmMetrics>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(process::ProcessCollector));
        Self {
            http: HttpMetrics::new(&mut registry),
            models: Arc::new(ModelMetrics::new(&mut registry)),
            pricing: Arc::new(PricingMetrics::new(&mut registry)),
            assistant: Arc::new(AssistantMetrics::new(&mut registry)),
            llm: Arc::new(LlmMetrics::new(&mut registry)),
            registry: Mutex::new(registry),
        }
    }
}

impl Metrics {
    /// Has `collector` asked for its figures whenever metrics are read.
    pub fn collect_from(&self, collector: Box<dyn Collector>) {
        let registry = self.registry.lock();
        let mut registry = registry.unwrap_or_else(PoisonError::into_inner);
        registry.register_collector(collector);
    }

    /// All metrics in the OpenMetrics text format.
    ///
    /// # Errors
    ///
    /// None in practice: writing to a text does not fail.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        let registry = self.registry.lock();
        let registry = registry.unwrap_or_else(PoisonError::into_inner);
        prometheus_client::encoding::text::encode(&mut text, &registry)?;
        Ok(text)
    }
}
