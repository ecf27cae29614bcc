//! Names of models with words of the version behind them.

use datasets::Catalogue;

/// The model that `text` names exactly, or with words of its version behind it (`Vios 1.5G`).
pub(super) fn named_model<'c>(make: &str, text: &str, catalogue: &'c Catalogue) -> Option<&'c str> {
    let mut start = text;
    loop {
        if let Some(model) = catalogue.model(make, start) {
            return Some(&model.name);
        }
        start = start.rsplit_once(' ')?.0;
    }
}
