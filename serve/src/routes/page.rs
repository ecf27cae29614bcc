//! `GET /` and its parts: a page to value a car and to ask the assistant, embedded in the program.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Only what this service itself sends: no inline script or style, no other host, no frame around it.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const HTML: Part = Part {
    kind: "text/html; charset=utf-8",
    body: include_str!("../../page/index.html"),
};
const CSS: Part = Part {
    kind: "text/css; charset=utf-8",
    body: include_str!("../../page/style.css"),
};
const APP: Part = Part {
    kind: "text/javascript; charset=utf-8",
    body: include_str!("../../page/app.js"),
};
const I18N: Part = Part {
    kind: "text/javascript; charset=utf-8",
    body: include_str!("../../page/i18n.js"),
};
const RANGE: Part = Part {
    kind: "text/javascript; charset=utf-8",
    body: include_str!("../../page/range.js"),
};
const CHAT: Part = Part {
    kind: "text/javascript; charset=utf-8",
    body: include_str!("../../page/chat.js"),
};
const CHAT_ANSWER: Part = Part {
    kind: "text/javascript; charset=utf-8",
    body: include_str!("../../page/chat-answer.js"),
};
const CHAT_STREAM: Part = Part {
    kind: "text/javascript; charset=utf-8",
    body: include_str!("../../page/chat-stream.js"),
};

struct Part {
    kind: &'static str,
    body: &'static str,
}

impl Part {
    fn reply(&self, headers: &HeaderMap) -> Response {
        // The parts change with the program only, so that its version tells whether a browser's copy is good.
        const ETAG: &str = concat!("\"", env!("CARGO_PKG_VERSION"), "\"");
        let fixed = [
            (header::ETAG, HeaderValue::from_static(ETAG)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(CSP),
            ),
            (
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ),
            (
                header::REFERRER_POLICY,
                HeaderValue::from_static("no-referrer"),
            ),
        ];
        if headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|known| known == ETAG)
        {
            return (StatusCode::NOT_MODIFIED, fixed).into_response();
        }
        (
            fixed,
            [(header::CONTENT_TYPE, HeaderValue::from_static(self.kind))],
            self.body,
        )
            .into_response()
    }
}

/// The page.
pub async fn html(headers: HeaderMap) -> Response {
    HTML.reply(&headers)
}

/// Its looks.
pub async fn css(headers: HeaderMap) -> Response {
    CSS.reply(&headers)
}

/// Its behaviour.
pub async fn app(headers: HeaderMap) -> Response {
    APP.reply(&headers)
}

/// Its words in both languages.
pub async fn i18n(headers: HeaderMap) -> Response {
    I18N.reply(&headers)
}

/// Its drawing of the ranges.
pub async fn range(headers: HeaderMap) -> Response {
    RANGE.reply(&headers)
}

/// Its conversation with the assistant.
pub async fn chat(headers: HeaderMap) -> Response {
    CHAT.reply(&headers)
}

/// Its drawing of one answer.
pub async fn chat_answer(headers: HeaderMap) -> Response {
    CHAT_ANSWER.reply(&headers)
}

/// Its reading of an answer that streams.
pub async fn chat_stream(headers: HeaderMap) -> Response {
    CHAT_STREAM.reply(&headers)
}
