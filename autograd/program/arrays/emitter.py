"""Writing NumPy source: buffers and views that are made once, and lines that run every time.

Every array has a shape whose last entry stands for the examples: BATCH, or 1 for what all
examples share. Names are made here, from kinds and numbers only: nothing that a user wrote can
get into the source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autograd.primitives.summation import add_in_order
from autograd.primitives.vocabulary import COMPARISONS, LOGICAL, OPERATIONS
from autograd.program.spelling import SCOPE, number, numpy_name, plain_name
from autograd.program.symbols import Expression, Symbol

BATCH = -1
ADD_UP = np.add.reduce
Shape = tuple[int, ...]

_OUT_BY_KEYWORD = {np.maximum, np.minimum}
_INFIX = {
    "add": ("+", 1), "subtract": ("-", 1), "multiply": ("*", 2), "divide": ("/", 2),
    "less": ("<", 0), "less_equal": ("<=", 0), "greater": (">", 0), "greater_equal": (">=", 0),
}  # fmt: skip


class SumOver:
    """The sum over one axis, which stays with length 1, of something of this shape."""

    __name__ = "sum"

    def __init__(self, axis: int, shape: tuple[int, ...]):
        self.axis, self.shape = axis, shape

    def result(self) -> tuple[int, ...]:
        """The shape of the sum."""
        return (*self.shape[: self.axis], 1, *self.shape[self.axis + 1 :])


def summed(expression: Expression, axis: int, shape: tuple[int, ...]) -> Symbol:
    """The sum over one axis of an expression that fills this shape."""
    return Symbol("call", (expression,), function=SumOver(axis, shape))  # type: ignore[arg-type]


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """The shape that arrays of these shapes have together."""
    found = [s for s in shapes if s]
    longest = max(map(len, found), default=0)
    padded = [(1,) * (longest - len(s)) + s for s in found]
    return tuple(next((n for n in sizes if n != 1), 1) for sizes in zip(*padded, strict=True))


class Emitter:
    """Source in the making.

    Attributes:
        prelude: lines that make buffers, constants and views, once for a number of examples.
        lines: what is being written now: the forward or the backward pass.
        spoken: what the reader is told instead, line by line.
        aliases: how the reader is told of views, by name.
        solid: the arrays whose elements lie without gaps, which np.dot can write into.
        shapes: of every name.
        scope: the functions and constant arrays that the source refers to, by name.
    """

    def __init__(self) -> None:
        self.prelude: list[str] = []
        self.lines: list[str] = []
        self.spoken: list[str] = []
        self.aliases: dict[str, str] = {}
        self.shapes: dict[str, Shape] = {}
        self.scope: dict[str, Any] = {"np": np, **SCOPE}
        self.solid: set[str] = set()
        self._functions: dict[int, str] = {}
        self._named: dict[str, str] = {}
        self._numbers: set[str] = set()
        self._free: dict[tuple[Shape, str], list[str]] = {}
        self._kinds: dict[str, str] = {}
        self._count = 0

    def fresh(self, prefix: str) -> str:
        """A name that has not been used."""
        self._count += 1
        return f"{prefix}{self._count}"

    def buffer(self, shape: Shape, name: str = "", kind: str = "real") -> str:
        """An array of this shape, zeros at first."""
        name = name or self.fresh("t")
        sizes = ", ".join("B" if n == BATCH else str(n) for n in shape)
        self.prelude.append(f"{name} = np.zeros(({sizes},), {kind})")
        self.shapes[name], self._kinds[name] = shape, kind
        self.solid.add(name)
        return name

    def scratch(self, shape: Shape, kind: str = "real") -> str:
        """A buffer for an intermediate result; `release` gives it back."""
        free = self._free.get((shape, kind))
        return free.pop() if free else self.buffer(shape, kind=kind)

    def release(self, name: str) -> None:
        """Let others use a scratch buffer."""
        if name.startswith("t") and name in self._kinds:
            self._free.setdefault((self.shapes[name], self._kinds[name]), []).append(name)

    def view(self, text: str, shape: Shape, spoken: str = "", *, solid: bool = False) -> str:
        """A name for a view that is made once; `spoken` is what a reader calls it."""
        name = self.fresh("s")
        if spoken:
            self.aliases[name] = spoken
        self.prelude.append(f"{name} = {text}")
        self.shapes[name] = shape
        if solid:
            self.solid.add(name)
        return name

    def transposed(self, array: str) -> str:
        """A name for array.T, or for a stack of matrices each transposed."""
        *stack, rows, columns = self.shapes[array]
        text = f"{array}.swapaxes(-1, -2)" if stack else f"{array}.T"
        return self._once(text, (*stack, columns, rows))

    def _once(self, text: str, shape: Shape) -> str:
        """A name for an array that is made once, however often it is asked for."""
        if text not in self._named:
            self._named[text] = self.view(text, shape)
        return self._named[text]

    def scalar(self, number: str) -> str:
        """A name for a number as an array of no dimensions, which NumPy takes faster."""
        return self._once(f"np.array({number}, real)", ())

    def columns(self) -> str:
        """A name for the numbers of the examples."""
        return self._once("np.arange(B)", (BATCH,))

    def multiply_matrices(self, left: str, right: str, out: str) -> None:
        """A line for out = left @ right; for two matrices np.dot is quicker than np.matmul."""
        plain = len(self.shapes[left]) == len(self.shapes[right]) == 2 and out in self.solid
        self.call(np.dot if plain else np.matmul, left, right, out)

    def add_up(self, array: str, axis: int, out: str, *, keepdims: bool) -> None:
        """A line for the sum along an axis, one after the other, into `out`.

        NumPy adds in pairs along an axis that lies together in memory: of one example.
        """
        name = self.function(add_in_order)
        if self.shapes[array][-1] == BATCH:
            name = self._once(f"{self.function(np.add)}.reduce if B > 1 else {name}", ())
        self.lines.append(f"{name}({array}, {axis}, None, {out}, {keepdims}, -0.0)")

    def constant(self, array: Any) -> str:
        """A name for a constant array."""
        name = self.fresh("c")
        self.scope[name] = array
        self.shapes[name] = array.shape
        return name

    def say(self, expression: Any) -> str:
        """An expression (or the name of an array) for the reader."""
        if isinstance(expression, str):
            return self.aliases.get(expression, expression)
        return written(expression, self.aliases)

    def function(self, function: Callable[..., Any]) -> str:
        """The name of a function in the source."""
        name = numpy_name(function) or self._functions.get(id(function)) or self.fresh("f")
        self.scope[name] = function
        self._functions[id(function)] = name
        return name

    def call(self, function: Callable[..., Any], *args: str) -> None:
        """A line that calls a function; the last argument is usually where the result goes."""
        self.lines.append(f"{self.function(function)}({', '.join(args)})")

    def shape_of(self, expression: Any) -> Shape:
        """The shape of what an expression gives."""
        if not isinstance(expression, Symbol):
            return ()
        if not expression.op:
            return self.shapes[expression.name]
        function: Any = expression.function
        if isinstance(function, SumOver):
            return function.result()
        return broadcast(map(self.shape_of, expression.args))

    def evaluate(
        self, expression: Expression, into: str | None = None, known: dict[Any, str] | None = None
    ) -> str:
        """Write the lines that compute an expression; the name (or number) of the result.

        Args:
            into: where it should be; else a variable, a number or a scratch buffer.
            known: results that may be used again, by key; filled here, and not released.
        """
        uses: Counter[Any] = Counter()
        _count(expression, uses)
        return self._evaluate(expression, into, {} if known is None else known, uses, known is None)

    def _evaluate(
        self, expression: Expression, into: str | None, known: dict[Any, str], uses: Counter[Any],
        releasing: bool,
    ) -> str:  # fmt: skip
        if not isinstance(expression, Symbol) or not expression.op:
            name = expression.name if isinstance(expression, Symbol) else number(expression)
            if not isinstance(expression, (Symbol, bool)):
                self._numbers.add(name)
            if into is not None:
                self.call(np.copyto, into, name)
            return into or name
        if expression.key in known:
            found = known[expression.key]
            if into is not None:
                self.call(np.copyto, into, found)
            return into or found
        args = expression.args[0].args if expression.op == "indicator" else expression.args
        inner = [self._evaluate(arg, None, known, uses, releasing) for arg in args]
        kind = "bool" if expression.op in (*COMPARISONS, *LOGICAL) else "real"
        out = into or self.scratch(self.shape_of(expression), kind)
        self._apply(expression, inner, out)
        known[expression.key] = out
        if releasing:
            for arg, name in zip(args, inner, strict=True):
                if isinstance(arg, Symbol) and arg.op:
                    uses[arg.key] -= 1
                    if uses[arg.key] == 0:
                        self.release(name)
        return out

    def _apply(self, expression: Symbol, inner: list[str], out: str) -> None:
        op = expression.args[0].op if expression.op == "indicator" else expression.op
        function: Any = expression.function if op == "call" else OPERATIONS[op]
        if op == "where":
            self.call(np.copyto, out, inner[2])
            self.call(np.copyto, out, inner[1], f"where={self._mask(inner[0])}")
        elif isinstance(function, SumOver):
            self._sum(function, inner[0], out)
        elif isinstance(function, np.ufunc) and function.nin + function.nout == len(inner) + 1:
            keyword = "out=" if function in _OUT_BY_KEYWORD else ""
            given = [self.scalar(x) if x in self._numbers else x for x in inner]
            self.call(function, *given, f"{keyword}{out}")
        else:
            self.call(np.copyto, out, f"{self.function(function)}({', '.join(inner)})")

    def _sum(self, function: SumOver, value: str, out: str) -> None:
        shape = function.shape
        over_examples = function.axis == 1 and shape[1:] == (BATCH,)
        if self.shapes.get(value) == shape and over_examples and out in self.solid:
            self.call(np.dot, value, self._once("np.ones((B, 1), real)", (BATCH, 1)), out)
            return
        if self.shapes.get(value) == shape:
            self.call(ADD_UP, value, str(function.axis), "None", out, "True")
            return
        full = self.scratch(function.shape)  # of something that is the same along some axes
        self.call(np.copyto, full, value)
        self.call(ADD_UP, full, str(function.axis), "None", out, "True")
        self.release(full)

    def _mask(self, name: str) -> str:
        return name if self._kinds.get(name) == "bool" else f"{name} != 0"


def _count(expression: Expression, uses: Counter[Any]) -> None:
    """How often each part of an expression is an argument, in the expression without repeats."""
    todo, seen = [expression], set()
    while todo:
        one = todo.pop()
        if isinstance(one, Symbol) and one.op and one.key not in seen:
            seen.add(one.key)
            uses.update(a.key for a in one.args if isinstance(a, Symbol) and a.op)
            todo += one.args


def said(heading: Sequence[str], forward: Sequence[str], backward: Sequence[str]) -> str:
    """Statements for the reader, under what their names stand for."""
    parts = [*(f"# {line}" for line in heading), "", "# forward", *forward]
    if backward:
        parts += ["", "# backward", *backward]
    return "\n".join(parts)


def written(expression: Expression, aliases: dict[str, str], above: int = 0) -> str:
    """An expression as one writes it, `dA * (1.0 - A)`."""
    if not isinstance(expression, Symbol):
        return number(expression).strip("()")
    op, function = expression.op, expression.function
    if op == "indicator":
        return written(expression.args[0], aliases, above)
    if not op:
        return aliases.get(expression.name, expression.name)
    if op in _INFIX:
        sign, level = _INFIX[op]
        left, right = expression.args
        text = f"{written(left, aliases, level)} {sign} {written(right, aliases, level + 1)}"
        return f"({text})" if level < above else text
    if op == "negative":
        return f"-{written(expression.args[0], aliases, 3)}"
    name = plain_name(getattr(function, "__name__", op))
    return f"{name}({', '.join(written(arg, aliases) for arg in expression.args)})"
