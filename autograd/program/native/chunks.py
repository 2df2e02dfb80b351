"""Chunks: a segment of instructions cut into functions of some hundred, which share a frame.

A compiler's time grows with the square of a function's length. A result that a later chunk reads
is put into a slot of the frame, which another takes over when nobody reads it any more. What is
only loaded is loaded again in each chunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from autograd.program.native.instructions import LOADS, Instruction

LONGEST = 400
"""Instructions in a chunk: 10,000 nodes compile in 1.6 s so, in 29 s as one function."""


class Chunk(NamedTuple):
    """Instructions first … last − 1, and the slots of results that come in or go out."""

    first: int
    last: int
    incoming: dict[int, int]
    outgoing: dict[int, int]


def chunks(code: Sequence[Instruction]) -> tuple[list[Chunk], int]:
    """The chunks of some instructions, and how many slots their frame has."""
    spans = list(pairwise([*_starts(code), len(code)]))
    chunk_of = [number for number, (first, last) in enumerate(spans) for _ in range(first, last)]
    read_last: dict[int, int] = {}
    for i, instruction in enumerate(code):
        for a in instruction.args:
            if isinstance(a, int) and code[a].op not in LOADS and chunk_of[a] < chunk_of[i]:
                read_last[a] = chunk_of[i]
    slots: dict[int, int] = {}
    free: list[int] = []
    size = 0
    found: list[Chunk] = []
    for number, (first, last) in enumerate(spans):
        used = {a for i in range(first, last) for a in code[i].args if isinstance(a, int)}
        incoming = {a: slots[a] for a in sorted(used) if a in slots}
        outgoing: dict[int, int] = {}
        for i in range(first, last):
            if i in read_last:
                if not free:
                    free.append(size)
                    size += 1
                outgoing[i] = slots[i] = free.pop()
        found.append(Chunk(first, last, incoming, outgoing))
        for a in [a for a in slots if read_last[a] == number]:
            free.append(slots.pop(a))
    return found, size


def _starts(code: Sequence[Instruction]) -> list[int]:
    """The first instructions of chunks. A loop ends one: what reads its results is loaded after."""
    found: list[int] = []
    for i in range(len(code)):
        if not i or i - found[-1] == LONGEST or code[i - 1].op == "loop":
            found.append(i)
    return found
