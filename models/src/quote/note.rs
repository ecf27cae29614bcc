//! What is said beside or in place of a price: warnings and reasons, by stable codes.

use std::fmt;

use datasets::text::clipped;
use datasets::{Catalogue, Listing};

use super::bounds::Bound;

/// A field of a query, under its name in `/predict`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `brand`.
    Make,
    /// `model`.
    Model,
    /// `year`.
    Year,
    /// `mileage_km`.
    MileageKm,
    /// `engine_l`.
    EngineL,
    /// `seats`.
    Seats,
    /// `version`.
    Version,
    /// `color`.
    Color,
    /// `transmission`.
    Transmission,
    /// `location`.
    Location,
    /// `fuel`.
    Fuel,
    /// `origin`.
    Origin,
    /// `body`.
    Body,
    /// `drivetrain`.
    Drivetrain,
    /// `condition`.
    Condition,
    /// `listed_on`.
    ListedOn,
    /// `source`.
    Source,
}

impl Field {
    /// The name in requests and replies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Make => "brand",
            Self::Model => "model",
            Self::Year => "year",
            Self::MileageKm => "mileage_km",
            Self::EngineL => "engine_l",
            Self::Seats => "seats",
            Self::Version => "version",
            Self::Color => "color",
            Self::Transmission => "transmission",
            Self::Location => "location",
            Self::Fuel => "fuel",
            Self::Origin => "origin",
            Self::Body => "body",
            Self::Drivetrain => "drivetrain",
            Self::Condition => "condition",
            Self::ListedOn => "listed_on",
            Self::Source => "source",
        }
    }
}

/// Kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCode {
    /// The model was hardly trained on; the make alone prices the car.
    UnknownModel,
    /// Words behind the model's name say nothing to the model: it may be another car.
    UnknownVersion,
    /// The site was not trained on.
    UnknownSource,
    /// The place is none that is known; the car is valued as if it stood anywhere.
    UnknownPlace,
    /// The word names no value of its field, which counts as not given.
    NotUnderstood,
    /// The version names another car.
    VersionOfAnotherModel,
    /// The model was never offered with this value.
    NotOffered,
    /// The model was not sold new in this model year or near it.
    YearNotSold,
    /// The model year lies more than a year after the day that is meant.
    YearAhead,
    /// The odometer reads like one that was typed to fill the field; it is taken as given.
    MileageDoubtful,
    /// The model was hardly trained on; the price comes from the catalogue's list price.
    FromListPrice,
    /// The price of a nearly new car is far from its list price.
    FarFromListPrice,
    /// The day that is meant is long after the newest listing that was trained on.
    StaleData,
    /// A row of a file names no model.
    ModelMissing,
    /// A row of a file has no odometer reading.
    MileageMissing,
}

impl WarningCode {
    /// The code in replies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownModel => "unknown_model",
            Self::UnknownVersion => "unknown_version",
            Self::UnknownSource => "unknown_source",
            Self::UnknownPlace => "unknown_place",
            Self::NotUnderstood => "not_understood",
            Self::VersionOfAnotherModel => "version_of_another_model",
            Self::NotOffered => "not_offered",
            Self::YearNotSold => "year_not_sold",
            Self::YearAhead => "year_ahead",
            Self::MileageDoubtful => "mileage_doubtful",
            Self::FromListPrice => "from_list_price",
            Self::FarFromListPrice => "far_from_list_price",
            Self::StaleData => "stale_data",
            Self::ModelMissing => "model_missing",
            Self::MileageMissing => "mileage_missing",
        }
    }
}

/// Kinds of reasons for which a car has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonCode {
    /// The catalogue does not know the make.
    UnknownMake,
    /// The model was trained on no car of the make.
    NoGround,
    /// A row of a file names no make.
    MakeMissing,
    /// A row of a file has no model year.
    YearMissing,
    /// The model year is outside its bound.
    YearOutOfRange,
    /// The model was not sold until years later, or not for years before.
    YearNotSold,
    /// The odometer is outside its bound.
    MileageOutOfRange,
    /// The engine size is outside its bound.
    EngineOutOfRange,
    /// The number of seats is outside its bound.
    SeatsOutOfRange,
    /// The day is outside its bound.
    DayOutOfRange,
}

