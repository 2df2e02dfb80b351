"""`take`: the element that a whole number names, which may be an argument of a program."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.context.tracing import any_number_will_do, is_tracing
from autograd.errors import ArgumentError, OperandError
from autograd.primitives.operands import as_float, equal, float_or_none, is_operand
from autograd.primitives.primitive import Block, Primitive
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
