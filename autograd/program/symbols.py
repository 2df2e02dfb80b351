"""Symbols: what a primitive's rule is read with to become source.

A rule called with symbols gives an expression, as it gives a number for floats and an array for
arrays. A symbol is a variable of the source, or a NumPy function applied to symbols and constants;
primitives inside a rule are spelled out by their own computation on arrays.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from autograd.errors import OperandError, TraceError
from autograd.node.operators import Operators
from autograd.primitives.arithmetic import power
from autograd.primitives.primitive import Primitive
from autograd.program.spelling import plain_name

Expression = Any
"""A Symbol, or a constant: a float or a bool."""


def select(condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y."""
    return np.where(condition, x, y)


class SumOver:
    """The sum over one axis, which stays with length 1, of something of this shape."""

    __name__ = "sum"

    def __call__(self, array: Any) -> Any:
        """The sum itself."""
        return np.add.reduce(array, self.axis, keepdims=True)

    def __init__(self, axis: int, shape: tuple[int, ...]):
        self.axis, self.shape = axis, shape

    def result(self) -> tuple[int, ...]:
        """The shape of the sum."""
        return (*self.shape[: self.axis], 1, *self.shape[self.axis + 1 :])


class AsNumber:
    """A comparison whose result is wanted as 1.0 or 0.0."""

    def __init__(self, comparison: Callable[..., Any]):
        self.comparison = comparison
        self.__name__ = comparison.__name__

    def __call__(self, *args: Any) -> Any:
        """The comparison itself."""
        return self.comparison(*args)


class NoNumberError(TypeError):
    """A symbol was asked for its number, by a function of plain numbers or by a branch."""


