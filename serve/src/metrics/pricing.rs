//! Cars that were valued: how wide their ranges are, and what of them nobody knows.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of (high − low) / price of the 80 % range.
const WIDTH_BUCKETS: [f64; 10] = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 2.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FeatureLabels {
    feature: &'static str,
}

/// What is counted about valued cars.
#[derive(Debug)]
pub struct PricingMetrics {
    width: Histogram,
    unknown: Family<FeatureLabels, Counter>,
}

impl PricingMetrics {
    /// Registers the metrics in `registry`.
    pub(super) fn new(registry: &mut Registry) -> Self {
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
        Self { width, unknown }
    }

    /// Notes the relative width of an 80 % range.
    pub fn observe_width(&self, ratio: f64) {
        self.width.observe(ratio);
    }

    /// Counts a value of `feature` that nobody knows.
    pub fn count_unknown(&self, feature: &'static str) {
        self.unknown.get_or_create(&FeatureLabels { feature }).inc();
    }
}
