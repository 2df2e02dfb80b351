"""Teaching lints: programs that run, but probably do not mean what they say.

They are warnings of one class, `TeachingWarning`; `lints(False)` switches them off.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from autograd.errors import TeachingWarning
from autograd.frames import user_frame
from autograd.graph import wires
from autograd.settings import Mode, Setting

__all__ = ["lints", "warn_if_stale", "warn_if_unzeroed", "warn_of_lost_gradient"]

F = TypeVar("F", bound=Callable[..., Any])

_enabled = Setting("lints", True)


def lints(on: bool) -> AbstractContextManager[None]:
    """Switch the teaching lints on or off; as a context manager, until the end of the block.

    A block switches them for the current thread only, and nests.

    >>> with lints(False):
    ...     pass
    """
    before = _enabled.default
    try:
        _enabled.default = bool(on)
        return _Block(_enabled, bool(on), before)
    except BaseException:
        _enabled.default = before
        raise


class _Block(Mode):
    """`lints(on)`, which has switched them for good: of a block only for its time."""

    def __init__(self, setting: Setting, value: bool, before: bool) -> None:
        super().__init__(setting, value)
        self._before = before

    def __enter__(self) -> None:
        self.setting.default = self._before
        super().__enter__()

    def __call__(self, function: F) -> F:
        self.setting.default = self._before
        return super().__call__(function)


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
    _warn(
        f"{_name(leaf)} was {number!r} when this graph was built and is {leaf._data!r} now; "
        "backward() differentiates the numbers that the graph was built with. Build the graph "
        "again to use the new ones."
    )


def warn_if_unzeroed(held: Iterable[tuple[Any, Any]]) -> None:
    """Warn when gradients of other parameter values are about to be added to.

    Accumulating over several graphs is fine while the parameters stay as they are. A forgotten
    `zero_grad()` shows in that just the leaves that hold a gradient have moved on since.
    """
    if not _enabled:
        return
    moved, holding = set(), []
    for leaf, grad in held:
        if grad is not None and grad != 0.0:
            holding.append(leaf)
        if leaf._grad_at is not None and leaf._grad_at != leaf._data:
            moved.add(leaf)
    if holding and moved == set(holding):
        _warn(
            f"{_name(holding[0])} still holds the gradient of an earlier graph, computed before "
            "its data changed, and backward() adds to it. Call zero_grad() (or set .grad = 0) "
            "after each step."
        )


def warn_of_lost_gradient() -> None:
    """Warn that an input of a transform's function became a plain number, as by math.sin(x)."""
    if _enabled:
        _warn(
            "an input of the function being differentiated was turned into a plain number here, "
            "and no gradient flows through that. math and float() see only the number: use "
            "autograd.sin, autograd.exp, … (or x.data, if only the number is meant)."
        )


def _name(leaf: Any) -> str:
    return repr(leaf.label) if leaf.label else "a leaf"


def _warn(message: str) -> None:
    _, level = user_frame()
    warnings.warn(message, TeachingWarning, stacklevel=level)
