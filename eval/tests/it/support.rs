//! Runs the program, and makes predictions and models for it.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use chrono::{NaiveDate, Utc};
use datasets::{
    Catalogue, Listing, clean, dedupe, hash, schema, split, store,
    synthetic::{ModelFacts, Settings, generate},
};
use fs_err as fs;
use models::{
    Family, Manifest, Registry,
    features::encoder::COLUMNS,
    hyperparameters::{Checked, Validate},
    manifest::FORMAT_VERSION,
    registry::Reason,
    training::{Design, DesignParams, FamilyParams, RidgeStage, RidgeStageParams, fit_family},
};

/// What a run of the program left.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `evaluate` without the environment's settings.
pub(crate) fn evaluate<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Ended {
    ended(command().args(arguments).output())
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evaluate"));
    for name in [
        "GIAXE_REGISTRY",
        "ASSISTANT_FOLDER",
        "ASSISTANT_EMBEDDER",
        "EVALUATE_SIMULATE_BUG",
    ] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn ended(output: std::io::Result<Output>) -> Ended {
    let output = output.expect("the program starts");
    Ended {
        code: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

impl Ended {
    /// The run, if it ended so.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout: {}\nstderr: {}",
            self.stdout, self.stderr
        );
        self
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("JSON on stdout")
    }
}

/// A number from -1 to 1 that looks random.
pub(crate) fn noise(row: usize) -> f64 {
    ((row * 7_919 + 13) % 1_009) as f64 / 504.5 - 1.0
}

pub(crate) fn make(row: usize) -> &'static str {
    ["Toyota", "Kia", "BMW", "Mazda"][row * 31 % 97 % 4]
}

/// Writes predictions of `n` invented cars, `off` by so much, with honest 80 % ranges around errors of up to 10 %.
pub(crate) fn predictions(path: &Path, n: usize, off: impl Fn(usize) -> f64) {
    let mut text = "id,actual_vnd,predicted_vnd,low_80_vnd,high_80_vnd,make,source,age_years,mileage_km,seller\n".to_owned();
    for row in 0..n {
        let actual = 2e8 + 1e6 * ((row * 37) % 500) as f64;
        let predicted = actual * (1.0 + off(row));
        let (low, high) = (predicted / 1.08, predicted * 1.087);
        let (make, age, km) = (make(row), row % 14, 1_000 * (row % 170));
        let _infallible = writeln!(
            text,
            "c{row},{actual},{predicted},{low},{high},{make},synthetic,{age},{km},s{}",
            row / 2
        );
    }
    fs::write(path, text).expect("written");
}

/// Invented listings, and a registry with two models of them.
pub(crate) struct Trained {
    _folder: tempfile::TempDir,
    /// All listings.
    pub(crate) listings: PathBuf,
    /// `champion` is a ridge, `challenger` the median of make, model and year.
    pub(crate) registry: PathBuf,
    /// Rows that were set apart.
    pub(crate) n_test: usize,
}

/// The models, fitted as `trainer` does it.
pub(crate) fn trained() -> &'static Trained {
    static TRAINED: OnceLock<Trained> = OnceLock::new();
    TRAINED.get_or_init(train)
}

fn train() -> Trained {
    let folder = tempfile::tempdir().expect("a folder");
    let facts = ModelFacts::of_catalogue(Catalogue::embedded());
    let until = NaiveDate::from_ymd_opt(2025, 11, 15).expect("a day");
    let rows = generate(&facts, &Settings::new(2_500, 3, until)).expect("valid settings");
    let listings = folder.path().join("listings.parquet");
    store::write_listings(&listings, &rows).expect("written");

    let mut rows = store::read_listings(&listings).expect("read");
    for row in &mut rows {
        Catalogue::embedded().resolve_again(row);
    }
    let rows = clean::clean_rows(rows, &clean::Rules::default()).rows;
    let rows = dedupe::dedupe(rows).rows;
    let holdout = split::Holdout::Grouped { buckets: 5 };
    let parts = holdout.split(&rows, 42).expect("a hold-out");
    let train: Vec<&Listing> = parts.train.iter().map(|row| &rows[*row]).collect();
    let folds = split::folds(&train, 5, 42).expect("folds");
    let design = Design::new(&train, folds, &checked(DesignParams::default())).expect("a design");
    let ridge = RidgeStage::fit(&design, &checked(RidgeStageParams::default())).expect("a ridge");
    let root = folder.path().join("registry");
    let registry = Registry::open(&root);
    for family in [Family::Ridge, Family::Baseline] {
        let candidate = fit_family(family, &design, &ridge, &checked(FamilyParams::seeded(42)))
            .expect("a model");
        let parts = candidate.parts().expect("parts");
        let manifest = registry
            .publish(manifest(family, &design, &train), &parts, Utc::now())
            .expect("published");
        let reason = Reason {
            by: "test".to_owned(),
            why: String::new(),
            at: Utc::now(),
        };
        let pointed = match family {
            Family::Ridge => registry.promote(&manifest.version, &reason),
            _ => registry.challenge(&manifest.version, &reason),
        };
        pointed.expect("an alias");
    }
    Trained {
        listings,
        registry: root,
        n_test: parts.test.len(),
        _folder: folder,
    }
}

fn manifest(family: Family, design: &Design, train: &[&Listing]) -> Manifest {
    let newest = train.iter().filter_map(|row| row.listed_on).max();
    Manifest {
        format_version: FORMAT_VERSION,
        schema_version: schema::VERSION,
        name: "price".to_owned(),
        version: String::new(),
        family,
        features: COLUMNS.map(str::to_owned).to_vec(),
        currency: design.currency,
        seed: 42,
        git_revision: None,
        trained_at: None,
        data_sha256: hash::listings_sha256(train),
        data_until: newest.expect("days").to_string(),
        rows_by_source: [("synthetic".to_owned(), train.len() as u64)].into(),
        rows_in_all: None,
        metrics: std::collections::BTreeMap::new(),
        parts: std::collections::BTreeMap::new(),
        sha256: String::new(),
    }
}

/// A path as an argument.
pub(crate) fn arg(path: &Path) -> &str {
    path.to_str().expect("a UTF-8 path")
}

fn checked<P: Validate>(params: P) -> Checked<P> {
    params.checked().expect("defaults are valid")
}
