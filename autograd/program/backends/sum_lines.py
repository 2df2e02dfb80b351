"""Sums as lines of NumPy: terms from left to right, matrix products, sums over an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.primitives.summation import add_in_order
from autograd.program.backends.lines import Lines
from autograd.program.statements import (
    BATCH,
    ByRow,
    Numbers,
    Operands,
    Outer,
    Product,
    Rows,
    Shape,
    Sum,
    Terms,
    is_variable,
)
from autograd.program.symbols import Expression, Symbol

ADD_UP = np.add.reduce
SHORT = 9_216
"""Up to so many numbers a product with ones adds up in half the time; beyond, BLAS takes threads,
which wait for each other where the processors are busy."""


def _add_examples(table: Any, ones: Any, out: Any) -> None:
    """The sum over the examples; of the ones that a product would need, there is no need."""
    ADD_UP(table, axis=1, out=out, keepdims=True)


class Sums(Lines):
    """Lines for whatever adds up."""

    def __init__(self, operands: Operands, dtype: Any):
        super().__init__(dtype)
        self.operands = operands

    def terms(self, terms: Terms, out: str) -> None:
        """Write total ± term, put into `out` as soon as there is something to compute."""
        total = self._first_term(terms.terms[0], out)
        for term in terms.terms[1:]:
            operand = self.operands.of(term) if is_variable(term) else None
            if isinstance(operand, Product) and operand.in_order:
                operand = self.operands.sum_of(operand)
            if isinstance(operand, Sum) and operand.in_order:
                self.sum(operand, out, total)
            elif isinstance(term, Symbol) and term.op == "negative":
                self._plus("subtract", total, term.args[0], out)
            elif isinstance(total, Symbol) and total.op == "negative":
                self._plus("subtract", term, total.args[0], out)
            else:
                self._plus("add", total, term, out)
            total = out

    def _first_term(self, term: Expression, out: str) -> Any:
        """The first term, in `out` if it is more than a sign of something that is there."""
        positive = term.args[0] if getattr(term, "op", "") == "negative" else term
        if not isinstance(positive, Symbol):
            return term
        if is_variable(positive) and isinstance(self.operands.of(positive), (Rows, Numbers)):
            return term
        return self.evaluate(term, out)

    def _plus(self, op: str, x: Any, y: Any, out: str) -> None:
        names = [v if isinstance(v, str) else self.evaluate(v) for v in (x, y)]
        self.apply(op, names, out)
        for name in names:
            if name != out:
                self.buffers.release(name)

    def product(self, product: Product, out: str) -> None:
        """Write out = matrix @ inputs, of each of a stack."""
        if product.in_order:
            self.sum(self.operands.sum_of(product), out)
            return
        matrix = self.buffers.matrix(self.evaluate(self.operands(product.matrix)))
        inputs = self.evaluate(product.inputs)
        if product.transposed:
            matrix = self.buffers.transposed(matrix)
        rows = self.buffers.shapes[matrix][0]
        *stack, _, columns = self.buffers.shapes[inputs]
        self._multiply(matrix, inputs, self.buffers.reshaped(out, (*stack, rows, columns)))
        self.buffers.release(inputs)

    def _multiply(self, left: str, right: str, out: str) -> None:
        """out = left @ right; for two matrices np.dot takes 0.4 µs less than np.matmul."""
        shapes = self.buffers.shapes
        plain = len(shapes[left]) == len(shapes[right]) == 2 and out in self.buffers.solid
        self.call(np.dot if plain else np.matmul, left, right, out)

    def outer(self, outer: Outer, out: str) -> None:
        """Write left @ right.T."""
        left = self.evaluate(outer.left)
        right = self.buffers.transposed(self.evaluate(self.operands(outer.right)))
        stack, out = self.buffers.shapes[left][:-2], self.buffers.matrix(out)
        if not stack:
            self._multiply(left, right, out)
            return
        products = self.buffers.scratch((*stack, *self.buffers.shapes[out]))
        self.call(np.matmul, left, right, products)
        self.call(ADD_UP, products, 0, None, out)
        self.buffers.release(products)

    def sum(self, total: Sum, out: str, start: Any = None) -> None:
        """Write a sum over an axis, from a start on."""
        if total.in_order:
            self._sum_in_order(total, out, start)
            return
        value = self.evaluate(total.value)
        over_examples = total.axis == 1 and total.shape[1:] == (BATCH,)
        full = self.buffers.shapes.get(value) == total.shape
        if full and over_examples and out in self.buffers.solid:
            ones = self.buffers.once(
                "ones", "s", (BATCH, 1), lambda _, n: np.ones((n, 1), self.buffers.dtype)
            )
            rows = self.buffers.shapes[out][0]
            add_up = self.buffers.once(
                ("add examples", rows), "s", (),
                lambda _, n: np.dot if rows * n <= SHORT else _add_examples,
            )  # fmt: skip
            self.lines.append(f"{add_up}({value}, {ones}, {out})")
        else:
            value = value if full else self._filled(value, total.shape)
            self.call(ADD_UP, value, total.axis, None, out, True)
        self.buffers.release(value)

    def _filled(self, value: str, shape: Shape) -> str:
        """A copy of something that is the same along some axes."""
        full = self.buffers.scratch(shape)
        self.call(np.copyto, full, value)
        self.buffers.release(value)
        return full

    def _sum_in_order(self, total: Sum, out: str, start: Any) -> None:
        """The sum, one after the other, from a start on; NumPy adds in pairs along an axis that
        lies together in memory: of one example.
        """
        columns = self.buffers.shapes[out][-1]
        shape = (*total.shape[:-1], total.shape[-1] if start is None else columns)
        plain = start is None and self.operands.shape(total.value) == shape
        rows = self.operands.rows(total.value) if plain else None
        value = self.evaluate(total.value, None if rows else self.buffers.scratch(shape))
        if start is not None:
            cut = (slice(None),) * total.axis + (slice(1) if total.keeps_axis else 0,)
            first_shape = (*shape[: total.axis], *(1,) * total.keeps_axis, *shape[total.axis + 1 :])
            first = self.buffers.view(value, "first", first_shape, lambda a, n: a[cut])
            self._plus("add", start, first, first)
        add_up = self.name(add_in_order)
        if shape[-1] == BATCH:
            add_up = self.buffers.once(
                "add up", "s", (), lambda _, n: ADD_UP if n > 1 else add_in_order
            )
        given = (value, total.axis, None, out, total.keeps_axis, -0.0)
        self.lines.append(f"{add_up}({', '.join(map(str, given))})")
        self.buffers.release(value)

    def by_row(self, total: ByRow, out: str) -> None:
        """Write sums of those that belong to one row."""
        full = self._filled(self.evaluate(total.value), total.shape)
        size, columns = len(total.order), total.shape[-1]
        flat = self.buffers.reshaped(full, (size, columns))
        order, starts = map(self.buffers.constant, (total.order, total.starts))
        self.lines.append(f"np.add.reduceat({flat}[{order}], {starts}, 0, None, {out})")
        self.buffers.release(full)
