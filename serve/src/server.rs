//! The server: takes connections within a limit, serves HTTP/1.1 on them, closes those that wait too long, and stops in an
//! orderly way.
//!
//! hyper's own timers start anew for every request. Here each connection notes in one atomic word what it waits for and
//! since when (`phase`), and one task looks at all of them four times a second (`pool`): a request pays for a few clock
//! readings, an idle connection for nothing.

mod body;
mod connection;
mod files;
mod phase;
mod pool;
mod stop;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use pool::Pool;

pub use files::raise_open_files;
pub use phase::Timeouts;
pub use stop::signals;

/// Time between two looks at the connections.
const SWEEP_INTERVAL: Duration = Duration::from_millis(250);

/// How long to wait after the system could not give a connection, as when no file descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How the server takes and ends connections.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Most connections at once.
    pub max_connections: usize,
    /// How long a connection may wait for its caller.
    pub timeouts: Timeouts,
    /// Time between the request to stop and the end of taking connections.
    pub drain: Duration,
    /// How long requests may run after that.
    pub shutdown_deadline: Duration,
}

/// Serves `app` on `listener` until a message comes from `stop`. Then `draining` is set, and connections are still taken for
/// the time of `drain`; after it, requests that run have until the shutdown deadline. A second message ends all at once.
///
/// # Errors
/// None today: a connection that cannot be taken is logged, and the next one is tried.
pub async fn run(
    listener: TcpListener,
    app: Router,
    settings: Settings,
    draining: Arc<AtomicBool>,
    mut stop: UnboundedReceiver<()>,
) -> std::io::Result<()> {
    let pool = Arc::new(Pool::new(settings.max_connections));
    let background = Background(vec![
        tokio::spawn(accept(listener, app, Arc::clone(&pool))),
        tokio::spawn(sweep(Arc::clone(&pool), settings.timeouts)),
    ]);
    if stop.recv().await.is_none() {
        // Nobody is left who could ask for a stop.
        std::future::pending::<()>().await;
    }
    draining.store(true, Ordering::Relaxed);
    tokio::select! {
        () = drained(&settings, &background, &pool) => {}
        Some(()) = stop.recv() => {
            tracing::warn!(connections = pool.len(), "told to stop again: requests still running are cut off");
        }
    }
    pool.close_all();
    Ok(())
}

/// Waits until connections are no longer taken and every request has ended, or the deadline is over.
async fn drained(settings: &Settings, background: &Background, pool: &Pool) {
    sleep(settings.drain).await;
    background.stop_accepting();
    pool.drain();
    let deadline = settings.shutdown_deadline;
    if tokio::time::timeout(deadline, pool.empty()).await.is_err() {
        tracing::warn!(
            deadline_ms = deadline.as_millis() as u64,
            "requests still running are cut off"
        );
    }
}

/// Tasks that end with the server. The first one takes connections.
struct Background(Vec<tokio::task::JoinHandle<()>>);

impl Background {
    fn stop_accepting(&self) {
        self.0[0].abort();
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// Takes connections for as long as this is polled.
async fn accept(listener: TcpListener, app: Router, pool: Arc<Pool>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Only now: a connection must not be closed to make room for nobody.
                let place = pool.place().await;
                // Replies are one small write: waiting for more of it would only delay them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY refused");
                }
                tokio::spawn(connection::serve(stream, app.clone(), place.admit()));
            }
            // The caller went away before its turn came.
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, connections = pool.len(), "a connection cannot be taken");
                pool.evict();
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_of_the_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

/// Closes connections that wait too long, for as long as this is polled.
async fn sweep(pool: Arc<Pool>, timeouts: Timeouts) {
    let mut ticks = tokio::time::interval(SWEEP_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        pool.close_overdue(&timeouts);
    }
}
