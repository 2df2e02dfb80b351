"""`x.exp()` for `autograd.exp(x)`: every primitive of one or two operands as a method of Values.

They are made from the primitives. Type checkers and editors read of them in `functions.pyi`, which
`python tests/autograd/node/test_functions.py` writes anew.
"""

from __future__ import annotations

import inspect
from typing import Any

from autograd import primitives
from autograd.node.recording import unary_method
from autograd.primitives.primitive import PRIMITIVES, Primitive


class FunctionMethods:
    """The elementary functions as methods."""

    __slots__ = ()


def _method(primitive: Primitive) -> Any:
    """The function of this name as a method, which takes constants by position too."""
    function = getattr(primitives, primitive.name)
    given = list(inspect.signature(primitive.__wrapped__).parameters.values())[1:]
    names = [p.name for p in given]
    parameters = [p.replace(kind=p.POSITIONAL_OR_KEYWORD) for p in given]
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)

    def method(self: Any, *others: Any, **constants: Any) -> Any:
        if primitive.constants:
            by_name = dict(zip(names, others, strict=False))
            return function(self, *others[len(names) :], **by_name, **constants)
        return function(self, *others, **constants)

    made: Any = method
    made.__name__, made.__qualname__ = primitive.name, f"Value.{primitive.name}"
    made.__doc__ = str(primitive.__doc__).partition(">>>")[0].rstrip()
    made.__signature__ = inspect.Signature([own, *parameters])
    return made


for _primitive in PRIMITIVES.values():
    if _primitive.arity:
        _plain = _primitive.arity == 1 and not _primitive.constants
        _made = unary_method(_primitive, _primitive.name) if _plain else _method(_primitive)
        setattr(FunctionMethods, _primitive.name, _made)
