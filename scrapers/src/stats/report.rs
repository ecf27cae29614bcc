//! The end of a crawl as people and programs read it.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Counters, Finding, judged};

/// How a crawl ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// All that it was to fetch is fetched.
    Done,
    /// `--max-pages` was reached; the next start goes on.
    PageLimit,
    /// Somebody asked it to stop; the next start goes on.
    Interrupted,
    /// It could not go on; the next start does.
    Stopped,
    /// It has not ended, or died: the next start goes on.
    Open,
}

/// How often a column is filled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldFill {
    /// Column.
    pub field: String,
    /// Share of the listings read that have it, 0 to 1.
    pub share: f64,
    /// Least share that is usual, where the site has one.
    pub floor: Option<f64>,
}

/// What a crawl did and found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Site.
    pub source: String,
    /// Number of the crawl in its directory.
    pub run: i64,
    /// When it was begun, by whichever process.
    pub started_at: DateTime<Utc>,
    /// When this was written.
    pub ended_at: DateTime<Utc>,
    /// How it ended.
    pub ended: Ended,
    /// Whether it went on with a crawl that was left.
    pub resumed: bool,
    /// Pages that are left to fetch.
    pub left: u64,
    /// Rows in the Parquet file.
    pub rows: u64,
    /// What it did.
    #[serde(flatten)]
    pub counters: Counters,
    /// How often each column is filled.
    pub fill: Vec<FieldFill>,
    /// What is wrong with its data.
    pub findings: Vec<Finding>,
}

/// Fill rates of what was read, beside the site's floors.
pub(crate) fn fill(counters: &Counters, floors: &[(&str, f64)]) -> Vec<FieldFill> {
    if counters.detail_pages == 0 {
        return Vec::new();
    }
    judged()
        .map(|column| FieldFill {
            field: column.name.to_owned(),
            share: counters.filled.get(column.name).copied().unwrap_or(0) as f64
                / counters.detail_pages as f64,
            floor: floors
                .iter()
                .find(|(field, _)| *field == column.name)
                .map(|(_, floor)| *floor),
        })
        .collect()
}

impl Report {
    /// The report as a table.
    pub fn table(&self) -> String {
        let counters = &self.counters;
        let mut text = String::new();
        let mut line = |name: &str, value: &dyn std::fmt::Display| {
            // Memory takes any length.
            let _ = writeln!(text, "{name:<18} {value}");
        };
        let ended = match self.ended {
            Ended::Done => "done",
            Ended::PageLimit => "at --max-pages; start again to go on",
            Ended::Interrupted => "interrupted; start again to go on",
            Ended::Stopped => "stopped; start again to go on",
            Ended::Open => "unfinished; start again to go on",
        };
        line(
            "crawl",
            &format_args!("{} #{}, {ended}", self.source, self.run),
        );
        let seconds = (self.ended_at - self.started_at).num_seconds().max(0);
        line(
            "since",
            &format_args!(
                "{} ({seconds} s)",
                self.started_at.format("%Y-%m-%d %H:%M:%S UTC")
            ),
        );
        line("list pages", &counters.list_pages);
        line("detail pages", &counters.detail_pages);
        line("left to fetch", &self.left);
        line(
            "requests",
            &format_args!(
                "{} ({} retries, {} redirects)",
                counters.requests, counters.retries, counters.redirects
            ),
        );
        line("bytes", &counters.bytes);
        line("listings seen", &counters.listings);
        line("  new", &counters.new);
        line("  changed", &counters.changed);
        line("  as they were", &(counters.unchanged + counters.known));
        line("  back again", &counters.relisted);
        line("gone", &counters.gone);
        line("rows", &self.rows);
        for (reason, count) in &counters.rejects {
            line(&format!("reject {reason}"), count);
        }
        for (layout, count) in &counters.layouts {
            line(&format!("layout {layout}"), count);
        }
        for fill in self
            .fill
            .iter()
            .filter(|fill| fill.share > 0.0 || fill.floor.is_some())
        {
            let floor = fill.floor.map_or(String::new(), |floor| {
                let mark = if fill.share < floor {
                    "  BELOW "
                } else {
                    "  of at least "
                };
                format!("{mark}{:.0} %", floor * 100.0)
            });
            line(
                &format!("filled {}", fill.field),
                &format_args!("{:.1} %{floor}", fill.share * 100.0),
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_json_say_what_happened() {
        let counters = Counters {
            detail_pages: 4,
            new: 3,
            rejects: [("http_500".into(), 2)].into(),
            filled: [("year".into(), 4), ("price_vnd".into(), 1)].into(),
            ..Counters::default()
        };
        let at = DateTime::from_timestamp(1_700_000_000, 0).expect("an instant");
        let report = Report {
            source: "bonbanh".into(),
            run: 7,
            started_at: at,
            ended_at: at + chrono::TimeDelta::seconds(90),
            ended: Ended::Interrupted,
            resumed: false,
            left: 5,
            rows: 3,
            fill: fill(&counters, &[("price_vnd", 0.5)]),
            findings: vec![],
            counters,
        };
        let table = report.table();
        for part in [
            "bonbanh #7, interrupted; start again",
            "(90 s)",
            "reject http_500    2",
            "filled year        100.0 %\n",
            "25.0 %  BELOW 50 %",
        ] {
            assert!(table.contains(part), "{part}:\n{table}");
        }
        let json = serde_json::to_value(&report).expect("JSON");
        assert_eq!(json["new"], 3);
        assert_eq!(json["ended"], "interrupted");
        assert_eq!(json["rejects"]["http_500"], 2);
    }
}
