//! The price of a car, from whoever holds a model.

use serde_json::{Map, Value};

use understanding::Slots;

/// A range that holds the price of so many cars out of a hundred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Share of cars, 0 to 1.
    pub level: f64,
    /// Lower end in đồng.
    pub low_vnd: i64,
    /// Upper end in đồng.
    pub high_vnd: i64,
}

/// What makes a price less than it seems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caveat {
    /// The valuer knows the make of the car alone.
    ModelUnknown,
    /// It does not know words of the version.
    VersionUnknown,
    /// It hardly knows the model: the price comes from the list price of the new car.
    FromListPrice,
    /// The odometer reads like one that nobody read.
    MileageDoubtful,
    /// The newest listing that it knows is so many days old.
    StaleData {
        /// Days before the day whose price is meant.
        days: i64,
    },
}

/// Why a car has no price; that the valuer knows no car of its make needs no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNot {
    /// The model was not sold in this year.
    NotSold {
        /// When it was.
        sold: String,
    },
    /// A value that no car has.
    Impossible {
        /// The value.
        value: String,
        /// The valid range.
        valid: String,
    },
}

/// What a valuation says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Valued {
    /// Price in đồng; `None` if the car cannot be valued.
    pub price_vnd: Option<i64>,
    /// Ranges, the narrowest first.
    pub ranges: Vec<Range>,
    /// What the same car would cost with one fact changed, in đồng; facts that cannot be changed are left out.
    pub varied: Vec<(Fact, i64)>,
    /// What makes the price less than it seems.
    pub caveats: Vec<Caveat>,
    /// Why there is no price, where more is to be said than that the make is unknown.
    pub why_not: Option<WhyNot>,
    /// Everything that `/predict` says of the car.
    pub body: Map<String, Value>,
}

impl Valued {
    /// The range that people are told: that of four cars out of five.
    pub fn usual_range(&self) -> Option<Range> {
        let near = |range: &&Range| (range.level - 0.8).abs() < 1e-6;
        self.ranges.iter().find(near).copied()
    }
}

/// Values cars. The service does it with its model; the command line asks a running service or does without.
pub trait Valuer: Send + Sync {
    /// Values the car of `slots`, which hold all that a valuation needs. Returns `None` if no model is loaded.
    fn value(&self, slots: &Slots) -> Option<Valued>;
}

/// What a change of one fact does to the price of a car.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// The car's year or mileage.
    pub fact: Fact,
    /// What the same car would cost with the other value, less what it costs: đồng.
    pub amount_vnd: i64,
}

/// A fact that is changed to see what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// One model year younger.
    YearYounger,
    /// [`Fact::FURTHER_KM`] more on the odometer.
    FurtherDriven,
}

impl Fact {
    /// Every fact, in the order in which people are told.
    pub const ALL: [Self; 2] = [Self::YearYounger, Self::FurtherDriven];

    /// Kilometres that are added to the odometer.
    pub const FURTHER_KM: u32 = 10_000;
}

/// What moves the price of the car: one year younger, and 10,000 km more.
///
/// A difference of the wrong sign is the model's noise and says nothing about the car: it is left out.
pub fn effects(valued: &Valued) -> Vec<Effect> {
    let Some(price_vnd) = valued.price_vnd else {
        return Vec::new();
    };
    let effects = valued.varied.iter().map(|(fact, other_vnd)| Effect {
        fact: *fact,
        amount_vnd: other_vnd - price_vnd,
    });
    effects
        .filter(|effect| match effect.fact {
            Fact::YearYounger => effect.amount_vnd > 0,
            Fact::FurtherDriven => effect.amount_vnd < 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valued(price_vnd: Option<i64>, varied: &[(Fact, i64)]) -> Valued {
        Valued {
            price_vnd,
            varied: varied.to_vec(),
            ..Valued::default()
        }
    }

    #[test]
    fn effects_are_differences_to_the_price() {
        let varied = [(Fact::YearYounger, 150), (Fact::FurtherDriven, 130)];
        let effects = effects(&valued(Some(140), &varied));
        let amounts: Vec<_> = effects.iter().map(|effect| effect.amount_vnd).collect();
        assert_eq!(amounts, [10, -10]);
    }

    #[test]
    fn a_difference_of_the_wrong_sign_is_left_out() {
        let varied = [(Fact::YearYounger, 130), (Fact::FurtherDriven, 140)];
        assert_eq!(effects(&valued(Some(140), &varied)), []);
        assert_eq!(effects(&valued(None, &varied)), []);
    }
}
