"""The drawing of a graph that is too large for every value: boxes stand for neurons and layers.

Values that are drawn by themselves look as in a complete drawing. Lines to and from boxes carry
no numbers: those stand on the boxes.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from viz.figure.complete import (
    arranged,
    end_node,
    end_wire,
    value_node,
    value_wire,
    wires,
)
from viz.figure.drawing import Column, Element, Line, Node, Part, Setting
from viz.figure.folded_texts import caption, tooltip
from viz.figure.groups import Grouping
from viz.graph.folding import Box, View
from viz.graph.scene import Constant, Scene, Shown, read
from viz.graph.stubs import stubs
from viz.text import counted, gradient, number, shorten

MOST_WIRES = 3
"""Wires from one box into one operation that are drawn one by one."""
MOST_OUTPUTS = 12
"""Outputs that have a box of their own."""
MOST_CARRIED = 12
"""Values that the tooltip of a line tells."""
STRAIGHT: Setting = "straight"


def scene_of(view: View) -> Scene:
    """The values that a folded figure shows: those drawn, and what boxes put out."""
    needed = {*view.graph.ends, *view.drawn}
    needed.update(b.output for b in view.boxes if b.kind == "neuron")
    for i in view.drawn:
        hidden = [p for p in view.graph.parents[i] if p in view.box_of]
        many = Counter(view.box_of[p].node for p in hidden)
        needed.update(p for p in hidden if many[view.box_of[p].node] <= MOST_WIRES)
    return read(view.graph, needed)


def folded(
    view: View, scene: Scene, grouping: Grouping, *, constants: bool = False
) -> list[Element]:
    """The elements that show `view`, whose values are in `scene`; `constants` gives each a box."""
    folds = _Folds(view, scene)
    shown = [value for value in scene.values if value.index in view.drawn]
    ends = scene.ends[:MOST_OUTPUTS]
    elements: list[Element] = [
        *(folds.value(v, constants, grouping) for v in shown),
        *(folds.box(one) for one in view.boxes),
        *(end_node(shown, scene) for shown in ends),
        *folds.into_operations(scene.constants if constants else ()),
        *folds.into_boxes(),
        *_constants(view),
        *(end_wire(v, scene, folds.node_of(v.index)) for v in ends),
        *grouping.elements,
    ]
    if any(one.kind == "neuron" for one in view.boxes):
        elements += ["spaced", *_columns(view)]
    return [*elements, *[STRAIGHT] * _is_straight(view)]


def _columns(view: View) -> list[Column]:
    """The neurons of one application of a layer, side by side: none comes after another."""
    column: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for one in view.boxes:
        if one.kind == "neuron":
            cell = view.cells[one.output]
            column[cell.layer, cell.application].append(one.node)
    return [Column(tuple(nodes)) for nodes in column.values() if len(nodes) > 1]


def _is_straight(view: View) -> bool:
    """True if straight lines cross no numbers: only boxes, and no value leaves them twice."""
    leaving = [p for i in view.drawn for p in view.graph.parents[i] if p in view.box_of]
    once = len(leaving) == len(set(leaving))
    beside = bool(view.recurrent) and len(stubs(view)) > 1
    return view.level == "neurons" and view.drawn.isdisjoint(view.cells) and once and not beside


def _constants(view: View) -> Iterator[Element]:
    """The inputs that are plain numbers, and lines from them to the boxes they go into."""
    for stub in stubs(view):
        tip = "plain numbers: no values of the graph"
        yield Node(stub.node, "constants", "fold constants", (Part(stub.text, "small"),), tip)
        for node in stub.into:
            yield _line(stub.node, node, stub.text)


def _line(source: str, target: str, tip: str, text: str = "") -> Line:
    dashed = text.endswith(("parameter", "parameters"))
    return Line(f"e_{source}_{target}", source, target, tip, text=text, dashed=dashed)


class _Folds:
    """The nodes of a folded drawing and the lines between them."""

    def __init__(self, view: View, scene: Scene):
        self._view, self._scene = view, scene
        self._wired = {parent for i in view.drawn for parent in view.graph.parents[i]}

    def node_of(self, i: int) -> str:
        """The node that value i is drawn as or in."""
        found = self._view.box_of.get(i)
        return f"v{i}" if found is None else found.node

    def value(self, shown: Shown, constants: bool, grouping: Grouping) -> Node:
        """A value drawn by itself; a leaf that only boxes use says its numbers itself."""
        node = value_node(shown, constants, grouping.names)
        node = arranged(node, shown, self._scene, grouped=True)
        used = shown.index in self._wired or shown.index in self._scene.outputs
        if shown.kind == "op" or used:
            return node
        lines = (
            Part(shorten(shown.name), "name"),
            Part(number(shown.data), "forward"),
            Part(gradient(shown.gradient), "gradient"),
        )
        return node._replace(lines=lines)

    def box(self, one: Box) -> Node:
        """The box of a folded part."""
        lines = caption(one, self._view, self._scene)
        note = self._scene.value(one.output).note if one.kind == "neuron" else ""
        tip = tooltip(one, self._view)
        return Node(one.node, one.kind, f"fold {one.kind}", tuple(lines), tip, note)

    def into_operations(self, constants: Sequence[Constant]) -> list[Element]:
        """Wires and constants into operations; one line for many values from one box."""
        view = self._view
        into = [wire for wire in self._scene.wires if wire.target in view.drawn]
        count = Counter((self.node_of(w.source), w.target) for w in into if w.source in view.box_of)
        many = {key for key, times in count.items() if times > MOST_WIRES}
        single = [w for w in into if (self.node_of(w.source), w.target) not in many]
        starts = {w.source: self.node_of(w.source) for w in single}
        boxes = [constant for constant in constants if constant.target in view.drawn]
        texts = ((node, target, f"{count[node, target]:,} values") for node, target in sorted(many))
        lines = (_line(node, f"v{target}", text, text) for node, target, text in texts)
        return [*wires(self._scene, single, boxes, starts, grouped=True), *lines]

    def into_boxes(self) -> Iterator[Element]:
        """Lines into boxes; a value that is drawn by itself has a label where it sets out."""
        wired: set[int] = set()
        for (start, stop), sources in sorted(self._carried().items()):
            first = min(sources)
            if start == f"v{first}" and self._view.graph.parents[first]:
                wire = value_wire(f"w{first}_fold", self._scene.value(first))
                if first not in wired:
                    yield wire
                wired.add(first)
                tip, name = wire.use, wire.name
                yield Line(f"e_{start}_{stop}", start, stop, tip, "wire", start=wire.id, name=name)
            else:
                text = "" if stop[0] in "no" else self._amount(sources)
                line = _line(start, stop, self._names(sorted(sources)), text)
                yield line._replace(norms=self._norms(sources)) if stop[0] not in "no" else line

    def _carried(self) -> dict[tuple[str, str], set[int]]:
        """The values that go into boxes, by where from and where to."""
        carried: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for target, one in self._view.box_of.items():
            for source in self._view.graph.parents[target]:
                if self.node_of(source) != one.node and not self._is_own(source, target):
                    carried[self.node_of(source), one.node].add(source)
        return carried

    def _is_own(self, source: int, target: int) -> bool:
        """True if a parameter goes into a neuron, which says so itself."""
        place, cell = self._view.places.get(source), self._view.cells.get(target)
        return place is not None and cell is not None and place.neuron == cell.neuron

    def _amount(self, sources: set[int]) -> str:
        """The text on a line: how many values it carries."""
        own = len(sources & self._view.places.keys())
        others = len(sources) - own
        if not others:
            return counted(own, "parameter")
        return f"{others:,} values" if others > 1 else ""

    def _norms(self, sources: set[int]) -> tuple[Part, ...]:
        """‖a‖ of the values on a line, and ‖∂‖ of their gradients."""
        values = [self._view.graph.values[i] for i in sorted(sources - self._view.places.keys())]
        if len(values) < 2:
            return ()
        length = Part(f"‖a‖ {number(math.hypot(*(value.data for value in values)))}", "forward")
        if not all(value.has_grad for value in values):
            return (length,)
        grads = math.hypot(*(float(value.grad) for value in values))
        return length, Part(f"‖∂‖ {number(grads)}", "gradient")

    def _names(self, sources: Sequence[int]) -> str:
        """The tooltip of a line to a box: what it carries."""
        names, values = self._view.names, self._view.graph.values
        told = sources[:MOST_CARRIED]
        texts = [f"{names[i]} = {number(values[i].data)}" for i in told]
        return "\n".join([*texts, "…"] if len(sources) > len(texts) else texts)
