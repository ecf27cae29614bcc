//! The workspace's shape: crates, edges, files. Everything that ARCHITECTURE.md promises and a compiler does not check.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use fs_err as fs;
use tests::workspace_root;

/// Longest source file. Past it a file does more than one thing.
const MAX_LINES: usize = 450;

/// Libraries that only these crates may name, so that they can be replaced in one place.
const OWNED: &[(&str, &[&str])] = &[
    ("hessboost", &["models"]),
    // `tests` has the example that fits families on an exported design.
    ("linfa", &["models", "tests"]),
    ("polars", &["datasets"]),
    // `tests` has the bare handler that ours is measured against, `scrapers` a replay server in its tests.
    ("axum", &["scrapers", "serve", "tests"]),
    ("indicatif", &["assistant", "scrapers", "trainer"]),
    ("object_store", &["models"]),
    ("ort", &["retrieval"]),
    // `tests` has the stand-in for a server.
    ("qdrant-client", &["retrieval", "tests"]),
    ("rusqlite", &["assistant", "scrapers"]),
    ("thirtyfour", &["tests"]),
    ("tonic", &["retrieval", "tests"]),
];

/// What the service must not be built with: it would only be larger, slower to build and easier to break.
const NOT_IN_SERVE: &[&str] = &[
    "eval",
    "hessboost",
    "linfa",
    "linfa-linear",
    "polars",
    "polars-core",
    "scrapers",
    "trainer",
];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(workspace_root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("cargo metadata")
}

/// Edges between our crates, whatever their kind.
fn edges(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.name.to_string(), own_dependencies(package)))
        .collect()
}

fn own_dependencies(package: &Package) -> BTreeSet<String> {
    let own = package.dependencies.iter().filter(|d| d.path.is_some());
    own.map(|dependency| dependency.name.clone()).collect()
}

/// Edges that the table `| crate | depends on | …` of a document draws. Names stand in backticks.
fn drawn(document: &str) -> BTreeMap<String, BTreeSet<String>> {
    document
        .lines()
        .skip_while(|line| !line.starts_with("| crate | depends on |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            let name = names(cells[1]).pop_first().expect("a crate's name");
            (name, names(cells[2]))
        })
        .collect()
}

fn names(cell: &str) -> BTreeSet<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn read(name: &str) -> String {
    fs::read_to_string(workspace_root().join(name)).expect("a document")
}

#[test]
fn the_drawn_edges_are_the_edges() {
    let drawn = drawn(&read("ARCHITECTURE.md"));
    let found = edges(&metadata());
    assert!(!found.is_empty());
    assert_eq!(found, drawn, "cargo metadata against ARCHITECTURE.md");
}

#[test]
fn no_edge_closes_a_circle() {
    // Cargo itself refuses circles of ordinary dependencies, but not those that tests close.
    let mut left = edges(&metadata());
    while !left.is_empty() {
        let free: Vec<_> = left
            .iter()
            .filter(|(_, to)| to.iter().all(|name| !left.contains_key(name)))
            .map(|(name, _)| name.clone())
            .collect();
        assert!(!free.is_empty(), "a circle among {left:?}");
        left.retain(|name, _| !free.contains(name));
    }
}

/// What cargo would build for `serve` alone, each line as `format` has it.
fn serve_alone(edges: &str, format: &str) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = Command::new(cargo)
        .current_dir(workspace_root())
        .args(["tree", "--offline", "--package", "serve"])
        .args(["--edges", edges, "--prefix", "none", "--format", format])
        .output()
        .expect("cargo starts");
    let listed = String::from_utf8_lossy(&tree.stdout);
    let lines: BTreeSet<_> = listed.lines().map(str::to_owned).collect();
    assert!(
        lines.iter().any(|line| line.starts_with("models")),
        "{tree:?}"
    );
    lines
}

#[test]
fn the_service_is_built_without_what_trains() {
    let listed = serve_alone("normal,build", "{p}");
    for name in NOT_IN_SERVE {
        let is_it = |line: &String| line.split(' ').next() == Some(*name);
        assert!(!listed.iter().any(is_it), "`serve` is built with `{name}`");
    }
}

