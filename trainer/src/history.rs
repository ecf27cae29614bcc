//! `trainer history`: who changed the aliases, when and why.

use chrono::SecondsFormat;
use models::Registry;
use models::registry::Change;
use serde::Serialize;

use crate::{Output, Result, cli::HistoryArgs, table};

/// What `--json` prints.
#[derive(Serialize)]
struct Told<'a> {
    changes: &'a [Change],
    unreadable_lines: &'a [usize],
}

/// Prints the changes of a registry's aliases, oldest first.
///
/// # Errors
/// [`crate::Error::Io`] and [`crate::Error::Model`] where the registry is absent or cannot be read.
pub fn run(args: &HistoryArgs, output: Output) -> Result<()> {
    let history = Registry::open_existing(&args.registry)?.history()?;
    for line in &history.unreadable {
        output.warn(format_args!(
            "{}: line {line} of the history cannot be read; it was damaged",
            args.registry.display()
        ));
    }
    let all = &history.changes;
    let told = &all[all.len().saturating_sub(args.limit.unwrap_or(usize::MAX))..];
    if output.is_json() {
        return Ok(output.json(&Told {
            changes: told,
            unreadable_lines: &history.unreadable,
        })?);
    }
    if told.is_empty() {
        output.note(format_args!(
            "{}: no changes yet; `trainer promote` makes one",
            args.registry.display()
        ));
        return Ok(());
    }
    Ok(output.data(&print(told))?)
}

fn print(changes: &[Change]) -> String {
    let mut table = table::with_header(&["at", "what", "from", "to", "by", "why"]);
    for change in changes {
        table.rows.push(vec![
            change.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            change.action.to_string(),
            change.from.clone().unwrap_or_else(|| "-".to_owned()),
            change.to.clone(),
            one_line(&change.by),
            one_line(&change.why),
        ]);
    }
    table::render(&table)
}

/// A text of whoever wrote the file: nothing in it moves the cursor.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use models::registry::Action;

    use super::*;

    #[test]
    fn a_change_is_one_line_whatever_was_written() {
        let change = Change {
            seq: 1,
            at: DateTime::UNIX_EPOCH,
            action: Action::Promote,
            by: "Lê\u{1b}[31m".to_owned(),
            why: "tốt hơn\n3 %".to_owned(),
            from: None,
            to: "0123456789ab".to_owned(),
        };
        let text = print(&[change]);
        assert_eq!(text.lines().count(), 2);
        let line = text.lines().nth(1).expect("a change");
        assert_eq!(
            line,
            "1970-01-01T00:00:00Z  promote     -  0123456789ab  Lê [31m  tốt hơn 3 %"
        );
    }
}
