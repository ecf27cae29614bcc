//! Integration tests of understanding, one module a subject.

/// What messages mean: sets of messages with their slots, filters and intents.
mod understand;
