//! The wish to stop: SIGINT and SIGTERM finish the page in hand, a second SIGINT does not wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Builder;
use tokio::sync::Notify;

/// A wish that may be made from anywhere and is seen everywhere.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    wished: AtomicBool,
    waiting: Notify,
}

impl Stop {
    /// Nobody wants to stop yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks to stop.
    pub fn ask(&self) {
        self.state.wished.store(true, Ordering::SeqCst);
        self.state.waiting.notify_waiters();
    }

    /// Whether somebody asked.
    pub fn is_asked(&self) -> bool {
        self.state.wished.load(Ordering::SeqCst)
    }

    /// Ends when somebody asks.
    pub(crate) async fn asked(&self) {
        let mut notified = std::pin::pin!(self.state.waiting.notified());
        // Listens first and looks then, so that no wish falls in between.
        notified.as_mut().enable();
        if !self.is_asked() {
            notified.await;
        }
    }

    /// Asks on SIGINT or SIGTERM from now on; `say` is called once with what to tell the user.
    ///
    /// # Errors
    /// What the system answers where signals cannot be listened for.
    pub(crate) fn on_signals(
        &self,
        say: impl FnOnce(&str) + Send + 'static,
    ) -> std::io::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut signals = {
            let _entered = runtime.enter();
            Signals::listen()?
        };
        let stop = self.clone();
        let listen = async move {
            signals.next().await;
            say("stopping after this page; once more stops at once, and loses that page alone");
            stop.ask();
            signals.next().await;
            leave();
        };
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || runtime.block_on(listen))?;
        Ok(())
    }
}

/// Ends the process as a signal would have. The frontier is made for worse.
#[expect(clippy::exit, reason = "the user asked twice")]
fn leave() {
    std::process::exit(130);
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "same signature on every system")]
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // A system without the signal never sends it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wish_is_seen_by_those_who_wait_and_by_those_who_come_later() {
        let stop = Stop::new();
        let waiting = tokio::spawn({
            let stop = stop.clone();
            async move { stop.asked().await }
        });
        tokio::task::yield_now().await;
        assert!(!stop.is_asked());
        stop.ask();
        waiting.await.expect("it ends");
        stop.asked().await;
        assert!(stop.is_asked());
    }
}
