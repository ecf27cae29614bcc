//! Files into clean listings: read, map, resolve, clean, dedupe; every row is accounted for.

mod read;
mod rejects;
mod report;

use std::path::{Path, PathBuf};

use datasets::Listing;
use datasets::clean::{CleanReport, Limits, Rules, clean_rows};
use datasets::dedupe::dedupe;

use crate::{Error, Output, Result};

use read::read_own;
pub use read::{ReadFile, read_file, read_rows};
pub use rejects::{Reject, write_rejects};
pub use report::{FileReport, Unreadable, print_reports};

use rejects::Trace;

/// A field of the schema and the text that stands for its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// The field.
    pub field: String,
    /// The value, as a site would print it.
    pub value: String,
}

/// How files become listings.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadOptions {
    /// Name or path of the mapping; `None` to find it by the header.
    pub mapping: Option<String>,
    /// Values of fields where no column gives one.
    pub constants: Vec<Constant>,
    /// Cleaning rules.
    pub rules: Rules,
    /// Whether relistings of one car are dropped.
    pub dedupe: bool,
    /// Whether dropped rows are kept in [`Loaded::rejects`].
    pub trace_rejects: bool,
    /// Parquet file of our own whose listings come before those of the files.
    pub append_to: Option<PathBuf>,
}

/// Reads cleaning rules from a TOML file.
///
/// # Errors
/// [`Error::Config`] if the file cannot be read or parsed, or holds a rule that cannot be followed.
pub fn read_rules(path: &Path) -> Result<Rules> {
    checked_rules(path).map_err(Error::Config)
}

fn checked_rules(path: &Path) -> datasets::Result<Rules> {
    if path.is_dir() {
        return Err(datasets::Error::NotAFile { path: path.into() });
    }
    let bad = |detail: String| datasets::Error::Format {
        path: path.to_owned(),
        format: "TOML",
        detail,
    };
    let text = String::from_utf8(fs_err::read(path)?).map_err(|error| bad(error.to_string()))?;
    let limits: Limits =
        toml::from_str(&text).map_err(|error| bad(error.to_string().trim_end().to_owned()))?;
    Rules::new(limits).map_err(|error| match error {
        datasets::Error::Value {
            field,
            value,
            valid,
            ..
        } => datasets::Error::Value {
            place: path.display().to_string(),
            field,
            value,
            valid,
        },
        other => other,
    })
}

/// Listings from files, and what happened to their rows on the way.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loaded {
    /// The kept rows, in the order of the files and of their rows.
    pub listings: Vec<Listing>,
    /// One report a file, in the order of the files.
    pub reports: Vec<FileReport>,
    /// What deduplication over all files dropped; `None` if it was not asked for.
    pub dedupe: Option<CleanReport>,
    /// The dropped rows, where [`LoadOptions::trace_rejects`] asks for them.
    pub rejects: Vec<Reject>,
}

impl Loaded {
    /// Rows that came in from all files.
    pub fn rows_in(&self) -> usize {
        self.reports.iter().map(|report| report.rows).sum()
    }
}

/// Reads, maps, resolves and cleans every file, then drops relistings over all of them.
///
/// Prints on stderr which mapping each file is read by. An empty result is not an error here.
///
/// # Errors
/// [`Error::Data`] for a file that cannot be read or that no mapping fits, [`Error::Config`] for a mapping or a constant
/// that is wrong.
pub fn load_listings(files: &[PathBuf], options: &LoadOptions, output: Output) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut trace = options.trace_rejects.then(Trace::default);
    for path in options.append_to.iter().chain(files) {
        let mut file = if options.append_to.as_ref() == Some(path) {
            read_own(path, output)?
        } else {
            read_file(path, options, output)?
        };
        if let Some(trace) = &mut trace {
            trace.begin_file(path, &mut file.listings);
            trace.note_unclean(&file.listings, &options.rules);
        }
        let mut report = FileReport::of(&file);
        let cleaned = clean_rows(file.listings, &options.rules);
        report.clean = cleaned.report;
        loaded.reports.push(report);
        loaded.listings.extend(cleaned.rows);
    }
    if options.dedupe {
        let before = trace.as_ref().map(|_| loaded.listings.clone());
        let deduped = dedupe(loaded.listings);
        if let (Some(trace), Some(before)) = (&mut trace, before) {
            trace.note_repeats(&before, &deduped.rows);
        }
        loaded.listings = deduped.rows;
        loaded.dedupe = Some(deduped.report);
    }
    if let Some(trace) = trace {
        loaded.rejects = trace.finish(&mut loaded.listings);
    }
    Ok(loaded)
}

/// Checks, before any work is done, that a file can be written there: its extension, and that its directory exists.
///
/// # Errors
/// [`Error::Usage`] for another extension or a directory in the file's place; [`Error::Io`] for an absent directory.
pub fn check_output(path: &Path, extensions: &[&str]) -> Result<()> {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .map(str::to_ascii_lowercase);
    if !extension.is_some_and(|extension| extensions.contains(&extension.as_str())) {
        return Err(Error::Usage(format!(
            "`{}` is no valid output; valid: a file name that ends in .{}",
            path.display(),
            extensions.join(", .")
        )));
    }
    if path.is_dir() {
        return Err(Error::Usage(format!(
            "`{}` is a directory; valid: the name of a file",
            path.display()
        )));
    }
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !fs_err::metadata(directory)?.is_dir() {
        let kind = std::io::ErrorKind::NotADirectory;
        let message = format!("`{}` is no directory", directory.display());
        return Err(Error::Io(std::io::Error::new(kind, message)));
    }
    Ok(())
}
