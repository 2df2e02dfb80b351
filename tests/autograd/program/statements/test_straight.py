"""Irregular graphs of one example: straight-line Python gives the eager engine's numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from program_support import assert_agrees

import autograd as ag
from autograd import Value
from autograd import compile as compiled

W = [Value(0.3), Value(-1.2), Value(2.0), Value(0.75)]
FUNCTIONS: list[Callable[..., Any]] = [
    ag.sin, ag.tanh, ag.sigmoid, ag.softplus, ag.atan, ag.relu, ag.abs, ag.gelu, ag.erf,
    lambda a: ag.exp(-a * a), lambda a: ag.log(a * a + 1.0), lambda a: a**2.0 * 0.1,
    lambda a: ag.clip(a, -0.5, 0.5), lambda a: ag.sqrt(ag.abs(a)),
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * ag.tanh(b),
    lambda a, b: a / (1.0 + b * b), ag.maximum, ag.minimum, ag.hypot, ag.atan2,
    lambda a, b: ag.where(a > b, a, 0.5 * b), lambda a, b: (1.0 + a * a) ** ag.tanh(b),
    lambda a, b, c: ag.mean([a, b, c]), lambda a, b, c: ag.logsumexp([a, b, c, a]),
    lambda a, b, c: ag.norm([a, b, 1.0, c]), lambda a, b, c: ag.dot([a, b], [c, a], b),
    lambda a, b, c: ag.prod([ag.tanh(a), ag.tanh(b), c]),
    lambda a, b, c: ag.sum([a, b, c, -0.5]),
]  # fmt: skip


def graph(seed: int, n: int) -> Callable[[Any], Any]:
    """n operations chosen by lot, on values chosen by lot."""
    rng = random.Random(seed)
    steps = []
    for i in range(n):
        f = rng.choice(FUNCTIONS)
        count = 1 if f in FUNCTIONS[:14] else 2 if f in FUNCTIONS[:24] else 3
        steps.append((f, [rng.randrange(7 + i) for _ in range(count)]))
    kept = [rng.randrange(7 + n) for _ in range(5)]

    def f(x: Any) -> Any:
        pool = [*x, *W]
        for step, places in steps:
            pool.append(step(*(pool[i] for i in places)))
        return ag.sum([ag.tanh(pool[i]) for i in kept]) + ag.tanh(pool[-1])

    return f


@pytest.mark.parametrize("seed", range(20))
def test_irregular_graphs(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=3)
    assert_agrees(graph(seed, 15 + 4 * seed), [x.tolist()], W, scale=10.0)


def test_a_large_irregular_graph() -> None:
    f = graph(100, 1500)
    assert_agrees(f, [[0.5, -1.0, 2.0]], W, scale=100.0, rel=1e-11)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_graphs_in_a_batch(seed: int) -> None:
    xs = np.random.default_rng(seed).normal(size=(3, 3))
    assert_agrees(graph(seed, 20), [xs], W, scale=10.0)


@pytest.mark.parametrize("c", [0.0, -0.0, float("inf"), -float("inf"), float("nan"), 1e300, 1e-300])
def test_constants_that_python_cannot_spell(c: float) -> None:
    for f in (
        lambda x: x + c, lambda x: c - x, lambda x: x * c, lambda x: x / c, lambda x: c / x,
        lambda x: ag.maximum(x, c), lambda x: ag.where(x > c, x, c), lambda x: ag.atan2(c, x),
        lambda x: x**c, lambda x: ag.hypot(c, x), lambda x: ag.sum([x, c]),
        lambda x: ag.dot([x, c], [c, x]), lambda x: ag.logsumexp([x, c]), lambda x: ag.clip(x, -c),
    ):  # fmt: skip
        for x in (2.0, 0.0, -1.5):
            try:
                f(Value(x))
            except ag.ArgumentError:
                continue
            assert_agrees(f, [x])


def test_python_errors_of_floats_are_ieee_numbers() -> None:
    """Overflow, division by nought, logarithms of negative numbers: inf and nan, no exception."""
    for f in (
        lambda x: 1.0 / x, lambda x: x / x, lambda x: ag.log(x), lambda x: ag.log(x - 1.0),
        lambda x: ag.exp(1000.0 + x), lambda x: ag.exp(1000.0 + x) * 0.0, lambda x: ag.sqrt(x - 1),
        lambda x: (x - 2.0) ** 0.5, lambda x: (x + 1e200) ** 2.0, lambda x: x**-1.0,
        lambda x: ag.acos(x + 2.0), lambda x: ag.atanh(x + 1.0), lambda x: ag.sinh(x + 1000.0),
        lambda x: ag.norm([x, x]), lambda x: ag.sin(1.0 / x), lambda x: ag.cosh(x - 1000.0),
        lambda x: (x + 1e300) * 1e300 - 1e300 * (x + 1e300), lambda x: ag.prod([x, 1e300, 1e300]),
        lambda x: ag.log1p(x - 1.0), lambda x: ag.cbrt(x), lambda x: ag.erf(1.0 / x),
        lambda x: ag.mean([1e308, 1e308, x]), lambda x: 2.0 ** (x + 2000.0),
    ):  # fmt: skip
        assert_agrees(f, [0.0])
        assert_agrees(f, [np.array([0.0])], reductions=(None,))


def test_several_results_of_one_example() -> None:
    f = graph(7, 30)
    program = compiled(lambda x: (f(x), [x[0], W[1], 2.5], {"k": f(x) * 2.0}))
    value, (x0, w, c), d = program([0.5, 0.25, -1.0])
    want = float(f([0.5, 0.25, -1.0]))
    np.testing.assert_allclose([value, d["k"]], [want, 2.0 * want], rtol=1e-12)
    assert (x0, w, c) == (0.5, -1.2, 2.5)
    assert all(type(v) is float for v in (value, x0, w, c, d["k"]))


def test_repeated_calls_give_the_same_bits() -> None:
    program = compiled(graph(11, 60))
    value, gradient = program.value_and_grad([0.5, -1.0, 2.0])
    kept = gradient.copy()
    program.value_and_grad([5.0, 1.0, -2.0])
    assert np.array_equal(gradient, kept)
    again = program.value_and_grad([0.5, -1.0, 2.0])
    assert again[0] == value
    assert np.array_equal(again[1], kept)
