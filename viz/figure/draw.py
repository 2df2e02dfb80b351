"""`draw`: the wire figure of a graph, which displays itself in a notebook and saves itself."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from autograd import Value
from viz.errors import DrawingError
from viz.figure.complete import complete, end_id
from viz.figure.drawing import Element, Node, Wire
from viz.figure.figure import Figure
from viz.figure.folded import folded, scene_of
from viz.figure.groups import grouping
from viz.figure.heading import explained, is_long, results, with_heading
from viz.figure.page.compare import changed, check_alike, compared, with_strokes
from viz.figure.page.look import PAGE, Look, Theme, checked_digits, look
from viz.figure.page.pills import with_pills
from viz.figure.page.rows import in_rows
from viz.figure.text_drawing import advice, draw_tree, summary
from viz.formulas.short import short_formulas
from viz.graph.doubts import doubts
from viz.graph.finite import first_not_finite
from viz.graph.folding import MAX_NODES, View, view
from viz.graph.given import graph_of, roots_of
from viz.graph.halves import with_half_squares
from viz.graph.routes import Route, find_route
from viz.graph.scene import Scene, read
from viz.text import digits_shown

ROOM = 560
"""Points that title and legend of a folded figure may take from left to right."""
WIDE = (
    "A long graph: the SVG is wider than a page, so that it can be read. In draw(…): depth= shows "
    "only what is near the output."
)


def draw(
    root: Any,
    *,
    wrt: Iterable[Value | str] = (),
    constants: bool = False,
    title: str = "",
    path: tuple[Value | str, Value | str] | None = None,
    after: Any = None,
    expand: str | Iterable[str] = (),
    depth: int | None = None,
    max_nodes: int | None = MAX_NODES,
    digits: int = 4,
    width: float | str = PAGE,
    wrap: bool = True,
    notes: bool = True,
    legend: bool = True,
    theme: Theme | None = None,
    dark: bool = False,
    font: str = "",
    engine: str | None = None,
    **unknown: Any,
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
        after: the same computation once more, such as after a step of training: numbers that
            differ are written as before → after.
        expand: a path, or several, of folded layers or neurons to open.
        depth: draw only the values within so many operations of the output.
        max_nodes: how many values are drawn before folding begins; None never folds.
        digits: significant digits of numbers, from 1 to 17.
        width: how wide the figure is read, in pixels or such as "12cm": it goes on below where
            text would be smaller than 10 pixels. Or "grad": wires as thick as |∂| is large.
        wrap: whether a long figure goes on below.
        notes: whether it has notes below its first line.
        legend: whether its marks are explained.
        theme: "light", "dark", or "auto" for an SVG that follows its reader's preference.
        dark: the same as theme="dark".
        font: a face for the SVG; one wider than Helvetica does not fit everywhere.
        engine: the program that lays out; without it, found as `viz.layout.engine` says.

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
    if unknown:
        raise DrawingError(_advice(next(iter(unknown))))
    check_size("max_nodes", max_nodes, 1)
    check_size("depth", depth, 0)
    shape = look(
        width=width, wrap=wrap, notes=notes, legend=legend, theme=theme, dark=dark, font=font
    )
    with digits_shown(checked_digits(digits)):
        roots = roots_of(root)
        graph = graph_of(*roots.values(), wrt=wrt)
        route = None if path is None else find_route(graph, path)
        folds = {"expand": expand, "depth": depth, "max_nodes": max_nodes}
        seen = view(graph, **folds)  # type: ignore[arg-type]
        shown = _Shown(seen, roots, constants=constants, fused=not constants and route is None)
        elements = shown.elements()
        if after is not None:
            again = roots_of(after)
            other = graph_of(*again.values())
            check_alike(graph, other)
            marked = replace(other, parameters=graph.parameters)
            second = view(marked, **folds)  # type: ignore[arg-type]
            more = _Shown(second, again, constants=constants, fused=shown.fused)
            elements = compared(elements, more.elements())
            return _figure(shown, elements, route, title, engine, shape, more.scene)
        return _figure(shown, elements, route, title, engine, shape)


class _Shown:
    """The scene and the elements of a view."""

    def __init__(self, seen: View, roots: Mapping[str, Value], *, constants: bool, fused: bool):
        self.seen, self.fused, self._constants = seen, fused, constants
        self.scene = _called(read(seen.graph) if seen.complete else scene_of(seen), roots)
        self.drawn = with_half_squares(self.scene, seen.cells) if fused else self.scene

    def elements(self) -> list[Element]:
        """The elements in one row; the operation in which nan or inf begins is marked."""
        seen, scene = self.seen, self.drawn
        groups = grouping(seen, scene)
        if seen.complete:
            found = complete(scene, groups, constants=self._constants)
        else:
            found = folded(seen, scene, groups, constants=self._constants)
        first = f"v{first_not_finite(self.scene)}"
        names = {f"v{i}": formula for i, formula in short_formulas(seen.graph).items()}
        found = [e._replace(first=e.id == first) if isinstance(e, Node) else e for e in found]
        # A pill that repeats a value without a label says its formula: `w·x`, not `v4`.
        return [
            e._replace(name=names.get(e.source, e.name)) if isinstance(e, Wire) else e
            for e in found
        ]


def _figure(
    shown: _Shown,
    elements: Sequence[Element],
    route: Route | None,
    title: str,
    engine: str | None,
    shape: Look,
    after: Scene | None = None,
) -> Figure:
    """The figure: elements in rows below their heading, and the text that says the same."""
    seen, scene = shown.seen, shown.scene
    products = route.notes(symbols=seen.complete) if route else []
    doubtful = doubts(seen.graph)
    if seen.complete:
        told = [draw_tree(scene), *products, *doubtful]
        notes = [*explained(scene), *[WIDE] * (not shape.wrap and is_long(scene))]
    else:
        notes = [advice(seen)]
        told = [summary(seen, scene), *products, *doubtful, *notes]
    if shape.strokes:
        elements = with_strokes(elements, shown.drawn)
    drawing = with_heading(
        scene,
        in_rows(with_pills(elements), shape.room),
        title=title,
        products=products,
        notes=[*doubtful, *notes] if shape.notes else [],
        room=round(min(72 * shape.inches, ROOM if not seen.complete else math.inf)),
        legend=shape.legend,
    )
    if after is not None:
        result = changed(drawing.heading.result, results(after))
        drawing = drawing._replace(heading=drawing.heading._replace(result=result))
    if route is not None:
        drawing = drawing._replace(on=_on(route, seen, scene))
    return Figure(scene, drawing, "\n".join(told), seen, engine, shape)


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


def _advice(option: str) -> str:
    """The error for an option that `draw` does not have."""
    known = [name for name, one in inspect.signature(draw).parameters.items() if one.kind == 3]
    close = get_close_matches(option, known, n=1)
    hint = f" Did you mean {close[0]}=?" if close else ""
    return f"draw() has no option {option}=.{hint} Its options: {', '.join(known)}"
