//! The file under real conditions: other processes, kills, damage, no room, no permission.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::*;
use crate::Language;

const TIME: Duration = Duration::from_secs(20);

fn asked(question: &str) -> Unanswered {
    Unanswered {
        question: question.to_owned(),
        language: Language::English,
        nearest: vec!["a.en".to_owned()],
        count: 1,
        at_s: clock::now_s(),
    }
}

fn remark(question: &str, comment: &str) -> Feedback {
    Feedback {
        conversation: "c".to_owned(),
        question: question.to_owned(),
        citations: vec![],
        verdict: Verdict::Helpful,
        comment: Some(comment.to_owned()),
        at_s: clock::now_s(),
    }
}

fn open(path: &Path) -> Memory {
    Memory::open(path, &Retention::default())
}

fn questions(memory: &Memory) -> Vec<(String, u64)> {
    let all = memory.unanswered(clock::now_s());
    all.into_iter()
        .map(|own| (own.question, own.count))
        .collect()
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < TIME, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_was_noted_is_in_the_file_without_being_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("memory.sqlite");
    let memory = open(&path);
    memory.note_unanswered("boats", asked("Boats?"));
    memory.keep_feedback(remark("q", "good"));
    // Another connection reads while this one writes.
    wait_until("written within seconds", || {
        read_unanswered(&path).expect("read").len() == 1
            && read_feedback(&path).expect("read").len() == 1
    });
    assert_eq!(memory.status().state, MemoryState::Saved);
    assert_eq!(memory.status().pending_rows, 0);
    assert!(memory.status().last_write_at_s.is_some());
}

#[test]
fn a_dropped_memory_is_whole_in_the_file_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("memory.sqlite");
    let memory = open(&path);
    let turn = Turn {
        question: "q".to_owned(),
        answer: "a".to_owned(),
        intent: understanding::Intent::Faq,
    };
    memory.remember("c", &turn, Slots::default(), clock::now_s());
    drop(memory);
    let names: Vec<_> = fs_err::read_dir(folder.path()).expect("read").collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(open(&path).conversation("c", clock::now_s()).turns, [turn]);
}

#[test]
fn two_processes_on_one_file_see_each_other_and_add_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("memory.sqlite");
    let (one, other) = (open(&path), open(&path));
    for memory in [&one, &other, &other] {
        memory.note_unanswered("boats", asked("Boats?"));
        memory.save(TIME).expect("saved");
    }
    for memory in [&one, &other] {
        wait_until("seen", || questions(memory) == [("Boats?".to_owned(), 3)]);
    }
}

#[test]
fn only_the_owner_may_read_the_file_also_one_that_was_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("memory.sqlite");
    drop(open(&path));
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("set");
    let memory = open(&path);
    memory.note_unanswered("boats", asked("Boats?"));
    memory.save(TIME).expect("saved");
    for entry in fs_err::read_dir(folder.path()).expect("read") {
        let entry = entry.expect("read");
        let mode = entry.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_a_new_one_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("memory.sqlite");
    let memory = open(&path);
    for index in 0..500 {
        memory.note_unanswered(&format!("{index}"), asked(&format!("question {index}")));
    }
    drop(memory);
    let whole = fs_err::read(&path).expect("read");
    let mut middle = whole.clone();
    for byte in &mut middle[4096 * 3..4096 * 5] {
        *byte = 0xa5;
    }
    for (index, damaged) in [b"no database at all".repeat(300), middle]
        .into_iter()
        .enumerate()
    {
        fs_err::write(&path, damaged).expect("written");
        let error = read_unanswered(&path);
        assert!(index == 1 || error.is_err_and(|error| error.is_damaged));
        let memory = open(&path);
        assert_eq!(memory.status().state, MemoryState::Saved);
        memory.note_unanswered("boats", asked("Boats?"));
        memory.save(TIME).expect("saved");
        assert_eq!(read_unanswered(&path).expect("read")[0].question, "Boats?");
        drop(memory);
        let aside = fs_err::read_dir(folder.path()).expect("read");
        let aside = aside.filter(|entry| {
            let name = entry.as_ref().expect("read").file_name();
            name.to_string_lossy().contains("set-aside")
        });
        assert!(aside.count() > 0);
        // The next one gets another second in its name.
        std::thread::sleep(Duration::from_millis(1_100));
    }
}

#[test]
fn another_programs_file_is_set_aside_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("memory.sqlite");
    let other = rusqlite::Connection::open(&path).expect("opened");
    other
        .execute_batch("CREATE TABLE theirs (x)")
        .expect("made");
    drop(other);
    let memory = open(&path);
    assert_eq!(memory.status().state, MemoryState::Saved);
    drop(memory);
    assert_eq!(fs_err::read_dir(folder.path()).expect("read").count(), 2);
}

#[test]
fn deleted_rows_leave_the_file_and_it_shrinks() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("memory.sqlite");
    let memory = open(&path);
    let secret = "quite-a-secret ".repeat(100);
    for index in 0..2_000 {
        memory.keep_feedback(remark(&format!("q{index}"), &secret));
    }
    memory.save(TIME).expect("saved");
    drop(memory);
    let before = fs_err::metadata(&path).expect("there").len();
    let short = Limit {
        max_bytes: 1 << 20,
        max_age_s: 1,
    };
    std::thread::sleep(Duration::from_millis(1_100));
    let memory = Memory::open(
        &path,
        &Retention {
            feedback: short,
            ..Retention::default()
        },
    );
    memory.save(TIME).expect("saved");
    assert_eq!(read_feedback(&path).expect("read"), []);
    drop(memory);
    let after = fs_err::read(&path).expect("read");
    assert!(before > 3_000_000, "{before}");
    assert!(after.len() < 600_000, "{} of {before}", after.len());
    let is_left = after.windows(14).any(|part| part == b"quite-a-secret");
    assert!(!is_left, "deleted text is in the file still");
}

