//! A site on loopback that answers from a closure and keeps a log with monotonic times.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::stream::{self, Stream, StreamExt};
use tokio::runtime::{Builder, Runtime};
use url::Url;

/// What the server answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Time until the status is sent.
    pub(crate) delay: Duration,
    /// The connection is closed after this many bytes of the body.
    pub(crate) cut_at: Option<usize>,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            body: body.into(),
            ..Self::default()
        }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, header: &'static str, value: impl std::fmt::Display) -> Self {
        self.headers.push((header, format!("{value}")));
        self
    }
}

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) path: String,
    pub(crate) user_agent: String,
    /// When the request came.
    pub(crate) at: Instant,
    /// When its answer was ready to be sent.
    pub(crate) answered: Instant,
    pub(crate) status: u16,
}

/// How the server answers the `n`-th request (from 1) for a path with its query.
type Script = dyn Fn(&str, usize) -> Answer + Send + Sync;

struct Inner {
    script: Box<Script>,
    log: Mutex<Vec<Hit>>,
    keeps_log: AtomicBool,
    /// Path → requests so far.
    counts: Mutex<HashMap<String, usize>>,
    /// Requests that are being answered.
    open: Mutex<usize>,
    most_open: Mutex<usize>,
}

/// A running server; dropping it stops it.
pub(crate) struct Server {
    inner: Arc<Inner>,
    url: Url,
    runtime: Option<Runtime>,
}

impl Server {
    pub(crate) fn start(script: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Self {
        let inner = Arc::new(Inner {
            script: Box::new(script),
            log: Mutex::default(),
            keeps_log: AtomicBool::new(true),
            counts: Mutex::default(),
            open: Mutex::default(),
            most_open: Mutex::default(),
        });
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().fallback(answer).with_state(inner.clone());
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self {
            inner,
            url: Url::parse(&format!("http://{address}/")).expect("an address"),
            runtime: Some(runtime),
        }
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// All requests so far.
    pub(crate) fn log(&self) -> Vec<Hit> {
        self.inner.log.lock().expect("nobody panicked").clone()
    }

    /// Paths of all requests so far.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.log().into_iter().map(|hit| hit.path).collect()
    }

    /// Forgets all requests so far, for the log alone: the script goes on counting.
    pub(crate) fn forget(&self) {
        self.inner.log.lock().expect("nobody panicked").clear();
    }

    /// From now on nothing is kept of a request, and each counts as the first for its path.
    pub(crate) fn keep_no_log(&self) {
        self.inner.keeps_log.store(false, Ordering::Relaxed);
    }

    /// Most requests that were ever open at once.
    pub(crate) fn most_open(&self) -> usize {
        *self.inner.most_open.lock().expect("nobody panicked")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A request that is being answered, also when its client has left in the meantime.
struct Open(Arc<Inner>);

impl Open {
    fn new(inner: Arc<Inner>) -> Self {
        {
            let mut open = inner.open.lock().expect("nobody panicked");
            *open += 1;
            let mut most = inner.most_open.lock().expect("nobody panicked");
            *most = (*most).max(*open);
        }
        Self(inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Ok(mut open) = self.0.open.lock() {
            *open -= 1;
        }
    }
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let at = Instant::now();
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let user_agent = request.headers().get(header::USER_AGENT);
    let user_agent = user_agent
        .map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned())
        .unwrap_or_default();
    let keeps_log = inner.keeps_log.load(Ordering::Relaxed);
    let nth = if keeps_log {
        let mut counts = inner.counts.lock().expect("nobody panicked");
        let count = counts.entry(path.clone()).or_default();
        *count += 1;
        *count
    } else {
        1
    };
    let open = Open::new(inner.clone());
    let answer = (inner.script)(&path, nth);
    tokio::time::sleep(answer.delay).await;
    drop(open);
    if keeps_log {
        inner.log.lock().expect("nobody panicked").push(Hit {
            path,
            user_agent,
            at,
            answered: Instant::now(),
            status: answer.status,
        });
    }
    let mut response = Response::new(match answer.cut_at {
        None => Body::from(answer.body.clone()),
        Some(at) => {
            let head = Bytes::copy_from_slice(&answer.body[..at.min(answer.body.len())]);
            Body::from_stream(cut_off(head))
        }
    });
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("a status");
    for (name, value) in answer.headers {
        let value = HeaderValue::from_str(&value).expect("a header");
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
    response
}

/// Some bytes, then, once they are on their way, an error: the server closes the connection in mid-body.
fn cut_off(head: Bytes) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let cut = stream::once(async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        Err(std::io::Error::other("cut off"))
    });
    stream::once(async { Ok(head) }).chain(cut)
}
