"""Wrong inputs of every kind: nothing raw from NumPy or Python reaches the user."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import AutogradError, Value
from nn import NNError

X = np.random.default_rng(0).normal(size=(10, 2))
Y = np.arange(10) % 2


def one(activation="linear"):
    return nn.MLP(2, [3, 1], output_activation=activation, seed=0)


def two():
    return nn.MLP(2, [3, 2], seed=0)


INPUTS: list[Any] = [
    None, "ab", ["a", "b"], [None, None], X, [[1.0, 2.0], [3.0, 4.0]], {"a": 1, "b": 2}, [1j, 2],
    np.array([None, 1]), [1, 2, 3], np.array(["a", "b"]), {1.0, 2.0},
]  # fmt: skip
TABLES: list[Any] = [
    None, [["a", "b"]], [[1.0, 2.0], [3.0]], X.reshape(5, 2, 2), np.zeros((0, 2)), [[np.nan, 1.0]],
    np.array([[None, 1]]), X + 1j, {"a": [1, 2]}, [1.0, 2.0], X[:, :1], 3.0, "X",
]  # fmt: skip


@pytest.mark.parametrize("x", INPUTS, ids=lambda x: f"{x!r:.20}")
def test_inputs_of_a_model(x) -> None:
    for model in (one(), nn.Layer(2, 2), nn.Neuron(2), nn.RNNCell(2, 1), nn.LSTMCell(2, 1)):
        with pytest.raises((NNError, AutogradError)):
            model(x)


@pytest.mark.parametrize("table", TABLES, ids=lambda x: f"{x!r:.20}")
def test_tables_of_inputs(table) -> None:
    for call in (
        lambda: nn.predict(one(), table),
        lambda: nn.predict_classes(two(), table),
        lambda: nn.accuracy(two(), table, Y),
        lambda: nn.evaluate(one(), table, Y, loss="mse"),
        lambda: nn.diagnose(one(), table, Y),
        lambda: nn.fit(one(), table, Y, progress=False),
    ):
        with pytest.raises((NNError, AutogradError)):
            call()


@pytest.mark.parametrize(
    "y", [None, ["a"] * 10, Y + 0.5, Y[:3], np.zeros((10, 2, 2)), Y - 5, [None] * 10, "y"]
)
def test_targets(y) -> None:
    for call in (
        lambda: nn.accuracy(two(), X, y),
        lambda: nn.evaluate(two(), X, y, loss="cross_entropy"),
        lambda: nn.diagnose(two(), X, y, loss="cross_entropy"),
        lambda: nn.fit(two(), X, y, loss="cross_entropy", progress=False),
    ):
        with pytest.raises((NNError, AutogradError)):
            call()


@pytest.mark.parametrize("model", [None, nn.MLP, 3, "model", [one()]])
def test_models(model) -> None:
    for call in (
        lambda: nn.predict(model, X),
        lambda: nn.predict_classes(model, X),
        lambda: nn.accuracy(model, X, Y),
        lambda: nn.evaluate(model, X, Y, loss="mse"),
        lambda: nn.diagnose(model, X, Y),
        lambda: nn.fit(model, X, Y, progress=False),
    ):
        with pytest.raises(NNError):
            call()


cell = nn.RNNCell(2, 2, seed=0)
CALLS = {
    "sizes": lambda: nn.Neuron("a"),
    "no size": lambda: nn.Neuron(0),
    "half a size": lambda: nn.Neuron(2.5),
    "no sizes": lambda: nn.MLP(2, None),
    "sizes as text": lambda: nn.MLP(2, "12"),
    "activation of floats": lambda: nn.MLP(2, [3, 1], activation=math.tanh),
    "no activations": lambda: nn.MLP(2, [3, 1], activation=[None, None]),
    "init of text": lambda: nn.MLP(2, [3], init=lambda nin, nout: "x"),
    "seed": lambda: nn.MLP(2, [3], seed=np.random.default_rng(0)),
    "loss": lambda: nn.predict_classes(one(), X, loss="nope"),
    "loss as number": lambda: nn.predict_classes(one(), X, loss=3),
    "no loss": lambda: nn.evaluate(one(), X, Y, loss=None),
    "threshold nan": lambda: nn.predict_classes(one(), X, threshold=math.nan),
    "threshold inf": lambda: nn.accuracy(one(), X, Y, threshold=math.inf),
    "threshold as text": lambda: nn.predict_classes(one(), X, threshold="a"),
    "metric": lambda: nn.evaluate(one(), X, Y, loss="mse", metric="f1"),
    "metric of text": lambda: nn.evaluate(one(), X, Y, loss="mse", metric=lambda o, t: "a"),
    "loss of several": lambda: nn.evaluate(one(), X, Y, loss=lambda o, t: np.array([1.0, 2.0])),
    "loss of nothing": lambda: nn.evaluate(one(), X, Y, loss=lambda o, t: None),
    "diagnosis' loss": lambda: nn.diagnose(one(), X, Y, loss=3),
    "no parameters to clip": lambda: nn.clip_grad_norm_(None, 1.0),
    "text to clip": lambda: nn.clip_grad_norm_(["a"], 1.0),
    "a number to clip": lambda: nn.clip_grad_value_(3, 1.0),
    "clip below 0": lambda: nn.clip_grad_norm_([Value(1.0)], -1),
    "no parameters": lambda: nn.SGD(None, lr=0.1),
    "parameters as numbers": lambda: nn.Adam(np.array([1.0, 2.0])),
    "state as text": lambda: cell([1.0, 2.0], "ab"),
    "state of text": lambda: cell([1.0, 2.0], ["a", "b"]),
    "state too short": lambda: cell([1.0, 2.0], [1.0]),
    "lstm state": lambda: nn.LSTMCell(2, 2, seed=0)([1.0, 2.0], [1.0, 2.0]),
    "no sequence": lambda: nn.unroll(cell, None),
    "number for a sequence": lambda: nn.unroll(cell, 3),
    "no cell": lambda: nn.unroll(None, [[1.0]]),
    "a flat sequence": lambda: nn.unroll(cell, [1.0, 2.0]),
    "no state": lambda: one().load_state_dict(None),
    "numbers for names": lambda: one().load_state_dict({1: 2.0}),
    "texts for numbers": lambda: one().load_state_dict(dict.fromkeys(one().state_dict(), "1.0")),
    "suffix": lambda: one().save("model.txt"),
    "folder": lambda: one().load("/"),
    "matrices": lambda: nn.matrix.matrices(None),
    "matrix of text": lambda: nn.matrix.minibatch("a", Y, *nn.matrix.matrices(one())),
    "matrix of one column": lambda: nn.matrix.minibatch(X[:, :1], Y, *nn.matrix.matrices(one())),
    "losses": lambda: nn.losses.get(None),
    "delta": lambda: nn.losses.huber(1.0, 2.0, delta="a"),
    "loss of text": lambda: nn.losses.quadratic(["a"], ["b"]),
    "loss of dates": lambda: nn.losses.mse(1.0, np.datetime64("2020-01-01")),
    "loss of nothing given": lambda: nn.losses.quadratic([], []),
    "class as text": lambda: nn.losses.cross_entropy([1.0, 2.0], "a"),
    "complex": lambda: nn.losses.hinge(1j, 1),
    "softmax of text": lambda: nn.activations.get("softmax").function(["a"]),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_arguments(call) -> None:
    with pytest.raises((NNError, AutogradError)) as found:
        call()
    assert len(str(found.value)) > 20
