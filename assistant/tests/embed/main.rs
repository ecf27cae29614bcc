//! Embedders run by tract, through the public interface.

mod minilm;
mod support;
