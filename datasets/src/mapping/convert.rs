//! One cell of an export into one value of the schema.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::unit::{Reading, Unit};
use crate::parse::{self, KM_PER_MILE, ParseError, number};
use crate::schema::{Access, Column};
use crate::store::RawValue;
use crate::vocabulary::{
    Body, Condition, Currency, Drivetrain, Fuel, Origin, SellerKind, Transmission,
};
use crate::{Listing, text};

/// Litres per 100 km at one mile per imperial gallon (4.54609 litres).
const LITRES_PER_100KM_AT_1_MPG: f64 = 454.609 / KM_PER_MILE;

const NOT_FINITE: &str = "is no finite number";
const NEGATIVE: &str = "is negative; valid: 0 or more";
const NOT_A_NUMBER: &str = "is no number; valid: digits with an optional decimal point";
const TOO_MUCH: &str = "is no price of a car; valid: up to 10^12";
const CONSUMPTION_RANGE: &str = "is no consumption of a car; valid: 0.4 to 50 litres per 100 km";
const UNKNOWN_WORD: &str = "names no member of the field's vocabulary";
const UNKNOWN_CURRENCY: &str = "is no known currency; valid: VND, GBP";

/// A value of the schema, not yet in a listing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Name(&'static str),
    Float(f64),
    Int(i64),
    Date(NaiveDate),
}

impl Value {
    /// Puts the value into its column; `false` where the column cannot hold it.
    pub(super) fn put(&self, listing: &mut Listing, column: &Column) -> bool {
        match (self, column.access) {
            (Self::Text(text), Access::Text { set, .. }) => set(listing, text),
            (Self::Name(name), Access::Text { set, .. }) => set(listing, name),
            (Self::Float(value), Access::Float { set, .. }) => set(listing, *value),
            (Self::Int(value), Access::Int { set, .. }) => set(listing, *value),
            (Self::Date(day), Access::Date { set, .. }) => set(listing, *day),
            _ => false,
        }
    }
}

/// How the cells of a field are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    Member(fn(&str) -> Option<&'static str>),
    Currency,
    Price,
    Mileage,
    Engine,
    Consumption,
    Tax,
    Year,
    Seats,
    Date,
}

