"""What a folded figure says about itself: how large the graph is, and how to see more of it."""

from __future__ import annotations

from collections import Counter

from viz.folding import View, operations
from viz.scene import Scene
from viz.stubs import constant_inputs
from viz.text import number, shorten

__all__ = ["advice", "summarise"]

WHAT = {
    "neurons": "each neuron is one box",
    "layers": "each layer is one box",
    "diagram": "one box for each layer",
    "near": "only values near the output are drawn",
}


def advice(view: View) -> list[str]:
    """One line: what is folded, and what to write to see more."""
    if view.complete:
        return []
    ways = []
    paths = Counter(one.path for one in view.boxes if one.kind in ("neuron", "layer") and one.path)
    if paths:
        ways.append(f'expand="{min(paths)}" opens one')
    if view.level == "near":
        ways.append("depth= shows more")
    ways += ["path=(w, L) shows the paths from w to L", "max_nodes=None draws every value"]
    more = "; ".join(ways)
    norm = " |∂| is the length of the parameters' gradient." if paths else ""
    return [f"{len(view.graph):,} values; {WHAT[view.level]}.{norm} In draw(…): {more}."]


def summarise(view: View, scene: Scene) -> str:
    """The output, and how large its graph is."""
    output = scene.output
    graph = view.graph
    leaves = sum(not parents for parents in graph.parents[1:])
    made = operations(graph, range(1, len(graph) + 1))
    common = ", ".join(f"{name} {count:,}" for name, count in made.most_common(6))
    grad = "–" if output.grad is None else number(output.grad)
    fixed = " besides constants" if any(constant_inputs(b, view) for b in view.boxes) else ""
    parts = [
        _counted(len(graph.parameters), "parameter"),
        _counted(leaves - len(graph.parameters), "input") + fixed,
        _counted(len(graph) - leaves, "operation"),
    ]
    return (
        f"{shorten(output.name)} = {number(output.data)}   ∂ {grad}   a graph of "
        f"{_counted(len(graph), 'value')}\n{', '.join(parts)} ({common})"
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
