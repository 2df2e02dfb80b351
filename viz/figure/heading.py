"""The heading of a figure: what is drawn, whose gradients these are, and what each mark means."""

from __future__ import annotations

from collections.abc import Sequence

from autograd import SATURATED
from viz.figure.drawing import Drawing, Element, Heading, Node, Wire
from viz.graph.scene import Scene
from viz.layout.svg import LEGIBLE
from viz.text import atom, number, printable, shorten

LEVEL = 105
"""Points that one operation and its wire take from left to right, roughly."""
NARROWEST = 340
"""Points; a legend is this wide even over a smaller graph."""
PAGE = 518
"""Points from left to right on a page."""
MOST_TOLD = 4
"""Outputs whose values the heading tells."""

LEGEND = {
    "forward": "forward value",
    "gradient": "∂ backpropagated gradient",
    "message": "(+) message on this wire",
    "local": "× local gradient",
    "first": "framed: nan or inf begins here",
    "parameter": "parameter",
    "input": "input",
    "folded": "folded",
    "output": "output",
    "constant": "constant",
    "off": "off: passes no gradient",
    "saturated": f"saturated: local gradient below {SATURATED:g}",
}
"""The explanation of each mark, in the order of the legend."""


EXPLAINED = {"LSE": "LSE: log Σ exp, the logarithm of the sum of exponentials"}
"""Notes on symbols."""


def with_heading(
    scene: Scene,
    elements: Sequence[Element],
    *,
    title: str = "",
    products: Sequence[str] = (),
    notes: Sequence[str] = (),
    room: int = 0,
    legend: bool = True,
) -> Drawing:
    """The drawing of `scene` that has these elements, and its heading.

    `title`, `products` and `notes` are lines above and below the line that names the target;
    `room` is in points from left to right, at most as many as the graph takes in one row; without
    `legend` marks are not explained.
    """
    name = shorten(scene.output.name)
    plain = all(c.isalnum() or c in " _.[]" for c in name)
    above = Heading(
        title=shorten(title, 80) if title else "",
        result=results(scene),
        target=target(scene),
        products=tuple(products),
        notes=tuple(notes),
        marks=_marks(elements) if legend else (),
        room=min(room, max(NARROWEST, _length(scene))) if room else max(NARROWEST, _length(scene)),
    )
    return Drawing(printable(name) if plain else "graph", tuple(elements), above)


def explained(scene: Scene) -> list[str]:
    """Explanations of symbols that not everybody knows."""
    found = {shown.bare_symbol for shown in scene.values}
    return [text for symbol, text in EXPLAINED.items() if symbol in found]


def _marks(elements: Sequence[Element]) -> tuple[str, ...]:
    """The marks that occur in a figure."""
    found = {"forward", "gradient"}
    for element in elements:
        if isinstance(element, Node):
            found |= {element.kind, element.note, "first" * element.first}
            found |= {"folded"} if element.kind in ("neuron", "others", "layer") else set()
        elif isinstance(element, Wire):
            found |= {"local"} if element.local else set()
            found |= {"message"} if element.share else set()
    return tuple(mark for mark in LEGEND if mark in found)


def _length(scene: Scene) -> int:
    return max(scene.distances().values()) * LEVEL + 150


def is_long(scene: Scene) -> bool:
    """True if the whole figure of `scene` takes more than two pages side by side to be read."""
    return _length(scene) > 2 * PAGE / LEGIBLE


def target(scene: Scene) -> str:
    """The sentence on whose gradients these are: `∂J/∂·`, or why that is unknown.

    The output itself has the gradient 1 when `backward()` was called on it; another number says
    that the pass began elsewhere.
    """
    if len(scene.ends) > 1:
        return _targets(scene)
    output = scene.output
    name = shorten(output.name, 12)
    if output.grad is None:
        return f"no gradients yet: {name}.backward() has not been called"
    if output.grad == 1:
        return f"∂ below a wire is ∂{atom(shorten(output.unique, 12))}/∂·"
    return f"∂ comes from beyond {name}, whose own is {number(output.grad)}"


def _targets(scene: Scene) -> str:
    """The same for several outputs: those that no other is computed from may have begun a pass."""
    inner = {wire.source for wire in scene.wires}
    begun = [v for v in scene.ends if v.index not in inner and v.grad is not None]
    if not begun:
        return "no gradients yet: backward() has not been called"
    if len(begun) == 1 and begun[0].grad == 1:
        return f"∂ below a wire is ∂{atom(shorten(begun[0].unique, 12))}/∂·"
    return "∂ is of several passes: leaves add them up, other values hold the last"


def results(scene: Scene) -> str:
    """`J = 16`; of several outputs the first few."""
    told = [f"{shorten(v.name)} = {number(v.data)}" for v in scene.ends[:MOST_TOLD]]
    more = len(scene.ends) - len(told)
    return ", ".join(told) + f" and {more:,} more" * (more > 0)
