//! Threads that let others go first.

/// Gives this thread a tenth of what threads that answer ordinary requests get while those want all of a core. Only Linux
/// has a priority for each thread.
pub fn lower() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(10) {
        tracing::debug!(%error, "a thread keeps its priority");
    }
}
