//! Integration tests of understanding, one module a subject.

/// Messages of every shape, short and long.
mod linear;
/// What messages mean: sets of messages with their slots, filters and intents.
mod understand;
