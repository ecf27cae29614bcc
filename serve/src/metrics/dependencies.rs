//! How the parts that the assistant stands on are doing, asked when metrics are read.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// A figure of a part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// One that goes up and down.
    Gauge(f64),
    /// One that only grows.
    Counter(u64),
    /// Seconds that only grow.
    Seconds(f64),
}

/// What is said of a part: name, what it means, the figure.
pub type Said = (&'static str, &'static str, Figure);

/// Asks `figures` whenever metrics are read.
pub struct Figures<F>(pub F);

impl<F> fmt::Debug for Figures<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Figures")
    }
}

impl<F: Fn() -> Vec<Said> + Send + Sync + 'static> Collector for Figures<F> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for (name, help, figure) in (self.0)() {
            match figure {
                Figure::Gauge(value) => {
                    let metric = ConstGauge::new(value);
                    let encoder =
                        encoder.encode_descriptor(name, help, None, metric.metric_type())?;
                    metric.encode(encoder)?;
                }
                Figure::Seconds(value) => {
                    let metric = ConstCounter::new(value);
                    let encoder =
                        encoder.encode_descriptor(name, help, None, metric.metric_type())?;
                    metric.encode(encoder)?;
                }
                Figure::Counter(value) => {
                    let metric = ConstCounter::new(value);
                    let encoder =
                        encoder.encode_descriptor(name, help, None, metric.metric_type())?;
                    metric.encode(encoder)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;

    use super::*;

    #[test]
    fn figures_are_asked_for_at_each_reading() {
        let asked = std::sync::atomic::AtomicU64::new(0);
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Figures(move || {
            let asked = 1 + asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            vec![
                ("giaxe_up", "Whether it is", Figure::Gauge(1.0)),
                ("giaxe_asked", "How often", Figure::Counter(asked)),
            ]
        })));
        for n in 1..3 {
            let mut text = String::new();
            encode(&mut text, &registry).expect("encodes");
            assert!(text.contains("giaxe_up 1.0"), "{text}");
            assert!(text.contains(&format!("giaxe_asked_total {n}")), "{text}");
        }
    }
}
