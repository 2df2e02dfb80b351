"""Rules with a foreign function in them, which cannot be differentiated again.

A rule is called with floats for a first derivative, and with Values for a second. A function of
plain numbers in it, such as `math.cos`, takes the number out of a Value: the first derivative is
right, and the second would silently leave out that part.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from autograd.context.caller import conversion
from autograd.errors import GraphError
from autograd.node.operators import Conditions, Operators
from autograd.primitives.primitive import PRIMITIVES, Primitive


class _PlainNumberError(TypeError):
    """A rule took the plain number of an operand, for the function that is named."""


class _Probe(Operators, Conditions):
    """An operand that is only watched: every function of it is a probe."""

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        return self

    def __bool__(self) -> bool:
        return True  # a rule may branch by the number: the derivative is that of the branch

    def __float__(self) -> float:
        raise _PlainNumberError(conversion(sys._getframe(1)).name)

    def __format__(self, spec: str) -> str:
        return str(float(self))

    __int__ = __index__ = __float__


@lru_cache(maxsize=1024)
def _foreign_function(primitive: Primitive) -> str | None:
    """The function by which a rule takes the number of an operand ("" if unknown), or None."""
    probes: tuple[Any, ...] = (_Probe(),) * (primitive.arity or 3)
    operands = probes if primitive.arity else (probes,)
    try:
        for rule in primitive.local:
            if callable(rule):
                rule(_Probe(), *operands)
    except _PlainNumberError as error:
        return str(error)
    except Exception:
        return None  # whatever else is wrong with a rule shows when it is called with numbers
    return None


def require_differentiable_rules(primitive: Primitive) -> None:
    """Raise a GraphError if a rule of this primitive calls a function of plain numbers."""
    found = _foreign_function(primitive)
    if found is None:
        return
    ours = found.rpartition(".")[2]
    named, as_math = (f", {found},", "") if found else ("", " (as math.cos does)")
    instead = ours if ours in PRIMITIVES else "cos"
    raise GraphError(
        f"the rule for the local gradient of {primitive.name} has a foreign function in it{named}"
        f"{' which' if named else ', which'} takes plain numbers{as_math}: a second derivative "
        f"would leave out its part; write it with autograd's functions, {instead}(x) instead of "
        f"math.{instead}(x)"
    )
