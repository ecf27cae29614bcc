//! What training rows teach about encoding a car: which terms exist, what is usual, how common each version is.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use datasets::Listing;
use serde::{Deserialize, Serialize};

use super::{
    facts::{Facts, Period},
    hash,
    lookup::Lookup,
    mileage::Slopes,
    terms::{self, Part, Scaling, Seen, Term},
    view::View,
};
use crate::families::ridge::Ridge;

/// Columns of the dense row that trees split on, in order. The last two come from the ridge.
pub const COLUMNS: [&str; 21] = [
    "make_rank",
    "model_rank",
    "year",
    "age_years",
    "listed_years",
    "mileage_km",
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
pub const RIDGE_COLUMN: usize = 19;

/// The column in which no tree may let a price rise, so that none undoes the slopes of the ridge.
#[cfg(feature = "train")]
pub(crate) const FALLING_COLUMN: usize = 5;

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

/// What the vocabulary of versions makes of the words of a car.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownWords {
    /// Hash of the version.
    pub(super) version: Option<u64>,
    /// Words that sites' own version strings use.
    count: u32,
}

/// The weights of a ridge by the keys of their terms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TermWeights {
    intercept: f32,
    /// Bit patterns of the weights.
    bits: Lookup,
}

/// Training rows of a model year from which it counts as seen.
const MIN_ROWS_OF_A_YEAR: u32 = 3;

/// Kind of the count of rows of a model.
const MODEL: u64 = 1;

/// An output in the making.
struct Sum {
    output: RidgeOutput,
    slopes: Slopes,
}

impl Sum {
    fn from(intercept: f32) -> Self {
        let output = RidgeOutput {
            ln_price: intercept,
            text_part: 0.0,
        };
        Self {
            output,
            slopes: Slopes::default(),
        }
    }

    fn add(&mut self, term: &Term, weight: f32) {
        match term.part {
            Part::Plain => self.output.ln_price += weight * term.value,
            Part::Text => {
                self.output.ln_price += weight * term.value;
                self.output.text_part += weight * term.value;
            }
            Part::Mileage { shape, factor } => self.slopes.add(shape, weight * factor),
        }
    }

    fn output(self, facts: &Facts, scaling: &Scaling) -> RidgeOutput {
        let moved = self.slopes.over(&terms::mileage(facts, scaling));
        RidgeOutput {
            ln_price: self.output.ln_price + moved,
            ..self.output
        }
    }
}

impl Encoder {
    /// What the model may know of `listing`, taken to be listed on `today` where it does not say.
    pub fn facts(&self, listing: &Listing, today: NaiveDate) -> Facts {
        Facts::seen(listing, today, self.view)
    }

    /// As [`Self::facts`], as far as `view` shows the listing.
    pub fn facts_seen(&self, listing: &Listing, today: NaiveDate, view: View) -> Facts {
        Facts::seen(listing, today, view.and(self.view))
    }

    /// What the vocabulary of versions makes of the words of a car.
    pub(crate) fn known(&self, facts: &Facts) -> KnownWords {
        let make = facts.make.unwrap_or(0);
        let is_known = |word: &&u64| self.version_words.get(hash::pair(make, **word)).is_some();
        let mut words = facts.words.iter().filter(is_known);
        let first = words.next().copied();
        let (mut version, mut count) = (first, u32::from(first.is_some()));
        for word in words {
            version = version.map(|before| hash::pair(before, *word));
            count += 1;
        }
        KnownWords {
            version: Self::version(facts, version),
            count,
        }
    }

    /// Calls `add` with each term of a car that training rows taught a weight for, and its column.
    pub fn for_each_term(&self, facts: &Facts, mut add: impl FnMut(u32, Term)) {
        self.for_each_key(facts, self.known(facts), |term| {
            if let Some(column) = self.terms.get(term.key) {
                add(column, term);
            }
        });
    }

    /// Calls `add` for each term of a car, whether training rows taught a weight for it or not.
    fn for_each_key(&self, facts: &Facts, known: KnownWords, add: impl FnMut(Term)) {
        let periods = self.periods_of(facts);
        terms::for_each(facts, &self.scaling, periods, known.version, add);
    }

    /// The ridge's estimate for a car.
    pub fn ridge_output(&self, facts: &Facts, ridge: &Ridge) -> RidgeOutput {
        let mut sum = Sum::from(ridge.intercept);
        self.for_each_term(facts, |column, term| {
            sum.add(&term, ridge.weights[column as usize]);
        });
        sum.output(facts, &self.scaling)
    }

    /// The weights of `ridge` by the keys of their terms, for [`Self::weighed`].
    pub(crate) fn term_weights(&self, ridge: &Ridge) -> TermWeights {
        let pairs = self.terms.pairs();
        let weights = pairs.map(|(key, column)| (key, ridge.weights[column as usize].to_bits()));
        TermWeights {
            intercept: ridge.intercept,
            bits: Lookup::new(weights.collect()),
        }
    }

    /// As [`Self::ridge_output`], with one look-up a term.
    pub(crate) fn weighed(
        &self,
        facts: &Facts,
        known: KnownWords,
        weights: &TermWeights,
    ) -> RidgeOutput {
        let mut sum = Sum::from(weights.intercept);
        self.for_each_key(facts, known, |term| {
            if let Some(bits) = weights.bits.get(term.key) {
                sum.add(&term, f32::from_bits(bits));
            }
        });
        sum.output(facts, &self.scaling)
    }

