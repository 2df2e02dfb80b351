"""The heading of a text: functions, parts of the parameters and constants, each defined in a line.

It names whatever has no name yet while the rest is written, and so writes expressions.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.primitives.operations import COMPARISONS, LOGICAL
from autograd.primitives.primitive import PRIMITIVES, Primitive
from autograd.primitives.reductions import LARGEST
from autograd.program.adjoint import common
from autograd.program.backends.expressions import ARITHMETIC, ATOM, RAISED, Expressions, Written
from autograd.program.backends.floats import Scalar
from autograd.program.backends.places import filled, literal, number_text, slice_text, table_text
from autograd.program.row_patterns import Index
from autograd.program.statements import Array, Rows, Statements
from autograd.program.symbols import Expression, Symbol, spelled_out
from autograd.program.tokens import numpy_name, plain_name

SPELLED: dict[str, Written] = ARITHMETIC | {"power": ("{} ** {}", RAISED)}
_HELPERS = {
    "take": "def take(rows, index): "
    "return np.take_along_axis(rows, index[:, None].astype(int), 1)[:, 0]",
    "largest": "def largest(xs, axis): return np.nan_to_num(xs.max(axis), posinf=0.0, neginf=0.0)",
    "scan": "def scan(step, steps, sizes, carry, sources, *constants):\n"
    "    sources = [x.reshape(len(steps), -1, x.shape[-1]) for x in sources]\n"
    "    table = np.zeros((len(steps), sum(sizes), carry.shape[1]))\n"
    "    for t in steps:\n"
    "        after = step(carry, *(x[t] for x in sources), *constants)\n"
    "        carry, table[t] = after[:len(carry)], after[len(carry):]\n"
    "    parts = np.split(table, np.cumsum(sizes)[:-1], 1)\n"
    "    return np.concatenate([carry, *(part.reshape(-1, carry.shape[1]) for part in parts)])",
    "scatter": "def scatter(array, rows, index, messages, how=np.add):\n"
    "    chosen = np.take_along_axis(rows, index.astype(int), 1)\n"
    "    how.at(array, (chosen, np.arange(array.shape[1])), messages)",
}
Variables = Callable[[Symbol], Written]


class Heading:
    """The names of a text, and the lines that define them."""

    def __init__(self) -> None:
        self._imports: set[str] = set()
        self._definitions: dict[str, str] = {}
        self._primes: dict[Primitive, str] = {}
        self._blocks: dict[Any, tuple[str, str]] = {}
        self._constants: dict[str, str] = {}

    def lines(self, parameters: Array | None) -> list[str]:
        """The lines that define all names."""
        lines = []
        if self._imports:
            lines.append(f"from autograd import {', '.join(sorted(self._imports))}")
        return [*lines, *self._definitions.values(), *self.arrays(parameters)]

    def arrays(self, parameters: Array | None) -> list[str]:
        """The lines that define the parts of the parameters, and constants."""
        lines = []
        if parameters is not None and parameters.batched:
            lines.append(f"P = np.broadcast_to(P, ({parameters.rows}, n))")
        lines += [f"{name} = {text}" for name, text in self._blocks.values()]
        return lines + [f"{name} = {text}" for text, name in self._constants.items()]

    @property
    def parts(self) -> dict[str, Index]:
        """The rows of the parameters that each named part takes."""
        return {
            name: np.frombuffer(rows, np.intp).reshape(shape)
            for (shape, rows), (name, _) in self._blocks.items()
        }

    def imported(self, name: str) -> str:
        """The name of one of autograd's functions."""
        self._imports.add(name)
        return name

    def helper(self, name: str) -> str:
        """The name of a function that is defined in the text."""
        self._definitions[name] = _HELPERS[name]
        return name

    def defined(self, stem: str, head: str, lines: list[str]) -> str:
        """The name of a function of its own, made of these lines."""
        name = f"{stem}{1 + sum(known.startswith(stem) for known in self._definitions)}"
        body = "".join(f"\n    {part}" for line in lines for part in line.splitlines())
        self._definitions[name] = f"def {name}{head}{body}"
        return name

    def constant(self, numbers: Index) -> str:
        """The name of constant numbers."""
        return self._constants.setdefault(literal(numbers), f"c{len(self._constants) + 1}")

    def block(self, rows: Rows, letter: str) -> str:
        """The name of a part of the parameters: W1, a matrix, or b1, or w1 where it multiplies."""
        index = rows.numbers
        if rows.whole:
            return "P"
        key = index.shape, index.tobytes()
        if key not in self._blocks:
            letter = letter if index.ndim == 1 else "W"
            count = 1 + sum(name[0] == letter for name, _ in self._blocks.values())
            self._blocks[key] = f"{letter}{count}", _part_of_parameters(rows)
        return self._blocks[key][0]

    def joined(self, parts: list[Index], array: Array) -> list[str]:
        """Lines for dP, from the gradients of its parts, such as dW1 and db1."""
        names = [f"d{self.block(Rows(array, index), 'b')}" for index in parts]
        flat = [f"{n}.reshape({i.size}, -1)" for n, i in zip(names, parts, strict=True)]
        if np.array_equal(np.concatenate([i.ravel() for i in parts]), np.arange(array.rows)):
            text = f"dP = np.concatenate([{', '.join(flat)}])"
            if not array.batched:
                text = f"dP = np.concatenate([{', '.join(f'{n}.ravel()' for n in names)}])[:, None]"
            return textwrap.wrap(text, 96, subsequent_indent="    ", break_on_hyphens=False)
        lines = [f"dP[{slice_text(i)}] = {part}" for i, part in zip(parts, flat, strict=True)]
        return [f"dP = {filled((array.rows, array.columns), 0.0)}", *lines]

    # Expressions

    def text(self, value: Expression, variables: Variables, above: int = 0) -> str:
        """An expression as one writes it, `dA * (1.0 - A)`; in brackets as `Expressions` says."""
        return self._expressions(variables).text(value, above)

    def _expressions(self, variables: Variables) -> Expressions:
        return Expressions(SPELLED, number_text, variables, self._called)

    def _called(self, value: Symbol, text: Callable[[Expression], str]) -> str:
        given = [text(arg) for arg in value.args]
        function: Any = getattr(value.function, "primitive", value.function)
        reduced_by = getattr(function, "reduced_by", None)
        if reduced_by is not None:
            known = f'{self.imported("PRIMITIVES")}["{reduced_by.name}"]'
            return f"{known}.arrays(np.stack(np.broadcast_arrays({', '.join(given)})), axis=0)"
        if isinstance(function, Primitive) and _is_registered(function):
            given += [f"{name}={number_text(c)}" for name, c in function.constants.items()]
            name = self._name(function)
        elif value.op in PRIMITIVES:
            name = self.imported(value.op)
        else:
            name = numpy_name(function) or value.op
            name = self._foreign(function) if name == "call" else f"np.{name}"
        return f"{name}({', '.join(given)})"

    def _foreign(self, function: Any) -> str:
        """The name of a function of another library, which the text asks for."""
        name = plain_name(function.__name__)
        self._definitions[name] = f"# {name}: a function that the rule of a primitive calls"
        return name

    def primitive(
        self, primitive: Primitive, operands: tuple[Expression, ...], variables: Variables
    ) -> Written:
        """A primitive of operands by its name, or by what it computes if nobody knows it."""
        if not _is_registered(primitive):
            found = spelled_out(primitive, operands)
            if isinstance(found, Symbol) and found.op in (*COMPARISONS, *LOGICAL):
                return f"{self.imported('where')}({self.text(found, variables)}, 1.0, 0.0)", ATOM
            return self.text(found, variables, ATOM), ATOM
        if primitive.op in ("*", "/", "**"):
            return self._expressions(variables).written(spelled_out(primitive, operands))
        if primitive.op.startswith("**"):
            return f"{self.text(operands[0], variables, ATOM)} {primitive.op[:2]} " \
                   f"{primitive.op[2:]}", RAISED  # fmt: skip
        return self._expressions(variables).written(Symbol("call", operands, function=primitive))

    def reduced(self, primitive: Primitive, whole: str, count: int) -> str:
        """A primitive of so many operands, which are along the second axis of an array."""
        if primitive is LARGEST:
            return f"{self.helper('largest')}({whole}, axis=1)"
        call = Symbol("call", (Symbol("", (), whole),), function=primitive)
        return self.text(call, lambda x: (f"{x.name}, axis=1", ATOM))

    def prime(self, primitive: Primitive, count: int) -> str:
        """The name of a function's derivative; of an n-ary one of so many operands."""
        if primitive not in self._primes:
            name = plain_name(f"{primitive.name}_prime")
            name += str(len(self._definitions)) * (name in self._definitions)
            self._primes[primitive] = name
            self._definitions[name] = f"def {name}{self._definition(primitive)}"
        return self._primes[primitive]

    def _definition(self, primitive: Primitive) -> str:
        """A derivative, by the rule as one writes it by hand; of an n-ary one for all operands, if
        each slope is the same function of its own.
        """
        if primitive.arity is None:
            out = f"{self._name(primitive)}(x, axis=1)[:, None]"
            x, y = Scalar("", (), "x"), Scalar("", (), "y")
            slope = common(primitive.shown_gradients(Scalar("", (), out), x, y), [x, y], {})
            if slope is None:
                fused = f'{self.imported("PRIMITIVES")}["{primitive.name}"].fused'
                return f"(x): return {fused}(x, 1)[1]"
            return f"(x): return {self.text(slope, _by_name)}"
        z = Scalar("", (), "z")
        (slope,) = primitive.shown_gradients(Scalar("call", (z,), function=primitive), z)
        return f"(z): return {self.text(slope, _by_name)}"

    def _name(self, primitive: Primitive) -> str:
        """The name of a primitive: one of autograd's, or of a user's."""
        name = primitive.name
        if primitive.__module__.startswith("autograd."):
            return self.imported(name)
        self._definitions[name] = f'{name} = {self.imported("PRIMITIVES")}["{name}"]'
        return name


