//! Which rows a model may have learned from: a score on those says how well it remembers, not how well it values.

use datasets::{Listing, hash, split::Holdout};
use models::Manifest;

/// What a model's training made of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was fitted on it.
    Trained,
    /// It was set apart and never fitted on.
    HeldOut,
    /// It was left out because it shows a car or a seller of the rows set apart.
    LeftOut,
    /// It was listed after the training data end, or on a site that they do not hold.
    New,
    /// It is of a site and a time that the training data cover; whether it is among them cannot be told.
    Possible,
}

/// What a model's training made of each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// One a row.
    pub states: Vec<State>,
    /// Whether the training rows were found again: their hash is that of the model's manifest.
    pub is_verified: bool,
}

impl Exposure {
    /// Splits `listings` as the model's training may have done, and looks whether the training side hashes to what the
    /// manifest says. Where it does, every row's part is known; where not, site and day have to do.
    pub fn of(listings: &[Listing], manifest: &Manifest, holdout: Holdout, seed: u64) -> Self {
        let whole = hash::listings_sha256(listings) == manifest.data_sha256;
        if whole {
            return Self {
                states: vec![State::Trained; listings.len()],
                is_verified: true,
            };
        }
        if let Ok(split) = holdout.split(listings, seed) {
            let train: Vec<&Listing> = split.train.iter().map(|row| &listings[*row]).collect();
            if hash::listings_sha256(&train) == manifest.data_sha256 {
                let mut states = vec![State::Trained; listings.len()];
                for row in split.test {
                    states[row] = State::HeldOut;
                }
                for row in split.dropped {
                    states[row] = State::LeftOut;
                }
                return Self {
                    states,
                    is_verified: true,
                };
            }
        }
        let until: Option<chrono::NaiveDate> = manifest.data_until.parse().ok();
        let state = |listing: &Listing| {
            let is_later = listing
                .listed_on
                .zip(until)
                .is_some_and(|(day, until)| day > until);
            if is_later || !manifest.rows_by_source.contains_key(&listing.source) {
                State::New
            } else {
                State::Possible
            }
        };
        Self {
            states: listings.iter().map(state).collect(),
            is_verified: false,
        }
    }

    /// Number of rows in a state.
    pub fn count(&self, state: State) -> usize {
        self.states.iter().filter(|own| **own == state).count()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use datasets::{Money, vocabulary::Currency};
    use models::Family;

    use super::*;

    const HOLDOUT: Holdout = Holdout::Grouped { buckets: 5 };

    fn listings() -> Vec<Listing> {
        let row = |i: u32| Listing {
            id: i.to_string(),
            source: if i.is_multiple_of(7) {
                "oto"
            } else {
                "bonbanh"
            }
            .to_owned(),
            make: Some("Kia".into()),
            model: Some("Morning".into()),
            year: Some(2019),
            mileage_km: Some(f64::from(10_000 + 37 * i)),
            seller_hash: Some(format!("s{}", i % 40)),
            listed_on: NaiveDate::from_ymd_opt(2025, 1 + i % 11, 15),
            price: Some(Money::vnd(3e8 + 1e6 * f64::from(i))),
            ..Listing::default()
        };
        (0..300).map(row).collect()
    }

    fn manifest(train: &[&Listing], until: &str) -> Manifest {
        Manifest {
            format_version: 1,
            schema_version: 1,
            name: "price".into(),
            version: "0123456789ab".into(),
            family: Family::Ridge,
            features: Vec::new(),
            currency: Currency::Vnd,
            seed: 42,
            git_revision: None,
            trained_at: None,
            data_sha256: hash::listings_sha256(train),
            data_until: until.into(),
            rows_by_source: BTreeMap::from([("bonbanh".into(), 200)]),
            rows_in_all: None,
            metrics: BTreeMap::new(),
            parts: BTreeMap::new(),
            sha256: String::new(),
        }
    }

    #[test]
    fn the_training_rows_are_found_again_by_their_hash() {
        let listings = listings();
        let split = HOLDOUT.split(&listings, 42).expect("a hold-out");
        let train: Vec<&Listing> = split.train.iter().map(|row| &listings[*row]).collect();
        let exposure = Exposure::of(&listings, &manifest(&train, "2025-11-15"), HOLDOUT, 42);
        assert!(exposure.is_verified);
        assert_eq!(exposure.count(State::HeldOut), split.test.len());
        assert_eq!(exposure.count(State::LeftOut), split.dropped.len());
        assert_eq!(exposure.states[split.train[0]], State::Trained);
        let only_train: Vec<Listing> = train.iter().map(|row| (*row).clone()).collect();
        let exposure = Exposure::of(&only_train, &manifest(&train, "2025-11-15"), HOLDOUT, 42);
        assert_eq!(exposure.count(State::Trained), only_train.len());
    }

    #[test]
    fn without_them_site_and_day_have_to_do() {
        let listings = listings();
        let others: Vec<&Listing> = listings[..100].iter().collect();
        let exposure = Exposure::of(&listings, &manifest(&others, "2025-06-30"), HOLDOUT, 42);
        assert!(!exposure.is_verified);
        for (listing, state) in listings.iter().zip(&exposure.states) {
            let is_new =
                listing.source == "oto" || listing.listed_on > NaiveDate::from_ymd_opt(2025, 6, 30);
            let want = if is_new { State::New } else { State::Possible };
            assert_eq!(*state, want, "{listing:?}");
        }
    }
}
