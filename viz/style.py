"""Colours of the figures, for readers of every colour vision; position repeats what they say."""

from __future__ import annotations

__all__ = ["FILL", "FORWARD", "GRADIENT", "INK", "LOCAL", "MUTED"]

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
}
