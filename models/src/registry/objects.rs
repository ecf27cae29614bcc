//! An object store, asked by code that does not wait asynchronously.

use std::{fmt, io, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutMode, PutPayload, RetryConfig, UpdateVersion,
    aws::AmazonS3Builder, azure::MicrosoftAzureBuilder, gcp::GoogleCloudStorageBuilder, path::Path,
};
use tokio::runtime::{Builder, Runtime};

use super::{connector::Connector, store::PLACES};
use crate::{Error, Result};

/// Longest time for one object, attempts included.
const DEADLINE: Duration = Duration::from_mins(2);

/// How often a request that failed for a passing reason is sent again, and for how long.
const RETRIES: usize = 4;
const RETRY_TIME: Duration = Duration::from_secs(20);

/// Objects under one URL.
pub(super) struct Objects {
    url: String,
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    runtime: Option<Runtime>,
}

/// One object of a listing.
#[derive(Debug, Clone)]
pub(super) struct Object {
    /// Its name below the URL.
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) modified: DateTime<Utc>,
}

/// What an object was when it was read; it is only replaced if it still is.
pub(super) type Version = UpdateVersion;

impl Objects {
    /// Prepares to ask what `url` names. Keys, regions and endpoints come from the environment, under the names that each
    /// provider's own tools use (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, `GOOGLE_SERVICE_ACCOUNT`, `AZURE_STORAGE_ACCOUNT_NAME`,
    /// …). Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a URL of another kind, [`Error::Io`] for settings that do not suffice.
    pub(super) fn connect(url: &str) -> Result<Self> {
        let invalid = || Error::parameter("registry", url, PLACES);
        let (scheme, rest) = url.split_once("://").ok_or_else(invalid)?;
        let prefix = rest.split_once('/').map_or("", |(_, prefix)| prefix);
        let prefix = Path::parse(prefix.trim_end_matches('/')).map_err(|_| invalid())?;
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_TIME,
            ..RetryConfig::default()
        };
        let built: object_store::Result<Arc<dyn ObjectStore>> = match scheme {
            "s3" => AmazonS3Builder::from_env()
                .with_url(url)
                .with_retry(retry)
                .with_http_connector(Connector)
                .build()
                .map(|store| Arc::new(store) as _),
            "gs" => GoogleCloudStorageBuilder::from_env()
                .with_url(url)
                .with_retry(retry)
                .with_http_connector(Connector)
                .build()
                .map(|store| Arc::new(store) as _),
            "az" => MicrosoftAzureBuilder::from_env()
                .with_url(url)
                .with_retry(retry)
                .with_http_connector(Connector)
                .build()
                .map(|store| Arc::new(store) as _),
            _ => return Err(invalid()),
        };
        let store = built.map_err(|error| failed(url, &error))?;
        Self::over(url, store, prefix)
    }

    /// The objects of `store` below `prefix`.
    pub(super) fn over(url: &str, store: Arc<dyn ObjectStore>, prefix: Path) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self {
            url: url.to_owned(),
            store,
            prefix,
            runtime: Some(runtime),
        })
    }

    /// The object of this name, if there is one.
    pub(super) fn get(&self, name: &str) -> Result<Option<(Vec<u8>, Version)>> {
        let got = self.wait(async {
            let got = self.store.get(&self.path(name)).await?;
            let version = UpdateVersion {
                e_tag: got.meta.e_tag.clone(),
                version: got.meta.version.clone(),
            };
            Ok((Vec::from(got.bytes().await?), version))
        });
        match got {
            Ok(object) => Ok(Some(object)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(name, &error)),
        }
    }

    /// Writes an object that is not there yet; says whether it was not.
    pub(super) fn create(&self, name: &str, bytes: Vec<u8>) -> Result<bool> {
        match self.put(name, bytes, PutMode::Create) {
            Ok(()) => Ok(true),
            Err(
                object_store::Error::AlreadyExists { .. }
                | object_store::Error::Precondition { .. },
            ) => Ok(false),
            Err(error) => Err(self.failed(name, &error)),
        }
    }

    /// Writes an object whatever is there.
    pub(super) fn overwrite(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        self.put(name, bytes, PutMode::Overwrite)
            .map_err(|error| self.failed(name, &error))
    }

    /// Replaces an object if it still is what it was; says whether it was.
    pub(super) fn replace(&self, name: &str, bytes: Vec<u8>, was: Option<Version>) -> Result<bool> {
        let Some(was) = was else {
            return self.create(name, bytes);
        };
        match self.put(name, bytes, PutMode::Update(was)) {
            Ok(()) => Ok(true),
            Err(
                object_store::Error::Precondition { .. } | object_store::Error::NotFound { .. },
            ) => Ok(false),
            Err(error) => Err(self.failed(name, &error)),
        }
    }

    /// Removes an object; it need not be there.
    pub(super) fn delete(&self, name: &str) -> Result<()> {
        match self.wait(async { self.store.delete(&self.path(name)).await }) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(name, &error)),
        }
    }

    /// All objects below `folder`, by name.
    pub(super) fn list(&self, folder: &str) -> Result<Vec<Object>> {
        let path = self.path(folder);
        let listed: Vec<_> = self
            .wait(async { self.store.list(Some(&path)).try_collect().await })
            .map_err(|error| self.failed(folder, &error))?;
        let own = self.prefix.parts().count();
        let mut objects: Vec<Object> = listed
            .into_iter()
            .map(|meta| {
                let parts = meta.location.parts().skip(own);
                let names: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
                Object {
                    name: names.join("/"),
                    bytes: meta.size,
                    modified: meta.last_modified,
                }
            })
            .collect();
        objects.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(objects)
    }

    fn put(&self, name: &str, bytes: Vec<u8>, mode: PutMode) -> object_store::Result<()> {
        let payload = PutPayload::from(bytes);
        self.wait(async {
            self.store
                .put_opts(&self.path(name), payload, mode.into())
                .await
                .map(drop)
        })
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }

    fn wait<T>(
        &self,
        asked: impl Future<Output = object_store::Result<T>>,
    ) -> object_store::Result<T> {
        let runtime = self.runtime.as_ref().expect("kept until this is dropped");
        runtime.block_on(async {
            tokio::time::timeout(DEADLINE, asked)
                .await
                .unwrap_or_else(|_| {
                    Err(object_store::Error::Generic {
                        store: "registry",
                        source: format!("no answer within {} s", DEADLINE.as_secs()).into(),
                    })
                })
        })
    }

    fn failed(&self, name: &str, error: &object_store::Error) -> Error {
        failed(&format!("{}/{name}", self.url), error)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // Whoever follows a registry may be dropped by an asynchronous runtime, where waiting for another one panics.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Objects").field(&self.url).finish()
    }
}

fn failed(place: &str, error: &object_store::Error) -> Error {
    let kind = match error {
        object_store::Error::NotFound { .. } => io::ErrorKind::NotFound,
        object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    Error::Io(io::Error::new(kind, format!("{place}: {error}")))
}
