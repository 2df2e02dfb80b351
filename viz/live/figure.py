"""The figure of a live page: laid out once with room for any number, each text marked.

Marks are `data-` attributes with the numbers of values, so that a script only has to fill in:

- `data-value`, `data-gradient`: a text that shows a value, or its gradient;
- `data-local`, `data-message`: the local gradient of a wire, or the message on it: the value that
  it goes into, and the place of the operand there;
- `data-flow`: the lines of a wire, which grow with the message; of the last wire, a value alone;
- `data-input`: the box of a leaf; `data-field`: the place of its number in it;
- `data-note`: an operation that can be off, or saturated: which, the value it makes, and the
  places of those operands that are values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from autograd import Graph
from viz.figure.complete import complete, wire_id
from viz.figure.dot import dot
from viz.figure.drawing import Drawing, Node, Part, Wire
from viz.figure.drawing import Element as Drawn
from viz.figure.folded import folded
from viz.figure.groups import grouping
from viz.figure.heading import with_heading
from viz.figure.page.rows import in_rows
from viz.graph import scene as graph_scene
from viz.graph.cells import ACTIVATIONS
from viz.graph.folding import Box, View
from viz.graph.scene import Scene, Shown, possible_note
from viz.layout import engine as layout
from viz.layout.svg import bare, kept_together
from viz.live.inputs import Input
from viz.steps.stage import Stage
from viz.text import gradient, number, signed
from viz.theme import FORWARD, GRADIENT, LOCAL

WIDEST = number(-8.888e-88)
"""The widest number but for those of three digits of exponent: the room of a value."""
USUAL = number(-0.08888)
"""The room of a number that may run over: of a gradient, there is none beside it, or a field's."""
SLOPE = f"×{number(-0.8888)}"
"""The room of a local gradient; a wider one lends some from the value beside it."""
WIDTH = 830
"""Points of a row: as many as a notebook's cell is wide; on a wider page all is larger."""
BLANK = "\N{NO-BREAK SPACE}"
"""The text above the wires of a leaf, whose number stands in its box."""
FIXED = frozenset(
    {"add", "sub", "neg", "sum", "mean", "identity", "floor", "ceil", "round", "sign"}
)
"""Operations whose local gradients never change."""
_SPOT = re.compile(r"-?[\d.]+")


def live_figure(view: View, scene: Scene, inputs: tuple[Input, ...], engine: str | None) -> Stage:
    """Lay out a graph, whole or folded, with the first numbers in place.

    Raises:
        EngineNotFoundError, LayoutError: it could not be laid out.
    """
    room = _Room(view, scene)
    elements = in_rows([room.for_numbers(one) for one in elements_of(view, scene)], WIDTH)
    drawing = with_heading(scene, elements)
    svg = bare(layout.render(dot(drawing, heading=False), "svg", engine))
    _Marks(svg, view, scene, inputs).parts(drawing)
    _, _, width, height = (float(number) for number in svg.attrib["viewBox"].split())
    return Stage(svg, width, height, drawing.heading.marks)


def elements_of(view: View, scene: Scene) -> list[Drawn]:
    """The elements of a drawing of all values, or of a folded one."""
    groups = grouping(view, scene)
    return complete(scene, groups) if view.complete else folded(view, scene, groups)


class _Room:
    """Gives the elements of a drawing room for any number, and takes out what may not stay so."""

    def __init__(self, view: View, scene: Scene):
        self._graph, self._scene = view.graph, scene
        self._wires = {wire_id(wire): wire for wire in scene.wires}

    def for_numbers(self, element: Drawn) -> Drawn:
        if isinstance(element, Wire):
            return self._wire(element)
        return self._node(element) if isinstance(element, Node) else element

    def _wire(self, drawn: Wire) -> Wire:
        shown, wire = self._scene.value(_number(drawn.source)), self._wires.get(drawn.id)
        fixed = wire is None or is_fixed(self._graph, wire)
        return drawn._replace(
            value=f"{_lead(drawn.value, shown)}{WIDEST}" if shown.kind == "op" else BLANK,
            gradient=f"∂ {USUAL}",
            share=f" ({USUAL})" if drawn.share else "",
            local=drawn.local if fixed else SLOPE,
        )

    def _node(self, node: Node) -> Node:
        note = "" if node.note in ("off", "saturated") else node.note
        lines = [_line(part, node) for part in node.lines if part.text not in ("off", "saturated")]
        if node.classes.startswith("leaf") and node.kind in ("parameter", "input"):
            lines = _with_number(lines)
        return node._replace(note=note, lines=tuple(lines))


