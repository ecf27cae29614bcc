//! Sets a file aside that cannot be read, and deletes it in the end: it holds what users wrote.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};

use super::permissions::{SIDE_FILES, restrict, side_file, with_side_files};

/// Stands between the name of a file that was set aside and the time of it.
const ASIDE: &str = ".set-aside-";
const TIME: &str = "%Y%m%dT%H%M%SZ";
/// Files that were set aside stay this many days; they hold what users wrote.
const ASIDE_DAYS: i64 = 30;

/// Renames the file and its side files, with the time in the name, and says how it is called now.
pub(super) fn set_aside(path: &Path, now: DateTime<Utc>) -> io::Result<PathBuf> {
    let aside = side_file(path, &format!("{ASIDE}{}", now.format(TIME)));
    for (from, ending) in with_side_files(path).zip([""].into_iter().chain(SIDE_FILES)) {
        if fs_err::exists(&from)? {
            fs_err::rename(&from, side_file(&aside, ending))?;
        }
    }
    for file in with_side_files(&aside) {
        restrict(&file)?;
    }
    Ok(aside)
}

/// Deletes what was set aside long ago.
pub(super) fn delete_old(path: &Path, now: DateTime<Utc>) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(());
    };
    let mut prefix = name.to_string_lossy().into_owned();
    prefix.push_str(ASIDE);
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let own: OsString = entry.file_name();
        let own = own.to_string_lossy();
        let time = own.strip_prefix(&prefix).map(|rest| {
            SIDE_FILES
                .iter()
                .find_map(|ending| rest.strip_suffix(ending))
                .unwrap_or(rest)
        });
        let time = time.and_then(|time| NaiveDateTime::parse_from_str(time, TIME).ok());
        if time.is_some_and(|time| (now - time.and_utc()).num_days() >= ASIDE_DAYS) {
            fs_err::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_file_that_was_set_aside_goes_after_a_month() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("memory.sqlite");
        let names = || -> Vec<String> {
            let entries = fs_err::read_dir(folder.path()).expect("read");
            let name = |entry: io::Result<fs_err::DirEntry>| entry.expect("read").file_name();
            let mut names: Vec<_> = entries.map(name).collect();
            names.sort();
            let text = |name: OsString| name.to_string_lossy().into_owned();
            names.into_iter().map(text).collect()
        };
        for name in [
            "memory.sqlite",
            "memory.sqlite-wal",
            "other.set-aside-20260101T000000Z",
        ] {
            fs_err::write(folder.path().join(name), "x").expect("written");
        }
        let now = DateTime::from_timestamp(1_780_000_000, 0).expect("a time");
        set_aside(&path, now).expect("set aside");
        let aside = [
            "memory.sqlite.set-aside-20260528T202640Z",
            "memory.sqlite.set-aside-20260528T202640Z-wal",
            "other.set-aside-20260101T000000Z",
        ];
        assert_eq!(names(), aside);
        delete_old(&path, now + TimeDelta::days(ASIDE_DAYS - 1)).expect("looked");
        assert_eq!(names(), aside);
        delete_old(&path, now + TimeDelta::days(ASIDE_DAYS)).expect("deleted");
        assert_eq!(names(), aside[2..]);
    }
}
