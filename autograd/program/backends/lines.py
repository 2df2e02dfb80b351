"""Elementary expressions as lines of NumPy: each operation into a buffer, which others use next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.primitives.operations import COMPARISONS, LOGICAL, OPERATIONS, Elementary
from autograd.program.backends.buffers import Buffers
from autograd.program.statements import broadcast, is_variable
from autograd.program.symbols import Expression, Symbol
from autograd.program.tokens import number, numpy_name

_OUT_BY_KEYWORD = {"maximum", "minimum"}


class Lines:
    """Lines of NumPy source in the making.

    An expression's value is known by a name, or is a number; it is put where it is asked for
    (`into`), or into scratch.
    """

    def __init__(self, dtype: Any):
        self.buffers = Buffers(dtype)
        self.lines: list[str] = []
        self._functions: dict[int, str] = {}
        self._numbers: dict[str, float] = {}

    def variable(self, symbol: Symbol, into: str | None) -> str:
        """The name of a variable's value."""
        raise NotImplementedError

    def evaluate(self, value: Expression, into: str | None = None) -> str:
        """Write the lines that compute an expression; the name of the result."""
        if is_variable(value):
            return self._value(value, into, {}, {})
        return self.evaluate_all([(value, into)])[0]

    def evaluate_all(self, values: list[tuple[Expression, str | None]]) -> list[str]:
        """`evaluate` expressions, with what they have in common once."""
        uses: dict[Any, int] = {}
        for value, _ in values:
            _count_uses(value, uses)
        known: dict[Any, str] = {}
        return [self._value(value, into, known, uses) for value, into in values]

    def _value(
        self, value: Expression, into: str | None, known: dict[Any, str], uses: dict[Any, int]
    ) -> str:
        if not isinstance(value, Symbol):
            found = number(value)
            if not isinstance(value, bool):
                self._numbers[found] = value
        elif is_variable(value):
            found = self.variable(value, into)
        elif value.key in known:
            found = known[value.key]
        else:
            found = known[value.key] = self._operation(value, into, known, uses)
        if into is not None and found != into:
            self.call(np.copyto, into, found)
        return into or found

    def _operation(
        self, value: Symbol, into: str | None, known: dict[Any, str], uses: dict[Any, int]
    ) -> str:
        value = value.args[0] if value.op == "indicator" else value
        names = [self._value(arg, None, known, uses) for arg in value.args]
        dtype = bool if value.op in (*COMPARISONS, *LOGICAL) else None
        shape = broadcast(self.buffers.shapes.get(name, ()) for name in names)
        out = into or self.buffers.scratch(shape, dtype)
        self.apply(value.function if value.op == "call" else value.op, names, out)
        for arg, name in zip(value.args, names, strict=True):
            if isinstance(arg, Symbol):
                uses[arg.key] -= 1
                if uses[arg.key] == 0:
                    self.buffers.release(name)
        return out

    def apply(self, op: Any, names: list[str], out: str) -> None:
        """A line for an elementary operation, by its name, or for a function that is none."""
        function = OPERATIONS[op] if isinstance(op, str) else op
        if isinstance(function, Elementary):
            function = function.over_arrays
        if op == "where":
            condition, x, y = names
            if self.buffers.dtypes.get(condition) != np.dtype(bool):
                condition = f"{condition} != 0"
            self.call(np.copyto, out, y)
            self.call(np.copyto, out, x, f"where={condition}")
        elif isinstance(function, np.ufunc) and function.nin + function.nout == len(names) + 1:
            place = f"out={out}" if op in _OUT_BY_KEYWORD else out
            self.call(function, *map(self._as_array, names), place)
        else:
            self.call(np.copyto, out, f"{self.name(function)}({', '.join(names)})")

    def _as_array(self, name: str) -> str:
        """A number as an array of no dimensions, which NumPy takes faster."""
        value = self._numbers.get(name)
        return name if value is None else self.buffers.number(name, value)

    def call(self, function: Any, *args: Any) -> None:
        """A line that calls a function."""
        self.lines.append(f"{self.name(function)}({', '.join(map(str, args))})")

    def name(self, function: Callable[..., Any]) -> str:
        """The name of a function in the source: NumPy's own, or one made here."""
        known = numpy_name(function) or self._functions.get(id(function))
        name = self._functions[id(function)] = known or self.buffers.fresh("f")
        self.buffers.scope[name] = function
        return name


def _count_uses(expression: Expression, uses: dict[Any, int]) -> None:
    """Count how often each part of an expression is an argument, in it without repeats."""
    todo, seen = [expression], set()
    while todo:
        one = todo.pop()
        if isinstance(one, Symbol) and one.op and one.key not in seen:
            seen.add(one.key)
            for arg in one.args:
                if isinstance(arg, Symbol):
                    uses[arg.key] = uses.get(arg.key, 0) + 1
                    todo.append(arg)
