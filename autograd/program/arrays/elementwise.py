"""Primitives applied element by element: to rows of one store, or of two, or by a condition.

The backward pass reads the primitive's own local-gradient rule with symbols: the message to an
operand is the adjoint times what the rule gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.node.conditions import CHOOSE
from autograd.primitives.primitive import Primitive
from autograd.program.arrays.applied import (
    SHORT,
    ApplicationWriter,
    Applied,
    operation,
    size,
)
from autograd.program.arrays.arrange import Group
from autograd.program.arrays.patterns import Index, factored
from autograd.program.logarithms import LogOf
from autograd.program.spelling import plain_name
from autograd.program.symbols import (
    Expression,
    Symbol,
    apply,
    exponent_of,
    guarded,
    sends_nothing,
    slopes_of,
    spelled_out,
    variable,
)


class ElementWriter(ApplicationWriter):
    """Writes primitives of one or two operands, and choices by a condition."""

    def forward(self, group: Group, out: str) -> Applied:
        """Write out = primitive(operands)."""
        primitive = operation(group)
        stores, rows, constants = self.columns(group)
        dims = self._dims(rows, len(group.nodes))
        operands = [
            self._column(constant, dims)
            if store < 0
            else variable(self.memory.read(store, index.reshape(dims)))
            for store, index, constant in zip(stores, rows, constants, strict=True)
        ]
        target = out if len(dims) == 1 else self._split(out, dims)
        self._say(primitive, operands, out)
        applied = Applied(primitive, stores, rows, operands, target, dims)
        if primitive.fused is not None and self.wanted(group.store):
            return applied._replace(slope=self._value_and_slope(primitive, operands, target))
        self.emitter.evaluate(self._computation(primitive, operands), into=target)
        return applied

    def _value_and_slope(
        self, primitive: Primitive, operands: list[Expression], target: str
    ) -> str:
        """Both, with what they share computed once; the name of the slope."""
        value, slope = primitive.fused(*operands)
        known: dict[Any, str] = {}
        emitter = self.emitter
        kept = emitter.buffer(emitter.shape_of(slope), emitter.fresh("g"))
        emitter.evaluate(value, into=target, known=known)
        emitter.evaluate(slope, into=kept, known=known)
        for name in known.values():
            if name not in (target, kept):
                emitter.release(name)
        return kept

    def _dims(self, rows: list[Index], count: int) -> tuple[int, ...]:
        """(count,), or two loops in which every operand is a view."""
        found = {q for index in rows if index.size for q in [factored(index)] if q}
        if len(found) == 1:
            dims = (count // min(found), min(found))
            if all(self._viewable(index.reshape(dims)) for index in rows if index.size):
                return dims
        return (count,)

    def _viewable(self, index: Index) -> bool:
        base = index[0, 0]
        across, down = index[:, :1] - base, index[:1] - base
        return np.array_equal(index, base + across + down) and all(
            len(set(np.diff(line.ravel()))) <= 1 for line in (across, down)
        )

    def _column(self, constant: Expression, dims: tuple[int, ...]) -> Expression:
        """Constants, one for each node, in the dimensions of the other operands."""
        if not isinstance(constant, Symbol) or len(dims) == 1:
            return constant
        sizes = ", ".join(map(str, dims))
        return variable(self.emitter.view(f"{constant.name}.reshape({sizes}, 1)", (*dims, 1)))

    def _split(self, array: str, dims: tuple[int, ...]) -> str:
        columns = self.emitter.shapes[array][-1]
        sizes = ", ".join(map(str, dims))
        text = f"{array}.reshape({sizes}, {array}.shape[1])"
        return self.emitter.view(text, (*dims, columns), self.emitter.say(array))

    def _computation(self, primitive: Primitive, operands: list[Expression]) -> Expression:
        if primitive is CHOOSE:
            condition, x, y = operands
            return apply("where", apply("greater", condition, 0.0), x, y)
        if not any(isinstance(x, Symbol) for x in operands):
            return primitive.number(*operands)
        return spelled_out(primitive, tuple(operands))

    def _say(self, primitive: Primitive, operands: list[Expression], out: str) -> None:
        shown = operands[:1] if isinstance(primitive, LogOf) else operands
        symbol: Expression = Symbol("call", tuple(shown), function=_Named(primitive))
        if primitive.op in ("*", "/"):
            symbol = self._computation(primitive, operands)
        elif exponent_of(primitive) is not None:
            exponent = exponent_of(primitive)
            base = self.emitter.say(operands[0])
            self.emitter.spoken.append(f"{self.emitter.say(out)} = {base} ** {exponent:g}")
            return
        self.emitter.spoken.append(f"{self.emitter.say(out)} = {self.emitter.say(symbol)}")

    def backward(self, applied: Applied, adjoint: str, reached: Expression | None) -> None:
        """Write the messages, one for each operand."""
        dims = applied.dims
        g = adjoint if len(dims) == 1 else self._split(adjoint, dims)
        if isinstance(reached, Symbol) and len(dims) > 1:
            reached = variable(self._split(self.emitter.evaluate(reached), dims))
        if applied.primitive is CHOOSE:
            self._send_to_the_chosen(applied, variable(g), reached)
            return
        for store, rows, message, said in self._messages(applied, g, reached):
            self.memory.send(store, rows.reshape(dims), message, reached, said=said)

    def _send_to_the_chosen(self, applied: Applied, g: Symbol, reached: Expression | None) -> None:
        condition = apply("greater", applied.operands[0], 0.0)
        for i, chosen in ((1, condition), (2, apply("logical_not", condition))):
            if self.wanted(applied.stores[i]):
                there = chosen if reached is None else apply("logical_and", chosen, reached)
                message = apply("where", there, g, 0.0)
                rows = applied.rows[i].reshape(applied.dims)
                self.memory.send(applied.stores[i], rows, message, there)

    def _messages(
        self, applied: Applied, adjoint: str, reached: Expression | None
    ) -> Iterator[tuple[int, Index, Expression, str]]:
        g = variable(adjoint)
        primitive, operands = applied.primitive, applied.operands
        if applied.slope is not None:
            slopes: tuple[Expression, ...] = (variable(applied.slope),)
        else:
            slopes = slopes_of(primitive, variable(applied.out), operands)
        for store, rows, slope in zip(applied.stores, applied.rows, slopes, strict=True):
            if self.wanted(store) and not sends_nothing(primitive, slope):
                said = self._said(applied, adjoint, slope)
                yield store, rows, guarded(g, slope, reached), said

    def _said(self, applied: Applied, adjoint: str, slope: Expression) -> str:
        emitter, primitive = self.emitter, applied.primitive
        if (applied.slope or size(slope) > SHORT) and primitive.arity == 1:
            (x,) = applied.operands
            name = plain_name(primitive.name)
            return f"{emitter.say(adjoint)} * {name}_prime({emitter.say(x)})"
        if isinstance(primitive, LogOf):
            a, x = map(emitter.say, applied.operands)
            return f"{emitter.say(adjoint)} * {plain_name(primitive.q.name)}_prime({x}) / {a}"
        return emitter.say(apply("multiply", variable(adjoint), slope))


class _Named:
    """A primitive's name, for the reader."""

    def __init__(self, primitive: Primitive):
        self.__name__ = "where" if primitive is CHOOSE else plain_name(primitive.name)

    def __call__(self, *operands: Any) -> Any:
        """Never called: expressions with it are only read."""
        raise NotImplementedError
