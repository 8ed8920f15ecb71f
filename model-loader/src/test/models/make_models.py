#!/usr/bin/env python3
"""Writes the test models of this folder, then the exports of make_exports.py.

    python -m venv VENV && VENV/bin/pip install -r requirements.txt
    VENV/bin/python make_models.py            # everything
    VENV/bin/python make_models.py --graphs   # only the hand-made graphs
    VENV/bin/python check_models.py           # only load and run what is there

Every graph is written node by node with onnx.helper and seeded weights, so a
rerun with the pinned requirements gives the same bytes. Every model is then
loaded by ONNX Runtime and run; a model that is meant to fail must fail.
"""

import argparse

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import check_models
from check_models import DTYPES, HERE

OPSET = 17
IR_VERSION = 8

FLOAT = TensorProto.FLOAT
INT64 = TensorProto.INT64


# --- small words -----------------------------------------------------------


def tensor(name, dtype, shape):
    """A graph input or output; a str in shape is a symbol, None an unnamed dynamic dimension."""
    return helper.make_tensor_value_info(name, dtype, shape)


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def weights(rng, *shape):
    fan_in = int(np.prod(shape[1:])) if len(shape) > 2 else shape[0]
    return (rng.standard_normal(shape) / np.sqrt(fan_in)).astype(np.float32)


def node(op, inputs, outputs, domain="", **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), domain=domain, **attributes)


def model(name, nodes, inputs, outputs, initializers=(), opset=OPSET, ml=False, domains=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    imports = [helper.make_opsetid("", opset)]
    if ml:
        imports.append(helper.make_opsetid("ai.onnx.ml", 1))
    imports += [helper.make_opsetid(domain, 1) for domain in domains]
    return helper.make_model(
        graph, opset_imports=imports, ir_version=IR_VERSION, producer_name="sluice-test-models"
    )


def write(built, folder, check=True):
    if check:
        onnx.checker.check_model(built, full_check=True)
    path = HERE / folder / "model.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(built.SerializeToString(deterministic=True))
    return path


# --- dtypes and shapes -----------------------------------------------------


def identities():
    for name, dtype in DTYPES.items():
        shape = ["batch", "n"]
        built = model(
            f"identity-{name}",
            [node("Identity", "x", "y")],
            [tensor("x", dtype, shape)],
            [tensor("y", dtype, shape)],
        )
        write(built, f"identity-{name}/1")


def scalar():
    built = model(
        "scalar",
        [node("Mul", "x two", "y")],
        [tensor("x", FLOAT, [])],
        [tensor("y", FLOAT, [])],
        [constant("two", np.float32(2))],
    )
    write(built, "scalar/1")


def fixed():
    built = model(
        "fixed",
        [node("Mul", "x two", "y")],
        [tensor("x", FLOAT, [1, 3, 4])],
        [tensor("y", FLOAT, [1, 3, 4])],
        [constant("two", np.float32(2))],
    )
    write(built, "fixed/1")


def overridable_initializer():
    """`scale` is an input with a default: ONNX Runtime calls it an overridable initializer."""
    built = model(
        "overridable-initializer",
        [node("Mul", "x scale", "y")],
        [tensor("x", FLOAT, ["batch", 2]), tensor("scale", FLOAT, [1])],
        [tensor("y", FLOAT, ["batch", 2])],
        [constant("scale", np.array([3], np.float32))],
    )
    write(built, "overridable-initializer/1")


# --- models that can be batched --------------------------------------------


def mlp_model(rng):
    nodes, constants, previous = [], [], "x"
    for layer, (width_in, width_out) in enumerate([(16, 64), (64, 64), (64, 3)]):
        constants += [
            constant(f"w{layer}", weights(rng, width_in, width_out)),
            constant(f"b{layer}", (0.1 * rng.standard_normal(width_out)).astype(np.float32)),
        ]
        nodes.append(node("Gemm", f"{previous} w{layer} b{layer}", f"h{layer}"))
        previous = f"h{layer}"
        if layer < 2:
            nodes.append(node("Relu", previous, f"r{layer}"))
            previous = f"r{layer}"
    nodes.append(node("Softmax", previous, "probabilities", axis=1))
    return model(
        "mlp",
        nodes,
        [tensor("x", FLOAT, ["batch", 16])],
        [tensor("probabilities", FLOAT, ["batch", 3])],
        constants,
    )


def mlp():
    write(mlp_model(np.random.default_rng(1)), "mlp/1")


def flat():
    """KServe's layout: the model file lies directly in the model's folder."""
    write(mlp_model(np.random.default_rng(2)), "flat")


def external_data():
    built = mlp_model(np.random.default_rng(3))
    folder = HERE / "external-data" / "1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx.data").unlink(missing_ok=True)
    onnx.save_model(
        built,
        folder / "model.onnx",
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location="model.onnx.data",
        size_threshold=0,
    )
    (folder / "model.onnx.data").chmod(0o644)


