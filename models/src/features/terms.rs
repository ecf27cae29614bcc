//! The terms of the ridge: which categories, and which slopes within a category, a car takes part in.
//!
//! A term is a hashed key and a value. For a category the value is the term's scale: a larger scale is a smaller
//! penalty, so the scales say how far each kind of term may move a price. Slopes multiply a scale with how far the
//! car's age, mileage or date lies from the usual. The scales were chosen on validation sellers of the 2025-11
//! Vietnamese listings; no term helps that was tried and is not here (make × year, colour, single global words).

use serde::{Deserialize, Serialize};

use super::{
    facts::{Facts, Period},
    hash,
    mileage::{Distance, SLOPES, Shape},
};

/// Where the usual car of the training rows stands; slopes are measured from there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Age that counts as usual, in years.
    pub age_center: f32,
    /// Spread of ages, in years.
    pub age_scale: f32,
    /// Mileage that counts as usual, in kilometres.
    pub mileage_center_km: f32,
    /// Newest day of the training rows, in years; later days have its price level.
    pub t_newest: f32,
}

/// One term of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// Hash of the kind of term and its category.
    pub key: u64,
    /// Scale, times the slope's value where it is a slope.
    pub value: f32,
    /// What the term is part of.
    pub part: Part,
    /// Fewest training rows that must hold the category for the term to count.
    pub min_rows: u32,
}

/// The parts of an estimate that are told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// None of those below.
    Plain,
    /// What version words account for.
    Text,
    /// Slopes over the odometer; the value of the term is `factor` times how far the odometer is from the usual.
    Mileage {
        /// Which slopes.
        shape: Shape,
        /// How much of the weight they are moved by.
        factor: f32,
    },
}

/// A value that training rows may show a model with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Its model year.
    Year,
    /// Its energy.
    Fuel,
    /// Its gearbox.
    Transmission,
    /// Its seats.
    Seats,
    /// Its driven wheels.
    Drivetrain,
}

/// Kinds of terms that join a model with one value.
const MODEL_TRANSMISSION: u64 = 4;
const MODEL_FUEL: u64 = 5;
const MODEL_SEATS: u64 = 7;
const MODEL_DRIVETRAIN: u64 = 8;

/// Key of the term of a model and one of its values.
pub(super) fn of_model(what: Seen, model: u64, code: u8) -> u64 {
    let kind = match what {
        Seen::Transmission => MODEL_TRANSMISSION,
        Seen::Fuel => MODEL_FUEL,
        Seen::Seats => MODEL_SEATS,
        Seen::Drivetrain => MODEL_DRIVETRAIN,
        Seen::Year => unreachable!("years are counted, they have no term of their own"),
    };
    hash::pair(kind, hash::pair(model, u64::from(code) + 1))
}

