//! Gates that pass, fail, and cannot be judged.

use std::collections::BTreeMap;

use super::*;
use crate::sheet::{ALL, Difference, Group, Kind, Score, Sheet, Verdict};

fn group(by: &str, segment: &str, n: usize) -> Group {
    let score = |value: f64, off: f64| Score {
        value,
        low: Some(value - off),
        high: Some(value + off),
    };
    Group {
        by: by.to_owned(),
        segment: segment.to_owned(),
        n,
        units: n,
        prices: None,
        folded: Vec::new(),
        scores: BTreeMap::from([
            ("mdape".to_owned(), score(0.06, 0.01)),
            ("within_10".to_owned(), score(0.72, 0.02)),
            ("coverage_80".to_owned(), score(0.75, 0.03)),
            ("coverage_90".to_owned(), score(0.89, 0.02)),
        ]),
        against: BTreeMap::new(),
    }
}

fn against(worse_by: f64, probability_better: f64) -> BTreeMap<String, Difference> {
    let difference = Difference {
        champion: 0.06,
        challenger: 0.06 * (1.0 + worse_by),
        worse_by,
        worse_low: None,
        worse_high: None,
        probability_better,
        verdict: Verdict::NoDifference,
    };
    BTreeMap::from([("mdape".to_owned(), difference)])
}

fn sheet() -> Sheet {
    let mut all = group(ALL, ALL, 900);
    all.against = against(-0.01, 0.9);
    let mut bmw = group("make", "BMW", 100);
    bmw.against = against(0.2, 0.001);
    let mut kia = group("make", "Kia", 300);
    kia.against = against(0.05, 0.04);
    let rare = group("make", "other", 5);
    Sheet {
        kind: Kind::Price,
        subject: BTreeMap::new(),
        warnings: Vec::new(),
        replicates: 2_000,
        seed: 1,
        confidence: 0.95,
        resampled: "row".to_owned(),
        groups: vec![all, bmw, kia, rare],
    }
}

fn gate(text: &str) -> Gate {
    let fields: BTreeMap<&str, serde_json::Value> = text
        .split("; ")
        .map(|field| field.split_once(" = ").expect("a field"))
        .map(|(name, value)| (name, serde_json::from_str(value).expect("a value")))
        .collect();
    let json = serde_json::to_value(fields).expect("plain data");
    serde_json::from_value(json).expect("a gate")
}

fn judged(text: &str) -> Vec<(String, bool)> {
    let policy = Policy {
        gates: vec![gate(text)],
    };
    let outcomes = judge(&policy, &sheet()).expect("it can be judged");
    outcomes
        .into_iter()
        .map(|own| (format!("{} {}", own.group, own.metric), own.passed))
        .collect()
}

