//! The report on drift.

use serde::Serialize;

use super::document::{Cell, Document, Notice, Section, Table, Tone};
use super::format;
use super::junit::Case;
use super::plot::{self, Interval, Intervals};
use crate::drift::Drift;

/// How far a field may move.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limits {
    /// Most that the population stability index may be, where it is beyond chance.
    pub psi: f64,
    /// Most that the Kolmogorov-Smirnov distance may be.
    pub ks: f64,
    /// Most that the share of unknown words may be.
    pub unknown: f64,
}

/// A field that was compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Its name; `prediction` for what the model says.
    pub field: String,
    /// How far it moved.
    #[serde(flatten)]
    pub drift: Drift,
    /// Which limits it went beyond, in words.
    pub beyond: Vec<String>,
    /// Whether it was told to be left out of the verdict.
    pub is_ignored: bool,
}

/// A comparison of two sets of listings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Rows of the reference.
    pub n_reference: usize,
    /// Current rows.
    pub n_current: usize,
    /// The limits.
    pub limits: Limits,
    /// Whether no field went beyond a limit.
    pub passed: bool,
    /// What a reader must know.
    pub warnings: Vec<String>,
    /// The fields.
    pub fields: Vec<Field>,
}

impl Field {
    /// A field held against the limits.
    pub fn judge(field: &str, drift: Drift, limits: Limits, is_ignored: bool) -> Self {
        let mut beyond = Vec::new();
        if drift.psi > limits.psi && drift.psi > drift.psi_by_chance {
            beyond.push(format!("PSI {:.3} above {}", drift.psi, limits.psi));
        }
        if let Some(ks) = drift.ks.filter(|ks| *ks > limits.ks) {
            // As for the index, few rows are far apart by chance.
            if drift.ks_p_value.is_some_and(|p| p < 0.05) {
                beyond.push(format!("KS {ks:.3} above {}", limits.ks));
            }
        }
        let most = limits.unknown.max(drift.unknown_by_chance.unwrap_or(0.0));
        if let Some(rate) = drift.unknown_rate.filter(|rate| *rate > most) {
            let (rate, most) = (format::percent(rate), format::percent(limits.unknown));
            beyond.push(format!("{rate} unknown, above {most}"));
        }
        Self {
            field: field.to_owned(),
            drift,
            beyond,
            is_ignored,
        }
    }

    /// Whether it fails the check.
    pub fn fails(&self) -> bool {
        !self.is_ignored && !self.beyond.is_empty()
    }
}

/// The report.
pub fn document(comparison: &Comparison) -> Document {
    let failed: Vec<&Field> = comparison.fields.iter().filter(|own| own.fails()).collect();
    let mut notices = vec![if failed.is_empty() {
        Notice {
            tone: Tone::Good,
            text: "No field moved beyond its limits.".to_owned(),
        }
    } else {
        let names: Vec<&str> = failed.iter().map(|own| own.field.as_str()).collect();
        Notice {
            tone: Tone::Bad,
            text: format!("Beyond the limits: {}.", names.join(", ")),
        }
    }];
    notices.extend(comparison.warnings.iter().map(|text| Notice {
        tone: Tone::Warning,
        text: text.clone(),
    }));
    Document {
        title: "Drift of listings".to_owned(),
        lead: format!(
            "{} new rows against {} that a model learned from",
            format::count(comparison.n_current),
            format::count(comparison.n_reference)
        ),
        notices,
        tiles: Vec::new(),
        sections: vec![overview(comparison), bins(comparison)],
    }
}

