//! Progress on stderr: bars, and a board that is drawn again and again.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::Output;

/// A progress bar of `steps`; invisible where stderr is no terminal or the user wants quiet.
pub fn progress(output: Output, steps: u64, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")
        .expect("the template is a constant");
    let bar = ProgressBar::with_draw_target(Some(steps), target(output)).with_style(style);
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A block of text that is drawn again whenever its message changes; invisible where a bar would be.
pub fn board(output: Output) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg}\n{elapsed_precise}")
        .expect("the template is a constant");
    let board = ProgressBar::with_draw_target(None, target(output)).with_style(style);
    board.enable_steady_tick(Duration::from_secs(1));
    board
}

fn target(output: Output) -> ProgressDrawTarget {
    if output.is_quiet() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    }
}
