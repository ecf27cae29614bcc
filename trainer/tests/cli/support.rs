//! A directory of one's own and the program in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A made-up export in our own columns.
pub(crate) const CARS: &str = "\
id,make,model,trim,year,mileage_km,transmission,fuel,price,listed_on,title
a1,Toyota,Vios,1.5G CVT,2019,45123,AT,xăng,462000000,2025-11-02,
a2,toyota,vios,1.5E MT,2018,61000,số sàn,petrol,380000000,2025-11-03,
a3,Kia,Morning,,2016,98000,MT,xăng,,2025-11-04,
a4,Hyundai,i10,,2020,0,AT,xăng,310000000,2025-11-05,
";

/// A working directory that goes away with the test.
pub(crate) struct Place {
    dir: TempDir,
}

/// How a run of the program ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs_err::write(self.path(name), content).expect("a file to work with");
    }

    /// Names in the directory, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs_err::read_dir(self.dir.path()).expect("the directory");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Runs the program here with the words of `line`.
    pub(crate) fn run(&self, line: &str) -> Ended {
        let output = self.command(line).output().expect("the program starts");
        Ended::from(output)
    }

    /// Runs the program and expects it to be content.
    pub(crate) fn ok(&self, line: &str) -> Ended {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
        ended
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trainer"));
        command
            .current_dir(self.dir.path())
            .env_remove("GIAXE_REGISTRY")
            .args(line.split_whitespace());
        command
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Ended {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("stdout is one JSON document")
    }
}

/// A file of the shared data; none, with a line that says so, where it is absent.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn shared(file: &str, test: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GIAXE_SHARED")
        .map_or_else(|| Path::new("../../shared").to_owned(), PathBuf::from);
    let path = root.join("data/listings").join(file);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: {test} needs ../shared");
    None
}
