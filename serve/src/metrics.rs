//! Prometheus metrics and the handles through which the hot path feeds them.
//!
//! Looking a label set up takes a lock shared by all cores. So each route keeps the histograms that it has
//! used, and the loaded model keeps its own counters.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::following::Refusal;
use crate::router::ROUTES;

/// Upper bounds in seconds: OpenTelemetry's, continued downwards, since a valuation takes microseconds.
const DURATION_BUCKETS: [f64; 18] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75,
    1.0, 2.5, 5.0, 10.0,
];

/// Upper bounds of (high − low) / price of the 80 % range.
const WIDTH_BUCKETS: [f64; 10] = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 2.0];

/// Statuses that this service gives; others share the last cell.
const STATUSES: [u16; 14] = [
    200, 204, 303, 304, 400, 404, 405, 413, 415, 422, 500, 503, 504, 0,
];

/// Methods with a label of their own; others share the last cell.
const METHODS: [&str; 5] = ["GET", "POST", "HEAD", "OPTIONS", "OTHER"];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HttpLabels {
    method: &'static str,
    route: &'static str,
    status: u16,
}

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

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FeatureLabels {
    feature: &'static str,
}

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// Every metric of the service.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    durations: Histograms<HttpLabels>,
    routes: HashMap<&'static str, RouteMetrics>,
    unmatched: RouteMetrics,
    active: Gauge<i64, AtomicI64>,
    predictions: Family<OutcomeLabels, Counter>,
    model_info: Family<ModelLabels, Gauge>,
    data_until: Gauge,
    model_since: Gauge,
    model_swaps: Counter,
    model_refusals: Counter,
    refused_info: Family<RefusedLabels, Gauge>,
    width: Histogram,
    unknown: Family<FeatureLabels, Counter>,
}

/// The counters of one loaded model.
#[derive(Debug, Clone)]
pub struct ModelMetrics {
    /// Cars that got a price.
    pub valued: Counter,
    /// Cars that the model has no ground to value.
    pub not_valued: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let durations: Histograms<HttpLabels> =
            Family::new_with_constructor(|| Histogram::new(DURATION_BUCKETS));
        registry.register(
            "http_server_request_duration_seconds",
            "Time from a request's head to its reply",
            durations.clone(),
        );
        let active = Gauge::default();
        registry.register(
            "http_server_active_requests",
            "Requests being answered",
            active.clone(),
        );
        let predictions = Family::default();
        registry.register(
            "giaxe_predictions",
            "Cars asked for, by model version and outcome",
            predictions.clone(),
        );
        let model_info = Family::default();
        registry.register(
            "giaxe_model_info",
            "The loaded model; the value is always 1",
            model_info.clone(),
        );
        let data_until = Gauge::default();
        registry.register(
            "giaxe_model_data_until_timestamp_seconds",
            "Day of the newest listing that the loaded model was trained on",
            data_until.clone(),
        );
        let model_since = Gauge::default();
        registry.register(
            "giaxe_model_loaded_timestamp_seconds",
            "When the loaded model began to answer",
            model_since.clone(),
        );
        let model_swaps = Counter::default();
        registry.register(
            "giaxe_model_loads",
            "Models that began to answer, the first one included",
            model_swaps.clone(),
        );
        let model_refusals = Counter::default();
        registry.register(
            "giaxe_model_refusals",
            "Versions that the registry named and that could not be loaded",
            model_refusals.clone(),
        );
        let refused_info = Family::default();
        registry.register(
            "giaxe_model_refused_info",
            "The version that the registry names and that cannot be loaded; the value is always 1",
            refused_info.clone(),
        );
        let width = Histogram::new(WIDTH_BUCKETS);
        registry.register(
            "giaxe_interval_width_ratio",
            "Width of the 80 % range over the price",
            width.clone(),
        );
        let unknown = Family::default();
        registry.register(
            "giaxe_unknown_category",
            "Values that the model or the catalogue does not know, by feature",
            unknown.clone(),
        );
        Self {
            registry,
            durations,
            routes: ROUTES
                .iter()
                .map(|route| (*route, RouteMetrics::of(route)))
                .collect(),
            unmatched: RouteMetrics::of("unmatched"),
            active,
            predictions,
            model_info,
            data_until,
            model_since,
            model_swaps,
            model_refusals,
            refused_info,
            width,
            unknown,
        }
    }
}

