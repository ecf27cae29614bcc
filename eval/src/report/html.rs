//! A report as one HTML file: styles and drawings inside, no script, nothing fetched.

use std::fmt::Write as _;

use super::document::{Block, Document, Figure, Section, Table, Tone};

/// Letters from which a cell is wide rather than high.
const LONG: usize = 36;

const STYLE: &str = include_str!("page.css");

/// The document as a page.
pub fn page(document: &Document) -> String {
    let mut body = String::new();
    let title = escape(&document.title);
    let _infallible = write!(
        body,
        "<header><h1>{title}</h1><p class=\"lead\">{}</p></header>",
        escape(&document.lead)
    );
    for notice in &document.notices {
        let _infallible = write!(
            body,
            "<p class=\"notice {}\">{}</p>",
            class(notice.tone),
            escape(&notice.text)
        );
    }
    if !document.tiles.is_empty() {
        body.push_str("<dl class=\"tiles\">");
        for tile in &document.tiles {
            let _infallible = write!(
                body,
                "<div><dt>{}</dt><dd class=\"value\">{}</dd><dd class=\"muted\">{}</dd></div>",
                escape(&tile.label),
                escape(&tile.value),
                escape(&tile.detail)
            );
        }
        body.push_str("</dl>");
    }
    for part in &document.sections {
        section(part, &mut body);
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )
}

fn section(section: &Section, body: &mut String) {
    let _infallible = write!(body, "<section><h2>{}</h2>", escape(&section.title));
    for block in &section.blocks {
        match block {
            Block::Text(text) => {
                let _infallible = write!(body, "<p>{}</p>", escape(text));
            }
            Block::List(points) => {
                body.push_str("<ul>");
                for point in points {
                    let _infallible = write!(body, "<li>{}</li>", escape(point));
                }
                body.push_str("</ul>");
            }
            Block::Table(own) => table(own, body),
            Block::Figures(figures) => {
                body.push_str("<div class=\"figures\">");
                for own in figures {
                    figure(own, body);
                }
                body.push_str("</div>");
            }
        }
    }
    body.push_str("</section>");
}

fn figure(figure: &Figure, body: &mut String) {
    let _infallible = write!(
        body,
        "<figure><h3>{}</h3>{}<figcaption>{}</figcaption></figure>",
        escape(&figure.title),
        figure.svg,
        escape(&figure.caption)
    );
}

fn table(table: &Table, body: &mut String) {
    // A wide table scrolls within itself, so that the page does not.
    body.push_str("<div class=\"table\" tabindex=\"0\"><table>");
    if !table.title.is_empty() {
        let _infallible = write!(body, "<caption>{}</caption>", escape(&table.title));
    }
    let side = |column: usize| {
        if column < table.words {
            "word"
        } else {
            "number"
        }
    };
    body.push_str("<thead><tr>");
    for (column, title) in table.header.iter().enumerate() {
        let _infallible = write!(
            body,
            "<th scope=\"col\" class=\"{}\">{}</th>",
            side(column),
            escape(title)
        );
    }
    body.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        body.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let (mut side, tone) = (side(column).to_owned(), class(cell.tone));
            if cell.text.chars().count() > LONG {
                side += " long";
            }
            let text = escape(&cell.text);
            let _infallible = if column == 0 && table.words > 0 {
                write!(
                    body,
                    "<th scope=\"row\" class=\"{side} {tone}\">{text}</th>"
                )
            } else {
                write!(body, "<td class=\"{side} {tone}\">{text}</td>")
            };
        }
        body.push_str("</tr>");
    }
    body.push_str("</tbody></table></div>");
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Warning => "warning",
    }
}

/// Text that stands for itself in HTML, SVG and XML. What XML cannot hold becomes a replacement character.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(character),
            control if control.is_control() => escaped.push('\u{fffd}'),
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::Notice;

    #[test]
    fn nothing_of_the_data_becomes_markup_and_nothing_is_fetched() {
        let mut section = Section::new("<script>alert(1)</script>");
        section.text("a & b");
        let mut table = Table::new("t", 1, &["make", "n"]);
        table.rows.push(vec!["<b>Kia</b>".into(), "3".into()]);
        section.table(table);
        let html = page(&Document {
            title: "\"T\"".to_owned(),
            notices: vec![Notice {
                tone: Tone::Warning,
                text: "synthetic".to_owned(),
            }],
            sections: vec![section],
            ..Document::default()
        });
        assert!(!html.contains("<script") && !html.contains("<b>Kia"));
        assert!(html.contains("&lt;b&gt;Kia") && html.contains("a &amp; b"));
        for fetched in ["http:", "https:", "url(", "@import", " src=", "href="] {
            assert!(!html.contains(fetched), "{fetched}");
        }
        assert_eq!(escape("a\u{0}b\u{1b}"), "a\u{fffd}b\u{fffd}");
    }
}
