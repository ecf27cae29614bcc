//! Bounds of a table, and what it says the file lacks.

use super::*;

fn table(max_bytes: usize) -> Table {
    let limit = Limit {
        max_bytes,
        max_age_s: 60,
    };
    Table::new(limit, true, true, |_, _, _| None)
}

/// Writes all changes, as the file would, and says which keys were put and which were deleted.
fn save(table: &mut Table) -> (Vec<String>, Vec<String>) {
    let changes = table.changes(usize::MAX);
    table.note_saved(&changes);
    let keys = |is_put: bool| {
        let of = changes.iter().filter(|own| own.row.is_some() == is_put);
        let mut keys: Vec<String> = of.map(|own| own.key.to_string()).collect();
        keys.sort();
        keys
    };
    (keys(true), keys(false))
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

#[test]
fn a_full_table_deletes_its_oldest_rows_from_the_file_too() {
    let mut table = table(3 * (ROW_OVERHEAD_BYTES + 2));
    for key in ["a", "b", "c"] {
        table.put(key, "x".to_owned(), 1);
    }
    assert_eq!(save(&mut table), (texts(["a", "b", "c"]), vec![]));
    table.put("d", "x".to_owned(), 1);
    assert_eq!(table.get("a", 1), None);
    assert_eq!(save(&mut table), (texts(["d"]), texts(["a"])));
    assert_eq!(table.pending(), 0);
    assert_eq!(table.dropped(), 0);
}

#[test]
fn a_row_that_was_never_saved_leaves_no_trace_but_a_count() {
    let mut table = table(2 * (ROW_OVERHEAD_BYTES + 4));
    for index in 0..1_000 {
        table.put(&format!("{index:03}"), "x".to_owned(), 1);
    }
    assert_eq!(table.pending(), 2);
    assert_eq!(table.dropped(), 998);
}

#[test]
fn old_rows_are_deleted_and_not_just_hidden() {
    let mut table = table(1 << 20);
    table.put("a", "x".to_owned(), 0);
    table.put("b", "x".to_owned(), 30);
    save(&mut table);
    assert_eq!(table.get("a", 60), None);
    table.expire(60);
    assert_eq!(save(&mut table), (vec![], texts(["a"])));
    assert_eq!(table.bytes(), cost("b", "x"));
}

#[test]
fn a_row_that_changes_while_it_is_written_is_written_again() {
    let mut table = table(1 << 20);
    table.put("a", "1".to_owned(), 0);
    let changes = table.changes(usize::MAX);
    table.put("a", "2".to_owned(), 1);
    table.note_saved(&changes);
    assert_eq!(table.pending(), 1);
    save(&mut table);
    assert_eq!(table.pending(), 0);
}

#[test]
fn a_row_that_goes_while_it_is_written_is_deleted_from_the_file() {
    let mut table = table(ROW_OVERHEAD_BYTES + 2);
    table.put("a", "1".to_owned(), 0);
    let changes = table.changes(usize::MAX);
    table.put("b", "2".to_owned(), 1);
    table.note_saved(&changes);
    assert_eq!(save(&mut table), (texts(["b"]), texts(["a"])));
}

#[test]
fn a_deleted_row_that_comes_back_stays() {
    let mut table = table(1 << 20);
    table.put("a", "1".to_owned(), 0);
    save(&mut table);
    table.expire(60);
    table.put("a", "2".to_owned(), 61);
    assert_eq!(save(&mut table), (texts(["a"]), vec![]));
    assert_eq!(table.pending(), 0);
}

#[test]
fn the_later_of_two_rows_of_two_processes_stays() {
    let mut table = table(1 << 20);
    table.put("ours", "1".to_owned(), 5);
    table.put("theirs", "1".to_owned(), 5);
    table.load("ours", "2", 4);
    table.load("theirs", "2", 6);
    assert_eq!(table.get("ours", 6), Some("1"));
    assert_eq!(table.get("theirs", 6), Some("2"));
    assert_eq!(save(&mut table), (texts(["ours"]), vec![]));
    // A clean row follows the file.
    table.load("ours", "3", 5);
    assert_eq!(table.get("ours", 6), Some("3"));
    assert_eq!(table.pending(), 0);
}

#[test]
fn a_command_deletes_nothing_from_the_file() {
    let limit = Limit {
        max_bytes: 1 << 20,
        max_age_s: 60,
    };
    let mut table = Table::new(limit, true, false, |_, _, _| None);
    table.load("a", "1", 0);
    table.expire(60);
    assert_eq!(table.get("a", 0), None);
    assert_eq!(table.pending(), 0);
}

#[test]
fn a_new_file_gets_everything() {
    let mut table = table(1 << 20);
    table.put("a", "1".to_owned(), 0);
    save(&mut table);
    table.forget_file();
    assert_eq!(save(&mut table), (texts(["a"]), vec![]));
}
