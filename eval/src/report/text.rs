//! A report for the terminal: aligned columns, no pictures.

use std::fmt::Write as _;

use super::document::{Block, Document, Table, Tone};

/// The document as plain text.
pub fn text(document: &Document) -> String {
    let mut text = format!("{}\n{}\n", document.title, document.lead);
    for notice in &document.notices {
        let sign = match notice.tone {
            Tone::Plain | Tone::Good => "",
            Tone::Bad => "failed: ",
            Tone::Warning => "note: ",
        };
        let _infallible = writeln!(text, "{sign}{}", notice.text);
    }
    for section in &document.sections {
        let mut part = String::new();
        for block in &section.blocks {
            match block {
                Block::Text(own) => {
                    let _infallible = writeln!(part, "{own}");
                }
                Block::List(points) => {
                    for point in points {
                        let _infallible = writeln!(part, "- {point}");
                    }
                }
                Block::Table(own) => {
                    let gap = if part.is_empty() { "" } else { "\n" };
                    let _infallible = write!(part, "{gap}{}", table(own));
                }
                Block::Figures(_) => {}
            }
        }
        if !part.is_empty() {
            let _infallible = write!(text, "\n{}\n{part}", section.title);
        }
    }
    text
}

/// Lines of aligned columns, two blanks apart.
fn table(table: &Table) -> String {
    let header = || table.header.iter().map(String::as_str);
    let widths: Vec<usize> = (0..table.header.len())
        .map(|column| {
            let cells = table.rows.iter().filter_map(|row| row.get(column));
            let cells = cells.map(|cell| cell.text.chars().count());
            let title = table.header[column].chars().count();
            cells.chain([title]).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    if !table.title.is_empty() {
        let _infallible = writeln!(text, "{}", table.title);
    }
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut own = String::new();
        for (column, (cell, width)) in cells.zip(&widths).enumerate() {
            let padding = " ".repeat(width - cell.chars().count());
            let gap = if column == 0 { "" } else { "  " };
            let _infallible = if column < table.words {
                write!(own, "{gap}{cell}{padding}")
            } else {
                write!(own, "{gap}{padding}{cell}")
            };
        }
        let _infallible = writeln!(text, "{}", own.trim_end());
    };
    line(&mut header());
    for row in &table.rows {
        line(&mut row.iter().map(|cell| cell.text.as_str()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::Section;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new("", 1, &["make", "n"]);
        table.rows.push(vec!["Kia".into(), "1,234".into()]);
        table.rows.push(vec!["VinFast".into(), "7".into()]);
        let mut section = Section::new("By make");
        section.table(table);
        let text = text(&Document {
            title: "T".to_owned(),
            lead: "L".to_owned(),
            sections: vec![section],
            ..Document::default()
        });
        let want = "T\nL\n\nBy make\nmake         n\nKia      1,234\nVinFast      7\n";
        assert_eq!(text, want);
    }
}
