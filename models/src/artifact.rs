//! What is on disk: one directory a model, named by the hash of its content.
//!
//! An artifact is data alone: JSON and arrays, nothing that is executed. Its directory holds `manifest.json` and the
//! parts that the manifest lists with their SHA-256; loading checks every one of them before it parses any.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    path::Path,
};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use crate::{Error, Manifest, Result, manifest::FORMAT_VERSION};

/// File that describes the others.
pub const MANIFEST: &str = "manifest.json";

/// No part is larger: a header that promises more is refused before memory is taken.
const MAX_PART_BYTES: u64 = 256 << 20;

/// The parts of an artifact by file name.
pub type Parts = BTreeMap<String, Vec<u8>>;

/// Completes `manifest` with the hashes of `parts`, with its own hash and with the version that follows from it.
///
/// # Errors
/// [`Error::Learner`] when the manifest cannot be written as JSON.
pub fn seal(mut manifest: Manifest, parts: &Parts) -> Result<Manifest> {
    manifest.parts = parts
        .iter()
        .map(|(name, bytes)| (name.clone(), sha256_hex(bytes)))
        .collect();
    manifest.sha256 = content_hash(&manifest)?;
    manifest.version = version_of(&manifest.sha256).to_owned();
    Ok(manifest)
}

/// Writes a sealed artifact into the empty directory `dir` and has the disk confirm it.
///
/// # Errors
/// [`Error::Io`] naming the file; the directory is then to be thrown away.
pub fn write(dir: &Path, manifest: &Manifest, parts: &Parts) -> Result<()> {
    let json = manifest_json(manifest)?;
    let manifest_part = (MANIFEST.to_owned(), json);
    for (name, bytes) in parts.iter().chain([(&manifest_part.0, &manifest_part.1)]) {
        let mut file = fs::File::create_new(dir.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    fs::File::open(dir)?.sync_all()?;
    Ok(())
}

/// Reads the artifact in `dir`; refuses one that is not whole or not of this build's kind.
///
/// # Errors
/// [`Error::Io`] when a file cannot be read, [`Error::Refused`] naming the part that does not fit.
pub fn read(dir: &Path) -> Result<(Manifest, Parts)> {
    let manifest = read_manifest(dir)?;
    let mut parts = Parts::new();
    for (name, expected) in &manifest.parts {
        let path = dir.join(name);
        let bytes = read_limited(&path)?;
        check_part(&bytes, expected, &path)?;
        parts.insert(name.clone(), bytes);
    }
    Ok((manifest, parts))
}

/// Checks the bytes of a part, which lies at `path`, against the hash that the manifest has.
///
/// # Errors
/// [`Error::Refused`] when they are other bytes.
pub(crate) fn check_part(bytes: &[u8], expected: &str, path: &Path) -> Result<()> {
    let found = sha256_hex(bytes);
    if found == expected {
        return Ok(());
    }
    Err(Error::Refused {
        path: path.to_owned(),
        reason: format!("its SHA-256 is {found}, the manifest says {expected}"),
    })
}

/// Reads and checks `manifest.json` of the artifact in `dir`, without its parts.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, [`Error::Refused`] when it does not fit this build.
pub fn read_manifest(dir: &Path) -> Result<Manifest> {
    let path = dir.join(MANIFEST);
    parse_manifest(&read_limited(&path)?, &path)
}

/// Checks the bytes of a manifest that lies at `path`.
///
/// # Errors
/// [`Error::Refused`] when it does not fit this build.
pub(crate) fn parse_manifest(bytes: &[u8], path: &Path) -> Result<Manifest> {
    let refused = |reason: String| Error::Refused {
        path: path.to_owned(),
        reason,
    };
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|error| refused(format!("not JSON: {error}")))?;
    // Checked before the rest is parsed: another version's fields would only confuse the message.
    for (field, expected) in [
        ("format_version", FORMAT_VERSION),
        ("schema_version", datasets::schema::VERSION),
    ] {
        if value.get(field) != Some(&expected.into()) {
            let found = value
                .get(field)
                .map_or_else(|| "absent".to_owned(), ToString::to_string);
            return Err(refused(format!(
                "`{field}` is {found}, this build reads {expected}"
            )));
        }
    }
    let manifest: Manifest = serde_json::from_value(value)
        .map_err(|error| refused(format!("not a manifest: {error}")))?;
    if let Some(name) = manifest.parts.keys().find(|name| !is_plain_file_name(name)) {
        return Err(refused(format!("part `{name}` is not a plain file name")));
    }
    let found = content_hash(&manifest)?;
    if found != manifest.sha256 {
        let expected = &manifest.sha256;
        return Err(refused(format!(
            "its content hashes to {found}, it says {expected}"
        )));
    }
    let version = version_of(&found);
    if manifest.version != version {
        return Err(refused(format!(
            "its version follows from its hash, {version}; it says {}",
            manifest.version
        )));
    }
    Ok(manifest)
}

/// The version of what hashes to `sha256`.
fn version_of(sha256: &str) -> &str {
    &sha256[..12]
}

/// SHA-256 over the manifest without the fields that follow from the hash.
fn content_hash(manifest: &Manifest) -> Result<String> {
    let bare = Manifest {
        sha256: String::new(),
        version: String::new(),
        ..manifest.clone()
    };
    Ok(sha256_hex(&manifest_json(&bare)?))
}

/// A manifest as it is kept.
pub(crate) fn manifest_json(manifest: &Manifest) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(manifest).map_err(|error| Error::Learner {
        learner: "serde_json",
        detail: error.to_string(),
    })
}

fn read_limited(path: &Path) -> Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    if size > MAX_PART_BYTES {
        let reason = format!("{size} bytes; a part has at most {MAX_PART_BYTES}");
        return Err(Error::Refused {
            path: path.to_owned(),
            reason,
        });
    }
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(MAX_PART_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_plain_file_name(name: &str) -> bool {
    !name.starts_with('.')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn sha256_hex(bytes: &[u8]) -> String {
    datasets::hash::hex(&Sha256::digest(bytes))
}
