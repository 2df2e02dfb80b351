"""What stands for a graph that is too large to draw value by value."""

from __future__ import annotations

from collections import Counter

from viz.scene import Scene
from viz.style import INK
from viz.text import html, number, shorten

__all__ = ["summarise", "summary_card"]


def summarise(scene: Scene, limit: float) -> str:
    """How large the graph is, what it consists of, and how to see all of it."""
    output = scene.output
    kinds = Counter(shown.kind for shown in scene.values)
    operations = Counter(shown.primitive for shown in scene.values if shown.primitive)
    common = ", ".join(f"{name} {count:,}" for name, count in operations.most_common(6))
    grad = "no gradients yet" if output.grad is None else "gradients computed"
    return "\n".join(
        [
            f"{shorten(output.name)} = {number(output.data)}: a graph of "
            f"{len(scene.values):,} values and {len(scene.wires):,} wires, {grad}",
            f"{kinds['parameter']:,} parameters, {kinds['input']:,} inputs, "
            f"{kinds['op']:,} operations ({common})",
            f"not drawn, since it has more than max_nodes={limit:g} values; "
            "draw(root, max_nodes=None) draws all of them, draw(part) draws a part",
        ]
    )


def summary_card(text: str) -> str:
    """DOT source of a card with this text."""
    lines = "".join(f'{html(line)}<BR ALIGN="LEFT"/>' for line in text.splitlines())
    return (
        'digraph G {\nsize="7.2,20"; bgcolor="white"; pad=0.12;\n'
        f'card [shape=box style="rounded" fontname="Helvetica" fontsize=11 color="{INK}" '
        f'label=<{lines}> tooltip="too large to draw"];\n}}\n'
    )
