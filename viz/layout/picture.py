"""Pictures that a notebook shows and that save themselves."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from viz.errors import LayoutError
from viz.files import checked_suffix, write
from viz.layout import engine as layout
from viz.layout.svg import cleaned, fluid, legible


def svg_of(source: str, engine: str | None, size: str = layout.PAGE) -> str:
    """DOT `source` as SVG that fits a page, or is wider where it could not be read on one."""
    return legible(cleaned(layout.render(source, "svg", engine, size=size).decode()))


class Picture(ABC):
    """An SVG, and a text that says the same; a subclass says how the SVG is `_made`."""

    suffixes: ClassVar[tuple[str, ...]] = (".svg",)

    @cached_property
    def svg(self) -> str:
        """The picture as SVG text.

        Raises:
            EngineNotFoundError: no layout engine; the text says how to get one.
            LayoutError: the engine failed.
        """
        return self._made()

    @abstractmethod
    def _made(self) -> str:
        """The SVG, made anew."""

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write to `path`, whose suffix says as what; folders are made as needed.

        Raises:
            DrawingError: a suffix that is none of `suffixes`.
            EngineNotFoundError, LayoutError: it could not be laid out, or not as PDF.
            SaveError: the file cannot be written.

        Warns:
            TeachingWarning: a PNG cannot show some character; see `viz.layout.glyphs`.
        """
        path = Path(path)
        return write(path, self._content(checked_suffix(path, *self.suffixes), path.name))

    def _content(self, suffix: str, name: str) -> bytes:
        """The bytes of a file with this suffix and name."""
        return self.svg.encode()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The display in a notebook: the picture, or the text and a hint. Never raises."""
        try:
            return {**self._displayed(), "text/plain": str(self)}
        except LayoutError as error:
            return {"text/plain": f"{self}\n({error})"}
        except Exception as error:
            return {"text/plain": f"{self!r} (no picture: {error})"}

    def _displayed(self) -> dict[str, str]:
        return {"image/svg+xml": fluid(self.svg)}
