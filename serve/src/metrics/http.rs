//! Requests and replies by method, route and status.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use axum::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds in seconds: OpenTelemetry's, continued downwards, since a valuation takes microseconds.
const DURATION_BUCKETS: [f64; 18] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75,
    1.0, 2.5, 5.0, 10.0,
];

/// Methods with a label of their own; others share the last one.
const METHODS: [&str; 5] = ["GET", "POST", "HEAD", "OPTIONS", "OTHER"];

/// The route of requests that no route matched.
const UNMATCHED: &str = "unmatched";

/// The status of a request whose caller went away before the reply, as nginx has it.
const CLIENT_GONE: u16 = 499;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HttpLabels {
    method: &'static str,
    route: String,
    status: u16,
}

type Durations = Family<HttpLabels, Histogram, fn() -> Histogram>;

/// What is counted about requests and replies.
#[derive(Debug)]
pub struct HttpMetrics {
    durations: Durations,
    active: Gauge<i64, AtomicI64>,
    /// Every route that a request matched so far. A route is added once, so requests read without a lock.
    routes: ArcSwap<HashMap<String, Arc<Route>>>,
}

/// A route with the histograms that it has used: by index of the method, and status.
#[derive(Debug)]
struct Route {
    name: String,
    used: ArcSwap<Vec<(usize, u16, Histogram)>>,
}

impl HttpMetrics {
    /// Registers the metrics in `registry`.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let durations: Durations =
            Family::new_with_constructor(|| Histogram::new(DURATION_BUCKETS));
        registry.register(
            "http_server_request_duration_seconds",
            "Time from a request's head to its reply, by the status as sent; 499: the caller went away before",
            durations.clone(),
        );
        let active = Gauge::default();
        registry.register(
            "http_server_active_requests",
            "Requests being answered",
            active.clone(),
        );
        Self {
            durations,
            active,
            routes: ArcSwap::default(),
        }
    }

    /// Counts a request as being answered from here on. `route` is what the router matched, `None` if nothing.
    pub fn enter(
        &self,
        method: &Method,
        route: Option<&str>,
        started: Instant,
    ) -> ActiveRequest<'_> {
        self.active.inc();
        let method = METHODS
            .iter()
            .position(|known| *known == method.as_str())
            .unwrap_or(METHODS.len() - 1);
        ActiveRequest {
            metrics: self,
            route: self.route(route.unwrap_or(UNMATCHED)),
            method,
            started,
            is_answered: false,
        }
    }

    fn route(&self, name: &str) -> Arc<Route> {
        if let Some(route) = self.routes.load().get(name) {
            return Arc::clone(route);
        }
        let route = Arc::new(Route {
            name: name.to_owned(),
            used: ArcSwap::default(),
        });
        // Two requests may add the same route at once; its histograms are the same ones, because the family keeps them.
        self.routes.rcu(|routes| {
            let mut routes = HashMap::clone(routes);
            let kept = routes.entry(name.to_owned());
            kept.or_insert_with(|| Arc::clone(&route));
            routes
        });
        route
    }

    fn observe(&self, route: &Route, method: usize, status: u16, took: Duration) {
        let took = took.as_secs_f64();
        let is_it = |used: &&(usize, u16, Histogram)| (used.0, used.1) == (method, status);
        if let Some((_, _, histogram)) = route.used.load().iter().find(is_it) {
            return histogram.observe(took);
        }
        let histogram = self.durations.get_or_create_owned(&HttpLabels {
            method: METHODS[method],
            route: route.name.clone(),
            status,
        });
        route.used.rcu(|used| {
            let mut used = Vec::clone(used);
            if !used.iter().any(|used| is_it(&used)) {
                used.push((method, status, histogram.clone()));
            }
            used
        });
        histogram.observe(took);
    }
}

/// A request being answered. Dropped without a reply, it counts as one whose caller went away.
#[derive(Debug)]
pub struct ActiveRequest<'a> {
    metrics: &'a HttpMetrics,
    route: Arc<Route>,
    method: usize,
    started: Instant,
    is_answered: bool,
}

impl ActiveRequest<'_> {
    /// Counts the reply and returns the time that it took.
    pub fn answered(mut self, status: StatusCode) -> Duration {
        self.is_answered = true;
        let took = self.started.elapsed();
        self.metrics
            .observe(&self.route, self.method, status.as_u16(), took);
        took
    }
}

impl Drop for ActiveRequest<'_> {
    fn drop(&mut self) {
        self.metrics.active.dec();
        if !self.is_answered {
            let took = self.started.elapsed();
            self.metrics
                .observe(&self.route, self.method, CLIENT_GONE, took);
        }
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    fn text(registry: &Registry) -> String {
        let mut text = String::new();
        encode(&mut text, registry).expect("encodes");
        text
    }

    #[test]
    fn replies_are_counted_by_method_route_and_status_as_they_are() {
        let mut registry = Registry::default();
        let metrics = HttpMetrics::new(&mut registry);
        let count = |method, route, status| {
            let request = metrics.enter(&method, route, Instant::now());
            request.answered(status);
        };
        for _ in 0..3 {
            count(Method::POST, Some("/predict"), StatusCode::OK);
        }
        count(
            Method::POST,
            Some("/predict"),
            StatusCode::TOO_MANY_REQUESTS,
        );
        count(Method::TRACE, None, StatusCode::IM_A_TEAPOT);
        let text = text(&registry);
        for line in [
            r#"http_server_request_duration_seconds_count{method="POST",route="/predict",status="200"} 3"#,
            r#"http_server_request_duration_seconds_bucket{le="0.001",method="POST",route="/predict",status="200"} 3"#,
            r#"http_server_request_duration_seconds_count{method="POST",route="/predict",status="429"} 1"#,
            r#"http_server_request_duration_seconds_count{method="OTHER",route="unmatched",status="418"} 1"#,
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn a_request_whose_caller_went_away_is_counted_as_that_and_is_no_longer_active() {
        let mut registry = Registry::default();
        let metrics = HttpMetrics::new(&mut registry);
        let request = metrics.enter(&Method::GET, Some("/livez"), Instant::now());
        assert!(text(&registry).contains("http_server_active_requests 1"));
        drop(request);
        let text = text(&registry);
        assert!(text.contains("http_server_active_requests 0"), "{text}");
        let gone = r#"_count{method="GET",route="/livez",status="499"} 1"#;
        assert!(text.contains(gone), "{text}");
    }
}