/// Calls `add` with every term of a car. `periods` are the half-years whose price level is meant, overall and on the
/// car's source; `version` hashes the words that make up a known version, if any.
pub fn for_each(
    facts: &Facts,
    scaling: &Scaling,
    periods: (Period, Period),
    version: Option<u64>,
    mut add: impl FnMut(Term),
) {
    let position = Position::of(facts, scaling);
    mileage_terms(facts, &position, &mut add);
    let mut term = |kind: u64, category: u64, value: f32, is_text: bool, min_rows: u32| {
        add(Term {
            key: hash::pair(kind, category),
            value,
            part: if is_text { Part::Text } else { Part::Plain },
            min_rows,
        });
    };
    let mut category = |kind: u64, category: Option<u64>, scale: f32| {
        if let Some(category) = category {
            term(kind, category, scale, false, 2);
        }
    };
    let join = |a: Option<u64>, b: Option<u64>| Some(hash::pair(a?, b?));
    let code = |code: Option<u8>| code.map(|code| u64::from(code) + 1);
    // An absent value is a category of its own where absence itself tells something.
    let or_absent = |code: Option<u64>| Some(code.unwrap_or(0));

    let period = Some(periods.0.0 as u64);
    let source_period = Some(hash::pair(facts.source, periods.1.0 as u64));
    let year = facts.year.map(|year| year as u64);
    let (transmission, fuel) = (code(facts.codes.transmission), code(facts.codes.fuel));
    let (origin, drivetrain) = (code(facts.codes.origin), code(facts.codes.drivetrain));
    let seats = code(facts.seats);
    let engine = facts.engine_l.map(hash::number);
    let model = facts.model;

    category(1, source_period, 1.0);
    category(2, join(period, year), 1.0);
    category(3, join(model, period), 0.5);
    category(
        MODEL_TRANSMISSION,
        join(model, or_absent(transmission)),
        0.7,
    );
    category(MODEL_FUEL, join(model, or_absent(fuel)), 1.0);
    category(6, join(model, or_absent(origin)), 0.7);
    category(MODEL_SEATS, join(model, or_absent(seats)), 0.5);
    category(MODEL_DRIVETRAIN, join(model, or_absent(drivetrain)), 0.5);
    category(9, or_absent(transmission), 1.0);
    category(10, or_absent(fuel), 1.0);
    category(11, or_absent(origin), 1.0);
    category(12, or_absent(code(facts.codes.body)), 1.0);
    category(13, or_absent(drivetrain), 1.0);
    category(14, or_absent(engine), 1.0);
    category(15, or_absent(seats), 1.0);
    category(16, facts.province, 0.4);
    category(17, join(source_period, or_absent(transmission)), 0.5);
    // Only some exports know these.
    category(21, join(model, facts.road_tax.map(hash::number)), 0.5);
    category(22, join(version, facts.consumption.map(hash::number)), 0.7);
    category(23, join(year, facts.road_tax.map(hash::number)), 0.5);
    category(
        24,
        join(join(version, year), facts.consumption.map(hash::number)),
        0.5,
    );

    if let Some(make) = facts.make {
        // A make or a model counts from its first row: a rare one has nothing else to be known by.
        term(30, make, 8.0, false, 1);
        term(31, make, position.age, false, 1);
        term(32, make, position.drift * position.age * 2.0, false, 1);
        for word in &facts.words {
            term(34, hash::pair(make, *word), 0.7, true, 2);
        }
    }
    if let Some(model) = model {
        term(40, model, 5.0, false, 1);
        term(41, model, position.age, false, 2);
        term(42, model, position.age * position.age * 0.4, false, 2);
        term(43, model, position.drift * 0.7, false, 2);
        if let Some(year) = year {
            let model_year = hash::pair(model, year);
            for word in &facts.words {
                term(45, hash::pair(model_year, *word), 0.4, true, 2);
            }
        }
    }
    // Without words of a version, the usual version of the model in that year is meant.
    if let Some(model) = model.filter(|_| facts.words.is_empty()) {
        term(70, model, 1.0, false, 1);
        term(71, model, position.age * 0.5, false, 2);
        if let Some(year) = year {
            term(72, hash::pair(model, year), 0.6, false, 2);
        }
    }
    if let Some(version) = version {
        term(50, version, 0.7, true, 2);
        term(51, version, position.drift * 0.5, true, 2);
        if let Some(year) = year {
            term(52, hash::pair(version, year), 0.6, true, 2);
        }
    }
    for (kind, value) in [
        (60, position.age),
        (61, position.age * position.age / 2.0),
        (62, position.drift),
        (63, position.drift * position.age),
        (66, f32::from(u8::from(facts.mileage_km.is_none()))),
    ] {
        term(kind, 0, value * 2.0, false, 1);
    }
}

/// The terms of the odometer; none where it is not known.
fn mileage_terms(facts: &Facts, position: &Position, add: &mut impl FnMut(Term)) {
    if facts.mileage_km.is_none() {
        return;
    }
    let mut term = |kind: u64, category: u64, shape: Shape, factor: f32, min_rows: u32| {
        add(Term {
            key: hash::pair(kind, category),
            value: factor * position.mileage.along(shape),
            part: Part::Mileage { shape, factor },
            min_rows,
        });
    };
    for slope in 0..SLOPES {
        let (shape, at) = (Shape::Slope(slope), slope as u64);
        // A slope that does not lie between the usual odometer and the car's moves nothing.
        if position.mileage.along(shape) == 0.0 {
            continue;
        }
        term(18, at, shape, 1.0, 1);
        term(19, hash::pair(facts.source, at), shape, 0.5, 2);
        term(20, at, shape, position.age * 0.3, 1);
    }
    if let Some(make) = facts.make {
        term(33, make, Shape::Logarithmic, 1.0, 1);
    }
    if let Some(model) = facts.model {
        term(44, model, Shape::Linear, 0.5, 2);
    }
    term(64, 0, Shape::Logarithmic, 2.0, 1);
    term(65, 0, Shape::Logarithmic, position.age * 2.0, 1);
}

/// How far a car lies from the usual one.
struct Position {
    /// Age, in spreads from the usual.
    age: f32,
    /// Years from a fixed point before the newest day, halved.
    drift: f32,
    /// Odometer.
    mileage: Distance,
}

impl Position {
    fn of(facts: &Facts, scaling: &Scaling) -> Self {
        let age = facts.age().unwrap_or(scaling.age_center);
        Self {
            age: ((age - scaling.age_center) / scaling.age_scale).clamp(-2.0, 4.0),
            drift: (facts.t.min(scaling.t_newest) - scaling.t_newest) / 2.0 + 1.2,
            mileage: Distance::of(facts.mileage_km, scaling.mileage_center_km),
        }
    }
}

/// How far a car's odometer is from the usual.
pub(super) fn mileage(facts: &Facts, scaling: &Scaling) -> Distance {
    Distance::of(facts.mileage_km, scaling.mileage_center_km)
}
