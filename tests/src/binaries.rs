//! The workspace's binaries, built as the running test was.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Path of the binary `name`. The first call builds all binaries of the workspace, in the profile and the target
/// directory of the running test; where `cargo test --workspace` built them already this takes a second.
///
/// # Panics
/// When they do not build: no test can go on.
pub fn binary(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(build);
    let path = profile_dir().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "no binary at {}", path.display());
    path
}

/// Root of the workspace.
pub fn workspace_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate lies in the workspace")
}

/// Target directory of the running test.
pub fn target_dir() -> PathBuf {
    let profile = profile_dir();
    profile
        .parent()
        .expect("a profile lies in the target directory")
        .to_owned()
}

/// `<target>/<profile>`, above `deps/<test>`.
fn profile_dir() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    let deps = test.parent().expect("a test lies in a directory");
    deps.parent()
        .expect("`deps` lies in a profile's directory")
        .to_owned()
}

fn build() {
    let profile = profile_dir();
    let profile = match profile.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // `--test it` selects what was built already, and with it the very features that `cargo test --workspace`
    // chose: without it half of the dependencies would be compiled a second time.
    let built = Command::new(cargo)
        .current_dir(workspace_root())
        .args(["build", "--workspace", "--bins", "--test", "it"])
        .args(["--offline", "--quiet", "--profile", profile, "--target-dir"])
        .arg(target_dir())
        .output()
        .expect("cargo starts");
    assert!(
        built.status.success(),
        "the binaries do not build:\n{}",
        String::from_utf8_lossy(&built.stderr)
    );
}
