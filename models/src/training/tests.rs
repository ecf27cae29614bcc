//! Families and blends from rows to artifact and back.

use chrono::NaiveDate;
use datasets::{Catalogue, Listing, split, synthetic};

use super::*;
use crate::{
    Family, LEVELS,
    families::forest::ForestParams,
    features::{facts::Facts, view::View},
    hyperparameters::{Checked, Validate},
    predictor::Predictor,
    scorer::Scorer,
};

fn cars() -> Vec<Listing> {
    let until = NaiveDate::from_ymd_opt(2025, 11, 15).expect("a date");
    let facts = synthetic::ModelFacts::of_catalogue(Catalogue::embedded());
    let settings = synthetic::Settings::new(900, 5, until);
    let mut rows = synthetic::generate(&facts, &settings).expect("synthetic listings");
    for row in &mut rows {
        Catalogue::embedded().resolve(row);
    }
    rows.retain(|row| row.price_vnd().is_some_and(|price| price > 2e7));
    rows
}

fn design(rows: &[Listing], params: &DesignParams) -> (Design, RidgeStage) {
    let rows: Vec<&Listing> = rows.iter().collect();
    let folds = split::folds(&rows, 3, 5).expect("folds");
    let design = Design::new(&rows, folds, &checked(params.clone())).expect("a design");
    let ridge = RidgeStage::fit(&design, &checked(RidgeStageParams::default())).expect("a ridge");
    (design, ridge)
}

fn checked<P: Validate>(params: P) -> Checked<P> {
    params.checked().expect("valid")
}

fn params() -> Checked<FamilyParams> {
    let params = FamilyParams::seeded(5);
    let small = ForestParams {
        trees: 6,
        depth: 6,
        ..params.forest[0].clone()
    };
    checked(FamilyParams {
        forest: vec![small],
        ..params
    })
}

#[test]
fn a_blend_loads_scores_and_has_ranges_as_any_family() {
    let rows = cars();
    let (design, ridge) = design(&rows, &DesignParams::default());
    let params = params();
    let members: Vec<Member> = [
        Family::Baseline,
        Family::Ridge,
        Family::RandomForest,
        Family::GradientBoosting,
    ]
    .map(|family| Member::fit(family, &design, &ridge, &params).expect("a fit"))
    .into();
    let blended = blend(&members, &design, &ridge).expect("a blend");
    let least = members.iter().map(|own| {
        let alone = blend(&[own.clone(), own.clone()], &design, &ridge);
        alone.expect("a blend of one").best.1
    });
    assert_eq!(blended.best.1, least.fold(f64::INFINITY, f64::min));
    assert!(
        blended.error < 1.05 * blended.best.1,
        "{blended:?}",
        blended = blended.error
    );

    let candidate = blended
        .member
        .candidate(&design, &ridge, &params)
        .expect("ranges");
    let Predictor::Blend(blend) = &candidate.scorer.predictor else {
        panic!("not a blend");
    };
    let weights = blend.weights();
    assert!(weights.len() > 1, "{weights:?}");
    assert!((weights.values().sum::<f32>() - 1.0).abs() < 1e-6);
    let parts = candidate.parts().expect("parts");
    let loaded = Scorer::from_parts(Family::Blend, &parts).expect("loaded");
    assert_eq!(loaded, candidate.scorer);
    let facts = &design.facts[17];
    let estimate = loaded.estimate(facts);
    let alone = |family| {
        let member = members.iter().find(|own| own.family() == family);
        let member = member.expect("a member").clone();
        let candidate = member.candidate(&design, &ridge, &params).expect("ranges");
        candidate.scorer.estimate(facts).ln_price
    };
    let mean: f32 = weights
        .iter()
        .map(|(family, weight)| weight * alone(*family))
        .sum();
    assert!(
        (estimate.ln_price - mean).abs() < 1e-4,
        "{} {mean}",
        estimate.ln_price
    );
    let ranges = loaded.ranges(facts, estimate);
    assert_eq!(ranges.len(), LEVELS.len());
    assert!(
        ranges
            .iter()
            .all(|(low, high)| low < high && high.is_finite())
    );

    let mut broken = parts;
    broken.insert(
        "blend.json".into(),
        br#"{"ridge":0.5,"random_forest":0.2}"#.to_vec(),
    );
    let error = Scorer::from_parts(Family::Blend, &broken)
        .expect_err("refused")
        .to_string();
    assert!(error.contains("blend.json"), "{error}");
}

#[test]
fn a_model_never_sees_what_its_view_hides() {
    let rows = cars();
    let mut blind = DesignParams::default();
    blind.encoder.view = View::NO_TITLE;
    let (design, ridge) = design(&rows, &blind);
    let candidate = fit_family(Family::Ridge, &design, &ridge, &params()).expect("a fit");
    let loaded = Scorer::from_parts(Family::Ridge, &candidate.parts().expect("parts"));
    let loaded = loaded.expect("loaded");
    let day = NaiveDate::from_ymd_opt(2025, 11, 15).expect("a day");
    let price = |car: &Listing| loaded.estimate(&loaded.encoder.facts(car, day)).ln_price;
    let car = rows
        .iter()
        .find(|row| row.title.is_some())
        .expect("a title");
    let other = Listing {
        title: Some("hoàn toàn khác".into()),
        trim: None,
        ..car.clone()
    };
    assert_eq!(price(car), price(&other));
    assert_ne!(Facts::of(car, day), Facts::of(&other, day));
}

#[test]
fn a_point_prices_as_the_whole_model_does() {
    let rows = cars();
    let (design, ridge) = design(&rows, &DesignParams::default());
    let params = params();
    for family in [Family::Baseline, Family::Ridge, Family::GradientBoosting] {
        let point = Point::fit(family, &design, &ridge, &params).expect("a fit");
        let whole = fit_family(family, &design, &ridge, &params).expect("a fit");
        assert_eq!(point.chosen, whole.chosen);
        for facts in design.facts.iter().take(50) {
            let price = point.ln_price(&design, &ridge, facts);
            assert_eq!(price, whole.scorer.estimate(facts).ln_price);
        }
    }
    assert!(Point::fit(Family::Blend, &design, &ridge, &params).is_err());
}

#[test]
fn without_a_half_life_all_days_count_alike() {
    let rows = cars();
    let weights = |half_life_days| {
        let params = DesignParams {
            half_life_days,
            source_weights: std::collections::BTreeMap::new(),
            ..DesignParams::default()
        };
        design(&rows, &params).0.weights
    };
    assert!(weights(None).iter().all(|weight| *weight == 1.0));
    let (year, month) = (weights(Some(365.25)), weights(Some(30.0)));
    assert!(year.iter().zip(&month).all(|(year, month)| month <= year));
    assert!(month.iter().any(|weight| *weight < 0.06) && month.iter().any(|weight| *weight > 0.5));
    for days in [0.0, -1.0, f32::NAN] {
        let params = DesignParams {
            half_life_days: Some(days),
            ..DesignParams::default()
        };
        let error = params.checked().expect_err("refused").to_string();
        assert!(error.contains("half_life_days"), "{error}");
    }
}
