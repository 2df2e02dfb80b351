"""`live`: a page on which a graph is computed anew while its reader drags an input.

The page is one HTML file that needs nothing else and may load nothing else. Its arithmetic is the
graph's own, as `autograd.to_javascript` writes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from autograd import SATURATED, Graph, Value, to_javascript
from viz.errors import DrawingError
from viz.figure.dot import dot
from viz.figure.folded import scene_of
from viz.figure.heading import LEGEND, with_heading
from viz.figure.page.look import look
from viz.figure.page.pills import with_pills
from viz.figure.page.rows import in_rows
from viz.graph.doubts import refuse_outdated
from viz.graph.folding import MAX_NODES, NEURONS, View, view
from viz.graph.given import chosen, graph_of, keeps_branches
from viz.graph.scene import Scene, read
from viz.layout.picture import Picture, svg_of
from viz.live.figure import elements_of, field, live_figure
from viz.live.function import called
from viz.live.inputs import Input, inputs_of
from viz.pages import asset, page_of, safe, sandboxed, script_data
from viz.steps.frames import differentiated
from viz.steps.stage import Stage
from viz.text import derivative, gradient, number, shorten
from viz.theme import FILL

MOST_DRAWN, MOST = 240, 1000
"""Values that a page can show one by one, and that it can compute where neurons fold."""
SCRIPTS = (
    "numbers.js", "plot.js", "figure.js",
    *(f"live/{part}.js" for part in ("state", "inputs", "curve", "descent", "predict", "start")),
)  # fmt: skip
"""The page's script, after the graph's own arithmetic, in order."""
KEPT = "where(…) keeps the branch that it took: of a condition only the outcome is known"


@dataclass(eq=False, repr=False)
class Live(Picture):
    """A graph as it was when `live` was called, as a page; a notebook shows it.

    Its `svg`, for where no page can be shown, is the figure with the first numbers.

    Attributes:
        inputs: the leaves, with how far and how finely each moves.
        title: the heading of the page.
        arithmetic: the graph as JavaScript.
    """

    inputs: tuple[Input, ...]
    title: str
    arithmetic: str
    _view: View
    _scene: Scene
    _engine: str | None
    suffixes = (".html",)

    @cached_property
    def _figure(self) -> Stage:
        return live_figure(self._view, self._scene, self.inputs, self._engine)

    @cached_property
    def html(self) -> str:
        """The page: HTML that needs no other file and no network.

        Raises:
            EngineNotFoundError: no layout engine; the text says how to get one.
            LayoutError: the engine failed.
        """
        figure, output = self._figure, self._scene.output
        return page_of(
            "live/page",
            title=self.title,
            styles=("figure.css",),
            script=self.arithmetic + asset(*SCRIPTS),
            figure=figure.markup(),
            legend="".join(_legend(figure, self._view)),
            output=safe(shorten(output.name)),
            rows="".join(self._rows()),
            data=script_data(self._told()),
        )

    @property
    def _names(self) -> dict[int, str]:
        return {i: shorten(name) for i, name in self._view.names.items()}

    def _rows(self) -> Iterable[str]:
        """A line of the table for each value: its name, how it is made, and its numbers."""
        graph, fields = self._view.graph, {one.number: one for one in self.inputs}
        slopes = graph.gradients()
        for i in [*graph.leaves, *graph.computed]:
            name = safe(self._names[i])
            value = f'<span data-value="{i}">{number(graph.values[i].data)}</span>'
            if i in fields:
                given = "".join(f' {k}="{safe(v)}"' for k, v in field(fields[i]).items())
                value = f"<input{given}>"
            slope = f'<span data-gradient="{i}">{gradient(slopes.get(i, 0.0))}</span>'
            made = safe(graph.line(i).partition(" = ")[2]) if i in graph.computed else ""
            cells = f"<td>{made}</td><td>{value}</td><td>{slope}</td>"
            yield f'<tr><th scope="row">{name}</th>{cells}</tr>\n'

    def _told(self) -> dict[str, Any]:
        """Names and inputs, for the script."""
        names, output = self._names, self._scene.output.index
        return {
            "output": output,
            "saturated": SATURATED,
            "names": names,
            "inputs": [
                one._asdict()
                | {"name": names[one.number], "data": repr(one.data)}  # JSON has no infinity
                | {"slope": derivative(names[output], names[one.number])}
                for one in self.inputs
            ],
        }

    def _made(self) -> str:
        elements = in_rows(with_pills(elements_of(self._view, self._scene)), look().room)
        drawing = with_heading(self._scene, elements, title=self.title)
        return svg_of(dot(drawing), self._engine)

    def _content(self, suffix: str, name: str) -> bytes:
        return self.html.encode()

    def _displayed(self) -> dict[str, str]:
        figure = self._figure
        height = min(1100, round(610 + 940 * figure.height / max(figure.width, 600)))
        shown = sandboxed(self.html, title=self.title, height=height)
        return {"text/html": shown, **super()._displayed()}

    def _repr_html_(self) -> str | None:
        """The display in a notebook: the page in a sandboxed frame. Never raises."""
        return self._repr_mimebundle_().get("text/html")

    def __str__(self) -> str:
        told = ", ".join(f"{shorten(one.name)} = {number(one.data)}" for one in self.inputs[:8])
        more = ", …" * (len(self.inputs) > 8)
        output = self._scene.output
        return f"{shorten(output.name)} = {number(output.data)} of {told}{more}"

    def __repr__(self) -> str:
        name = shorten(self._scene.output.name)
        return f"<live figure of {name}, {len(self._view.graph):,} values>"


def live(
    root: Value | Callable[..., Any],
    vary: Iterable[Value | str] = (),
    ranges: Mapping[Any, tuple[float, float]] | Sequence[float] | None = None,
    step: float | None = None,
    *,
    title: str = "",
    engine: str | None = None,
    **given: Any,
) -> Live:
    """Make a page on which dragging an input changes every value and every gradient.

    Leaves are dragged sideways, moved by arrow keys, or typed. Below the figure are the output
    against the input that was moved last, with its tangent and, over a nudge h, a secant; and
    gradient descent on what `vary` names, clipped to ±5 if asked. The page computes all of it by
    itself: forward values, local gradients, messages and gradients, as one `backward()` from
    nothing gives them. Networks of labelled parameters fold to boxes with their output a and δ,
    ∂output by the weighted input. The graph is only read.

    Args:
        root: the output; or a function, which is called with a Value for each number or range
            that is `given` by name: `live(f, w=(-5, 5), x=2.0)`.
        vary: the leaves that gradient descent moves, as Values or labels. By default those of
            which a range is given by name, else the parameters of a model, else all.
        ranges: how far inputs move: (low, high) for all, or a dictionary of these by label or
            Value; by default from −5 to 5, or to twice the number where that is more. What is
            typed may lie beyond.
        step: how far one key or one pixel moves an input; by default about 1/200 of its range.
        title: the heading; by default it names the output.
        engine: the program that lays out, found as `viz.layout.engine` says.

    Raises:
        DrawingError: an argument makes no sense, or the graph is too large for a page.
        GraphError: a primitive is no formula that JavaScript could compute.
        TraceError: the function branches on a Value; the text says what to write.

    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> J = w * x
    >>> J.label = "J"
    >>> print(live(J))
    J = 10 of w = 5, x = 2
    >>> print(live(lambda w, x: (w * x - 1.0) ** 2, w=(-5, 5), x=2.0))
    f = 1 of w = 0, x = 2
    """
    if not isinstance(root, Value) and callable(root):
        root, own, reach = called(root, given)
        vary, ranges = vary or own, ranges or reach
    elif given:
        name = next(iter(given))
        raise DrawingError(
            f"{name}= is for a function, live(f, {name}=…), and this graph has been computed; "
            "for the range of an input write ranges={'w': (-5, 5)}"
        )
    graph = graph_of(root, caller="live")
    varied: list[Value | str] = [vary] if isinstance(vary, (str, Value)) else list(vary)
    if varied:
        graph = replace(graph, parameters=frozenset(chosen(varied, graph, "vary")))
    refuse_outdated(graph)
    seen = _view(graph)
    scene = differentiated(read(graph) if seen.complete else scene_of(seen), graph)
    name = shorten(scene.output.name)
    return Live(
        inputs_of(graph, seen.names, ranges or None, step),
        title or f"{name}, live",
        to_javascript(graph),
        seen,
        scene,
        engine,
    )


def _view(graph: Graph) -> View:
    """All values, or the neurons of a network."""
    size = len(graph)
    found = view(graph, max_nodes=max(MAX_NODES, math.ceil(size / NEURONS)))
    if size > (MOST_DRAWN if found.complete else MOST) or found.level not in ("values", "neurons"):
        raise DrawingError(
            f"a live page shows up to {MOST_DRAWN} values one by one, or {MOST:,} of a network "
            f"whose neurons fold, and this graph has {size:,}: take one training example, or a "
            "part; for a network that trains on many write play(model, X, y)"
        )
    return found


def _legend(figure: Stage, seen: View) -> Iterable[str]:
    """The marks in this figure beyond the three kinds of numbers, which the page always tells."""
    found = [mark for mark in figure.legend if mark in FILL or mark == "message"]
    found += [mark for mark in ("off", "saturated") if f'data-note="{mark}' in figure.markup()]
    for mark in found:
        swatch = "gradient" if mark == "message" else f"swatch {mark}"
        yield f'<li class="{swatch}">{LEGEND[mark]}</li>\n'
    if any(box.kind == "neuron" for box in seen.boxes):
        yield '<li class="gradient">δ gradient by the weighted input</li>\n'
    if keeps_branches(seen.graph):
        yield f"<li>{KEPT}</li>\n"
