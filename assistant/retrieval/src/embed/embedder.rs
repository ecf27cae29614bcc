//! Sentences to vectors.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::bilingual::Bilingual;
use super::description::{Description, NETWORK, TokenizerKind};
use super::engine::Backend;
use super::files::{self, Files};
use super::foreign;
use super::network::Network;
use super::tokenizer::Tokenizer;
use super::{Error, Result};

/// Which model to load, and how to run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The model.
    pub model: Model,
    /// The ONNX Runtime library to run it with (`libonnxruntime.so`, 1.24 or later); without one, rten runs it.
    pub onnx_runtime: Option<PathBuf>,
    /// How many texts can be embedded at the same moment. By default one per core with rten, and one with ONNX Runtime,
    /// where each session holds the weights once more.
    pub concurrency: Option<NonZeroUsize>,
}

impl Config {
    fn concurrency(&self) -> usize {
        let most = match (self.concurrency, &self.onnx_runtime) {
            (Some(most), _) => most,
            (None, Some(_)) => NonZeroUsize::MIN,
            (None, None) => std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        };
        most.get()
    }
}

/// A model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Model {
    /// The one in the executable.
    Embedded,
    /// The one that this folder's `embedder.toml` describes.
    Folder(PathBuf),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            model: Model::Embedded,
            onnx_runtime: None,
            concurrency: None,
        }
    }
}

/// Most tokens of a text that are embedded, with those that mark its ends; a model's `max_tokens` may only lower it. The
/// tokenizers cut at the limit, so that a long text costs no more of the network than one of this length.
const MAX_TOKENS: usize = 512;

/// A model that is ready to embed texts, from any number of threads.
///
/// Embedding takes milliseconds of CPU: asynchronous callers hand it to a blocking thread.
#[derive(Debug)]
pub struct Embedder {
    description: Description,
    tokenizer: Tokenizer,
    network: Network,
    backend: Backend,
    fingerprint: String,
}

impl Embedder {
    /// Loads a model.
    ///
    /// # Errors
    /// [`Error::Library`] where a configured library cannot be used: whoever configures one wants it, so that going
    /// on with rten is the caller's decision. [`Error::LibraryTaken`] where this process uses another library.
    /// Otherwise what is wrong with the model's files.
    pub fn load(config: &Config) -> Result<Self> {
        let library = config.onnx_runtime.clone();
        let backend = library.map_or(Backend::Rten, Backend::Native);
        backend.start()?;
        let files = match &config.model {
            Model::Embedded => Files::embedded()?,
            Model::Folder(folder) => Files::Folder(folder.clone()),
        };
        let description = bounded(files.description()?);
        let tokenizer = read_tokenizer(&files, &description)?;
        let network = Network::load(
            &backend,
            files.read(NETWORK, &description)?,
            &description,
            tokenizer.tokens(),
            config.concurrency(),
        )
        .map_err(|detail| Error::Model {
            model: description.name.clone(),
            detail,
        })?;
        foreign::release_memory();
        Ok(Self {
            fingerprint: fingerprint(&description),
            description,
            tokenizer,
            network,
            backend,
        })
    }

    /// The model in the executable, run by rten.
    ///
    /// # Errors
    /// [`Error::NoEmbeddedModel`] in a build without one, and as [`Embedder::load`].
    pub fn embedded() -> Result<Self> {
        Self::load(&Config::default())
    }

    /// The vector of a question.
    ///
    /// # Errors
    /// [`Error::Model`] where the backend fails.
    pub fn embed_query(&self, text: &str) -> Result<Vec<f32>> {
        let ids = self.ids(&self.description.query_prefix, text)?;
        let vectors = self.run(&[&ids])?;
        let first = vectors.into_iter().next();
        first.ok_or_else(|| self.failed("no vector came out".into()))
    }

