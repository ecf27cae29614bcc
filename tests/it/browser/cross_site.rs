//! A page of another site cannot post to the service.

use std::time::Duration;

use anyhow::Result;
use axum::{Router, response::Html, routing::get};
use tests::{BrowserDriver, Serve, skip, trained};
use thirtyfour::prelude::*;
use tokio::net::TcpListener;

use super::{WINDOWS, open};

/// A body that the service takes from its own page.
const BODY: &str = r#"{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":45000}"#;

/// What a page can try without asking the service first: `fetch` in the ways that need no preflight, and a form. Ends with how
/// many of them the browser sent.
const TRY_WITHOUT_PREFLIGHT: &str = r"
    const [url, body, done] = arguments;
    const post = (type) => fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', body,
        headers: type ? {'Content-Type': type} : {}});
    const frame = document.createElement('iframe');
    frame.name = 'aside';
    document.body.append(frame);
    const form = document.createElement('form');
    Object.assign(form, {action: url, method: 'post', enctype: 'text/plain', target: 'aside'});
    const field = document.createElement('input');
    // `name=value` is the body of such a form, so that JSON may be split between them.
    Object.assign(field, {name: body.slice(0, -1) + ',\u0022x', value: '\u0022:1}'});
    form.append(field);
    document.body.append(form);
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    form.submit();
    // `no-cors` sends another type as none at all, so that the last one is a text too.
    Promise.all([post('text/plain'), post('application/x-www-form-urlencoded'), post(''),
        post('application/json'), loaded]).then((all) => done(all.length), () => done(-1));
";

/// What needs a preflight, which the service does not grant. Ends with whether the browser refused it.
const TRY_WITH_PREFLIGHT: &str = r"
    const [url, body, done] = arguments;
    fetch(url, {method: 'POST', body, headers: {'Content-Type': 'application/json'}})
        .then(() => done(false), (error) => done(error instanceof TypeError));
";

/// The same from a page of the service itself: ends with the status.
const TRY_AT_HOME: &str = r"
    const [url, body, done] = arguments;
    fetch(url, {method: 'POST', body, headers: {'Content-Type': 'application/json'}})
        .then((reply) => done(reply.status), () => done(-1));
";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_port_cannot_post() -> Result<()> {
    let Some(browser) = BrowserDriver::start() else {
        skip(
            "browser::cross_site::a_page_of_another_port",
            "chromedriver",
        );
        return Ok(());
    };
    let elsewhere = another_site().await?;
    let serve = Serve::start(&trained().registry);
    let (width, height) = WINDOWS[1];
    let driver = open(&browser, width, height).await?;
    let tried = attempts(&driver, &elsewhere, &serve).await;
    driver.quit().await?;
    tried
}

/// Address of a page on a port of its own. Unlike the pages of the service, it has no policy that keeps it from sending.
async fn another_site() -> Result<String> {
    let page = || async { Html("<!doctype html><title>Another site</title><body></body>") };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let site = axum::serve(listener, Router::new().route("/", get(page)));
    tokio::spawn(async move { site.await });
    Ok(url)
}

async fn attempts(driver: &WebDriver, elsewhere: &str, serve: &Serve) -> Result<()> {
    driver.set_script_timeout(Duration::from_secs(20)).await?;
    let url = serve.url("/predict");
    driver.goto(elsewhere).await?;
    assert_eq!(run(driver, TRY_WITHOUT_PREFLIGHT, &url).await?, 5);
    assert_eq!(run(driver, TRY_WITH_PREFLIGHT, &url).await?, true);
    assert_eq!(posts(serve).await, ["415"], "nothing was answered");

    driver.goto(serve.url("/")).await?;
    assert_eq!(run(driver, TRY_AT_HOME, &url).await?, 200);
    assert_eq!(posts(serve).await, ["200", "415"]);
    Ok(())
}

async fn run(driver: &WebDriver, script: &str, url: &str) -> Result<serde_json::Value> {
    let arguments = vec![url.into(), BODY.into()];
    let ended = driver.execute_async(script, arguments).await?;
    Ok(ended.json().clone())
}

/// Statuses that `POST /predict` was answered with.
async fn posts(serve: &Serve) -> Vec<String> {
    let reply = crate::client::client().get(serve.url("/metrics")).send();
    let text = reply.await.expect("a reply").text().await.expect("a body");
    let mut statuses: Vec<String> = text
        .lines()
        .filter_map(|line| {
            let labels = line.strip_prefix("http_server_request_duration_seconds_count{")?;
            let rest = labels.strip_prefix(r#"method="POST",route="/predict",status=""#)?;
            Some(rest.split('"').next()?.to_owned())
        })
        .collect();
    statuses.sort();
    statuses
}
