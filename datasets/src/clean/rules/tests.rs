//! Each rule on tiny cases.

use chrono::NaiveDate;

use super::*;
use crate::{Money, vocabulary::Currency};

fn car() -> Listing {
    Listing {
        source: "bonbanh".into(),
        make: Some("Toyota".into()),
        model: Some("Vios".into()),
        year: Some(2015),
        mileage_km: Some(80_500.0),
        listed_on: NaiveDate::from_ymd_opt(2025, 11, 1),
        price: Some(Money::vnd(310e6)),
        ..Listing::default()
    }
}

/// Applies all rules with the default limits; gives the dropping rule's name or the mending rules' names.
fn check(change: impl FnOnce(&mut Listing)) -> String {
    let mut row = car();
    change(&mut row);
    let mut mended = Vec::new();
    for rule in RULES {
        let known = Known {
            limits: &Limits::default(),
            undated_since: None,
        };
        match rule.apply(&mut row, &known) {
            Outcome::Keep => {}
            Outcome::Mend => mended.push(rule.name),
            Outcome::Drop => return format!("drop {}", rule.name),
        }
    }
    if mended.is_empty() {
        "keep".into()
    } else {
        format!("mend {}", mended.join(" "))
    }
}

#[test]
fn a_sound_row_passes() {
    assert_eq!(check(|_| {}), "keep");
    assert_eq!(check(|row| row.mileage_km = None), "keep");
    assert_eq!(check(|row| row.listed_on = None), "keep");
}

#[test]
fn prices() {
    for (amount, want) in [
        (f64::NAN, "drop price_invalid"),
        (f64::INFINITY, "drop price_invalid"),
        (-310e6, "drop price_invalid"),
        (0.0, "drop price_invalid"),
        (1e6, "drop price_too_low"),
        (14.9e6, "drop price_too_low"),
        (15e6, "keep"),
        (100e9, "keep"),
        (101e9, "drop price_too_high"),
        (123_456_789.0, "drop price_filler"),
        (1_234_567_890.0, "drop price_filler"),
        (123e6, "keep"),
    ] {
        assert_eq!(
            check(|row| row.price = Some(Money::vnd(amount))),
            want,
            "{amount}"
        );
    }
    assert_eq!(check(|row| row.price = None), "drop price_missing");
    let pounds = |amount| {
        Some(Money {
            amount,
            currency: Currency::Gbp,
        })
    };
    assert_eq!(check(|row| row.price = pounds(9_995.0)), "keep");
    assert_eq!(check(|row| row.price = pounds(123_456.0)), "keep");
    assert_eq!(check(|row| row.price = pounds(50.0)), "drop price_too_low");
    assert_eq!(
        check(|row| row.price = pounds(310e6)),
        "drop price_too_high"
    );
}

#[test]
fn makes_and_years() {
    assert_eq!(check(|row| row.make = None), "drop make_missing");
    assert_eq!(
        check(|row| row.make = Some(" - ".into())),
        "drop make_missing"
    );
    assert_eq!(check(|row| row.year = None), "drop year_missing");
    for (year, want) in [
        (1899, "drop year_impossible"),
        (1989, "drop year_impossible"),
        (1990, "keep"),
        (2026, "keep"),
        (2027, "drop year_impossible"),
    ] {
        assert_eq!(check(|row| row.year = Some(year)), want, "{year}");
    }
    let undated = |year| {
        check(|row| {
            row.listed_on = None;
            row.year = Some(year);
        })
    };
    assert_eq!(undated(2030), "keep");
    assert_eq!(undated(2031), "drop year_impossible");
}

#[test]
fn new_cars() {
    assert_eq!(
        check(|row| row.condition = Some(Condition::New)),
        "drop new_car"
    );
    for (year, km, want) in [
        (2025, 0.0, "drop new_car"),
        (2025, 99.0, "drop new_car"),
        (2026, 10.0, "drop new_car"),
        (2025, 100.0, "keep"),
        (2024, 10.0, "keep"),
    ] {
        let got = check(|row| {
            row.year = Some(year);
            row.mileage_km = Some(km);
        });
        assert_eq!(got, want, "{year} {km}");
    }
}

#[test]
fn mileages() {
    for (year, km, want) in [
        (2015, f64::NAN, "mend mileage_invalid"),
        (2015, f64::NEG_INFINITY, "mend mileage_invalid"),
        (2015, -5.0, "mend mileage_invalid"),
        (2015, 10_000_000.0, "mend mileage_too_high"),
        (2015, 1_000_000.0, "keep"),
        (2015, 11_111.0, "mend mileage_filler"),
        (2015, 123_456.0, "mend mileage_filler"),
        (2015, 6_789.0, "mend mileage_filler"),
        (2015, 54_321.0, "mend mileage_filler"),
        (2015, 12_346.0, "keep"),
        (2015, 0.0, "mend mileage_zero"),
        (2023, 0.0, "mend mileage_zero"),
        (2024, 0.0, "keep"),
        (2015, 45.0, "mend mileage_tiny"),
        (2015, 999.0, "mend mileage_tiny"),
        (2015, 1_000.0, "keep"),
        (2024, 45.0, "keep"),
    ] {
        let got = check(|row| {
            row.year = Some(year);
            row.mileage_km = Some(km);
        });
        assert_eq!(got, want, "{year} {km}");
    }
    let undated = check(|row| {
        row.listed_on = None;
        row.mileage_km = Some(0.0);
    });
    assert_eq!(
        undated, "keep",
        "without a date, and no other row, the age is unknown"
    );
}

#[test]
fn engines_seats_colours_and_costs() {
    let engine = |litres| check(|row| row.engine_l = Some(litres));
    assert_eq!(engine(0.1), "mend engine_out_of_range");
    assert_eq!(engine(2000.0), "mend engine_out_of_range");
    assert_eq!(engine(f64::NAN), "mend engine_out_of_range");
    assert_eq!(engine(0.6), "keep");
    let electric = check(|row| {
        row.fuel = Some(Fuel::Electric);
        row.engine_l = Some(1.5);
    });
    assert_eq!(electric, "mend engine_on_electric");
    assert_eq!(check(|row| row.seats = Some(0)), "mend seats_out_of_range");
    assert_eq!(check(|row| row.seats = Some(74)), "mend seats_out_of_range");
    assert_eq!(check(|row| row.seats = Some(47)), "keep");
    assert_eq!(
        check(|row| row.color_interior = Some("-".into())),
        "mend colour_blank"
    );
    assert_eq!(
        check(|row| row.color_exterior = Some("Trắng".into())),
        "keep"
    );
    assert_eq!(
        check(|row| row.road_tax_per_year = Some(f64::NAN)),
        "mend running_cost_invalid"
    );
}

#[test]
fn names_are_distinct() {
    let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), RULES.len());
}
