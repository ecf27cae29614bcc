//! What an operator sets of an endpoint.

use std::time::Duration;

use http::Uri;
use http::uri::PathAndQuery;
use serde_json::{Map, Value};

use super::{BreakerConfig, LlmError};
use crate::ApiKey;

/// An endpoint and how to treat it.
#[derive(Debug, Clone)]
pub struct LlmConfig {
    /// Where `/chat/completions` hangs: `https://api.openai.com/v1`, `http://127.0.0.1:11434/v1`,
    /// `https://generativelanguage.googleapis.com/v1beta/openai`. A query (`?api-version=…`) is kept.
    pub base_url: String,
    /// Model as the server names it.
    pub model: String,
    /// Sent as a bearer token. Local servers need none.
    pub api_key: Option<ApiKey>,
    /// Sampling temperature, 0 to 2. Answers repeat the FAQ, so it is low.
    pub temperature: f32,
    /// Time for a whole answer, with all retries.
    pub timeout: Duration,
    /// Time from sending a request to its first token.
    pub first_token_timeout: Duration,
    /// Fields merged into the request's body, over ours; `null` takes a field out (`{"temperature": null}` for models
    /// that refuse it). `messages` and `stream` are not to be set.
    pub extra: Map<String, Value>,
    /// Further attempts after a refused connection, a 429 or a 5xx, before the first token.
    pub max_retries: u32,
    /// Calls in flight; one more is [`LlmError::Busy`].
    pub max_concurrent: usize,
    /// When to stop asking for a while.
    pub breaker: BreakerConfig,
}

impl LlmConfig {
    /// The model `model` at `base_url`, with defaults for the rest: no key, temperature 0.2, 30 s a whole answer and
    /// 10 s to its first token, two retries, eight calls at once.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            api_key: None,
            temperature: 0.2,
            timeout: Duration::from_secs(30),
            first_token_timeout: Duration::from_secs(10),
            extra: Map::new(),
            max_retries: 2,
            max_concurrent: 8,
            breaker: BreakerConfig::default(),
        }
    }

    /// The address of `/chat/completions`.
    ///
    /// # Errors
    /// [`LlmError::Config`] where a field is out of its range; the message has the value and what is valid.
    pub(super) fn endpoint(&self) -> Result<Uri, LlmError> {
        let wrong = |field, message: String| Err(LlmError::Config { field, message });
        if self.model.trim().is_empty() {
            return wrong(
                "model",
                "is empty; valid: a name that the server knows".to_owned(),
            );
        }
        if !(0.0..=2.0).contains(&self.temperature) {
            return wrong(
                "temperature",
                format!("is {}; valid: 0 to 2", self.temperature),
            );
        }
        if self.timeout.is_zero() || self.first_token_timeout.is_zero() {
            return wrong("timeout", "is zero; valid: a second or more".to_owned());
        }
        if self.max_concurrent == 0 {
            return wrong("max_concurrent", "is 0; valid: 1 or more".to_owned());
        }
        if let Some(name) = ["messages", "stream"]
            .into_iter()
            .find(|name| self.extra.contains_key(*name))
        {
            return wrong(
                "extra",
                format!("sets `{name}`; valid: any field but `messages` and `stream`"),
            );
        }
        self.address("/chat/completions")
    }

    /// The address of `/models`.
    ///
    /// # Errors
    /// [`LlmError::Config`] for a base URL that is none.
    pub(super) fn models(&self) -> Result<Uri, LlmError> {
        self.address("/models")
    }

    fn address(&self, end: &str) -> Result<Uri, LlmError> {
        let wrong = |why: &str| LlmError::Config {
            field: "base_url",
            message: format!(
                "`{}` {why}; valid: like `https://api.openai.com/v1`",
                self.base_url
            ),
        };
        let uri: Uri = self
            .base_url
            .trim()
            .parse()
            .map_err(|_| wrong("is no URL"))?;
        let mut parts = uri.into_parts();
        match parts.scheme.as_ref().map(http::uri::Scheme::as_str) {
            Some("http" | "https") => {}
            _ => return Err(wrong("has no scheme `http` or `https`")),
        }
        match &parts.authority {
            Some(authority) if authority.as_str().contains('@') => {
                // It would be logged with the address.
                return Err(LlmError::Config {
                    field: "base_url",
                    message: "holds a password; valid: set `api_key`".to_owned(),
                });
            }
            Some(_) => {}
            None => return Err(wrong("has no host")),
        }
        let given = parts.path_and_query.as_ref();
        let path = given.map_or("", |given| given.path()).trim_end_matches('/');
        let path = path.strip_suffix("/chat/completions").unwrap_or(path);
        let query = given
            .and_then(PathAndQuery::query)
            .map_or_else(String::new, |query| format!("?{query}"));
        parts.path_and_query = Some(
            format!("{path}{end}{query}")
                .parse()
                .map_err(|_| wrong("has a bad path"))?,
        );
        Uri::from_parts(parts).map_err(|_| wrong("is no URL"))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn base_urls_of_common_servers() {
        for (base, want) in [
            (
                "https://api.openai.com/v1",
                "https://api.openai.com/v1/chat/completions",
            ),
            (
                "https://generativelanguage.googleapis.com/v1beta/openai/",
                "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
            ),
            (
                "http://127.0.0.1:11434/v1/",
                "http://127.0.0.1:11434/v1/chat/completions",
            ),
            ("http://[::1]:8000", "http://[::1]:8000/chat/completions"),
            (
                "http://h/v1/chat/completions",
                "http://h/v1/chat/completions",
            ),
            (
                "https://h/openai?api-version=1",
                "https://h/openai/chat/completions?api-version=1",
            ),
        ] {
            assert_eq!(
                LlmConfig::new(base, "m").endpoint().unwrap().to_string(),
                want,
                "{base}"
            );
            assert_eq!(
                LlmConfig::new(base, "m").models().unwrap().to_string(),
                want.replace("/chat/completions", "/models"),
                "{base}"
            );
        }
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let with = |change: fn(&mut LlmConfig)| {
            let mut config = LlmConfig::new("http://h/v1", "m");
            change(&mut config);
            config.endpoint().unwrap_err().to_string()
        };
        for (message, part) in [
            (with(|c| c.base_url = "/v1".to_owned()), "scheme"),
            (with(|c| c.base_url = "ftp://h".to_owned()), "scheme"),
            (
                with(|c| c.base_url = "http://me:pass@h/v1".to_owned()),
                "api_key",
            ),
            (with(|c| c.base_url = "nonsense here".to_owned()), "no URL"),
            (with(|c| c.model = " ".to_owned()), "model"),
            (with(|c| c.temperature = 3.0), "is 3; valid: 0 to 2"),
            (with(|c| c.timeout = Duration::ZERO), "timeout"),
            (with(|c| c.max_concurrent = 0), "max_concurrent"),
            (
                with(|c| drop(c.extra.insert("stream".to_owned(), json!(false)))),
                "sets `stream`",
            ),
        ] {
            assert!(message.contains(part), "{message}");
            assert!(!message.contains("pass@"), "{message}");
        }
    }

    #[test]
    fn keys_are_not_printed() {
        let mut config = LlmConfig::new("http://h/v1", "m");
        config.api_key = Some(ApiKey::new("sk-secret"));
        assert!(!format!("{config:?}").contains("secret"));
    }
}
