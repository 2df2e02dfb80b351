"""Running transforms: which Values depend on the variables that they differentiate.

What such a Value becomes as a plain number is lost to the derivative, in whatever thread or
context; and a Value that was made before a transform began is one that its function closes over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from autograd.graph import parents, topological_order
from autograd.locks import fork_safe_lock
from autograd.node_sets import node_set

__all__ = ["CLOCK", "RUNNING", "begin", "differentiating", "is_differentiated", "made_before"]

CLOCK: list[int] = [0]
"""How many calls of transforms have begun. A leaf keeps in `_y` the number at which it was made."""


def begin() -> int:
    """The time of a new call of a transform; leaves made from now on are not older than that."""
    CLOCK[0] += 1
    return CLOCK[0]


def made_before(leaf: Any, time: int) -> bool:
    """Whether a leaf was made before that time (one from a pickle always was)."""
    return leaf._y is None or leaf._y < time


_one_question_at_a_time = fork_safe_lock()


class _Call:
    """A transform's call of its function: the inputs, and what has been seen to depend on them."""

    def __init__(self, inputs: Sequence[Any]) -> None:
        self._inputs = inputs

    @cached_property
    def _depending(self) -> Any:
        return node_set(self._inputs)

    @cached_property
    def _seen(self) -> Any:
        return node_set(self._inputs)

    def reaches(self, value: Any) -> bool:
        """Whether `value` depends on an input; however often asked, a node is looked at once."""
        with _one_question_at_a_time:
            for node in topological_order(value, self._seen):
                if any(parent in self._depending for parent in parents(node)):
                    self._depending.add(node)
            return value in self._depending


RUNNING: list[_Call] = []
"""The calls of transforms that are in progress, in any thread."""


@contextmanager
def differentiating(inputs: Sequence[Any]) -> Iterator[None]:
    """While a transform calls its function on these Values."""
    call = _Call(inputs)
    RUNNING.append(call)
    try:
        yield
    finally:
        RUNNING.remove(call)


def is_differentiated(value: Any) -> bool:
    """Whether a running transform differentiates with respect to something `value` depends on."""
    return any(call.reaches(value) for call in tuple(RUNNING))
