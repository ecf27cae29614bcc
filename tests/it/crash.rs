//! `kill -9` while a registry is being changed: by training, promoting, rolling back, cleaning.
//!
//! A registry must come out of it as it was before or with the whole of the change, nothing half-written may be taken for
//! a model, and no alias may point at nothing. `GIAXE_KILLS` says how often (24); a change that is over before the signal
//! comes does not count.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use chrono::Utc;
use models::{
    Registry, Valuer,
    registry::{CHAMPION, Change, PREVIOUS},
};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tests::{Serve, binary, run, trained};

const KILLS: u32 = 24;

/// Models that a cleaning keeps beside those that aliases point at.
const KEPT: usize = 3;

/// What is killed.
const CHANGES: [Killed; 4] = [Killed::Train, Killed::Promote, Killed::Rollback, Killed::Gc];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Killed {
    Train,
    Promote,
    Rollback,
    Gc,
}

/// What is trained, quick enough to be killed often.
fn train(registry: &Path, seed: u32) -> Command {
    let mut command = trainer(registry, "train --quiet --family ridge");
    command
        .args(["--seed", &seed.to_string(), "--listings"])
        .arg(&trained().listings);
    command
}

fn trainer(registry: &Path, line: &str) -> Command {
    let mut command = Command::new(binary("trainer"));
    command
        .args(line.split(' '))
        .arg("--registry")
        .arg(registry)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// How long the command takes when nobody kills it.
fn takes(mut command: Command) -> Duration {
    let start = Instant::now();
    let ended = command.status().expect("`trainer` starts");
    assert!(ended.success(), "{command:?}");
    start.elapsed()
}

/// Kills the command after a time; gives how long it took where it was over before.
fn kill_after(moment: Duration, mut command: Command) -> Option<Duration> {
    let start = Instant::now();
    let mut child = command.spawn().expect("`trainer` starts");
    while start.elapsed() < moment {
        if child.try_wait().expect("it can be asked").is_some() {
            return Some(start.elapsed());
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    child.kill().expect("a signal is sent");
    let ended = child.wait().expect("the process ends");
    ended.code().map(|_| start.elapsed())
}

#[tokio::test]
async fn a_killed_change_leaves_a_registry_that_serves() {
    let kills = std::env::var("GIAXE_KILLS").map_or(KILLS, |text| {
        text.parse().expect("GIAXE_KILLS is a whole number")
    });
    let copy = trained().copy_of_registry();
    let root = copy.path();
    let registry = Registry::open(root);
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut before = State::of(root);
    let fresh = publish_another(&registry, 1);
    let mut whole = CHANGES.map(|change| {
        takes(match change {
            Killed::Train => train(root, 1),
            Killed::Promote => trainer(root, &format!("promote {fresh}")),
            Killed::Rollback => trainer(root, "rollback"),
            Killed::Gc => trainer(root, &format!("gc --keep {KEPT}")),
        })
    });

    let mut cut_short = [0; CHANGES.len()];
    let mut took_place = [0; CHANGES.len()];
    let mut tries = 0;
    while cut_short.iter().sum::<u32>() < kills && tries < 10 * kills {
        tries += 1;
        let which = (0..CHANGES.len()).min_by_key(|which| cut_short[*which]);
        let which = which.expect("there are four");
        let change = CHANGES[which];
        // Something to promote, to go back to, and to remove.
        let fresh = publish_another(&registry, u64::from(100 + tries));
        if change == Killed::Rollback && !before.aliases.contains_key(PREVIOUS) {
            takes(trainer(root, &format!("promote {fresh}")));
        }
        before = State::of(root);
        let command = match change {
            Killed::Train => train(root, 100 + tries),
            Killed::Promote => trainer(root, &format!("promote {fresh} --why kill-{tries}")),
            Killed::Rollback => trainer(root, "rollback"),
            Killed::Gc => trainer(root, &format!("gc --keep {KEPT}")),
        };
        // What a command changes, it changes at its end: every second kill aims at that.
        let late = tries % 2 == 0;
        let share = if late { 0.8..1.05 } else { 0.0..1.0 };
        let moment = whole[which].mul_f64(rng.random_range(share));
        match kill_after(moment, command) {
            None => cut_short[which] += 1,
            // It was quicker than thought: the next kill comes sooner.
            Some(took) => whole[which] = took,
        }

        let after = State::of(root);
        let place = format!("{change:?} killed after {moment:?}: {before:?} became {after:?}");
        took_place[which] += u32::from(after != before);
        after.check(&before, change, &fresh, &place);
        before = after;
    }
    println_kills(&cut_short, &took_place);
    assert_eq!(
        cut_short.iter().sum::<u32>(),
        kills,
        "of {tries}: {cut_short:?} of {whole:?}"
    );

    // The next writer finds nothing in its way and leaves nothing of the dead ones behind.
    takes(train(root, 2));
    assert!(is_empty(&root.join("staging")));
    takes(trainer(root, "gc --keep 0"));
    let listed = registry.list().expect("a registry");
    let aliases = registry.aliases().expect("aliases");
    assert_eq!(listed.manifests.len(), aliases.len());
    let serve = Serve::start(root);
    let reply = crate::client::client()
        .get(serve.url("/readyz"))
        .send()
        .await
        .expect("a reply");
    assert!(reply.status().is_success());
}

#[expect(
    clippy::print_stderr,
    reason = "how many kills met their aim is a figure that people ask for"
)]
fn println_kills(cut_short: &[u32], took_place: &[u32]) {
    eprintln!("{CHANGES:?}: {cut_short:?} were killed in time, {took_place:?} changed something");
}

/// Publishes the champion again as if it had been trained with another seed: another version, as whole.
fn publish_another(registry: &Registry, seed: u64) -> String {
    let (mut manifest, parts) = registry.read(CHAMPION).expect("a champion");
    manifest.seed = 1_000_000 + seed;
    let published = registry.publish(manifest, &parts, Utc::now());
    published.expect("published").version
}

/// A registry in which all is as it must be, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    aliases: BTreeMap<String, String>,
    versions: Vec<String>,
    changes: Vec<Change>,
}

