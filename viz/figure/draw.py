"""`draw`: the wire figure of a graph, which displays itself in a notebook and saves itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograd import Value
from viz.errors import DrawingError
from viz.figure.clusters import frames, names
from viz.figure.dot import wire_figure
from viz.figure.folded import MOST_OUTPUTS, describe, folded_figure, scene_of
from viz.figure.legend import is_long
from viz.figure.summary import advice, summarise
from viz.figure.tree import draw_tree
from viz.files import checked_suffix, write
from viz.graph.doubts import doubts
from viz.graph.folding import view
from viz.graph.given import graph_of, roots_of
from viz.graph.routes import find_route, highlighted
from viz.graph.scene import Scene, part_of
from viz.layout import engine as layout
from viz.layout.display import bundle, svg_of
from viz.layout.glyphs import drawable
from viz.layout.svg import inline
from viz.text import shorten
from viz.theme import on_dark

MAX_NODES = 40
WIDE = (
    "A long graph: the SVG is wider than a page, so that it can be read. In draw(…): depth= shows "
    "only what is near the output."
)
SUFFIXES = (".svg", ".png", ".gv", ".pdf")


class Figure:
    """A drawing of a graph as it was when `draw` was called.

    Attributes:
        source: the drawing as DOT text.
        scene: what it shows, as data.
        complete: whether it shows every value, rather than a summary of a large graph.
    """

    def __init__(
        self,
        scene: Scene,
        source: str,
        text: str,
        engine: str | None,
        *,
        complete: bool = True,
        size: int = 0,
    ):
        self.scene, self.source, self.complete = scene, source, complete
        self._size = size or len(scene.values)
        self._text, self._engine = text, engine

    @cached_property
    def svg(self) -> str:
        """The drawing as SVG text.

        Raises:
            EngineNotFoundError: no layout engine; the text says how to get one.
            LayoutError: the engine failed.
        """
        return svg_of(self.source, self._engine)

    def inline(self, prefix: str) -> str:
        """The drawing as an `<svg>` element for a page that holds several figures.

        Args:
            prefix: what every id in it begins with, another for each figure, such as `fig2-`.

        Raises:
            DrawingError: a prefix with which no id can begin.
            EngineNotFoundError, LayoutError: it could not be laid out.
        """
        return inline(self.svg, prefix)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the drawing to `path`, whose suffix says as what; folders are made as needed.

        Raises:
            DrawingError: a suffix other than .svg, .png, .gv or .pdf.
            EngineNotFoundError, LayoutError: it could not be laid out, or not as PDF.
            SaveError: the file cannot be written.

        Warns:
            TeachingWarning: a PNG cannot show some character; see `viz.layout.glyphs`.
        """
        path = Path(path)
        return write(path, self._bytes(checked_suffix(path, *SUFFIXES), path.name))

    def _bytes(self, suffix: str, name: str) -> bytes:
        if suffix == ".gv":
            return self.source.encode()
        if suffix == ".svg":
            return self.svg.encode()
        source = self.source
        if suffix == ".png":
            source = drawable(source, layout.find_engine(self._engine), name)
        return layout.render(source, suffix[1:], self._engine)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the SVG, or the text drawing and a hint. Never raises."""
        return bundle(self)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        names = ", ".join(shorten(shown.name) for shown in self.scene.ends[:4])
        more = ", …" * (len(self.scene.ends) > 4)
        return f"<figure of {names}{more}, {self._size:,} values>"


def draw(
    root: Any,
    *,
    wrt: Iterable[Value | str] = (),
    constants: bool = False,
    title: str = "",
    path: tuple[Value | str, Value | str] | None = None,
    expand: str | Iterable[str] = (),
    depth: int | None = None,
    max_nodes: int | None = MAX_NODES,
    engine: str | None = None,
    dark: bool = False,
) -> Figure:
    """Draw the graph of `root` with every value, gradient and local gradient; see `viz.figure.dot`.

    Up to `max_nodes` values everything is drawn. Larger graphs fold, see `viz.graph.folding`:
    neurons to one box each, then layers, found by the paths that label a model's parameters.

    Args:
        root: the output of the graph, or several in a list, tuple, dictionary or array; those
            without a label have a dictionary's keys as names. Drawing does not change them.
        wrt: leaves to mark as parameters, as Values or labels; without it, leaves labelled with
            the path of a model's parameter, such as `layer1.neuron2.w[0]`.
        constants: whether to draw constants as boxes too, rather than inside their operations.
        title: a line above the figure.
        path: (w, L), as Values or labels: show the paths from w to L in colour and all else in
            grey, and write out the products of local gradients, whose sum is ∂L/∂w.
        expand: a path, or several, of folded layers or neurons to open.
        depth: draw only the values within so many operations of the output.
        max_nodes: how many values are drawn before folding begins; None never folds.
        engine: the program that lays out; without it, found as `viz.layout.engine` says.
        dark: light on dark.

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
    _check_size("max_nodes", max_nodes, 1)
    _check_size("depth", depth, 0)
    roots = roots_of(root)
    graph = graph_of(*roots.values(), wrt=wrt)
    seen = view(graph, expand=expand, depth=depth, max_nodes=max_nodes)
    route = None if path is None else find_route(graph, path)
    scene = _called(part_of(graph) if seen.complete else scene_of(seen), roots)
    doubtful = doubts(graph)
    notes = [*doubtful, *advice(seen, MOST_OUTPUTS)]
    products = route.notes(symbols=seen.complete) if route else []
    if seen.complete:
        source = wire_figure(
            scene,
            constants=constants,
            title=title,
            products=products,
            frames=frames(seen, scene),
            names=names(seen),
            notes=[*doubtful, *[WIDE] * is_long(scene)],
        )
        text = "\n".join([draw_tree(scene), *products, *doubtful])
    else:
        source = folded_figure(
            seen, scene, constants=constants, title=title, products=products, notes=notes
        )
        text = "\n".join([summarise(seen, scene), describe(seen, scene), *products, *notes])
    if route is not None:
        source = highlighted(source, seen, route)
    source = on_dark(source) if dark else source
    return Figure(scene, source, text, engine, complete=seen.complete, size=len(graph))


def _called(scene: Scene, roots: Mapping[str, Value]) -> Scene:
    """`scene` with outputs that have no label called by their places in a dictionary."""
    places = dict(zip(scene.outputs, roots, strict=True))
    return replace(
        scene,
        values=tuple(
            replace(shown, name=places[shown.index], unique=places[shown.index], labelled=True)
            if not shown.labelled and places.get(shown.index, "[")[:1] not in ("", "[")
            else shown
            for shown in scene.values
        ),
    )


def _check_size(name: str, given: int | None, least: int) -> None:
    if given is None:
        return
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        raise DrawingError(f"{name}= is a whole number from {least}, or None, not {given!r}")
