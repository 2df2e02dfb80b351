"""Loops and choices: what is not taken is sent nothing, however steep it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import compile, exp, log, scan, sqrt, where

BACKENDS = ("python", "numpy", "native", "jax")


def overflowing(c: Any) -> Any:
    def step(s: Any, x: Any) -> Any:
        a, d, _ = s
        return (a, exp(a), where(x > 0.5, a * 0.5, d)), None

    return scan(step, (c, 0.0, 0.0), np.array([0.0, 0.0, 1.0]))[0][2]


def infinite(c: Any) -> Any:
    def step(s: Any, x: Any) -> Any:
        p, q = s
        return (p * 1.0, where(x < 1e300, q + p, q)), x * p

    (p, q), ys = scan(step, (c, 0.0), [1.0, np.inf, 2.0])
    return q + where(p > 5, ys[1], 0.0)


def after_the_loop(b: Any) -> Any:
    s = scan(lambda s, x: ((s[0] * x, s[1] * x), None), (sqrt(b), b), [1.0, 2.0])[0]
    return where(s[1] > 0, s[0], b)


CASES: dict[str, tuple[Callable[[Any], Any], float]] = {
    "a step that overflows": (overflowing, 1000.0),
    "infinite items": (infinite, 1.0),
    "a constant": (
        lambda b: scan(lambda s, x: (s + where(x > 0, log(b), 0.0), None), b, [0.0, 0.0])[0],
        0.0,
    ),
    "an item": (
        lambda b: scan(lambda s, x: (s + where(s > 5, x, 1.0), None), b, [sqrt(b), b])[0],
        0.0,
    ),
    "the first carry": (
        lambda b: scan(lambda s, x: (where(x > 5, s, x), None), sqrt(b), [1.0, 2.0])[0],
        0.0,
    ),
    "a power": (
        lambda b: scan(lambda s, t: (where(t > s, b**0.5, s), None), 1.0, [0.0, 0.5])[0],
        0.0,
    ),
    "a result": (after_the_loop, 0.0),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", CASES)
def test_first_order(case: str, backend: str) -> None:
    f, x = CASES[case]
    want = ag.value_and_grad(f)(x)
    assert np.isfinite(want).all()
    assert compile(f, argnums=0, backend=backend).value_and_grad(x) == want


@pytest.mark.parametrize("backend", ["python", "numpy", "native"])
@pytest.mark.parametrize("x", [0.0, 1.0])
def test_second_order(x: float, backend: str) -> None:
    def f(b: Any) -> Any:
        return b * sqrt(scan(lambda q, x: (where(b < x, q, x), None), b, [0.0])[0])

    assert ag.hessian(f)(x) == 0.0
    assert compile(f, argnums=0, backend=backend).hessian(x) == 0.0
    assert compile(ag.hessian(f), backend=backend)(x) == 0.0
