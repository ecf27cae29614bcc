//! Flags, listings and mapping files of `trainer`.

use std::path::Path;

use fs_err as fs;
use tests::{run, trained};

use super::refused;

/// Files that the cases read: name and content.
const FILES: &[(&str, &[u8])] = &[
    ("empty.csv", b""),
    ("header.csv", b"make,model,year,price,mileage\n"),
    ("other.csv", b"colour,taste\nred,sweet\n"),
    (
        "ragged.csv",
        b"make,model,year,price,mileage\nKia,Morning,2019,300,1,2,3\n",
    ),
    (
        "latin.csv",
        b"make,model,year,price,mileage\nKia,Morn\xefng,2019,300,1\n",
    ),
    (
        "nan.csv",
        b"make,model,year,price,mileage\nKia,Morning,2019,NaN,45000\n",
    ),
    (
        "year.csv",
        b"make,model,year,price,mileage\nKia,Morning,1899,300,45000\n",
    ),
    (
        "few.csv",
        b"make,model,year,price,mileage\nKia,Morning,2019,300,45000\nKia,Morning,2018,280,60000\n",
    ),
    ("empty.ndjson", b""),
    ("broken.ndjson", b"{\"make\":\"Kia\"}\n{\"make\":\n"),
    ("list.ndjson", b"[1,2,3]\n"),
    ("empty.parquet", b""),
    ("text.parquet", b"this is no Parquet file at all"),
    ("cars.xlsx", b"PK"),
    ("good.toml", MAPPING),
    ("broken.toml", b"required = [\"make\"\n"),
    (
        "unknown_key.toml",
        b"required = []\nflavour = 1\n[fields.make]\nfrom = \"make\"\n",
    ),
    (
        "unknown_field.toml",
        b"required = []\n[fields.taste]\nfrom = \"make\"\n",
    ),
    (
        "unknown_unit.toml",
        b"required = []\n[fields.price]\nfrom = \"price\"\nunit = \"shells\"\n",
    ),
    ("unknown_rules.toml", b"no_such_rule = 1\n"),
];

const MAPPING: &[u8] = br#"
required = ["make", "model", "year", "price", "mileage"]
[constants]
source = "own"
listed_on = "2025-11-01"
[fields.make]
from = "make"
[fields.model]
from = "model"
[fields.year]
from = "year"
[fields.price]
from = "price"
unit = "million_vnd"
[fields.mileage_km]
from = "mileage"
unit = "km"
"#;

