"""Sums of JAX arrays: terms from left to right, matrix products, sums over an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.program.backends.jax.arrays import library, operation
from autograd.program.row_patterns import Index
from autograd.program.statements import (
    ByRow,
    Operands,
    Outer,
    Product,
    Rows,
    Shape,
    Sum,
    Terms,
    is_variable,
)
from autograd.program.symbols import Expression

UNROLLED = 32
"""Up to so many terms in order are written out, one addition after the other; more are a loop."""


class Sums:
    """Whatever adds up, for this many examples."""

    def __init__(self, operands: Operands, examples: int, dtype: Any) -> None:
        self.jnp, self.lax = library("jax.numpy"), library("jax.lax")
        self.operands, self.examples, self.dtype = operands, examples, np.dtype(dtype)

    def evaluate(self, value: Expression) -> Any:
        """The value of an expression."""
        raise NotImplementedError

    def rows(self, rows: Rows) -> Any:
        """Rows of an array as it is by now."""
        raise NotImplementedError

    def terms(self, terms: Terms) -> Any:
        """Terms from left to right; a sum in order goes on from what stands before it."""
        total = self.evaluate(terms.terms[0])
        for term in terms.terms[1:]:
            operand = self.operands.of(term) if is_variable(term) else None
            if isinstance(operand, Product) and operand.in_order:
                operand = self.operands.sum_of(operand)
            if isinstance(operand, Sum) and operand.in_order:
                total = self.sum(operand, total)
            else:
                total = operation("add")(total, self.evaluate(term))
        return total

    def product(self, product: Product) -> Any:
        """A matrix product, of each of a stack."""
        if product.in_order:
            return self.sum(self.operands.sum_of(product))
        matrix, inputs = self.rows(product.matrix)[..., 0], self.evaluate(product.inputs)
        if product.transposed:
            return self._multiplied(matrix.T, inputs)
        found = self._multiplied(matrix, inputs)
        return found.reshape(-1, found.shape[-1])

    def _multiplied(self, left: Any, right: Any) -> Any:
        """left @ right in full precision, which some accelerators do not take by themselves."""
        return self.jnp.matmul(left, right, precision="highest")

    def outer(self, outer: Outer) -> Any:
        """left @ right.T, added up over a stack."""
        left, right = self.evaluate(outer.left), self.rows(outer.right)
        found = self._multiplied(left, right.swapaxes(-1, -2))
        return found.reshape(-1, *found.shape[-2:]).sum(0)[..., None]

    def sum(self, total: Sum, start: Any = None) -> Any:
        """A sum over an axis, from a start on if it is in order."""
        value = self.jnp.broadcast_to(self.evaluate(total.value), self._sized(total.shape))
        if not total.in_order:
            return value.sum(total.axis, keepdims=total.keeps_axis)
        if total.keeps_axis and np.ndim(start):
            start = self.jnp.squeeze(start, total.axis)
        found = self._added_in_order(self.jnp.moveaxis(value, total.axis, 0), start)
        return self.jnp.expand_dims(found, total.axis) if total.keeps_axis else found

    def _added_in_order(self, terms: Any, start: Any) -> Any:
        total, rest = (terms[0], terms[1:]) if start is None else (start, terms)
        if len(rest) <= UNROLLED:
            for term in rest:
                total = operation("add")(total, term)
            return total
        total = self.jnp.broadcast_to(total, np.broadcast_shapes(np.shape(total), rest.shape[1:]))
        return self.lax.scan(lambda t, term: (t + term, None), total, rest, unroll=8)[0]

    def by_row(self, total: ByRow) -> Any:
        """Sums of those that belong to one row."""
        shape = self._sized(total.shape)
        value = self.jnp.broadcast_to(self.evaluate(total.value), shape)
        flat = value.reshape(len(total.order), shape[-1])[numbered(total.order)]
        lengths = np.diff([*total.starts, len(total.order)])
        rows = numbered(np.repeat(np.arange(len(total.starts)), lengths))
        zeros = self.jnp.zeros((len(total.starts), shape[-1]), flat.dtype)
        return zeros.at[rows].add(flat, indices_are_sorted=True)

    def _sized(self, shape: Shape) -> Shape:
        return tuple(self.examples if n < 0 else n for n in shape)


def numbered(rows: Index) -> Index:
    """Row numbers of the one kind that JAX has with and without 64 bits."""
    return rows.astype(np.int32)
