//! Artifacts that were damaged on disk, or forged.

use std::path::{Path, PathBuf};

use datasets::Listing;
use fs_err as fs;
use models::{
    Registry, Valuer,
    artifact::{self, MANIFEST},
    registry::CHAMPION,
};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tests::{run, trained};

use super::refused;

/// What is done to the champion's directory, whose largest part is the second path.
type Damage = fn(&Path, &Path);

const DAMAGES: &[(&str, Damage, i32, &[&str])] = &[
    ("a truncated part", |_, part| cut(part, 2), 3, &["SHA-256"]),
    ("an empty part", |_, part| write(part, b""), 3, &["SHA-256"]),
    ("a flipped bit", |_, part| flip(part, 2), 3, &["SHA-256"]),
    (
        "a flipped first bit",
        |_, part| flip(part, usize::MAX),
        3,
        &["SHA-256"],
    ),
    ("a longer part", |_, part| append(part), 3, &["SHA-256"]),
    (
        "an absent part",
        |_, part| fs::remove_file(part).expect("removes"),
        4,
        &[],
    ),
    ("a directory for a part", |_, part| make_dir(part), 4, &[]),
    (
        "no manifest",
        |dir, _| fs::remove_file(dir.join(MANIFEST)).expect("removes"),
        3,
        &["champion"],
    ),
    (
        "an empty manifest",
        |dir, _| write(&dir.join(MANIFEST), b""),
        3,
        &["not JSON"],
    ),
    (
        "a truncated manifest",
        |dir, _| cut(&dir.join(MANIFEST), 2),
        3,
        &["not JSON"],
    ),
    (
        "a list for a manifest",
        |dir, _| write(&dir.join(MANIFEST), b"[]"),
        3,
        &["`format_version` is absent"],
    ),
    (
        "a later format",
        |dir, _| edit(dir, "format_version", 99.into()),
        3,
        &["`format_version` is 99, this build reads 1"],
    ),
    (
        "another schema",
        |dir, _| edit(dir, "schema_version", 99.into()),
        3,
        &["`schema_version` is 99, this build reads"],
    ),
    (
        "a schema in words",
        |dir, _| edit(dir, "schema_version", "1".into()),
        3,
        &["`schema_version` is \"1\""],
    ),
    (
        "an unknown field",
        |dir, _| edit(dir, "extra", 1.into()),
        3,
        &["extra"],
    ),
    (
        "an unknown family",
        |dir, _| edit(dir, "family", "oracle".into()),
        3,
        &["oracle"],
    ),
    (
        "a better score",
        |dir, _| edit(dir, "metrics", serde_json::json!({"mae": 1.0})),
        3,
        &["its content hashes to"],
    ),
    (
        "another seed",
        |dir, _| edit(dir, "seed", 77.into()),
        3,
        &["its content hashes to"],
    ),
    (
        "a part outside",
        |dir, _| edit(dir, "parts", serde_json::json!({"../../x": "00"})),
        3,
        &["`../../x` is not a plain file name"],
    ),
];

#[test]
fn damaged_artifacts_are_refused_by_name() {
    for (case, damage, code, says) in DAMAGES {
        let copy = trained().copy_of_registry();
        let registry = Registry::open(copy.path());
        let dir = registry.resolve(CHAMPION).expect("a champion");
        damage(&dir, &largest_part(&dir));
        let root = copy.path().to_str().expect("a UTF-8 path");
        let version = dir
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a version");

        let ended = run("serve", ["--registry", root, "--listen", "127.0.0.1:0"]);
        refused(
            case,
            &ended,
            *code,
            &[&[root, "--allow-empty"][..], says].concat(),
        );
        let ended = run(
            "trainer",
            [
                "predict",
                "--registry",
                root,
                "--make",
                "Toyota",
                "--model",
                "Vios",
                "--year",
                "2019",
                "--mileage-km",
                "45000",
            ],
        );
        refused(case, &ended, *code, says);
        // It is listed as refused, never as a model.
        let found = registry.list().expect("a registry");
        assert!(
            found.manifests.iter().all(|whole| whole.version != version),
            "{case}"
        );
        assert_eq!(found.refused.len(), 1, "{case}");
    }
}

