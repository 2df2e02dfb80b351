"""What a folded figure says about itself: how large the graph is, and how to see more of it."""

from __future__ import annotations

from collections import Counter

from viz.figure.legend import results
from viz.graph.folding import View, operations
from viz.graph.scene import Scene
from viz.graph.stubs import constant_inputs
from viz.text import number

WHAT = {
    "neurons": "each neuron is one box",
    "layers": "each layer is one box",
    "diagram": "one box for each layer",
    "near": "only values near the output are drawn",
}


def advice(view: View, most_outputs: int) -> list[str]:
    """One line: what is folded, and what to write to see more.

    Args:
        view: what is shown.
        most_outputs: how many outputs are shown at most.
    """
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
    count = len(view.graph.outputs)
    few = f" {most_outputs} of its {count:,} outputs are shown." * (count > most_outputs)
    return [f"{len(view.graph):,} values; {WHAT[view.level]}.{few}{norm} In draw(…): {more}."]


def summarise(view: View, scene: Scene) -> str:
    """The output, and how large its graph is."""
    output, graph = scene.output, view.graph
    leaves = len(graph.leaves)
    made = operations(graph, graph.computed)
    common = ", ".join(f"{name} {count:,}" for name, count in made.most_common(6))
    grad = f"   ∂ {'–' if output.grad is None else number(output.grad)}" * (len(scene.ends) == 1)
    fixed = " besides constants" if any(constant_inputs(b, view) for b in view.boxes) else ""
    parts = [
        _counted(len(graph.parameters), "parameter"),
        _counted(leaves - len(graph.parameters), "input") + fixed,
        _counted(len(graph) - leaves, "operation"),
    ]
    return (
        f"{results(scene)}{grad}   a graph of "
        f"{_counted(len(graph), 'value')}\n{', '.join(parts)} ({common})"
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
