"""Comparisons inside a function that is being traced: recorded, not decided.

`x > y` on Values, or `x == 0`, is then a Condition, which `where` takes as it takes a bool. It is
recorded as 1 or 0 by primitives of its own, which have derivative 0; `where` on it becomes a
`choose` node.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.context.tracing import BRANCH, refuse
from autograd.errors import OperandError
from autograd.primitives.primitive import Block, Primitive
from autograd.primitives.selection import where
from autograd.primitives.shapes import Binary, Nary, Unary


def _block(symbol: str, arrays: Callable[..., Any], local: Any) -> Block:
    return Block(symbol, f"[{{0}} {symbol} {{1}}]", arrays, local, None, symbol, (), (), True, 0)


def _none(out: Any, x: Any, y: Any) -> float:
    """The rule of what has derivative 0 everywhere, and sends nothing."""
    return 0.0


def _relation(name: str, symbol: str, compare: Callable[[Any, Any], Any]) -> Primitive:
    def body(x: float, y: float) -> float:
        return 1.0 if compare(x, y) else 0.0

    body.__name__, body.__doc__ = name, f"1 if x {symbol} y, else 0."
    return Binary(body, _block(symbol, compare, (_none, _none)), {})


def _inverse(x: float) -> float:
    """1 if x is 0, else 0."""
    return 0.0 if x else 1.0


def _choose(condition_x_y: tuple[Any, ...]) -> float:
    """x if the condition is not 0, else y; the one not taken is sent nothing."""
    condition, x, y = condition_x_y
    return where(condition > 0.0, x, y)


CONDITIONS: dict[str, Primitive] = {
    "less": _relation("less", "<", operator.lt),
    "less_equal": _relation("less_equal", "≤", operator.le),
    "greater": _relation("greater", ">", operator.gt),
    "greater_equal": _relation("greater_equal", "≥", operator.ge),
    "equal": _relation("equal", "=", np.equal),
    "both": _relation("both", "and", lambda x, y: np.logical_and(x, y)),
    "either": _relation("either", "or", lambda x, y: np.logical_or(x, y)),
    "inverse": Unary(_inverse, _block("not", np.logical_not, 0.0), {}),
}
"""The primitives that give 1 where something holds, else 0."""

_choose.__name__ = "where"
CHOOSE: Primitive = Nary(
    _choose,
    _block("where", lambda xs, axis=None: np.where(*xs), lambda out, xs: _taken(*xs)),
    {},
)


def _taken(condition: Any, x: Any, y: Any) -> list[Any]:
    return [0.0, where(condition > 0.0, 1.0, 0.0), where(condition > 0.0, 0.0, 1.0)]


class Condition:
    """What a comparison of Values is while a program is traced. `&`, `|` and `~` combine them.

    In arithmetic it counts as 1 or 0, as a bool does.
    """

    __slots__ = ("node",)

    def __init__(self, node: Any) -> None:
        self.node = node

    def __bool__(self) -> bool:
        refuse("a comparison decides a branch", BRANCH, self.node)
        return bool(self.node._float)

    def __float__(self) -> float:
        refuse("a comparison is made a plain number", COUNTED, self.node)
        return float(self.node._float)

    def __int__(self) -> int:
        return int(float(self))

    __index__ = __int__

    def __eq__(self, other: object) -> bool:
        refuse("a comparison is compared by ==", BRANCH, self.node)
        return self is other

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Condition:
        return Condition(CONDITIONS["both"](self.node, _node(other)))

    def __or__(self, other: Any) -> Condition:
        return Condition(CONDITIONS["either"](self.node, _node(other)))

    def __invert__(self) -> Condition:
        return Condition(CONDITIONS["inverse"](self.node))

    def __xor__(self, other: Any) -> Condition:
        return (self | other) & ~(self & other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __repr__(self) -> str:
        return f"<condition {self.node._primitive.name}>"

    def __select__(self, x: Any, y: Any) -> Any:
        """What `where(self, x, y)` is."""
        if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
            return np.frompyfunc(self.__select__, 2, 1)(x, y)
        x, y = (z.node if isinstance(z, Condition) else z for z in (x, y))
        return CHOOSE([self.node, x, y])


class Sameness:
    """What `x == y` of two Values is while a program is traced: whether they are one node.

    That is the same in every run, so it is good for `if`, `in` and dictionaries; `where`, which
    chooses by numbers, does not take it.
    """

    __slots__ = ("pair", "same")

    def __init__(self, x: Any, y: Any, same: bool) -> None:
        self.pair, self.same = (x, y), same

    def __bool__(self) -> bool:
        return self.same

    def __invert__(self) -> Sameness:
        return Sameness(*self.pair, not self.same)

    def __repr__(self) -> str:
        return "<x == y of two Values>"

    def _refuse(self, by: str = "where") -> None:
        what = f"{by} asks whether two Values are the same node, as x == y does,"
        refuse(what, SAME, *self.pair)

    def _no_number(self, *_: Any) -> Any:
        self._refuse("arithmetic")
        return NotImplemented

    def __select__(self, x: Any, y: Any) -> Any:
        self._refuse()
        return where(self.same, x, y)

    def __and__(self, other: Any) -> Any:
        self._refuse()
        return self.same & other

    def __or__(self, other: Any) -> Any:
        self._refuse()
        return self.same | other

    __rand__, __ror__ = __and__, __or__


COUNTED = "in arithmetic it counts as 1 or 0 as it is: (x > 0) * x, or where(x > 0, x, 0.0)"
SAME = (
    "for their numbers write where((x >= y) & (x <= y), a, b), or better with a tolerance, "
    "where(abs(x - y) <= 1e-9, a, b)"
)


def _node(other: Any) -> Any:
    if isinstance(other, Sameness):
        other._refuse()
    if isinstance(other, Condition):
        return other.node
    if isinstance(other, (bool, np.bool_)):
        return float(other)
    raise OperandError(
        f"a condition combines with another condition, not with {type(other).__name__}; put each "
        "comparison in parentheses: (x > 0) & (x < 1)"
    )


def _counted(name: str) -> Any:
    def method(self: Condition, *others: Any) -> Any:
        given = [other.node if isinstance(other, Condition) else other for other in others]
        return getattr(self.node, name)(*given)

    method.__name__ = name
    return method


_BINARY = ("add", "sub", "mul", "truediv", "pow")
_NUMBERS = (
    "neg",
    "pos",
    "abs",
    "lt",
    "le",
    "gt",
    "ge",
    *_BINARY,
    *(f"r{name}" for name in _BINARY),
)
for _name in _NUMBERS:
    setattr(Condition, f"__{_name}__", _counted(f"__{_name}__"))
for _name in (*_NUMBERS, "xor", "rxor", "float", "int", "index"):
    setattr(Sameness, f"__{_name}__", Sameness._no_number)


def inverse(found: Any) -> Any:
    """Not what a comparison found: `x != y` for `x == y`."""
    if found is NotImplemented:
        return found
    return ~found if isinstance(found, (Condition, Sameness)) else not found


def relation(name: str, x: Any, y: Any) -> Condition:
    """The comparison of two Values, or of a Value and a number, as a Condition."""
    return Condition(CONDITIONS[name](x, y))
