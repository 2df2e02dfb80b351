"""Adding up numbers: from left to right, as written, on every version of Python.

From Python 3.12 on the builtin `sum` of floats compensates for rounding, and NumPy adds in pairs:
each is good, but what cancels in the order that was written is to cancel in all of ours.
"""

from __future__ import annotations

import builtins
from collections import deque
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import numpy as np


def _accumulated(xs: Iterable[float], start: float = 0.0) -> float:
    return deque(accumulate(xs, initial=start), maxlen=1).pop()


def _builtin(xs: Iterable[float], start: float = 0.0) -> float:
    return builtins.sum(xs, start)


plain_sum = _builtin if builtins.sum([1e16, 1.0, -1e16]) == 0.0 else _accumulated
"""((start + x₁) + x₂) + … of floats; the builtin where it does the same, which is quicker."""


def add_in_order(
    array: Any,
    axis: Any = None,
    _: None = None,
    out: Any = None,
    keepdims: bool = False,
    initial: float = 0.0,
) -> Any:
    """np.add.reduce(array, axis, None, out, keepdims, initial) of the elements in their order.

    NumPy itself adds in pairs along an axis that lies together in memory. What is added to −0.0
    stays as it is.
    """
    if axis is None:
        array, axis = np.ravel(array), 0
    if array.shape[axis]:
        last = np.add.accumulate(array, axis).take([-1] if keepdims else -1, axis) + initial
    else:
        last = np.sum(array, axis, keepdims=keepdims)
    if out is not None:
        np.copyto(out, last)
    return last