def cnn():
    rng = np.random.default_rng(4)
    nodes, constants, previous, channels = [], [], "x", 3
    for layer, width in enumerate([8, 16, 16, 32]):
        constants += [
            constant(f"w{layer}", weights(rng, width, channels, 3, 3)),
            constant(f"b{layer}", np.zeros(width, np.float32)),
        ]
        nodes += [
            node(
                "Conv",
                f"{previous} w{layer} b{layer}",
                f"c{layer}",
                kernel_shape=[3, 3],
                pads=[1, 1, 1, 1],
                strides=[2, 2] if layer else [1, 1],
            ),
            node("Relu", f"c{layer}", f"r{layer}"),
        ]
        previous, channels = f"r{layer}", width
    constants += [
        constant("w4", weights(rng, channels, 10)),
        constant("b4", np.zeros(10, np.float32)),
    ]
    nodes += [
        node("GlobalAveragePool", previous, "pooled"),
        node("Flatten", "pooled", "flattened", axis=1),
        node("Gemm", "flattened w4 b4", "logits"),
    ]
    built = model(
        "cnn",
        nodes,
        [tensor("x", FLOAT, ["batch", 3, 64, 64])],
        [tensor("logits", FLOAT, ["batch", 10])],
        constants,
    )
    write(built, "cnn/1")


def two_inputs():
    shape = ["batch", 4]
    built = model(
        "two-inputs",
        [node("Add", "a b", "sum"), node("Sub", "a b", "difference")],
        [tensor("a", FLOAT, shape), tensor("b", FLOAT, shape)],
        [tensor("sum", FLOAT, shape), tensor("difference", FLOAT, shape)],
    )
    write(built, "two-inputs/1")


def mixed_inputs():
    """One input per column, as skl2onnx makes from a ColumnTransformer.

    score = 0.5 * age + 0.001 * income + 10 * member + 2 * visits
    """
    column = ["batch", 1]
    built = model(
        "mixed-inputs",
        [
            node("Cast", "member", "member_float", to=FLOAT),
            node("Cast", "visits", "visits_float", to=FLOAT),
            node("Concat", "age income member_float visits_float", "features", axis=1),
            node("MatMul", "features coefficients", "score"),
            node("Identity", "city", "city_out"),
        ],
        [
            tensor("age", FLOAT, column),
            tensor("income", FLOAT, column),
            tensor("city", TensorProto.STRING, column),
            tensor("member", TensorProto.BOOL, column),
            tensor("visits", INT64, column),
        ],
        [tensor("score", FLOAT, column), tensor("city_out", TensorProto.STRING, column)],
        [constant("coefficients", np.array([[0.5], [0.001], [10], [2]], np.float32))],
    )
    write(built, "mixed-inputs/1")


def gather():
    """Row i of the table is [i, i + 0.25, i + 0.5, i + 0.75]; indices run from -10 to 9."""
    table = np.arange(10, dtype=np.float32)[:, None] + np.array([0, 0.25, 0.5, 0.75], np.float32)
    built = model(
        "gather",
        [
            node("Gather", "table indices", "gathered", axis=0),
            node("Squeeze", "gathered one", "y"),
        ],
        [tensor("indices", INT64, ["batch", 1])],
        [tensor("y", FLOAT, ["batch", 4])],
        [constant("table", table), constant("one", np.array([1], np.int64))],
    )
    write(built, "gather/1")


