//! Our figures beside those of scikit-learn, SciPy and ranx on the same numbers; `tests/reference/generate.py` makes them.

use std::collections::BTreeMap;

use eval::{PriceScores, QueryScores, RatioScores, coverage::pinball, drift};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    prices: Vec<Prices>,
    samples: Vec<Samples>,
    rankings: Rankings,
    kolmogorov: Vec<(f64, f64)>,
}

#[derive(Deserialize)]
struct Prices {
    actual: Vec<f64>,
    predicted: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    scores: BTreeMap<String, f64>,
    ratios: BTreeMap<String, f64>,
    pinball: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Samples {
    reference: Vec<f64>,
    current: Vec<f64>,
    ks: f64,
    p_value: f64,
}

#[derive(Deserialize)]
struct Rankings {
    queries: Vec<Query>,
    scores: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Query {
    places: Vec<usize>,
    relevant: usize,
}

fn reference() -> Reference {
    let text = include_str!("../reference/reference.json");
    serde_json::from_str(text).expect("the reference is committed")
}

/// Agreement to a billionth, relative to the figure where that is large.
fn agree(name: &str, ours: f64, theirs: f64) {
    let off = (ours - theirs).abs();
    assert!(
        off <= 1e-9 * theirs.abs().max(1.0),
        "{name}: {ours} is not {theirs}"
    );
}

#[test]
fn prices_agree_with_scikit_learn() {
    for case in reference().prices {
        let scores = PriceScores::of(&case.actual, &case.predicted).expect("valid prices");
        let named: BTreeMap<&str, f64> = scores.named().collect();
        assert!(case.scores.len() >= 8);
        for (name, theirs) in &case.scores {
            agree(name, named[name.as_str()], *theirs);
        }
        let ratios = RatioScores::of(&case.actual, &case.predicted).expect("valid prices");
        let ours = [
            ("median_ratio", ratios.median_ratio),
            ("cod", ratios.cod),
            ("prd", ratios.prd),
            ("prb", ratios.prb.expect("a slope")),
        ];
        for (name, ours) in ours {
            agree(name, ours, case.ratios[name]);
        }
        for (name, ends, alpha) in [("low_10", &case.low, 0.1), ("high_90", &case.high, 0.9)] {
            let ours = pinball(&case.actual, ends, alpha).expect("valid quantiles");
            agree(name, ours, case.pinball[name]);
        }
    }
}

#[test]
fn distances_agree_with_scipy() {
    let some = |values: Vec<f64>| values.into_iter().map(Some).collect::<Vec<_>>();
    for case in reference().samples {
        let drift = drift::numbers(&some(case.reference), &some(case.current)).expect("numbers");
        agree("ks", drift.ks.expect("a distance"), case.ks);
        agree("p", drift.ks_p_value.expect("a probability"), case.p_value);
    }
    for (x, theirs) in reference().kolmogorov {
        agree("kolmogorov", drift::kolmogorov(x), theirs);
    }
}

#[test]
fn rankings_agree_with_ranx() {
    let rankings = reference().rankings;
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for query in &rankings.queries {
        let scores = QueryScores::of(&query.places, query.relevant).expect("a valid list");
        for (name, score) in scores.named() {
            *sums.entry(name).or_default() += score;
        }
    }
    assert_eq!(rankings.scores.len(), sums.len());
    for (name, theirs) in &rankings.scores {
        agree(
            name,
            sums[name.as_str()] / rankings.queries.len() as f64,
            *theirs,
        );
    }
}
