//! Names of models with words of the version behind them.

use datasets::catalogue::{KnownMake, KnownModel};

/// The model of `make` that `text` names exactly, or with words of its version behind it (`Vios 1.5G`).
pub(super) fn named_model<'c>(make: KnownMake<'c>, text: &str) -> Option<KnownModel<'c>> {
    let mut start = text;
    loop {
        if let Some(model) = make.model(start) {
            return Some(model);
        }
        start = start.rsplit_once(' ')?.0;
    }
}
