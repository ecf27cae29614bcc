//! The model in the executable.

use retrieval::embed::{Embedder, Error};

use crate::support::{ModelFolder, agreement, cosine, embedded_reference, skip};

/// None, with a line that says so, in a build without a model.
fn embedded(test: &str) -> Option<Embedder> {
    match Embedder::embedded() {
        Ok(embedder) => Some(embedder),
        Err(Error::NoEmbeddedModel) => {
            skip(test, "assistant/retrieval/embedder/model");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn both_languages_meet() {
    let Some(embedder) = embedded("both_languages_meet") else {
        return;
    };
    assert_eq!(embedder.dimensions(), 384);
    let passages = [
        "Can I buy a car in instalments?",
        "How do I transfer ownership of a car?",
        "How many seats does this car have?",
    ];
    let passages = embedder.embed_passages(&passages).expect("vectors");
    for (question, nearest) in [
        ("Mua xe trả góp được không?", 0),
        ("mua xe tra gop duoc khong", 0),
        ("Thủ tục sang tên xe thế nào?", 1),
        ("thu tuc sang ten xe the nao", 1),
        ("Xe này mấy chỗ ngồi?", 2),
        ("How can I pay for a car month by month?", 0),
    ] {
        let question_vector = embedder.embed_query(question).expect("a vector");
        let length: f32 = question_vector.iter().map(|value| value * value).sum();
        assert!((length - 1.0).abs() < 1e-4, "{length}");
        let near = |at: &usize| cosine(&question_vector, &passages[*at]);
        let found = (0..3).max_by(|a, b| near(a).total_cmp(&near(b)));
        assert_eq!(found, Some(nearest), "{question}");
    }
}

#[test]
fn the_embedded_model_agrees_with_its_training() {
    let test = "the_embedded_model_agrees_with_its_training";
    let Some(embedder) = embedded(test) else {
        return;
    };
    let Some((texts, expected)) = embedded_reference(test) else {
        return;
    };
    let vectors = embedder.embed_passages(&texts).expect("vectors");
    let (least, mean) = agreement(&vectors, &expected);
    assert!(least >= 0.98 && mean >= 0.99, "{least} {mean}");
}

#[test]
fn the_trained_network_agrees_in_full_precision() {
    let test = "the_trained_network_agrees_in_full_precision";
    let Some(trained) = ModelFolder::trained(test) else {
        return;
    };
    let Some((texts, expected)) = embedded_reference(test) else {
        return;
    };
    let embedder = Embedder::load(&trained.config()).expect("the trained model");
    let vectors = embedder.embed_passages(&texts).expect("vectors");
    let (least, mean) = agreement(&vectors, &expected);
    assert!(least >= 0.9999, "{least} {mean}");
}
