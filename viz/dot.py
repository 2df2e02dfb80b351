"""The wire figure as DOT text.

Every value travels on a wire: forward value above the line, backpropagated gradient below it,
local gradient where the wire enters an operation. A wire is a `shape=plain` node that holds a
table of three rows, the middle one being the line; edges join it to what it connects.
"""

from __future__ import annotations

from viz import legend
from viz.scene import Constant, Scene, Shown, Wire
from viz.style import FILL, INK, MUTED
from viz.text import full, html, number, quoted, shorten, signed, width, xml_safe
from viz.wire_label import WireLabel

__all__ = ["wire_figure"]

GRAPH = (
    'rankdir=LR; size="7.2,20"; nodesep=0.2; ranksep=0.12; pad=0.12; bgcolor="white"; '
    'fontname="Helvetica"; fontsize=11; labelloc=t; labeljust=l;'
)
NODE = f'fontname="Helvetica" fontsize=11 color="{INK}" fontcolor="{INK}"'
EDGE = f'fontname="Helvetica" fontsize=9 arrowsize=0.6 color="{INK}"'
CIRCLE = 0.42
"""Inches; a symbol too wide for it gets a rounded plate of the same height."""


def wire_figure(scene: Scene, *, constants: bool = False, title: str = "") -> str:
    """DOT source of the figure of `scene`; the same scene gives the same bytes."""
    lines = [f"digraph {_graph_name(scene)} {{", GRAPH, f"node [{NODE}];", f"edge [{EDGE}];"]
    lines.append(f"label=<{legend.header(scene, constants=constants, title=title)}>;")
    lines += [_leaf(v) if v.kind != "op" else _operation(v, constants) for v in scene.values]
    lines.append(_box("out", "leaf out", scene.output, "output"))
    lines += _wires(scene)
    for constant in scene.constants if constants else ():
        lines += _constant(constant)
    lines += _last_wire(scene.output)
    return "\n".join([*lines, "}", ""])


def _graph_name(scene: Scene) -> str:
    """What a browser shows where the pointer is on nothing: the output's name, if it is plain."""
    name = shorten(scene.output.name)
    plain = all(c.isalnum() or c in " _.[]" for c in name)
    return f'"{xml_safe(name)}"' if plain else '"graph"'


def _leaf(shown: Shown) -> str:
    return _box(f"v{shown.index}", f"leaf {shown.kind}", shown, shown.kind)


def _box(node: str, classes: str, shown: Shown, fill: str) -> str:
    name = shorten(shown.name)
    style = "rounded,filled,bold" if fill == "output" else "rounded,filled"
    return (
        f'{node} [id="{node}" class="{classes}" shape=box style="{style}" '
        f'fillcolor="{FILL[fill]}" height=0.4 width={max(0.46, (width(name) + 14) / 72):.2f} '
        f'margin="0.05,0.02" label=<<B>{html(name)}</B>> tooltip={quoted(_about(shown))}];'
    )


def _operation(shown: Shown, constants: bool) -> str:
    node = f"v{shown.index}"
    symbol = shown.bare_symbol if constants else shown.symbol
    note = "" if constants and shown.note.startswith("+") else shown.note
    start = f'{node} [id="{node}" class="op {shown.primitive}" tooltip={quoted(_about(shown))} '
    if not note and len(symbol) <= 4:
        size = 16 if len(symbol) == 1 else 12
        return f"{start}shape=circle fixedsize=true width={CIRCLE} label=<{_sized(symbol, size)}>];"
    label = _sized(symbol, 12)
    if note == "saturated":
        hatch = f'<FONT COLOR="{MUTED}">///</FONT>'
        label = f"{hatch} {label} {hatch}"
    if note:
        label += f"<BR/>{_sized(note, 8)}"
    style = "rounded,filled,dashed" if note == "off" else "rounded,filled"
    return (
        f'{start}shape=box style="{style}" fillcolor="{FILL.get(note, FILL["op"])}" '
        f'height={CIRCLE} width={CIRCLE} margin="0.06,0.02" label=<{label}>];'
    )


def _sized(text: str, size: int) -> str:
    return f'<FONT POINT-SIZE="{size}">{html(text)}</FONT>'


