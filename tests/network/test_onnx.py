"""Networks exported to ONNX give there what they give here."""

import keras
import numpy as np
import pytest

from skrnn import RNNClassifier, RNNForecaster, RNNRegressor, RNNTextClassifier

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("tf2onnx")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning"),
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="fails elsewhere"),
]

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 9, 2)).astype(np.float32)
HOLES = np.where(X > 2, np.nan, X)
LABELS = np.arange(40)
TEXTS = ["so good", "not good at all", "bad", "not so bad"] * 10
WORDS = {"units": 3, "epochs": 1, "random_state": 0}
FITTED = {
    "simple": lambda: RNNRegressor(cell="simple", **WORDS).fit(X, X[:, 0, 0]),
    "gru": lambda: RNNRegressor(cell="gru", **WORDS).fit(X, X[:, 0, 0]),
    "lstm": lambda: RNNRegressor(cell="lstm", **WORDS).fit(X, X[:, 0, 0]),
    "both directions": lambda: RNNClassifier(bidirectional=True, **WORDS).fit(
        X, np.arange(40) % 3
    ),
    "missing values": lambda: RNNRegressor(**WORDS).fit(HOLES, X[:, 0, 0]),
    "a forecaster": lambda: RNNForecaster(**WORDS).fit(np.sin(np.arange(80) / 4)),
    "texts": lambda: RNNTextClassifier(**WORDS).fit(TEXTS, LABELS % 2),
}


@pytest.mark.parametrize("name", FITTED)
def test_outputs_are_the_same(name, tmp_path):
    model = FITTED[name]().model_
    (read,) = model.inputs
    size = 7, 11, *read.shape[2:]  # neither the number of rows nor the length of the training
    inputs = RNG.normal(size=size) if read.dtype == "float32" else RNG.integers(1, 5, size)
    inputs = inputs.astype(read.dtype)
    if name == "missing values":
        inputs[:, :2] = np.nan
    expected = keras.ops.convert_to_numpy(model(inputs))
    model.export(str(tmp_path / "network.onnx"), format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(str(tmp_path / "network.onnx"))
    (outputs,) = session.run(None, {session.get_inputs()[0].name: inputs})
    assert outputs.shape == expected.shape
    assert np.isfinite(outputs).all()
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
