//! What a used car costs: list price, age, kilometres, province, and the digits that sellers like.

use chrono::{Datelike, NaiveDate};

use super::{Draw, ModelFacts};
use crate::{text, vocabulary::Fuel};

/// Provinces with their share of the offers and their price level.
const PROVINCES: &[(&str, f64, f64)] = &[
    ("TP Hồ Chí Minh", 0.36, 1.0),
    ("Hà Nội", 0.24, 1.01),
    ("Đà Nẵng", 0.08, 0.995),
    ("Bình Dương", 0.07, 0.99),
    ("Đồng Nai", 0.06, 0.985),
    ("Hải Phòng", 0.05, 0.99),
    ("Đắk Lắk", 0.04, 0.98),
    ("Cần Thơ", 0.04, 0.985),
    ("Thanh Hóa", 0.03, 0.975),
    ("Nghệ An", 0.03, 0.975),
];

/// Makes that are known to hold their value: spare parts everywhere, few faults, wanted by hire firms.
const HOLD_VALUE: &[&str] = &["toyota", "honda", "lexus", "mitsubishi", "suzuki"];

/// Makes whose upkeep scares second owners.
const LOSE_VALUE: &[&str] = &[
    "audi",
    "bentley",
    "bmw",
    "jaguar",
    "landrover",
    "maserati",
    "mercedesbenz",
    "mercedes",
    "mini",
    "peugeot",
    "porsche",
    "rollsroyce",
    "volkswagen",
    "volvo",
];

/// Median odometer in thousands of kilometres by age in years: 10,000 to 12,000 a year at first, less later.
const ODOMETER: [f64; 17] = [
    5.0, 16.0, 27.0, 38.0, 49.0, 59.0, 68.0, 73.0, 79.0, 84.0, 89.0, 93.0, 97.0, 101.0, 105.0,
    109.0, 113.0,
];

/// Years from the middle of the model year to the listing, never below 0.
pub(super) fn age(year: i32, listed_on: NaiveDate) -> f64 {
    let years = f64::from(listed_on.year() - year) + (f64::from(listed_on.month()) - 7.0) / 12.0;
    years.max(0.0)
}

/// List price of a trim at the time of the listing: list prices rise by about 2.4 % a year.
pub(super) fn list_price(model: &ModelFacts, trim_index: usize, days_back: u64) -> f64 {
    let (low, high) = model.new_price_vnd;
    let steps = model.trims.len().saturating_sub(1).max(1) as f64;
    let place = if model.trims.len() > 1 {
        trim_index as f64 / steps
    } else {
        0.5
    };
    (low + (high - low) * place) * (1.0 - 0.024 * days_back as f64 / 365.0)
}

/// Share of the list price that is left at an age.
///
/// Of the trade's rule of thumb (15 to 20 % lost in the first year, 8 to 10 % of the rest in each later one)
/// makes that hold their value lose less, luxury and electric cars more.
pub(super) fn retention(make: &str, fuel: Option<Fuel>, age: f64) -> f64 {
    let make = text::key(make);
    let (first, later) = if fuel == Some(Fuel::Electric) {
        (0.79, 0.87)
    } else if HOLD_VALUE.contains(&make.as_str()) {
        (0.90, 0.935)
    } else if LOSE_VALUE.contains(&make.as_str()) {
        (0.82, 0.895)
    } else {
        (0.86, 0.92)
    };
    // Straight between whole years: a power with a fractional exponent is not the same on every platform.
    let mut left = 1.0;
    let mut keep = first;
    for _ in 0..age as u32 {
        left *= keep;
        keep = later;
    }
    left * (1.0 - (1.0 - keep) * age.fract())
}

/// Median odometer of an age in kilometres.
fn usual_mileage(age: f64) -> f64 {
    let last = ODOMETER.len() - 1;
    let below = (age as usize).min(last - 1);
    let within = (age - below as f64).min(1.0);
    1_000.0 * (ODOMETER[below] + (ODOMETER[below + 1] - ODOMETER[below]) * within)
}

