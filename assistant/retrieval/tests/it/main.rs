//! Integration tests of retrieval, one module a subject.

/// How `understanding` reads the questions of the shipped FAQ.
mod questions;
