"""Reads a table that `sluice log export` has made of input-log.jsonl with pandas and pyarrow.

Usage: tables_test.py FILE.parquet
Exits 1 when a type or a value is not as it was logged.
"""

import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

FILE = sys.argv[1]

TYPES = {
    "prediction_id": "string",
    "row": "int32",
    "time": "timestamp[us, tz=UTC]",
    "version": "int64",
    "latency_total_ns": "int64",
    "sampling_probability": "double",
    "flags": "list<element: string not null>",
    "redacted": "bool",
    "in_x": "list<element: float not null>",
    "in_hour": "uint64",
    "in_id": "int64",
    "in_country": "string",
    "in_vip": "bool",
    "out_score": "double",
}


def main():
    table = pq.read_table(FILE)
    for name, expected in TYPES.items():
        actual = str(table.schema.field(name).type)
        assert actual == expected, f"{name}: expected {expected}, got {actual}"
    metadata = table.schema.metadata
    assert metadata[b"sluice.schema"] == b"1", metadata
    assert metadata[b"sluice.received"] == b"20", metadata
    assert table.column("in_hour").to_pylist() == [7, 2**64 - 1, None]
    assert table.column("in_id").to_pylist() == [-(2**63), 2**63 - 1, None]

    frame = pd.read_parquet(FILE)
    assert list(frame["prediction_id"]) == ["p-1", "p-1", "p-2"], frame
    assert list(frame["row"]) == [0, 1, 0], frame
    assert frame["time"][0] == pd.Timestamp("2026-11-24T10:00:01.123456Z"), frame["time"]
    x = np.stack(frame["in_x"].to_list())
    assert x.dtype == np.float32, x.dtype
    assert x[0, 0] == np.float32(0.1) and np.isnan(x[0, 1]) and np.signbit(x[1, 1]), x
    assert list(frame["in_country"][:2]) == ["AT", "Österreich"], frame["in_country"]
    assert list(frame["out_score"][:2]) == [0.25, 0.1] and np.isnan(frame["out_score"][2]), frame["out_score"]
    assert list(frame["flags"][0]) == ["nan:x[1]"], frame["flags"]
    assert frame["error_code"][2] == "DEADLINE_EXCEEDED", frame["error_code"]
    requests = (1 / frame.drop_duplicates("prediction_id")["sampling_probability"]).sum()
    assert abs(requests - 20) < 1e-9, requests
    print(f"ok   {len(frame)} rows read with pandas {pd.__version__}")


main()
