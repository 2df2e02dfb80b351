"""Inputs: the leaves of a graph, with how far and how finely each can be moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autograd import Graph, Value
from viz.errors import DrawingError
from viz.graph.given import chosen

REACH = 5.0
"""An input moves at least so far from 0, unless its range is given."""
STEPS = 250
"""The steps, at most, that a range has: as many pixels as a hand moves without being put down."""
FAR = 1e300
"""Numbers beyond are on no axis: the length of a range must be a float."""
Range = tuple[float, float]


class Input(NamedTuple):
    """A leaf that can be moved.

    Attributes:
        number: of its value in the graph.
        data: the number that it has.
        low, high: how far it moves; a number that is typed may lie beyond.
        step: how far one key or one pixel moves it.
        varied: whether gradient descent moves it.
    """

    number: int
    name: str
    data: float
    low: float
    high: float
    step: float
    varied: bool


def inputs_of(
    graph: Graph,
    names: Mapping[int, str],
    ranges: Mapping[Any, Any] | Sequence[float] | None,
    step: float | None,
) -> tuple[Input, ...]:
    """The leaves of a graph; gradient descent moves its parameters, or all if it has none.

    Args:
        names: of the values.
        ranges: (low, high) for all, or by the leaf's label or itself; see `live`.
        step: how far one key or one pixel moves each; by default a round part of its range.

    Raises:
        DrawingError: a range or the step makes no sense, or a leaf is none of this graph.
    """
    given = _ranges(graph, ranges)
    checked = None if step is None else _step(step)
    found = []
    for i in graph.leaves:
        data = float(graph.values[i].data)
        low, high = given.get(i) or _around(data)
        if abs(data) < FAR:
            low, high = min(low, data), max(high, data)
        pace = checked or _round_part(high - low)
        varied = i in graph.parameters or not graph.parameters
        moves = varied and graph.values[i].requires_grad
        found.append(Input(i, names[i], data, low, high, pace, moves))
    return tuple(found)


def _ranges(graph: Graph, ranges: Mapping[Any, Any] | Sequence[float] | None) -> dict[int, Range]:
    if ranges is None:
        return {}
    if not isinstance(ranges, Mapping):
        return dict.fromkeys(graph.leaves, range_of("ranges=", ranges))
    return {
        i: range_of(f"ranges[{leaf.label if isinstance(leaf, Value) else leaf!r}]", given)
        for leaf, given in ranges.items()
        for i in chosen([leaf], graph, "ranges")
    }


def range_of(what: str, given: Any) -> Range:
    """A range; an error unless it is a pair of finite numbers, the lower first."""
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        low = high = math.nan
    if not -FAR <= low < high <= FAR:
        raise DrawingError(
            f"{what} is a pair of numbers, the lower first, such as (-5, 5), not {given!r:.60}"
        )
    return low, high


def _step(step: Any) -> float:
    number = isinstance(step, (int, float)) and not isinstance(step, bool)
    if not number or not 0.0 < step < math.inf:
        raise DrawingError(f"step= is a number above 0, such as 0.1, not {step!r:.60}")
    return float(step)


def _around(data: float) -> Range:
    """A range around 0 that a number lies well within.

    >>> _around(2.0), _around(-30.0), _around(float("nan"))
    ((-5.0, 5.0), (-100.0, 100.0), (-5.0, 5.0))
    """
    reach = _rounded(2.0 * abs(data)) if REACH < abs(data) < FAR else REACH
    return -reach, reach


def _round_part(length: float) -> float:
    """A round number of which a length has at most `STEPS`.

    >>> _round_part(10.0), _round_part(3.0), _round_part(700.0)
    (0.05, 0.02, 5.0)
    """
    return _rounded(length / STEPS)


def _rounded(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below a number above 0."""
    power = math.floor(math.log10(least))
    rounds = (float(f"{factor}e{power}") for factor in (1, 2, 5, 10))
    return next((found for found in rounds if found >= least), least)
