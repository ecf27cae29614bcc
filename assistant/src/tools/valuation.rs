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

/// What a valuation says.
#[derive(Debug, Clone, PartialEq)]
pub struct Valued {
    /// Price in đồng; none where there is no ground to value the car.
    pub price_vnd: Option<i64>,
    /// Ranges, the narrowest first.
    pub ranges: Vec<Range>,
    /// Whether the model of the car is unknown to the valuer, which then knows its make alone.
    pub model_unknown: bool,
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
    /// Values the car of `slots`, which lack none that a valuation needs. None where no model is loaded.
    fn value(&self, slots: &Slots) -> Option<Valued>;
}

/// What one fact about a car is worth, told by valuing it again without that fact's difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// The car's year or mileage.
    pub fact: Fact,
    /// What the same car would cost with the other value, less what it costs: đồng.
    pub amount_vnd: i64,
}

/// A fact that was varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// One year younger.
    YearYounger,
    /// 10,000 km more on the odometer.
    FurtherDriven,
}

/// What moves the price of the car: the same car valued one year younger, and after 10,000 km more.
///
/// A difference of the wrong sign is the model's noise, and says nothing about the car: it is left out.
pub fn effects(valuer: &dyn Valuer, slots: &Slots, price_vnd: i64) -> Vec<Effect> {
    let varied = [
        (
            Fact::YearYounger,
            Slots {
                year: slots.year.map(|year| year + 1),
                ..slots.clone()
            },
        ),
        (
            Fact::FurtherDriven,
            Slots {
                mileage_km: slots.mileage_km.map(|km| km.saturating_add(10_000)),
                ..slots.clone()
            },
        ),
    ];
    varied
        .into_iter()
        .filter_map(|(fact, slots)| {
            let other = valuer.value(&slots)?.price_vnd?;
            Some(Effect {
                fact,
                amount_vnd: other - price_vnd,
            })
        })
        .filter(|effect| match effect.fact {
            Fact::YearYounger => effect.amount_vnd > 0,
            Fact::FurtherDriven => effect.amount_vnd < 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten million a year since 2000, less a thousand a kilometre.
    struct Linear;

    impl Valuer for Linear {
        fn value(&self, slots: &Slots) -> Option<Valued> {
            let price =
                i64::from(slots.year? - 2000) * 10_000_000 - i64::from(slots.mileage_km?) * 1_000;
            Some(Valued {
                price_vnd: Some(price),
                ranges: vec![],
                model_unknown: false,
                body: Map::new(),
            })
        }
    }

    #[test]
    fn effects_are_differences_of_valuations() {
        let slots = Slots {
            year: Some(2019),
            mileage_km: Some(50_000),
            ..Slots::default()
        };
        let effects = effects(&Linear, &slots, 140_000_000);
        let amounts: Vec<_> = effects.iter().map(|effect| effect.amount_vnd).collect();
        assert_eq!(amounts, [10_000_000, -10_000_000]);
    }
}