class Symbol(Operators):
    """A variable (`name`), or `function` applied to `args`; `key` is equal for equal ones."""

    __slots__ = ("args", "function", "key", "name")

    def __init__(self, function: Callable[..., Any] | None, args: tuple[Any, ...], name: str = ""):
        self.function, self.args, self.name = function, args, name
        inner = (a.key if isinstance(a, Symbol) else repr(a) for a in args)
        kind = (
            ("number", id(function.comparison)) if isinstance(function, AsNumber) else id(function)
        )
        self.key: Any = name or (kind, *inner)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        of_objects = all(types.startswith("O") for types in ufunc.types)  # made by np.frompyfunc
        if method != "__call__" or kwargs or of_objects:
            return NotImplemented
        return apply(_LOGICAL.get(ufunc, ufunc), *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.where and len(args) == 3 and not kwargs:
            return apply(select, *args)
        if function is np.clip and len(args) == 3 and not kwargs:
            x, low, high = args
            below, above = apply(np.less, x, low), apply(np.greater, x, high)
            return apply(select, below, low, apply(select, above, high, x))
        return NotImplemented

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        return spelled_out(primitive, operands)

    def __select__(self, x: Any, y: Any) -> Any:
        return apply(select, self, x, y)

    def __bool__(self) -> bool:
        raise NoNumberError("branches on an operand: write where(x > 0, a, b), not if or and")

    def __float__(self) -> float:
        raise NoNumberError(
            "takes the plain number of an operand: write autograd's functions, cos(x) and not "
            "math.cos(x)"
        )

    def __format__(self, spec: str) -> str:
        return str(float(self))

    def __invert__(self) -> Any:
        return apply(np.logical_not, self)

    __int__ = __index__ = __round__ = __trunc__ = __floor__ = __ceil__ = __float__
    __hash__ = object.__hash__


def _comparison(ufunc: Any) -> Any:
    return lambda self, other: apply(ufunc, self, other)


for _name, _ufunc in {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "eq": np.equal, "ne": np.not_equal,
    "and": np.logical_and, "or": np.logical_or, "rand": np.logical_and, "ror": np.logical_or,
}.items():  # fmt: skip
    setattr(Symbol, f"__{_name}__", _comparison(_ufunc))


def summed(expression: Expression, axis: int, shape: tuple[int, ...]) -> Symbol:
    """The sum over one axis of an expression that fills this shape."""
    return Symbol(SumOver(axis, shape), (expression,))


def variable(name: str) -> Symbol:
    """The variable of this name."""
    return Symbol(None, (), name)


_LOGICAL: dict[Any, Any] = {
    np.bitwise_and: np.logical_and,
    np.bitwise_or: np.logical_or,
    np.invert: np.logical_not,
}
_FOLDED: dict[Any, Callable[..., Any]] = {
    np.negative: operator.neg,
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
}


def apply(function: Callable[..., Any], *args: Any) -> Expression:
    """`function` of expressions, without what changes nothing: constants, and factors of 1."""
    args = tuple(map(_argument, args))
    if not any(isinstance(a, Symbol) for a in args):
        folded = _FOLDED.get(function)
        if folded is not None:
            return folded(*args)
        with np.errstate(all="ignore"):
            found = function(*args)
        return bool(found) if isinstance(found, (bool, np.bool_)) else float(found)
    if function is np.multiply:
        x, y = args
        if _is_one(x):
            return y
        if _is_one(y):
            return x
        for one, other in ((x, y), (y, x)):
            if not isinstance(one, Symbol) and one == -1.0:
                return _made(np.negative, (other,))
            if isinstance(one, Symbol) and one.function is np.negative and other is not one:
                return _made(np.negative, (apply(np.multiply, other, one.args[0]),))
            if isinstance(one, Symbol) and one.function is np.divide and _is_one(one.args[0]):
                return _made(np.divide, (other, one.args[1]))
        if _is_indicator(x):
            return _made(np.multiply, (y, _as_number(x.args[0])))
        if _is_indicator(y):
            return _made(np.multiply, (x, _as_number(y.args[0])))
    if function is np.logical_and and any(isinstance(a, bool) for a in args):
        known, other = args if isinstance(args[0], bool) else args[::-1]
        return other if known else False
    if function is select and isinstance(args[0], bool):
        return args[1] if args[0] else args[2]
    return _made(function, args)


def _argument(x: Any) -> Any:
    """A symbol, a bool or a number, also out of an array of no dimensions."""
    x = x.item() if isinstance(x, (np.ndarray, np.bool_)) else x
    return x if isinstance(x, (Symbol, bool)) else float(x)


def _made(function: Callable[..., Any] | None, args: tuple[Any, ...]) -> Symbol:
    """A symbol of the kind that its arguments are."""
    kind = next(type(a) for a in args if isinstance(a, Symbol))
    return kind(function, args)


def guarded(g: Symbol, slope: Expression, reached: Expression | None) -> Expression:
    """g · slope; 0 where the node was not reached (None: it was), even at an infinite slope."""
    product = apply(np.multiply, g, slope)
    if reached is None or (not isinstance(slope, Symbol) and np.isfinite(slope)):
        return product
    return apply(select, reached, product, 0.0)


def _is_one(x: Any) -> bool:
    return not isinstance(x, Symbol) and x == 1.0


def _as_number(condition: Symbol) -> Symbol:
    """1 or 0 for a condition: NumPy multiplies floats faster than floats with bools."""
    if condition.function is None:
        return condition
    return type(condition)(AsNumber(condition.function), condition.args)


def _is_indicator(x: Any) -> bool:
    """1 where a condition holds, else 0: as a factor, the condition itself will do."""
    return (
        isinstance(x, Symbol)
        and x.function is select
        and isinstance(x.args[0], Symbol)
        and all(not isinstance(a, Symbol) for a in x.args[1:])
        and x.args[1:] == (1.0, 0.0)
    )


def exponent_of(primitive: Primitive) -> float | None:
    """n, if the primitive is xⁿ with a constant n."""
    return primitive.constants["exponent"] if primitive._body is power._body else None


def spelled_out(primitive: Primitive, operands: tuple[Any, ...]) -> Expression:
    """A primitive of expressions, by its computation on arrays; whole where that cannot be read."""
    exponent = exponent_of(primitive)
    if exponent == 1.0:
        return operands[0]
    if exponent == 2.0:
        return apply(np.multiply, operands[0], operands[0])
    try:
        if primitive.arity:
            return _argument(primitive.arrays(*operands))
        return Symbol(_of_several(primitive), operands)
    except (TypeError, ValueError):
        return Symbol(opaque(primitive), operands)


def slopes_of(primitive: Primitive, out: Symbol, operands: list[Any]) -> tuple[Expression, ...]:
    """The local gradients of a primitive as expressions; constants count by IEEE 754.

    Raises:
        TraceError: a rule branches on an operand, or takes its plain number, which would freeze.
    """
    given = [x if isinstance(x, Symbol) else np.float64(x) for x in operands]
    try:
        with np.errstate(all="ignore"):
            return tuple(map(_argument, primitive.local_gradients(out, *given)))
    except NoNumberError as error:
        raise TraceError(
            f"the rule for the local gradient of {plain_name(primitive.name)} {error}; in a "
            "program it would stay what it was for the first example"
        ) from None


@lru_cache(maxsize=4096)
def opaque(primitive: Primitive) -> Any:
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
    whole = opaque(primitive)

    def gathered(*operands: Any) -> Any:
        return whole(np.stack(np.broadcast_arrays(*operands)), axis=0)

    gathered.__name__ = whole.__name__
    return gathered
