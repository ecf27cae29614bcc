//! A service that follows its registry, and callers who value cars all the while.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use models::Registry;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Serve, run, trained};

/// Callers at the same time.
const CALLERS: usize = 3;

/// How long a service may take to follow: a poll, a load in an unoptimised build, and a machine that does other things.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// One reply: when it was asked for, how long it took, and which model gave it.
pub(crate) struct Reply {
    pub(crate) asked: Instant,
    pub(crate) took: Duration,
    pub(crate) version: String,
}

pub(crate) struct Place {
    pub(crate) registry: TempDir,
    pub(crate) serve: Serve,
    pub(crate) client: Client,
}

impl Place {
    /// A service on `registry`.
    pub(crate) fn on(registry: TempDir) -> Self {
        Self {
            serve: Serve::start_with(registry.path(), &["--model-poll-ms", "100"]),
            registry,
            client: crate::client::client(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.registry.path()
    }

    /// Runs `trainer` on the registry.
    pub(crate) fn trainer(&self, line: &str) -> String {
        let registry = self.path().to_string_lossy();
        let ended = run("trainer", line.split(' ').chain(["--registry", &*registry]));
        ended.expect_success(line).stdout
    }

    /// Trains a quick model.
    pub(crate) fn train(&self, flags: &str) {
        let (registry, listings) = (self.path().to_string_lossy(), &trained().listings);
        let args = [
            "train",
            "--quiet",
            "--family",
            "ridge",
            "--registry",
            &*registry,
        ];
        let listings = ["--listings", &*listings.to_string_lossy()].map(str::to_owned);
        let args = args.into_iter().chain(flags.split_whitespace());
        let ended = run("trainer", args.map(str::to_owned).chain(listings));
        let _ = ended.expect_success("trainer train");
    }

    pub(crate) fn version(&self, reference: &str) -> String {
        Registry::open(self.path())
            .alias(reference)
            .expect("readable")
            .expect("set")
    }

    pub(crate) async fn get(&self, path: &str) -> String {
        let reply = self.client.get(self.serve.url(path)).send().await;
        reply.expect("a reply").text().await.expect("text")
    }

    pub(crate) async fn health(&self) -> Value {
        serde_json::from_str(&self.get("/health").await).expect("JSON")
    }

    /// Polls `/health` until `holds`; gives it.
    pub(crate) async fn health_when(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let health = self.health().await;
            if holds(&health) {
                return health;
            }
            assert!(start.elapsed() < PATIENCE, "{what}: {health}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn serves(&self, version: &str) -> Value {
        self.health_when(version, |health| health["model"]["version"] == version)
            .await
    }

    pub(crate) async fn value(&self) -> (StatusCode, Value) {
        value(&self.client, &self.serve.url("/predict")).await
    }

    /// Does `work` while callers value cars, in tasks of their own; gives their replies and what came of it.
    pub(crate) async fn under_load<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> (Vec<Vec<Reply>>, T) {
        let stop = Arc::new(AtomicBool::new(false));
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (url, stop) = (self.serve.url("/predict"), Arc::clone(&stop));
                tokio::spawn(call(self.client.clone(), url, stop))
            })
            .collect();
        let done = work.await;
        stop.store(true, Ordering::Relaxed);
        let mut replies = Vec::new();
        for caller in callers {
            replies.push(caller.await.expect("a caller who was served"));
        }
        (replies, done)
    }
}

async fn value(client: &Client, url: &str) -> (StatusCode, Value) {
    let car = json!({"brand": "Toyota", "model": "Vios", "year": 2019, "mileage_km": 45000});
    let reply = client.post(url).json(&car).send().await.expect("a reply");
    (reply.status(), reply.json().await.expect("JSON"))
}

/// Values cars one after the other until `stop`.
async fn call(client: Client, url: String, stop: Arc<AtomicBool>) -> Vec<Reply> {
    let mut replies = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let (status, reply) = value(&client, &url).await;
        let took = asked.elapsed();
        assert_eq!(status, StatusCode::OK, "{reply}");
        assert_eq!(reply["status"], "valued", "{reply}");
        let version = reply["model"]["version"].as_str().expect("a version");
        replies.push(Reply {
            asked,
            took,
            version: version.to_owned(),
        });
    }
    replies
}

/// Prints how long replies took before and `during` the change, and asserts that the change made them no slower.
///
/// How much slower is a figure of a machine that does nothing else: at most twice the 99th percentile is asserted where
/// `GIAXE_TIMED` is set; elsewhere the neighbours decide.
#[expect(
    clippy::print_stderr,
    reason = "what a swap costs is a figure that people ask for"
)]
pub(crate) fn slow_down_is_small(callers: &[Vec<Reply>], during: impl Fn(&Reply) -> bool) {
    let all = callers.iter().flatten();
    let (during, before): (Vec<_>, Vec<_>) = all.partition(|reply| during(reply));
    let ((p99_before, _), (p99, longest)) = (slowest(&before), slowest(&during));
    eprintln!(
        "{} valuations before, p99 {p99_before:?}; {} during the changes, p99 {p99:?}, longest {longest:?}",
        before.len(),
        during.len()
    );
    assert!(longest < PATIENCE, "{longest:?}");
    if std::env::var_os("GIAXE_TIMED").is_some() {
        assert!(
            p99 <= 2 * p99_before,
            "{p99_before:?} before, {p99:?} during the changes"
        );
    }
}

/// The 99th percentile of how long replies took, and the longest.
fn slowest(replies: &[&Reply]) -> (Duration, Duration) {
    let mut took: Vec<_> = replies.iter().map(|reply| reply.took).collect();
    took.sort_unstable();
    (took[took.len() * 99 / 100], took[took.len() - 1])
}
