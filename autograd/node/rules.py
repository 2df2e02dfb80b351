"""Whether a primitive's rules can be differentiated again: whether all in them is autograd's.

A rule is called with floats for a first derivative, and with Values for a second. A function of
plain numbers in it, such as `math.cos`, takes the number out of a Value: the first derivative is
right, and the second would silently leave out that part.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from autograd.errors import GraphError
from autograd.node.operators import Conditions, Operators
from autograd.primitives.primitive import Primitive


class _PlainNumberError(TypeError):
    """A rule took the plain number of an operand."""


class _Probe(Operators, Conditions):
    """An operand that is only watched: every function of it is a probe."""

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        return self

    def __bool__(self) -> bool:
        return True  # a rule may branch by the number: the derivative is that of the branch

    def __float__(self) -> float:
        raise _PlainNumberError

    def __format__(self, spec: str) -> str:
        return str(float(self))

    __int__ = __index__ = __float__


@lru_cache(maxsize=1024)
def _takes_numbers(primitive: Primitive) -> bool:
    """Whether a rule of this primitive asks an operand, or the output, for its plain number."""
    probes: tuple[Any, ...] = (_Probe(),) * (primitive.arity or 3)
    operands = probes if primitive.arity else (probes,)
    try:
        for rule in primitive.local:
            if callable(rule):
                rule(_Probe(), *operands)
    except _PlainNumberError:
        return True
    except Exception:
        return False  # whatever else is wrong with a rule shows when it is called with numbers
    return False


def require_differentiable_rules(primitive: Primitive) -> None:
    """Raise if a rule of this primitive calls a function that is foreign to the engine.

    Raises:
        GraphError: it does; the error names the primitive.
    """
    if _takes_numbers(primitive):
        raise GraphError(
            f"the rule for the local gradient of {primitive.name} has a foreign function in it, "
            "which takes plain numbers (as math.cos does): a second derivative would leave out "
            "its part; write it with autograd's functions, cos(x) instead of math.cos(x)"
        )
