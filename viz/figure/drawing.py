"""A figure as data: what it consists of, without fonts, colours or places.

A `Drawing` is made once, of every value (`complete`) or of boxes that stand for many (`folded`),
and written as DOT once, at the end (`dot`). Its elements stand in the order in which they are
given to the layout engine. Their ids and classes are the same in DOT and in SVG, and stay as they
are; i, j are places in topological order, from 1, and k is the place of an operand:

| id | class | what it is |
|---|---|---|
| `v{i}` | `leaf parameter`, `leaf input`, `op {primitive}` | a value: a leaf, or its operation |
| `out`, `out{i}` | `leaf out` | the box at the output, at others of several outputs |
| `w{i}_{j}_{k}`, `w{i}_out` | `wire` | the label of a wire, from value i to operation j |
| the same with `_a`, `_b` | `wireseg` | its line before and after the label |
| `p…` | `pill {kind}` | the name of a value where it is used, or where its row ends |
| `c{j}_{k}` | `leaf constant` | a constant, if drawn |
| `n{i}`, `l{i}` | `fold neuron`, `fold layer` | a folded neuron or layer whose last value is i |
| `k{n}` | `fold constants` | inputs of a folded part that are plain numbers |
| `o{i}` | `fold others` | the other neurons of a layer one of which is open |
| `i{i}`, `r{i}`, `more` | `fold inputs`, `fold rest`, `fold more` | other values folded |
| `e_{id}_{id}` | `foldline` | a line to or from a folded part |
| `cluster_{n}` | `cluster layer`, `cluster neuron` | the frame of a layer or a neuron |

In a figure of a path, `off` follows the classes of what is not on it, and `on` those of its lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Role = Literal["", "name", "forward", "gradient", "local", "small"]
Focus = Literal["", "on", "off"]
Setting = Literal["grouped", "spaced", "straight", "quick"]
"""Wishes to the layout: groups, room between columns, straight lines, many wires quickly."""


UNSEEN = ("tip", "about", "use")
"""Fields that tooltips show and pictures do not."""


class Part(NamedTuple):
    """A piece of text; `role` says which kind of number it is, "" for other text."""

    text: str
    role: Role = ""


class Node(NamedTuple):
    """A leaf, an output, an operation, a constant, or a box that stands for several values.

    Attributes:
        kind: a key of `viz.theme.FILL`.
        classes: as the table above tells them.
        note: "off", "saturated", or what else an operation says below its symbol.
        ordered: whether wires must come in from top to bottom as operands are written.
        first: whether nan or inf begins here.
        places: how many places an operation has on its left, each for one wire; 0 for none.
        stands_for: the node that a pill repeats; "" for all others.
    """

    id: str
    kind: str
    classes: str
    lines: tuple[Part, ...]
    tip: str
    note: str = ""
    ordered: bool = False
    first: bool = False
    places: int = 0
    stands_for: str = ""


class Wire(NamedTuple):
    """A value on its way: forward value above the line, gradient below it, and the line.

    Attributes:
        source, target: nodes; no target where `Line`s lead on to boxes.
        share: the message on this wire, where the gradient is a sum of several.
        local: the local gradient, "" where no operation follows.
        about, use: the tooltips of the label and of the line.
        start: the box that the source is folded into, or the pill that stands for it here.
        column: wires with the same number are equally wide; None for a wire by itself.
        name: the value's, for a pill that has no other text.
        stroke: the points that its line is thick.
        place: the place of the operation, from 1, at which the wire comes in; 0 for any.
    """

    id: str
    source: str
    target: str
    value: str
    gradient: str
    about: str
    use: str
    share: str = ""
    local: str = ""
    start: str = ""
    column: int | None = None
    name: str = ""
    place: int = 0
    stroke: int = 1


class Line(NamedTuple):
    """A line without numbers: from a constant, to or from a box, or on from a wire's label.

    Attributes:
        start: the wire whose label it goes on from.
        name: that of the value it carries, where it carries one.
        norms: the lengths of what it carries, ‖a‖ and ‖∂‖.
    """

    id: str
    source: str
    target: str
    tip: str
    kind: Literal["constant", "fold", "wire", "on"] = "fold"
    text: str = ""
    dashed: bool = False
    start: str = ""
    name: str = ""
    norms: tuple[Part, ...] = ()


class Column(NamedTuple):
    """Nodes and wires that stand one above the other."""

    members: tuple[str, ...]


class Before(NamedTuple):
    """An unseen line that keeps one node left of another."""

    left: str
    right: str


class Gap(NamedTuple):
    """Room between two rows of a drawing, over so many nodes and wires."""

    id: str
    length: int


class Group(NamedTuple):
    """The frame around a layer, with those of its neurons, or around a neuron."""

    id: str
    kind: Literal["layer", "neuron"]
    title: str
    members: tuple[str, ...]
    groups: tuple[Group, ...] = ()


Element = Node | Wire | Line | Column | Before | Gap | Group | Setting


class Heading(NamedTuple):
    """The lines above a figure: title, result and target, products, notes, and the legend.

    Attributes:
        marks: keys of `viz.figure.heading.LEGEND`, for what occurs in the figure.
        room: points from left to right.
    """

    title: str
    result: str
    target: str
    products: tuple[str, ...]
    notes: tuple[str, ...]
    marks: tuple[str, ...]
    room: int


class Drawing(NamedTuple):
    """A figure.

    Attributes:
        on: the ids of the nodes on a path that is pointed out, all else being dimmed; None for
            a figure of the whole.
    """

    name: str
    elements: tuple[Element, ...]
    heading: Heading
    on: frozenset[str] | None = None

    def focus(self, element: Node | Wire | Line) -> Focus:
        """Tell whether an element is pointed out, or dimmed, beside a path."""
        if self.on is None:
            return ""
        if isinstance(element, Node):
            ends: tuple[str, ...] = (element.stands_for or element.id,)
        else:
            ends = element.source, element.target
        return "on" if all(end in self.on for end in ends if end) else "off"

    def spelt(self, spell: Callable[[str], str]) -> Drawing:
        """The drawing with every text that is seen in it spelt anew."""
        drawing: Drawing = _spelt(self, spell)
        return drawing


def _spelt(one: Any, spell: Callable[[str], str]) -> Any:
    if isinstance(one, str):
        return spell(one)
    if hasattr(one, "_fields"):
        seen = {name: getattr(one, name) for name in one._fields if name not in UNSEEN}
        return one._replace(**{name: _spelt(part, spell) for name, part in seen.items()})
    return tuple(_spelt(part, spell) for part in one) if isinstance(one, tuple) else one
