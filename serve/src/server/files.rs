//! The limit on open files, of which every connection takes one.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Files that are not connections: the registry, the assistant's, a log, connections to other servers.
const OTHER_FILES: u64 = 128;

/// Raises this process's limit on open files as far as it may, and returns how many of `connections` fit into it.
pub fn raise_open_files(connections: usize) -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let soft = limit.current;
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "the limit on open files stays");
        limit.current = soft;
    }
    let Some(files) = limit.current else {
        return connections;
    };
    let fit = files.saturating_sub(OTHER_FILES).max(1);
    let fit = usize::try_from(fit).unwrap_or(usize::MAX);
    if fit < connections {
        tracing::warn!(
            files,
            connections,
            "the limit on open files (`ulimit -n`) leaves room for {fit} connections"
        );
    }
    fit.min(connections)
}
