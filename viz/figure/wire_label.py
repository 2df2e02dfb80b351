"""The label of a wire: a table of forward value, line and gradient, and the local gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass

from viz.text import html, width
from viz.theme import FORWARD, GRADIENT, INK, LOCAL

GAP = 8
"""Points of a local gradient that find room between the wire's label and the operation."""
LOCAL_SIZE = 9
NARROW = 26
"""Points; a local gradient up to this wide stands clear of its edge whatever the slope."""


@dataclass(frozen=True)
class WireLabel:
    """What is written on one wire.

    The local gradient is the head label of the edge that goes on to the operation. The engine
    does not keep head labels clear of lines, so one that is wide, or one of many at the same
    operation (`crowded`), stands at the end of the wire's own label instead.

    Attributes:
        node: the id of the DOT node.
        above, below: the forward value and the gradient.
        tip: the tooltip, quoted for DOT.
        local: the local gradient, "" where no operation follows.
    """

    node: str
    above: str
    below: str
    tip: str
    local: str = ""
    crowded: bool = False

    @property
    def width(self) -> int:
        """Points this label needs, an even number: the line of an odd table ends short."""
        return self._text_width + self._room

    @property
    def _text_width(self) -> int:
        return _even(max(34, width(self.above) + 4, width(self.below) + 4))

    @property
    def _at_arrow(self) -> bool:
        return not self.crowded and width(self.local, LOCAL_SIZE) <= NARROW

    @property
    def _room(self) -> int:
        """Points at the right end that are kept for the local gradient."""
        if not self.local:
            return 0
        wide = width(self.local, LOCAL_SIZE)
        return _even(self._offset[0] + wide / 2 - GAP if self._at_arrow else wide + 2)

    @property
    def _offset(self) -> tuple[float, float]:
        """From the arrow's tip back along the edge, and up, to the middle of the head label."""
        half = width(self.local, LOCAL_SIZE) / 2
        return half + 4, max(9.0, half + 2)

    def head_attributes(self, tip: str) -> str:
        """Attributes of the edge into the operation: the local gradient, unless it is in `dot`."""
        if not self.local or not self._at_arrow:
            return ""
        across, up = self._offset
        return (
            f' headlabel=<<FONT COLOR="{LOCAL}">{html(self.local)}</FONT>> headtooltip={tip} '
            f"labeldistance={math.hypot(across, up) / 10:.2f} "
            f"labelangle={-math.degrees(math.atan2(up, across)):.0f}"
        )

    def dot(self, width: int) -> str:
        """The DOT node, `width` points wide; edges join it at its ports `m:w` and `m:e`."""
        room, wide = self._room, width - self._room
        span = ' COLSPAN="2"' if room else ""
        return (
            f'{self.node} [id="{self.node}" class="wire" shape=plain tooltip={self.tip} '
            'label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">\n'
            f"<TR>{_cell(wide, self.above, FORWARD)}{self._side(room)}</TR>\n"
            f'<TR><TD PORT="m"{span} HEIGHT="1" BGCOLOR="{INK}"></TD></TR>\n'
            f"<TR>{_cell(wide, self.below, GRADIENT)}{_blank(room)}</TR></TABLE>>];"
        )

    def _side(self, room: int) -> str:
        if not self.local or self._at_arrow:
            return _blank(room)
        text = f'<FONT COLOR="{LOCAL}" POINT-SIZE="{LOCAL_SIZE}">{html(self.local)}</FONT>'
        return f'<TD WIDTH="{room}">{text}</TD>'


def _cell(wide: int, text: str, colour: str) -> str:
    return f'<TD WIDTH="{wide}" HEIGHT="16"><FONT COLOR="{colour}">{html(text)}</FONT></TD>'


def _blank(room: int) -> str:
    return f'<TD WIDTH="{room}"></TD>' if room else ""


def _even(points: float) -> int:
    return 2 * math.ceil(max(0.0, points) / 2)
