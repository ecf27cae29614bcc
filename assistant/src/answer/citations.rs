//! Citation markers: reading the model's, writing ours.

use std::sync::LazyLock;

use regex::Regex;

use super::Passage;

/// `[1]`, `[1, 2]`, `[1-3]`, `[^1]`, `[#1]`, `【1†source】`, `[đoạn 1]`, `[Passage 2]`.
static MARKER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\s*[\[【]\s*(?:\^|#|passages?|sources?|docs?|refs?|faq|đoạn|nguồn|trích dẫn|tài liệu)?\s*:?\s*#?(\d{1,3}(?:\s*(?:,|;|-|–|và|and|&)\s*\d{1,3})*)\s*(?:†[^\]】]*)?[\]】]",
    )
    .expect("a valid pattern")
});
static ITEM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?").expect("a valid pattern"));

/// A passage that an answer cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The number that stands in the text, from 1 in order of appearance.
    pub number: usize,
    /// The entry.
    pub id: String,
    /// Its question.
    pub question: String,
    /// Its category.
    pub category: String,
}

/// The sentence without markers, and the passages that it cites: places in a list of `passages`, once each, in order.
/// Markers of passages that do not exist are dropped.
pub(super) fn take(sentence: &str, passages: usize) -> (String, Vec<usize>) {
    let mut cited = Vec::new();
    for marker in MARKER.captures_iter(sentence) {
        for item in ITEM.captures_iter(&marker[1]) {
            let number = |at: usize| {
                item.get(at)
                    .and_then(|text| text.as_str().parse::<usize>().ok())
            };
            let Some(first) = number(1) else { continue };
            let last = number(2).unwrap_or(first).min(passages);
            for number in first..=last.max(first) {
                if (1..=passages).contains(&number) && !cited.contains(&(number - 1)) {
                    cited.push(number - 1);
                }
            }
        }
    }
    let text = MARKER.replace_all(sentence, "");
    // `49.000 đ [1].` leaves `49.000 đ.`; `49.000 đ. [1].` leaves two stops.
    let mut text = text.trim().to_owned();
    while text.ends_with("..") && !text.ends_with("...") {
        text.pop();
    }
    (text, cited)
}

/// `sentence` with markers in front of its final stop.
pub(super) fn place(sentence: &str, numbers: &[usize]) -> String {
    if numbers.is_empty() {
        return sentence.to_owned();
    }
    let markers: Vec<String> = numbers.iter().map(|number| format!("[{number}]")).collect();
    let body = sentence.trim_end_matches(['.', '!', '?', '…', ':', ';']);
    format!(
        "{} {}{}",
        body.trim_end(),
        markers.concat(),
        &sentence[body.len()..]
    )
}

/// Gives passages their numbers, in order of appearance.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    order: Vec<usize>,
}

impl Numbering {
    /// The number of the passage at `place`.
    pub(super) fn number(&mut self, place: usize) -> usize {
        let known = self.order.iter().position(|known| *known == place);
        known.unwrap_or_else(|| {
            self.order.push(place);
            self.order.len() - 1
        }) + 1
    }

    /// What was cited.
    pub(super) fn citations(&self, passages: &[Passage]) -> Vec<Citation> {
        self.order
            .iter()
            .enumerate()
            .filter_map(|(at, place)| passages.get(*place).map(|passage| cite(at + 1, passage)))
            .collect()
    }
}

/// A citation of `passage`.
pub(super) fn cite(number: usize, passage: &Passage) -> Citation {
    Citation {
        number,
        id: passage.id.clone(),
        question: passage.question.clone(),
        category: passage.category.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_every_form_are_read() {
        for (sentence, text, cited) in [
            ("Phí là 0,5 % [1].", "Phí là 0,5 %.", vec![0]),
            ("Phí là 0,5 %. [2][1]", "Phí là 0,5 %.", vec![1, 0]),
            ("A [1, 3] b [3].", "A b.", vec![0, 2]),
            ("A [1-3].", "A.", vec![0, 1, 2]),
            ("A [1–2; 3]", "A", vec![0, 1, 2]),
            ("A [^2], b", "A, b", vec![1]),
            ("A【1†source】.", "A.", vec![0]),
            ("A [đoạn 2].", "A.", vec![1]),
            ("A [Passage 3].", "A.", vec![2]),
            ("A [1 và 2].", "A.", vec![0, 1]),
            ("A [4], [0], [99].", "A,,.", vec![]),
            ("A [2-900].", "A.", vec![1, 2]),
            ("A. [1].", "A.", vec![0]),
            ("A [sic].", "A [sic].", vec![]),
            ("A (1).", "A (1).", vec![]),
        ] {
            assert_eq!(take(sentence, 3), (text.to_owned(), cited), "{sentence}");
        }
    }

    #[test]
    fn markers_stand_before_the_stop() {
        for (sentence, numbers, want) in [
            ("Phí là 0,5 %.", vec![1], "Phí là 0,5 % [1]."),
            ("Có", vec![1, 2], "Có [1][2]"),
            ("Sao?!", vec![3], "Sao [3]?!"),
            ("Có.", vec![], "Có."),
        ] {
            assert_eq!(place(sentence, &numbers), want);
        }
    }

    #[test]
    fn numbers_follow_appearance() {
        let mut numbering = Numbering::default();
        assert_eq!(
            [4, 1, 4, 0].map(|place| numbering.number(place)),
            [1, 2, 1, 3]
        );
    }
}
