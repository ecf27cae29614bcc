//! What sellers get wrong: each spoiled row has one of these faults, and each has a cleaning rule against it.

use super::Draw;
use crate::{Listing, Money, vocabulary::Condition};

/// A fault: what it does to a row.
type Fault = fn(&mut Draw, &mut Listing);

const FAULTS: &[Fault] = &[
    // No price.
    |_, row| {
        row.price = None;
        row.raw.insert("price".into(), "Thỏa thuận".into());
    },
    // A deposit, or one monthly rate.
    |draw, row| row.price = Some(Money::vnd((2 + draw.below(12)) as f64 * 1e6)),
    // A down payment, which is as high as a very cheap car's price.
    |draw, row| row.price = Some(Money::vnd((20 + draw.below(30)) as f64 * 1e6)),
    // A digit too many.
    |_, row| {
        if let Some(price) = &mut row.price {
            price.amount *= 10.0;
        }
    },
    // Digits typed to get past the form.
    |_, row| row.price = Some(Money::vnd(123_456_789.0)),
    |_, row| row.mileage_km = Some(123_456.0),
    |_, row| row.mileage_km = Some(99_999.0),
    |_, row| row.mileage_km = Some(0.0),
    // Thousands of kilometres.
    |_, row| row.mileage_km = row.mileage_km.map(|km| (km / 1_000.0).round()),
    |draw, row| row.mileage_km = Some((10_000_000 + draw.below(80_000_000)) as f64),
    // Left empty.
    |_, row| row.make = None,
    |_, row| row.year = None,
    |_, row| row.mileage_km = None,
    |_, row| row.model = None,
    |_, row| row.year = Some(1899),
    |_, row| row.condition = Some(Condition::New),
    |_, row| row.seats = Some(0),
    |_, row| row.engine_l = Some(0.1),
    |_, row| row.color_exterior = Some("-".into()),
];

/// Puts one fault into a row.
pub(super) fn spoil(draw: &mut Draw, row: &mut Listing) {
    let fault = draw.pick(FAULTS);
    fault(draw, row);
}
