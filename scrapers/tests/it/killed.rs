//! `kill -9` at any moment of a crawl by the real program: what comes out in the end is what an uninterrupted crawl
//! gives, and no page is fetched twice but the one in flight. `GIAXE_KILLS` says how often (12).

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datasets::{Listing, store};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::programs::bonbanh;
use crate::whole::good_server;
use crate::world::world;

const KILLS: usize = 12;
const LISTINGS: usize = 150;

fn quiet(mut command: Command) -> Command {
    // Small parts, so that kills meet them half-written too.
    command
        .env("SCRAPE_PART_ROWS", "5")
        // What is judged here is that nothing is lost.
        .env("SCRAPE_JUDGED_LISTINGS", "1000000")
        .arg("--quiet")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn a_crawl_killed_again_and_again_ends_like_one_that_was_not() {
    let kills = std::env::var("GIAXE_KILLS").map_or(KILLS, |text| {
        text.parse().expect("GIAXE_KILLS is a whole number")
    });
    let own = Arc::new(world(9, LISTINGS).remove("bonbanh").expect("a site"));
    let server = good_server(own);

    let whole = tempfile::tempdir().expect("a directory");
    let start = Instant::now();
    let status = quiet(bonbanh(server.url(), whole.path())).status();
    assert!(status.expect("it starts").success());
    let time = start.elapsed();
    let once = counted(&server.paths());
    server.forget();

    let killed = tempfile::tempdir().expect("a directory");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut cut_short = 0;
    // A crawl in so many pieces ends early: then it begins again, in a new directory.
    let mut directories = vec![killed];
    let mut in_this = 0;
    let mut ends = Vec::new();
    while cut_short < kills {
        let directory = directories.last().expect("one").path();
        let share = rng.random_range(0.0..1.2) / 8.0;
        let mut child = quiet(bonbanh(server.url(), directory))
            .spawn()
            .expect("it starts");
        let until =
            Instant::now() + time.mul_f64(share) + Duration::from_millis(rng.random_range(0..15));
        let ended = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break Some(status);
            }
            if Instant::now() >= until {
                break None;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        let is_over = match ended {
            None => {
                child.kill().expect("a signal is sent");
                child.wait().expect("it ends");
                cut_short += 1;
                in_this += 1;
                // Killed on its way out: there is nothing left to go on with.
                said_done(bonbanh(server.url(), directory))
            }
            Some(status) => {
                assert!(status.success(), "{status}");
                true
            }
        };
        if is_over {
            ends.push((in_this, counted(&server.paths())));
            server.forget();
            in_this = 0;
            directories.push(tempfile::tempdir().expect("a directory"));
        }
    }
    let last = directories.last().expect("one").path();
    let status = quiet(bonbanh(server.url(), last)).status();
    assert!(status.expect("it starts").success());
    ends.push((in_this, counted(&server.paths())));

    let want = rows(whole.path());
    assert!(want.len() > LISTINGS * 8 / 10);
    for (directory, (kills, counts)) in directories.iter().zip(&ends) {
        assert_eq!(rows(directory.path()), want, "after {kills} kills");
        assert_eq!(
            lines(directory.path(), "price_history.ndjson"),
            lines(whole.path(), "price_history.ndjson")
        );
        let twice: usize = counts
            .iter()
            .map(|(path, count)| count - once.get(path).copied().unwrap_or(0).min(*count))
            .sum();
        assert!(twice <= *kills, "{twice} pages twice after {kills} kills");
        let never = once.keys().find(|path| !counts.contains_key(*path));
        assert_eq!(never, None);
    }
    let crawls = ends.len();
    // Past the harness, which swallows what a passing test prints.
    let _ = writeln!(
        std::io::stderr(),
        "{cut_short} kills over {crawls} crawls of {time:?}"
    );
}

/// Whether the last crawl came to its end, as `stats` tells it. A crawl that never began has none.
fn said_done(mut program: Command) -> bool {
    let output = program
        .args(["stats", "--json"])
        .output()
        .expect("it starts");
    if output.status.code() == Some(3) {
        return false;
    }
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    report["ended"] == "done"
}

fn counted(paths: &[String]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for path in paths {
        *counts.entry(path.clone()).or_default() += 1;
    }
    counts
}

/// All rows, but for the day on which they were seen: midnight may fall into the test.
fn rows(out: &std::path::Path) -> Vec<Listing> {
    let file = out.join("bonbanh").join("bonbanh.parquet");
    let mut rows = store::read_listings(&file).expect("a file of listings");
    for row in &mut rows {
        row.first_seen = None;
        row.last_seen = None;
    }
    rows
}

fn lines(out: &std::path::Path, name: &str) -> Vec<(String, String)> {
    let text = fs_err::read_to_string(out.join("bonbanh").join(name)).expect("a file");
    text.lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            (value["id"].to_string(), value["price_vnd"].to_string())
        })
        .collect()
}
