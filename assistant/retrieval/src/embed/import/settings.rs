//! The JSON files around a checkpoint's weights.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::embed::description::Pooling;
use crate::embed::{Error, Result};

/// Shape of a BERT encoder: `config.json`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Encoder {
    model_type: String,
    hidden_act: String,
    #[serde(default = "absolute")]
    position_embedding_type: String,
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) layer_norm_eps: f32,
    pub(super) max_position_embeddings: usize,
    pub(super) num_attention_heads: usize,
    pub(super) num_hidden_layers: usize,
    pub(super) type_vocab_size: usize,
    pub(super) vocab_size: usize,
}

fn absolute() -> String {
    "absolute".into()
}

/// All that a checkpoint says beside its weights.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) encoder: Encoder,
    pub(super) pooling: Pooling,
    pub(super) query_prefix: String,
    pub(super) passage_prefix: String,
    max_tokens: Option<usize>,
    folder: std::path::PathBuf,
}

/// `modules.json`: the steps from text to vector.
#[derive(Debug, Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

/// `sentence_bert_config.json`.
#[derive(Debug, Default, Deserialize)]
struct Reading {
    max_seq_length: Option<usize>,
    #[serde(default)]
    do_lower_case: bool,
}

/// `config_sentence_transformers.json`.
#[derive(Debug, Default, Deserialize)]
struct Prompts {
    #[serde(default)]
    prompts: BTreeMap<String, String>,
    #[serde(default)]
    default_prompt_name: Option<String>,
}

impl Settings {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let encoder: Encoder = json(&folder.join("config.json"))?;
        check(&encoder).map_err(|detail| Error::File {
            path: folder.join("config.json"),
            detail,
        })?;
        let pooling = pooling(folder)?;
        let path = folder.join("sentence_bert_config.json");
        let reading: Reading = optional(&path)?.unwrap_or_default();
        if reading.do_lower_case {
            return Err(Error::File {
                path,
                detail: "`do_lower_case` is true; supported: a tokenizer that does it itself"
                    .into(),
            });
        }
        let prompts: Option<Prompts> = optional(&folder.join("config_sentence_transformers.json"))?;
        let prompts = prompts.unwrap_or_default();
        let default = prompts.default_prompt_name.as_deref();
        let prompt = |names: &[&str]| {
            let mut names = names.iter().copied().chain(default);
            let found = names.find_map(|name| prompts.prompts.get(name));
            found.cloned().unwrap_or_default()
        };
        Ok(Self {
            encoder,
            pooling,
            query_prefix: prompt(&["query"]),
            passage_prefix: prompt(&["document", "passage", "corpus"]),
            max_tokens: reading.max_seq_length,
            folder: folder.to_owned(),
        })
    }

    /// The longest text in tokens: as wished, or as the checkpoint says, or as many as it has positions.
    pub(super) fn max_tokens(&self, wished: Option<usize>) -> Result<usize> {
        let positions = self.encoder.max_position_embeddings;
        let tokens = wished.or(self.max_tokens).unwrap_or(positions);
        if (3..=positions).contains(&tokens) {
            return Ok(tokens);
        }
        Err(Error::File {
            path: self.folder.clone(),
            detail: format!("at most {tokens} tokens a text; valid: 3 to {positions}"),
        })
    }
}

fn check(encoder: &Encoder) -> Result<(), String> {
    for (field, value, supported) in [
        ("model_type", &encoder.model_type, "bert"),
        ("hidden_act", &encoder.hidden_act, "gelu"),
        (
            "position_embedding_type",
            &encoder.position_embedding_type,
            "absolute",
        ),
    ] {
        if value != supported {
            return Err(format!("`{field}` is `{value}`; supported: `{supported}`"));
        }
    }
    let (hidden, heads) = (encoder.hidden_size, encoder.num_attention_heads);
    if heads == 0 || hidden == 0 || hidden % heads != 0 {
        return Err(format!(
            "{heads} heads do not share {hidden} dimensions evenly"
        ));
    }
    Ok(())
}

/// The pooling that `modules.json` and its folders describe; without them it is the mean, as for
/// sentence-transformers.
fn pooling(folder: &Path) -> Result<Pooling> {
    let path = folder.join("modules.json");
    let Some(modules) = optional::<Vec<Module>>(&path)? else {
        let path = folder.join("1_Pooling/config.json");
        return Ok(pooling_config(&path)?.unwrap_or(Pooling::Mean));
    };
    let mut found = Pooling::Mean;
    for module in modules {
        // `sentence_transformers.models.Pooling`, and in later versions longer paths to the same name.
        match module.kind.rsplit('.').next().unwrap_or_default() {
            "Transformer" if module.path.is_empty() => {}
            "Normalize" => {}
            "Pooling" => {
                let path = folder.join(&module.path).join("config.json");
                found = pooling_config(&path)?.unwrap_or(found);
            }
            _ => {
                return Err(Error::File {
                    path,
                    detail: format!(
                        "module `{}` at `{}`; supported: Transformer at the top, Pooling, Normalize",
                        module.kind, module.path
                    ),
                });
            }
        }
    }
    Ok(found)
}

/// The one mode that a pooling's `config.json` turns on, by flags or, in later versions, by name.
fn pooling_config(path: &Path) -> Result<Option<Pooling>> {
    let Some(config) = optional::<BTreeMap<String, serde_json::Value>>(path)? else {
        return Ok(None);
    };
    let mut modes: Vec<&str> = config
        .iter()
        .filter(|(_, value)| **value == serde_json::Value::Bool(true))
        .filter_map(|(name, _)| name.strip_prefix("pooling_mode_"))
        .collect();
    modes.extend(config.get("pooling_mode").and_then(|mode| mode.as_str()));
    match modes.as_slice() {
        ["mean_tokens" | "mean"] => Ok(Some(Pooling::Mean)),
        ["cls_token" | "cls"] => Ok(Some(Pooling::Cls)),
        other => Err(Error::File {
            path: path.to_owned(),
            detail: format!("pools by {other:?}; supported: mean, or the first token"),
        }),
    }
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs_err::read(path)?;
    serde_json::from_slice(&bytes).map_err(|error| Error::File {
        path: path.to_owned(),
        detail: error.to_string(),
    })
}

/// A file that a checkpoint may lack.
fn optional<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    if path.is_file() {
        json(path).map(Some)
    } else {
        Ok(None)
    }
}