def _with_number(lines: list[Part]) -> list[Part]:
    """The lines on a leaf with the room of its number below its name."""
    rest = [part for part in lines[1:] if part.role != "forward"]
    return [lines[0], Part(USUAL, "forward"), *rest]


def _line(part: Part, node: Node) -> Part:
    """A line of a box with room for its number; δ is a neuron's ∂ by its weighted input."""
    if part.role == "forward":
        lead, equals, _ = part.text.rpartition(" = ")
        return part._replace(text=f"{lead}{equals}{WIDEST}")
    if part.role == "gradient":
        return part._replace(text=f"{'δ =' if node.kind == 'neuron' else '∂'} {WIDEST}")
    return part._replace(text=part.text.partition(", |∂|")[0]) if part.role == "small" else part


def is_fixed(graph: Graph, wire: graph_scene.Wire) -> bool:
    """True if a local gradient is the same whatever the numbers: of a sum, or beside a constant."""
    primitive, operands = graph.computed[wire.target]
    others = [x for slot, x in enumerate(operands) if slot != wire.slot]
    beside = all(isinstance(x, float) for x in others) and bool(others)
    return primitive.name in FIXED or (
        beside and (primitive.name == "mul" or (primitive.name == "div" and wire.slot == 0))
    )


def weighted_input(graph: Graph, members: Sequence[int]) -> int:
    """The value that a neuron's activation is applied to; its output, the last, if it has none."""
    active = (i for i in members if graph.made[i] in ACTIVATIONS and graph.parents[i])
    return next((graph.parents[i][-1] for i in active), members[-1])


def _number(node: str) -> int:
    return int(node[1:])


def _lead(text: str, shown: Shown) -> str:
    """The text before a value's number: `z = `."""
    return text.removesuffix(number(shown.data))


