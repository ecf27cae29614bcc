//! What training rows teach about encoding a car: which terms exist, what is usual, how common each version is.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use datasets::Listing;
use serde::{Deserialize, Serialize};

use super::{
    facts::{Facts, Period},
    hash,
    lookup::Lookup,
    terms::{self, Scaling},
    view::View,
};
use crate::families::ridge::Ridge;

/// Columns of the dense row that trees split on, in order. The last two come from the ridge.
pub const COLUMNS: [&str; 23] = [
    "make_rank",
    "model_rank",
    "year",
    "age_years",
    "listed_years",
    "mileage_km",
    "mileage_is_junk",
    "mileage_km_a_year",
    "engine_l",
    "title_engine_l",
    "seats",
    "transmission",
    "fuel",
    "origin",
    "body",
    "drivetrain",
    "source_rank",
    "n_words",
    "n_version_words",
    "consumption_l_per_100km",
    "road_tax_per_year",
    "ridge_ln_price",
    "ridge_text_part",
];

/// Columns of the row that the spread of prices is learnt from: those above, how common the car is, and the estimate.
pub const SPREAD_COLUMNS: usize = COLUMNS.len() + 4;

/// Index of the ridge's prediction in the dense row.
pub const RIDGE_COLUMN: usize = 21;

/// Turns facts into rows. Fitted on training rows only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encoder {
    /// What it looks at.
    #[serde(default, skip_serializing_if = "View::is_full")]
    pub(super) view: View,
    /// What is usual.
    pub(super) scaling: Scaling,
    /// Newest half-year overall.
    pub(super) newest: Period,
    /// Half-years that each source was seen in, ascending.
    pub(super) source_periods: BTreeMap<u64, Vec<Period>>,
    /// Words that sites' own version strings use, by make and word.
    pub(super) version_words: Lookup,
    /// Column of each term.
    pub(super) terms: Lookup,
    pub(super) n_terms: u32,
    /// Rank of makes, of models and of sources by number of rows, most common first.
    pub(super) ranks: Lookup,
    /// Rows by model, by version and by model and year.
    pub(super) counts: Lookup,
}

/// What a ridge makes of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RidgeOutput {
    /// Natural logarithm of the price.
    pub ln_price: f32,
    /// The share of it that version words account for.
    pub text_part: f32,
}

impl Encoder {
    /// What the model may know of `listing`, taken to be listed on `today` where it does not say.
    pub fn facts(&self, listing: &Listing, today: NaiveDate) -> Facts {
        Facts::seen(listing, today, self.view)
    }

    /// Calls `add(column, value, is_text)` for each term of a car that training rows taught a weight for.
    pub fn for_each_term(&self, facts: &Facts, mut add: impl FnMut(u32, f32, bool)) {
        let version = self.version(facts);
        terms::for_each(
            facts,
            &self.scaling,
            self.periods_of(facts),
            version,
            |term| {
                if let Some(column) = self.terms.get(term.key) {
                    add(column, term.value, term.is_text);
                }
            },
        );
    }

    /// The ridge's estimate for a car.
    pub fn ridge_output(&self, facts: &Facts, ridge: &Ridge) -> RidgeOutput {
        let mut output = RidgeOutput {
            ln_price: ridge.intercept,
            text_part: 0.0,
        };
        self.for_each_term(facts, |column, value, is_text| {
            let part = ridge.weights[column as usize] * value;
            output.ln_price += part;
            if is_text {
                output.text_part += part;
            }
        });
        output
    }

