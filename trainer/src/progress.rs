//! Progress bars on stderr.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::Output;

/// A progress bar of `steps`; invisible where stderr is no terminal or the user wants quiet.
pub fn progress(output: Output, steps: u64, what: &str) -> ProgressBar {
    let target = if output.is_quiet() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")
        .expect("the template is a constant");
    let bar = ProgressBar::with_draw_target(Some(steps), target).with_style(style);
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
