"""Symbols: what a primitive's computation and rules are read with.

Called with symbols, a rule gives an expression, as it gives a number for floats and an array for
arrays. A symbol is a variable, or an elementary operation of symbols and constants (the names in
`autograd.primitives.operations`); primitives inside a rule are spelled out in the same way. A
computation that cannot be read, such as np.vectorize makes, stays one operation, a "call", and so
does one that is not to be read (`opaque=True`): NumPy and Python run it, others refuse it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from autograd.errors import OperandError, TraceError
from autograd.node.operators import Conditions, Operators
from autograd.primitives.operations import OPERATIONS
from autograd.primitives.primitive import Primitive
from autograd.primitives.selection import where_
from autograd.program.keys import key_of
from autograd.program.tokens import plain_name

Expression = Any
"""A Symbol, or a constant: a float or a bool."""

NAMES: dict[Any, str] = {function: name for name, function in OPERATIONS.items()} | {
    np.bitwise_and: "logical_and",
    np.bitwise_or: "logical_or",
    np.invert: "logical_not",
}
"""The elementary operation that each of NumPy's functions is."""


class UnreadableError(TypeError, AttributeError):
    """A symbol was asked for what only a number or an array has."""


class Symbol(Operators, Conditions):
    """A variable (`name`), or the operation `op` of `args`; `key` is equal for equal ones.

    Attributes:
        op: the elementary operation; "call" for `function`, which is none; "" for a variable.
    """

    __slots__ = ("args", "function", "key", "name", "op")

    def __init__(
        self,
        op: str,
        args: tuple[Any, ...],
        name: str = "",
        function: Callable[..., Any] | None = None,
    ) -> None:
        self.op, self.args, self.name, self.function = op, args, name, function
        inner = (a.key if isinstance(a, Symbol) else repr(a) for a in args)
        self.key: Any = name or key_of((id(function) if op == "call" else op, *inner))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        of_objects = all(types.startswith("O") for types in ufunc.types)  # made by np.frompyfunc
        if method != "__call__" or kwargs or of_objects:
            raise UnreadableError(f"calls np.{ufunc.__name__} in a way that only arrays have")
        if ufunc is np.positive:
            return inputs[0]
        if ufunc in NAMES:
            return apply(NAMES[ufunc], *inputs)
        return Symbol("call", tuple(map(argument, inputs)), function=ufunc)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.where and len(args) == 3 and not kwargs:
            return apply("where", *args)
        if function is np.clip and len(args) == 3 and not kwargs:
            x, low, high = args
            below, above = apply("less", x, low), apply("greater", x, high)
            return apply("where", below, low, apply("where", above, high, x))
        raise UnreadableError(f"calls np.{function.__name__}, which is no elementary operation")

    def __elementary__(self, name: str, operands: tuple[Any, ...]) -> Any:
        return apply(name, *operands)

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        return spelled_out(primitive, operands)

    def __select__(self, x: Any, y: Any) -> Any:
        return apply("where", self, x, y)

    def __bool__(self) -> bool:
        raise UnreadableError("branches on an operand: write where(x > 0, a, b), not if or and")

    def __float__(self) -> float:
        raise UnreadableError(
            "takes the plain number of an operand: write autograd's functions, cos(x) and not "
            "math.cos(x)"
        )

    def __iter__(self) -> Any:
        raise UnreadableError("takes the elements of an operand, which is one number")

    def __getattr__(self, name: str) -> Any:
        raise UnreadableError(f"takes {name!a:.60} of an operand, which is a number")

    def __format__(self, spec: str) -> str:
        return str(float(self))

    __int__ = __index__ = __round__ = __trunc__ = __floor__ = __ceil__ = __float__

    def __eq__(self, other: object) -> Any:
        return apply("equal", self, other)

    def __ne__(self, other: object) -> Any:
        return apply("not_equal", self, other)

    __hash__ = object.__hash__


def variable(name: str) -> Symbol:
    """The variable of this name."""
    return Symbol("", (), name)


_FOLDED: dict[str, Callable[..., Any]] = {
    "negative": operator.neg,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
}


def apply(op: str, *args: Any) -> Expression:
    """An operation of expressions, without what changes nothing: constants, and factors of 1."""
    args = tuple(map(argument, args))
    if not any(isinstance(a, Symbol) for a in args):
        with np.errstate(all="ignore"):
            found = _FOLDED.get(op, OPERATIONS[op])(*args)
        return bool(found) if isinstance(found, (bool, np.bool_)) else float(found)
    rule = RULES.get(op)
    found = rule(*args) if rule else None
    return _made(op, args) if found is None else found


def argument(x: Any) -> Any:
    """A symbol, a bool or a number, also out of an array of no dimensions."""
    x = x.item() if isinstance(x, (np.ndarray, np.bool_)) else x
    return x if isinstance(x, (Symbol, bool)) else float(x)


def _made(op: str, args: tuple[Any, ...]) -> Symbol:
    """A symbol of the kind that its arguments are."""
    kind = next(type(a) for a in args if isinstance(a, Symbol))
    return kind(op, args)


def _product(x: Expression, y: Expression) -> Expression | None:
    for one, other in ((x, y), (y, x)):
        if _is(one, 1.0):
            return other
    for one, other in ((x, y), (y, x)):
        if _is(one, -1.0):
            return _made("negative", (other,))
        if _applies(one, "negative") and other is not one:
            return _made("negative", (apply("multiply", other, one.args[0]),))
        if _applies(one, "divide") and _is(one.args[0], 1.0):
            return _made("divide", (other, one.args[1]))
    for one, other in ((x, y), (y, x)):
        if _is_indicator(one):  # as a factor, the condition itself will do
            return _made("multiply", (other, _as_number(one.args[0])))
    return None