def text_length():
    """Mean of the embeddings of the tokens whose mask is 1; all zeros if no mask is 1."""
    rng = np.random.default_rng(5)
    shape = ["batch", "sequence"]
    built = model(
        "text-length",
        [
            node("Gather", "table input_ids", "tokens", axis=0),
            node("Cast", "attention_mask", "mask", to=FLOAT),
            node("Unsqueeze", "mask last", "mask_column"),
            node("Mul", "tokens mask_column", "kept"),
            node("ReduceSum", "kept one", "total", keepdims=0),
            node("ReduceSum", "mask one", "count", keepdims=1),
            node("Max", "count least", "divisor"),
            node("Div", "total divisor", "pooled"),
        ],
        [tensor("input_ids", INT64, shape), tensor("attention_mask", INT64, shape)],
        [tensor("pooled", FLOAT, ["batch", 8])],
        [
            constant("table", rng.standard_normal((1000, 8)).astype(np.float32)),
            constant("last", np.array([2], np.int64)),
            constant("one", np.array([1], np.int64)),
            constant("least", np.float32(1)),
        ],
    )
    write(built, "text-length/1")


def text_tokens():
    """Each token's embedding plus the mean over the tokens whose mask is 1; and that mean.

    The mask is called `keep` and is a float, so that it has to be declared. The third
    output lies the other way round, the fourth does not follow the length.
    """
    rng = np.random.default_rng(6)
    shape = ["batch", "sequence"]
    built = model(
        "text-tokens",
        [
            node("Gather", "table ids", "tokens", axis=0),
            node("Unsqueeze", "keep last", "keep_column"),
            node("Mul", "tokens keep_column", "kept"),
            node("ReduceSum", "kept one", "total", keepdims=0),
            node("ReduceSum", "keep one", "count", keepdims=1),
            node("Max", "count least", "divisor"),
            node("Div", "total divisor", "mean"),
            node("Unsqueeze", "mean one", "mean_row"),
            node("Add", "tokens mean_row", "states"),
            node("Transpose", "states", "columns", perm=[0, 2, 1]),
            node("ArgMax", "mean", "label", axis=1, keepdims=0),
        ],
        [tensor("ids", TensorProto.INT32, shape), tensor("keep", FLOAT, shape)],
        [
            tensor("states", FLOAT, ["batch", "sequence", 4]),
            tensor("columns", FLOAT, ["batch", 4, "sequence"]),
            tensor("mean", FLOAT, ["batch", 4]),
            tensor("label", INT64, ["batch"]),
        ],
        [
            constant("table", rng.standard_normal((1000, 4)).astype(np.float32)),
            constant("last", np.array([2], np.int64)),
            constant("one", np.array([1], np.int64)),
            constant("least", np.float32(1)),
        ],
    )
    write(built, "text-tokens/1")


def text_heedless():
    """Mean of the embeddings of all tokens: there is a mask, but nothing heeds it."""
    rng = np.random.default_rng(7)
    shape = ["batch", "sequence"]
    built = model(
        "text-heedless",
        [
            node("Gather", "table input_ids", "tokens", axis=0),
            node("ReduceMean", "tokens", "mean", axes=[1], keepdims=0),
            node("Cast", "attention_mask", "mask", to=FLOAT),
            node("ReduceMax", "mask", "most", axes=[1], keepdims=1),
            node("Mul", "mean most", "pooled"),
        ],
        [tensor("input_ids", INT64, shape), tensor("attention_mask", INT64, shape)],
        [tensor("pooled", FLOAT, ["batch", 4])],
        [constant("table", rng.standard_normal((1000, 4)).astype(np.float32))],
    )
    write(built, "text-heedless/1")


SLOW_WIDTH = 512
SLOW_STEPS = 6000


