"""`plot_lift`: a program's scalars as columns, as the rows that are left, and as statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Program
from viz.errors import DrawingError
from viz.plots.axes import headed, panels_in_style
from viz.plots.lift.columns import rows, scalars
from viz.plots.lift.reading import Lift
from viz.plots.lift.statements import Statements

MOST = 150
"""The operations of a graph, at most: in a picture of more, nobody could follow one."""
WIDTH, COLUMN = 5.8, 0.42
"""Inches of the picture, and the least of a column, for which it grows wider."""

_PARTS: dict[str, Callable[[Lift, float], Any]] = {
    "scalars": lambda lift, width: scalars(lift),
    "rows": lambda lift, width: rows(lift),
    "forward": lambda lift, width: Statements(lift, lift.forward, "Forward", width),
    "backward": lambda lift, width: Statements(lift, lift.backward, "Backward", width),
}


def plot_lift(program: Program, *parts: str) -> list[Any]:
    """Plot how the scalars of a program become its array statements; returns the Axes.

    All of it is read from the program: `graph` has the scalars, `source` the statements, and
    `source.grids` tells which scalar lies where. A colour stands for an array; below each
    column is its name.

    Args:
        program: one that has run over a batch, or been traced for one.
        parts: some of "scalars" (each operation, in columns of those that do not need each
            other), "rows" (the values that are left when sums have swallowed the products and
            additions that they are made of), "forward" and "backward" (the statements, with each
            array as the grid of its scalars); by default all, one below the other.

    Raises:
        DrawingError: there is no such part; it is no program, or one without array statements;
            the graph has no operation, more than 150, or a loop (`scan`).
        GraphError: nothing has been traced yet.
        MissingExtraError: (an ImportError) matplotlib is not installed.

    >>> import numpy as np
    >>> from autograd import Value, compile
    >>> w = [Value(2.0), Value(3.0)]
    >>> program = compile(lambda x: w[0] * x[0] + w[1] * x[1])
    >>> program(np.ones((5, 2))).tolist()
    [5.0, 5.0, 5.0, 5.0, 5.0]
    >>> [axes.get_title(loc="left") for axes in plot_lift(program, "scalars", "rows")]
    ['3 operations in 2 levels', '1 row: sums have swallowed 2 operations']
    """
    _check(program, parts)
    lift = Lift(program)
    there = [part for part in _PARTS if part != "backward" or lift.backward]
    width = max(WIDTH, COLUMN * max(lift.levels().values()))
    chosen = [_PARTS[part](lift, width) for part in parts or there]
    heights = [part.height for part in chosen]
    with panels_in_style(1, len(chosen), width=width, heights=heights) as panels:
        for axes, part in zip(panels, chosen, strict=True):
            part.draw(axes)
            headed(axes, part.title, legend=False)
    return panels


def _check(program: Any, parts: tuple[str, ...]) -> None:
    for part in parts:
        if part not in _PARTS:
            raise DrawingError(f"plot_lift shows {', '.join(map(repr, _PARTS))}, not {part!r:.60}")
    if not isinstance(program, Program):
        raise DrawingError(
            f"plot_lift takes a program, not {type(program).__name__}: program = compile(f), and "
            "call it with a batch before"
        )
    if not hasattr(program.source, "grids"):
        raise DrawingError(
            "this program has no array statements: it ran for one example alone, or has a back end "
            "without any; call compile(f) with arrays, whose first axis is a batch"
        )
    steps = program.graph.steps
    if any(step.primitive.name == "scan" for step in steps):
        raise DrawingError(
            "a loop (scan) is one operation of this graph, with a program of its own: plot_lift "
            "shows graphs without loops; write the steps out with a Python loop"
        )
    if not 0 < len(steps) <= MOST:
        raise DrawingError(
            f"plot_lift shows 1 to {MOST} operations, and this graph has {len(steps):,}: narrower "
            "layers give the same statements"
        )
