"""Functions: a graph made by calling one with Values of numbers and ranges given by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd import Program, Value, compile
from viz.errors import DrawingError
from viz.live.inputs import Range, range_of


class Called(NamedTuple):
    """A call of a function with Values.

    Attributes:
        root: what the function returned.
        varied: the Values of which a range was given.
        ranges: those ranges.
    """

    root: Any
    varied: list[Value]
    ranges: dict[Value, Range]


def called(function: Callable[..., Any], given: Mapping[str, Any]) -> Called:
    """Call a function with a Value for each name that it is given a number or a range for.

    A range (low, high) begins in its middle; a list makes a list of Values, x[0], x[1], …

    Raises:
        DrawingError: the function takes other arguments, or what is given is no number.
        TraceError: it branches on a Value, whose other branch a page would not have; the text
            says what to write.

    >>> called(lambda w, x: w * x, {"w": (0, 4), "x": 3.0}).root
    Value(data=6.0, grad=0, label='f')
    """
    if isinstance(function, Program):
        function = function.function
    made = _Values()
    values = {name: made.of(name, one) for name, one in given.items()}
    numbers = {name: _number(value) for name, value in values.items()}
    try:
        signature = inspect.signature(function)
        bound, plain = signature.bind(**values), signature.bind(**numbers)
    except (TypeError, ValueError) as error:
        takes = ", ".join(_names(function)) or "no names"
        raise DrawingError(
            f"live(f, …) calls f with the numbers and ranges given by name, and it takes {takes} "
            f"({error}): write live(f, w=(-5, 5), x=2.0)"
        ) from None
    compile(function).trace(*plain.args, **plain.kwargs)  # refuses what would keep a branch
    root = function(*bound.args, **bound.kwargs)
    if isinstance(root, Value) and not root.label and not root.is_leaf:
        name = getattr(function, "__name__", "f")
        root.label = name if name.isidentifier() else "f"
    return Called(root, [*made.ranges], made.ranges)


def _number(given: Any) -> Any:
    return [*map(_number, given)] if isinstance(given, list) else float(given.data)


def _names(function: Callable[..., Any]) -> list[str]:
    try:
        return [*inspect.signature(function).parameters]
    except (TypeError, ValueError):
        return []


class _Values:
    """Values of what is given by name, and the ranges among them."""

    def __init__(self) -> None:
        self.ranges: dict[Value, Range] = {}

    def of(self, name: str, given: Any) -> Any:
        if isinstance(given, Value):
            return given
        if isinstance(given, (list, np.ndarray)):
            return [self.of(f"{name}[{i}]", one) for i, one in enumerate(given)]
        if isinstance(given, tuple):
            low, high = range_of(f"{name}=", given)
            made = Value((low + high) / 2.0, label=name)
            self.ranges[made] = low, high
            return made
        try:
            return Value(given, label=name)
        except TypeError:
            raise DrawingError(
                f"{name}= is a number, a range such as (-5, 5), or a list of these, "
                f"not {given!r:.60}"
            ) from None
