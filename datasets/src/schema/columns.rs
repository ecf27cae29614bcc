//! The table of columns.

use chrono::NaiveDate;

use super::{Access, Column};
use crate::vocabulary::{
    Body, Condition, Currency, Drivetrain, Fuel, Origin, SellerKind, Transmission,
};
use crate::{Listing, Money};

/// Stores an optional value. Returns `false` and stores nothing if it is absent.
fn put<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let fits = value.is_some();
    if fits {
        *slot = value;
    }
    fits
}

const fn column(
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    access: Access,
) -> Column {
    Column {
        name,
        unit,
        description,
        access,
    }
}

macro_rules! text {
    ($field:ident, $description:literal) => {
        column(
            stringify!($field),
            "",
            $description,
            Access::Text {
                get: |listing| listing.$field.as_deref(),
                set: |listing, text| put(&mut listing.$field, Some(text.to_owned())),
            },
        )
    };
}

/// A column of canonical names; the unit lists them.
macro_rules! member {
    ($field:ident: $vocabulary:ident, $names:literal, $description:literal) => {
        column(
            stringify!($field),
            $names,
            $description,
            Access::Text {
                get: |listing| listing.$field.map($vocabulary::as_str),
                set: |listing, name| put(&mut listing.$field, $vocabulary::from_name(name)),
            },
        )
    };
}

macro_rules! float {
    ($field:ident, $unit:literal, $description:literal) => {
        column(
            stringify!($field),
            $unit,
            $description,
            Access::Float {
                get: |listing| listing.$field,
                set: |listing, value| put(&mut listing.$field, value.is_finite().then_some(value)),
            },
        )
    };
}

macro_rules! int {
    ($field:ident, $unit:literal, $description:literal) => {
        column(
            stringify!($field),
            $unit,
            $description,
            Access::Int {
                get: |listing| listing.$field.map(Into::into),
                set: |listing, value| put(&mut listing.$field, value.try_into().ok()),
            },
        )
    };
}

macro_rules! date {
    ($field:ident, $description:literal) => {
        column(
            stringify!($field),
            "day in UTC+7",
            $description,
            Access::Date {
                get: |listing| listing.$field,
                set: |listing, day: NaiveDate| put(&mut listing.$field, Some(day)),
            },
        )
    };
}

/// Every column but the raw ones, in file order.
pub const COLUMNS: &[Column] = &[
    column(
        "id",
        "",
        "Identity within the source",
        Access::Text {
            get: |listing| Some(&listing.id),
            set: |listing, text| {
                text.clone_into(&mut listing.id);
                true
            },
        },
    ),
    column(
        "source",
        "",
        "Site, or `synthetic`",
        Access::Text {
            get: |listing| Some(&listing.source),
            set: |listing, text| {
                text.clone_into(&mut listing.source);
                true
            },
        },
    ),
    text!(url, "Absolute address of the listing's page"),
    date!(first_seen, "Day on which a crawl first saw the listing"),
    date!(last_seen, "Day on which a crawl last saw the listing"),
    date!(
        listed_on,
        "Day of the posting, or of the snapshot that holds it"
    ),
    text!(make, "Make, in the catalogue's spelling where known"),
    text!(model, "Model, in the catalogue's spelling where known"),
    text!(trim, "What title or version say beyond make and model"),
    int!(year, "year", "Model year"),
    float!(mileage_km, "km", "Odometer"),
    member!(transmission: Transmission, "manual, automatic, semi_automatic", "Gearbox"),
    member!(fuel: Fuel, "petrol, diesel, hybrid, electric, other", "Energy"),
    float!(engine_l, "litres", "Displacement; null for electric cars"),
    member!(
        body: Body,
        "sedan, suv, crossover, hatchback, mpv, pickup, coupe, convertible, wagon, van, truck",
        "Body shape"
    ),
    int!(seats, "seats, 0 to 255", "Seats, driver included"),
    member!(drivetrain: Drivetrain, "fwd, rwd, awd, 4wd", "Driven wheels"),
    member!(origin: Origin, "domestic, imported", "Where the car was assembled"),
    member!(condition: Condition, "used, new", "Registered before or not"),
    text!(color_exterior, "Outside colour, as the site names it"),
    text!(color_interior, "Inside colour, as the site names it"),
    text!(province, "Province or city of the offer"),
    text!(seller_hash, "Keyed hash of the seller"),
    member!(seller_kind: SellerKind, "private, dealer", "Person or trader"),
    float!(
        consumption_l_per_100km,
        "litres per 100 km",
        "Fuel consumption"
    ),
    float!(
        road_tax_per_year,
        "whole units of `currency`",
        "Road tax a year"
    ),
    column(
        "price_vnd",
        "VND",
        "Asking price in whole đồng; null in another currency; derived from `price`",
        Access::Int {
            get: |listing| listing.price_vnd().map(|amount| amount.round() as i64),
            // Derived: `price` and `currency` say it all.
            set: |_, _| true,
        },
    ),
    column(
        "price",
        "whole units of `currency`",
        "Asking price",
        Access::Float {
            get: |listing| listing.price.map(|price| price.amount),
            set: |listing, amount| {
                put(
                    &mut listing.price,
                    amount.is_finite().then(|| Money::vnd(amount)),
                )
            },
        },
    ),
    // After `price`, whose currency it names.
    column(
        "currency",
        "VND, GBP",
        "ISO 4217 code of the price's currency",
        Access::Text {
            get: |listing| listing.price.map(|price| price.currency.as_str()),
            set: set_currency,
        },
    ),
    text!(title, "Title as the seller wrote it"),
];

fn set_currency(listing: &mut Listing, code: &str) -> bool {
    match (&mut listing.price, Currency::parse(code)) {
        (Some(price), Some(currency)) => {
            price.currency = currency;
            true
        }
        (None, currency) => currency.is_some(),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    /// The names that a member column lists as its unit are the vocabulary's, in its order.
    #[test]
    fn listed_members_are_the_vocabulary() {
        fn check<T: Copy>(column: &str, all: &[T], name: fn(T) -> &'static str) {
            let names: Vec<_> = all.iter().map(|member| name(*member)).collect();
            let listed = schema::column(column).map(|column| column.unit);
            assert_eq!(listed, Some(names.join(", ").as_str()), "{column}");
        }
        check("transmission", Transmission::ALL, Transmission::as_str);
        check("fuel", Fuel::ALL, Fuel::as_str);
        check("body", Body::ALL, Body::as_str);
        check("drivetrain", Drivetrain::ALL, Drivetrain::as_str);
        check("origin", Origin::ALL, Origin::as_str);
        check("condition", Condition::ALL, Condition::as_str);
        check("seller_kind", SellerKind::ALL, SellerKind::as_str);
        check("currency", Currency::ALL, Currency::as_str);
    }
}