def _quotient(x: Expression, y: Expression) -> Expression | None:
    if _applies(x, "negative"):
        return _made("negative", (apply("divide", x.args[0], y),))
    return None


def _conjunction(x: Expression, y: Expression) -> Expression | None:
    if (
        _applies(x, "less_equal")
        and _applies(y, "greater_equal")
        and x.key.parts[1:] == y.key.parts[1:]
    ):
        return _made("equal", x.args)
    for known, other in ((x, y), (y, x)):
        if isinstance(known, bool):
            return other if known else False
    return None


def _choice(condition: Expression, x: Expression, y: Expression) -> Expression | None:
    return (x if condition else y) if isinstance(condition, bool) else None


def sends_nothing(primitive: Primitive, slope: Expression) -> bool:
    """True for an operand that takes no part in the gradient, as one that is never chosen."""
    return not primitive.is_taken(slope)


def chosen(slope: Expression) -> tuple[Expression, float]:
    """The condition on which a selected operand is sent something, and its slope then."""
    if _applies(slope, "where"):
        condition, x, y = slope.args
        if _is(x, 1.0) and _is(y, 0.0):
            return condition, 1.0
        if _is(x, 0.0) and _is(y, 1.0):
            return apply("logical_not", condition), 1.0
    return True, slope


def _power(x: Expression, exponent: Expression) -> Expression | None:
    if _is(exponent, 1.0):
        return x
    return apply("multiply", x, x) if _is(exponent, 2.0) else None


RULES: dict[str, Callable[..., Expression | None]] = {
    "multiply": _product,
    "divide": _quotient,
    "logical_and": _conjunction,
    "where": _choice,
    "power": _power,
}
"""By operation, what may stand for it; None where nothing simpler does."""


def guarded(g: Symbol, slope: Expression, reached: Expression | None) -> Expression:
    """g · slope; 0 where the node was not reached (None: it was), even at an infinite slope."""
    product = apply("multiply", g, slope)
    if reached is None or (not isinstance(slope, Symbol) and np.isfinite(slope)):
        return product
    return apply("where", reached, product, 0.0)


def _is(x: Expression, number: float) -> bool:
    return not isinstance(x, Symbol) and x == number


def _applies(x: Expression, op: str) -> bool:
    return isinstance(x, Symbol) and x.op == op


def _as_number(condition: Symbol) -> Symbol:
    """1 or 0 for a condition: NumPy multiplies floats faster than floats with bools."""
    return _made("indicator", (condition,)) if condition.op else condition


def _is_indicator(x: Expression) -> bool:
    """True for 1 where a condition holds, else 0."""
    return (
        _applies(x, "where")
        and isinstance(x.args[0], Symbol)
        and _is(x.args[1], 1.0)
        and _is(x.args[2], 0.0)
    )


def spelled_out(primitive: Primitive, operands: tuple[Any, ...]) -> Expression:
    """A primitive of expressions, by its computation on arrays; whole where that cannot be read."""
    if primitive is where_:
        condition, x, y = operands
        return apply("where", apply("greater", condition, 0.0), x, y)
    if primitive.arity is None:
        return Symbol("call", operands, function=_of_several(primitive))
    if primitive.opaque:
        return Symbol("call", operands, function=whole_of(primitive))
    try:
        return argument(primitive.arrays(*operands))
    except Exception:  # whatever it says to a symbol: `whole_of` asks if it is right for arrays
        return Symbol("call", operands, function=whole_of(primitive))


def slopes_of(primitive: Primitive, out: Symbol, operands: list[Any]) -> tuple[Expression, ...]:
    """The local gradients of a primitive as expressions; constants count by IEEE 754.

    Raises:
        TraceError: a rule branches on an operand, or takes its plain number, which would freeze.
    """
    given = [x if isinstance(x, Symbol) else np.float64(x) for x in operands]
    try:
        with np.errstate(all="ignore"):
            return tuple(map(argument, primitive.local_gradients(out, *given)))
    except UnreadableError as error:
        raise TraceError(
            f"the rule for the local gradient of {plain_name(primitive.name)} {error}; in a "
            "program it would stay what it was for the first example"
        ) from None


def refused_as_opaque(function: Any, needed_for: str) -> str | None:
    """The reason why a function cannot be had but by NumPy; None if it is no opaque primitive's."""
    primitive = getattr(function, "reduced_by", None) or getattr(function, "primitive", None)
    return primitive.refusal(needed_for) if primitive and primitive.opaque else None


@lru_cache(maxsize=4096)
def whole_of(primitive: Primitive) -> Any:
    """The computation on arrays of a primitive, as one function; always the same."""

    def whole(*arrays: Any, **keywords: Any) -> Any:
        try:
            return np.asarray(primitive.arrays(*arrays, **keywords), np.float64)
        except (TypeError, ValueError) as error:
            raise OperandError(
                f"the computation of {plain_name(primitive.name)} for arrays (arrays=) failed: "
                f"{error}; write it with NumPy's functions, which take arrays, or wrap a function "
                "of floats in np.vectorize"
            ) from None

    whole.__name__ = plain_name(primitive.name)
    whole.primitive = primitive  # type: ignore[attr-defined]
    return whole


@lru_cache(maxsize=4096)
def _of_several(primitive: Primitive) -> Any:
    """An n-ary primitive's computation on arrays, as a function of its operands one by one."""
    whole = whole_of(primitive)

    def gathered(*operands: Any) -> Any:
        return whole(np.stack(np.broadcast_arrays(*operands)), axis=0)

    gathered.__name__ = whole.__name__
    gathered.reduced_by = primitive  # type: ignore[attr-defined]
    return gathered
