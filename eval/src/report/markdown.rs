//! A report as Markdown, for a comment on a pull request. Pictures are left out; detail is folded.

use std::fmt::Write as _;

use super::document::{Block, Document, Section, Table, Tone};

/// The document as GitHub-flavoured Markdown.
pub fn markdown(document: &Document) -> String {
    let mut text = format!(
        "# {}\n\n{}\n",
        plain(&document.title),
        plain(&document.lead)
    );
    for notice in &document.notices {
        let sign = match notice.tone {
            Tone::Plain => "",
            Tone::Good => "✅ ",
            Tone::Bad => "❌ ",
            Tone::Warning => "⚠️ ",
        };
        let _infallible = write!(text, "\n> {sign}{}\n", plain(&notice.text));
    }
    if !document.tiles.is_empty() {
        text.push_str("\n| | | |\n|---|---:|---|\n");
        for tile in &document.tiles {
            let cells = [&tile.label, &tile.value, &tile.detail].map(|cell| plain(cell));
            let [label, value, detail] = cells;
            let _infallible = writeln!(text, "| {label} | **{value}** | {detail} |");
        }
    }
    for part in &document.sections {
        section(part, &mut text);
    }
    text
}

fn section(section: &Section, text: &mut String) {
    let shown = |block: &&Block| !matches!(block, Block::Figures(_));
    let blocks: Vec<&Block> = section.blocks.iter().filter(shown).collect();
    if blocks.is_empty() {
        return;
    }
    let title = plain(&section.title);
    let _infallible = if section.is_detail {
        write!(text, "\n<details><summary>{title}</summary>\n")
    } else {
        write!(text, "\n## {title}\n")
    };
    for block in blocks {
        match block {
            Block::Text(own) => {
                let _infallible = write!(text, "\n{}\n", plain(own));
            }
            Block::List(points) => {
                text.push('\n');
                for point in points {
                    let _infallible = writeln!(text, "- {}", plain(point));
                }
            }
            Block::Table(own) => table(own, text),
            Block::Figures(_) => {}
        }
    }
    if section.is_detail {
        text.push_str("\n</details>\n");
    }
}

fn table(table: &Table, text: &mut String) {
    if !table.title.is_empty() {
        let _infallible = write!(text, "\n**{}**\n", plain(&table.title));
    }
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    text.push('\n');
    text.push_str(&line(table.header.iter().map(|own| plain(own)).collect()));
    let sides = (0..table.header.len())
        .map(|column| if column < table.words { "---" } else { "---:" }.to_owned());
    text.push_str(&line(sides.collect()));
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell.tone {
            Tone::Bad => format!("**{}**", plain(&cell.text)),
            _ => plain(&cell.text),
        });
        text.push_str(&line(cells.collect()));
    }
}

/// Text that stands for itself: nothing of the data becomes markup, a cell's border or a mention.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '|' | '*' | '`' | '[' | ']' | '\\' => {
                escaped.push('\\');
                escaped.push(character);
            }
            // A name that begins so would call somebody.
            '@' if !escaped.ends_with(|c: char| c.is_alphanumeric()) => escaped.push_str("&#64;"),
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{Cell, Figure};

    #[test]
    fn tables_keep_their_shape_and_pictures_are_left_out() {
        let mut table = Table::new("", 1, &["make", "MdAPE"]);
        let bad = Cell::toned("9.1 %", Tone::Bad);
        table.rows.push(vec!["a|b <i> @you".into(), bad]);
        let mut detail = Section::detail("By make");
        detail.table(table);
        let mut pictures = Section::new("Pictures");
        pictures.figures(vec![Figure {
            title: "f".to_owned(),
            caption: String::new(),
            svg: "<svg/>".to_owned(),
        }]);
        let text = markdown(&Document {
            title: "T".to_owned(),
            sections: vec![detail, pictures],
            ..Document::default()
        });
        assert!(
            text.contains("| make | MdAPE |\n| --- | ---: |\n"),
            "{text}"
        );
        assert!(
            text.contains("| a\\|b &lt;i&gt; &#64;you | **9.1 %** |"),
            "{text}"
        );
        assert!(text.contains("<details><summary>By make</summary>"));
        assert!(!text.contains("svg") && !text.contains("Pictures"));
    }

    #[test]
    fn nobody_is_called() {
        assert_eq!(plain("@you a@b"), "&#64;you a@b");
    }
}
