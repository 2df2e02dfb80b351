"""Laid-out DOT as SVG text, and what a notebook shows of it."""

from __future__ import annotations

from typing import Protocol

from viz.errors import LayoutError
from viz.layout import engine as layout
from viz.layout.svg import cleaned, fluid, legible


class Picture(Protocol):
    """Something with an SVG, and with a text that says the same."""

    @property
    def svg(self) -> str:
        """The SVG text."""


def svg_of(source: str, engine: str | None) -> str:
    """DOT `source` as SVG that fits a page, or is wider where it could not be read on one.

    Raises:
        EngineNotFoundError, LayoutError: it could not be laid out.
    """
    return legible(cleaned(layout.render(source, "svg", engine, size=layout.PAGE).decode()))


def bundle(picture: Picture) -> dict[str, str]:
    """What a notebook shows: the SVG, or the text and a hint. Never raises."""
    try:
        return {"image/svg+xml": fluid(picture.svg), "text/plain": str(picture)}
    except LayoutError as error:
        return {"text/plain": f"{picture}\n({error})"}
    except Exception as error:
        return {"text/plain": f"{picture!r} (no picture: {error})"}
