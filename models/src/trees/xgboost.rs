//! Reads XGBoost's JSON model (`save_model("model.json")`, versions 1.0 to 3.x).
//!
//! Boosted models are stored and exchanged in this format, whichever library fitted them. Schema:
//! <https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html>.

use serde::Deserialize;

use super::{Branch, LayoutError, Test, Trees};

/// Objectives whose output is the margin itself.
const IDENTITY_OBJECTIVES: &[&str] = &[
    "reg:squarederror",
    "reg:linear",
    "reg:absoluteerror",
    "reg:pseudohubererror",
    "reg:quantileerror",
];

/// Why a document is not a model that can be scored here.
#[derive(Debug, thiserror::Error)]
pub enum XgboostError {
    /// Not JSON of XGBoost's schema.
    #[error("not an XGBoost JSON model: {0}")]
    Json(#[from] serde_json::Error),
    /// The schema fits but the model is of a kind that is not scored here.
    #[error("`{field}` is `{value}`; valid: {valid}")]
    Unsupported {
        /// Field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What is scored here.
        valid: String,
    },
    /// Arrays of one tree differ in length.
    #[error("tree {tree}: `{field}` has {found} entries, the tree has {expected} nodes")]
    Ragged {
        /// Tree.
        tree: usize,
        /// Array.
        field: &'static str,
        /// Its length.
        found: usize,
        /// The tree's nodes.
        expected: usize,
    },
    /// The nodes are no trees.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}

/// Parses a model; its trees score the margin, which the objectives read here leave as it is.
///
/// # Errors
/// [`XgboostError`], naming the field that does not fit.
pub fn parse(json: &[u8]) -> Result<Trees, XgboostError> {
    let document: Document = serde_json::from_slice(json)?;
    let learner = document.learner;
    if learner.gradient_booster.name != "gbtree" {
        return Err(unsupported(
            "booster",
            learner.gradient_booster.name,
            "gbtree",
        ));
    }
    if !IDENTITY_OBJECTIVES.contains(&learner.objective.name.as_str()) {
        let valid = IDENTITY_OBJECTIVES.join(", ");
        return Err(unsupported("objective", learner.objective.name, &valid));
    }
    let parameters = learner.parameters;
    if !matches!(parameters.num_target.as_deref(), None | Some("0" | "1")) {
        let found = parameters.num_target.unwrap_or_default();
        return Err(unsupported("num_target", found, "1"));
    }
    let n_features = parameters
        .num_feature
        .parse()
        .map_err(|_| unsupported("num_feature", parameters.num_feature.clone(), "an integer"))?;
    // Version 3 writes a list of one.
    let base = parameters
        .base_score
        .trim_matches(['[', ']'])
        .parse()
        .map_err(|_| unsupported("base_score", parameters.base_score.clone(), "one number"))?;
    let trees = learner
        .gradient_booster
        .model
        .trees
        .iter()
        .enumerate()
        .map(|(index, tree)| tree.branches(index))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Trees::build(&trees, base, n_features)?)
}

fn unsupported(field: &'static str, value: String, valid: &str) -> XgboostError {
    XgboostError::Unsupported {
        field,
        value,
        valid: valid.to_owned(),
    }
}

#[derive(Deserialize)]
struct Document {
    learner: Learner,
}

#[derive(Deserialize)]
struct Learner {
    gradient_booster: Booster,
    #[serde(rename = "learner_model_param")]
    parameters: ModelParameters,
    objective: Objective,
}

#[derive(Deserialize)]
struct Booster {
    name: String,
    #[serde(default)]
    model: Model,
}

#[derive(Deserialize, Default)]
struct Model {
    trees: Vec<Tree>,
}

#[derive(Deserialize)]
struct ModelParameters {
    base_score: String,
    num_feature: String,
    num_target: Option<String>,
}

#[derive(Deserialize)]
struct Objective {
    name: String,
}

#[derive(Deserialize)]
struct Tree {
    left_children: Vec<i64>,
    right_children: Vec<i64>,
    split_indices: Vec<u16>,
    split_conditions: Vec<f32>,
    default_left: Vec<Flag>,
    #[serde(default)]
    split_type: Vec<u8>,
    #[serde(default)]
    categories: Vec<u32>,
    #[serde(default)]
    categories_nodes: Vec<usize>,
    #[serde(default)]
    categories_segments: Vec<usize>,
    #[serde(default)]
    categories_sizes: Vec<usize>,
}

/// Older versions write booleans, newer ones 0 and 1.
#[derive(Deserialize, Clone, Copy)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Number(u8),
}

