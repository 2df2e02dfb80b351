"""Texts of a figure as DOT's HTML-like labels, and how much room they take.

Every value travels on a wire: forward value above the line, backpropagated gradient below it,
local gradient where the wire enters an operation. A wire's label is a table of three rows, the
middle one being the line. In SVG the texts of a label come in the order of its cells, for which
the engine writes no ids: `WireLabel.roles` says which is which.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from viz.figure.drawing import Heading, Part, Role, Wire
from viz.figure.heading import LEGEND
from viz.text import html, width
from viz.theme import FILL, FORWARD, GRADIENT, INK, LINE, LOCAL, MUTED, ROLE, Paint

SMALL = 9
GAP = 8
"""Points of a local gradient that find room between the wire's label and the operation."""
NARROW = 26
"""Points; a local gradient up to this wide stands clear of its edge whatever the slope."""
_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="{}" CELLPADDING="{}">'


def font(text: str, colour: str = "", size: int = 0) -> str:
    """`text` in a colour and a size, in points; without them, in those of its surroundings."""
    attributes = f' COLOR="{colour}"' * bool(colour) + f' POINT-SIZE="{size}"' * bool(size)
    return f"<FONT{attributes}>{html(text)}</FONT>"


def plate(lines: Sequence[Part], paint: Paint) -> str:
    """Several lines of text, one below the other."""
    rows = "".join(f'<TR><TD ALIGN="LEFT">{_line(line, paint)}</TD></TR>' for line in lines)
    return f"{_TABLE.format(0, 1)}{rows}</TABLE>"


def _line(line: Part, paint: Paint) -> str:
    text = f"<B>{html(line.text)}</B>" if line.role == "name" else html(line.text)
    size = SMALL if line.role == "small" else 11
    return f'<FONT POINT-SIZE="{size}" COLOR="{paint(ROLE[line.role])}">{text}</FONT>'


class WireLabel:
    """The label of a wire, measured.

    The local gradient is the head label of the edge that goes on to the operation. The engine
    does not keep head labels clear of lines, so one that is wide, or one of many at the same
    operation (`crowded`), stands at the end of the wire's own label instead.

    Attributes:
        width: the points it needs, an even number: the line of an odd table ends short.
        roles: those of the texts in the label, and of the one at the arrow if there is one.
    """

    def __init__(self, wire: Wire):
        self._wire = wire
        wide = width(wire.local, SMALL)
        self._at_arrow = bool(wire.local) and not wire.crowded and wide <= NARROW
        self._offset = wide / 2 + 4, max(9.0, wide / 2 + 2)
        inside = bool(wire.local) and not self._at_arrow
        needed = wide + 2 if inside else self._offset[0] + wide / 2 - GAP
        self._room = _even(needed) if wire.local else 0
        self._below = wire.gradient + wire.share
        self.width = self._room + _even(max(34, width(wire.value) + 4, width(self._below) + 4))
        self.roles: tuple[tuple[Role, ...], tuple[Role, ...]] = (
            ("forward", "local", "gradient") if inside else ("forward", "gradient"),
            ("local",) if self._at_arrow else (),
        )

    def table(self, wide: int, paint: Paint) -> str:
        """The table, `wide` points from left to right; edges join its line at port `m`."""
        wide -= self._room
        span = ' COLSPAN="2"' if self._room else ""
        blank = f'<TD WIDTH="{self._room}"></TD>' if self._room else ""
        side = blank
        if "local" in self.roles[0]:
            local = font(self._wire.local, paint(LOCAL), SMALL)
            side = f'<TD WIDTH="{self._room}">{local}</TD>'
        return (
            f"{_TABLE.format(0, 0)}\n<TR>{_number(wide, self._wire.value, paint(FORWARD))}{side}"
            f'</TR>\n<TR><TD PORT="m"{span} HEIGHT="1" BGCOLOR="{paint(LINE)}"></TD></TR>\n'
            f"<TR>{_number(wide, self._below, paint(GRADIENT))}{blank}</TR></TABLE>"
        )

    def head(self, tip: str, paint: Paint) -> str:
        """Attributes of the edge into the operation: the local gradient, if it stands there."""
        if not self._at_arrow:
            return ""
        across, up = self._offset
        return (
            f" headlabel=<{font(self._wire.local, paint(LOCAL))}> headtooltip={tip} "
            f"labeldistance={math.hypot(across, up) / 10:.2f} "
            f"labelangle={-math.degrees(math.atan2(up, across)):.0f}"
        )


def _number(wide: int, text: str, colour: str) -> str:
    return f'<TD WIDTH="{wide}" HEIGHT="16">{font(text, colour)}</TD>'


def _even(points: float) -> int:
    return 2 * math.ceil(max(0.0, points) / 2)


def heading_table(heading: Heading, paint: Paint) -> str:
    """The heading: title, result and target, products, notes, and the legend."""
    first = f"<B>{html(heading.result)}</B>  ·  {html(heading.target)}"
    told = f"{html(heading.result)}  ·  {html(heading.target)}"
    strong = [line for product in heading.products for line in wrapped(product, heading.room)]
    small = [line for note in heading.notes for line in wrapped(note, heading.room)]
    title = [html(heading.title)] * bool(heading.title)
    rows = [*(f"<B>{text}</B>" for text in title), first]
    rows += [font(line, paint(GRADIENT), 10) for line in strong]
    rows += [font(line, paint(MUTED), SMALL) for line in small]
    widths = [*map(width, title), width(told), *(width(line, 10) for line in strong)]
    least = max(*widths, *(width(line, SMALL) for line in small), 0)
    rows += _legend(heading, least, paint)
    lines = "\n".join(f'<TR><TD ALIGN="LEFT">{row}</TD></TR>' for row in rows)
    return f"{_TABLE.format(0, 1)}{lines}</TABLE>"


def wrapped(text: str, room: int) -> list[str]:
    """`text` in lines of at most `room` points, broken at spaces."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", SMALL) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _legend(heading: Heading, least: int, paint: Paint) -> Iterator[str]:
    """The legend in as many rows as it needs.

    A row shorter than the longest, or than the `least` points that the lines above it take, ends
    in a blank: the engine would stretch its cells.
    """
    rows: list[list[str]] = []
    used: list[int] = []
    for mark in heading.marks:
        text = "/// " * (mark == "saturated") + LEGEND[mark]
        need = width(text, SMALL) + 10
        if not rows or used[-1] + need > heading.room:
            rows.append([])
            used.append(0)
        rows[-1].append(_mark(mark, text, paint))
        used[-1] += need
    most = max(least, *used)
    for row, length in zip(rows, used, strict=True):
        blank = f'<TD WIDTH="{most - length}"></TD>' * (length < most)
        yield f"{_TABLE.format(3, 2)}<TR>{''.join(row)}{blank}</TR></TABLE>"


def _mark(mark: str, text: str, paint: Paint) -> str:
    """A mark's explanation: in the colour of its numbers, or on its fill."""
    if mark not in FILL:
        return f'<TD ALIGN="LEFT">{font(text, paint(ROLE[mark]), SMALL)}</TD>'
    dashed = ",DASHED" * (mark in ("constant", "off"))
    return (
        f'<TD BORDER="1" COLOR="{paint(MUTED)}" BGCOLOR="{paint(FILL[mark])}" '
        f'STYLE="ROUNDED{dashed}"><FONT COLOR="{paint(INK)}" POINT-SIZE="{SMALL}"> {text} </FONT>'
        "</TD>"
    )
