"""Chunks: what comes in was put into that slot before, and by nobody else since."""

from __future__ import annotations

import random

import pytest

from autograd.program.native.chunks import LONGEST, chunks
from autograd.program.native.instructions import Instruction


def code(n: int, reach: int, seed: int) -> list[Instruction]:
    """Operations of results at most so far back, and some loads."""
    rng = random.Random(seed)
    found = [Instruction("parameter", (), (0,))]
    for i in range(1, n):
        if rng.random() < 0.1:
            found.append(Instruction("input", (), (i,)))
        else:
            operands = [rng.randrange(max(0, i - reach), i) for _ in range(2)]
            found.append(Instruction("add", tuple(operands)))
    return found


@pytest.mark.parametrize(("n", "reach"), [(5, 5), (LONGEST, 50), (1500, 30), (3000, 3000)])
def test_slots_hold_what_is_read(n: int, reach: int) -> None:
    instructions = code(n, reach, n)
    found, size = chunks(instructions)
    assert [c.first for c in found] == [*range(0, n, LONGEST)]
    assert found[-1].last == n
    frame: list[int | None] = [None] * size
    for chunk in found:
        for result, slot in chunk.incoming.items():
            assert frame[slot] == result
        for i in range(chunk.first, chunk.last):
            for a in instructions[i].args:
                assert isinstance(a, int)
                known = chunk.first <= a or a in chunk.incoming
                assert known or instructions[a].op in ("parameter", "input")
            if i in chunk.outgoing:
                frame[chunk.outgoing[i]] = i
    assert (size == 0) == (n <= LONGEST)


def test_slots_are_taken_over() -> None:
    found, size = chunks(code(20_000, 30, 1))
    assert len(found) == 50
    assert 0 < size < 100


def test_a_slot_that_comes_in_is_not_written_in_the_same_chunk() -> None:
    for chunk in chunks(code(3000, 3000, 2))[0]:
        assert not set(chunk.incoming.values()) & set(chunk.outgoing.values())
