"""Running source: buffers for a number of examples, made once; long batches in pieces.

A piece is small enough for its buffers to stay in the processor's cache. Gradients with respect to
what the examples share are added up over the pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.program.backends.numpy import NumpyProgram
from autograd.program.backends.python import PythonSource as StraightSource
from autograd.program.running.recent import Recent
from autograd.program.source import ArraySource
from autograd.program.tracing.arguments import Block

Array = np.ndarray[Any, Any]

CACHE_BYTES = 1 << 22
"""How large the buffers of one piece may be: shorter pieces pay more for calls than they gain."""
SMALLEST_PIECE = 64
KEPT = 4
"""For how many lengths of a piece buffers are kept."""


@dataclass
class Bound:
    """The source's two functions for a number of examples, and the arrays that they work on.

    A run sets everything that the functions read, so that no earlier run shows.

    Attributes:
        parameters: where the parameters' numbers go, if the source reads any.
        inputs: the number of each block that is read, and where it goes, in the block's shape.
        seed: where the gradient of the output with respect to itself goes.
        share: for how many examples each number of the seed stands.
        outputs: a row for each output, or a number.
        gradients: by block (−1: the parameters), where the backward pass leaves them.
        nbytes: the size of all buffers.
    """

    forward: Callable[[], None]
    backward: Callable[[], None]
    parameters: Array | None
    inputs: list[tuple[int, Array]]
    seed: Array | None
    share: float
    outputs: list[Array | float]
    gradients: dict[int, Array]
    nbytes: int

    def run(self, leaves: Sequence[Any], theta: Array, seed: float | None) -> None:
        """Run forward for these leaves and parameters, and backward from a seed if there is one.

        Args:
            seed: ∂(result)/∂(one example's value); a value that all examples share counts once
                for each of them.
        """
        for number, target in self.inputs:
            copyto(target, leaves[number], "unsafe")
        if self.parameters is not None:
            copyto(self.parameters, theta)
        with errstate(all="ignore"):
            self.forward()
            if seed is not None and self.seed is not None:
                self.seed.fill(seed * self.share)
                self.backward()


copyto, errstate = np.copyto, np.errstate


class ArrayRunner:
    """Runs one ArraySource, for arguments of these blocks."""

    def __init__(self, source: ArraySource, blocks: Sequence[Block], dtype: Any):
        self.source, self.blocks = source, blocks
        self.numpy = NumpyProgram(source.statements, dtype)
        self._bound: Recent[int, Bound] = Recent(KEPT)
        self._piece: int | None = None

    def bound(self, examples: int) -> Bound:
        """The functions for this many examples."""
        found = self._bound.get(examples)
        if found is None:
            found = self._bound[examples] = self._new(examples)
        return found

    def _new(self, examples: int) -> Bound:
        program, code = self.source.statements, self.numpy
        forward, backward, arrays = code.make(examples)
        leaves = {block: arrays[array.name] for block, array in program.leaves.items()}
        seed = None if code.seed is None else arrays[code.seed]
        return Bound(
            forward,
            backward,
            leaves[-1].T if -1 in leaves else None,
            [(n, _as_given(leaves[n], block)) for n, block in enumerate(self.blocks)
             if n in leaves],
            seed,
            1.0 if seed is None else examples / seed.shape[1],
            [o if isinstance(o, float) else arrays[o[0].name][o[1]] for o in program.outputs],
            {} if seed is None else {b: arrays[a.name] for b, a in program.gradients.items()},
            sum(a.nbytes for a in arrays.values() if isinstance(a, np.ndarray) and a.base is None),
        )  # fmt: skip

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
        self, leaves: list[Any], theta: Array, examples: int, seed: float | None = None
    ) -> Iterator[tuple[int, int, Bound]]:
        """Run piece after piece of the examples; yields where each begins and ends, and its arrays.

        `seed` is that of `Bound.run`.
        """
        size = self.piece(examples)
        for start in range(0, examples, size):
            stop = min(start + size, examples)
            bound = self.bound(stop - start)
            part = leaves
            if size < examples:
                part = [
                    leaf[start:stop] if block.batched else leaf
                    for leaf, block in zip(leaves, self.blocks, strict=True)
                ]
            bound.run(part, theta, seed)
            yield start, stop, bound


def _as_given(store: Array, block: Block) -> Array:
    """A store of shape (elements, examples or 1) as a view in the shape of a block's leaf.

    What all examples share is spread over the first axis.
    """
    return np.moveaxis(store.reshape(*(block.shape or ()), store.shape[1]), -1, 0)


class StraightRunner:
    """Runs one StraightSource."""

    def __init__(self, source: StraightSource):
        self.source = source
        scope = dict(source.scope)
        exec(compile(source.code, "<program>", "exec"), scope)
        self.run: Callable[[list[float], list[float], float], tuple[list[float], list[float]]]
        self.run = scope["run"]
