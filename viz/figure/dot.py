"""A drawing written as DOT: the one place that gives it shapes, sizes and colours.

A wire is a `shape=plain` node that holds its label; edges join the middle of it to what it
connects, so that the line runs through. Ids and classes are those of `viz.figure.drawing`.
"""

from __future__ import annotations

from viz.figure.drawing import (
    Before,
    Column,
    Drawing,
    Element,
    Focus,
    Group,
    Line,
    Node,
    Setting,
    Wire,
)
from viz.figure.labels import WireLabel, font, heading_table, plate
from viz.text import html, quoted, width
from viz.theme import CARD, FADED, FILL, GRADIENT, GROUP, GROUP_LINE, INK, MUTED, painter

GRAPH = (
    'rankdir=LR; nodesep=0.2; ranksep=0.12; pad=0.12; bgcolor="{card}";{ink} '
    'fontname="Helvetica"; fontsize=11; labelloc=t; labeljust=l;'
)
NODE = 'fontname="Helvetica" fontsize=11 color="{ink}" fontcolor="{ink}"'
EDGE = 'fontname="Helvetica" fontsize=9 arrowsize=0.6 color="{ink}"'
SETTINGS: dict[Setting, str] = {
    "grouped": "newrank=true;",
    "spaced": "ranksep=0.35; remincross=false;",
    "straight": "splines=line;",
    "quick": "splines=line; nslimit=1; mclimit=0.1;",
}
LEAVES = ("parameter", "input", "constant", "output")
CIRCLE = 0.42
"""Inches; a symbol too wide for it gets a rounded plate of the same height."""
WIDEST = 26
"""Points that a symbol in a circle may take."""


def dot(drawing: Drawing, *, dark: bool = False, heading: bool = True) -> str:
    """DOT source of a drawing, light on a dark card if asked; the same drawing, the same bytes."""
    return _Writer(drawing, dark).source(heading)


