"""Primitives applied to rows of arrays: element by element, over several operands, by choice.

The backward pass reads the primitive's own local-gradient rule with symbols: the message to an
operand is the adjoint times what the rule gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.conditions import CHOOSE, CONDITIONS
from autograd.errors import TraceError
from autograd.primitive import Primitive
from autograd.program.arrange import Group, Ref
from autograd.program.emitter import BATCH
from autograd.program.memory import Memory
from autograd.program.normal import Apply
from autograd.program.patterns import Index, factored
from autograd.program.symbols import (
    Expression,
    Symbol,
    apply,
    guarded,
    opaque,
    select,
    slopes_of,
    spelled_out,
    variable,
)
from autograd.taking import TAKE, checked_index

__all__ = ["ApplicationWriter", "Applied"]

SHORT = 3
"""Up to how many operations a slope is written out for the reader, rather than named."""


class Applied(NamedTuple):
    """What the backward pass needs of a group: its operands and their rows, as they were read.

    `stores` is −1 for constants; `dims` is how the group's rows are split for views.
    """

    primitive: Primitive
    stores: list[int]
    rows: list[Index]
    operands: list[Expression]
    out: str
    dims: tuple[int, ...]
    slope: str | None = None
    """Where the forward pass left the local gradient, if it came with the value."""


class ApplicationWriter:
    """Writes groups of applications, forward and backward."""

    def __init__(self, memory: Memory, place: dict[int, Ref]):
        self.memory, self.place, self.emitter = memory, place, memory.emitter

    # Forward

    def forward(self, group: Group, out: str) -> Applied:
        """Write out = primitive(operands)."""
        first = group.nodes[0]
        assert isinstance(first, Apply)
        primitive = first.primitive
        stores, rows, constants = self._columns(group)
        if primitive is TAKE:
            return self._take(primitive, stores, rows, constants, out)
        if primitive.arity is None and primitive is not CHOOSE:
            return self._over_operands(primitive, stores, rows, constants, out)
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
        if primitive.fused is not None and self._wanted(group.store):
            return applied._replace(slope=self._value_and_slope(primitive, operands, target))
        self.emitter.evaluate(self._computation(primitive, operands), into=target)
        return applied

    def _value_and_slope(
        self, primitive: Primitive, operands: list[Expression], target: str
    ) -> str:
        """Both, with what they share computed once; the name of the slope."""
        assert primitive.fused is not None
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

    def _columns(self, group: Group) -> tuple[list[int], list[Index], list[Expression]]:
        """For each operand its store (−1: constant), its row for each node, its constants."""
        stores, rows, constants = [], [], []
        for column in zip(
            *(node.operands for node in group.nodes if isinstance(node, Apply)), strict=True
        ):
            if isinstance(column[0], float):
                numbers = np.array(column)[:, None]
                same = len(set(map(repr, column))) == 1
                constants.append(column[0] if same else variable(self.emitter.constant(numbers)))
                stores.append(-1)
                rows.append(np.zeros(0, np.intp))
            else:
                places = [self.place[v] for v in column]
                constants.append(0.0)
                stores.append(places[0].store)
                rows.append(np.array([place.row for place in places], np.intp))
        return stores, rows, constants

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
            return apply(select, apply(np.greater, condition, 0.0), x, y)
        if not any(isinstance(x, Symbol) for x in operands):
            return primitive.number(*operands)
        return spelled_out(primitive, tuple(operands))

    def _say(self, primitive: Primitive, operands: list[Expression], out: str) -> None:
        symbol: Expression = Symbol(_Named(primitive), tuple(operands))
        if primitive.op in ("*", "/"):
            symbol = self._computation(primitive, operands)
        elif primitive.name == "power":
            exponent = primitive.constants["exponent"]
            base = self.emitter.say(operands[0])
            self.emitter.spoken.append(f"{self.emitter.say(out)} = {base} ** {exponent:g}")
            return
        self.emitter.spoken.append(f"{self.emitter.say(out)} = {self.emitter.say(symbol)}")

    def _over_operands(
        self,
        primitive: Primitive,
        stores: list[int],
        rows: list[Index],
        constants: list[Expression],
        out: str,
    ) -> Applied:
        """A primitive of n operands: their rows as one array of shape (k, n, examples)."""
        k = self.emitter.shapes[out][0]
        whole = variable(self._together(stores, rows, constants, k))
        emitter = self.emitter
        emitter.spoken.append(
            f"{emitter.say(out)} = {primitive.name}({emitter.say(whole)}, axis=1)"
        )
        applied = Applied(primitive, stores, rows, [whole], out, (k,))
        one_place = min(stores) == max(stores) >= 0
        if primitive.fused is not None and one_place and self._wanted(stores[0]):
            slope = emitter.buffer(emitter.shapes[whole.name], emitter.fresh("g"))
            fused = emitter.function(primitive.fused)
            emitter.lines.append(f"{out}[...], {slope}[...] = {fused}({whole.name}, 1)")
            return applied._replace(slope=slope)
        emitter.call(np.copyto, out, f"{emitter.function(opaque(primitive))}({whole.name}, axis=1)")
        return applied

    def _together(
        self, stores: list[int], rows: list[Index], constants: list[Expression], k: int
    ) -> str:
        """The operands of k nodes side by side: a view if they lie so, else a copy."""
        table = np.stack(rows, axis=1) if min(stores) == max(stores) >= 0 else None
        if table is not None:
            return self.memory.read(stores[0], table)
        batched = any(store >= 0 and self.memory.columns(store) == BATCH for store in stores)
        emitter = self.emitter
        stack = emitter.buffer((k, len(stores), BATCH if batched else 1), emitter.fresh("g"))
        for i, (store, index, constant) in enumerate(zip(stores, rows, constants, strict=True)):
            value = constant if store < 0 else variable(self.memory.read(store, index))
            slot = emitter.view(f"{stack}[:, {i}]", (k, emitter.shapes[stack][-1]))
            emitter.evaluate(value, into=slot)
        return stack

    def _take(
        self,
        primitive: Primitive,
        stores: list[int],
        rows: list[Index],
        constants: list[Expression],
        out: str,
    ) -> Applied:
        """rows[index], by the number of the row in the table's store."""
        emitter, memory = self.emitter, self.memory
        k, count = len(rows[-1]) or emitter.shapes[out][0], len(stores) - 1
        if stores[-1] < 0:
            raise TraceError("the index of take is a constant here; write rows[i]")
        index = memory.read(stores[-1], rows[-1])
        if min(stores[:-1]) == max(stores[:-1]) >= 0:
            array, columns = memory.names[stores[0]], memory.columns(stores[0])
            table = np.stack(rows[:-1], axis=1)
            memory.readers[stores[0]] += 1
        else:
            stack = self._together(stores[:-1], rows[:-1], constants[:-1], k)
            array, columns = f"{stack}.reshape({k * count}, -1)", emitter.shapes[stack][-1]
            table = np.arange(k * count).reshape(k, count)
        places = emitter.buffer((k, memory.columns(stores[-1])), emitter.fresh("r"), "int")
        emitter.call(_find_rows, emitter.constant(table), index, places)
        column = "0" if columns == 1 else "np.arange(B)"
        emitter.lines.append(f"{out}[...] = {array}[{places}, {column}]")
        emitter.spoken.append(
            f"{emitter.say(out)} = take({emitter.say(array)}, {emitter.say(index)})"
        )
        return Applied(primitive, stores, rows, [variable(places)], out, (k,))

    # Backward

    def backward(self, applied: Applied, adjoint: str, group: Group) -> None:
        """Write the messages that the group's nodes with this adjoint send to their operands."""
        index = np.arange(group.start, group.start + len(group.nodes))
        conditional = bool(self.memory.conditional[group.store][index].any())
        if applied.primitive is TAKE:
            self._back_through_take(applied, adjoint)
        elif applied.primitive.arity is None and applied.primitive is not CHOOSE:
            self._back_over_operands(applied, adjoint, conditional)
        else:
            g = adjoint if len(applied.dims) == 1 else self._split(adjoint, applied.dims)
            for store, rows, message, said in self._element_messages(applied, g, conditional):
                chosen = conditional or applied.primitive is CHOOSE
                rows = rows.reshape(applied.dims)
                self.memory.send(store, rows, message, conditional=chosen, said=said)

    def _wanted(self, store: int) -> bool:
        return store >= 0 and self.memory.stores[store].differentiable

    def _element_messages(
        self, applied: Applied, adjoint: str, conditional: bool
    ) -> Iterator[tuple[int, Index, Expression, str]]:
        g = variable(adjoint)
        primitive, operands = applied.primitive, applied.operands
        if primitive is CHOOSE:
            chosen = apply(np.greater, operands[0], 0.0)
            choices = ((1, apply(select, chosen, g, 0.0)), (2, apply(select, chosen, 0.0, g)))
            for i, message in choices:
                if self._wanted(applied.stores[i]):
                    yield applied.stores[i], applied.rows[i], message, self.emitter.say(message)
            return
        if applied.slope is not None:
            slopes: tuple[Expression, ...] = (variable(applied.slope),)
        else:
            slopes = slopes_of(primitive, variable(applied.out), operands)
        for store, rows, slope in zip(applied.stores, applied.rows, slopes, strict=True):
            if self._wanted(store) and not sends_nothing(primitive, slope):
                said = self._said(applied, adjoint, slope)
                yield store, rows, guarded(g, slope, conditional), said

    def _said(self, applied: Applied, adjoint: str, slope: Expression) -> str:
        emitter = self.emitter
        if (applied.slope or size(slope) > SHORT) and applied.primitive.arity == 1:
            (x,) = applied.operands
            return f"{emitter.say(adjoint)} * {applied.primitive.name}_prime({emitter.say(x)})"
        return emitter.say(apply(np.multiply, variable(adjoint), slope))

    def _back_over_operands(self, applied: Applied, adjoint: str, conditional: bool) -> None:
        emitter = self.emitter
        (whole,) = applied.operands
        if applied.slope is not None:
            slope = variable(applied.slope)
            self.emitter.aliases[applied.slope] = (
                f"{applied.primitive.name}_prime({self.emitter.say(whole)})"
            )
            self._send_together(applied, adjoint, lambda whole, outer: slope, conditional)
            return
        n = len(applied.stores)
        one = [emitter.view(f"{whole.name}[:, {i}]", self._row_shape(whole)) for i in range(n)]
        slopes = slopes_of(applied.primitive, variable(applied.out), list(map(variable, one)))
        common = _common(slopes, one)
        if common is not None and min(applied.stores) == max(applied.stores):
            self._send_together(applied, adjoint, common, conditional)
            return
        known: dict[Any, str] = {}
        for i, (store, rows) in enumerate(zip(applied.stores, applied.rows, strict=True)):
            if self._wanted(store):
                slope = slopes[i]
                if isinstance(slope, Symbol):
                    slope = variable(emitter.evaluate(slope, known=known))
                message = guarded(variable(adjoint), slope, conditional)
                self.memory.send(store, rows, message, conditional=conditional)
        for name in known.values():
            emitter.release(name)

    def _row_shape(self, whole: Symbol) -> tuple[int, ...]:
        k, _, columns = self.emitter.shapes[whole.name]
        return (k, columns)

    def _send_together(
        self, applied: Applied, adjoint: str, common: Any, conditional: bool
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
        slope = common(whole, {applied.out: out})
        table = np.stack(applied.rows, axis=1)
        if self._wanted(applied.stores[0]):
            message = guarded(g, slope, conditional)
            self.memory.send(applied.stores[0], table, message, conditional=conditional)

    def _back_through_take(self, applied: Applied, adjoint: str) -> None:
        """Scatter-add: the element taken is sent the whole adjoint."""
        emitter, memory = self.emitter, self.memory
        (places,) = applied.operands
        stores = applied.stores[:-1]
        if min(stores) < 0 or min(stores) != max(stores):
            self._back_through_stack(applied, adjoint)
            return
        store = stores[0]
        if not self._wanted(store):
            return
        rows = np.unique(np.stack(applied.rows[:-1]))
        memory.zero_fill(store, rows)
        memory.conditional[store][rows] &= True
        target, columns = memory.adjoint(store), memory.columns(store)
        add = emitter.function(_add_shared if columns == 1 else _add_batched)
        emitter.lines.append(f"{add}({target}, {places.name}, {adjoint})")
        emitter.spoken.append(f"{emitter.say(target)} += scatter({emitter.say(adjoint)})")

    def _back_through_stack(self, applied: Applied, adjoint: str) -> None:
        """Operands of several stores: each is sent the adjoint where it was taken."""
        (places,) = applied.operands
        count = len(applied.stores) - 1
        for i, (store, rows) in enumerate(zip(applied.stores[:-1], applied.rows[:-1], strict=True)):
            if self._wanted(store):
                taken = self.emitter.scratch(self.emitter.shapes[adjoint], "bool")
                self.emitter.lines.append(f"np.equal({places.name} % {count}, {i}, {taken})")
                message = apply(select, variable(taken), variable(adjoint), 0.0)
                self.memory.send(store, rows, message, conditional=True)
                self.emitter.release(taken)


class _Named:
    """A primitive's name, for the reader."""

    def __init__(self, primitive: Primitive):
        self.__name__ = "where" if primitive is CHOOSE else primitive.name

    def __call__(self, *operands: Any) -> Any:
        """Never called: expressions with it are only read."""
        raise NotImplementedError


def sends_nothing(primitive: Primitive, slope: Expression) -> bool:
    """Whether an operand takes no part in the gradient: of a comparison, or one not chosen."""
    chosen = isinstance(slope, Symbol) or slope != 0.0
    return primitive in CONDITIONS.values() or (primitive.selects and not chosen)


def _with_one(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[0], 1, *shape[1:])


def size(expression: Expression) -> int:
    """How many operations are in an expression."""
    if not isinstance(expression, Symbol) or expression.function is None:
        return 0
    return 1 + sum(map(size, expression.args))


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
    if slope.function is None:
        if slope.name == own:
            return "·"
        if slope.name in set(operands):
            raise LookupError(slope.name)
        return slope.name
    return (id(slope.function), *(_form(arg, own, operands) for arg in slope.args))


def _replaced(expression: Expression, names: dict[str, Any]) -> Expression:
    """The expression with other symbols in place of variables."""
    if not isinstance(expression, Symbol):
        return expression
    if expression.function is None:
        return names.get(expression.name, expression)
    return Symbol(expression.function, tuple(_replaced(arg, names) for arg in expression.args))


def _find_rows(table: Index, index: Any, out: Index) -> None:
    """The row of the store for each node and example: table[node, index[node, example]]."""
    count = table.shape[1]
    low, high = index.min(), index.max()
    if not (low >= 0 and high < count):
        checked_index(float(high if low >= 0 else low), count)
    if index.dtype.kind == "f":
        for number in np.unique(index):
            checked_index(float(number), count)
        index = index.astype(np.intp)
    out[...] = table[np.arange(len(table))[:, None], index]


def _add_shared(target: Any, rows: Any, messages: Any) -> None:
    """Add messages to rows of an adjoint that all examples share."""
    full = np.broadcast_to(messages, np.broadcast_shapes(rows.shape, messages.shape))
    rows = np.broadcast_to(rows, full.shape)
    target[:, 0] += np.bincount(rows.ravel(), weights=full.ravel(), minlength=len(target))


def _add_batched(target: Any, rows: Any, messages: Any) -> None:
    """Add messages to rows of an adjoint, each example to its own column."""
    columns = np.broadcast_to(np.arange(target.shape[1]), messages.shape)
    np.add.at(target, (np.broadcast_to(rows, messages.shape), columns), messages)
