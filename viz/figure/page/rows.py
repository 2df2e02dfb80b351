"""Rows: a drawing that is too long for a page goes on below, as text does.

Where a row ends is for `viz.figure.page.plan` to say. A value that goes on has a pill at the end
of its row and one where it is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from viz.figure.drawing import Before, Column, Element, Gap, Group, Line, Node, Wire
from viz.figure.page.pills import goes_on, homes, pill
from viz.figure.page.plan import Plan


def in_rows(elements: Sequence[Element], room: float) -> list[Element]:
    """The elements in rows of about `room` points each."""
    plan = Plan(elements)
    if plan.length() <= room:
        return for_frames(elements, homes(elements)) if "grouped" in elements else [*elements]
    breaks = plan.breaks(room)
    row = plan.placed(breaks)
    return _Rows(aligned(elements, plan, row), row, plan.columns(breaks)).elements()


def aligned(elements: Sequence[Element], plan: Plan, row: Mapping[str, int]) -> list[Element]:
    """The elements with wires that come to stand one above the other in one column, equally wide.

    The engine leaves a gap beside the line of one that is narrower.
    """
    top: dict[int, int] = {}
    for one in elements:
        if isinstance(one, Wire) and one.target:
            at = row[one.target]
            top[at] = max(top.get(at, 0), plan.level[one.target])
    return [
        one._replace(column=top[row[one.target]] - plan.level[one.target])
        if isinstance(one, Wire) and one.target
        else one
        for one in elements
    ]


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
        for row, pills in self._pills.values():
            rows[row] += pills
        for one in moved:
            if isinstance(one, str):
                frames.append(one)
                continue
            for part in self._apart(one):
                (frames if isinstance(part, Group) else rows[self._row_of(part)]).append(part)
        made: list[Element] = []
        for row in sorted(rows, reverse=True):
            made += for_frames(rows[row], homes(frames)) if "grouped" in frames else rows[row]
            made += [Gap(f"row{row}", self.columns)] * (row > 0 and not frames)
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