fn overview(comparison: &Comparison) -> Section {
    let mut section = Section::new("Fields");
    section.text(format!(
        "PSI fails above {} where it is also above what 95 % of unmoved samples of these sizes stay below (by chance), KS above \
         {} where p < 0.05, unknown words above {} where that is above what rare words lead to expect.",
        comparison.limits.psi,
        comparison.limits.ks,
        format::percent(comparison.limits.unknown)
    ));
    let rows: Vec<Interval> = comparison
        .fields
        .iter()
        .map(|own| Interval {
            name: own.field.clone(),
            detail: String::new(),
            value: own.drift.psi,
            ends: None,
            is_bad: own.fails(),
        })
        .collect();
    let svg = plot::intervals(&Intervals {
        title: "Population stability index by field",
        rows: &rows,
        reference: Some((comparison.limits.psi, "limit")),
        bars: true,
        axis: "population stability index",
        label: &|psi| format!("{psi:.2}"),
    });
    section.figures(vec![super::document::Figure {
        title: "Population stability index by field".to_owned(),
        caption: "Red: beyond a limit.".to_owned(),
        svg,
    }]);
    let header = [
        "field",
        "outcome",
        "PSI",
        "by chance",
        "KS",
        "p",
        "unknown",
        "missing before",
        "missing now",
    ];
    let mut table = Table::new("", 2, &header);
    for own in &comparison.fields {
        let drift = &own.drift;
        let outcome = match (own.beyond.is_empty(), own.is_ignored) {
            (true, _) => Cell::toned("within", Tone::Plain),
            (false, true) => {
                Cell::toned(format!("ignored: {}", own.beyond.join("; ")), Tone::Warning)
            }
            (false, false) => Cell::toned(own.beyond.join("; "), Tone::Bad),
        };
        let optional = |value: Option<String>| Cell::from(value.unwrap_or_else(|| "–".to_owned()));
        table.rows.push(vec![
            own.field.clone().into(),
            outcome,
            format!("{:.3}", drift.psi).into(),
            format!("{:.3}", drift.psi_by_chance).into(),
            optional(drift.ks.map(|ks| format!("{ks:.3}"))),
            optional(drift.ks_p_value.map(|p| format!("{p:.4}"))),
            optional(drift.unknown_rate.map(format::percent)),
            format::percent(drift.missing_reference).into(),
            format::percent(drift.missing_current).into(),
        ]);
    }
    section.table(table);
    section
}

/// The bins of the fields that failed, and the words that were unknown.
fn bins(comparison: &Comparison) -> Section {
    let mut section = Section::detail("What moved");
    for own in comparison
        .fields
        .iter()
        .filter(|own| !own.beyond.is_empty())
    {
        let mut table = Table::new(&own.field, 1, &["bin", "before", "now", "change"]);
        for bin in &own.drift.bins {
            table.rows.push(vec![
                bin.label.clone().into(),
                format::percent(bin.reference).into(),
                format::percent(bin.current).into(),
                format!("{:+.1}", (bin.current - bin.reference) * 100.0).into(),
            ]);
        }
        section.table(table);
        let unknown: Vec<String> = own
            .drift
            .unknown
            .iter()
            .take(15)
            .map(|(word, rows)| format!("{word} ({})", format::count(*rows)))
            .collect();
        if !unknown.is_empty() {
            section.text(format!("Unknown in {}: {}", own.field, unknown.join(", ")));
        }
    }
    section
}

/// The fields as test cases.
pub fn cases(comparison: &Comparison) -> Vec<Case> {
    let case = |own: &Field| Case {
        class: "drift".to_owned(),
        name: own.field.clone(),
        detail: if own.beyond.is_empty() {
            format!("PSI {:.3}", own.drift.psi)
        } else {
            own.beyond.join("; ")
        },
        passed: !own.fails(),
    };
    comparison.fields.iter().map(case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        psi: 0.25,
        ks: 0.2,
        unknown: 0.05,
    };

    #[test]
    fn a_field_fails_only_beyond_chance() {
        let drift = Drift {
            psi: 0.3,
            psi_by_chance: 0.5,
            ks: Some(0.3),
            ks_p_value: Some(0.2),
            unknown_rate: None,
            unknown_by_chance: None,
            unknown: Vec::new(),
            missing_reference: 0.0,
            missing_current: 0.0,
            bins: Vec::new(),
        };
        assert!(!Field::judge("a", drift.clone(), LIMITS, false).fails());
        let moved = Drift {
            psi_by_chance: 0.1,
            ks_p_value: Some(0.001),
            unknown_rate: Some(0.06),
            ..drift
        };
        let field = Field::judge("a", moved.clone(), LIMITS, false);
        let want = [
            "PSI 0.300 above 0.25",
            "KS 0.300 above 0.2",
            "6.0 % unknown, above 5.0 %",
        ];
        assert_eq!(field.beyond, want);
        assert!(field.fails() && !Field::judge("a", moved, LIMITS, true).fails());
    }
}
