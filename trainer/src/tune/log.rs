//! The log of a search: what was measured, one JSON line each, so that an interrupted search resumes from it.
//!
//! The first line says what the log belongs to; a log of other listings, another seed or another space is refused. A
//! line is written in one piece and confirmed by the disk before the next fit begins; half a line at the end, which a
//! crash may leave, is cut off.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::search::Key;
use crate::{Error, Result, params::Params};

/// What a log belongs to. Everything in it has to be the same for a run to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Version of the log's form.
    pub tune_log: u32,
    /// [`super::space::VERSION`].
    pub space: u32,
    /// Hash of the training rows.
    pub data_sha256: String,
    /// Seed of the search.
    pub seed: u64,
    /// Score that is made small.
    pub objective: String,
    /// The validation splits: name and number of test rows.
    pub splits: Vec<(String, usize)>,
}

/// Version of the log's form.
pub const FORM: u32 = 1;

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Number of the trial.
    pub trial: usize,
    /// Index of the split.
    pub split: usize,
    /// The score that is made small.
    pub error: f64,
    /// What early stopping and the ridge chose, for people.
    pub chosen: String,
    /// Seconds that it took.
    pub fit_s: f64,
    /// What was tried.
    pub params: Params,
}

impl Line {
    /// Which measurement it is.
    pub fn key(&self) -> Key {
        (self.trial, self.split)
    }
}

/// An open log; nobody else can open it for as long.
#[derive(Debug)]
pub struct Log {
    file: fs::File,
}

impl Log {
    /// Opens the log at `path`, or begins one, and gives what it holds.
    ///
    /// # Errors
    /// [`Error::Data`] for a log of something else or one with a line that is damaged, [`Error::Usage`] for one that
    /// another run writes to, [`Error::Io`] where it cannot be read or written.
    pub fn open(path: &Path, header: &Header) -> Result<(Self, Vec<Line>)> {
        if path.is_dir() {
            return Err(datasets::Error::NotAFile { path: path.into() }.into());
        }
        let mut file = fs::OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)?;
        if file.file().try_lock().is_err() {
            let text = format!(
                "`{}` is in use by another run; valid: another --log",
                path.display()
            );
            return Err(Error::Usage(text));
        }
        let bytes = fs::read(path)?;
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        if whole < bytes.len() {
            file.set_len(whole as u64)?;
        }
        let reader = Reader {
            path: path.to_owned(),
        };
        let lines = reader.lines(&bytes[..whole], header)?;
        if whole == 0 {
            append(&mut file, header)?;
        }
        Ok((Self { file }, lines))
    }

    /// Appends a measurement and has the disk confirm it.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn append(&mut self, line: &Line) -> Result<()> {
        append(&mut self.file, line)
    }
}

fn append(file: &mut fs::File, value: &impl Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(value).map_err(std::io::Error::from)?;
    line.push(b'\n');
    file.write_all(&line)?;
    Ok(file.sync_data()?)
}

struct Reader {
    path: PathBuf,
}

impl Reader {
    fn lines(&self, bytes: &[u8], header: &Header) -> Result<Vec<Line>> {
        let mut lines = bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let Some(first) = lines.next() else {
            return Ok(Vec::new());
        };
        let found: Header = self.parse(1, first)?;
        self.check(&found, header)?;
        lines
            .enumerate()
            .map(|(index, line)| {
                let line: Line = self.parse(index + 2, line)?;
                let is_error = line.error.is_finite() && line.error > 0.0;
                if is_error && line.split < header.splits.len() {
                    return Ok(line);
                }
                let detail = format!("split {} with error {}", line.split, line.error);
                Err(self.damaged(index + 2, &detail))
            })
            .collect()
    }

    fn parse<T: serde::de::DeserializeOwned>(&self, number: usize, line: &[u8]) -> Result<T> {
        serde_json::from_slice(line).map_err(|error| self.damaged(number, &error.to_string()))
    }

    fn damaged(&self, number: usize, detail: &str) -> Error {
        Error::Data(datasets::Error::Format {
            path: self.path.clone(),
            format: "log of trials",
            detail: format!("line {number}: {detail}"),
        })
    }

