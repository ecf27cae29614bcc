//! `evaluate drift`: listings that moved, and listings that did not.

use std::path::Path;

use datasets::{Listing, store};

use crate::support::{arg, evaluate, trained};

fn halves(folder: &Path) -> (Vec<Listing>, Vec<Listing>) {
    let rows = store::read_listings(&trained().listings).expect("read");
    let (even, odd): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .enumerate()
        .partition(|(row, _)| row.is_multiple_of(2));
    let plain = |rows: Vec<(usize, Listing)>| -> Vec<Listing> {
        rows.into_iter().map(|(_, row)| row).collect()
    };
    let (even, odd) = (plain(even), plain(odd));
    store::write_listings(&folder.join("even.parquet"), &even).expect("written");
    (even, odd)
}

#[test]
fn halves_of_one_set_have_not_moved() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, odd) = halves(folder.path());
    let current = folder.path().join("odd.parquet");
    store::write_listings(&current, &odd).expect("written");
    let reference = folder.path().join("even.parquet");
    let line = [
        "drift",
        "--reference",
        arg(&reference),
        "--current",
        arg(&current),
        "--registry",
        arg(&trained().registry),
    ];
    let ended = evaluate(&line).expect(0);
    for want in [
        "No field moved",
        "prediction",
        "mileage_km",
        "Synthetic: both sets",
    ] {
        assert!(ended.stdout.contains(want), "{want}: {}", ended.stdout);
    }
}

#[test]
fn a_market_that_moved_is_told_field_by_field() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, mut odd) = halves(folder.path());
    for (row, listing) in odd.iter_mut().enumerate() {
        if let Some(price) = &mut listing.price {
            price.amount *= 1.6;
        }
        if row.is_multiple_of(4) {
            listing.province = Some("Atlantis".to_owned());
        }
    }
    let current = folder.path().join("odd.parquet");
    store::write_listings(&current, &odd).expect("written");
    let (reference, out) = (
        folder.path().join("even.parquet"),
        folder.path().join("out"),
    );
    let run = |more: &[&str]| {
        let mut line = vec![
            "drift",
            "--reference",
            arg(&reference),
            "--current",
            arg(&current),
            "--out",
            arg(&out),
        ];
        line.extend(more);
        evaluate(&line)
    };
    let ended = run(&["--json"]).expect(1);
    let json = ended.json();
    assert_eq!(json["passed"], false);
    let fields = json["fields"].as_array().expect("fields");
    let failed: Vec<&str> = fields
        .iter()
        .filter(|own| own["beyond"].as_array().is_some_and(|why| !why.is_empty()))
        .filter_map(|own| own["field"].as_str())
        .collect();
    assert_eq!(failed, ["price", "province"]);
    assert!(
        ended.stderr.contains("`province` drifted: ")
            && ended.stderr.contains("unknown, above 5.0 %")
    );
    let province = fields
        .iter()
        .find(|own| own["field"] == "province")
        .expect("a field");
    assert_eq!(province["unknown"][0][0], "Atlantis");
    for name in ["drift.html", "drift.md", "drift.json", "drift.xml"] {
        let text = fs_err::read_to_string(out.join(name)).expect("written");
        assert!(text.contains("province"), "{name}");
    }
    run(&["--ignore", "price,province"]).expect(0);
    let ended = run(&["--ignore", "colour"]).expect(2);
    assert!(
        ended.stderr.contains("`--ignore` is `colour`"),
        "{}",
        ended.stderr
    );
    run(&["--max-psi", "nan"]).expect(2);
}

#[test]
fn nothing_to_compare_is_no_pass() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty.parquet");
    fs_err::write(&empty, "").expect("written");
    let reference = arg(&trained().listings);
    evaluate(&["drift", "--reference", reference, "--current", arg(&empty)]).expect(3);
    evaluate(&[
        "drift",
        "--reference",
        reference,
        "--current",
        "absent.parquet",
    ])
    .expect(4);
}
