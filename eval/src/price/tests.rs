//! Scores by segment, intervals, and comparisons whose outcome is known beforehand.

use super::*;
use crate::predictions::Column;

/// Cars of two makes, with errors drawn from a fixed table: `off` is a car's error as a fraction of its price.
fn cars(n: usize, off: impl Fn(usize) -> f64) -> Predictions {
    let actual: Vec<f64> = (0..n)
        .map(|i| 2e8 + 1e6 * ((i * 37) % 500) as f64)
        .collect();
    let predicted: Vec<f64> = actual
        .iter()
        .zip(0..)
        .map(|(a, i)| a * (1.0 + off(i)))
        .collect();
    let end = |share: f64| predicted.iter().map(|price| price * share).collect();
    Predictions {
        ids: (0..n).map(|i| i.to_string()).collect(),
        ranges: vec![Level {
            level: 0.8,
            low: end(0.9),
            high: end(1.1),
        }],
        columns: vec![Column {
            name: "make".to_owned(),
            words: (0..n).map(make).collect(),
        }],
        age_years: (0..n).map(|i| Some((i % 14) as f64)).collect(),
        actual,
        predicted,
        ..Predictions::default()
    }
}

/// One car in eight is a BMW, one of all has no make, two are of makes too rare to stand alone.
fn make(row: usize) -> Option<String> {
    let name = match row {
        0 => return None,
        1 => "MG",
        2 => "Isuzu",
        _ if row.is_multiple_of(8) => "BMW",
        _ => "Toyota",
    };
    Some(name.to_owned())
}

/// A number from -1 to 1 that looks random.
fn noise(row: usize) -> f64 {
    ((row * 7_919 + 13) % 1_009) as f64 / 504.5 - 1.0
}

fn settings(by: &[&str]) -> Settings {
    Settings {
        plan: Plan {
            replicates: 400,
            ..Plan::default()
        },
        by: by.iter().map(|by| (*by).to_owned()).collect(),
        ..Settings::default()
    }
}

fn find<'a>(groups: &'a [Group], segment: &str) -> &'a Group {
    let found = groups.iter().find(|group| group.segment == segment);
    found.unwrap_or_else(|| panic!("no {segment} in {groups:?}"))
}

#[test]
fn segments_hold_every_row_and_small_ones_are_folded() {
    let groups = score(
        &cars(400, |i| 0.1 * noise(i)),
        &settings(&["make", "age", "price"]),
    );
    let groups = groups.expect("valid rows");
    for by in ["make", "age", "price"] {
        let rows: usize = groups.iter().filter(|g| g.by == by).map(|g| g.n).sum();
        assert_eq!(rows, 400, "{by}");
    }
    let other = find(&groups, "other");
    assert_eq!(
        (other.n, &other.folded[..]),
        (3, &["Isuzu", "MG", UNKNOWN].map(str::to_owned)[..])
    );
    let ages: Vec<&str> = groups
        .iter()
        .filter(|g| g.by == "age")
        .map(|g| &g.segment[..])
        .collect();
    assert_eq!(ages, ["0-2 years", "3-5 years", "6-9 years", "10-14 years"]);
    let cheapest = find(&groups, "1 of 4");
    assert_eq!(cheapest.prices.map(|[low, _]| low), Some(2e8));
    assert!(find(&groups, "BMW").prices.is_none());
}

#[test]
fn intervals_hold_the_value_and_shrink_with_rows() {
    let width = |n| {
        let groups = score(&cars(n, |i| 0.1 * noise(i)), &settings(&[])).expect("valid rows");
        let mape = groups[0].scores["mape"];
        let (low, high) = mape.low.zip(mape.high).expect("an interval");
        assert!(low < mape.value && mape.value < high);
        high - low
    };
    let (few, many) = (width(100), width(1_600));
    assert!(
        (3.0..5.5).contains(&(few / many)),
        "{few} {many}: about 4 is right"
    );
}

