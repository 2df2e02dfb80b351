"""Operations on floats as Python text: operators, functions of `math`, and calls of primitives."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from autograd.primitives.indexing import TAKE, take
from autograd.primitives.operations import COMPARISONS, OPERATIONS
from autograd.primitives.primitive import PRIMITIVES, Primitive
from autograd.program.logarithms import LogOf
from autograd.program.spelling import SCOPE, number, plain_name
from autograd.program.symbols import Expression, Symbol, apply

LONG = 40
"""From how many terms on a sum is a call of `sum`, rather than written out."""

SPELLED: dict[str, str] = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
    "negative": "-{}", "where": "{1} if {0} else {2}", "indicator": "{}",
    "less": "{} < {}", "less_equal": "{} <= {}", "greater": "{} > {}", "greater_equal": "{} >= {}",
    "equal": "{} == {}", "not_equal": "{} != {}",
    "logical_and": "{} and {}", "logical_or": "{} or {}", "logical_not": "not {}",
}  # fmt: skip
IN_MATH: dict[str, str] = {
    "absolute": "fabs", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "power": "pow",
    "arcsinh": "asinh", "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh",
} | {
    name: name
    for name in (
        "cbrt", "cos", "cosh", "erf", "erfc", "exp", "expm1", "hypot", "log", "log10", "log1p",
        "log2", "sin", "sinh", "sqrt", "tan", "tanh",
    )
}  # fmt: skip
"""The elementary operations as Python spells them: operators, and functions of `math`."""

BUILT_IN = {name: primitive.__wrapped__ for name, primitive in PRIMITIVES.items()}
"""The bodies of our own primitives: functions of floats."""


class Scalar(Symbol):
    """A symbol in whose expressions primitives stay whole: each is a function of floats already."""

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        found = None if primitive.arity is None else form(primitive, len(operands))
        if isinstance(found, Symbol) and found.op in SPELLED and _in_order(found.args):
            return apply(found.op, *operands)
        return Scalar("call", operands, function=primitive)


@lru_cache(maxsize=256)
def _place(i: int) -> Symbol:
    return Symbol("", (), f"{{{i}}}")


def _places(operands: Sequence[Any]) -> tuple[Symbol, ...]:
    """The variables {0}, {1}, … of a template, one for each operand."""
    return tuple(map(_place, range(len(operands))))


def _in_order(args: tuple[Any, ...]) -> bool:
    """True for {0}, {1}, …, each once."""
    return all(arg is _place(i) for i, arg in enumerate(args))


@lru_cache(maxsize=4096)
def form(primitive: Primitive, count: int) -> Expression | None:
    """A primitive of {0}, {1}, … as an expression, if that is one operation, a sum or a number.

    Any other primitive is called: None.
    """
    operands = _places(range(count))
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

    def text(self, expression: Expression, known: dict[Any, str], before: list[str] | None) -> str:
        """An expression as Python text; calls get a line and a name of their own, once.

        Args:
            known: the names of those, by key; filled here.
            before: where those lines go; None to write everything in one.
        """
        if not isinstance(expression, Symbol):
            return number(expression)
        if not expression.op:
            return expression.name
        if expression.key in known:
            return known[expression.key]
        inner = [self.text(arg, known, before) for arg in expression.args]
        if expression.op in SPELLED:
            return _spelled(expression, inner)
        called = self.call(expression.function or expression.op, inner)
        if before is None:
            return called
        name = known[expression.key] = f"t{len(known) + 1}"
        before.append(f"{name} = {called}")
        return name

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


_TIGHTNESS: dict[str, int] = {
    op: level
    for level, ops in enumerate(
        (
            ("where",), ("logical_or",), ("logical_and",), ("logical_not",), COMPARISONS,
            ("add", "subtract"), ("multiply", "divide"), ("negative",),
        )
    )
    for op in ops
}  # fmt: skip


def _needs_parentheses(part: Expression, place: int, above: str) -> bool:
    """True for an operation that binds less tightly than what it stands in, or came first in it."""
    if not isinstance(part, Symbol) or part.op not in SPELLED:
        return False
    inner, outer = _TIGHTNESS.get(part.op, 0), _TIGHTNESS.get(above, 0)
    return inner < outer or (inner == outer and (place > 0 or part.op in ("where", *COMPARISONS)))


def _spelled(expression: Symbol, operands: list[str]) -> str:
    parts = [
        f"({text})" if _needs_parentheses(arg, i, expression.op) else text
        for i, (arg, text) in enumerate(zip(expression.args, operands, strict=True))
    ]
    return SPELLED[expression.op].format(*parts)
