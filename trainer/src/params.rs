//! What a training run can be told to do otherwise: a TOML file that people read and `trainer tune` writes.
//!
//! What a file does not say has its default. The whole of it lies in every artifact as [`PART`], so that the next run
//! can do as the last one did.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::Path;

use datasets::store::atomic;
use models::families::{boosting::BoostingParams, ridge::RidgeParams};
use models::features::{fit::EncoderParams, view::View};
use models::hyperparameters::{self as valid, Checked, Validate};
use models::training::{DesignParams, FamilyParams, RidgeStageParams};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Part of an artifact that says how it was trained.
pub const PART: &str = "training.toml";

/// Parameters of a training run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What models look at.
    pub features: Features,
    /// Days after which a row counts half, or `none`.
    pub half_life_days: HalfLife,
    /// No row counts less than this for its age.
    pub min_weight: f32,
    /// Rows of one make that must use a word before it counts as a version word.
    pub min_rows_a_word: u32,
    /// Weights of sources whose prices are noisier than others'; 1 where not named.
    pub source_weights: BTreeMap<String, f32>,
    /// The ridge that every family but the baseline builds on.
    pub ridge: Ridge,
    /// Boosted trees to choose among.
    pub boosting: Vec<Boosting>,
}

/// What models look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Features {
    /// Every field, a seller's free title among them
    Full,
    /// No word of title and version
    NoTitle,
    /// What callers can say: a version, but no seller's free title
    #[default]
    Form,
}

impl Features {
    /// The name in files and flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::NoTitle => "no-title",
            Self::Form => "form",
        }
    }

    /// The view of a listing.
    pub fn view(self) -> View {
        match self {
            Self::Full => View::FULL,
            Self::NoTitle => View::NO_TITLE,
            Self::Form => View::FORM,
        }
    }
}

/// How fast rows lose weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HalfLife {
    /// A row that is older by so many days counts half.
    Days(f32),
    /// All rows count alike.
    Off(Off),
}

/// The word for no half-life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// `none`.
    None,
}

impl HalfLife {
    /// No half-life.
    pub const NONE: Self = Self::Off(Off::None);

    /// The days, where there are any.
    pub fn days(self) -> Option<f32> {
        match self {
            Self::Days(days) => Some(days),
            Self::Off(Off::None) => None,
        }
    }
}

/// The ridge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ridge {
    /// Penalties to choose among.
    pub alphas: Vec<f64>,
    /// Errors, in log price, from which rows weigh less; one solve each.
    pub huber: Vec<f64>,
}

/// Boosted trees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Boosting {
    /// The most trees; how many of them is found by early stopping.
    pub trees: usize,
    /// Trees without progress before it stops.
    pub patience: usize,
    /// Deepest level of a tree.
    pub depth: usize,
    /// Learning rate.
    pub eta: f64,
    /// Least sum of row weights in a leaf.
    pub min_child_weight: f64,
    /// L2 penalty on leaf outputs.
    pub lambda: f64,
    /// Share of rows that each tree sees.
    pub subsample: f64,
    /// Share of columns that each tree sees.
    pub colsample: f64,
    /// Errors, in log price, beyond which the trees count them in proportion rather than squared; all are squared without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub huber_slope: Option<f64>,
    /// The most that the trees may see the ridge to be wrong by, in log price.
    pub residual_limit: f32,
}

impl Default for Params {
    fn default() -> Self {
        let design = DesignParams::default();
        let ridge = RidgeStageParams::default();
        let families = FamilyParams::seeded(0);
        Self {
            features: Features::Form,
            half_life_days: design.half_life_days.map_or(HalfLife::NONE, HalfLife::Days),
            min_weight: design.min_weight,
            min_rows_a_word: design.encoder.min_rows_a_word,
            source_weights: design.source_weights,
            ridge: Ridge {
                alphas: ridge.alphas,
                huber: ridge.ridge.huber,
            },
            boosting: families
                .boosting
                .iter()
                .map(|own| Boosting::of(own, &families))
                .collect(),
        }
    }
}

impl Default for Ridge {
    fn default() -> Self {
        Params::default().ridge
    }
}

impl Default for Boosting {
    fn default() -> Self {
        let families = FamilyParams::seeded(0);
        Self::of(&families.boosting[0], &families)
    }
}

impl Boosting {
    fn of(own: &BoostingParams, families: &FamilyParams) -> Self {
        Self {
            trees: own.trees,
            patience: families.patience.get(),
            depth: own.depth,
            eta: own.eta,
            min_child_weight: own.min_child_weight,
            lambda: own.lambda,
            subsample: own.subsample,
            colsample: own.colsample,
            huber_slope: own.huber_slope,
            residual_limit: families.residual_limit,
        }
    }
}

