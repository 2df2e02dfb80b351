"""Simplification: a sum of products is what the pattern of its row numbers says, by a table.

Every group of sums is Σⱼ c[k,j]·A[ia[k,j]]·B[ib[k,j]], a contraction. Where all nodes k have the
same B, it is a matrix product, W @ a; with one term for each node, products element by element; and
else a sum over an axis. `RULES` are asked in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.program.row_patterns import Index, affine, compressed, same_rows
from autograd.program.statements import Array, Numbers, Operands, Product, Rows, Sum
from autograd.program.symbols import Expression, apply

LONG = 8
"""From how many terms on a single sum of products is a matrix product."""


class Contraction(NamedTuple):
    """Terms of k nodes, n each: factors c, rows of array a, and rows of array b (None: of no b).

    Without arrays it is a constant for each node. Of a product, a is the array made earlier.
    """

    a: Array | None
    b: Array | None
    rows_a: Index
    rows_b: Index
    factors: Index

    @property
    def length(self) -> int:
        """The number of terms of each node."""
        return int(self.rows_a.shape[1])

    @property
    def factor(self) -> float | None:
        """The factor, if all terms have the same one."""
        first = float(self.factors.flat[0])
        return first if (self.factors == first).all() else None

    def sorted(self) -> Contraction:
        """The same terms by row, if they follow no pattern: the order in which slices are taken."""
        if affine(self.rows_a) is not None and affine(self.rows_b) is not None:
            return self
        order = np.lexsort((self.rows_b[0], self.rows_a[0]))
        columns = (table[:, order] for table in (self.rows_a, self.rows_b, self.factors))
        return Contraction(self.a, self.b, *columns)


def is_bias(part: Contraction) -> bool:
    """True if a part is one number for each node that all examples share."""
    return part.b is None and part.length == 1 and (part.a is None or not part.a.batched)


def is_layer(part: Contraction) -> bool:
    """True for a product with a matrix of several rows, or of one long row.

    What multiplies matrices adds up in an order of its own, and rounds less often.
    """
    found = _as_matrix(part)
    return found is not None and (len(found[0].numbers) > 1 or part.length >= LONG)


def simplified(part: Contraction, operands: Operands) -> Expression:
    """The expression that a contraction is."""
    return next(found for rule in RULES for found in [rule(part, operands)] if found is not None)


def _products(part: Contraction, operands: Operands) -> Expression:
    """One term for each node."""
    if part.length > 1:
        return None
    rows = (compressed(part.rows_a[:, 0]), compressed(part.rows_b[:, 0]))
    return apply("multiply", *_factors(part, operands, *rows))


def _matrix_product(part: Contraction, operands: Operands) -> Expression:
    found = _as_matrix(part)
    if found is None:
        return None
    matrix, inputs = found[0], operands(found[1])
    if is_layer(part):
        return apply("multiply", operands(Product(matrix, inputs)), part.factor)
    return operands(Product(matrix, inputs, in_order=True)) if part.factor == 1.0 else None


def _sums(part: Contraction, operands: Operands) -> Expression:
    alone = len(part.rows_a) == 1
    rows = (part.rows_a[0], part.rows_b[0]) if alone else (part.rows_a, part.rows_b)
    taken = rows if alone else (compressed(table, 1) for table in rows)  # what is summed is whole
    value = apply("multiply", *_factors(part, operands, *taken))
    shape = (*rows[0].shape, operands.shape(value)[-1])
    return operands(Sum(value, len(shape) - 2, shape, keeps_axis=alone, in_order=True))


RULES: tuple[Callable[[Contraction, Operands], Expression], ...] = (
    _products,
    _matrix_product,
    _sums,
)


def _factors(
    part: Contraction, operands: Operands, rows_a: Index, rows_b: Index
) -> tuple[Expression, Expression]:
    """a or a·b (a parameter first), and the factors."""
    k = () if len(part.factors) == 1 and part.length > 1 else (len(part.factors),)
    n = (part.length,) if part.length > 1 else ()
    factors = _one_or_all(part.factors.reshape(*k, *n, 1), operands)
    a = 1.0 if part.a is None else operands(Rows(part.a, rows_a))
    if part.b is None:
        return a, factors
    b = operands(Rows(part.b, rows_b))
    return apply("multiply", *((b, a) if part.b.role == "parameters" else (a, b))), factors


def _one_or_all(numbers: Any, operands: Operands) -> Expression:
    """Numbers, as one if they are equal."""
    first = numbers.flat[0]
    return float(first) if (numbers == first).all() else operands(Numbers(numbers))


def _as_matrix(part: Contraction) -> tuple[Rows, Rows] | None:
    """The matrix and the inputs of a matrix product: which of a and b is the matrix?

    The matrix is shared by the examples, and all nodes have the same inputs: a row of n, or rows
    for each of several groups of nodes that repeat the same matrix.
    """
    if part.a is None or part.b is None or part.length == 1 or part.factor is None:
        return None
    sides = [(part.a, part.rows_a, part.b, part.rows_b), (part.b, part.rows_b, part.a, part.rows_a)]
    sides.sort(key=lambda side: side[0].role != "parameters")
    for w, rows_w, x, rows_x in sides:
        if w.batched:
            continue
        if same_rows(rows_x):
            return Rows(w, rows_w), Rows(x, rows_x[0])
        blocks = _blocks(rows_w, rows_x)
        if blocks:
            size = len(rows_w) // blocks
            return Rows(w, rows_w[:size]), Rows(x, rows_x[::size])
    return None


def _blocks(rows_w: Index, rows_x: Index) -> int:
    """The number of times that the same matrix meets other inputs; 0 if it is not like that."""
    changes = np.flatnonzero((rows_x[1:] != rows_x[:-1]).any(axis=1)) + 1
    size = int(changes[0]) if len(changes) else len(rows_x)
    if size < 2 or len(rows_x) % size:
        return 0
    w = rows_w.reshape(-1, size, rows_w.shape[1])
    x = rows_x.reshape(-1, size, rows_x.shape[1])
    return len(w) if (w == w[0]).all() and (x == x[:, :1]).all() else 0
