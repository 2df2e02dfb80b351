"""Texts of a figure as DOT's HTML-like labels, and how much room they take.

Every value travels on a wire: forward value above the line, backpropagated gradient below it,
local gradient at the end, where the wire enters an operation. A wire's label is a table of three
rows, the middle one being the line. In SVG the texts of a label come in the order of its cells,
for which the engine writes no ids: `WireLabel.roles` says which is which.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from viz.figure.drawing import Heading, Node, Part, Role, Wire
from viz.figure.heading import LEGEND
from viz.text import html, width
from viz.theme import FILL, FORWARD, GRADIENT, INK, LINE, LOCAL, MUTED, ROLE, Paint

SMALL = 10
"""Points; no text is smaller."""
GAP = 8
"""Points between a forward value and the local gradient."""
NARROWEST = 30
"""Points from left to right of a label."""
TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="{}" CELLPADDING="{}">'


def font(text: str, colour: str = "", size: int = 0) -> str:
    """`text` in a colour and a size, in points; without them, in those of its surroundings."""
    attributes = f' COLOR="{colour}"' * bool(colour) + f' POINT-SIZE="{size}"' * bool(size)
    return f"<FONT{attributes}>{html(text)}</FONT>"


def plate(lines: Sequence[Part], paint: Paint, size: int = 11) -> str:
    """Several lines of text, one below the other."""
    rows = "".join(f'<TR><TD ALIGN="LEFT">{_line(line, paint, size)}</TD></TR>' for line in lines)
    return f"{TABLE.format(0, 1)}{rows}</TABLE>"


def _line(line: Part, paint: Paint, size: int) -> str:
    text = f"<B>{html(line.text)}</B>" if line.role == "name" else html(line.text)
    size = SMALL if line.role == "small" else size
    return f'<FONT POINT-SIZE="{size}" COLOR="{paint(ROLE[line.role])}">{text}</FONT>'


class WireLabel:
    """The label of a wire, measured.

    Attributes:
        width: the points it needs, an even number: the line of an odd table ends short.
        roles: those of its texts, in order.
    """

    def __init__(self, wire: Wire):
        self._wire = wire
        self._room = _even(width(wire.local, SMALL) + GAP) if wire.local else 0
        self._below = wire.gradient + wire.share
        above = _even(width(wire.value) + 2) + self._room
        self.width = _even(max(NARROWEST, above, width(self._below) + 4))
        self.roles: tuple[Role, ...] = ("forward", "local", "gradient")
        if not wire.local:
            self.roles = ("forward", "gradient")

    def table(self, wide: int, paint: Paint) -> str:
        """The table, `wide` points from left to right; edges join its line at port `m`."""
        span = ' COLSPAN="2"' if self._room else ""
        local = font(self._wire.local, paint(LOCAL), SMALL)
        side = _cell(local, self._room, align="RIGHT") if self._room else ""
        above = _cell(font(self._wire.value, paint(FORWARD)), wide - self._room)
        below = _cell(font(self._below, paint(GRADIENT)), wide, span)
        thick = f'HEIGHT="{self._wire.stroke}"'
        return (
            f"{TABLE.format(0, 0)}\n<TR>{above}{side}</TR>\n"
            f'<TR><TD PORT="m"{span} {thick} BGCOLOR="{paint(LINE)}"></TD></TR>\n'
            f"<TR>{below}</TR></TABLE>"
        )


def node_width(node: Node) -> int:
    """The points that a node takes from left to right, roughly."""
    if node.kind == "op":
        text = width(node.lines[0].text, 12)
        marks = 2 * width("/// ", 12) * (node.note == "saturated")
        return max(30, text + marks + 8, (width(node.note, SMALL) + 8) * bool(node.note))
    sizes = ((line.text, SMALL if line.role == "small" else 11) for line in node.lines)
    return max(34, *(width(text, size) + 14 for text, size in sizes))


def _cell(text: str, wide: int, span: str = "", *, align: str = "LEFT") -> str:
    return f'<TD{span} WIDTH="{wide}" HEIGHT="15" ALIGN="{align}">{text}</TD>'


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
    return f"{TABLE.format(0, 1)}{lines}</TABLE>"


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
    most = max([least, *used])
    for row, length in zip(rows, used, strict=True):
        blank = f'<TD WIDTH="{most - length}"></TD>' * (length < most)
        yield f"{TABLE.format(3, 2)}<TR>{''.join(row)}{blank}</TR></TABLE>"


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
