"""Unmodified Open Inference Protocol clients against a running Sluice that serves examples/models.

Usage: clients_test.py URL   (for example http://127.0.0.1:8080)
Prints one line per test; exits 1 when one fails.
"""

import asyncio
import sys
import traceback

import numpy as np

URL = sys.argv[1]
HOST = URL.split("//", 1)[1]
MODEL = "flight-delay"
ROWS = np.array(
    [
        [5, 18, 1089, 1, 3, 39.0, 28.0, 64.0, 290.0, 21.9, 28.8, 0.0, 1010.5, 10.0],
        [2, 6, 229, 0, 1, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan],
    ],
    dtype=np.float32,
)


def triton_infer(binary):
    import tritonclient.http as triton

    with triton.InferenceServerClient(HOST) as client:
        given = triton.InferInput("input", list(ROWS.shape), "FP32")
        rows = np.nan_to_num(ROWS, nan=0.0) if not binary else ROWS
        given.set_data_from_numpy(rows, binary_data=binary)
        wanted = [
            triton.InferRequestedOutput("probabilities", binary_data=binary),
            triton.InferRequestedOutput("label", binary_data=binary),
        ]
        result = client.infer(MODEL, [given], outputs=wanted, request_id="from-triton")
        assert result.get_response()["id"] == "from-triton", result.get_response()
        assert result.get_response()["model_version"] == "2", result.get_response()
        return result.as_numpy("probabilities"), result.as_numpy("label")


def tritonclient_metadata():
    import tritonclient.http as triton

    with triton.InferenceServerClient(HOST) as client:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready(MODEL)
        assert client.is_model_ready(MODEL, "2")
        assert not client.is_model_ready("no-such-model")
        server = client.get_server_metadata()
        assert server["name"] == "sluice" and "binary_tensor_data" in server["extensions"], server
        model = client.get_model_metadata(MODEL)
        assert model["name"] == MODEL, model
        assert model["inputs"] == [{"name": "input", "datatype": "FP32", "shape": [-1, 14]}], model
        index = client.get_model_repository_index()
        entry = next(each for each in index if (each["name"], each["version"]) == (MODEL, "2"))
        assert entry["state"] == "READY" and entry["reason"] == "", index
        config = client.get_model_config(MODEL)
        assert config["name"] == MODEL, config
        statistics = client.get_inference_statistics(MODEL)
        assert statistics["model_stats"][0]["name"] == MODEL, statistics


def tritonclient_infer_json():
    probabilities, labels = triton_infer(binary=False)
    assert probabilities.shape == (2, 2) and labels.shape == (2,), (probabilities, labels)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5), probabilities


def tritonclient_infer_binary():
    probabilities, labels = triton_infer(binary=True)
    assert probabilities.dtype == np.float32 and probabilities.shape == (2, 2), probabilities
    assert set(labels.tolist()) <= {b"delayed", b"on_time"}, labels


def tritonclient_infer_compressed():
    import tritonclient.http as triton

    with triton.InferenceServerClient(HOST) as client:
        given = triton.InferInput("input", list(ROWS.shape), "FP32")
        given.set_data_from_numpy(ROWS, binary_data=True)
        for algorithm in ("gzip", "deflate"):
            result = client.infer(
                MODEL,
                [given],
                request_compression_algorithm=algorithm,
                response_compression_algorithm=algorithm,
            )
            assert result.as_numpy("probabilities").shape == (2, 2)


def tritonclient_classification():
    import tritonclient.http as triton

    with triton.InferenceServerClient(HOST) as client:
        given = triton.InferInput("input", list(ROWS.shape), "FP32")
        given.set_data_from_numpy(ROWS, binary_data=True)
        wanted = triton.InferRequestedOutput("probabilities", binary_data=True, class_count=1)
        top = client.infer(MODEL, [given], outputs=[wanted]).as_numpy("probabilities")
        value, index, label = top[0][0].decode().split(":")
        assert top.shape == (2, 1) and float(value) >= 0.5 and label in ("delayed", "on_time"), top


def tritonclient_error():
    import tritonclient.http as triton
    from tritonclient.utils import InferenceServerException

    with triton.InferenceServerClient(HOST) as client:
        given = triton.InferInput("input", [1, 3], "FP32")
        given.set_data_from_numpy(np.zeros((1, 3), np.float32))
        try:
            client.infer(MODEL, [given])
        except InferenceServerException as error:
            assert error.status() == "400" and "expected FP32 [-1, 14], got FP32 [1, 3]" in error.message(), error
        else:
            raise AssertionError("a wrong shape was accepted")


def tritonclient_async_infer():
    import tritonclient.http as triton

    with triton.InferenceServerClient(HOST, concurrency=4) as client:
        given = triton.InferInput("input", list(ROWS.shape), "FP32")
        given.set_data_from_numpy(ROWS, binary_data=True)
        pending = [client.async_infer(MODEL, [given]) for _ in range(32)]
        answers = [request.get_result().as_numpy("probabilities") for request in pending]
        assert all(np.array_equal(answers[0], answer) for answer in answers)


async def kserve_calls(binary):
    from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

    client = InferenceRESTClient(RESTConfig(protocol="v2", retries=0, timeout=30))
    assert await client.is_server_live(URL)
    assert await client.is_server_ready(URL)
    assert await client.is_model_ready(URL, MODEL)
    given = InferInput("input", list(ROWS.shape), "FP32")
    given.set_data_from_numpy(ROWS if binary else np.nan_to_num(ROWS, nan=0.0), binary_data=binary)
    request = InferRequest(MODEL, [given], request_id="from-kserve")
    if binary:
        request.parameters = {"binary_data_output": True}
    response = await client.infer(URL, request, model_name=MODEL)
    assert response.id == "from-kserve" and response.model_name == MODEL, response
    outputs = {output.name: output for output in response.outputs}
    assert outputs["probabilities"].as_numpy().shape == (2, 2), outputs
    await client.close()


def kserve_infer_json():
    asyncio.run(kserve_calls(binary=False))


def kserve_infer_binary():
    asyncio.run(kserve_calls(binary=True))


TESTS = [
    tritonclient_metadata,
    tritonclient_infer_json,
    tritonclient_infer_binary,
    tritonclient_infer_compressed,
    tritonclient_classification,
    tritonclient_error,
    tritonclient_async_infer,
    kserve_infer_json,
    kserve_infer_binary,
]


def main():
    failed = 0
    for test in TESTS:
        try:
            test()
            print(f"ok   {test.__name__}")
        except Exception:
            failed += 1
            print(f"FAIL {test.__name__}")
            traceback.print_exc()
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
