//! A registry in an object store: an S3-compatible server of another make (moto), asked by `trainer` and `serve`.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::Value;
use tests::{Ended, Serve, python, run_in, trained};

/// Where the tests' registry lies.
const REGISTRY: &str = "s3://models/used-cars/price";

/// How long a service may take to follow.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that answers one request after the other: so that a condition and the writing under it are one step, as they
/// are in the stores that it stands for.
const PROGRAM: &str = "
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
server = make_server('127.0.0.1', 0, DomainDispatcherApplication(create_backend_app), threaded=False)
print(server.port, flush=True)
server.serve_forever()
";

/// The store checks no signatures, but whoever signs nothing may not write.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=test/20250101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/// A running store with an empty bucket; dropping it ends the process.
struct S3 {
    child: Child,
    base: String,
    caches: tempfile::TempDir,
    client: Client,
}

impl S3 {
    async fn start(test: &str) -> Option<Self> {
        let python = python(test, "moto.server, werkzeug.serving")?;
        let mut child = Command::new(python)
            .args(["-c", PROGRAM])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut port = String::new();
        BufReader::new(stdout).read_line(&mut port).expect("a line");
        let store = Self {
            child,
            base: format!("http://127.0.0.1:{}", port.trim()),
            caches: tempfile::tempdir().expect("a temporary directory"),
            client: crate::client::client(),
        };
        store.put("", "").await;
        Some(store)
    }

    /// Writes an object, or with no key makes the bucket.
    async fn put(&self, key: &str, body: &'static str) {
        let url = format!("{}/models/{key}", self.base);
        let reply = self
            .client
            .put(url)
            .header(reqwest::header::AUTHORIZATION, SIGNED)
            .body(body)
            .send()
            .await
            .expect("a reply");
        assert!(reply.status().is_success(), "{key}: {reply:?}");
    }

    /// Settings of a machine with a cache of its own.
    fn env(&self, machine: &str) -> Vec<(&'static str, String)> {
        let cache = self.caches.path().join(machine);
        vec![
            ("AWS_ENDPOINT_URL", self.base.clone()),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("GIAXE_CACHE", cache.to_string_lossy().into_owned()),
        ]
    }

    /// Runs `trainer` on the registry, on a machine of this name.
    fn run(&self, machine: &str, line: &str) -> Ended {
        let args = line.split(' ').chain(["--registry", REGISTRY, "--quiet"]);
        run_in(&self.env(machine), "trainer", args)
    }

    fn ok(&self, line: &str) -> String {
        self.run("trainer", line).expect_success(line).stdout
    }

    /// Trains a quick model; gives its version.
    fn train(&self, flags: &str) -> String {
        let listings = trained().listings.to_string_lossy();
        let args = [
            "train",
            "--family",
            "ridge",
            "--json",
            "--registry",
            REGISTRY,
        ];
        let args = args
            .into_iter()
            .chain(["--quiet", "--listings", &*listings]);
        let args = args.chain(flags.split(' '));
        let ended = run_in(&self.env("trainer"), "trainer", args);
        let report = ended.expect_success("trainer train").stdout;
        let report: Value = serde_json::from_str(&report).expect("JSON");
        let version = report["leaderboard"][0]["version"].as_str();
        version.expect("a version").to_owned()
    }

