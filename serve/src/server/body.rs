//! Bodies that note what their connection waits for.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::phase::Phase;
use super::pool::Control;

/// A request's body: the connection waits for the caller until it has ended.
pub(super) struct RequestBody {
    body: Incoming,
    control: Arc<Control>,
}

impl RequestBody {
    /// Notes whether there is a body to wait for.
    pub(super) fn new(body: Incoming, control: &Arc<Control>) -> Self {
        let phase = if body.is_end_stream() {
            Phase::Work
        } else {
            Phase::Body
        };
        control.phase.enter(phase);
        Self {
            body,
            control: Arc::clone(control),
        }
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let has_ended = !matches!(frame, Some(Ok(_))) || self.body.is_end_stream();
        if has_ended && self.control.phase.is(Phase::Body) {
            self.control.phase.enter(Phase::Work);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A reply's body: when it has been handed over, the connection waits for another request.
pub(super) struct ReplyBody {
    body: Body,
    control: Arc<Control>,
}

impl ReplyBody {
    /// The body of a reply that is made.
    pub(super) fn new(body: Body, control: Arc<Control>) -> Self {
        // A reply may come before the request's body has ended; then nobody waits for the rest of that.
        if !control.phase.is(Phase::Work) {
            control.phase.enter(Phase::Work);
        }
        Self { body, control }
    }
}

impl HttpBody for ReplyBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for ReplyBody {
    fn drop(&mut self) {
        self.control.phase.enter(Phase::Idle);
    }
}
