//! From a checkpoint as sentence-transformers saves it to a model folder: `model.onnx`, `tokenizer.json`,
//! `embedder.toml`.
//!
//! Of encoders, BERT's architecture is read; of pooling, mean and first token. Whatever else a checkpoint asks for is
//! refused by name rather than left out.

mod bert;
mod settings;
mod weights;

use std::path::Path;

use super::description::{self, Description, NETWORK, Pooling, TokenizerChoice, TokenizerKind};
use super::files::sha256;
use super::{Error, Result};
use settings::Settings;
use weights::Weights;

/// What the importer is told in place of what the checkpoint says, or where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Name of the model; otherwise that of the checkpoint's folder.
    pub name: Option<String>,
    /// How token vectors become one; otherwise as `1_Pooling/config.json` says, or the mean.
    pub pooling: Option<Pooling>,
    /// Longest text in tokens; otherwise as `sentence_bert_config.json` says.
    pub max_tokens: Option<usize>,
    /// Put before every query; otherwise the prompt `query` of `config_sentence_transformers.json`.
    pub query_prefix: Option<String>,
    /// Put before every passage; otherwise the prompt `document` or `passage`.
    pub passage_prefix: Option<String>,
}

/// Imports the checkpoint in the folder `checkpoint` into the new folder `model`, which appears whole or not at all.
///
/// # Errors
/// [`Error::File`] with the file of the checkpoint that is wrong or asks for what is not supported, and where `model`
/// exists already.
pub fn import(checkpoint: &Path, model: &Path, options: &ImportOptions) -> Result<Description> {
    if model.exists() {
        return Err(Error::File {
            path: model.to_owned(),
            detail: "exists already; an import makes a new folder".into(),
        });
    }
    let settings = Settings::read(checkpoint)?;
    let tokenizer = fs_err::read(checkpoint.join("tokenizer.json"))?;
    let network = {
        let weights = Weights::read(&checkpoint.join("model.safetensors"))?;
        bert::graph(&settings.encoder, &weights)?
    };
    let network = network.bytes().map_err(|detail| Error::File {
        path: model.join(NETWORK),
        detail,
    })?;
    let max_tokens = settings.max_tokens(options.max_tokens)?;
    let folder_name = checkpoint.file_name().unwrap_or_default();
    let description = Description {
        name: match &options.name {
            Some(name) => name.clone(),
            None => folder_name.to_string_lossy().into_owned(),
        },
        dimensions: settings.encoder.hidden_size,
        pooling: match options.pooling {
            Some(Pooling::Graph) => {
                return Err(Error::File {
                    path: checkpoint.to_owned(),
                    detail: "an imported network gives token vectors: pooling is `mean` or `cls`"
                        .into(),
                });
            }
            Some(pooling) => pooling,
            None => settings.pooling,
        },
        normalise: true,
        max_tokens,
        batch: 32,
        round_activations: false,
        query_prefix: options
            .query_prefix
            .clone()
            .unwrap_or(settings.query_prefix),
        passage_prefix: options
            .passage_prefix
            .clone()
            .unwrap_or(settings.passage_prefix),
        output: None,
        tokenizer: TokenizerChoice {
            kind: TokenizerKind::Json,
        },
        files: [
            (NETWORK.to_owned(), sha256(&network)),
            ("tokenizer.json".to_owned(), sha256(&tokenizer)),
        ]
        .into(),
    };
    write(model, &description, &network, &tokenizer)?;
    Ok(description)
}

/// Fills a temporary folder beside `model` and renames it.
fn write(model: &Path, description: &Description, network: &[u8], tokenizer: &[u8]) -> Result<()> {
    let parent = match model.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs_err::create_dir_all(parent)?;
    let temporary = tempfile::Builder::new()
        .prefix(".importing-")
        .tempdir_in(parent)?;
    let text = toml::to_string(description).map_err(|error| Error::File {
        path: model.join(description::FILE),
        detail: error.to_string(),
    })?;
    // Inside, so that the folder that appears has the permissions of any other.
    let inner = temporary.path().join("model");
    fs_err::create_dir(&inner)?;
    fs_err::write(inner.join(NETWORK), network)?;
    fs_err::write(inner.join("tokenizer.json"), tokenizer)?;
    fs_err::write(inner.join(description::FILE), text)?;
    fs_err::rename(inner, model)?;
    Ok(())
}

#[cfg(test)]
pub(super) mod tests;
