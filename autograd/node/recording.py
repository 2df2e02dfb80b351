"""An operation on Values becomes a node: `record`, and what Value's own operators are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from autograd.context.modes import ACTIVE, settle
from autograd.node.conditions import counted
from autograd.primitives.operands import as_float, float_or_none, is_array, records, refuse_or_defer
from autograd.primitives.primitive import Primitive
from autograd.source import compiled_source
from autograd.wiring import FLOAT_ERRORS, MAKE_NODE

V = TypeVar("V")

_UNARY = """def {name}(self):
    kind, x = type(self), self._float
    try:
        data = forward(x)
    except FLOAT_ERRORS:
        data = primitive.number(x)"""
_BINARY = """def {name}(self, other):
    kind, x = type(self), self._float
    if type(other) is kind:
        y = other._float
    elif type(other) is float:
        y, other = other, None
    else:
        y = float_or_none(other)
        if y is None:
            return unusual(primitive, self, other, other)
        other = None
    try:
        data = x {op} y
    except FLOAT_ERRORS:
        data = primitive.number(x, y)"""
_REFLECTED = """def {name}(self, other):
    kind, y = type(self), self._float
    x = other if type(other) is float else float_or_none(other)
    if x is None:
        return unusual(primitive, other, self, other)
    try:
        data = x {op} y
    except FLOAT_ERRORS:
        data = primitive.number(x, y)"""
"""Written out, so that neither the arithmetic nor the making of the node costs a call: these are
the operations that a scalar program is made of. All other operators are those of `Operators`."""

_SCOPE: dict[str, Any] = {
    "__name__": __name__,
    "ACTIVE": ACTIVE,
    "FLOAT_ERRORS": FLOAT_ERRORS,
    "float_or_none": float_or_none,
    "new": object.__new__,
    "settle": settle,
}


def _made(primitive: Primitive, name: str, text: str, **slots: str) -> Any:
    lines = text.format(name=name, op=primitive.op) + MAKE_NODE.format(**slots)
    scope = _SCOPE | {
        "primitive": primitive,
        "forward": primitive.forward,
        "unusual": unusual,
    }
    made = compiled_source(name, lines, scope)
    made.__qualname__, made.__doc__ = f"Value.{name}", primitive.__doc__
    return made


def unary_method(primitive: Primitive, name: str) -> Callable[[V], V]:
    """`Value.name()`, the unary primitive applied to the Value."""
    return _made(primitive, name, _UNARY, left="self", right="None", x="x", y="None")


def binary_operators(
    primitive: Primitive, name: str
) -> tuple[Callable[[V, Any], V], Callable[[V, Any], V]]:
    """`self op other` and `other op self`, as `__name__` and `__rname__`."""
    return (
        _made(primitive, f"__{name}__", _BINARY, left="self", right="other", x="x", y="y"),
        _made(primitive, f"__r{name}__", _REFLECTED, left="None", right="self", x="x", y="y"),
    )


def unusual(primitive: Primitive, left: Any, right: Any, other: Any) -> Any:
    """Neither a Value of the same class nor a number: an array, another kind, or an error."""
    if isinstance(other, np.ndarray) or records(other):
        return primitive.dispatch((left, right))
    return refuse_or_defer(other, f"an operand of {primitive.op}")


_make: Callable[..., Any] = compiled_source(
    "make",
    "def make(kind, primitive, data, left, right, x, y):"
    + MAKE_NODE.format(left="left", right="right", x="x", y="y"),
    _SCOPE,
)


def record(self: Any, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
    """Apply a primitive to operands of any kind, of which `self` is the first Value."""
    if primitive.arity == 1:
        x = self._float
        return _make(type(self), primitive, primitive.compute((x,)), self, None, x, None)
    found = _split(primitive, operands)
    if found is None:
        return primitive.elementwise(operands)
    parents, numbers = found
    data = primitive.compute(numbers)
    if primitive.arity is None:
        return _make(type(self), primitive, data, parents, None, numbers, None)
    return _make(type(self), primitive, data, *parents, *numbers)


def _split(primitive: Primitive, operands: tuple[Any, ...]) -> tuple[Any, Any] | None:
    """The Values among the operands (None for each constant) and the numbers of all.

    None if an operand is an array.
    """
    kinds = [*map(type, operands)]
    if kinds.count(kinds[0]) == len(kinds):  # all of them Values, as in a hidden layer
        return operands, tuple([x._float for x in operands])
    if any(kind is not float and not hasattr(kind, "_float") for kind in {*kinds}):
        if any(map(_is_proper_array, operands)):
            return None
        what = f"an operand of {primitive.name}"
        operands = tuple([counted(x) if records(x) else as_float(x, what) for x in operands])
    parents = tuple([None if type(x) is float else x for x in operands])
    return parents, tuple([x if type(x) is float else x._float for x in operands])


def _is_proper_array(x: Any) -> bool:
    """True if x is an array, and not one number that NumPy keeps as an array."""
    return is_array(x) and float_or_none(x) is None and x is not np.ma.masked
