//! Identities for rows of exports that have none.

use std::collections::HashMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::store::RawTable;

/// Gives each row an identity that depends on what the row says and not on where it stands, so that a second
/// import of the same export finds the same listings.
#[derive(Default)]
pub(super) struct Identities {
    seen: HashMap<String, usize>,
}

impl Identities {
    /// First 16 hex digits of the SHA-256 of the row's named cells; the n-th equal row gets `-n` behind it.
    ///
    /// Unnamed columns are passed over: exporters number the rows there.
    pub(super) fn of(&mut self, table: &RawTable, row: usize) -> String {
        let mut hash = Sha256::new();
        for (name, cell) in table.row(row) {
            if let (false, Some(cell)) = (name.is_empty(), cell) {
                hash.update(name.as_bytes());
                hash.update([0x1f]);
                hash.update(cell.to_text().as_bytes());
                hash.update([0x1e]);
            }
        }
        let mut id = String::with_capacity(20);
        for byte in hash.finalize().iter().take(8) {
            // Writing to a String cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        let count = self.seen.entry(id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let _ = write!(id, "-{count}");
        }
        id
    }
}
