//! Reading one reply, from its headers to its finish reason.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use http::header::CONTENT_TYPE;
use http_client::Problem;
use sse_stream::SseByteStream;
use tokio::time::timeout;

use super::assemble::{Assembler, Step};
use super::{Delta, LlmError};

/// Most of a reply that is read: an answer of some 20,000 tokens, each in a chunk of its own.
const REPLY_BYTES: usize = 8 * 1024 * 1024;
/// How long usage may come after the finish reason before the connection is given up.
const USAGE_GRACE: Duration = Duration::from_secs(1);

/// What reading on brought.
#[derive(Debug)]
pub(super) enum News {
    /// The model is thinking.
    Alive,
    /// A piece of the answer, or its end.
    Delta(Delta),
}

/// A reply that is being read.
pub(super) struct Reply {
    /// `None` once all has been read.
    events: Option<SseByteStream<BoxStream<'static, http_client::Result<Bytes>>>>,
    /// Steps of a reply that came as a whole.
    ready: VecDeque<Step>,
    assembler: Assembler,
}

impl Reply {
    /// Looks at the headers: a stream is read bit by bit, JSON and HTML as a whole.
    pub(super) async fn open(reply: http_client::Reply) -> Result<Self, LlmError> {
        let content_type = reply
            .header(&CONTENT_TYPE)
            .unwrap_or("no content type")
            .to_ascii_lowercase();
        let mut assembler = Assembler::default();
        // Treat the body as a stream unless it is JSON or HTML: some servers forget the type of a stream.
        if content_type.contains("json") || content_type.contains("html") {
            let body = reply.bytes(REPLY_BYTES).await;
            let body = body.map_err(|error| broken(&error, 0))?;
            let step = assembler.whole(&content_type, &String::from_utf8_lossy(&body))?;
            return Ok(Self {
                events: None,
                ready: VecDeque::from([step]),
                assembler,
            });
        }
        let chunks = stream::try_unfold(reply.body(REPLY_BYTES), |mut body| async {
            Ok(body.chunk().await?.map(|chunk| (chunk, body)))
        });
        Ok(Self {
            events: Some(SseByteStream::new(chunks.boxed())),
            ready: VecDeque::new(),
            assembler,
        })
    }

    /// Reads until there is something to tell.
    pub(super) async fn next(&mut self) -> Result<News, LlmError> {
        loop {
            match self.step().await? {
                Step::Text(text) => return Ok(News::Delta(Delta::Text(text))),
                Step::Alive => return Ok(News::Alive),
                Step::Nothing => {}
                Step::Done => return Ok(News::Delta(Delta::Finish(self.assembler.end()?))),
            }
        }
    }

    /// Characters of the answer so far.
    pub(super) fn received_chars(&self) -> usize {
        self.assembler.received_chars()
    }

    async fn step(&mut self) -> Result<Step, LlmError> {
        if let Some(step) = self.ready.pop_front() {
            return Ok(step);
        }
        let Some(events) = &mut self.events else {
            return Ok(Step::Done);
        };
        let event = if self.assembler.is_finished() {
            // The answer is whole: whatever happens to the connection now takes nothing from it.
            match timeout(USAGE_GRACE, events.next()).await {
                Ok(Some(Ok(event))) => event,
                Ok(Some(Err(_)) | None) | Err(_) => return Ok(Step::Done),
            }
        } else {
            match events.next().await {
                Some(Ok(event)) => event,
                Some(Err(error)) => return Err(self.broken(error)),
                None => return Ok(Step::Done),
            }
        };
        let step = self.assembler.event(
            event.event.as_deref(),
            event.data.as_deref().unwrap_or_default(),
        );
        if self.assembler.is_finished() {
            Ok(step.unwrap_or(Step::Done))
        } else {
            step
        }
    }

    fn broken(&self, error: sse_stream::Error) -> LlmError {
        let received_chars = self.assembler.received_chars();
        match error {
            sse_stream::Error::Body(cause) => match cause.downcast::<http_client::Error>() {
                Ok(cause) => broken(&cause, received_chars),
                Err(cause) => LlmError::Interrupted {
                    received_chars,
                    message: cause.to_string(),
                },
            },
            other => LlmError::Unreadable {
                content_type: "event stream".to_owned(),
                excerpt: other.to_string(),
            },
        }
    }
}

/// A body that cannot be read on, after so many characters of the answer.
fn broken(error: &http_client::Error, received_chars: usize) -> LlmError {
    match error.problem() {
        Some(Problem::TooLong { limit_bytes }) => LlmError::TooLong {
            limit_bytes: *limit_bytes,
        },
        Some(problem) => LlmError::Interrupted {
            received_chars,
            message: problem.to_string(),
        },
        None => LlmError::Interrupted {
            received_chars,
            message: error.to_string(),
        },
    }
}
