"""Comparisons inside a function that is being traced: recorded, not decided.

`x > y` on Values, or `x == 0`, is then a Condition, which `where` takes as it takes a bool.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.context.tracing import BRANCH, refuse
from autograd.errors import OperandError
from autograd.node.operators import Conditions, Operators
from autograd.primitives.comparisons import COMPARISONS
from autograd.primitives.primitive import Primitive


class Condition(Operators, Conditions):
    """A comparison of Values while a program is traced. `&`, `|` and `~` combine them.

    In arithmetic it counts as 1 or 0, as a bool does.
    """

    __slots__ = ("node",)

    def __init__(self, node: Any) -> None:
        self.node = node

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        if primitive.name in _COMBINING:
            return Condition(primitive.dispatch(tuple(map(_combined, operands))))
        out = primitive.dispatch(tuple(map(counted, operands)))
        return Condition(out) if primitive.name in COMPARISONS else out

    def __bool__(self) -> bool:
        refuse("a comparison decides a branch", f"{COMBINED}; {BRANCH}", self.node)
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

    def __repr__(self) -> str:
        return f"<condition {self.node._primitive.name}>"


class Sameness(Operators, Conditions):
    """`x == y` of two Values while a program is traced: true if they are one node.

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

    def refuse(self, by: str) -> None:
        """Raise if a function is being traced, by which numbers are asked for."""
        what = f"{by} asks whether two Values are the same node, as x == y does,"
        refuse(what, SAME, *self.pair)

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        self.refuse("where" if primitive.name in {*_COMBINING, "where"} else "arithmetic")
        return primitive.dispatch(tuple(map(counted, operands)))

    def __float__(self) -> float:
        self.refuse("arithmetic")
        return float(self.same)

    def __int__(self) -> int:
        return int(float(self))

    def __xor__(self, other: Any) -> Any:
        return float(self) != other

    __index__, __rxor__ = __int__, __xor__


_COMBINING = ("both", "either", "inverse")
COMBINED = "for x > 0 and y > 0 write (x > 0) & (y > 0), for or |, for not ~"
COUNTED = "in arithmetic it counts as 1 or 0 as it is: (x > 0) * x, or where(x > 0, x, 0.0)"
SAME = (
    "for their numbers write where((x >= y) & (x <= y), a, b), or better with a tolerance, "
    "where(abs(x - y) <= 1e-9, a, b)"
)


def counted(x: Any) -> Any:
    """The operand that x is in arithmetic: a condition counts as 1 or 0."""
    if isinstance(x, Sameness):
        return float(x)
    return x.node if isinstance(x, Condition) else x


def _combined(x: Any) -> Any:
    """The operand that x is among conditions."""
    if isinstance(x, Sameness):
        x.refuse("where")
    if isinstance(x, (Condition, Sameness, bool, np.bool_)):
        return counted(x)
    raise OperandError(
        f"a condition combines with another condition, not with {type(x).__name__}; put each "
        "comparison in parentheses: (x > 0) & (x < 1)"
    )


def inverse(found: Any) -> Any:
    """Not what a comparison found: `x != y` for `x == y`."""
    if found is NotImplemented:
        return found
    return ~found if isinstance(found, (Condition, Sameness)) else not found


def relation(name: str, x: Any, y: Any) -> Condition:
    """The comparison of two Values, or of a Value and a number, as a Condition."""
    return Condition(COMPARISONS[name](x, y))


def both(some: Any, other: Any) -> Any:
    """Both of two conditions; None is one that always holds."""
    return other if some is None else some & other


def either(some: Any, other: Any) -> Any:
    """One of two conditions; None is one that always holds."""
    if some is None or other is None:
        return None
    return some if some is other else some | other