    /// The dense row of a car; NaN where it says nothing.
    pub fn dense_row(&self, facts: &Facts, ridge: RidgeOutput) -> [f32; COLUMNS.len()] {
        self.dense_row_of(facts, self.known(facts), ridge)
    }

    /// The same, with the known words counted already.
    pub(crate) fn dense_row_of(
        &self,
        facts: &Facts,
        words: KnownWords,
        ridge: RidgeOutput,
    ) -> [f32; COLUMNS.len()] {
        let known = |value: Option<f32>| value.unwrap_or(f32::NAN);
        let code = |value: Option<u8>| known(value.map(f32::from));
        let rank =
            |key: Option<u64>| known(key.and_then(|key| self.ranks.get(key)).map(|r| r as f32));
        [
            rank(facts.make),
            rank(facts.model),
            known(facts.year.map(|year| year as f32)),
            known(facts.age()),
            facts.t.min(self.scaling.t_newest),
            known(facts.mileage_km),
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
            words.count as f32,
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
        self.spread_row_of(facts, self.known(facts), dense, ln_price, own)
    }

    /// The same, with the known words read already.
    pub(crate) fn spread_row_of(
        &self,
        facts: &Facts,
        words: KnownWords,
        dense: &[f32; COLUMNS.len()],
        ln_price: f32,
        own: u32,
    ) -> [f32; SPREAD_COLUMNS] {
        let mut row = [0.0; SPREAD_COLUMNS];
        row[..COLUMNS.len()].copy_from_slice(dense);
        let counts = Self::count_keys(facts, words).map(|key| self.count(key).saturating_sub(own));
        for (target, count) in row[COLUMNS.len()..].iter_mut().zip(counts) {
            *target = (count as f32).ln_1p();
        }
        row[SPREAD_COLUMNS - 1] = ln_price;
        row
    }

    /// Years from the last half-year in which training rows show the car's site, or from the newest training row, to the
    /// day that is meant; none for a site that they do not show.
    pub fn years_since_seen(&self, facts: &Facts) -> Option<f32> {
        let last = self.source_periods.get(&facts.source)?.last()?;
        let until = last.end().min(self.scaling.t_newest);
        Some((facts.t - until).max(0.0))
    }

    /// Training rows of the car's model.
    pub fn rows_of_model(&self, facts: &Facts) -> u32 {
        self.count(facts.model.map(|model| hash::pair(MODEL, model)))
    }

    /// Whether any training row is of the car's make.
    pub fn knows_make(&self, facts: &Facts) -> bool {
        facts
            .make
            .is_some_and(|make| self.ranks.get(make).is_some())
    }

    /// Whether training rows show the car's model with the value that `what` names.
    pub fn has_seen(&self, facts: &Facts, what: Seen) -> bool {
        let Some(model) = facts.model else {
            return false;
        };
        let code = match what {
            Seen::Year => {
                let key = Self::count_keys(facts, self.known(facts))[2];
                return self.count(key) >= MIN_ROWS_OF_A_YEAR;
            }
            Seen::Fuel => facts.codes.fuel,
            Seen::Transmission => facts.codes.transmission,
            Seen::Seats => facts.seats,
            Seen::Drivetrain => facts.codes.drivetrain,
        };
        code.is_some_and(|code| {
            let key = terms::of_model(what, model, code);
            self.terms.get(key).is_some()
        })
    }

    /// Whether version strings of the car's make use all words of its version. Where training rows had none, nothing is
    /// known against any word.
    pub fn knows_words(&self, facts: &Facts) -> bool {
        if self.version_words.is_empty() {
            return true;
        }
        let make = facts.make.unwrap_or(0);
        let mut words = facts.words.iter();
        words.all(|word| self.version_words.get(hash::pair(make, *word)).is_some())
    }

    /// Number of terms with a weight.
    pub fn n_terms(&self) -> usize {
        self.n_terms as usize
    }

    fn count(&self, key: Option<u64>) -> u32 {
        key.and_then(|key| self.counts.get(key)).unwrap_or(0)
    }

    /// Keys of the model, the version, and the model and year.
    pub(super) fn count_keys(facts: &Facts, words: KnownWords) -> [Option<u64>; 3] {
        let of = |kind: u64, key: Option<u64>| key.map(|key| hash::pair(kind, key));
        let model_year = facts
            .model
            .zip(facts.year)
            .map(|(model, year)| hash::pair(model, year as u64));
        [
            of(MODEL, facts.model),
            of(2, words.version),
            of(3, model_year),
        ]
    }

    /// The known words in order make the version. Where an export has no titles, engine, fuel and gearbox do.
    fn version(facts: &Facts, words: Option<u64>) -> Option<u64> {
        let model = facts.model?;
        let without_title = || {
            let engine = hash::number(facts.engine_l?);
            let code = |code: Option<u8>| code.map_or(0, |code| u64::from(code) + 1);
            let (fuel, transmission) = (code(facts.codes.fuel), code(facts.codes.transmission));
            Some(hash::pair(engine, fuel * 64 + transmission))
        };
        let version = if facts.title_is_missing {
            without_title()
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

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::*;

    #[test]
    fn indices_name_the_columns_that_they_are_meant_for() {
        assert_eq!(COLUMNS[FALLING_COLUMN], "mileage_km");
        assert_eq!(COLUMNS[RIDGE_COLUMN], "ridge_ln_price");
    }
}
