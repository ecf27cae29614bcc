//! `embedder.toml`: what a model folder says of its model.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Error, Result};

/// Name of the description in a model folder.
pub(super) const FILE: &str = "embedder.toml";
/// Name of the network in a model folder.
pub(super) const NETWORK: &str = "model.onnx";

/// A model: how its texts are prepared and its outputs read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Name for people and logs.
    pub name: String,
    /// Length of its vectors.
    pub dimensions: usize,
    /// How token vectors become one.
    pub pooling: Pooling,
    /// Whether vectors are brought to length one after pooling.
    #[serde(default = "yes")]
    pub normalise: bool,
    /// Longest text in tokens, with those that the tokenizer adds; what is longer is cut.
    pub max_tokens: usize,
    /// Most texts in one run. One, where the network quantises its activations as it goes: the range is taken over
    /// the whole batch, so that a text's vector would depend on its neighbours.
    #[serde(default = "default_batch")]
    pub batch: usize,
    /// Whether rten may round activations to bytes where the network says so, as ONNX Runtime always does: more than
    /// twice as fast, and a text's vector differs by one part in a hundred. Otherwise it widens the weights to floats.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub round_activations: bool,
    /// Put before every query.
    #[serde(default)]
    pub query_prefix: String,
    /// Put before every passage.
    #[serde(default)]
    pub passage_prefix: String,
    /// The network's output that is read; by default `sentence_embedding` or `last_hidden_state`, as pooling has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// How texts become tokens.
    pub tokenizer: TokenizerChoice,
    /// SHA-256 of every file of the model, in hex.
    pub files: BTreeMap<String, String>,
}

/// How the token vectors of a text become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// The network does it: its output is one vector a text.
    Graph,
    /// Their mean.
    Mean,
    /// The first one.
    Cls,
}

/// The tokenizer of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenizerChoice {
    /// Its kind, which says what files it has.
    pub kind: TokenizerKind,
}

/// Kinds of tokenizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenizerKind {
    /// That of our own model: `vocab.txt`, `vocab_vi.txt`, `gate.tsv`.
    #[serde(rename = "bilingual")]
    Bilingual,
    /// The one that a `tokenizer.json` describes.
    #[serde(rename = "tokenizer.json")]
    Json,
}

impl TokenizerKind {
    /// The files that it is read from.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Self::Bilingual => &["vocab.txt", "vocab_vi.txt", "gate.tsv"],
            Self::Json => &["tokenizer.json"],
        }
    }
}

fn yes() -> bool {
    true
}

fn default_batch() -> usize {
    32
}

impl Description {
    /// Reads a description; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::File`] where it is no valid description.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let wrong = |detail: String| Error::File {
            path: path.to_owned(),
            detail,
        };
        let description: Self = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        for (field, value, valid) in [
            ("dimensions", description.dimensions, 1..=8192),
            ("max_tokens", description.max_tokens, 3..=8192),
            ("batch", description.batch, 1..=1024),
        ] {
            if !valid.contains(&value) {
                return Err(wrong(format!(
                    "`{field}` is {value}; valid: {} to {}",
                    valid.start(),
                    valid.end()
                )));
            }
        }
        for file in description.needed() {
            if !description.files.contains_key(file) {
                return Err(wrong(format!("`[files]` has no SHA-256 of `{file}`")));
            }
        }
        Ok(description)
    }

    /// The files that the model consists of, the network first.
    pub fn needed(&self) -> impl Iterator<Item = &'static str> {
        [NETWORK]
            .into_iter()
            .chain(self.tokenizer.kind.files().iter().copied())
    }

    /// The name of the network's output that is read.
    pub fn output(&self) -> &str {
        self.output.as_deref().unwrap_or(match self.pooling {
            Pooling::Graph => "sentence_embedding",
            Pooling::Mean | Pooling::Cls => "last_hidden_state",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        name = "giaxe-vi-en"
        dimensions = 384
        pooling = "graph"
        max_tokens = 256
        [tokenizer]
        kind = "tokenizer.json"
        [files]
        "model.onnx" = "00"
        "tokenizer.json" = "11"
    "#;

    #[test]
    fn what_is_left_out_has_a_default() {
        let read = Description::parse(GOOD, Path::new(FILE)).expect("a valid description");
        assert!(read.normalise);
        assert_eq!(read.batch, 32);
        assert_eq!(read.query_prefix, "");
        assert_eq!(read.output(), "sentence_embedding");
        let again = toml::to_string(&read).expect("it is serialisable");
        assert_eq!(
            Description::parse(&again, Path::new(FILE)).expect("its own words"),
            read
        );
    }

    #[test]
    fn mistakes_are_named() {
        for (from, to, message) in [
            ("384", "0", "`dimensions` is 0"),
            ("256", "2", "`max_tokens` is 2"),
            ("\"graph\"", "\"max\"", "unknown variant `max`"),
            ("max_tokens", "max_length", "max_length"),
            (
                "\"tokenizer.json\" = ",
                "\"vocab.txt\" = ",
                "no SHA-256 of `tokenizer.json`",
            ),
            ("kind = \"tokenizer.json\"", "kind = \"bpe\"", "bpe"),
        ] {
            let text = GOOD.replace(from, to);
            let error = Description::parse(&text, Path::new("m/embedder.toml"));
            let error = error.expect_err(from).to_string();
            assert!(
                error.starts_with("m/embedder.toml: ") && error.contains(message),
                "{error}"
            );
        }
    }
}
