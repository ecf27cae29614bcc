"""One fit of a peer on an exported design: `peers.py DESIGN FAMILY SETTING THREADS`, prints one JSON line.

CPU seconds are those of `fit` alone, all threads: reading and encoding are left out for every peer.
"""
import json
import sys
import time
from pathlib import Path

# Settings by family, cheapest first of each library: the first word is the library, the rest its parameters.
BOOSTED = [
    *(f"lightgbm n_estimators={n} num_leaves={leaves} learning_rate={rate}"
      for n, leaves, rate in [(100, 31, 0.1), (300, 63, 0.1), (300, 63, 0.05)]),
    *(f"xgboost n_estimators={n} max_depth={depth} learning_rate={rate}"
      for n, depth, rate in [(100, 6, 0.3), (200, 6, 0.1), (400, 8, 0.08)]),
]
FAMILIES = {
    "gradient_boosting": BOOSTED,
    "boosted_residual": BOOSTED,
    "random_forest": [
        *(f"sklearn n_estimators={n} min_samples_leaf={leaf} max_features={columns}"
          for n, leaf, columns in [(30, 3, 8), (60, 3, 8), (30, 3, 14)]),
    ],
    "ridge": [f"sklearn solver={solver} tol={tolerance}"
              for solver, tolerance in [("sparse_cg", 1e-3), ("sparse_cg", 1e-4), ("auto", 1e-4), ("lsqr", 1e-4),
                                        ("sag", 1e-3), ("sag", 1e-4)]],
}
# No residual counts for more: that of our training.
RESIDUAL_LIMIT = 0.2


def number(text):
    """A parameter's value: a whole number, another number, or a word."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def lightgbm(categorical, n_columns, parameters, threads):
    import lightgbm as lgb
    model = lgb.LGBMRegressor(n_jobs=threads, random_state=42, verbose=-1, **parameters)
    return model, {"categorical_feature": categorical}


def xgboost(categorical, n_columns, parameters, threads):
    import xgboost as xgb
    types = ["c" if column in categorical else "q" for column in range(n_columns)]
    return xgb.XGBRegressor(n_jobs=threads, random_state=42, tree_method="hist", enable_categorical=True,
                            feature_types=types, **parameters), {}


def forest(categorical, n_columns, parameters, threads):
    from sklearn.ensemble import RandomForestRegressor
    return RandomForestRegressor(n_jobs=threads, random_state=42, **parameters), {}


def ridge(alpha, parameters):
    from sklearn.linear_model import Ridge
    return Ridge(alpha=alpha, max_iter=1000, **parameters)


def main(design, family, setting, threads):
    import numpy as np
    design = Path(design)

    def load(name):
        return np.load(design / f"{name}.npy")

    def terms(side):
        from scipy.sparse import csr_matrix
        parts = [load(f"terms_{side}_{part}") for part in ("data", "indices", "indptr")]
        return csr_matrix(tuple(parts), shape=(len(parts[2]) - 1, of_ridge["n_columns"]))

    y_train, y_test, weights = load("y_train"), load("y_test"), load("w_train")
    of_ridge = json.loads((design / "ridge.json").read_text())
    library, *words = setting.split()
    parameters = {key: number(value) for key, value in (word.split("=") for word in words)}
    more, base = {}, 0
    if family == "ridge":
        x_train, x_test = terms("train"), terms("test")
        model = ridge(of_ridge["alpha"], parameters)
    else:
        x_train, x_test = load("X_train"), load("X_test")
        categorical = json.loads((design / "categorical.json").read_text())
        make = {"lightgbm": lightgbm, "xgboost": xgboost, "sklearn": forest}[library]
        model, more = make(categorical, x_train.shape[1], parameters, int(threads))
    if family == "boosted_residual":
        column = of_ridge["column"]
        y_train, base = np.clip(y_train - x_train[:, column], -RESIDUAL_LIMIT, RESIDUAL_LIMIT), x_test[:, column]
    start = time.process_time()
    model.fit(x_train, y_train, sample_weight=weights, **more)
    cpu = time.process_time() - start
    mae = float(np.abs(np.exp((model.predict(x_test) + base).astype(float)) - y_test).mean())
    print(json.dumps({"family": family, "fit_cpu_s": cpu, "mae": mae}))


if __name__ == "__main__":
    main(*sys.argv[1:])
