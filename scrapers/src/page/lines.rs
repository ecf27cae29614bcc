//! Lines of an element as a reader sees them, and what stands behind a label.

use datasets::text;
use scraper::{ElementRef, Node};

/// The texts of an element, a new line at each `<br>` and each block, cleaned, empty ones left out.
pub(crate) fn lines_of(element: ElementRef<'_>) -> Vec<String> {
    let mut lines = vec![String::new()];
    for node in element.descendants() {
        match node.value() {
            Node::Text(part) => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(part);
                }
            }
            Node::Element(inner) if matches!(inner.name(), "br" | "div" | "p" | "li" | "tr") => {
                lines.push(String::new());
            }
            _ => {}
        }
    }
    let cleaned = lines.iter().map(|line| text::clean(line));
    cleaned.filter(|line| !line.is_empty()).collect()
}

/// Most words of a label.
const LONGEST_LABEL: usize = 6;

/// What stands behind one of the labels, with the label's second half: `Km đã đi 48.000 km` under
/// `[("km da di", x)]` gives `x` and `48.000 km`.
///
/// Labels are folded, words apart by one blank; the one with most words wins. A colon may follow.
pub(crate) fn after_label<T: Copy>(line: &str, labels: &[(&str, T)]) -> Option<(T, String)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let folded: Vec<String> = words
        .iter()
        .take(LONGEST_LABEL)
        .map(|word| text::fold(word.trim_end_matches(':')))
        .collect();
    let fits = |label: &str| {
        let count = label.split(' ').count();
        let same = count <= folded.len()
            && label
                .split(' ')
                .eq(folded[..count].iter().map(String::as_str));
        // `Xe: mới` is not behind the label `Xe mới`.
        let whole = words[..count.min(words.len())]
            .iter()
            .rev()
            .skip(1)
            .all(|word| !word.ends_with(':'));
        (same && whole).then_some(count)
    };
    let (count, meaning) = labels
        .iter()
        .filter_map(|(label, meaning)| Some((fits(label)?, *meaning)))
        .max_by_key(|(count, _)| *count)?;
    let rest = words[count..].join(" ");
    let rest = rest.trim_start_matches([':', ' ']).to_owned();
    Some((meaning, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Document;

    #[test]
    fn lines_end_at_breaks_and_blocks() {
        let page = Document::parse("<div id=x><b>A</b> b<br>\n c: <a>d</a><p>e</p><br></div>");
        let lines = page.by_id("x").map(lines_of);
        let want = ["A b", "c: d", "e"].map(str::to_owned).to_vec();
        assert_eq!(lines, Some(want));
    }

    #[test]
    fn the_longest_label_wins_in_any_spelling() {
        let labels = [("so", 1), ("so km da di", 2), ("nam sx", 3)];
        for (line, want) in [
            ("Số Km đã đi: 30,000 Km", Some((2, "30,000 Km"))),
            ("số km đã đi  31.000 km", Some((2, "31.000 km"))),
            ("Số : 5", Some((1, "5"))),
            ("Năm SX", Some((3, ""))),
            ("Năm", None),
            ("Số km: đã đi", Some((1, "km: đã đi"))),
            ("", None),
        ] {
            let want = want.map(|(meaning, rest)| (meaning, rest.to_owned()));
            assert_eq!(after_label(line, &labels), want, "{line:?}");
        }
    }
}
