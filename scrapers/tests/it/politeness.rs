//! What the server's own log says: intervals, robots.txt, Crawl-delay, Retry-After, refusals.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use scrapers::{Error, Exit, Failure};

use crate::run::Place;
use crate::server::{Answer, Hit};
use crate::toy::{Replay, TOY, World};

/// Least time between an answer and the next request, over the whole log.
fn least_gap(log: &[Hit]) -> Duration {
    log.windows(2)
        .map(|pair| pair[1].at - pair[0].answered)
        .min()
        .expect("two requests")
}

fn robots(text: &'static str) -> impl Fn(&str, usize) -> Option<Answer> {
    move |path, _| (path == "/robots.txt").then(|| Answer::ok(text))
}

#[test]
fn requests_keep_the_interval_and_never_overlap() {
    let replay = Replay::start(World::new(12, 5));
    let place = Place::with("interval_ms = 60\njitter = 0.5");
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    let log = replay.server.log();
    assert_eq!(log.len(), 1 + 3 + 12);
    assert_eq!(log[0].path, "/robots.txt");
    assert!(least_gap(&log) >= Duration::from_millis(60), "{log:?}");
    assert_eq!(replay.server.most_open(), 1);
    let jittered = log
        .windows(2)
        .filter(|pair| pair[1].at - pair[0].answered > Duration::from_millis(66));
    assert!(jittered.count() > 3, "jitter");
    let agent = format!("giaxe/{} (+tester@example.vn)", env!("CARGO_PKG_VERSION"));
    assert!(log.iter().all(|hit| hit.user_agent == agent), "{log:?}");
}

#[test]
fn a_crawl_delay_counts_where_it_is_longer() {
    let text = "User-agent: *\nCrawl-delay: 0.15\n";
    let replay = Replay::with(World::new(4, 5), robots(text));
    let place = Place::with("interval_ms = 20\njitter = 0.0");
    place.crawl(&TOY, &replay.server);
    let log = replay.server.log();
    assert_eq!(log.len(), 1 + 1 + 4);
    assert!(least_gap(&log) >= Duration::from_millis(150), "{log:?}");
}

#[test]
fn what_robots_txt_forbids_is_not_asked_for() {
    let text = "User-agent: other\nDisallow: /\n\nUser-agent: giaxe\nDisallow: /car/3\nDisallow: /other/\nAllow: /car/33$";
    let replay = Replay::with(World::new(40, 50), robots(text));
    let place = Place::new();
    place.crawl(&TOY, &replay.server);
    let pages = replay.pages();
    assert!(!pages.iter().any(|path| path.starts_with("/other")));
    let asked: Vec<_> = pages
        .iter()
        .filter(|path| path.starts_with("/car/3"))
        .collect();
    assert_eq!(asked, ["/car/33"]);
    // 3, 30 to 39 but 33, and 3 alone.
    let rejects = place.rejects("toy");
    assert_eq!(rejects.len(), 10);
    assert!(
        rejects.iter().all(|(_, reason)| reason == "robots"),
        "{rejects:?}"
    );
    assert_eq!(place.rows("toy").len(), 30);
}

#[test]
fn a_site_that_forbids_its_lists_is_left() {
    let replay = Replay::with(World::new(4, 5), robots("User-agent: *\nDisallow: /list\n"));
    let crawled = Place::new().crawl(&TOY, &replay.server);
    let error = crawled.verdict().expect_err("forbidden");
    assert!(matches!(error, Error::RobotsForbid { .. }), "{error}");
    assert_eq!(error.exit(), Exit::Dependency);
    assert!(replay.pages().is_empty());
}

#[test]
fn an_absent_robots_txt_allows_and_a_failing_one_forbids() {
    for (status, allows) in [
        (404, true),
        (403, true),
        (410, true),
        (500, false),
        (503, false),
        (429, false),
    ] {
        let replay = Replay::with(World::new(4, 5), move |path, _| {
            (path == "/robots.txt").then(|| Answer::status(status))
        });
        let place = Place::with("attempts = 2");
        let outcome = place.crawl(&TOY, &replay.server).verdict();
        if allows {
            outcome.expect("allowed");
            assert_eq!(replay.pages().len(), 5, "{status}");
        } else {
            let error = outcome.expect_err("forbidden");
            assert!(matches!(error, Error::RobotsUnreachable { .. }), "{error}");
            assert_eq!(replay.server.paths(), ["/robots.txt"; 2], "{status}");
        }
    }
}

#[test]
fn robots_txt_is_asked_for_once_a_day_and_outlives_an_outage() {
    let replay = Replay::with(World::new(4, 5), |path, nth| {
        (path == "/robots.txt").then(|| match nth {
            1 => Answer::status(302).with("location", "/moved.txt"),
            _ => Answer::status(500),
        })
    });
    let place = Place::new();
    for _ in 0..2 {
        place
            .crawl(&TOY, &replay.server)
            .verdict()
            .expect("allowed");
    }
    let paths = replay.server.paths();
    let asked: Vec<_> = paths.iter().filter(|path| path.contains("txt")).collect();
    assert_eq!(asked, ["/robots.txt", "/moved.txt"]);
}

/// When the request after the first answer of this status came.
fn wait_after(log: &[Hit], status: u16) -> Duration {
    let at = log
        .iter()
        .position(|hit| hit.status == status)
        .expect("that status");
    log[at + 1].at - log[at].answered
}

