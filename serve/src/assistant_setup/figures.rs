//! What metrics say of the parts that the assistant stands on.

use assistant::Assistant;
use assistant::llm::BreakerState;
use assistant::memory::{MemoryState, MemoryStatus};
use retrieval::QueueStats;
use retrieval::index::Dense;

use crate::metrics::{Figure, Said};

/// What metrics say of the language model's breaker.
pub(super) fn breaker(state: BreakerState) -> Vec<Said> {
    let state = match state {
        BreakerState::Closed => 0.0,
        BreakerState::HalfOpen => 1.0,
        BreakerState::Open { .. } => 2.0,
    };
    let help = "Whether calls of the language model are let through: 0 all, 1 one probe, 2 none";
    vec![("giaxe_llm_breaker_state", help, Figure::Gauge(state))]
}

/// What metrics say of the assistant's parts.
pub(super) fn parts(assistant: &Assistant) -> Vec<Said> {
    let up = |is_up: bool| Figure::Gauge(f64::from(u8::from(is_up)));
    let index = assistant.knowledge();
    let mut said = vec![(
        "giaxe_embedder_up",
        "Whether questions are compared by vectors, and not by words alone",
        up(index.dense() == Dense::Up),
    )];
    if let Some(is_up) = index.server_is_up() {
        let help = "Whether the vector server answers";
        said.push(("giaxe_qdrant_up", help, up(is_up)));
    }
    if let Some(writer) = assistant.writer() {
        let help = "Whether the last call of the language model came to an end";
        said.push(("giaxe_llm_up", help, up(writer.is_up())));
    }
    said.extend(queue(index.queue_stats()));
    said.extend(memory(&assistant.memory().status()));
    said
}

/// What metrics say of the embedder's queue.
fn queue(stats: QueueStats) -> Vec<Said> {
    let gauge = |count: usize| Figure::Gauge(count as f64);
    vec![
        (
            "giaxe_embedder_queue_waiting",
            "Questions that wait for the embedder",
            gauge(stats.waiting),
        ),
        (
            "giaxe_embedder_queue_capacity",
            "Questions that may wait for the embedder; one more is answered by words alone",
            gauge(stats.capacity),
        ),
        (
            "giaxe_embedder_running",
            "Questions that are being embedded",
            gauge(stats.running),
        ),
        (
            "giaxe_embedder_begun",
            "Questions whose embedding was begun",
            Figure::Counter(stats.begun),
        ),
        (
            "giaxe_embedder_abandoned",
            "Questions whose embedding was not begun because nobody waited any more",
            Figure::Counter(stats.abandoned),
        ),
        (
            "giaxe_embedder_refused",
            "Questions that found the queue full",
            Figure::Counter(stats.refused),
        ),
        (
            "giaxe_embedder_busy_seconds",
            "Time spent embedding",
            Figure::Seconds(stats.duration.as_secs_f64()),
        ),
    ]
}

/// What metrics say of the memory.
fn memory(status: &MemoryStatus) -> Vec<Said> {
    let bytes = |bytes: u64| Figure::Gauge(bytes as f64);
    let mut said = vec![
        (
            "giaxe_memory_file_bytes",
            "Size of the assistant's memory file, its log included",
            bytes(status.file_bytes),
        ),
        (
            "giaxe_memory_held_bytes",
            "Bytes of the memory in the process",
            bytes(status.held_bytes),
        ),
        (
            "giaxe_memory_pending_rows",
            "Changes that the memory file lacks",
            Figure::Gauge(status.pending_rows as f64),
        ),
        (
            "giaxe_memory_dropped_rows",
            "Rows that made room for others before they were saved",
            Figure::Counter(status.dropped_rows_total),
        ),
        (
            "giaxe_memory_writes",
            "Successful writes of the memory file",
            Figure::Counter(status.writes_total),
        ),
        (
            "giaxe_memory_failures",
            "Failed attempts to open or write the memory file",
            Figure::Counter(status.failures_total),
        ),
    ];
    if status.state != MemoryState::ProcessOnly {
        let is_saved = f64::from(u8::from(status.state == MemoryState::Saved));
        let help = "Whether the last write of the memory file succeeded";
        said.push(("giaxe_memory_last_write_ok", help, Figure::Gauge(is_saved)));
    }
    if let Some(at_s) = status.last_write_at_s {
        let help = "When the memory file was last written, in seconds since 1970";
        said.push((
            "giaxe_memory_last_write_timestamp_seconds",
            help,
            Figure::Gauge(at_s as f64),
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_that_cannot_be_written_shows() {
        let mut status = MemoryStatus {
            state: MemoryState::Failing,
            error: Some("disk full".to_owned()),
            pending_rows: 3,
            dropped_rows_total: 0,
            writes_total: 5,
            failures_total: 2,
            last_write_at_s: Some(1_700_000_000),
            held_bytes: 100,
            file_bytes: 4096,
        };
        let figure = |status: &MemoryStatus, name: &str| {
            let said = memory(status);
            let found = said.into_iter().find(|(own, ..)| *own == name);
            found.map(|(.., figure)| figure)
        };
        let ok = "giaxe_memory_last_write_ok";
        assert_eq!(figure(&status, ok), Some(Figure::Gauge(0.0)));
        let failures = figure(&status, "giaxe_memory_failures");
        assert_eq!(failures, Some(Figure::Counter(2)));
        status.state = MemoryState::Saved;
        assert_eq!(figure(&status, ok), Some(Figure::Gauge(1.0)));
        status.state = MemoryState::ProcessOnly;
        assert_eq!(figure(&status, ok), None, "there is no file");
    }
}
