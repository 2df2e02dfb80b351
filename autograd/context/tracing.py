"""Tracing: a function that is being made into a program, and what it must not do meanwhile.

A trace runs the function once. Whatever turns a Value into a plain number there would be the same
number in every later run of the program, so it is an error that names the user's line and says
what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from autograd.context.call_sites import entered, user_line
from autograd.context.modes import ACTIVE, WATCHES, Watch, anomalies_allowed, watch_over, watching
from autograd.errors import TraceError

BRANCH = (
    "write where(x > 0, a, b) for each element ([where(v > 0, …) for v in x]), or maximum, "
    "minimum, max, min, sort, clip, abs, relu; choose by plain numbers outside of the traced values"
)
NUMBER = (
    "keep it a Value: autograd's functions (exp, log, sin, …) and operators take Values; look at "
    "numbers outside of the function, or return them from it"
)
TEXT = (
    "print what the program returns, or call the function itself on numbers, where printing is free"
)


class Trace(Watch):
    """One run of a function that is being traced.

    Attributes:
        moved: whether its leaves have other numbers than the user's: any will do.
        fresh: the leaves that the function made itself, by identity; their numbers are constants.
    """

    def __init__(self, leaves: Iterable[Any], *, moved: bool) -> None:
        super().__init__(leaves)
        self.moved = moved
        self.fresh: dict[int, Any] = {}


@contextmanager
def tracing(leaves: Iterable[Any], *, moved: bool = False) -> Iterator[Trace]:
    """Trace what runs in this block, on these leaves, in this thread."""
    trace = Trace(leaves, moved=moved)
    with watching(trace), anomalies_allowed() if moved else nullcontext():
        yield trace


def is_tracing(*values: Any) -> bool:
    """True if a function is being traced in this thread, or with these Values in another.

    Code that looks at numbers only to check them asks this first.

    >>> is_tracing()
    False
    """
    return bool(ACTIVE) and watch_over(*values) is not None


def any_number_will_do() -> bool:
    """True if a function is being traced in this thread on other numbers than the user's."""
    trace = watch_over() if ACTIVE else None
    return isinstance(trace, Trace) and trace.moved


def refuse(what: str, remedy: str, *values: Any) -> None:
    """Raise a TraceError if a function is traced (here, or with these Values): a number freezes."""
    if watch_over(*values) is None:
        return
    module, name = entered()
    if name and not module.startswith(_OPERATIONS):
        what, remedy = f"{name} is called (and {what} by it)", _OUTSIDE.format(name=name)
    raise TraceError(
        f"{what} while a program is traced: the number would be the same in every later run; "
        f"{remedy}\n  at {user_line()}"
    )


_OPERATIONS = (
    "autograd.context.tracing",  # called by a method that is compiled, and has no frame
    "autograd.value",
    "autograd.node",
    "autograd.primitives",
    "autograd.program.program",
)
"""Modules of operations: there the user called what is refused."""
_OUTSIDE = "call {name} outside of the compiled function, on what its program returns"


def note_leaf(leaf: Any) -> None:
    """Remember a leaf made while tracing: it is a constant, not a parameter."""
    own = watch_over()
    for trace in list(WATCHES) if own is None else [own]:
        if isinstance(trace, Trace):
            trace.fresh[id(leaf)] = leaf
