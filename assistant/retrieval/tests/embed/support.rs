//! A model folder around the given MiniLM, and the vectors that sentence-transformers makes of 200 texts.

use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use retrieval::embed::{Config, Description, Model, Pooling, TokenizerChoice, TokenizerKind};
use sha2::{Digest as _, Sha256};

/// Says that `test` did not run for want of `needs`, past the runner, which swallows what `eprintln!` prints.
pub(crate) fn skip(test: &str, needs: &str) {
    let line = format!("skipped: {test} needs {needs}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr");
}

/// A folder with copies of a model's files and what describes them.
pub(crate) struct ModelFolder {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) description: Description,
}

impl ModelFolder {
    /// The given 8-bit MiniLM. None, with a line that says so, where it is absent.
    pub(crate) fn minilm(test: &str) -> Option<Self> {
        let shared = std::env::var_os("GIAXE_SHARED").unwrap_or_else(|| "../../shared".into());
        let given = Path::new(&shared).join("models/all-MiniLM-L6-v2");
        if !given.join("model_int8.onnx").is_file() {
            skip(test, "../shared/models");
            return None;
        }
        let files = [
            ("model_int8.onnx", "model.onnx"),
            ("tokenizer.json", "tokenizer.json"),
        ];
        Some(Self::new(
            &given,
            &files,
            TokenizerKind::Json,
            Pooling::Mean,
        ))
    }

    /// The embedded model before it was made small: `GIAXE_EMBEDDER_TRAINED` names what `train.py` wrote. None, with a
    /// line that says so, where it is absent.
    pub(crate) fn trained(test: &str) -> Option<Self> {
        let Some(trained) = std::env::var_os("GIAXE_EMBEDDER_TRAINED").map(PathBuf::from) else {
            skip(test, "GIAXE_EMBEDDER_TRAINED");
            return None;
        };
        let files = [
            ("model_fp32.onnx", "model.onnx"),
            ("vocab.txt", "vocab.txt"),
            ("vocab_vi.txt", "vocab_vi.txt"),
            ("gate.tsv", "gate.tsv"),
        ];
        Some(Self::new(
            &trained,
            &files,
            TokenizerKind::Bilingual,
            Pooling::Graph,
        ))
    }

    fn new(from: &Path, files: &[(&str, &str)], kind: TokenizerKind, pooling: Pooling) -> Self {
        let mut made = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            description: Description {
                name: "model".into(),
                dimensions: 384,
                pooling,
                normalise: true,
                max_tokens: 256,
                batch: 1,
                round_activations: false,
                query_prefix: String::new(),
                passage_prefix: String::new(),
                output: None,
                tokenizer: TokenizerChoice { kind },
                files: [].into(),
            },
        };
        for (file, name) in files {
            let bytes = fs_err::read(from.join(file)).expect("a file");
            made.description
                .files
                .insert((*name).into(), sha256(&bytes));
            fs_err::write(made.folder.path().join(name), bytes).expect("a copy");
        }
        made.describe(&made.description);
        made
    }

    /// Replaces `embedder.toml`.
    pub(crate) fn describe(&self, description: &Description) {
        let text = toml::to_string(description).expect("a description");
        fs_err::write(self.folder.path().join("embedder.toml"), text).expect("a file");
    }

    /// To load it with rten.
    pub(crate) fn config(&self) -> Config {
        Config {
            model: Model::Folder(self.folder.path().to_owned()),
            onnx_runtime: None,
            concurrency: Some(NonZeroUsize::MIN),
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    let mut hash = String::new();
    for byte in Sha256::digest(bytes) {
        write!(hash, "{byte:02x}").expect("a string takes it");
    }
    hash
}

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(path)
}

/// Texts in two languages, one empty and one too long among them, with MiniLM's vectors as sentence-transformers
/// makes them, rounded to 16 bits.
pub(crate) fn reference() -> (Vec<String>, Vec<Vec<f32>>) {
    (texts(), vectors(&fixture("minilm/vectors.bf16")))
}

/// The same texts with the vectors that the embedded model's training makes of them. None, with a line that says so,
/// where none were made.
///
/// They belong to one network: that another is embedded now is a failure, not a reason to skip.
pub(crate) fn embedded_reference(test: &str) -> Option<(Vec<String>, Vec<Vec<f32>>)> {
    let Ok(network) = fs_err::read_to_string(fixture("embedded/network.sha256")) else {
        skip(test, "tests/fixtures/embedded (reference_vectors.py)");
        return None;
    };
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("embedder/model/model.onnx");
    if let Ok(model) = fs_err::read(model) {
        let embedded = sha256(&model);
        assert_eq!(
            network.trim(),
            embedded,
            "run reference_vectors.py for the new model"
        );
    }
    Some((texts(), vectors(&fixture("embedded/vectors.bf16"))))
}

fn texts() -> Vec<String> {
    let texts = fs_err::read(fixture("minilm/texts.json")).expect("texts");
    serde_json::from_slice(&texts).expect("an array of texts")
}

fn vectors(path: &Path) -> Vec<Vec<f32>> {
    let bytes = fs_err::read(path).expect("vectors");
    // The upper half of a float's bits.
    let value = |pair: &[u8]| f32::from_bits(u32::from_le_bytes([0, 0, pair[0], pair[1]]));
    let rows = bytes.chunks_exact(2 * 384);
    rows.map(|row| row.chunks_exact(2).map(value).collect())
        .collect()
}

pub(crate) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// The least and the mean cosine between vectors of the same place.
pub(crate) fn agreement(a: &[Vec<f32>], b: &[Vec<f32>]) -> (f32, f32) {
    assert_eq!(a.len(), b.len());
    let cosines: Vec<f32> = a.iter().zip(b).map(|(a, b)| cosine(a, b)).collect();
    let least = cosines.iter().copied().fold(1.0, f32::min);
    (least, cosines.iter().sum::<f32>() / cosines.len() as f32)
}
