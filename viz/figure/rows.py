"""Rows: a drawing that is too long for a page goes on below, as text does.

A row ends between two operations, where few values cross and no frame is cut; a value that goes
on has a pill at the end of its row and one where it is used. How long a row is follows from the
widths of its labels alone, so that a drawing is the same whichever engine lays it out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from math import inf
from typing import Any

from viz.figure.drawing import Before, Column, Element, Gap, Group, Line, Node, Setting, Wire
from viz.figure.labels import SMALL, WireLabel, node_width
from viz.figure.pills import goes_on, homes, pill
from viz.text import width

GAPS: dict[Setting | None, float] = {None: 8.64, "grouped": 16.0, "spaced": 28.0}
"""Points between two columns, by the room that the drawing asks for, with that for frames."""
PILL = 46.0
"""Points that a pill takes, roughly."""
ROW, FRAME = 6.0, 15.0
"""A row costs as much as so many wires that go on below, and so does a frame that is cut."""
SHARES = 1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7
"""How much of the room each row is given, until all of them together fit."""


def in_rows(elements: Sequence[Element], room: float) -> list[Element]:
    """The elements in rows of about `room` points each."""
    plan = _Plan(elements)
    if plan.length() <= room:
        return for_frames(elements, homes(elements)) if "grouped" in elements else [*elements]
    breaks = plan.breaks(room)
    return _Rows(elements, plan.placed(breaks), plan.columns(breaks)).elements()


def for_frames(elements: Sequence[Element], frames: Iterable[tuple[str, str]]) -> list[Element]:
    """The elements in the order in which the engine keeps operands in their order inside frames.

    Of the 48 orders of operations, leaves and labels, each forwards or backwards, this is the best
    on nine networks: 10 pairs of operands there are not as they are written.
    """
    place: dict[str, int] = {}
    for k, one in enumerate(elements):
        if isinstance(one, Wire):
            place[one.id] = k
            place.setdefault(one.start or one.source, k)
    framed = dict(frames)

    def order(one: Node | Wire) -> tuple[bool, bool, int]:
        at, inside = place.get(one.id, len(elements)), one.id in framed
        made = isinstance(one, Node) and one.kind == "op"
        return not made, isinstance(one, Wire), -at if inside and not made else at

    drawn = [one for one in elements if isinstance(one, (Node, Wire))]
    rest = [one for one in elements if not isinstance(one, (Node, Wire))]
    return [*sorted(drawn, key=order), *rest]


@dataclass
class _Edge:
    """A connection of two nodes."""

    source: str
    target: str
    wide: float


class _Plan:
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
        tried = [self._starts(room * share) for share in SHARES]
        fit = (breaks for breaks in tried if self._together(breaks) <= room)
        return next(fit, min(tried, key=self._together))

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
            if level < self._count - 1:
                yield self._wires[level]
            yield max(self._inner[level], self._leaves[level - 1] if level > start else 0.0)
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
            at = [self.level[name] for name in group if name in self._nodes.keys() - self._sources]
            spans += [(min(at), max(at), FRAME)] if at else []
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


def _edges(elements: Iterable[Element]) -> Iterator[_Edge]:
    for one in elements:
        if isinstance(one, Wire) and one.target:
            yield _Edge(one.start or one.source, one.target, WireLabel(one).width)
        elif isinstance(one, Line):
            texts = [one.text, *(part.text for part in one.norms)]
            wide = max(width(text, SMALL) for text in texts)
            yield _Edge(one.source, one.target, wide + 16 * bool(wide))


def _members(elements: Iterable[Element]) -> Iterator[set[str]]:
    """The members of each frame, those of frames in it among them."""
    for one in elements:
        if isinstance(one, Group):
            inner = [*_members(one.groups)]
            yield set(one.members).union(*inner)
            yield from inner


@dataclass
class _Rows:
    """The elements of a drawing, put into rows."""

    given: Sequence[Element]
    row: Mapping[str, int]
    columns: int
    _pills: dict[str, tuple[int, list[Element]]] = field(default_factory=dict)
    _moved_into: defaultdict[str | None, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def elements(self) -> list[Element]:
        """The elements, the last row first: the engine puts what comes first at the bottom."""
        self._nodes = {one.id: one for one in self.given if isinstance(one, Node)}
        self._at, self._home = dict(self.row), dict(homes(self.given))
        for one in self.given:
            if isinstance(one, Wire):
                self._at[one.id] = self.row[one.target or one.start or one.source]
        moved = [self._moved(one) for one in self.given]
        rows: defaultdict[int, list[Element]] = defaultdict(list)
        frames: list[Element] = []
        for row, made in self._pills.values():
            rows[row] += made
        for one in moved:
            if isinstance(one, str):
                frames.append(one)
                continue
            for part in self._apart(one):
                (frames if isinstance(part, Group) else rows[self._row_of(part)]).append(part)
        made: list[Element] = []
        for row in sorted(rows, reverse=True):
            made += for_frames(rows[row], homes(frames)) if "grouped" in frames else rows[row]
            made += [Gap(f"row{row}", self.columns)] * (row > 0 and not frames)  # frames have room
        return made + frames

    def _row_of(self, one: Any) -> int:
        if isinstance(one, Column):
            return self._at[one.members[0]]
        if isinstance(one, Group):
            return self._at[one.members[0]] if one.members else self._row_of(one.groups[0])
        return self._at[getattr(one, "target", "") or getattr(one, "right", "") or one.id]

    def _moved(self, one: Element) -> Element:
        """A wire or line that would cross rows begins at a pill instead."""
        if not isinstance(one, (Wire, Line)) or not one.target:
            return one
        source = one.source if isinstance(one, Line) else one.start or one.source
        row = self.row[one.target]
        if self.row[source] == row:
            return one
        home = self._home.get(one.target)
        again = f"p{source}_{one.target if home else row + 1}"
        node = self._nodes[source]
        if again not in self._pills:
            self._pills[again] = row, [pill(node, again, one.name or node.lines[0].text)]
            self._at[again] = row
            self._moved_into[home].append(again)
        if node.classes.startswith(("op", "fold")) and node.kind != "constants":
            self._goes_on(source, one)
        if isinstance(one, Wire):
            return one._replace(start=again)
        return one._replace(source=again, start="", kind="fold")

    def _goes_on(self, source: str, one: Wire | Line) -> None:
        """Put a pill at the end of the row that `source` stands in."""
        name, row, node = f"p{source}", self.row[source], self._nodes[source]
        if name not in self._at:
            start = one.start if isinstance(one, Line) else ""
            self._pills[name] = row, [*goes_on(node, one.name or node.lines[0].text, start)]
            self._at[name] = row

    def _apart(self, one: Element) -> list[Element]:
        """Columns and frames, a part for each row; what would tie two rows is left out."""
        if isinstance(one, Column):
            parts = self._by_row(one.members).values()
            return [one._replace(members=tuple(part)) for part in parts]
        if isinstance(one, Before):
            return [one] * (self._at[one.left] == self._at[one.right])
        return self._frames(one) if isinstance(one, Group) else [one]

    def _by_row(self, members: Iterable[str]) -> dict[int, list[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for member in members:
            found[self._at[member]].append(member)
        return dict(sorted(found.items(), reverse=True))

    def _frames(self, group: Group) -> list[Element]:
        inner = [part for one in group.groups for part in self._frames(one)]
        inside: defaultdict[int, list[Group]] = defaultdict(list)
        for part in inner:
            assert isinstance(part, Group)
            inside[self._row_of(part)].append(part)
        members = self._by_row([*group.members, *self._moved_into[group.id]])
        made: list[Element] = []
        for row in sorted({*members, *inside}, reverse=True):
            name = group.id if not made else f"{group.id}_row{row + 1}"
            own, others = tuple(members.get(row, ())), tuple(inside[row])
            made.append(group._replace(id=name, members=own, groups=others))
        return made
