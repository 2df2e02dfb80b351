"""Linear algebra of small matrices of numbers and Values: good for up to about 30 rows.

It is ordinary scalar code, so derivatives of any order, programs and pictures come by themselves;
an entry of a factor is a difference and a `dot`, so 30 rows are some 2,000 nodes. A matrix is a
list of rows, or an array of two dimensions; results are of the kind that was given.

Eagerly, elimination exchanges rows by the size of the numbers (partial pivoting). A program knows
no numbers: it eliminates in the order of the rows, and only passes over entries that are the
constant 0. That is as good for positive definite and for diagonally dominant matrices. Any other
may meet a small number on the diagonal, by which digits are lost, or 0, which gives inf and nan:
bring the rows into a better order before.

By IEEE 754 nothing is raised for a singular matrix: there are inf and nan. (NumPy's own
`np.linalg` takes no arrays of Values, and raises a TypeError.)

>>> from autograd import Value, grad, linalg
>>> linalg.solve([[2.0, 1.0], [1.0, 3.0]], [3.0, 5.0])
[0.8, 1.4]
>>> grad(linalg.det)([[2.0, 1.0], [1.0, 3.0]])
[[3.0, -1.0], [-1.0, 2.0]]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.context.tracing import is_tracing
from autograd.errors import ArgumentError, OperandError
from autograd.primitives import abs, div, dot, log, prod, sign, sqrt, sum
from autograd.primitives.operands import as_float, is_array, is_operand, records, refuse_masked

Row = list[Any]


def solve(a: Any, b: Any) -> Any:
    """Solution x of a·x = b.

    Args:
        a: a square matrix of n rows.
        b: n numbers or Values; or a matrix of n rows, of which each column has a solution.

    Raises:
        ArgumentError: `a` is not square, or `b` has another number of rows.
        OperandError: an entry is no number.

    >>> solve([[0.0, 2.0], [1.0, 1.0]], [2.0, 3.0])
    [2.0, 1.0]
    """
    rows = _square(a, "solve")
    single = not len(b) or all(map(is_operand, b)) if hasattr(b, "__len__") else False
    right = [[x] for x in b] if single else _rows(b, "the right side of solve")
    if len(right) != len(rows):
        raise ArgumentError(
            f"solve needs a right side of as many rows as the matrix, {len(rows)}, not {len(right)}"
        )
    found = _solved(rows, right)
    return _like(b, [x for (x,) in found] if single else found)


def inv(a: Any) -> Any:
    """Inverse of a square matrix. To solve equations, `solve` is twice as fast and more exact.

    Raises:
        ArgumentError: `a` is not square.
        OperandError: an entry is no number.

    >>> inv([[0.0, 2.0], [1.0, 0.0]])
    [[0.0, 1.0], [0.5, 0.0]]
    """
    rows = _square(a, "inv")
    n = range(len(rows))
    return _like(a, _solved(rows, [[float(i == j) for j in n] for i in n]))


def det(a: Any) -> Any:
    """Determinant of a square matrix; of up to three rows by its formula, which has no pivots.

    Its gradient is that of the formula for singular matrices, too; for more rows only if the rank
    is full.

    Raises:
        ArgumentError: `a` is not square.
        OperandError: an entry is no number.

    >>> det([[0.0, 2.0], [1.0, 0.0]])
    -2.0
    """
    rows = _square(a, "det")
    if len(rows) <= 3:
        return _expanded(rows)
    factors = _Factors(rows)
    return prod([*factors.diagonal, factors.sign])


class SignAndLog(NamedTuple):
    """The sign of a determinant, and the logarithm of its absolute value."""

    sign: Any
    logabsdet: Any


def slogdet(a: Any) -> SignAndLog:
    """Sign and logarithm of the absolute value of the determinant, which may be beyond all floats.

    Raises:
        ArgumentError: `a` is not square.
        OperandError: an entry is no number.

    >>> slogdet([[0.0, 2.0], [0.5, 0.0]])
    SignAndLog(sign=-1.0, logabsdet=0.0)
    """
    factors = _Factors(_square(a, "slogdet"))
    signs = prod([*map(sign, factors.diagonal), factors.sign])
    return SignAndLog(signs, sum([log(abs(x)) for x in factors.diagonal]))


def cholesky(a: Any) -> Any:
    """Lower triangular matrix L with a = L·Lᵀ, of a symmetric positive definite one.

    Only the entries on and below the diagonal are read. For a matrix that is not positive definite
    there are nan.

    Raises:
        ArgumentError: `a` is not square.
        OperandError: an entry is no number.

    >>> cholesky([[4.0, 2.0], [2.0, 2.0]])
    [[2.0, 0.0], [1.0, 1.0]]
    """
    rows = _square(a, "cholesky")
    found: list[Row] = []
    for i, row in enumerate(rows):
        made: Row = []
        for j in range(i):
            made.append(div(_less(row[j], made, found[j][:j]), found[j][j]))
        made.append(sqrt(_less(row[i], made, made)))
        found.append(made + [0.0] * (len(rows) - i - 1))
    return _like(a, found)


# Elimination


class _Factors:
    """A matrix as L·U, whose rows stand in an order that elimination chose.

    Attributes:
        rows: U on and above the diagonal, L below it (whose own diagonal is 1).
        order: where each row was.
        sign: −1.0 after an odd number of exchanges.
    """

    def __init__(self, rows: list[Row]) -> None:
        self.rows, self.order, self.sign = [[*row] for row in rows], [*range(len(rows))], 1.0
        for j in range(len(rows)):
            self._eliminate(j)

    def _eliminate(self, j: int) -> None:
        """Compute column j, where those to the left are known."""
        rows = self.rows
        for i, row in enumerate(rows):
            known = min(i, j)
            row[j] = _less(row[j], row[:known], [rows[k][j] for k in range(known)])
        largest = j + _pivot([row[j] for row in rows[j:]])
        if largest != j:
            for listed in (rows, self.order):
                listed[j], listed[largest] = listed[largest], listed[j]
            self.sign = -self.sign
        for row in rows[j + 1 :]:
            row[j] = div(row[j], rows[j][j])

    @property
    def diagonal(self) -> Row:
        """The diagonal of U."""
        return [row[i] for i, row in enumerate(self.rows)]

    def solution(self, b: Row) -> Row:
        """x with L·U·x = b."""
        x: Row = []
        for place, row in zip(self.order, self.rows, strict=True):
            x.append(_less(b[place], row[: len(x)], x))
        for i in reversed(range(len(x))):
            row = self.rows[i]
            x[i] = div(_less(x[i], row[i + 1 :], x[i + 1 :]), row[i])
        return x


def _pivot(column: Row) -> int:
    """The place of the largest number; while a program is traced, the first that is not 0."""
    if is_tracing(*filter(records, column)):
        sizes = [float(records(x) or x != 0.0) for x in column]
    else:
        sizes = [abs(float(x.data if records(x) else x)) for x in column]
    return max(range(len(sizes)), key=sizes.__getitem__)


def _less(x: Any, ws: Row, xs: Row) -> Any:
    """x − Σ wᵢxᵢ, without the terms that are the constant 0."""
    pairs = [(w, y) for w, y in zip(ws, xs, strict=True) if not (_is_nought(w) or _is_nought(y))]
    return x - dot([w for w, _ in pairs], [y for _, y in pairs]) if pairs else x


def _is_nought(x: Any) -> bool:
    return not records(x) and x == 0.0


def _solved(rows: list[Row], right: list[Row]) -> list[Row]:
    factors = _Factors(rows)
    columns = [factors.solution([*column]) for column in zip(*right, strict=True)]
    return [[*row] for row in zip(*columns, strict=True)]


def _expanded(rows: list[Row]) -> Any:
    """The determinant along its first row."""
    if not rows:
        return 1.0
    first, *rest = rows
    return dot(first, [(-1.0) ** j * _expanded([r[:j] + r[j + 1 :] for r in rest])
                       for j in range(len(first))])  # fmt: skip


# What is given, and what is given back


def _square(a: Any, name: str) -> list[Row]:
    rows = _rows(a, f"the matrix of {name}")
    if any(len(row) != len(rows) for row in rows):
        raise ArgumentError(
            f"{name} takes a square matrix, not one of {len(rows)} rows of {len(rows[0])} entries"
        )
    return rows


def _rows(a: Any, what: str) -> list[Row]:
    """The rows of a matrix; plain numbers as floats."""
    refuse_masked(a, what)
    if is_operand(a) or isinstance(a, str) or not hasattr(a, "__len__"):
        raise OperandError(f"{what} must be a list of rows or an array, not {type(a).__name__}")
    for row in a:
        if is_operand(row) or isinstance(row, str) or not hasattr(row, "__len__"):
            raise OperandError(
                f"{what} must be a list of rows, such as [[a, b], [c, d]], not one of "
                f"{type(row).__name__}"
            )
    rows = [[x if records(x) else as_float(x, f"an entry of {what}") for x in row] for row in a]
    if len({len(row) for row in rows}) > 1:
        raise ArgumentError(f"the rows of {what} must be equally long")
    return rows


def _like(given: Any, found: Sequence[Any]) -> Any:
    """Results as a list or as an array, of Values if one is among them."""
    return np.array(found) if is_array(given) else found
