"""check_grads near the ends of a function's domain, and at large and small points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd as ag

POINTS: dict[str, tuple[Callable[[Any], Any], float]] = {
    "log near 0": (ag.log, 1e-6),
    "log far out": (ag.log, 1e300),
    "sqrt near 0": (ag.sqrt, 1e-4),
    "1/x near 0": (lambda x: 1 / x, 1e-5),
    "asin near 1": (ag.asin, 0.9999),
    "atanh near 1": (ag.atanh, 0.99999),
    "sin far out": (ag.sin, 1e4),
    "sin, fast": (lambda x: ag.sin(1000 * x), 1.0),
    "tan near its pole": (ag.tan, 1.57),
    "exp, large": (ag.exp, 700.0),
    "relu beside its kink": (ag.relu, 1e-9),
    "x³ at 0": (lambda x: x**3, 0.0),
    "a point that rounds away": (lambda x: 1 + x, 1e-300),
    "a square beyond float range": (lambda x: x * x, 1e100),
    "a constant": (lambda x: 3.0, 1.0),
}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", POINTS)
def test_right_derivatives_pass(name: str, order: int) -> None:
    f, x = POINTS[name]
    ag.check_grads(f, (x,), order=order)


@pytest.mark.parametrize("name", ["log near 0", "asin near 1", "tan near its pole", "exp, large"])
def test_a_wrong_derivative_is_noticed_there_too(name: str) -> None:
    f, x = POINTS[name]

    def wrong(v: Any) -> Any:
        out = f(v)
        return ag.Value(out.data, (v,), (1.0001 * float(ag.grad(f)(v.data)),))

    with pytest.raises(ag.GradientCheckError):
        ag.check_grads(wrong, (x,))


def test_a_kink_is_called_by_its_name() -> None:
    with pytest.raises(ag.GradientCheckError, match=r"0\.0 by backward\(\), 0\.5 measured"):
        ag.check_grads(ag.relu, (0.0,))
