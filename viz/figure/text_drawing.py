"""The text drawing, for terminals and for want of an engine: a tree of values, or a summary."""

from __future__ import annotations

from collections import Counter

from viz.figure.folded import MOST_OUTPUTS
from viz.figure.folded_texts import called, caption, which
from viz.figure.heading import results
from viz.graph.folding import View, operations
from viz.graph.scene import Scene, Shown
from viz.graph.stubs import constant_inputs
from viz.text import counted, gradient, number, shorten

LINES = 200
DEPTH = 40

FOLDED = {
    "neurons": "each neuron is one box",
    "layers": "each layer is one box",
    "diagram": "one box for each layer",
    "near": "only values near the output are drawn",
}


def draw_tree(scene: Scene) -> str:
    """The graph from its output down: local gradient, name, value, gradient ∂, operation.

    A value with several uses is written out where it is first met. At most 200 lines.
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
    made = f"   ({shown.symbol})" if shown.symbol else ""
    note = f" {shown.note}" if shown.note else ""
    return f"{shorten(shown.name)} = {number(shown.data)}   {gradient(shown.gradient)}{made}{note}"


def summary(view: View, scene: Scene) -> str:
    """The output, how large its graph is, and a line for each box of a folded figure."""
    output, graph = scene.output, view.graph
    leaves = len(graph.leaves)
    made = operations(graph, graph.computed)
    common = ", ".join(f"{name} {count:,}" for name, count in made.most_common(6))
    grad = f"   {gradient(output.gradient)}" * (len(scene.ends) == 1)
    fixed = " besides constants" if any(constant_inputs(b, view) for b in view.boxes) else ""
    parts = [
        counted(len(graph.parameters), "parameter"),
        counted(leaves - len(graph.parameters), "input") + fixed,
        counted(len(graph) - leaves, "operation"),
    ]
    return "\n".join(
        [
            f"{results(scene)}{grad}   a graph of {counted(len(graph), 'value')}",
            f"{', '.join(parts)} ({common})",
            *_boxes(view, scene),
        ]
    )


def _boxes(view: View, scene: Scene) -> list[str]:
    lines = []
    for one in view.boxes:
        first, *rest = (line.text for line in caption(one, view, scene))
        name = f"{called(one, view)}{which(one, view)}" if one.kind == "neuron" else first
        lines.append(f"{name}: {'   '.join(rest)}" if rest else name)
    return lines


def advice(view: View) -> str:
    """One line: what is folded, and what to write to see more."""
    ways = []
    paths = Counter(one.path for one in view.boxes if one.kind in ("neuron", "layer") and one.path)
    if paths:
        ways.append(f'expand="{min(paths)}" opens one')
    if view.level == "near":
        ways.append("depth= shows more")
    ways += ["path=(w, L) shows the paths from w to L", "max_nodes=None draws every value"]
    norm = " |∂| is the length of the parameters' gradient." if paths else ""
    count = len(view.graph.outputs)
    few = f" {MOST_OUTPUTS} of its {count:,} outputs are shown." * (count > MOST_OUTPUTS)
    folded = f"{len(view.graph):,} values; {FOLDED[view.level]}.{few}{norm}"
    return f"{folded} In draw(…): {'; '.join(ways)}."