/// An odometer reading for an age, most of them round.
pub(super) fn mileage(draw: &mut Draw, age: f64) -> f64 {
    let spread = (1.0 + 0.42 * draw.normal()).clamp(0.25, 2.5);
    let km = usual_mileage(age) * spread;
    let digits = draw.unit();
    let step = if digits < 0.33 && km > 15_000.0 {
        10_000.0
    } else if digits < 0.87 && km > 2_000.0 {
        1_000.0
    } else {
        1.0
    };
    ((km / step).round() * step).max(150.0)
}

/// What kilometres beyond the usual ones take off the price, or fewer add.
pub(super) fn mileage_effect(mileage_km: f64, age: f64) -> f64 {
    (1.0 - 0.07 * (mileage_km / usual_mileage(age) - 1.0)).clamp(0.85, 1.06)
}

/// A province and its price level.
pub(super) fn province(draw: &mut Draw) -> (&'static str, f64) {
    let shares: Vec<f64> = PROVINCES.iter().map(|(_, share, _)| *share).collect();
    let (name, _, level) = PROVINCES[draw.weighted(&shares)];
    (name, level)
}

/// The nearest price in whole millions that ends as sellers like it: in 0, 5, 9 or 8.
pub(super) fn round_as_sellers_do(draw: &mut Draw, amount: f64) -> f64 {
    const ENDINGS: [(f64, f64); 5] = [
        (0.0, 0.38),
        (5.0, 0.30),
        (9.0, 0.19),
        (8.0, 0.09),
        (6.0, 0.04),
    ];
    let shares = ENDINGS.map(|(_, share)| share);
    let (ending, _) = ENDINGS[draw.weighted(&shares)];
    let million = amount / 1e6;
    let rounded = ((million - ending) / 10.0).round() * 10.0 + ending;
    rounded.max(16.0) * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_falls_with_age_and_faster_for_some() {
        for (make, fuel) in [
            ("Toyota", Some(Fuel::Petrol)),
            ("Kia", None),
            ("Mercedes-Benz", None),
            ("VinFast", Some(Fuel::Electric)),
        ] {
            let curve: Vec<f64> = (0..60)
                .map(|quarter| retention(make, fuel, f64::from(quarter) / 4.0))
                .collect();
            assert!((curve[0] - 1.0).abs() < 1e-12);
            assert!(curve.windows(2).all(|pair| pair[1] < pair[0]), "{make}");
            assert!(curve[59] > 0.05, "{make}");
        }
        let at_five = |make, fuel| retention(make, fuel, 5.0);
        assert!(at_five("Toyota", None) > at_five("Kia", None));
        assert!(at_five("Kia", None) > at_five("Mercedes Benz", None));
        assert!(at_five("Mercedes Benz", None) > at_five("VinFast", Some(Fuel::Electric)));
    }

    #[test]
    fn prices_end_as_sellers_like_and_stay_near() {
        let mut draw = Draw::new(3);
        for step in 0..500 {
            let amount = 60e6 + f64::from(step) * 3.7e6;
            let rounded = round_as_sellers_do(&mut draw, amount);
            let ending = (rounded / 1e6) as u64 % 10;
            assert!([0, 5, 6, 8, 9].contains(&ending), "{rounded}");
            assert!((rounded - amount).abs() <= 5e6 + 1.0, "{amount} {rounded}");
        }
    }

    #[test]
    fn odometers_grow_and_are_mostly_round() {
        let mut draw = Draw::new(4);
        let mut mean = |age: f64| (0..400).map(|_| mileage(&mut draw, age)).sum::<f64>() / 400.0;
        let (young, old) = (mean(1.0), mean(10.0));
        assert!((12_000.0..22_000.0).contains(&young), "{young}");
        assert!((75_000.0..105_000.0).contains(&old), "{old}");
        let round = (0..1000)
            .filter(|_| mileage(&mut draw, 5.0) % 1_000.0 == 0.0)
            .count();
        assert!((800..950).contains(&round), "{round}");
        assert!(mileage_effect(120_000.0, 5.0) < 1.0 && mileage_effect(20_000.0, 5.0) > 1.0);
    }
}
