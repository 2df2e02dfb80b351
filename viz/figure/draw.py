"""`draw`: the wire figure of a graph, which displays itself in a notebook and saves itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from autograd import Value
from viz.errors import DrawingError
from viz.figure.complete import complete, end_id
from viz.figure.dot import dot
from viz.figure.drawing import Drawing, Node
from viz.figure.folded import folded, scene_of
from viz.figure.groups import grouping
from viz.figure.heading import is_long, with_heading
from viz.figure.pills import with_pills
from viz.figure.rows import in_rows
from viz.figure.text_drawing import advice, draw_tree, summary
from viz.graph.doubts import doubts
from viz.graph.finite import first_not_finite
from viz.graph.folding import MAX_NODES, View, view
from viz.graph.given import graph_of, roots_of
from viz.graph.halves import with_half_squares
from viz.graph.routes import Route, find_route
from viz.graph.scene import Scene, read
from viz.layout import engine as layout
from viz.layout.glyphs import Glyphs
from viz.layout.picture import Picture, svg_of
from viz.layout.svg import inline
from viz.text import shorten

ROOM = 560
"""Points that title and legend of a folded figure may take from left to right."""
WIDE = (
    "A long graph: the SVG is wider than a page, so that it can be read. In draw(…): depth= shows "
    "only what is near the output."
)


class Figure(Picture):
    """A drawing of a graph as it was when `draw` was called.

    Attributes:
        scene: what it shows, as data.
        drawing: how it shows it, as data.
        complete: whether it shows every value, rather than a summary of a large graph.
    """

    suffixes = (".svg", ".png", ".gv", ".pdf")

    def __init__(
        self, scene: Scene, drawing: Drawing, text: str, seen: View, engine: str | None, dark: bool
    ):
        self.scene, self.drawing, self.complete = scene, drawing, seen.complete
        self._text, self._size = text, len(seen.graph)
        self._engine, self._dark = engine, dark

    @cached_property
    def source(self) -> str:
        """The drawing as DOT text."""
        return dot(self.drawing, dark=self._dark)

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
        return svg_of(self.source, self._engine)

    def _content(self, suffix: str, name: str) -> bytes:
        if suffix == ".gv":
            return self.source.encode()
        if suffix == ".svg":
            return self.svg.encode()
        drawing = self.drawing
        if suffix == ".png":
            glyphs = Glyphs(layout.find_engine(self._engine))
            drawing = drawing.spelt(glyphs)
            glyphs.warn(name)
        return layout.render(dot(drawing, dark=self._dark), suffix[1:], self._engine)

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
    """Draw the graph of `root` with every value, gradient and local gradient.

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
    check_size("max_nodes", max_nodes, 1)
    check_size("depth", depth, 0)
    roots = roots_of(root)
    graph = graph_of(*roots.values(), wrt=wrt)
    seen = view(graph, expand=expand, depth=depth, max_nodes=max_nodes)
    route = None if path is None else find_route(graph, path)
    products = route.notes(symbols=seen.complete) if route else []
    doubtful = doubts(graph)
    scene = _called(read(graph) if seen.complete else scene_of(seen), roots)
    shown = scene if constants or path is not None else with_half_squares(scene, seen.cells)
    groups = grouping(seen, shown)
    if seen.complete:
        elements = complete(shown, groups, constants=constants)
        told, notes = [draw_tree(scene), *products, *doubtful], [WIDE] * is_long(scene)
    else:
        elements = folded(seen, shown, groups, constants=constants)
        notes = [advice(seen)]
        told = [summary(seen, scene), *products, *doubtful, *notes]
    first = f"v{first_not_finite(scene)}"
    elements = [
        e._replace(first=True) if isinstance(e, Node) and e.id == first else e for e in elements
    ]
    elements = in_rows(with_pills(elements), 847)
    drawing = with_heading(
        scene,
        elements,
        title=title,
        products=products,
        notes=[*doubtful, *notes],
        room=0 if seen.complete else ROOM,
    )
    if route is not None:
        drawing = drawing._replace(on=_on(route, seen, scene))
    return Figure(scene, drawing, "\n".join(told), seen, engine, dark)


def _on(route: Route, seen: View, scene: Scene) -> frozenset[str]:
    """The nodes on a route: values, the boxes they are folded into, and the box at an output."""
    on = {f"v{i}" for i in route.on}
    on |= {seen.box_of[i].node for i in route.on if i in seen.box_of}
    stop = route.ends[1]
    return frozenset(on | {end_id(stop, scene)} if stop in scene.outputs else on)


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


def check_size(name: str, given: int | None, least: int) -> None:
    """An error unless an argument is a whole number from `least`, or None."""
    if given is None:
        return
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        raise DrawingError(f"{name}= is a whole number from {least}, or None, not {given!r}")
