"""Trains small classifiers and exports each as its exporter does by default.

    VENV/bin/python make_exports.py

Each goes to exports/NAME/1/model.onnx, with exports/NAME/expected.json beside it: input
rows and what the library itself (not ONNX Runtime) answers for them. The data are float32
before training, because the exporters round a tree's float64 thresholds to float32.
Only the graph's name and the order of its opset imports are not the default: the exporters
leave both to chance, and a rerun should give the same bytes.
"""

import json
import math
import warnings

import lightgbm
import numpy as np
import onnxmltools
import onnxruntime as ort
import skl2onnx
import sklearn
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from check_models import HERE

TOLERANCE = 1e-6
ROWS = 24

warnings.filterwarnings("ignore")


# --- data: the tables that scikit-learn ships ------------------------------


def iris():
    features, species = load_iris(return_X_y=True)
    return features.astype(np.float32), species


def iris_names():
    features, species = iris()
    return features, load_iris().target_names[species]


def tumours():
    features, benign = load_breast_cancer(return_X_y=True)
    return features[:, :6].astype(np.float32), benign


def tumours_with_gaps():
    """As tumours, but every value is missing with probability 0.1."""
    features, benign = tumours()
    gaps = np.random.default_rng(0).random(features.shape) < 0.1
    return np.where(gaps, np.float32(np.nan), features), benign


def diabetes():
    features, progression = load_diabetes(return_X_y=True)
    return features.astype(np.float32), progression


# --- exporters -------------------------------------------------------------


def initial_types(features):
    return [("X", FloatTensorType([None, features.shape[1]]))]


def by_skl2onnx(name, fitted, features):
    return skl2onnx.to_onnx(fitted, features[:1], name=name)


def by_skl2onnx_without_zipmap(name, fitted, features):
    options = {id(fitted): {"zipmap": False}}
    return skl2onnx.to_onnx(fitted, features[:1], name=name, options=options)


def by_onnxmltools_lightgbm(name, fitted, features):
    return onnxmltools.convert_lightgbm(fitted, name, initial_types(features))


def by_onnxmltools_xgboost(name, fitted, features):
    return onnxmltools.convert_xgboost(fitted, name, initial_types(features))


def lightgbm_classifier():
    return lightgbm.LGBMClassifier(
        n_estimators=12, num_leaves=7, random_state=0, n_jobs=1, verbose=-1
    )


def xgboost_classifier():
    return xgboost.XGBClassifier(n_estimators=12, max_depth=3, random_state=0, n_jobs=1)


EXPORTS = [
    (
        "sklearn-forest-int-labels",
        RandomForestClassifier(n_estimators=8, max_depth=4, random_state=0),
        iris,
        by_skl2onnx,
    ),
    (
        "sklearn-pipeline-string-labels",
        make_pipeline(StandardScaler(), LogisticRegression()),
        iris_names,
        by_skl2onnx,
    ),
    (
        "sklearn-hist-gradient-boosting-missing",
        HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=7, random_state=0),
        tumours_with_gaps,
        by_skl2onnx,
    ),
    (
        "sklearn-logistic-binary",
        make_pipeline(StandardScaler(), LogisticRegression()),
        tumours,
        by_skl2onnx,
    ),
    (
        "sklearn-logistic-no-zipmap",
        LogisticRegression(max_iter=1000),
        iris_names,
        by_skl2onnx_without_zipmap,
    ),
    ("lightgbm-binary", lightgbm_classifier(), tumours_with_gaps, by_onnxmltools_lightgbm),
    ("lightgbm-multiclass", lightgbm_classifier(), iris, by_onnxmltools_lightgbm),
    ("xgboost-binary", xgboost_classifier(), tumours_with_gaps, by_onnxmltools_xgboost),
    ("xgboost-multiclass", xgboost_classifier(), iris, by_onnxmltools_xgboost),
    ("sklearn-regressor", LinearRegression(), diabetes, by_skl2onnx),
]


# --- what the library answers ----------------------------------------------


