//! Answers, whole and broken, and what becomes of them.

use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, StatusCode};

use super::server::{Act, server, tls_server};
use super::{client, get, plain, problem};
use crate::{Builder, Error, Problem, Proxies, Redirects, RequestBody};

fn builder() -> Builder {
    Builder::new("giaxe/test").proxies(Proxies::none())
}

#[tokio::test]
async fn a_reply_has_status_headers_and_body_and_the_server_learns_who_asks() {
    let act = Act::Send(
        b"HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 3\r\nconnection: close\r\n\r\nno!"
            .to_vec(),
    );
    let server = server(act).await;
    let reply = get(&client(), &server.url()).await.expect("a reply");
    assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reply.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(reply.bytes(3).await.expect("a body"), b"no!");
    let head = &server.heads()[0];
    assert!(head.contains("user-agent: giaxe/test\r\n"), "{head}");
}

#[tokio::test]
async fn a_body_longer_than_the_limit_is_refused_announced_or_not() {
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n";
    for act in [Act::ok("helloworld"), Act::Send(chunked.to_vec())] {
        let server = server(act.clone()).await;
        let reply = get(&client(), &server.url()).await.expect("a reply");
        let error = reply.bytes(9).await.expect_err("a longer body");
        let too_long = Problem::TooLong { limit_bytes: 9 };
        assert_eq!(error.problem(), Some(&too_long), "{act:?}");
        let reply = get(&client(), &server.url()).await.expect("a reply");
        assert_eq!(reply.bytes(10).await.expect("a body"), b"helloworld");
    }
}

#[tokio::test]
async fn each_way_to_fail_has_its_name() {
    let quick = plain(builder().timeout(Duration::from_millis(300)));
    let closing = server(Act::Send(Vec::new())).await;
    let problem_of_closing = problem(&quick, &closing.url()).await;
    assert!(
        matches!(problem_of_closing, Problem::Closed(_)),
        "{problem_of_closing:?}"
    );
    let nonsense = server(Act::Send(b"ni hao\r\n\r\n".to_vec())).await;
    let broken = problem(&quick, &nonsense.url()).await;
    assert!(matches!(broken, Problem::Broken(_)), "{broken:?}");
    let silent = server(Act::Stall(Vec::new())).await;
    let late = problem(&quick, &silent.url()).await;
    let nothing = Problem::Timeout("nothing within 300 ms".to_owned());
    assert_eq!(late, nothing);
    let gone = problem(&quick, "http://127.0.0.1:1/").await;
    let is_refused = matches!(&gone, Problem::NoConnection(why) if why.contains("refused"));
    assert!(is_refused, "{gone:?}");

    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec();
    let cutting = server(Act::Send(cut.clone())).await;
    let reply = get(&quick, &cutting.url()).await.expect("a reply");
    let error = reply.bytes(99).await.expect_err("half a body");
    assert!(
        matches!(error.problem(), Some(Problem::BrokenOff(_))),
        "{error}"
    );
    let stalling = server(Act::Stall(cut)).await;
    let reply = get(&quick, &stalling.url()).await.expect("a reply");
    let error = reply.bytes(99).await.expect_err("half a body");
    assert!(
        matches!(error.problem(), Some(Problem::Timeout(_))),
        "{error}"
    );
}

#[tokio::test]
async fn silence_ends_an_exchange_even_without_a_limit_on_the_whole() {
    let impatient = plain(builder().read_timeout(Duration::from_millis(200)));
    let silent = server(Act::Stall(Vec::new())).await;
    let late = problem(&impatient, &silent.url()).await;
    assert!(matches!(late, Problem::Timeout(_)), "{late:?}");
}

#[tokio::test]
async fn redirects_are_handed_on_or_followed_without_credentials() {
    let target = server(Act::ok("there")).await;
    // Another name of this machine: another host to the client.
    let elsewhere = format!("http://localhost:{}/", target.address.port());
    let from = server(Act::redirect(&elsewhere)).await;
    let reply = get(&client(), &from.url()).await.expect("a reply");
    assert_eq!(reply.status(), StatusCode::FOUND);

    let following = plain(builder().redirects(Redirects::Follow(3)));
    let mut request = Request::get(from.url())
        .body(RequestBody::default())
        .expect("a request");
    let key = HeaderValue::from_static("Bearer sk-1");
    request.headers_mut().insert(AUTHORIZATION, key);
    let reply = following.send(request).await.expect("a reply");
    assert_eq!(reply.url().as_str(), elsewhere);
    assert_eq!(reply.bytes(9).await.expect("a body"), b"there");
    let heads = from.heads();
    assert!(heads[1].contains("sk-1"), "{heads:?}");
    assert!(!target.heads()[0].contains("sk-1"), "{:?}", target.heads());

    let circle = server(Act::redirect("/again")).await;
    let error = problem(&following, &circle.url()).await;
    assert!(matches!(error, Problem::Redirect(_)), "{error:?}");
}

#[tokio::test]
async fn only_trusted_certificates_are_taken() {
    let (server, trust) = tls_server("localhost", Act::ok("safe")).await;
    let url = format!("https://localhost:{}/", server.address.port());
    let trusting = plain(builder().trust(trust).tls_only(true));
    let reply = get(&trusting, &url).await.expect("a reply");
    assert_eq!(reply.bytes(9).await.expect("a body"), b"safe");

    let (_, other) = tls_server("localhost", Act::ok("")).await;
    let doubting = plain(builder().trust(other));
    let error = problem(&doubting, &url).await;
    let is_doubt = matches!(&error, Problem::NoConnection(why) if why.contains("certificate"));
    assert!(is_doubt, "{error:?}");
    assert_eq!(server.heads().len(), 1, "the doubting client sent nothing");
}

#[tokio::test]
async fn plain_http_is_refused_where_only_tls_will_do() {
    let server = server(Act::ok("")).await;
    let (_, trust) = tls_server("localhost", Act::ok("")).await;
    let strict = plain(builder().trust(trust).tls_only(true));
    let error = problem(&strict, &server.url()).await;
    assert!(matches!(error, Problem::Unsendable(_)), "{error:?}");
    assert!(server.heads().is_empty());
}

#[tokio::test]
async fn errors_show_no_secret_of_the_address() {
    let url = "http://me:pass@127.0.0.1:1/v1?key=sk-1";
    let error = get(&client(), url).await.expect_err("nobody there");
    let text = format!("{error} {error:?}");
    assert!(text.contains("http://127.0.0.1:1/v1?key=…"), "{text}");
    assert!(!text.contains("sk-1") && !text.contains("pass"), "{text}");
    assert!(matches!(error, Error::Request { .. }), "{text}");
}
