//! How far a crawl is, on a terminal's stderr.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::Output;
use crate::stats::Counters;

/// A line that shows pages, new listings, rate and, where the site says how many listings it has, the time left.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    start: Instant,
}

impl Progress {
    pub(super) fn new(output: Output) -> Self {
        let target = if output.is_quiet() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")
            .expect("the template is a constant");
        Self {
            bar: ProgressBar::with_draw_target(Some(0), target).with_style(style),
            start: Instant::now(),
        }
    }

    pub(super) fn show(&self, counters: &Counters, pages: u64) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar
            .set_length(counters.announced.max(counters.listings));
        self.bar.set_position(counters.listings);
        self.bar
            .set_message(message(counters, pages, self.start.elapsed().as_secs_f64()));
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn message(counters: &Counters, pages: u64, seconds: f64) -> String {
    let rate = pages as f64 / seconds.max(1.0) * 60.0;
    let rejected: u64 = counters.rejects.values().sum();
    format!(
        "{pages} pages, {} new, {} changed, {rejected} rejected, {rate:.0} pages/min",
        counters.new, counters.changed
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_by_the_minute() {
        let counters = Counters {
            new: 7,
            rejects: [("gone".into(), 2), ("missing".into(), 1)].into(),
            ..Counters::default()
        };
        assert_eq!(
            message(&counters, 60, 120.0),
            "60 pages, 7 new, 0 changed, 3 rejected, 30 pages/min"
        );
    }
}