impl State {
    /// Looks at a registry as the library and as the command line see it: every artifact is whole, every alias leads to
    /// one that loads, the history has no gap and ends with the champion.
    fn of(root: &Path) -> Self {
        let registry = Registry::open(root);
        let found = registry.list().expect("a registry");
        assert!(found.refused.is_empty(), "{:?}", found.refused);
        let versions: Vec<_> = found.manifests.into_iter().map(|m| m.version).collect();
        let aliases = registry.aliases().expect("aliases");
        assert!(aliases.contains_key(CHAMPION), "{aliases:?}");
        for (alias, version) in &aliases {
            assert!(versions.contains(version), "{alias}: {version}");
            Valuer::load_from(&registry, alias).expect("what an alias points at loads");
        }
        let history = registry.history().expect("a history");
        assert!(history.unreadable.is_empty(), "{:?}", history.unreadable);
        let numbers = history.changes.iter().map(|change| change.seq);
        assert!(numbers.eq(1..=history.changes.len() as u64), "{history:?}");
        let last = history.changes.last().expect("a first champion");
        assert_eq!(Some(&last.to), aliases.get(CHAMPION));

        let root = root.to_string_lossy();
        let listed = run("trainer", ["models", "--json", "--registry", &*root]);
        let listed = listed.expect_success("trainer models").stdout;
        for version in &versions {
            assert!(listed.contains(version.as_str()), "{version}: {listed}");
        }
        Self {
            aliases,
            versions,
            changes: history.changes,
        }
    }

    /// Checks that what `change` did to `before`, if anything, is the whole of it.
    fn check(&self, before: &Self, change: Killed, fresh: &str, place: &str) {
        let n = before.changes.len();
        assert_eq!(self.changes[..n], before.changes[..], "{place}");
        let new = &self.changes[n..];
        let has = |version: &String| self.versions.contains(version);
        let grown = self.versions.len() - before.versions.len().min(self.versions.len());
        if new.is_empty() {
            assert_eq!(self.aliases, before.aliases, "{place}");
        } else {
            assert_eq!(new.len(), 1, "{place}");
            let now = |alias| self.aliases.get(alias);
            assert_eq!(
                new[0].from.as_ref(),
                before.aliases.get(CHAMPION),
                "{place}"
            );
            match change {
                Killed::Train => assert_eq!(grown, 1, "{place}"),
                Killed::Promote => assert_eq!(new[0].to, fresh, "{place}"),
                Killed::Rollback => {
                    assert_eq!(now(CHAMPION), before.aliases.get(PREVIOUS), "{place}");
                    assert_eq!(now(PREVIOUS), None, "{place}");
                }
                Killed::Gc => panic!("a cleaning changes no alias: {place}"),
            }
            if change != Killed::Rollback {
                assert_eq!(now(PREVIOUS), before.aliases.get(CHAMPION), "{place}");
            }
        }
        match change {
            Killed::Gc => {
                // Older than the newest ones, and nobody's.
                let new = before.versions.len().saturating_sub(KEPT);
                let named = |version: &&String| before.aliases.values().any(|v| v == *version);
                let kept = before.versions[new..].iter();
                assert!(
                    kept.chain(before.versions.iter().filter(named)).all(has),
                    "{place}"
                );
                assert!(
                    self.versions.iter().all(|v| before.versions.contains(v)),
                    "{place}"
                );
            }
            Killed::Train | Killed::Promote | Killed::Rollback => {
                let may_grow = usize::from(change == Killed::Train);
                assert!(
                    before.versions.iter().all(has) && grown <= may_grow,
                    "{place}"
                );
            }
        }
    }
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
