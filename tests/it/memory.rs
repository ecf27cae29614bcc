//! The assistant's memory from outside: SIGTERM and SIGKILL, commands beside a running service, a full disk, a damaged
//! file, a flood.
//!
//! `GIAXE_STOPS` says how often a service is stopped by each signal (3).

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use fs_err as fs;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tests::{Serve, run, skip, trained};

const STOPS: u32 = 3;

/// Time in which what was noted is saved, as documented.
const SAVED: Duration = Duration::from_secs(2);

struct Service {
    serve: Serve,
    client: Client,
}

impl Service {
    fn start(folder: &Path) -> Self {
        let at = folder.to_str().expect("UTF-8");
        Self {
            serve: Serve::start_with(&trained().registry, &["--assistant-folder", at]),
            client: Client::new(),
        }
    }

    async fn post(&self, path: &str, body: &Value) -> StatusCode {
        let request = self.client.post(self.serve.url(path)).json(body);
        request.send().await.expect("a reply").status()
    }

    /// Says something in the conversation of a round.
    async fn chat(&self, round: u32, query: &str) -> Value {
        let body = json!({"query": query, "conversationId": format!("car-{round}")});
        let request = self
            .client
            .post(self.serve.url("/assistant/query"))
            .json(&body);
        let reply = request.send().await.expect("a reply");
        assert_eq!(reply.status(), StatusCode::OK);
        reply.json().await.expect("JSON")
    }

    /// Asks what nothing answers, and says what it thinks of that.
    async fn ask(&self, round: u32, unique: &str) {
        let question = unanswered(round, unique);
        let ask = json!({"query": question});
        assert_eq!(self.post("/assistant/query", &ask).await, StatusCode::OK);
        let feedback = json!({"conversationId": "c", "query": question, "helpful": false});
        let status = self.post("/v1/assistant/feedback", &feedback).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }

