//! Exchange of models with the real XGBoost.
//!
//! Boosted models are stored as XGBoost JSON. Here the library itself is the judge, in both directions.

use std::{
    path::Path,
    process::{Command, Output},
};

use fs_err as fs;
use models::{
    Registry,
    registry::CHAMPION,
    trees::{Trees, xgboost},
};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde_json::Value;
use tests::{python, trained};

/// What the programs below import.
const XGBOOST: &str = "numpy, xgboost";

/// Fits numbers, gaps and categories; writes the model, the rows (`null` is missing) and its predictions.
const FIT: &str = r#"
import json, sys
import numpy as np, xgboost as xgb
out = sys.argv[1]
rng = np.random.default_rng(7)
n = 3000
rows = np.column_stack([
    rng.normal(size=n), rng.integers(0, 40, n), rng.uniform(0, 9, n), rng.integers(0, 6, n),
]).astype(np.float32)
target = (2 * rows[:, 0] + np.sin(rows[:, 1] * 12.9898) * 5 + (rows[:, 3] == 2) * rows[:, 2]).astype(np.float32)
rows[rng.uniform(size=n) < 0.1, 2] = np.nan
kinds = ["q", "c", "q", "c"]
data = xgb.DMatrix(rows, target, feature_types=kinds, enable_categorical=True)
model = xgb.train({"max_depth": 6, "eta": 0.2, "tree_method": "hist", "nthread": 1, "seed": 7,
                   "max_cat_to_onehot": 4}, data, 60)
model.save_model(out + "/model.json")
said = model.predict(data)
cells = [[None if np.isnan(x) else float(x) for x in row] for row in rows]
json.dump({"rows": cells, "predictions": [float(x) for x in said]}, open(out + "/said.json", "w"))
"#;

/// Reads a model and rows; writes its predictions.
const SCORE: &str = r#"
import json, sys
import numpy as np, xgboost as xgb
out = sys.argv[1]
model = xgb.Booster()
model.load_model(out + "/model.json")
cells = json.load(open(out + "/rows.json"))
rows = np.array([[np.nan if x is None else x for x in row] for row in cells], dtype=np.float32)
data = xgb.DMatrix(rows, feature_types=model.feature_types, feature_names=model.feature_names,
                   enable_categorical=True)
said = model.predict(data)
json.dump({"rows": cells, "predictions": [float(x) for x in said]}, open(out + "/said.json", "w"))
"#;

/// Rows and what the real library said of each.
#[derive(Deserialize)]
struct Said {
    rows: Vec<Vec<Option<f32>>>,
    predictions: Vec<f32>,
}

impl Said {
    fn read(dir: &Path) -> Self {
        let bytes = fs::read(dir.join("said.json")).expect("Python wrote it");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn agrees_with(&self, trees: &Trees) {
        assert_eq!(self.rows.len(), self.predictions.len());
        assert!(self.rows.len() >= 500);
        for (row, want) in self.rows.iter().zip(&self.predictions) {
            let row: Vec<_> = row.iter().map(|x| x.unwrap_or(f32::NAN)).collect();
            let found = trees.score(&row);
            let tolerance = 1e-5 * want.abs().max(1.0);
            assert!(
                (found - want).abs() <= tolerance,
                "{found} against {want} for {row:?}"
            );
        }
    }
}

fn run(python: &Path, program: &str, args: &[&Path]) -> Option<Output> {
    Command::new(python)
        .arg("-c")
        .arg(program)
        .args(args)
        .output()
        .ok()
}

fn run_well(python: &Path, program: &str, dir: &Path) {
    let ended = run(python, program, &[dir]).expect("Python starts");
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

#[test]
fn a_model_that_xgboost_fitted_is_scored_alike() {
    let Some(python) = python(
        "python::a_model_that_xgboost_fitted_is_scored_alike",
        XGBOOST,
    ) else {
        return;
    };
    let dir = tempfile::tempdir().expect("a temporary directory");
    run_well(&python, FIT, dir.path());
    let json = fs::read(dir.path().join("model.json")).expect("Python wrote it");
    let trees = xgboost::parse(&json).expect("the real library's model is read");
    let said = Said::read(dir.path());
    said.agrees_with(&trees);
    let document: Value = serde_json::from_slice(&json).expect("JSON");
    let categories = document
        .pointer("/learner/gradient_booster/model/trees/0/categories")
        .and_then(Value::as_array);
    assert!(
        categories.is_some_and(|found| !found.is_empty()),
        "the model has no category split: the comparison shows less than it says"
    );
}

#[test]
fn xgboost_scores_our_model_alike() {
    let Some(python) = python("python::xgboost_scores_our_model_alike", XGBOOST) else {
        return;
    };
    let registry = Registry::open(&trained().registry);
    let (manifest, parts) = registry.read(CHAMPION).expect("a champion");
    let boosted: Vec<_> = parts
        .values()
        .filter_map(|part| Some((part, xgboost::parse(part).ok()?)))
        .collect();
    assert!(
        !boosted.is_empty(),
        "{}: no XGBoost JSON among its parts",
        manifest.version
    );
    for (json, trees) in boosted {
        let dir = tempfile::tempdir().expect("a temporary directory");
        fs::write(dir.path().join("model.json"), json).expect("writes");
        let rows = serde_json::to_vec(&rows_for(json, &trees)).expect("JSON");
        fs::write(dir.path().join("rows.json"), rows).expect("writes");
        run_well(&python, SCORE, dir.path());
        Said::read(dir.path()).agrees_with(&trees);
    }
}

/// Rows that take many paths: values near the model's own thresholds, small codes for categories, and gaps.
fn rows_for(json: &[u8], trees: &Trees) -> Vec<Vec<Option<f32>>> {
    let document: Value = serde_json::from_slice(json).expect("JSON");
    let mut thresholds = vec![vec![0.0_f32]; trees.n_features()];
    let list = document.pointer("/learner/gradient_booster/model/trees");
    for tree in list.and_then(Value::as_array).into_iter().flatten() {
        let columns = tree["split_indices"].as_array().into_iter().flatten();
        let values = tree["split_conditions"].as_array().into_iter().flatten();
        for (column, value) in columns.zip(values) {
            let column = column.as_u64().expect("an index") as usize;
            thresholds[column].push(value.as_f64().expect("a number") as f32);
        }
    }
    let kinds = document.pointer("/learner/feature_types");
    let is_category = |column: usize| kinds.and_then(|kinds| kinds[column].as_str()) == Some("c");
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut cell = |column: usize| {
        if rng.random_bool(0.1) {
            return None;
        }
        if is_category(column) {
            return Some(rng.random_range(0..8_u8).into());
        }
        let near = &thresholds[column];
        Some(near[rng.random_range(0..near.len())] + rng.random_range(-1.0..1.0))
    };
    (0..500)
        .map(|_| (0..trees.n_features()).map(&mut cell).collect())
        .collect()
}