def slow():
    """y = mean of the row, in each of the 8 columns, the long way round.

    6000 steps of a [batch, 512] by [512, 512] product with a matrix of 1/512. The
    matrix comes from ConstantOfShape, so the file is tiny. The steps are a Loop, so that
    a terminated run stops between two steps.
    """
    body = helper.make_graph(
        [
            node("Identity", "go", "go_on"),
            node("MatMul", "h w", "h_next"),
        ],
        "step",
        [
            tensor("step", INT64, []),
            tensor("go", TensorProto.BOOL, []),
            tensor("h", FLOAT, ["batch", SLOW_WIDTH]),
        ],
        [
            tensor("go_on", TensorProto.BOOL, []),
            tensor("h_next", FLOAT, ["batch", SLOW_WIDTH]),
        ],
    )
    built = model(
        "slow",
        [
            node(
                "ConstantOfShape",
                "w_shape",
                "w",
                value=helper.make_tensor("value", FLOAT, [1], [1 / SLOW_WIDTH]),
            ),
            node("Tile", "x repeats", "h0"),
            helper.make_node("Loop", ["steps", "yes", "h0"], ["h_last"], body=body),
            node("Slice", "h_last starts ends axes", "y"),
        ],
        [tensor("x", FLOAT, ["batch", 8])],
        [tensor("y", FLOAT, ["batch", 8])],
        [
            constant("w_shape", np.array([SLOW_WIDTH, SLOW_WIDTH], np.int64)),
            constant("repeats", np.array([1, SLOW_WIDTH // 8], np.int64)),
            constant("steps", np.int64(SLOW_STEPS)),
            constant("yes", np.bool_(True)),
            constant("starts", np.array([0], np.int64)),
            constant("ends", np.array([8], np.int64)),
            constant("axes", np.array([1], np.int64)),
        ],
    )
    write(built, "slow/1")


# --- models that must not be batched ---------------------------------------


def batch_mixing():
    """y = x minus the mean over all rows: a row's answer depends on its neighbours."""
    built = model(
        "batch-mixing",
        [
            node("ReduceMean", "x", "mean", axes=[0], keepdims=1),
            node("Sub", "x mean", "y"),
        ],
        [tensor("x", FLOAT, ["batch", 3])],
        [tensor("y", FLOAT, ["batch", 3])],
    )
    write(built, "batch-mixing/1")


def gru_stack(layers, width, rng):
    """Nodes and constants of a stack of GRUs over x [sequence, batch, width]."""
    nodes, constants, previous = [], [], "x"
    nodes.append(
        helper.make_node(
            "Split", ["state"], [f"state_in{layer}" for layer in range(layers)], axis=0
        )
    )
    for layer in range(layers):
        constants += [
            constant(f"w{layer}", weights(rng, 1, 3 * width, width)),
            constant(f"r{layer}", weights(rng, 1, 3 * width, width)),
        ]
        nodes += [
            helper.make_node(
                "GRU",
                [previous, f"w{layer}", f"r{layer}", "", "", f"state_in{layer}"],
                [f"directions{layer}", f"state_out{layer}"],
                hidden_size=width,
            ),
            node("Squeeze", f"directions{layer} one", f"y{layer}"),
        ]
        previous = f"y{layer}"
    nodes.append(
        helper.make_node(
            "Concat", [f"state_out{layer}" for layer in range(layers)], ["next_state"], axis=0
        )
    )
    nodes.append(node("Identity", previous, "y"))
    constants.append(constant("one", np.array([1], np.int64)))
    return nodes, constants


def recurrent_state():
    """Three GRU layers, time first: dimension 0 of x is time and of the state is the layer."""
    nodes, constants = gru_stack(3, 4, np.random.default_rng(6))
    built = model(
        "recurrent-state",
        nodes,
        [tensor("x", FLOAT, ["sequence", "batch", 4]), tensor("state", FLOAT, [3, "batch", 4])],
        [
            tensor("y", FLOAT, ["sequence", "batch", 4]),
            tensor("next_state", FLOAT, [3, "batch", 4]),
        ],
        constants,
    )
    write(built, "recurrent-state/1")


def recurrent_last():
    """As recurrent-state, but one input with an unnamed first dimension and only the last state."""
    nodes, constants = gru_stack(3, 4, np.random.default_rng(6))
    nodes = nodes[:-1]
    constants.append(constant("state", np.zeros((3, 1, 4), np.float32)))
    built = model(
        "recurrent-last",
        nodes,
        [tensor("x", FLOAT, [None, 1, 4])],
        [tensor("next_state", FLOAT, [3, 1, 4])],
        constants,
    )
    write(built, "recurrent-last/1")


def mislabelled():
    """Declares [batch, 2] for both, yet y has twice the rows of x: the metadata lies."""
    built = model(
        "mislabelled",
        [node("Concat", "x x", "y", axis=0)],
        [tensor("x", FLOAT, ["batch", 2])],
        [tensor("y", FLOAT, ["batch", 2])],
    )
    write(built, "mislabelled/1")


def nonzero():
    """The [row, column] of each value that isn't 0: the output's length depends on the data."""
    built = model(
        "nonzero",
        [node("NonZero", "x", "by_axis"), node("Transpose", "by_axis", "positions", perm=[1, 0])],
        [tensor("x", FLOAT, ["batch", "n"])],
        [tensor("positions", INT64, ["count", 2])],
    )
    write(built, "nonzero/1")


# --- ZipMaps that a plain rewrite gets wrong -------------------------------


def zipmap_shared():
    """The tensor under the ZipMap is a graph output already."""
    built = model(
        "zipmap-shared",
        [
            node("Softmax", "x", "probabilities", axis=1),
            node("ArgMax", "probabilities", "label", axis=1, keepdims=0),
            node(
                "ZipMap",
                "probabilities",
                "output_probability",
                domain="ai.onnx.ml",
                classlabels_int64s=[10, 20, 30],
            ),
        ],
        [tensor("x", FLOAT, ["batch", 3])],
        [
            tensor("label", INT64, ["batch"]),
            tensor("probabilities", FLOAT, ["batch", 3]),
            map_sequence("output_probability", INT64),
        ],
        ml=True,
    )
    write(built, "zipmap-shared/1")


def zipmap_two():
    """Two ZipMaps with different labels in one graph."""
    built = model(
        "zipmap-two",
        [
            node("Softmax", "x", "p0", axis=1),
            node("MatMul", "x mix", "mixed"),
            node("Softmax", "mixed", "p1", axis=1),
            node("ZipMap", "p0", "size", domain="ai.onnx.ml", classlabels_int64s=[1, 2, 3]),
            node(
                "ZipMap", "p1", "colour", domain="ai.onnx.ml", classlabels_strings=["red", "blue"]
            ),
        ],
        [tensor("x", FLOAT, ["batch", 3])],
        [map_sequence("size", INT64), map_sequence("colour", TensorProto.STRING)],
        [constant("mix", np.array([[1, 0], [0, 1], [1, 1]], np.float32))],
        ml=True,
    )
    write(built, "zipmap-two/1")


def map_type(key):
    value = helper.make_tensor_type_proto(FLOAT, [])
    return helper.make_map_type_proto(key, value)


def map_sequence(name, key):
    return helper.make_value_info(name, helper.make_sequence_type_proto(map_type(key)))


# --- models that are refused -----------------------------------------------


def sequence_output():
    shape = helper.make_tensor_type_proto(FLOAT, [1, "n"])
    built = model(
        "sequence-output",
        [node("SplitToSequence", "x", "rows", axis=0, keepdims=1)],
        [tensor("x", FLOAT, ["batch", "n"])],
        [helper.make_value_info("rows", helper.make_sequence_type_proto(shape))],
    )
    write(built, "sequence-output/1")


def sequence_input():
    shape = helper.make_tensor_type_proto(FLOAT, [None, 2])
    built = model(
        "sequence-input",
        [node("ConcatFromSequence", "parts", "y", axis=0)],
        [helper.make_value_info("parts", helper.make_sequence_type_proto(shape))],
        [tensor("y", FLOAT, [None, 2])],
    )
    write(built, "sequence-input/1")


def optional_input():
    shape = helper.make_tensor_type_proto(FLOAT, ["batch", 2])
    built = model(
        "optional-input",
        [
            node("OptionalGetElement", "extra", "extra_value"),
            node("Add", "x extra_value", "y"),
        ],
        [
            tensor("x", FLOAT, ["batch", 2]),
            helper.make_value_info("extra", helper.make_optional_type_proto(shape)),
        ],
        [tensor("y", FLOAT, ["batch", 2])],
    )
    write(built, "optional-input/1")


def map_input():
    """A dictionary as input, as skl2onnx makes from a DictVectorizer."""
    built = model(
        "map-input",
        [
            node(
                "DictVectorizer",
                "features",
                "y",
                domain="ai.onnx.ml",
                string_vocabulary=["age", "income"],
            )
        ],
        [helper.make_value_info("features", map_type(TensorProto.STRING))],
        [tensor("y", FLOAT, [1, 2])],
        ml=True,
    )
    write(built, "map-input/1")


# --- broken models ---------------------------------------------------------


def broken():
    whole = mlp_model(np.random.default_rng(1)).SerializeToString(deterministic=True)
    for name, content in {
        "broken-truncated": whole[: len(whole) // 2],
        "broken-empty": b"",
        "broken-text": b"This is a text file, not an ONNX model.\n",
    }.items():
        path = HERE / name / "1" / "model.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    shape = ["batch", 2]
    unknown = model(
        "broken-unknown-op",
        [node("Missing", "x", "y", domain="com.example")],
        [tensor("x", FLOAT, shape)],
        [tensor("y", FLOAT, shape)],
        domains=["com.example"],
    )
    write(unknown, "broken-unknown-op/1", check=False)
    newer = model(
        "broken-opset",
        [node("Identity", "x", "y")],
        [tensor("x", FLOAT, shape)],
        [tensor("y", FLOAT, shape)],
        opset=99,
    )
    write(newer, "broken-opset/1", check=False)


# --- repository layouts ----------------------------------------------------


def times(factor, name):
    return model(
        name,
        [node("Mul", "x factor", "y")],
        [tensor("x", FLOAT, ["batch", 2])],
        [tensor("y", FLOAT, ["batch", 2])],
        [constant("factor", np.float32(factor))],
    )


def versions():
    for version in (1, 2, 3, 10):
        write(times(version, "versions"), f"versions/{version}")
    for ignored in ("01", "abc", ".tmp-4"):
        write(times(-99, "versions"), f"versions/{ignored}")


TRITON_CONFIG = """\
# Served by Triton 24.08 on one GPU node.
name: "triton"
platform: "onnxruntime_onnx"
max_batch_size: 8

input [
  {
    name: "INPUT0"
    data_type: TYPE_FP32
    dims: [ 4 ]
  }
]
output [
  {
    name: "OUTPUT0"
    data_type: TYPE_FP32
    dims: [ 3 ]
    label_filename: "labels.txt"
  },
  {
    name: "OUTPUT1"
    data_type: TYPE_INT64
    dims: [ 1 ]
  }
]

version_policy: { latest { num_versions: 1 } }

dynamic_batching {
  preferred_batch_size: [ 4, 8 ]
  max_queue_delay_microseconds: 500
}

instance_group [
  {
    count: 2
    kind: KIND_CPU
  }
]

optimization {
  execution_accelerators {
    gpu_execution_accelerator : [ {
      name : "tensorrt"
      parameters { key: "precision_mode" value: "FP16" }
      parameters { key: "max_workspace_size_bytes" value: "1073741824" }
    } ]
  }
}

parameters { key: "intra_op_thread_count" value: { string_value: "1" } }
parameters { key: "execution_mode" value: { string_value: "0" } }
"""


def triton():
    for version in (1, 2):
        rng = np.random.default_rng(10 + version)
        built = model(
            "triton",
            [
                node("MatMul", "INPUT0 w", "logits"),
                node("Softmax", "logits", "OUTPUT0", axis=1),
                node("ArgMax", "OUTPUT0", "OUTPUT1", axis=1, keepdims=1),
            ],
            [tensor("INPUT0", FLOAT, [-1, 4])],
            [tensor("OUTPUT0", FLOAT, [-1, 3]), tensor("OUTPUT1", INT64, [-1, 1])],
            [constant("w", weights(rng, 4, 3))],
        )
        write(built, f"triton/{version}")
    (HERE / "triton" / "config.pbtxt").write_text(TRITON_CONFIG)
    (HERE / "triton" / "labels.txt").write_text("setosa\nversicolor\nvirginica\n")


GRAPHS = [
    identities,
    scalar,
    fixed,
    overridable_initializer,
    mlp,
    cnn,
    two_inputs,
    mixed_inputs,
    gather,
    text_length,
    text_tokens,
    text_heedless,
    slow,
    batch_mixing,
    recurrent_state,
    recurrent_last,
    mislabelled,
    nonzero,
    zipmap_shared,
    zipmap_two,
    sequence_output,
    sequence_input,
    optional_input,
    map_input,
    broken,
    flat,
    external_data,
    versions,
    triton,
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graphs", action="store_true", help="only the hand-made graphs")
    arguments = parser.parse_args()
    for build in GRAPHS:
        build()
    check_models.main()
    if not arguments.graphs:
        import make_exports

        make_exports.main()
    size = sum(path.stat().st_size for path in HERE.rglob("*") if path.suffix != ".pyc")
    print(f"{size / 1e6:.2f} MB in all")


if __name__ == "__main__":
    main()
