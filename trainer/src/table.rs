//! Tables as aligned text.

use datasets::clean::Table;

/// The table as lines of aligned columns, two blanks apart; columns of numbers are flush right.
pub fn render(table: &Table) -> String {
    let columns = table.header.len();
    let lines = || std::iter::once(&table.header).chain(&table.rows);
    let cell = |line: &'_ Vec<String>, column: usize| -> usize {
        line.get(column).map_or(0, |cell| cell.chars().count())
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| lines().map(|line| cell(line, column)).max().unwrap_or(0))
        .collect();
    let right: Vec<bool> = (0..columns)
        .map(|column| {
            let mut cells = table.rows.iter().filter_map(|row| row.get(column));
            cells.all(|cell| is_number(cell)) && !table.rows.is_empty()
        })
        .collect();
    let mut text = String::new();
    for line in lines() {
        let mut printed = String::new();
        for column in 0..columns {
            let content = line.get(column).map_or("", String::as_str);
            let padding = " ".repeat(widths[column] - content.chars().count());
            if column > 0 {
                printed.push_str("  ");
            }
            if right[column] {
                printed.push_str(&padding);
                printed.push_str(content);
            } else {
                printed.push_str(content);
                printed.push_str(&padding);
            }
        }
        text.push_str(printed.trim_end());
        text.push('\n');
    }
    text
}

/// A table of these column titles, yet without rows.
pub fn with_header(titles: &[&str]) -> Table {
    Table {
        header: titles.iter().map(|title| (*title).to_owned()).collect(),
        rows: Vec::new(),
    }
}

/// Whether a cell holds a number, a share or the mark of a missing one.
fn is_number(cell: &str) -> bool {
    let digits = cell.trim_end_matches(" %");
    cell.is_empty()
        || cell == "-"
        || digits.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && digits
                .trim_start_matches('-')
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(header: &[&str], rows: &[&[&str]]) -> String {
        let mut table = with_header(header);
        for row in rows {
            table
                .rows
                .push(row.iter().map(ToString::to_string).collect());
        }
        render(&table)
    }

    #[test]
    fn words_stand_left_and_numbers_right() {
        let text = rendered(
            &["reason", "rows", "share"],
            &[&["price_missing", "7", "1.0 %"], &["năm", "1,234", "-"]],
        );
        assert_eq!(
            text,
            "reason          rows  share\n\
             price_missing      7  1.0 %\n\
             năm            1,234      -\n"
        );
    }

    #[test]
    fn days_and_versions_are_words() {
        let text = rendered(&["a longer title"], &[&["2025-11-15"], &["3f2a"]]);
        assert_eq!(text, "a longer title\n2025-11-15\n3f2a\n");
    }

    #[test]
    fn short_rows_and_no_rows_are_fine() {
        assert_eq!(rendered(&["a", "b"], &[]), "a  b\n");
        assert_eq!(rendered(&["a", "b"], &[&["x"]]), "a  b\nx\n");
    }
}
