"""The look of a figure: how wide a page it is for, which lines it has, colours and face."""

from __future__ import annotations

import math
import re
from typing import Literal, NamedTuple

from viz.errors import DrawingError

Theme = Literal["light", "dark", "auto"]
THEMES = ("light", "dark", "auto")
PAGE = "860px"
"""The width of a notebook's output and of a column of text on the web."""
PER_INCH = {"px": 96.0, "pt": 72.0, "in": 1.0, "cm": 2.54, "mm": 25.4}
LEGIBLE = 0.77
"""The scale at which the smallest text of a figure, 10 points, is 10 pixels high."""
_WIDTH = re.compile(r"(\d+(?:\.\d+)?) ?(px|pt|in|cm|mm)")
_FACE = re.compile(r"[A-Za-z][A-Za-z0-9 -]*")


class Look(NamedTuple):
    """The options of `draw` that say how a figure looks, checked.

    Attributes:
        inches: how wide it is read.
        strokes: whether wires are as thick as their gradients are large.
        wrap: whether it goes on below where it is too long.
        notes, legend: whether it has them.
        font: a face that is tried before those of Helvetica's widths, "" for none.
    """

    inches: float = 860 / 96
    strokes: bool = False
    wrap: bool = True
    notes: bool = True
    legend: bool = True
    theme: Theme = "light"
    font: str = ""

    @property
    def dark(self) -> bool:
        """True if it is drawn light on dark."""
        return self.theme == "dark"

    @property
    def room(self) -> float:
        """The points that a row may take from left to right before its text is too small."""
        return 72 * self.inches / LEGIBLE if self.wrap else math.inf

    @property
    def size(self) -> str:
        """The size that the layout engine shrinks to; a figure may be as high as it likes."""
        return f"{self.inches:.3f},400"


def look(
    *,
    width: float | str = PAGE,
    wrap: bool = True,
    notes: bool = True,
    legend: bool = True,
    theme: str | None = None,
    dark: bool = False,
    font: str = "",
) -> Look:
    """Check the options that `draw` takes.

    >>> look(width="12cm").inches, look(width=480).inches, look(width="grad").strokes
    (4.724409448818897, 5.0, True)
    """
    if theme is not None and theme not in THEMES:
        raise DrawingError(f"theme= is {', '.join(map(repr, THEMES))}, not {theme!r}")
    if font and not (isinstance(font, str) and _FACE.fullmatch(font)):
        raise DrawingError(f"font= is the name of one face, such as 'Georgia', not {font!r}")
    shown: Theme = "dark" if dark else "light"
    return Look(
        inches=_inches(PAGE if width == "grad" else width),
        strokes=width == "grad",
        wrap=bool(wrap),
        notes=bool(notes),
        legend=bool(legend),
        theme=shown if theme is None else theme,  # type: ignore[arg-type]
        font=font,
    )


def _inches(width: float | str) -> float:
    text = f"{width}px" if isinstance(width, (int, float)) else width
    found = _WIDTH.fullmatch(text) if isinstance(text, str) else None
    if found is None or isinstance(width, bool) or not float(found[1]) > 0:
        raise DrawingError(
            "width= is how wide a figure is read, in pixels or as '12cm', '120mm', '5in' or "
            f"'360pt'; or 'grad', for wires as thick as their gradients; not {width!r}"
        )
    return float(found[1]) / PER_INCH[found[2]]


def checked_digits(digits: int) -> int:
    """The number of significant digits; an error unless a float has so many."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 17:
        raise DrawingError(f"digits= is a whole number from 1 to 17, not {digits!r}")
    return digits


def checked_positive(name: str, given: float) -> float:
    """A number above 0; an error for anything else."""
    number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if not number or not 0 < given < math.inf:
        raise DrawingError(f"{name}= is a number above 0, not {given!r}")
    return float(given)
