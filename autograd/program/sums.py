"""Sums as array statements: matrix products, reductions, and sums element by element.

What a part of a group's sums becomes depends on the pattern of its row numbers alone: a matrix
product where all examples share one factor (see `matrices`); else the products, element by
element, and their sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.program.arrange import Group, Ref
from autograd.program.emitter import ADD_UP, Emitter
from autograd.program.matrices import MatrixWriter, room
from autograd.program.memory import Memory
from autograd.program.normal import Sum
from autograd.program.parts import Part, parts_of
from autograd.program.patterns import Index
from autograd.program.spelling import number
from autograd.program.symbols import Expression, Symbol, apply, guarded, variable

__all__ = ["SumWriter"]


class SumWriter:
    """Writes groups of sums, forward and backward."""

    def __init__(self, memory: Memory, place: dict[int, Ref]):
        self.memory, self.place = memory, place
        self.emitter: Emitter = memory.emitter
        self.matrices = MatrixWriter(memory)

    # Forward

    def forward(self, group: Group, out: str) -> list[Part]:
        """Write out = the sums; the parts, for the way back."""
        parts = parts_of(group, self.place)
        emitter, whole = self.emitter, variable(out)
        total: Expression = None
        said = ""
        for number, part in enumerate(parts):
            value, sign, term = self._value(part, out if number == 0 else None)
            total = self._add(total, value, sign, whole)
            joint = (" + " if sign > 0 else " - ") if said else ("" if sign > 0 else "-")
            said += joint + term
        constants = np.array([[node.constant] for node in group.nodes if isinstance(node, Sum)])
        if constants.any() or not parts:
            shift = self._one_or_all(constants)
            total = self._shifted(total, shift)
            said += (" + " if said else "") + emitter.say(shift)
        if not (isinstance(total, Symbol) and total.function is None and total.name == out):
            emitter.evaluate(total, into=out)
        emitter.spoken.append(f"{emitter.say(out)} = {said}")
        return parts

    def _one_or_all(self, numbers: Any) -> Expression:
        """A column of numbers as one number if they are equal, else as a constant array."""
        if (numbers == numbers[0]).all():
            return float(numbers[0, 0])
        return variable(self.emitter.constant(numbers))

    @staticmethod
    def _shifted(total: Expression, shift: Expression) -> Expression:
        if total is None:
            return shift
        if isinstance(total, Symbol) and total.function is np.negative:
            return apply(np.subtract, shift, total.args[0])
        return apply(np.add, total, shift)

    def _add(self, total: Expression, value: Expression, sign: float, whole: Symbol) -> Expression:
        """total ± value, put into `whole` as soon as there is something to compute."""
        if total is None:
            return value if sign > 0 else apply(np.negative, value)
        function = np.add if sign > 0 else np.subtract
        if isinstance(total, Symbol) and total.function is np.negative and sign > 0:
            total, value, function = value, total.args[0], np.subtract
        self.emitter.evaluate(apply(function, total, value), into=whole.name)
        if isinstance(value, Symbol):
            self.emitter.release(value.name)
        return whole

    def _value(self, part: Part, into: str | None) -> tuple[Expression, float, str]:
        """Σ of a part's terms (in `into`, a variable, or scratch), its sign, and how it is said."""
        emitter = self.emitter
        if part.length > 1 and not self.matrices.takes(part):
            return self._reduction(part, into)
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
        scaled = apply(np.multiply, value, factor)
        return self._held(scaled, into), 1.0, f"{emitter.say(factor)} * {said}"

    def _held(self, expression: Expression, into: str | None) -> Expression:
        return variable(self.emitter.evaluate(expression, into=into))

    def _read(self, store: int, index: Index, *, product: bool = False) -> str:
        return self.memory.read(store, index, letter="w" if product else "b")

    def _reduction(self, part: Part, into: str | None) -> tuple[Expression, float, str]:
        """Σ of factors · a · b, as `_value` gives it."""
        emitter = self.emitter
        factors = self._laid_out(part)[2]
        after = 1.0 if isinstance(factors, Symbol) else factors
        terms = self._terms(part)
        if isinstance(factors, Symbol):
            terms = apply(np.multiply, terms, factors)
        value = emitter.evaluate(terms)
        k, columns = len(part.rows_a), emitter.shapes[value][-1]
        out = room(self.memory, into, (k, columns))
        axis = 0 if k == 1 else 1
        emitter.call(ADD_UP, value, str(axis), "None", out, str(k == 1))
        if getattr(terms, "function", None) is not None:
            emitter.release(value)
        said = emitter.say(terms)
        said = f"{said if said.isalnum() else f'({said})'}.sum({axis})"
        if after == 1.0:
            return variable(out), 1.0, said
        emitter.call(np.multiply, out, number(after), out)
        return variable(out), 1.0, f"{after:.6g} * {said}"

    def _terms(self, part: Part) -> Expression:
        """a, or a · b; a parameter first."""
        index_a, index_b, _ = self._laid_out(part)
        product = part.b >= 0
        a = variable(self._read(part.a, index_a, product=product))
        if not product:
            return a
        b = variable(self._read(part.b, index_b, product=True))
        first = self.memory.stores[part.b].kind == "parameters"
        return apply(np.multiply, b, a) if first else apply(np.multiply, a, b)

    # Backward

    def backward(self, parts: list[Part], adjoint: str, reached: Expression | None) -> None:
        """Write the messages that the nodes with this adjoint send to their terms."""
        for part in parts:
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
                twice = apply(np.multiply, factors, 2.0)
                doubled = self.emitter.evaluate(apply(np.multiply, g, twice))
                yield part.a, index_a, guarded(variable(doubled), a, reached)
            return
        if self._wanted(part.a):
            other = variable(self._again(part.b, index_b)) if part.b >= 0 else 1.0
            yield part.a, index_a, guarded(g, apply(np.multiply, factors, other), reached)
        if self._wanted(part.b):
            yield part.b, index_b, guarded(g, apply(np.multiply, factors, a), reached)

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
