"""Forms as single operations, one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import TraceError
from autograd.primitives.operations import OPERATIONS
from autograd.program.straight.forms import Form
from autograd.program.symbols import Expression, Symbol, refused_as_opaque
from autograd.program.tokens import plain_name

Argument = int | float
"""The number of an instruction's result, or a constant."""
Flat = tuple[list[tuple[str, tuple[Argument, ...]]], list[Argument]]
"""Operations of placeholders and of those before, which have further numbers; and the results."""


def flattened(form: Form) -> Flat:
    """A form as single operations."""
    found: list[tuple[str, tuple[Argument, ...]]] = []
    temporaries: list[Argument] = []

    def number(x: Expression) -> Argument:
        if not isinstance(x, Symbol):
            return float(x)
        if not x.op:
            place = int(x.name[1:-1])
            return place if place < form.count else temporaries[place - form.count]
        if x.op == "indicator":
            return number(x.args[0])
        if x.op == "call":
            raise _unreadable(x.function)
        found.append((x.op, tuple(map(number, x.args))))
        return form.count + len(found) - 1

    for x in form.temporaries:
        temporaries.append(number(x))
    return found, [number(x) for x in form.results]


def _unreadable(function: Any) -> TraceError:
    refusal = refused_as_opaque(function, "machine code")
    if refusal is not None:
        return TraceError(refusal)
    name = plain_name(getattr(function, "__name__", ""))
    if isinstance(function, np.ufunc):
        what = f"np.{name} is none of the elementary operations {', '.join(sorted(OPERATIONS))}"
    else:
        what = (
            f"{name} is computed by code that cannot be read as elementary operations, such as "
            "np.vectorize makes"
        )
    return TraceError(
        f"{what}: write the primitive with NumPy's or autograd's functions for those, or take "
        "backend='numpy', which calls it"
    )