/// Whoever builds `serve` without the trainer must read the numbers that the trainer wrote: to the last bit, for an
/// artifact is named by the hash of them.
#[test]
fn the_service_alone_reads_numbers_as_they_were_written() {
    let listed = serve_alone("normal", "{p} {f}");
    let json = listed.iter().find(|line| line.starts_with("serde_json "));
    assert!(
        json.is_some_and(|line| line.contains("float_roundtrip")),
        "{json:?}"
    );
}

#[test]
fn owned_libraries_stay_with_their_owners() {
    for package in metadata().workspace_packages() {
        for (library, owners) in OWNED {
            let uses = package.dependencies.iter().any(|d| d.name == *library);
            assert!(
                !uses || owners.contains(&package.name.as_str()),
                "`{}` depends on `{library}`, which belongs to {owners:?}",
                package.name
            );
        }
    }
    for (file, text) in sources(&metadata()) {
        let named = text.contains(concat!("hessboost", "::"));
        assert!(
            !named || file.ends_with("models/src/families/histogram.rs"),
            "{} names hessboost",
            file.display()
        );
    }
}

/// A crate that only one other is built on may lie in that one's folder.
#[test]
fn a_package_lies_at_the_top_level_or_in_another_package() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let folders: BTreeSet<_> = packages
        .iter()
        .filter_map(|package| package.manifest_path.parent())
        .collect();
    for package in &packages {
        let folder = package.manifest_path.parent().expect("a folder");
        assert_eq!(folder.file_name(), Some(package.name.as_str()));
        let above = folder.parent().expect("a folder");
        assert!(
            above == workspace_root() || folders.contains(above),
            "{folder}: neither at the top level nor in a package"
        );
        assert_eq!(package.publish.as_deref(), Some(&[][..]), "{folder}");
        let manifest = fs::read_to_string(&package.manifest_path).expect("a manifest");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{folder}");
        // `*` in a manifest would let any release in.
        for dependency in &package.dependencies {
            let pinned = dependency.path.is_some() || dependency.req.to_string() != "*";
            assert!(pinned, "{folder}: `{}` has no version", dependency.name);
            assert_ne!(dependency.kind, DependencyKind::Unknown, "{folder}");
        }
    }
}

#[test]
fn every_crate_is_in_the_readme() {
    let readme = read("README.md");
    for package in metadata().workspace_packages() {
        let row = format!("| `{}` |", package.name);
        assert!(readme.contains(&row), "README.md has no row {row}");
    }
}

#[test]
fn every_source_file_says_what_it_holds_and_is_short() {
    let sources = sources(&metadata());
    assert!(sources.len() > 50, "{} files", sources.len());
    let mut wrong = Vec::new();
    for (file, text) in sources {
        let file = file.strip_prefix(workspace_root()).expect("in the tree");
        if !text.starts_with("//! ") {
            wrong.push(format!("{}: no `//!` header", file.display()));
        }
        let lines = text.lines().count();
        if lines > MAX_LINES {
            let file = file.display();
            wrong.push(format!("{file}: {lines} lines, at most {MAX_LINES}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every Rust file of every crate, with its text.
fn sources(metadata: &Metadata) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for package in metadata.workspace_packages() {
        let folder = package.manifest_path.parent().expect("a folder");
        collect(folder.as_ref(), &mut found);
    }
    found.sort();
    // A nested package is found in its parent's folder too.
    found.dedup();
    found
}

fn collect(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            found.push((path, text));
        }
    }
}

#[test]
fn tables_are_read() {
    let document = "text\n| crate | depends on | holds |\n|---|---|---|\n| `a` | – | `x` |\n| `b` | `a`, `c` | |\n\n| `d` | `e` |\n";
    let drawn = drawn(document);
    let found: Vec<_> = drawn
        .iter()
        .map(|(name, to)| (name.as_str(), to.iter().map(String::as_str).collect()))
        .collect();
    let want: Vec<(&str, Vec<&str>)> = vec![("a", vec![]), ("b", vec!["a", "c"])];
    assert_eq!(found, want);
}
