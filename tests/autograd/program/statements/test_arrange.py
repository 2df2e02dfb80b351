"""Isomorphic nodes become rows of arrays: networks of every shape still give eager numbers."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from program_support import assert_agrees

import autograd as ag
from autograd import Value

ACTIVATIONS = [ag.tanh, ag.sigmoid, ag.softplus, ag.sin, lambda z: z * ag.sigmoid(z), ag.atan]


def weighted(style: str, ws: Sequence[Any], xs: Sequence[Any], b: Any) -> Any:
    """Σ w·x + b, as people write it."""
    if style == "dot":
        return ag.dot(list(ws), list(xs), b)
    if style == "sum":
        return sum((w * x for w, x in zip(ws, xs, strict=True)), b)
    if style == "last":
        return sum(x * w for w, x in zip(ws, xs, strict=True)) + b
    if style == "ag.sum":
        return ag.sum([*(w * x for w, x in zip(ws, xs, strict=True)), b])
    total = b
    for w, x in zip(ws, xs, strict=True):
        total = total - (-w) * x
    return total


STYLES = ("dot", "sum", "last", "ag.sum", "minus")


class Network:
    """A random layered network: skips, shared weights, ragged sums, mixed activations."""

    def __init__(self, seed: int, styles: Sequence[str]):
        self.rng = random.Random(seed)
        self.styles = styles
        self.parameters: list[Value] = []
        self.inputs = self.rng.randint(1, 5)
        self.layers: list[list[tuple[Any, ...]]] = []
        width, before = self.inputs, self.inputs
        for _ in range(self.rng.randint(1, 4)):
            count = self.rng.randint(1, 6)
            regular = self.rng.random() < 0.5
            layer = [self._neuron(width, before, regular) for _ in range(count)]
            if self.rng.random() < 0.3:  # weights of the first neuron for all
                layer = [(layer[0][0], b, sources[: len(layer[0][0])], *rest)
                         for (_, b, sources, *rest) in layer
                         if len(sources) >= len(layer[0][0])]  # fmt: skip
            self.rng.shuffle(layer)
            self.layers.append(layer)
            before, width = len(layer), width + len(layer)

    def _value(self) -> Value:
        if self.parameters and self.rng.random() < 0.1:
            return self.rng.choice(self.parameters)
        self.parameters.append(Value(self.rng.uniform(-1.5, 1.5)))
        return self.parameters[-1]

    def _neuron(self, width: int, before: int, regular: bool) -> tuple[Any, ...]:
        sources = list(range(width - before, width))
        if not regular:
            sources = [self.rng.randrange(width) for _ in range(self.rng.randint(1, before + 1))]
        ws = [self._value() for _ in sources]
        bias = self._value() if regular or self.rng.random() < 0.6 else 0.25
        style = self.styles[0] if regular else self.rng.choice(self.styles)
        activation = ACTIVATIONS[0] if regular else self.rng.choice(ACTIVATIONS)
        return (ws, bias, sources, style, activation)

    def __call__(self, x: Sequence[Any]) -> Any:
        values = list(x)
        for layer in self.layers:
            new = [
                activation(weighted(style, ws, [values[i] for i in sources], b))
                for ws, b, sources, style, activation in layer
            ]
            values += new
        return ag.sum([v * v for v in values[-len(self.layers[-1]) :]]) + values[self.inputs]


@pytest.mark.parametrize("seed", range(40))
def test_random_networks(seed: int) -> None:
    network = Network(seed, STYLES[seed % 5 :] + STYLES[: seed % 5])
    xs = np.random.default_rng(seed).normal(size=(3, network.inputs))
    assert_agrees(network, [xs], network.parameters, scale=10.0)
    assert_agrees(network, [xs[0].tolist()], network.parameters, scale=10.0)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("widths", [(3, 4, 2), (1, 1, 1), (2, 5, 5, 1), (4, 1, 3), (6, 6)])
def test_layered_networks_in_every_style(style: str, widths: tuple[int, ...]) -> None:
    rng = random.Random(3)
    layers = [
        [([Value(rng.gauss(0, 1)) for _ in range(n)], Value(rng.gauss(0, 1))) for _ in range(m)]
        for n, m in itertools.pairwise(widths)
    ]
    parameters = [p for layer in layers for ws, b in layer for p in (*ws, b)]

    def f(x: Any) -> Any:
        values = list(x)
        for layer in layers:
            values = [ag.tanh(weighted(style, ws, values, b)) for ws, b in layer]
        return ag.sum([(v - 0.5) ** 2 for v in values])

    xs = np.random.default_rng(1).normal(size=(4, widths[0]))
    assert_agrees(f, [xs], parameters, scale=1.0)
    assert_agrees(f, [xs[0].tolist()], parameters, scale=1.0)


P = [Value(0.3 * i - 1.1) for i in range(12)]


def outer(a: Sequence[Any], b: Sequence[Any]) -> list[Any]:
    return [u * v for u in a for v in b]


def spread(nodes: Sequence[Any]) -> Any:
    """A sum in which every node has a weight of its own."""
    return ag.sum([(1.0 + 0.5 * i) * node for i, node in enumerate(nodes)])


def matrix(rows: int, columns: int, offset: int = 0) -> list[list[Value]]:
    return [P[offset + i * columns : offset + (i + 1) * columns] for i in range(rows)]


def product(w: Sequence[Sequence[Any]], x: Sequence[Any]) -> list[Any]:
    return [ag.dot(list(row), list(x)) for row in w]


SHAPES: dict[str, Callable[[Any], Any]] = {
    "one matrix twice": lambda x: spread(
        product(matrix(4, 3), x[:3]) + product(matrix(4, 3), x[1:4])
    ),
    "one matrix on its own result": lambda x: spread(
        product(matrix(3, 3), product(matrix(3, 3), x[:3]))
    ),
    "a matrix and its transpose": lambda x: spread(
        product(list(zip(*matrix(2, 3), strict=True)), product(matrix(2, 3), x[:3]))
    ),
    "rows in reverse": lambda x: spread(product(matrix(4, 3)[::-1], x[:3])),
    "columns in reverse": lambda x: spread(product([r[::-1] for r in matrix(4, 3)], x[:3])),
    "inputs in reverse": lambda x: spread(product(matrix(4, 3), x[2::-1])),
    "strided": lambda x: spread(product([P[i::4] for i in range(4)], x[::2])),
    "overlapping rows": lambda x: spread(product([P[i : i + 3] for i in range(8)], x[:3])),
    "a convolution": lambda x: spread([ag.dot(P[:3], list(x[i : i + 3])) for i in range(4)]),
    "a convolution that skips": lambda x: spread(
        [ag.dot(P[:2], [x[i], x[i + 2]]) for i in range(4)]
    ),
    "a convolution, then its own": lambda x: spread(
        [
            ag.dot(P[:3], list(y[i : i + 3]))
            for y in [[ag.tanh(ag.dot(P[3:6], list(x[i : i + 3]))) for i in range(4)]]
            for i in range(2)
        ]
    ),
    "circular": lambda x: spread([ag.dot(P[:3], [x[(i + j) % 6] for j in range(3)])
                                  for i in range(6)]),
    "ragged": lambda x: spread([ag.dot(P[: i + 1], list(x[: i + 1])) for i in range(6)]),
    "triangle": lambda x: spread([x[i] * x[j] for i in range(6) for j in range(i + 1)]),
    "all pairs": lambda x: spread(outer(x, x)),
    "outer": lambda x: spread(outer(P[:4], x)),
    "outer, repeated": lambda x: spread(outer([P[0], P[0], P[3]], [x[1], x[1], x[0], x[1]])),
    "gram": lambda x: spread(product([x[:3], x[3:]], x[:3]) + product([x[:3], x[3:]], x[3:])),
    "parameters only": lambda x: spread(product(matrix(4, 3), P[:3])) + x[0],
    "a parameter in both": lambda x: spread([ag.dot([p, q], [q, x[0]]) for p in P[:3]
                                             for q in P[3:5]]),
    "the same node many times": lambda x: ag.sum([ag.tanh(x[0])] * 5 + [x[0]] * 3),
    "a node whole and in part": lambda x: (
        (lambda h: ag.sum(h) + h[2] * h[0] + spread(h[1:4]))(
            [ag.tanh(z) for z in product(matrix(4, 3), x[:3])]
        )
    ),
    "only some nodes used": lambda x: (
        (lambda h: h[0] * h[3] + h[3])([ag.sin(z) for z in product(matrix(4, 3), x[:3])])
    ),
    "every other": lambda x: (lambda h: spread(h[::2]))([ag.sin(a * b) for a in x for b in P[:3]]),
    "one of many": lambda x: [ag.exp(a) for a in x][3],
    "reduced twice": lambda x: ag.sum(x) * ag.sum([ag.sum(P[:4]), ag.sum(P[4:8])]),
    "means of columns": lambda x: spread(
        [ag.mean([row[j] for row in matrix(4, 3)]) * x[j] for j in range(3)]
    ),
    "normalised": lambda x: (
        (lambda m: (lambda s: spread([(v - m) / s for v in x]))(
            ag.sqrt(ag.mean([(v - m) ** 2 for v in x]) + 1e-5)))(ag.mean(list(x)))
    ),
    "attention": lambda x: (
        (lambda q, k, v: spread([
            ag.dot(ag.softmax([ag.dot(a, b) for b in k]), [r[c] for r in v])
            for a in q for c in range(2)]))(
            *[[[ag.dot(P[o + 2 * c : o + 2 * c + 2], [x[2 * t], x[2 * t + 1]]) for c in range(2)]
               for t in range(3)] for o in (0, 4, 8)])
    ),
    "a polynomial": lambda x: sum(p * x[0] ** i for i, p in enumerate(P[:6])),
    "Horner": lambda x: functools.reduce(lambda a, p: a * x[0] + p, P, 0.0),
    "a recurrence": lambda x: functools.reduce(
        lambda h, v: ag.tanh(P[0] * h + P[1] * v + P[2]), x, 0.0
    ),
    "signs": lambda x: x[0] - x[1] - (x[2] - x[3]) + (-(x[4] - P[0] * x[5])) - 2.0 * x[0],
    "constant factors": lambda x: ag.sum([0.5 * v for v in x[:3]] + [-1.0 * v for v in x[3:]]),
    "factors of one": lambda x: spread([1.0 * a + b * 1.0 for a, b in zip(x, P, strict=False)]),
    "factors of nought": lambda x: spread([0.0 * a + b for a, b in zip(x, P, strict=False)]),
    "a constant alone": lambda x: ag.sum([2.0, 3.0]) + 0.0 * x[0] + ag.dot([1.0, 2.0], [3.0, 4.0]),
    "constants among": lambda x: spread([ag.dot([p, 2.0, 3.0], [x[i], x[0], 1.5], 0.25 * i)
                                         for i, p in enumerate(P[:4])]),
    "sums of sums": lambda x: ag.sum([ag.sum([a, b]) for a, b in zip(x, P, strict=False)]) * 2.0,
    "a sum used twice": lambda x: (lambda s: s * s + s)(ag.sum([a * b for a, b in
                                                                zip(x, P, strict=False)])),
    "a product used twice": lambda x: (lambda m: ag.sum(m) + spread(m))(
        [a * b for a, b in zip(x, P, strict=False)]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str) -> None:
    xs = np.random.default_rng(2).normal(size=(3, 6))
    assert_agrees(SHAPES[name], [xs], P, scale=10.0)
    assert_agrees(SHAPES[name], [xs[0].tolist()], P, scale=10.0)


@pytest.mark.parametrize("seed", range(30))
def test_gathers_at_random(seed: int) -> None:
    """Rows repeated, out of order and left out, in sums, products and dots of a level."""
    rng = random.Random(seed)

    def pick(pool: Sequence[Any], n: int) -> list[Any]:
        return [rng.choice(pool) for _ in range(n)]

    n, length, kind = rng.randint(1, 6), rng.randint(1, 4), rng.randrange(4)
    plan = [(pick(range(12), length), pick(range(6), length)) for _ in range(n)]
    second = [pick(range(n), length) for _ in range(rng.randint(1, 5))]

    def f(x: Any) -> Any:
        if kind == 0:
            h = [ag.dot([P[i] for i in a], [x[j] for j in b]) for a, b in plan]
        elif kind == 1:
            h = [ag.sum([P[i] * P[j] for i, j in zip(a, b, strict=True)]) + x[0] for a, b in plan]
        elif kind == 2:
            h = [ag.norm([*(x[j] for j in b), *(P[i] for i in a)]) for a, b in plan]
        else:
            h = [ag.atan2(P[a[0]], x[b[0]]) * x[b[-1]] for a, b in plan]
        g = [ag.tanh(v) for v in h]
        return spread([ag.sum([g[i] for i in row]) for row in second]) + g[0] * h[-1]

    xs = np.random.default_rng(seed).normal(size=(3, 6))
    assert_agrees(f, [xs], P, scale=10.0)
    assert_agrees(f, [xs[0].tolist()], P, scale=10.0)
