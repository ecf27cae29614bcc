//! From flags to predictions: which rows are scored, and what a reader must know of them.

use std::collections::BTreeMap;

use datasets::Listing;
use models::Valuer;

use super::cli::{ChampionArgs, ModelArgs, RowsArg, ScoringArgs};
use super::{Error, Output, Result};
use crate::{
    Sheet,
    load::{self, Exposure, Predicted, State},
    price,
    sheet::Kind,
};

/// Alias of the model that serves.
const CHAMPION: &str = "champion";

/// What a command scores.
pub(super) struct Subject {
    /// The model that is judged.
    pub(super) predicted: Predicted,
    /// The one that it is compared with.
    pub(super) champion: Option<Predicted>,
    /// The judged model and its listings, where it is one of a registry.
    pub(super) model: Option<(Valuer, Vec<Listing>)>,
    /// What a reader must know.
    pub(super) warnings: Vec<String>,
}

impl Subject {
    /// Reads and values what the flags name. `fallback` is the model where none is named.
    ///
    /// # Errors
    /// Flags that contradict each other, and whatever cannot be read.
    pub(super) fn open(
        args: &ModelArgs,
        champion: &ChampionArgs,
        fallback: &str,
        output: Output,
    ) -> Result<Self> {
        let subject = match &args.predictions {
            Some(path) => {
                if !args.listings.is_empty() || args.model.is_some() || champion.champion.is_some()
                {
                    let text = "`--predictions` stands in place of `--model`, `--champion` and `--listings`";
                    return Err(Error::Usage(text.to_owned()));
                }
                let read = |path| load::read_predictions(path, &args.currency);
                let theirs = champion.champion_predictions.as_deref();
                Self {
                    predicted: read(path)?,
                    champion: theirs.map(read).transpose()?,
                    model: None,
                    warnings: Vec::new(),
                }
            }
            None if champion.champion_predictions.is_some() => {
                let text = "`--champion-predictions` needs `--predictions` beside it";
                return Err(Error::Usage(text.to_owned()));
            }
            None => Self::of_models(args, champion.champion.as_deref(), fallback, output)?,
        };
        if subject
            .champion
            .as_ref()
            .is_some_and(|own| own.currency != subject.predicted.currency)
        {
            let text = "the two models' prices are of different currencies".to_owned();
            return Err(Error::Nothing(text));
        }
        for warning in &subject.warnings {
            output.warn(warning);
        }
        Ok(subject)
    }

