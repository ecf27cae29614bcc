//! Pages that do not come as they should: what can be mended is, what cannot is rejected with its reason, once.

use std::time::Duration;

use scrapers::{Error, Exit, Failure};

use crate::run::Place;
use crate::server::Answer;
use crate::toy::{Replay, TOY, World};

const CARS: u32 = 40;

/// A page of the toy site that is broken in its own way, by the car's number; `nth` counts requests for its address.
#[expect(clippy::match_same_arms, reason = "each car has a line of its own")]
fn broken(path: &str, nth: usize) -> Option<Answer> {
    let (kind, id) = path.trim_start_matches('/').split_once('/')?;
    let whole = World::new(CARS, 100).page(&format!("/car/{id}"))?;
    if kind == "list" {
        // The list fails once in each way.
        return match nth {
            1 => Some(Answer::status(500)),
            2 => Some(Answer::ok("")),
            3 => Some(Answer::ok("total 40\ncar 40 1 Kia\n")),
            _ => None,
        };
    }
    let id: u32 = id.parse().ok()?;
    let cut = |at| Answer {
        cut_at: Some(at),
        ..Answer::ok(whole.clone())
    };
    let answer = match (id, kind, nth) {
        (1, "car", 1) => Answer::status(500),
        (2, "car", 1 | 2) => Answer::status(502),
        (3, ..) => Answer::status(500),
        (4, "car", 1) => Answer::ok(""),
        (5, ..) => Answer::ok(" \n "),
        (6, "car", 1) => Answer::ok(&whole.as_bytes()[..40]),
        (7, ..) => Answer::ok(&whole.as_bytes()[..40]),
        (8, ..) => Answer::ok(b"id 8\nprice 5\nname \xff\nEND\n".as_slice()),
        (9, "car", _) => Answer::status(301).with("location", "/moved/9"),
        (9, "moved", _) => Answer::ok(whole),
        (10, ..) => Answer::status(302).with("location", "https://elsewhere.example/10"),
        (11, ..) => Answer::status(302).with("location", format!("/{kind}/11")),
        (12, "car", 1) => Answer {
            delay: Duration::from_secs(20),
            ..Answer::ok(whole)
        },
        (13, "car", 1) => cut(20),
        (14, ..) => cut(20),
        (15, ..) => Answer::status(404),
        (16, ..) => Answer::status(410),
        (17, ..) => Answer::ok("this car was sold\nEND\n"),
        (18, ..) => Answer::ok(format!("{whole}\npanic now\n")),
        (19, ..) => Answer::ok(whole.replace("id 19", "id 91")),
        (20, ..) => Answer::ok(whole.replace("id 20", "nr 20")),
        (21, "car", _) => Answer::status(404),
        (21, "other", _) => Answer::ok(whole),
        (22, "car", _) => Answer::ok(whole.replace("id 22", "nr 22")),
        (22, "other", _) => Answer::ok(whole),
        (23, ..) => Answer::status(401),
        (24, ..) => Answer::ok("x".repeat(70_000)),
        (25, ..) => Answer::ok("x").with("content-encoding", "br"),
        (26, "car", _) => Answer::status(303).with("location", "../moved/26?a=b#c"),
        (26, "moved", _) => return None,
        _ => return None,
    };
    Some(answer)
}

