//! The service follows the registry: a promotion reaches its callers without a restart, without a failed request and
//! without a slow one, and a model that is bad reaches none of them.

use std::time::{Duration, Instant};

use fs_err as fs;
use models::{Registry, registry::CHAMPION};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::{Serve, trained};

use crate::following::{Place, Reply, slow_down_is_small};

impl Place {
    /// A service on a registry of its own, with a challenger.
    fn start() -> Self {
        let place = Self::on(trained().copy_of_registry());
        place.train("--seed 5 --as challenger");
        place
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promotion_and_a_rollback_cost_no_request() {
    let place = Place::start();
    let (old, new) = (place.version(CHAMPION), place.version("challenger"));
    assert_ne!(old, new);
    place.serves(&old).await;
    let swaps = async {
        let mut moments = Vec::new();
        tokio::time::sleep(Duration::from_secs(3)).await;
        for (line, version) in [("promote challenger", &new), ("rollback", &old)] {
            moments.push(Instant::now());
            tokio::task::block_in_place(|| place.trainer(line));
            place.serves(version).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        moments
    };
    let (callers, moments) = place.under_load(swaps).await;

    for replies in &callers {
        // Each caller sees old, new, old: no reply of a model that was given up already.
        let mut seen: Vec<&str> = replies.iter().map(|reply| &*reply.version).collect();
        seen.dedup();
        assert_eq!(seen, [&old, &new, &old]);
    }
    let during = |reply: &Reply| reply.asked >= moments[0];
    slow_down_is_small(&callers, during);
}

#[tokio::test]
async fn health_metrics_and_the_assistant_say_what_is_served() {
    let place = Place::start();
    let old = place.version(CHAMPION);
    let new = place.version("challenger");
    let first = place.serves(&old).await;
    assert_eq!(first["model_reference"], "champion");
    assert_eq!(first["model_refused"], Value::Null);
    place.trainer("promote challenger");
    let health = place.serves(&new).await;
    assert_eq!(health["status"], "ok");
    assert_eq!(health["model_type"], "ridge");
    let since = |health: &Value| health["model_since"].as_str().expect("a time").to_owned();
    assert!(since(&first) <= since(&health), "{first} {health}");
    let metrics = place.get("/metrics").await;
    for line in [
        format!(r#"giaxe_model_info{{version="{new}","#),
        "giaxe_model_loads_total 2".to_owned(),
        "giaxe_model_refusals_total 0".to_owned(),
        "giaxe_model_loaded_timestamp_seconds ".to_owned(),
    ] {
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains(&format!(r#"giaxe_model_info{{version="{old}""#)));

    let asked = json!({"query": "định giá Toyota Vios 2019 số tự động đi 45000 km"});
    let request = place.client.post(place.serve.url("/assistant/query"));
    let reply = request.json(&asked).send().await.expect("a reply");
    let reply: Value = reply.json().await.expect("JSON");
    assert_eq!(reply["intent"], "car_valuation", "{reply}");
    assert_eq!(reply["data"]["model"]["version"], new.as_str(), "{reply}");
}

/// Damage comes between publishing and loading: what a disk or a transfer does.
#[tokio::test]
async fn a_damaged_model_is_refused_and_the_old_one_answers() {
    let place = Place::start();
    let (old, new) = (place.version(CHAMPION), place.version("challenger"));
    let registry = Registry::open(place.path());
    let (manifest, parts) = registry.read(&new).expect("whole");
    let (name, bytes) = parts
        .iter()
        .max_by_key(|(_, bytes)| bytes.len())
        .expect("a part");
    let part = registry.resolve(&new).expect("there").join(name);
    fs::write(&part, &bytes[..bytes.len() / 2]).expect("damages");
    // `trainer promote` would refuse it.
    let document = place.path().join("aliases.json");
    let text = fs::read_to_string(&document).expect("aliases");
    let mut aliases: Value = serde_json::from_str(&text).expect("JSON");
    aliases["aliases"][CHAMPION] = new.as_str().into();
    fs::write(&document, aliases.to_string()).expect("writes");

    let is_refused = |health: &Value| !health["model_refused"].is_null();
    let health = place.health_when("refused", is_refused).await;
    assert_eq!(health["model"]["version"], old.as_str());
    assert_eq!(health["status"], "ok");
    let refused = &health["model_refused"];
    assert_eq!(
        (&refused["version"], &refused["code"]),
        (&json!(new), &json!("refused"))
    );
    let reason = refused["reason"].as_str().expect("text");
    assert!(
        reason.contains("SHA-256") && reason.contains(name),
        "{reason}"
    );
    assert!(
        !reason.contains(&*place.path().to_string_lossy()),
        "{reason}"
    );
    // Many polls later it was told once, and the old one goes on.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (status, reply) = place.value().await;
    assert_eq!(
        (status, &reply["model"]["version"]),
        (StatusCode::OK, &json!(old))
    );
    let metrics = place.get("/metrics").await;
    let info = format!(r#"giaxe_model_refused_info{{version="{new}",reason="refused"}} 1"#);
    for line in [
        "giaxe_model_refusals_total 1",
        &info,
        "giaxe_model_loads_total 1",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }

    // Published again it is whole, and followed without another change of the alias.
    registry
        .publish(manifest, &parts, chrono::Utc::now())
        .expect("published");
    let health = place.serves(&new).await;
    assert_eq!(health["model_refused"], Value::Null);
    let metrics = place.get("/metrics").await;
    assert!(!metrics.contains("giaxe_model_refused_info{"), "{metrics}");

    // Aliases that cannot be read at all change nothing either.
    fs::write(&document, "{").expect("damages");
    let health = place.health_when("unreadable", is_refused).await;
    assert_eq!(health["model_refused"]["version"], Value::Null);
    assert_eq!(health["model"]["version"], new.as_str());
    fs::write(&document, &text).expect("mends");
    place.serves(&old).await;
}

#[tokio::test]
async fn a_service_without_a_model_takes_the_first_one() {
    let registry = tempfile::tempdir().expect("a temporary directory");
    let flags = ["--model-poll-ms", "100", "--allow-empty"];
    let place = Place {
        serve: Serve::start_with(registry.path(), &flags),
        registry,
        client: crate::client::client(),
    };
    assert_eq!(place.value().await.0, StatusCode::SERVICE_UNAVAILABLE);
    let health = place
        .health_when("absent", |h| !h["model_refused"].is_null())
        .await;
    assert_eq!(health["model_refused"]["code"], "absent");
    let listings = trained().listings.to_string_lossy();
    place.trainer(&format!(
        "train --quiet --family ridge --listings {listings}"
    ));
    let version = place.version(CHAMPION);
    assert_eq!(place.serves(&version).await["model_refused"], Value::Null);
    assert_eq!(place.value().await.0, StatusCode::OK);
}