    fn of_models(
        args: &ModelArgs,
        champion: Option<&str>,
        fallback: &str,
        output: Output,
    ) -> Result<Self> {
        let Some(registry) = args.registry.as_ref().filter(|_| !args.listings.is_empty()) else {
            let text = "`--registry DIR --listings FILE`, or `--predictions FILE`, is needed";
            return Err(Error::Usage(text.to_owned()));
        };
        let valuer = load::open(registry, args.model.as_deref().unwrap_or(fallback))?;
        let champion = champion.map(|own| load::open(registry, own)).transpose()?;
        let loaded = load::read_listings(&args.listings, args.mapping.as_deref())?;
        output.note(format_args!(
            "{} rows read, {} dropped by cleaning, {} relistings",
            loaded.rows, loaded.unclean, loaded.repeated
        ));
        let mut warnings = Vec::new();
        let version = |own: &Valuer| own.manifest().version.clone();
        if champion.as_ref().map(version) == Some(version(&valuer)) {
            warnings.push("challenger and champion are one and the same model".to_owned());
        }
        let models: Vec<&Valuer> = std::iter::once(&valuer).chain(&champion).collect();
        let exposures: Vec<Exposure> = models
            .iter()
            .map(|own| {
                Exposure::of(
                    &loaded.listings,
                    own.manifest(),
                    args.holdout(),
                    own.manifest().seed,
                )
            })
            .collect();
        // Held-out rows are valued by the fit that did not see them; other rows by the one that is served.
        let as_judged = |own: Valuer, exposure: &Exposure| {
            if exposure.is_verified && own.manifest().rows_in_all.is_some() {
                load::open_measured(registry, &own.manifest().version)
            } else {
                Ok(own)
            }
        };
        let valuer = as_judged(valuer, &exposures[0])?;
        let champion = champion
            .map(|own| as_judged(own, &exposures[1]))
            .transpose()?;
        let (rows, chosen) = choose(args.rows, &exposures, loaded.listings.len(), &mut warnings)?;
        let currency = valuer.manifest().currency;
        let n_chosen = rows.len();
        let listings: Vec<Listing> = rows
            .into_iter()
            .map(|row| &loaded.listings[row])
            .filter(|row| row.price.is_some_and(|price| price.currency == currency))
            .cloned()
            .collect();
        if listings.len() < n_chosen {
            let n = n_chosen - listings.len();
            warnings.push(format!(
                "{n} rows have no price in {currency} and were not scored"
            ));
        }
        if listings.is_empty() {
            return Err(Error::Nothing(format!("no row has a price in {currency}")));
        }
        let mut predicted = load::predict(&valuer, &listings, args.fields.view())?;
        predicted.facts.insert("rows".to_owned(), chosen);
        let days = listings.iter().filter_map(|row| row.listed_on);
        if let Some((first, last)) = days.clone().min().zip(days.max()) {
            predicted
                .facts
                .insert("listed".to_owned(), format!("{first} to {last}"));
        }
        let grounds = predicted.rows.column("ground");
        let is_unknown = |word: &&Option<String>| word.as_deref() == Some(price::UNKNOWN);
        let unknown = grounds.map_or(0, |own| own.words.iter().filter(is_unknown).count());
        if unknown > 0 {
            warnings.push(format!(
                "{unknown} rows are of makes that the model does not know; it would not value them, they are scored all the same"
            ));
        }
        let champion = champion
            .map(|own| load::predict(&own, &listings, args.fields.view()))
            .transpose()?;
        Ok(Self {
            predicted,
            champion,
            model: Some((valuer, listings)),
            warnings,
        })
    }

    /// The scores.
    ///
    /// # Errors
    /// Those of [`price::score`] and [`price::compare`].
    pub(super) fn sheet(&self, args: &ScoringArgs) -> Result<Sheet> {
        let mut settings = args.settings();
        let rows = &self.predicted.rows;
        // What no row tells is not asked for by default; what the user names must be there.
        if args.is_default_by() {
            settings.by.retain(|by| match by.as_str() {
                "price" => true,
                "age" => rows.age_years.iter().any(Option::is_some),
                name => rows
                    .column(name)
                    .is_some_and(|own| own.words.iter().any(Option::is_some)),
            });
        }
        let groups = match &self.champion {
            Some(champion) => price::compare(&champion.rows, rows, &settings)?,
            None => price::score(rows, &settings)?,
        };
        let mut subject: BTreeMap<String, String> = self.predicted.facts.clone();
        subject.insert("model".to_owned(), self.predicted.name.clone());
        if let Some(champion) = &self.champion {
            subject.insert("champion".to_owned(), champion.name.clone());
            for fact in ["data_until", "predictions"] {
                if let Some(value) = champion.facts.get(fact) {
                    subject.insert(format!("champion_{fact}"), value.clone());
                }
            }
        }
        let has_sellers = rows.sellers.iter().any(Option::is_some);
        let resampled = if settings.by_seller && has_sellers {
            "seller"
        } else {
            "row"
        };
        Ok(Sheet {
            kind: Kind::Price,
            subject,
            warnings: self.warnings.clone(),
            replicates: settings.plan.replicates,
            seed: settings.plan.seed,
            confidence: settings.plan.confidence,
            resampled: resampled.to_owned(),
            groups,
        })
    }
}

/// The flags of `compare`: a challenger beside the champion.
pub(super) fn with_champion(args: &ChampionArgs, model: &ModelArgs) -> ChampionArgs {
    let mut champion = args.clone();
    if model.predictions.is_none() && champion.champion_predictions.is_none() {
        champion.champion.get_or_insert_with(|| CHAMPION.to_owned());
    }
    champion
}

