//! Embedders run by tract, through the public interface.

mod embedded;
mod import;
mod minilm;
mod support;
