//! A redesign is a red exit code, and no lost data.

use scrapers::stats::Finding;
use scrapers::{Error, Exit, Failure, doctor, reparse};

use crate::run::Place;
use crate::server::Answer;
use crate::toy::{Replay, TOY, Toy, World};

#[test]
fn a_renamed_label_is_found_and_mended_without_a_request() {
    let mut world = World::new(30, 10);
    world.mileage = "odometer";
    let replay = Replay::start(world);
    let place = Place::new();
    let error = place
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect_err("below its floor");
    assert_eq!(error.exit(), Exit::Gate);
    assert!(
        error
            .to_string()
            .contains("`mileage_km` is filled in 0.0 % of 30"),
        "{error}"
    );
    assert!(!error.to_string().contains("price_vnd"), "{error}");
    assert!(place.rows("toy").iter().all(|row| row.mileage_km.is_none()));

    let mended = Toy {
        mileage: "odometer",
    };
    let before = place.rows("toy");
    replay.server.forget();
    let config = place.config(&mended, replay.server.url());
    let reparsed = reparse::reparse(&mended, &config).expect("stored pages");
    assert_eq!(replay.server.paths(), Vec::<String>::new());
    assert_eq!(
        (reparsed.pages, reparsed.listings, reparsed.changed),
        (30, 30, 30)
    );
    assert_eq!(reparsed.findings, []);
    let after = place.rows("toy");
    assert_eq!(after.len(), 30);
    for (before, after) in before.iter().zip(&after) {
        let id: u32 = after.id.parse().expect("a number");
        assert_eq!(after.mileage_km, Some(f64::from(1000 * (1 + id % 150))));
        let unmended = datasets::Listing {
            mileage_km: None,
            ..after.clone()
        };
        assert_eq!(unmended, *before, "all else is as it was");
    }
    // Reading once more changes nothing, and the next crawl fetches nothing.
    let again = reparse::reparse(&mended, &config).expect("stored pages");
    assert_eq!((again.same, again.changed), (30, 0));
    replay.server.forget();
    place
        .crawl(&mended, &replay.server)
        .verdict()
        .expect("all well");
    assert_eq!(replay.pages(), ["/list/1", "/list/2", "/list/3"]);
}

#[test]
fn a_reader_that_reads_nothing_is_found_and_mended_too() {
    // Every page lacks what every listing must have; the pages are kept all the same.
    let replay = Replay::with(World::new(30, 40), |path, _| {
        let page = World::new(30, 40).page(&path.replace("other", "car"))?;
        path.starts_with("/car")
            .then(|| Answer::ok(page.replace("id ", "code ")))
    });
    let place = Place::new();
    let crawled = place.crawl(&TOY, &replay.server);
    assert_eq!(crawled.report.findings.len(), 1);
    let found = &crawled.report.findings[0];
    assert!(
        matches!(found, Finding::NothingRead { pages: 30, .. }),
        "{found}"
    );
    assert_eq!(place.rejects("toy").len(), 30);
}

#[test]
fn price_history_survives_a_reparse() {
    let replay = Replay::start(World::new(8, 10));
    let place = Place::new();
    for price in [5, 6, 6, 7] {
        replay.change(|world| world.cars.get_mut(&3).expect("a car").price = price);
        place.crawl(&TOY, &replay.server);
    }
    let history = place.lines("toy", "price_history.ndjson");
    assert_eq!(history.len(), 7 + 3);
    let config = place.config(&TOY, replay.server.url());
    let reparsed = reparse::reparse(&TOY, &config).expect("stored pages");
    assert_eq!((reparsed.pages, reparsed.same), (10, 8));
    assert_eq!(place.lines("toy", "price_history.ndjson"), history);
}

#[test]
fn lists_without_listings_are_found() {
    let replay = Replay::with(World::new(0, 10), |_, _| None);
    let error = Place::new()
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect_err("nothing");
    assert_eq!(error.exit(), Exit::Gate);
    assert!(
        error.to_string().contains("no listing on 1 list pages"),
        "{error}"
    );
}

#[test]
fn lists_that_end_too_early_are_found() {
    let replay = Replay::with(World::new(10, 10), |path, _| {
        let page = World::new(10, 10).page(path)?;
        path.starts_with("/list")
            .then(|| Answer::ok(page.replace("total 10", "total 4000")))
    });
    let error = Place::new()
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect_err("too few");
    assert!(error.to_string().contains("10 of 4000"), "{error}");
}

#[test]
fn a_list_that_is_no_list_is_a_failed_check() {
    let replay = Replay::with(World::new(10, 10), |path, _| {
        (path == "/list/1").then(|| Answer::ok("this car was sold"))
    });
    let error = Place::new()
        .crawl(&TOY, &replay.server)
        .verdict()
        .expect_err("unread");
    assert!(
        matches!(error, Error::ListLost { unread: true, .. }),
        "{error}"
    );
    assert_eq!(error.exit(), Exit::Gate);
}

#[test]
fn doctor_checks_recorded_and_live_pages() {
    let replay = Replay::start(World::new(10, 10));
    let place = Place::new();
    let config = place.config(&TOY, replay.server.url());
    let mut checked = doctor::fixtures(&TOY);
    checked.extend(doctor::live(&TOY, &config, &scrapers::Stop::new()).expect("two pages"));
    assert_eq!(checked.len(), 5);
    assert_eq!(doctor::findings(&checked), [], "{checked:?}");
    assert_eq!(replay.server.paths(), ["/robots.txt", "/list/1", "/car/10"]);
    assert!(!place.out("toy").exists(), "it writes nothing");

    let blind = Toy {
        mileage: "odometer",
    };
    let findings = doctor::findings(&doctor::fixtures(&blind));
    assert_eq!(findings.len(), 1);
    let text = findings[0].to_string();
    assert!(
        text.contains("toy_detail: `mileage_km` is not found"),
        "{text}"
    );
}
