"""A drawing written as DOT: the one place that gives it shapes, sizes and colours.

A wire is a `shape=plain` node that holds its label; edges join the middle of it to what it
connects, so that the line runs through. Ids and classes are those of `viz.figure.drawing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from viz.figure.drawing import (
    Before,
    Column,
    Drawing,
    Focus,
    Gap,
    Group,
    Line,
    Node,
    Part,
    Setting,
    Wire,
)
from viz.figure.labels import SMALL, TABLE, WireLabel, font, heading_table, plate
from viz.text import html, quoted, width
from viz.theme import BROKEN, CARD, FILL, GRADIENT, GROUP, GROUP_LINE, INK, MUTED, Paint, painter

GRAPH = (
    'rankdir=LR; nodesep=0.2; ranksep=0.12; pad=0.12; bgcolor="{card}";{ink} '
    'fontname="Helvetica"; fontsize=11; labelloc=t; labeljust=l;'
)
NODE = 'fontname="Helvetica" fontsize=11 color="{ink}" fontcolor="{ink}"'
EDGE = 'fontname="Helvetica" fontsize=10 arrowsize=0.6 color="{ink}"'
SETTINGS: dict[Setting, str] = {
    "grouped": "newrank=true; ranksep=0.18;",
    "spaced": "ranksep=0.35; remincross=false;",
    "straight": "splines=line;",
    "quick": "splines=line; nslimit=1; mclimit=0.1;",
}
UNSEEN = 'shape=point style=invis width=0.01 height=0.02 label=""'
"""The nodes of a gap between rows."""
CIRCLE = 0.42
"""Inches; a symbol too wide for it gets a rounded plate of the same height."""
WIDEST = 26
"""Points that a symbol in a circle may take."""


class Statement(NamedTuple):
    """A node, or an edge `a -> b`, with the attributes that do not depend on its focus."""

    what: str
    id: str
    classes: str
    attributes: str


def dot(drawing: Drawing, *, dark: bool = False, heading: bool = True) -> str:
    """DOT source of a drawing, light on a dark card if asked; the same drawing, the same bytes."""
    dark = bool(dark)
    paint = painter(dark=dark)
    ink = paint(INK)
    lines = [
        f'digraph "{drawing.name}" {{',
        GRAPH.format(card=paint(CARD), ink=f' fontcolor="{ink}";' * dark),
        f"node [{NODE.format(ink=ink)}];",
        f"edge [{EDGE.format(ink=ink)}];",
    ]
    if heading:
        lines.append(f"label=<{heading_table(drawing.heading, paint)}>;")
    columns = _columns(drawing)
    edges: list[str] = []  # in frames the engine keeps the order of nodes that are declared first
    late = edges if "grouped" in drawing.elements else lines
    for element in drawing.elements:
        if isinstance(element, (Node, Wire, Line)):
            focus = drawing.focus(element)
            paint = painter(focus, dark=dark)
            first = isinstance(element, Node) and element.first
            for one in _statements(element, paint, columns):
                (late if " -> " in one.what else lines).append(_written(one, focus, paint, first))
        else:
            late += _arrangement(element, painter(dark=dark))
    return "\n".join([*lines, *edges, "}", ""])


def _columns(drawing: Drawing) -> dict[int | None, int]:
    """The width of the widest wire of each column."""
    widths: dict[int | None, int] = {}
    for element in drawing.elements:
        if isinstance(element, Wire):
            needed = WireLabel(element).width
            widths[element.column] = max(needed, widths.get(element.column, 0))
    return widths


def _statements(
    element: Node | Wire | Line, paint: Paint, columns: Mapping[int | None, int]
) -> list[Statement]:
    if isinstance(element, Node):
        return [Statement(element.id, element.id, element.classes, _shape(element, paint))]
    if isinstance(element, Wire):
        return _wire(element, paint, columns)
    return [_line(element, paint)]


def _written(statement: Statement, focus: Focus, paint: Paint, first: bool) -> str:
    what, name, classes, attributes = statement
    if first:
        attributes += f' color="{paint(BROKEN)}" penwidth=3'
    if focus:
        classes += f" {focus}"
    if focus == "off":
        attributes += f' color="{paint(INK)}" fontcolor="{paint(MUTED)}"'
    elif focus == "on" and " -> " in what:
        attributes += f' color="{paint(GRADIENT)}" penwidth=1.5'
    return f'{what} [id="{name}" class="{classes}" {attributes}];'


def _arrangement(element: Column | Before | Gap | Group | Setting, paint: Paint) -> list[str]:
    if isinstance(element, Column):
        return [f"{{rank=same; {'; '.join(element.members)};}}"]
    if isinstance(element, Gap):
        chain = " -> ".join(f"{element.id}_{k}" for k in range(element.length))
        return [f"{{node [{UNSEEN}]; {chain} [style=invis];}}"]
    if isinstance(element, Before):
        return [f"{element.left} -> {element.right} [style=invis weight=0];"]
    return _group(element, paint) if isinstance(element, Group) else [SETTINGS[element]]


def _group(group: Group, paint: Paint) -> list[str]:
    start = (
        f'subgraph {group.id} {{ id="{group.id}" class="{group.kind}" '
        f'style="rounded,filled" fillcolor="{paint(GROUP[group.kind])}" '
        f'color="{paint(GROUP_LINE)}" margin=6 label=<{font(group.title, paint(MUTED), 10)}>;'
    )
    inside = [line for inner in group.groups for line in _group(inner, paint)]
    members = [f"{'; '.join(group.members)};"] * bool(group.members)
    return [start, *inside, *members, "}"]


def _shape(node: Node, paint: Paint) -> str:
    if node.kind == "op":
        return _operation(node, paint)
    if node.kind == "constant":
        return _constant(node, paint)
    if node.stands_for:
        return _pill(node, paint)
    alone = node.classes.startswith("leaf") and len(node.lines) == 1
    return _box(node, paint) if alone else _plate(node, paint)


def _box(node: Node, paint: Paint) -> str:
    """A box with a name; an output has one of its own."""
    name = node.lines[0].text
    bold = ",bold" * (node.kind == "output")
    return (
        f'shape=box style="rounded,filled{bold}" fillcolor="{paint(FILL[node.kind])}" '
        f'height=0.4 width={max(0.46, (width(name) + 14) / 72):.2f} margin="0.05,0.02" '
        f"label=<<B>{html(name)}</B>> tooltip={quoted(node.tip)}"
    )


def _pill(node: Node, paint: Paint) -> str:
    name = node.lines[0].text
    return (
        f'shape=box style="rounded,filled" fillcolor="{paint(FILL[node.kind])}" '
        f'height=0.26 width={(width(name, SMALL) + 12) / 72:.2f} margin="0.04,0.01" '
        f"label=<{font(name, size=SMALL)}> tooltip={quoted(node.tip)}"
    )


def _operation(node: Node, paint: Paint) -> str:
    """A circle, or a plate where a note or a long symbol needs room."""
    symbol, note = node.lines[0].text, node.note
    start = f"tooltip={quoted(node.tip)} " + 'ordering="in" ' * node.ordered
    size = 16 if len(symbol) == 1 else 12
    if not note and not node.places and width(symbol, size) <= WIDEST:
        label = font(symbol, size=size)
        return f"{start}shape=circle fixedsize=true width={CIRCLE} label=<{label}>"
    label = font(symbol, size=12)
    if note == "saturated":
        hatch = font("///", paint(MUTED))
        label = f"{hatch} {label} {hatch}"
    if note:
        label += f"<BR/>{font(note, size=SMALL)}"
    if node.places:
        label = _with_places(label, node.places)
    dashed = ",dashed" * (note == "off")
    return (
        f'{start}shape=box style="rounded,filled{dashed}" fillcolor="{paint(_fill(node))}" '
        f'height={CIRCLE} width={CIRCLE} margin="0.06,0.02" label=<{label}>'
    )


def _with_places(label: str, places: int) -> str:
    """The label beside a column of ports, by which the engine keeps wires in their order."""
    cells = [f'<TD PORT="p{k + 1}" WIDTH="1" HEIGHT="11"></TD>' for k in range(places)]
    cells[0] += f'<TD ROWSPAN="{places}">{label}</TD>'
    rows = "".join(f"<TR>{cell}</TR>" for cell in cells)
    return f"{TABLE.format(0, 0)}{rows}</TABLE>"


def _constant(node: Node, paint: Paint) -> str:
    return (
        'shape=box style="rounded,dashed" height=0.3 width=0.4 margin="0.05,0.02" '
        f'fontcolor="{paint(MUTED)}" color="{paint(MUTED)}" label=<{html(node.lines[0].text)}> '
        f"tooltip={quoted(node.tip)}"
    )


def _plate(node: Node, paint: Paint) -> str:
    """A box with several lines of text."""
    dashed = ",dashed" * (node.kind in ("more", "rest", "constants") or node.note == "off")
    return (
        f'shape=box style="rounded,filled{dashed}" fillcolor="{paint(_fill(node))}" '
        f'margin="0.08,0.04" tooltip={quoted(node.tip)} label=<{plate(node.lines, paint)}>'
    )


def _fill(node: Node) -> str:
    return FILL.get(node.note, FILL[node.kind])


def _wire(wire: Wire, paint: Paint, columns: Mapping[int | None, int]) -> list[Statement]:
    """The label, and the lines before and after it."""
    node, label, tip = wire.id, WireLabel(wire), quoted(wire.use)
    wide = label.width if wire.column is None else columns[wire.column]
    about = f"shape=plain tooltip={quoted(wire.about)} label=<{label.table(wide, paint)}>"
    thick = f"penwidth={wire.stroke} " * (wire.stroke > 1)
    before = f"{wire.start or wire.source} -> {node}:m:w"
    statements = [
        Statement(node, node, "wire", about),
        Statement(before, f"{node}_a", "wireseg", f"arrowhead=none {thick}tooltip={tip}"),
    ]
    if wire.target:
        look = f"weight=4 {thick}tooltip={tip}"
        after = f"{node}:m:e -> {wire.target}{f':p{wire.place}' * bool(wire.place)}"
        statements.append(Statement(after, f"{node}_b", "wireseg", look))
    return statements


def _line(line: Line, paint: Paint) -> Statement:
    muted, tip = paint(MUTED), f"tooltip={quoted(line.tip)}"
    if line.kind == "wire":
        return Statement(f"{line.start}:m:e -> {line.target}:w", line.id, "wireseg", tip)
    if line.kind == "on":
        return Statement(f"{line.source} -> {line.target}", line.id, "wireseg", tip)
    if line.kind == "constant":
        look = f'style=dashed color="{muted}" {tip}'
        return Statement(f"{line.source} -> {line.target}", line.id, "wireseg", look)
    dashed = "style=dashed " * line.dashed
    told = [Part(line.text, "small")] * bool(line.text)
    text = f" label=<{plate([*told, *line.norms], paint, SMALL)}>" * bool(told or line.norms)
    look = f'color="{muted}" {dashed}minlen=2 {tip}{text}'
    return Statement(f"{line.source}:e -> {line.target}:w", line.id, "foldline", look)
