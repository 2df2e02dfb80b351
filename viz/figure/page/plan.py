"""The plan of a drawing's rows: its levels from the output, how wide each is, where to break.

A row ends between two operations, where few values cross and no frame is cut. The widths of
labels alone decide, so that a drawing is the same whichever engine lays it out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from math import inf

from viz.figure.drawing import Before, Element, Group, Line, Node, Setting, Wire
from viz.figure.labels import SMALL, WireLabel, node_width
from viz.text import width

GAPS: dict[Setting | None, float] = {None: 8.64, "grouped": 16.0, "spaced": 28.0}
"""Points between two columns, by the room that the drawing asks for, with that for frames."""
PILL = 46.0
"""Points that a pill takes, roughly."""
ROW, FRAME = 6.0, 15.0
"""A row costs as much as so many wires that go on below, and so does a frame that is cut."""
MOST_LEVELS = 60
"""Operations one after the other up to which one more break is tried everywhere."""
SHARES = 0.95, 0.9, 0.85, 0.8, 0.75, 0.7
"""How much of the room each row is given, until all of them together fit."""


@dataclass
class Edge:
    """A connection of two nodes."""

    source: str
    target: str
    wide: float


class Plan:
    """The levels of a drawing, from its output, and where to break between them."""

    def __init__(self, elements: Sequence[Element]):
        self._nodes = {one.id: one for one in elements if isinstance(one, Node)}
        self._edges = [*_edges(elements)]
        self._groups = [*_members(elements)]
        self._gap = max(gap for key, gap in GAPS.items() if key in (None, *elements))
        entered = {edge.target for edge in self._edges}
        leaving = {edge.source for edge in self._edges}
        self._sources = self._nodes.keys() - entered
        self._sinks = self._nodes.keys() - leaving
        self.level = self._levels()
        self._count = 1 + max(self.level.values(), default=0)
        self._measure()
        pairs = [one for one in elements if isinstance(one, Before)]
        inner = [one.right for one in pairs if one.left not in self._sources]
        self._beside = {self.level[name] - 1 for name in inner}  # their leaves have a column there

    def _levels(self) -> dict[str, int]:
        """For each node the operations from it to an end, on the longest path."""
        into: defaultdict[str, list[str]] = defaultdict(list)
        left = dict.fromkeys(self._nodes, 0)
        for edge in self._edges:
            pill = self._nodes[edge.source].stands_for
            for source in {edge.source, pill} & self._nodes.keys():
                into[edge.target].append(source)
                left[source] += 1
        level = dict.fromkeys(self._nodes, 0)
        waiting = [node for node, count in left.items() if not count]
        for node in waiting:
            for source in into[node]:
                level[source] = max(level[source], level[node] + 1)
                left[source] -= 1
                if not left[source]:
                    waiting.append(source)
        return level

    def _measure(self) -> None:
        """Find the points from left to right of each level's nodes, and of the wires into it."""
        self._inner, self._wires, self._leaves = ([0.0] * self._count for _ in range(3))
        for name in self._nodes.keys() - self._sources:
            at = self.level[name]
            self._inner[at] = max(self._inner[at], node_width(self._nodes[name]))
        for edge in self._edges:
            at = self.level[edge.target]
            self._wires[at] = max(self._wires[at], edge.wide)
            if edge.source in self._sources:
                self._leaves[at] = max(self._leaves[at], node_width(self._nodes[edge.source]))

    def length(self) -> float:
        """The points from left to right in one row."""
        return self._together([0])

    def breaks(self, room: float) -> list[int]:
        """The levels at which rows end, so that none is longer than `room` if that is possible."""
        tried = [*self._tried(room)]
        fit = (breaks for breaks in tried if self._together(breaks) <= room)
        return next(fit, min(tried, key=self._together))

    def _tried(self, room: float) -> Iterator[list[int]]:
        """Breaks to try: the best for rows one by one, the same with one more, and shorter rows."""
        best, costs = self._starts(room), self._costs()
        yield best
        if self._count <= MOST_LEVELS:
            more = sorted({*range(2, self._count)} - {*best}, key=lambda level: costs[level])
            yield from ([*best, level] for level in more)
        yield from (self._starts(room * share) for share in SHARES)

    def columns(self, breaks: Sequence[int]) -> int:
        """The columns of nodes and of wires in the longest row."""
        return 1 + 2 * max(stop - start for start, stop in self._spans(breaks))

    def _together(self, breaks: Sequence[int]) -> float:
        """The points that rows take from left to right: a column is as wide as in the widest."""
        rows = [[*self._across(start, stop)] for start, stop in self._spans(breaks)]
        widest = [*map(max, zip_longest(*rows, fillvalue=0.0))]
        return sum(widest) + self._gap * (len(widest) - 1)

    def _spans(self, breaks: Sequence[int]) -> Iterable[tuple[int, int]]:
        return pairwise(sorted({*breaks, 0, self._count}))

    def _across(self, start: int, stop: int) -> Iterator[float]:
        """The widths of a row's columns, from the left: of nodes, of wires, and so on."""
        if stop < self._count:
            yield max(PILL, self._leaves[stop - 1])
        for level in reversed(range(start, stop)):
            if level in self._beside and level < stop - 1:
                yield self._leaves[level]
            if level < self._count - 1:
                yield self._wires[level]
            behind = level > start and level - 1 not in self._beside
            yield max(self._inner[level], self._leaves[level - 1] if behind else 0.0)
        if start:
            yield PILL

    def _starts(self, room: float) -> list[int]:
        """The levels at which rows end if each is taken by itself, from the top down."""
        costs = self._costs()
        best: list[tuple[float, float, int]] = [(0.0, 0.0, 0)]  # up to each level: cost, unevenness
        for stop in range(1, self._count + 1):
            options: list[tuple[float, float, int]] = []
            for start in range(stop - 1, -1, -1):
                across = [*self._across(start, stop)]
                long = sum(across) + self._gap * (len(across) - 1)
                if long > room and options:
                    break
                cost, uneven, _ = best[start]
                options.append((cost + costs[start], uneven + (room - long) ** 2, start))
            best.append(min(options))
        starts, stop = [], self._count
        while stop:
            stop = best[stop][2]
            starts.append(stop)
        return starts

    def _costs(self) -> list[float]:
        """The cost of a row that ends before each level: what crosses, and frames that are cut."""
        change = [0.0] * (self._count + 1)
        nearest: dict[str, int] = {}
        for edge in self._edges:
            if edge.source not in self._sources and edge.target not in self._sinks:
                at = self.level[edge.target]
                nearest[edge.source] = min(nearest.get(edge.source, at), at)
        spans = [(low, self.level[source], 1.0) for source, low in nearest.items()]
        for group in self._groups:
            inner = group & self._nodes.keys() - self._sources
            levels = [self.level[name] for name in inner]
            spans += [(min(levels), max(levels), FRAME)] if levels else []
        for low, high, cost in spans:
            change[low + 1] += cost
            change[high + 1] -= cost
        total, costs = 0.0, []
        for one in change:
            total += one
            costs.append(total + ROW)
        return [0.0, inf, *costs[2:]]  # an output's box stands beside its value

    def placed(self, starts: Sequence[int]) -> dict[str, int]:
        """The row of each node, from 0 at the top.

        A leaf stands in the first row in which it is used, an output's box beside its value.
        """
        ends = sorted(starts)
        last = len(ends) - 1
        row = {n: last - bisect_right(ends, level) + 1 for n, level in self.level.items()}
        uses: defaultdict[str, list[int]] = defaultdict(list)
        for edge in self._edges:
            if edge.target in self._sinks and edge.source not in self._sources:
                row[edge.target] = row[edge.source]
        for edge in self._edges:
            if edge.source in self._sources:
                uses[edge.source].append(row[edge.target])
        return row | {name: min(rows) for name, rows in uses.items()}


def _edges(elements: Iterable[Element]) -> Iterator[Edge]:
    for one in elements:
        if isinstance(one, Wire) and one.target:
            yield Edge(one.start or one.source, one.target, WireLabel(one).width)
        elif isinstance(one, Line):
            texts = [one.text, *(part.text for part in one.norms)]
            wide = max(width(text, SMALL) for text in texts)
            yield Edge(one.source, one.target, wide + 34 * bool(wide))


def _members(elements: Iterable[Element]) -> Iterator[set[str]]:
    """The members of each frame, those of frames in it among them."""
    for one in elements:
        if isinstance(one, Group):
            inner = [*_members(one.groups)]
            yield set(one.members).union(*inner)
            yield from inner
