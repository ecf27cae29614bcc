//! The signals that stop the service.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Sends a message for every SIGTERM, SIGINT and SIGHUP from here on.
///
/// # Errors
///
/// The signals cannot be listened to.
pub fn signals() -> std::io::Result<UnboundedReceiver<()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
                _ = hangup.recv() => "SIGHUP",
            };
            tracing::info!("{name} received");
            if sender.send(()).is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}
