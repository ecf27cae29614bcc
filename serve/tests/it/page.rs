//! The page and the documents.

use axum::http::{StatusCode, header};
use serde_json::Value;

use crate::{call, get, state};

#[tokio::test]
async fn the_page_and_its_parts_come_from_here_alone() {
    for (path, kind) in [
        ("/", "text/html"),
        ("/style.css", "text/css"),
        ("/app.js", "text/javascript"),
        ("/i18n.js", "text/javascript"),
        ("/range.js", "text/javascript"),
        ("/chat.js", "text/javascript"),
        ("/chat-answer.js", "text/javascript"),
        ("/chat-stream.js", "text/javascript"),
    ] {
        let (status, headers, body) = call(state(&[]), get(path)).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let found = headers[header::CONTENT_TYPE].to_str().expect("text");
        assert!(found.starts_with(kind), "{path}: {found}");
        let policy = headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text");
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        let text = String::from_utf8_lossy(&body).replace("http://www.w3.org/", "");
        assert!(!text.is_empty(), "{path}");
        assert!(
            !text.contains("https://") && !text.contains("http://"),
            "{path} names a host"
        );

        let mut again = get(path);
        let tag = headers[header::ETAG].clone();
        again.headers_mut().insert(header::IF_NONE_MATCH, tag);
        let (status, _, body) = call(state(&[]), again).await;
        assert_eq!(
            (status, body.len()),
            (StatusCode::NOT_MODIFIED, 0),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_documents_are_served_without_another_host() {
    let (status, _, body) = call(state(&[]), get("/openapi.json")).await;
    let document: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(status, StatusCode::OK);
    assert!(document["paths"]["/predict"]["post"].is_object());

    let (status, headers, body) = call(state(&[]), get("/docs/")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY));
    let html = String::from_utf8_lossy(&body);
    assert!(html.contains("swagger"), "{html}");
    assert!(!html.contains("https://"), "{html}");
}
