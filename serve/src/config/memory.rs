//! How much the assistant remembers, and for how long.

use assistant::memory::{Limit, Retention};
use serde::Deserialize;

use datasets::settings::{Error, within};

const HOUR_S: u64 = 3600;
const DAY_S: u64 = 24 * HOUR_S;

/// The settings as files spell them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    conversation_max_age_hours: u64,
    conversation_max_mib: u64,
    answer_max_age_hours: u64,
    answer_max_mib: u64,
    unanswered_max_age_days: u64,
    unanswered_max_mib: u64,
    feedback_max_age_days: u64,
    feedback_max_mib: u64,
}

impl File {
    /// Checks every value.
    pub(super) fn resolve(&self) -> Result<Retention, Error> {
        Ok(Retention {
            conversations: limit(
                "assistant.memory.conversation_max_mib",
                self.conversation_max_mib,
                hours(
                    "assistant.memory.conversation_max_age_hours",
                    self.conversation_max_age_hours,
                )?,
            )?,
            answers: limit(
                "assistant.memory.answer_max_mib",
                self.answer_max_mib,
                hours(
                    "assistant.memory.answer_max_age_hours",
                    self.answer_max_age_hours,
                )?,
            )?,
            unanswered: limit(
                "assistant.memory.unanswered_max_mib",
                self.unanswered_max_mib,
                days(
                    "assistant.memory.unanswered_max_age_days",
                    self.unanswered_max_age_days,
                )?,
            )?,
            feedback: limit(
                "assistant.memory.feedback_max_mib",
                self.feedback_max_mib,
                days(
                    "assistant.memory.feedback_max_age_days",
                    self.feedback_max_age_days,
                )?,
            )?,
            deletes: true,
        })
    }
}

fn hours(key: &'static str, value: u64) -> Result<u64, Error> {
    Ok(within(key, value, 1..=720)? * HOUR_S)
}

fn days(key: &'static str, value: u64) -> Result<u64, Error> {
    Ok(within(key, value, 1..=3650)? * DAY_S)
}

fn limit(key: &'static str, mib: u64, max_age_s: u64) -> Result<Limit, Error> {
    let max_mib = within(key, mib, 1..=1024)?;
    Ok(Limit {
        max_bytes: max_mib as usize * 1024 * 1024,
        max_age_s,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_are_those_of_the_library() {
        let defaults: toml::Table = include_str!("../../default.toml").parse().expect("TOML");
        let own: File = defaults["assistant"]["memory"]
            .clone()
            .try_into()
            .expect("settings");
        assert_eq!(own.resolve().expect("valid"), Retention::default());
    }

    #[test]
    fn an_age_outside_of_its_range_is_named() {
        let defaults: toml::Table = include_str!("../../default.toml").parse().expect("TOML");
        let own: File = defaults["assistant"]["memory"]
            .clone()
            .try_into()
            .expect("settings");
        let own = File {
            feedback_max_age_days: 0,
            ..own
        };
        let error = own.resolve().expect_err("refused").to_string();
        for part in ["`assistant.memory.feedback_max_age_days`", "`0`", "1–3650"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
