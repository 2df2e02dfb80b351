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

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from viz.figure.dot import wire_figure
from viz.graph.scene import Scene, Shown, Wire
from viz.layout import engine as layout
from viz.steps.frame import Frames
from viz.text import number, shorten
from viz.theme import FORWARD, GRADIENT, LOCAL

SVG = "http://www.w3.org/2000/svg"

_KEPT = re.compile(
    "id|class|d|points|c?[xy]|r[xy]|transform|fill|stroke.*|text-anchor|font-(size|weight|style)"
)
_SHARE = re.compile("(.*?)(\N{NO-BREAK SPACE}\\(.*\\))?")


@dataclass(frozen=True)
class Stage:
    """A figure with its marks.

    Attributes:
        svg: the root element, without namespaces.
        width, height: its size in points.
    """

    svg: Element
    width: float
    height: float

    def markup(self) -> str:
        """The figure as text that HTML and SVG both read."""
        return ElementTree.tostring(self.svg, encoding="unicode")


def stage(
    steps: Frames, *, engine: str | None = None, head: bool = False, title: str = ""
) -> Stage:
    """Lay out the graph of `steps` with every number in place, and mark its parts.

    Args:
        steps: the frames.
        engine: the program that lays out, found as `viz.layout.engine` says.
        head: keep the figure's own heading and legend, and the size it has in a notebook.
        title: a line over that heading.

    Raises:
        EngineNotFoundError, LayoutError: it could not be laid out.
    """
    source = wire_figure(_named(steps.scene), title=title, notes=steps.notes)
    if not head:
        source = source.rstrip().removesuffix("}") + 'label="";\n}\n'
    size = layout.PAGE if head else ""  # a page of steps scrolls
    svg = _cleaned(ElementTree.fromstring(layout.render(source, "svg", engine, size=size)))
    _mark(svg, steps)
    _, _, width, height = (float(number) for number in svg.attrib["viewBox"].split())
    return Stage(svg, width, height)


def _named(scene: Scene) -> Scene:
    """`scene` with every name on its wire, since captions use them.

    The name of an operation made by hand may be any text; of it, letters and digits become the
    class of its node.
    """
    values = (
        replace(shown, labelled=True, primitive=re.sub(r"\W+", "_", shown.primitive))
        for shown in scene.values
    )
    return replace(scene, values=tuple(values))


def _cleaned(root: Element) -> Element:
    """The picture alone: no background, no links, no tooltips (they tell numbers to come)."""
    svg = Element("svg", {"xmlns": SVG, "viewBox": root.attrib["viewBox"]})
    svg.extend(_kept(root))
    graph = svg[0]
    background = graph.find("polygon")
    if background is not None:
        graph.remove(background)
    return svg


def _kept(old: Element) -> Iterator[Element]:
    for child in old:
        tag = child.tag.removeprefix(f"{{{SVG}}}")
        if tag == "a":  # holds the tooltip
            yield from _kept(child)
        elif tag != "title":
            new = Element(tag, {k: v for k, v in child.items() if _KEPT.fullmatch(k)})
            if tag == "text":
                new.text = (child.text or "").replace(" ", "\N{NO-BREAK SPACE}")
            new.extend(_kept(child))
            yield new


class _Marks:
    """The frame in which each value is computed, each message sent, each gradient complete."""

    def __init__(self, steps: Frames):
        self.last = len(steps) - 1
        self.computed = {shown.index: 0 for shown in steps.scene.values}
        self.complete: dict[int, int] = {}
        self.sent: dict[Wire, int] = {}
        for i, frame in enumerate(steps):
            if frame.phase == "forward":
                self.computed[frame.value] = i
            elif frame.wire is None:
                self.complete[frame.value] = i
            else:
                self.sent[frame.wire] = i
                if frame.wire.message is not None:
                    self.complete[frame.value] = i

    def wire(self, groups: dict[str, Element], wire: Wire) -> None:
        """Mark the parts of one wire: its label, and its lines on either side."""
        sent = self.sent[wire]
        node = f"w{wire.source}_{wire.target}_{wire.slot}"
        now = f"{self.computed[wire.target]} {sent}"
        travelled = str(sent) if wire.message is not None else None
        for group in (groups[node], groups[f"{node}_a"], groups[f"{node}_b"]):
            group.set("data-now", now)
            self._lines(group, wire.source, travelled)
            self._numbers(group, wire.source, sent)

    def last_wire(self, groups: dict[str, Element], output: int) -> None:
        """Mark the wire to the output's box, and the box."""
        seed = self.complete[output]
        for name in (f"w{output}_out", f"w{output}_out_a", f"w{output}_out_b", "out"):
            group = groups[name]
            group.set("data-now", str(seed))
            self._lines(group, output, str(seed) if name != "out" else None)
            self._numbers(group, output, seed)

    def node(self, group: Element, index: int) -> None:
        """Mark an operation, or a leaf, which is there from the start."""
        group.set("data-live", str(self.computed[index]))
        if self.computed[index]:
            group.set("data-now", str(self.computed[index]))

    def _lines(self, group: Element, source: int, sent: str | None) -> None:
        group.set("data-live", str(self.computed[source]))
        if sent is not None:
            group.set("data-sent", sent)

    def _numbers(self, group: Element, source: int, sent: int) -> None:
        for text in list(group.iter("text")):
            colour = text.get("fill", "").upper()
            if colour == FORWARD:
                self._answer(text, self.computed[source])
            elif colour == GRADIENT:
                self._gradient(text, self.complete.get(source, self.last), sent)
            elif colour == LOCAL:
                text.set("data-from", str(sent))

    def _gradient(self, text: Element, complete: int, sent: int) -> None:
        """`∂ 9 (+7)`: the sum when it is complete, the message when it is sent."""
        found = _SHARE.fullmatch(text.text or "")
        total, share = found.groups() if found else (text.text, None)
        text.text = None
        for part, frame in ((total, complete), (share, sent)):
            if part:
                tspan = ElementTree.SubElement(text, "tspan")
                tspan.text = part
                self._answer(tspan, frame)

    def heading(self, graph: Element, output: Shown) -> None:
        """Hide the line of the figure's heading that tells the result, until it is computed."""
        result = f"{shorten(output.name)} = {number(output.data)}"
        texts = graph.findall("text")
        told = {
            t.get("y") for t in texts if (t.text or "").replace("\N{NO-BREAK SPACE}", " ") == result
        }
        for text in texts:
            if text.get("y") in told:
                self._answer(text, self.computed[output.index])

    @staticmethod
    def _answer(element: Element, frame: int) -> None:
        element.set("data-from", str(frame))
        element.set("data-answer", "")


def _mark(svg: Element, steps: Frames) -> None:
    groups = {group.get("id", ""): group for group in svg.iter("g")}
    marks = _Marks(steps)
    for wire in steps.scene.wires:
        marks.wire(groups, wire)
    for shown in steps.scene.values:
        marks.node(groups[f"v{shown.index}"], shown.index)
    marks.last_wire(groups, steps.scene.output.index)
    marks.heading(svg[0], steps.scene.output)