#[test]
fn a_flood_of_remarks_stays_within_the_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("memory.sqlite");
    let memory = open(&path);
    let long = "x".repeat(8_000);
    for index in 0..10_000 {
        memory.keep_feedback(remark(&format!("q{index}"), &long));
    }
    memory.save(TIME).expect("saved");
    let status = memory.status();
    let bound = Retention::default().feedback.max_bytes as u64;
    assert!(status.held_bytes <= bound, "{status:?}");
    drop(memory);
    let size = fs_err::metadata(&path).expect("there").len();
    assert!(size < 2 * bound, "{size} bytes for a bound of {bound}");
}

#[test]
fn a_memory_without_a_folder_ends_with_the_process() {
    let memory = Memory::in_process(&Retention::default());
    memory.note_unanswered("boats", asked("Boats?"));
    memory.save(TIME).expect("nothing to save");
    assert_eq!(questions(&memory), [("Boats?".to_owned(), 1)]);
    assert_eq!(memory.status().state, MemoryState::ProcessOnly);
    assert_eq!(memory.status().pending_rows, 0);
}

#[test]
fn a_folder_that_is_missing_is_used_once_it_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("later");
    let path = missing.join("memory.sqlite");
    let memory = open(&path);
    memory.note_unanswered("boats", asked("Boats?"));
    assert!(
        memory
            .save(TIME)
            .expect_err("no folder")
            .to_string()
            .contains("later")
    );
    let status = memory.status();
    assert_eq!(status.state, MemoryState::Failing);
    assert!(status.error.is_some() && status.failures_total > 0);
    assert_eq!(questions(&memory), [("Boats?".to_owned(), 1)]);
    fs_err::create_dir(&missing).expect("made");
    wait_until("saved again", || {
        memory.status().state == MemoryState::Saved
    });
    assert_eq!(read_unanswered(&path).expect("read").len(), 1);
}

/// A file system of its own; `None` where this process may not mount one.
struct Mount(tempfile::TempDir);

impl Mount {
    fn new(test: &str, options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        skipped(test);
        None
    }

    fn remount(&self, options: &str) {
        let ended = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(self.0.path())
            .status();
        assert!(ended.is_ok_and(|status| status.success()), "{options}");
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ended = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the way in which tests say that they were skipped"
)]
fn skipped(test: &str) {
    eprintln!("skipped: {test} needs the right to mount a tmpfs");
}

#[test]
fn a_full_disk_costs_nothing_that_the_process_outlives() {
    let Some(mount) = Mount::new(
        "a_full_disk_costs_nothing_that_the_process_outlives",
        "size=2m",
    ) else {
        return;
    };
    let path = mount.0.path().join("memory.sqlite");
    let memory = open(&path);
    memory.note_unanswered("before", asked("before"));
    memory.save(TIME).expect("room");
    let ballast = mount.0.path().join("ballast");
    // Ends with an error, when the disk is full.
    let _full = fs_err::write(&ballast, vec![1; 4 << 20]);
    for index in 0..50 {
        memory.keep_feedback(remark(&format!("q{index}"), &"x".repeat(7_000)));
    }
    assert!(memory.save(TIME).is_err());
    assert_eq!(memory.status().state, MemoryState::Failing);
    assert_eq!(memory.feedback(clock::now_s()).len(), 50);
    assert_eq!(questions(&memory).len(), 1);
    fs_err::remove_file(&ballast).expect("removed");
    wait_until("saved again", || {
        memory.status().state == MemoryState::Saved
    });
    assert_eq!(read_feedback(&path).expect("read").len(), 50);
    assert_eq!(read_unanswered(&path).expect("read").len(), 1);
}

#[test]
fn a_disk_that_is_full_at_the_start_is_used_later() {
    let Some(mount) = Mount::new("a_disk_that_is_full_at_the_start_is_used_later", "size=2m")
    else {
        return;
    };
    let ballast = mount.0.path().join("ballast");
    let _full = fs_err::write(&ballast, vec![1; 4 << 20]);
    let path = mount.0.path().join("memory.sqlite");
    let memory = open(&path);
    memory.note_unanswered("boats", asked("Boats?"));
    assert_eq!(memory.status().state, MemoryState::Failing);
    fs_err::remove_file(&ballast).expect("removed");
    wait_until("saved", || memory.status().state == MemoryState::Saved);
    assert_eq!(read_unanswered(&path).expect("read").len(), 1);
}

#[test]
fn a_read_only_folder_is_read_and_the_process_remembers() {
    let Some(mount) = Mount::new(
        "a_read_only_folder_is_read_and_the_process_remembers",
        "size=4m",
    ) else {
        return;
    };
    let path = mount.0.path().join("memory.sqlite");
    let memory = open(&path);
    memory.note_unanswered("boats", asked("Boats?"));
    drop(memory);
    mount.remount("ro");
    assert_eq!(read_unanswered(&path).expect("read").len(), 1);
    let memory = open(&path);
    assert_eq!(memory.status().state, MemoryState::Failing);
    memory.note_unanswered("bikes", asked("Bikes?"));
    assert!(questions(&memory).contains(&("Bikes?".to_owned(), 1)));
    mount.remount("rw");
    wait_until("saved", || memory.status().state == MemoryState::Saved);
    assert_eq!(read_unanswered(&path).expect("read").len(), 2);
}
