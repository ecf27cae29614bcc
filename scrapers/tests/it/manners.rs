//! Dry runs, damaged stores, and what must never be written.

use std::path::Path;

use scrapers::crawl::{crawl, rehearse};
use scrapers::{Error, Exit, Failure, Output, Stop, reparse};

use crate::run::Place;
use crate::toy::{PHONE, Replay, SELLER, TOY, World};

#[test]
fn a_dry_run_says_what_would_be_fetched_and_writes_nothing() {
    let replay = Replay::start(World::new(15, 10));
    let place = Place::new();
    let config = place.config(&TOY, replay.server.url());
    let rehearse = || rehearse(&TOY, &config, Output::quiet(), &Stop::new()).expect("a list page");
    let first = rehearse();
    assert_eq!((first.listings, first.known, first.announced), (10, 0, 15));
    assert_eq!((first.would_fetch.len(), first.would_page.len()), (10, 1));
    assert_eq!(replay.server.paths(), ["/robots.txt", "/list/1"]);
    assert!(!place.out("toy").exists());
    assert!(!place.path().join("seller.key").exists());

    place.crawl(&TOY, &replay.server);
    replay.change(|world| world.cars.get_mut(&12).expect("a car").price = 7);
    let files = listed(&place.out("toy"));
    let second = rehearse();
    assert_eq!((second.listings, second.known), (10, 9));
    assert!(second.would_fetch[0].ends_with("/12"), "{second:?}");
    assert_eq!(listed(&place.out("toy")), files);
}

/// Files below `directory` with their bytes; SQLite's shared memory is nobody's data.
fn listed(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        if path.is_dir() {
            files.extend(listed(&path));
        } else if !name.ends_with("-shm") && !name.ends_with("-wal") {
            files.push((name, fs_err::read(&path).expect("a file")));
        }
    }
    files.sort();
    files
}

#[test]
fn a_crawl_without_a_contact_does_not_start() {
    let replay = Replay::start(World::new(3, 10));
    let place = Place::with("contact = \"\"");
    let config = place.config(&TOY, replay.server.url());
    let error = crawl(&TOY, &config, false, Output::quiet(), &Stop::new()).expect_err("nobody");
    assert_eq!(error.exit(), Exit::Usage);
    assert!(
        error
            .hint()
            .is_some_and(|hint| hint.contains("SCRAPE_CONTACT"))
    );
    assert!(replay.server.paths().is_empty());
    assert!(!place.out("toy").exists());
}

#[test]
fn a_directory_of_something_else_is_refused() {
    let replay = Replay::start(World::new(3, 10));
    let place = Place::new();
    let config = place.config(&TOY, replay.server.url());
    let error = reparse::reparse(&TOY, &config).expect_err("nothing there");
    assert!(matches!(error, Error::NoCrawl { .. }), "{error}");
    assert_eq!(error.exit(), Exit::Data);
    let out = place.out("toy");
    fs_err::create_dir_all(&out).expect("a directory");
    fs_err::write(
        out.join("crawl.sqlite"),
        "this is no database, however long it may be",
    )
    .expect("writes");
    let error =
        crawl(&TOY, &config, false, Output::quiet(), &Stop::new()).expect_err("no database");
    assert!(error.to_string().contains("crawl.sqlite"), "{error}");
    assert!(replay.server.paths().is_empty());
}

#[test]
fn no_name_and_no_number_is_in_any_file() {
    let replay = Replay::start(World::new(30, 10));
    let place = Place::with("part_rows = 3");
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    assert!(
        place
            .rows("toy")
            .iter()
            .all(|row| row.seller_hash.is_some())
    );
    let needles = [SELLER.as_bytes(), PHONE.as_bytes(), b"0903123456"];
    let files = listed(place.path());
    assert!(files.len() >= 5, "{files:?}");
    for (name, bytes) in &files {
        for needle in needles {
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "{name} has {}", String::from_utf8_lossy(needle));
        }
    }
    let db = rusqlite::Connection::open(place.out("toy").join("crawl.sqlite")).expect("a database");
    let mut query = db.prepare("SELECT body FROM body").expect("a table");
    let bodies: Vec<Vec<u8>> = query
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .expect("bodies");
    assert_eq!(bodies.len(), 30);
    for body in bodies {
        let body = zstd::bulk::decompress(&body, 1 << 20).expect("zstd");
        let text = String::from_utf8(body).expect("text");
        assert!(text.contains("seller seller-"), "{text}");
        assert!(!text.contains(SELLER) && !text.contains("0903"), "{text}");
    }
}
