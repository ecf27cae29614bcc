//! Models: which one answers, which one was refused, and how many cars each valued.

use chrono::{DateTime, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    model_version: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ModelLabels {
    version: String,
    family: &'static str,
    sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedLabels {
    version: String,
    reason: &'static str,
}

/// What is counted about models.
#[derive(Debug, Default)]
pub struct ModelMetrics {
    predictions: Family<OutcomeLabels, Counter>,
    info: Family<ModelLabels, Gauge>,
    data_until: Gauge,
    loaded: Gauge,
    loads: Counter,
    refusals: Counter,
    refused: Family<RefusedLabels, Gauge>,
}

/// The counters of one loaded model.
#[derive(Debug, Clone)]
pub struct PredictionCounters {
    /// Cars that got a price.
    pub valued: Counter,
    /// Cars that the model has no ground to value.
    pub not_valued: Counter,
}

impl ModelMetrics {
    /// Registers the metrics in `registry`.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register(
            "giaxe_predictions",
            "Cars asked for, by model version and outcome",
            metrics.predictions.clone(),
        );
        registry.register(
            "giaxe_model_info",
            "The loaded model; the value is always 1",
            metrics.info.clone(),
        );
        registry.register(
            "giaxe_model_data_until_timestamp_seconds",
            "Day of the newest listing that the loaded model was trained on",
            metrics.data_until.clone(),
        );
        registry.register(
            "giaxe_model_loaded_timestamp_seconds",
            "When the loaded model began to answer",
            metrics.loaded.clone(),
        );
        registry.register(
            "giaxe_model_loads",
            "Models that began to answer, the first one included",
            metrics.loads.clone(),
        );
        registry.register(
            "giaxe_model_refusals",
            "Versions that the registry named and that could not be loaded",
            metrics.refusals.clone(),
        );
        registry.register(
            "giaxe_model_refused_info",
            "The version that the registry names and that cannot be loaded; the value is always 1",
            metrics.refused.clone(),
        );
        metrics
    }

    /// The counters of the model `version`.
    pub fn predictions(&self, version: &str) -> PredictionCounters {
        let outcome = |outcome| {
            self.predictions.get_or_create_owned(&OutcomeLabels {
                model_version: version.to_owned(),
                outcome,
            })
        };
        PredictionCounters {
            valued: outcome("valued"),
            not_valued: outcome("not_valued"),
        }
    }

    /// Notes which model answers from here on.
    pub fn serves(&self, manifest: &models::Manifest, since: DateTime<Utc>) {
        self.info.clear();
        self.info
            .get_or_create(&ModelLabels {
                version: manifest.version.clone(),
                family: manifest.family.as_str(),
                sha256: manifest.sha256.clone(),
            })
            .set(1);
        if let Ok(day) = manifest.data_until.parse::<chrono::NaiveDate>() {
            let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
            self.data_until.set(midnight.timestamp());
        }
        self.loaded.set(since.timestamp());
        self.loads.inc();
    }

    /// Notes the version that the registry names and that cannot be loaded, with the kind of failure; `None` when there is
    /// no such version any more.
    pub fn refuses(&self, refused: Option<(&str, &'static str)>) {
        self.refused.clear();
        if let Some((version, reason)) = refused {
            self.refusals.inc();
            let version = version.to_owned();
            self.refused
                .get_or_create(&RefusedLabels { version, reason })
                .set(1);
        }
    }
}
