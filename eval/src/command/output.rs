//! Where things are printed: data on stdout, everything else on stderr.

use std::error::Error as _;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use serde::Serialize;

use super::{Error, Result, cli::OutputArgs};

/// The program's two streams, as the global flags shape them.
#[derive(Debug)]
pub struct Output {
    json: bool,
    quiet: bool,
}

impl Output {
    /// The streams as the flags ask for them.
    pub fn new(args: &OutputArgs) -> Self {
        Self {
            json: args.json,
            quiet: args.quiet,
        }
    }

    /// Whether data are to be printed as JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Prints data. Whoever closed the pipe has read enough: that is no error.
    ///
    /// # Errors
    /// [`Error::Io`] where stdout cannot be written for another reason (a full disk behind it).
    pub fn data(&self, text: &str) -> Result<()> {
        let mut stdout = io::stdout().lock();
        let written = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::Io(error)),
            _ => Ok(()),
        }
    }

    /// Prints data as one indented JSON document.
    ///
    /// # Errors
    /// As [`Self::data`].
    pub fn json(&self, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
        text.push('\n');
        self.data(&text)
    }

    /// Says something on stderr, unless the user wants quiet.
    pub fn note(&self, message: impl Display) {
        if !self.quiet {
            print_line(&message);
        }
    }

    /// Says on stderr what the user should know even when they want quiet.
    pub fn warn(&self, message: impl Display) {
        print_line(&format_args!("warning: {message}"));
    }
}

/// Prints `error: …` with its causes, then a hint where there is one.
pub fn print_error(error: &Error) {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Some errors repeat their cause themselves.
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    print_line(&format_args!("error: {message}"));
    if let Some(hint) = error.hint() {
        print_line(&format_args!("hint: {hint}"));
    }
}

/// Nothing can be done about a closed stderr.
fn print_line(message: &dyn Display) {
    let _ = writeln!(io::stderr(), "{message}");
}
