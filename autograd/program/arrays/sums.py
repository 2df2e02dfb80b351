"""Sums as array statements: matrix products, reductions, and sums element by element.

What a part of a group's sums becomes depends on the pattern of its row numbers alone: a matrix
product where all examples share one factor (see `matrices`); else the products, element by
element, and their sums.

Sums are added up from left to right, as written, since what cancels in that order has to cancel
here. Layers are the exception: several neurons' Σ wx is one matrix product, first in their sum or
after a bias alone, and what multiplies matrices adds up in an order of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd.program.arrays.arrange import Group, Ref
from autograd.program.arrays.emitter import Emitter
from autograd.program.arrays.matrices import MatrixWriter, room
from autograd.program.arrays.memory import Memory
from autograd.program.arrays.parts import Part, parts_of
from autograd.program.arrays.patterns import Index
from autograd.program.arrays.reading import summed_text
from autograd.program.normal import Sum
from autograd.program.symbols import Expression, Symbol, apply, guarded, variable


class SumWriter:
    """Writes groups of sums, forward and backward."""

    def __init__(self, memory: Memory, place: dict[int, Ref]):
        self.memory, self.place = memory, place
        self.emitter: Emitter = memory.emitter
        self.matrices = MatrixWriter(memory)

    # Forward

    def forward(self, group: Group, out: str) -> list[Part]:
        """Write out = the sums; the parts, for the way back."""
        parts = self._in_order(parts_of(group, self.place))
        emitter, whole = self.emitter, variable(out)
        total: Expression = None
        said = ""
        for part in parts:
            total, sign, term = self._with_part(part, total, whole)
            joint = (" + " if sign > 0 else " - ") if said else ("" if sign > 0 else "-")
            said += joint + term
        from_zero = any(isinstance(node, Sum) and node.from_zero for node in group.nodes)
        if from_zero and not (parts and self.matrices.is_layer(parts[0])):
            total = 0.0 if total is None else apply("add", total, 0.0)
        if not (isinstance(total, Symbol) and not total.op and total.name == out):
            emitter.evaluate(total, into=out)
        emitter.spoken.append(f"{emitter.say(out)} = {said or '0.0'}")
        return parts

    def _in_order(self, parts: list[Part]) -> list[Part]:
        """Layers first, with their terms by row, if no more than a bias stands before them."""
        layers: list[Part] = []
        others: list[Part] = []
        for part in parts:
            by_row = part.sorted() if part.length > 1 else part
            if (
                self.matrices.is_layer(by_row)
                and all(map(self._is_bias, others[:1]))
                and (len(others) < 2)
            ):
                layers.append(by_row)
            else:
                others.append(part)
        return layers + others

    def _is_bias(self, part: Part) -> bool:
        """Whether a part is one number for each node that all examples share."""
        return part.b < 0 and part.length == 1 and (part.a < 0 or self.memory.columns(part.a) == 1)

    def _with_part(
        self, part: Part, total: Expression, whole: Symbol
    ) -> tuple[Expression, float, str]:
        """total + a part, the part's sign and how it is said."""
        if part.length > 1 and not self.matrices.is_layer(part):
            value, said = self._reduction(part, total, whole)
            return value, 1.0, said
        value, sign, said = self._value(part, None if total is not None else whole.name)
        return self._add(total, value, sign, whole), sign, said

    def _one_or_all(self, numbers: Any) -> Expression:
        """A column of numbers as one number if they are equal, else as a constant array."""
        if (numbers == numbers[0]).all():
            return float(numbers[0, 0])
        return variable(self.emitter.constant(numbers))

    def _add(self, total: Expression, value: Expression, sign: float, whole: Symbol) -> Expression:
        """total ± value, put into `whole` as soon as there is something to compute."""
        if total is None:
            return value if sign > 0 else apply("negative", value)
        op = "add" if sign > 0 else "subtract"
        if isinstance(total, Symbol) and total.op == "negative" and sign > 0:
            total, value, op = value, total.args[0], "subtract"
        self.emitter.evaluate(apply(op, total, value), into=whole.name)
        if isinstance(value, Symbol):
            self.emitter.release(value.name)
        return whole

    def _value(self, part: Part, into: str | None) -> tuple[Expression, float, str]:
        """A part (in `into`, a variable, or scratch), its sign, and how it is said."""
        emitter = self.emitter
        if part.a < 0:
            value = self._one_or_all(part.factors)
            return value, 1.0, emitter.say(value)
        if part.length > 1:
            value, said = self.matrices.forward(part, into)
        else:
            product = self._terms(part)
            said = emitter.say(product)
            value = product
            if part.b >= 0:
                value = self._held(product, into)
        factor = self._one_or_all(part.factors[:, :1])
        if not isinstance(factor, Symbol) and abs(factor) == 1.0:
            return value, factor, said
        scaled = apply("multiply", value, factor)
        return self._held(scaled, into), 1.0, f"{emitter.say(factor)} * {said}"

    def _held(self, expression: Expression, into: str | None) -> Expression:
        return variable(self.emitter.evaluate(expression, into=into))

    def _read(self, store: int, index: Index, *, product: bool = False) -> str:
        return self.memory.read(store, index, letter="w" if product else "b")

    def _reduction(self, part: Part, total: Expression, whole: Symbol) -> tuple[Expression, str]:
        """total + Σ factors · a · b in `whole`, one after the other, and how Σ is said."""
        emitter = self.emitter
        terms = apply("multiply", self._terms(part), self._laid_out(part)[2])
        k, columns = len(part.rows_a), emitter.shapes[whole.name][-1]
        axis = 0 if k == 1 else 1
        plain = isinstance(terms, Symbol) and not terms.op
        if total is None and plain:
            value = terms.name
        else:
            shape = (k, part.length, columns)[axis == 0 :]
            if total is None:
                shape = emitter.shape_of(terms)
            value = emitter.evaluate(terms, into=emitter.scratch(shape))
        if total is not None:
            first = emitter.view(f"{value}[:1]" if k == 1 else f"{value}[:, 0]", (k, columns))
            emitter.evaluate(apply("add", total, variable(first)), into=first)
        out = room(self.memory, whole.name, (k, emitter.shapes[value][-1]))
        emitter.add_up(value, axis, out, keepdims=k == 1)
        if not (total is None and plain):
            emitter.release(value)
        said = self.matrices.said(part) or summed_text(emitter.say(terms), axis)
        return variable(out), said

    def _terms(self, part: Part) -> Expression:
        """a, or a · b; a parameter first."""
        index_a, index_b, _ = self._laid_out(part)
        product = part.b >= 0
        a = variable(self._read(part.a, index_a, product=product))
        if not product:
            return a
        b = variable(self._read(part.b, index_b, product=True))
        first = self.memory.stores[part.b].kind == "parameters"
        return apply("multiply", b, a) if first else apply("multiply", a, b)

    # Backward

    def backward(self, parts: list[Part], adjoint: str, reached: Expression | None) -> None:
        """Write the messages that the nodes with this adjoint send to their terms."""
        for part in (part for part in parts if part.a >= 0):
            square = part.is_square
            if self.matrices.takes(part) and not square and reached is None:
                self.matrices.backward(part, adjoint)
            else:
                self._send_each(part, adjoint, reached)

    def _wanted(self, store: int) -> bool:
        return store >= 0 and self.memory.stores[store].differentiable

    def _send_each(self, part: Part, adjoint: str, reached: Expression | None) -> None:
        if isinstance(reached, Symbol) and part.length > 1 and len(part.rows_a) > 1:
            reached = variable(self._column(self.emitter.evaluate(reached)))
        for store, rows, message in self._messages(part, adjoint, reached):
            self.memory.send(store, rows, message, reached)

    def _messages(
        self, part: Part, adjoint: str, reached: Expression | None
    ) -> Iterator[tuple[int, Index, Expression]]:
        """(store, rows, message) for each operand of a part."""
        several = part.length > 1 and len(part.rows_a) > 1
        g = variable(self._column(adjoint) if several else adjoint)
        index_a, index_b, factors = self._laid_out(part)
        a = variable(self._again(part.a, index_a))
        if part.is_square:
            if self._wanted(part.a):
                twice = apply("multiply", factors, 2.0)
                doubled = self.emitter.evaluate(apply("multiply", g, twice))
                yield part.a, index_a, guarded(variable(doubled), a, reached)
            return
        if self._wanted(part.a):
            other = variable(self._again(part.b, index_b)) if part.b >= 0 else 1.0
            yield part.a, index_a, guarded(g, apply("multiply", factors, other), reached)
        if self._wanted(part.b):
            yield part.b, index_b, guarded(g, apply("multiply", factors, a), reached)

    def _laid_out(self, part: Part) -> tuple[Index, Index, Expression]:
        """A part's rows and factors: for k nodes, for n terms of one node, or for both."""
        if part.length == 1:
            return part.rows_a[:, 0], part.rows_b[:, 0], self._one_or_all(part.factors)
        if len(part.rows_a) == 1:
            return part.rows_a[0], part.rows_b[0], self._one_or_all(part.factors.T)
        if (part.factors == part.factors.flat[0]).all():
            return part.rows_a, part.rows_b, float(part.factors.flat[0])
        return part.rows_a, part.rows_b, variable(self.emitter.constant(part.factors[..., None]))

    def _again(self, store: int, index: Index) -> str:
        """What the forward pass has read."""
        return self.memory.gathered(self.memory.names[store], store, index)

    def _column(self, adjoint: str) -> str:
        shape = self.emitter.shapes[adjoint]
        return self.emitter.view(
            f"{adjoint}[:, None]", (shape[0], 1, shape[1]), f"{self.emitter.say(adjoint)}[:, None]"
        )
