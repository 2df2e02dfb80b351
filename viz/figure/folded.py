"""The figure of a graph that is too large for every value: boxes stand for neurons and layers.

Values that are drawn by themselves look as in the wire figure. Lines to and from boxes carry no
numbers: those stand on the boxes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from viz.figure import legend
from viz.figure.captions import Line, called, caption, tooltip, which
from viz.figure.clusters import frames, names
from viz.figure.dot import assemble, ordered, reading_order
from viz.figure.elements import about, gradient, last_wire, leaf, operation, out_box, wire_lines
from viz.figure.wire_label import WireLabel
from viz.graph.folding import Box, View
from viz.graph.scene import Constant, Scene, Shown, part_of
from viz.graph.stubs import stubs
from viz.text import html, number, quoted, shorten
from viz.theme import FILL, FORWARD, GRADIENT, INK, MUTED

MOST_WIRES = 3
"""Wires from one box into one operation that are drawn one by one."""
MOST_OUTPUTS = 12
"""Outputs that have a box of their own."""
SIZES = {"name": 11, "text": 11, "forward": 11, "gradient": 11, "small": 9}
COLOURS = {"name": INK, "text": INK, "forward": FORWARD, "gradient": GRADIENT, "small": MUTED}
ROOM = 560
"""Points that title and legend may take from left to right."""


def scene_of(view: View) -> Scene:
    """The values that a folded figure shows: those drawn, and what boxes put out."""
    needed = {*view.graph.ends, *view.drawn}
    needed.update(b.output for b in view.boxes if b.kind == "neuron")
    for i in view.drawn:
        hidden = [p for p in view.graph.parents[i] if p in view.box_of]
        many = Counter(view.box_of[p].node for p in hidden)
        needed.update(p for p in hidden if many[view.box_of[p].node] <= MOST_WIRES)
    return part_of(view.graph, needed)


def folded_figure(
    view: View,
    scene: Scene,
    *,
    constants: bool = False,
    title: str = "",
    products: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> str:
    """DOT source of the figure of `view`, whose values are in `scene`."""
    drawing = _Drawing(view, scene)
    shown = [value for value in scene.values if value.index in view.drawn]
    shown = reading_order(shown, names(view))
    lines = [drawing.value(value, constants) for value in shown]
    lines += [drawing.box(one) for one in view.boxes]
    ends = scene.ends[:MOST_OUTPUTS]
    lines += [out_box(shown, scene) for shown in ends]
    lines += drawing.wires(scene.constants if constants else ())
    lines += _constants(view)
    lines += [line for v in ends for line in last_wire(v, scene, drawing.end(v.index))]
    lines += frames(view, scene)
    if any(one.kind == "neuron" for one in view.boxes):
        lines += [SPACED, *_columns(view)]
    if _is_straight(view):
        lines.append(STRAIGHT)
    part = _shown_part(scene, view)
    head = legend.header(
        part,
        constants=constants,
        title=title,
        products=products,
        notes=notes,
        room=ROOM,
        folded=_marks(view, scene),
    )
    return assemble(scene, head, lines)


def _columns(view: View) -> list[str]:
    """The neurons of one application of a layer, side by side: none comes after another."""
    column: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for one in view.boxes:
        if one.kind == "neuron":
            cell = view.cells[one.output]
            column[cell.layer, cell.application].append(one.node)
    return [f"{{rank=same; {'; '.join(nodes)};}}" for nodes in column.values() if len(nodes) > 1]


def _is_straight(view: View) -> bool:
    """Whether straight lines cross no numbers: only boxes, and no value leaves them twice."""
    leaving = [p for i in view.drawn for p in view.graph.parents[i] if p in view.box_of]
    once = len(leaving) == len(set(leaving))
    beside = bool(view.recurrent) and len(stubs(view)) > 1
    return view.level == "neurons" and view.drawn.isdisjoint(view.cells) and once and not beside


def _constants(view: View) -> list[str]:
    """The inputs that are plain numbers, and lines from them to the boxes they go into."""
    lines = []
    for stub in stubs(view):
        text = [Line(stub.text, "small")]
        tip = "plain numbers: no values of the graph"
        lines.append(_plate(stub.node, "fold constants", "white", text, tip, ",dashed"))
        lines += [_line(stub.node, node, stub.text, "") for node in stub.into]
    return lines


def _marks(view: View, scene: Scene) -> set[str]:
    """What the legend has to explain about the boxes."""
    marks = {scene.value(one.output).note for one in view.boxes if one.kind == "neuron"}
    folds = any(one.kind in ("neuron", "others", "layer") for one in view.boxes)
    return marks | ({"folded"} if folds else set())


def _shown_part(scene: Scene, view: View) -> Scene:
    """What the legend has to explain: the values drawn, and the output."""
    keep = [v for v in scene.values if v.index in view.drawn or v in scene.ends]
    wires = tuple(wire for wire in scene.wires if wire.target in view.drawn)
    into = {v.index: scene.wires_into.get(v.index, ()) for v in keep}
    return Scene(tuple(keep), wires, scene.constants, into, scene.outputs)


def describe(view: View, scene: Scene) -> str:
    """The folded figure in words, a line for each box."""
    lines = []
    for one in view.boxes:
        first, *rest = (line.text for line in caption(one, view, scene) if line.text)
        name = f"{called(one, view)}{which(one, view)}" if one.kind == "neuron" else first
        lines.append(f"{name}: {'   '.join(rest)}" if rest else name)
    return "\n".join(lines)


SPACED = "ranksep=0.35; remincross=false;"
"""Between layers that are fully connected: room for the lines, and neurons in their order."""
STRAIGHT = "splines=line;"


class _Drawing:
    """The parts of a folded figure and the lines between them."""

    def __init__(self, view: View, scene: Scene):
        self._view, self._scene = view, scene
        self._wired = {parent for i in view.drawn for parent in view.graph.parents[i]}
        self._names_inside = names(view)

    def end(self, i: int) -> str:
        """The DOT node that value i is drawn as or in."""
        found = self._view.box_of.get(i)
        return f"v{i}" if found is None else found.node

    def value(self, shown: Shown, constants: bool) -> str:
        """A value drawn by itself; a leaf that only boxes use says its numbers itself."""
        if shown.kind == "op":
            return operation(shown, constants, ordered=self._ordered(shown))
        if shown.index in self._wired or shown.index in self._scene.outputs:
            return leaf(shown, self._names_inside.get(shown.index, ""))
        lines = [
            Line(shorten(shown.name), "name"),
            Line(number(shown.data), "forward"),
            Line(gradient(shown), "gradient"),
        ]
        node = f"v{shown.index}"
        return _plate(node, f"leaf {shown.kind}", FILL[shown.kind], lines, about(shown))

    def _ordered(self, shown: Shown) -> bool:
        return ordered(shown, self._scene, framed=True)

    def box(self, one: Box) -> str:
        """The box of a folded part."""
        lines = caption(one, self._view, self._scene)
        note = lines[-1].text if one.kind == "neuron" else ""
        fill = FILL.get(note, FILL[one.kind])
        dashed = one.kind in ("more", "rest") or note == "off"
        tip = tooltip(one, self._view)
        return _plate(one.node, f"fold {one.kind}", fill, lines, tip, ",dashed" if dashed else "")

    def wires(self, constants: Iterable[Constant]) -> list[str]:
        """All lines: full wires and constants into operations, plain lines into boxes."""
        return [*self._into_operations(constants), *self._into_boxes()]

    def _into_operations(self, constants: Iterable[Constant]) -> list[str]:
        view = self._view
        wires = [wire for wire in self._scene.wires if wire.target in view.drawn]
        count = Counter((self.end(w.source), w.target) for w in wires if w.source in view.box_of)
        many = {key for key, times in count.items() if times > MOST_WIRES}
        single = [w for w in wires if (self.end(w.source), w.target) not in many]
        ends = {w.source: self.end(w.source) for w in single}
        boxes = [constant for constant in constants if constant.target in view.drawn]
        lines = wire_lines(self._scene, single, ends, boxes)
        for start, target in sorted(many):
            text = f"{count[start, target]:,} values"
            lines.append(_line(start, f"v{target}", text, text))
        return lines

    def _into_boxes(self) -> list[str]:
        lines: list[str] = []
        wired: set[int] = set()
        for (start, stop), sources in sorted(self._carried().items()):
            first = min(sources)
            if start == f"v{first}" and self._view.graph.parents[first]:
                lines += self._half_wire(first, stop, new=first not in wired)
                wired.add(first)
            else:
                text = "" if stop[0] in "no" else self._amount(sources)
                lines.append(_line(start, stop, self._names(sorted(sources)), text))
        return lines

    def _carried(self) -> dict[tuple[str, str], set[int]]:
        """The values that go into boxes, by where from and where to."""
        carried: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for target, one in self._view.box_of.items():
            for source in self._view.graph.parents[target]:
                if self.end(source) != one.node and not self._is_own(source, target):
                    carried[self.end(source), one.node].add(source)
        return carried

    def _is_own(self, source: int, target: int) -> bool:
        """Whether a parameter goes into a neuron, which says so itself."""
        place, cell = self._view.places.get(source), self._view.cells.get(target)
        return place is not None and cell is not None and place.neuron == cell.neuron

    def _half_wire(self, source: int, stop: str, *, new: bool) -> list[str]:
        """The wire of a value that is drawn by itself into a box; `new` with its label."""
        shown = self._scene.value(source)
        node = f"w{source}_fold"
        tip = quoted(about(shown))
        label = WireLabel(node, number(shown.data), gradient(shown), tip)
        segment = f'class="wireseg" tooltip={tip}'
        start = f'v{source} -> {node}:m:w [id="{node}_a" {segment} arrowhead=none];'
        lines = [label.dot(label.width), start] if new else []
        return [*lines, f'{node}:m:e -> {stop}:w [id="e_v{source}_{stop}" {segment}];']

    def _amount(self, sources: set[int]) -> str:
        """What stands on a line: how many values it carries."""
        count = len(sources)
        own = len(sources & self._view.places.keys())
        if own == count:
            return f"{own:,} parameter{'s' * (own > 1)}"
        return f"{count - own:,} values" if count - own > 1 else ""

    def _names(self, sources: Sequence[int]) -> str:
        """The tooltip of a line to a box: what it carries."""
        graph = self._view.graph
        texts = [
            f"{self._view.names[i]} = {number(graph.values[i].data)}" for i in sorted(sources)[:12]
        ]
        return "\n".join([*texts, "…"] if len(sources) > len(texts) else texts)


def _line(start: str, stop: str, tip: str, text: str) -> str:
    label = f' label=<<FONT COLOR="{MUTED}">{html(text)}</FONT>>' if text else ""
    dashed = "style=dashed " if text.endswith(("parameter", "parameters")) else ""
    return (
        f'{start}:e -> {stop}:w [id="e_{start}_{stop}" class="foldline" color="{MUTED}" '
        f"{dashed}minlen=2 tooltip={quoted(tip)}{label}];"
    )


def _plate(
    node: str, classes: str, fill: str, lines: Sequence[Line], tip: str, style: str = ""
) -> str:
    """A box with several lines of text."""
    rows = "".join(f'<TR><TD ALIGN="LEFT">{_set(line)}</TD></TR>' for line in lines if line.text)
    return (
        f'{node} [id="{node}" class="{classes}" shape=box style="rounded,filled{style}" '
        f'fillcolor="{fill}" margin="0.08,0.04" tooltip={quoted(tip)} '
        'label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">'
        f"{rows}</TABLE>>];"
    )


def _set(line: Line) -> str:
    text = html(line.text)
    if line.role == "name":
        text = f"<B>{text}</B>"
    size, colour = SIZES[line.role], COLOURS[line.role]
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{text}</FONT>'
