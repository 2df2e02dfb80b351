"""Two runs in one figure, every number as before → after; wires as thick as gradients are large."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import zip_longest

from autograd import Graph
from viz.errors import DrawingError
from viz.figure.drawing import Element, Node, Part, Wire
from viz.graph.scene import Scene

THICKEST = 6
"""Points that the thickest wire is thick."""


def check_alike(before: Graph, after: Graph) -> None:
    """An error unless two graphs have the same operations on the same values."""
    for i in before.numbers:
        if i > len(after) or before.made[i] != after.made[i] or _differ(before, after, i):
            one, other = (f"{graph.made.get(i) or 'a leaf'}" for graph in (before, after))
            raise DrawingError(
                f"after= is the same computation once more: value {i} of {len(before):,} is {one} "
                f"here, and {other} of {len(after):,} there; draw the two one by one"
            )
    if len(before) != len(after):
        raise DrawingError(
            f"after= is the same computation once more, and has {len(after):,} values, not "
            f"{len(before):,}; draw the two one by one"
        )


def _differ(before: Graph, after: Graph, i: int) -> bool:
    return before.parents[i] != after.parents[i]


def compared(before: Sequence[Element], after: Sequence[Element]) -> list[Element]:
    """The elements of one drawing with the numbers of both."""
    other = {one.id: one for one in after if isinstance(one, (Node, Wire))}
    return [
        _both(one, other[one.id]) if isinstance(one, (Node, Wire)) and one.id in other else one
        for one in before
    ]


def _both(before: Node | Wire, after: Node | Wire) -> Node | Wire:
    if isinstance(before, Wire) and isinstance(after, Wire):
        return before._replace(
            value=changed(before.value, after.value),
            gradient=changed(before.gradient, after.gradient),
            share=changed(before.share, after.share) if before.share else "",
            local=changed(before.local, after.local),
        )
    assert isinstance(before, Node)
    assert isinstance(after, Node)
    pairs = zip_longest(before.lines, after.lines)
    lines = (
        Part(changed(a.text if a else "–", b.text if b else "–"), (a or b).role) for a, b in pairs
    )
    return before._replace(lines=tuple(lines))


def changed(before: str, after: str) -> str:
    """`z = 5 → 6`; what both begin with is said once.

    >>> changed("z = 5", "z = 6"), changed("∂ 8", "∂ 8"), changed("×5", "×4.2")
    ('z = 5 → 6', '∂ 8', '×5 → ×4.2')
    """
    if before == after:
        return before
    start = before.rpartition(" = ")[0]
    shared = f"{start} = " if start and after.startswith(f"{start} = ") else ""
    mark = "∂ " if not shared and before.startswith("∂ ") and after.startswith("∂ ") else ""
    return f"{before} → {after.removeprefix(shared or mark)}"


def with_strokes(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """The elements with each wire as thick as what it sends back is large, by its square root."""
    sizes = {
        f"w{wire.source}_{wire.target}_{wire.slot}": abs(wire.message)
        for wire in scene.wires
        if wire.message is not None and math.isfinite(wire.message)
    }
    sizes |= {f"w{v.index}_out": abs(v.grad) for v in scene.ends if v.grad is not None}
    most = max((size for size in sizes.values() if math.isfinite(size)), default=0.0) or 1.0
    return [
        one._replace(
            stroke=1 + round((THICKEST - 1) * math.sqrt(min(1.0, sizes.get(one.id, 0.0) / most)))
        )
        if isinstance(one, Wire)
        else one
        for one in elements
    ]
