"""The text drawing: a graph as a tree under its output, for terminals and for want of an engine."""

from __future__ import annotations

from viz.graph.scene import Scene, Shown
from viz.text import number, shorten

LINES = 200
DEPTH = 40


def draw_tree(scene: Scene) -> str:
    """The graph from its output down: local gradient, name, value, gradient ∂, operation.

    A value with several uses is written out where it is first met. At most 200 lines.

    >>> from autograd import Value
    >>> from viz.graph.scene import read
    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> J = w * x
    >>> J.label = "J"
    >>> J.backward()
    >>> print(draw_tree(read(J)))
    J = 10   ∂ 1   (×)
    ├─ ×2 ─ w = 5   ∂ 2
    └─ ×5 ─ x = 2   ∂ 5
    """
    lines: list[str] = []
    met: set[int] = set()
    waiting = [(shown.index, "", "", 0) for shown in reversed(scene.ends)]
    while waiting and len(lines) < LINES:
        index, first, rest, depth = waiting.pop()
        wires = scene.wires_into.get(index, ())
        again = index in met and bool(wires)
        met.add(index)
        deep = depth >= DEPTH and bool(wires) and not again
        hint = "   (shown above)" if again else "   (goes on)" if deep else ""
        lines.append(first + _line(scene.value(index)) + hint)
        if again or deep:
            continue
        for wire in reversed(wires):
            corner, bar = ("└─", "   ") if wire is wires[-1] else ("├─", "│  ")
            branch = f"{rest}{corner} ×{number(wire.local)} ─ "
            waiting.append((wire.source, branch, rest + bar, depth + 1))
    if waiting:
        lines.append(f"… and more: {len(scene.values)} values in all")
    return "\n".join(lines)


def _line(shown: Shown) -> str:
    grad = "–" if shown.gradient is None else number(shown.gradient)
    made = f"   ({shown.symbol})" if shown.symbol else ""
    note = f" {shown.note}" if shown.note else ""
    return f"{shorten(shown.name)} = {number(shown.data)}   ∂ {grad}{made}{note}"