class _Marks:
    """Marks the texts, lines and boxes of a figure, by their ids and the colours of texts."""

    def __init__(self, svg: Element, view: View, scene: Scene, inputs: tuple[Input, ...]):
        self._view, self._graph, self._scene = view, view.graph, scene
        self._groups = {group.get("id", ""): group for group in svg.iter("g")}
        self._wires = {wire_id(wire): wire for wire in scene.wires}
        self._boxes = {box.node: box for box in view.boxes}
        self._slopes = view.graph.gradients() if view.boxes else {}
        self._inputs = {one.number: one for one in inputs}

    def parts(self, drawing: Drawing) -> None:
        """Mark every node and wire of a drawing."""
        for element in drawing.elements:
            if isinstance(element, Wire):
                self._wire(element)
            elif isinstance(element, Node) and element.id in self._boxes:
                self._box(self._boxes[element.id])
            elif isinstance(element, Node) and re.fullmatch(r"v\d+", element.id):
                self._value(_number(element.id))

    def _wire(self, drawn: Wire) -> None:
        wire, source = self._wires.get(drawn.id), self._scene.value(_number(drawn.source))
        operand = f"{wire.target} {wire.slot}" if wire else ""
        for name in (drawn.id, f"{drawn.id}_a", f"{drawn.id}_b"):
            if name not in self._groups:
                continue
            self._groups[name].set("data-flow", operand or str(source.index))
            right = _sides(self._groups[name], "polygon", "points")[1]
            for text in self._groups[name].iter("text"):
                colour = text.get("fill", "").upper()
                if colour == FORWARD.upper() and drawn.value != BLANK:
                    lead = drawn.value.removesuffix(WIDEST)
                    _fill(text, lead, "value", source.index, number(source.data))
                elif colour == GRADIENT.upper():
                    self._gradient(text, source, wire if drawn.share else None)
                elif colour == LOCAL.upper() and wire is not None:
                    _fill(text, "", "local", operand, f"×{number(wire.local)}")
                    if drawn.local == SLOPE:
                        _anchored(text, "end", right - 6)

    def _gradient(self, text: Element, source: Shown, shared: graph_scene.Wire | None) -> None:
        _fill(text, "", "gradient", source.index, gradient(source.gradient))
        if shared is not None and shared.message is not None:
            part = SubElement(text, "tspan", {"data-message": f"{shared.target} {shared.slot}"})
            part.text = kept_together(f" ({signed(shared.message)})")

    def _box(self, box: Box) -> None:
        """A folded neuron: its output a, and δ of its weighted input."""
        if box.kind != "neuron":
            return
        shown, weighted = self._scene.value(box.output), weighted_input(self._graph, box.members)
        for text in self._groups[box.node].iter("text"):
            colour = text.get("fill", "").upper()
            if colour == FORWARD.upper():
                lead = "".join((text.text or "").rpartition("=\N{NO-BREAK SPACE}")[:2])
                _fill(text, lead, "value", box.output, number(shown.data))
            elif colour == GRADIENT.upper():
                slope = self._slopes.get(weighted, 0.0)
                _fill(text, "δ = ", "delta", weighted, number(slope))
        self._note(box.node, box.output)

    def _value(self, i: int) -> None:
        """A leaf becomes the place of a field; an operation is marked if it can be off."""
        group, shown = self._groups[f"v{i}"], self._scene.value(i)
        if shown.kind == "op":
            return self._note(f"v{i}", i)
        if i in self._inputs:
            group.set("data-input", str(i))
        left, right = _sides(group, "path", "d")
        for text in [*group.iter("text")]:
            _anchored(text, "middle", (left + right) / 2.0)
            colour = text.get("fill", "").upper()
            if colour == GRADIENT.upper():
                _fill(text, "", "gradient", i, gradient(shown.gradient))
            elif colour == FORWARD.upper() and i in self._inputs:
                _field(group, text, self._inputs[i])
            elif colour == FORWARD.upper():
                _fill(text, "", "value", i, number(shown.data))
        return None

    def _note(self, node: str, i: int) -> None:
        note = possible_note(self._graph.made[i])
        if note:
            slots = [str(wire.slot) for wire in self._graph.wires(i)]
            self._groups[node].set("data-note", " ".join([note, str(i), *slots]))


def _fill(text: Element, lead: str, kind: str, which: object, shown: str) -> None:
    """Put a number into a text, after words that stay as they are."""
    text.text = kept_together(lead) or None
    part = SubElement(text, "tspan", {f"data-{kind}": str(which)})
    part.text = kept_together(shown)


def _anchored(text: Element, anchor: str, x: float) -> None:
    text.set("text-anchor", anchor)
    text.set("x", f"{x:.2f}")


def _sides(group: Element, tag: str, attribute: str) -> tuple[float, float]:
    """The left and the right side of what is drawn in a group."""
    spots = [float(x) for one in group.iter(tag) for x in _SPOT.findall(one.get(attribute, ""))]
    return min(spots[::2], default=0.0), max(spots[::2], default=0.0)


def _field(group: Element, text: Element, one: Input) -> None:
    """Put a field in the place of a leaf's number, as wide as the box."""
    left, right = _sides(group, "path", "d")
    place = {"x": f"{left + 4:.2f}", "y": f"{float(text.get('y', '0')) - 12:.2f}"}
    size = {"width": f"{right - left - 8:.2f}", "height": "17"}
    holder = SubElement(group, "foreignObject", place | size)
    SubElement(holder, "input", field(one))
    for parent in [*group.iter()]:
        if text in [*parent]:
            parent.remove(text)


def field(one: Input) -> dict[str, str]:
    """The attributes of a field for a leaf's number."""
    return {
        "type": "text",
        "inputmode": "text",
        "autocomplete": "off",
        "spellcheck": "false",
        "role": "spinbutton",
        "class": "field",
        "data-field": str(one.number),
        "aria-label": one.name,
        "aria-valuemin": repr(one.low),
        "aria-valuemax": repr(one.high),
        "aria-valuenow": repr(one.data),
        "value": number(one.data),
    }