/// The rows to score, and how they were chosen, in words.
fn choose(
    wanted: RowsArg,
    exposures: &[Exposure],
    n: usize,
    warnings: &mut Vec<String>,
) -> Result<(Vec<usize>, String)> {
    let any = |row: usize, states: &[State]| {
        exposures
            .iter()
            .any(|own| states.contains(&own.states[row]))
    };
    let without =
        |states: &[State]| -> Vec<usize> { (0..n).filter(|row| !any(*row, states)).collect() };
    let rows = match wanted {
        RowsArg::All => (0..n).collect(),
        RowsArg::Auto => without(&[State::Trained, State::LeftOut]),
        RowsArg::Unseen => without(&[State::Trained, State::LeftOut, State::Possible]),
    };
    if rows.is_empty() {
        let why = "the listings overlap the training data: no row is left that the model was not trained on";
        return Err(Error::Nothing(format!(
            "{why} (`--rows all` scores them nonetheless)"
        )));
    }
    let count = |states: &[State]| rows.iter().filter(|row| any(**row, states)).count();
    let (trained, possible) = (count(&[State::Trained]), count(&[State::Possible]));
    if trained > 0 {
        warnings.push(format!(
            "{trained} of {} rows were trained on: their errors say how well the model remembers",
            rows.len()
        ));
    }
    if possible > 0 {
        warnings.push(format!(
            "the listings may overlap the training data: {possible} of {} rows are of its sites and days; `--rows unseen` leaves them out",
            rows.len()
        ));
    }
    let held_out = count(&[State::HeldOut]);
    let is_verified = exposures.iter().any(|own| own.is_verified);
    let chosen = match wanted {
        RowsArg::All => format!("all {n}"),
        _ if held_out > 0 && is_verified => format!(
            "{} of {n}, set apart by training (its rows were found again by their hash)",
            rows.len()
        ),
        _ if possible == 0 => format!(
            "{} of {n}, after the training data or of other sites",
            rows.len()
        ),
        _ => format!(
            "all {}, of which {possible} may have been trained on",
            rows.len()
        ),
    };
    Ok((rows, chosen))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(wanted: RowsArg, states: &[&[State]]) -> (Vec<usize>, usize) {
        let exposures: Vec<Exposure> = states
            .iter()
            .map(|states| Exposure {
                states: states.to_vec(),
                is_verified: states.contains(&State::HeldOut),
            })
            .collect();
        let mut warnings = Vec::new();
        let (rows, _) = choose(wanted, &exposures, states[0].len(), &mut warnings).expect("rows");
        (rows, warnings.len())
    }

    #[test]
    fn what_was_trained_on_is_not_scored_or_warned_of() {
        use State::{HeldOut, LeftOut, New, Possible, Trained};
        let split = [Trained, HeldOut, LeftOut, HeldOut];
        assert_eq!(chosen(RowsArg::Auto, &[&split]), (vec![1, 3], 0));
        assert_eq!(chosen(RowsArg::All, &[&split]), (vec![0, 1, 2, 3], 1));
        let others = [Possible, Possible, New, New];
        assert_eq!(chosen(RowsArg::Auto, &[&others]), (vec![0, 1, 2, 3], 1));
        assert_eq!(chosen(RowsArg::Unseen, &[&others]), (vec![2, 3], 0));
        // Of two models, a row must be new to both.
        assert_eq!(chosen(RowsArg::Unseen, &[&split, &others]), (vec![3], 0));
    }

    #[test]
    fn nothing_left_is_an_error() {
        let exposure = Exposure {
            states: vec![State::Trained; 3],
            is_verified: true,
        };
        let error = choose(RowsArg::Auto, &[exposure], 3, &mut Vec::new()).expect_err("none left");
        assert!(
            error.to_string().contains("overlap the training data"),
            "{error}"
        );
    }
}
