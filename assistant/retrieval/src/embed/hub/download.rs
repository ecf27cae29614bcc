//! One file: fetched into a temporary file, resumed after a cut, checked, renamed.

use std::io::{Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use http::StatusCode;
use http_client::Problem;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::Progress;
use super::client::{Client, detail, failed};
use super::listing::Listed;
use crate::embed::files::hex;
use crate::embed::{Error, Result};

/// How often a download may be cut without having come further.
const PATIENCE: u32 = 3;
/// Bytes that are hashed at a time, and after which progress is told.
const PIECE: usize = 256 * 1024;

/// Fetches `url` to `target` and returns its SHA-256, which is `pinned` where that is given.
pub(super) fn file(
    client: &Client,
    url: &str,
    listed: &Listed,
    pinned: Option<&str>,
    target: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<String> {
    if target.is_file() {
        // Here from an earlier try that went wrong with another file.
        if let Ok(sha256) = check(target, url, listed, pinned) {
            return Ok(sha256);
        }
        fs_err::remove_file(target)?;
    }
    fs_err::create_dir_all(target.parent().unwrap_or(Path::new(".")))?;
    let mut part = target.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut cuts = 0;
    loop {
        let before = size(&part);
        if before == listed.size && part.is_file() {
            break;
        }
        match resume(client, url, listed, &part, progress) {
            Ok(()) => {}
            // Refusals are not going to change.
            Err(Cut::Silent(_)) if size(&part) > before => cuts = 0,
            Err(Cut::Silent(_)) if cuts + 1 < PATIENCE => cuts += 1,
            // Refusals are not going to change.
            Err(error) => return Err(error.into()),
        }
    }
    let sha256 = match check(&part, url, listed, pinned) {
        Ok(sha256) => sha256,
        Err(error) => {
            // To go on from it would give the same again.
            fs_err::remove_file(&part)?;
            return Err(error);
        }
    };
    fs_err::rename(&part, target)?;
    Ok(sha256)
}

/// Why a try ended early.
enum Cut {
    /// The connection went away; another try may go on.
    Silent(Error),
    /// Something that another try would only repeat.
    Final(Error),
}

impl From<Cut> for Error {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Silent(error) | Cut::Final(error) => error,
        }
    }
}

impl From<std::io::Error> for Cut {
    fn from(error: std::io::Error) -> Self {
        Self::Final(error.into())
    }
}

/// Appends to `part` what it lacks, until the end or the next cut.
fn resume(
    client: &Client,
    url: &str,
    listed: &Listed,
    part: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), Cut> {
    let mut done = size(part);
    if done > listed.size {
        fs_err::remove_file(part)?;
        done = 0;
    }
    let reply = client.get(url, done).map_err(Cut::Silent)?;
    let mut file = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(part)?;
    match reply.status() {
        StatusCode::PARTIAL_CONTENT => {}
        // The whole file, whatever was asked for.
        StatusCode::OK => done = 0,
        status => {
            let error = failed(url, &format!("the hub answered {status}"));
            let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
            return Err(if passes {
                Cut::Silent(error)
            } else {
                Cut::Final(error)
            });
        }
    }
    file.set_len(done)?;
    file.seek(SeekFrom::Start(done))?;
    let left = usize::try_from(listed.size - done).unwrap_or(usize::MAX);
    let mut body = reply.body(left);
    let mut told = done;
    while let Some(chunk) = client
        .chunk(&mut body)
        .map_err(|error| cut(&error, url, done, listed))?
    {
        file.write_all(&chunk)?;
        done += chunk.len() as u64;
        if done - told >= PIECE as u64 || done == listed.size {
            told = done;
            progress(Progress {
                file: &listed.path,
                done_bytes: done,
                total_bytes: listed.size,
            });
        }
    }
    file.sync_all()?;
    if done < listed.size {
        let detail = format!("cut off after {done} of {} bytes", listed.size);
        return Err(Cut::Silent(failed(url, &detail)));
    }
    Ok(())
}

/// What became of a body after `done` bytes of the file.
fn cut(error: &http_client::Error, url: &str, done: u64, listed: &Listed) -> Cut {
    let size = listed.size;
    if let Some(Problem::TooLong { .. }) = error.problem() {
        let more = format!("more than the {size} bytes that were listed");
        return Cut::Final(failed(url, &more));
    }
    let short = format!("{}, after {done} of {size} bytes", detail(error));
    Cut::Silent(failed(url, &short))
}

/// Size in bytes; 0 if there is no file.
fn size(path: &Path) -> u64 {
    fs_err::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Hashes the file and compares with all that is known of it; returns its SHA-256.
fn check(path: &Path, url: &str, listed: &Listed, pinned: Option<&str>) -> Result<String> {
    let mut sha256 = Sha256::new();
    let mut sha1 = Sha1::new();
    sha1.update(format!("blob {}\0", listed.size));
    let mut file = fs_err::File::open(path)?;
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        sha256.update(&piece[..read]);
        if listed.git_sha1().is_some() {
            sha1.update(&piece[..read]);
        }
    }
    let sha256 = hex(&sha256.finalize());
    if let Some(expected) = pinned.or_else(|| listed.sha256())
        && expected != sha256
    {
        return Err(Error::Checksum {
            path: PathBuf::from(url),
            expected: expected.to_owned(),
            found: sha256,
        });
    }
    if let Some(expected) = listed.git_sha1() {
        let found = hex(&sha1.finalize());
        if found != expected {
            let detail = format!("git's SHA-1 is {found}; the hub lists {expected}");
            return Err(failed(url, &detail));
        }
    }
    Ok(sha256)
}
