//! Requests through proxies.

use super::server::{Act, proxy, server, tls_server};
use super::{Builder, get, plain, problem};
use crate::{Problem, Proxies};

/// Proxies as the environment would name them.
fn proxies(variables: &[(&str, String)]) -> Proxies {
    let value = |name: &str| {
        let found = variables.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.clone())
    };
    Proxies::read(value).expect("valid variables")
}

#[tokio::test]
async fn plain_requests_go_to_the_proxy_with_its_credentials() {
    let server = server(Act::ok("listings")).await;
    let proxy = proxy(Some(server.address)).await;
    let named = format!("http://an:b%40d@{}", proxy.address);
    let client = plain(Builder::new("giaxe/test").proxies(proxies(&[("HTTP_PROXY", named)])));
    let reply = get(&client, "http://cars.example/a?b=c")
        .await
        .expect("a reply");
    assert_eq!(reply.bytes(99).await.expect("a body"), b"listings");
    let head = &proxy.heads()[0];
    assert!(head.starts_with("GET http://cars.example/a?b=c "), "{head}");
    // `an:b@d`
    assert!(
        head.contains("proxy-authorization: Basic YW46YkBk"),
        "{head}"
    );
}

#[tokio::test]
async fn tls_goes_through_a_tunnel_of_which_the_proxy_sees_the_host_only() {
    let (server, trust) = tls_server("api.example", Act::ok("secret")).await;
    let proxy = proxy(Some(server.address)).await;
    let named = format!("http://an:pass@{}", proxy.address);
    let proxies = proxies(&[("https_proxy", named)]);
    let client = plain(Builder::new("giaxe/test").proxies(proxies).trust(trust));
    let reply = get(&client, "https://api.example/v1/key")
        .await
        .expect("a reply");
    assert_eq!(reply.bytes(99).await.expect("a body"), b"secret");
    let seen = proxy.heads();
    assert!(seen[0].starts_with("CONNECT api.example:443 "), "{seen:?}");
    assert!(
        seen[0].contains("proxy-authorization: Basic YW46cGFzcw=="),
        "{seen:?}"
    );
    assert!(!seen[0].contains("v1/key"), "{seen:?}");
    let inner = &server.heads()[0];
    assert!(inner.starts_with("GET /v1/key "), "{inner}");
    assert!(!inner.contains("proxy-authorization"), "{inner}");
}

#[tokio::test]
async fn this_machine_is_asked_directly_and_so_is_no_proxy() {
    let server = server(Act::ok("direct")).await;
    let proxy = proxy(None).await;
    let named = format!("http://{}", proxy.address);
    let client = plain(Builder::new("giaxe/test").proxies(proxies(&[("ALL_PROXY", named)])));
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{}/", server.address.port());
        let reply = get(&client, &url).await.expect("a reply");
        assert_eq!(reply.bytes(99).await.expect("a body"), b"direct");
    }
    assert!(proxy.heads().is_empty());
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_down_is_named_without_its_password() {
    let refusing = proxy(None).await;
    for address in [refusing.address.to_string(), "127.0.0.1:1".to_owned()] {
        let named = format!("http://an:pass@{address}");
        let client = plain(Builder::new("giaxe/test").proxies(proxies(&[("HTTPS_PROXY", named)])));
        let error = problem(&client, "https://api.example/").await;
        let Problem::NoConnection(why) = &error else {
            panic!("{error:?}");
        };
        assert!(why.contains(&format!("proxy http://{address}/")), "{why}");
        assert!(!why.contains("pass"), "{why}");
    }
}
