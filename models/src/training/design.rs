//! Training rows, encoded.

use std::collections::BTreeMap;

use datasets::{Listing, vocabulary::Currency};
use ndarray::{Array1, Array2};

use crate::{
    Error, Result,
    families::ridge::SparseRows,
    features::{
        encoder::{COLUMNS, Encoder, RIDGE_COLUMN, RidgeOutput},
        facts::Facts,
        fit::EncoderParams,
        view::View,
    },
    hyperparameters::{self as valid, Checked, Validate},
};

/// Length of a year, in days.
const DAYS_A_YEAR: f32 = 365.25;

/// How rows are weighed and encoded.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignParams {
    /// Days after which a row counts half: prices move, and old ones say less about today's. None: a row's age does
    /// not count.
    pub half_life_days: Option<f32>,
    /// No row counts less than this.
    pub min_weight: f32,
    /// Weights of sources whose prices are noisier than others'; 1 where not named.
    pub source_weights: BTreeMap<String, f32>,
    /// Encoder.
    pub encoder: EncoderParams,
    /// Each row is learned from once more as one of these views shows it, in turn, so that a request which leaves fields
    /// out is one that training knows. Empty: rows are learned from as they are.
    pub partial: Vec<View>,
}

impl Default for DesignParams {
    fn default() -> Self {
        Self {
            half_life_days: Some(DAYS_A_YEAR),
            min_weight: 0.05,
            // Private sellers, free text, a fifth of the odometers typed as filler.
            source_weights: [("chotot".to_owned(), 0.5)].into(),
            encoder: EncoderParams::default(),
            partial: View::PARTIAL.to_vec(),
        }
    }
}

impl Validate for DesignParams {
    fn validate(&self) -> Result<()> {
        if let Some(days) = self.half_life_days {
            valid::HALF_LIFE_DAYS.check(f64::from(days))?;
        }
        valid::MIN_WEIGHT.check(f64::from(self.min_weight))?;
        valid::MIN_ROWS_A_WORD.check(f64::from(self.encoder.min_rows_a_word))?;
        let mut weights = self.source_weights.iter();
        weights.try_for_each(|(source, weight)| valid::check_source_weight(source, *weight))
    }
}

/// The training rows as learners see them: all rows in order, then their partial views.
#[derive(Debug)]
pub struct Design {
    /// What each row says.
    pub facts: Vec<Facts>,
    /// Natural logarithm of each row's price.
    pub ln_prices: Array1<f32>,
    /// Weight of each row.
    pub weights: Array1<f32>,
    /// Fold of each row.
    pub folds: Vec<usize>,
    /// The encoder that the rows taught.
    pub encoder: Encoder,
    /// Terms of each row.
    pub sparse: SparseRows,
    /// Currency of all prices.
    pub currency: Currency,
}

impl Design {
    /// Encodes `rows`, each with a price, all in one currency; `folds` says which rows may not be told apart.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a row without a positive price, for prices in two currencies, and when no row has a day.
    pub fn new(
        rows: &[&Listing],
        mut folds: Vec<usize>,
        params: &Checked<DesignParams>,
    ) -> Result<Self> {
        let currency = one_currency(rows)?;
        let newest = rows
            .iter()
            .filter_map(|row| row.listed_on)
            .max()
            .ok_or_else(|| {
                Error::parameter(
                    "listed_on",
                    "missing in all rows",
                    "a date in at least one row",
                )
            })?;
        let view = params.encoder.view;
        let mut facts: Vec<Facts> = rows
            .iter()
            .map(|row| Facts::seen(row, newest, view))
            .collect();
        let t_newest = crate::features::facts::years(newest);
        let mut weights: Vec<f32> = rows
            .iter()
            .zip(&facts)
            .map(|(row, facts)| {
                let recency = params.half_life_days.map_or(1.0, |days| {
                    0.5_f32.powf((t_newest - facts.t) / (days / DAYS_A_YEAR))
                });
                let source = params
                    .source_weights
                    .get(&row.source)
                    .copied()
                    .unwrap_or(1.0);
                recency.max(params.min_weight) * source
            })
            .collect();
        let mut ln_prices: Vec<f32> = rows
            .iter()
            .map(|row| row.price.map_or(f32::NAN, |price| price.amount.ln() as f32))
            .collect();
        // A row and its partial view share a fold: one of them must not tell of the other.
        let views = params.partial.iter().cycle();
        for (row, partial) in (0..rows.len()).zip(views) {
            facts.push(Facts::seen(rows[row], newest, partial.and(view)));
            weights.push(weights[row]);
            ln_prices.push(ln_prices[row]);
            folds.push(folds[row]);
        }
        let all: Vec<&Facts> = facts.iter().collect();
        let whole = rows.len();
        let encoder = params.encoder.fit(&all, whole, &weights)?;
        let sparse = encoder.sparse_rows(&all);
        Ok(Self {
            facts,
            ln_prices: ln_prices.into(),
            weights: weights.into(),
            folds,
            encoder,
            sparse,
            currency,
        })
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Number of folds.
    pub fn n_folds(&self) -> usize {
        self.folds.iter().max().map_or(0, |fold| fold + 1)
    }

    /// The dense rows, with these outputs of the ridge.
    pub fn dense(&self, ridge: &[RidgeOutput]) -> Array2<f32> {
        let mut dense = Array2::zeros((self.len(), COLUMNS.len()));
        for ((mut row, facts), ridge) in dense.outer_iter_mut().zip(&self.facts).zip(ridge) {
            for (target, value) in row.iter_mut().zip(self.encoder.dense_row(facts, *ridge)) {
                *target = value;
            }
        }
        dense
    }

    /// Rows of the newest half-year: those whose errors tell how far off tomorrow's prices will be. All rows where
    /// the newest half-year has too few.
    pub fn recent(&self) -> Vec<usize> {
        const MIN_ROWS: usize = 500;
        let newest = self.facts.iter().map(|facts| facts.period).max();
        let recent: Vec<usize> = (0..self.len())
            .filter(|row| Some(self.facts[*row].period) == newest)
            .collect();
        if recent.len() < MIN_ROWS {
            (0..self.len()).collect()
        } else {
            recent
        }
    }
}

fn one_currency(rows: &[&Listing]) -> Result<Currency> {
    let mut currency = None;
    for row in rows {
        let price = row
            .price
            .filter(|price| price.amount > 0.0 && price.amount.is_finite())
            .ok_or_else(|| Error::parameter("price", format!("{:?}", row.price), "positive"))?;
        if *currency.get_or_insert(price.currency) != price.currency {
            let found = format!(
                "{} beside {}",
                price.currency,
                currency.unwrap_or(price.currency)
            );
            return Err(Error::parameter(
                "currency",
                found,
                "one currency in all rows",
            ));
        }
    }
    currency.ok_or_else(|| Error::parameter("rows", 0, "at least one"))
}

/// The columns of one row.
pub(super) fn dense_row(dense: &Array2<f32>, row: usize) -> [f32; COLUMNS.len()] {
    std::array::from_fn(|column| dense[[row, column]])
}

/// The ridge's output that a dense row carries.
pub(super) fn ridge_output(row: &[f32; COLUMNS.len()]) -> RidgeOutput {
    RidgeOutput {
        ln_price: row[RIDGE_COLUMN],
        text_part: row[RIDGE_COLUMN + 1],
    }
}