class _Writer:
    """Writes one drawing."""

    def __init__(self, drawing: Drawing, dark: bool):
        self._drawing, self._dark = drawing, dark
        self._paint = {focus: painter(focus, dark=dark) for focus in ("", "on", "off")}
        wires = [one for one in drawing.elements if isinstance(one, Wire)]
        self._labels = {wire.id: WireLabel(wire) for wire in wires}
        self._widths: dict[int | None, int] = {}
        for wire in wires:
            needed = self._labels[wire.id].width
            self._widths[wire.column] = max(needed, self._widths.get(wire.column, 0))

    def source(self, heading: bool) -> str:
        paint = self._paint[""]
        above = heading_table(self._drawing.heading, paint) if heading else ""
        ink, card = paint(INK), paint(CARD)
        return "\n".join(
            [
                f'digraph "{self._drawing.name}" {{',
                GRAPH.format(card=card, ink=f' fontcolor="{ink}";' * self._dark),
                f"node [{NODE.format(ink=ink)}];",
                f"edge [{EDGE.format(ink=ink)}];",
                *[f"label=<{above}>;"] * heading,
                *(line for element in self._drawing.elements for line in self._lines(element)),
                "}",
                "",
            ]
        )

    def _lines(self, element: Element) -> list[str]:
        match element:
            case Node():
                return [self._node(element)]
            case Wire():
                return self._wire(element)
            case Line():
                return [self._line(element)]
            case Column(members):
                return [f"{{rank=same; {'; '.join(members)};}}"]
            case Before(left, right):
                return [f"{left} -> {right} [style=invis weight=0];"]
            case Group():
                return self._group(element)
            case _:
                return [SETTINGS[element]]

    def _node(self, node: Node) -> str:
        focus = self._drawing.focus(node)
        if node.kind == "op":
            classes, attributes = f"op {node.made_by}", self._operation(node, focus)
        elif node.kind == "constant":
            classes, attributes = "leaf constant", self._constant(node, focus)
        elif node.kind in LEAVES and len(node.lines) == 1:
            classes, attributes = _leaf_class(node.kind), self._box(node, focus)
        else:
            classes = _leaf_class(node.kind) if node.kind in LEAVES else f"fold {node.kind}"
            attributes = self._plate(node, focus)
        return self._statement(node.id, node.id, classes, attributes, focus)

    def _statement(self, what: str, name: str, classes: str, rest: str, focus: Focus) -> str:
        if focus:
            classes += f" {focus}"
        if focus == "off":
            rest += f' color="{FADED[INK]}" fontcolor="{FADED[MUTED]}"'
        elif focus == "on" and " -> " in what:
            rest += f' color="{self._paint[focus](GRADIENT)}" penwidth=1.5'
        return f'{what} [id="{name}" class="{classes}" {rest}];'

    def _box(self, node: Node, focus: Focus) -> str:
        """A box with a name; an output has one of its own."""
        name = node.lines[0].text
        style = "rounded,filled" + ",bold" * (node.kind == "output")
        return (
            f'shape=box style="{style}" fillcolor="{self._paint[focus](FILL[node.kind])}" '
            f'height=0.4 width={max(0.46, (width(name) + 14) / 72):.2f} margin="0.05,0.02" '
            f"label=<<B>{html(name)}</B>> tooltip={quoted(node.tip)}"
        )

    def _operation(self, node: Node, focus: Focus) -> str:
        """A circle, or a plate where a note or a long symbol needs room."""
        symbol, note, paint = node.lines[0].text, node.note, self._paint[focus]
        start = f"tooltip={quoted(node.tip)} " + 'ordering="in" ' * node.ordered
        size = 16 if len(symbol) == 1 else 12
        if not note and width(symbol, size) <= WIDEST:
            label = font(symbol, size=size)
            return f"{start}shape=circle fixedsize=true width={CIRCLE} label=<{label}>"
        label = font(symbol, size=12)
        if note == "saturated":
            hatch = font("///", paint(MUTED))
            label = f"{hatch} {label} {hatch}"
        if note:
            label += f"<BR/>{font(note, size=8)}"
        style = "rounded,filled" + ",dashed" * (note == "off")
        return (
            f'{start}shape=box style="{style}" fillcolor="{paint(FILL.get(note, FILL["op"]))}" '
            f'height={CIRCLE} width={CIRCLE} margin="0.06,0.02" label=<{label}>'
        )

    def _constant(self, node: Node, focus: Focus) -> str:
        muted = self._paint[focus](MUTED)
        return (
            'shape=box style="rounded,dashed" height=0.3 width=0.4 margin="0.05,0.02" '
            f'fontcolor="{muted}" color="{muted}" label=<{html(node.lines[0].text)}> '
            f"tooltip={quoted(node.tip)}"
        )

    def _plate(self, node: Node, focus: Focus) -> str:
        """A box with several lines of text."""
        paint = self._paint[focus]
        dashed = node.kind in ("more", "rest", "constants") or node.note == "off"
        return (
            f'shape=box style="rounded,filled{",dashed" * dashed}" '
            f'fillcolor="{paint(FILL.get(node.note, FILL[node.kind]))}" margin="0.08,0.04" '
            f"tooltip={quoted(node.tip)} label=<{plate(node.lines, paint)}>"
        )

    def _wire(self, wire: Wire) -> list[str]:
        """The label, and the lines before and after it."""
        focus = self._drawing.focus(wire)
        paint, label, tip = self._paint[focus], self._labels[wire.id], quoted(wire.use)
        wide = label.width if wire.column is None else self._widths[wire.column]
        table = label.table(wide, paint(GRADIENT if focus == "on" else INK), paint)
        about = f"shape=plain tooltip={quoted(wire.about)} label=<{table}>"
        b = f"weight=4 tooltip={tip}{label.head(tip, paint)}"
        lines = [
            (wire.id, wire.id, "wire", about),
            (
                f"{wire.start or wire.source} -> {wire.id}:m:w",
                f"{wire.id}_a",
                "wireseg",
                f"arrowhead=none tooltip={tip}",
            ),
            (f"{wire.id}:m:e -> {wire.target}", f"{wire.id}_b", "wireseg", b),
        ]
        shown = lines if wire.target else lines[:2]
        return [self._statement(*line, focus) for line in shown]

    def _line(self, line: Line) -> str:
        focus = self._drawing.focus(line)
        muted, tip = self._paint[focus](MUTED), quoted(line.tip)
        if line.kind == "constant":
            what, classes = f"{line.source} -> {line.target}", "wireseg"
            rest = f'style=dashed color="{muted}" tooltip={tip}'
        elif line.kind == "wire":
            what, classes = f"{line.start}:m:e -> {line.target}:w", "wireseg"
            rest = f"tooltip={tip}"
        else:
            what, classes = f"{line.source}:e -> {line.target}:w", "foldline"
            text = f" label=<{font(line.text, muted)}>" * bool(line.text)
            dashed = "style=dashed " * line.dashed
            rest = f'color="{muted}" {dashed}minlen=2 tooltip={tip}{text}'
        return self._statement(what, line.id, classes, rest, focus)

    def _group(self, group: Group) -> list[str]:
        paint = self._paint[""]
        start = (
            f'subgraph {group.id} {{ id="{group.id}" class="{group.kind}" '
            f'style="rounded,filled" fillcolor="{paint(GROUP[group.kind])}" '
            f'color="{paint(GROUP_LINE)}" margin=6 label=<{font(group.title, paint(MUTED), 10)}>;'
        )
        inside = [line for inner in group.groups for line in self._group(inner)]
        members = [f"{'; '.join(group.members)};"] * bool(group.members)
        return [start, *inside, *members, "}"]


def _leaf_class(kind: str) -> str:
    return "leaf out" if kind == "output" else f"leaf {kind}"
