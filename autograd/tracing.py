"""Whether a function is being traced into a program, and what it must not do meanwhile.

A trace runs the function once. Whatever turns a Value into a plain number there would be the same
number in every later run of the program, so it is an error that names the user's line and says
what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from autograd.errors import TraceError
from autograd.frames import user_line
from autograd.modes import ACTIVE, watching
from autograd.node_sets import node_set

__all__ = ["Trace", "is_tracing", "note_leaf", "refuse", "tracing"]

BRANCH = (
    "write where(x > 0, a, b) for each element ([where(v > 0, …) for v in x]), or maximum, "
    "minimum, clip, abs, relu; choose by plain numbers outside of the traced values"
)
NUMBER = (
    "keep it a Value: autograd's functions (exp, log, sin, …) and operators take Values; look at "
    "numbers outside of the function, or return them from it"
)


class Trace:
    """One run of a function that is being traced.

    Attributes:
        nodes: what the function computed, in order.
        fresh: the leaves that the function made itself; their numbers are constants.
    """

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.fresh = node_set()


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def tracing() -> Iterator[Trace]:
    """Trace what runs in this block, in this thread."""
    trace = Trace()
    token = _trace.set(trace)
    try:
        with watching(trace.nodes):
            yield trace
    finally:
        _trace.reset(token)


def is_tracing() -> bool:
    """Whether a function is being traced in this thread.

    Code that looks at numbers only to check them asks this first.

    >>> is_tracing()
    False
    """
    return bool(ACTIVE) and _trace.get() is not None


def refuse(what: str, remedy: str) -> None:
    """Raise if a function is being traced: `what` it does would freeze a number.

    Raises:
        TraceError: it is.
    """
    if _trace.get() is not None:
        raise TraceError(
            f"{what} while a program is traced: the number would be the same in every later run; "
            f"{remedy}\n  at {user_line()}"
        )


def note_leaf(leaf: Any) -> None:
    """Remember a leaf made while tracing: it is a constant, not a parameter."""
    trace = _trace.get()
    if trace is not None:
        trace.fresh.add(leaf)
