//! `kill -9` while a model is being trained.
//!
//! A registry must come out of it as it was before or with one more whole model, and nothing half-written may be
//! taken for one. `GIAXE_KILLS` says how often (10).

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use models::{Registry, Valuer, registry::CHAMPION};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use tests::{Serve, binary, run, trained};

const KILLS: u32 = 10;

/// What is trained, quick enough to be killed often.
fn train(registry: &Path, seed: u32) -> Command {
    let mut command = Command::new(binary("trainer"));
    command
        .args(["train", "--quiet", "--family", "ridge", "--seed"])
        .arg(seed.to_string())
        .arg("--listings")
        .arg(&trained().listings)
        .arg("--registry")
        .arg(registry)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[tokio::test]
async fn a_killed_training_leaves_a_registry_that_serves() {
    let kills = std::env::var("GIAXE_KILLS").map_or(KILLS, |text| {
        text.parse().expect("GIAXE_KILLS is a whole number")
    });
    let copy = trained().copy_of_registry();
    let registry = copy.path();
    let start = Instant::now();
    assert!(
        train(registry, 1)
            .status()
            .expect("`trainer` starts")
            .success()
    );
    let whole = start.elapsed();

    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut known = intact(registry);
    let mut cut_short = 0;
    for kill in 0..kills {
        // Publishing is the last moment of a training and the one that matters: every second kill aims at it.
        let share = if kill % 2 == 0 { 0.0..1.0 } else { 0.85..1.05 };
        let moment = whole.mul_f64(rng.random_range(share));
        let mut child = train(registry, 100 + kill)
            .spawn()
            .expect("`trainer` starts");
        std::thread::sleep(moment);
        child.kill().expect("a signal is sent");
        let ended = child.wait().expect("the process ends");
        cut_short += u32::from(ended.code().is_none());

        let now = intact(registry);
        assert!(
            now.len() <= known.len() + 1 && known.iter().all(|version| now.contains(version)),
            "killed after {moment:?} of {whole:?}: {known:?} became {now:?}"
        );
        known = now;
    }
    assert!(
        cut_short > 0 || kills == 0,
        "no kill came in time: {whole:?}"
    );

    // The next training finds nothing in its way and leaves nothing of the dead ones behind.
    assert!(
        train(registry, 2)
            .status()
            .expect("`trainer` starts")
            .success()
    );
    assert!(is_empty(&registry.join("staging")));
    let serve = Serve::start(registry);
    let reply = reqwest::get(serve.url("/readyz")).await.expect("a reply");
    assert!(reply.status().is_success());
}

/// Versions of a registry in which every artifact is whole and the champion loads, as the library and as the
/// command line see it.
fn intact(root: &Path) -> Vec<String> {
    let registry = Registry::open(root);
    let found = registry.list().expect("a registry");
    assert!(found.refused.is_empty(), "{:?}", found.refused);
    let champion = registry.resolve(CHAMPION).expect("a champion");
    Valuer::load(&champion).expect("the champion loads");

    let listed = run(
        "trainer",
        ["models", "--json", "--registry", &root.to_string_lossy()],
    )
    .expect_success("trainer models");
    let listed: Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let versions: Vec<_> = found.manifests.into_iter().map(|m| m.version).collect();
    for version in &versions {
        assert!(
            listed.to_string().contains(version.as_str()),
            "{version}: {listed}"
        );
    }
    versions
}

fn is_empty(dir: &Path) -> bool {
    match fs_err::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// A training that another one waits for, then goes on: the lock of a dead process is no lock.
#[test]
fn a_dead_publisher_blocks_nobody() {
    let copy = trained().copy_of_registry();
    let mut first = train(copy.path(), 7).spawn().expect("`trainer` starts");
    first.kill().expect("a signal is sent");
    first.wait().expect("the process ends");
    let start = Instant::now();
    assert!(
        train(copy.path(), 7)
            .status()
            .expect("`trainer` starts")
            .success()
    );
    assert!(start.elapsed() < Duration::from_mins(5));
}