#[test]
fn bounds_hold_with_their_tolerance() {
    for (text, want) in [
        (r#"metric = "mdape"; max = 0.06"#, true),
        (r#"metric = "mdape"; max = 0.059"#, false),
        (r#"metric = "mdape"; max = 0.059; tolerance = 0.002"#, true),
        (
            r#"metric = "mdape"; max = 0.055; beyond_chance = true"#,
            true,
        ),
        (
            r#"metric = "mdape"; max = 0.049; beyond_chance = true"#,
            false,
        ),
        (r#"metric = "within_10"; min = 0.72"#, true),
        (r#"metric = "within_10"; min = 0.73"#, false),
        (
            r#"metric = "within_10"; min = 0.73; beyond_chance = true"#,
            true,
        ),
        (r#"metric = "coverage_80"; max_off = 0.05"#, true),
        (r#"metric = "coverage_80"; max_off = 0.04"#, false),
        (
            r#"metric = "coverage_80"; max_off = 0.03; beyond_chance = true"#,
            true,
        ),
        (
            r#"metric = "mdape"; better = true; probability = 0.9"#,
            true,
        ),
        (r#"metric = "mdape"; better = true"#, false),
        (r#"metric = "mdape"; max_worse = 0.0"#, true),
    ] {
        let outcomes = judged(text);
        assert_eq!(outcomes.len(), 1, "{text}");
        assert_eq!(outcomes[0].1, want, "{text}");
    }
}

#[test]
fn coverage_stands_for_every_level() {
    let outcomes = judged(r#"metric = "coverage"; max_off = 0.03"#);
    let want = [
        ("all rows coverage_80", false),
        ("all rows coverage_90", true),
    ];
    assert_eq!(
        outcomes,
        want.map(|(name, passed)| (name.to_owned(), passed))
    );
}

#[test]
fn the_worst_segment_decides_and_small_ones_do_not() {
    let outcomes = judged(r#"metric = "mdape"; by = ["make"]; max_worse = 0.02"#);
    // Kia is worse with probability .96, which for one of two segments is no proof.
    let want = [("make=BMW mdape", false), ("make=Kia mdape", true)];
    assert_eq!(
        outcomes,
        want.map(|(name, passed)| (name.to_owned(), passed))
    );
    let one = judged(r#"metric = "mdape"; by = ["make"]; segment = "Kia"; max_worse = 0.02"#);
    assert_eq!(one, [("make=Kia mdape".to_owned(), false)]);
}

#[test]
fn a_segment_of_few_sellers_is_not_compared() {
    let mut sheet = sheet();
    sheet.groups[1].units = 9;
    let judged = |text: &str| {
        let policy = Policy {
            gates: vec![gate(text)],
        };
        judge(&policy, &sheet)
    };
    let all = judged(r#"metric = "mdape"; by = ["make"]; max_worse = 0.02"#).expect("Kia");
    assert_eq!((all.len(), all[0].group.as_str()), (1, "make=Kia"));
    let bmw = r#"metric = "mdape"; by = ["make"]; segment = "BMW"; max_worse = 0.02"#;
    let error = judged(bmw).expect_err("too few").to_string();
    assert!(error.contains("10 sellers or rows"), "{error}");
    assert!(judged(r#"metric = "mdape"; by = ["make"]; segment = "BMW"; max = 1"#).is_ok());
}

#[test]
fn a_failure_says_value_and_bound() {
    let policy = Policy {
        gates: vec![gate(
            r#"name = "typical error"; metric = "mdape"; max = 0.05"#,
        )],
    };
    let outcome = judge(&policy, &sheet()).expect("judged").remove(0);
    assert_eq!(
        (outcome.gate.as_str(), outcome.bound),
        ("typical error", 0.05)
    );
    assert_eq!(outcome.detail, "0.06; at most 0.05");
    let policy = Policy {
        gates: vec![gate(
            r#"metric = "mdape"; by = ["make"]; segment = "BMW"; max_worse = 0.02"#,
        )],
    };
    let outcome = judge(&policy, &sheet()).expect("judged").remove(0);
    let want = "0.072 against the champion's 0.06, 20.00 % worse with probability 0.999; at most 2.00 % worse";
    assert_eq!(outcome.detail, want);
}

#[test]
fn an_undefined_score_never_passes() {
    let mut sheet = sheet();
    sheet.groups[1].scores.remove("mdape");
    let policy = Policy {
        gates: vec![gate(r#"metric = "mdape"; by = ["make"]; max = 1.0"#)],
    };
    let outcomes = judge(&policy, &sheet).expect("judged");
    assert_eq!((outcomes[0].passed, outcomes[0].value), (false, None));
    assert!(outcomes[1].passed);
}

#[test]
fn what_cannot_be_judged_is_no_pass() {
    let refuse = |text: &str, want: &str| {
        let policy = Policy {
            gates: vec![gate(text)],
        };
        let error = judge(&policy, &sheet()).expect_err(text).to_string();
        assert!(error.contains(want), "{text}: {error}");
    };
    refuse(
        r#"metric = "maee"; max = 1"#,
        "`metric` is `maee`; valid: coverage, mdape",
    );
    refuse(r#"metric = "mdape""#, "no bound");
    refuse(
        r#"metric = "mdape"; max_worse = -0.1"#,
        "`max_worse` is -0.1",
    );
    refuse(r#"metric = "mdape"; max = 1; probability = 1.0"#, "below 1");
    refuse(
        r#"metric = "mdape"; max = 1; by = ["colour"]"#,
        "valid: make",
    );
    refuse(
        r#"metric = "mdape"; max = 1; segment = "Kia""#,
        "needs one `by`",
    );
    refuse(
        r#"metric = "mdape"; max = 1; by = ["make"]; segment = "Fiat""#,
        "no segment `Fiat`",
    );
    refuse(
        r#"metric = "mdape"; max = 1; by = ["make"]; min_n = 999"#,
        "the largest has 300",
    );
    refuse(r#"metric = "mae"; max = 1"#, "hold no `mae`");
    assert_eq!(judge(&Policy::default(), &sheet()), Err(Error::NoGates));
    let mut alone = sheet();
    for group in &mut alone.groups {
        group.against.clear();
    }
    let policy = Policy {
        gates: vec![gate(r#"metric = "mdape"; better = true"#)],
    };
    let error = judge(&policy, &alone).expect_err("no champion").to_string();
    assert!(error.contains("no champion"), "{error}");
}
