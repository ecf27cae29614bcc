//! Files that appear whole or not at all.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;

use crate::{Error, Result};

/// Writes `path` through a temporary file beside it: `fill` writes, then the file is synced and renamed, and
/// its directory synced. On any failure, and when the process dies, `path` keeps what it held before.
///
/// The temporary file is called `.<name>.<random>.tmp`; readers of directories pass over such names.
///
/// # Errors
/// What `fill` answers, or [`Error::Io`] naming the path.
pub fn write(path: &Path, fill: impl FnOnce(&mut fs_err::File) -> Result<()>) -> Result<()> {
    let name = path.file_name().ok_or_else(|| Error::Value {
        place: "output".into(),
        field: "path".into(),
        value: path.display().to_string(),
        valid: "a path that ends in a file name".into(),
    })?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file, subject to the umask, where the crate's own would be for the owner alone.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let (file, temporary) = builder
        .tempfile_in(directory)
        .map_err(|error| named(&error, path))?
        .into_parts();
    let mut file = fs_err::File::from_parts(file, temporary.to_path_buf());
    fill(&mut file)?;
    file.flush()?;
    file.sync_all()?;
    drop(file);
    temporary
        .persist(path)
        .map_err(|error| named(&error.error, path))?;
    sync_directory(directory)
}

/// The error with the path that was asked for; the temporary file's name tells a user nothing.
fn named(error: &std::io::Error, path: &Path) -> Error {
    Error::Io(std::io::Error::new(
        error.kind(),
        format!("failed to write `{}`: {error}", path.display()),
    ))
}

/// Makes the rename itself durable. Only Unix can open a directory for it.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> Result<()> {
    Ok(fs_err::File::open(directory)?.sync_all()?)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "same signature on every system")]
fn sync_directory(_directory: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs_err::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_debris() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cars.parquet");
        write(&path, |file| Ok(file.write_all(b"old")?)).unwrap();
        let failed = write(&path, |file| {
            file.write_all(b"half of the n")?;
            Err(Error::Io(std::io::Error::other("disk gone")))
        });
        assert!(failed.is_err());
        assert_eq!(fs_err::read(&path).unwrap(), b"old");
        write(&path, |file| Ok(file.write_all(b"new")?)).unwrap();
        assert_eq!(fs_err::read(&path).unwrap(), b"new");
        assert_eq!(names(dir.path()), ["cars.parquet"]);
    }

    #[test]
    fn errors_name_the_path_that_was_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("absent").join("cars.parquet");
        let error = write(&path, |_| Ok(())).unwrap_err().to_string();
        assert!(error.contains("cars.parquet`"), "{error}");
        let directory = dir.path().join("taken");
        fs_err::create_dir(&directory).unwrap();
        let error = write(&directory, |_| Ok(())).unwrap_err().to_string();
        assert!(error.contains("taken`"), "{error}");
        assert_eq!(names(dir.path()), ["taken"]);
        assert!(write(Path::new("/"), |_| Ok(())).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_the_umask_allows() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (ours, plain) = (dir.path().join("ours"), dir.path().join("plain"));
        write(&ours, |_| Ok(())).unwrap();
        fs_err::write(&plain, "").unwrap();
        let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }
}