    async fn memory_state(&self) -> String {
        let reply = self.client.get(self.serve.url("/health")).send().await;
        let health: Value = reply.expect("a reply").json().await.expect("JSON");
        health["services"]["memory"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    async fn wait_for(&self, state: &str) {
        let start = Instant::now();
        while self.memory_state().await != state {
            assert!(start.elapsed() < Duration::from_secs(20), "never {state}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn unanswered(round: u32, unique: &str) -> String {
    format!("Ai vô địch World Cup {} {unique}?", 1000 + round)
}

/// What `assistant COMMAND --json` lists of a folder.
fn listed(folder: &Path, command: &str) -> Vec<String> {
    let at = folder.to_str().expect("UTF-8");
    let ended = run("assistant", [command, "--json", "--folder", at]).expect_success(command);
    let rows: Vec<Value> = serde_json::from_str(&ended.stdout).expect("JSON");
    rows.iter()
        .map(|row| row["question"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn stops() -> u32 {
    std::env::var("GIAXE_STOPS").map_or(STOPS, |text| {
        text.parse().expect("GIAXE_STOPS is a whole number")
    })
}

fn check_all(folder: &Path, rounds: u32, unique: &str) {
    for command in ["unanswered", "feedback"] {
        let listed = listed(folder, command);
        for round in 0..rounds {
            let question = unanswered(round, unique);
            assert!(
                listed.contains(&question),
                "{command} lacks {question} of {rounds}"
            );
        }
    }
}

/// Asks on in the conversations of all rounds: each knows its car.
async fn check_conversations(folder: &Path, rounds: u32) {
    let service = Service::start(folder);
    for round in 0..rounds {
        let reply = service.chat(round, "4v5").await;
        assert_eq!(
            reply["data"]["slots"]["model"], "Vios",
            "{round} of {rounds}: {reply}"
        );
    }
}

#[tokio::test]
async fn nothing_is_lost_by_sigterm() {
    let folder = tempfile::tempdir().expect("a folder");
    let rounds = stops();
    for round in 0..rounds {
        let service = Service::start(folder.path());
        service
            .chat(round, "định giá giúp mình con vios 2019")
            .await;
        service.ask(round, "term").await;
        service.serve.terminate();
    }
    check_all(folder.path(), rounds, "term");
    check_conversations(folder.path(), rounds).await;
}

#[tokio::test]
async fn sigkill_costs_the_last_two_seconds_at_most() {
    let folder = tempfile::tempdir().expect("a folder");
    let rounds = stops();
    for round in 0..rounds {
        let service = Service::start(folder.path());
        service
            .chat(round, "định giá giúp mình con vios 2019")
            .await;
        service.ask(round, "kill").await;
        tokio::time::sleep(SAVED).await;
        // Killed while it writes these.
        for index in 0..20 * (round % 7) {
            service.ask(index, &format!("late{round}")).await;
        }
        drop(service);
    }
    check_all(folder.path(), rounds, "kill");
    check_conversations(folder.path(), rounds).await;
}

#[tokio::test]
async fn commands_list_what_a_running_service_noted() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::start(folder.path());
    assert_eq!(service.memory_state().await, "up");
    service.ask(7, "gọi 0912 345 678").await;
    tokio::time::sleep(SAVED).await;
    for command in ["unanswered", "feedback"] {
        assert_eq!(
            listed(folder.path(), command),
            [unanswered(7, "gọi ☎")],
            "{command}"
        );
    }
    for entry in fs::read_dir(folder.path()).expect("read") {
        let entry = entry.expect("read");
        if entry.file_name().to_string_lossy().starts_with("memory") {
            let mode = entry.metadata().expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
        }
    }
    let missing = run("assistant", ["feedback", "--folder", "/no/such/folder"]);
    assert_eq!(missing.code, Some(4), "{}", missing.stderr);
    assert!(missing.stderr.contains("/no/such/folder") && missing.stderr.contains("hint:"));
    let nowhere = run("assistant", ["feedback"]);
    assert_eq!(nowhere.code, Some(2), "{}", nowhere.stderr);
    assert!(nowhere.stderr.contains("--folder"), "{}", nowhere.stderr);
}

#[tokio::test]
async fn the_service_starts_on_a_damaged_memory_and_sets_it_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("memory.sqlite");
    fs::write(&file, "no database".repeat(1_000)).expect("written");
    fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("set");
    let old = folder.path().join("memory.redb");
    fs::write(&old, "of an earlier version").expect("written");
    let service = Service::start(folder.path());
    assert_eq!(service.memory_state().await, "up");
    let names: Vec<String> = fs::read_dir(folder.path())
        .expect("read")
        .map(|entry| {
            entry
                .expect("read")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    for name in ["memory.sqlite.set-aside-", "memory.redb.set-aside-"] {
        let aside = names.iter().find(|own| own.starts_with(name)).expect(name);
        let meta = fs::metadata(folder.path().join(aside)).expect("there");
        assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{aside}");
    }
}

#[tokio::test]
async fn a_full_disk_is_reported_and_writing_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"])
        .arg(folder.path())
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        skip(
            "a_full_disk_is_reported_and_writing_goes_on_when_there_is_room",
            "the right to mount a tmpfs",
        );
        return;
    }
    let _mount = Unmount(folder.path());
    let service = Service::start(folder.path());
    let ballast = folder.path().join("ballast");
    // Ends with an error, when the disk is full.
    let _full = fs::write(&ballast, vec![1; 16 << 20]);
    service.ask(1, "full").await;
    service.wait_for("down").await;
    service.ask(2, "full").await;
    fs::remove_file(&ballast).expect("removed");
    service.wait_for("up").await;
    let listed = listed(folder.path(), "unanswered");
    for round in 1..=2 {
        assert!(listed.contains(&unanswered(round, "full")), "{listed:?}");
    }
}

struct Unmount<'p>(&'p Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ended = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test]
async fn large_posts_grow_neither_the_file_nor_the_process() {
    const MAX_GROWTH: u64 = 20_000_000;
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::start(folder.path());
    service.ask(0, "flood").await;
    let resident = || -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", service.serve.pid()));
        let status = status.expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.parse::<u64>().ok())
            .expect("kilobytes")
            * 1024
    };
    let before = resident();
    for index in 0..200 {
        let large = "x".repeat(1_000_000);
        let field = |name: &str, value: Value| {
            let mut body =
                json!({"conversationId": "c", "query": format!("q{index}"), "helpful": true});
            body[name] = value;
            body
        };
        let body = match index % 3 {
            0 => field("citations", json!([large])),
            1 => field("comment", json!(large)),
            _ => field("conversationId", json!(large)),
        };
        let status = service.post("/v1/assistant/feedback", &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        // As much as is taken.
        let taken = json!({
            "conversationId": format!("c{index}"), "query": "ữ".repeat(2_000), "helpful": true,
            "comment": "ữ".repeat(2_000), "citations": vec!["ữ".repeat(200); 20],
        });
        let status = service.post("/v1/assistant/feedback", &taken).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    tokio::time::sleep(SAVED).await;
    let grown = resident().saturating_sub(before);
    assert!(grown < MAX_GROWTH, "the process grew by {grown} bytes");
    let files = fs::read_dir(folder.path()).expect("read");
    let size: u64 = files
        .map(|entry| entry.expect("read").metadata().expect("there").len())
        .sum();
    assert!(size < MAX_GROWTH, "the files are {size} bytes");
}
