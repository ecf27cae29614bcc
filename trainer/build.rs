//! Tells the trainer which revision of its code it is, for the manifests of the models that it makes.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=../.git/logs/HEAD");
    // Outside a repository, or without git, a manifest has no revision.
    let revision = Command::new("git")
        .args(["rev-parse", "HEAD"])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok());
    println!(
        "cargo::rustc-env=GIAXE_GIT_REVISION={}",
        revision.as_deref().unwrap_or("").trim()
    );
}
