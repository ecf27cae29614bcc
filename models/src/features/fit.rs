//! Fits an [`Encoder`] to training rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    encoder::Encoder,
    facts::{Facts, Period},
    hash,
    lookup::Lookup,
    terms::{self, Scaling},
    view::View,
};
use crate::{Error, Result, families::ridge::SparseRows};

/// How an encoder is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct EncoderParams {
    /// What it looks at.
    pub view: View,
    /// Sources whose titles are the site's own version strings; their words make up the vocabulary of versions. When
    /// no row is of one of them, all sources count.
    pub version_sources: Vec<String>,
    /// Rows of one make that must use a word before it counts as a version word.
    pub min_rows_a_word: u32,
}

impl Default for EncoderParams {
    fn default() -> Self {
        Self {
            view: View::FORM,
            version_sources: ["bonbanh", "oto", "synthetic"].map(str::to_owned).to_vec(),
            min_rows_a_word: 4,
        }
    }
}

impl EncoderParams {
    /// Fits an encoder to `all` rows, each with its weight. The first `whole` of them say what is usual and how common it is;
    /// behind them come partial views of the same rows, which only add terms.
    ///
    /// # Errors
    /// [`Error::Parameter`] when there is no row.
    pub fn fit(&self, all: &[&Facts], whole: usize, weights: &[f32]) -> Result<Encoder> {
        let (rows, weights) = (&all[..whole], &weights[..whole]);
        if rows.is_empty() {
            return Err(Error::parameter("rows", 0, "at least one"));
        }
        let mut encoder = Encoder {
            view: self.view,
            scaling: scaling(rows, weights),
            newest: rows
                .iter()
                .map(|facts| facts.period)
                .max()
                .unwrap_or(Period(0)),
            source_periods: source_periods(rows),
            version_words: self.version_words(rows),
            terms: Lookup::default(),
            n_terms: 0,
            ranks: ranks(rows),
            counts: Lookup::default(),
        };
        encoder.counts = counts(&encoder, rows);
        encoder.terms = term_columns(&encoder, all);
        encoder.n_terms = encoder.terms.len() as u32;
        Ok(encoder)
    }

    fn version_words(&self, rows: &[&Facts]) -> Lookup {
        let own: BTreeSet<u64> = self
            .version_sources
            .iter()
            .map(|name| hash::text(name))
            .collect();
        let any = rows.iter().any(|facts| own.contains(&facts.source));
        let mut counts: HashMap<u64, u32> = HashMap::new();
        for facts in rows
            .iter()
            .filter(|facts| !any || own.contains(&facts.source))
        {
            for word in &facts.words {
                *counts
                    .entry(hash::pair(facts.make.unwrap_or(0), *word))
                    .or_default() += 1;
            }
        }
        counts.retain(|_, rows| *rows >= self.min_rows_a_word);
        Lookup::new(counts.into_iter().collect())
    }
}

impl Encoder {
    /// The sparse rows of the ridge.
    pub fn sparse_rows(&self, rows: &[&Facts]) -> SparseRows {
        let mut sparse = SparseRows::new(self.n_terms());
        let mut entries = Vec::new();
        for facts in rows {
            entries.clear();
            self.for_each_term(facts, |column, term| entries.push((column, term.value)));
            sparse.push(entries.iter().copied());
        }
        sparse
    }
}

/// The usual age and mileage are medians; the spread of ages is the weighted standard deviation, at least a year.
fn scaling(rows: &[&Facts], weights: &[f32]) -> Scaling {
    let ages: Vec<(f32, f32)> = rows
        .iter()
        .zip(weights)
        .filter_map(|(facts, w)| Some((facts.age()?, *w)))
        .collect();
    let total: f64 = ages
        .iter()
        .map(|(_, w)| f64::from(*w))
        .sum::<f64>()
        .max(f64::MIN_POSITIVE);
    let mean = ages
        .iter()
        .map(|(age, w)| f64::from(*age) * f64::from(*w))
        .sum::<f64>()
        / total;
    let variance = ages
        .iter()
        .map(|(age, w)| (f64::from(*age) - mean).powi(2) * f64::from(*w))
        .sum::<f64>()
        / total;
    Scaling {
        age_center: median(ages.iter().map(|(age, _)| *age)).unwrap_or(5.0),
        age_scale: variance.sqrt().max(1.0) as f32,
        mileage_center_km: median(rows.iter().filter_map(|facts| facts.mileage_km))
            .unwrap_or(50_000.0)
            .max(1_000.0),
        t_newest: rows.iter().map(|facts| facts.t).fold(f32::MIN, f32::max),
    }
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    let middle = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

fn source_periods(rows: &[&Facts]) -> BTreeMap<u64, Vec<Period>> {
    let mut periods: BTreeMap<u64, BTreeSet<Period>> = BTreeMap::new();
    for facts in rows {
        periods
            .entry(facts.source)
            .or_default()
            .insert(facts.period);
    }
    periods
        .into_iter()
        .map(|(source, periods)| (source, periods.into_iter().collect()))
        .collect()
}

fn ranks(rows: &[&Facts]) -> Lookup {
    let mut pairs = Vec::new();
    let columns: [fn(&Facts) -> Option<u64>; 3] = [
        |facts| facts.make,
        |facts| facts.model,
        |facts| Some(facts.source),
    ];
    for column in columns {
        let mut counts: HashMap<u64, u32> = HashMap::new();
        for key in rows.iter().filter_map(|facts| column(facts)) {
            *counts.entry(key).or_default() += 1;
        }
        let mut common: Vec<_> = counts.into_iter().collect();
        common.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        pairs.extend(
            common
                .into_iter()
                .zip(0_u32..)
                .map(|((key, _), rank)| (key, rank)),
        );
    }
    Lookup::new(pairs)
}

fn counts(encoder: &Encoder, rows: &[&Facts]) -> Lookup {
    let mut counts: HashMap<u64, u32> = HashMap::new();
    for facts in rows {
        for key in Encoder::count_keys(facts, encoder.known(facts))
            .into_iter()
            .flatten()
        {
            *counts.entry(key).or_default() += 1;
        }
    }
    Lookup::new(counts.into_iter().collect())
}

/// Terms in the order of their keys, so that one set of rows gives one numbering.
fn term_columns(encoder: &Encoder, rows: &[&Facts]) -> Lookup {
    let mut seen: HashMap<u64, (u32, u32)> = HashMap::new();
    for facts in rows {
        let version = encoder.known(facts).version;
        let periods = encoder.periods_of(facts);
        terms::for_each(facts, &encoder.scaling, periods, version, |term| {
            let entry = seen.entry(term.key).or_insert((0, term.min_rows));
            entry.0 += 1;
        });
    }
    let mut keys: Vec<u64> = seen
        .into_iter()
        .filter(|(_, (rows, min_rows))| rows >= min_rows)
        .map(|(key, _)| key)
        .collect();
    keys.sort_unstable();
    let pairs: Vec<(u64, u32)> = keys.into_iter().zip(0..).collect();
    Lookup::new(pairs)
}
