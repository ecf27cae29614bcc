//! The client: a deadline, bounded retries, a breaker and a bound on concurrency around one endpoint.
//!
//! If the server is down at startup, no request waits for it: [`LanguageModel::probe`] finds out first. If it hangs later, at
//! most one request does: the next one is answered at once and asks the server in the background.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::breaker::Admission;
use super::reply::{News, Reply};
use super::transport::Transport;
use super::{
    Breaker, BreakerState, ChatStream, Delta, LanguageModel, LlmConfig, LlmError, Message, retry,
    wire,
};

/// A model behind an OpenAI-compatible endpoint. Clones share connections, breaker and slots.
#[derive(Debug, Clone)]
pub struct LlmClient {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: LlmConfig,
    transport: Transport,
    breaker: Arc<Breaker>,
    slots: Arc<Semaphore>,
}

impl LlmClient {
    /// A client for a checked `config`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`LlmError::Config`] for a setting that is out of its range.
    pub fn new(config: LlmConfig) -> Result<Self, LlmError> {
        let transport =
            Transport::new(config.endpoint()?, config.models()?, config.api_key.clone())?;
        let breaker = Arc::new(Breaker::new(config.breaker));
        let slots = Arc::new(Semaphore::new(
            config.max_concurrent.min(Semaphore::MAX_PERMITS),
        ));
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                transport,
                breaker,
                slots,
            }),
        })
    }

    /// Whether calls are let through, for `/health`.
    pub fn state(&self) -> BreakerState {
        self.shared.breaker.state(Instant::now())
    }
}

impl LanguageModel for LlmClient {
    fn name(&self) -> &str {
        &self.shared.config.model
    }

    fn chat(&self, messages: Vec<Message>) -> ChatStream {
        let call = Call {
            shared: Arc::clone(&self.shared),
            phase: Phase::Begin(messages),
        };
        stream::try_unfold(call, |mut call| async move {
            Ok(call.next().await?.map(|delta| (delta, call)))
        })
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'static, Result<(), LlmError>> {
        let shared = Arc::clone(&self.shared);
        async move { shared.probe().await }.boxed()
    }
}

/// One call. Dropping it closes the connection, gives the slot back and leaves the breaker without a verdict.
struct Call {
    shared: Arc<Shared>,
    phase: Phase,
}

enum Phase {
    Begin(Vec<Message>),
    Admitted {
        messages: Vec<Message>,
        grant: Grant,
    },
    Reading {
        reply: Box<Reply>,
        grant: Grant,
    },
    Over,
}

/// The right to be in flight.
struct Grant {
    admission: Admission,
    _slot: OwnedSemaphorePermit,
    deadline: Instant,
}

impl Call {
    async fn next(&mut self) -> Result<Option<Delta>, LlmError> {
        let shared = Arc::clone(&self.shared);
        if let Phase::Begin(messages) = &mut self.phase {
            let messages = std::mem::take(messages);
            self.phase = Phase::Over;
            let grant = shared.grant()?;
            if grant.admission.is_probe() {
                return Err(ask_in_background(shared, messages, grant));
            }
            self.phase = Phase::Admitted { messages, grant };
        }
        let (outcome, grant) = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Begin(_) | Phase::Over => return Ok(None),
            Phase::Admitted { messages, grant } => {
                (shared.begin(&messages, grant.deadline).await, grant)
            }
            Phase::Reading { mut reply, grant } => {
                let delta = shared.read(&mut reply, grant.deadline).await;
                (delta.map(|delta| (delta, reply)), grant)
            }
        };
        match outcome {
            Ok((Delta::Finish(finish), _)) => {
                grant.admission.succeeded();
                Ok(Some(Delta::Finish(finish)))
            }
            Ok((delta, reply)) => {
                self.phase = Phase::Reading { reply, grant };
                Ok(Some(delta))
            }
            Err(error) => {
                let now = Instant::now();
                match &error {
                    LlmError::FirstToken { .. } => grant.admission.kept_waiting(now),
                    error if error.blames_server() => {
                        grant.admission.failed(now, error.retry_after());
                    }
                    _ => grant.admission.succeeded(),
                }
                Err(error)
            }
        }
    }
}

/// Asks a server that was down a moment ago, while nobody waits for the answer. The caller is told that it is still down.
fn ask_in_background(shared: Arc<Shared>, messages: Vec<Message>, grant: Grant) -> LlmError {
    // Whether it is back is known by then.
    let retry_in = shared.config.first_token_timeout;
    let mut call = Call {
        shared,
        phase: Phase::Admitted { messages, grant },
    };
    tokio::spawn(async move { while let Ok(Some(_)) = call.next().await {} });
    LlmError::CircuitOpen { retry_in }
}

