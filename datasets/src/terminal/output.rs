//! Where things are printed: data on stdout, everything else on stderr.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use serde::Serialize;

/// A program's two streams, as its global flags shape them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Output {
    json: bool,
    quiet: bool,
    verbose: bool,
}

impl Output {
    /// The streams as the flags ask for them.
    pub fn new(json: bool, quiet: bool, verbose: bool) -> Self {
        Self {
            json,
            quiet,
            verbose,
        }
    }

    /// Nothing but data, errors and warnings.
    pub fn quiet() -> Self {
        Self {
            quiet: true,
            ..Self::default()
        }
    }

    /// Whether data are to be printed as JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether the user wants data, errors and warnings only.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints data. Whoever closed the pipe has read enough: that is no error.
    ///
    /// # Errors
    /// Where stdout cannot be written for another reason (a full disk behind it).
    pub fn data(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        let written = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    /// Prints data as one indented JSON document.
    ///
    /// # Errors
    /// As [`Self::data`].
    pub fn json(&self, value: &impl Serialize) -> io::Result<()> {
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

    /// Says something on stderr to those who asked for detail.
    pub fn detail(&self, message: impl Display) {
        if self.verbose && !self.quiet {
            print_line(&message);
        }
    }

    /// Says on stderr what the user should know even when they want quiet.
    pub fn warn(&self, message: impl Display) {
        print_line(&format_args!("warning: {message}"));
    }
}

/// Nothing can be done about a closed stderr.
pub(super) fn print_line(message: &dyn Display) {
    let _ = writeln!(io::stderr(), "{message}");
}
