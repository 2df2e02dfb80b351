"""An operation on Values becomes a node: arithmetic, and `record` for every primitive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeVar

import numpy as np

from autograd.context.modes import ACTIVE, settle
from autograd.core.marks import NONE
from autograd.core.untracked import bare
from autograd.core.wiring import FLOAT_ERRORS, Node
from autograd.node.conditions import counted
from autograd.primitives.arithmetic import add, div, mul, neg, pow_, power_of, sub
from autograd.primitives.operands import as_float, float_or_none, is_array, records, refuse_or_defer
from autograd.primitives.primitive import Primitive

V = TypeVar("V")
LARGE = 2**53
"""Whole numbers below this are floats as they are."""


class Arithmetic(Node):
    """Arithmetic on nodes of one class and numbers, written out: the operations of which scalar
    programs are made. All other operators are those of `Operators`."""

    __slots__ = ()

    def __add__(self, other: Any) -> Self:
        if type(other) is type(self):
            node: Node = other
            y: float = node._float
            return made(type(self), add, self._float + y, self, node, self._float, y)
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(add, self, other, other)
        y = number
        return made(type(self), add, self._float + y, self, None, self._float, y)

    def __radd__(self, other: Any) -> Self:
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(add, other, self, other)
        x: float = number
        return made(type(self), add, x + self._float, None, self, x, self._float)

    def __sub__(self, other: Any) -> Self:
        if type(other) is type(self):
            node: Node = other
            y: float = node._float
            return made(type(self), sub, self._float - y, self, node, self._float, y)
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(sub, self, other, other)
        y = number
        return made(type(self), sub, self._float - y, self, None, self._float, y)

    def __rsub__(self, other: Any) -> Self:
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(sub, other, self, other)
        x: float = number
        return made(type(self), sub, x - self._float, None, self, x, self._float)

    def __mul__(self, other: Any) -> Self:
        if type(other) is type(self):
            node: Node = other
            y: float = node._float
            return made(type(self), mul, self._float * y, self, node, self._float, y)
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(mul, self, other, other)
        y = number
        return made(type(self), mul, self._float * y, self, None, self._float, y)

    def __rmul__(self, other: Any) -> Self:
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(mul, other, self, other)
        x: float = number
        return made(type(self), mul, x * self._float, None, self, x, self._float)

    def __truediv__(self, other: Any) -> Self:
        if type(other) is type(self):
            node: Node = other
            y: float = node._float
            return made(type(self), div, quotient(self._float, y), self, node, self._float, y)
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(div, self, other, other)
        y = number
        return made(type(self), div, quotient(self._float, y), self, None, self._float, y)

    def __rtruediv__(self, other: Any) -> Self:
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(div, other, self, other)
        x: float = number
        return made(type(self), div, quotient(x, self._float), None, self, x, self._float)

    def __pow__(self, other: Any) -> Self:
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(pow_, self, other, other)
        return applied(power_of(number), self) if number == number else pow_(self, number)

    def __rpow__(self, other: Any) -> Self:
        number = other if type(other) is float else number_or_none(other)
        if number is None:
            return unusual(pow_, other, self, other)
        return pow_(number, self)

    def __neg__(self) -> Self:
        return made(type(self), neg, -self._float, self, None, self._float, 0.0)


def number_or_none(other: Any) -> Any:
    """The float that `other` stands for, or None; see `float_or_none`."""
    if type(other) is int and -LARGE < other < LARGE:
        return float(other)
    return float_or_none(other)


def quotient(x: float, y: float) -> float:
    """x / y by IEEE 754."""
    return x / y if y else div.compute((x, y))


def made(kind: Any, primitive: Any, data: float, left: Any, right: Any, x: float, y: float) -> Any:
    """A fresh node of this class: what `primitive` makes of these parents and numbers."""
    out: Node = bare(kind)
    out._float = data
    out._mark = NONE
    out._primitive = primitive
    out._left = left
    out._right = right
    out._x = x
    out._y = y
    return settle(out) if ACTIVE else out


def unusual(primitive: Primitive, left: Any, right: Any, other: Any) -> Any:
    """Neither a Value of the same class nor a number: an array, another kind, or an error."""
    if isinstance(other, np.ndarray) or records(other):
        return primitive.dispatch((left, right))
    return refuse_or_defer(other, f"an operand of {primitive.op}")


def applied(primitive: Any, node: Node) -> Any:
    """A primitive of one operand, applied to a node."""
    x: float = node._float
    try:
        data: float = primitive.forward(x)
    except FLOAT_ERRORS:
        data = primitive.number(x)
    return made(type(node), primitive, data, node, None, x, 0.0)


def unary_method(primitive: Primitive, name: str) -> Callable[[V], V]:
    """`Value.name()`, the unary primitive applied to the Value."""

    def method(self: Any) -> Any:
        return applied(primitive, self)

    made: Any = method
    made.__name__, made.__qualname__ = name, f"Value.{name}"
    made.__doc__, made.__wrapped__ = primitive.__doc__, primitive.__wrapped__
    return made


def record(self: Node, primitive: Any, operands: tuple[Any, ...]) -> Any:
    """Apply a primitive to operands of any kind, of which `self` is the first Value."""
    if primitive.arity == 1:
        return applied(primitive, self)
    found = _split(primitive, operands)
    if found is None:
        return primitive.elementwise(operands)
    parents, numbers = found
    data: float = primitive.compute(numbers)
    if primitive.arity is None:
        return made(type(self), primitive, data, parents, numbers, 0.0, 0.0)
    (left, right), (x, y) = parents, numbers
    return made(type(self), primitive, data, left, right, x, y)


def _split(primitive: Primitive, operands: tuple[Any, ...]) -> tuple[Any, Any] | None:
    """The Values among the operands (None for each constant) and the numbers of all.

    None if an operand is an array.
    """
    kinds = [*map(type, operands)]
    if kinds.count(kinds[0]) == len(kinds):  # all of them Values, as in a hidden layer
        return operands, _numbers_of(operands)
    try:
        return _nodes_and_numbers(operands)
    except (AttributeError, TypeError):  # neither floats nor nodes, all of them
        pass
    if any(map(_is_proper_array, operands)):
        return None
    what = f"an operand of {primitive.name}"
    return _nodes_and_numbers(
        tuple([counted(x) if records(x) else as_float(x, what) for x in operands])
    )


def _nodes_and_numbers(operands: tuple[Any, ...]) -> tuple[Any, Any]:
    """The nodes among floats and nodes, None for each float; and the numbers of all."""
    nodes: list[Any] = []
    numbers: list[float] = []
    node: Node
    for x in operands:
        if type(x) is float:
            nodes.append(None)
            numbers.append(x)
        else:
            node = x
            nodes.append(node)
            numbers.append(node._float)
    return tuple(nodes), tuple(numbers)


def _numbers_of(nodes: tuple[Any, ...]) -> tuple[float, ...]:
    numbers: list[float] = []
    node: Node
    for node in nodes:
        numbers.append(node._float)
    return tuple(numbers)


def _is_proper_array(x: Any) -> bool:
    """True if x is an array, and not one number that NumPy keeps as an array."""
    return is_array(x) and float_or_none(x) is None and x is not np.ma.masked
