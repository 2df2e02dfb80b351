"""Every model and loss of `nn` as a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from program_support import assert_agrees

import autograd as ag
import nn

RNG = np.random.default_rng(1)
X = RNG.normal(size=(4, 3))
ACTIVATIONS = sorted(nn.activations.ACTIVATIONS)


@pytest.mark.parametrize("activation", [a for a in ACTIVATIONS if a != "softmax"])
def test_an_mlp_of_every_activation(activation: str) -> None:
    model = nn.MLP(3, [4, 3, 2], activation=activation, seed=1)
    targets = RNG.normal(size=(4, 2))

    def loss(x: Any, y: Any) -> Any:
        return nn.losses.quadratic(model(x), y)

    assert_agrees(loss, [X, targets], model.parameters(), scale=1.0)
    assert_agrees(loss, [X[0].tolist(), targets[0].tolist()], model.parameters(), scale=1.0)


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_an_mlp_of_every_output(output: str) -> None:
    model = nn.MLP(3, [4, 3], activation="tanh", output_activation=output, seed=2)

    def loss(x: Any) -> Any:
        return ag.dot([1.0, -2.0, 0.5], list(model(x)))

    assert_agrees(loss, [X], model.parameters(), scale=1.0)
    assert_agrees(loss, [X[0].tolist()], model.parameters(), scale=1.0)


def test_micrograds_names() -> None:
    """A single output comes back unwrapped; ReLU and no bias at 0."""
    model = nn.MLP(3, [16, 16, 1], seed=3)
    ys = np.array([1.0, -1.0, -1.0, 1.0])

    def loss(x: Any, y: Any) -> Any:
        return (1.0 + -y * model(list(x))).relu() + 1e-4 * sum(p * p for p in model.parameters())

    assert_agrees(loss, [X, ys], model.parameters(), scale=1.0, rel=1e-11)


NUMBERS = RNG.normal(size=(4, 3))
PROBABILITIES = RNG.uniform(0.0, 1.0, (4, 3))
ONE_HOT = np.eye(3)[[0, 2, 1, 1]]
SIGNS = np.where(RNG.normal(size=(4, 3)) > 0.0, 1.0, -1.0)
LABELS = np.array([0, 2, 1, 1])
TARGETS: dict[str, list[Any]] = {
    "quadratic": [NUMBERS],
    "mse": [NUMBERS],
    "hinge": [SIGNS],
    "huber": [NUMBERS],
    "l1": [NUMBERS],
    "smooth_l1": [NUMBERS],
    "gaussian_nll": [NUMBERS],
    "nll": [LABELS],
    "binary_cross_entropy": [PROBABILITIES, ONE_HOT],
    "binary_cross_entropy_with_logits": [PROBABILITIES, ONE_HOT],
    "categorical_cross_entropy": [ONE_HOT, LABELS],
    "cross_entropy": [ONE_HOT, PROBABILITIES / PROBABILITIES.sum(1, keepdims=True), LABELS],
}


@pytest.mark.parametrize("name", sorted(nn.losses.LOSSES))
def test_every_loss(name: str) -> None:
    loss = nn.losses.LOSSES[name]
    squash: dict[str, Callable[[Any], Any]] = {
        "binary_cross_entropy": lambda z: [ag.sigmoid(v) for v in z],
        "categorical_cross_entropy": ag.softmax,
        "nll": ag.log_softmax,
        "gaussian_nll": lambda z: [*z, *(ag.exp(v) for v in z)],
    }
    model = nn.MLP(3, [4, 3], activation="tanh", seed=4)

    def f(x: Any, y: Any) -> Any:
        return loss(squash.get(name, list)(model(x)), y)

    for targets in TARGETS[name]:
        assert_agrees(f, [X, targets], model.parameters(), scale=1.0)
        whole = int if targets.ndim == 1 else np.ndarray.tolist
        assert_agrees(f, [X[1].tolist(), whole(targets[1])], model.parameters(), scale=1.0)


@pytest.mark.parametrize("name", ["quadratic", "mse", "hinge", "huber", "binary_cross_entropy",
                                  "binary_cross_entropy_with_logits"])  # fmt: skip
def test_losses_of_one_output(name: str) -> None:
    loss = nn.losses.LOSSES[name]
    model = nn.MLP(3, [4, 1], activation="tanh", output_activation="sigmoid", seed=5)
    ys = np.array([1.0, -1.0, 1.0, 1.0]) if name == "hinge" else np.array([1.0, 0.0, 0.0, 1.0])

    def f(x: Any, y: Any) -> Any:
        return loss(model(x), y)

    assert_agrees(f, [X, ys], model.parameters(), scale=1.0)
    assert_agrees(f, [X[0].tolist(), 1.0], model.parameters(), scale=1.0)


@pytest.mark.parametrize("name", ["mse", "cross_entropy", "hinge"])
def test_targets_that_are_constants(name: str) -> None:
    target: Any = 2 if name == "cross_entropy" else [1.0, -1.0, 1.0]
    loss = nn.losses.LOSSES[name]
    model = nn.MLP(3, [3], seed=6)
    assert_agrees(lambda x: loss(model(x), target), [X], model.parameters(), scale=1.0)


CELLS: dict[str, Callable[[], Any]] = {
    "RNN": lambda: nn.RNNCell(2, 3, seed=0),
    "RNN relu": lambda: nn.RNNCell(2, 3, nonlinearity="relu", seed=0),
    "RNN without bias": lambda: nn.RNNCell(2, 3, bias=False, seed=0),
    "LSTM": lambda: nn.LSTMCell(2, 3, seed=0),
    "LSTM without bias": lambda: nn.LSTMCell(2, 3, bias=False, seed=0),
    "GRU": lambda: nn.GRUCell(2, 3, seed=0),
    "GRU without bias": lambda: nn.GRUCell(2, 3, bias=False, seed=0),
}


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("steps", [1, 3])
def test_recurrent_cells(name: str, steps: int) -> None:
    cell = CELLS[name]()
    sequences = np.random.default_rng(2).normal(size=(3, steps, 2))

    def last(xs: Any) -> Any:
        outputs, _ = nn.unroll(cell, [list(x) for x in xs])
        return ag.dot([1.0, -2.0, 0.5], list(outputs[-1]))

    def every(xs: Any) -> Any:
        outputs, _ = nn.unroll(cell, [list(x) for x in xs])
        return ag.mean([h * h for row in outputs for h in row])

    for f in (last, every):
        assert_agrees(f, [sequences], cell.parameters(), scale=1.0, reductions=(None,))
    assert_agrees(last, [sequences[0].tolist()], cell.parameters(), scale=1.0)


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("width", [1, 2, 9])
def test_mlps_of_several_sizes(width: int, depth: int) -> None:
    model = nn.MLP(3, [width] * depth + [2], activation="sigmoid", seed=7)

    def loss(x: Any, i: Any) -> Any:
        return nn.losses.cross_entropy(model(x), i)

    assert_agrees(loss, [X, np.array([0, 1, 1, 0])], model.parameters(), scale=1.0)


def test_a_long_reduction() -> None:
    model = nn.MLP(300, [2, 1], activation="tanh", seed=8)
    xs = RNG.normal(size=(3, 300))
    f = lambda x: nn.losses.mse(model(x), 0.5) + ag.mean([v * v for v in x])  # noqa: E731
    assert_agrees(f, [xs], model.parameters(), scale=1.0, rel=1e-9)


def test_weights_of_two_models_that_share() -> None:
    one, other = nn.MLP(3, [3], seed=9), nn.MLP(3, [3], activation=None, seed=10)
    other.layers[0].neurons[1].w = one.layers[0].neurons[0].w

    def loss(x: Any) -> Any:
        return nn.losses.quadratic(other([ag.tanh(v) for v in one(x)]), [1.0, 0.0, -1.0])

    found = {id(p): p for p in (*one.parameters(), *other.parameters())}
    assert_agrees(loss, [X], list(found.values()), scale=1.0)
