"""Places in a sequence: `take` of a whole number, `sort` by size, `interp` between knots.

A whole number may be an argument of a program; where numbers are known only when a program runs,
it compares in a fixed order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.context.tracing import any_number_will_do, is_tracing
from autograd.errors import ArgumentError, OperandError
from autograd.primitives.comparisons import isnan, logical_and, logical_not, logical_or
from autograd.primitives.operands import (
    as_float,
    equal,
    float_or_none,
    is_array,
    is_operand,
    keeping_masks,
    records,
    refuse_masked,
)
from autograd.primitives.primitive import Block, Primitive
from autograd.primitives.reductions import sum
from autograd.primitives.selection import where
from autograd.primitives.shapes import Nary


class _Take(Nary):
    """Whose forward computation checks its index, and raises what that check says."""

    def compute(self, operands: tuple[float, ...]) -> float:
        """The element that the last operand names."""
        if any_number_will_do():
            return operands[0]
        return float(self.forward(operands))


def take_(rows_and_index: tuple[Any, ...]) -> float:
    """The element that the last operand names; only it is sent anything."""
    *rows, index = rows_and_index
    return float(rows[checked_index(index, len(rows))])


def _chosen(rows_and_index: tuple[Any, ...]) -> Any:
    *rows, index = rows_and_index
    found: Any = math.nan
    for i, row in enumerate(rows):
        found = where(equal(index, float(i)), row, found)
    return found


def _one_hot(rows_and_index: tuple[Any, ...]) -> list[float]:
    *rows, index = rows_and_index
    return [*(where(equal(index, float(i)), 1.0, 0.0) for i in range(len(rows))), 0.0]


TAKE: Primitive = _Take(
    take_,
    Block(
        symbol="[i]",
        latex=lambda *xs: f"({', '.join(xs[:-1])})_{{{xs[-1]}}}",
        arrays=lambda xs, axis=None: take_(tuple(xs)),
        local=lambda out, xs: _one_hot(xs),
        op="take",
        selects=True,
        at_least=2,
        elementary=_chosen,
    ),
    {},
)


def take(rows: Sequence[Any], index: Any) -> Any:
    """`rows[index]`, where the index may be an integer argument of a program.

    Like `where`, it sends its gradient to the element that was taken and nothing to the others:
    an embedding lookup, whose gradient is a scatter-add, or the logit of the right class.

    Args:
        rows: a sequence of numbers and Values, or of equally long sequences (the rows of a table,
            of which one is then a list).
        index: a whole number from 0.

    Raises:
        OperandError: the index is not a whole number, or `rows` is no sequence.
        ArgumentError: the index is out of range.

    >>> take([1.0, 2.0, 4.0], 2), take([[1.0, 2.0], [3.0, 4.0]], 1)
    (4.0, [3.0, 4.0])
    """
    if isinstance(rows, (str, dict)) or is_operand(rows) or not hasattr(rows, "__getitem__"):
        raise OperandError(
            "take takes a sequence such as [a, b], then a whole number; its first argument is "
            f"{type(rows).__name__}"
        )
    if not len(rows):
        raise ArgumentError("take of no elements is undefined; give at least one")
    if hasattr(index, "__primitive__") and is_tracing(index):
        return _recorded(list(rows), index)
    return rows[checked_index(index, len(rows))]


def checked_index(index: Any, count: int) -> int:
    """`index` as an int, if it is a whole number from 0 to count − 1."""
    number = getattr(index, "data", None) if hasattr(index, "__primitive__") else None
    number = float_or_none(index) if number is None else number
    if number is None or not float(number).is_integer():
        raise OperandError(f"the index of take must be a whole number, not {index!r:.60}")
    if not 0 <= number < count:
        raise ArgumentError(
            f"the index of take must be from 0 to {count - 1} (there are {count} elements), "
            f"not {int(number)}"
        )
    return int(number)


def _recorded(rows: list[Any], index: Any) -> Any:
    if all(map(is_operand, rows)):
        return TAKE([*rows, index])
    for place, row in enumerate(rows):
        if is_operand(row):
            raise ArgumentError("the elements of take are numbers, or rows, but not some of each")
        if not hasattr(row, "__len__") or isinstance(row, str):
            as_float(row, f"element {place} of take")
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        found = " and ".join(map(str, sorted(widths)))
        raise ArgumentError(
            f"the rows of take must be equally long in a program, not of lengths {found}; fill the "
            "shorter ones up, with 0.0 for example"
        )
    return [TAKE([*column, index]) for column in zip(*map(_elements, rows), strict=True)]


def _elements(row: Any) -> list[Any]:
    return list(row.flat) if isinstance(row, np.ndarray) else list(row)


def _operands(xs: Any, what: str) -> list[Any]:
    """The numbers and Values of a sequence."""
    if isinstance(xs, str) or is_operand(xs) or not isinstance(xs, Iterable):
        raise OperandError(f"{what} must be a sequence such as [a, b], not {type(xs).__name__}")
    found = list(xs)
    for place, x in enumerate(found):
        if not is_operand(x):
            as_float(x, f"element {place} of {what}")
    return found


def sort(xs: Any) -> Any:
    """The numbers and Values of a sequence, from the smallest to the largest; nan comes last.

    Each result is one of the operands, and its gradient goes to that one alone. A program compares
    in a fixed order (Batcher's odd-even merge sort, about n(log₂ n)²/4 pairs). A list of results
    for a sequence; an array is sorted along its last axis.

    Raises:
        OperandError: `xs` is no sequence of numbers and Values.

    >>> sort([3.0, 1.0, 2.0])
    [1.0, 2.0, 3.0]
    """
    if isinstance(xs, np.ndarray):
        refuse_masked(xs, "sort")
        if xs.dtype != object:
            return np.sort(xs)
        return np.apply_along_axis(lambda row: np.array(sort([*row]), object), -1, xs)
    found = _operands(xs, "the operand of sort")
    for i, j in _pairs(len(found)):
        x, y = found[i], found[j]
        found[i], found[j] = _in_order(x, y)
    return found


def _in_order(x: Any, y: Any) -> tuple[Any, Any]:
    keep = logical_or(x <= y, isnan(y))
    if isinstance(keep, bool):
        return (x, y) if keep else (y, x)
    return where(keep, x, y), where(keep, y, x)


def _pairs(n: int) -> Iterator[tuple[int, int]]:
    """The places that Batcher's odd-even merge sort compares, in order."""
    sorted_by = 1
    while sorted_by < n:
        distance = sorted_by
        while distance:
            for i in range(distance % sorted_by, n - distance):
                in_turn = (i - distance % sorted_by) % (2 * distance) < distance
                j = i + distance
                if in_turn and i // (2 * sorted_by) == j // (2 * sorted_by):
                    yield i, j
            distance //= 2
        sorted_by *= 2


def interp(x: Any, xs: Any, ys: Any) -> Any:
    """Value at x of the straight lines through the points (xᵢ, yᵢ), as np.interp gives it.

    Before the first and after the last point it is the y there, with slope 0. At a point between
    two lines the slope is that to the right; at the first and the last it is that inside.

    Args:
        x: a number or a Value, or an array of them.
        xs, ys: numbers or Values, at least two of each; the xs must increase.

    Raises:
        ArgumentError: there are not as many xs as ys, fewer than two, or the xs do not increase.
        OperandError: `xs` or `ys` is no sequence of numbers and Values.

    >>> interp(2.5, [1.0, 2.0, 3.0], [0.0, 10.0, 30.0])
    20.0
    """
    xs, ys = _operands(xs, "the xs of interp"), _operands(ys, "the ys of interp")
    if len(xs) != len(ys) or len(xs) < 2:
        raise ArgumentError(
            f"interp needs as many xs as ys, at least two, not {len(xs)} xs and {len(ys)} ys"
        )
    if any((a < b) is False for a, b in pairwise(xs)):
        raise ArgumentError("the xs of interp must increase: sort the points by their xs")
    if is_array(x):
        if not any(map(records, (*xs, *ys))) and np.asarray(x).dtype != object:
            return keeping_masks(lambda one: np.interp(one, xs, ys), (x,))
        return np.frompyfunc(lambda one: _between(one, xs, ys), 1, 1)(x)
    return _between(x, xs, ys)


def _between(x: Any, xs: list[Any], ys: list[Any]) -> Any:
    """The sum of what each piece gives where x lies in it, and 0 elsewhere; nan is in the first."""
    found = []
    for holds, base, line in _pieces(x, xs):
        if holds is False:
            continue
        y = ys[base]
        if line is not None:
            slope = (ys[line + 1] - ys[line]) / (xs[line + 1] - xs[line])
            y = y + (x - xs[base]) * slope
        if holds is True:
            found = [where(True, y, x) if records(x) and not records(y) else y]
            break
        found.append(where(holds, y, 0.0))
    return sum(found)


def _pieces(x: Any, xs: list[Any]) -> Iterator[tuple[Any, int, int | None]]:
    """For each piece: if x lies in it, a point of it, and the line that it is part of."""
    last = len(xs) - 1
    beyond = [x < xs[0], *(x >= at for at in xs[1:]), x > xs[last]]
    yield beyond[0], 0, None
    yield logical_not(logical_or(beyond[0], beyond[1])), 0, 0
    for i in range(1, last):
        yield logical_and(beyond[i], logical_not(beyond[i + 1])), i, i
    yield logical_and(beyond[last], logical_not(beyond[last + 1])), last, last - 1
    yield beyond[last + 1], last, None
