"""NumPy: statements become Python source that calls NumPy's functions into buffers.

`forward` fills the arrays from the inputs, `backward` the adjoints from the seed. A primitive is
spelled out by its own computation on arrays; where it has a fused form, and its slope is wanted on
the way back, the forward pass computes both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.program.backends.buffers import Arrays, Buffers
from autograd.program.backends.loops import Repeated
from autograd.program.backends.scattering import add_at, find, find_together, mark
from autograd.program.backends.sum_lines import Sums
from autograd.program.statements import (
    BATCH,
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
)
from autograd.program.symbols import Expression, Symbol, spelled_out, variable, whole_of
from autograd.program.tokens import SCOPE, checked, number

LINES = 400
"""The most lines of one function: Python compiles long ones in more than linear time."""


class NumpyProgram:
    """Statements as NumPy source: `code` defines `forward` and `backward`, over `make`'s arrays.

    `calls` is how many lines run; `seed` the name of the view that the backward pass begins with;
    `replaceable` the names of rows that another array of their shape can stand for, during a run.
    """

    def __init__(self, program: Statements, dtype: Any):
        writer = _Writer(program, dtype)
        self.buffers = writer.buffers
        self.seed = None if program.seed is None else self.buffers.rows(program.seed)
        for array in program.leaves.values():
            self.buffers.array(array)
        sections = [("forward", program.forward), ("backward", program.backward)]
        lines = {name: writer.lines_of(statements) for name, statements in sections}
        for array in program.kept:
            self.buffers.array(array)
        self.calls = sum(map(len, lines.values()))
        self.replaceable = frozenset(self._replaceable(program))
        text = "\n".join(
            part for name in lines for part in _functions(name, lines[name], self.buffers)
        )
        self.code = checked(text, self.buffers.scope)
        self._compiled = compile(self.code, "<program>", "exec")

    def _replaceable(self, program: Statements) -> Iterator[str]:
        """Rows of numbers for each example that are given, or assigned as a whole first of all."""
        first: dict[Array, Statement] = {}
        for statement in (*program.forward, *program.backward):
            first.setdefault(statement.target.array, statement)
        whole = [a for a, s in first.items() if s.how == "=" and s.chosen is None]
        for array in (*program.leaves.values(), *whole):
            if array.rows == 1 and array.batched and array.name not in self.buffers.viewed:
                yield array.name

    def make(self, examples: int) -> tuple[Callable[[], None], Callable[[], None], Arrays]:
        """The two functions, and the arrays by name, for a number of examples."""
        arrays = self.buffers.make(examples)
        scope = {**SCOPE, **self.buffers.scope, **arrays}
        exec(self._compiled, scope)
        return scope["forward"], scope["backward"], arrays


def _functions(name: str, lines: list[str], buffers: Buffers) -> list[str]:
    """A function of these lines, which calls parts of it if they are many."""
    if len(lines) <= LINES:
        return [f"def {name}():\n    " + "\n    ".join(lines or ["pass"]) + "\n"]
    parts = {buffers.fresh("p"): lines[i : i + LINES] for i in range(0, len(lines), LINES)}
    found = [text for part, own in parts.items() for text in _functions(part, own, buffers)]
    return found + _functions(name, [f"{part}()" for part in parts], buffers)


class _Writer(Sums):
    """Lines for statements, and for the operands of their expressions."""

    def __init__(self, program: Statements, dtype: Any):
        super().__init__(program.operands, dtype)
        self._known: dict[Any, str] = {}
        self._fused = {(s.primitive, s.operand.key): n for n, s in self.operands.slopes()}
        self._written = Counter(statement.target.array for statement in program.backward)

    def lines_of(self, statements: list[Statement]) -> list[str]:
        self.lines = []
        for statement in statements:
            self._statement(statement)
        return self.lines

    # Statements

    def _statement(self, statement: Statement) -> None:
        target, value, how, index = statement
        if index is not None or how == "|=":
            self._at_places(target, value, how, index)
        elif how != "=" or not self._is_another_name(target, value):
            self._put(target, value, how)

    def _at_places(self, target: Rows, value: Expression, how: str, index: Symbol | None) -> None:
        into, numbers = self.buffers.rows(target), target.numbers
        fits = into is not None and self.operands.shape(value) == self.buffers.shapes[into]
        if index is None and fits and len(np.unique(numbers)) == numbers.size:
            found = self.evaluate(value)
            self.call(np.logical_or, into, found, into)
            self.buffers.release(found)
            return
        array = self.buffers.array(target.array)
        if index is None:
            places = self.buffers.constant(target.numbers[..., None])
        else:
            places = self._places(target, index)
        found = self.evaluate(value)
        self.call(mark if how == "|=" else add_at, array, places, found)
        self.buffers.release(found)

    def _put(self, target: Rows, value: Expression, how: str) -> None:
        into = self.buffers.rows(target)
        if into is None:
            rows = self.buffers.constant(target.numbers)
            place = f"{self.buffers.array(target.array)}[{rows}]"
            self.lines.append(f"{place} {how} {self.evaluate(value)}")
        elif how == "+=":
            negative = isinstance(value, Symbol) and value.op == "negative"
            found = self.evaluate(value.args[0] if negative else value)
            self.call(np.subtract if negative else np.add, into, found, into)
            self.buffers.release(found)
        elif isinstance(value, Symbol):
            self.evaluate(value, into)
        else:
            self.lines.append(f"{into}.fill({number(value)})")

    def _is_another_name(self, target: Rows, value: Expression) -> bool:
        """True if all that an adjoint will ever be is another array as it is: then it is that."""
        rows = self.operands.rows(value)
        if rows is None or self._written[target.array] != 1 or not target.whole:
            return False
        source = self.buffers.rows(rows)
        shape = (target.array.rows, target.array.columns)
        if source is None or self.buffers.shapes[source] != shape:
            return False
        self.buffers.alias(target.array, source)
        return True

    # Operands

    def variable(self, symbol: Symbol, into: str | None) -> str:
        """The name of an operand's value: where it lies, or `into`, or scratch."""
        if symbol.name not in self._known:
            operand = self.operands.of(symbol)
            write, lasting = _OPERANDS[type(operand)]
            if not lasting:
                shape = self.operands.shape(symbol)
                fits = into is not None and self.buffers.shapes[into] == shape
                out = into if fits and into is not None else self.buffers.scratch(shape)
                write(self, operand, out)
                return out
            name = write(self, operand, symbol)
            if isinstance(operand, Rows) and operand.array.role == "adjoint":
                return name
            self._known[symbol.name] = name
        return self._known[symbol.name]

    def _rows(self, rows: Rows, symbol: Symbol) -> str:
        """Rows: a view, or a copy made at this point."""
        found = self.buffers.rows(rows)
        if found is None:
            array = self.buffers.array(rows.array)
            dtype = self.buffers.dtypes[array]
            shape = self.operands.shape(symbol)
            found = self.buffers.buffer(shape, self.buffers.fresh("g"), dtype)
            self.call(np.take, array, self.buffers.constant(rows.numbers), "0", found, "'clip'")
        return found

    def _constants(self, numbers: Numbers, symbol: Symbol) -> str:
        return self.buffers.constant(numbers.numbers)

    def _applied(self, applied: Apply, out: str) -> None:
        primitive, operands = applied
        (first, *_) = operands
        slope = self._fused.get((primitive, getattr(first, "key", None)))
        if primitive.fused is None or slope is None:
            self.evaluate(spelled_out(primitive, operands), out)
            return
        value, local = primitive.fused(*operands)
        self.evaluate_all([(value, out), (local, self._kept(slope))])

    def _kept(self, slope: str) -> str:
        """A buffer for a slope that comes with its value."""
        shape = self.operands.shape(variable(slope))
        name = self._known[slope] = self.buffers.buffer(shape, self.buffers.fresh("g"))
        return name

    def _slope(self, slope: Slope, out: str) -> None:
        self.evaluate(slope.written, out)

    def _reduced(self, reduced: Reduce, out: str) -> None:
        primitive, whole = reduced
        slope = self._fused.get((primitive, whole.key))
        operands = self.evaluate(whole)
        if primitive.fused is None or slope is None:
            function = self.name(whole_of(primitive))
            self.call(np.copyto, out, f"{function}({operands}, axis=1)")
        else:
            fused = self.name(primitive.fused)
            self.lines.append(f"{out}[...], {self._kept(slope)}[...] = {fused}({operands}, 1)")

    def _taken(self, taken: Take, out: str) -> None:
        """The elements at the places, which are row numbers of where the table lies."""
        table: Rows = self.operands.of(taken.table)
        array, places = self.buffers.array(table.array), self._places(table, taken.chosen)
        column = "0"
        if table.array.batched:
            column = self.buffers.once("examples", "s", (BATCH,), lambda _, n: np.arange(n))
        self.lines.append(f"{out}[...] = {array}[{places}, {column}]")

    def _repeated(self, repeat: Repeat, out: str) -> None:
        """The results of a loop, by a function that has the step's arrays."""
        step = repeat.body.program
        code = NumpyProgram(step, self.buffers.dtype)
        given = ["None" if x is None else self.evaluate(x) for x in repeat.given]
        loop = self.buffers.once(
            repeat.body, "f", (), lambda _, n: Repeated(repeat.loop, step, code.make, n)
        )
        self.lines.append(f"{loop}({', '.join([*given, out])})")

    def _places(self, table: Rows, index: Symbol) -> str:
        """For each line of a table and each example, the row number that an index names."""
        numbers = table.numbers
        key = numbers.shape, numbers.tobytes(), index.name
        if key not in self._known:
            given, columns = self.evaluate(index), self.operands.shape(index)[-1]
            places = self.buffers.buffer((len(numbers), columns), self.buffers.fresh("r"), np.intp)
            rows = self.operands.rows(index)
            whole = rows is not None and rows.array.role == "index"
            if whole and bool((np.diff(numbers, axis=1) == 1).all()):
                first = self.buffers.constant(np.ascontiguousarray(numbers[:, :1]))
                self.call(find_together, first, numbers.shape[1], given, places)
            else:
                self.call(find, self.buffers.constant(numbers), given, places)
            self._known[key] = places
        return self._known[key]


_OPERANDS: dict[Any, tuple[Any, bool]] = {
    Rows: (_Writer._rows, True),
    Numbers: (_Writer._constants, True),
    Apply: (_Writer._applied, False),
    Slope: (_Writer._slope, False),
    Terms: (_Writer.terms, False),
    Product: (_Writer.product, False),
    Outer: (_Writer.outer, False),
    Sum: (_Writer.sum, False),
    ByRow: (_Writer.by_row, False),
    Reduce: (_Writer._reduced, False),
    Take: (_Writer._taken, False),
    Repeat: (_Writer._repeated, False),
}
"""The writers of operands, and if their values have a lasting place."""
