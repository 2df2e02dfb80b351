"""Statements evaluated on JAX arrays: what jit sees of them is one pure computation.

An array that a statement writes to is replaced by another. Matrix products stay what they are;
what is to be added up in order is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.primitives.operations import COMPARISONS, LOGICAL
from autograd.program.backends.jax.arrays import (
    called,
    operation,
    reduced,
    value_and_slope,
)
from autograd.program.backends.jax.loops import repeated
from autograd.program.backends.jax.sums import Sums, numbered
from autograd.program.row_patterns import Index, affine
from autograd.program.statements import (
    Apply,
    Array,
    ByRow,
    Numbers,
    Outer,
    Product,
    Reduce,
    Repeat,
    Rows,
    Slope,
    Statement,
    Statements,
    Sum,
    Take,
    Terms,
    is_variable,
)
from autograd.program.symbols import Expression, Symbol, spelled_out


class Interpreter(Sums):
    """One run of statements; `arrays` holds what they have computed, by name.

    Attributes:
        misses: for each `take`: is there an index of none of its elements, one such index if there
            is, and the count of elements.
    """

    def __init__(self, program: Statements, examples: int, dtype: Any) -> None:
        super().__init__(program.operands, examples, dtype)
        self.program = program
        self.arrays: dict[str, Any] = {}
        self.misses: list[tuple[Any, Any, int]] = []
        self._slopes: dict[str, Any] = {}
        self._quotients: dict[int, Any] = {}
        self._fused = {(s.primitive, s.operand.key): n for n, s in self.operands.slopes()}

    def read(self, block: int, columns: Any) -> None:
        """Fill a leaf: (elements, examples or 1)."""
        array = self.program.leaves[block]
        columns = self.jnp.asarray(columns)
        if array.role != "index":
            columns = columns.astype(self.dtype)
        self.arrays[array.name] = self.jnp.broadcast_to(columns, self._shape(array))

    def outputs(self) -> list[Any]:
        """Run forward: a row for each output, with a number for every example."""
        return self.rows_of_outputs(self.examples)

    def rows_of_outputs(self, columns: int) -> list[Any]:
        """Run forward: a row for each output, of so many columns."""
        self._run(self.program.forward)
        rows = [
            self.dtype.type(o) if isinstance(o, float) else self._array(o[0])[o[1]]
            for o in self.program.outputs
        ]
        return [self.jnp.broadcast_to(row, (columns,)) for row in rows]

    def gradients(self, seed: Any) -> dict[int, Any]:
        """Run backward from the output's adjoint, and give those of the leaves."""
        rows = self.program.seed
        if rows is not None:
            zeros = self._array(rows.array)
            self.arrays[rows.array.name] = zeros.at[numbered(rows.numbers)].set(seed)
            self._run(self.program.backward)
        return {block: self._array(array) for block, array in self.program.gradients.items()}

    # Arrays and statements

    def _shape(self, array: Array) -> tuple[int, int]:
        return array.rows, self.examples if array.batched else 1

    def _array(self, array: Array) -> Any:
        """An array as it is by now: zeros at first."""
        if array.name not in self.arrays:
            dtype = bool if array.role == "reached" else self.dtype
            self.arrays[array.name] = self.jnp.zeros(self._shape(array), dtype)
        return self.arrays[array.name]

    def _run(self, statements: list[Statement]) -> None:
        for target, value, how, chosen in statements:
            found = self.evaluate(value)
            if chosen is not None or how == "|=":
                self._put_at_places(target, found, how, chosen)
            else:
                self._put(target, found, how)

    def _put(self, target: Rows, value: Any, how: str) -> None:
        array, flat = target.array, target.numbers.ravel()
        columns = self._shape(array)[1]
        value = self.jnp.broadcast_to(value, (*target.numbers.shape, columns))
        value = value.reshape(flat.size, columns)
        if how == "=" and np.array_equal(flat, np.arange(array.rows)):
            self.arrays[array.name] = value.astype(self._array(array).dtype)
            return
        old = self._array(array)
        if _lie_together(flat):
            first = int(flat[0])
            if how == "+=":
                value = self.lax.slice_in_dim(old, first, first + flat.size) + value
            value = value.astype(old.dtype)
            new = self.lax.dynamic_update_slice_in_dim(old, value, first, 0)
        else:
            place = old.at[numbered(flat)]
            new = (place.add if how == "+=" else place.set)(value, unique_indices=True)
        self.arrays[array.name] = new

    def _put_at_places(self, target: Rows, value: Any, how: str, chosen: Symbol | None) -> None:
        """Add to, or mark, rows that an index names for each example, in the example's column."""
        old = self._array(target.array)
        places = (
            numbered(target.numbers[..., None])
            if chosen is None
            else self._places(target, chosen)[0]
        )
        shape = np.broadcast_shapes(places.shape, np.shape(value), (1, old.shape[1]))
        own = old.shape[1] == shape[-1]
        columns = numbered(np.broadcast_to(np.arange(shape[-1]) if own else 0, shape))
        place = old.at[self.jnp.broadcast_to(places, shape), columns]
        value = self.jnp.broadcast_to(value, shape)
        self.arrays[target.array.name] = place.max(value) if how == "|=" else place.add(value)

    # Expressions

    def evaluate(self, value: Expression) -> Any:
        """The value of an expression; what occurs in it twice is computed once."""
        return self._value(value, {})

    def _value(self, x: Expression, known: dict[Any, Any]) -> Any:
        if not isinstance(x, Symbol):
            return x if isinstance(x, bool) else self.dtype.type(x)
        if is_variable(x):
            return self._operand(x)
        if x.key not in known:
            args = [self._value(arg, known) for arg in x.args]
            known[x.key] = self._operation(x, args)
        return known[x.key]

    def _operation(self, x: Symbol, args: list[Any]) -> Any:
        if x.op == "call":
            return called(x.function, args)
        if x.op == "indicator":
            return self.jnp.asarray(args[0]).astype(self.dtype)
        if x.op not in (*COMPARISONS, *LOGICAL, "where"):
            args = [self._as_number(arg) for arg in args]
        elif x.op == "where":
            args = [self.jnp.asarray(args[0]).astype(bool), *map(self._as_number, args[1:])]
        if x.op == "divide":
            return self._quotient(*args)
        return operation(x.op)(*args)

    def _quotient(self, x: Any, y: Any) -> Any:
        """x / y, after which XLA is not to see (x / y) / z as x / (y · z), which may overflow."""
        x, y = (self.lax.optimization_barrier(v) if id(v) in self._quotients else v for v in (x, y))
        found = operation("divide")(x, y)
        self._quotients[id(found)] = found
        return found

    def _as_number(self, x: Any) -> Any:
        """A condition as 1 or 0, where it is computed with."""
        return x.astype(self.dtype) if getattr(x, "dtype", self.dtype).kind == "b" else x

    # Operands

    def _operand(self, symbol: Symbol) -> Any:
        operand = self.operands.of(symbol)
        if isinstance(operand, Slope) and symbol.name in self._slopes:
            return self._slopes[symbol.name]
        return _OPERANDS[type(operand)](self, operand)

    def rows(self, rows: Rows) -> Any:
        """Rows of an array as it is by now."""
        array = self._array(rows.array)
        return array if rows.whole else self._taken_rows(array, rows.numbers)

    def _taken_rows(self, array: Any, numbers: Index) -> Any:
        """Rows of an array: a slice where they follow each other in equal steps, else a gather."""
        flat = numbers.ravel()
        found = affine(flat)
        if found is None or (flat.size > 1 and found[1][0] < 1):
            return array[numbered(numbers)]
        base, (step,) = found
        part = self.lax.slice_in_dim(array, base, int(flat[-1]) + 1, step or 1)
        return part.reshape(*numbers.shape, array.shape[1])

    def _numbers(self, numbers: Numbers) -> Any:
        return numbers.numbers if numbers.numbers.dtype == bool else numbers.numbers.astype(
            self.dtype)  # fmt: skip

    def _applied(self, applied: Apply) -> Any:
        primitive, operands = applied
        slope = self._fused.get((primitive, getattr(operands[0], "key", None)))
        if primitive.fused is None or slope is None:
            return self.evaluate(spelled_out(primitive, operands))
        value, local = primitive.fused(*operands)
        known: dict[Any, Any] = {}
        self._slopes[slope] = self._value(local, known)
        return self._value(value, known)

    def _slope(self, slope: Slope) -> Any:
        return self.evaluate(slope.written)

    def _reduced(self, taken: Reduce) -> Any:
        primitive, whole = taken
        slope = self._fused.get((primitive, whole.key))
        if primitive.fused is None or slope is None:
            return reduced(primitive, self.evaluate(whole), 1)
        value, self._slopes[slope] = value_and_slope(primitive, self.evaluate(whole), 1)
        return value

    def _taken(self, taken: Take) -> Any:
        """The elements at the places; nan where an index is none."""
        table: Rows = self.operands.of(taken.table)
        array, (places, is_one) = self._array(table.array), self._places(table, taken.chosen)
        columns = numbered(np.arange(self.examples if table.array.batched else 1))
        return self.jnp.where(is_one, array[places, columns], np.nan)

    def _places(self, table: Rows, chosen: Symbol) -> tuple[Any, Any]:
        """For each line of a table and each example, the row that an index names, if it is one."""
        index, (lines, count) = self.jnp.asarray(self.evaluate(chosen)), table.numbers.shape
        is_one = (index >= 0) & (index < count)
        if index.dtype.kind == "f":
            is_one &= index == self.jnp.floor(index)
        worst = index.ravel()[self.jnp.argmin(is_one)]
        self.misses.append((~is_one.all(), worst, count))
        safe = self.jnp.where(is_one, index, 0).astype(np.int32)
        lines_of = numbered(np.arange(lines)[:, None])
        return self.jnp.asarray(numbered(table.numbers))[lines_of, safe], is_one


def _lie_together(flat: Index) -> bool:
    return bool((np.diff(flat) == 1).all())


_OPERANDS: dict[Any, Callable[[Interpreter, Any], Any]] = {
    Rows: Interpreter.rows,
    Numbers: Interpreter._numbers,
    Apply: Interpreter._applied,
    Slope: Interpreter._slope,
    Terms: Interpreter.terms,
    Product: Interpreter.product,
    Outer: Interpreter.outer,
    Sum: Interpreter.sum,
    ByRow: Interpreter.by_row,
    Reduce: Interpreter._reduced,
    Take: Interpreter._taken,
    Repeat: repeated,
}
