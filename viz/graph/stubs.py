"""Inputs that are plain numbers: no values of the graph, but folded layers have them too."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from viz.graph.folding import Box, View


class Stub(NamedTuple):
    """Constants, so many for each neuron, that go into boxes; all by their ids in DOT."""

    node: str
    inputs: int
    into: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text on it."""
        plural = "s" * (self.inputs > 1)
        return f"{self.inputs:,} input{plural} (constant{plural})"


def stubs(view: View) -> list[Stub]:
    """The constant inputs of each layer that has some, one stub for each application."""
    into: defaultdict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for box in view.boxes:
        if count := constant_inputs(box, view):
            cell = view.cells[box.output]
            into[cell.layer, cell.application].append((box.node, count))
    return [
        Stub(f"k{k}", max(count for _, count in found), tuple(node for node, _ in found))
        for k, found in enumerate(into.values(), start=1)
    ]


def constant_inputs(box: Box, view: View) -> int:
    """The number of constants that the first neuron of a box multiplies by its weights."""
    inside = [i for i in box.members if i in view.cells and view.cells[i].neuron is not None]
    if box.kind not in ("neuron", "others", "layer") or not inside:
        return 0
    first = view.cells[inside[0]]
    made = [(i, view.graph.made[i]) for i in inside if view.cells[i] == first]
    gates = [_constants(view, i) for i, name in made if name == "dot"]
    return max(gates, default=0) or sum(_constants(view, i) for i, name in made if name == "mul")


def _constants(view: View, i: int) -> int:
    """The plain numbers that weights are multiplied by in one product or sum of products."""
    operands = view.graph.computed[i].operands
    half = len(operands) // 2
    pairs = [*zip(operands, operands[half : 2 * half], strict=False)]
    pairs += [(b, a) for a, b in pairs]
    own = [view.places.get(a) for a, b in pairs if isinstance(a, int) and isinstance(b, float)]
    return sum(place is not None and not place.name.startswith("b") for place in own)
