//! Opens everything that an assistant is made of, for the service and the command line alike.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datasets::terminal::{Exit, Failure, io_hint};

use crate::memory::{self, Memory, Retention};
use crate::{Corpus, Error};
use retrieval::corpus::{self, import};
use retrieval::embed::{self, Embedder};
use retrieval::index::{FaqIndex, IndexError};
use retrieval::rank::weights::Weights;
use retrieval::store::{Embedded, Qdrant, StoreError, qdrant};

/// Names of the files in the assistant's folder.
const CORPUS: &str = "corpus.jsonl";
const VECTORS: &str = "vectors.bin";
const WEIGHTS: &str = "weights.toml";
const MEMORY: &str = "memory.sqlite";
/// The memory of versions before: redb locked it for one process, and did not mask phone numbers.
const OLD_MEMORY: &str = "memory.redb";

/// Which model embeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum EmbedderChoice {
    /// The one in the executable.
    #[default]
    Embedded,
    /// The one that a folder's `embedder.toml` describes.
    Folder(PathBuf),
    /// None: words alone are searched.
    Disabled,
}

/// What an operator sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Holds corpus, vectors, weights and memory; without it, the shipped corpus answers and nothing outlasts the
    /// process.
    pub folder: Option<PathBuf>,
    /// Which model embeds.
    pub embedder: EmbedderChoice,
    /// The ONNX Runtime library that runs it; without one, rten does.
    pub onnx_runtime: Option<PathBuf>,
    /// The Qdrant server that the vectors are searched in; without one, this process searches them.
    pub qdrant: Option<qdrant::Config>,
    /// How much is remembered, and for how long.
    pub retention: Retention,
}

/// What can go wrong while the parts are opened.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The corpus or the weights.
    #[error(transparent)]
    Files(#[from] Error),
    /// The embedder.
    #[error(transparent)]
    Embedder(#[from] embed::Error),
    /// The vectors.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl SetupError {
    /// The failure of a store that this is.
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) | Self::Index(IndexError::Store(error)) => Some(error),
            _ => None,
        }
    }
}

