"""Running transforms: which Values depend on the variables that they differentiate.

What such a Value becomes as a plain number is lost to the derivative, in whatever thread or
context; and a Value that was made before a transform began is one that its function closes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.context.locks import fork_safe_lock
from autograd.context.settings import Mode, Setting
from autograd.core.wiring import add_dependents, time_made, topological_order
from autograd.node_sets import node_set

CLOCK: list[int] = [0]
"""The count of calls of transforms that have begun. A leaf notes the one at which it was made."""

FEW = 100_000
"""The most nodes that were seen to be kept alive, beside twice those of one graph."""

_one_at_a_time = fork_safe_lock()


def begin() -> int:
    """The time of a new call of a transform; leaves made from now on are not older than that."""
    with _one_at_a_time:
        CLOCK[0] += 1
        return CLOCK[0]


def made_before(leaf: Any, time: int) -> bool:
    """True if a leaf was made before that time (one from a pickle always was)."""
    return time_made(leaf) < time


class _Call:
    """A transform's call of its function: the inputs, and what has been seen to depend on them."""

    _seen: Any = ()
    _most = -1

    def __init__(self, inputs: Sequence[Any]) -> None:
        self._inputs = inputs

    def reaches(self, value: Any) -> bool:
        """True if `value` depends on an input.

        However often that is asked, a node is looked at once, or rarely twice: what has been seen
        is kept alive, so that there is a bound to it.
        """
        with _one_at_a_time:
            begins_again = len(self._seen) > self._most
            if begins_again:
                self._seen, self._depending = node_set(self._inputs), node_set(self._inputs)
            add_dependents(self._depending, topological_order(value, self._seen))
            if begins_again:
                self._most = 2 * len(self._seen) + FEW
            return value in self._depending


RUNNING: set[Any] = set()
"""The calls of transforms that are in progress, in any thread: entries of a mode."""

_setting = Setting("differentiating", None, RUNNING)


def differentiating(inputs: Sequence[Any]) -> Mode:
    """While a transform calls its function on these Values."""
    return Mode(_setting, _Call(inputs))


def is_differentiated(value: Any) -> bool:
    """True if a running transform differentiates with respect to something `value` depends on."""
    return any(entry.is_on() and entry.value.reaches(value) for entry in tuple(RUNNING))
