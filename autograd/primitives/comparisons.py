"""Comparisons and their combinations as primitives: 1 where something holds, 0 where it does not.

They are what a program records of `x > y`, and as what a rule that compares is read. Their
derivative is 0, and no message goes over them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.primitives.primitive import Block, Primitive
from autograd.primitives.shapes import Binary, Unary

COMPARISONS: dict[str, Primitive] = {}
"""By name. They are no functions for users, and so not in `PRIMITIVES`."""


def _comparison(name: str, symbol: str, holds: Callable[..., Any], arrays: Any) -> Primitive:
    def body(x: float, y: float) -> float:
        return 1.0 if holds(x, y) else 0.0

    body.__name__, body.__doc__ = name, f"1 if x {symbol} y, else 0."
    block = Block(symbol, f"[{{0}} {symbol} {{1}}]", arrays, (0.0, 0.0), op=symbol, selects=True)
    COMPARISONS[name] = made = Binary(body, block, {})
    return made


less = _comparison("less", "<", operator.lt, np.less)
less_equal = _comparison("less_equal", "≤", operator.le, np.less_equal)
greater = _comparison("greater", ">", operator.gt, np.greater)
greater_equal = _comparison("greater_equal", "≥", operator.ge, np.greater_equal)
equals = _comparison("equal", "=", operator.eq, np.equal)
both = _comparison("both", "and", lambda x, y: x and y, np.logical_and)
either = _comparison("either", "or", lambda x, y: x or y, np.logical_or)


def inverse_(x: float) -> float:
    """1 if x is 0, else 0."""
    return 0.0 if x else 1.0


inverse = COMPARISONS["inverse"] = Unary(
    inverse_, Block("not", "[not {0}]", np.logical_not, 0.0, op="not", selects=True), {}
)