impl Failure for SetupError {
    fn exit(&self) -> Exit {
        if let Some(error) = self.of_store() {
            return match error {
                StoreError::Setting { .. } | StoreError::Taken { .. } => Exit::Usage,
                StoreError::File(_)
                | StoreError::Unreachable { .. }
                | StoreError::Refused { .. } => Exit::Dependency,
                StoreError::Damaged { .. }
                | StoreError::Dims { .. }
                | StoreError::Empty
                | StoreError::Mismatch { .. } => Exit::Data,
            };
        }
        match self {
            Self::Index(IndexError::NoEmbedder) => Exit::Usage,
            Self::Files(Error::Io(_) | Error::Listings(datasets::Error::Io(_)))
            | Self::Embedder(_) => Exit::Dependency,
            _ => Exit::Data,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match (self, self.of_store()) {
            (_, Some(StoreError::Taken { .. })) => {
                "`--qdrant-collection NAME` (QDRANT_COLLECTION) names another index"
            }
            (_, Some(StoreError::Unreachable { .. })) => {
                "check `--qdrant-url` (QDRANT_URL): gRPC, port 6334 by default"
            }
            (_, Some(StoreError::Refused { .. })) => "check `--qdrant-api-key` (QDRANT_API_KEY)",
            (Self::Embedder(_), _) => "`--embedder none` searches by words alone",
            (Self::Files(Error::Io(error)), _) => io_hint(error.kind())?,
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl Settings {
    fn file(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(name))
    }

    /// Where `assistant import` puts the corpus.
    pub fn corpus_file(&self) -> Option<PathBuf> {
        self.file(CORPUS)
    }

    /// Where `assistant tune` puts the weights.
    pub fn weights_file(&self) -> Option<PathBuf> {
        self.file(WEIGHTS)
    }

    /// The folder's corpus where it has one, else the shipped one.
    ///
    /// # Errors
    /// [`Error::Corpus`] when the file is not what `assistant import` wrote.
    pub fn corpus(&self) -> Result<Corpus, Error> {
        match existing(self.file(CORPUS)) {
            Some(path) => Ok(Corpus::new(import::read(&path, None)?.entries)),
            None => Ok(corpus::shipped()),
        }
    }

    /// The folder's weights where it has some, else the shipped ones.
    ///
    /// # Errors
    /// [`Error::Weights`] when the file is not what `assistant tune` wrote.
    pub fn weights(&self) -> Result<Weights, Error> {
        match existing(self.file(WEIGHTS)) {
            Some(path) => Weights::load(&path),
            None => Ok(Weights::shipped()),
        }
    }

    /// The embedder; `None` if it is disabled.
    ///
    /// # Errors
    /// [`embed::Error`] when the model or the library cannot be used.
    pub fn embedder(&self) -> Result<Option<Embedder>, embed::Error> {
        let model = match &self.embedder {
            EmbedderChoice::Embedded => embed::Model::Embedded,
            EmbedderChoice::Folder(folder) => embed::Model::Folder(folder.clone()),
            EmbedderChoice::Disabled => return Ok(None),
        };
        let config = embed::Config {
            model,
            onnx_runtime: self.onnx_runtime.clone(),
            ..embed::Config::default()
        };
        Embedder::load(&config).map(Some)
    }

    /// The vectors in this process.
    ///
    /// # Errors
    /// [`StoreError`] when their file is damaged.
    pub fn vectors(&self) -> Result<Arc<Embedded>, StoreError> {
        let own = match self.file(VECTORS) {
            Some(path) => Embedded::open(&path)?,
            None => Embedded::shipped()?,
        };
        Ok(Arc::new(own))
    }

    /// Corpus, weights, embedder and vectors together. The vectors are not attached yet, and no server is called.
    ///
    /// # Errors
    /// [`SetupError`], from any of them.
    pub fn knowledge(&self) -> Result<FaqIndex, SetupError> {
        let embedder = self.embedder()?.map(Arc::new);
        let own = self.vectors()?;
        let knowledge = FaqIndex::new(&self.corpus()?, self.weights()?, embedder, own);
        Ok(match &self.qdrant {
            Some(config) => knowledge.with_server(Arc::new(Qdrant::new(config)?)),
            None => knowledge,
        })
    }

    /// Where conversations, answers, unanswered questions and feedback are kept.
    pub fn memory_file(&self) -> Option<PathBuf> {
        self.file(MEMORY)
    }

    /// Conversations, answers, unanswered questions and feedback.
    pub fn memory(&self) -> Memory {
        if let Some(old) = self.file(OLD_MEMORY) {
            memory::set_aside_old(&old);
        }
        match self.memory_file() {
            Some(path) => Memory::open(&path, &self.retention),
            None => Memory::in_process(&self.retention),
        }
    }
}

fn existing(path: Option<PathBuf>) -> Option<PathBuf> {
    path.filter(|path| Path::exists(path))
}

/// Writes a corpus as `assistant import` leaves it: an entry a line, whole or not at all.
///
/// # Errors
/// [`Error::Listings`] naming the file.
pub fn write_corpus(path: &Path, corpus: &Corpus) -> Result<(), Error> {
    datasets::store::atomic::write(path, |file| {
        use std::io::Write;
        for entry in corpus.entries() {
            let line = serde_json::to_vec(entry).map_err(std::io::Error::from)?;
            file.write_all(&line)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryState;

    #[test]
    fn a_written_corpus_is_the_one_that_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings {
            folder: Some(folder.path().to_owned()),
            embedder: EmbedderChoice::Disabled,
            ..Settings::default()
        };
        assert_eq!(
            settings.corpus().expect("shipped").hash(),
            corpus::shipped().hash()
        );
        let mut entries = corpus::shipped().entries().to_vec();
        entries[0].active = false;
        entries.truncate(7);
        let own = Corpus::new(entries);
        let path = settings.corpus_file().expect("a file");
        write_corpus(&path, &own).expect("written");
        assert_eq!(settings.corpus().expect("read"), own);
        let knowledge = settings.knowledge().expect("opened");
        assert_eq!(knowledge.retriever().corpus().entries().len(), 6);
        assert_eq!(settings.memory().status().state, MemoryState::Saved);
    }
}