impl ReasonCode {
    /// The code in replies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownMake => "unknown_make",
            Self::NoGround => "no_ground",
            Self::MakeMissing => "make_missing",
            Self::YearMissing => "year_missing",
            Self::YearOutOfRange => "year_out_of_range",
            Self::YearNotSold => "year_not_sold",
            Self::MileageOutOfRange => "mileage_out_of_range",
            Self::EngineOutOfRange => "engine_out_of_range",
            Self::SeatsOutOfRange => "seats_out_of_range",
            Self::DayOutOfRange => "day_out_of_range",
        }
    }
}

/// A value that was taken, but not as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Kind.
    pub code: WarningCode,
    /// Field.
    pub field: Field,
    /// Its value, cut to a length that fits a log line; empty where the field is missing.
    pub value: String,
    /// Values that it may have been meant to be, likeliest first.
    pub did_you_mean: Vec<String>,
}

/// Why a car has no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Kind.
    pub code: ReasonCode,
    /// Field.
    pub field: Field,
    /// Its value, cut to a length that fits a log line; empty where the field is missing.
    pub value: String,
    /// What would be valid: names, or a range; empty where no other value of this field would help.
    pub valid: Vec<String>,
    /// The valid values that it may have been meant to be, likeliest first.
    pub did_you_mean: Vec<String>,
}

impl Warning {
    /// A warning about a value, with the values that it may be instead.
    pub(super) fn of(code: WarningCode, field: Field, value: &str, instead: Vec<String>) -> Self {
        Self {
            code,
            field,
            value: clipped(value),
            did_you_mean: instead,
        }
    }

