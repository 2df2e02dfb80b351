"""`Figure`: a drawing that displays itself in a notebook and saves itself."""

from __future__ import annotations

import os
from copy import copy
from functools import cached_property
from pathlib import Path

from viz.figure.dot import dot
from viz.figure.drawing import Drawing
from viz.figure.page.look import Look, checked_positive
from viz.files import checked_suffix, write
from viz.graph.folding import View
from viz.graph.scene import Scene
from viz.layout import engine as layout
from viz.layout.glyphs import Glyphs
from viz.layout.pdf import pdf
from viz.layout.picture import Picture, svg_of
from viz.layout.shapes import sheet
from viz.layout.svg import adaptive, in_face, inline
from viz.layout.tikz import tikz
from viz.text import shorten
from viz.theme import DARK, painter


class Figure(Picture):
    """A drawing of a graph as it was when `draw` was called.

    Attributes:
        scene: what it shows, as data.
        drawing: how it shows it, as data.
        look: how it looks, as data.
        complete: whether it shows every value, rather than a summary of a large graph.
    """

    suffixes = (".svg", ".png", ".gv", ".pdf", ".tex")

    def __init__(
        self, scene: Scene, drawing: Drawing, text: str, seen: View, engine: str | None, look: Look
    ):
        self.scene, self.drawing, self.complete = scene, drawing, seen.complete
        self._text, self._size = text, len(seen.graph)
        self._engine, self.look = engine, look

    def showing(self, drawing: Drawing) -> Figure:
        """The same figure with another drawing of its graph."""
        figure = copy(self)
        for name in ("source", "svg"):
            figure.__dict__.pop(name, None)
        figure.drawing = drawing
        return figure

    @cached_property
    def source(self) -> str:
        """The drawing as DOT text."""
        return dot(self.drawing, dark=self.look.dark)

    def inline(self, prefix: str) -> str:
        """The drawing as an `<svg>` element for a page that holds several figures.

        Args:
            prefix: what every id in it begins with, another for each figure, such as `fig2-`.

        Raises:
            DrawingError: a prefix with which no id can begin.
            EngineNotFoundError, LayoutError: it could not be laid out.
        """
        return inline(self.svg, prefix)

    def _made(self) -> str:
        svg = svg_of(self.source, self._engine, self.look.size)
        if self.look.font:
            svg = in_face(svg, self.look.font)
        return adaptive(svg, DARK) if self.look.theme == "auto" else svg

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        scale: float = 2.0,
        width: float | None = None,
    ) -> Path:
        """Write to `path`, whose suffix says as what; folders are made as needed.

        Args:
            path: a name that ends in one of `suffixes`.
            scale: of a PNG, its pixels for each pixel of the figure.
            width: of a PNG, its pixels from left to right, in place of a scale.

        Raises:
            DrawingError: a suffix that is none of `suffixes`, or no such scale or width.
            EngineNotFoundError, LayoutError: it could not be laid out.
            MissingExtraError: (an ImportError) what makes a PDF is not installed.
            SaveError: the file cannot be written.

        Warns:
            TeachingWarning: a PNG cannot show some character; see `viz.layout.glyphs`.
        """
        path = Path(path)
        suffix = checked_suffix(path, *self.suffixes)
        if suffix == ".png":
            return write(path, self._png(path.name, scale, width))
        return write(path, self._content(suffix, path.name))

    def _content(self, suffix: str, name: str) -> bytes:
        if suffix == ".gv":
            return self.source.encode()
        if suffix == ".svg":
            return self.svg.encode()
        card = painter(dark=self.look.dark)("#FFFFFF")
        found = sheet(svg_of(self.source, self._engine, self.look.size))
        return tikz(found, card).encode() if suffix == ".tex" else pdf([found], card)

    def _png(self, name: str, scale: float, width: float | None) -> bytes:
        glyphs = Glyphs(layout.find_engine(self._engine))
        source = dot(self.drawing.spelt(glyphs), dark=self.look.dark)
        glyphs.warn(name)
        dpi = 96 * checked_positive("scale", scale)
        if width is not None:
            wide = sheet(layout.render(source, "svg", self._engine).decode()).width
            dpi = 72 * checked_positive("width", width) / wide
        return layout.render(source, "png", self._engine, dpi=dpi)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        names = ", ".join(shorten(shown.name) for shown in self.scene.ends[:4])
        more = ", …" * (len(self.scene.ends) > 4)
        return f"<figure of {names}{more}, {self._size:,} values>"
