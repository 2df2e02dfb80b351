"""Teaching lints: programs that run, but probably do not mean what they say.

They are warnings of one class, `TeachingWarning`; `lints(False)` switches them off.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from autograd.errors import TeachingWarning
from autograd.frames import user_frame
from autograd.graph import wires

__all__ = [
    "Leftover",
    "added_to",
    "lints",
    "teach",
    "warn_if_stale",
    "warn_of_leftover",
    "warn_of_lost_gradient",
]

_enabled = True


def lints(on: bool) -> AbstractContextManager[None]:
    """Switch the teaching lints on or off; as a context manager, until the end of the block.

    >>> with lints(False):
    ...     pass
    """
    global _enabled
    before, _enabled = _enabled, bool(on)
    return _until_end(before)


@contextmanager
def _until_end(before: bool) -> Iterator[None]:
    global _enabled
    try:
        yield
    finally:
        _enabled = before


def warn_if_stale(order: Iterable[Any], leaves: Iterable[Any]) -> None:
    """Warn when a leaf that the graph was built from has been given another number since.

    One use of each leaf is looked at, and only of leaves that were ever assigned to.
    """
    unchecked = {leaf for leaf in leaves if leaf._assigned} if _enabled else set()
    if not unchecked:
        return
    for node in order:
        for parent, number in wires(node):
            if parent in unchecked:
                unchecked.remove(parent)
                if parent._data != number and number == number:
                    _warn_of_stale(parent, number)
                    return
        if not unchecked:
            return


def _warn_of_stale(leaf: Any, number: float) -> None:
    teach(
        f"{_name(leaf)} was {number!r} when this graph was built and is {leaf._data!r} now; "
        "backward() differentiates the numbers that the graph was built with. Build the graph "
        "again to use the new ones."
    )


class Leftover:
    """Marks the leaves in which a backward pass added to gradients of other numbers than theirs.

    That alone is no mistake: in alternating training the gradients that one step leaves in the
    other network are forgotten before that one's own step. It is one when such a sum is read, and
    the leaf then moved.
    """

    __slots__ = ("read", "told")

    def __init__(self) -> None:
        self.read = self.told = False


def added_to(leaf: Any, before: Any, leftover: Leftover) -> Any:
    """Where a leaf's gradient belongs now that a pass was added to `before`: at its data, or not.

    Accumulating over several graphs is fine while the leaf stays as it is.
    """
    nothing = not getattr(before, "_data", before)
    if nothing or leaf._grad_at is None or leaf._grad_at == leaf._data:
        return leaf._data
    return leftover


def warn_of_leftover(leaf: Any) -> None:
    """Warn when a leaf moves after its gradient, the sum of two steps' gradients, was read."""
    found = leaf._grad_at
    if _enabled and leaf._grad and found.read and not found.told:
        found.told = True
        teach(
            f"{_name(leaf)} still holds the gradient of an earlier graph, computed before its data "
            "changed: backward() added to it, and this step follows the sum of both. Call "
            "zero_grad() (or set .grad = 0) after each step."
        )


def warn_of_lost_gradient() -> None:
    """Warn that an input of a transform's function became a plain number, as by math.sin(x)."""
    if _enabled:
        teach(
            "an input of the function being differentiated was turned into a plain number here, "
            "and no gradient flows through that. math and float() see only the number: use "
            "autograd.sin, autograd.exp, … (or x.data, if only the number is meant)."
        )


def _name(leaf: Any) -> str:
    return repr(leaf.label) if leaf.label else "a leaf"


def teach(message: str) -> None:
    """Give a `TeachingWarning` at the user's line, unless the lints are off.

    Frames of modules that set `__tracebackhide__ = True` are passed over.

    >>> with lints(False):
    ...     teach("a gradient is lost")
    """
    if _enabled:
        _, level = user_frame()
        warnings.warn(message, TeachingWarning, stacklevel=level)