    pub(super) fn missing(code: WarningCode, field: Field) -> Self {
        Self {
            code,
            field,
            value: String::new(),
            did_you_mean: Vec::new(),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (field, value) = (self.field.as_str(), &self.value);
        match self.code {
            WarningCode::UnknownModel => write!(f, "{field} `{value}` is not known")?,
            WarningCode::UnknownSource => {
                let known = self.did_you_mean.join(", ");
                return write!(
                    f,
                    "{field} `{value}` was not trained on; the model knows {known}"
                );
            }
            WarningCode::UnknownVersion => {
                write!(
                    f,
                    "{field} `{value}` holds words that no listing of the make has"
                )?;
            }
            WarningCode::UnknownPlace => {
                write!(f, "{field} `{value}` is no province or city that is known")?;
            }
            WarningCode::NotUnderstood => {
                return write!(f, "{field} `{value}` says nothing; it counts as not given");
            }
            WarningCode::VersionOfAnotherModel => {
                let other = self.did_you_mean.join(", ");
                return write!(f, "{field} `{value}` is of another car: {other}");
            }
            WarningCode::NotOffered => {
                let offered = self.did_you_mean.join(", ");
                return write!(f, "{field} `{value}` was never offered; known: {offered}");
            }
            WarningCode::YearNotSold => {
                let sold = self.did_you_mean.join(", ");
                return write!(
                    f,
                    "{field} {value} is outside the years of sale; known: {sold}"
                );
            }
            WarningCode::YearAhead => write!(f, "{field} {value} is more than a year ahead")?,
            WarningCode::MileageDoubtful => write!(
                f,
                "{field} {value} reads as if it was typed to fill the field; the price is that of such an odometer"
            )?,
            WarningCode::FromListPrice => write!(
                f,
                "{field} `{value}` was hardly trained on; the price comes from the list price of the new car"
            )?,
            WarningCode::FarFromListPrice => {
                write!(
                    f,
                    "the price of a nearly new {value} is far from its list price"
                )?;
            }
            WarningCode::StaleData => write!(
                f,
                "{field} is {value} after the newest listing that was trained on"
            )?,
            WarningCode::ModelMissing | WarningCode::MileageMissing => {
                write!(f, "{field} is not given")?;
            }
        }
        did_you_mean(f, &self.did_you_mean)
    }
}

impl Reason {
    pub(super) fn missing(code: ReasonCode, field: Field) -> Self {
        Self {
            code,
            field,
            value: String::new(),
            valid: Vec::new(),
            did_you_mean: Vec::new(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (field, value) = (self.field.as_str(), &self.value);
        match self.code {
            ReasonCode::UnknownMake => {
                write!(f, "{field} `{value}` is not in the catalogue")?;
                did_you_mean(f, &self.did_you_mean)
            }
            ReasonCode::NoGround => write!(f, "no listing of {field} `{value}` was trained on"),
            ReasonCode::MakeMissing | ReasonCode::YearMissing => {
                write!(f, "{field} is not given")
            }
            ReasonCode::YearNotSold => {
                let sold = self.valid.join(", ");
                write!(f, "{field} is {value}; the model was sold in {sold}")
            }
            ReasonCode::YearOutOfRange
            | ReasonCode::MileageOutOfRange
            | ReasonCode::EngineOutOfRange
            | ReasonCode::SeatsOutOfRange
            | ReasonCode::DayOutOfRange => {
                write!(f, "{field} is {value}; valid: {}", self.valid.join(", "))
            }
        }
    }
}

fn did_you_mean(f: &mut fmt::Formatter<'_>, near: &[String]) -> fmt::Result {
    if near.is_empty() {
        return Ok(());
    }
    write!(f, "; did you mean {}?", near.join(", "))
}

/// The reason that a value is outside its bound, if it is.
pub(super) fn out_of_range<T: PartialOrd + fmt::Display>(
    field: Field,
    code: ReasonCode,
    value: &T,
    bound: &Bound<T>,
) -> Option<Reason> {
    (!bound.contains(value)).then(|| Reason {
        code,
        field,
        value: value.to_string(),
        valid: vec![bound.to_string()],
        did_you_mean: Vec::new(),
    })
}

/// The reason that the catalogue does not know this make.
pub fn unknown_make(text: &str, catalogue: &Catalogue) -> Reason {
    let names = catalogue.makes().iter().map(|make| make.name.clone());
    Reason {
        code: ReasonCode::UnknownMake,
        field: Field::Make,
        value: clipped(text),
        valid: names.collect(),
        did_you_mean: others(catalogue.suggest_make(text), text),
    }
}

/// The reason that the model was trained on no car of the make.
pub(super) fn no_ground(car: &Listing) -> Reason {
    Reason {
        code: ReasonCode::NoGround,
        field: Field::Make,
        value: car.make.clone().unwrap_or_default(),
        valid: Vec::new(),
        did_you_mean: Vec::new(),
    }
}

/// The warning that only the make of the car was trained on.
pub(super) fn unknown_model(car: &Listing, catalogue: &Catalogue) -> Warning {
    let model = car.model.as_deref().unwrap_or_default();
    let make = car.make.as_deref().unwrap_or_default();
    Warning {
        code: WarningCode::UnknownModel,
        field: Field::Model,
        value: clipped(model),
        did_you_mean: others(catalogue.suggest_model(make, model), model),
    }
}

/// The warning that the site was not trained on.
pub(super) fn unknown_source<'a>(source: &str, known: impl Iterator<Item = &'a String>) -> Warning {
    Warning {
        code: WarningCode::UnknownSource,
        field: Field::Source,
        value: clipped(source),
        did_you_mean: known.cloned().collect(),
    }
}

/// `names` without the one that was given: it is not what was meant.
fn others(names: Vec<&str>, given: &str) -> Vec<String> {
    names
        .into_iter()
        .filter(|name| *name != given)
        .map(ToOwned::to_owned)
        .collect()
}