impl Params {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`Error::Config`] naming the file and the value that is not valid.
    pub fn read(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Err(Error::Config(datasets::Error::NotAFile {
                path: path.into(),
            }));
        }
        let bytes = fs_err::read(path).map_err(|error| Error::Config(error.into()))?;
        Self::parse(&bytes, path)
    }

    /// Reads and checks what a file or an artifact's part holds; `path` is its name in messages.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let bad = |detail: String| {
            Error::Config(datasets::Error::Format {
                path: path.to_owned(),
                format: "TOML",
                detail: detail.trim_end().to_owned(),
            })
        };
        let text = std::str::from_utf8(bytes).map_err(|error| bad(error.to_string()))?;
        let params: Self = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        params.check(&path.display().to_string())?;
        Ok(params)
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`Error::Io`] where a value has no TOML form.
    pub fn toml(&self) -> Result<String> {
        toml::to_string(self).map_err(|error| Error::Io(std::io::Error::other(error)))
    }

    /// Writes a file, whole or not at all, under a comment.
    ///
    /// # Errors
    /// [`Error::Data`] naming the file.
    pub fn write(&self, path: &Path, comment: &str) -> Result<()> {
        let text = format!("# {comment}\n{}", self.toml()?);
        Ok(atomic::write(path, |file| {
            Ok(std::io::Write::write_all(file, text.as_bytes())?)
        })?)
    }

    /// Passes when every value is one that can be trained with: those of [`models::hyperparameters::TABLE`].
    ///
    /// # Errors
    /// [`Error::Config`] naming `place`, the field, its value and what is valid.
    pub fn check(&self, place: &str) -> Result<()> {
        let alternatives = || -> models::Result<()> {
            for own in &self.boosting {
                valid::BOOSTING_PATIENCE.check(own.patience as f64)?;
                valid::BOOSTING_RESIDUAL_LIMIT.check(f64::from(own.residual_limit))?;
            }
            self.unchecked_families(0).validate()
        };
        let checked = self
            .unchecked_design()
            .validate()
            .and_then(|()| self.unchecked_ridge_stage().validate())
            .and_then(|()| alternatives());
        let error = |field: String, value: String, valid: String| {
            Error::Config(datasets::Error::Value {
                place: place.to_owned(),
                field,
                value,
                valid,
            })
        };
        match checked {
            Err(models::Error::Parameter { name, value, valid }) => {
                return Err(error(name.into(), value, valid.into()));
            }
            checked => checked?,
        }
        let alike = |own: &&Boosting| {
            let first = &self.boosting[0];
            (own.patience, own.residual_limit) != (first.patience, first.residual_limit)
        };
        if let Some(other) = self.boosting.iter().find(alike) {
            let value = format!("{} and {}", other.patience, other.residual_limit);
            let valid = "`patience` and `residual_limit` alike in every alternative";
            return Err(error("boosting".to_owned(), value, valid.to_owned()));
        }
        Ok(())
    }

    /// How rows are weighed and encoded.
    ///
    /// # Errors
    /// [`Error::Model`] for a value that is out of range.
    pub fn design(&self) -> Result<Checked<DesignParams>> {
        Ok(self.unchecked_design().checked()?)
    }

    /// How the ridge is fitted.
    ///
    /// # Errors
    /// As [`Self::design`].
    pub fn ridge_stage(&self) -> Result<Checked<RidgeStageParams>> {
        Ok(self.unchecked_ridge_stage().checked()?)
    }

    /// How the families are fitted.
    ///
    /// # Errors
    /// As [`Self::design`].
    pub fn families(&self, seed: u64) -> Result<Checked<FamilyParams>> {
        Ok(self.unchecked_families(seed).checked()?)
    }

    /// [`Self::design`], not checked yet.
    pub fn unchecked_design(&self) -> DesignParams {
        let default = DesignParams::default();
        DesignParams {
            half_life_days: self.half_life_days.days(),
            min_weight: self.min_weight,
            source_weights: self.source_weights.clone(),
            encoder: EncoderParams {
                view: self.features.view(),
                min_rows_a_word: self.min_rows_a_word,
                ..default.encoder
            },
            partial: default.partial,
        }
    }

    fn unchecked_ridge_stage(&self) -> RidgeStageParams {
        let default = RidgeStageParams::default();
        RidgeStageParams {
            alphas: self.ridge.alphas.clone(),
            ridge: RidgeParams {
                huber: self.ridge.huber.clone(),
                ..default.ridge
            },
            ..default
        }
    }

    fn unchecked_families(&self, seed: u64) -> FamilyParams {
        let default = FamilyParams::seeded(seed);
        let first = self.boosting.first().copied().unwrap_or_default();
        let boosting = self.boosting.iter().map(|own| BoostingParams {
            trees: own.trees,
            depth: own.depth,
            eta: own.eta,
            min_child_weight: own.min_child_weight,
            lambda: own.lambda,
            subsample: own.subsample,
            colsample: own.colsample,
            huber_slope: own.huber_slope,
            ..default.boosting[0].clone()
        });
        FamilyParams {
            boosting: boosting.collect(),
            patience: NonZeroUsize::new(first.patience).unwrap_or(default.patience),
            residual_limit: first.residual_limit,
            ..default
        }
    }
}

/// The help of a flag that takes a file of parameters: every value with its range.
pub fn help() -> String {
    let mut help = "Parameters that differ from the built-in ones, as `trainer tune` writes them.\n\n\
        A file is TOML: `half_life_days = 180`, tables `[ridge]` and `[source_weights]`, and a `[[boosting]]` for each \
        alternative. Valid values:\n"
        .to_owned();
    for own in valid::TABLE.iter().filter(|own| is_of_files(own.name)) {
        let (name, range, about) = (own.name, own.to_string(), own.about);
        // Writing to a String cannot fail.
        let _ = write!(help, "\n  {name:<27} {range:<16} {about}");
    }
    help
}

/// Whether files of parameters hold this value; the others are built in.
fn is_of_files(name: &str) -> bool {
    !(name.starts_with("forest.") || name == "ridge.tolerance" || name == "ridge.max_iterations")
}

#[cfg(test)]
mod tests;
