#!/usr/bin/env python3
"""Writes the requests of this folder for the model flight-delay, and its answers.

    VENV/bin/python make_requests.py      # VENV: see ../training/README.md

The flights are real ones of October to December 2013, which the model was not trained on.
minilm.json and minilm-tokens.json are not written here: README.md says how it was made.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime as ort

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "training"))

import train_flight_delay as training  # noqa: E402

# Date, airline, flight number, origin.
FLIGHTS = [(10, 7, "B6", 327, "EWR"), (10, 7, "DL", 1429, "JFK")]


def chosen(rows):
    carriers, origins = training.CARRIERS, training.ORIGINS
    for month, day, carrier, number, origin in FLIGHTS:
        found = rows[
            (rows.month == month)
            & (rows.day == day)
            & (rows.carrier == carriers.index(carrier))
            & (rows.flight == number)
            & (rows.origin == origins.index(origin))
        ]
        if len(found) != 1:
            raise SystemExit(f"{carrier} {number} of {month}-{day}: {len(found)} flights")
        arrival = found.arr_delay.item()
        print(f"2013-{month:02}-{day:02} {carrier} {number} from {origin}: {arrival:+.0f} min")
        yield found[training.FEATURES].to_numpy(np.float32)[0]


def number(value):
    """The shortest decimal that is this float32; whole numbers without a point."""
    short = float(str(value))
    return int(short) if short.is_integer() else short


def numbers(row, missing):
    return [missing if np.isnan(value) else number(value) for value in row]


def main():
    rows = np.array(list(chosen(training.table())))
    tensor = {"name": "input", "datatype": "FP32", "shape": list(rows.shape)}

    # JSON has no NaN: a V2 body carries the string "NaN".
    data = ",\n      ".join(json.dumps(numbers(row, "NaN"))[1:-1] for row in rows)
    head = json.dumps(tensor)[:-1]
    body = '{\n  "id": "example-1",\n  "inputs": [\n    ' + head
    body += f', "data": [\n      {data}\n    ]}}\n  ]\n}}\n'
    assert json.loads(body)["inputs"][0]["shape"] == [2, len(training.FEATURES)]
    (HERE / "flight-delay.json").write_text(body)

    # By name, null or a name left out is missing.
    objects = [dict(zip(training.FEATURES, numbers(row, None))) for row in rows]
    (HERE / "flight-delay-predict.json").write_text(json.dumps(objects[0], indent=2) + "\n")
    lines = ",\n  ".join(json.dumps(row) for row in objects)
    (HERE / "flight-delay-rows.json").write_text(f"[\n  {lines}\n]\n")

    tensor["parameters"] = {"binary_data_size": rows.nbytes}
    output = {"name": "probabilities", "parameters": {"binary_data": True}}
    header = json.dumps({"inputs": [tensor], "outputs": [output]}, separators=(",", ":")).encode()
    (HERE / "flight-delay.bin").write_bytes(header + rows.astype("<f4").tobytes())
    print(f"flight-delay.bin: {len(header)} bytes of JSON, {rows.nbytes} of data")

    for version in training.VERSIONS:
        options = ort.SessionOptions()
        options.log_severity_level = 3
        path = training.MODELS / "flight-delay" / str(version) / "model.onnx"
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        for label, shares in zip(*session.run(None, {"input": rows})):
            print(f"version {version}: {label}, delayed {shares['delayed']:.6f}")


if __name__ == "__main__":
    main()