    /// The dense row of a car; NaN where it says nothing.
    pub fn dense_row(&self, facts: &Facts, ridge: RidgeOutput) -> [f32; COLUMNS.len()] {
        let known = |value: Option<f32>| value.unwrap_or(f32::NAN);
        let code = |value: Option<u8>| known(value.map(f32::from));
        let rank =
            |key: Option<u64>| known(key.and_then(|key| self.ranks.get(key)).map(|r| r as f32));
        let age = facts.age();
        [
            rank(facts.make),
            rank(facts.model),
            known(facts.year.map(|year| year as f32)),
            known(age),
            facts.t.min(self.scaling.t_newest),
            known(facts.mileage_km),
            f32::from(u8::from(facts.mileage_is_junk)),
            known(facts.mileage_km.zip(age).map(|(km, age)| km / age.max(0.5))),
            known(facts.engine_l),
            known(facts.title_engine_l),
            code(facts.seats),
            code(facts.codes.transmission),
            code(facts.codes.fuel),
            code(facts.codes.origin),
            code(facts.codes.body),
            code(facts.codes.drivetrain),
            rank(Some(facts.source)),
            facts.words.len() as f32,
            self.known_words(facts).count() as f32,
            known(facts.consumption),
            known(facts.road_tax),
            ridge.ln_price,
            ridge.text_part,
        ]
    }

    /// The row from which the spread is learnt. `own` is 1 for a row that the counts include and 0 for any other.
    pub fn spread_row(
        &self,
        facts: &Facts,
        dense: &[f32; COLUMNS.len()],
        ln_price: f32,
        own: u32,
    ) -> [f32; SPREAD_COLUMNS] {
        let mut row = [0.0; SPREAD_COLUMNS];
        row[..COLUMNS.len()].copy_from_slice(dense);
        let counts = self
            .count_keys(facts)
            .map(|key| self.count(key).saturating_sub(own));
        for (target, count) in row[COLUMNS.len()..].iter_mut().zip(counts) {
            *target = (count as f32).ln_1p();
        }
        row[SPREAD_COLUMNS - 1] = ln_price;
        row
    }

    /// Training rows of the car's model.
    pub fn rows_of_model(&self, facts: &Facts) -> u32 {
        self.count(self.count_keys(facts)[0])
    }

    /// Whether any training row is of the car's make.
    pub fn knows_make(&self, facts: &Facts) -> bool {
        facts
            .make
            .is_some_and(|make| self.ranks.get(make).is_some())
    }

    /// Number of terms with a weight.
    pub fn n_terms(&self) -> usize {
        self.n_terms as usize
    }

    fn count(&self, key: Option<u64>) -> u32 {
        key.and_then(|key| self.counts.get(key)).unwrap_or(0)
    }

    /// Keys of the model, the version, and the model and year.
    pub(super) fn count_keys(&self, facts: &Facts) -> [Option<u64>; 3] {
        let of = |kind: u64, key: Option<u64>| key.map(|key| hash::pair(kind, key));
        let model_year = facts
            .model
            .zip(facts.year)
            .map(|(model, year)| hash::pair(model, year as u64));
        [
            of(1, facts.model),
            of(2, self.version(facts)),
            of(3, model_year),
        ]
    }

    fn known_words<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = u64> + 'a {
        let make = facts.make.unwrap_or(0);
        facts
            .words
            .iter()
            .copied()
            .filter(move |word| self.version_words.get(hash::pair(make, *word)).is_some())
    }

    /// The known words in order make the version. Where an export has no titles, engine, fuel and gearbox do.
    pub(super) fn version(&self, facts: &Facts) -> Option<u64> {
        let model = facts.model?;
        let words = self.known_words(facts).reduce(hash::pair);
        let stand_in = || {
            let engine = hash::number(facts.engine_l?);
            let code = |code: Option<u8>| code.map_or(0, |code| u64::from(code) + 1);
            let (fuel, transmission) = (code(facts.codes.fuel), code(facts.codes.transmission));
            Some(hash::pair(engine, fuel * 64 + transmission))
        };
        let version = if facts.title_is_missing {
            stand_in()
        } else {
            words
        };
        version.map(|version| hash::pair(model, version))
    }

    /// The half-years whose price level is meant: a day after the newest training row has the newest level, and a
    /// source that was not seen then has the level of when it was last seen before.
    pub(super) fn periods_of(&self, facts: &Facts) -> (Period, Period) {
        let overall = facts.period.min(self.newest);
        let seen = self
            .source_periods
            .get(&facts.source)
            .map_or(&[][..], Vec::as_slice);
        let before = seen.partition_point(|period| *period <= facts.period);
        let own = seen
            .get(before.saturating_sub(1))
            .copied()
            .unwrap_or(overall);
        (overall, own)
    }
}
