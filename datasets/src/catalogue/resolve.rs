//! Fills a listing's make, model and trim in the catalogue's spelling.

use super::{Catalogue, Found, Shape, is_placeholder};
use crate::listing::Listing;
use crate::text;

/// Sites whose titles are version strings rather than a seller's own words.
const VERSION_SITES: &[&str] = &["bonbanh", "oto", "sanxehot"];

impl Catalogue {
    /// Puts make and model into the catalogue's spelling, fills the trim, and fills engine size and gearbox
    /// where the site gave none. What the site printed stays in `listing.raw`.
    ///
    /// A trim that is there already is read as a version string. A make that the catalogue does not know keeps
    /// its printed text. A model that it does not know keeps the site's text; a version string gives its first
    /// word for want of better; a seller's title gives none.
    pub fn resolve(&self, listing: &mut Listing) {
        let shape = if VERSION_SITES.contains(&listing.source.as_str()) {
            Shape::Version
        } else {
            Shape::FreeText
        };
        let title = listing.title.take();
        let version = listing.trim.take();
        let found = self.find(
            title.as_deref().or(version.as_deref()).unwrap_or_default(),
            listing.make.as_deref(),
            listing.model.as_deref(),
            if title.is_some() {
                shape
            } else {
                Shape::Version
            },
        );
        let make = found.make.map(|make| make.name.clone());
        let model = found.model.map(|model| model.name.clone());
        let from_version = version.filter(|_| title.is_some()).map(|version| {
            let hints = (make.as_deref(), model.as_deref());
            self.find(&version, hints.0, hints.1, Shape::Version)
        });
        let first_word = (shape == Shape::Version && found.make.is_some())
            .then(|| title.as_deref().and_then(first_word))
            .flatten();
        keep_printed(listing, "make", listing.make.clone());
        keep_printed(listing, "model", listing.model.clone());
        listing.make = make.or_else(|| cleaned(listing.make.as_deref()));
        listing.model = model
            .or_else(|| cleaned(listing.model.as_deref()))
            .or(first_word);
        listing.title = title;
        if let Some(version) = from_version {
            fill(listing, version);
        }
        fill(listing, found);
    }

    /// [`Self::resolve`] for a listing that this catalogue may have resolved before (a row of our own Parquet): a name
    /// that it gave itself then is not taken for one that a site printed, so that reading a file again changes nothing.
    pub fn resolve_again(&self, listing: &mut Listing) {
        let printed = ["make", "model"].map(|field| listing.raw.contains_key(field));
        self.resolve(listing);
        let names = [listing.make.clone(), listing.model.clone()];
        for ((field, printed), name) in ["make", "model"].into_iter().zip(printed).zip(names) {
            if !printed && listing.raw.get(field) == name.as_ref() {
                listing.raw.remove(field);
            }
        }
    }
}

/// Fills what is still missing.
fn fill(listing: &mut Listing, found: Found<'_>) {
    listing.trim = listing.trim.take().or(found.trim);
    listing.engine_l = listing.engine_l.or(found.engine_l);
    listing.transmission = listing.transmission.or(found.transmission);
}

fn keep_printed(listing: &mut Listing, field: &str, printed: Option<String>) {
    if let Some(printed) = printed {
        listing.raw.entry(field.to_owned()).or_insert(printed);
    }
}

fn cleaned(text: Option<&str>) -> Option<String> {
    text.filter(|text| !is_placeholder(text)).map(text::clean)
}

fn first_word(title: &str) -> Option<String> {
    cleaned(title.split_whitespace().next())
}
