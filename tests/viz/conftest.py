"""Graphs that several tests draw, as the documents give them."""

import math
from types import SimpleNamespace

import pytest

import nn
from autograd import Value, dot, mean, relu, sigmoid, tanh
from autograd import sum as total


def named(value: Value, label: str) -> Value:
    value.label = label
    return value


def regression() -> Value:
    """Document 003, examples 4 to 6: w = 5, x = 1, b = 1, y = 2, J = 16."""
    w, x, b, y = (Value(v, label=n) for v, n in ((5, "w"), (1, "x"), (1, "b"), (2, "y")))
    z = named(w * x + b, "z")
    return named(named(z - y, "r") ** 2, "J")


def fan_out() -> Value:
    """Document 003, example 7, with numbers that give ∂f/∂b = 7 + 2 = 9."""
    a, b, c = (Value(v, label=n) for v, n in ((1, "a"), (1, "b"), (6, "c")))
    return named(named(a + b, "x") * named(b + c, "y"), "f")


def square() -> Value:
    a = Value(3.0, label="a")
    return named(a * a, "f")


def marked() -> Value:
    """A ReLU that is off, a sigmoid and a tanh that are saturated, constants on both sides."""
    x = Value(-4.0, label="x")
    return named(total([relu(x), sigmoid(2 * x), tanh(x - 1), 1.0]), "f")


def neuron() -> Value:
    ws = [Value(v, label=f"layer1.neuron0.w[{i}]") for i, v in enumerate((0.5, -0.25, 2.0))]
    xs = [Value(v, label=f"x{i}") for i, v in enumerate((1.0, 2.0, 3.0))]
    return named(tanh(dot(ws, xs, Value(0.125, label="layer1.neuron0.b"))), "a")


def mlp() -> Value:
    """An MLP 3-4-4-1 on one example, with squared error."""
    model = nn.MLP(3, [4, 4, 1], activation="tanh", seed=1)
    xs = [Value(v, label=f"x{i}") for i, v in enumerate((2.0, 3.0, -1.0), start=1)]
    return named((model(xs) - 1.0) ** 2, "L")


def points(n: int) -> list[tuple[list[float], float]]:
    """Two interlocking half circles, without noise."""
    angles = [math.pi * i / max(1, n - 1) for i in range(n)]
    upper = [([math.cos(t), math.sin(t)], 1.0) for t in angles[::2]]
    return upper + [([1 - math.cos(t), 0.5 - math.sin(t)], -1.0) for t in angles[1::2]]


def moons(n: int = 100) -> Value:
    """micrograd's model 2-16-16-1 on n points, with the hinge loss."""
    model = nn.MLP(2, [16, 16, 1], seed=0)
    return named(mean([relu(1.0 - y * model(x)) for x, y in points(n)]), "loss")


def by_hand(n: int, sizes: tuple[int, ...] = (2, 3, 1)) -> Value:
    """A network on n points, each neuron of + and × one operation at a time."""
    model = nn.MLP(sizes[0], sizes[1:], seed=0)
    losses = []
    for x, y in points(n):
        for layer in model.layers:
            x = [sum((w * v for w, v in zip(u.w, x, strict=True)), u.b) for u in layer.neurons]
            x = [v.relu() for v in x] if layer is not model.layers[-1] else x
        losses.append((x[0] - y) ** 2)
    return named(sum(losses) * (1.0 / n), "loss")


def unrolled(steps: int = 4, size: int = 1, kind: type = nn.RNNCell) -> Value:
    """A recurrent cell over a sequence; the loss is on its last state."""
    outputs, _ = nn.unroll(kind(1, size, seed=0), [[math.sin(t)] for t in range(steps)])
    return named((total(outputs[-1]) - 1.0) ** 2, "L")


MODELS = [mlp, moons, by_hand, unrolled]
GRAPHS = [regression, fan_out, square, marked, neuron]


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """The functions above, each of which builds a new graph."""
    return SimpleNamespace(
        named=named, **{function.__name__: function for function in GRAPHS + MODELS}
    )


@pytest.fixture(params=GRAPHS, ids=lambda build: build.__name__)
def graph(request: pytest.FixtureRequest) -> Value:
    """One graph after another, after `backward()`."""
    root = request.param()
    root.backward()
    return root


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """A machine on which no layout engine can be found."""
    monkeypatch.delenv("CHAINRULE_DOT", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("viz.layout.engine._script_folders", lambda: iter([str(tmp_path)]))
