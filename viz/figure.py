"""`draw`: the wire figure of a graph, which displays itself in a notebook and saves itself."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from autograd import Value
from viz import layout
from viz.dot import wire_figure
from viz.errors import DrawingError, LayoutError, SaveError
from viz.scene import Scene, read
from viz.summary import summarise, summary_card
from viz.tree import draw_tree

__all__ = ["SUFFIXES", "Figure", "draw"]

MAX_NODES = 150
SUFFIXES = (".svg", ".png", ".gv", ".pdf")


class Figure:
    """A drawing of a graph as it was when `draw` was called.

    Attributes:
        source: the drawing as DOT text.
        scene: what it shows, as data.
        complete: whether it shows every value, rather than a summary of a large graph.
    """

    def __init__(
        self, scene: Scene, source: str, text: str, engine: str | None, *, complete: bool = True
    ):
        self.scene, self.source, self.complete = scene, source, complete
        self._text, self._engine = text, engine

    @cached_property
    def svg(self) -> str:
        """The drawing as SVG text.

        Raises:
            EngineNotFoundError: no layout engine; the text says how to get one.
            LayoutError: the engine failed.
        """
        return layout.render(self.source, "svg", self._engine).decode()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the drawing to `path`, whose suffix says as what; folders are made as needed.

        Raises:
            DrawingError: a suffix other than .svg, .png, .gv or .pdf.
            EngineNotFoundError, LayoutError: it could not be laid out, or not as PDF.
            SaveError: the file cannot be written.
        """
        path = Path(path)
        content = self._bytes(check_suffix(path))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (FileExistsError, NotADirectoryError):
            raise SaveError(f"cannot write {path}: {path.parent} is no folder") from None
        except OSError as error:
            raise SaveError(f"cannot write {path}: {error.strerror or error}") from None
        return path

    def _bytes(self, suffix: str) -> bytes:
        if suffix == ".gv":
            return self.source.encode()
        if suffix == ".svg":
            return self.svg.encode()
        return layout.render(self.source, suffix[1:], self._engine)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the SVG, or the text drawing and a hint. Never raises."""
        try:
            return {"image/svg+xml": self.svg, "text/plain": str(self)}
        except LayoutError as error:
            return {"text/plain": f"{self}\n({error})"}
        except Exception as error:
            return {"text/plain": f"{self!r} (no picture: {error})"}

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<figure of {self.scene.output.name}, {len(self.scene.values):,} values>"


def check_suffix(path: str | os.PathLike[str]) -> str:
    """The suffix of `path` in lower case, if it is one that `Figure.save` can write.

    Raises:
        DrawingError: it is not.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        given = f"suffix {suffix!r}" if suffix else "no suffix"
        raise DrawingError(
            f"cannot save {os.fspath(path)}: it has {given}; give one of {', '.join(SUFFIXES)}"
        )
    return suffix


def draw(
    root: Value,
    *,
    wrt: Iterable[Value | str] = (),
    constants: bool = False,
    title: str = "",
    max_nodes: int | None = MAX_NODES,
    engine: str | None = None,
) -> Figure:
    """Draw the graph of `root` with every value, gradient and local gradient; see `viz.dot`.

    Args:
        root: the output of the graph. Drawing does not change it.
        wrt: leaves to mark as parameters, as Values or labels; without it, leaves labelled with
            the path of a model's parameter, such as `layer1.neuron2.w[0]`.
        constants: whether to draw constants as boxes too, rather than inside their operations.
        title: a line above the figure.
        max_nodes: a graph of more values is summarised instead of drawn; None draws any.
        engine: the program that lays out; without it, found as `viz.layout` says.

    Raises:
        DrawingError: an argument makes no sense.

    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> figure = draw(w * x)
    >>> figure
    <figure of v3, 3 values>
    >>> print(figure)
    v3 = 10   ∂ –   (×)
    ├─ ×2 ─ w = 5   ∂ –
    └─ ×5 ─ x = 2   ∂ –
    """
    limit = _limit(max_nodes)
    scene = read(root, wrt)
    if len(scene.values) > limit:
        text = summarise(scene, limit)
        return Figure(scene, summary_card(text), text, engine, complete=False)
    source = wire_figure(scene, constants=constants, title=title)
    return Figure(scene, source, draw_tree(scene), engine)


def _limit(max_nodes: int | None) -> float:
    if max_nodes is None:
        return float("inf")
    if isinstance(max_nodes, bool) or not isinstance(max_nodes, int) or max_nodes < 1:
        raise DrawingError(f"max_nodes= is a whole number from 1, or None, not {max_nodes!r}")
    return max_nodes