#[test]
fn coverage_and_ratios_are_among_the_scores() {
    let groups = score(&cars(300, |_| 0.05), &settings(&[])).expect("valid rows");
    let value = |name: &str| groups[0].value(name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!((value("coverage_80"), value("within_5")), (1.0, 1.0));
    assert!((value("interval_width_80") - 0.2).abs() < 1e-12);
    assert!((value("median_ratio") - 1.05).abs() < 1e-12);
    assert!(value("cod") < 1e-9 && value("prb").abs() < 1e-9);
}

#[test]
fn sellers_are_drawn_whole() {
    let mut predictions = cars(400, |i| 0.1 * noise(i / 20));
    let alone = score(&predictions, &settings(&[])).expect("valid rows");
    predictions.sellers = (0..400).map(|i| Some((i / 20).to_string())).collect();
    let together = score(&predictions, &settings(&[])).expect("valid rows");
    let width = |groups: &[Group]| {
        let score = groups[0].scores["mape"];
        score
            .high
            .zip(score.low)
            .map_or(0.0, |(high, low)| high - low)
    };
    assert!(width(&together) > 3.0 * width(&alone));
    assert_eq!(
        together[0].scores["mape"].value,
        alone[0].scores["mape"].value
    );
}

#[test]
fn a_challenger_equal_within_noise_is_not_called_better() {
    let champion = cars(600, |i| 0.1 * noise(i));
    // Other errors of the very same size.
    let challenger = cars(600, |i| 0.1 * noise(i + 411));
    let groups = compare(&champion, &challenger, &settings(&["make"])).expect("the same rows");
    for group in &groups {
        for (name, difference) in &group.against {
            assert_ne!(
                difference.verdict,
                Verdict::Better,
                "{} {name}",
                group.title()
            );
        }
    }
    let same = compare(&champion, &champion, &settings(&[])).expect("the same rows");
    let difference = same[0].against["mae"];
    assert_eq!(
        (difference.worse_by, difference.probability_better),
        (0.0, 0.5)
    );
    assert_eq!(difference.verdict, Verdict::NoDifference);
}

#[test]
fn a_small_but_steady_gain_is_seen_because_rows_are_paired() {
    let champion = cars(600, |i| 0.1 * noise(i));
    let challenger = cars(600, |i| 0.097 * noise(i));
    let groups = compare(&champion, &challenger, &settings(&[])).expect("the same rows");
    let difference = groups[0].against["mape"];
    assert_eq!(difference.verdict, Verdict::Better);
    assert!((difference.worse_by + 0.03).abs() < 1e-9);
    assert_eq!(difference.probability_better, 1.0);
    // Each alone could not tell: their intervals overlap widely.
    let alone = score(&champion, &settings(&[])).expect("valid rows");
    assert!(alone[0].scores["mape"].low < Some(groups[0].scores["mape"].value));
}

#[test]
fn one_worse_segment_is_found() {
    let champion = cars(800, |i| 0.1 * noise(i));
    let is_bmw = |i: usize| make(i).as_deref() == Some("BMW");
    let worse = cars(800, |i| if is_bmw(i) { 0.15 } else { 0.09 } * noise(i));
    let groups = compare(&champion, &worse, &settings(&["make"])).expect("the same rows");
    assert_eq!(find(&groups, "BMW").against["mape"].verdict, Verdict::Worse);
    assert_eq!(
        find(&groups, "Toyota").against["mape"].verdict,
        Verdict::Better
    );
    assert_eq!(groups[0].against["mape"].verdict, Verdict::Better);
}

#[test]
fn an_unknown_segment_names_those_there_are() {
    let error = score(&cars(50, |_| 0.1), &settings(&["colour"])).expect_err("no colours");
    let want = "rows cannot be told apart by `colour`; valid: age, price, make";
    assert_eq!(error.to_string(), want);
}

#[test]
fn the_same_seed_gives_the_same_sheet() {
    let predictions = cars(200, |i| 0.1 * noise(i));
    let run = |seed| {
        let mut settings = settings(&["make"]);
        settings.plan.seed = seed;
        score(&predictions, &settings).expect("valid rows")
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}
