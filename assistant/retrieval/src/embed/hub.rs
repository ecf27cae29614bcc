//! Models by name: fetched from a model hub once, checked, imported, and kept in a cache folder.
//!
//! A name stands for a repository at one revision. What its files must hash to is taken, in this order, from this
//! build (where it was computed from the files themselves), from the lock that the first download left in the cache,
//! and on a first download from the hub's own listing. The last means trusting the hub, over HTTPS, once.

mod client;
mod download;
mod listing;
mod lock;
mod models;

use std::path::{Path, PathBuf};

use super::description::FILE;
use super::import::{ImportOptions, import};
use super::{Error, Result};
use client::Client;
use listing::Listed;
use lock::Lock;
use models::Known;

/// The hub that is asked unless another is configured.
pub const ENDPOINT: &str = "https://huggingface.co";

/// Files that a checkpoint must have.
const NEEDED: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];
/// Files that say how its vectors are made, where it has them.
const WELCOME: [&str; 4] = [
    "modules.json",
    "1_Pooling/config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
];

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The file, as the repository calls it.
    pub file: &'a str,
    /// Bytes of it that are here.
    pub done_bytes: u64,
    /// Its size in bytes.
    pub total_bytes: u64,
}

/// A model hub and the folder that its models are kept in.
#[derive(Debug)]
pub struct Hub {
    endpoint: String,
    cache: PathBuf,
}

/// The names that [`Hub::fetch`] knows.
pub fn model_names() -> impl Iterator<Item = &'static str> {
    models::ALL.iter().map(|model| model.name)
}

impl Hub {
    /// The hub at `endpoint` ([`ENDPOINT`], a mirror), with models kept under `cache`. Nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::Download`] where the endpoint is neither HTTPS nor on this machine.
    pub fn new(endpoint: &str, cache: &Path) -> Result<Self> {
        client::check(endpoint)?;
        Ok(Self {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            cache: cache.to_owned(),
        })
    }

    /// The folder of the model `name`, fetched and imported where the cache does not hold it yet. A download that was
    /// cut off goes on where it stopped. `progress` is told of every few hundred kilobytes.
    ///
    /// # Errors
    /// [`Error::UnknownModel`]; [`Error::Download`] and [`Error::Checksum`] while fetching; as [`import()`].
    pub fn fetch(&self, name: &str, progress: &mut dyn FnMut(Progress<'_>)) -> Result<PathBuf> {
        let known = models::find(name)?;
        let folder = self.cache.join(known.name).join(known.revision);
        let model = folder.join("model");
        if model.join(FILE).is_file() {
            return Ok(model);
        }
        fs_err::create_dir_all(&folder)?;
        // Held until the end: another process that wants the same model waits, and then finds it.
        let guard = fs_err::File::create(folder.join(".guard"))?;
        guard.lock()?;
        if model.join(FILE).is_file() {
            return Ok(model);
        }
        let checkpoint = folder.join("checkpoint");
        self.fetch_checkpoint(known, &folder.join("lock.toml"), &checkpoint, progress)?;
        import(&checkpoint, &model, &options(known))?;
        // The model holds the same weights; the lock says what they were.
        fs_err::remove_dir_all(&checkpoint)?;
        Ok(model)
    }

    fn fetch_checkpoint(
        &self,
        known: &Known,
        lock: &Path,
        checkpoint: &Path,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<()> {
        let client = Client::new(&self.endpoint)?;
        let listed = self.list(&client, known)?;
        let mut locked = Lock::read(lock)?;
        for listed in &listed {
            let path = &listed.path;
            let pinned = known.pinned(path).or_else(|| locked.sha256(path));
            if let (Some(pinned), Some(offered)) = (pinned, listed.sha256())
                && pinned != offered
            {
                return Err(Error::Checksum {
                    path: PathBuf::from(self.url(known, path)),
                    expected: pinned.to_owned(),
                    found: offered.to_owned(),
                });
            }
            let target = checkpoint.join(path);
            let url = self.url(known, path);
            let found = download::file(&client, &url, listed, pinned, &target, progress)?;
            locked.insert(path, found);
        }
        locked.write(lock)
    }

    /// The files of the model that are fetched.
    fn list(&self, client: &Client, known: &Known) -> Result<Vec<Listed>> {
        let (repository, revision) = (known.repository, known.revision);
        let url = format!(
            "{}/api/models/{repository}/tree/{revision}?recursive=true",
            self.endpoint
        );
        let mut listed = listing::parse(&client.text(&url)?, &url)?;
        listed.retain(|file| {
            let path = file.path.as_str();
            NEEDED.contains(&path) || WELCOME.contains(&path)
        });
        for needed in NEEDED {
            if !listed.iter().any(|file| file.path == needed) {
                return Err(Error::Download {
                    url,
                    detail: format!("the repository has no `{needed}`"),
                });
            }
        }
        Ok(listed)
    }

    fn url(&self, known: &Known, path: &str) -> String {
        let (repository, revision) = (known.repository, known.revision);
        format!("{}/{repository}/resolve/{revision}/{path}", self.endpoint)
    }
}

/// What repositories do not say themselves.
fn options(known: &Known) -> ImportOptions {
    let prefix = |prefix: &str| (!prefix.is_empty()).then(|| prefix.to_owned());
    ImportOptions {
        name: Some(known.name.to_owned()),
        pooling: Some(known.pooling),
        query_prefix: prefix(known.query_prefix),
        passage_prefix: prefix(known.passage_prefix),
        max_tokens: None,
    }
}

#[cfg(test)]
mod tests;
