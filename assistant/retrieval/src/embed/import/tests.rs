//! A checkpoint of a few hundred numbers: imported, run by tract, and compared with plain arithmetic.

mod reference;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::{Value, json};

use super::*;
use crate::embed::{Config, Embedder, Model};
use reference::{HIDDEN, INNER, LAYERS, PLACES, Tensors, WORDS, encode, tensors};

const VOCABULARY: [&str; WORDS] = [
    "[PAD]", "[CLS]", "[SEP]", "[UNK]", "xe", "giá", "car", "price",
];

/// A tokenizer of whole words, with padding pinned as published files have it.
fn tokenizer() -> Value {
    let ids: HashMap<&str, usize> = VOCABULARY.into_iter().zip(0..).collect();
    let special = |id: usize| {
        json!({"id": id, "content": VOCABULARY[id], "special": true, "single_word": false,
               "lstrip": false, "rstrip": false, "normalized": false})
    };
    let token = |id: &str| json!({"SpecialToken": {"id": id, "type_id": 0}});
    let known = |id: usize| json!({"id": VOCABULARY[id], "ids": [id], "tokens": [VOCABULARY[id]]});
    json!({
        "version": "1.0",
        "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 10}, "direction": "Right", "pad_to_multiple_of": null,
                    "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": [special(0), special(1), special(2), special(3)],
        "normalizer": null,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [token("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, token("[SEP]")],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"[CLS]": known(1), "[SEP]": known(2)}},
        "decoder": null,
        "model": {"type": "WordLevel", "vocab": ids, "unk_token": "[UNK]"},
    })
}

fn config() -> Value {
    json!({
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu",
        "hidden_size": HIDDEN, "intermediate_size": INNER, "layer_norm_eps": 1e-12,
        "max_position_embeddings": PLACES, "num_attention_heads": 2, "num_hidden_layers": LAYERS,
        "type_vocab_size": 2, "vocab_size": WORDS,
    })
}

/// Writes tensors under names that begin with `prefix`.
fn write_weights(path: &Path, tensors: &Tensors, prefix: &str) {
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
        .iter()
        .map(|(name, (dims, values))| {
            let bytes = values.iter().flat_map(|value| value.to_le_bytes());
            (format!("{prefix}{name}"), dims.clone(), bytes.collect())
        })
        .collect();
    let views = bytes.iter().map(|(name, dims, bytes)| {
        let view = TensorView::new(Dtype::F32, dims.clone(), bytes).expect("a tensor");
        (name, view)
    });
    fs_err::write(path, serialize(views, None).expect("a file's bytes")).expect("a file");
}

/// A checkpoint that has its files changed before it is imported.
pub(in crate::embed) struct Checkpoint {
    pub(in crate::embed) folder: tempfile::TempDir,
}

impl Checkpoint {
    pub(in crate::embed) fn new() -> Self {
        let checkpoint = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        checkpoint.json("config.json", &config());
        checkpoint.json("tokenizer.json", &tokenizer());
        write_weights(&checkpoint.path("model.safetensors"), &tensors(), "");
        checkpoint
    }

    pub(in crate::embed) fn path(&self, file: &str) -> std::path::PathBuf {
        self.folder.path().join("checkpoint").join(file)
    }

    fn json(&self, file: &str, value: &Value) {
        let path = self.path(file);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs_err::write(path, value.to_string()).expect("a file");
    }

    fn import(&self, options: &ImportOptions) -> Result<Description> {
        import(
            &self.folder.path().join("checkpoint"),
            &self.folder.path().join("model"),
            options,
        )
    }

    fn load(&self) -> Embedder {
        let config = Config {
            model: Model::Folder(self.folder.path().join("model")),
            onnx_runtime: None,
            concurrency: Some(NonZeroUsize::MIN),
        };
        Embedder::load(&config).expect("the imported model")
    }
}

fn close(a: &[f32], b: &[f32]) {
    let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    assert!(
        a.len() == b.len() && apart.fold(0.0, f32::max) < 1e-5,
        "{a:?} {b:?}"
    );
}

#[test]
fn an_imported_encoder_computes_what_bert_does() {
    let texts: [(&str, &[usize]); 4] = [
        ("", &[1, 2]),
        ("xe giá", &[1, 4, 5, 2]),
        ("car price car unknown price", &[1, 6, 7, 6, 3, 7, 2]),
        // Cut to the twelve places that there are.
        (
            "xe xe xe xe xe xe xe xe xe xe xe xe xe xe",
            &[1, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2],
        ),
    ];
    for (prefix, pooling) in [("", Pooling::Mean), ("bert.", Pooling::Cls)] {
        let checkpoint = Checkpoint::new();
        write_weights(&checkpoint.path("model.safetensors"), &tensors(), prefix);
        let options = ImportOptions {
            pooling: Some(pooling),
            ..ImportOptions::default()
        };
        let description = checkpoint.import(&options).expect("a model");
        assert_eq!(
            (description.max_tokens, description.dimensions),
            (PLACES, HIDDEN)
        );
        assert_eq!(description.name, "checkpoint");
        let vectors = checkpoint
            .load()
            .embed_passages(&texts.map(|(text, _)| text));
        for (vector, (_, ids)) in vectors.expect("vectors").iter().zip(texts) {
            close(vector, &encode(&tensors(), ids, pooling));
        }
    }
}

#[test]
fn settings_come_from_the_checkpoint_or_the_caller() {
    let checkpoint = Checkpoint::new();
    checkpoint.json(
        "modules.json",
        &json!([
            {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ]),
    );
    checkpoint.json(
        "1_Pooling/config.json",
        &json!({"word_embedding_dimension": 8, "pooling_mode_cls_token": true,
                "pooling_mode_mean_tokens": false, "include_prompt": true}),
    );
    checkpoint.json(
        "sentence_bert_config.json",
        &json!({"max_seq_length": 9, "do_lower_case": false}),
    );
    checkpoint.json(
        "config_sentence_transformers.json",
        &json!({"prompts": {"query": "query: ", "document": "passage: "}}),
    );
    let read = checkpoint
        .import(&ImportOptions::default())
        .expect("a model");
    assert_eq!((read.pooling, read.max_tokens), (Pooling::Cls, 9));
    assert_eq!(
        (&*read.query_prefix, &*read.passage_prefix),
        ("query: ", "passage: ")
    );

    let exists = checkpoint.import(&ImportOptions::default());
    let exists = exists.expect_err("the folder exists").to_string();
    assert!(exists.contains("exists already"), "{exists}");

    fs_err::remove_dir_all(checkpoint.folder.path().join("model")).expect("it was there");
    let told = ImportOptions {
        name: Some("mine".into()),
        pooling: Some(Pooling::Mean),
        max_tokens: Some(5),
        query_prefix: Some("q ".into()),
        passage_prefix: Some(String::new()),
    };
    let told = checkpoint.import(&told).expect("a model");
    assert_eq!(
        (&*told.name, told.pooling, told.max_tokens),
        ("mine", Pooling::Mean, 5)
    );
    assert_eq!((&*told.query_prefix, &*told.passage_prefix), ("q ", ""));
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let module = |kind: &str| json!([{"path": "2_Dense", "type": format!("models.{kind}")}]);
    let mut wide = config();
    wide["intermediate_size"] = json!(INNER + 1);
    let mut deep = config();
    deep["num_hidden_layers"] = json!(LAYERS + 1);
    let changed = |field: &str, value: Value| {
        let mut config = config();
        config[field] = value;
        config
    };
    for (file, value, message) in [
        (
            "config.json",
            changed("model_type", json!("roberta")),
            "`model_type` is `roberta`",
        ),
        (
            "config.json",
            changed("hidden_act", json!("relu")),
            "`hidden_act` is `relu`",
        ),
        (
            "config.json",
            changed("position_embedding_type", json!("relative_key")),
            "`relative_key`; supported: `absolute`",
        ),
        (
            "config.json",
            changed("num_attention_heads", json!(3)),
            "3 heads",
        ),
        (
            "config.json",
            wide,
            "has the shape [16, 8]; config.json makes it [17, 8]",
        ),
        ("config.json", deep, "no tensor `encoder.layer.2"),
        (
            "config.json",
            json!({"model_type": "bert"}),
            "config.json: missing field",
        ),
        (
            "modules.json",
            module("Dense"),
            "module `models.Dense` at `2_Dense`",
        ),
        (
            "1_Pooling/config.json",
            json!({"pooling_mode_max_tokens": true}),
            "pools by [\"max_tokens\"]",
        ),
        (
            "1_Pooling/config.json",
            json!({"pooling_mode": "lasttoken"}),
            "lasttoken",
        ),
        (
            "sentence_bert_config.json",
            json!({"do_lower_case": true}),
            "`do_lower_case`",
        ),
        (
            "sentence_bert_config.json",
            json!({"max_seq_length": 500}),
            "valid: 3 to 12",
        ),
        ("model.safetensors", json!({}), "model.safetensors: "),
    ] {
        let checkpoint = Checkpoint::new();
        checkpoint.json(file, &value);
        let error = checkpoint.import(&ImportOptions::default());
        let error = error.expect_err(message).to_string();
        assert!(error.contains(message), "{error}");
        assert!(!checkpoint.folder.path().join("model").exists());
    }
}

#[test]
fn a_tokenizer_that_knows_more_words_than_the_network_is_refused() {
    let checkpoint = Checkpoint::new();
    let mut more = tokenizer();
    more["model"]["vocab"]["xe hơi"] = json!(WORDS);
    checkpoint.json("tokenizer.json", &more);
    checkpoint
        .import(&ImportOptions::default())
        .expect("a model");
    let config = Config {
        model: Model::Folder(checkpoint.folder.path().join("model")),
        onnx_runtime: None,
        concurrency: Some(NonZeroUsize::MIN),
    };
    let error = Embedder::load(&config).expect_err("nine words, of which it knows eight");
    assert!(error.to_string().contains("9 different tokens"), "{error}");
}
