//! Embedders run by rten, through the public interface.

mod embedded;
mod import;
mod minilm;
mod support;
