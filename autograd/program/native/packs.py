"""Packs: calls of the same function that do not wait for each other, done as one call of vectors.

For one example a call of the C library's tanh takes 11 ns; of vectors of four, 13 ns. So the
instructions of a chunk are put in another order: by how many such calls lie before them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from autograd.program.native.chunks import Chunk
from autograd.program.native.instructions import LOADS, Instruction


def packs(code: Sequence[Instruction], chunk: Chunk, most: Callable[[str], int]) -> list[list[int]]:
    """The instructions of a chunk, operands first; several together are one call.

    Args:
        most: so many calls of an operation can be one; 1 for an operation that is no such call.
    """
    levels: dict[int, int] = {}
    keys: list[tuple[int, bool, str, int]] = []
    for i in range(chunk.first, chunk.last):
        op, args, _ = code[i]
        if op in LOADS:
            continue
        level = max((levels.get(a, 0) for a in args if isinstance(a, int)), default=0)
        is_call = most(op) > 1
        levels[i] = level + is_call
        keys.append((levels[i], not is_call, op if is_call else "", i))
    found: list[list[int]] = []
    for (_, is_alone, op), group in groupby(sorted(keys), lambda key: key[:3]):
        numbers = [i for *_, i in group]
        size = 1 if is_alone else most(op)
        found += [numbers[i : i + size] for i in range(0, len(numbers), size)]
    return found
