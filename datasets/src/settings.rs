//! Settings in layers, alike in every program: the embedded defaults, the file that `--config` names, the environment, and
//! flags over all of them.
//!
//! The defaults name every key and, by their values, its type. A key that they do not have is an error. Text that reads as a
//! number where a number is meant counts as one, because variables are text.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("configuration: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The file is not TOML, or a layer has an unknown key or a value of another type.
    #[error("configuration: {place}: {source}")]
    NotSettings {
        /// The file, or the file and the variables that may have it.
        place: String,
        /// What is wrong, and where.
        source: toml::de::Error,
    },
    /// A value lies outside of what its key allows.
    #[error("configuration: `{key}` is `{value}`; valid: {valid}")]
    Invalid {
        /// The key, as in the file of defaults.
        key: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        valid: String,
    },
}

impl Error {
    /// A value that its key does not allow.
    pub fn invalid(key: &'static str, value: impl Display, valid: impl Display) -> Self {
        Self::Invalid {
            key,
            value: value.to_string(),
            valid: valid.to_string(),
        }
    }
}

/// Layers of settings, the later over the earlier.
#[derive(Debug)]
pub struct Layers {
    values: Table,
    /// File and variables, for messages.
    places: Vec<String>,
}

impl Layers {
    /// The lowest layer: the embedded defaults.
    ///
    /// # Panics
    /// If they are not TOML, which a test of the program shows.
    pub fn new(defaults: &str) -> Self {
        Self {
            values: defaults.parse().expect("the embedded defaults are TOML"),
            places: Vec::new(),
        }
    }

    /// The file at `path`, if one is given.
    ///
    /// # Errors
    /// [`Error::Unreadable`], and [`Error::NotSettings`] for a file that is not TOML.
    pub fn file(mut self, path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(self);
        };
        let text = fs_err::read_to_string(path)?;
        self.places.push(path.display().to_string());
        let upper = text.parse().map_err(|source| self.not_settings(source))?;
        overlay(&mut self.values, upper);
        Ok(self)
    }

    /// The variables `<prefix><KEY>` of an environment. An empty one counts as absent.
    #[must_use]
    pub fn environment<'a>(
        mut self,
        prefix: &str,
        variables: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Self {
        for (name, text) in variables {
            if let Some(key) = name.strip_prefix(prefix)
                && !text.is_empty()
            {
                self = self.set(&key.to_ascii_lowercase(), Some(text.as_str()));
                self.places.push(name.clone());
            }
        }
        self
    }

    /// A single value, if one is given.
    #[must_use]
    pub fn set(mut self, key: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            overlay(
                &mut self.values,
                Table::from_iter([(key.to_owned(), value.into())]),
            );
        }
        self
    }

    /// The settings that the layers make.
    ///
    /// # Errors
    /// [`Error::NotSettings`] for an unknown key or a value of another type.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        let values = self.values.clone();
        values
            .try_into()
            .map_err(|source| self.not_settings(source))
    }

    fn not_settings(&self, source: toml::de::Error) -> Error {
        Error::NotSettings {
            place: self.places.join(", "),
            source,
        }
    }
}

/// A whole number in `range`.
///
/// # Errors
/// [`Error::Invalid`].
pub fn within(key: &'static str, value: u64, range: RangeInclusive<u64>) -> Result<u64, Error> {
    if range.contains(&value) {
        return Ok(value);
    }
    let valid = format!("{}–{}", range.start(), range.end());
    Err(Error::invalid(key, value, valid))
}

/// Puts the values of `upper` over those of `lower`, table by table.
fn overlay(lower: &mut Table, upper: Table) {
    for (key, value) in upper {
        match (lower.get_mut(&key), value) {
            (Some(Value::Table(lower)), Value::Table(upper)) => overlay(lower, upper),
            (Some(lower), value) => *lower = as_type_of(lower, value),
            (None, value) => {
                lower.insert(key, value);
            }
        }
    }
}

/// `value` as the type of `default`, if its text can be read so; as it is otherwise, for the reader to refuse.
fn as_type_of(default: &Value, value: Value) -> Value {
    let read = match (default, &value) {
        (Value::Integer(_), Value::String(text)) => text.parse().map(Value::Integer).ok(),
        (Value::Float(_), Value::String(text)) => text.parse().map(Value::Float).ok(),
        (Value::Boolean(_), Value::String(text)) => text.parse().map(Value::Boolean).ok(),
        // A day may be written without quotes.
        (Value::String(_), Value::Datetime(day)) => Some(Value::String(day.to_string())),
        (Value::String(_), Value::Integer(number)) => Some(Value::String(number.to_string())),
        _ => None,
    };
    read.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    const DEFAULTS: &str =
        "name = \"a\"\nms = 5\nshare = 0.5\non = false\n[inner]\nleast = 1\nmost = 9\n";

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        name: String,
        ms: u64,
        share: f64,
        on: bool,
        inner: Inner,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        least: u64,
        most: u64,
    }

    fn read(file: &str, variables: &[(&str, &str)]) -> Result<Settings, Error> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("own.toml");
        fs_err::write(&path, file)?;
        let variables: BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Layers::new(DEFAULTS)
            .file(Some(&path))?
            .environment("APP_", &variables)
            .read()
    }

    #[test]
    fn later_layers_stand_above_earlier_ones_key_by_key() {
        let settings = read(
            "name = \"file\"\nms = 6\n[inner]\nmost = 8",
            &[("APP_MS", "7"), ("APP_NAME", ""), ("OTHER", "x")],
        );
        let settings = settings.expect("valid");
        assert_eq!((settings.name.as_str(), settings.ms), ("file", 7));
        let inner = Inner { least: 1, most: 8 };
        assert_eq!(settings.inner, inner);
        let flags = Layers::new(DEFAULTS)
            .set("ms", Some(8))
            .set("name", None::<&str>);
        let settings: Settings = flags.read().expect("valid");
        assert_eq!((settings.name.as_str(), settings.ms), ("a", 8));
    }

    #[test]
    fn text_counts_as_a_value_of_the_type_that_the_defaults_have() {
        let variables = [("APP_SHARE", "0.25"), ("APP_ON", "true")];
        let settings = read("ms = \"12\"\nname = 2026-11-01", &variables).expect("valid");
        assert_eq!((settings.ms, settings.share, settings.on), (12, 0.25, true));
        assert_eq!(settings.name, "2026-11-01");
    }

    #[test]
    fn errors_name_the_layers_the_key_and_the_value() {
        for (file, variables, parts) in [
            ("mss = 1", &[][..], &["own.toml", "mss"][..]),
            ("ms = ", &[], &["own.toml"]),
            ("ms = \"soon\"", &[], &["ms", "soon"]),
            ("ms = 1.5", &[], &["ms", "1.5"]),
            (
                "",
                &[("APP_MS", "many")],
                &["own.toml, APP_MS", "ms", "many"],
            ),
            ("", &[("APP_MSS", "1")], &["APP_MSS", "mss"]),
        ] {
            let error = read(file, variables).expect_err(file).to_string();
            for part in parts {
                assert!(
                    error.contains(part),
                    "{file} {variables:?}: {error} lacks {part}"
                );
            }
        }
        let error = within("ms", 9, 1..=5).expect_err("too much").to_string();
        assert_eq!(error, "configuration: `ms` is `9`; valid: 1–5");
        let absent = Layers::new(DEFAULTS).file(Some(Path::new("no/such.toml")));
        let error = absent.expect_err("absent").to_string();
        assert!(error.contains("no/such.toml"), "{error}");
    }
}