impl Metrics {
    /// Counts a request as running until the guard is dropped, also when its caller hangs up.
    pub fn enter(&self) -> ActiveGuard<'_> {
        self.active.inc();
        ActiveGuard(&self.active)
    }

    /// The cells of a route as the router spells it; of all others together where it spells none.
    pub fn route(&self, route: Option<&str>) -> &RouteMetrics {
        route
            .and_then(|route| self.routes.get(route))
            .unwrap_or(&self.unmatched)
    }

    /// Notes the time that one reply took.
    pub fn observe(
        &self,
        route: &RouteMetrics,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let method = METHODS
            .iter()
            .position(|known| *known == method.as_str())
            .unwrap_or(METHODS.len() - 1);
        let status = STATUSES
            .iter()
            .position(|known| *known == status.as_u16())
            .unwrap_or(STATUSES.len() - 1);
        route.cells[method][status]
            .get_or_init(|| {
                self.durations.get_or_create_owned(&HttpLabels {
                    method: METHODS[method],
                    route: route.name,
                    status: STATUSES[status],
                })
            })
            .observe(took.as_secs_f64());
    }

    /// Notes the relative width of an 80 % range.
    pub fn observe_width(&self, ratio: f64) {
        self.width.observe(ratio);
    }

    /// Counts a value of `feature` that nobody knows.
    pub fn count_unknown(&self, feature: &'static str) {
        self.unknown.get_or_create(&FeatureLabels { feature }).inc();
    }

    /// The counters of a model.
    pub fn of_model(&self, manifest: &models::Manifest) -> ModelMetrics {
        let outcome = |outcome| {
            self.predictions.get_or_create_owned(&OutcomeLabels {
                model_version: manifest.version.clone(),
                outcome,
            })
        };
        ModelMetrics {
            valued: outcome("valued"),
            not_valued: outcome("not_valued"),
        }
    }

    /// Says which model answers from here on.
    pub fn model_serves(&self, manifest: &models::Manifest, since: DateTime<Utc>) {
        self.model_info.clear();
        self.model_info
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
        self.model_since.set(since.timestamp());
        self.model_swaps.inc();
    }

    /// Says what the registry names and cannot be loaded, or that there is no such version any more.
    pub fn model_refused(&self, refusal: Option<&Refusal>) {
        self.refused_info.clear();
        if let Some(refusal) = refusal {
            self.model_refusals.inc();
            self.refused_info
                .get_or_create(&RefusedLabels {
                    version: refusal.version.clone().unwrap_or_default(),
                    reason: refusal.code,
                })
                .set(1);
        }
    }

    /// All metrics in the OpenMetrics text format.
    ///
    /// # Errors
    ///
    /// None in practice: writing to a text does not fail.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Duration histograms of one route, each made on its first use.
#[derive(Debug)]
pub struct RouteMetrics {
    /// The route as the router spells it.
    pub name: &'static str,
    cells: [[OnceLock<Histogram>; STATUSES.len()]; METHODS.len()],
}

impl RouteMetrics {
    fn of(name: &'static str) -> Self {
        Self {
            name,
            cells: std::array::from_fn(|_| std::array::from_fn(|_| OnceLock::new())),
        }
    }
}

/// A request being answered.
#[derive(Debug)]
pub struct ActiveGuard<'a>(&'a Gauge<i64, AtomicI64>);

impl Drop for ActiveGuard<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_counted_by_method_route_and_status() {
        let metrics = Metrics::default();
        let route = metrics.route(Some("/predict"));
        for _ in 0..3 {
            metrics.observe(
                route,
                &Method::POST,
                StatusCode::OK,
                Duration::from_micros(70),
            );
        }
        metrics.observe(
            metrics.route(Some("/nowhere")),
            &Method::TRACE,
            StatusCode::IM_A_TEAPOT,
            Duration::ZERO,
        );
        let text = metrics.encode().expect("encodes");
        for line in [
            r#"http_server_request_duration_seconds_count{method="POST",route="/predict",status="200"} 3"#,
            r#"http_server_request_duration_seconds_bucket{le="0.0001",method="POST",route="/predict",status="200"} 3"#,
            r#"http_server_request_duration_seconds_count{method="OTHER",route="unmatched",status="0"} 1"#,
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn a_dropped_guard_no_longer_counts() {
        let metrics = Metrics::default();
        let guard = metrics.enter();
        assert!(
            metrics
                .encode()
                .expect("encodes")
                .contains("http_server_active_requests 1")
        );
        drop(guard);
        assert!(
            metrics
                .encode()
                .expect("encodes")
                .contains("http_server_active_requests 0")
        );
    }
}
