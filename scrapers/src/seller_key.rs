//! The secret under which sellers are hashed: given, or in a file that the first run makes.

use std::io::Write;
use std::path::{Path, PathBuf};

use rand::TryRngCore;
use rand::rngs::OsRng;

use crate::site::SellerKey;
use crate::{Error, Result};

/// Bytes of a key.
const BYTES: usize = 32;

/// Where the sellers' secret comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum SellerKeySource {
    /// 64 hexadecimal digits.
    Given([u8; BYTES]),
    /// A file, made if it does not exist.
    File(PathBuf),
}

impl std::fmt::Debug for SellerKeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Given(_) => f.write_str("Given(…)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

/// The key of `source`; a file that does not exist is made, for its owner's eyes alone.
///
/// # Errors
/// [`Error::SellerKey`] for a file that holds something else, [`Error::Io`].
pub fn load(source: &SellerKeySource) -> Result<SellerKey> {
    let path = match source {
        SellerKeySource::Given(key) => return Ok(SellerKey::new(*key)),
        SellerKeySource::File(path) => path,
    };
    match read(path) {
        Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            make(path)?;
            // Another process may have been faster: what is in the file now counts for both.
            read(path)
        }
        other => other,
    }
}

/// A key in hexadecimal digits; `None` for anything else.
pub(crate) fn parse(digits: &str) -> Option<[u8; BYTES]> {
    let digits = digits.trim().as_bytes();
    if digits.len() != 2 * BYTES {
        return None;
    }
    let mut key = [0; BYTES];
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = (digit(0)? * 16 + digit(1)?) as u8;
    }
    Some(key)
}

fn read(path: &Path) -> Result<SellerKey> {
    let text = fs_err::read_to_string(path)?;
    parse(&text)
        .map(SellerKey::new)
        .ok_or_else(|| Error::SellerKey {
            path: path.to_owned(),
        })
}

/// Makes the file, whole and under its name at once, and never over another one.
fn make(path: &Path) -> Result<()> {
    let mut key = [0; BYTES];
    OsRng
        .try_fill_bytes(&mut key)
        .map_err(std::io::Error::other)?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs_err::create_dir_all(directory)?;
    // `tempfile` makes files that only their owner may read.
    let mut file = tempfile::Builder::new()
        .prefix(".seller.key.")
        .suffix(".tmp")
        .tempfile_in(directory)?;
    writeln!(file, "{}", datasets::hash::hex(&key))?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(failed) if failed.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(failed) => Err(failed.error.into()),
        Ok(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_64_digits() {
        let digits = "0123456789abcdefABCDEF0123456789".repeat(2);
        let key = parse(&format!(" {digits}\n")).expect("a key");
        assert_eq!(key[..3], [0x01, 0x23, 0x45]);
        for bad in [
            "",
            "0",
            &digits[1..],
            &digits.replace('0', "x"),
            &"€".repeat(64),
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_first_run_makes_a_file_for_its_owner() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("giaxe").join("seller.key");
        let source = SellerKeySource::File(path.clone());
        load(&source).expect("a new key");
        let made = fs_err::read_to_string(&path).expect("a file");
        assert!(parse(&made).is_some());
        load(&source).expect("the same key");
        assert_eq!(fs_err::read_to_string(&path).expect("a file"), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs_err::metadata(&path)
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs_err::write(&path, "hello").expect("writes");
        let error = load(&source).expect_err("no key").to_string();
        assert!(error.contains("seller.key"), "{error}");
        assert!(!format!("{:?}", SellerKeySource::Given([7; 32])).contains('7'));
    }
}
