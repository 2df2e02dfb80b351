"""How an operation on Values becomes a node: the methods that `Value`'s operators are made of.

One node is one object: its parents and the numbers they had sit in its own slots, so that the
garbage collector has one thing to look at per operation, not three. That is why these functions
fill the slots one by one instead of calling a constructor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from autograd.context.modes import ACTIVE, settle
from autograd.node.conditions import counted
from autograd.primitives.closures import FLOAT_ERRORS, own_code
from autograd.primitives.operands import as_float, float_or_none, is_array, records, refuse_or_defer
from autograd.primitives.primitive import Primitive

V = TypeVar("V")

new = object.__new__


def node(
    kind: type[Any], primitive: Primitive, data: float, left: Any, right: Any, x: Any, y: Any
) -> Any:
    """A node of class `kind`: the operands' Values (None for constants) and their numbers."""
    out: Any = new(kind)
    out._float, out._grad, out._primitive = data, None, primitive
    out._left, out._right, out._x, out._y = left, right, x, y
    return settle(out) if ACTIVE else out


def record(self: Any, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
    """Apply a primitive to operands of any kind, of which `self` is the first Value."""
    if primitive.arity == 1:
        x = self._float
        return node(type(self), primitive, primitive.compute((x,)), self, None, x, None)
    found = _split(primitive, operands)
    if found is None:
        return primitive.elementwise(operands)
    parents, numbers = found
    data = primitive.compute(numbers)
    if primitive.arity is None:
        return node(type(self), primitive, data, parents, None, numbers, None)
    return node(type(self), primitive, data, *parents, *numbers)


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
    """Whether x is an array, and not one number that NumPy keeps as an array."""
    return is_array(x) and float_or_none(x) is None and x is not np.ma.masked


def _method(function: Any, name: str, doc: str | None) -> Any:
    made = own_code(function, name)
    made.__qualname__, made.__doc__ = f"Value.{name}", doc
    return made


def unary_method(primitive: Primitive, name: str) -> Callable[[V], V]:
    """`Value.name()`, the unary primitive applied to the Value."""

    def method(self: Any) -> Any:
        return record(self, primitive, (self,))

    return _method(method, name, primitive.__doc__)


_BINARY_OPERATOR = """
def {name}(self, other):
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
        data = primitive.number(x, y)
    out = new(kind)
    out._float = data
    out._grad = None
    out._primitive = primitive
    out._left = self
    out._right = other
    out._x = x
    out._y = y
    return settle(out) if ACTIVE else out
"""


def binary_operator(primitive: Primitive, name: str) -> Callable[[V, Any], V]:
    """`self op other`; `other` is a Value or a number, or an array to go through.

    Written out as source, so that neither the arithmetic itself nor the making of the node
    costs a call: these are the operations that a scalar program is made of.
    """
    scope = {
        "__name__": __name__,
        "ACTIVE": ACTIVE,
        "FLOAT_ERRORS": FLOAT_ERRORS,
        "float_or_none": float_or_none,
        "new": new,
        "primitive": primitive,
        "settle": settle,
        "unusual": unusual,
    }
    exec(_BINARY_OPERATOR.format(name=name, op=primitive.op), scope)
    return _method(scope[name], name, primitive.__doc__)


def reflected_operator(primitive: Primitive, name: str) -> Callable[[V, Any], V]:
    """`other op self`, where `other` is a number, or an array to go through."""

    def operator(self: Any, other: Any) -> Any:
        x = float_or_none(other)
        if x is None:
            return unusual(primitive, other, self, other)
        y = self._float
        return node(type(self), primitive, primitive.number(x, y), None, self, x, y)

    return _method(operator, name, primitive.__doc__)


def unusual(primitive: Primitive, left: Any, right: Any, other: Any) -> Any:
    """Neither a Value of the same class nor a number: an array, another kind, or an error."""
    if isinstance(other, np.ndarray) or records(other):
        return primitive.dispatch((left, right))
    return refuse_or_defer(other, f"an operand of {primitive.op}")
