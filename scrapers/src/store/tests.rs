//! The store by itself: other databases, deferral, and what a page's commit leaves behind.

use url::Url;

use super::*;
use crate::clock;
use crate::site::Card;

fn url(path: &str) -> Url {
    Url::parse("https://example.vn/")
        .and_then(|base| base.join(path))
        .expect("an address")
}

fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path(), "toy").expect("a store");
    (dir, store)
}

fn card(id: &str, digest: u64) -> Card {
    Card {
        listing_id: id.into(),
        url: url(id),
        price_raw: None,
        title: None,
        make: None,
        digest,
    }
}

/// Commits a list page of these cards.
fn list(store: &mut Store, run: &mut Run, cards: &[Card]) {
    let target = store
        .next_target(chrono::Utc::now())
        .expect("a store")
        .expect("a list page");
    let seen = Seen {
        cards: cards
            .iter()
            .map(|card| (card, vec![card.url.clone()]))
            .collect(),
        rejects: Vec::new(),
        next: None,
        today: "2026-11-20".parse().expect("a day"),
    };
    store.commit_list(run, &target, &seen).expect("a commit");
}

#[test]
fn a_crawl_that_was_killed_before_its_tables_were_there_never_was() {
    let dir = tempfile::tempdir().expect("a directory");
    let db = Connection::open(dir.path().join(FILE)).expect("a database");
    db.pragma_update(None, "journal_mode", "wal").expect("set");
    drop(db);
    let error = Store::watch(dir.path(), "toy").expect_err("nothing to see");
    assert!(matches!(error, Error::NoCrawl { .. }), "{error}");
    Store::rehearsal(dir.path(), "toy").expect("nothing is known");
    Store::open(dir.path(), "toy").expect("it begins");
    Store::watch(dir.path(), "toy").expect("a look");
    let error = Store::rehearsal(dir.path(), "other").expect_err("of toy");
    assert!(matches!(error, Error::OtherCrawl { .. }), "{error}");
}

#[test]
fn another_site_s_and_another_program_s_database_are_refused() {
    let (dir, store) = store();
    drop(store);
    let error = Store::open(dir.path(), "other")
        .expect_err("of toy")
        .to_string();
    assert!(
        error.contains("a crawl of `toy`, version 1") && error.contains("other"),
        "{error}"
    );
    let foreign = tempfile::tempdir().expect("a directory");
    let db = Connection::open(foreign.path().join(FILE)).expect("a database");
    db.execute_batch("CREATE TABLE cars (id)").expect("a table");
    drop(db);
    let error = Store::open(foreign.path(), "toy")
        .expect_err("foreign")
        .to_string();
    assert!(error.contains("another program"), "{error}");
}

#[test]
fn one_process_holds_a_store_and_others_may_look() {
    let (dir, mut store) = store();
    store
        .begin("all makes", &[url("list")], false)
        .expect("a run");
    let error = Store::open(dir.path(), "toy").expect_err("held");
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    let mut seen = Store::watch(dir.path(), "toy").expect("a look");
    assert_eq!(seen.frontier_len().expect("a count"), 1);
    assert!(seen.exported(3).is_err(), "only a look");
    drop(store);
    Store::open(dir.path(), "toy").expect("free again");
}

#[test]
fn pages_wait_their_time_and_the_last_go_behind_all_others() {
    let (_dir, mut store) = store();
    let mut run = store
        .begin("all makes", &[url("list")], false)
        .expect("a run");
    list(
        &mut store,
        &mut run,
        &[card("1", 1), card("2", 2), card("3", 3)],
    );
    let now = chrono::Utc::now();
    let next = |store: &Store, at| {
        let target = store.next_target(at).expect("a store").expect("a page");
        (target.listing_id.clone().expect("a detail"), target)
    };
    let (id, target) = next(&store, now);
    assert_eq!(id, "1");
    let later = now.timestamp_millis() + 5000;
    store.defer(&target, later, false).expect("deferred");
    let (id, target) = next(&store, now);
    assert_eq!(id, "2");
    store.defer(&target, 0, true).expect("deferred");
    assert_eq!(next(&store, now).0, "3");
    let (id, target) = next(&store, clock::from_ms(later));
    assert_eq!((id.as_str(), target.attempts), ("1", 1));
    let order: Vec<_> = store
        .targets()
        .expect("pages")
        .into_iter()
        .filter_map(|t| t.listing_id)
        .collect();
    assert_eq!(order, ["1", "3", "2"]);
    assert_eq!(store.next_due().expect("a store"), Some(0));
}

#[test]
fn a_damaged_row_is_named() {
    let (_dir, mut store) = store();
    store
        .begin("all makes", &[url("list")], false)
        .expect("a run");
    store
        .step(|db| db.execute("UPDATE frontier SET urls = '[\"no url\"]'", []))
        .expect("an update");
    let error = store
        .next_target(chrono::Utc::now())
        .expect_err("damaged")
        .to_string();
    assert!(
        error.contains("frontier 1: damaged") && error.contains("no url"),
        "{error}"
    );
}
