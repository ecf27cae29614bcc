//! Settings of connections.

use std::time::Duration;

use crate::flags::ConnectionFlags;
use datasets::settings::{Error, within};

/// Checked settings of connections.
#[derive(Debug, Clone)]
pub struct ConnectionConfig {
    /// Most connections at once.
    pub max: usize,
    /// Longest time for a head to arrive.
    pub head_timeout: Duration,
    /// Longest time between two requests.
    pub idle_timeout: Duration,
    /// Longest time in which a caller reads nothing of its reply.
    pub write_timeout: Duration,
}

/// The settings as files spell them.
pub(super) struct File {
    pub(super) max_connections: u64,
    pub(super) head_timeout_ms: u64,
    pub(super) idle_timeout_ms: u64,
    pub(super) write_timeout_ms: u64,
}

impl ConnectionConfig {
    /// Puts file and flags together and checks every value.
    pub(super) fn resolve(file: &File, flags: &ConnectionFlags) -> Result<Self, Error> {
        let max = within(
            "max_connections",
            flags.max_connections.unwrap_or(file.max_connections),
            16..=1_000_000,
        )?;
        let head_ms = within(
            "head_timeout_ms",
            flags.head_timeout_ms.unwrap_or(file.head_timeout_ms),
            100..=300_000,
        )?;
        let idle_ms = within(
            "idle_timeout_ms",
            flags.idle_timeout_ms.unwrap_or(file.idle_timeout_ms),
            100..=3_600_000,
        )?;
        let write_ms = within(
            "write_timeout_ms",
            flags.write_timeout_ms.unwrap_or(file.write_timeout_ms),
            100..=300_000,
        )?;
        Ok(Self {
            max: max as usize,
            head_timeout: Duration::from_millis(head_ms),
            idle_timeout: Duration::from_millis(idle_ms),
            write_timeout: Duration::from_millis(write_ms),
        })
    }
}