impl Kind {
    /// The units that a number of this kind may be given in.
    pub(super) fn units(self) -> &'static [Unit] {
        match self {
            Self::Price => &[Unit::Vnd, Unit::MillionVnd, Unit::Gbp],
            Self::Mileage => &[Unit::Km, Unit::Miles],
            Self::Engine => &[Unit::Litres, Unit::Cc],
            Self::Consumption => &[Unit::LitresPer100Km, Unit::MpgUk],
            _ => &[],
        }
    }

    /// The kind of a column of the schema.
    pub(super) fn of(field: &str) -> Self {
        match field {
            "transmission" => {
                Self::Member(|text| Transmission::parse(text).map(Transmission::as_str))
            }
            "fuel" => Self::Member(|text| Fuel::parse(text).map(Fuel::as_str)),
            "body" => Self::Member(|text| Body::parse(text).map(Body::as_str)),
            "drivetrain" => Self::Member(|text| Drivetrain::parse(text).map(Drivetrain::as_str)),
            "origin" => Self::Member(|text| Origin::parse(text).map(Origin::as_str)),
            "condition" => Self::Member(|text| Condition::parse(text).map(Condition::as_str)),
            "seller_kind" => Self::Member(|text| SellerKind::parse(text).map(SellerKind::as_str)),
            "currency" => Self::Currency,
            "price" => Self::Price,
            "mileage_km" => Self::Mileage,
            "engine_l" => Self::Engine,
            "consumption_l_per_100km" => Self::Consumption,
            "road_tax_per_year" => Self::Tax,
            "year" => Self::Year,
            "seats" => Self::Seats,
            "first_seen" | "last_seen" | "listed_on" => Self::Date,
            _ => Self::Text,
        }
    }

    /// Whether the field holds a number for which a machine's spelling differs from a person's.
    pub(super) fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::Price | Self::Mileage | Self::Engine | Self::Consumption | Self::Tax
        )
    }

    /// The value of a cell, `None` if the cell says that there is no value, or the reason why it cannot be used.
    pub(super) fn read(
        self,
        cell: &RawValue,
        reading: Reading,
        unit: Option<Unit>,
    ) -> Result<Option<Value>, &'static str> {
        if let RawValue::Date(day) = cell
            && matches!(self, Self::Date)
        {
            return Ok(Some(Value::Date(*day)));
        }
        let printed = cell.to_text();
        if parse::is_blank(&printed) {
            return Ok(None);
        }
        if self.is_numeric() {
            let value = match (cell, reading) {
                (RawValue::Number(value), _) => self.number(*value, unit)?,
                (_, Reading::Number) => {
                    let value = printed.trim().parse().map_err(|_| NOT_A_NUMBER)?;
                    self.number(value, unit)?
                }
                (_, Reading::Text) => self.printed_number(&printed, unit)?,
            };
            return Ok(value.map(Value::Float));
        }
        let reason = |error: ParseError| error.reason;
        Ok(match self {
            Self::Member(parse) => Some(Value::Name(parse(&printed).ok_or(UNKNOWN_WORD)?)),
            Self::Currency => {
                let currency = Currency::parse(&printed).ok_or(UNKNOWN_CURRENCY)?;
                Some(Value::Name(currency.as_str()))
            }
            Self::Year => parse::year(&printed)
                .map_err(reason)?
                .map(|year| Value::Int(year.into())),
            Self::Seats => parse::seats(&printed)
                .map_err(reason)?
                .map(|seats| Value::Int(seats.into())),
            Self::Date => parse::date(&printed).map_err(reason)?.map(Value::Date),
            _ => Some(Value::Text(cleaned(printed))),
        })
    }

    /// Reads a number that a program wrote.
    fn number(self, value: f64, unit: Option<Unit>) -> Result<Option<f64>, &'static str> {
        if !value.is_finite() {
            return Err(NOT_FINITE);
        }
        if value < 0.0 {
            return Err(NEGATIVE);
        }
        match self {
            Self::Price => {
                let amount = value
                    * if unit == Some(Unit::MillionVnd) {
                        1e6
                    } else {
                        1.0
                    };
                if amount > parse::PRICE_VND_MAX {
                    return Err(TOO_MUCH);
                }
                Ok((amount > 0.0).then_some(amount))
            }
            Self::Mileage => Ok(Some(value * km_per(unit))),
            Self::Engine => parse::engine_of_number(value, unit == Some(Unit::Cc)),
            Self::Consumption => {
                if value == 0.0 {
                    return Ok(None);
                }
                let litres = if unit == Some(Unit::MpgUk) {
                    LITRES_PER_100KM_AT_1_MPG / value
                } else {
                    value
                };
                if (0.4..=50.0).contains(&litres) {
                    Ok(Some(litres))
                } else {
                    Err(CONSUMPTION_RANGE)
                }
            }
            _ => Ok(Some(value)),
        }
    }

    /// Reads a number that a person or a site wrote.
    fn printed_number(
        self,
        printed: &str,
        unit: Option<Unit>,
    ) -> Result<Option<f64>, &'static str> {
        let reason = |error: ParseError| error.reason;
        match (self, unit) {
            (Self::Price, Some(Unit::MillionVnd)) => parse::amount(printed, 1e6).map_err(reason),
            (Self::Price, None | Some(Unit::Vnd)) => parse::price_vnd(printed).map_err(reason),
            (Self::Mileage, _) => parse::mileage_km(printed, km_per(unit)).map_err(reason),
            (Self::Engine, Some(Unit::Cc))
                if printed.trim().bytes().all(|b| b.is_ascii_digit()) =>
            {
                self.number(printed.trim().parse().map_err(|_| NOT_A_NUMBER)?, unit)
            }
            (Self::Engine, _) => parse::engine_litres(printed).map_err(reason),
            _ => {
                let mut digits = printed.trim().trim_start_matches('£').trim_start();
                let lone = if matches!(self, Self::Consumption) {
                    digits = without_unit(digits);
                    number::Separator::Point
                } else {
                    number::Separator::Thousands
                };
                self.number(number::parse(digits, lone).ok_or(NOT_A_NUMBER)?, unit)
            }
        }
    }
}

/// The number of `8.5 L/100Km`.
fn without_unit(printed: &str) -> &str {
    let end = printed
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
        .unwrap_or(printed.len());
    let (number, unit) = printed.split_at(end);
    match text::key(unit).as_str() {
        "l100km" | "lit100km" => number,
        _ => printed,
    }
}

fn km_per(unit: Option<Unit>) -> f64 {
    if unit == Some(Unit::Miles) {
        KM_PER_MILE
    } else {
        1.0
    }
}

fn cleaned(printed: Cow<'_, str>) -> String {
    let tidy =
        printed.is_ascii() && printed.trim().len() == printed.len() && !printed.contains("  ");
    if tidy {
        printed.into_owned()
    } else {
        text::clean(&printed)
    }
}
