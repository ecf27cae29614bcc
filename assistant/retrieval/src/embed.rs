//! Sentence embeddings: a text becomes a vector, near those of texts that mean the same.
//!
//! [`Embedder`] loads a model folder (`embedder.toml` beside `model.onnx`, see [`Description`]) or the model in the
//! executable, and runs it with rten, or with a native ONNX Runtime where its library is configured.
//!
//! The feature `import` adds what makes such a folder of a checkpoint, from disk or from the model hub.

mod bilingual;
mod description;
mod embedder;
mod engine;
mod error;
mod files;
mod foreign;
mod graph;
#[cfg(feature = "import")]
mod hub;
#[cfg(feature = "import")]
mod import;
mod network;
mod tokenizer;

pub use description::{Description, Pooling, TokenizerChoice, TokenizerKind};
pub use embedder::{Config, Embedder, Model};
pub use engine::Backend;
pub use error::{Error, Result};
#[cfg(feature = "import")]
pub use hub::{ENDPOINT, Hub, Progress, model_names};
#[cfg(feature = "import")]
pub use import::{ImportOptions, import};
