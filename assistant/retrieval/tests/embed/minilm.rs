//! The given 8-bit MiniLM: quality, batches, threads, and what is refused.

use std::num::NonZeroUsize;

use retrieval::embed::{Backend, Config, Embedder, Error, Pooling};

use crate::support::{ModelFolder, agreement, cosine, reference};

#[test]
fn vectors_agree_with_sentence_transformers() {
    let Some(model) = ModelFolder::minilm("vectors_agree_with_sentence_transformers") else {
        return;
    };
    let embedder = Embedder::load(&model.config()).expect("the model");
    assert_eq!(embedder.backend(), &Backend::Rten);
    assert_eq!(embedder.dimensions(), 384);
    let (texts, expected) = reference();
    let vectors = embedder.embed_passages(&texts).expect("vectors");
    let (least, mean) = agreement(&vectors, &expected);
    assert!(least >= 0.98 && mean >= 0.99, "{least} {mean}");
}

#[test]
fn a_paraphrase_is_nearer_than_another_question() {
    let Some(model) = ModelFolder::minilm("a_paraphrase_is_nearer_than_another_question") else {
        return;
    };
    let embedder = Embedder::load(&model.config()).expect("the model");
    let question = embedder.embed_query("Can I pay for the car monthly?");
    let question = question.expect("a vector");
    let others = [
        "Is it possible to pay in instalments?",
        "Is the showroom open on Sunday?",
    ];
    let others = embedder.embed_passages(&others).expect("vectors");
    assert!(cosine(&question, &others[0]) > cosine(&question, &others[1]) + 0.2);
}

#[test]
fn a_vector_depends_on_its_text_alone() {
    let Some(model) = ModelFolder::minilm("a_vector_depends_on_its_text_alone") else {
        return;
    };
    let mut config = model.config();
    config.concurrency = NonZeroUsize::new(2);
    let embedder = Embedder::load(&config).expect("the model");
    let (texts, _) = reference();
    let alone: Vec<_> = texts
        .iter()
        .map(|text| embedder.embed_query(text))
        .collect();
    let alone: Vec<_> = alone
        .into_iter()
        .collect::<Result<_, _>>()
        .expect("vectors");
    assert_eq!(embedder.embed_passages(&texts).expect("vectors"), alone);
    std::thread::scope(|scope| {
        for part in 0..4 {
            let (embedder, texts, alone) = (&embedder, &texts, &alone);
            scope.spawn(move || {
                for at in (part..texts.len()).step_by(4) {
                    let vector = embedder.embed_query(&texts[at]).expect("a vector");
                    assert_eq!(vector, alone[at]);
                }
            });
        }
    });
    assert!(
        embedder
            .embed_passages::<&str>(&[])
            .expect("none")
            .is_empty()
    );
}

#[test]
fn padding_in_a_batch_changes_next_to_nothing() {
    let Some(model) = ModelFolder::minilm("padding_in_a_batch_changes_next_to_nothing") else {
        return;
    };
    let alone = Embedder::load(&model.config()).expect("the model");
    let mut description = model.description.clone();
    description.batch = 32;
    model.describe(&description);
    let batched = Embedder::load(&model.config()).expect("the model");
    let (texts, _) = reference();
    let (least, _) = agreement(
        &alone.embed_passages(&texts).expect("vectors"),
        &batched.embed_passages(&texts).expect("vectors"),
    );
    assert!(least >= 0.9999, "{least}");
    assert_eq!(alone.fingerprint(), batched.fingerprint());
}

#[test]
fn the_fingerprint_tells_what_decides_vectors() {
    let Some(model) = ModelFolder::minilm("the_fingerprint_tells_what_decides_vectors") else {
        return;
    };
    let fingerprint = |change: fn(&mut retrieval::embed::Description)| {
        let mut description = model.description.clone();
        change(&mut description);
        model.describe(&description);
        let embedder = Embedder::load(&model.config()).expect("the model");
        embedder.fingerprint().to_owned()
    };
    let plain = fingerprint(|_| {});
    assert_eq!(plain.len(), 64);
    assert_eq!(fingerprint(|model| model.name = "other".into()), plain);
    assert_eq!(fingerprint(|model| model.batch = 7), plain);
    assert_eq!(fingerprint(|model| model.round_activations = true), plain);
    let explicit = |model: &mut retrieval::embed::Description| {
        model.output = Some("last_hidden_state".into());
    };
    assert_eq!(fingerprint(explicit), plain);
    assert_ne!(fingerprint(|model| model.pooling = Pooling::Cls), plain);
    assert_ne!(fingerprint(|model| model.max_tokens = 64), plain);
    assert_ne!(
        fingerprint(|model| model.query_prefix = "query: ".into()),
        plain
    );
}

#[test]
fn prefixes_and_length_change_what_is_embedded() {
    let Some(model) = ModelFolder::minilm("prefixes_and_length_change_what_is_embedded") else {
        return;
    };
    let plain = Embedder::load(&model.config()).expect("the model");
    let mut description = model.description.clone();
    description.query_prefix = "query: ".into();
    description.passage_prefix = "passage: ".into();
    description.max_tokens = 8;
    model.describe(&description);
    let other = Embedder::load(&model.config()).expect("the model");
    let vector = |text| plain.embed_query(text).expect("a vector");
    assert_eq!(
        other.embed_query("a car").expect("a vector"),
        vector("query: a car")
    );
    assert_eq!(
        other.embed_passages(&["a car"]).expect("one")[0],
        vector("passage: a car")
    );
    let cut = other.embed_query("one two three four five six seven eight");
    assert_eq!(cut.expect("a vector"), vector("query: one two three four"));
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let Some(model) = ModelFolder::minilm("what_does_not_fit_is_refused_by_name") else {
        return;
    };
    let refusal = |config: &Config| match Embedder::load(config) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error.to_string(),
    };
    let mut wrong = model.description.clone();
    wrong.output = Some("pooler_output".into());
    model.describe(&wrong);
    let error = refusal(&model.config());
    assert!(error.contains("no output `pooler_output`"), "{error}");

    let mut wrong = model.description.clone();
    wrong.files.insert("tokenizer.json".into(), "00".into());
    model.describe(&wrong);
    let error = refusal(&model.config());
    assert!(
        error.contains("tokenizer.json: SHA-256 is be50c3"),
        "{error}"
    );

    let mut wrong = model.description.clone();
    wrong.dimensions = 768;
    model.describe(&wrong);
    let embedder = Embedder::load(&model.config()).expect("only its vectors tell");
    let error = embedder
        .embed_query("a car")
        .expect_err("768 were described");
    assert!(error.to_string().contains("384"), "{error}");

    model.describe(&model.description);
    let network = model.folder.path().join("model.onnx");
    let bytes = fs_err::read(&network).expect("the network");
    fs_err::write(&network, &bytes[..bytes.len() / 2]).expect("half of it");
    assert!(refusal(&model.config()).contains("model.onnx: SHA-256"));

    fs_err::remove_file(&network).expect("it was there");
    assert!(refusal(&model.config()).contains("model.onnx"));
}

#[test]
fn a_library_that_is_not_there_leaves_the_other_backend_alone() {
    let test = "a_library_that_is_not_there_leaves_the_other_backend_alone";
    let Some(model) = ModelFolder::minilm(test) else {
        return;
    };
    let config = Config {
        onnx_runtime: Some("/nowhere/libonnxruntime.so".into()),
        ..model.config()
    };
    let refused = Embedder::load(&config).err();
    assert!(
        matches!(refused, Some(Error::Library { .. })),
        "{refused:?}"
    );
    Embedder::load(&model.config()).expect("the model");
}
