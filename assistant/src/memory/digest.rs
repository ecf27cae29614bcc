//! Keys of rows: a hash, so that no key holds what a user wrote, and all are of one length.

use datasets::hash;
use sha2::{Digest, Sha256};

/// The hash of some texts, in hexadecimal digits. `["ab", "c"]` and `["a", "bc"]` differ.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hash::hex(&hasher.finalize())
}
