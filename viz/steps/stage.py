"""The figure that steps are shown on: laid out once, each part marked with when it appears.

Marks are `data-` attributes that hold frame numbers, so that a style sheet or a script only has
to compare numbers, and nothing moves:

- `data-from`: a number that is hidden before this frame; `data-answer` says it is what the frame
  finds, so that a reader can predict it;
- `data-live`: a shape that is pale before this frame;
- `data-sent`: a line that a message has travelled from this frame on;
- `data-now`: the frames, apart by spaces, in which it is pointed out.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, SubElement

from viz.figure.complete import complete, wire_id
from viz.figure.dot import dot
from viz.figure.drawing import Drawing, Line, Node, Wire
from viz.figure.heading import with_heading
from viz.figure.labels import WireLabel
from viz.figure.page.look import look
from viz.figure.page.pills import with_pills
from viz.figure.page.rows import in_rows
from viz.layout import engine as layout
from viz.layout.svg import bare, kept_together
from viz.steps.frames import Frames
from viz.theme import GRADIENT

HEAD = 7.0
"""Points that the head of a backward wire is long."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Stage:
    """A figure with its marks.

    Attributes:
        svg: the root element, without namespaces.
        width, height: its size in points.
        legend: keys of `viz.figure.heading.LEGEND`, for what occurs in it.
    """

    svg: Element
    width: float
    height: float
    legend: tuple[str, ...]

    def markup(self) -> str:
        """The figure as text that HTML and SVG both read."""
        return ElementTree.tostring(self.svg, encoding="unicode")


def stage(
    steps: Frames, *, engine: str | None = None, head: bool = False, title: str = ""
) -> Stage:
    """Lay out the graph of `steps` with every number in place, and mark its parts.

    `head` keeps the figure's own heading and legend, and the size it has in a notebook.
    """
    named = tuple(replace(shown, labelled=True) for shown in steps.scene.values)
    scene = replace(steps.scene, values=named)  # captions use the names, so wires say them all
    elements = in_rows(with_pills(complete(scene)), look().room)
    drawing = with_heading(scene, elements, title=title, notes=steps.notes)
    size = layout.PAGE if head else ""  # a page of steps scrolls
    svg = bare(layout.render(dot(drawing, heading=head), "svg", engine, size=size))
    marks = _Marks(svg, steps)
    marks.parts(drawing)
    if head:
        marks.result(bool(title))
    _, _, width, height = (float(number) for number in svg.attrib["viewBox"].split())
    return Stage(svg, width, height, drawing.heading.marks)


class _Marks:
    """Marks the parts of a figure, by their ids, with the frames in which something happens."""

    def __init__(self, svg: Element, steps: Frames):
        self._graph = svg[0]
        self._groups = {group.get("id", ""): group for group in svg.iter("g")}
        self._last = len(steps) - 1
        self._computed = {f"v{shown.index}": 0 for shown in steps.scene.values}
        self._complete: dict[str, int] = {}
        self._sent: dict[str, int] = {}
        self._travelled: set[str] = set()
        self._output = f"v{steps.scene.output.index}"
        for i, frame in enumerate(steps):
            node = f"v{frame.value}"
            if frame.phase == "forward":
                self._computed[node] = i
            elif frame.wire is None:
                self._seed = self._complete[node] = i
            else:
                wire = wire_id(frame.wire)
                self._sent[wire] = i
                if frame.wire.message is not None:
                    self._complete[node] = i
                    self._travelled.add(wire)

    def parts(self, drawing: Drawing) -> None:
        """Mark every node and wire of a drawing."""
        for element in drawing.elements:
            if isinstance(element, Wire):
                self._wire(element)
            elif isinstance(element, Line):
                live = self._computed[element.source]
                self._groups[element.id].set("data-live", str(live))
            elif isinstance(element, Node) and element.kind != "output":
                node = element.stands_for or element.id
                group, frame = self._groups[element.id], self._computed[node]
                group.set("data-live", str(frame))
                if frame:
                    group.set("data-now", str(frame))
                for text in [*group.iter("text")][1:] if element.kind != "op" else []:
                    _answer(text, self._complete.get(node, self._last))  # the sum at a leaf

    def _wire(self, wire: Wire) -> None:
        """Mark the parts of a wire: its label, its lines on either side, and an output's box."""
        live, sent = self._computed[wire.source], self._sent.get(wire.id, self._seed)
        ends = wire.id not in self._sent
        now = str(sent) if ends else f"{self._computed[wire.target]} {sent}"
        parts = [wire.id, f"{wire.id}_a", f"{wire.id}_b"]
        for name in [*parts, *[wire.target] * ends]:
            self._groups[name].set("data-now", now)
            self._groups[name].set("data-live", str(live))
            if name in parts and (ends or wire.id in self._travelled):
                self._groups[name].set("data-sent", str(sent))
        if ends or wire.id in self._travelled:
            _point_back(self._groups[f"{wire.id}_a"], sent)
        texts = [*self._groups[wire.id].iter("text")]
        for text, role in zip(texts, WireLabel(wire).roles, strict=True):
            if role == "forward":
                _answer(text, live)
            elif role == "local":
                text.set("data-from", str(sent))
            else:
                self._gradient(text, wire, sent)

    def _gradient(self, text: Element, wire: Wire, sent: int) -> None:
        """`∂ 9 (+7)`: the sum when it is complete, the message when it is sent."""
        text.text = None
        complete = self._complete.get(wire.source, self._last)
        for part, frame in ((wire.gradient, complete), (wire.share, sent)):
            if part:
                tspan = SubElement(text, "tspan")
                tspan.text = kept_together(part)
                _answer(tspan, frame)

    def result(self, titled: bool) -> None:
        """Hide the line of the heading that tells the result, until it is computed."""
        for text in self._graph.findall("text")[titled : titled + 2]:
            _answer(text, self._computed[self._output])


def _point_back(group: Element, frame: int) -> None:
    """Add a head to a line, where it begins, for the way of the message that it brings back."""
    path = next(group.iter("path"), None)
    numbers = [float(n) for n in _NUMBER.findall(path.get("d", ""))] if path is not None else []
    if len(numbers) < 4:
        return
    x, y, *rest = numbers
    ends = zip(rest[::2], rest[1::2], strict=True)
    a, b = next(((a - x, b - y) for a, b in ends if math.hypot(a - x, b - y) > 1), (1.0, 0.0))
    long = math.hypot(a, b)
    a, b = HEAD * a / long, HEAD * b / long
    corners = [(x, y), (x + a - 0.35 * b, y + b + 0.35 * a), (x + a + 0.35 * b, y + b - 0.35 * a)]
    points = " ".join(f"{px:.2f},{py:.2f}" for px, py in corners)
    look = {"class": "back", "fill": GRADIENT, "stroke": "none", "points": points}
    SubElement(group, "polygon", look | {"data-from": str(frame)})


def _answer(element: Element, frame: int) -> None:
    element.set("data-from", str(frame))
    element.set("data-answer", "")
