//! An imported all-MiniLM-L6-v2: `GIAXE_MINILM` names the folder of its checkpoint.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use retrieval::embed::{Config, Embedder, ImportOptions, Model, Pooling, import};

use crate::support::{agreement, reference, skip};

#[test]
fn an_imported_minilm_agrees_with_sentence_transformers() {
    let Some(checkpoint) = std::env::var_os("GIAXE_MINILM").map(PathBuf::from) else {
        return skip(
            "an_imported_minilm_agrees_with_sentence_transformers",
            "GIAXE_MINILM",
        );
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let model = folder.path().join("minilm");
    let described = import(&checkpoint, &model, &ImportOptions::default()).expect("a model");
    assert_eq!(
        (described.pooling, described.max_tokens),
        (Pooling::Mean, 256)
    );
    let config = Config {
        model: Model::Folder(model),
        onnx_runtime: None,
        concurrency: Some(NonZeroUsize::MIN),
    };
    let embedder = Embedder::load(&config).expect("the model");
    let (texts, expected) = reference();
    let vectors = embedder.embed_passages(&texts).expect("vectors");
    let (least, mean) = agreement(&vectors, &expected);
    assert!(least >= 0.9999, "{least} {mean}");
}
