"""Loops of a NumPy program: the statements of a step, again and again on arrays of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.program.loops.loop import Loop
from autograd.program.statements import Statements

Arrays = dict[str, Any]
Make = Callable[[int], tuple[Callable[[], None], Callable[[], None], Arrays]]
Copies = list[tuple[Any, int, int]]
"""Copies to make: a view of an array, and the rows that it goes to, from and to."""


class Repeated:
    """A loop, ready to run for a number of examples."""

    def __init__(self, loop: Loop, step: Statements, make: Make, examples: int) -> None:
        self._loop = loop
        self._forward, _, arrays = make(examples)
        leaves = [
            arrays[step.leaves[b].name] if b in step.leaves else None
            for b in range(len(loop.sources) + 3)
        ]
        self._carry, *self._given, self._own, self._shared = leaves
        sizes = [source.size for source in loop.sources]
        pairs = zip(self._given, sizes, strict=True)
        self._items = [(i, leaf, size) for i, (leaf, size) in enumerate(pairs) if leaf is not None]
        self._next = _copies(step.outputs[: loop.carried], arrays)
        self._after = None if self._carry is None else np.empty_like(self._carry)
        self._results = []
        start = loop.carried
        for first, size in zip(loop.starts, loop.sizes, strict=True):
            for view, low, high in _copies(step.outputs[start : start + size], arrays):
                self._results.append((view, first + low, first + high, size))
            start += size

    def __call__(self, first: Any, *given: Any) -> None:
        """Run from a first carry, with what the steps are given, constants, and where to put it."""
        *sources, own, shared, out = given
        for leaf, constants in ((self._own, own), (self._shared, shared)):
            if leaf is not None:
                leaf[...] = constants
        loop, carry, after = self._loop, self._carry, self._after
        if carry is not None:
            carry[...] = first
        for t in loop.order:
            for i, leaf, size in self._items:
                leaf[...] = sources[i][t * size : (t + 1) * size]
            self._forward()
            for view, low, high, size in self._results:
                out[low + t * size : high + t * size] = view
            if carry is not None and after is not None:
                for view, low, high in self._next:
                    after[low:high] = view
                carry[...] = after
        out[: loop.carried] = carry if loop.carried else out[:0]


def _copies(outputs: Sequence[Any], arrays: Arrays) -> Copies:
    """Outputs as views, as large as their rows lie together."""
    found: Copies = []
    place, count = 0, len(outputs)
    while place < count:
        output, end = outputs[place], place + 1
        if isinstance(output, float):
            found.append((output, place, end))
        else:
            array, row = output
            while end < count and outputs[end] == (array, row + end - place):
                end += 1
            found.append((arrays[array.name][row : row + end - place], place, end))
        place = end
    return found
