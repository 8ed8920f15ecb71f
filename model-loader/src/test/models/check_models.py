"""Loads and runs each hand-made test model with ONNX Runtime; a broken one must fail.

    VENV/bin/python check_models.py
"""

import pathlib
import time

import ml_dtypes
import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

HERE = pathlib.Path(__file__).resolve().parent

DTYPES = {
    "bool": TensorProto.BOOL,
    "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16,
    "uint32": TensorProto.UINT32,
    "uint64": TensorProto.UINT64,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "float16": TensorProto.FLOAT16,
    "float32": TensorProto.FLOAT,
    "float64": TensorProto.DOUBLE,
    "bfloat16": TensorProto.BFLOAT16,
    "string": TensorProto.STRING,
}


def session(folder):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return ort.InferenceSession(
        str(HERE / folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )


def run(folder, **feeds):
    return session(folder).run(None, feeds)


def expect(actual, wanted, what):
    if not np.array_equal(np.asarray(actual), np.asarray(wanted)):
        raise SystemExit(f"{what}: expected {wanted}, got {actual}")


def expect_failure(what, action):
    try:
        action()
    except Exception as failure:  # ONNX Runtime has no common base class in public
        print(f"  {what}: fails as meant: {str(failure).splitlines()[0][:110]}")
        return
    raise SystemExit(f"{what}: should have failed")


def f32(*rows):
    return np.array(rows, np.float32)


def verify_dtypes():
    for name, dtype in DTYPES.items():
        if name == "string":
            x = np.array([["a", ""], ["café", "\u6f22"]], object)
        elif name == "bfloat16":
            x = np.array([[1.5, -2], [0, 3]]).astype(ml_dtypes.bfloat16)
            verify_bfloat16(x)
            continue
        else:
            x = np.array([[0, 1], [3, 2]]).astype(helper.tensor_dtype_to_np_dtype(dtype))
        expect(run(f"identity-{name}/1", x=x)[0], x, name)
    print("  14 identities: ok")


def verify_bfloat16(x):
    """NumPy has no bfloat16, so the values go in and out through OrtValues over uint16 bits."""
    loaded = session("identity-bfloat16/1")
    bits = ort.OrtValue.ortvalue_from_numpy_with_onnx_type(x.view(np.uint16), TensorProto.BFLOAT16)
    binding = loaded.io_binding()
    binding.bind_ortvalue_input("x", bits)
    y = np.zeros(x.shape, np.uint16)
    binding.bind_ortvalue_output(
        "y", ort.OrtValue.ortvalue_from_numpy_with_onnx_type(y, TensorProto.BFLOAT16)
    )
    loaded.run_with_iobinding(binding)
    expect(y, x.view(np.uint16), "bfloat16")


def verify_values():
    expect(run("scalar/1", x=np.array(21, np.float32))[0], np.float32(42), "scalar")
    expect(run("fixed/1", x=np.ones((1, 3, 4), np.float32))[0], np.full((1, 3, 4), 2), "fixed")
    expect(run("overridable-initializer/1", x=f32([1, 2]))[0], [[3, 6]], "default scale")
    x = np.random.default_rng(0).standard_normal((5, 16)).astype(np.float32)
    for folder in ("mlp/1", "flat", "external-data/1"):
        rows = run(folder, x=x)[0]
        assert rows.shape == (5, 3) and np.allclose(rows.sum(axis=1), 1), folder
    assert run("cnn/1", x=np.ones((2, 3, 64, 64), np.float32))[0].shape == (2, 10)
    sums = run("two-inputs/1", a=f32([1, 2, 3, 4]), b=f32([4, 3, 2, 1]))
    expect(sums, [[[5, 5, 5, 5]], [[-3, -1, 1, 3]]], "two-inputs")
    score, city = run(
        "mixed-inputs/1",
        age=f32([40], [20]),
        income=f32([1000], [0]),
        city=np.array([["Delft"], ["Graz"]], object),
        member=np.array([[True], [False]]),
        visits=np.array([[3], [0]], np.int64),
    )
    expect(score, [[37], [10]], "mixed-inputs score")
    expect(city, [["Delft"], ["Graz"]], "mixed-inputs city")
    expect(run("gather/1", indices=np.array([[9], [0]]))[0][:, 0], [9, 0], "gather")
    pooled = run(
        "text-length/1",
        input_ids=np.array([[7, 8, 9], [7, 8, 0]]),
        attention_mask=np.array([[1, 1, 0], [1, 1, 0]]),
    )[0]
    expect(pooled[0], pooled[1], "text-length ignores padding")
    keep = np.array([[1, 1, 0], [1, 1, 0]], np.float32)
    ids = np.array([[7, 8, 9], [7, 8, 0]], np.int32)
    states, columns, mean, label = run("text-tokens/1", ids=ids, keep=keep)
    expect(states[0, :2], states[1, :2], "text-tokens states")
    expect(columns[0], states[0].T, "text-tokens columns")
    expect(mean[0], mean[1], "text-tokens mean")
    expect(label, mean.argmax(axis=1), "text-tokens label")
    heedless = run(
        "text-heedless/1", input_ids=ids.astype(np.int64), attention_mask=keep.astype(np.int64)
    )
    assert not np.array_equal(heedless[0][0], heedless[0][1]), "text-heedless"
    expect(run("batch-mixing/1", x=f32([1, 2, 3], [3, 2, 1]))[0], [[-1, 0, 1], [1, 0, -1]], "mix")
    y, state = run(
        "recurrent-state/1",
        x=np.ones((5, 2, 4), np.float32),
        state=np.zeros((3, 2, 4), np.float32),
    )
    assert y.shape == (5, 2, 4) and state.shape == (3, 2, 4)
    assert run("recurrent-last/1", x=np.ones((7, 1, 4), np.float32))[0].shape == (3, 1, 4)
    assert run("mislabelled/1", x=f32([1, 2], [3, 4]))[0].shape == (4, 2)
    expect(run("nonzero/1", x=f32([0, 5], [0, 0], [6, 7]))[0], [[0, 1], [2, 0], [2, 1]], "nonzero")
    assert len(run("zipmap-shared/1", x=f32([1, 2, 3]))) == 3
    assert sorted(run("zipmap-two/1", x=f32([1, 2, 3]))[1][0]) == ["blue", "red"]
    assert len(run("sequence-output/1", x=f32([1, 2], [3, 4]))[0]) == 2
    expect(run("sequence-input/1", parts=[f32([1, 2]), f32([3, 4])])[0], [[1, 2], [3, 4]], "parts")
    expect(run("optional-input/1", x=f32([1, 2]), extra=f32([1, 1]))[0], [[2, 3]], "optional")
    expect(run("map-input/1", features={"income": 5.0})[0], [[0, 5]], "map-input")
    for version in (1, 2, 3, 10):
        expect(run(f"versions/{version}", x=f32([1, 2]))[0], [[version, 2 * version]], "versions")
    for version in (1, 2):
        rows = run(f"triton/{version}", INPUT0=np.ones((2, 4), np.float32))
        assert rows[0].shape == (2, 3) and rows[1].shape == (2, 1)
    print("  values: ok")


def verify_slow():
    loaded = session("slow/1")
    for count in (1, 8):
        x = np.tile(np.arange(8, dtype=np.float32), (count, 1))
        begun = time.perf_counter()
        rows = loaded.run(None, {"x": x})[0]
        millis = 1000 * (time.perf_counter() - begun)
        expect(rows, np.full((count, 8), 3.5), "slow")
        print(f"  slow: {millis:.0f} ms for {count} row(s)")


def main():
    print(f"verifying with onnxruntime {ort.__version__}")
    verify_dtypes()
    verify_values()
    verify_slow()
    for name in ("truncated", "empty", "text", "unknown-op", "opset"):
        expect_failure(f"broken-{name}", lambda name=name: session(f"broken-{name}/1"))
    expect_failure("gather 10", lambda: run("gather/1", indices=np.array([[10]])))


if __name__ == "__main__":
    main()
