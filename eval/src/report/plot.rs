//! Plots as inline SVG. Colours and fonts are the page's (`page.css`), so that one drawing serves light, dark and paper.
//!
//! A drawing is 400 wide with letters of 13: on a phone, where it is shrunk least, they stay legible.

mod intervals;
mod scale;
mod scatter;
mod steps;

use std::fmt::Write as _;

pub use intervals::{Interval, Intervals, intervals};
pub use scale::Scale;
pub use scatter::{Band, Scatter, scatter};
pub use steps::{Line, Lines, Point, lines};

use super::html::escape;

/// Width of every drawing.
const WIDTH: f64 = 400.0;

/// The inside of a drawing, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Frame {
    /// Horizontal place of a share of the width.
    fn x(&self, share: f64) -> f64 {
        self.left + share * (self.right - self.left)
    }

    /// Vertical place of a share of the height, from the bottom.
    fn y(&self, share: f64) -> f64 {
        self.bottom - share * (self.bottom - self.top)
    }
}

/// An SVG element in the making.
struct Drawing {
    text: String,
    height: f64,
    title: String,
}

impl Drawing {
    fn new(title: &str, height: f64) -> Self {
        Self {
            text: String::new(),
            height,
            title: title.to_owned(),
        }
    }

    fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        self.add(&format!(
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            short(x1),
            short(y1),
            short(x2),
            short(y2)
        ));
    }

    fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        let (x, y) = (short(x), short(y));
        self.add(&format!(
            r#"<circle class="{class}" cx="{x}" cy="{y}" r="{radius}"/>"#
        ));
    }

    fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        self.add(&format!(
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#,
            short(x),
            short(y),
            short(width.max(0.0)),
            short(height.max(0.0))
        ));
    }

    /// A line through points, or an area that it encloses, as the class says.
    fn path(&mut self, class: &str, points: &[(f64, f64)]) {
        let mut way = String::new();
        for (place, (x, y)) in points.iter().enumerate() {
            let step = if place == 0 { 'M' } else { 'L' };
            let _infallible = write!(way, "{step}{} {}", short(*x), short(*y));
        }
        self.add(&format!(r#"<path class="{class}" d="{way}"/>"#));
    }

    /// Words; `class` says at which end they are anchored.
    fn words(&mut self, class: &str, (x, y): (f64, f64), words: &str) {
        let (x, y) = (short(x), short(y));
        self.add(&format!(
            r#"<text class="{class}" x="{x}" y="{y}">{}</text>"#,
            escape(words)
        ));
    }

    fn add(&mut self, element: &str) {
        self.text.push_str(element);
    }

    /// Ticks and titles of both axes.
    fn axes(&mut self, frame: &Frame, x: &Axis<'_>, y: &Axis<'_>) {
        for (share, label) in y.scale.ticks(5) {
            let at = frame.y(share);
            self.line("grid", (frame.left, at), (frame.right, at));
            self.words("end", (frame.left - 6.0, at + 4.5), &(y.label)(label));
        }
        self.ticks(frame, x);
        self.line(
            "axis",
            (frame.left, frame.bottom),
            (frame.right, frame.bottom),
        );
        self.words("end muted", (frame.right, frame.bottom + 35.0), x.title);
        self.words("start muted", (2.0, frame.top - 10.0), y.title);
    }

    /// Ticks of the horizontal axis; a label that would run into the one before it is left out.
    fn ticks(&mut self, frame: &Frame, x: &Axis<'_>) {
        let mut free_from = 0.0;
        for (share, number) in x.scale.ticks(5) {
            let (at, label) = (frame.x(share), (x.label)(number));
            self.line("grid", (at, frame.top), (at, frame.bottom));
            let half = letters(&label) / 2.0;
            let middle = at.min(WIDTH - half);
            if middle - half >= free_from {
                self.words("middle", (middle, frame.bottom + 17.0), &label);
                free_from = middle + half + 6.0;
            }
        }
    }

    fn finish(self) -> String {
        let title = escape(&self.title);
        let height = short(self.height);
        format!(
            r#"<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}"><title>{title}</title>{}</svg>"#,
            self.text
        )
    }
}

/// One axis.
struct Axis<'a> {
    scale: &'a Scale,
    title: &'a str,
    label: &'a dyn Fn(f64) -> String,
}

/// About how wide words are: wide fonts take 7.8 of 13 for a letter, and more for the sign of percent.
fn letters(words: &str) -> f64 {
    let width = |letter| if letter == '%' { 12.5 } else { 7.8 };
    words.chars().map(width).sum()
}

/// Coordinates to a tenth: nobody sees more, and thousands of them make a page.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
