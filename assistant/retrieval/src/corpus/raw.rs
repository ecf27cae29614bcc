//! An entry before it is checked.

use std::collections::BTreeMap;

/// One entry as a file gives it: texts by our field names, and where it stands.
#[derive(Debug, Default)]
pub(super) struct RawEntry {
    pub(super) place: String,
    pub(super) fields: BTreeMap<&'static str, Vec<String>>,
}