#[test]
fn retry_after_is_honoured_in_seconds_and_as_a_date() {
    for as_date in [false, true] {
        for status in [429, 503] {
            let replay = Replay::with(World::new(6, 10), move |path, nth| {
                let wait = if as_date {
                    // A date has no fractions: two seconds from now are more than one.
                    httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2))
                } else {
                    "1".to_owned()
                };
                (path == "/car/4" && nth == 1)
                    .then(|| Answer::status(status).with("retry-after", wait))
            });
            let place = Place::new();
            let start = Instant::now();
            place
                .crawl(&TOY, &replay.server)
                .verdict()
                .expect("all well");
            let log = replay.server.log();
            let waited = wait_after(&log, status);
            assert!(waited >= Duration::from_millis(990), "{status}: {waited:?}");
            assert!(start.elapsed() < Duration::from_secs(20));
            assert_eq!(place.rows("toy").len(), 6);
        }
    }
}

#[test]
fn a_host_that_asks_for_hours_ends_the_crawl_and_the_next_one_goes_on() {
    let replay = Replay::with(World::new(6, 10), |path, nth| {
        (path == "/car/4" && nth == 1).then(|| Answer::status(503).with("retry-after", 7200))
    });
    let place = Place::new();
    let error = place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect_err("later");
    assert!(matches!(error, Error::ComeBackLater { .. }), "{error}");
    assert_eq!(error.exit(), Exit::Dependency);
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    assert_eq!(place.rows("toy").len(), 6);
    let pages = replay.pages();
    assert_eq!(pages.len(), 1 + 6 + 1, "{pages:?}");
}

#[test]
fn refusals_in_a_row_end_the_crawl_and_nothing_is_lost() {
    for status in [403, 429] {
        let cars = AtomicUsize::new(0);
        let replay = Replay::with(World::new(20, 10), move |path, _| {
            // From the fifth car on, until the site has calmed down.
            let is_angry =
                path.starts_with("/car/") && (4..7).contains(&cars.fetch_add(1, Ordering::Relaxed));
            is_angry.then(|| Answer::status(status))
        });
        let place = Place::with("blocks_before_stop = 3");
        let error = place
            .crawl(&TOY, &replay.server)
            .verdict()
            .expect_err("blocked");
        assert!(matches!(error, Error::Blocked { .. }), "{error}");
        assert!(error.to_string().contains("3 times in a row"), "{error}");
        assert_eq!(error.exit(), Exit::Dependency);
        let pages = replay.pages().len();
        assert_eq!(pages, 1 + 4 + 3);
        assert_eq!(place.rows("toy").len(), 4, "what came is written");
        place
            .crawl(&TOY, &replay.server)
            .verdict()
            .expect("all well");
        assert_eq!(place.rows("toy").len(), 20);
        let again = &replay.pages()[pages..];
        assert_eq!(again.len(), 16 + 1, "{again:?}");
    }
}

#[test]
fn one_page_that_is_always_refused_is_given_up() {
    let replay = Replay::with(World::new(20, 30), |path, _| {
        matches!(path, "/car/9" | "/other/9").then(|| Answer::status(403))
    });
    let place = Place::new();
    let mut stops = 0;
    while place.crawl(&TOY, &replay.server).verdict().is_err() {
        stops += 1;
        assert!(stops < 10, "it never ends");
    }
    assert_eq!(place.rows("toy").len(), 19);
    assert_eq!(
        place.rejects("toy"),
        [("9".to_owned(), "http_403".to_owned())]
    );
}

#[test]
fn a_block_page_at_200_ends_the_crawl_at_once() {
    let replay = Replay::with(World::new(20, 30), |path, nth| {
        let is_blocked = (path == "/car/15" && nth == 1) || path == "/car/7" || path == "/other/7";
        is_blocked.then(|| Answer::ok("please solve this captcha"))
    });
    let place = Place::with("attempts = 2");
    let error = place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect_err("blocked");
    assert!(matches!(error, Error::Blocked { .. }), "{error}");
    assert!(error.to_string().contains("captcha"), "{error}");
    assert_eq!(replay.pages().len(), 1 + 6, "not one request more");

    // Page 15 was only annoyed; page 7 shows the captcha until it is given up.
    let mut stops = 1;
    while place.crawl(&TOY, &replay.server).verdict().is_err() {
        stops += 1;
        assert!(stops < 10, "it never ends");
    }
    assert_eq!(place.rows("toy").len(), 19);
    assert_eq!(
        place.rejects("toy"),
        [("7".to_owned(), "blocked".to_owned())]
    );
}

#[test]
fn a_slow_host_is_asked_slowly() {
    let replay = Replay::with(World::new(10, 20), |path, _| {
        let page = World::new(10, 20).page(path)?;
        path.starts_with("/car/").then(|| Answer {
            delay: Duration::from_millis(120),
            ..Answer::ok(page)
        })
    });
    let place = Place::with("interval_ms = 1\njitter = 0.0");
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    let log = replay.server.log();
    let late: Vec<_> = log[6..]
        .windows(2)
        .map(|pair| pair[1].at - pair[0].answered)
        .collect();
    assert!(
        late.iter().all(|gap| *gap >= Duration::from_millis(90)),
        "{late:?}"
    );
}
