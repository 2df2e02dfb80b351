"""Operations on floats as Python text: operators, functions of `math`, and calls of primitives."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from autograd.primitives.indexing import TAKE, take
from autograd.primitives.operations import OPERATIONS
from autograd.primitives.primitive import PRIMITIVES, Primitive
from autograd.program.backends.expressions import (
    ARITHMETIC,
    ATOM,
    BOTH,
    CHOSEN,
    EITHER,
    IN_C,
    NOT,
    Expressions,
    Written,
)
from autograd.program.logarithms import LogOf
from autograd.program.straight.forms import placeholder, placeholders
from autograd.program.symbols import Expression, Symbol, apply, slopes_of
from autograd.program.tokens import SCOPE, number, plain_name

LONG = 40
"""From how many terms on a sum is a call of `sum`, rather than written out."""

SPELLED: dict[str, Written] = ARITHMETIC | {
    "where": ("{1} if {0} else {2}", CHOSEN), "logical_or": ("{} or {}", EITHER),
    "logical_and": ("{} and {}", BOTH), "logical_not": ("not {}", NOT),
}  # fmt: skip
IN_MATH = {op: name for op, name in IN_C.items() if op not in ("floor", "fmod")}
"""Functions of `math` that give the floats of the operation; its floor is an int."""

BUILT_IN = {name: primitive.__wrapped__ for name, primitive in PRIMITIVES.items()}
"""The bodies of our own primitives: functions of floats."""


class Scalar(Symbol):
    """A symbol in whose expressions primitives stay whole: each is a function of floats already."""

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        found = None if primitive.arity is None else _simple(primitive, len(operands))
        if isinstance(found, Symbol) and found.op in SPELLED and _in_order(found.args):
            return apply(found.op, *operands)
        return Scalar("call", operands, function=primitive)

    @staticmethod
    def value(primitive: Primitive, count: int) -> Expression:
        """A primitive of the first placeholders: written out if it is simple, else called."""
        found = _simple(primitive, count) if count <= LONG else None
        operands = placeholders(Scalar, count)
        return Scalar("call", operands, function=primitive) if found is None else found

    @staticmethod
    def slopes(primitive: Primitive, out: Symbol, operands: list[Any]) -> tuple[Expression, ...]:
        """Its local gradients."""
        return slopes_of(primitive, out, operands)


def _in_order(args: tuple[Any, ...]) -> bool:
    """True for {0}, {1}, …, each once."""
    return all(arg is placeholder(Scalar, i) for i, arg in enumerate(args))


@lru_cache(maxsize=4096)
def _simple(primitive: Primitive, count: int) -> Expression | None:
    """A primitive of {0}, {1}, … as an expression, if that is one operation, a sum or a number.

    Any other primitive is called: None.
    """
    if primitive.opaque:
        return None
    operands = placeholders(Scalar, count)
    try:
        if primitive.arity is None:
            return primitive.__wrapped__(operands)
        found = primitive.arrays(*operands)
    except Exception:  # it cannot be read, whatever it says to a symbol
        return None
    return found if _is_one_operation(found) else None


def _is_one_operation(x: Expression) -> bool:
    if not isinstance(x, Symbol):
        return False
    applied = any(isinstance(a, Symbol) and a.op for a in x.args)
    return not applied and (not x.op or x.op in SPELLED or x.op in IN_MATH)


class Functions:
    """The functions that a source calls, under names that a reader finds them by.

    Attributes:
        scope: by name, what the source refers to.
        readable: the names that are those of `math` and of our primitives.
    """

    def __init__(self) -> None:
        self.scope: dict[str, Any] = {**SCOPE}
        self.readable: set[str] = set()
        self._imported: dict[str, set[str]] = {}
        self._own: dict[int, str] = {}

    def call(self, function: Any, operands: list[str]) -> str:
        """A call of an elementary operation (by name), a primitive or another function."""
        if isinstance(function, str):
            known = IN_MATH.get(function)
            name = (
                self._import("math", known, getattr(math, known)) if known
                else self._import("numpy", function, OPERATIONS[function])
            )  # fmt: skip
            return f"{name}({', '.join(operands)})"
        if function is TAKE:
            rows = ", ".join(operands[:-1])
            return f"{self._import('autograd', 'take', take)}([{rows}], {operands[-1]})"
        if not isinstance(function, Primitive):
            return f"{self._unnamed(function, function)}({', '.join(operands)})"
        if isinstance(function, LogOf):
            return self.call(function.logarithm, operands[:1])
        if BUILT_IN.get(function.name) is function.__wrapped__:
            name = self._import("autograd", function.name, function.__wrapped__)
            constants = [f"{k}={number(c)}" for k, c in function.constants.items()]
            self.readable.update(function.constants)
        else:
            name, constants = self._unnamed(function, function.forward), []
        if function.arity is None:
            return f"{name}([{', '.join(operands)}])"
        return f"{name}({', '.join([*operands, *constants])})"

    def text(self, expression: Expression) -> str:
        """An expression as Python text."""

        def called(symbol: Symbol, text: Callable[[Expression], str]) -> str:
            return self.call(symbol.function or symbol.op, [text(arg) for arg in symbol.args])

        return Expressions(SPELLED, number, lambda x: (x.name, ATOM), called).text(expression)

    def _import(self, module: str, name: str, function: Any) -> str:
        if name in self.scope and self.scope[name] is not function:
            name = f"{module}_{name}"
        self.scope[name] = function
        self.readable.add(name)
        self._imported.setdefault(module, set()).add(name)
        return name

    def _unnamed(self, known: Any, function: Any) -> str:
        """A name for a function that is nobody's but the user's, or an inner one of ours."""
        name = self._own.setdefault(id(known), f"f{len(self._own) + 1}")
        self.scope[name] = function
        return name

    def imports(self) -> Iterator[str]:
        """The lines that define the names for a reader."""
        for module, names in sorted(self._imported.items()):
            parts = [
                n.removeprefix(f"{module}_") + (f" as {n}" if n.startswith(f"{module}_") else "")
                for n in sorted(names)
            ]
            yield f"from {module} import {', '.join(parts)}"
        for name in self._own.values():
            function = self.scope[name]
            module, known = getattr(function, "__module__", ""), getattr(function, "__name__", "")
            inner = str(module).startswith("autograd.") and plain_name(known) == known
            inner = inner and getattr(sys.modules.get(module), known, None) is function
            yield (
                f"from {module} import {known} as {name}"
                if inner
                else f"# {name}: {plain_name(known)}"
            )
