//! Settings of request bodies.

use std::time::Duration;

use datasets::settings::{Error, within};

/// Checked settings of request bodies.
#[derive(Debug, Clone)]
pub struct BodyConfig {
    /// Largest body.
    pub limit_bytes: usize,
    /// Longest time for a body to arrive.
    pub timeout: Duration,
    /// Most bytes of long bodies in memory at once.
    pub memory_bytes: usize,
}

impl BodyConfig {
    /// Checks every value.
    pub(super) fn resolve(
        limit_bytes: u64,
        timeout_ms: u64,
        memory_bytes: u64,
    ) -> Result<Self, Error> {
        let limit_bytes = within("body_limit_bytes", limit_bytes, 1024..=16_777_216)?;
        let timeout_ms = within("body_timeout_ms", timeout_ms, 100..=60_000)?;
        let memory_bytes = within("body_memory_bytes", memory_bytes, 1_048_576..=1_073_741_824)?;
        Ok(Self {
            limit_bytes: limit_bytes as usize,
            timeout: Duration::from_millis(timeout_ms),
            memory_bytes: memory_bytes as usize,
        })
    }
}
