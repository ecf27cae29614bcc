//! 200,000 listings: memory stays flat and the frontier's cost per page constant. `GIAXE_SCALE` says how many (20,000).

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::run::Place;
use crate::server::Answer;
use crate::toy::{Replay, TOY, World};

const LISTINGS: u32 = 20_000;
/// Most memory that the crawl may take, in bytes, the server's beside it in the same process.
const MEMORY: u64 = 300 << 20;

/// Bytes of this process in memory; none where the system does not say.
fn resident() -> Option<u64> {
    let status = fs_err::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

#[test]
fn the_last_page_costs_what_the_first_did() {
    let listings = std::env::var("GIAXE_SCALE").map_or(LISTINGS, |text| {
        text.parse().expect("GIAXE_SCALE is a whole number")
    });
    // The server makes its pages up on the spot and keeps no log: what grows is the crawl.
    let per_page = 50;
    let most = Arc::new(AtomicU64::new(0));
    let times = Arc::new(Mutex::new(Vec::new()));
    let (seen, noted) = (most.clone(), times.clone());
    let replay = Replay::with(World::new(0, per_page), move |path, _| {
        let (kind, number) = path.trim_start_matches('/').split_once('/')?;
        let number: u32 = number.parse().ok()?;
        if kind == "list" {
            noted.lock().expect("nobody panicked").push(Instant::now());
            if let Some(bytes) = resident() {
                seen.fetch_max(bytes, Ordering::Relaxed);
            }
            let mut text = format!("total {listings}\n");
            let first = (number - 1) * per_page as u32;
            for id in first..listings.min(first + per_page as u32) {
                let _ = writeln!(text, "car {id} {} Kia", 300_000_000 + id);
            }
            if first + (per_page as u32) < listings {
                let _ = writeln!(text, "next /list/{}", number + 1);
            }
            text.push_str("END\n");
            return Some(Answer::ok(text));
        }
        // As long as a page is, in words that do not pack to nothing.
        let mut filler = String::new();
        for n in 0..400u64 {
            let word = u64::from(number).wrapping_mul(400).wrapping_add(n);
            let _ = writeln!(filler, "p {:x}", word.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        }
        Some(Answer::ok(format!(
            "id {number}\nprice {}\nyear 2015\nkm 50000\nlisted 2026-11-10\n{filler}END\n",
            300_000_000 + number
        )))
    });
    replay.server.keep_no_log();
    let place = Place::with("part_rows = 5000\nthrottle_cap_ms = 0");
    let start = Instant::now();
    let crawled = place.crawl(&TOY, &replay.server);
    let time = start.elapsed();
    assert_eq!(crawled.report.counters.new, u64::from(listings));
    crawled.verdict().expect("all well");
    let rss = resident().unwrap_or(0).max(most.load(Ordering::Relaxed));

    let times = times.lock().expect("nobody panicked").clone();
    let batches: Vec<f64> = times
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs_f64())
        .collect();
    let tenth = (batches.len() / 10).max(1);
    let median = |batches: &[f64]| {
        let mut sorted = batches.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2] / f64::from(per_page as u32)
    };
    let (first, last) = (
        median(&batches[..tenth]),
        median(&batches[batches.len() - tenth..]),
    );
    // Past the harness, which swallows what a passing test prints.
    let _ = std::io::Write::write_fmt(
        &mut std::io::stderr(),
        format_args!(
            "{listings} listings in {time:?}: {:.3} ms a page at first, {:.3} ms at last; at most {} MB\n",
            first * 1e3,
            last * 1e3,
            rss >> 20
        ),
    );
    assert!(rss < MEMORY, "{} MB", rss >> 20);
    assert!(last < 1.6 * first, "{first} s a page became {last}");
}