/// Command line (words split at blanks; they run beside [`FILES`]), exit code, what is said.
const CASES: &[(&str, i32, &[&str])] = &[
    ("", 2, &["Usage"]),
    ("trian", 2, &["train"]),
    ("import --out out.parquet", 2, &["<FILE>"]),
    ("import absent.csv --out out.parquet", 4, &["absent.csv"]),
    ("import . --out out.parquet", 4, &["is a directory"]),
    ("import empty.csv --out out.parquet", 3, &["empty.csv"]),
    (
        "import header.csv --mapping good.toml --out out.parquet",
        3,
        &["header.csv"],
    ),
    (
        "import other.csv --out out.parquet",
        3,
        &["other.csv", "colour", "--mapping"],
    ),
    (
        "import other.csv --mapping good.toml --out out.parquet",
        3,
        &["other.csv", "`make`", "colour"],
    ),
    (
        "import ragged.csv --mapping good.toml --out out.parquet",
        3,
        &["ragged.csv"],
    ),
    (
        "import latin.csv --mapping good.toml --out out.parquet",
        3,
        &["latin.csv"],
    ),
    (
        "import nan.csv --mapping good.toml --out out.parquet",
        3,
        &["none of 1 rows is left"],
    ),
    (
        "import year.csv --mapping good.toml --out out.parquet",
        3,
        &["none of 1 rows is left"],
    ),
    (
        "import empty.ndjson --mapping good.toml --out out.parquet",
        3,
        &["empty.ndjson"],
    ),
    (
        "import broken.ndjson --mapping good.toml --out out.parquet",
        3,
        &["broken.ndjson", "2"],
    ),
    (
        "import list.ndjson --mapping good.toml --out out.parquet",
        3,
        &["list.ndjson"],
    ),
    (
        "import empty.parquet --out out.parquet",
        3,
        &["empty.parquet"],
    ),
    (
        "import text.parquet --out out.parquet",
        3,
        &["text.parquet", "Parquet"],
    ),
    (
        "import cut.parquet --out out.parquet",
        3,
        &["cut.parquet", "Parquet"],
    ),
    ("import cars.xlsx --out out.parquet", 3, &["xlsx"]),
    (
        "import few.csv --mapping no-such --out out.parquet",
        2,
        &["no-such", "vn-listings"],
    ),
    (
        "import few.csv --mapping absent.toml --out out.parquet",
        4,
        &["absent.toml"],
    ),
    (
        "import few.csv --mapping broken.toml --out out.parquet",
        2,
        &["broken.toml"],
    ),
    (
        "import few.csv --mapping unknown_key.toml --out out.parquet",
        2,
        &["flavour"],
    ),
    (
        "import few.csv --mapping unknown_field.toml --out out.parquet",
        2,
        &["taste"],
    ),
    (
        "import few.csv --mapping unknown_unit.toml --out out.parquet",
        2,
        &["shells"],
    ),
    (
        "import few.csv --mapping good.toml --rules unknown_rules.toml --out out.parquet",
        2,
        &["no_such_rule"],
    ),
    (
        "import few.csv --mapping good.toml --rules absent.toml --out out.parquet",
        4,
        &["absent.toml"],
    ),
    (
        "import few.csv --mapping good.toml --set yeear=2019 --out out.parquet",
        2,
        &["yeear"],
    ),
    (
        "import few.csv --mapping good.toml --set year --out out.parquet",
        2,
        &["FIELD=VALUE"],
    ),
    (
        "import few.csv --mapping good.toml --out out.txt",
        2,
        &["out.txt", "parquet"],
    ),
    (
        "import few.csv --mapping good.toml --out absent/out.parquet",
        4,
        &["absent"],
    ),
    (
        "import few.csv --mapping good.toml --out folder.parquet",
        2,
        &["folder.parquet"],
    ),
    ("profile absent.csv", 4, &["absent.csv"]),
    ("profile text.parquet", 3, &["text.parquet"]),
    ("train --registry new", 2, &["--listings"]),
    (
        "train --listings absent.parquet --registry new",
        4,
        &["absent.parquet"],
    ),
    (
        "train --listings cut.parquet --registry new",
        3,
        &["cut.parquet"],
    ),
    (
        "train --listings few.csv --mapping good.toml --registry new",
        3,
        &[],
    ),
    (
        "train --listings few.csv --mapping good.toml --registry new --family oracle",
        2,
        &["oracle", "ridge"],
    ),
    (
        "train --listings few.csv --mapping good.toml --registry new --seed -1",
        2,
        &["-1"],
    ),
    (
        "train --listings few.csv --mapping good.toml --registry new --holdout-buckets 1",
        2,
        &["2..=1000"],
    ),
    (
        "train --listings LISTINGS --registry few.csv",
        4,
        &["few.csv"],
    ),
    (
        "predict --registry absent --make Kia --model Morning --year 2019 --mileage-km 1",
        3,
        &["champion"],
    ),
    (
        "predict --registry GOOD --make Kia --model Morning --year 1899 --mileage-km 1",
        2,
        &["1899", "1990..=2030"],
    ),
    (
        "predict --registry GOOD --make Kia --model Morning --year 2019 --mileage-km -5",
        2,
        &["-5"],
    ),
    (
        "predict --registry GOOD --make Kia --model Morning --year 2019 --mileage-km nan",
        2,
        &["nan"],
    ),
    (
        "predict --registry GOOD --make Kia --model Morning --year 2019 --mileage-km 1 --fuel steam",
        2,
        &["steam", "petrol"],
    ),
    (
        "predict --registry GOOD --make Kia --model Morning --year 2019 --mileage-km 1 --model-version ../x",
        2,
        &["../x"],
    ),
    (
        "predict --registry GOOD --file absent.csv",
        4,
        &["absent.csv"],
    ),
    (
        "synthesize --rows 0 --until 2025-11-01 --out out.parquet",
        2,
        &["0"],
    ),
    (
        "synthesize --rows 10 --until soon --out out.parquet",
        2,
        &["soon"],
    ),
    (
        "synthesize --rows 10 --until 2025-11-01 --out out.csv",
        2,
        &["out.csv"],
    ),
];

#[test]
fn bad_command_lines_and_files_are_refused_without_a_trace() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    lay_out(dir.path());
    let before = entries(dir.path());
    for (line, code, says) in CASES {
        let words = line.split_whitespace().map(|word| place(dir.path(), word));
        let ended = run("trainer", words);
        refused(line, &ended, *code, says);
        assert_eq!(entries(dir.path()), before, "{line}: something was written");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn disks_that_take_nothing_are_named() {
    use std::process::{Command, Stdio};

    // No file can be made there, whoever asks.
    let listings = trained().listings.to_str().expect("a UTF-8 path");
    let out = "/proc/out.parquet";
    let ended = run("trainer", ["import", listings, "--out", out]);
    refused("a read-only disk", &ended, 4, &[out]);
    let registry = "/proc/registry";
    let ended = run(
        "trainer",
        [
            "train",
            "--family",
            "baseline",
            "--listings",
            listings,
            "--registry",
            registry,
        ],
    );
    refused("a read-only registry", &ended, 4, &[registry]);

    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("a full disk");
    let ended = Command::new(tests::binary("trainer"))
        .args(["profile", listings])
        .stdout(Stdio::from(full.into_parts().0))
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(4), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

fn lay_out(dir: &Path) {
    for (name, content) in FILES {
        fs::write(dir.join(name), content).expect("writes");
    }
    let whole = fs::read(&trained().listings).expect("reads");
    fs::write(dir.join("cut.parquet"), &whole[..whole.len() / 2]).expect("writes");
    fs::create_dir(dir.join("folder.parquet")).expect("makes");
}

/// A word of a command line; those that name a file get its directory.
fn place(dir: &Path, word: &str) -> String {
    let known = FILES.iter().any(|(name, _)| *name == word);
    let made = ["absent", "out.", "cut.", "folder.", "new"];
    let path = known || word == "." || made.iter().any(|start| word.starts_with(start));
    match word {
        "LISTINGS" => trained().listings.to_string_lossy().into_owned(),
        "GOOD" => trained().registry.to_string_lossy().into_owned(),
        _ if path => dir.join(word).to_string_lossy().into_owned(),
        _ => word.to_owned(),
    }
}

fn entries(dir: &Path) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    names
}
