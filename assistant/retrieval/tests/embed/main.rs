//! Embedders run by rten, through the public interface.

mod embedded;
#[cfg(feature = "import")]
mod import;
mod minilm;
mod support;
