//! Crawls after the first: only what is new or has changed is fetched, and what happened is remembered.

use scrapers::config::Since;
use scrapers::crawl::crawl;
use scrapers::stats::Ended;
use scrapers::{Error, Output, Stop};

use crate::run::{Place, ids};
use crate::server::Answer;
use crate::toy::{Car, Replay, TOY, World};

#[test]
fn a_first_crawl_takes_everything_once() {
    let replay = Replay::start(World::new(23, 10));
    let place = Place::new();
    let crawled = place.crawl(&TOY, &replay.server);
    let counters = &crawled.report.counters;
    assert_eq!(
        (counters.new, counters.listings, counters.announced),
        (23, 23, 23)
    );
    assert_eq!((counters.list_pages, counters.detail_pages), (3, 23));
    assert_eq!(crawled.report.ended, Ended::Done);
    crawled.verdict().expect("all well");

    let rows = place.rows("toy");
    assert_eq!(rows.len(), 23);
    for row in &rows {
        let id: u32 = row.id.parse().expect("a number");
        assert_eq!(row.price_vnd(), Some(3e8 + f64::from(id) * 1e6));
        assert_eq!(row.year, Some(2005 + (id % 20).cast_signed()));
        assert_eq!(row.mileage_km, Some(f64::from(1000 * (1 + id % 150))));
        assert!(row.first_seen.is_some() && row.first_seen == row.last_seen);
    }
    let mut pages = replay.pages();
    let asked = pages.len();
    pages.sort();
    pages.dedup();
    assert_eq!((asked, pages.len()), (26, 26), "each page once");
}

#[test]
fn later_crawls_fetch_only_what_is_new_or_has_changed() {
    let replay = Replay::start(World::new(20, 10));
    let place = Place::new();
    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");

    replay.server.forget();
    let crawled = place.crawl(&TOY, &replay.server);
    assert_eq!(replay.pages(), ["/list/1", "/list/2"]);
    assert_eq!(crawled.report.counters.known, 20);

    replay.change(|world| {
        world.cars.get_mut(&5).expect("a car").price = 250_000_000;
        world.cars.remove(&7);
        let car = world.cars[&20].clone();
        world.cars.insert(21, car);
    });
    replay.server.forget();
    let crawled = place.crawl(&TOY, &replay.server);
    let counters = &crawled.report.counters;
    assert_eq!((counters.new, counters.changed, counters.gone), (1, 1, 1));
    crawled.verdict().expect("all well");
    assert_eq!(replay.pages(), ["/list/1", "/car/21", "/list/2", "/car/5"]);
    assert_eq!(
        place.rows("toy").len(),
        21,
        "a listing that is gone keeps its row"
    );

    // The seller comes back, cheaper.
    replay.change(|world| {
        let car = Car {
            price: 111,
            ..world.cars[&6].clone()
        };
        world.cars.insert(7, car);
    });
    let crawled = place.crawl(&TOY, &replay.server);
    let counters = &crawled.report.counters;
    assert_eq!(
        (counters.relisted, counters.changed, counters.gone),
        (1, 1, 0)
    );
    let prices = |id: &str| -> Vec<f64> {
        let lines = place.lines("toy", "price_history.ndjson").into_iter();
        let of_id = lines.filter(|line| line["id"] == id);
        of_id
            .filter_map(|line| line["price_vnd"].as_f64())
            .collect()
    };
    assert_eq!(prices("5"), [305e6, 250e6]);
    assert_eq!(prices("7"), [307e6, 111.0]);
    assert_eq!(prices("6"), [306e6]);
}

#[test]
fn a_crawl_that_stops_goes_on_where_it_was() {
    let replay = Replay::start(World::new(30, 10));
    let place = Place::with("max_pages = 7\npart_rows = 2");
    let mut starts = 0;
    loop {
        let crawled = place.crawl(&TOY, &replay.server);
        starts += 1;
        if crawled.report.ended == Ended::Done {
            assert!(crawled.report.resumed);
            assert_eq!(crawled.report.counters.new, 30);
            break;
        }
        assert_eq!(crawled.report.ended, Ended::PageLimit);
        assert!(crawled.report.left > 0);
        assert!(starts < 9, "it never ends");
    }
    assert_eq!(starts, 33 / 7 + 1);
    assert_eq!(replay.pages().len(), 33);
    assert_eq!(place.rows("toy").len(), 30);
    let parts = fs_err::read_dir(place.out("toy").join("parts")).expect("a directory");
    assert_eq!(parts.count(), 0, "compacted");
}

