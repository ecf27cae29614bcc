//! Clouds of points, with a line that they should lie on and bands that sum them up.

use super::{Axis, Drawing, Frame, Scale, WIDTH};

/// What is drawn.
pub struct Scatter<'a> {
    /// What it shows, for those who hear it.
    pub title: &'a str,
    /// Points.
    pub points: &'a [(f64, f64)],
    /// Sums up the points, from left to right; may be empty.
    pub bands: &'a [Band],
    /// A line that points should lie on, as its two ends.
    pub ideal: [(f64, f64); 2],
    /// Horizontal axis.
    pub x: Scale,
    /// Vertical axis.
    pub y: Scale,
    /// Titles of both.
    pub titles: [&'a str; 2],
    /// Tick labels of both.
    pub labels: [&'a dyn Fn(f64) -> String; 2],
}

/// Quantiles of the points around one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The place.
    pub x: f64,
    /// The 10 %, 25 %, 50 %, 75 % and 90 % quantiles.
    pub quantiles: [f64; 5],
}

/// Draws points. Those beyond an axis lie on its edge.
pub fn scatter(plot: &Scatter<'_>) -> String {
    let frame = Frame {
        left: 54.0,
        right: WIDTH - 12.0,
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
    for point in plot.points {
        drawing.circle("dot", at(*point), 1.8);
    }
    for (class, low, high) in [("band", 0, 4), ("band", 1, 3)] {
        let upper = plot.bands.iter().map(|band| (band.x, band.quantiles[high]));
        let lower = plot.bands.iter().rev();
        let lower = lower.map(|band| (band.x, band.quantiles[low]));
        let around: Vec<(f64, f64)> = upper.chain(lower).map(at).collect();
        if !around.is_empty() {
            drawing.path(class, &around);
        }
    }
    drawing.line("ideal", at(plot.ideal[0]), at(plot.ideal[1]));
    let medians = plot
        .bands
        .iter()
        .map(|band| at((band.x, band.quantiles[2])));
    let medians: Vec<(f64, f64)> = medians.collect();
    if !medians.is_empty() {
        drawing.path("line", &medians);
        for place in medians {
            drawing.circle("mark", place, 3.0);
        }
    }
    drawing.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_drawn_inside() {
        let label = |n: f64| n.to_string();
        let svg = scatter(&Scatter {
            title: "a < b",
            points: &[(1.0, 1.0), (50.0, 900.0), (100.0, 0.001)],
            bands: &[Band {
                x: 10.0,
                quantiles: [1.0, 2.0, 3.0, 4.0, 5.0],
            }],
            ideal: [(1.0, 1.0), (100.0, 100.0)],
            x: Scale::log(1.0, 100.0),
            y: Scale::log(1.0, 100.0),
            titles: ["x", "y"],
            labels: [&label, &label],
        });
        assert_eq!(svg.matches(r#"class="dot""#).count(), 3);
        assert!(svg.contains("a &lt; b") && !svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!(svg.matches(r#"class="band""#).count(), 2);
    }
}
