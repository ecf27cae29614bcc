//! Points joined by lines, with their intervals: calibration, learning curves.

use super::{Axis, Drawing, Frame, Scale, WIDTH};

/// What is drawn.
pub struct Lines<'a> {
    /// What it shows, for those who hear it.
    pub title: &'a str,
    /// The lines; the first one stands out.
    pub lines: &'a [Line],
    /// The line that the points should lie on, as its two ends; `None` draws no line.
    pub ideal: Option<[(f64, f64); 2]>,
    /// Horizontal axis.
    pub x: Scale,
    /// Vertical axis.
    pub y: Scale,
    /// Titles of both.
    pub titles: [&'a str; 2],
    /// Tick labels of both.
    pub labels: [&'a dyn Fn(f64) -> String; 2],
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is of, which stands at its end; nothing where it is of no interest.
    pub name: String,
    /// Points with their intervals, from left to right.
    pub points: Vec<Point>,
}

/// Place, value and the value's interval.
pub type Point = (f64, f64, Option<(f64, f64)>);

/// Draws lines.
pub fn lines(plot: &Lines<'_>) -> String {
    let frame = Frame {
        left: 54.0,
        right: WIDTH - 16.0,
        top: 28.0,
        bottom: 260.0,
    };
    let mut drawing = Drawing::new(plot.title, 300.0);
    let axis = |scale, place: usize| Axis {
        scale,
        title: plot.titles[place],
        label: plot.labels[place],
    };
    drawing.axes(&frame, &axis(&plot.x, 0), &axis(&plot.y, 1));
    let at = |(x, y): (f64, f64)| (frame.x(plot.x.share(x)), frame.y(plot.y.share(y)));
    if let Some([from, to]) = plot.ideal {
        drawing.line("ideal", at(from), at(to));
    }
    for (place, line) in plot.lines.iter().enumerate().rev() {
        let is_first = place == 0;
        let points: Vec<(f64, f64)> = line.points.iter().map(|(x, y, _)| at((*x, *y))).collect();
        drawing.path(if is_first { "line" } else { "line faint" }, &points);
        for ((x, _, ends), point) in line.points.iter().zip(&points) {
            if let (Some((low, high)), true) = (ends, is_first) {
                drawing.line("whisker", at((*x, *low)), at((*x, *high)));
            }
            let (class, radius) = if is_first {
                ("mark", 4.0)
            } else {
                ("dot", 2.5)
            };
            drawing.circle(class, *point, radius);
        }
        if let (Some((x, y)), true) = (points.last(), is_first) {
            drawing.words("end", (x - 6.0, y - 8.0), &line.name);
        }
    }
    drawing.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_stands_out() {
        let line = |name: &str| Line {
            name: name.to_owned(),
            points: vec![(0.5, 0.52, Some((0.5, 0.54))), (0.8, 0.79, None)],
        };
        let label = |n: f64| n.to_string();
        let svg = lines(&Lines {
            title: "t",
            lines: &[line("all"), line("oto")],
            ideal: Some([(0.0, 0.0), (1.0, 1.0)]),
            x: Scale::linear(0.4, 1.0),
            y: Scale::linear(0.4, 1.0),
            titles: ["x", "y"],
            labels: [&label, &label],
        });
        assert_eq!(svg.matches("whisker").count(), 1);
        assert!(svg.contains(">all<") && !svg.contains(">oto<"));
        assert_eq!(svg.matches("<circle").count(), 4);
    }
}
