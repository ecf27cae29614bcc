//! The registry on disk: changes, crashes in their midst, cleaning, and registries of the version before.

use chrono::DateTime;
use datasets::vocabulary::Currency;
use fs_err as fs;

use super::*;
use crate::{Family, manifest::FORMAT_VERSION};

/// A registry of its own with artifacts that hold one small part each.
struct Place {
    dir: tempfile::TempDir,
    registry: Registry,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let registry = Registry::open(dir.path());
        Self { dir, registry }
    }

    /// Publishes the artifact number `n` in the `n`th minute; gives its version.
    fn publish(&self, n: u64) -> String {
        let (manifest, parts) = artifact(n);
        let published = self.registry.publish(manifest, &parts, minute(n));
        published.expect("published").version
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn damage(&self, version: &str) {
        let part = self.path("artifacts").join(version).join("part.json");
        fs::write(part, "other").expect("writes");
    }

    fn aliases(&self) -> Vec<(String, String)> {
        let aliases = self.registry.aliases().expect("aliases");
        // Whatever else holds: an alias points at a whole artifact.
        for version in aliases.values() {
            self.registry.read(version).expect("a whole artifact");
        }
        aliases.into_iter().collect()
    }

    fn versions(&self) -> Vec<String> {
        let inventory = self.registry.list().expect("a registry");
        inventory.manifests.into_iter().map(|m| m.version).collect()
    }
}

/// The `n`th minute.
pub(super) fn minute(n: u64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_763_000_000 + 60 * n.cast_signed(), 0).expect("a time")
}

pub(super) fn artifact(n: u64) -> (Manifest, Parts) {
    let manifest = Manifest {
        format_version: FORMAT_VERSION,
        schema_version: datasets::schema::VERSION,
        name: "price".to_owned(),
        version: String::new(),
        family: Family::Baseline,
        features: Vec::new(),
        currency: Currency::Vnd,
        seed: n,
        git_revision: None,
        trained_at: None,
        data_sha256: String::new(),
        data_until: "2025-11-15".to_owned(),
        rows_by_source: BTreeMap::new(),
        rows_in_all: None,
        metrics: BTreeMap::new(),
        parts: BTreeMap::new(),
        sha256: String::new(),
    };
    let part = format!("{{\"n\":{n}}}").into_bytes();
    (manifest, Parts::from([("part.json".to_owned(), part)]))
}

pub(super) fn reason(why: &str) -> Reason {
    Reason {
        by: "linh".to_owned(),
        why: why.to_owned(),
        at: DateTime::UNIX_EPOCH,
    }
}

/// `[(alias, version)]` as [`Place::aliases`] gives it.
fn set(aliases: &[(&str, &String)]) -> Vec<(String, String)> {
    let own = |(alias, version): &(&str, &String)| ((*alias).to_owned(), (*version).clone());
    aliases.iter().map(own).collect()
}

#[test]
fn a_challenger_becomes_champion_and_goes_again() {
    let place = Place::new();
    let (one, two) = (place.publish(1), place.publish(2));
    let registry = &place.registry;
    assert_eq!(place.aliases(), []);
    registry.promote(&one, &reason("first")).expect("promoted");
    let challenge = registry.challenge(&two, &reason("newer rows"));
    assert_eq!(challenge.expect("challenges").expect("a change").seq, 2);
    assert_eq!(
        place.aliases(),
        set(&[(CHALLENGER, &two), (CHAMPION, &one)])
    );

    let promoted = registry.promote(CHALLENGER, &reason("better by 3 %"));
    let promoted = promoted.expect("promoted").expect("a change");
    assert_eq!((promoted.from.as_ref(), &promoted.to), (Some(&one), &two));
    assert_eq!(place.aliases(), set(&[(CHAMPION, &two), (PREVIOUS, &one)]));

    // What stands already is no change, and none is noted.
    for reference in [CHAMPION, &two] {
        let again = registry.promote(reference, &reason("again"));
        assert_eq!(again.expect("stands"), None);
    }
    assert_eq!(
        registry.challenge(&two, &reason("again")).expect("stands"),
        None
    );

    let back = registry.rollback(&reason("it undervalues trucks"));
    assert_eq!(back.expect("rolled back").to, one);
    assert_eq!(place.aliases(), set(&[(CHAMPION, &one)]));
    let error = registry.rollback(&reason("me too")).expect_err("none left");
    let error = error.to_string();
    for part in ["no previous champion", "a rollback by linh"] {
        assert!(error.contains(part), "{error}");
    }

    let history = registry.history().expect("a history");
    let told: Vec<_> = history
        .changes
        .iter()
        .map(|c| (c.seq, c.action, c.why.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (1, Action::Promote, "first"),
            (2, Action::Challenge, "newer rows"),
            (3, Action::Promote, "better by 3 %"),
            (4, Action::Rollback, "it undervalues trucks"),
        ]
    );
    assert_eq!(history.unreadable, Vec::<usize>::new());
}

