//! The catalogue's models as facts for the generator.

use super::ModelFacts;
use crate::{
    catalogue::{Catalogue, Make, Model},
    text,
};

/// Makes by their weight among used cars on offer, Toyota being 1; the others weigh [`OTHER_MAKES`].
const MAKES: &[(&str, f64)] = &[
    ("toyota", 1.0),
    ("hyundai", 0.85),
    ("kia", 0.75),
    ("ford", 0.6),
    ("vinfast", 0.55),
    ("mazda", 0.5),
    ("mitsubishi", 0.5),
    ("honda", 0.45),
    ("mercedesbenz", 0.35),
    ("chevrolet", 0.2),
    ("nissan", 0.15),
    ("suzuki", 0.15),
    ("bmw", 0.12),
    ("lexus", 0.12),
    ("mg", 0.12),
    ("peugeot", 0.12),
    ("audi", 0.08),
    ("landrover", 0.06),
    ("porsche", 0.06),
];

const OTHER_MAKES: f64 = 0.03;

/// Words of trims that are a model's plainest.
const PLAIN: &[&str] = &[
    "base",
    "standard",
    "tieuchuan",
    "e",
    "s",
    "gl",
    "glx",
    "deluxe",
    "eco",
    "xl",
];

/// Words of trims that are a model's dearest.
const RICH: &[&str] = &[
    "premium",
    "luxury",
    "platinum",
    "limited",
    "signature",
    "caocap",
    "wildtrak",
    "raptor",
    "top",
    "amg",
];

impl ModelFacts {
    /// The facts of every model of which the catalogue knows list price and years; the others are left out.
    ///
    /// The catalogue lists a make's commonest models first: their weight falls with their place.
    pub fn of_catalogue(catalogue: &Catalogue) -> Vec<Self> {
        catalogue
            .makes()
            .iter()
            .flat_map(|make| {
                make.models
                    .iter()
                    .enumerate()
                    .filter_map(|(place, model)| Self::of(make, model, place))
            })
            .collect()
    }

    fn of(make: &Make, model: &Model, place: usize) -> Option<Self> {
        let (low, high) = model.list_price_million_vnd?;
        let key = text::key(&make.name);
        let weight = MAKES
            .iter()
            .find_map(|(name, weight)| (*name == key).then_some(*weight))
            .unwrap_or(OTHER_MAKES);
        let mut trims = model.trims.clone();
        trims.sort_by_key(|trim| rank(trim));
        Some(Self {
            make: make.name.clone(),
            model: model.name.clone(),
            trims,
            engines_l: model.engines_l.clone(),
            transmissions: model.transmissions.clone(),
            fuels: model.fuels.clone(),
            body: model.body,
            seats: model.seats.first().copied(),
            origin: model.origin,
            years: model.sold?,
            new_price_vnd: (low * 1e6, high * 1e6),
            popularity: weight / (1 + place) as f64,
        })
    }
}

/// Place of a trim between plain and rich, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Plain,
    Unknown,
    Rich,
}

fn rank(trim: &str) -> Rank {
    let words = text::tokens(trim);
    let whole = text::key(trim);
    let any = |list: &[&str]| {
        list.contains(&whole.as_str()) || words.iter().any(|word| list.contains(&word.as_str()))
    };
    if any(RICH) {
        Rank::Rich
    } else if any(PLAIN) {
        Rank::Plain
    } else {
        Rank::Unknown
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::synthetic::{Settings, generate};

    #[test]
    fn the_embedded_catalogue_feeds_the_generator() {
        let facts = ModelFacts::of_catalogue(Catalogue::embedded());
        assert!(facts.len() >= 150, "{}", facts.len());
        let until = NaiveDate::from_ymd_opt(2025, 12, 31).expect("a date");
        let rows = generate(&facts, &Settings::new(5000, 1, until)).expect("sound facts");
        let toyotas = rows
            .iter()
            .filter(|row| row.make.as_deref() == Some("Toyota"))
            .count();
        assert!((600..1500).contains(&toyotas), "{toyotas}");
        let makes: std::collections::BTreeSet<_> =
            rows.iter().filter_map(|row| row.make.as_deref()).collect();
        assert!(makes.len() > 20, "{makes:?}");
    }

    #[test]
    fn trims_are_ranked_by_their_words() {
        for (trim, want) in [
            ("Tiêu chuẩn", Rank::Plain),
            ("Base", Rank::Plain),
            ("1.5 E", Rank::Plain),
            ("Titanium", Rank::Unknown),
            ("2.0 Premium", Rank::Rich),
            ("Cao cấp", Rank::Rich),
        ] {
            assert_eq!(rank(trim), want, "{trim}");
        }
    }
}