#[test]
fn parts_hold_what_came_until_a_crawl_ends() {
    let stop = Stop::new();
    let asked = stop.clone();
    let replay = Replay::with(World::new(30, 10), move |path, _| {
        if path == "/car/17" {
            asked.ask();
        }
        None
    });
    let place = Place::with("part_rows = 4");
    let config = place.config(&TOY, replay.server.url());
    let crawled = crawl(&TOY, &config, false, Output::quiet(), &stop).expect("an orderly end");
    assert_eq!(crawled.report.ended, Ended::Interrupted);
    // 30 down to 17: the page in hand was finished.
    assert_eq!(crawled.report.counters.new, 14);
    let mut parts: Vec<_> = fs_err::read_dir(place.out("toy").join("parts"))
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    parts.sort();
    let rows: Vec<_> = parts
        .iter()
        .map(|part| datasets::store::read_listings(part).expect("a part"))
        .collect();
    let counts: Vec<_> = rows.iter().map(Vec::len).collect();
    assert_eq!(counts, [4, 4, 4, 2]);
    assert_eq!(ids(&rows[0]), ["30", "29", "28", "27"]);

    place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect("all well");
    assert_eq!(place.rows("toy").len(), 30);
}

#[test]
fn fresh_and_other_flags_are_told_from_going_on() {
    let replay = Replay::start(World::new(30, 10));
    let place = Place::with("max_pages = 5");
    place.crawl(&TOY, &replay.server);
    let elsewhere = Place::with("make = \"Kia\"");
    let mut other = elsewhere.config(&TOY, replay.server.url());
    other.out = place.out("toy");
    let stop = Stop::new();
    let error = crawl(&TOY, &other, false, Output::quiet(), &stop).expect_err("another scope");
    assert!(matches!(error, Error::Usage(_)), "{error}");
    assert!(error.to_string().contains("--fresh"), "{error}");
    replay.server.forget();
    crawl(&TOY, &other, true, Output::quiet(), &stop).expect("an orderly end");
    assert_eq!(replay.pages()[0], "/list/1");
    assert_eq!(place.rows("toy").len(), 30);
}

#[test]
fn a_crawl_of_one_make_passes_over_the_others() {
    let mut world = World::new(20, 10);
    for id in 1..=8 {
        world.cars.get_mut(&id).expect("a car").make = "Toyota";
    }
    let replay = Replay::start(world);
    let place = Place::with("make = \"toyota\"");
    let crawled = place.crawl(&TOY, &replay.server);
    assert_eq!(crawled.report.counters.other_make, 12);
    crawled.verdict().expect("all well");
    let rows = place.rows("toy");
    assert_eq!(rows.len(), 8);
    // A crawl of the whole site after it: nothing is gone, the rest is new.
    let all = Place::new();
    let mut config = all.config(&TOY, replay.server.url());
    config.out = place.out("toy");
    let crawled =
        crawl(&TOY, &config, false, Output::quiet(), &Stop::new()).expect("an orderly end");
    assert_eq!(
        (crawled.report.counters.new, crawled.report.counters.gone),
        (12, 0)
    );
}

#[test]
fn a_crawl_back_to_a_day_ends_behind_it_and_not_at_a_bumped_listing() {
    let mut world = World::new(100, 10);
    for (id, car) in &mut world.cars {
        // The newest 35 are of November; the site has pushed ten old ones to the front.
        car.listed = if *id > 55 && *id <= 90 {
            "2026-11-15"
        } else {
            "2026-10-01"
        };
    }
    let replay = Replay::start(world);
    let place = Place::new();
    let mut config = place.config(&TOY, replay.server.url());
    config.since = Some(Since::Day("2026-11-01".parse().expect("a day")));
    let crawled =
        crawl(&TOY, &config, false, Output::quiet(), &Stop::new()).expect("an orderly end");
    assert_eq!(crawled.report.ended, Ended::Done);
    assert_eq!(crawled.report.counters.gone, 0);
    let lists = replay
        .pages()
        .into_iter()
        .filter(|path| path.starts_with("/list"));
    // Page 1 old, 2 to 5 young, 6 to 8 old: three in a row.
    assert_eq!(lists.count(), 8);
    crawled.verdict().expect("not seeing the rest is no fault");
    // Without a complete crawl `last` goes back to the end.
    config.since = Some(Since::Last);
    let crawled =
        crawl(&TOY, &config, false, Output::quiet(), &Stop::new()).expect("an orderly end");
    assert_eq!(crawled.report.counters.listings, 100);
}

#[test]
fn lists_that_page_in_circles_or_show_a_car_twice_do_no_harm() {
    let replay = Replay::with(World::new(20, 10), |path, _| {
        (path == "/list/2").then(|| {
            Answer::ok("total 12\ncar 10 310000000 Kia\ncar 9 309000000 Kia\ncar 11 311000000 Kia\nnext /list/1\nEND\n")
        })
    });
    let place = Place::new();
    let crawled = place.crawl(&TOY, &replay.server);
    assert_eq!(crawled.report.counters.circles, 1);
    assert_eq!(crawled.report.counters.listings, 12);
    assert_eq!(replay.pages().len(), 2 + 12);
    assert_eq!(place.rows("toy").len(), 12);
}
