"""The drawing of every value: boxes, operations and wires, with what their tooltips say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from viz.figure.drawing import Column, Element, Line, Node, Part, Setting, Wire
from viz.figure.groups import SYMMETRIC, UNGROUPED, Grouping
from viz.graph import scene as graph
from viz.graph.scene import Constant, Scene, Shown
from viz.text import atom, derivative, full, gradient, number, shorten, signed, use_of

MOST = 4
"""Messages that the sum on a leaf lists."""
MOST_PLACES = 24
"""Wires that come in at places of their own."""
MANY = 800
"""Wires beyond which lines are straight and crossings are sought for a shorter time."""
QUICK: Setting = "quick"


def complete(
    scene: Scene, grouping: Grouping = UNGROUPED, *, constants: bool = False
) -> list[Element]:
    """The elements that show the whole of a graph; `constants` gives each a box."""
    grouped = bool(grouping.elements)
    return [
        *(
            arranged(value_node(v, constants, grouping.names), v, scene, grouped=grouped)
            for v in scene.values
        ),
        *(end_node(shown, scene) for shown in scene.ends),
        *wires(scene, scene.wires, scene.constants if constants else (), grouped=grouped),
        *(end_wire(shown, scene) for shown in scene.ends),
        *grouping.elements,
        *[QUICK] * (len(scene.wires) > MANY),
    ]


def arranged(node: Node, shown: Shown, scene: Scene, *, grouped: bool) -> Node:
    """A leaf with its sum, or an operation whose wires come in as its operands are written.

    The engine cannot be asked for an order inside a group: there places of their own keep the
    wires apart, and what an order matters to is not grouped (see `viz.figure.groups`).
    """
    if shown.kind != "op":
        return node._replace(lines=(*node.lines, *_sum(shown, scene)))
    if grouped and shown.primitive in SYMMETRIC:
        return node._replace(places=places(shown, scene))
    several = len(scene.wires_into.get(shown.index, ())) > 1 or shown.symbol != shown.bare_symbol
    return node._replace(ordered=several)


def _sum(shown: Shown, scene: Scene) -> list[Part]:
    """The line on a leaf with several uses that says how its gradient adds up."""
    sent = [w.message for w in scene.wires if w.source == shown.index and w.message is not None]
    total = shown.gradient
    if len(sent) < 2 or total is None or not math.isclose(math.fsum(sent), total, rel_tol=1e-9):
        return []
    terms = [f"{'−' if text[0] == '−' else '+'} {text[1:]}" for text in map(signed, sent[1:MOST])]
    more = ["+ …"] * (len(sent) > MOST)
    return [Part(" ".join([gradient(total), "=", number(sent[0]), *terms, *more]), "gradient")]


def places(shown: Shown, scene: Scene) -> int:
    """The places for wires of a symmetric operation in a group: none for two, which may swap."""
    count = len(scene.wires_into.get(shown.index, ()))
    return count * (2 < count <= MOST_PLACES and shown.primitive in SYMMETRIC)


def value_node(shown: Shown, constants: bool, names: Mapping[int, str]) -> Node:
    """A value as a box with its name, or as its operation; `names` has shorter ones, by number."""
    node = f"v{shown.index}"
    if shown.kind != "op":
        name = shorten(names.get(shown.index) or shown.name)
        return Node(node, shown.kind, f"leaf {shown.kind}", (Part(name, "name"),), about(shown))
    symbol = shown.bare_symbol if constants else shown.symbol
    note = "" if constants and shown.note.startswith("+") else shown.note
    classes = "op " + re.sub(r"\W+", "_", shown.primitive)  # one made by hand has any name
    return Node(node, "op", classes, (Part(symbol),), about(shown), note)


def end_node(shown: Shown, scene: Scene) -> Node:
    """The box at an output."""
    name = Part(shorten(shown.name), "name")
    return Node(end_id(shown.index, scene), "output", "leaf out", (name,), about(shown))


def end_id(index: int, scene: Scene) -> str:
    """The id of the box at an output."""
    return "out" if index == scene.output.index else f"out{index}"


def end_wire(shown: Shown, scene: Scene, start: str = "") -> Wire:
    """The wire from an output (or from the box `start` that it is in) to its own box."""
    wire = value_wire(f"w{shown.index}_out", shown, end_id(shown.index, scene))
    return wire._replace(start=start)


def value_wire(name: str, shown: Shown, target: str = "") -> Wire:
    """The wire that a value sets out on."""
    value, tip = number(shown.data), about(shown)
    grad, called = gradient(shown.gradient), shorten(shown.name, 16)
    return Wire(name, f"v{shown.index}", target, value, grad, tip, tip, name=called)


def wires(
    scene: Scene,
    chosen: Sequence[graph.Wire],
    constants: Sequence[Constant] = (),
    starts: Mapping[int, str] | None = None,
    *,
    grouped: bool = False,
) -> list[Element]:
    """Wires and constants, each operation's in the order of its operands, and their columns.

    Wires into operations equally far from the output stand in one column and are equally wide:
    the engine leaves a gap beside a narrower one. Where `starts` names the nodes that stand for
    hidden values, each operation has a column.
    """
    distance = scene.distances() if starts is None else {}
    drawn: dict[tuple[int, int], list[Element]] = {
        (c.target, c.slot): [*_constant(c)] for c in constants
    }
    columns: dict[int, list[str]] = {}
    for wire in chosen:
        column = distance.get(wire.target, -wire.target)
        start = (starts or {}).get(wire.source, f"v{wire.source}")
        made = _wire(scene, wire, column, start)
        if grouped and places(scene.value(wire.target), scene):
            made = made._replace(place=1 + scene.wires_into[wire.target].index(wire))
        drawn[wire.target, wire.slot] = [made]
        columns.setdefault(column, []).append(made.id)
    elements = [element for _, several in sorted(drawn.items()) for element in several]
    return [*elements, *(Column(tuple(members)) for members in columns.values())]


def wire_id(wire: graph.Wire) -> str:
    """The id of a wire's label."""
    return f"w{wire.source}_{wire.target}_{wire.slot}"


def _wire(scene: Scene, wire: graph.Wire, column: int, start: str) -> Wire:
    source = scene.value(wire.source)
    made = value_wire(wire_id(wire), source, f"v{wire.target}")
    named = source.labelled and source.symbol  # no box says its name
    return made._replace(
        value=f"{shorten(source.name, 16)} = {made.value}" if named else made.value,
        use=_use(scene, wire),
        share="" if not wire.shared or wire.message is None else f" ({signed(wire.message)})",
        local=f"×{number(wire.local)}",
        start=start,
        column=column,
    )


def _constant(constant: Constant) -> tuple[Node, Line]:
    node, tip = f"c{constant.target}_{constant.slot}", f"constant {full(constant.data)}"
    return (
        Node(node, "constant", "leaf constant", (Part(number(constant.data)),), tip),
        Line(f"{node}_b", node, f"v{constant.target}", tip, "constant"),
    )


def about(shown: Shown) -> str:
    """The tooltip of a value: whole name, full precision."""
    grad = "not computed" if shown.gradient is None else full(shown.gradient)
    made = f"\nmade by {shown.primitive}" if shown.primitive else ""
    note = f" ({shown.note})" if shown.note else ""
    formulas = "" if shown.unique == shown.name else f"\nin formulas: {shown.unique}"
    return (
        f"{shown.name} = {full(shown.data)}\nbackpropagated gradient: {grad}{made}{note}{formulas}"
    )


def _use(scene: Scene, wire: graph.Wire) -> str:
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
