//! What cleaning did: rows kept, mended and dropped, by rule and by source.

use std::collections::BTreeMap;

use serde::Serialize;

/// What a rule did to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The row was thrown away.
    Dropped,
    /// A value of the row was replaced by unknown.
    Mended,
}

/// Rows of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// Rows that came in.
    pub rows_in: usize,
    /// Rows that went out, mended ones among them.
    pub kept: usize,
    /// Kept rows that at least one rule mended.
    pub mended: usize,
    /// Rows thrown away.
    pub dropped: usize,
}

/// Rows of one source that one rule dropped or mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The rule's name.
    pub reason: &'static str,
    /// What it did.
    pub effect: Effect,
    /// The listing's source.
    pub source: String,
    /// How many rows.
    pub rows: usize,
}

/// Counts of a cleaning step. A kept row may be counted under several mending rules, a dropped one under one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CleanReport {
    sources: BTreeMap<String, Totals>,
    counts: BTreeMap<(Effect, &'static str, String), usize>,
}

/// A table of texts: the caller aligns and prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Column titles.
    pub header: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl CleanReport {
    pub(crate) fn drop_row(&mut self, reason: &'static str, source: &str) {
        let totals = self.sources.entry(source.into()).or_default();
        totals.rows_in += 1;
        totals.dropped += 1;
        *self
            .counts
            .entry((Effect::Dropped, reason, source.into()))
            .or_default() += 1;
    }

    pub(crate) fn keep_row(&mut self, source: &str, mended_by: &[&'static str]) {
        let totals = self.sources.entry(source.into()).or_default();
        totals.rows_in += 1;
        totals.kept += 1;
        totals.mended += usize::from(!mended_by.is_empty());
        for reason in mended_by {
            *self
                .counts
                .entry((Effect::Mended, reason, source.into()))
                .or_default() += 1;
        }
    }

    /// Counts by reason and source: drops first, then mends, each by name.
    pub fn counts(&self) -> Vec<Count> {
        self.counts
            .iter()
            .map(|((effect, reason, source), rows)| Count {
                reason,
                effect: *effect,
                source: source.clone(),
                rows: *rows,
            })
            .collect()
    }

    /// Rows of `source` that the rule `reason` dropped or mended.
    pub fn count(&self, reason: &str, source: &str) -> usize {
        self.counts
            .iter()
            .filter(|((_, name, from), _)| *name == reason && from == source)
            .map(|(_, rows)| rows)
            .sum()
    }

    /// Totals by source.
    pub fn by_source(&self) -> &BTreeMap<String, Totals> {
        &self.sources
    }

    /// Totals over all sources.
    pub fn total(&self) -> Totals {
        let mut total = Totals::default();
        for totals in self.sources.values() {
            total.rows_in += totals.rows_in;
            total.kept += totals.kept;
            total.mended += totals.mended;
            total.dropped += totals.dropped;
        }
        total
    }

    /// Adds the counts of a step that took the rows this one kept: rows in stay those of the first step, and a
    /// row mended here and dropped there counts as dropped only (its mending rule keeps its count).
    #[must_use]
    pub fn followed_by(mut self, next: &Self) -> Self {
        for (source, after) in &next.sources {
            let totals = self.sources.entry(source.clone()).or_default();
            if totals.rows_in == 0 {
                totals.rows_in = after.rows_in;
            }
            totals.kept = after.kept;
            totals.dropped += after.dropped;
            totals.mended = (totals.mended + after.mended).min(after.kept);
        }
        for (key, rows) in &next.counts {
            *self.counts.entry(key.clone()).or_default() += rows;
        }
        self
    }

    /// One row a reason and one column a source, with a column of all; then the totals.
    pub fn table(&self) -> Table {
        let sources: Vec<&String> = self.sources.keys().collect();
        let mut header = vec!["effect".to_owned(), "reason".to_owned()];
        header.extend(sources.iter().map(|source| (*source).clone()));
        header.push("all".into());
        let line = |effect: &str, reason: &str, counts: Vec<usize>| {
            let sum: usize = counts.iter().sum();
            let mut cells = vec![effect.to_owned(), reason.to_owned()];
            cells.extend(counts.iter().map(ToString::to_string));
            cells.push(sum.to_string());
            cells
        };
        let mut reasons: Vec<(Effect, &'static str)> = self
            .counts
            .keys()
            .map(|(effect, reason, _)| (*effect, *reason))
            .collect();
        reasons.dedup();
        let mut rows = Vec::new();
        for (effect, reason) in reasons {
            let counts = sources
                .iter()
                .map(|source| {
                    self.counts
                        .get(&(effect, reason, (*source).clone()))
                        .copied()
                        .unwrap_or_default()
                })
                .collect();
            let effect = match effect {
                Effect::Dropped => "dropped",
                Effect::Mended => "mended",
            };
            rows.push(line(effect, reason, counts));
        }
        let totals = || self.sources.values();
        let sums = [
            ("rows in", totals().map(|of| of.rows_in).collect()),
            ("kept", totals().map(|of| of.kept).collect()),
            ("mended", totals().map(|of| of.mended).collect()),
            ("dropped", totals().map(|of| of.dropped).collect()),
        ];
        rows.extend(sums.map(|(name, counts)| line("total", name, counts)));
        Table { header, rows }
    }
}

impl Serialize for CleanReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            total: Totals,
            by_source: &'a BTreeMap<String, Totals>,
            counts: Vec<Count>,
        }
        View {
            total: self.total(),
            by_source: &self.sources,
            counts: self.counts(),
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> CleanReport {
        let mut report = CleanReport::default();
        report.keep_row("bonbanh", &[]);
        report.keep_row("chotot", &["mileage_tiny", "colour_blank"]);
        report.drop_row("price_missing", "chotot");
        report
    }

    #[test]
    fn the_table_has_a_column_a_source() {
        let table = report().table();
        assert_eq!(
            table.header,
            ["effect", "reason", "bonbanh", "chotot", "all"]
        );
        let rows: Vec<String> = table.rows.iter().map(|row| row.join(" ")).collect();
        assert_eq!(
            rows,
            [
                "dropped price_missing 0 1 1",
                "mended colour_blank 0 1 1",
                "mended mileage_tiny 0 1 1",
                "total rows in 1 2 3",
                "total kept 1 1 2",
                "total mended 0 1 1",
                "total dropped 0 1 1",
            ]
        );
    }

    #[test]
    fn steps_add_up() {
        let mut next = CleanReport::default();
        next.keep_row("bonbanh", &[]);
        next.drop_row("price_outlier", "chotot");
        let both = report().followed_by(&next);
        let total = both.total();
        assert_eq!(
            (total.rows_in, total.kept, total.mended, total.dropped),
            (3, 1, 0, 2)
        );
        assert_eq!(both.count("price_outlier", "chotot"), 1);
        assert_eq!(both.count("price_missing", "chotot"), 1);
    }
}
