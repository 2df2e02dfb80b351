"""Graphs that several tests draw, as the documents give them."""

from types import SimpleNamespace

import pytest

from autograd import Value, dot, relu, sigmoid, tanh
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


GRAPHS = [regression, fan_out, square, marked, neuron]


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """The functions above, each of which builds a new graph."""
    return SimpleNamespace(named=named, **{function.__name__: function for function in GRAPHS})


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
    monkeypatch.setattr("viz.layout._script_folders", lambda: iter([str(tmp_path)]))
