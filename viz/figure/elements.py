"""The parts of a wire figure as DOT statements: boxes, operations, wires and their tooltips."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from viz.figure.wire_label import WireLabel
from viz.graph.scene import Constant, Scene, Shown, Wire
from viz.text import atom, derivative, full, html, number, quoted, shorten, signed, use_of, width
from viz.theme import FILL, MUTED

SYMMETRIC = frozenset(
    {"add", "dot", "hypot", "logsumexp", "maximum", "mean", "minimum", "mul", "norm", "prod", "sum"}
)
"""Operations that say the same whatever order their operands are read in."""

CIRCLE = 0.42
"""Inches; a symbol too wide for it gets a rounded plate of the same height."""
WIDEST = 26
"""Points that a symbol in a circle may take."""


def leaf(shown: Shown, name: str = "") -> str:
    """A leaf as a box with its name, or with a shorter one inside a frame."""
    return box(f"v{shown.index}", f"leaf {shown.kind}", shown, shown.kind, name)


def box(node: str, classes: str, shown: Shown, fill: str, name: str = "") -> str:
    """A value as a box with its name; the output has one of its own."""
    name = shorten(name or shown.name)
    style = "rounded,filled,bold" if fill == "output" else "rounded,filled"
    return (
        f'{node} [id="{node}" class="{classes}" shape=box style="{style}" '
        f'fillcolor="{FILL[fill]}" height=0.4 width={max(0.46, (width(name) + 14) / 72):.2f} '
        f'margin="0.05,0.02" label=<<B>{html(name)}</B>> tooltip={quoted(about(shown))}];'
    )


def operation(shown: Shown, constants: bool, *, ordered: bool = False) -> str:
    """The operation that made a value: a circle, or a plate where a note needs room.

    Args:
        constants: whether its constants are boxes of their own.
        ordered: whether its wires come in from top to bottom as its operands are written.
    """
    node = f"v{shown.index}"
    order = 'ordering="in" ' * ordered
    symbol = shown.bare_symbol if constants else shown.symbol
    note = "" if constants and shown.note.startswith("+") else shown.note
    start = (
        f'{node} [id="{node}" class="op {_word(shown.primitive)}" tooltip={quoted(about(shown))} '
        f"{order}"
    )
    size = 16 if len(symbol) == 1 else 12
    if not note and width(symbol, size) <= WIDEST:
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


def _word(name: str) -> str:
    """A class name from an operation's name, which for a node made by hand is anybody's text."""
    return re.sub(r"\W+", "_", name)


def _sized(text: str, size: int) -> str:
    return f'<FONT POINT-SIZE="{size}">{html(text)}</FONT>'


def wire_lines(
    scene: Scene,
    wires: Sequence[Wire],
    ends: Mapping[int, str] | None = None,
    constants: Sequence[Constant] = (),
) -> list[str]:
    """Every wire, and every constant; each operation's in the order of its operands.

    Wires into operations equally far from the output stand in one column.

    Within a column wires are equally wide: the engine leaves a gap beside a narrower one.
    Where `ends` names the DOT nodes that stand for hidden values, each operation has a column.
    """
    labels = [_label(scene, wire) for wire in wires]
    distance = scene.distances() if ends is None else {}
    ends = ends or {}
    column: dict[int, list[WireLabel]] = {}
    for wire, label in zip(wires, labels, strict=True):
        column.setdefault(distance.get(wire.target, -wire.target), []).append(label)
    widths = {d: max(label.width for label in members) for d, members in column.items()}
    drawn = {(c.target, c.slot): constant_box(c) for c in constants}
    for wire, label in zip(wires, labels, strict=True):
        start = ends.get(wire.source, f"v{wire.source}")
        wide = widths[distance.get(wire.target, -wire.target)]
        drawn[wire.target, wire.slot] = _wire(scene, wire, label, wide, start)
    lines = [line for _, statements in sorted(drawn.items()) for line in statements]
    for members in column.values():
        lines.append(f"{{rank=same; {'; '.join(label.node for label in members)};}}")
    return lines


def _wire(scene: Scene, wire: Wire, label: WireLabel, width: int, start: str) -> list[str]:
    node, tip = label.node, quoted(_use(scene, wire))
    return [
        label.dot(width),
        f'{start} -> {node}:m:w [id="{node}_a" class="wireseg" arrowhead=none tooltip={tip}];',
        f'{node}:m:e -> v{wire.target} [id="{node}_b" class="wireseg" weight=4 tooltip={tip}'
        f"{label.head_attributes(tip)}];",
    ]


def out_box(shown: Shown, scene: Scene) -> str:
    """The box at an output."""
    return box(_out(shown, scene), "leaf out", shown, "output")


def _out(shown: Shown, scene: Scene) -> str:
    return "out" if shown is scene.output else f"out{shown.index}"


def last_wire(shown: Shown, scene: Scene, start: str = "") -> list[str]:
    """The wire from an output (or from the box `start` that it is in) to its own box."""
    node, out = f"w{shown.index}_out", _out(shown, scene)
    tip = quoted(about(shown))
    label = WireLabel(node, number(shown.data), gradient(shown), tip)
    return [
        label.dot(label.width),
        f'{start or f"v{shown.index}"} -> {node}:m:w [id="{node}_a" class="wireseg" arrowhead=none '
        f"tooltip={tip}];",
        f'{node}:m:e -> {out} [id="{node}_b" class="wireseg" weight=4 tooltip={tip}];',
    ]


def constant_box(constant: Constant) -> list[str]:
    """A constant as a dashed box, and the line from it to its operation."""
    node = f"c{constant.target}_{constant.slot}"
    tip = quoted(f"constant {full(constant.data)}")
    return [
        f'{node} [id="{node}" class="leaf constant" shape=box style="rounded,dashed" height=0.3 '
        f'width=0.4 margin="0.05,0.02" fontcolor="{MUTED}" color="{MUTED}" '
        f"label=<{html(number(constant.data))}> tooltip={tip}];",
        f'{node} -> v{constant.target} [id="{node}_b" class="wireseg" style=dashed '
        f'color="{MUTED}" tooltip={tip}];',
    ]


def _label(scene: Scene, wire: Wire) -> WireLabel:
    source = scene.value(wire.source)
    share = "" if not wire.shared or wire.message is None else f" ({signed(wire.message)})"
    return WireLabel(
        f"w{wire.source}_{wire.target}_{wire.slot}",
        _forward(source),
        gradient(source) + share,
        quoted(about(source)),
        f"×{number(wire.local)}",
        crowded=len(scene.wires_into[wire.target]) > 2,
    )


def _forward(shown: Shown) -> str:
    """What stands above a wire: the value, with its name where no box says it."""
    text = number(shown.data)
    return f"{shorten(shown.name, 16)} = {text}" if shown.labelled and shown.symbol else text


def gradient(shown: Shown) -> str:
    """What stands below a wire; a dash for a gradient that was never computed."""
    return "∂ –" if shown.gradient is None else f"∂ {number(shown.gradient)}"


def about(shown: Shown) -> str:
    """The tooltip of a value: whole name, full precision."""
    grad = "not computed" if shown.gradient is None else full(shown.gradient)
    made = f"\nmade by {shown.primitive}" if shown.primitive else ""
    note = f" ({shown.note})" if shown.note else ""
    formulas = "" if shown.unique == shown.name else f"\nin formulas: {shown.unique}"
    return (
        f"{shown.name} = {full(shown.data)}\nbackpropagated gradient: {grad}{made}{note}{formulas}"
    )


def _use(scene: Scene, wire: Wire) -> str:
    """The tooltip of one use of a value: its local gradient, and the message it carries."""
    target = scene.value(wire.target)
    above, below = target.unique, scene.value(wire.source).unique
    local = derivative(above, below, use=wire.use, direct=wire.direct)
    text = f"local gradient {local}: {full(wire.local)}"
    if wire.off:
        which = f"its {use_of(below, wire.use)}" if wire.use else below
        return f"{text}\n{above} does not take {which}, and sends it 0"
    if wire.message is None or target.grad is None:
        return text
    factors = f"{full(target.grad)} · {atom(full(wire.local))}"
    return f"{text}\nmessage to {below}: {factors} = {full(wire.message)}"
