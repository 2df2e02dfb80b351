"""Primitives of any number of operands, such as logsumexp: along an axis of an array.

Where the slopes of all operands are one function of each, as a softmax is, they are computed for
all of them at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.program.arrays.applied import ApplicationWriter, Applied, operation
from autograd.program.arrays.arrange import Group
from autograd.program.spelling import plain_name
from autograd.program.symbols import (
    Expression,
    Symbol,
    guarded,
    opaque,
    sends_nothing,
    slopes_of,
    variable,
)


class ReductionWriter(ApplicationWriter):
    """Writes primitives of n operands."""

    def forward(self, group: Group, out: str) -> Applied:
        """Write out = primitive(operands): their rows as one array of shape (k, n, examples)."""
        primitive, k = operation(group), len(group.nodes)
        stores, rows, constants = self.columns(group)
        whole = variable(self.together(stores, rows, constants, k))
        emitter = self.emitter
        emitter.spoken.append(
            f"{emitter.say(out)} = {plain_name(primitive.name)}({emitter.say(whole)}, axis=1)"
        )
        applied = Applied(primitive, stores, rows, [whole], out, (k,))
        one_place = min(stores) == max(stores) >= 0
        if primitive.fused is not None and one_place and self.wanted(stores[0]):
            slope = emitter.buffer(emitter.shapes[whole.name], emitter.fresh("g"))
            fused = emitter.function(primitive.fused)
            emitter.lines.append(f"{out}[...], {slope}[...] = {fused}({whole.name}, 1)")
            return applied._replace(slope=slope)
        emitter.call(np.copyto, out, f"{emitter.function(opaque(primitive))}({whole.name}, axis=1)")
        return applied

    def backward(self, applied: Applied, adjoint: str, reached: Expression | None) -> None:
        """Write the messages: one for all operands, or one for each."""
        emitter = self.emitter
        (whole,) = applied.operands
        if applied.slope is not None:
            slope = variable(applied.slope)
            self.emitter.aliases[applied.slope] = (
                f"{plain_name(applied.primitive.name)}_prime({self.emitter.say(whole)})"
            )
            self._send_together(applied, adjoint, lambda whole, outer: slope, reached)
            return
        n = len(applied.stores)
        one = [emitter.view(f"{whole.name}[:, {i}]", self._row_shape(whole)) for i in range(n)]
        slopes = slopes_of(applied.primitive, variable(applied.out), list(map(variable, one)))
        if all(sends_nothing(applied.primitive, slope) for slope in slopes):
            return
        common = _common(slopes, one)
        if common is not None and min(applied.stores) == max(applied.stores):
            self._send_together(applied, adjoint, common, reached)
            return
        known: dict[Any, str] = {}
        for i, (store, rows) in enumerate(zip(applied.stores, applied.rows, strict=True)):
            slope = slopes[i]
            if self.wanted(store) and not sends_nothing(applied.primitive, slope):
                if isinstance(slope, Symbol):
                    slope = variable(emitter.evaluate(slope, known=known))
                message = guarded(variable(adjoint), slope, reached)
                self.memory.send(store, rows, message, reached)
        for name in known.values():
            emitter.release(name)

    def _row_shape(self, whole: Symbol) -> tuple[int, ...]:
        k, _, columns = self.emitter.shapes[whole.name]
        return (k, columns)

    def _send_together(
        self, applied: Applied, adjoint: str, common: Any, reached: Expression | None
    ) -> None:
        """One message for all operands, where their slopes are the same function of them."""
        emitter = self.emitter
        (whole,) = applied.operands
        out, g = (
            variable(
                emitter.view(f"{name}[:, None]", (*_with_one(emitter.shapes[name]),),
                             f"{emitter.say(name)}[:, None]")
            )
            for name in (applied.out, adjoint)
        )  # fmt: skip
        if isinstance(reached, Symbol):
            name = emitter.evaluate(reached)
            reached = variable(emitter.view(f"{name}[:, None]", _with_one(emitter.shapes[name])))
        slope = common(whole, {applied.out: out})
        table = np.stack(applied.rows, axis=1)
        if self.wanted(applied.stores[0]):
            message = guarded(g, slope, reached)
            self.memory.send(applied.stores[0], table, message, reached)


def _with_one(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[0], 1, *shape[1:])


def _common(slopes: tuple[Expression, ...], operands: list[str]) -> Any:
    """The function that gives every slope from its own operand, if there is one such function."""
    first = slopes[0]

    if all(not isinstance(slope, Symbol) for slope in slopes):
        return (lambda whole, outer: first) if len(set(slopes)) == 1 else None
    try:
        forms = {_form(slope, own, operands) for slope, own in zip(slopes, operands, strict=True)}
    except LookupError:
        return None
    if len(forms) > 1:
        return None
    return lambda whole, outer: _replaced(first, {operands[0]: whole, **outer})


def _form(slope: Expression, own: str, operands: list[str]) -> Any:
    """The key of a slope with its own operand unnamed; LookupError if another operand is in it."""
    if not isinstance(slope, Symbol):
        return repr(slope)
    if not slope.op:
        if slope.name == own:
            return "·"
        if slope.name in set(operands):
            raise LookupError(slope.name)
        return slope.name
    kind = id(slope.function) if slope.op == "call" else slope.op
    return (kind, *(_form(arg, own, operands) for arg in slope.args))


def _replaced(expression: Expression, names: dict[str, Any]) -> Expression:
    """The expression with other symbols in place of variables."""
    if not isinstance(expression, Symbol):
        return expression
    if not expression.op:
        return names.get(expression.name, expression)
    args = tuple(_replaced(arg, names) for arg in expression.args)
    return Symbol(expression.op, args, function=expression.function)
