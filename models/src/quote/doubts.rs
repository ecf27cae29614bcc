//! Values of a query that contradict what the catalogue knows of the model.

use std::fmt::Display;
use std::ops::RangeInclusive;

use datasets::catalogue::Model;
use datasets::vocabulary::Body;

use super::note::{Field, Reason, ReasonCode, Warning, WarningCode};
use super::query::CarQuery;

/// Litres by which a displacement may differ from the catalogue's, which rounds as badges do.
const ENGINE_TOLERANCE_L: f64 = 0.16;

/// Model years outside the span of sale for which a car may still be an early import or a late registration.
const YEARS_OF_GRACE: i32 = 2;

/// Warnings about values that the model never had.
pub(super) fn never_offered(query: &CarQuery<'_>, model: &Model) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut check = |field, given: Option<&dyn Display>, fits: bool, offered: Vec<String>| {
        if let Some(given) = given.filter(|_| !fits && !offered.is_empty()) {
            let code = WarningCode::NotOffered;
            warnings.push(Warning::of(code, field, &given.to_string(), offered));
        }
    };
    if let Some(fuel) = &query.fuel {
        let fits = model.fuels.contains(fuel);
        check(Field::Fuel, Some(fuel), fits, words(&model.fuels));
    }
    if let Some(gearbox) = &query.transmission {
        let fits = model.transmissions.contains(gearbox);
        check(
            Field::Transmission,
            Some(gearbox),
            fits,
            words(&model.transmissions),
        );
    }
    if let Some(seats) = &query.seats {
        let fits = model.seats.iter().any(|own| own.abs_diff(*seats) <= 1);
        check(Field::Seats, Some(seats), fits, words(&model.seats));
    }
    if let Some(litres) = &query.engine_l {
        let fits = model
            .engines_l
            .iter()
            .any(|own| (own - litres).abs() <= ENGINE_TOLERANCE_L);
        check(Field::EngineL, Some(litres), fits, words(&model.engines_l));
    }
    if let Some((given, usual)) = query.body.as_ref().zip(model.body.as_ref()) {
        let fits = is_alike(*given, *usual);
        check(Field::Body, Some(given), fits, vec![usual.to_string()]);
    }
    warnings
}

fn words<T: Display>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

/// Whether one model may be offered in both bodies: sellers call one car an SUV, a crossover or an MPV, and many saloons
/// have a hatchback beside them.
fn is_alike(a: Body, b: Body) -> bool {
    let kind = |body: Body| match body {
        Body::Suv | Body::Crossover | Body::Mpv => 0,
        Body::Sedan | Body::Hatchback | Body::Coupe | Body::Convertible | Body::Wagon => 1,
        Body::Pickup => 2,
        Body::Van | Body::Truck => 3,
    };
    kind(a) == kind(b)
}

/// How a model year lies to the years in which the model was sold. `newest` is the last year that the catalogue knows of
/// any model: a span that ends there is still open.
pub(super) fn year_of_sale(
    year: i32,
    sold: Option<(i32, i32)>,
    newest: i32,
) -> Result<Option<Warning>, Reason> {
    let Some((first, last)) = sold else {
        return Ok(None);
    };
    let span = if last >= newest {
        first..=i32::MAX
    } else {
        first..=last
    };
    let away = distance(year, &span);
    let known = if last >= newest {
        format!("{first}–")
    } else {
        format!("{first}–{last}")
    };
    // A model year begins before its calendar year, and registration may come after it.
    match away {
        0 | 1 => Ok(None),
        years if years <= YEARS_OF_GRACE => Ok(Some(Warning::of(
            WarningCode::YearNotSold,
            Field::Year,
            &year.to_string(),
            vec![known],
        ))),
        _ => Err(Reason {
            code: ReasonCode::YearNotSold,
            field: Field::Year,
            value: year.to_string(),
            valid: vec![known],
            did_you_mean: Vec::new(),
        }),
    }
}

fn distance(year: i32, span: &RangeInclusive<i32>) -> i32 {
    (span.start() - year)
        .max(year.saturating_sub(*span.end()))
        .max(0)
}
