//! Embedders run by a native ONNX Runtime, in a process of their own: `ORT_DYLIB_PATH` names its library.

#[path = "../embed/support.rs"]
mod support;

use std::path::PathBuf;

use retrieval::embed::{Backend, Config, Embedder, Error, ImportOptions, Model, import};

use support::{ModelFolder, agreement, embedded_reference, reference, skip};

/// One test, for its steps share the process's backend: a library that is not there is an error that names it, and
/// leaves the choice open; the right one then gives the vectors of sentence-transformers.
#[test]
fn the_native_backend_agrees_with_sentence_transformers() {
    let test = "the_native_backend_agrees_with_sentence_transformers";
    let Some(library) = std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from) else {
        return skip(test, "ORT_DYLIB_PATH");
    };
    let Some(model) = ModelFolder::minilm(test) else {
        return;
    };
    let absent = Config {
        onnx_runtime: Some("/nowhere/libonnxruntime.so".into()),
        ..model.config()
    };
    match Embedder::load(&absent) {
        Err(error @ Error::Library { .. }) => {
            let message = error.to_string();
            assert!(
                message.starts_with("/nowhere/libonnxruntime.so: "),
                "{message}"
            );
        }
        other => panic!("{other:?}"),
    }
    let config = Config {
        onnx_runtime: Some(library.clone()),
        ..model.config()
    };
    let embedder = Embedder::load(&config).expect("the model");
    assert_eq!(embedder.backend(), &Backend::Native(library));
    let (texts, expected) = reference();
    let vectors = embedder.embed_passages(&texts).expect("vectors");
    let (least, mean) = agreement(&vectors, &expected);
    assert!(least >= 0.96 && mean >= 0.98, "{least} {mean}");
    let refused = Embedder::load(&absent).err();
    assert!(
        matches!(refused, Some(Error::LibraryTaken { .. })),
        "{refused:?}"
    );
    let mut rounding = model.description.clone();
    rounding.round_activations = true;
    model.describe(&rounding);
    let other = Embedder::load(&model.config()).expect("rten beside it");
    let (least, mean) = agreement(&vectors, &other.embed_passages(&texts).expect("vectors"));
    // Where sums differ in their last bit, a byte may round the other way.
    assert!(least >= 0.99 && mean >= 0.999, "{least} {mean}");
    imported_agrees(test, &config, &texts, &expected);
    embedded_agrees(test, &config);
}

/// The model in the executable, and what it was before it was made small.
fn embedded_agrees(test: &str, config: &Config) {
    let Some((texts, expected)) = embedded_reference(test) else {
        return;
    };
    let least_and_mean = |model: Model| {
        let config = Config {
            model,
            ..config.clone()
        };
        let embedder = Embedder::load(&config).expect("the model");
        agreement(
            &embedder.embed_passages(&texts).expect("vectors"),
            &expected,
        )
    };
    let embedded = Config {
        model: Model::Embedded,
        ..config.clone()
    };
    if matches!(Embedder::load(&embedded), Err(Error::NoEmbeddedModel)) {
        skip(
            test,
            "assistant/retrieval/embedder/model for its embedded part",
        );
    } else {
        let (least, mean) = least_and_mean(Model::Embedded);
        assert!(least >= 0.98 && mean >= 0.99, "{least} {mean}");
    }
    if let Some(trained) = ModelFolder::trained(test) {
        let (least, mean) = least_and_mean(trained.config().model);
        assert!(least >= 0.9999, "{least} {mean}");
    }
}

/// The same weights in floating point, imported by us.
fn imported_agrees(test: &str, config: &Config, texts: &[String], expected: &[Vec<f32>]) {
    let Some(checkpoint) = std::env::var_os("GIAXE_MINILM").map(PathBuf::from) else {
        return skip(test, "GIAXE_MINILM for its imported half");
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let model = folder.path().join("minilm");
    import(&checkpoint, &model, &ImportOptions::default()).expect("a model");
    let config = Config {
        model: Model::Folder(model),
        ..config.clone()
    };
    let embedder = Embedder::load(&config).expect("the imported model");
    let vectors = embedder.embed_passages(texts).expect("vectors");
    let (least, mean) = agreement(&vectors, expected);
    assert!(least >= 0.9999, "{least} {mean}");
}
