//! Which artifacts may go.

use super::aliases::Aliases;

/// An artifact that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its version.
    pub version: String,
    /// The alias that points at it; none for one that is merely new.
    pub alias: Option<String>,
}

/// An artifact that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its version.
    pub version: String,
    /// Bytes of its files.
    pub bytes: u64,
    /// Why it was no model anyway, for one that was not whole.
    pub damage: Option<String>,
}

/// What [`super::Registry::gc`] did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collected {
    /// What stays, oldest first; those that are not whole last.
    pub kept: Vec<Kept>,
    /// What goes, in the same order.
    pub removed: Vec<Removed>,
}

/// Parts `found`, the whole ones first and oldest first, into what stays and what goes: of the whole ones the last
/// `keep_last` stay, and of all whatever an alias points at.
pub(super) fn plan(found: Vec<Removed>, aliases: &Aliases, keep_last: usize) -> Collected {
    let whole = found.iter().filter(|own| own.damage.is_none()).count();
    let old = whole.saturating_sub(keep_last);
    let mut collected = Collected::default();
    for (index, artifact) in found.into_iter().enumerate() {
        let alias = aliases.naming(&artifact.version).map(str::to_owned);
        let is_new = (old..whole).contains(&index);
        if is_new || alias.is_some() {
            collected.kept.push(Kept {
                version: artifact.version,
                alias,
            });
        } else {
            collected.removed.push(artifact);
        }
    }
    collected
}

/// Whether a name is one that an artifact gets: the first 12 hexadecimal digits of its hash.
pub(super) fn is_version(name: &str) -> bool {
    name.len() == 12 && name.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}
