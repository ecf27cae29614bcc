//! Names down the side, each with a number and its interval: errors by segment, coverage, importance, differences.

use super::{Axis, Drawing, Frame, Scale, WIDTH, letters};
use crate::report::html::escape;

/// Height of a row.
const ROW: f64 = 22.0;

/// What is drawn.
pub struct Intervals<'a> {
    /// What it shows, for those who hear it.
    pub title: &'a str,
    /// Rows, the first on top.
    pub rows: &'a [Interval],
    /// A reference line and its label; `None` draws no line.
    pub reference: Option<(f64, &'a str)>,
    /// Whether a bar reaches from 0 to the value.
    pub bars: bool,
    /// What the values are.
    pub axis: &'a str,
    /// Tick labels.
    pub label: &'a dyn Fn(f64) -> String,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// Name.
    pub name: String,
    /// What stands behind the name, such as the number of rows.
    pub detail: String,
    /// The value.
    pub value: f64,
    /// Its interval.
    pub ends: Option<(f64, f64)>,
    /// Whether it stands out for the worse.
    pub is_bad: bool,
}

/// Draws rows with intervals.
pub fn intervals(plot: &Intervals<'_>) -> String {
    let widths = plot.rows.iter().map(|row| letters(&fitted(&row.name)));
    let names = widths.fold(60.0, f64::max);
    let frame = Frame {
        left: names + 12.0,
        right: WIDTH - 58.0,
        top: 26.0,
        bottom: 26.0 + ROW * plot.rows.len() as f64,
    };
    let mut drawing = Drawing::new(plot.title, frame.bottom + 44.0);
    let (low, high) = ends(plot);
    let scale = Scale::linear(low, high);
    let axis = Axis {
        scale: &scale,
        title: plot.axis,
        label: plot.label,
    };
    drawing.ticks(&frame, &axis);
    drawing.words("end muted", (WIDTH - 2.0, frame.bottom + 36.0), axis.title);
    if plot.rows.iter().any(|row| !row.detail.is_empty()) {
        drawing.words("end muted", (WIDTH - 2.0, frame.top - 10.0), "rows");
    }
    if let Some((number, what)) = plot.reference {
        let at = frame.x(scale.share(number));
        drawing.line("ideal", (at, frame.top - 4.0), (at, frame.bottom));
        drawing.words("middle muted", (at, frame.top - 10.0), what);
    }
    for (place, row) in plot.rows.iter().enumerate() {
        let y = frame.top + ROW * (place as f64 + 0.5);
        let x = |number: f64| frame.x(scale.share(number));
        drawing.words("end", (frame.left - 8.0, y + 4.5), &fitted(&row.name));
        drawing.words("end muted", (WIDTH - 2.0, y + 4.5), &row.detail);
        if plot.bars {
            let zero = x(0.0);
            let (from, to) = (zero.min(x(row.value)), zero.max(x(row.value)));
            drawing.rect("bar", (from, y - 6.0), (to - from, 12.0));
        }
        if let Some((low, high)) = row.ends {
            let class = if row.is_bad { "whisker bad" } else { "whisker" };
            drawing.line(class, (x(low), y), (x(high), y));
        }
        let class = if row.is_bad { "mark bad" } else { "mark" };
        let title = format!("{}: {}", row.name, (plot.label)(row.value));
        drawing.add(&format!("<g><title>{}</title>", escape(&title)));
        drawing.circle(class, (x(row.value), y), 4.0);
        drawing.add("</g>");
    }
    drawing.finish()
}

/// Ends of the axis: all values and what can be shown of the intervals; a wild one does not squeeze the rest.
fn ends(plot: &Intervals<'_>) -> (f64, f64) {
    let values = plot.rows.iter().map(|row| row.value);
    let reference = plot.reference.map(|(number, _)| number);
    let zero = plot.bars.then_some(0.0);
    let values = values.chain(reference).chain(zero);
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    let room = (high - low).max(high.abs() * 0.1).max(1e-9);
    let lows = plot.rows.iter().filter_map(|row| Some(row.ends?.0));
    let highs = plot.rows.iter().filter_map(|row| Some(row.ends?.1));
    let least = lows.fold(low, f64::min).max(low - room);
    let most = highs.fold(high, f64::max).min(high + room);
    let margin = (most - least).max(1e-9) * 0.04;
    (
        if plot.bars && least >= 0.0 {
            0.0
        } else {
            least - margin
        },
        most + margin,
    )
}

/// A name that fits beside the axis.
fn fitted(name: &str) -> String {
    const MOST: usize = 19;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let cut: String = name.chars().take(MOST - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_drawn_with_its_name() {
        let row = |name: &str, value, ends| Interval {
            name: name.to_owned(),
            detail: "30".to_owned(),
            value,
            ends,
            is_bad: value > 0.1,
        };
        let rows = [
            row("Toyota", 0.05, Some((0.04, 0.06))),
            row("a make with a very long name & more", 0.2, Some((0.1, 9.0))),
        ];
        let svg = intervals(&Intervals {
            title: "t",
            rows: &rows,
            reference: Some((0.06, "all")),
            bars: false,
            axis: "MdAPE",
            label: &|n| format!("{n:.2}"),
        });
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("whisker bad").count(), 1);
        assert!(svg.contains("Toyota") && svg.contains("a make with a very…"));
        assert!(svg.contains("&amp; more: 0.20"));
    }
}