#[test]
fn what_is_not_whole_is_never_pointed_at() {
    let place = Place::new();
    let registry = &place.registry;
    let versions: Vec<_> = (1..=3).map(|n| place.publish(n)).collect();
    let [one, two, three] = [&versions[0], &versions[1], &versions[2]];
    registry.promote(one, &reason("")).expect("promoted");
    registry.promote(two, &reason("")).expect("promoted");
    place.damage(three);
    for (reference, want) in [
        (three.as_str(), "SHA-256"),
        ("0123456789ab", "names no artifact"),
        (CHALLENGER, "`challenger` names no artifact"),
        ("../elsewhere", "1 to 64 letters"),
        ("", "1 to 64 letters"),
    ] {
        for result in [
            registry.promote(reference, &reason("")),
            registry.challenge(reference, &reason("")),
        ] {
            let error = result.expect_err(reference).to_string();
            assert!(error.contains(want), "{reference}: {error}");
        }
    }
    assert_eq!(place.aliases(), set(&[(CHAMPION, two), (PREVIOUS, one)]));

    // A damaged champion makes room, but is nothing to go back to; what was, stays.
    let four = place.publish(4);
    place.damage(two);
    registry.promote(&four, &reason("")).expect("promoted");
    assert_eq!(place.aliases(), set(&[(CHAMPION, &four), (PREVIOUS, one)]));
    place.damage(one);
    let error = registry.rollback(&reason("")).expect_err("damaged");
    assert!(error.to_string().contains("SHA-256"), "{error}");
    assert_eq!(
        registry.alias(CHAMPION).expect("readable"),
        Some(four.clone())
    );
}

#[test]
fn a_writer_that_dies_before_it_tells_the_history_loses_nothing() {
    let place = Place::new();
    let registry = &place.registry;
    let versions: Vec<_> = (1..=4).map(|n| place.publish(n)).collect();
    registry
        .promote(&versions[0], &reason("1"))
        .expect("promoted");
    registry
        .promote(&versions[1], &reason("2"))
        .expect("promoted");
    let path = place.path("history.ndjson");
    let text = fs::read_to_string(&path).expect("a history");
    let start = text.find('\n').expect("a line") + 1;
    // Died at some byte of the second line.
    for (round, end) in (start..=text.len()).step_by(13).enumerate() {
        fs::write(&path, &text[..end]).expect("writes");
        let whys = |registry: &Registry| -> Vec<String> {
            let history = registry.history().expect("a history");
            assert_eq!(history.unreadable, Vec::<usize>::new(), "{end}");
            let changes = history.changes.into_iter();
            changes.map(|change| change.why).collect()
        };
        assert_eq!(whys(registry), ["1", "2"], "{end}");

        // The next change, made on a copy, tells it first.
        let copy = tempfile::tempdir().expect("a temporary directory");
        for name in ["artifacts", "published"] {
            copy_dir(&place.path(name), &copy.path().join(name));
        }
        for name in ["aliases.json", "history.ndjson"] {
            fs::copy(place.path(name), copy.path().join(name)).expect("copies");
        }
        let copied = Registry::open(copy.path());
        let next = &versions[2 + round % 2];
        let change = copied.promote(next, &reason("3")).expect("promoted");
        assert_eq!(change.expect("a change").seq, 3);
        assert_eq!(whys(&copied), ["1", "2", "3"], "{end}");
        let told = fs::read_to_string(copy.path().join("history.ndjson")).expect("a history");
        assert_eq!(told.lines().count(), 3, "{told}");
    }
}

#[test]
fn damage_to_the_history_stops_nobody() {
    let place = Place::new();
    let registry = &place.registry;
    let versions: Vec<_> = (1..=3).map(|n| place.publish(n)).collect();
    registry
        .promote(&versions[0], &reason("1"))
        .expect("promoted");
    fs::write(place.path("history.ndjson"), b"\xff\xfe\n").expect("writes");
    registry
        .promote(&versions[1], &reason("2"))
        .expect("promoted");
    let history = registry.history().expect("a history");
    assert_eq!(history.unreadable, [1]);
    let numbers: Vec<_> = history.changes.iter().map(|change| change.seq).collect();
    assert_eq!(numbers, [1, 2]);
    // Without the document the numbers go on where the history ends.
    fs::remove_file(place.path("aliases.json")).expect("removes");
    let change = registry
        .promote(&versions[2], &reason("3"))
        .expect("promoted");
    assert_eq!(change.expect("a change").seq, 3);
}

#[test]
fn a_registry_of_the_version_before_is_read_and_replaced() {
    let place = Place::new();
    let (one, two) = (place.publish(1), place.publish(2));
    let files = place.path("aliases");
    fs::create_dir(&files).expect("a directory");
    fs::write(files.join(CHAMPION), format!("{one}\n")).expect("writes");
    // What a writer of that version that died left.
    fs::write(files.join(".tmpAb12"), "01").expect("writes");
    assert_eq!(place.aliases(), set(&[(CHAMPION, &one)]));
    let history = place.registry.history().expect("a history");
    assert_eq!(history, History::default());

    let promoted = place.registry.promote(&two, &reason(""));
    let promoted = promoted.expect("promoted").expect("a change");
    assert_eq!((promoted.seq, promoted.from.as_ref()), (1, Some(&one)));
    assert_eq!(place.aliases(), set(&[(CHAMPION, &two), (PREVIOUS, &one)]));
    assert!(!files.exists(), "they would mislead whoever looks there");
}

