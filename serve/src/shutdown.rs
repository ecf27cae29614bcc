//! Stopping: stay for a while as not ready, finish what runs, then go whatever still runs.

use std::future::Future;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::state::AppState;

/// Completes on the first SIGTERM or SIGINT.
///
/// # Errors
///
/// The signals cannot be listened to.
pub fn signalled() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM received"),
            _ = interrupt.recv() => tracing::info!("SIGINT received"),
        }
    })
}

/// Serves `app` on `listener` until `stop` completes, then drains: `/readyz` answers 503 for `drain`, then no
/// connection is taken any more and running requests have until the shutdown deadline.
///
/// # Errors
///
/// The listener fails.
pub async fn run(
    listener: TcpListener,
    app: Router,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let deadline = state.config.shutdown_deadline;
    let (closing, closed) = tokio::sync::oneshot::channel();
    let drained = async move {
        stop.await;
        state.draining.store(true, Ordering::Relaxed);
        tokio::time::sleep(state.config.drain).await;
        // Only fails where the server has ended by itself, and then nobody waits.
        let _ended = closing.send(());
    };
    // Replies are one small write: waiting for more of it would only delay them.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY refused");
        }
    });
    let serving = axum::serve(listener, app).with_graceful_shutdown(drained);
    let cut_off = async move {
        if closed.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(deadline).await;
    };
    tokio::select! {
        served = serving => served,
        () = cut_off => {
            tracing::warn!(deadline_ms = deadline.as_millis() as u64, "requests still running are cut off");
            Ok(())
        }
    }
}
