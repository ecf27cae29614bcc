//! Integration tests of the assistant, one module a subject.

/// What messages mean: sets of messages with their slots, filters and intents.
mod understand;
