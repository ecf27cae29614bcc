//! One connection, from its first byte to its end.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::body::{ReplyBody, RequestBody};
use super::phase::Phase;
use super::pool::{Control, OpenConnection};

/// Most bytes that hyper keeps of a connection: a longer head is refused, a body comes in pieces of at most this size.
const BUFFER_BYTES: usize = 32 * 1024;

/// How long, and for how many bytes, a caller may go on sending after its reply.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 4 * 1024 * 1024;

/// Serves `app` on `stream` until the caller, an error or `connection`'s control ends it.
pub(super) async fn serve(stream: TcpStream, app: Router, connection: OpenConnection) {
    let control = Arc::clone(&connection.control);
    // A caller that sends nothing costs no buffers.
    tokio::select! {
        biased;
        readable = stream.readable() => if readable.is_err() { return },
        () = asked_to_go(&control) => return,
    }
    let service = Answers {
        app,
        control: Arc::clone(&control),
    };
    let io = Watched {
        stream: TokioIo::new(stream),
        control: Arc::clone(&control),
    };
    let mut http = http1::Builder::new()
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(io, service);
    let mut is_ending = false;
    let served = poll_fn(|context| {
        control.wake_by(context.waker());
        if control.must_close() {
            return Poll::Ready(None);
        }
        if control.must_end() && !is_ending {
            is_ending = true;
            Pin::new(&mut http).graceful_shutdown();
        }
        let served = http.poll_without_shutdown(context);
        // What has arrived by now was read. Nobody waits for the rest of a head while the service stops.
        if is_ending && served.is_pending() && control.phase.read().0 < Phase::Body {
            return Poll::Ready(None);
        }
        served.map(Some)
    })
    .await;
    match served {
        Some(Ok(())) => linger(http.into_parts().io).await,
        Some(Err(error)) => tracing::debug!(%error, "a connection failed"),
        None => tracing::debug!("a connection that waited too long is closed"),
    }
}

/// Completes when the connection must end, before it has sent anything.
async fn asked_to_go(control: &Control) {
    poll_fn(|context| {
        control.wake_by(context.waker());
        if control.must_close() || control.must_end() {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await;
}

/// Says that nothing more will be sent, and reads what the caller still sends: closing at once would reset the connection,
/// and a caller in the middle of a body would lose the reply that refuses it.
async fn linger(io: Watched) {
    let mut stream = io.stream.into_inner();
    if stream.shutdown().await.is_err() {
        return;
    }
    let ends = async {
        let mut rest = [0; 4096];
        let mut left = LINGER_BYTES;
        while let Ok(read @ 1..) = stream.read(&mut rest).await {
            left = left.saturating_sub(read);
            if left == 0 {
                return;
            }
        }
    };
    // A caller that goes on for longer is cut off.
    let _cut_off = tokio::time::timeout(LINGER, ends).await;
}

/// Hands requests to the service, and notes what the connection waits for.
struct Answers {
    app: Router,
    control: Arc<Control>,
}

impl Service<Request<Incoming>> for Answers {
    type Response = Response<ReplyBody>;
    type Error = std::convert::Infallible;
    type Future = Answer;

    fn call(&self, request: Request<Incoming>) -> Answer {
        use tower::Service as _;
        let request = request.map(|body| Body::new(RequestBody::new(body, &self.control)));
        Answer {
            future: self.app.clone().call(request),
            control: Arc::clone(&self.control),
        }
    }
}

/// A reply that is being made.
struct Answer {
    future: <Router as tower::Service<axum::extract::Request>>::Future,
    control: Arc<Control>,
}

impl Future for Answer {
    type Output = Result<Response<ReplyBody>, std::convert::Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = std::task::ready!(Pin::new(&mut self.future).poll(context));
        let control = Arc::clone(&self.control);
        Poll::Ready(reply.map(|reply| reply.map(|body| ReplyBody::new(body, control))))
    }
}

/// A stream that notes when a head begins and when a reply goes on.
struct Watched {
    stream: TokioIo<TcpStream>,
    control: Arc<Control>,
}

impl Watched {
    fn wrote(&self, written: Poll<std::io::Result<usize>>) -> Poll<std::io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) && self.control.phase.is(Phase::Work) {
            self.control.phase.enter(Phase::Work);
        }
        written
    }
}

impl Read for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() && self.control.phase.is(Phase::Idle) {
            self.control.phase.enter(Phase::Head);
        }
        read
    }
}

impl Write for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(written)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(written)
    }
}
