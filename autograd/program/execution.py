"""Running source: buffers for a number of examples, made once; long batches in pieces.

A piece is small enough for its buffers to stay in the processor's cache. Gradients with respect to
what the examples share are added up over the pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.program.arguments import Block
from autograd.program.source import ArraySource
from autograd.program.straight import StraightSource

__all__ = ["ArrayRunner", "Bound", "StraightRunner"]

Array = np.ndarray[Any, Any]

CACHE_BYTES = 1 << 22
"""How large the buffers of one piece may be: shorter pieces pay more for calls than they gain."""
SMALLEST_PIECE = 64
KEPT = 4
"""For how many lengths of a piece buffers are kept."""


@dataclass
class Bound:
    """The source's two functions for a number of examples, and the arrays that they work on.

    Attributes:
        parameters: where the parameters' numbers go, if the source reads any.
        inputs: the number of each block that is read, where it goes, and whether by example.
        seed: where the gradient of the output with respect to itself goes.
        outputs: a row for each output, or a number.
        gradients: by block (−1: the parameters), where the backward pass leaves them.
        nbytes: the size of all buffers.
    """

    forward: Callable[[], None]
    backward: Callable[[], None]
    parameters: Array | None
    inputs: list[tuple[int, Array, bool]]
    seed: Array | None
    outputs: list[Array | float]
    gradients: dict[int, Array]
    nbytes: int


class ArrayRunner:
    """Runs one ArraySource, for arguments of these blocks."""

    def __init__(self, source: ArraySource, blocks: Sequence[Block], dtype: Any):
        self.source, self.blocks, self.dtype = source, blocks, dtype
        scope = dict(source.scope)
        exec(compile(source.code, "<program>", "exec"), scope)
        self._bind = scope["bind"]
        self._bound: dict[int, Bound] = {}
        self._piece: int | None = None

    def bound(self, examples: int) -> Bound:
        """The functions for this many examples."""
        found = self._bound.get(examples)
        if found is None:
            found = self._new(examples)
            while len(self._bound) >= KEPT:
                self._bound.pop(next(iter(self._bound)))
            self._bound[examples] = found
        return found

    def _new(self, examples: int) -> Bound:
        source = self.source
        forward, backward, arrays = self._bind(examples, self.dtype)
        stores = source.stores
        return Bound(
            forward,
            backward,
            arrays[stores[-1]] if -1 in stores else None,
            [(n, arrays[stores[n]], b.batched) for n, b in enumerate(self.blocks) if n in stores],
            None if source.seed is None else arrays[source.seed],
            [o if isinstance(o, float) else arrays[o[0]][o[1]] for o in source.outputs],
            {} if source.seed is None else {b: arrays[a] for b, a in source.adjoints.items()},
            sum(a.nbytes for a in arrays.values() if isinstance(a, np.ndarray) and a.base is None),
        )

    def piece(self, examples: int) -> int:
        """How many examples to take at once."""
        if examples <= SMALLEST_PIECE:
            return examples
        if self._piece is None:
            few, more = self._new(2), self._new(18)
            each = max(1, (more.nbytes - few.nbytes) // 16)
            self._piece = max(SMALLEST_PIECE, CACHE_BYTES // each)
        return min(examples, self._piece)

    def run(
        self, inputs: list[Array], theta: Array, examples: int, seed: float | None = None
    ) -> Iterator[tuple[int, int, Bound]]:
        """Run piece after piece of the examples; yields where each begins and ends, and its arrays.

        Args:
            seed: ∂(result)/∂(one example's value), for the backward pass; None for no such pass.
        """
        size = self.piece(examples)
        with np.errstate(all="ignore"):
            for start in range(0, examples, size):
                stop = min(start + size, examples)
                bound = self.bound(stop - start)
                for number, target, batched in bound.inputs:
                    array = inputs[number][:, start:stop] if batched else inputs[number]
                    np.copyto(target, array, "unsafe")
                if bound.parameters is not None:
                    np.copyto(bound.parameters, theta[:, None])
                bound.forward()
                if seed is not None and bound.seed is not None:
                    # a value that all examples share counts once for each of them
                    bound.seed.fill(seed * (stop - start) / bound.seed.shape[1])
                    bound.backward()
                yield start, stop, bound


class StraightRunner:
    """Runs one StraightSource."""

    def __init__(self, source: StraightSource):
        self.source = source
        scope = dict(source.scope)
        exec(compile(source.code, "<program>", "exec"), scope)
        self.run: Callable[[list[float], list[float], float], tuple[list[float], list[float]]]
        self.run = scope["run"]
