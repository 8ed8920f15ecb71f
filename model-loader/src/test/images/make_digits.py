"""Trains the classifier ../models/digits on JPEGs of handwritten digits, and writes ten that it has not seen.

Run with Pillow 13.0.0, scikit-learn 1.9.1 and onnx 1.23.2:  python3 make_digits.py

The digits are those that come with scikit-learn: 1,797 real ones of 8 x 8 pixels, by 43 writers (E. Alpaydin and C. Kaynak,
Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, CC BY 4.0). Each becomes a JPEG of
96 x 64 pixels; what the model sees is that JPEG as Pillow reads, resizes and crops it. expected.csv has the probabilities that
numpy computes for the ten.
"""

import io
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).parent
MODEL = HERE.parent / "models" / "digits"
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def jpeg(digit):
    """White on black, in the middle of a wider picture."""
    wide = Image.new("RGB", (96, 64))
    wide.paste(Image.fromarray((digit * 255 / 16).astype(np.uint8)).resize((64, 64), Image.Resampling.BICUBIC), (16, 0))
    buffer = io.BytesIO()
    wide.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def seen(file):
    """What the model sees: resized to 12 x 8, and the middle 8 x 8 of that."""
    image = Image.open(io.BytesIO(file)).convert("L").resize((12, 8), Image.Resampling.BICUBIC).crop((2, 0, 10, 8))
    return (np.asarray(image).astype(np.float32) * np.float32(1 / 255) - np.float32(0.25)) / np.float32(0.5)


def main():
    digits = load_digits()
    files = [jpeg(digit) for digit in digits.images]
    rows = np.stack([seen(file).reshape(64) for file in files])
    train, test = train_test_split(np.arange(len(files)), test_size=0.25, random_state=3, stratify=digits.target)
    classifier = MLPClassifier((32,), random_state=3, max_iter=400).fit(rows[train], digits.target[train])
    print("right of those not seen:", classifier.score(rows[test], digits.target[test]))

    first, second = (weights.astype(np.float32) for weights in classifier.coefs_)
    bias_1, bias_2 = (bias.astype(np.float32) for bias in classifier.intercepts_)
    constants = [("w1", first), ("b1", bias_1), ("w2", second), ("b2", bias_2)]
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["pixels"], ["flat"]),
            helper.make_node("Gemm", ["flat", "w1", "b1"], ["hidden"]),
            helper.make_node("Relu", ["hidden"], ["positive"]),
            helper.make_node("Gemm", ["positive", "w2", "b2"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["probabilities"]),
        ],
        "digits",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["rows", 1, 8, 8])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", 10])],
        [numpy_helper.from_array(value, name) for name, value in constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    (MODEL / "1").mkdir(parents=True, exist_ok=True)
    onnx.save(model, MODEL / "1" / "model.onnx")
    (MODEL / "labels.txt").write_text("\n".join(WORDS) + "\n")

    lines = []
    for digit in range(10):
        index = next(i for i in test if digits.target[i] == digit)
        (HERE / "digits" / f"{digit}.jpg").write_bytes(files[index])
        hidden = np.maximum(rows[index] @ first + bias_1, 0)
        scores = hidden @ second + bias_2
        exponents = np.exp(scores - scores.max())
        lines.append(",".join([WORDS[digit], *(f"{p:.8f}" for p in exponents / exponents.sum())]))
    (HERE / "digits" / "expected.csv").write_text("\n".join(lines) + "\n")


main()
