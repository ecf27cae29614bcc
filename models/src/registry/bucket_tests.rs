//! The registry in an object store that lies in memory, and that checks conditions as the real ones do.

use std::sync::Arc;

use object_store::{memory::InMemory, path::Path as ObjectPath};

use super::{tests::*, *};
use crate::registry::{bucket::Bucket, objects::Objects};

/// One store, several machines with a cache each.
struct Shared {
    store: Arc<InMemory>,
    caches: tempfile::TempDir,
}

impl Shared {
    fn new() -> Self {
        Self {
            store: Arc::new(InMemory::new()),
            caches: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    fn objects(&self) -> Objects {
        let store = Arc::clone(&self.store);
        Objects::over("memory://", store, ObjectPath::from("some/prefix")).expect("a runtime")
    }

    /// The registry as the machine of this name sees it.
    fn registry(&self, machine: &str) -> Registry {
        let cache = self.caches.path().join(machine);
        Registry {
            root: "memory://".into(),
            store: Some(Arc::new(Bucket::over(self.objects(), &cache))),
        }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let listed = self.objects().list(folder).expect("a listing");
        listed.into_iter().map(|object| object.name).collect()
    }
}

fn publish(registry: &Registry, n: u64) -> String {
    let (manifest, parts) = artifact(n);
    let published = registry.publish(manifest, &parts, minute(n));
    published.expect("published").version
}

#[test]
fn one_machine_publishes_and_another_serves() {
    let shared = Shared::new();
    let (trainer, service) = (shared.registry("trainer"), shared.registry("service"));
    assert_eq!(service.aliases().expect("none yet"), BTreeMap::new());
    let (one, two) = (publish(&trainer, 1), publish(&trainer, 2));
    assert_eq!(publish(&trainer, 1), one, "the same again changes nothing");
    trainer.promote(&one, &reason("1")).expect("promoted");
    trainer.challenge(&two, &reason("2")).expect("challenges");

    let (manifest, parts) = service.read(CHAMPION).expect("fetched");
    assert_eq!(manifest.version, one);
    let published = minute(1).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    assert_eq!(manifest.trained_at, Some(published));
    assert_eq!(parts, artifact(1).1);
    let dir = service.resolve(CHALLENGER).expect("fetched");
    assert!(dir.starts_with(shared.caches.path().join("service")));
    assert_eq!(artifact::read(&dir).expect("whole").0.version, two);

    trainer.promote(CHALLENGER, &reason("3")).expect("promoted");
    trainer.rollback(&reason("4")).expect("rolled back");
    let history = service.history().expect("a history");
    let told: Vec<_> = history.changes.iter().map(|c| (c.seq, &*c.why)).collect();
    assert_eq!(told, [(1, "1"), (2, "2"), (3, "3"), (4, "4")]);
    assert_eq!(service.alias(CHAMPION).expect("readable"), Some(one));
    let listed = service.list().expect("a listing");
    assert_eq!(listed.manifests.len(), 2);
    assert!(listed.bytes.values().all(|bytes| *bytes > 100));
}

#[test]
fn what_the_store_lost_is_not_promoted_and_a_bad_cache_is_fetched_again() {
    let shared = Shared::new();
    let registry = shared.registry("a");
    let (one, two) = (publish(&registry, 1), publish(&registry, 2));
    registry.promote(&one, &reason("")).expect("promoted");

    // A cache that a disk damaged.
    let dir = registry.resolve(&one).expect("fetched");
    fs_err::write(dir.join("part.json"), "other").expect("writes");
    assert_eq!(registry.read(&one).expect("fetched again").1, artifact(1).1);

    // A store that lost a part, of which the cache still has one; and one that holds other bytes.
    registry.read(&two).expect("cached");
    let part = format!("artifacts/{two}/part.json");
    shared.objects().delete(&part).expect("deletes");
    let error = registry.promote(&two, &reason("")).expect_err("not whole");
    assert!(
        error
            .to_string()
            .contains("part.json: artifact refused: it is absent"),
        "{error}"
    );
    shared
        .objects()
        .overwrite(&part, b"{\"n\":3}".to_vec())
        .expect("writes");
    let error = shared
        .registry("b")
        .promote(&two, &reason(""))
        .expect_err("other bytes");
    assert!(error.to_string().contains("SHA-256"), "{error}");
    for (reference, part) in [
        ("0123456789ab", "names no artifact"),
        (CHALLENGER, "`challenger` names no artifact"),
    ] {
        let error = registry
            .promote(reference, &reason(""))
            .expect_err("absent");
        assert!(error.to_string().contains(part), "{error}");
    }
    assert_eq!(registry.alias(CHAMPION).expect("readable"), Some(one));
    // Published again, it is whole again.
    shared.objects().delete(&part).expect("deletes");
    assert_eq!(publish(&registry, 2), two);
    registry.promote(&two, &reason("")).expect("promoted");
}

/// Promoters on several machines, without a lock: each change finds its place, and the history has all of them.
#[test]
fn of_promoters_at_the_same_time_none_is_lost() {
    const EACH: u64 = 8;
    let shared = Shared::new();
    let machines = ["a", "b", "c"];
    std::thread::scope(|scope| {
        for (place, machine) in (0..).zip(machines) {
            let shared = &shared;
            scope.spawn(move || {
                let registry = shared.registry(machine);
                for n in 0..EACH {
                    let version = publish(&registry, 100 * place + n);
                    let promoted = registry.promote(&version, &reason(machine));
                    assert!(promoted.expect("promoted").is_some());
                }
            });
        }
    });
    let registry = shared.registry("a");
    let changes = registry.history().expect("a history").changes;
    let n = EACH as usize * machines.len();
    assert_eq!(changes.len(), n);
    for (index, change) in changes.iter().enumerate() {
        assert_eq!(change.seq, index as u64 + 1);
        // Each began where the one before ended: none was written over.
        let before = index.checked_sub(1).map(|index| changes[index].to.clone());
        assert_eq!(change.from, before);
    }
    let champion = registry.alias(CHAMPION).expect("readable");
    assert_eq!(champion.as_ref(), changes.last().map(|change| &change.to));
}

#[test]
fn gc_keeps_what_is_pointed_at_and_says_what_is_going() {
    let shared = Shared::new();
    let registry = shared.registry("a");
    let versions: Vec<_> = (1..=6).map(|n| publish(&registry, n)).collect();
    registry
        .promote(&versions[0], &reason(""))
        .expect("promoted");
    registry
        .promote(&versions[1], &reason(""))
        .expect("promoted");
    let planned = registry.gc(2, true).expect("a plan");
    assert_eq!(shared.names("artifacts").len(), 12);
    let collected = registry.gc(2, false).expect("collected");
    assert_eq!(collected, planned);
    let gone: Vec<_> = collected.removed.iter().map(|r| &r.version).collect();
    assert_eq!(gone, [&versions[2], &versions[3]]);
    assert_eq!(shared.names("artifacts").len(), 8);
    assert_eq!(shared.names("published").len(), 4);
    let error = registry
        .promote(&versions[2], &reason(""))
        .expect_err("gone");
    assert!(error.to_string().contains("names no artifact"), "{error}");

    // A cleaning that died had said what it was going to remove.
    let name = "aliases.json";
    let (bytes, version) = shared.objects().get(name).expect("reads").expect("there");
    let aliases = Aliases::parse(&bytes, Path::new(name)).expect("its own form");
    let going = aliases.with_going([versions[4].clone()].into());
    let wrote = shared
        .objects()
        .replace(name, going.to_json(), Some(version));
    assert!(wrote.expect("writes"));
    let error = registry
        .promote(&versions[4], &reason(""))
        .expect_err("going");
    assert!(error.to_string().contains("is being removed"), "{error}");
    // The next one sees to it.
    registry.gc(2, false).expect("collected");
    registry
        .promote(&versions[4], &reason(""))
        .expect("promoted");
}

#[test]
fn addresses_of_another_kind_are_refused() {
    for url in [
        "ftp://host/x",
        "s3:/bucket",
        "file://host/x",
        "http://x",
        "s3://",
        "gs://",
    ] {
        let registry = Registry::open(Path::new(url));
        match registry.aliases() {
            // A single slash makes a path, and there is nothing there.
            Ok(aliases) => assert_eq!((url, aliases), ("s3:/bucket", BTreeMap::new())),
            Err(error) => assert!(error.to_string().contains(url), "{url}: {error}"),
        }
    }
    let dir = tempfile::tempdir().expect("a temporary directory");
    let url = format!("file://{}", dir.path().display());
    let registry = Registry::open(Path::new(&url));
    let version = publish(&registry, 1);
    registry.promote(&version, &reason("")).expect("promoted");
    let same = Registry::open(dir.path())
        .alias(CHAMPION)
        .expect("readable");
    assert_eq!(same, Some(version));
}
