//! Flags of connections.

use clap::Args;

/// Flags of connections.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Connections")]
pub struct ConnectionFlags {
    /// Most connections at once; idle and half-sent ones make room for more [default: 4096]
    #[arg(long, env = "GIAXE_MAX_CONNECTIONS", value_name = "COUNT")]
    pub max_connections: Option<u64>,

    /// Longest time for the whole head of a request to arrive, in milliseconds [default: 10000]
    #[arg(long, env = "GIAXE_HEAD_TIMEOUT_MS", value_name = "MS")]
    pub head_timeout_ms: Option<u64>,

    /// How long a connection may wait for its next request, in milliseconds [default: 75000]
    #[arg(long, env = "GIAXE_IDLE_TIMEOUT_MS", value_name = "MS")]
    pub idle_timeout_ms: Option<u64>,

    /// How long a caller may read nothing of its reply, in milliseconds [default: 10000]
    #[arg(long, env = "GIAXE_WRITE_TIMEOUT_MS", value_name = "MS")]
    pub write_timeout_ms: Option<u64>,
}
