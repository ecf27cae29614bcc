//! A small registry, trained by the real `trainer` on generated cars.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    time::UNIX_EPOCH,
};

use fs_err as fs;

use crate::{binary, run, target_dir};

/// Cars of the generated set: enough for every family to fit and for the common makes to be known.
const ROWS: &str = "4000";

/// Day of its newest car.
const UNTIL: &str = "2025-11-15";

/// A generated set and the registry that was trained on it. Both are read-only to tests: one that changes them
/// takes a copy.
#[derive(Debug)]
pub struct Trained {
    /// The listings.
    pub listings: PathBuf,
    /// The registry, with a champion.
    pub registry: PathBuf,
}

impl Trained {
    /// A copy of the registry that a test may damage.
    pub fn copy_of_registry(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().expect("a temporary directory");
        copy_dir(&self.registry, copy.path());
        copy
    }
}

/// The trained registry. One seed gives the same bytes, so that it is kept for as long as the `trainer` binary stays
/// the same, and trained anew by the first test after that.
///
/// # Panics
/// When generating or training fails: no test can go on.
pub fn trained() -> &'static Trained {
    static TRAINED: OnceLock<Trained> = OnceLock::new();
    TRAINED.get_or_init(|| {
        let scratch = target_dir().join("tmp");
        let home = scratch.join(format!("trained-{}", fingerprint()));
        if !home.exists() {
            fs::create_dir_all(&scratch).expect("the target directory can be written");
            forget_old(&scratch);
            let work = tempfile::TempDir::new_in(&scratch).expect("a temporary directory");
            train(&at(work.path()));
            // Another test process may have been faster; its registry is as good.
            if fs::rename(work.path(), &home).is_err() {
                assert!(home.exists(), "{} cannot be made", home.display());
            }
        }
        at(&home)
    })
}

fn at(home: &Path) -> Trained {
    Trained {
        listings: home.join("listings.parquet"),
        registry: home.join("registry"),
    }
}

fn train(to: &Trained) {
    let listings = to.listings.to_str().expect("a UTF-8 path");
    let registry = to.registry.to_str().expect("a UTF-8 path");
    let synthesize = [
        "synthesize",
        "--rows",
        ROWS,
        "--seed",
        "1",
        "--until",
        UNTIL,
        "--out",
        listings,
    ];
    let _ = run("trainer", synthesize).expect_success("trainer synthesize");
    let train = [
        "train",
        "--listings",
        listings,
        "--registry",
        registry,
        "--seed",
        "1",
    ];
    let _ = run("trainer", train).expect_success("trainer train");
}

/// Changes whenever the `trainer` binary is linked anew.
fn fingerprint() -> String {
    let file = fs::metadata(binary("trainer")).expect("the binary was built");
    let linked = file.modified().expect("the file system keeps times");
    let linked = linked.duration_since(UNIX_EPOCH).expect("after 1970");
    format!("{}-{}", file.len(), linked.as_nanos())
}

/// Registries of binaries that are gone.
fn forget_old(scratch: &Path) {
    for entry in fs::read_dir(scratch)
        .expect("a directory")
        .map_while(Result::ok)
    {
        if entry.file_name().to_string_lossy().starts_with("trained-") {
            // Another test process may be removing it too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn copy_dir(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir_all(&target).expect("a directory");
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
