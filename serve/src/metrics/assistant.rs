//! Questions: how many, of which intent, with which outcome, and how many at once.

use std::sync::atomic::AtomicI64;
use std::time::Instant;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds in seconds: from words alone to a language model's whole answer.
const DURATION_BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    intent: &'static str,
    outcome: &'static str,
}

/// What is counted about questions.
#[derive(Debug)]
pub struct AssistantMetrics {
    answers: Family<AnswerLabels, Counter>,
    duration: Histogram,
    active: Gauge<i64, AtomicI64>,
    places: Gauge<i64, AtomicI64>,
}

impl AssistantMetrics {
    /// Registers the metrics in `registry`.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let answers = Family::default();
        registry.register(
            "giaxe_assistant_answers",
            "Questions by intent and outcome: `answered`, `refused`, or `abandoned` by a caller or at the deadline",
            answers.clone(),
        );
        let duration = Histogram::new(DURATION_BUCKETS);
        registry.register_with_unit(
            "giaxe_assistant_answer_duration",
            "Time from a question to the end of its answer",
            Unit::Seconds,
            duration.clone(),
        );
        let active = Gauge::default();
        registry.register(
            "giaxe_assistant_active_questions",
            "Questions being answered",
            active.clone(),
        );
        let places = Gauge::default();
        registry.register(
            "giaxe_assistant_max_active_questions",
            "Questions that may be answered at once; one more gets a 429",
            places.clone(),
        );
        Self {
            answers,
            duration,
            active,
            places,
        }
    }

    /// Says how many questions may be answered at once.
    pub fn set_places(&self, places: usize) {
        self.places.set(i64::try_from(places).unwrap_or(i64::MAX));
    }

    /// Counts a question as being answered from here on.
    pub fn enter(&self) -> ActiveQuestion {
        self.active.inc();
        ActiveQuestion {
            answers: self.answers.clone(),
            duration: self.duration.clone(),
            active: self.active.clone(),
            started: Instant::now(),
            labels: None,
        }
    }
}

/// A question being answered. Dropped without an answer, it counts as abandoned.
#[derive(Debug)]
pub struct ActiveQuestion {
    answers: Family<AnswerLabels, Counter>,
    duration: Histogram,
    active: Gauge<i64, AtomicI64>,
    started: Instant,
    labels: Option<AnswerLabels>,
}

impl ActiveQuestion {
    /// Notes the answer: its intent, and whether it is a refusal.
    pub fn answered(&mut self, intent: &'static str, is_refusal: bool) {
        self.labels = Some(AnswerLabels {
            intent,
            outcome: if is_refusal { "refused" } else { "answered" },
        });
    }
}

impl Drop for ActiveQuestion {
    fn drop(&mut self) {
        self.active.dec();
        self.duration.observe(self.started.elapsed().as_secs_f64());
        let labels = self.labels.take().unwrap_or(AnswerLabels {
            intent: "unknown",
            outcome: "abandoned",
        });
        self.answers.get_or_create(&labels).inc();
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    #[test]
    fn an_answer_is_counted_by_intent_and_outcome_and_a_lost_one_as_abandoned() {
        let mut registry = Registry::default();
        let metrics = AssistantMetrics::new(&mut registry);
        metrics.enter().answered("faq", false);
        metrics.enter().answered("faq", true);
        drop(metrics.enter());
        let waiting = metrics.enter();
        let mut text = String::new();
        encode(&mut text, &registry).expect("encodes");
        for line in [
            r#"giaxe_assistant_answers_total{intent="faq",outcome="answered"} 1"#,
            r#"giaxe_assistant_answers_total{intent="faq",outcome="refused"} 1"#,
            r#"giaxe_assistant_answers_total{intent="unknown",outcome="abandoned"} 1"#,
            "giaxe_assistant_active_questions 1",
            "giaxe_assistant_answer_duration_seconds_count 3",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        drop(waiting);
    }
}
