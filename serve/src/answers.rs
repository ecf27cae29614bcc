//! The assistant at work, on threads of its own.
//!
//! Reading a message and embedding it is work for a core. It must not delay a valuation or `/livez`, so it is done by as many
//! threads as there are cores, with a low priority, and never by those that serve connections. What nobody waits for any more
//! is not begun, or stopped at its next pause.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use assistant::{Ask, Assistant, Event};
use futures_util::{Stream, StreamExt, stream};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::metrics::AssistantMetrics;
use crate::priority;

/// Events of an answer that are made before the caller has taken the first of them.
const EVENTS_AHEAD: usize = 16;

/// Starts the threads that the assistant works on.
///
/// # Errors
/// The system cannot start a thread.
pub fn workers() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .thread_name("assistant")
        .on_thread_start(priority::lower)
        .enable_all()
        .build()
}

/// The assistant, and the threads that it works on.
pub struct Answers {
    assistant: Assistant,
    workers: Handle,
    metrics: Arc<AssistantMetrics>,
}

impl Answers {
    /// Has `assistant` work on `workers`, and counts what it answers.
    pub fn new(assistant: Assistant, workers: Handle, metrics: Arc<AssistantMetrics>) -> Self {
        Self {
            assistant,
            workers,
            metrics,
        }
    }

    /// The assistant, for what takes no time.
    pub fn assistant(&self) -> &Assistant {
        &self.assistant
    }

    /// What `work` makes of the assistant. Dropping the future stops the work.
    pub async fn run<T, F>(&self, work: impl FnOnce(Assistant) -> F) -> T
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        let task = self.workers.spawn(work(self.assistant.clone()));
        match Stopping(task).await {
            Ok(made) => made,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Only a runtime that shuts down cancels a task that is still wanted.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// The answer to a question, as it comes. Dropping the stream stops the work.
    pub fn stream(&self, ask: Ask) -> impl Stream<Item = Event> + Send + use<> {
        let (sender, receiver) = mpsc::channel(EVENTS_AHEAD);
        let assistant = self.assistant.clone();
        let task = self.workers.spawn(async move {
            let mut events = assistant.stream(ask).await;
            while let Some(event) = events.next().await {
                if sender.send(event).await.is_err() {
                    return;
                }
            }
        });
        let counting = self.metrics.enter();
        let state = (receiver, Stopping(task), counting);
        stream::unfold(state, |(mut receiver, task, mut counting)| async move {
            let event = receiver.recv().await?;
            if let Event::Done(done) = &event {
                counting.answered(done.reply.intent.as_str(), is_refusal(&done.reply));
            }
            Some((event, (receiver, task, counting)))
        })
    }

    /// The whole answer to a question; `None` if the assistant failed.
    pub async fn reply(&self, ask: Ask) -> Option<Box<assistant::reply::Done>> {
        let mut events = std::pin::pin!(self.stream(ask));
        while let Some(event) = events.next().await {
            if let Event::Done(done) = event {
                return Some(done);
            }
        }
        None
    }
}

/// Whether a reply says that nothing answers the question.
fn is_refusal(reply: &assistant::Reply) -> bool {
    let refused = reply.data.get("refused");
    refused.and_then(serde_json::Value::as_bool) == Some(true)
}

/// A task that is stopped when nobody waits for it any more.
struct Stopping<T>(JoinHandle<T>);

impl<T> Future for Stopping<T> {
    type Output = Result<T, tokio::task::JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> Drop for Stopping<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
