//! A make that was looked up already, and its models: so that nobody folds its name twice.

use super::Catalogue;
use super::entry::{Make, Model};
use super::find::{Found, Hint};
use super::scan::{Scan, key};
use super::trim::Shape;

/// A make of a catalogue.
#[derive(Debug, Clone, Copy)]
pub struct KnownMake<'c> {
    catalogue: &'c Catalogue,
    place: usize,
}

/// A model of a catalogue.
#[derive(Debug, Clone, Copy)]
pub struct KnownModel<'c> {
    make: KnownMake<'c>,
    place: usize,
}

impl Catalogue {
    /// The make of this name or alias, for further look-ups.
    pub fn known_make(&self, text: &str) -> Option<KnownMake<'_>> {
        let place = self.make_position(text)?;
        Some(KnownMake {
            catalogue: self,
            place,
        })
    }
}

impl<'c> KnownMake<'c> {
    /// The make.
    pub fn make(self) -> &'c Make {
        &self.catalogue.makes[self.place]
    }

    /// As [`Catalogue::model`].
    pub fn model(self, text: &str) -> Option<KnownModel<'c>> {
        let place = self.catalogue.model_position(self.place, &key(text))?;
        Some(KnownModel { make: self, place })
    }

    /// The model that `text` begins with: a name, an alias or a badge, written as sellers write it (`LX570`, `520i M Sport`,
    /// `Toyota Vios 1.5G`). Where no name leads, a last word of a name does (`Cross`, `Raptor`), or a trim that one model
    /// alone has (`Wildtrak`). Misspellings are not forgiven: the price of another car is worth less than a warning.
    pub fn named(self, text: &str) -> Option<KnownModel<'c>> {
        let place = self.catalogue.leading_model(self.place, text)?;
        Some(KnownModel { make: self, place })
    }

    /// Another model of this make that a version string names, or another make: `Camry 2.5Q` said of a Vios.
    pub fn contradicted_by(self, version: &str, model: KnownModel<'_>) -> Option<String> {
        self.catalogue
            .other_car(self.place, model.place, &Scan::new(version))
    }

    /// What a version string says of a car of this make, and of `model` if that is known: as [`Catalogue::find`], with
    /// its name for a hint.
    pub fn read_version(self, text: &str, model: Option<KnownModel<'_>>) -> Found<'c> {
        let names = &self.catalogue.index.tables[self.place].names;
        let hint = model.map(|model| Hint {
            model: Some(model.place),
            key: (&*names[model.place]).into(),
        });
        let scan = Scan::new(text);
        self.catalogue
            .found(self.place, &scan, hint, Shape::Version)
    }
}

impl<'c> KnownModel<'c> {
    /// The model.
    pub fn model(self) -> &'c Model {
        &self.make.make().models[self.place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_the_finder_reads_it_with_the_names_for_hints() {
        let catalogue = Catalogue::embedded();
        for (make, model, version) in [
            ("toyota", "vios", "Vios 1.5G CVT"),
            ("Toyota", "Vios", "vios số tự động 2019"),
            ("mec", "c200", "C200 Avantgarde"),
            ("Mitsubishi", "Pajero", "Pajero Sport 2.4D 4x2 AT"),
            ("Kia", "Morning", "S AT 1.25"),
            ("Mazda", "3", "3 1.5L Luxury"),
            ("BMW", "320i", "320i LCI M Sport"),
        ] {
            let make = catalogue.known_make(make).expect("a make");
            let model = make.model(model).expect("a model");
            let name = Some(model.model().name.as_str());
            let found = catalogue.find(version, Some(&make.make().name), name, Shape::Version);
            assert_eq!(make.read_version(version, Some(model)), found, "{version}");
            let unknown = catalogue.find(version, Some(&make.make().name), None, Shape::Version);
            assert_eq!(make.read_version(version, None), unknown, "{version}");
        }
    }
}
