//! What a message wants of the cars that it searches for.

use std::sync::LazyLock;

use datasets::vocabulary::{Body, Fuel, Transmission};
use serde::{Deserialize, Serialize};

use super::lexicon::Lexicon;
use super::message::Message;
use super::numbers::{Bound, Measure, Quantity, means_millions};
use super::slots::subject;
use super::text::Text;

/// Conditions of a search; absent ones do not limit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filters {
    /// Make, in the catalogue's spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make: Option<String>,
    /// Model, in the catalogue's spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Seats, driver included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u8>,
    /// Energy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<Fuel>,
    /// Gearbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transmission: Option<Transmission>,
    /// Earliest model year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_min: Option<i32>,
    /// Latest model year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_max: Option<i32>,
    /// Lowest price in đồng.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_min_vnd: Option<u64>,
    /// Highest price in đồng.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_max_vnd: Option<u64>,
    /// Highest mileage in kilometres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mileage_max_km: Option<u32>,
    /// Province, as listings print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
}

/// Words before money that is not the car's price.
static OTHER_MONEY: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "trả trước",
        "trả trước được",
        "trả trước khoảng",
        "đặt cọc",
        "cọc",
        "vay",
        "vay thêm",
        "vay được",
        "góp mỗi tháng",
        "trả góp mỗi tháng",
        "mỗi tháng",
        "down payment of",
        "deposit of",
        "deposit",
        "down payment",
        "loan of",
        "borrow",
        "lương",
        "phí",
        "pay upfront",
        "đưa trước",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

/// Amounts below are no prices of cars, in đồng.
const CHEAPEST_VND: f64 = 20e6;

/// Words before what one has to spend: its end is a limit rather than a middle.
static BUDGET: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = [
        "ngân sách",
        "tài chính",
        "có",
        "với",
        "có sẵn",
        "trong tay",
        "budget",
        "budget of",
        "budget is",
        "budget :",
        "have",
        "i have",
        "tầm tiền",
        "ngân sách là",
        "có trong tay",
        "trong tay có",
        "kinh phí",
        "đang có",
    ];
    Lexicon::new(words.map(|word| (word, ())))
});

impl Filters {
    /// What `message` asks for.
    pub fn read(message: &Message) -> Self {
        let (text, facts) = (message.text(), message.facts());
        let car = subject(text, &facts.cars);
        let make = car.and_then(|car| car.make);
        let model = car.and_then(|car| car.model);
        let mut filters = Self {
            make: make.map(|make| make.name.clone()),
            model: model.map(|model| model.name.clone()),
            body: facts.body.as_ref().map(|(body, _)| *body),
            fuel: facts.fuel.as_ref().map(|(fuel, _)| *fuel),
            transmission: facts.transmission.as_ref().map(|(gearbox, _)| *gearbox),
            province: message.place().map(|place| place.name.to_owned()),
            ..Self::default()
        };
        for quantity in &facts.quantities {
            filters.limit(text, quantity);
        }
        filters
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These conditions with those of a later message put over them; a new price or year replaces both ends, and
    /// a new make leaves the old model behind.
    #[must_use]
    pub fn merge(self, later: Self) -> Self {
        fn span<T>(
            old: (Option<T>, Option<T>),
            new: (Option<T>, Option<T>),
        ) -> (Option<T>, Option<T>) {
            if new.0.is_some() || new.1.is_some() {
                new
            } else {
                old
            }
        }
        let other_make = later.make.is_some() && later.make != self.make;
        let (year_min, year_max) = span(
            (self.year_min, self.year_max),
            (later.year_min, later.year_max),
        );
        let (price_min_vnd, price_max_vnd) = span(
            (self.price_min_vnd, self.price_max_vnd),
            (later.price_min_vnd, later.price_max_vnd),
        );
        Self {
            model: later.model.or(if other_make { None } else { self.model }),
            make: later.make.or(self.make),
            body: later.body.or(self.body),
            seats: later.seats.or(self.seats),
            fuel: later.fuel.or(self.fuel),
            transmission: later.transmission.or(self.transmission),
            year_min,
            year_max,
            price_min_vnd,
            price_max_vnd,
            mileage_max_km: later.mileage_max_km.or(self.mileage_max_km),
            province: later.province.or(self.province),
        }
    }

    fn limit(&mut self, text: &Text, quantity: &Quantity) {
        let (low, high) = quantity.limits();
        match quantity.measure {
            Measure::Year if quantity.certainty > Some(0) => {
                self.year_min = low.map(|year| year as i32).or(self.year_min);
                self.year_max = high.map(|year| year as i32).or(self.year_max);
            }
            Measure::Vnd if !stands_behind(text, quantity, &OTHER_MONEY) => {
                self.price(text, quantity, 1.0);
            }
            Measure::Bare if means_millions(text, quantity) => self.price(text, quantity, 1e6),
            // Nobody searches for cars that have run at least so far.
            Measure::Km => self.mileage_max_km = high.map(|km| km as u32).or(self.mileage_max_km),
            Measure::Seats => self.seats = Some(quantity.low as u8),
            Measure::Year | Measure::Vnd | Measure::Bare | Measure::Litres => {}
        }
    }

    fn price(&mut self, text: &Text, quantity: &Quantity, unit: f64) {
        let bound = match quantity.bound {
            Bound::Exact if stands_behind(text, quantity, &BUDGET) => Bound::AtMost,
            Bound::Exact => Bound::Around,
            bound => bound,
        };
        // Fees and deposits are asked about in the same words; no car costs so little.
        if quantity.high * unit < CHEAPEST_VND {
            return;
        }
        let (low, high) = Quantity {
            bound,
            ..quantity.clone()
        }
        .limits();
        let vnd = |amount: f64| (amount * unit).round() as u64;
        self.price_min_vnd = low.map(vnd).or(self.price_min_vnd);
        self.price_max_vnd = high.map(vnd).or(self.price_max_vnd);
    }
}

/// Whether one of the words stands before the quantity, with at most two words between.
fn stands_behind(text: &Text, quantity: &Quantity, words: &Lexicon<()>) -> bool {
    let start = quantity.span.start;
    (start.saturating_sub(2)..=start).any(|at| words.before(text, at).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(json: &str) -> Filters {
        serde_json::from_str(json).expect("the case is written right")
    }

    #[test]
    fn a_message_limits_what_it_speaks_of() {
        for (text, want) in [
            (
                "tìm SUV 7 chỗ dưới 800 triệu",
                r#"{"body":"suv","seats":7,"price_max_vnd":800000000}"#,
            ),
            ("dưới nửa tỷ", r#"{"price_max_vnd":500000000}"#),
            ("7 chỗ máy dầu", r#"{"seats":7,"fuel":"diesel"}"#),
            (
                "tầm 500",
                r#"{"price_min_vnd":450000000,"price_max_vnd":550000000}"#,
            ),
            ("có 500 triệu mua xe gì", r#"{"price_max_vnd":500000000}"#),
            ("phí 10 triệu", "{}"),
            (
                "vios trả trước 200 triệu",
                r#"{"make":"Toyota","model":"Vios"}"#,
            ),
        ] {
            assert_eq!(Filters::read(&Message::read(text)), filters(want), "{text}");
        }
    }

    #[test]
    fn later_conditions_replace_earlier_ones() {
        let first = filters(r#"{"make":"Kia","model":"K3","price_min_vnd":4,"price_max_vnd":5}"#);
        let later = first.merge(filters(r#"{"make":"Mazda","price_max_vnd":6}"#));
        assert_eq!(later, filters(r#"{"make":"Mazda","price_max_vnd":6}"#));
    }
}
