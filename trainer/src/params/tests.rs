//! Files of parameters: what is read, written and refused.

use super::*;

fn parse(text: &str) -> Result<Params> {
    Params::parse(text.as_bytes(), Path::new("p.toml"))
}

#[test]
fn an_empty_file_trains_as_no_file() {
    let params = parse("").expect("defaults");
    assert_eq!(params, Params::default());
    assert_eq!(params.unchecked_design(), DesignParams::default());
    assert_eq!(params.unchecked_ridge_stage(), RidgeStageParams::default());
    assert_eq!(params.unchecked_families(7), FamilyParams::seeded(7));
}

#[test]
fn what_is_written_is_read() {
    let params = Params {
        features: Features::NoTitle,
        half_life_days: HalfLife::NONE,
        ..Params::default()
    };
    let text = params.toml().expect("TOML");
    assert!(text.contains("features = \"no-title\""), "{text}");
    assert!(text.contains("half_life_days = \"none\""), "{text}");
    assert_eq!(parse(&text).expect("read"), params);
    assert!(params.unchecked_design().encoder.view == View::NO_TITLE);
    assert_eq!(params.unchecked_design().half_life_days, None);
    let days = parse("half_life_days = 90").expect("a whole number");
    assert_eq!(days.unchecked_design().half_life_days, Some(90.0));
}

#[test]
fn features_have_one_name_everywhere() {
    use clap::ValueEnum as _;
    for features in [Features::Full, Features::NoTitle, Features::Form] {
        let params = parse(&format!("features = \"{}\"", features.as_str()));
        assert_eq!(params.expect("a file").features, features);
        let flag = features.to_possible_value().expect("a flag");
        assert_eq!(flag.get_name(), features.as_str());
    }
}

#[test]
fn what_is_not_valid_is_named() {
    for (text, want) in [
        ("half_life_days = -3", "`half_life_days` is -3; valid: 1..="),
        ("half_life_days = \"soon\"", "half_life_days"),
        ("features = \"best\"", "no-title"),
        ("min_weight = 0.0", "`min_weight` is 0"),
        ("[ridge]\nalphas = []", "`ridge.alphas` is empty"),
        ("boosting = []", "`boosting` is empty"),
        (
            "[[boosting]]\ndepth = 99",
            "`boosting.depth` is 99; valid: 1..=16",
        ),
        ("[[boosting]]\neta = nan", "`boosting.eta` is NaN"),
        (
            "[[boosting]]\nhuber_slope = 0",
            "`boosting.huber_slope` is 0; valid: 0.001..=10",
        ),
        (
            "[[boosting]]\npatience = 9\n[[boosting]]\n",
            "alike in every",
        ),
        ("halflife = 3", "unknown field `halflife`"),
        ("[source_weights]\nchotot = 0", "source_weights.chotot"),
    ] {
        let error = parse(text).expect_err(text).to_string();
        assert!(error.contains("p.toml") && error.contains(want), "{error}");
    }
}

#[test]
fn the_help_and_the_refusals_name_the_same_ranges() {
    let help = help();
    for (text, name) in [
        ("half_life_days = 0", "half_life_days"),
        ("min_weight = 2", "min_weight"),
        ("min_rows_a_word = 0", "min_rows_a_word"),
        ("[ridge]\nalphas = [0.0]", "ridge.alphas"),
        ("[ridge]\nhuber = [0.0]", "ridge.huber"),
        ("[[boosting]]\ntrees = 0", "boosting.trees"),
        ("[[boosting]]\npatience = 0", "boosting.patience"),
        ("[[boosting]]\neta = 2", "boosting.eta"),
        ("[[boosting]]\nsubsample = 0", "boosting.subsample"),
        (
            "[[boosting]]\nresidual_limit = 0",
            "boosting.residual_limit",
        ),
    ] {
        let error = parse(text).expect_err(text).to_string();
        let range = error.rsplit_once("valid: ").expect("a range").1;
        assert!(error.contains(&format!("`{name}`")), "{error}");
        let line = help
            .lines()
            .find(|line| line.trim_start().starts_with(name));
        let line = line.expect(name);
        assert!(line.contains(&format!(" {range} ")), "{line}: {error}");
    }
}