    /// The vectors of texts that are searched, in their order.
    ///
    /// # Errors
    /// [`Error::Model`] where the backend fails.
    pub fn embed_passages<T: AsRef<str>>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        let prefix = &self.description.passage_prefix;
        let texts = texts.iter().map(|text| self.ids(prefix, text.as_ref()));
        let ids: Vec<Vec<u32>> = texts.collect::<Result<_>>()?;
        // Texts of one length share a batch, so that little is padded.
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.sort_by_key(|&text| ids[text].len());
        let mut placed = vec![Vec::new(); ids.len()];
        for batch in order.chunks(self.description.batch) {
            let texts: Vec<&[u32]> = batch.iter().map(|&text| ids[text].as_slice()).collect();
            for (&text, vector) in batch.iter().zip(self.run(&texts)?) {
                placed[text] = vector;
            }
        }
        Ok(placed)
    }

    /// How many texts can be embedded at the same moment.
    pub fn sessions(&self) -> usize {
        self.network.sessions()
    }

    /// Length of the vectors.
    pub fn dimensions(&self) -> usize {
        self.description.dimensions
    }

    /// Name of the model, for people.
    pub fn name(&self) -> &str {
        &self.description.name
    }

    /// What runs the model.
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    /// SHA-256, in hex, of all that decides what vectors come out: network, tokenizer, pooling, prefixes, length.
    ///
    /// Vectors of one fingerprint may be compared with each other, and with no others.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn ids(&self, prefix: &str, text: &str) -> Result<Vec<u32>> {
        let max_tokens = self.description.max_tokens;
        let ids = match prefix {
            "" => self.tokenizer.ids(text, max_tokens),
            prefix => self.tokenizer.ids(&format!("{prefix}{text}"), max_tokens),
        };
        ids.map_err(|detail| self.failed(detail))
    }

    fn run(&self, batch: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let vectors = self.network.run(batch);
        vectors.map_err(|detail| self.failed(detail))
    }

    fn failed(&self, detail: String) -> Error {
        Error::Model {
            model: self.description.name.clone(),
            detail,
        }
    }
}

/// The description with at most [`MAX_TOKENS`]. What is cut elsewhere has another vector, so the fingerprint follows.
fn bounded(description: Description) -> Description {
    Description {
        max_tokens: description.max_tokens.min(MAX_TOKENS),
        ..description
    }
}

fn read_tokenizer(files: &Files, description: &Description) -> Result<Tokenizer> {
    let kind = description.tokenizer.kind;
    let wrong = |detail| Error::File {
        path: files.path(kind.files()[0]),
        detail,
    };
    match kind {
        TokenizerKind::Json => {
            let bytes = files.read("tokenizer.json", description)?;
            Tokenizer::from_json(&bytes, description.max_tokens).map_err(wrong)
        }
        TokenizerKind::Bilingual => {
            let text = |name| files::text(files.read(name, description)?, || files.path(name));
            let (english, vietnamese) = (text("vocab.txt")?, text("vocab_vi.txt")?);
            let read = Bilingual::read(&english, &vietnamese, &text("gate.tsv")?);
            read.map(|read| Tokenizer::Bilingual(Box::new(read)))
                .map_err(wrong)
        }
    }
}

/// Hash of all that decides what vectors come out. The name does not, nor does how many texts run at once; what is
/// rounded on the way is the backend's affair, and such vectors may be compared.
fn fingerprint(description: &Description) -> String {
    let decisive = Description {
        name: String::new(),
        batch: 1,
        round_activations: false,
        output: Some(description.output().to_owned()),
        files: description
            .needed()
            .filter_map(|file| description.files.get_key_value(file))
            .map(|(file, hash)| (file.clone(), hash.to_ascii_lowercase()))
            .collect(),
        ..description.clone()
    };
    // Field names, order and values of the description itself: it is serialisable by its type.
    let text = toml::to_string(&decisive).unwrap_or_default();
    files::sha256(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_10_000_characters_is_cut_to_512_tokens() {
        let embedder = Embedder::embedded().expect("the embedder");
        for sentence in [
            "xe có được trả góp không ",
            "can I pay monthly? ",
            "x ",
            "a1",
        ] {
            let long: String = sentence.chars().cycle().take(10_000).collect();
            let ids = embedder.ids("", &long).expect("ids");
            assert!((3..=MAX_TOKENS).contains(&ids.len()), "{}", ids.len());
            let vector = embedder.embed_query(&long).expect("a vector");
            assert_eq!(vector.len(), embedder.dimensions());
        }
    }

    #[test]
    fn a_description_can_only_lower_the_most_tokens() {
        for (described, expected) in [(8192, 512), (513, 512), (512, 512), (256, 256)] {
            let files = Files::embedded().expect("the model");
            let mut description = files.description().expect("a description");
            description.max_tokens = described;
            assert_eq!(bounded(description).max_tokens, expected);
        }
    }
}
