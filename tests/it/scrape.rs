//! From a site's pages to a price over a socket: replay server → scrapers → Parquet → `trainer` → `serve`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use datasets::store::read_listings;
use serde_json::{Value, json};
use tests::{Serve, binary, run};

use crate::world::{SiteWorld, world};

/// Listings on each of the three sites: with them a ridge knows the common makes.
const PER_SITE: usize = 500;

/// Replays `site` on loopback; answers its address.
async fn replay(site: Arc<SiteWorld>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = Router::new().fallback(page).with_state(site);
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/")
}

async fn page(State(site): State<Arc<SiteWorld>>, uri: Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let Some(reply) = site.pages.get(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let status = StatusCode::from_u16(reply.status).expect("a status");
    let kind = [(header::CONTENT_TYPE, reply.content_type.to_owned())];
    let location = reply
        .location
        .iter()
        .map(|to| (header::LOCATION, to.clone()));
    let location: Vec<_> = location.collect();
    let mut response = (status, kind, reply.body.clone()).into_response();
    for (name, value) in location {
        response
            .headers_mut()
            .insert(name, value.parse().expect("a header"));
    }
    response
}

/// Runs `scrape-<source>` against `url`; answers its Parquet file.
fn scrape(source: &str, url: &str, out: &Path) -> PathBuf {
    let ended = Command::new(binary(&format!("scrape-{source}")))
        .args(["--site-url", url, "--interval-ms", "0", "--json", "--out"])
        .arg(out)
        .args(["--contact", "tester@example.vn"])
        .env("SCRAPE_SELLER_KEY", "07".repeat(32))
        .env("SCRAPE_BACKOFF_MS", "1")
        .output()
        .expect("it starts");
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{source}: {stderr}");
    let report: Value = serde_json::from_slice(&ended.stdout).expect("JSON");
    assert_eq!(report["ended"], "done", "{report}");
    out.join(source).join(format!("{source}.parquet"))
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_become_a_price() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().join("listings");
    let mut files = Vec::new();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    for (source, site) in world(21, PER_SITE) {
        let expected = site.expected.len();
        let url = replay(Arc::new(site)).await;
        let out = out.clone();
        let scraped = tokio::task::spawn_blocking(move || scrape(source, &url, &out));
        let file = scraped.await.expect("a crawl");
        rows.insert(source, read_listings(&file).expect("listings").len());
        assert_eq!(rows[source], expected, "{source}");
        files.push(file.to_string_lossy().into_owned());
    }

    // As the nightly units do it: clean the three files into one, train on that.
    let clean = dir.path().join("listings.parquet");
    let clean = clean.to_string_lossy();
    let mut import = vec!["import", "--out", &clean];
    import.extend(files.iter().map(String::as_str));
    let _ = run("trainer", import).expect_success("trainer import");
    let registry = dir.path().join("registry");
    let train = |listings: &[&str], seed: &str| {
        let at = registry.to_string_lossy().into_owned();
        let mut train = vec![
            "train",
            "--registry",
            &at,
            "--family",
            "ridge",
            "--seed",
            seed,
        ];
        train.push("--listings");
        train.extend(listings);
        let _ = run("trainer", train).expect_success("trainer train");
    };
    train(&[&clean], "1");
    // And straight from the scrapers, unchanged.
    let straight: Vec<&str> = files.iter().map(String::as_str).collect();
    train(&straight, "2");

    let serve = Serve::start(&registry);
    let client = crate::client::client();
    for (source, make, model) in [("bonbanh", "Toyota", "Vios"), ("chotot", "Kia", "Morning")] {
        let car = json!({"brand": make, "model": model, "year": 2019, "mileage_km": 45000, "source": source});
        let reply = client.post(serve.url("/predict")).json(&car).send().await;
        let reply: Value = reply.expect("a reply").json().await.expect("JSON");
        assert_eq!(reply["status"], "valued", "{reply}");
        let estimate = reply["price_vnd"].as_f64().expect("an amount");
        assert!((5e7..5e9).contains(&estimate), "{reply}");
    }
}
