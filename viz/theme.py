"""Colours of the figures, for readers of every colour vision; position repeats what they say."""

from __future__ import annotations

from collections.abc import Callable

FORWARD = "#00694B"
GRADIENT = "#A84300"
LOCAL = "#5B3A8C"
INK = "#222222"
LINE = "line"
"""INK, but in a colour of its own on a path that is pointed out."""
MUTED = "#6B6B6B"
BROKEN = "#B00020"
CARD = "white"

ROLE = {
    **dict.fromkeys(("", "name"), INK),
    "small": MUTED,
    "forward": FORWARD,
    **dict.fromkeys(("gradient", "message"), GRADIENT),
    "local": LOCAL,
    "first": BROKEN,
}
"""The colour of each kind of text."""

FILL = {
    "parameter": "#E8F1FA",
    "output": "#FFF7DB",
    "off": "#E3E3E3",
    "saturated": "#F0F0F0",
    **dict.fromkeys(("neuron", "others", "layer", "folded"), "#EDF1F7"),
    **dict.fromkeys(("input", "op", "pill", "rest", "inputs", "more"), "#FFFFFF"),
    **dict.fromkeys(("constant", "constants"), CARD),
}
"""The fill of each kind of box, and of those with a note."""

GROUP, GROUP_LINE = {"layer": "#F7F8FA", "neuron": "#FFFFFF"}, "#B9C0CA"
"""Fills of the frames around layers and neurons, and their line."""

DARK = {
    FORWARD: "#4FD1A5",
    GRADIENT: "#FF9E5E",
    LOCAL: "#C3A6F0",
    INK: "#ECECEC",
    MUTED: "#A9AFB8",
    BROKEN: "#FF7A8A",
    **dict.fromkeys((CARD, "#FFFFFF"), "#16181D"),
    "#E8F1FA": "#1F3247",
    "#FFF7DB": "#453C17",
    "#E3E3E3": "#3A3D44",
    "#F0F0F0": "#2A2D33",
    "#EDF1F7": "#252B36",
    "#F7F8FA": "#1C1F25",
    "#B9C0CA": "#565C66",
    "#B4B4B4": "#747A84",
    "#C9C9C9": "#4C525B",
    "#FAFAFA": "#1C1F25",
}
"""The same colours, and their greys, on a dark card."""

FADED = {
    **dict.fromkeys((FORWARD, GRADIENT, LOCAL, MUTED), "#B4B4B4"),
    INK: "#C9C9C9",
    **dict.fromkeys(("#E8F1FA", "#E3E3E3", "#F0F0F0", "#EDF1F7"), "#FAFAFA"),
}
"""Greys, for all that is beside the point."""

Paint = Callable[[str], str]


def painter(focus: str = "", *, dark: bool = False) -> Paint:
    """The function from a colour to that which is drawn: "off" is faded, dark cards have their own.

    >>> painter(dark=True)(INK), painter("off")(INK)
    ('#ECECEC', '#C9C9C9')
    """
    line = GRADIENT if focus == "on" else INK
    faded = FADED if focus == "off" else {}
    shown = DARK if dark else {}

    def paint(colour: str) -> str:
        colour = line if colour == LINE else colour
        colour = faded.get(colour, colour)
        return shown.get(colour, colour)

    return paint
