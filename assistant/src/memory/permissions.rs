//! Who may read the file and its side files: their owner alone.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fs_err::os::unix::fs::OpenOptionsExt;

/// What SQLite keeps beside its file: the log, and an index of it.
pub(super) const SIDE_FILES: [&str; 2] = ["-wal", "-shm"];

/// Only the owner reads and writes.
const PRIVATE: u32 = 0o600;

/// Makes the file if it is missing; lets nobody but the owner read it or its side files, also where they were there before.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    let mut options = fs_err::OpenOptions::new();
    options.read(true).write(true).create(true).mode(PRIVATE);
    options.open(path)?;
    for file in with_side_files(path) {
        restrict(&file)?;
    }
    Ok(())
}

/// The name of a side file.
pub(super) fn side_file(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The file and its side files.
pub(super) fn with_side_files(path: &Path) -> impl Iterator<Item = PathBuf> {
    [""].into_iter()
        .chain(SIDE_FILES)
        .map(|ending| side_file(path, ending))
}

/// Takes the rights of everybody else away, if the file is there.
pub(super) fn restrict(path: &Path) -> io::Result<()> {
    match fs_err::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(file) if file.permissions().mode() & 0o777 == PRIVATE => Ok(()),
        Ok(_) => fs_err::set_permissions(path, std::fs::Permissions::from_mode(PRIVATE)),
    }
}
