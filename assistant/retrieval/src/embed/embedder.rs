//! Sentences to vectors.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    pub library: Option<PathBuf>,
    /// How many texts can be embedded at the same moment. In ONNX Runtime each session holds the weights once more.
    pub sessions: NonZeroUsize,
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
            library: None,
            sessions: NonZeroUsize::MIN,
        }
    }
}

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
        let library = config.library.clone();
        let backend = library.map_or(Backend::Rten, Backend::Native);
        backend.start()?;
        let files = match &config.model {
            Model::Embedded => Files::embedded()?,
            Model::Folder(folder) => Files::Folder(folder.clone()),
        };
        let description = files.description()?;
        let tokenizer = read_tokenizer(&files, &description)?;
        let network = Network::load(
            &backend,
            files.read(NETWORK, &description)?,
            &description,
            tokenizer.tokens(),
            config.sessions.get(),
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
        let batches: Vec<&[usize]> = order.chunks(self.description.batch).collect();
        let vectors = self.run_all(&batches, &ids)?;
        let mut placed = vec![Vec::new(); ids.len()];
        for (text, vector) in order.iter().zip(vectors.into_iter().flatten()) {
            placed[*text] = vector;
        }
        Ok(placed)
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

    /// The vectors of all batches, as many at a time as there are sessions.
    fn run_all(&self, batches: &[&[usize]], ids: &[Vec<u32>]) -> Result<Vec<Vec<Vec<f32>>>> {
        let next = AtomicUsize::new(0);
        let done = Mutex::new(vec![Vec::new(); batches.len()]);
        let work = || {
            while let at = next.fetch_add(1, Ordering::Relaxed)
                && let Some(batch) = batches.get(at)
            {
                let batch: Vec<&[u32]> = batch.iter().map(|&text| ids[text].as_slice()).collect();
                let vectors = self.run(&batch)?;
                done.lock().unwrap_or_else(PoisonError::into_inner)[at] = vectors;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let others = self.network.sessions().min(batches.len()).saturating_sub(1);
            let others: Vec<_> = (0..others).map(|_| scope.spawn(work)).collect();
            let mut results = vec![work()];
            results.extend(others.into_iter().map(|other| {
                let gone = |_| Err(self.failed("a thread ended before its work".into()));
                other.join().unwrap_or_else(gone)
            }));
            results.into_iter().collect::<Result<()>>()
        })?;
        Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn failed(&self, detail: String) -> Error {
        Error::Model {
            model: self.description.name.clone(),
            detail,
        }
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
