"""Loops among straight lines: a step as lines of its own, run again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from autograd.program.loops.loop import Loop

_ELEMENT = re.compile(r"(.*)\[(\d+)\]")


class Along(NamedTuple):
    """A source of what steps are given: the names of leaves, and the place of their numbers.

    Attributes:
        leaves: the names, for each number of a step.
        operands: the names of all numbers, step after step; empty where they lie in an array.
        array, first: the results of another loop, and the place of the first number there.
    """

    leaves: tuple[str, ...]
    operands: tuple[Any, ...]
    array: str = ""
    first: int = 0


class LoopLine(NamedTuple):
    """A loop. Its results are places of an array, `v7[0]`, of which `target` is the name.

    Attributes:
        first, carry: the names of the first carry, and of the step's.
        along: of what the steps are given, source by source.
        body: the lines of a step.
        results: what the step makes, the next carry first.
        operands: the names of all that the loop is given.
        number: is the loop's alone, for further names.
    """

    loop: Loop
    target: str
    first: tuple[Any, ...]
    carry: tuple[str, ...]
    along: tuple[Along, ...]
    body: list[Any]
    results: tuple[Any, ...]
    operands: tuple[Any, ...]
    number: int

    @property
    def read(self) -> list[Any]:
        """The names that it needs, which are all its operands."""
        return [*self.operands]

    @property
    def used(self) -> set[Any]:
        """The names that the step reads; of a block of another loop some may be of no use."""
        return {*self.results, *(name for line in self.body for name in line.read)}

    @property
    def size(self) -> int:
        """The count of numbers in its arrays, and in those of loops in its body."""
        inner = sum(line.size for line in self.body if isinstance(line, LoopLine))
        return self.loop.rows + sum(len(along.operands) for along in self.along) + inner

    @property
    def targets(self) -> tuple[tuple[str, str]]:
        """The array of results."""
        return ((self.target, "="),)

    def stored(self) -> Iterator[tuple[Any, int, int]]:
        """The results of a step: each with the place of the first step's, and how far they are."""
        place = self.loop.carried
        for start, size in zip(self.loop.starts, self.loop.sizes, strict=True):
            for i in range(size):
                yield self.results[place + i], start + i, size
            place += size


def array_of(name: Any) -> tuple[str, int] | None:
    """The array and the place that a name such as v7[3] is of; None for any other."""
    found = _ELEMENT.fullmatch(name) if isinstance(name, str) else None
    return None if found is None else (found[1], int(found[2]))


def arrays_in(names: Sequence[Any]) -> set[str]:
    """The arrays that some names are of, or name."""
    found = {name for name in names if isinstance(name, str)}
    return found | {pair[0] for name in found if (pair := array_of(name))}