    fn check(&self, found: &Header, wanted: &Header) -> Result<()> {
        let splits = |header: &Header| {
            let names = header.splits.iter();
            let names: Vec<String> = names.map(|(name, n)| format!("{name} ({n})")).collect();
            names.join(", ")
        };
        let text = |number: u64| number.to_string();
        for (field, found, wanted) in [
            (
                "tune_log",
                text(found.tune_log.into()),
                text(wanted.tune_log.into()),
            ),
            ("space", text(found.space.into()), text(wanted.space.into())),
            (
                "data_sha256",
                found.data_sha256.clone(),
                wanted.data_sha256.clone(),
            ),
            ("seed", text(found.seed), text(wanted.seed)),
            (
                "objective",
                found.objective.clone(),
                wanted.objective.clone(),
            ),
            ("splits", splits(found), splits(wanted)),
        ] {
            if found != wanted {
                return Err(Error::Data(datasets::Error::Value {
                    place: self.path.display().to_string(),
                    field: field.to_owned(),
                    value: found,
                    valid: format!("{wanted}, which this run would have; name another --log"),
                }));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            tune_log: FORM,
            space: 1,
            data_sha256: "ab".into(),
            seed: 42,
            objective: "mae".into(),
            splits: vec![("2025-11 1".into(), 100), ("2023-11 1".into(), 90)],
        }
    }

    fn line(trial: usize) -> Line {
        Line {
            trial,
            split: 1,
            error: 0.1 + 0.2,
            chosen: "9 trees".into(),
            fit_s: 1.5,
            params: Params::default(),
        }
    }

    #[test]
    fn what_is_appended_is_read_to_the_bit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log.jsonl");
        let (mut log, lines) = Log::open(&path, &header()).expect("a new log");
        assert_eq!(lines, []);
        for trial in 0..3 {
            log.append(&line(trial)).expect("appended");
        }
        let error = Log::open(&path, &header()).expect_err("in use").to_string();
        assert!(error.contains("in use by another run"), "{error}");
        drop(log);
        let (_, lines) = Log::open(&path, &header()).expect("read");
        assert_eq!(lines, [0, 1, 2].map(line));
    }

    #[test]
    fn half_a_line_is_cut_off_wherever_a_crash_left_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log.jsonl");
        let (mut log, _) = Log::open(&path, &header()).expect("a new log");
        log.append(&line(0)).expect("appended");
        let before = fs::read(&path).expect("read").len();
        log.append(&line(1)).expect("appended");
        drop(log);
        let whole = fs::read(&path).expect("read");
        for end in [0, 5, before, before + 1, before + 40, whole.len() - 1] {
            fs::write(&path, &whole[..end]).expect("cut");
            let (mut log, lines) = Log::open(&path, &header()).expect("mended");
            assert_eq!(lines.len(), usize::from(end >= before), "{end}");
            log.append(&line(7)).expect("appended");
            drop(log);
            let (_, again) = Log::open(&path, &header()).expect("read");
            assert_eq!(again.len(), lines.len() + 1, "{end}");
        }
    }

    #[test]
    fn a_log_of_something_else_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log.jsonl");
        drop(Log::open(&path, &header()).expect("a new log"));
        let refuse = |header: Header, want: &str| {
            let error = Log::open(&path, &header).expect_err(want).to_string();
            assert!(
                error.contains(want) && error.contains("log.jsonl"),
                "{error}"
            );
        };
        refuse(
            Header {
                seed: 7,
                ..header()
            },
            "`seed` is 42; valid: 7",
        );
        refuse(
            Header {
                data_sha256: "cd".into(),
                ..header()
            },
            "`data_sha256` is ab; valid: cd",
        );
        refuse(
            Header {
                space: 2,
                ..header()
            },
            "`space` is 1",
        );
        refuse(
            Header {
                objective: "mape".into(),
                ..header()
            },
            "`objective` is mae",
        );
        refuse(
            Header {
                splits: Vec::new(),
                ..header()
            },
            "2025-11 1 (100)",
        );
        fs::write(&path, "cars\n").expect("written");
        refuse(header(), "line 1");
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log.jsonl");
        let (mut log, _) = Log::open(&path, &header()).expect("a new log");
        log.append(&line(0)).expect("appended");
        log.append(&Line {
            split: 9,
            ..line(1)
        })
        .expect("appended");
        drop(log);
        let error = Log::open(&path, &header())
            .expect_err("refused")
            .to_string();
        assert!(error.contains("line 3: split 9"), "{error}");
    }
}