impl Tree {
    fn branches(&self, tree: usize) -> Result<Vec<Branch>, XgboostError> {
        let expected = self.left_children.len();
        for (field, found) in [
            ("right_children", self.right_children.len()),
            ("split_indices", self.split_indices.len()),
            ("split_conditions", self.split_conditions.len()),
            ("default_left", self.default_left.len()),
        ] {
            if found != expected {
                return Err(XgboostError::Ragged {
                    tree,
                    field,
                    found,
                    expected,
                });
            }
        }
        (0..expected).map(|node| self.branch(tree, node)).collect()
    }

    fn branch(&self, tree: usize, node: usize) -> Result<Branch, XgboostError> {
        let (left, right) = (self.left_children[node], self.right_children[node]);
        if left < 0 {
            return Ok(Branch::Leaf(self.split_conditions[node]));
        }
        let test = if self.split_type.get(node) == Some(&1) {
            Test::In(self.category_set(tree, node)?)
        } else {
            Test::Below(self.split_conditions[node])
        };
        let missing_right = match self.default_left[node] {
            Flag::Bool(left) => !left,
            Flag::Number(left) => left == 0,
        };
        Ok(Branch::Split {
            feature: self.split_indices[node],
            test,
            missing_right,
            children: (left as usize, usize::try_from(right).unwrap_or(usize::MAX)),
        })
    }

    fn category_set(&self, tree: usize, node: usize) -> Result<Vec<u32>, XgboostError> {
        let ragged = XgboostError::Ragged {
            tree,
            field: "categories",
            found: self.categories.len(),
            expected: self.left_children.len(),
        };
        let set = self
            .categories_nodes
            .iter()
            .position(|n| *n == node)
            .and_then(|index| {
                let start = *self.categories_segments.get(index)?;
                let size = *self.categories_sizes.get(index)?;
                self.categories.get(start..start.checked_add(size)?)
            });
        set.map(<[u32]>::to_vec).ok_or(ragged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two trees as XGBoost 3.2 writes them: a category split above number splits, and a stump.
    fn document() -> serde_json::Value {
        serde_json::json!({"learner": {
            "attributes": {}, "feature_names": ["age", "make"], "feature_types": ["q", "c"],
            "gradient_booster": {"name": "gbtree", "model": {"trees": [
                {"left_children": [1, -1, 3, -1, -1], "right_children": [2, -1, 4, -1, -1],
                 "split_indices": [1, 0, 0, 0, 0], "split_conditions": [1e-45, 0.5, 3.0, -0.25, 2.0],
                 "default_left": [1, 0, 0, 0, 0], "split_type": [1, 0, 0, 0, 0],
                 "categories": [0, 2], "categories_nodes": [0], "categories_segments": [0],
                 "categories_sizes": [2]},
                {"left_children": [-1], "right_children": [-1], "split_indices": [0],
                 "split_conditions": [1.0], "default_left": [false]}
            ]}},
            "learner_model_param": {"base_score": "[1E1]", "num_feature": "2", "num_target": "1"},
            "objective": {"name": "reg:squarederror"}
        }, "version": [3, 2, 0]})
    }

    fn parsed(document: &serde_json::Value) -> Result<Trees, XgboostError> {
        parse(&serde_json::to_vec(document).expect("JSON"))
    }

    #[test]
    fn splits_defaults_and_base_are_read() {
        let trees = parsed(&document()).expect("a model");
        for (row, want) in [
            ([0.0, 1.0], 11.5),
            ([2.0, 2.0], 10.75),
            ([3.0, 0.0], 13.0),
            ([f32::NAN, 0.0], 13.0),
            ([0.0, f32::NAN], 11.5),
        ] {
            assert_eq!(trees.score(&row), want, "{row:?}");
        }
    }

    #[test]
    fn what_cannot_be_scored_is_refused_by_name() {
        let cases: [(&str, serde_json::Value, &str); 4] = [
            ("/learner/gradient_booster/name", "dart".into(), "booster"),
            (
                "/learner/objective/name",
                "binary:logistic".into(),
                "objective",
            ),
            (
                "/learner/learner_model_param/base_score",
                "x".into(),
                "base_score",
            ),
            (
                "/learner/gradient_booster/model/trees/0/split_conditions",
                serde_json::json!([1.0]),
                "split_conditions",
            ),
        ];
        for (pointer, value, named) in cases {
            let mut document = document();
            *document.pointer_mut(pointer).expect("a field") = value;
            let error = parsed(&document).expect_err(pointer).to_string();
            assert!(error.contains(named), "{error}");
        }
        assert!(matches!(parse(b"{\"a\":1}"), Err(XgboostError::Json(_))));
    }
}
