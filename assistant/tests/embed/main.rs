//! Embedders run by tract, through the public interface.

mod import;
mod minilm;
mod support;
