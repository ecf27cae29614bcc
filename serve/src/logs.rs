//! Log lines on stderr.

use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::flags::LogFormat;

/// Writes log lines to stderr from here on. Does nothing if a subscriber is set already.
pub fn init(config: &Config) {
    let filter = EnvFilter::new(&config.log_level);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second call, as from a test that starts two services, finds a subscriber set: that one stays.
    let _already_set = match config.log_format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.try_init(),
    };
}