impl Shared {
    /// Asks for the list of models, which costs nothing. A server that refuses it is there all the same.
    async fn probe(&self) -> Result<(), LlmError> {
        let patience = self.config.first_token_timeout;
        let Ok(admission) = self.breaker.admit(Instant::now()) else {
            return Ok(());
        };
        let listed = timeout(patience, self.transport.models()).await;
        match listed.unwrap_or(Err(LlmError::FirstToken { after: patience })) {
            Ok(()) | Err(LlmError::Status { status: ..500, .. }) => Ok(()),
            Err(error) => {
                admission.kept_waiting(Instant::now());
                Err(error)
            }
        }
    }

    fn grant(&self) -> Result<Grant, LlmError> {
        let now = Instant::now();
        let slot = Arc::clone(&self.slots)
            .try_acquire_owned()
            .map_err(|_| LlmError::Busy {
                limit: self.config.max_concurrent,
            })?;
        let admission = self
            .breaker
            .admit(now)
            .map_err(|retry_in| LlmError::CircuitOpen { retry_in })?;
        Ok(Grant {
            admission,
            _slot: slot,
            deadline: now + self.config.timeout,
        })
    }

    /// Asks until there is a first delta, a final error or no time left.
    async fn begin(
        &self,
        messages: &[Message],
        deadline: Instant,
    ) -> Result<(Delta, Box<Reply>), LlmError> {
        let body = Bytes::from(wire::request(&self.config, messages));
        let mut attempt = 0;
        loop {
            let error = match self.attempt(body.clone(), deadline).await {
                Ok(begun) => return Ok(begun),
                Err(error) => error,
            };
            attempt += 1;
            if !error.is_transient() || attempt > self.config.max_retries {
                return Err(error);
            }
            let wait = retry::delay(attempt, &error, &mut rand::rng());
            let at = Instant::now() + wait;
            if at >= deadline {
                // Waiting would only turn a named error into a timeout.
                return Err(error);
            }
            tracing::warn!(
                llm.attempt = attempt,
                llm.wait_ms = wait.as_millis() as u64,
                llm.error = %error,
                "LLM attempt {attempt} failed, asking again"
            );
            sleep_until(at).await;
        }
    }

    /// One request, up to its first delta.
    async fn attempt(
        &self,
        body: Bytes,
        deadline: Instant,
    ) -> Result<(Delta, Box<Reply>), LlmError> {
        let first_by = (Instant::now() + self.config.first_token_timeout).min(deadline);
        let opened = timeout_at(first_by, async {
            let mut reply = Box::new(Reply::open(self.transport.post(body).await?).await?);
            let news = reply.next().await?;
            Ok((news, reply))
        })
        .await
        .unwrap_or_else(|_| Err(self.no_token(deadline)));
        let (news, mut reply) = opened.map_err(|error| self.clean(error))?;
        match news {
            News::Delta(delta) => Ok((delta, reply)),
            News::Alive => Ok((self.read(&mut reply, deadline).await?, reply)),
        }
    }

    /// The next delta, whatever the model thinks before it.
    async fn read(&self, reply: &mut Reply, deadline: Instant) -> Result<Delta, LlmError> {
        loop {
            match timeout_at(deadline, reply.next()).await {
                Ok(Ok(News::Alive)) => {}
                Ok(Ok(News::Delta(delta))) => return Ok(delta),
                Ok(Err(error)) => return Err(self.clean(error)),
                Err(_) => {
                    let received_chars = reply.received_chars();
                    return Err(LlmError::Deadline {
                        after: self.config.timeout,
                        received_chars,
                    });
                }
            }
        }
    }

    fn no_token(&self, deadline: Instant) -> LlmError {
        if Instant::now() >= deadline {
            return LlmError::Deadline {
                after: self.config.timeout,
                received_chars: 0,
            };
        }
        LlmError::FirstToken {
            after: self.config.first_token_timeout,
        }
    }

    /// The key must not reach the logs by way of the server's words.
    fn clean(&self, error: LlmError) -> LlmError {
        match error {
            LlmError::InReply {
                upstream,
                received_chars,
            } => LlmError::InReply {
                upstream: self.transport.clean(upstream),
                received_chars,
            },
            other => other,
        }
    }
}
