//! What a model may look at: every field of a listing, or fewer.
//!
//! A view is stored with the encoder, so that a model trained without a field never sees it when it scores either.

use serde::{Deserialize, Serialize};

/// Fields that are hidden or shown together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The seller's own words; model and trim then make the version.
    FreeTitle,
    /// Every word of the version: title and trim.
    Version,
    /// Model year, and with it the age.
    Year,
    /// Odometer.
    Mileage,
    /// Engine size in a field of its own.
    Engine,
    /// Gearbox.
    Transmission,
    /// Energy.
    Fuel,
    /// Domestic or imported.
    Origin,
    /// Body shape.
    Body,
    /// Driven wheels.
    Drivetrain,
    /// Seats.
    Seats,
    /// Where the car stands.
    Province,
    /// Site.
    Source,
    /// Consumption and road tax, which only some exports know.
    Costs,
}

impl Group {
    /// Every group.
    pub const ALL: &'static [Self] = &[
        Self::FreeTitle,
        Self::Version,
        Self::Year,
        Self::Mileage,
        Self::Engine,
        Self::Transmission,
        Self::Fuel,
        Self::Origin,
        Self::Body,
        Self::Drivetrain,
        Self::Seats,
        Self::Province,
        Self::Source,
        Self::Costs,
    ];

    /// The name in files and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FreeTitle => "free_title",
            Self::Version => "version",
            Self::Year => "year",
            Self::Mileage => "mileage",
            Self::Engine => "engine",
            Self::Transmission => "transmission",
            Self::Fuel => "fuel",
            Self::Origin => "origin",
            Self::Body => "body",
            Self::Drivetrain => "drivetrain",
            Self::Seats => "seats",
            Self::Province => "province",
            Self::Source => "source",
            Self::Costs => "costs",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The groups that are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Group>", into = "Vec<Group>")]
pub struct View {
    hidden: u16,
}

impl View {
    /// Everything that a listing says.
    pub const FULL: Self = Self { hidden: 0 };
    /// No word of the title or of the version: for exports that have none, or none to be relied on.
    pub const NO_TITLE: Self = Self::FULL.without(Group::FreeTitle).without(Group::Version);
    /// What callers can say: a version, but no seller's text.
    pub const FORM: Self = Self::FULL.without(Group::FreeTitle);
    /// What the marketplace's backend sends: make, model, year and odometer, and perhaps version, gearbox and place.
    pub const BACKEND: Self = Self::FORM
        .without(Group::Costs)
        .without(Group::Fuel)
        .without(Group::Origin)
        .without(Group::Body)
        .without(Group::Engine)
        .without(Group::Seats)
        .without(Group::Drivetrain);
    /// Ways in which callers leave fields out: as the backend asks, with a version and without, the four required fields
    /// alone, and everything but a version.
    pub const PARTIAL: [Self; 4] = [
        Self::BACKEND,
        Self::BACKEND.without(Group::Version),
        Self::BACKEND
            .without(Group::Version)
            .without(Group::Transmission)
            .without(Group::Province),
        Self::FORM.without(Group::Version),
    ];

    /// The view that hides what either hides.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            hidden: self.hidden | other.hidden,
        }
    }

    /// The view with one more group hidden.
    #[must_use]
    pub const fn without(self, group: Group) -> Self {
        Self {
            hidden: self.hidden | group.bit(),
        }
    }

    /// Whether a group is hidden.
    pub const fn hides(self, group: Group) -> bool {
        self.hidden & group.bit() != 0
    }

    /// Whether nothing is hidden.
    pub fn is_full(&self) -> bool {
        *self == Self::FULL
    }
}

impl From<Vec<Group>> for View {
    fn from(hidden: Vec<Group>) -> Self {
        hidden.into_iter().fold(Self::FULL, Self::without)
    }
}

impl From<View> for Vec<Group> {
    fn from(view: View) -> Self {
        let groups = Group::ALL.iter().copied();
        groups.filter(|group| view.hides(*group)).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use datasets::{Listing, vocabulary::Fuel};

    use super::*;
    use crate::features::facts::Facts;

    fn car() -> Listing {
        Listing {
            source: "chotot".into(),
            make: Some("Toyota".into()),
            model: Some("Vios".into()),
            trim: Some("1.5G".into()),
            title: Some("Bán Vios 1.5G một chủ".into()),
            year: Some(2019),
            mileage_km: Some(45_000.0),
            engine_l: Some(1.5),
            fuel: Some(Fuel::Petrol),
            seats: Some(5),
            province: Some("Huế".into()),
            consumption_l_per_100km: Some(6.0),
            ..Listing::default()
        }
    }

    fn seen(view: View, car: &Listing) -> Facts {
        let day = NaiveDate::from_ymd_opt(2025, 11, 15).expect("a day");
        Facts::seen(car, day, view)
    }

    #[test]
    fn json_names_what_is_hidden() {
        let json = serde_json::to_string(&View::FORM).expect("JSON");
        assert_eq!(json, r#"["free_title"]"#);
        assert_eq!(
            serde_json::from_str::<View>(&json).expect("a view"),
            View::FORM
        );
        for group in Group::ALL {
            let name = serde_json::to_string(group).expect("JSON");
            assert_eq!(name, format!("\"{}\"", group.as_str()));
            assert!(!View::FULL.hides(*group) && View::FULL.without(*group).hides(*group));
        }
    }

    #[test]
    fn a_form_is_seen_as_it_is_sent() {
        let sent = Listing {
            title: None,
            ..car()
        };
        assert_eq!(seen(View::FORM, &car()), seen(View::FULL, &sent));
        assert_ne!(seen(View::FULL, &car()), seen(View::FULL, &sent));
    }

    #[test]
    fn what_is_hidden_changes_nothing() {
        let other = Listing {
            source: "oto".into(),
            trim: Some("E".into()),
            title: Some("khác".into()),
            year: Some(2011),
            mileage_km: Some(222_000.0),
            engine_l: Some(2.0),
            fuel: Some(Fuel::Diesel),
            seats: Some(7),
            province: Some("Hà Nội".into()),
            consumption_l_per_100km: None,
            ..car()
        };
        let blind = Group::ALL
            .iter()
            .fold(View::FULL, |view, group| view.without(*group));
        assert_eq!(seen(blind, &car()), seen(blind, &other));
        for group in Group::ALL
            .iter()
            .filter(|group| **group != Group::FreeTitle)
        {
            let shown = Group::ALL.iter().filter(|own| *own != group);
            let view = shown.fold(View::FULL, |view, own| view.without(*own));
            let tells = !matches!(
                group,
                Group::Transmission | Group::Origin | Group::Body | Group::Drivetrain
            );
            let differ = seen(view, &car()) != seen(view, &other);
            assert_eq!(differ, tells, "{group:?}");
        }
    }
}