def parts_of_gradient(program: Statements) -> list[Index]:
    """The rows that messages to the parameters go to, if those are parts of them one by one."""
    found: dict[Any, Index] = {}
    for target, _, how, index in program.backward:
        if target.array.name == "dP":
            key = target.numbers.shape, target.numbers.tobytes()
            if index is not None or target.numbers.ndim > 2 or (how != "=") != (key in found):
                return []
            found[key] = target.numbers
    parts = sorted(found.values(), key=lambda index: int(index.flat[0]))
    rows = np.sort(np.concatenate([index.ravel() for index in parts])) if parts else np.zeros(0)
    array = program.leaves.get(-1)
    alone = len(parts) == 1 and parts[0].ndim == 1  # that is dP itself
    complete = array is not None and np.array_equal(rows, np.arange(array.rows))
    return parts if complete and not alone else []


def _by_name(symbol: Symbol) -> Written:
    return symbol.name, ATOM


def _is_registered(primitive: Primitive) -> bool:
    known = PRIMITIVES.get(primitive.name)
    return known is not None and known._body is primitive._body


def _part_of_parameters(rows: Rows) -> str:
    index, array = rows.numbers, rows.array
    first, count = int(index.flat[0]), index.size
    if index.ndim == 1:
        return f"P[{slice_text(index)}]"
    if np.array_equal(index.ravel(), first + np.arange(count)):
        place = "" if count == array.rows else f"[{first}:{first + count}]"
        sizes = [*map(str, index.shape), *["-1"] * array.batched]
        return f"P{place}.reshape({', '.join(sizes)})"
    return f"P[{table_text(index)}]{'' if array.batched else '[..., 0]'}"
