//! The model in a field that holds a model: the name leads, and words of the version may follow.

use super::Catalogue;
use super::find::windows_at;
use super::index::is_weak;
use super::scan::{Scan, key};
use super::trim::Shape;

/// Words that stand before a name and say nothing of it.
const BEFORE: &[&str] = &["xe", "oto", "new", "all", "the", "dong"];

/// Shortest key that names another car in a version string; shorter ones are trims more often (`GT`, `RS`), unless they hold a
/// digit (`CX8`).
const SHORTEST_OTHER: usize = 4;
const SHORTEST_WITH_DIGIT: usize = 3;

fn is_long_enough(key: &str) -> bool {
    let with_digit = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.contains(|c: char| c.is_ascii_digit());
    key.len()
        >= if with_digit {
            SHORTEST_WITH_DIGIT
        } else {
            SHORTEST_OTHER
        }
}

impl Catalogue {
    /// The model that `text` leads with; see [`super::KnownMake::named`].
    pub(super) fn leading_model(&self, make: usize, text: &str) -> Option<usize> {
        if let Some(model) = self.model_position(make, &key(text)) {
            return Some(model);
        }
        let scan = Scan::new(text);
        let mut start = 0;
        while start < scan.atoms.len() {
            if let Some(model) = self.longest_name_at(make, &scan, start) {
                return Some(model);
            }
            let Some(end) = self.end_of_preamble(make, &scan, start) else {
                break;
            };
            start = end;
        }
        let word = scan.letters(start);
        self.by_last_word(make, word)
            .or_else(|| self.by_trim(make, word))
    }

    /// The model of the longest name that begins at `start`. An atom that is part of a number or a distance elsewhere is a
    /// name here, so noise is not skipped.
    fn longest_name_at(&self, make: usize, scan: &Scan, start: usize) -> Option<usize> {
        let table = &self.index.tables[make];
        windows_at(scan, start, table.longest)
            .filter_map(|window| table.keys.get(scan.key(window)))
            .last()
            .map(|sense| sense.model)
    }

    /// Where the name may begin behind the make's own name or a word that says nothing.
    fn end_of_preamble(&self, make: usize, scan: &Scan, start: usize) -> Option<usize> {
        if BEFORE.contains(&scan.letters(start)) {
            return Some(start + 1);
        }
        windows_at(scan, start, self.index.longest)
            .filter(|window| self.index.makes.get(scan.key(window.clone())) == Some(&make))
            .map(|window| window.end)
            .last()
    }

    /// The most common model whose name ends with `word`: `Cross` is the Corolla Cross, `Raptor` the Ranger Raptor.
    fn by_last_word(&self, make: usize, word: &str) -> Option<usize> {
        if word.len() < SHORTEST_OTHER {
            return None;
        }
        let models = &self.makes[make].models;
        models.iter().position(|model| {
            let last = model.name.rsplit_once(' ').map(|(_, last)| key(last));
            last.as_deref() == Some(word)
        })
    }

    /// The one model that has `word` for a trim, or the one of them that dealers here sold: a `Raptor` is a Ranger, though
    /// America has an F-150 of that trim.
    fn by_trim(&self, make: usize, word: &str) -> Option<usize> {
        if word.len() < SHORTEST_OTHER {
            return None;
        }
        let words = self.index.tables[make].trim_words.iter().enumerate();
        let having: Vec<usize> = words
            .filter(|(_, trims)| trims.iter().any(|trim| &**trim == word))
            .map(|(place, _)| place)
            .collect();
        let models = &self.makes[make].models;
        let is_sold_here = |place: &&usize| models[**place].list_price_million_vnd.is_some();
        let mut sold_here = having.iter().filter(is_sold_here);
        match (&having[..], sold_here.next(), sold_here.next()) {
            ([only], _, _) | (_, Some(only), None) => Some(*only),
            _ => None,
        }
    }

    /// The name of another model of the make, or of another make, in a version string of a car of `model`.
    pub(super) fn other_car(&self, make: usize, model: usize, scan: &Scan) -> Option<String> {
        if let Some(name) = self.other_model(make, model, scan) {
            return Some(name);
        }
        let longest = self.index.longest;
        (0..scan.atoms.len())
            .flat_map(|start| windows_at(scan, start, longest))
            .find_map(|window| {
                let key = scan.key(window);
                let other = self.index.makes.get(key)?;
                (key.len() >= SHORTEST_OTHER && *other != make).then_some(*other)
            })
            .map(|other| self.makes[other].name.clone())
    }

    fn other_model(&self, make: usize, model: usize, scan: &Scan) -> Option<String> {
        let hit = self.model_hit(make, scan, Shape::Version)?;
        let table = &self.index.tables[make];
        let named = scan.key(hit.window);
        let own = &*table.names[model];
        // `Pajero Sport` refines a Pajero, and `Cross` may be a version of a Corolla.
        let is_related = table.names[hit.model].starts_with(own)
            || own.starts_with(&*table.names[hit.model])
            || own.contains(named);
        let is_trim = table.trim_words[model].iter().any(|trim| &**trim == named);
        let is_name = is_long_enough(named) && !is_weak(named);
        (hit.model != model && is_name && !is_related && !is_trim)
            .then(|| self.makes[make].models[hit.model].name.clone())
    }
}
