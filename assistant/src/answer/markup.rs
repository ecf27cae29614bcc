//! Takes Markdown and HTML out of a sentence: the page shows plain text, and nothing may hide in what is not shown.

use std::sync::LazyLock;

use regex::{Captures, Regex};

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"!?\[([^\]\[]*)\]\(\s*<?([^)\s>]*)>?[^)]*\)").expect("a valid pattern")
});
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"</?[A-Za-z!|][^<>]*>").expect("a valid pattern"));
static EMPHASIS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(\*{1,3}|_{2,3}|~~|`{1,3})").expect("a valid pattern"));
static LIST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:([-*•+])|(\d{1,2})[.)])\s+").expect("a valid pattern"));
static RULE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\s|:=*_-]*$").expect("a valid pattern"));

/// How a line of a list begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListMark {
    /// `-`
    Bullet,
    /// `2.`
    Number,
}

/// Plain text of a sentence, and the list item that it begins. Targets of links stay as text, so that the guard against
/// foreign addresses sees them.
pub(super) fn plain(sentence: &str, starts_line: bool) -> (Option<ListMark>, String) {
    let mut text = sentence.trim();
    let mut mark = None;
    if starts_line {
        text = text.trim_start_matches(['#', '>']).trim_start();
        if let Some(found) = LIST.captures(text) {
            mark = Some(if found.get(1).is_some() {
                ListMark::Bullet
            } else {
                ListMark::Number
            });
            text = text[found[0].len()..].trim_start();
        }
        if RULE.is_match(text) {
            return (mark, String::new());
        }
    }
    let text = LINK.replace_all(text, |link: &Captures| {
        let (label, target) = (link[1].trim(), link[2].trim());
        if target.is_empty() || label == target {
            label.to_owned()
        } else {
            format!("{label} {target}")
        }
    });
    let text = TAG.replace_all(&text, " ");
    let text = EMPHASIS.replace_all(&text, "");
    let text = text.replace('|', " ");
    (mark, text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_lists_are_known() {
        for (sentence, mark, want) in [
            ("**Phí** là `49.000 đ` [1].", None, "Phí là 49.000 đ [1]."),
            ("## Phí", None, "Phí"),
            ("- Mở ứng dụng", Some(ListMark::Bullet), "Mở ứng dụng"),
            ("2) Bấm *nút*", Some(ListMark::Number), "Bấm nút"),
            (
                "[trợ giúp](http://x.vn \"t\") nhé",
                None,
                "trợ giúp http://x.vn nhé",
            ),
            (
                "![](https://evil.example/p?q=1)",
                None,
                "https://evil.example/p?q=1",
            ),
            ("a <b>c</b> <script src=x> d", None, "a c d"),
            ("3 < 5 km", None, "3 < 5 km"),
            ("|---|:--|", None, ""),
            ("| Gói | 30.000 đ |", None, "Gói 30.000 đ"),
            ("***", None, ""),
        ] {
            assert_eq!(plain(sentence, true), (mark, want.to_owned()), "{sentence}");
        }
        assert_eq!(plain("2. nhì", false).0, None);
    }
}
