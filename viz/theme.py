"""Colours of the figures, for readers of every colour vision; position repeats what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping

FORWARD = "#00694B"
GRADIENT = "#A84300"
LOCAL = "#5B3A8C"
INK = "#222222"
MUTED = "#6B6B6B"

FILL = {
    "parameter": "#E8F1FA",
    "input": "#FFFFFF",
    "op": "#FFFFFF",
    "output": "#FFF7DB",
    "off": "#E3E3E3",
    "saturated": "#F0F0F0",
    "neuron": "#EDF1F7",
    "others": "#EDF1F7",
    "layer": "#EDF1F7",
    "rest": "#FFFFFF",
    "inputs": "#FFFFFF",
    "more": "#FFFFFF",
}

FRAME = {"layer": "#F7F8FA", "neuron": "#FFFFFF", "line": "#B9C0CA"}
"""Fills of the frames around layers and neurons, and their line."""

DARK = {
    FORWARD: "#4FD1A5",
    GRADIENT: "#FF9E5E",
    LOCAL: "#C3A6F0",
    INK: "#ECECEC",
    MUTED: "#A9AFB8",
    "white": "#16181D",
    "#FFFFFF": "#16181D",
    "#E8F1FA": "#1F3247",
    "#FFF7DB": "#453C17",
    "#E3E3E3": "#3A3D44",
    "#F0F0F0": "#2A2D33",
    "#EDF1F7": "#252B36",
    "#F7F8FA": "#1C1F25",
    "#B9C0CA": "#565C66",
}
"""The same colours on a dark card."""

FADED = {
    **dict.fromkeys((FORWARD, GRADIENT, LOCAL, MUTED), "#B4B4B4"),
    INK: "#C9C9C9",
    **dict.fromkeys(("#E8F1FA", "#E3E3E3", "#F0F0F0", "#EDF1F7"), "#FAFAFA"),
}
"""What is beside the point, in grey."""

_COLOUR = re.compile(r'(\b(?:bg|fill|font)?color=")([^"]*)(")', re.IGNORECASE)


def recoloured(source: str, colours: Mapping[str, str]) -> str:
    """DOT `source` with other colours. Texts are left alone: quotes in them are escaped.

    >>> recoloured('a [color="#222222" label="#222222"]', {"#222222": "#ECECEC"})
    'a [color="#ECECEC" label="#222222"]'
    """
    return _COLOUR.sub(
        lambda found: f"{found[1]}{colours.get(found[2], found[2])}{found[3]}", source
    )


def on_dark(source: str) -> str:
    """DOT `source` of a figure, light on a dark card."""
    card = f'bgcolor="{DARK["white"]}";'
    return recoloured(source, DARK).replace(card, f'{card} fontcolor="{DARK[INK]}";', 1)
