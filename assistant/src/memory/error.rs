//! What can go wrong with the memory, for callers.

/// What is wrong with the file.
#[derive(Debug, thiserror::Error)]
#[error("the assistant's memory `{path}`: {detail}")]
pub struct MemoryError {
    /// The file.
    pub path: String,
    /// What the database or the system says.
    pub detail: String,
    /// Whether the file holds something else than a memory that this version reads.
    pub is_damaged: bool,
}
