//! A model folder around the given MiniLM, and the vectors that sentence-transformers makes of 200 texts.

use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use assistant::embed::{Config, Description, Model, Pooling, TokenizerChoice, TokenizerKind};
use sha2::{Digest as _, Sha256};

/// Says that `test` did not run for want of `needs`, past the runner, which swallows what `eprintln!` prints.
pub(crate) fn skip(test: &str, needs: &str) {
    let line = format!("skipped: {test} needs {needs}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr");
}

/// The folder of the given MiniLM, 8-bit.
fn given() -> Option<PathBuf> {
    let shared = std::env::var_os("GIAXE_SHARED").unwrap_or_else(|| "../../shared".into());
    let folder = Path::new(&shared).join("models/all-MiniLM-L6-v2");
    folder.join("model_int8.onnx").is_file().then_some(folder)
}

/// A folder with the given MiniLM and what describes it.
pub(crate) struct MiniLm {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) description: Description,
}

impl MiniLm {
    /// None, with a line that says so, where the model is absent.
    pub(crate) fn for_test(test: &str) -> Option<Self> {
        let Some(given) = given() else {
            skip(test, "../shared/models");
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut description = Description {
            name: "MiniLM".into(),
            dimensions: 384,
            pooling: Pooling::Mean,
            normalise: true,
            max_tokens: 256,
            batch: 1,
            query_prefix: String::new(),
            passage_prefix: String::new(),
            output: None,
            tokenizer: TokenizerChoice {
                kind: TokenizerKind::Json,
            },
            files: [].into(),
        };
        for (from, to) in [
            ("model_int8.onnx", "model.onnx"),
            ("tokenizer.json", "tokenizer.json"),
        ] {
            let bytes = fs_err::read(given.join(from)).expect("a given file");
            let mut hash = String::new();
            for byte in Sha256::digest(&bytes) {
                write!(hash, "{byte:02x}").expect("a string takes it");
            }
            fs_err::write(folder.path().join(to), bytes).expect("a copy");
            description.files.insert(to.into(), hash);
        }
        let made = Self {
            folder,
            description,
        };
        made.describe(&made.description);
        Some(made)
    }

    /// Replaces `embedder.toml`.
    pub(crate) fn describe(&self, description: &Description) {
        let text = toml::to_string(description).expect("a description");
        fs_err::write(self.folder.path().join("embedder.toml"), text).expect("a file");
    }

    /// To load it with tract.
    pub(crate) fn config(&self) -> Config {
        Config {
            model: Model::Folder(self.folder.path().to_owned()),
            library: None,
            sessions: NonZeroUsize::MIN,
        }
    }
}

/// Texts in two languages, one empty and one too long among them, with MiniLM's vectors as sentence-transformers
/// makes them, rounded to 16 bits.
pub(crate) fn reference() -> (Vec<String>, Vec<Vec<f32>>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/minilm");
    let texts = fs_err::read(folder.join("texts.json")).expect("texts");
    let texts: Vec<String> = serde_json::from_slice(&texts).expect("an array of texts");
    let bytes = fs_err::read(folder.join("vectors.bf16")).expect("vectors");
    // The upper half of a float's bits.
    let value = |pair: &[u8]| f32::from_bits(u32::from_le_bytes([0, 0, pair[0], pair[1]]));
    let vectors = bytes
        .chunks_exact(2 * 384)
        .map(|row| row.chunks_exact(2).map(value).collect());
    (texts, vectors.collect())
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
