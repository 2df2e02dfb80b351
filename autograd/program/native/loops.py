"""Loops as instructions: a step is a segment of its own, which works on a part of the frame.

A step's part begins with its leaves (the carry, what it is given, constants) and its results; what
it is given lies in the frame too: numbers of the loop's own, or inputs, or another loop's results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from autograd.program.straight.loops import LoopLine, array_of

RUN = 8
"""From so many numbers that lie together on, they are copied by a loop."""


class Fill(NamedTuple):
    """Numbers that are copied into a loop's own part: from `start` on, `size` of them.

    Attributes:
        kind: numbers, parameter, shared_input, input or element.
        of: the block of the input, the number of the loop, or the numbers themselves.
    """

    kind: str
    to: int
    start: int
    size: int
    of: Any = 0


class Given(NamedTuple):
    """A source of what steps are given: `size` numbers a step, into leaves from `leaf` on.

    They lie in the loop's own part (`kind` own), among the inputs, or in another loop's results.
    """

    leaf: int
    size: int
    kind: str
    start: int
    of: int = 0


class Repeated(NamedTuple):
    """A loop of a segment.

    Attributes:
        body: the segment of a step, which has so many leaves and results.
        stores: for each argument of the instruction the leaf that it is (the first `leaves`), or
            the place in the loop's own part, after those.
        own: the size of that part; `fills` are copied into it.
        stored: results of a step that are kept: which, the first place, and how far they lie.
    """

    steps: int
    backwards: bool
    body: Any
    leaves: int
    results: int
    carried: int
    rows: int
    own: int
    stores: list[int]
    fills: list[Fill]
    given: list[Given]
    stored: list[tuple[int, int, int]]


class LoopWriter:
    """A loop's line in a segment: what `_Writer` of instructions needs for it."""

    def __init__(self, writer: Any, segment: Any, line: LoopLine) -> None:
        self.writer, self.segment, self.line = writer, segment, line
        self.args: list[Any] = []
        self.stores: list[int] = []
        self.fills: list[Fill] = []
        self.given: list[Given] = []

    def write(self) -> None:
        """Add the instruction, and the loop to its segment."""
        line, loop, segment = self.line, self.line.loop, self.segment
        names = [name for along in line.along for name in along.leaves]
        constants = [*dict.fromkeys(n for n in self._constants() if isinstance(n, str))]
        leaves = {name: i for i, name in enumerate([*line.carry, *names, *constants])}
        for i, name in enumerate(line.first):
            self._store(name, i)
        for name in constants:
            self._store(name, leaves[name])
        own = self._sources(len(line.carry), len(leaves))
        body = type(segment)(is_step=True)
        for name, i in leaves.items():
            body.known[name] = body.emit("input", (), (i,))
        for inner in line.body:
            self.writer.write(body, inner)
        for i, result in enumerate(line.results):
            body.store("put", self.writer.find(body, result), (i,))
        stored = self._stored()
        made = Repeated(
            loop.count, loop.backwards, body, len(leaves), len(line.results), loop.carried,
            loop.rows, own, self.stores, self.fills, self.given, stored,
        )  # fmt: skip
        segment.arrays[line.target] = len(segment.loops)
        segment.emit("loop", tuple(self.args), (len(segment.loops),))
        segment.loops.append(made)

    def _constants(self) -> Sequence[Any]:
        """The names of the loop's constants."""
        loop = self.line.loop
        return self.line.operands[loop.first_constant :]

    def _stored(self) -> list[tuple[int, int, int]]:
        places = range(self.line.loop.carried, len(self.line.results))
        stored = self.line.stored()
        return [(i, first, size) for i, (_, first, size) in zip(places, stored, strict=True)]

    def _store(self, name: Any, to: int) -> None:
        self.args.append(self.writer.find(self.segment, name))
        self.stores.append(to)

    def _sources(self, leaf: int, leaves: int) -> int:
        """Note where what is given lies; returns the size of what lies in the loop's own part."""
        own = 0
        for along in self.line.along:
            size = len(along.leaves)
            if along.array:
                of = self.segment.arrays[along.array]
                self.given.append(Given(leaf, size, "element", along.first, of))
            else:
                runs = [*self._runs(along.operands)]
                kind, start, _, of = runs[0]
                if len(runs) == 1 and kind in ("input", "element"):
                    self.given.append(Given(leaf, size, kind, start, of))
                else:
                    self.given.append(Given(leaf, size, "own", own))
                    self._lay_out(runs, along.operands, leaves, own)
                    own += len(along.operands)
            leaf += size
        return own

    def _lay_out(self, runs: list[Any], names: Sequence[Any], leaves: int, own: int) -> None:
        place = 0
        for kind, start, count, of in runs:
            if kind and count >= RUN:
                self.fills.append(Fill(kind, own + place, start, count, of))
            else:
                for i in range(place, place + count):
                    self._store(names[i], leaves + own + i)
            place += count

    def _runs(self, names: Sequence[Any]) -> Iterator[tuple[str, int, int, Any]]:
        """Names in runs of what lies together: the kind, the first place, the count, and of what.

        Of what lies nowhere ("") each is a run of its own.
        """
        place = 0
        while place < len(names):
            kind, start, of = self._place(names[place])
            end = place + 1
            while kind and end < len(names):
                both = kind == "numbers" and isinstance(names[end], float)
                if not both and self._place(names[end]) != (kind, start + end - place, of):
                    break
                end += 1
            if kind == "numbers":
                start, of = 0, tuple(names[place:end])
            yield kind, start, end - place, of
            place = end

    def _place(self, name: Any) -> tuple[str, int, Any]:
        if isinstance(name, float):
            return "numbers", 0, None
        element = array_of(name)
        if element is not None and element[0] in self.segment.arrays:
            return "element", element[1], self.segment.arrays[element[0]]
        return self.writer.place(self.segment, name)
