//! What the catalogue knows of a make and of a model.

use serde::Deserialize;

use crate::vocabulary::{Body, Fuel, Origin, Transmission};

/// A maker of cars.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Make {
    /// Canonical spelling (`Mercedes-Benz`).
    pub name: String,
    /// Country that the make comes from, in English.
    pub country: String,
    /// Other spellings and misspellings; case, diacritics and punctuation never matter.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Models, the most common ones in Vietnam first.
    pub models: Vec<Model>,
}

/// A model of a make. What is not known is absent or empty.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Canonical spelling (`CR-V`).
    pub name: String,
    /// Other spellings and misspellings; they stand for the model and say nothing more.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Badges that imply the model and are a trim as well: `C200` is a C-Class, and which one.
    #[serde(default)]
    pub designations: Vec<String>,
    /// Usual body.
    pub body: Option<Body>,
    /// Seats, the most usual first.
    #[serde(default)]
    pub seats: Vec<u8>,
    /// Energies offered, the most usual first.
    #[serde(default)]
    pub fuels: Vec<Fuel>,
    /// Engine sizes in litres.
    #[serde(default)]
    pub engines_l: Vec<f64>,
    /// Gearboxes offered.
    #[serde(default)]
    pub transmissions: Vec<Transmission>,
    /// Trim words as badges spell them (`Titanium`, `GLX`).
    #[serde(default)]
    pub trims: Vec<String>,
    /// First and last model year seen in Vietnam (or in Britain for models that were never sold here), rather too
    /// wide than too narrow; absent of a model that was only announced here.
    pub sold: Option<(i32, i32)>,
    /// Lowest and highest list price of the new car in million VND over the trims of the newest list known,
    /// approximate.
    pub list_price_million_vnd: Option<(f64, f64)>,
    /// Month or year that the list price is of (`2026-08`, `2026`); absent where nobody noted it.
    pub list_price_as_of: Option<String>,
    /// Where the list price was read, in few words (`maker's list`, `vnexpress.net`); in brackets what was not
    /// read along with it.
    pub list_price_source: Option<String>,
    /// Where the cars sold in Vietnam come from.
    pub origin: Option<Origin>,
}
