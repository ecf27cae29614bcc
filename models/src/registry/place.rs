//! From a directory or a URL to the store there.

use std::{path::Path, sync::Arc};

use super::{directory::Directory, store::Store};

/// The place that a directory or a URL names; none for a URL that this build cannot open.
pub(super) fn at(root: &Path) -> Option<Arc<dyn Store>> {
    let Some(url) = root.to_str().filter(|root| root.contains("://")) else {
        return Some(Arc::new(Directory::new(root)));
    };
    match url.strip_prefix("file://") {
        Some(path) if path.starts_with('/') => Some(Arc::new(Directory::new(Path::new(path)))),
        Some(_) => None,
        None => remote(url),
    }
}

/// The registry at a URL.
#[cfg(feature = "object-store")]
fn remote(url: &str) -> Option<Arc<dyn Store>> {
    let known = ["s3://", "gs://", "az://"];
    let store = known
        .iter()
        .any(|scheme| url.starts_with(scheme))
        .then(|| super::bucket::Bucket::new(url))?;
    Some(Arc::new(store))
}

/// The registry at a URL: none in this build.
#[cfg(not(feature = "object-store"))]
fn remote(_url: &str) -> Option<Arc<dyn Store>> {
    None
}
