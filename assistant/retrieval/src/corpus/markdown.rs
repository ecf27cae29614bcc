//! A FAQ in Markdown: a heading with text below it is a question, one without is the category of those that follow.

use super::raw::RawEntry;

/// Lines that give a field in place of a sentence of the answer.
const FIELDS: [(&str, &str); 6] = [
    ("keywords:", "keywords"),
    ("also asked:", "alternatives"),
    ("language:", "language"),
    ("id:", "id"),
    ("topic:", "topic"),
    ("active:", "active"),
];

/// The entries, in order.
pub(super) fn rows(text: &str) -> Vec<RawEntry> {
    let mut rows = Vec::new();
    let mut category: Option<String> = None;
    let mut open: Option<(usize, String, RawEntry)> = None;
    let mut in_code = false;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let fence = line.trim_start().starts_with("```");
        if fence {
            in_code = !in_code;
        }
        match heading(line).filter(|_| !in_code && !fence) {
            Some(title) => {
                close(open.take(), &mut category, &mut rows);
                open = Some((index + 1, title.to_owned(), RawEntry::default()));
            }
            None => {
                if let Some((_, _, raw)) = &mut open {
                    take(raw, line.trim());
                }
            }
        }
    }
    close(open, &mut category, &mut rows);
    rows
}

fn heading(line: &str) -> Option<&str> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    ((1..=6).contains(&level) && title.starts_with(' '))
        .then(|| title.trim().trim_end_matches('#').trim_end())
}

fn take(raw: &mut RawEntry, line: &str) {
    if line.is_empty() {
        return;
    }
    let lower = line.to_lowercase();
    for (prefix, field) in FIELDS {
        if lower.starts_with(prefix) && line.is_char_boundary(prefix.len()) {
            let value = line[prefix.len()..].trim().to_owned();
            raw.fields.entry(field).or_default().push(value);
            return;
        }
    }
    raw.fields
        .entry("answer")
        .or_default()
        .push(line.to_owned());
}

fn close(
    open: Option<(usize, String, RawEntry)>,
    category: &mut Option<String>,
    rows: &mut Vec<RawEntry>,
) {
    let Some((line, title, mut raw)) = open else {
        return;
    };
    if !raw.fields.contains_key("answer") {
        *category = Some(title);
        return;
    }
    raw.place = format!("line {line}");
    raw.fields.insert("question", vec![title]);
    if let Some(category) = category {
        raw.fields.insert("category", vec![category.clone()]);
    }
    rows.push(raw);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_without_text_are_categories() {
        let text = "# Help\n## Paying\n### How to pay?\nBy\ntransfer.\n\n```sh\n# not a heading\n```\n### Why?\nid: why\nSo.\n## Selling\n### How?\nList it.\n";
        let rows: Vec<_> = rows(text)
            .into_iter()
            .map(|row| {
                (
                    row.place,
                    row.fields["category"].concat(),
                    row.fields["question"].concat(),
                    row.fields["answer"].join(" "),
                )
            })
            .collect();
        let row = |place: &str, category: &str, question: &str, answer: &str| {
            (
                place.to_owned(),
                category.to_owned(),
                question.to_owned(),
                answer.to_owned(),
            )
        };
        assert_eq!(
            rows,
            [
                row(
                    "line 3",
                    "Paying",
                    "How to pay?",
                    "By transfer. ```sh # not a heading ```"
                ),
                row("line 10", "Paying", "Why?", "So."),
                row("line 14", "Selling", "How?", "List it."),
            ]
        );
    }
}