def as_json(array):
    """Nested lists; a float32 goes through its shortest decimal form, NaN becomes null."""
    if isinstance(array, np.ndarray):
        return [as_json(value) for value in array]
    value = array.item() if isinstance(array, np.generic) else array
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return float(str(array)) if isinstance(array, np.float32) else value
    return value


def chosen_rows(features):
    """Evenly spaced rows, so that all classes occur."""
    return features[np.linspace(0, len(features) - 1, ROWS).astype(int)]


def expected(fitted, rows, input_name, exporter):
    answer = {
        "exporter": exporter,
        "input_name": input_name,
        "rows": as_json(rows),
    }
    if hasattr(fitted, "predict_proba"):
        answer["classes"] = as_json(np.asarray(fitted.classes_))
        answer["probabilities"] = as_json(np.asarray(fitted.predict_proba(rows)))
        answer["labels"] = as_json(np.asarray(fitted.predict(rows)))
    else:
        answer["values"] = as_json(np.asarray(fitted.predict(rows)))
    return answer


def exporter_text(exporter, fitted):
    of = {
        "sklearn": f"scikit-learn {sklearn.__version__}",
        "lightgbm": f"lightgbm {lightgbm.__version__}",
        "xgboost": f"xgboost {xgboost.__version__}",
    }[type(fitted).__module__.split(".")[0]]
    if exporter in (by_skl2onnx, by_skl2onnx_without_zipmap):
        return f"{of}, skl2onnx {skl2onnx.__version__}"
    return f"{of}, onnxmltools {onnxmltools.__version__}"


def write_lines(path, answer):
    """JSON with one line for each row of each list."""
    parts = []
    for key, value in answer.items():
        if isinstance(value, list) and value and isinstance(value[0], list):
            rows = ",\n    ".join(json.dumps(row) for row in value)
            text = f"[\n    {rows}\n  ]"
        else:
            text = json.dumps(value)
        parts.append(f"  {json.dumps(key)}: {text}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def check(path, answer):
    """Runs the file on the rows as JSON gives them back, and compares with the library."""
    options = ort.SessionOptions()
    options.log_severity_level = 3  # LightGBM's label is declared [1], a warning at every run
    loaded = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    rows = np.array(
        [[math.nan if value is None else value for value in row] for row in answer["rows"]],
        np.float32,
    )
    results = loaded.run(None, {answer["input_name"]: rows})
    if "values" in answer:
        wanted = np.array(answer["values"])
        error = np.abs(results[0].ravel() / wanted - 1).max()
    else:
        labels, probabilities = results
        if isinstance(probabilities, list):
            probabilities = [[row[label] for label in answer["classes"]] for row in probabilities]
        if list(labels) != answer["labels"]:
            raise SystemExit(f"{path}: labels differ from the library's")
        error = np.abs(np.array(probabilities) - answer["probabilities"]).max()
    outputs = ", ".join(f"{out.name} {out.type}{out.shape}" for out in loaded.get_outputs())
    name = path.parent.parent.name
    print(f"  {name}: {path.stat().st_size} bytes, largest error {error:.1e}; {outputs}")
    if not error <= TOLERANCE:
        raise SystemExit(f"{name}: error {error} is above {TOLERANCE}")


def main():
    print("exports:")
    for name, untrained, data, exporter in EXPORTS:
        features, target = data()
        fitted = untrained.fit(features, target)
        built = exporter(name, fitted, features)
        built.opset_import.sort(key=lambda opset: opset.domain)
        path = HERE / "exports" / name / "1" / "model.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(built.SerializeToString(deterministic=True))
        last = fitted.steps[-1][1] if hasattr(fitted, "steps") else fitted
        answer = expected(
            fitted, chosen_rows(features), built.graph.input[0].name, exporter_text(exporter, last)
        )
        write_lines(path.parent.parent / "expected.json", answer)
        check(path, json.loads((path.parent.parent / "expected.json").read_text()))


if __name__ == "__main__":
    main()
