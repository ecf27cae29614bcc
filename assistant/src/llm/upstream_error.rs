//! What a server says of its failure, whatever the shape it says it in.

use std::fmt;

use serde_json::Value;

/// Longest message kept, in characters.
const EXCERPT_CHARS: usize = 300;

/// A server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamError {
    /// Its code or type: `context_length_exceeded`, `429`, `RESOURCE_EXHAUSTED`.
    pub code: Option<String>,
    /// Its message, or the beginning of a body that has none.
    pub message: String,
}

impl UpstreamError {
    /// Reads a body: OpenAI's error object, the same wrapped in an array (Gemini), a string as `error` (Ollama), `detail`
    /// (FastAPI), `message` beside `code` (vLLM), `errors`, problem details, HTML, plain text, nothing.
    pub(super) fn from_body(body: &str) -> Self {
        let body = body.trim();
        if let Ok(value) = serde_json::from_str::<Value>(body)
            && let Some(upstream) = Self::from_json(&value)
        {
            return upstream;
        }
        let text = if body.starts_with('<') {
            untag(body)
        } else {
            body.to_owned()
        };
        let message = if text.is_empty() {
            "no message".to_owned()
        } else {
            excerpt(&text)
        };
        Self {
            code: None,
            message,
        }
    }

    /// The error in `value`, where it has one.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::Array(items) => items.iter().find_map(Self::from_json),
            Value::Object(fields) => {
                if let Some(errors) = fields.get("errors").and_then(Value::as_array)
                    && let Some(first) = errors.iter().find_map(Self::inner)
                {
                    return Some(first);
                }
                if let Some(error) = fields.get("error").filter(|error| !error.is_null()) {
                    let mut upstream = Self::inner(error)?;
                    // Some gateways put the text beside a bare `"error": "bad_request"` or `"error": true`.
                    if let Some(message) = fields.get("message").and_then(Value::as_str) {
                        upstream
                            .code
                            .get_or_insert_with(|| upstream.message.clone());
                        upstream.message = excerpt(message);
                    }
                    return Some(upstream);
                }
                // A completion has a `message` only inside of its choices.
                if fields.contains_key("choices") {
                    return None;
                }
                Self::inner(value)
            }
            _ => None,
        }
    }

    fn inner(value: &Value) -> Option<Self> {
        match value {
            Value::String(message) => Some(Self {
                code: None,
                message: excerpt(message),
            }),
            Value::Object(fields) => {
                let code = ["code", "status", "type"]
                    .into_iter()
                    .find_map(|name| word(fields.get(name)?));
                let message = ["message", "msg", "detail", "error_description", "title"]
                    .into_iter()
                    .find_map(|name| match fields.get(name)? {
                        Value::String(message) => Some(excerpt(message)),
                        nested => Self::inner(nested).map(|upstream| upstream.message),
                    })?;
                Some(Self { code, message })
            }
            Value::Array(items) => items.iter().find_map(Self::inner),
            Value::Bool(true) => Some(Self {
                code: None,
                message: "no message".to_owned(),
            }),
            _ => None,
        }
    }

    /// The code as an HTTP status, where it is one.
    pub fn status(&self) -> Option<u16> {
        self.code
            .as_ref()?
            .parse()
            .ok()
            .filter(|status| (400..600).contains(status))
    }

    /// Takes `secret` out of the message: servers like to quote the key that they refuse.
    pub(super) fn without(mut self, secret: Option<&str>) -> Self {
        if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
            self.message = self.message.replace(secret, "[key]");
        }
        self
    }
}

impl fmt::Display for UpstreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} ({code})", self.message),
            None => f.write_str(&self.message),
        }
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(word) if !word.is_empty() => Some(word.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The beginning of `text` on one line.
pub(super) fn excerpt(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = line.char_indices().nth(EXCERPT_CHARS) {
        line.truncate(at);
        line.push('…');
    }
    line
}

/// The visible text of an error page.
fn untag(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        // What a style sheet or script says is no message.
        let hidden = ["style", "script"]
            .into_iter()
            .find(|tag| after.starts_with(tag));
        let after = match hidden.and_then(|tag| after.find(&format!("</{tag}"))) {
            Some(end) => &after[end + 1..],
            None => after,
        };
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_keeps_code_and_message() {
        for (body, code, message) in [
            (
                r#"{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
                Some("context_length_exceeded"),
                "too long",
            ),
            (
                r#"[{"error":{"code":400,"message":"Unknown name seed","status":"INVALID_ARGUMENT"}}]"#,
                Some("400"),
                "Unknown name seed",
            ),
            (
                r#"{"error":{"code":429,"message":"quota"}}"#,
                Some("429"),
                "quota",
            ),
            (
                r#"{"error":"model 'x' not found"}"#,
                None,
                "model 'x' not found",
            ),
            (
                r#"{"error":{"message":"gone","type":"not_found_error","code":null}}"#,
                Some("not_found_error"),
                "gone",
            ),
            (r#"{"detail":"Not Found"}"#, None, "Not Found"),
            (
                r#"{"detail":[{"loc":["body","model"],"msg":"field required","type":"missing"}]}"#,
                None,
                "field required",
            ),
            (
                r#"{"object":"error","message":"bad model","code":404}"#,
                Some("404"),
                "bad model",
            ),
            (
                r#"{"error":"bad_request","message":"no such thing"}"#,
                Some("bad_request"),
                "no such thing",
            ),
            (
                r#"{"errors":[{"message":"worker limit","code":10021}]}"#,
                Some("10021"),
                "worker limit",
            ),
            (
                r#"{"type":"about:blank","title":"Too many","status":429}"#,
                Some("429"),
                "Too many",
            ),
            (
                r#"{"error":{"message":{"message":"nested"}}}"#,
                None,
                "nested",
            ),
            (
                "<html><head><style>a{}</style></head><body><h1>502 Bad\nGateway</h1></body></html>",
                None,
                "502 Bad Gateway",
            ),
            ("upstream connect error", None, "upstream connect error"),
            ("", None, "no message"),
            (r#""just a string""#, None, r#""just a string""#),
        ] {
            let upstream = UpstreamError::from_body(body);
            assert_eq!(
                (upstream.code.as_deref(), upstream.message.as_str()),
                (code, message),
                "{body}"
            );
        }
    }

    #[test]
    fn a_completion_is_no_error() {
        for body in [
            r#"{"choices":[{"message":{"content":"hi"}}]}"#,
            r#"{"error":null,"choices":[]}"#,
        ] {
            let value = serde_json::from_str(body).expect("valid JSON");
            assert_eq!(UpstreamError::from_json(&value), None, "{body}");
        }
    }

    #[test]
    fn messages_are_short_and_hold_no_key() {
        assert_eq!(
            UpstreamError::from_body(&"x".repeat(5000))
                .message
                .chars()
                .count(),
            EXCERPT_CHARS + 1
        );
        let upstream =
            UpstreamError::from_body(r#"{"error":{"message":"Incorrect key sk-1 given"}}"#)
                .without(Some("sk-1"));
        assert_eq!(upstream.message, "Incorrect key [key] given");
    }
}
