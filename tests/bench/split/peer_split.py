#!/usr/bin/env python3
"""The Python peer on our split: its own features, families and grid, fitted on TRAIN and scored once on TEST.

Both are Parquet files with the columns of the Vietnamese export (brand, name_version, model, year, km, color,
price_million_vnd, source). Prints one JSON line a family and segment: `all`, then each source. Amounts in million VND,
percentage errors as fractions.
"""
import argparse
import importlib.util
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common


def load_peer():
    """The peer's train.py as a module, for its `load` (columns) and `pre` (encoding)."""
    path = common.need(common.SHARED / "peers/valuation_fastapi/train.py", "peer")
    spec = importlib.util.spec_from_file_location("peer", path)
    peer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peer)
    return peer


def families(seed):
    """Estimators and grids, those of the peer's own main program."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import Ridge
    from xgboost import XGBRegressor
    return {
        "ridge": (Ridge(), {"m__alpha": [1.0, 10.0]}),
        "random_forest": (RandomForestRegressor(n_jobs=2, random_state=seed), {"m__n_estimators": [100]}),
        "xgboost": (XGBRegressor(n_jobs=2, random_state=seed, tree_method="hist"),
                    {"m__n_estimators": [200, 400], "m__max_depth": [6, 8]}),
    }


def scores(actual, predicted):
    import numpy as np
    from sklearn import metrics
    relative = np.abs(predicted - actual) / actual
    return {
        "n": len(actual),
        "mae": float(metrics.mean_absolute_error(actual, predicted)),
        "rmse": float(metrics.root_mean_squared_error(actual, predicted)),
        "r2": float(metrics.r2_score(actual, predicted)),
        "mape": float(relative.mean()),
        "mdape": float(np.median(relative)),
    }


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("train", metavar="TRAIN", help="Parquet file of the rows to fit on")
    args.add_argument("test", metavar="TEST", help="Parquet file of the rows to score")
    args.add_argument("--family", action="append", choices=["ridge", "random_forest", "xgboost"], help="default: all")
    args.add_argument("--seed", type=int, default=42)
    args = args.parse_args()
    common.enter_venv()
    import pandas as pd
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import Pipeline
    peer = load_peer()
    x_train, y_train = peer.load(common.need(args.train, "training rows"))
    x_test, y_test = peer.load(common.need(args.test, "test rows"))
    sources = pd.read_parquet(args.test, columns=["source"])["source"].to_numpy()
    actual = y_test.to_numpy()
    for family, (model, grid) in families(args.seed).items():
        if args.family and family not in args.family:
            continue
        search = GridSearchCV(Pipeline([("p", peer.pre()), ("m", model)]), grid, cv=3,
                              scoring="neg_mean_absolute_error").fit(x_train, y_train)
        predicted = search.predict(x_test)
        segments = {"all": slice(None)} | {source: sources == source for source in sorted(set(sources))}
        for segment, rows in segments.items():
            line = {"model": family, "segment": segment, **scores(actual[rows], predicted[rows])}
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