def _wires(scene: Scene) -> list[str]:
    """Every wire; those into operations equally far from the output stand in one column.

    Within a column wires are equally wide: the engine leaves a gap beside a narrower one.
    """
    labels = [_wire_label(scene, wire) for wire in scene.wires]
    distance = scene.distances()
    column: dict[int, list[WireLabel]] = {}
    for wire, label in zip(scene.wires, labels, strict=True):
        column.setdefault(distance[wire.target], []).append(label)
    widths = {d: max(label.width for label in members) for d, members in column.items()}
    lines = []
    for wire, label in zip(scene.wires, labels, strict=True):
        lines += _wire(scene, wire, label, widths[distance[wire.target]])
    for members in column.values():
        lines.append(f"{{rank=same; {'; '.join(label.node for label in members)};}}")
    return lines


def _wire(scene: Scene, wire: Wire, label: WireLabel, width: int) -> list[str]:
    node, tip = label.node, quoted(_use(scene, wire))
    return [
        label.dot(width),
        f'v{wire.source} -> {node}:m:w [id="{node}_a" class="wireseg" arrowhead=none '
        f"tooltip={tip}];",
        f'{node}:m:e -> v{wire.target} [id="{node}_b" class="wireseg" weight=4 tooltip={tip}'
        f"{label.head_attributes(tip)}];",
    ]


def _last_wire(shown: Shown) -> list[str]:
    node = f"w{shown.index}_out"
    tip = quoted(_about(shown))
    label = WireLabel(node, number(shown.data), _gradient(shown), tip)
    return [
        label.dot(label.width),
        f'v{shown.index} -> {node}:m:w [id="{node}_a" class="wireseg" arrowhead=none '
        f"tooltip={tip}];",
        f'{node}:m:e -> out [id="{node}_b" class="wireseg" weight=4 tooltip={tip}];',
    ]


def _constant(constant: Constant) -> list[str]:
    node = f"c{constant.target}_{constant.slot}"
    tip = quoted(f"constant {full(constant.data)}")
    return [
        f'{node} [id="{node}" class="leaf constant" shape=box style="rounded,dashed" height=0.3 '
        f'width=0.4 margin="0.05,0.02" fontcolor="{MUTED}" color="{MUTED}" '
        f"label=<{html(number(constant.data))}> tooltip={tip}];",
        f'{node} -> v{constant.target} [id="{node}_b" class="wireseg" style=dashed '
        f'color="{MUTED}" tooltip={tip}];',
    ]


def _wire_label(scene: Scene, wire: Wire) -> WireLabel:
    source = scene.value(wire.source)
    share = "" if not wire.shared or wire.message is None else f" ({signed(wire.message)})"
    return WireLabel(
        f"w{wire.source}_{wire.target}_{wire.slot}",
        _forward(source),
        _gradient(source) + share,
        quoted(_about(source)),
        f"×{number(wire.local)}",
        crowded=len(scene.wires_into[wire.target]) > 2,
    )


def _forward(shown: Shown) -> str:
    """What stands above a wire: the value, with its name where no box says it."""
    text = number(shown.data)
    return f"{shorten(shown.name, 16)} = {text}" if shown.labelled and shown.symbol else text


def _gradient(shown: Shown) -> str:
    return "∂ –" if shown.grad is None else f"∂ {number(shown.grad)}"


def _about(shown: Shown) -> str:
    """The tooltip of a value: whole name, full precision."""
    grad = "not computed" if shown.grad is None else full(shown.grad)
    made = f"\nmade by {shown.primitive}" if shown.primitive else ""
    note = f" ({shown.note})" if shown.note else ""
    return f"{shown.name} = {full(shown.data)}\nbackpropagated gradient: {grad}{made}{note}"


def _use(scene: Scene, wire: Wire) -> str:
    """The tooltip of one use of a value: its local gradient, and the message it carries."""
    source, target = scene.value(wire.source), scene.value(wire.target)
    text = f"local gradient ∂{target.name}/∂{source.name}: {full(wire.local)}"
    if wire.message is None or target.grad is None:
        return text
    product = f"{full(target.grad)} · {full(wire.local)} = {full(wire.message)}"
    return f"{text}\nmessage to {source.name}: {product}"
