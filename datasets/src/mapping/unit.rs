//! How an export writes numbers, and what they count.

use serde::Deserialize;

use crate::vocabulary::Currency;

/// How text that should be a number is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reading {
    /// As people print it.
    #[default]
    Text,
    /// As programs print it.
    Number,
}

/// What a number without a unit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unit {
    Vnd,
    MillionVnd,
    Gbp,
    Km,
    Miles,
    Litres,
    Cc,
    #[serde(rename = "l_per_100km")]
    LitresPer100Km,
    MpgUk,
}

impl Unit {
    /// The word for it in a mapping.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Vnd => "vnd",
            Self::MillionVnd => "million_vnd",
            Self::Gbp => "gbp",
            Self::Km => "km",
            Self::Miles => "miles",
            Self::Litres => "litres",
            Self::Cc => "cc",
            Self::LitresPer100Km => "l_per_100km",
            Self::MpgUk => "mpg_uk",
        }
    }

    /// The currency that a unit of money names.
    pub(super) fn currency(self) -> Option<Currency> {
        match self {
            Self::Vnd | Self::MillionVnd => Some(Currency::Vnd),
            Self::Gbp => Some(Currency::Gbp),
            _ => None,
        }
    }
}
