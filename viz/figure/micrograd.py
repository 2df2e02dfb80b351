"""`trace` and `draw_dot` with the shape and signature they have in micrograd's notebooks."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import graphviz

from autograd import Value, node_set
from viz.errors import DrawingError
from viz.figure.text_drawing import draw_tree
from viz.files import write
from viz.graph.given import graph_of
from viz.graph.scene import read
from viz.layout import engine as layout
from viz.text import label_of, printable

RANKDIRS = ("LR", "TB")
_RECORD_SPECIAL = re.compile(r"([\\{}|<>])")


def trace(root: Value) -> tuple[set[Value], set[tuple[Value, Value]]]:
    """The set of all nodes of the graph of `root`, and of its edges (parent, node).

    As in micrograd, an edge is in the set once however often the node uses that parent.

    Raises:
        DrawingError: `root` is no Value.

    >>> a = Value(3.0)
    >>> nodes, edges = trace(a * a)
    >>> len(nodes), len(edges)
    (2, 1)
    """
    nodes = list(graph_of(root).values.values())
    edges = {(id(parent), id(node)): (parent, node) for node in nodes for parent in node.parents}
    return node_set(nodes), node_set(edges.values())


def draw_dot(
    root: Value, format: str = "svg", rankdir: str = "LR", outfile: str | os.PathLike[str] = ""
) -> graphviz.Digraph:
    """The graph as micrograd draws it: records of data and gradient, small ovals of operations.

    One edge is drawn per use, so `a * a` has two. A gradient never computed is `–`, not 0.
    `viz.draw` shows more: the local gradients, and whose gradients these are.

    Args:
        root: the output of the graph.
        format: what the Digraph renders to by default.
        rankdir: "LR" from left to right, or "TB" from top to bottom.
        outfile: also draw into a file of this name; `format` is added as its suffix unless it
            is there already.

    Raises:
        DrawingError: another `rankdir`, a `format` unknown to Graphviz, or `root` is no Value.
        EngineNotFoundError, LayoutError, SaveError: `outfile` could not be drawn or written.

    >>> a = Value(3.0, label="a")
    >>> draw_dot(a * a).source.count("v1 -> v2")
    2
    """
    if rankdir not in RANKDIRS:
        raise DrawingError(f"rankdir= is {' or '.join(map(repr, RANKDIRS))}, not {rankdir!r}")
    if format not in graphviz.FORMATS:
        raise DrawingError(f"format= is one of Graphviz's, such as 'svg' or 'png', not {format!r}")
    graph = graph_of(root)
    tree = draw_tree(read(graph))
    dot = _Digraph(format=format, graph_attr={"rankdir": rankdir})
    dot.fallback = tree
    for i, value in graph.values.items():
        node = f"v{i}"
        dot.node(node, label=_record(value), shape="record")
        if not value.is_leaf:
            dot.node(f"{node}_op", label=graphviz.escape(printable(value._op)))
            dot.edge(f"{node}_op", node)
        for slot, operand in enumerate(value.operands):
            if not isinstance(operand, Value):
                dot.node(f"{node}_{slot}", label=f"{operand:.4f}", shape="record", style="dashed")
                dot.edge(f"{node}_{slot}", f"{node}_op")
    for i, parents in graph.parents.items():
        for parent in parents:
            dot.edge(f"v{parent}", f"v{i}_op")
    if outfile:
        path = Path(outfile)
        ending = f".{format}"
        write(path if path.suffix == ending else path.with_name(path.name + ending), dot.pipe())
    return dot


def _record(value: Value) -> str:
    label = _RECORD_SPECIAL.sub(r"\\\1", label_of(value)).replace("&", "&amp;")
    grad = f"{value.grad:.4f}" if value.has_grad else "–"
    name = f"{label} | " if label else ""
    return f"{{ {name}data {value.data:.4f} | grad {grad} }}"


class _Digraph(graphviz.Digraph):  # type: ignore[misc]
    """A Digraph that is laid out with the engine that `viz.layout.engine` finds.

    Attributes:
        fallback: what a notebook shows when there is none.
    """

    fallback = ""

    def pipe(self, *args: Any, **kwargs: Any) -> Any:
        with layout.engine_for_graphviz():
            return super().pipe(*args, **{"quiet": True, **kwargs})

    def render(self, *args: Any, **kwargs: Any) -> Any:
        with layout.engine_for_graphviz():
            return super().render(*args, **{"quiet": True, **kwargs})

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> Any:
        try:
            return super()._repr_mimebundle_(include, exclude)
        except Exception as error:
            return {"text/plain": f"{self.fallback}\n({error})"}