#[test]
fn aliases_that_lead_nowhere_are_refused() {
    let copy = trained().copy_of_registry();
    let root = copy.path().to_str().expect("a UTF-8 path");
    let aliases = copy.path().join("aliases.json");
    let document = |version: &str| {
        let aliases = serde_json::json!({ CHAMPION: version });
        serde_json::json!({"format_version": 1, "aliases": aliases, "last": null}).to_string()
    };
    for text in [
        document("0123456789ab"),
        document(""),
        document("../../elsewhere"),
        document("a b"),
        document("0123456789ab").replace("null", "1"),
        "{\"format_version\":2}".to_owned(),
        String::new(),
    ] {
        fs::write(&aliases, &text).expect("writes");
        let ended = run("serve", ["--registry", root, "--listen", "127.0.0.1:0"]);
        refused(&text, &ended, 3, &["champion"]);
    }
    // Registries of the version before had a file for each.
    fs::remove_file(&aliases).expect("removes");
    let alias = copy.path().join("aliases").join(CHAMPION);
    fs::create_dir(copy.path().join("aliases")).expect("a directory");
    for line in ["0123456789ab\n", "\n", "../../elsewhere\n", "a b\n"] {
        fs::write(&alias, line).expect("writes");
        let ended = run("serve", ["--registry", root, "--listen", "127.0.0.1:0"]);
        refused(line, &ended, 3, &["champion"]);
    }
}

/// Hashes keep out what disks and transfers do, not what a wrong build or a forger does: a part that was sealed as it
/// is must be refused by what it says, or scored; never may it bring the process down.
#[test]
fn forged_parts_never_panic() {
    let registry = Registry::open(&trained().registry);
    let (manifest, parts) = registry.read(CHAMPION).expect("a champion");
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let car = Listing {
        make: Some("Toyota".to_owned()),
        model: Some("Vios".to_owned()),
        year: Some(2019),
        mileage_km: Some(45_000.0),
        source: "synthetic".to_owned(),
        ..Listing::default()
    };
    let mut refusals = 0;
    for name in parts.keys() {
        for round in 0..12 {
            let mut forged = parts.clone();
            let bytes = forged.get_mut(name).expect("a part");
            match round {
                0 => bytes.clear(),
                1 => bytes.truncate(bytes.len() / 2),
                2 => bytes.extend_from_slice(b"}{"),
                3 => bytes.fill(0),
                _ => {
                    let at = rng.random_range(0..bytes.len());
                    bytes[at] ^= 1 << rng.random_range(0..8_u8);
                }
            }
            let dir = tempfile::tempdir().expect("a temporary directory");
            let sealed = artifact::seal(manifest.clone(), &forged).expect("seals");
            artifact::write(dir.path(), &sealed, &forged).expect("writes");
            match Valuer::load(dir.path()) {
                Ok(valuer) => drop(valuer.value(&car)),
                Err(error) => {
                    let text = error.to_string();
                    assert!(text.contains(name.as_str()), "{name}: {text}");
                    refusals += 1;
                }
            }
        }
    }
    assert!(
        refusals >= 3 * parts.len(),
        "{refusals} of {}",
        12 * parts.len()
    );
}

#[test]
fn a_feature_list_of_another_build_is_refused() {
    let registry = Registry::open(&trained().registry);
    let (mut manifest, parts) = registry.read(CHAMPION).expect("a champion");
    manifest.features.push("horoscope".to_owned());
    let dir = tempfile::tempdir().expect("a temporary directory");
    let sealed = artifact::seal(manifest, &parts).expect("seals");
    artifact::write(dir.path(), &sealed, &parts).expect("writes");
    let error = Valuer::load(dir.path()).expect_err("refused").to_string();
    assert!(error.contains("feature"), "{error}");
}

fn largest_part(dir: &Path) -> PathBuf {
    let parts = fs::read_dir(dir)
        .expect("an artifact")
        .map(|entry| entry.expect("an entry").path());
    let parts = parts.filter(|path| !path.ends_with(MANIFEST));
    parts
        .max_by_key(|path| fs::metadata(path).expect("a file").len())
        .expect("a part")
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("writes");
}

fn cut(path: &Path, divisor: usize) {
    let bytes = fs::read(path).expect("reads");
    write(path, &bytes[..bytes.len() / divisor]);
}

fn flip(path: &Path, divisor: usize) {
    let mut bytes = fs::read(path).expect("reads");
    let at = bytes.len() / divisor;
    bytes[at] ^= 1;
    write(path, &bytes);
}

fn append(path: &Path) {
    let mut bytes = fs::read(path).expect("reads");
    bytes.push(0);
    write(path, &bytes);
}

fn make_dir(path: &Path) {
    fs::remove_file(path).expect("removes");
    fs::create_dir(path).expect("makes");
}

fn edit(dir: &Path, field: &str, value: serde_json::Value) {
    let path = dir.join(MANIFEST);
    let bytes = fs::read(&path).expect("reads");
    let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    manifest[field] = value;
    write(&path, &serde_json::to_vec_pretty(&manifest).expect("JSON"));
}