#[test]
fn gc_keeps_what_is_pointed_at_and_the_newest() {
    let place = Place::new();
    let registry = &place.registry;
    let versions: Vec<_> = (1..=8).map(|n| place.publish(n)).collect();
    registry
        .promote(&versions[0], &reason(""))
        .expect("promoted");
    registry
        .promote(&versions[2], &reason(""))
        .expect("promoted");
    registry
        .challenge(&versions[3], &reason(""))
        .expect("challenges");
    place.damage(&versions[7]);
    // Debris: of a publisher that died, and something that is not ours.
    let staging = place.path("staging").join("x");
    fs::create_dir_all(&staging).expect("a directory");
    fs::write(place.path("published").join("00112233aabb.json"), "{}").expect("writes");
    fs::write(place.path("artifacts").join("README"), "mine").expect("writes");

    let planned = registry.gc(2, true).expect("a plan");
    assert!(staging.exists() && place.versions().len() == 7);
    let collected = registry.gc(2, false).expect("collected");
    assert_eq!(collected, planned);
    // Of the whole ones, the newest two are the 6th and the 7th.
    let kept: Vec<_> = collected.kept.iter().map(|k| k.version.as_str()).collect();
    assert_eq!(kept, [0, 2, 3, 5, 6].map(|n: usize| versions[n].as_str()));
    let aliases: Vec<_> = collected.kept.iter().map(|k| k.alias.as_deref()).collect();
    let named = [Some(PREVIOUS), Some(CHAMPION), Some(CHALLENGER), None, None];
    assert_eq!(aliases, named);
    let gone: Vec<_> = collected
        .removed
        .iter()
        .map(|r| r.version.as_str())
        .collect();
    assert_eq!(gone, [1, 4, 7].map(|n: usize| versions[n].as_str()));
    assert!(collected.removed.iter().all(|removed| removed.bytes > 100));
    let damage: Vec<_> = collected
        .removed
        .iter()
        .map(|r| r.damage.is_some())
        .collect();
    assert_eq!(damage, [false, false, true]);

    assert_eq!(place.versions().len(), 5);
    assert_eq!(place.aliases().len(), 3);
    assert!(!place.path("staging").exists());
    let records = fs::read_dir(place.path("published")).expect("records");
    assert_eq!(records.count(), 5);
    assert!(place.path("artifacts").join("README").exists());
    // Again, and with nothing new to keep: what is pointed at stays.
    assert_eq!(registry.gc(2, false).expect("collected").removed, []);
    assert_eq!(registry.gc(0, false).expect("collected").kept.len(), 3);
    assert_eq!(place.aliases().len(), 3);
}

/// Whoever comes second finds the version gone, or keeps it: no alias ever points at nothing.
#[test]
fn gc_and_promote_at_the_same_time() {
    let place = Place::new();
    let first = place.publish(0);
    place
        .registry
        .promote(&first, &reason(""))
        .expect("promoted");
    std::thread::scope(|scope| {
        let sweeper = scope.spawn(|| {
            for _ in 0..60 {
                place.registry.gc(0, false).expect("collected");
            }
        });
        let promoters: Vec<_> = (0..2)
            .map(|promoter| {
                let place = &place;
                scope.spawn(move || {
                    let mut promoted = 0;
                    for n in 0..30 {
                        let version = place.publish(1 + promoter + 2 * n);
                        match place.registry.promote(&version, &reason("")) {
                            Ok(_) => promoted += 1,
                            Err(Error::Registry { .. }) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                    promoted
                })
            })
            .collect();
        while !sweeper.is_finished() {
            // A reader without a lock sees a champion at any moment.
            let champion = place.registry.alias(CHAMPION).expect("readable");
            assert!(champion.is_some());
        }
        let promoted: u64 = promoters.into_iter().map(|p| p.join().expect("ends")).sum();
        assert!(promoted > 0);
        let history = place.registry.history().expect("a history");
        assert_eq!(history.changes.len() as u64, promoted + 1);
        assert_eq!(history.changes.last().map(|c| c.seq), Some(promoted + 1));
    });
    assert!(place.aliases().len() >= 2);
}

#[cfg(unix)]
#[test]
fn another_user_may_read_what_the_umask_allows() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let version = place.publish(1);
    place
        .registry
        .promote(&version, &reason(""))
        .expect("promoted");
    let (dir, file) = (place.path("plain"), place.path("plain.json"));
    fs::create_dir(&dir).expect("a directory");
    fs::write(&file, "").expect("a file");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode();
    assert_eq!(mode(&place.path("artifacts").join(&version)), mode(&dir));
    for name in ["aliases.json", "history.ndjson"] {
        assert_eq!(mode(&place.path(name)), mode(&file), "{name}");
    }
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_dir(&path, &target);
        } else {
            fs::copy(&path, target).expect("a copy");
        }
    }
}