    fn history(&self) -> Vec<Value> {
        let json: Value = serde_json::from_str(&self.ok("history --json")).expect("JSON");
        json["changes"].as_array().expect("changes").clone()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn serves(serve: &Serve, version: &str) -> Value {
    let start = Instant::now();
    loop {
        let reply = crate::client::client()
            .get(serve.url("/health"))
            .send()
            .await
            .expect("a reply");
        let health: Value = reply.json().await.expect("JSON");
        if health["model"]["version"] == version {
            return health;
        }
        assert!(start.elapsed() < PATIENCE, "{version}: {health}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_in_a_bucket_is_trained_into_and_followed() {
    let Some(store) = S3::start("a_registry_in_a_bucket_is_trained_into_and_followed").await else {
        return;
    };
    let one = store.train("--seed 1");
    let two = store.train("--seed 2 --as challenger");
    let registry = Path::new(REGISTRY);
    let flags = ["--model-poll-ms", "200"];
    let serve = Serve::start_in(&store.env("service"), registry, &flags);
    assert_eq!(serves(&serve, &one).await["model_refused"], Value::Null);
    store.ok("promote challenger --by linh --why better");
    serves(&serve, &two).await;
    store.ok("rollback");
    serves(&serve, &one).await;

    // A part that is not what was published: refused where it is promoted, by whoever has not fetched it before.
    let three = store.train("--seed 3 --as none");
    let key = format!("used-cars/price/artifacts/{three}/ridge.bin");
    let parts = store.ok("models --json");
    let parts: Value = serde_json::from_str(&parts).expect("JSON");
    let model = parts["models"].as_array().expect("models").iter();
    let model = model.clone().find(|m| m["version"] == three.as_str());
    let part = model.expect("listed")["parts"].as_object().expect("parts");
    let part = part.keys().next().expect("a part").clone();
    let key = key.replace("ridge.bin", &part);
    store.put(&key, "other bytes").await;
    let ended = store.run("another", &format!("promote {three}"));
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    for want in ["SHA-256", &part, &three, REGISTRY] {
        assert!(ended.stderr.contains(want), "{want}: {}", ended.stderr);
    }
    serves(&serve, &one).await;

    let told: Vec<_> = store
        .history()
        .iter()
        .map(|c| c["action"].clone())
        .collect();
    assert_eq!(told, ["promote", "challenge", "promote", "rollback"]);
    let swept: Value = serde_json::from_str(&store.ok("gc --keep 0 --json")).expect("JSON");
    assert_eq!(swept["kept"].as_array().map(Vec::len), Some(1), "{swept}");
    assert_eq!(swept["kept"][0]["version"], one.as_str());
    let listed: Value = serde_json::from_str(&store.ok("models --json")).expect("JSON");
    assert_eq!(listed["models"].as_array().map(Vec::len), Some(1));
    let fresh = Serve::start_in(&store.env("yet another"), registry, &flags);
    serves(&fresh, &one).await;
}

/// Promoters on several machines at once: the store's conditions see to it that each begins where another ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_promoters_none_is_lost() {
    let Some(store) = S3::start("of_two_promoters_none_is_lost").await else {
        return;
    };
    let versions: Vec<_> = (1..=4)
        .map(|seed| store.train(&format!("--as none --seed {seed}")))
        .collect();
    for round in 0..4 {
        std::thread::scope(|scope| {
            for (machine, offset) in [("a", 0), ("b", 1)] {
                let version = &versions[(2 * round + offset) % 4];
                let store = &store;
                scope.spawn(move || {
                    let line = format!("promote {version} --by {machine}");
                    store.run(machine, &line).expect_success(&line)
                });
            }
        });
    }
    let changes = store.history();
    assert_eq!(changes.len(), 8, "{changes:?}");
    for (index, change) in changes.iter().enumerate() {
        assert_eq!(change["seq"], index + 1);
        let before = index
            .checked_sub(1)
            .map_or(&Value::Null, |index| &changes[index]["to"]);
        assert_eq!(&change["from"], before, "{changes:?}");
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_a_dependency_that_failed() {
    let Some(store) = S3::start("a_store_that_does_not_answer_is_a_dependency_that_failed").await
    else {
        return;
    };
    let mut env = store.env("trainer");
    // The bucket is not there; then nobody is.
    let args = ["models", "--registry", "s3://absent/price"];
    let ended = run_in(&env, "trainer", args);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("s3://absent/price"),
        "{}",
        ended.stderr
    );
    env[0].1 = "http://127.0.0.1:1".to_owned();
    let ended = run_in(&env, "trainer", ["models", "--registry", REGISTRY]);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    assert!(ended.stderr.contains(REGISTRY), "{}", ended.stderr);
    // Keys never go out in the clear unless somebody says so.
    env[0].1.clone_from(&store.base);
    env[1].1 = "false".to_owned();
    let ended = run_in(&env, "trainer", ["models", "--registry", REGISTRY]);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    let ended = run_in(
        &env,
        "trainer",
        ["models", "--registry", "ftp://host/price"],
    );
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("s3://BUCKET/PREFIX"),
        "{}",
        ended.stderr
    );
}
