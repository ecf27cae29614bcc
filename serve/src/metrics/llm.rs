//! Calls of the language model: outcome, latency and tokens, counted around the model itself.

use std::sync::Arc;
use std::time::Instant;

use assistant::llm::{ChatStream, Delta, LanguageModel, LlmError, Message, Usage};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds in seconds.
const DURATION_BUCKETS: [f64; 10] = [0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenLabels {
    kind: &'static str,
}

/// What is counted about calls.
#[derive(Debug)]
pub struct LlmMetrics {
    calls: Family<OutcomeLabels, Counter>,
    tokens: Family<TokenLabels, Counter>,
    first_token: Histogram,
    duration: Histogram,
}

impl LlmMetrics {
    /// Registers the metrics in `registry`.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let calls = Family::default();
        registry.register(
            "giaxe_llm_calls",
            "Calls of the language model by outcome: `whole`, `cut`, the kind of failure, or `abandoned` by all who waited",
            calls.clone(),
        );
        let tokens = Family::default();
        registry.register(
            "giaxe_llm_tokens",
            "Tokens that the model's server counted, of the `prompt` and of the `completion`",
            tokens.clone(),
        );
        let first_token = Histogram::new(DURATION_BUCKETS);
        registry.register_with_unit(
            "giaxe_llm_first_token",
            "Time from a call to its first token",
            Unit::Seconds,
            first_token.clone(),
        );
        let duration = Histogram::new(DURATION_BUCKETS);
        registry.register_with_unit(
            "giaxe_llm_call_duration",
            "Time from a call to its end, whatever that is",
            Unit::Seconds,
            duration.clone(),
        );
        Self {
            calls,
            tokens,
            first_token,
            duration,
        }
    }

    fn count_tokens(&self, usage: Usage) {
        for (kind, count) in [
            ("prompt", usage.prompt_tokens),
            ("completion", usage.completion_tokens),
        ] {
            self.tokens
                .get_or_create(&TokenLabels { kind })
                .inc_by(count);
        }
    }
}

/// A model whose calls are counted.
pub struct MeteredModel<M> {
    model: M,
    metrics: Arc<LlmMetrics>,
}

impl<M> MeteredModel<M> {
    /// Counts the calls of `model` in `metrics`.
    pub fn new(model: M, metrics: Arc<LlmMetrics>) -> Self {
        Self { model, metrics }
    }
}

impl<M: LanguageModel> LanguageModel for MeteredModel<M> {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn chat(&self, messages: Vec<Message>) -> ChatStream {
        let metrics = Arc::clone(&self.metrics);
        let deltas = self.model.chat(messages);
        // Nothing is sent before the stream is polled, so the time counts from there.
        stream::once(async move {
            let call = Call::begin(metrics);
            stream::unfold((deltas, call), |(mut deltas, mut call)| async move {
                let delta = deltas.next().await?;
                call.note(&delta);
                Some((delta, (deltas, call)))
            })
        })
        .flatten()
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'static, Result<(), LlmError>> {
        self.model.probe()
    }
}

/// A call that goes on. Dropped without an end, it counts as abandoned.
struct Call {
    metrics: Arc<LlmMetrics>,
    started: Instant,
    has_begun: bool,
    outcome: &'static str,
}

impl Call {
    fn begin(metrics: Arc<LlmMetrics>) -> Self {
        Self {
            metrics,
            started: Instant::now(),
            has_begun: false,
            outcome: "abandoned",
        }
    }

    fn note(&mut self, delta: &Result<Delta, LlmError>) {
        match delta {
            Ok(Delta::Text(_)) => {
                if !self.has_begun {
                    self.has_begun = true;
                    let took = self.started.elapsed().as_secs_f64();
                    self.metrics.first_token.observe(took);
                }
            }
            Ok(Delta::Finish(finish)) => {
                self.outcome = if finish.reason.is_whole() {
                    "whole"
                } else {
                    "cut"
                };
                self.metrics.count_tokens(finish.usage.unwrap_or_default());
            }
            Err(error) => self.outcome = outcome(error),
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let outcome = self.outcome;
        self.metrics
            .calls
            .get_or_create(&OutcomeLabels { outcome })
            .inc();
        let took = self.started.elapsed().as_secs_f64();
        self.metrics.duration.observe(took);
    }
}

fn outcome(error: &LlmError) -> &'static str {
    match error {
        LlmError::Config { .. } => "setting",
        LlmError::Connect { .. } => "unreachable",
        LlmError::Status { .. } | LlmError::InReply { .. } => "refused",
        LlmError::Unfinished { .. } | LlmError::Interrupted { .. } => "broken_off",
        LlmError::Empty | LlmError::Unreadable { .. } | LlmError::TooLong { .. } => "unreadable",
        LlmError::FirstToken { .. } | LlmError::Deadline { .. } => "too_slow",
        LlmError::Busy { .. } => "busy",
        LlmError::CircuitOpen { .. } => "circuit_open",
    }
}

#[cfg(test)]
mod tests {
    use assistant::llm::{Finish, FinishReason};
    use prometheus_client::encoding::text::encode;

    use super::*;

    /// A model that says the same in every call.
    struct Says(Vec<Result<Delta, LlmError>>);

    impl LanguageModel for Says {
        fn name(&self) -> &'static str {
            "says"
        }

        fn chat(&self, _: Vec<Message>) -> ChatStream {
            stream::iter(self.0.clone()).boxed()
        }
    }

    #[tokio::test]
    async fn calls_are_counted_by_outcome_with_their_tokens() {
        let mut registry = Registry::default();
        let metrics = Arc::new(LlmMetrics::new(&mut registry));
        let usage = Usage {
            prompt_tokens: 40,
            completion_tokens: 2,
        };
        let finish = Delta::Finish(Finish {
            reason: FinishReason::Stop,
            usage: Some(usage),
        });
        let whole = vec![Ok(Delta::Text("a".to_owned())), Ok(finish)];
        for says in [whole, vec![Err(LlmError::Busy { limit: 1 })]] {
            let model = MeteredModel::new(Says(says), Arc::clone(&metrics));
            let _deltas: Vec<_> = model.chat(Vec::new()).collect().await;
        }
        let text = vec![Ok(Delta::Text("a".to_owned()))];
        let model = MeteredModel::new(Says(text), Arc::clone(&metrics));
        let mut left = model.chat(Vec::new());
        let _first = left.next().await;
        drop(left);
        let mut text = String::new();
        encode(&mut text, &registry).expect("encodes");
        for line in [
            r#"giaxe_llm_calls_total{outcome="whole"} 1"#,
            r#"giaxe_llm_calls_total{outcome="busy"} 1"#,
            r#"giaxe_llm_calls_total{outcome="abandoned"} 1"#,
            r#"giaxe_llm_tokens_total{kind="prompt"} 40"#,
            r#"giaxe_llm_tokens_total{kind="completion"} 2"#,
            "giaxe_llm_first_token_seconds_count 2",
            "giaxe_llm_call_duration_seconds_count 3",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
