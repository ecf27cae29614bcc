//! The declared list of row-local rules. The order counts: what drops a row stands before what mends it.

use chrono::Datelike;

use super::{limits::Limits, listing_day};
use crate::{
    Listing, text,
    vocabulary::{Condition, Fuel},
};

/// Name of the rule that compares rows, in reports and in [`Limits::skip`].
pub const PRICE_OUTLIER: &str = "price_outlier";

/// What a rule says about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to object to.
    Keep,
    /// A value was replaced by unknown.
    Mend,
    /// The row is of no use.
    Drop,
}

/// A rule that needs one row alone.
#[derive(Debug)]
pub struct Rule {
    /// Name in reports and in [`Limits::skip`].
    pub name: &'static str,
    /// What it does and why.
    pub doc: &'static str,
    check: fn(&mut Listing, &Known<'_>) -> Outcome,
}

impl Rule {
    pub(super) fn apply(&self, row: &mut Listing, known: &Known<'_>) -> Outcome {
        (self.check)(row, known)
    }
}

/// What rules know beside the row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// The figures of the rules.
    pub(super) limits: &'a Limits,
    /// A year that rows without a date were not listed before.
    pub(super) undated_since: Option<i32>,
}

/// Every row-local rule, in the order of application.
pub const RULES: &[Rule] = &[
    Rule {
        name: "price_missing",
        doc: "No price: the seller writes `Thỏa thuận` (to be agreed) or nothing.",
        check: |row, _| drop_if(row.price.is_none()),
    },
    Rule {
        name: "price_invalid",
        doc: "The price is not a positive finite number.",
        check: |row, _| {
            drop_if(
                row.price
                    .is_some_and(|price| !price.amount.is_finite() || price.amount <= 0.0),
            )
        },
    },
    Rule {
        name: "price_too_low",
        doc: "A deposit, a monthly rate or a rent in place of a price.",
        check: |row, known| {
            drop_if(
                row.price.is_some_and(|price| {
                    price.amount < known.limits.price_range(price.currency).min
                }),
            )
        },
    },
    Rule {
        name: "price_too_high",
        doc: "Beyond the dearest car on the market: digits typed too many.",
        check: |row, known| {
            drop_if(
                row.price.is_some_and(|price| {
                    price.amount > known.limits.price_range(price.currency).max
                }),
            )
        },
    },
    Rule {
        name: "price_filler",
        doc: "Nine digits or more typed in order (123 456 789) to get past the form.",
        check: |row, _| {
            drop_if(row.price.is_some_and(|price| {
                price.amount >= 1e8 && format!("{:.0}", price.amount).starts_with("123456")
            }))
        },
    },
    Rule {
        name: "make_missing",
        doc: "Without a make nothing can be said about a car.",
        check: |row, _| drop_if(row.make.as_deref().is_none_or(is_blank)),
    },
    Rule {
        name: "year_missing",
        doc: "Without a year nothing can be said about a price.",
        check: |row, _| drop_if(row.year.is_none()),
    },
    Rule {
        name: "year_impossible",
        doc: "Before the first year that is kept, or later than the year after the listing's.",
        check: |row, known| {
            let last =
                listing_day(row).map_or(known.limits.last_year_undated, |day| day.year() + 1);
            drop_if(
                row.year
                    .is_some_and(|year| year < known.limits.first_year || year > last),
            )
        },
    },
    Rule {
        name: "new_car",
        doc: "A new car: listed as such, or of the listing's own year and never driven.",
        check: |row, known| {
            let never_driven = age(row).is_some_and(|age| age <= 0)
                && row
                    .mileage_km
                    .is_some_and(|km| km < known.limits.new_car_km);
            drop_if(row.condition == Some(Condition::New) || never_driven)
        },
    },
    Rule {
        name: "mileage_invalid",
        doc: "Negative or not a finite number: unknown.",
        check: |row, _| forget(&mut row.mileage_km, |km| !km.is_finite() || km < 0.0),
    },
    Rule {
        name: "mileage_too_high",
        doc: "Ten-million-kilometre odometers: unknown.",
        check: |row, known| forget(&mut row.mileage_km, |km| km > known.limits.mileage_max_km),
    },
    Rule {
        name: "mileage_filler",
        doc: "One digit repeated or digits in order (11111, 123456, 6789): unknown.",
        check: |row, _| forget(&mut row.mileage_km, is_filler),
    },
    Rule {
        name: "mileage_zero",
        doc: "0 km on a car that has been driven for years: unknown.",
        check: |row, known| {
            let driven = is_driven(row, known);
            forget(&mut row.mileage_km, |km| driven && km == 0.0)
        },
    },
    Rule {
        name: "mileage_tiny",
        doc: "A driven car with next to no kilometres: thousands were typed (45), or a 1: unknown.",
        check: |row, known| {
            let driven = is_driven(row, known);
            forget(&mut row.mileage_km, |km| {
                driven && km < known.limits.driven_min_km
            })
        },
    },
    Rule {
        name: "engine_on_electric",
        doc: "An electric car has no displacement: none.",
        check: |row, _| {
            let electric = row.fuel == Some(Fuel::Electric);
            forget(&mut row.engine_l, |_| electric)
        },
    },
    Rule {
        name: "engine_out_of_range",
        doc: "No car has such a displacement (0.1 litres, 2000 litres): unknown.",
        check: |row, known| {
            forget(&mut row.engine_l, |litres| {
                !known.limits.engine_l.contains(litres)
            })
        },
    },
    Rule {
        name: "seats_out_of_range",
        doc: "No seat, or more than a coach has: unknown.",
        check: |row, known| {
            forget(&mut row.seats, |seats| {
                seats == 0 || seats > known.limits.seats_max
            })
        },
    },
    Rule {
        name: "colour_blank",
        doc: "A dash in place of a colour: unknown.",
        check: |row, _| {
            let outside = forget_text(&mut row.color_exterior);
            let inside = forget_text(&mut row.color_interior);
            mend_if(outside || inside)
        },
    },
    Rule {
        name: "running_cost_invalid",
        doc: "Consumption or road tax negative or not a finite number: unknown.",
        check: |row, _| {
            let bad = |amount: f64| !amount.is_finite() || amount < 0.0;
            let consumption = forget(&mut row.consumption_l_per_100km, bad);
            let tax = forget(&mut row.road_tax_per_year, bad);
            mend_if(consumption == Outcome::Mend || tax == Outcome::Mend)
        },
    },
];

