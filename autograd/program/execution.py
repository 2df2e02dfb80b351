"""Running source: buffers for a number of examples, made once; long batches in pieces.

A piece is small enough for its buffers to stay in the processor's cache. Gradients with respect to
what the examples share are added up over the pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.program.arguments import Block
from autograd.program.source import ArraySource
from autograd.program.straight import StraightSource

__all__ = ["ArrayRunner", "Bound", "StraightRunner"]

Array = np.ndarray[Any, Any]

CACHE_BYTES = 1 << 20
"""How large the buffers of one piece may be."""
KEPT = 4
"""For how many lengths of a piece buffers are kept."""


class Bound(NamedTuple):
    """The source's functions and arrays, for a number of examples."""

    forward: Callable[[], None]
    backward: Callable[[], None]
    arrays: dict[str, Array]

    @property
    def nbytes(self) -> int:
        """The size of the buffers."""
        return sum(a.nbytes for a in self.arrays.values() if a.base is None)


class ArrayRunner:
    """Runs one ArraySource."""

    def __init__(self, source: ArraySource, dtype: Any):
        self.source, self.dtype = source, dtype
        scope = dict(source.scope)
        exec(compile(source.code, "<program>", "exec"), scope)
        self._bind = scope["bind"]
        self._bound: dict[int, Bound] = {}
        self._bytes_each: int | None = None

    def bound(self, examples: int) -> Bound:
        """The functions for this many examples."""
        found = self._bound.get(examples)
        if found is None:
            forward, backward, names = self._bind(examples, self.dtype)
            arrays = {name: a for name, a in names.items() if isinstance(a, np.ndarray)}
            found = Bound(forward, backward, arrays)
            while len(self._bound) >= KEPT:
                self._bound.pop(next(iter(self._bound)))
            self._bound[examples] = found
        return found

    def piece(self, examples: int) -> int:
        """How many examples to take at once."""
        if self._bytes_each is None:
            one, many = (self._bind(n, self.dtype)[2] for n in (2, 18))
            size = [
                sum(
                    a.nbytes for a in names.values() if isinstance(a, np.ndarray) and a.base is None
                )
                for names in (one, many)
            ]
            self._bytes_each = max(1, (size[1] - size[0]) // 16)
        return max(64, min(examples, CACHE_BYTES // self._bytes_each))

    def load(
        self, bound: Bound, blocks: Sequence[Block], inputs: list[Array], start: int, stop: int
    ) -> None:
        """Copy the inputs of some examples, and what all share, to where the source reads them."""
        arrays, stores = bound.arrays, self.source.stores
        for number, (block, array) in enumerate(zip(blocks, inputs, strict=True)):
            if number in stores:
                np.copyto(
                    arrays[stores[number]],
                    array[:, start:stop] if block.batched else array,
                    "unsafe",
                )


class StraightRunner:
    """Runs one StraightSource."""

    def __init__(self, source: StraightSource):
        self.source = source
        scope = dict(source.scope)
        exec(compile(source.code, "<program>", "exec"), scope)
        self.run: Callable[[list[float], list[float], float], tuple[list[float], list[float]]]
        self.run = scope["run"]
