//! The values that a car may have to be quoted: one table for the service, the command line and files.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{Days, NaiveDate};
use datasets::listing::MODEL_YEARS;

/// A valid range with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound<T> {
    /// Least valid value.
    pub low: T,
    /// Greatest valid value.
    pub high: T,
    /// Unit behind the numbers, with a blank before it; may be empty.
    pub unit: &'static str,
}

impl<T: PartialOrd> Bound<T> {
    /// Whether a value is valid.
    pub fn contains(&self, value: &T) -> bool {
        (&self.low..=&self.high).contains(&value)
    }
}

/// `1990–2030`, `0.3–10 litres`.
impl<T: fmt::Display> fmt::Display for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}{}", self.low, self.high, self.unit)
    }
}

/// Model years.
pub const YEAR: Bound<i32> = Bound {
    low: *MODEL_YEARS.start(),
    high: *MODEL_YEARS.end(),
    unit: "",
};

/// Odometer in kilometres. No car has been offered beyond it.
pub const MILEAGE_KM: Bound<f64> = Bound {
    low: 0.0,
    high: 1_000_000.0,
    unit: "",
};

/// Engine size, from the kei car to the American V8.
pub const ENGINE_L: Bound<f64> = Bound {
    low: 0.3,
    high: 10.0,
    unit: " litres",
};

/// Seats, up to the coach.
pub const SEATS: Bound<u8> = Bound {
    low: 1,
    high: 60,
    unit: "",
};

/// First day whose price level may be asked for.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a day");

/// Days whose price level may be asked for, when it is `today`: up to a year ahead.
pub fn days(today: NaiveDate) -> RangeInclusive<NaiveDate> {
    FIRST_DAY..=today + Days::new(366)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_name_themselves_as_messages_show_them() {
        assert_eq!(YEAR.to_string(), "1990–2030");
        assert_eq!(MILEAGE_KM.to_string(), "0–1000000");
        assert_eq!(ENGINE_L.to_string(), "0.3–10 litres");
        assert_eq!(SEATS.to_string(), "1–60");
    }

    #[test]
    fn no_bound_contains_what_is_not_a_number() {
        assert!(!MILEAGE_KM.contains(&f64::NAN) && !ENGINE_L.contains(&f64::NAN));
        assert!(MILEAGE_KM.contains(&1e6) && !MILEAGE_KM.contains(&1_000_001.0));
    }
}