fn drop_if(condition: bool) -> Outcome {
    if condition {
        Outcome::Drop
    } else {
        Outcome::Keep
    }
}

fn mend_if(condition: bool) -> Outcome {
    if condition {
        Outcome::Mend
    } else {
        Outcome::Keep
    }
}

fn forget<T: Copy>(value: &mut Option<T>, wrong: impl FnOnce(T) -> bool) -> Outcome {
    if value.is_some_and(wrong) {
        *value = None;
        Outcome::Mend
    } else {
        Outcome::Keep
    }
}

fn forget_text(value: &mut Option<String>) -> bool {
    let blank = value.as_deref().is_some_and(is_blank);
    if blank {
        *value = None;
    }
    blank
}

fn is_blank(value: &str) -> bool {
    text::key(value).is_empty()
}

/// Model years between the car and its listing; none without either.
fn age(row: &Listing) -> Option<i32> {
    Some(listing_day(row)?.year() - row.year?)
}

fn is_driven(row: &Listing, known: &Known<'_>) -> bool {
    let listed = listing_day(row).map(|day| day.year());
    let listed = listed.or(known.undated_since).zip(row.year);
    listed.is_some_and(|(listed, year)| listed - year >= known.limits.driven_from_age)
}

/// Whether a reading of four digits or more repeats one digit or counts up or down.
///
/// Among listings these are 10 to 100 times as common as their neighbours, on every site.
pub fn is_filler(reading: f64) -> bool {
    if reading.fract() != 0.0 || !(1_000.0..1e9).contains(&reading) {
        return false;
    }
    let digits = format!("{reading:.0}").into_bytes();
    let steps = |step: i16| {
        digits
            .windows(2)
            .all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step)
    };
    steps(0) || steps(1) || steps(-1)
}

#[cfg(test)]
mod tests;
