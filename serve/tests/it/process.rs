//! The binary itself: how it ends, with which code, and what it says.

use std::net::TcpListener;
use std::process::{Command, Output};

fn serve(flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_serve"))
        .args(flags)
        .env_clear()
        .output()
        .expect("the binary starts")
}

#[test]
fn each_way_to_fail_has_its_code_and_says_what_is_valid() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("binds");
    let taken = taken.local_addr().expect("an address").to_string();
    let dir = tempfile::tempdir().expect("a temporary directory");
    let empty = dir.path().to_str().expect("UTF-8");
    let toml = dir.path().join("serve.toml");
    fs_err::write(&toml, "drain_ms = 70000\n").expect("writes");
    let toml = toml.to_str().expect("UTF-8");
    for (flags, codes, part) in [
        (&["--listen", "nowhere"][..], &[2][..], "--listen"),
        (&["--lisen", "127.0.0.1:0"], &[2], "--listen"),
        (&["--port", "70000"], &[2], "70000"),
        (&["--log-format", "xml"], &[2], "json"),
        (&["--request-deadline-ms", "1"], &[2], "100–60000"),
        (&["--config", "no/such.toml"], &[2], "no/such.toml"),
        (&["--config", empty], &[2], empty),
        (
            &["--config", toml],
            &[2],
            "`drain_ms` is `70000`; valid: 0–60000",
        ),
        (&["--registry", empty], &[3, 4], "--allow-empty"),
        (
            &[
                "--allow-empty",
                "--registry",
                empty,
                "--embedder",
                "none",
                "--qdrant-url",
                "qdrant",
            ],
            &[2],
            "`qdrant_url` is `qdrant`; valid: http",
        ),
        (
            &["--allow-empty", "--registry", empty, "--listen", &taken],
            &[4],
            &taken,
        ),
    ] {
        let ended = serve(flags);
        let said = String::from_utf8_lossy(&ended.stderr);
        let code = ended.status.code().expect("no signal");
        assert!(codes.contains(&code), "{flags:?} ended {code}: {said}");
        assert!(said.contains(part), "{flags:?}: {said}");
        assert!(!said.contains("panicked"), "{flags:?}: {said}");
        assert!(ended.stdout.is_empty(), "{flags:?}");
    }
}

#[test]
fn help_names_every_variable() {
    let ended = serve(&["--help"]);
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success());
    for name in ["PORT", "ALLOWED_ORIGINS", "GIAXE_REGISTRY", "Exit codes"] {
        assert!(said.contains(name), "{name} is not in\n{said}");
    }
}

#[test]
fn each_signal_to_stop_drains_and_ends_well() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    use rustix::process::{Pid, Signal, kill_process};

    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut child = Command::new(env!("CARGO_BIN_EXE_serve"))
            .args([
                "--allow-empty",
                "--embedder",
                "none",
                "--listen",
                "127.0.0.1:0",
                "--registry",
            ])
            .arg(dir.path())
            .env_clear()
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stderr = child.stderr.take().expect("stderr is piped");
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains("listening on")));
        kill_process(Pid::from_child(&child), signal).expect("it runs");
        let ended = child.wait().expect("it ends");
        assert!(ended.success(), "{signal:?}: {ended}");
        assert!(lines.any(|line| line.contains("stopped")), "{signal:?}");
    }
}