#[test]
fn good_listings_land_once_and_bad_ones_in_the_reject_file() {
    let replay = Replay::with(World::new(CARS, 100), |path, nth| {
        // A query is part of the address.
        (path == "/moved/26?a=b")
            .then(|| Answer::ok(World::new(CARS, 100).page("/car/26").expect("a page")))
            .or_else(|| broken(path, nth))
    });
    let place = Place::with("timeout_ms = 400\nbody_limit_bytes = 65536");
    let crawled = place.crawl(&TOY, &replay.server);
    let counters = crawled.report.counters.clone();
    crawled.verdict().expect("all well");

    let reject = |id: &str, reason: &str| (id.to_owned(), reason.to_owned());
    let mut rejects = place.rejects("toy");
    rejects.sort_by_key(|(id, _)| id.parse::<u32>().ok());
    assert_eq!(
        rejects,
        [
            reject("3", "http_500"),
            reject("5", "empty"),
            reject("7", "truncated"),
            reject("8", "charset"),
            reject("10", "redirect"),
            reject("11", "redirect"),
            reject("14", "broken_off"),
            reject("15", "gone"),
            reject("16", "gone"),
            reject("17", "gone"),
            reject("18", "reader_bug"),
            reject("19", "other_listing"),
            reject("20", "missing"),
            reject("23", "http_401"),
            reject("24", "too_large"),
            reject("25", "encoding"),
        ]
    );
    let rows = place.rows("toy");
    let bad: Vec<&str> = rejects.iter().map(|(id, _)| id.as_str()).collect();
    let mut want: Vec<String> = (1..=CARS)
        .map(|id| id.to_string())
        .filter(|id| !bad.contains(&id.as_str()))
        .collect();
    want.sort();
    assert_eq!(crate::run::ids(&rows), want);
    for row in &rows {
        let id: u32 = row.id.parse().expect("a number");
        assert_eq!(row.price_vnd(), Some(3e8 + f64::from(id) * 1e6));
    }
    assert_eq!(counters.rejects.values().sum::<u64>(), 16);
    assert!(counters.retries > 10, "{counters:?}");

    // The next day: what a build could not read stays as it is, what did not come is asked for again.
    replay.server.forget();
    place.crawl(&TOY, &replay.server);
    let again = |id: u32| replay.pages().contains(&format!("/car/{id}"));
    for id in [3, 5, 7, 10, 14, 15, 24] {
        assert!(again(id), "{id} did not come");
    }
    for id in [1, 9, 18, 19, 20, 21, 22, 40] {
        assert!(!again(id), "{id} came");
    }
}

#[test]
fn a_card_that_cannot_be_read_is_rejected_alone() {
    let replay = Replay::with(World::new(3, 10), |path, nth| {
        (path == "/list/1" && nth == 1)
            .then(|| Answer::ok("car 3 303000000 Kia\ncar 2\ncar 1 301000000 Kia\nEND\n"))
    });
    let place = Place::new();
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    assert_eq!(
        place.rejects("toy"),
        [("2".to_owned(), "missing".to_owned())]
    );
    assert_eq!(place.rows("toy").len(), 2);
    // The next day the card is whole.
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    assert_eq!(place.rejects("toy"), []);
    assert_eq!(place.rows("toy").len(), 3);
}

#[test]
fn a_site_that_is_down_loses_nothing() {
    let replay = Replay::with(World::new(30, 10), |path, nth| {
        let is_down = matches!(path, "/car/25" | "/car/24" | "/car/23" | "/car/22");
        (is_down && nth == 1).then(|| Answer::status(503))
    });
    let place = Place::with("failures_before_stop = 4\nbackoff_ms = 2000");
    let error = place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect_err("down");
    assert!(
        matches!(error, Error::SiteDown { failures: 4, .. }),
        "{error}"
    );
    assert_eq!(error.exit(), Exit::Dependency);
    assert_eq!(place.rows("toy").len(), 5);
    assert_eq!(place.rejects("toy"), []);
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    assert_eq!(place.rows("toy").len(), 30);
    assert_eq!(replay.pages().len(), 33 + 4);
}

#[test]
fn nobody_at_home_is_no_reject() {
    let replay = Replay::start(World::new(3, 10));
    let place = Place::with("attempts = 2\nfailures_before_stop = 2");
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    let url = replay.server.url().clone();
    drop(replay);
    let config = place.config(&TOY, &url);
    let crawled = scrapers::crawl::crawl(
        &TOY,
        &config,
        false,
        scrapers::Output::quiet(),
        &scrapers::Stop::new(),
    );
    let error = crawled
        .expect("an orderly end")
        .verdict()
        .expect_err("down");
    assert_eq!(error.exit(), Exit::Dependency, "{error}");
    assert_eq!(place.rows("toy").len(), 3, "the old file stands");
}

#[test]
fn a_lost_list_page_is_an_error_and_not_an_early_end() {
    let replay = Replay::with(World::new(30, 10), |path, nth| {
        (path == "/list/2" && nth <= 3).then(|| Answer::status(500))
    });
    let place = Place::with("attempts = 3");
    let error = place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect_err("lost");
    assert!(
        matches!(error, Error::ListLost { unread: false, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("/list/2"), "{error}");
    assert_eq!(place.rows("toy").len(), 10);
    let crawled = place.crawl(&TOY, &replay.server);
    assert_eq!(crawled.report.counters.gone, 0);
    crawled.verdict().expect("all well");
    assert_eq!(place.rows("toy").len(), 30);
    assert_eq!(place.rejects("toy"), []);
}
