//! The document of all aliases: what each change makes of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    history::{Action, Change},
    names::{CHALLENGER, CHAMPION, PREVIOUS, Reason, is_plain},
};
use crate::{Error, Result};

/// Version of the document's form; one that this build does not know is refused.
const FORMAT_VERSION: u32 = 1;

/// All aliases of a registry at one moment, and the change that brought them about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Aliases {
    format_version: u32,
    /// Versions by alias.
    #[serde(rename = "aliases")]
    versions: BTreeMap<String, String>,
    /// The change that led here; none in a registry of the version before, which kept no history.
    last: Option<Change>,
    /// Versions that a cleaning without a lock is removing: nobody may point at them any more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    going: BTreeSet<String>,
}

impl Default for Aliases {
    fn default() -> Self {
        Self::of(BTreeMap::new())
    }
}

impl Aliases {
    /// These aliases, of whose history nothing is known.
    pub(super) fn of(versions: BTreeMap<String, String>) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            versions,
            last: None,
            going: BTreeSet::new(),
        }
    }

    /// Reads the document, which lies at `path`.
    ///
    /// # Errors
    /// [`Error::Registry`] where it is none, or of another form, or points outside.
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let refused = |reason: String| Error::Registry {
            path: path.to_owned(),
            reason,
        };
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|error| refused(format!("not JSON: {error}")))?;
        // Checked before the rest is read: another form's fields would only confuse the message.
        let found = &value["format_version"];
        if *found != FORMAT_VERSION {
            return Err(refused(format!(
                "`format_version` is {found}, this build reads {FORMAT_VERSION}"
            )));
        }
        let document: Self =
            serde_json::from_value(value).map_err(|error| refused(error.to_string()))?;
        document.checked(path)
    }

    /// The same, when all of its names are plain.
    ///
    /// # Errors
    /// [`Error::Registry`] naming the alias that points elsewhere.
    pub(super) fn checked(self, path: &Path) -> Result<Self> {
        for (alias, version) in &self.versions {
            if !is_plain(alias) || !is_plain(version) {
                return Err(Error::Registry {
                    path: path.to_owned(),
                    reason: format!(
                        "the alias `{alias}` points at `{version}`; valid: 1 to 64 letters, digits, `-` and `_`"
                    ),
                });
            }
        }
        Ok(self)
    }

    /// The document as it is kept.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("names and texts are JSON");
        json.push(b'\n');
        json
    }

    /// The version behind an alias.
    pub(super) fn get(&self, alias: &str) -> Option<&str> {
        self.versions.get(alias).map(String::as_str)
    }

    /// Whether an alias points at `version`; the first that does.
    pub(super) fn naming(&self, version: &str) -> Option<&str> {
        let mut aliases = self.versions.iter();
        aliases
            .find(|(_, own)| *own == version)
            .map(|(alias, _)| alias.as_str())
    }

    /// Whether a version is being removed.
    pub(super) fn is_going(&self, version: &str) -> bool {
        self.going.contains(version)
    }

    /// The same, with these versions being removed and no others.
    #[cfg(feature = "object-store")]
    pub(super) fn with_going(&self, going: BTreeSet<String>) -> Self {
        Self {
            going,
            ..self.clone()
        }
    }

    /// The change that led here.
    pub(super) fn last(&self) -> Option<&Change> {
        self.last.as_ref()
    }

    /// The same, led to by `last`, where the document does not say.
    pub(super) fn or_last(mut self, last: Option<&Change>) -> Self {
        self.last = self.last.or_else(|| last.cloned());
        self
    }

    /// Versions by alias.
    pub(super) fn into_map(self) -> BTreeMap<String, String> {
        self.versions
    }

    /// `to` as champion. The champion before becomes the previous one if it could come back (`returns`); otherwise the
    /// previous one stays, unless it is the one that is promoted.
    pub(super) fn promoted(&self, to: &str, returns: bool, reason: &Reason) -> Self {
        let mut after = self.clone();
        for alias in [CHALLENGER, PREVIOUS] {
            if self.get(alias) == Some(to) {
                after.versions.remove(alias);
            }
        }
        let from = after.versions.insert(CHAMPION.to_owned(), to.to_owned());
        if let Some(old) = from.as_ref().filter(|_| returns) {
            after.versions.insert(PREVIOUS.to_owned(), old.clone());
        }
        after.note(Action::Promote, from, to, reason)
    }

    /// `to`, the previous champion, as champion again, and none as previous.
    pub(super) fn rolled_back(&self, to: &str, reason: &Reason) -> Self {
        let mut after = self.clone();
        after.versions.remove(PREVIOUS);
        let from = after.versions.insert(CHAMPION.to_owned(), to.to_owned());
        after.note(Action::Rollback, from, to, reason)
    }

    /// `to` as challenger.
    pub(super) fn challenged(&self, to: &str, reason: &Reason) -> Self {
        let mut after = self.clone();
        let from = after.versions.insert(CHALLENGER.to_owned(), to.to_owned());
        after.note(Action::Challenge, from, to, reason)
    }

    fn note(mut self, action: Action, from: Option<String>, to: &str, reason: &Reason) -> Self {
        let seq = self.last.as_ref().map_or(0, |last| last.seq) + 1;
        self.last = Some(Change {
            seq,
            at: reason.at,
            action,
            by: reason.by.clone(),
            why: reason.why.clone(),
            from,
            to: to.to_owned(),
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn reason() -> Reason {
        Reason {
            by: "linh".to_owned(),
            why: String::new(),
            at: DateTime::UNIX_EPOCH,
        }
    }

    /// `champion challenger previous`, `-` where not set.
    fn aliases(line: &str) -> Aliases {
        let names = [CHAMPION, CHALLENGER, PREVIOUS];
        let set = names
            .iter()
            .zip(line.split(' '))
            .filter(|(_, version)| *version != "-");
        Aliases::of(
            set.map(|(alias, version)| ((*alias).to_owned(), version.to_owned()))
                .collect(),
        )
    }

    fn line(aliases: &Aliases) -> String {
        [CHAMPION, CHALLENGER, PREVIOUS]
            .map(|alias| aliases.get(alias).unwrap_or("-"))
            .join(" ")
    }

    #[test]
    fn what_each_change_makes_of_the_aliases() {
        type Do = fn(&Aliases) -> Aliases;
        let cases: &[(&str, Do, &str)] = &[
            ("- - -", |a| a.promoted("x", true, &reason()), "x - -"),
            ("a b -", |a| a.promoted("b", true, &reason()), "b - a"),
            ("a b c", |a| a.promoted("b", true, &reason()), "b - a"),
            // Another challenger stays one.
            ("a b c", |a| a.promoted("x", true, &reason()), "x b a"),
            // Back to the previous one by its name: then the other way round.
            ("a - c", |a| a.promoted("c", true, &reason()), "c - a"),
            // A champion that is damaged is nothing to go back to.
            ("a b c", |a| a.promoted("b", false, &reason()), "b - c"),
            ("a - c", |a| a.promoted("c", false, &reason()), "c - -"),
            ("a b c", |a| a.rolled_back("c", &reason()), "c b -"),
            ("a - c", |a| a.challenged("x", &reason()), "a x c"),
            ("a b c", |a| a.challenged("x", &reason()), "a x c"),
        ];
        for (before, change, after) in cases {
            assert_eq!(line(&change(&aliases(before))), *after, "{before}");
        }
    }

    #[test]
    fn changes_are_numbered_and_say_from_where_to_where() {
        let first = Aliases::default().promoted("a", true, &reason());
        let second = first.promoted("b", true, &reason());
        let third = second.rolled_back("a", &reason());
        let told = |aliases: &Aliases| {
            let last = aliases.last().expect("a change").clone();
            (last.seq, last.action, last.from, last.to)
        };
        let own = |text: &str| text.to_owned();
        assert_eq!(told(&first), (1, Action::Promote, None, own("a")));
        assert_eq!(
            told(&second),
            (2, Action::Promote, Some(own("a")), own("b"))
        );
        assert_eq!(
            told(&third),
            (3, Action::Rollback, Some(own("b")), own("a"))
        );
    }

    #[test]
    fn a_document_comes_back_and_a_wrong_one_is_refused() {
        let document = aliases("a b c").promoted("b", true, &reason());
        let path = Path::new("aliases.json");
        let back = Aliases::parse(&document.to_json(), path).expect("its own form");
        assert_eq!(back, document);
        for (text, part) in [
            ("", "not JSON"),
            ("[]", "`format_version` is null"),
            (
                r#"{"format_version":2}"#,
                "`format_version` is 2, this build reads 1",
            ),
            (r#"{"format_version":1}"#, "aliases"),
            (
                r#"{"format_version":1,"aliases":{"champion":"../x"},"last":null}"#,
                "`champion` points at `../x`",
            ),
            (
                r#"{"format_version":1,"aliases":{},"last":null,"more":1}"#,
                "more",
            ),
        ] {
            let error = Aliases::parse(text.as_bytes(), path).expect_err(text);
            let error = error.to_string();
            assert!(error.contains(part), "{text}: {error}");
            assert!(error.contains("aliases.json"), "{text}: {error}");
        }
    }
}
