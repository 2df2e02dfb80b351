"""Sums of products, whatever way they were written, have one form and eager numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from program_support import assert_agrees

import autograd as ag
from autograd import Value
from autograd import compile as compiled

INF, NAN = float("inf"), float("nan")
W, B = Value(2.0), Value(-0.5)
EDGES = (0.0, -1.0, 2.0, 0.5, INF, -INF, NAN)

FORMS: dict[str, Callable[[Any, Any], Any]] = {
    "a product minus itself": lambda x, y: x * y - x * y,
    "a difference": lambda x, y: x - y,
    "of a difference": lambda x, y: W - (x - y),
    "minus a product": lambda x, y: B - x * y,
    "minus a constant times": lambda x, y: x - 3.0 * y,
    "a constant minus": lambda x, y: 1.0 - x * y,
    "plus nought": lambda x, y: (x + 0.0) * y,
    "nought plus": lambda x, y: (0.0 + x) * (y + 0.0),
    "nought times": lambda x, y: 0.0 * x + y,
    "minus one times": lambda x, y: -1.0 * x + y * -1.0,
    "one times": lambda x, y: 1.0 * x + y * 1.0,
    "a sum of a sum": lambda x, y: ag.sum([ag.sum([x, y, 2.0]), x * W, 3.0]),
    "a sum and a dot": lambda x, y: ag.dot([W, x, 2.0], [x, y, 3.0], B) - x * W + 1.5,
    "an inner sum used twice": lambda x, y: (lambda s: s - s * W)(x + y),
    "an inner product used twice": lambda x, y: (lambda m: m + x * m)(x * y),
    "a square": lambda x, y: x * x + y * y - (x + y) * (x - y),
    "a product of constants": lambda x, y: ag.dot([2.0, 3.0], [4.0, 5.0], x),
    "constants only": lambda x, y: ag.dot([2.0], [4.0]) + ag.sum([1.0, 2.0]) + 0.0 * x,
    "infinity plus": lambda x, y: x + INF - y,
    "infinity times": lambda x, y: x * INF + y,
    "nan times": lambda x, y: x * NAN + y,
    "a mean": lambda x, y: ag.mean([x, y * W, 3.0]) - x,
    "one operand": lambda x, y: ag.sum([x]) * ag.mean([y]) + ag.dot([x], [1.0]),
    "no operands": lambda x, y: ag.sum([]) + x * ag.dot([], []) + y,
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    """At edges too: an inf or a nan is where the eager engine has it."""
    pairs = np.array([*itertools.product(EDGES, repeat=2)])
    columns = list(pairs.T)
    assert_agrees(FORMS[name], columns, [W, B], reductions=(None,), scale=1.0)
    for x, y in ((0.5, -1.25), (INF, 0.0), (0.0, NAN), (3.0, -INF)):
        assert_agrees(FORMS[name], [x, y], [W, B], scale=1.0)


def test_sums_in_every_style_are_one_statement() -> None:
    ws = [Value(0.1 * i) for i in range(8)]
    styles: list[Callable[[Any], Any]] = [
        lambda x: ag.dot(ws, list(x), B),
        lambda x: sum((w * v for w, v in zip(ws, x, strict=True)), B),
        lambda x: sum(w * v for w, v in zip(ws, x, strict=True)) + B,
        lambda x: ag.sum([*(v * w for w, v in zip(ws, x, strict=True)), B]),
        lambda x: ag.dot(list(x), ws) + B,
    ]  # fmt: skip
    xs = np.ones((3, 8))
    texts = {str(compiled(f).trace(xs).source) for f in styles}
    assert len(texts) == 1


def test_a_long_sum_keeps_its_digits() -> None:
    xs = np.random.default_rng(0).normal(size=(2, 400))
    assert_agrees(lambda x: sum(v * W for v in x), [xs], [W], scale=100.0, reductions=(None,))
    assert_agrees(lambda x: ag.sum(list(x)), [xs], [W], scale=100.0, reductions=(None,))
    assert_agrees(lambda x: ag.sum(list(x)), [xs[0].tolist()], [W], scale=100.0)


def test_what_cancels_cancels_in_the_written_order() -> None:
    """(x − y) + z with x = y is z to the last digit, not what is left of x + z."""
    for f in (lambda x, y, z: (x - y) + z, lambda x, y, z: (W * x - W * y) + z * W):
        x, y, z = np.array([1e20, 3e15]), np.array([1e20, 3e15]), np.array([0.25, 0.25])
        np.testing.assert_allclose(
            compiled(f)(x, y, z), [float(f(Value(1e20), Value(1e20), Value(0.25)))] * 2
        )
