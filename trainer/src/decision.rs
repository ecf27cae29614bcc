//! Whether a challenger may take a champion's place: it may where it is better beyond chance.

use eval::sheet::{Difference, Group, Verdict};
use models::Manifest;

use crate::{format, versus};

/// What a comparison comes to.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Of the challenger.
    pub verdict: Verdict,
    /// The figures that it rests on, in a sentence.
    pub why: String,
}

impl Decision {
    /// Better is a lower mean absolute error beyond chance, without a higher percentage error beyond chance: else a few
    /// dear cars would pay for many cheap ones.
    pub fn of(comparison: &[Group], champion: &Manifest, challenger: &Manifest) -> Self {
        let (mae, mape) = (
            versus::overall(comparison, "mae"),
            versus::overall(comparison, "mape"),
        );
        let Some((mae, mape)) = mae.zip(mape) else {
            let why = "too few sellers to tell".to_owned();
            return Self {
                verdict: Verdict::NoDifference,
                why,
            };
        };
        let verdict = match (mae.verdict, mape.verdict) {
            (Verdict::Better, Verdict::Worse) => Verdict::NoDifference,
            (own, _) => own,
        };
        let said = match verdict {
            Verdict::Better => "is better",
            Verdict::NoDifference => "is not better beyond chance",
            Verdict::Worse => "is worse",
        };
        let change = |name: &str, own: &Difference| {
            let interval = versus::interval(own.worse_low, own.worse_high);
            format!("{name} {} (95 %: {interval})", format::change(own.worse_by))
        };
        let why = format!(
            "{} {} {said} than {} {}: {}, {}",
            challenger.family.as_str(),
            challenger.version,
            champion.family.as_str(),
            champion.version,
            change("MAE", mae),
            change("MAPE", mape)
        );
        Self { verdict, why }
    }
}
